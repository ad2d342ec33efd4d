"""`ape run demo`: the main job end to end. A plant's two analyzers are read over Modbus, the meter signs and sends 92
daily records, three months are closed, evidence is taken and everything is verified; a second, short agreement has a
plant that starts late, a lost key and a silent meter; then a page opens.

What stays in `build/demo/`: what was delivered to the analyzers (`input.csv`), `deployments/`, `terms.json`,
`evidence.json`, the invoices, and the chain's state, from which `make verify` works after all programs have ended; of
the second agreement in `late/`, and in `new-key/` once it was handed over.
"""

import shutil
import time
import webbrowser
from pathlib import Path
from threading import Thread

import click

from ppa.errors import PpaError
from scripts._agreement import ASIDE
from scripts._chain import ROOT, embedded_chain
from scripts._play import play
from scripts._programs import programs
from scripts._stage import EVE, set_stage

FOLDER = ROOT / "build" / "demo"
KEPT = (
    *("chain.db", "chain.json", "deployments", "evidence.json", "input.csv", "invoices", "logs", "meter"),
    *("platform.sqlite", "platform.sqlite-shm", "platform.sqlite-wal", "terms.json"),
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
    """Show July's statement, and wait for the reader."""
    page = f"{platform}/agreements/0x{agreement.hex()}/statements/1"
    click.echo(f"\n  July's statement: {page}\n  Ctrl+C ends everything.\n", err=True)
    Thread(target=webbrowser.open, args=(page,), daemon=True).start()  # some browsers hold on until they are closed
    try:
        while True:
            time.sleep(3600)
    except (KeyboardInterrupt, SystemExit):  # Ape makes the second of the first
        click.echo("Ended. `make verify` repeats every check from build/demo/.", err=True)


@click.command()
@click.option("--once", is_flag=True, help="End after the statements; the last line on stdout is one JSON object.")
@click.option("--chain", "kind", type=click.Choice(("anvil", "ganache")), default="anvil", help="The embedded chain.")
@click.option("--input", "source", default="nrel", help="A CSV of one's own instead of the measured PV power.")
@click.option("--folder", type=click.Path(path_type=Path), default=FOLDER, help="Emptied first; build/demo by default.")
def cli(once: bool, kind: str, source: str, folder: Path) -> None:
    """Run the main job on an embedded chain with real data."""
    started = time.monotonic()
    folder = folder.resolve()
    _empty(folder)
    dump = folder / ("chain.json" if kind == "anvil" else "chain.db")
    try:
        with embedded_chain(kind, EVE, dump=dump) as node, programs(folder / "logs") as running:
            running.watch("chain", node.process)
            holds = play(set_stage(node.url, folder, running), source, started, _page if not once else None)
    except PpaError as problem:
        raise click.ClickException(str(problem)) from problem
    except OSError as problem:
        raise click.ClickException(f"A file cannot be used: {problem}. The logs are in {folder / 'logs'}.") from problem
    raise SystemExit(0 if holds else 1)
