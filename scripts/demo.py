"""`ape run demo`: the main job end to end. A plant's two analyzers are read over Modbus, the meter signs and sends
daily records, months are closed, evidence is taken and everything is verified; a second, short agreement has a plant
that starts late, a lost key and a silent meter; then a page opens. What the plant measured is NREL's (92 days), or the
whole months of the user's own load curve (docs/load-curves.md).

What stays in `build/demo/`: what was delivered to the analyzers (`input.csv`), `deployments/`, `terms.json`,
`evidence.json`, the invoices, and the chain's state, from which `make verify` works after all programs have ended; what
was taken of an own curve (`source.csv`); of the second agreement in `late/`, and in `new-key/` once it was handed over.
"""

import shutil
import time
import webbrowser
from pathlib import Path
from threading import Thread

import click

from meter.errors import BadSeries
from meter.plant.curve import NO_EXPORT, UNITS, ZONES, Months, Options
from ppa.errors import PpaError
from tools.stage.agreements import ASIDE
from tools.stage.chain import ROOT, embedded_chain
from tools.stage.measured import NREL, kept, own
from tools.stage.play import play
from tools.stage.programs import programs
from tools.stage.stage import say, set_stage

FOLDER = ROOT / "build" / "demo"
KEPT = (
    *("chain.db", "chain.json", "deployments", "evidence.json", "input.csv", "invoices", "logs", "meter"),
    *("platform.sqlite", "platform.sqlite-shm", "platform.sqlite-wal", "source.csv", "terms.json"),
    *ASIDE,
)


def _empty(folder: Path) -> None:
    """Make the folder, or empty it of what an earlier demo left. Anything else in it is somebody's."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        left = (*KEPT, *(entry.name for entry in folder.glob(".*.json.*")))  # a write that was cut off
        strange = sorted({entry.name for entry in folder.iterdir()} - set(left))
    except OSError as problem:
        raise click.ClickException(f"{folder} cannot be used ({problem.strerror}): name another.") from problem
    if strange:
        raise click.ClickException(
            f"{folder} is emptied first, but {strange[0]} in it is of no demo: name an empty folder with --folder."
        )
    shutil.rmtree(folder)
    folder.mkdir()


def _page(platform: str, agreement: bytes) -> None:
    """Show the first month's statement, and wait for the reader."""
    page = f"{platform}/agreements/0x{agreement.hex()}/statements/1"
    click.echo(f"\n  The first month's statement: {page}\n  Ctrl+C ends everything.\n", err=True)
    Thread(target=webbrowser.open, args=(page,), daemon=True).start()  # some browsers hold on until they are closed
    try:
        while True:
            time.sleep(3600)
    except (KeyboardInterrupt, SystemExit):  # Ape makes the second of the first
        click.echo("Ended. `make verify` repeats every check from build/demo/.", err=True)


def _months(file: Path, options: Options) -> Months:
    """The user's months, after saying how they were read."""
    try:
        months = own(file, options)
    except BadSeries as problem:
        raise click.ClickException(str(problem)) from problem
    for sentence in months.summary():
        say(sentence)
    return months


@click.command()
@click.option("--once", is_flag=True, help="End after the statements; the last line on stdout is one JSON object.")
@click.option("--chain", "kind", type=click.Choice(("anvil", "ganache")), default="anvil", help="The embedded chain.")
@click.option("--input", "file", type=click.Path(path_type=Path), help="An own load curve instead of NREL's power.")
@click.option("--zone", type=click.Choice(ZONES), default=ZONES[0], help="Whose months; the curve's wall clock.")
@click.option("--time", default="", help="The curve's column of the time, or two: Fecha+Hora.")
@click.option("--generation", default="", help="Its column of generated energy or power.")
@click.option("--export", default="", help=f"Its column of what is exported to the grid, or {NO_EXPORT!r}.")
@click.option("--unit", type=click.Choice(("", *UNITS)), default="", help="The unit of both, if not in their names.")
@click.option("--decimal", type=click.Choice(("", "point", "comma")), default="", help="Their decimal sign.")
@click.option("--labels", type=click.Choice(("", "start", "end")), default="", help="What a time is of its interval.")
@click.option("--folder", type=click.Path(path_type=Path), default=FOLDER, help="Emptied first; build/demo by default.")
def cli(once: bool, kind: str, file: Path | None, folder: Path, **options: str) -> None:
    """Run the main job on an embedded chain with real data."""
    started = time.monotonic()
    folder = folder.resolve()
    months = _months(file, Options(**options)) if file else None
    _empty(folder)
    dump = folder / ("chain.json" if kind == "anvil" else "chain.db")
    try:
        measured = kept(months, folder / "source.csv") if months else NREL
        with embedded_chain(kind, measured.eve, dump=dump) as node, programs(folder / "logs") as running:
            running.watch("chain", node.process)
            holds = play(set_stage(node.url, folder, running), measured, started, _page if not once else None)
    except PpaError as problem:
        raise click.ClickException(str(problem)) from problem
    except OSError as problem:
        raise click.ClickException(f"A file cannot be used: {problem}. The logs are in {folder / 'logs'}.") from problem
    raise SystemExit(0 if holds else 1)
