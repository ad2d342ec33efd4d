"""`make mutate`: change the contracts in three thousand small ways, one at a time, and see that a test notices each.

First the tests run on the contracts as they are, to see which test comes by which statement
(tools/coverage/traced_run.py). Sixty mutants are compiled at a time, asleep in one text (tools/mutation/metamutant.py);
of the tests of `tests/contracts`, those that come by a mutant's place run with it awake. What survives, and what
cannot be asleep, is compiled by itself.
What was found is kept in `tests/mutants.json`: a run asks only what has no verdict yet, survivors again when a test or
a contract has changed, and a killed mutant when its file has changed or the test that killed it is gone (`--fresh` asks
all). Exit 1 below 95 %, or if docs/mutants.md lists what is no survivor.
"""

import random

import click

from tools.mutation.book import Book, Verdict, complaints, harmless, scores, seal
from tools.mutation.judge import Judge
from tools.mutation.mutants import Mutant, mutants
from tools.mutation.witnesses import Witnesses
from tools.solidity.builds import ROOT, Compiler

BOOK = ROOT / "tests" / "mutants.json"
LIST = ROOT / "docs" / "mutants.md"
TESTS = ROOT / "tests" / "contracts"
LEAST = 95.0


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
    """A verdict on each, a line for each."""
    found: dict[str, Verdict] = {}
    for number, (mutant, verdict) in enumerate(judge.verdicts(asked), 1):
        found[mutant.id] = verdict
        by = f" by {verdict.by}" if verdict.by else ""
        click.echo(f"[{number}/{len(asked)}] {verdict.what:9} {mutant.id} {mutant}{by}")
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
    if fresh:
        BOOK.unlink(missing_ok=True)
    book = Book.opened(BOOK)
    book.keep(every)
    listed = harmless(LIST.read_text())
    tests = state_of_tests(compiler)
    judge = Judge(compiler, Witnesses.found(compiler, tests), book, tests, listed)
    found = judge_all(judge, asked)
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
