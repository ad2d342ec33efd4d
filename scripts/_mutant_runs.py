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

from scripts._builds import ROOT
from scripts._coverage import Trail
from scripts._metamutant import FIRST

MEMORY = 64 * 2**30  # addresses, not pages: a mutant's loop may eat memory without end; the compiler alone reserves ten
OPTIONS = ("-x", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", "--hypothesis-profile", "solpact-mutants")
Found = tuple[str, str]  # survived, killed or timeout; by which test


def run_tests(folder: Path, tests: Sequence[Trail]) -> Found:
    """What the tests say to the build in a folder."""
    chosen = folder / "chosen"
    chosen.write_text("\n".join(trail.test for trail in tests))
    environment = {"SOLPACT_CHOSEN": str(chosen)}
    code, said = _pytest(folder, "tests.chosen", tests, environment, _limit(tests))
    if code is None:
        return "timeout", ""
    if code == 0:
        return "survived", ""
    failed = [line.split()[1] for line in said.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    if code > 0 and not failed:
        raise click.ClickException(f"The tests did not run:\n{said}")
    return "killed", failed[0] if failed else f"signal {-code}"


def run_awake(folder: Path, asked: Sequence[tuple[int, Sequence[Trail]]]) -> list[Found]:
    """What the tests of each say to the metamutant in a folder, the mutant of that number awake (0: none)."""
    plan, answers = folder / "plan.json", folder / "answers.jsonl"
    plan.write_text(
        json.dumps(
            [
                {"account": FIRST + number if number else 0, "tests": {test.test: _limit([test]) for test in tests}}
                for number, tests in asked
            ]
        )
    )
    answers.write_text("")
    environment = {"SOLPACT_AWAKE": str(plan), "SOLPACT_ANSWERS": str(answers)}
    every = {trail.test: trail for _, tests in asked for trail in tests}.values()
    _, said = _pytest(folder, "tests.awake", list(every), environment, None)
    found = [json.loads(line) for line in answers.read_text().splitlines()]
    if len(found) != len(asked) or any(answer["signal"] > 0 for answer in found):
        raise click.ClickException(f"The tests did not run:\n{said}")
    return [_found(answer["failed"], -answer["signal"]) for answer in found]


def _limit(tests: Sequence[Trail]) -> int:
    """The seconds of a processor after which tests are taken to run without end."""
    return 10 + round(10 * sum(trail.seconds + trail.rests_on for trail in tests))


def _found(failed: str, signal: int) -> Found:
    if signal:
        return ("timeout", "") if signal == SIGPROF else ("killed", f"signal {signal}")
    return ("killed", failed) if failed else ("survived", "")


def _pytest(
    folder: Path, plugin: str, tests: Sequence[Trail], more: dict[str, str], seconds: int | None
) -> tuple[int | None, str]:
    """Exit code, None if it did not end in time, and what was printed."""
    files = sorted({trail.test.split("::")[0] for trail in tests})
    command = [sys.executable, "-m", "pytest", *OPTIONS, "-p", plugin, *files]
    environment = {**os.environ, "SOLPACT_BUILD": str(folder), **more}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # tests compiled once start in half the time
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        resource.prlimit(running.pid, resource.RLIMIT_AS, (MEMORY, MEMORY))
        try:
            said, _ = running.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            running.kill()
            return None, ""
    return running.returncode, said
