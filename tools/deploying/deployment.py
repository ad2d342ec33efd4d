"""Putting the contracts on a network, each once."""

import subprocess
import tempfile
from pathlib import Path

import click
from ape.api import AccountAPI
from ape.contracts import ContractContainer
from ethpm_types import ContractType

from ppa.artifacts import DEPLOYED, abi, code_matches, creation_code
from ppa.chain import Chain
from ppa.deployment import Deployment, Site, code_hash, constructor_arguments
from ppa.errors import PpaError
from ppa.files import read_deployment, write_deployment

ROOT = Path(__file__).resolve().parents[2]


def deploy(chain: Chain, deployer: AccountAPI, network: str, file: Path) -> Deployment:
    """Deploy what is missing on the connected network; the whole deployment, also written to `file`."""
    chain_id, genesis = chain.chain_id(), chain.genesis_hash()
    kept = _kept(chain, file, chain_id, genesis)
    _check_writable(file)
    sites: dict[str, Site] = {}
    for name in DEPLOYED:
        arguments = constructor_arguments(name, chain_id, sites)
        site = kept.get(name)
        if site is None or site.arguments != arguments:
            site = _deploy_one(chain, deployer, name, arguments)
            click.echo(f"{name} deployed at {site.address} in block {site.block}.", err=True)
        else:
            click.echo(f"{name} is at {site.address} already.", err=True)
        sites[name] = site
        deployment = Deployment(chain_id, genesis, network, _commit(), dict(sites))
        write_deployment(file, deployment)
    return deployment


def _check_writable(file: Path) -> None:
    """Before anything is sent: addresses that cannot be written down would be lost."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=file.parent):
            pass
    except OSError as problem:
        raise click.ClickException(
            f"{file} cannot be written ({problem.strerror}): name another with --file. Nothing was deployed."
        ) from problem


def _kept(chain: Chain, file: Path, chain_id: int, genesis: str) -> dict[str, Site]:
    """The contracts of an earlier run that are really there."""
    if not file.exists():
        return {}
    known = read_deployment(file)
    if (known.chain_id, known.genesis) != (chain_id, genesis):
        if not chain.is_embedded():
            raise click.ClickException(
                f"{file} is of another chain (id {known.chain_id}, genesis {known.genesis}); this one has "
                f"id {chain_id}, genesis {genesis}. Name another file with --file, or check --network."
            )
        return {}
    there = {}
    for name, site in known.contracts.items():
        try:
            code_matches(name, chain.code(site.address))
            there[name] = site
        except PpaError:
            continue
    return there


def _deploy_one(chain: Chain, deployer: AccountAPI, name: str, arguments: tuple[int | str, ...]) -> Site:
    published = ContractType.model_validate(
        {"contractName": name, "abi": abi(name), "deploymentBytecode": {"bytecode": "0x" + creation_code(name).hex()}}
    )
    instance = deployer.deploy(ContractContainer(published), *arguments, gas_price=0, required_confirmations=0)
    receipt = instance.creation_metadata
    block = receipt.block if receipt else chain.head()[0]
    code = chain.code(instance.address)
    code_matches(name, code)
    return Site(instance.address, block, arguments, code_hash(code))


def _commit() -> str:
    answer = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    return answer.stdout.strip() or "unknown"
