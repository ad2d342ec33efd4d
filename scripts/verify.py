"""`ape run verify`: repeat every check from files and a node alone.

Without `--rpc` the chain's state that the last demo left is started again, in a node of our own. Without `--evidence`
all of the demo's is verified: of its first agreement, and of the second, before and after its handover.
"""

import os
from contextlib import ExitStack
from pathlib import Path

import click

from ppa.text import LANGUAGES
from ppa.verify.__main__ import main
from tools.stage.agreements import ASIDE
from tools.stage.chain import ROOT, embedded_chain

FOLDER = ROOT / "build" / "demo"
DIFFERS, COULD_NOT = 1, 2


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
@click.option("--invoice", type=click.Path(path_type=Path), help="By default, with the demo's evidence, all of its.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of text, one an evidence file.")
@click.option("--tamper", type=click.Choice(("root", "register", "price", "cent")), help="See such a change caught.")
@click.option("--folder", type=click.Path(path_type=Path), default=FOLDER, help="Where the demo was kept.")
@click.option("--language", type=click.Choice(LANGUAGES), default="es")
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
    given = evidence or folder / "evidence.json"
    asked = [(given, [invoice] if invoice else [] if evidence else _invoices(folder))]
    if not evidence and not invoice:
        asked += [(folder / name / "evidence.json", _invoices(folder / name)) for name in ASIDE]
    options = ["--language", language]
    options += ["--json"] if as_json else []
    options += ["--tamper", tamper] if tamper else []
    with ExitStack() as stack:
        options += ["--rpc", rpc or kept_chain(folder, stack)]
        statuses = set()
        for file, paths in asked:
            if len(asked) > 1 and not as_json:
                click.echo(f"\n{os.path.relpath(file)}\n")
            statuses.add(main([*options, "--evidence", str(file), *_repeated("--invoice", paths)]))
    raise SystemExit(DIFFERS if DIFFERS in statuses else max(statuses))


def _invoices(folder: Path) -> list[Path]:
    """The invoices of a demo's folder, in order of time."""
    return sorted((folder / "invoices").glob("*.json"))


def _repeated(option: str, values: list[Path]) -> list[str]:
    return [part for value in values for part in (option, str(value))]
