"""`ape test`, for contract developers who come from Ape.

├── given a file of tests that pass: it passes, on the chain that the tests bring
├── given a test that fails: exit status 1
└── given a folder: it collects what pytest collects
"""

import subprocess
import sys
from pathlib import Path

from tests.scripts.commands import APE, ROOT

PYTEST = Path(sys.executable).parent / "pytest"


def ran(*command: str | Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_file_of_tests_passes() -> None:
    done = ran(APE, "test", "tests/contracts/test_calendar.py")
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed in " in done.stdout


def test_a_test_that_fails_ends_it_with_1(tmp_path: Path) -> None:
    (tmp_path / "test_sum.py").write_text("def test_sum():\n    assert 1 + 1 == 3\n")
    done = ran(APE, "test", "-c", "pyproject.toml", str(tmp_path))
    assert done.returncode == 1
    assert "1 failed" in done.stdout


def test_it_collects_what_pytest_collects() -> None:
    folder = ("tests/contracts", "--collect-only", "-q")  # a line a file, with its number of tests
    ours, theirs = ran(PYTEST, *folder), ran(APE, "test", *folder)
    assert (theirs.returncode, theirs.stderr) == (0, "")
    assert theirs.stdout == ours.stdout
    assert "tests/contracts/test_calendar.py: " in theirs.stdout
