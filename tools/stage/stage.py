"""A stage for demonstrations and trials: a chain with our contracts, a plant, a meter, and an agreement it serves."""

import json
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click
from ape import accounts, networks
from ape.logging import LogLevel, logger
from eth_account.signers.local import LocalAccount

from ppa import files
from ppa.chain import Chain
from ppa.deployment import Deployment
from ppa.terms import Terms
from tools.deploying.deployment import deploy
from tools.stage.agreements import (
    CONSUMER,
    PRODUCER,
    STRANGER,
    act,
    demo_terms,
    in_wallet,
    terms_file,
)
from tools.stage.measured import NREL, Measured
from tools.stage.programs import PASSWORD, Programs, installed, meter_config, start_plant

EVE = NREL.eve
SECRET = {"SOLPACT_METER_PASSWORD": PASSWORD}


@dataclass
class Stage:
    """Where a demonstration stands: its folder, chain, programs and contracts."""

    folder: Path
    chain: Chain
    running: Programs
    deployment: Deployment

    @property
    def registry(self) -> str:
        """The registry's address."""
        return self.deployment.address("PPARegistry")

    @property
    def ledger(self) -> str:
        """The ledger's address."""
        return self.deployment.address("MeterLedger")


def say(text: str) -> None:
    """Progress goes to stderr: the last line of stdout is the result."""
    click.echo(f"· {text}", err=True)


def deploy_on(chain: Chain, folder: Path) -> Deployment:
    """Deploy on a chain of ours that runs, through Ape."""
    logger.set_level(LogLevel.ERROR)  # its own progress would only repeat ours
    with networks.parse_network_choice(f"ethereum:local:{chain.url}"):
        return deploy(chain, accounts.test_accounts[0], "local", folder / "deployments" / "local.json")


def agree(stage: Stage, config: Path, terms_of: Callable[[Deployment, str], Terms] = demo_terms) -> tuple[Terms, bytes]:
    """Give the meter its key, sign terms that name it, and tell the meter which agreement it serves."""
    stage.running.run("meter init", installed("meter"), "init", "--config", str(config), environment=SECRET)
    status = json.loads(
        stage.running.run("meter status", installed("meter"), "status", "--json", "--config", str(config))
    )
    terms = terms_of(stage.deployment, status["meter"])
    agreement = both_sign(stage, terms, CONSUMER)
    config.write_text(config.read_text().replace('agreement = ""', f'agreement = "0x{agreement.hex()}"'))
    return terms, agreement


def both_sign(stage: Stage, terms: Terms, consumer: LocalAccount) -> bytes:
    """Producer and consumer sign what their wallets show, which begins with the words; a stranger brings both.

    The agreement's id; its `terms.json` is written.
    """
    file = terms_file(stage.deployment, terms)
    message = terms.typed_data(file.chain_id, file.registry, file.words)
    signatures = [in_wallet(party, message) for party in (PRODUCER, consumer)]
    block = act(stage.chain, STRANGER, stage.registry, "agree", terms, *signatures)
    say(f"Agreement 0x{file.id.hex()[:8]}… signed by both, on the chain in block {block}.")
    files.write_terms(stage.folder / "terms.json", file)
    return file.id


def show_words(stage: Stage) -> None:
    """The words that both wallets showed, as they stand in `terms.json`."""
    say("What both wallets showed, and both parties signed:")
    for line in files.read_terms(stage.folder / "terms.json").words.splitlines():
        click.echo(textwrap.fill(line, 110, initial_indent="    ", subsequent_indent="      "), err=True)


def set_stage(url: str, folder: Path, running: Programs) -> Stage:
    """The contracts on a chain of ours that runs."""
    chain = Chain(url)
    eve = datetime.fromtimestamp(chain.head()[1], UTC)
    say(f"{chain.client_version()} runs on {url}; its clock stands at noon of {eve.day} {eve:%B %Y}.")
    return Stage(folder, chain, running, deploy_on(chain, folder))


def install_meter(stage: Stage, measured: Measured, platform: str) -> Path:
    """Start the plant on what was measured and configure a meter for it; the configuration's path."""
    plant = start_plant(stage.running, measured, stage.folder / "input.csv")
    places: dict[str, str | int] = {
        "rpc": stage.chain.url,
        "chain_id": stage.deployment.chain_id,
        "ledger": stage.ledger,
        "registry": stage.registry,
    }
    return meter_config(stage.folder / "meter", plant, places, platform, measured)
