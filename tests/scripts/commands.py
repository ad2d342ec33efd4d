"""`ape run …` as a user types it.

What it imports takes it some seconds, so one process of a test run imports it, and each command is a fork of that one:
Ape's own `main` with its own arguments, environment and standard files. `tests/scripts/test_commands.py` types the same
in a process of its own.
"""

import atexit
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APE = Path(sys.executable).parent / "ape"
STANDARD = (("in", os.O_RDONLY), ("out", os.O_WRONLY), ("err", os.O_WRONLY))
# Modules that keep nothing of the user's home or of the folder they are imported in.
IMPORTED = (
    *("ape._cli", "ape.cli", "ape.api", "ape.managers.accounts", "ape.managers.networks", "ape.managers.project"),
    *("ape_accounts", "ape_ethereum", "ape_foundry", "ape_node", "ape_run._cli", "ape_solidity", "ape_test"),
    *("web3", "playwright.sync_api", "hypothesis", "ppa.verify", "ppa.chain"),
)
forks = get_context("forkserver")
forks.set_forkserver_preload([*IMPORTED])


def run(*arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
    """What the command printed and its exit status; `said` is what its user types."""
    environment = {**os.environ, "COLUMNS": "200"}
    with tempfile.TemporaryDirectory() as folder:
        files = {name: Path(folder) / name for name, _ in STANDARD}
        for name, file in files.items():
            file.write_text(said if name == "in" else "")
        command = forks.Process(target=_typed, args=(arguments, environment, files))
        command.start()
        command.join()
        assert command.exitcode is not None
        return subprocess.CompletedProcess(
            arguments, command.exitcode, files["out"].read_text(), files["err"].read_text()
        )


def _typed(arguments: tuple[str, ...], environment: Mapping[str, str], files: Mapping[str, Path]) -> None:
    """In the fork: becomes the command."""
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    for number, (name, flags) in enumerate(STANDARD):
        os.dup2(os.open(files[name], flags), number)
    sys.stdin, sys.stdout, sys.stderr = os.fdopen(0), os.fdopen(1, "w"), os.fdopen(2, "w")
    sys.argv = [str(APE), "run", *arguments]
    from ape._cli import cli

    try:
        cli()
    finally:
        atexit._run_exitfuncs()
