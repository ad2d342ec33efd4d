"""`ape run deploy`: put the contracts on a network, each once, and write down where they are.

Idempotent: what `deployments/<network>.json` names and the chain really has, in the published code, is kept; only
what is missing is deployed, from the published code of `interfaces/build.json` and without a compiler. On an embedded
chain the first of the well-known test accounts pays; anywhere else an account of Ape's must be named, and the
well-known keys are refused.
"""

from pathlib import Path

import click
from ape import networks

from ppa.chain import Chain
from ppa.errors import PpaError
from tools.deploying.deployment import ROOT, deploy
from tools.deploying.keys import deployer_of
from tools.deploying.network import NetworkCommand


@click.command(cls=NetworkCommand)
@click.option("--account", "alias", help="The account that deploys; on an embedded chain the first test account.")
@click.option(
    "--file", type=click.Path(path_type=Path), help="Where to write it; deployments/<network>.json by default."
)
def cli(alias: str | None, file: Path | None) -> None:
    """Deploy the contracts, each once, and write deployments/<network>.json."""
    chain = Chain(networks.provider.web3.provider)
    network = networks.provider.network.name
    file = file or ROOT / "deployments" / f"{network}.json"
    try:
        deploy(chain, deployer_of(chain, alias), network, file)
    except PpaError as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(f"Deployed on {network}: {file}")
