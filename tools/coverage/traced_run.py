"""The tests of `tests/contracts` on contracts with traces (tools/coverage/traces.py): which test comes by what."""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click

from tools.coverage.traces import PATH, SOURCE, Trace, traced
from tools.mutation.book import seal
from tools.solidity.builds import CODE, ROOT, Compiler, Contracts

FOLDER = ROOT / ".build" / "coverage"
TRAILS = ROOT / "build" / "coverage"
OPTIONS = ("-q", "-n", "2", "--dist", "worksteal", "-p", "no:cacheprovider", "-p", "tests.trails")
PROFILE = ("--hypothesis-profile", "solpact-mutants", "-m", "not gas and not walk")
# the optimizer's, without giving common expressions variables at the end: with traces the stack would be too deep
STEPS = "dhfoDgvulfnTUtnIf[xa[r]EscLMVcul[j]Trpeulxa[r]cLgvifMCTUca[r]LSsTFOtfDnca[r]IulcscCTUt]jmul"
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
        waiting = folder.with_suffix(".part")
        compiler.lay_down(waiting, compiled(compiler, sources))
        waiting.replace(folder)
    return folder, traces


def compiled(compiler: Compiler, sources: dict[str, str]) -> Contracts:
    """Code of all contracts with traces, two files at a time, those that take long first."""
    by_level = zip(*(compiler.parts(path) for path in compiler.sources), strict=True)
    paths = [sorted({path for part in level for path in part}) for level in by_level]
    with ThreadPoolExecutor(2) as pool:
        given = [{path: {"*": CODE}} for level in reversed(paths) for path in level]
        found = list(pool.map(partial(compiler.compiled, sources, steps=STEPS), given))
    return {name: code for contracts in found for name, code in contracts.items()}


@dataclass(frozen=True)
class Trail:
    """A test, how long it took, the traces that it came by, and how much longer it may take alone."""

    test: str
    seconds: float
    seen: list[int]
    rests_on: float = 0.0


def trails(folder: Path, *options: str) -> list[Trail]:
    """The trails of the tests of tests/contracts, run on the build in `folder`. Raises ClickException if one fails.

    `options`: more of pytest's.
    """
    shutil.rmtree(TRAILS, ignore_errors=True)
    TRAILS.mkdir(parents=True)
    command = [sys.executable, "-m", "pytest", *OPTIONS, *PROFILE, "tests/contracts", *NOT_THE_BUILD, *options]
    environment = {**os.environ, "SOLPACT_BUILD": str(folder), "SOLPACT_TRAILS": str(TRAILS)}
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise click.ClickException(f"The tests fail on the contracts with traces:\n{ran.stdout[-4000:]}{ran.stderr}")
    files = sorted(TRAILS.glob("*.jsonl"))
    return taken_alone([json.loads(line) for file in files for line in file.read_text().splitlines()])


def taken_alone(lines: list[dict[str, Any]]) -> list[Trail]:
    """The trails; a test that rests on what others of its file have made takes at most as long as they all more."""
    together = Counter[str]()
    for line in lines:
        together[line["test"].split("::")[0]] += line["seconds"]
    return [
        Trail(line["test"], line["seconds"], line["seen"], together[line["test"].split("::")[0]] * line["rests"])
        for line in lines
    ]


def tests_marked(mark: str) -> list[str]:
    """The tests with a mark, which do not run with traces: `gas`, since these cost it, and `walk`, since it is long."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-m", mark, "-p", "no:xdist", "tests/contracts"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [line for line in ran.stdout.splitlines() if "::" in line]
