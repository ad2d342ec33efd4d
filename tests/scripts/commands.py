"""`ape run …` as a user types it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APE = Path(sys.executable).parent / "ape"


def run(*arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
    """What the command printed and its exit status; `said` is what its user types."""
    environment = {**os.environ, "COLUMNS": "200"}
    return subprocess.run(
        [APE, "run", *arguments], cwd=ROOT, capture_output=True, text=True, check=False, env=environment, input=said
    )
