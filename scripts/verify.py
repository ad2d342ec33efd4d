"""`ape run verify`: repeat every check from files and a node alone.

Without `--rpc` the chain's state that the last demo left is started again, in a node of our own.
"""

from contextlib import ExitStack
from pathlib import Path

import click

from ppa.verify.__main__ import main
from scripts._chain import ROOT, embedded_chain

FOLDER = ROOT / "build" / "demo"
COULD_NOT = 2


def kept_chain(folder: Path, stack: ExitStack) -> str:
    """Start the chain that a demo left; its URL."""
    for kind, name in (("anvil", "chain.json"), ("ganache", "chain.db")):
        if (folder / name).exists():
            return stack.enter_context(embedded_chain(kind, 0, load=folder / name)).url
    click.echo(f"There is no chain in {folder}: run `make demo ONCE=1` first, or name a node with RPC=url.", err=True)
    raise SystemExit(COULD_NOT)


@click.command()
@click.option("--rpc", help="Any node of the chain; by default the chain that the last demo left.")
@click.option("--evidence", type=click.Path(path_type=Path), help="By default the last demo's.")
@click.option("--invoice", type=click.Path(path_type=Path), help="By default, with the demo's evidence, all its three.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")
@click.option("--tamper", type=click.Choice(("root", "register", "price", "cent")), help="See such a change caught.")
@click.option("--folder", type=click.Path(path_type=Path), default=FOLDER, help="Where the demo was kept.")
@click.option("--language", type=click.Choice(("es", "en")), default="es")
def cli(
    rpc: str | None,
    evidence: Path | None,
    invoice: Path | None,
    as_json: bool,
    tamper: str | None,
    language: str,
    folder: Path,
) -> None:
    """Verify an agreement: exit 0 all hold, 1 something differs, 2 could not be checked."""
    invoices = [invoice] if invoice else [] if evidence else sorted((folder / "invoices").glob("*.json"))
    arguments = ["--evidence", str(evidence or folder / "evidence.json"), "--language", language]
    arguments += [part for path in invoices for part in ("--invoice", str(path))]
    arguments += ["--json"] if as_json else []
    arguments += ["--tamper", tamper] if tamper else []
    with ExitStack() as stack:
        status = main(["--rpc", rpc or kept_chain(folder, stack), *arguments])
    raise SystemExit(status)
