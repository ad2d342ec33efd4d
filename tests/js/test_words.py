"""The words that the browser's modules make of random terms are the bytes that `ppa.wording` makes."""

import json
import subprocess
from pathlib import Path

from tests import wordings
from webapp import vendor

HERE = Path(__file__).parent


def test_python_and_javascript_make_the_same_words() -> None:
    vendor.copy()
    cases = wordings.some("solpact words", 300)
    done = subprocess.run(
        ["node", str(HERE / "words.mjs")],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    for given, theirs in zip(cases, json.loads(done.stdout), strict=True):
        assert theirs == wordings.words(given)
