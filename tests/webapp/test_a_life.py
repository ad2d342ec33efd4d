"""An agreement to which everything happens, on a real chain: pages, files, and both verifiers.

July and August closed; July disputed and resolved; a payment declared and confirmed; a correction of both; handed over
to a new owner with another meter; the lender notified; the consumer leaves in November, October being open.

the first agreement ── verified: handed over; its pages say so
the successor ── verified, with what it was handed over from; the balance is that of the chain; pages and invoice say it
a told dispute, payment, act or exit changed ── both verifiers refuse it
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account

from ppa import abi, calendar, files
from ppa.acts import Act
from ppa.chain import Chain
from ppa.clauses import EnergyCharge, ExitTable, LateInterest
from ppa.terms import ZERO_ADDRESS, Clause, Terms
from ppa.verify import Report, Subject, run
from tests.webapp.parties import ARBITER, FOREVER, NEW_PRODUCER, both, send
from tests.webapp.verifying import by_ppa, in_the_browser
from tests.webapp.world import CONSUMER, METER, PRODUCER, STRANGER, World, anvil, day_readings, day_upload, role
from webapp import indexer
from webapp.app import create_app
from webapp.config import Settings

NEW_METER, BANK = role(7), role(8)
REFERENCE, EVIDENCE, REASON = (bytes([n]) * 32 for n in (1, 2, 3))
LAST = date(2016, 11, 12)


@dataclass(frozen=True)
class Life:
    """The world, its application, and the two agreements."""

    world: World
    settings: Settings
    first: Terms
    successor: Terms

    def get(self, terms: Terms, path: str) -> bytes:
        """A page or file."""
        client = create_app(self.settings).test_client()
        client.set_cookie("language", "es")
        answer = client.get(f"/agreements/{self.world.id_of(terms)}{path}")
        assert answer.status_code == 200, path
        return answer.data


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    folder = tmp_path_factory.mktemp("life")
    with anvil() as rpc:
        world = World(rpc, folder)
        at = world.deployment.address
        exits = ExitTable(BANK.address, 1, ZERO_ADDRESS, 100_000, (5_000,))
        clauses = (
            Clause(at("EnergyCharge"), EnergyCharge(85_000, 0, 0).params()),
            Clause(at("LateInterest"), LateInterest(80_000).params()),
            Clause(at("ExitTable"), exits.params()),
        )
        first = world.propose(months=12, arbiter=ARBITER.address, clauses=clauses)
        world.act(CONSUMER, "sign", first)
        world.act(METER, "serve", first)
        world.run_meter(METER, date(2016, 9, 30), every=10)
        for _ in range(2):
            world.act(STRANGER, "close", first)
        told = first.as_tuple()
        send(world, CONSUMER, "dispute", told, 1, -5_000, EVIDENCE)
        send(world, ARBITER, "resolve", told, 1, -700, REASON)
        paid = (20_000, calendar.day_of(date(2016, 9, 10)), REFERENCE)
        send(world, CONSUMER, "declare", told, *paid)
        send(world, PRODUCER, "confirm", told, *paid)
        both(world, first, Act(1, FOREVER, generation_wh=12_345, cents=-100, reason=REASON))
        world.act(STRANGER, "close", first)
        successor = world.worded(
            replace(
                first,
                producer=NEW_PRODUCER.address,
                meter=NEW_METER.address,
                supersedes=bytes.fromhex(world.id_of(first)[2:]),
                months=24,
                clauses=(
                    *clauses[:2],
                    Clause(at("ExitTable"), replace(exits, prices_micro_per_w=(5_000, 4_000)).params()),
                ),
            )
        )
        world.act(NEW_PRODUCER, "propose", successor)
        world.act(CONSUMER, "sign", successor)
        day = calendar.day_of(date(2016, 10, 1))
        new_meter(world, day)
        act = Act(2, FOREVER, generation_wh=40_000, successor=bytes.fromhex(world.id_of(successor)[2:]))
        both(world, first, act, successor)
        world.act(NEW_METER, "serve", successor)
        send(world, CONSUMER, "notifyLender", successor.as_tuple(), 2)
        world.chain.set_next_block_time((calendar.day_of(LAST) + 3) * 86_400)
        send(world, CONSUMER, "exit", successor.as_tuple(), 2)
        settings = Settings.load(rpc, world.deployment_file, folder / "index.sqlite", poll_s=0.1)
        client = create_app(settings).test_client()
        indexer.Indexer(settings).step()
        for readings, record in world.days.values():
            meter = METER if record.day <= calendar.day_of(date(2016, 9, 30)) else NEW_METER
            body, headers = day_upload(meter, readings, record)
            assert client.post("/api/v1/days", data=body, headers=headers).status_code == 201
        yield Life(world, settings, first, successor)


def new_meter(world: World, opened: int) -> None:
    """Another meter, whose registers start lower, every ten days from a day to the last."""
    world.record(NEW_METER, day_readings(opened, 1_000, 500, 0, 0, opening=True))
    kept, generation, exported = opened, 1_000, 500
    last, month_end = calendar.day_of(LAST), calendar.day_of(date(2016, 10, 31))
    for day in sorted({*range(kept + 10, last, 10), month_end, last}):
        made, out = 140_000 * (day - kept), 15_000 * (day - kept)
        generation, exported, kept = generation + made, exported + out, day
        world.record(NEW_METER, day_readings(day, generation, exported, made, out))


def reported(life: Life, terms: Terms, tmp_path: Path) -> Report:
    """What our verifier says of an agreement and of its last invoice."""
    client = create_app(life.settings).test_client()
    return by_ppa(client, life.world.rpc, life.world.id_of(terms), last_month(life, terms), tmp_path)


def last_month(life: Life, terms: Terms) -> str:
    """The last closed period, such as 2016-09."""
    return {life.world.id_of(life.first): "2016-09", life.world.id_of(life.successor): "2016-11"}[
        life.world.id_of(terms)
    ]


@pytest.mark.parametrize("which", ["first", "successor"])
def test_ppa_verifies_it(life: Life, which: str, tmp_path: Path) -> None:
    report = reported(life, getattr(life, which), tmp_path)
    assert report.exit_status == 0, report.to_text()


@pytest.mark.parametrize("which", ["first", "successor"])
def test_the_browsers_modules_verify_it(life: Life, which: str) -> None:
    terms, client = getattr(life, which), create_app(life.settings).test_client()
    checks = in_the_browser(client, life.world.rpc, life.world.id_of(terms), last_month(life, terms))
    assert {"statements", "balance", "act_keys", "invoice"} <= {check["name"] for check in checks}
    assert [check for check in checks if not check["ok"]] == []


@pytest.mark.parametrize(
    ("event", "name", "value"),
    [
        ("Disputed", "claim", -5_001),
        ("Resolved", "award", -701),
        ("PaymentConfirmed", "cents", 20_001),
        ("PaymentConfirmed", "lateCentDays", 1),
        ("Exited", "price", 50_001),
        ("Notified", "day", 1),
    ],
)
def test_a_told_event_that_was_changed_is_refused(
    life: Life, monkeypatch: pytest.MonkeyPatch, event: str, name: str, value: int
) -> None:
    which = life.successor if event in ("Exited", "Notified") else life.first
    decode = abi.decode_event

    def lying(contract: str, log: Any) -> Any:
        found = decode(contract, log)
        return (found[0], found[1] | {name: value}) if found and found[0] == event else found

    monkeypatch.setattr(abi, "decode_event", lying)
    chain = Chain(life.world.rpc)
    terms = files.read_terms(terms_file(life, which))
    assert run(Subject.of(chain, terms)).exit_status == 1


def terms_file(life: Life, terms: Terms) -> Path:
    """terms.json in a file."""
    where = life.settings.database.parent / f"{life.world.id_of(terms)}.json"
    where.write_bytes(life.get(terms, "/terms.json"))
    return where


def test_the_pages_say_what_happened(life: Life) -> None:
    # A page's head has every text, for scripts: only what follows is shown.
    first, successor = (life.get(terms, "").decode().split("<body>")[1] for terms in (life.first, life.successor))
    assert "Sustituido" in first and "El contrato pasa a unas condiciones nuevas" in first
    assert "Una parte discute una liquidación" in first and "Un pago confirmado" in first
    assert "Terminado" in successor and "El consumidor termina el contrato por su cláusula" in successor
    assert "Reclamada y ya resuelta" in first
    assert (
        "Lo que trajeron los acuerdos"
        in life.get(life.successor, "/statements/2016-11/print").decode().split("<body>")[1]
    )


def test_energy_and_money_are_carried_to_the_wh_and_the_cent(life: Life) -> None:
    chain, registry = Chain(life.world.rpc), life.world.registry
    first, successor = (bytes.fromhex(life.world.id_of(terms)[2:]) for terms in (life.first, life.successor))
    kept = chain.agreement(registry, successor)
    statements = [chain.statement(registry, successor, n) for n in range(kept.periods + 1)]
    assert kept.periods == 5 and chain.agreement(registry, first).balance_cents == 0
    old = [record for _, record in life.world.days.values() if record.day <= calendar.day_of(date(2016, 9, 30))]
    new = [record for _, record in life.world.days.values() if record.day > calendar.day_of(date(2016, 9, 30))]
    made = old[-1].generation_wh - old[0].generation_wh + new[-1].generation_wh - new[0].generation_wh
    assert statements[-1].generation_wh - statements[0].generation_wh == made + 12_345 + 40_000
    sent = old[-1].exported_wh - old[0].exported_wh + new[-1].exported_wh - new[0].exported_wh
    assert statements[-1].exported_wh - statements[0].exported_wh == sent
    assert kept.balance_cents == sum(s.amount_cents for s in statements[1:]) - 20_000
    assert Account.from_key(NEW_PRODUCER.key).address == life.successor.producer
