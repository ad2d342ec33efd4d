"""`ape run close`: close the next month of an agreement. Anyone may: no numbers are given, so none can be wrong."""

from pathlib import Path

import click
from ape import networks

from ppa import files
from ppa.chain import Chain
from ppa.errors import PpaError
from ppa.storage_words import StatementFlag
from tools.deploying.keys import keystore_account
from tools.deploying.network import NetworkCommand
from tools.stage.agreements import STRANGER, act


@click.command(cls=NetworkCommand)
@click.option(
    "--terms", type=click.Path(path_type=Path, exists=True), required=True, help="The agreement's terms.json."
)
@click.option("--keystore", type=click.Path(path_type=Path, exists=True), help="Who pays for the transaction.")
@click.option("--password", envvar="SOLPACT_PASSWORD", help="The keystore's; better given as SOLPACT_PASSWORD.")
def cli(terms: Path, keystore: Path | None, password: str | None) -> None:
    """Close the next month of the agreement in a terms.json."""
    chain = Chain(networks.provider.web3.provider)
    try:
        file = files.read_terms(terms)
        if chain.chain_id() != file.chain_id:
            raise click.ClickException(
                f"{terms} is of chain {file.chain_id}; this node is of chain {chain.chain_id()}."
            )
        if keystore is None and not chain.is_embedded():
            raise click.ClickException("Name the account that sends: --keystore FILE, with SOLPACT_PASSWORD set.")
        account = keystore_account(chain, keystore, password) if keystore else STRANGER
        block = act(chain, account, file.registry, "close", file.terms)
        number = chain.agreement(file.registry, file.id).periods
        statement = chain.statement(file.registry, file.id, number)
    except PpaError as problem:
        raise click.ClickException(str(problem)) from problem
    if statement.flags & StatementFlag.DARK:
        click.echo(
            "Nothing was taken from the meter in that month: its energy is in the statement after the next record.",
            err=True,
        )
    click.echo(f"Month {number} closed in block {block}: {statement.amount_cents} cents.")
