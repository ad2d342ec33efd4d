"""Deploying and closing from the command line, on an Anvil of our own.

deploy
├── on an embedded chain: every contract once; a second run keeps them all
├── when a contract's address has other code, only what is missing is deployed again; with a module, the registry too
└── the file names chain id, genesis, addresses, blocks, arguments, code hashes and the commit
close
├── when the month is not over it says so, in the contract's words
└── when terms are of another chain it is refused
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ppa.artifacts import DEPLOYED
from ppa.calendar import day_of
from ppa.chain import Chain
from ppa.files import read_deployment, write_terms
from tests.scripts.commands import run
from tools.deploying.well_known import key
from tools.stage.agreements import CONSUMER, PRODUCER, act, demo_terms, terms_file
from tools.stage.chain import CHAIN_ID, embedded_chain
from tools.stage.measured import NREL
from tools.stage.stage import EVE


@pytest.fixture(scope="module")
def node() -> Iterator[str]:
    with embedded_chain("anvil", EVE) as chain:
        yield chain.url


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("deployments") / "local.json"


@pytest.fixture(scope="module")
def deployed(node: str, file: Path) -> Path:
    done = run("deploy", "--network", f"ethereum:local:{node}", "--file", str(file))
    assert done.returncode == 0, done.stderr
    return file


def test_every_contract_is_deployed_and_written_down(node: str, deployed: Path) -> None:
    deployment, chain = read_deployment(deployed), Chain(node)
    assert (deployment.chain_id, deployment.genesis) == (CHAIN_ID, chain.genesis_hash())
    assert set(deployment.contracts) == set(DEPLOYED)
    ledger, ends, rights = (deployment.address(name) for name in ("MeterLedger", "RegistryEnds", "RegistryRights"))
    assert deployment.site("PPARegistry").arguments == (CHAIN_ID, ledger, ends, rights)
    for module in ("RegistryEnds", "RegistryRights"):
        assert deployment.site(module).arguments == (CHAIN_ID, ledger)
        assert deployment.site(module).block < deployment.site("PPARegistry").block
    assert all(chain.code(site.address) for site in deployment.contracts.values())


def test_a_second_deployment_keeps_everything(node: str, deployed: Path) -> None:
    before, head = deployed.read_text(), Chain(node).head()[0]
    done = run("deploy", "--network", f"ethereum:local:{node}", "--file", str(deployed))
    assert done.returncode == 0
    assert Chain(node).head()[0] == head
    assert deployed.read_text() == before


def test_only_what_is_missing_is_deployed_again(node: str, deployed: Path, tmp_path: Path) -> None:
    body = json.loads(deployed.read_text())
    body["contracts"]["EnergyCharge"]["address"] = body["contracts"]["MeterLedger"]["address"]
    damaged = tmp_path / "local.json"
    damaged.write_text(json.dumps(body))
    head = Chain(node).head()[0]
    done = run("deploy", "--network", f"ethereum:local:{node}", "--file", str(damaged))
    assert done.returncode == 0
    assert Chain(node).head()[0] == head + 1
    assert "EnergyCharge deployed" in done.stderr


def test_with_a_module_the_registry_is_deployed_again(node: str, deployed: Path, tmp_path: Path) -> None:
    body = json.loads(deployed.read_text())
    body["contracts"]["RegistryEnds"]["address"] = body["contracts"]["MeterLedger"]["address"]
    damaged = tmp_path / "local.json"
    damaged.write_text(json.dumps(body))
    head = Chain(node).head()[0]
    done = run("deploy", "--network", f"ethereum:local:{node}", "--file", str(damaged))
    assert done.returncode == 0
    assert Chain(node).head()[0] == head + 2
    again, before = read_deployment(damaged), read_deployment(deployed)
    assert {name for name in DEPLOYED if again.site(name) != before.site(name)} == {"RegistryEnds", "PPARegistry"}


def test_a_month_that_is_not_over_is_not_closed(node: str, deployed: Path, tmp_path: Path) -> None:
    chain, deployment, meter = Chain(node), read_deployment(deployed), key(5)
    registry = deployment.address("PPARegistry")
    terms = demo_terms(deployment, meter.address)
    act(chain, PRODUCER, registry, "propose", terms)
    act(chain, CONSUMER, registry, "sign", terms)
    act(chain, meter, registry, "serve", terms)
    eve = day_of(NREL.first) - 2
    chain.transact(
        meter, chain.function("MeterLedger", deployment.address("MeterLedger"), "record", 5, 5, eve, b"\1" * 32)
    )
    written = tmp_path / "terms.json"
    file = terms_file(deployment, terms)
    write_terms(written, file)
    done = run("close", "--network", f"ethereum:local:{node}", "--terms", str(written))
    assert done.returncode == 1
    assert "The meter's last record is of 2016-06-29: the month can be closed once" in done.stderr
    assert "(MonthNotEnded(last=16981, monthEnd=17013))" in done.stderr
    assert chain.agreement(registry, file.id).periods == 0


def test_terms_of_another_chain_are_not_closed_here(node: str, deployed: Path, tmp_path: Path) -> None:
    deployment = read_deployment(deployed)
    terms = demo_terms(deployment, key(6).address)
    written = tmp_path / "terms.json"
    other = replace(deployment, chain_id=5)
    write_terms(written, terms_file(other, terms))
    done = run("close", "--network", f"ethereum:local:{node}", "--terms", str(written))
    assert done.returncode == 1
    assert "is of chain 5" in done.stderr
