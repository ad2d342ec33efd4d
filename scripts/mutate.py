"""`make mutate`: change the contracts in three thousand small ways, one at a time, and see that a test notices each.

First the tests run on the contracts as they are, to see which test comes by which statement (scripts/_coverage.py).
Every mutant is compiled and laid down in a folder of its own; of the tests of `tests/contracts`, those that come by its
place run on it, the quickest first. What was found is kept in `build/mutants.json`: a second run goes on where the
first ended, asks survivors again when a test or a contract has changed, and leaves a killed mutant dead until its file
changes (`--fresh` forgets all). Exit 1 below 95 %, or if docs/mutants.md lists what is no survivor.
"""

import os
import random
import resource
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import click

from scripts._builds import ROOT, Compiler, Contracts, DoesNotCompile, level, same
from scripts._coverage import Trail, laid_down, tests_of_gas, trails
from scripts._mutant_book import KILLED, Book, Verdict, complaints, harmless, scores, seal
from scripts._mutants import Mutant, mutants
from scripts._traces import Trace

FOLDER = ROOT / "build" / "mutants"
LIST = ROOT / "docs" / "mutants.md"
TESTS = ROOT / "tests" / "contracts"
LEAST = 95.0
WIDTH = 100  # of a test's name; some carry their parameters
MEMORY = 64 * 2**30  # addresses, not pages: a mutant's loop may eat memory without end; the compiler alone reserves ten
OPTIONS = (
    "-x",
    "-q",
    "-p",
    "no:xdist",
    "-p",
    "no:cacheprovider",
    "-p",
    "tests.chosen",
    "--hypothesis-profile",
    "solpact-mutants",
)


@dataclass(frozen=True)
class Witnesses:
    """Which tests come by which place of the contracts."""

    compiler: Compiler
    traces: list[Trace]
    trails: list[Trail]

    def of(self, mutant: Mutant) -> list[Trail]:
        """The tests that run the mutant's statement; outside of any, those of all that import it. Quickest first."""
        place = mutant.edit.start
        around = [
            (trace.end - trace.start, number)
            for number, trace in enumerate(self.traces)
            if trace.path == mutant.path and trace.outcome is None and trace.start <= place < trace.end
        ]
        if around:
            wanted = {min(around)[1]}
        else:
            near = self.compiler.importers(mutant.path)
            wanted = {number for number, trace in enumerate(self.traces) if trace.path in near}
        return sorted((trail for trail in self.trails if not wanted.isdisjoint(trail.seen)), key=lambda t: t.seconds)

    def level(self, trail: Trail) -> int:
        """The level of what a test does more with than deploy it; a library is of no level."""
        seen = (self.traces[number] for number in trail.seen)
        used = {trace.path for trace in seen if trace.function != "constructor" and "/lib/" not in trace.path}
        return max(map(level, used), default=0)


def run_tests(folder: Path, tests: list[Trail]) -> tuple[str, str]:
    """What the tests say to the build in a folder: survived, killed and by which, or timeout."""
    chosen = folder / "chosen"
    chosen.write_text("\n".join(trail.test for trail in tests))
    files = sorted({trail.test.split("::")[0] for trail in tests})
    command = [sys.executable, "-m", "pytest", *OPTIONS, *files]
    environment = {**os.environ, "SOLPACT_BUILD": str(folder), "SOLPACT_CHOSEN": str(chosen)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # tests compiled once start in half the time
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        resource.prlimit(running.pid, resource.RLIMIT_AS, (MEMORY, MEMORY))
        try:
            said, _ = running.communicate(timeout=60 + 10 * sum(trail.seconds for trail in tests))
        except subprocess.TimeoutExpired:
            running.kill()
            return "timeout", ""
    if running.returncode == 0:
        return "survived", ""
    failed = [line.split()[1] for line in said.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    if running.returncode > 0 and not failed:
        raise click.ClickException(f"The tests did not run:\n{said}")
    return "killed", failed[0].removeprefix("tests/contracts/")[:WIDTH] if failed else f"signal {-running.returncode}"


@dataclass(frozen=True)
class Judge:
    """What a mutant is brought before."""

    compiler: Compiler
    witnesses: Witnesses
    book: Book
    tests: str

    def verdict(self, mutant: Mutant) -> Verdict:
        """The kept verdict if it still holds; otherwise the mutant is compiled and the tests run."""
        text = mutant.applied(self.compiler.sources[mutant.path])
        kept = self.book.known(mutant, seal(text), self.tests)
        if kept:
            return kept
        started = time.monotonic()
        what, by = self._tried(mutant, text)
        found = Verdict(what, seal(text), self.tests, by, round(time.monotonic() - started, 1))
        self.book.write(mutant, found)
        return found

    def _tried(self, mutant: Mutant, text: str) -> tuple[str, str]:
        """Level by level: most mutants of a library die before the registry is compiled."""
        folder = FOLDER / mutant.id
        changed: Contracts = {}
        waiting = self.witnesses.of(mutant)
        found = ("same", "")
        try:
            for number, part in enumerate(self.compiler.parts(mutant.path)):
                if part and not same(
                    code := self.compiler.build(mutant.path, text, part), self.compiler.original(part)
                ):
                    changed |= code
                if not changed:
                    continue
                now = [trail for trail in waiting if self.witnesses.level(trail) <= number]
                waiting = [trail for trail in waiting if trail not in now]
                self.compiler.lay_down(folder, changed)
                found = run_tests(folder, now) if now else ("survived", "")
                if found[0] in KILLED:
                    break
        except DoesNotCompile:
            return "stillborn", ""
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return found


def witnesses(compiler: Compiler) -> Witnesses:
    """What the tests come by; those of gas, which do not run with traces, come by everything, last."""
    folder, traces = laid_down(compiler)
    everywhere = list(range(len(traces)))
    return Witnesses(compiler, traces, [*trails(folder), *(Trail(test, 60, everywhere) for test in tests_of_gas())])


def state_of_tests(compiler: Compiler) -> str:
    """A hash of all that decides whether a mutant survives: contracts and tests."""
    python = sorted([*TESTS.glob("*.py"), *(ROOT / "tests").glob("*.py"), ROOT / "tests" / "vectors.json"])
    return seal(*compiler.sources.values(), *(file.read_bytes() for file in python))


def chosen(every: list[Mutant], only: tuple[str, ...], sample: int | None, seed: int) -> list[Mutant]:
    """The mutants of the files asked for; so many of them, the same for the same seed."""
    found = [mutant for mutant in every if not only or mutant.path in only]
    if sample is None or sample >= len(found):
        return found
    picked = {mutant.id for mutant in random.Random(seed).sample(found, sample)}  # noqa: S311 — chance, no secret
    return [mutant for mutant in found if mutant.id in picked]


def judge_all(judge: Judge, asked: list[Mutant]) -> dict[str, Verdict]:
    """A verdict on each, as many side by side as there are cores, a line for each."""
    found: dict[str, Verdict] = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        running = {pool.submit(judge.verdict, mutant): mutant for mutant in asked}
        try:
            for number, future in enumerate(as_completed(running), 1):
                mutant, verdict = running[future], future.result()
                found[mutant.id] = verdict
                by = f" by {verdict.by}" if verdict.by else ""
                click.echo(
                    f"[{number}/{len(asked)}] {verdict.what:9} {mutant.id} {mutant}{by} ({verdict.seconds:.1f} s)"
                )
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return found


@click.command()
@click.option("--only", multiple=True, help="A file of contracts/; all if none is given.")
@click.option("--sample", type=int, help="So many mutants, picked by chance.")
@click.option("--seed", default=1, show_default=True, help="Another sample.")
@click.option("--fresh", is_flag=True, help="Forget what earlier runs found.")
def cli(only: tuple[str, ...], sample: int | None, seed: int, fresh: bool) -> None:
    """Change the contracts in small ways; a test must notice each."""
    compiler = Compiler()
    paths = [path for path in compiler.sources if path.startswith("contracts/")]
    if missing := sorted(set(only) - set(paths)):
        raise click.ClickException(f"There is no {', '.join(missing)}; there are {', '.join(paths)}.")
    every = [m for path in paths for m in mutants(path, compiler.sources[path], compiler.trees[path])]
    asked = chosen(every, only, sample, seed)
    file = ROOT / "build" / "mutants.json"
    if fresh:
        file.unlink(missing_ok=True)
    judge = Judge(compiler, witnesses(compiler), Book.opened(file), state_of_tests(compiler))
    found = judge_all(judge, asked)
    listed = harmless(LIST.read_text())
    report(asked, found, listed, complaints(listed, every, found))


def report(asked: list[Mutant], found: dict[str, Verdict], listed: dict[str, str], wrong: list[str]) -> None:
    """The survivors and the score; exit 1 if it is too low or the list is wrong."""
    click.echo("")
    for mutant in asked:
        if found[mutant.id].what == "survived" and mutant.id not in listed:
            click.echo(f"survived {mutant.id} {mutant}")
    for line in wrong:
        click.echo(line)
    table = scores(asked, found, listed)
    for path, score in table.items():
        click.echo(f"{path:40} {score}")
    if wrong or table["all"].percent < LEAST:
        raise SystemExit(1)


if __name__ == "__main__":
    cli()
