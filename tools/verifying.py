"""How long the verifier takes for years of an agreement: a record a day, a statement a month, a node on this machine.

python -m tools.verifying [--years 10]
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import date
from io import StringIO
from pathlib import Path
from statistics import median

import click

from ppa import calendar, files
from ppa.chain import Chain
from ppa.verify.__main__ import main
from tests.ppa.conftest import ANVIL, FLAGS, free_port, served
from tests.ppa.world import DEPLOYED_AT, FIRST, STRANGER, deploy, readings_of, signed_world, terms_at
from tools.processes import timed

RUNS = 3
GOALS_S = {"verify_10_years_s": 2.5, "verify_10_years_command_s": 3.5}


@contextmanager
def years_of_life(years: int, folder: Path) -> Iterator[str]:
    """The URL of a node with such an agreement; its evidence and its last invoice are in the folder."""
    port, months = free_port(), 12 * years
    last = calendar.day_of(date(2016 + years, 6, 30))
    for url in served([str(ANVIL), *FLAGS, "--port", str(port), "--timestamp", str(DEPLOYED_AT)], port):
        chain = Chain(url)
        deployment = deploy(chain)
        world = signed_world(chain, deployment, terms_at(deployment, months=months))
        for day in range(FIRST - 1, last + 2):
            world.record(readings_of(day))
            if FIRST < day == calendar.month_end(day):
                world.act(STRANGER, "close")
        files.write_evidence(folder / "evidence.json", world.evidence())
        files.write_invoice(folder / "invoice.json", world.invoice(months))
        yield url


def verifier_times(years: int) -> dict[str, float]:
    """Seconds of the verifier within a process, and as a command; the median of some runs."""
    with tempfile.TemporaryDirectory() as folder, years_of_life(years, Path(folder)) as url:
        given = [f"--{name}={folder}/{name}.json" for name in ("evidence", "invoice")]
        arguments = ["--rpc", url, *given, "--json"]
        within = [_within(arguments) for _ in range(RUNS)]
        command = [timed([sys.executable, "-m", "ppa.verify", *arguments])[0] for _ in range(RUNS)]
    return {
        f"verify_{years}_years_s": round(median(within), 1),
        f"verify_{years}_years_command_s": round(median(command), 1),
    }


def _within(arguments: list[str]) -> float:
    started = time.monotonic()
    with redirect_stdout(StringIO()) as out:
        status = main(arguments)
    if status:
        raise click.ClickException(f"The agreement does not verify: {out.getvalue()[-2000:]}")
    return time.monotonic() - started


@click.command()
@click.option("--years", default=10, show_default=True, help="of a record a day.")
def cli(years: int) -> None:
    """Time the verifier on years of an agreement."""
    found = verifier_times(years)
    for name, seconds in found.items():
        click.echo(f"{name}: {seconds}" + (f" (goal: {GOALS_S[name]})" if name in GOALS_S else ""))


if __name__ == "__main__":
    cli()
