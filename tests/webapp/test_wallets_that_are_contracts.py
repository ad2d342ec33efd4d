"""A party whose wallet is a contract (ERC-1271): the registry asked it, and nobody can recover a key from what it took.

given an agreement and an act that a wallet of the consumer owned to
├── both verifiers hold, and say on what it rests that the wallet was the one
└── given that there never was a contract at the consumer's address: both say whose signature lacks
"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from ppa.acts import Act
from ppa.verify import Report
from tests.ppa.lying_proxy import proxy
from tests.webapp.parties import FOREVER, send
from tests.webapp.verifying import by_ppa, in_the_browser
from tests.webapp.world import METER, PRODUCER, STRANGER, World, day_upload
from webapp.app import create_app
from webapp.config import Settings
from webapp.indexer import Indexer

WALLET = "0x1271000000000000000000000000000000001271"
# Answers isValidSignature's selector, whatever it is asked: PUSH32 selector, MSTORE at 0, RETURN 32 bytes.
OWNS_TO_ALL = "0x7f1626ba7e" + "00" * 28 + "60005260206000f3"


@dataclass(frozen=True)
class Deal:
    """A world, and a browser on an application of it."""

    world: World
    client: FlaskClient
    id: str

    def reported(self, folder: Path) -> tuple[Report, dict[str, Any]]:
        """The report of our verifier, and what the browser says of the parties' signatures."""
        given = (self.client, self.world.rpc, self.id, "2016-07", folder)
        checks = in_the_browser(*given[:-1])
        assert [check for check in checks if not check["ok"]] == []
        return by_ppa(*given), next(check for check in checks if check["name"] == "act_keys")


@pytest.fixture
def deal(world: World, tmp_path: Path) -> Deal:
    world.chain.request("anvil_setCode", WALLET, OWNS_TO_ALL)
    terms = world.terms(consumer=WALLET)
    send(world, PRODUCER, "agree", terms.as_tuple(), b"", b"whatever the wallet takes")
    world.act(METER, "serve", terms)
    world.run_meter(METER, date(2016, 8, 31), every=31)
    world.act(STRANGER, "close", terms)
    act = Act(1, FOREVER, cents=-123)
    send(world, PRODUCER, "act", terms.as_tuple(), act.as_tuple(), b"", b"this too", [])
    settings = Settings.load(world.rpc, world.deployment_file, tmp_path / "index.sqlite", poll_s=0.1)
    client = create_app(settings).test_client()
    Indexer(settings).step()
    for readings, record in world.days.values():
        body, headers = day_upload(METER, readings, record)
        assert client.post("/api/v1/days", data=body, headers=headers).status_code == 201
    return Deal(world, client, world.id_of(terms))


def test_what_a_wallet_owned_to_holds_and_says_on_what_it_rests(deal: Deal, tmp_path: Path) -> None:
    report, browser = deal.reported(tmp_path)
    assert report.exit_status == 0, report.to_text()
    assert f"{WALLET} es un contrato" in report.to_text()
    assert browser["ok"] is True and WALLET in json.dumps(browser["values"])


def test_where_there_never_was_a_contract_the_signature_lacks(deal: Deal, tmp_path: Path) -> None:
    deal.world.chain.request("anvil_setCode", WALLET, "0x")
    with proxy(deal.world.rpc, no_code_at_the_wallet) as rpc:
        given = (deal.client, rpc, deal.id, "2016-07", tmp_path)
        report, checks = by_ppa(*given), in_the_browser(*given[:-1])
    assert (report.exit_status, report.broken_links) == (1, ("signatures",)), report.to_text()
    assert f"falta la firma de {WALLET}" in report.to_text()
    lacking = {check["name"]: check["found"] for check in checks if not check["ok"]}
    assert lacking == {"act_keys": "keys.lacks", "later_act_keys": "keys.lacks"}


def no_code_at_the_wallet(method: str, asked: list[Any], answer: Any) -> Any:
    """What a node would answer if the wallet had never been a contract."""
    return "0x" if method == "eth_getCode" and asked[0].lower() == WALLET else answer
