"""`make coverage`: the lines and branches of the contracts that the tests come by, and every `require` that refuses.

The tests of `tests/contracts` run on a copy of the contracts with a trace in every statement and condition. A line
counts if all statements that begin in it ran; a condition has two branches, and so has each side of its `&&` and `||`.
Exit 1 if a line or a branch was missed.
"""

import json
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from scripts._builds import CODE, ROOT, Compiler
from scripts._mutant_book import seal
from scripts._traces import PATH, SOURCE, Trace, traced

FOLDER = ROOT / ".build" / "coverage"
TRAILS = ROOT / "build" / "coverage"
OPTIONS = ("-q", "-n", "2", "--dist", "worksteal", "-p", "no:cacheprovider", "-p", "tests.trails")
PROFILE = ("--hypothesis-profile", "solpact-mutants", "-m", "not gas")
NOT_THE_BUILD = ("--ignore", "tests/contracts/test_build.py")


def traced_sources(compiler: Compiler) -> tuple[dict[str, str], list[Trace]]:
    """All sources, those of contracts/ with their traces, and what each trace stands for."""
    sources, traces = {**compiler.sources, PATH: SOURCE}, list[Trace]()
    for path, source in compiler.sources.items():
        if path.startswith("contracts/"):
            sources[path], found = traced(path, source, compiler.trees[path], len(traces))
            traces += found
    return sources, traces


def laid_down(compiler: Compiler) -> tuple[Path, list[Trace]]:
    """The folder with the traced build, compiled if the sources have changed, and its traces."""
    sources, traces = traced_sources(compiler)
    folder = FOLDER / seal(*sources.values())
    if not folder.exists():
        code = compiler.compiled(sources, {path: {"*": CODE} for path in sources})
        waiting = folder.with_suffix(".part")
        compiler.lay_down(waiting, code)
        waiting.replace(folder)
    return folder, traces


@dataclass(frozen=True)
class Trail:
    """A test, how long it took, and the traces that it came by."""

    test: str
    seconds: float
    seen: list[int]


def trails(folder: Path) -> list[Trail]:
    """The trails of all tests of tests/contracts, run on the build in `folder`. Raises ClickException if one fails."""
    shutil.rmtree(TRAILS, ignore_errors=True)
    TRAILS.mkdir(parents=True)
    command = [sys.executable, "-m", "pytest", *OPTIONS, *PROFILE, "tests/contracts", *NOT_THE_BUILD]
    environment = {**os.environ, "SOLPACT_BUILD": str(folder), "SOLPACT_TRAILS": str(TRAILS)}
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise click.ClickException(f"The tests fail on the contracts with traces:\n{ran.stdout[-4000:]}{ran.stderr}")
    return [
        Trail(**json.loads(line)) for file in sorted(TRAILS.glob("*.jsonl")) for line in file.read_text().splitlines()
    ]


def tests_of_gas() -> list[str]:
    """The tests that do not run with traces, because these cost gas."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-m", "gas", "-p", "no:xdist", "tests/contracts"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [line for line in ran.stdout.splitlines() if "::" in line]


@dataclass
class Score:
    """Seen and all, of lines, branches and refusals."""

    lines: tuple[int, int] = (0, 0)
    branches: tuple[int, int] = (0, 0)
    refusals: tuple[int, int] = (0, 0)


def score(traces: dict[int, Trace], seen: set[int]) -> Score:
    """How much of these traces was seen."""
    lines: dict[tuple[str, int], bool] = defaultdict(lambda: True)
    for number, trace in traces.items():
        if trace.outcome is None:
            lines[trace.path, trace.line] &= number in seen
    branches = [number in seen for number, trace in traces.items() if trace.outcome is not None]
    refusals = [number in seen for number, trace in traces.items() if trace.refuses]
    return Score(*((sum(part), len(part)) for part in (lines.values(), branches, refusals)))


def table(traces: list[Trace], seen: set[int]) -> list[str]:
    """A line for each file, and the sum."""
    by_path: dict[str, dict[int, Trace]] = defaultdict(dict)
    for number, trace in enumerate(traces):
        by_path[trace.path][number] = by_path["all"][number] = trace
    found = [f"{'Solidity':42} {'lines':>12} {'branches':>12} {'refusals':>12}"]
    for path in (*sorted(by_path.keys() - {"all"}), "all"):
        parts = asdict(score(by_path[path], seen)).values()
        found.append(f"{path:42} " + " ".join(f"{f'{some}/{every}':>12}" for some, every in parts))
    total = score(by_path["all"], seen)
    shares = (f"{100 * some / every:.1f} % of {name}" for name, (some, every) in asdict(total).items())
    return [*found, f"The tests see {', '.join(shares)}."]


@click.command()
def cli() -> None:
    """Lines and branches of the contracts that the tests come by."""
    folder, traces = laid_down(Compiler())
    seen = {number for trail in trails(folder) for number in trail.seen}
    for line in table(traces, seen):
        click.echo(line)
    missed = [str(trace) for number, trace in enumerate(traces) if number not in seen]
    for line in missed:
        click.echo(line)
    if missed:
        raise SystemExit(1)


if __name__ == "__main__":
    cli()
