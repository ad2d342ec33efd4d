"""`make mutate`: change the contracts in a thousand small ways, one at a time, and see that a test notices each.

Every mutant is compiled and laid down in a folder of its own, and the tests of `tests/contracts` run on it, those that
know the changed file first. What was found is kept in `build/mutants.json`: a second run goes on where the first ended,
asks survivors again when a test or a contract has changed, and leaves a killed mutant dead until its file changes
(`--fresh` forgets all). Exit 1 below 95 %, or if docs/mutants.md lists what is no survivor.
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

from scripts._builds import ROOT, Compiler, DoesNotCompile, same
from scripts._mutant_book import Book, Verdict, complaints, harmless, scores, seal
from scripts._mutants import Mutant, mutants

FOLDER = ROOT / "build" / "mutants"
LIST = ROOT / "docs" / "mutants.md"
TESTS = ROOT / "tests" / "contracts"
LEAST = 95.0
WIDTH = 100  # of a test's name; some carry their parameters
MEMORY = 64 * 2**30  # addresses, not pages: a mutant's loop may eat memory without end; the compiler alone reserves ten
OPTIONS = ("-x", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", "--hypothesis-profile", "solpact-mutants")


def ordered(path: str) -> list[str]:
    """The test files, those that name the changed file first, the state machines last. Not what compares the build."""
    stem = Path(path).stem

    def key(file: Path) -> tuple[bool, bool, int, str]:
        named = any(part in file.stem for part in (_snake(stem), _snake(stem).split("_")[-1]))
        return "machine" in file.stem, not named, -file.read_text().count(stem), file.stem

    files = sorted(TESTS.glob("test_*.py"), key=key)
    return [str(file.relative_to(ROOT)) for file in files if file.stem != "test_build"]


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


def run_tests(folder: Path, files: list[str], limit: float) -> tuple[str, str]:
    """What the tests say to the build in a folder: survived, killed and by which, or timeout."""
    command = [sys.executable, "-m", "pytest", *OPTIONS, *files]
    environment = {**os.environ, "SOLPACT_BUILD": str(folder)}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        resource.prlimit(running.pid, resource.RLIMIT_AS, (MEMORY, MEMORY))
        try:
            said, _ = running.communicate(timeout=limit)
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
    book: Book
    tests: str
    limit: float

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
        try:
            code = self.compiler.build(mutant.path, text)
        except DoesNotCompile:
            return "stillborn", ""
        if same(code, self.compiler.original(mutant.path)):
            return "same", ""
        folder = FOLDER / mutant.id
        self.compiler.lay_down(folder, code)
        try:
            files = ordered(mutant.path)  # most die in the first two: to collect all takes longer than to run those
            first = run_tests(folder, files[:2], self.limit)
            return run_tests(folder, files[2:], self.limit) if first[0] == "survived" else first
        finally:
            shutil.rmtree(folder)


def seconds_of_tests(compiler: Compiler) -> float:
    """How long all tests take on the code as it is; on that they must succeed."""
    folder = FOLDER / "unchanged"
    compiler.lay_down(folder, {})
    started = time.monotonic()
    what, by = run_tests(folder, ordered(""), 600)
    if what != "survived":
        raise click.ClickException(f"The tests fail on unchanged contracts: {what} {by}")
    return time.monotonic() - started


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
    limit = 60 + 6 * seconds_of_tests(compiler)
    judge = Judge(compiler, Book.opened(file), state_of_tests(compiler), limit)
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
