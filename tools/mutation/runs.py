"""The tests on a build with mutants: one mutant compiled by itself, or many that are asleep in one text."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from signal import SIGPROF

import click

from tools.coverage.traced_run import Trail
from tools.mutation.metamutant import FIRST
from tools.solidity.builds import ROOT

MEMORY = 64 * 2**30  # addresses, not pages: a mutant's loop may eat memory without end; the compiler alone reserves ten
OPTIONS = (
    "-q",
    "-p",
    "no:xdist",
    "-p",
    "no:cacheprovider",
    "--hypothesis-profile",
    "solpact-mutants",
    "-p",
    "tests.awake",
)
Found = tuple[str, str]  # survived, killed or timeout; by which test


def run_awake(folder: Path, asked: Sequence[tuple[int, Sequence[Trail]]]) -> list[Found]:
    """What the tests of each say to the metamutant in a folder, the mutant of that number awake (0: none)."""
    plan, answers = folder / "plan.json", folder / "answers.jsonl"
    plan.write_text(
        json.dumps(
            [
                {"account": FIRST + number if number else 0, "tests": {test.test: _limit(test) for test in tests}}
                for number, tests in asked
            ]
        )
    )
    answers.write_text("")
    said = _pytest(folder, sorted({trail.test.split("::")[0] for _, tests in asked for trail in tests}), plan, answers)
    found = [json.loads(line) for line in answers.read_text().splitlines()]
    if len(found) != len(asked) or any(answer["signal"] > 0 for answer in found):
        raise click.ClickException(f"The tests did not run:\n{said}")
    return [_found(answer["failed"], -answer["signal"]) for answer in found]


def _limit(trail: Trail) -> int:
    """The seconds of a processor after which a test is taken to run without end."""
    return 10 + round(10 * (trail.seconds + trail.rests_on))


def _found(failed: str, signal: int) -> Found:
    if signal:
        return ("timeout", "") if signal == SIGPROF else ("killed", f"signal {signal}")
    return ("killed", failed) if failed else ("survived", "")


def _pytest(folder: Path, files: Sequence[str], plan: Path, answers: Path) -> str:
    """What was printed."""
    command = [sys.executable, "-m", "pytest", *OPTIONS, *files]
    ours = {"SOLPACT_BUILD": str(folder), "SOLPACT_AWAKE": str(plan), "SOLPACT_ANSWERS": str(answers)}
    environment = {**os.environ, **ours}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # tests compiled once start in half the time
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        resource.prlimit(running.pid, resource.RLIMIT_AS, (MEMORY, MEMORY))
        said, _ = running.communicate()
    return said
