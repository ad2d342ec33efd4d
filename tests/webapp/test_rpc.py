"""The same-origin JSON-RPC.

├── given what a verifier must ask
│   └── it is passed on, one question or a hundred
├── given what writes, or what reveals another's contracts
│   └── it is refused in words
├── given a call that reverts
│   └── the revert bytes come back
└── given the demo wallet
    └── it also passes signed transactions on, on embedded chains only
"""

from pathlib import Path
from typing import Any

import pytest

from ppa import abi
from tests.webapp.conftest import Site
from tests.webapp.world import PRODUCER, World
from webapp.app import create_app
from webapp.config import Settings
from webapp.errors import NotEmbedded, OtherChain


def ask(site: Site, method: str, *params: Any) -> Any:
    return site.client.post("/rpc", json={"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}).json


def test_the_chain_id_is_passed_on(site: Site) -> None:
    assert ask(site, "eth_chainId") == {"jsonrpc": "2.0", "id": 1, "result": "0x7a69"}


def test_a_hundred_questions_are_answered_and_a_hundred_and_one_are_not(site: Site) -> None:
    question = {"jsonrpc": "2.0", "id": 7, "method": "eth_blockNumber"}
    assert len(site.client.post("/rpc", json=[question] * 100).json) == 100
    assert "error" in site.client.post("/rpc", json=[question] * 101).json


@pytest.mark.parametrize(
    "method",
    [
        "eth_sendRawTransaction",
        "eth_sendTransaction",
        "eth_accounts",
        "anvil_setBalance",
        "evm_revert",
        "debug_traceCall",
        "eth_sign",
        None,
    ],
)
def test_what_is_not_on_the_list_is_refused(site: Site, method: str) -> None:
    assert "read-only" in ask(site, method)["error"]["message"]


@pytest.mark.parametrize("asked", [{}, {"address": "0x" + "11" * 20}, {"address": ["0x" + "11" * 20]}, "latest"])
def test_logs_are_given_of_our_contracts_only(site: Site, asked: Any) -> None:
    assert "our contracts" in ask(site, "eth_getLogs", asked)["error"]["message"]


def test_logs_of_the_registry_are_given(site: Site) -> None:
    found = ask(site, "eth_getLogs", {"address": site.world.registry, "fromBlock": "0x0", "toBlock": "latest"})
    assert found["result"]


def test_logs_of_an_index_are_given_whichever_it_is(site: Site) -> None:
    """An agreement may name any index; nothing else is told of contracts that are not ours."""
    asked = {"address": "0x" + "11" * 20, "topics": [abi.topic("IndexPublisher", "Published"), "0x" + "00" * 32]}
    assert ask(site, "eth_getLogs", {**asked, "fromBlock": "0x0", "toBlock": "latest"})["result"] == []
    assert "error" in ask(site, "eth_getLogs", {**asked, "topics": [None, asked["topics"][0]]})


def test_a_call_with_overrides_is_refused(site: Site) -> None:
    call = {"to": site.world.registry, "data": "0x"}
    assert "overrides" in ask(site, "eth_call", call, "latest", {})["error"]["message"]


def test_a_revert_gives_its_bytes(site: Site) -> None:
    data = abi.call_data("PPARegistry", "statementOf", bytes(32), 1)
    found = ask(site, "eth_call", {"to": site.world.registry, "data": "0x" + data.hex()}, "latest")["error"]
    assert found["code"] == 3 and "NoSuchStatement" in found["message"] and found["data"].startswith("0x")


@pytest.mark.parametrize("body", ["", "[", "3", "null", '{"method": 3}', '{"method": "eth_chainId", "params": {}}'])
def test_what_is_no_question_is_answered_with_an_error(site: Site, body: str) -> None:
    assert "error" in site.client.post("/rpc", data=body).json


def test_the_demo_wallet_may_send(world: World) -> None:
    app = create_app(Settings.load(world.rpc, world.deployment_file, world.folder / "index.sqlite", demo_wallet=True))
    call = world.chain.function("PPARegistry", world.registry, "propose", world.terms().as_tuple())
    transaction, raw = world.chain.sign(PRODUCER, call)
    body = {"id": 1, "method": "eth_sendRawTransaction", "params": ["0x" + raw.hex()]}
    assert app.test_client().post("/rpc", json=body).json["result"] == transaction


def test_the_demo_wallet_is_refused_where_the_chain_is_not_embedded(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ppa.sending.Sender.client_version", lambda _: "Geth/v1.13")
    with pytest.raises(NotEmbedded, match="embedded chains"):
        create_app(Settings.load(world.rpc, world.deployment_file, world.folder / "i.sqlite", demo_wallet=True))


def test_a_node_of_another_chain_is_refused(world: World, tmp_path: Path) -> None:
    text = world.deployment_file.read_text().replace('"chain_id": 31337', '"chain_id": 1')
    (tmp_path / "other.json").write_text(text)
    with pytest.raises(OtherChain, match="The node is of chain 31337"):
        create_app(Settings.load(world.rpc, tmp_path / "other.json", tmp_path / "i.sqlite"))
