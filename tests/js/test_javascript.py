"""The browser's modules, run by Node's own test runner: `node --test tests/js/*.test.js`."""

import subprocess
from pathlib import Path

import pytest

from webapp import vendor

HERE = Path(__file__).parent


@pytest.mark.parametrize("name", sorted(path.name for path in HERE.glob("*.test.js")))
def test_the_browsers_modules_pass_their_tests(name: str) -> None:
    vendor.copy()
    done = subprocess.run(
        ["node", "--test", str(HERE / name)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
