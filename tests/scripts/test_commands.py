"""A command that is a fork of a process which has imported everything answers as one that a shell starts."""

import os
import subprocess

import pytest

from tests.scripts.commands import APE, ROOT, run


@pytest.mark.parametrize(
    ("arguments", "status"),
    [(("close", "--help"), 0), (("verify", "--rpc", "http://127.0.0.1:1", "--evidence", "README.md"), 2)],
    ids=["help", "a refusal"],
)
def test_a_fork_prints_and_ends_as_a_command_of_a_shell_does(arguments: tuple[str, ...], status: int) -> None:
    environment = {**os.environ, "COLUMNS": "200"}
    typed = subprocess.run(
        [APE, "run", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    forked = run(*arguments)
    assert typed.returncode == status
    assert (forked.returncode, forked.stdout, forked.stderr) == (typed.returncode, typed.stdout, typed.stderr)
