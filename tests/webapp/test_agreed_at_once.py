"""An agreement that one transaction proposed and signed, with the other party's signature of the terms.

given either party's signature and the other's transaction
├── the index has it signed, both events at their places
├── served and closed like any other, it is verified by ppa and by the browser's modules
└── both verifiers refuse it if the call held another's signature, or a stranger brought it
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from eth_account.signers.local import LocalAccount
from flask.testing import FlaskClient

from ppa.terms import Terms
from ppa.verify import keys
from ppa.verify.calldata import Call
from tests.webapp.parties import compact, send
from tests.webapp.verifying import by_ppa, in_the_browser
from tests.webapp.world import CHAIN_ID, CONSUMER, METER, PRODUCER, STRANGER, World, day_upload
from webapp.app import create_app
from webapp.config import Settings
from webapp.indexer import Indexer

SIDES = [(PRODUCER, CONSUMER), (CONSUMER, PRODUCER)]


@dataclass(frozen=True)
class Deal:
    """A world, a browser on an application of it, and what was agreed."""

    world: World
    settings: Settings
    client: FlaskClient
    terms: Terms
    signer: LocalAccount

    @property
    def id(self) -> str:
        """The agreement's id."""
        return self.world.id_of(self.terms)

    def close(self) -> None:
        """The meter serves, records July and posts its readings, and July is closed."""
        self.world.act(METER, "serve", self.terms)
        self.world.run_meter(METER, date(2016, 7, 31), every=31)
        self.world.act(STRANGER, "close", self.terms)
        Indexer(self.settings).step()
        for readings, record in self.world.days.values():
            body, headers = day_upload(METER, readings, record)
            assert self.client.post("/api/v1/days", data=body, headers=headers).status_code == 201


@pytest.fixture(params=SIDES, ids=["the producer signed", "the consumer signed"])
def deal(request: pytest.FixtureRequest, world: World, tmp_path: Path) -> Deal:
    signer, bringer = request.param
    terms = world.terms()
    send(world, bringer, "agree", terms.as_tuple(), *signatures(world, terms, signer))
    settings = Settings.load(world.rpc, world.deployment_file, tmp_path / "index.sqlite", poll_s=0.1)
    client = create_app(settings).test_client()
    Indexer(settings).step()
    return Deal(world, settings, client, terms, signer)


def signatures(world: World, terms: Terms, signer: LocalAccount, *, key: LocalAccount | None = None) -> list[bytes]:
    """The producer's signature and the consumer's, of whom only one signs: with `key`, if it is not its own."""
    signed = compact(key or signer, terms.digest(CHAIN_ID, world.registry))
    return [signed if signer.address == party else b"" for party in (terms.producer, terms.consumer)]


def test_the_index_has_it_signed(deal: Deal) -> None:
    assert json.loads(deal.client.get(f"/api/v1/agreements/{deal.id}").data)["status"] == "signed"
    shown = deal.client.get(f"/agreements/{deal.id}").text.split("<body>")[1]
    assert shown.index("Propuesto por el productor") < shown.index("Firmado por ambas partes")
    assert "Leer y firmar" not in shown


def test_nobody_is_asked_to_sign_it_again(deal: Deal) -> None:
    assert json.loads(deal.client.get(f"/api/v1/requests/{CONSUMER.address}").data) == []


def test_both_verifiers_hold_it(deal: Deal, tmp_path: Path) -> None:
    deal.close()
    report = by_ppa(deal.client, deal.world.rpc, deal.id, "2016-07", tmp_path)
    assert report.exit_status == 0, report.to_text()
    checks = in_the_browser(deal.client, deal.world.rpc, deal.id, "2016-07")
    assert {"signatures", "act_keys", "invoice"} <= {check["name"] for check in checks}
    assert [check for check in checks if not check["ok"]] == []


def test_a_call_with_anothers_signature_is_refused(deal: Deal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deal.close()
    honest = keys.calls_in

    def lying(*asked: Any, **how: Any) -> Iterator[Call]:
        for name, arguments in honest(*asked, **how):
            forged = (arguments[0], *signatures(deal.world, deal.terms, deal.signer, key=STRANGER))
            yield name, forged if name == "agree" else arguments

    monkeypatch.setattr(keys, "calls_in", lying)
    assert by_ppa(deal.client, deal.world.rpc, deal.id, "2016-07", tmp_path).exit_status == 1
