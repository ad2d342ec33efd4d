"""Claims of both parties, handovers, payments and an end, with months that nobody had closed, on a real chain.

July closed, and disputed by the producer; handed over to a longer term with August and September open; under the
successor July also disputed by the consumer and resolved, September disputed; payments of days before, within and
after what is closed; ended in November with October open.

both agreements ── held by both verifiers; the months that the act closed have their invoices
an agreement handed over before any month was closed ── both agreements are held by both verifiers
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from ppa import calendar
from ppa.acts import Act
from ppa.clauses import EnergyCharge, GuaranteedGeneration, LateInterest, TakeOrPay
from ppa.terms import Clause, Terms
from tests.webapp.parties import ARBITER, FOREVER, both, send
from tests.webapp.verifying import by_ppa, in_the_browser
from tests.webapp.world import CONSUMER, METER, PRODUCER, STRANGER, World, anvil, day_readings, day_upload
from webapp import indexer
from webapp.app import create_app
from webapp.config import Settings

EVIDENCE, REASON = bytes([2]) * 32, bytes([3]) * 32
LAST = date(2016, 11, 12)


@dataclass(frozen=True)
class Life:
    """The world, its application, an agreement and its successor."""

    world: World
    settings: Settings
    first: Terms
    successor: Terms


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    folder = tmp_path_factory.mktemp("both")
    with anvil() as rpc:
        world = World(rpc, folder)
        first = agreed(world)
        world.run_meter(METER, date(2016, 9, 30), every=30)
        world.act(STRANGER, "close", first)
        send(world, PRODUCER, "dispute", first.as_tuple(), 1, 300, EVIDENCE)
        successor = handed_over(world, first, 1, months=24)
        told = successor.as_tuple()
        send(world, CONSUMER, "dispute", told, 1, -20, EVIDENCE)
        send(world, ARBITER, "resolve", told, 1, 200, REASON)
        send(world, CONSUMER, "dispute", told, 3, -5_000, EVIDENCE)
        pay(world, successor, 10_000, date(2016, 7, 20))
        pay(world, successor, 20_000, date(2016, 8, 20))
        measured(world, date(2016, 10, 31), LAST)
        pay(world, successor, 1_000_000, date(2016, 11, 10))
        both(world, successor, Act(1, FOREVER, cents=-77, successor=bytes.fromhex(world.id_of(successor)[2:])))
        yield Life(world, indexed(world), first, successor)


def agreed(world: World) -> Terms:
    """A running agreement with interest and promises over windows."""
    at = world.deployment.address
    clauses = (
        Clause(at("EnergyCharge"), EnergyCharge(85_000, 0, 0).params()),
        Clause(at("LateInterest"), LateInterest(80_000).params()),
        Clause(at("GuaranteedGeneration"), GuaranteedGeneration(90_000_000, 5, 0, 40_000).params()),
        Clause(at("TakeOrPay"), TakeOrPay(6_000_000, 1, 2, 85_000, 0).params()),
    )
    terms = world.propose(months=12, arbiter=ARBITER.address, clauses=clauses)
    world.act(CONSUMER, "sign", terms)
    world.act(METER, "serve", terms)
    return terms


def handed_over(world: World, terms: Terms, number: int, **changes: object) -> Terms:
    """Both put other terms in place of these; the same meter serves on."""
    successor = world.worded(replace(terms, supersedes=bytes.fromhex(world.id_of(terms)[2:]), **changes))
    world.act(PRODUCER, "propose", successor)
    world.act(CONSUMER, "sign", successor)
    both(world, terms, Act(number, FOREVER, successor=bytes.fromhex(world.id_of(successor)[2:])), successor)
    return successor


def measured(world: World, *days: date) -> None:
    """The meter goes on."""
    for day in map(calendar.day_of, days):
        before = max(world.days)
        last, made, sent = world.days[before][1], 140_000 * (day - before), 15_000 * (day - before)
        world.record(METER, day_readings(day, last.generation_wh + made, last.exported_wh + sent, made, sent))


def pay(world: World, terms: Terms, cents: int, day: date) -> None:
    """The consumer paid on a day, and the producer confirms it."""
    paid = (cents, calendar.day_of(day), EVIDENCE)
    send(world, CONSUMER, "declare", terms.as_tuple(), *paid)
    send(world, PRODUCER, "confirm", terms.as_tuple(), *paid)


def indexed(world: World) -> Settings:
    """An application that knows all that happened, and the days' readings."""
    settings = Settings.load(world.rpc, world.deployment_file, world.folder / "index.sqlite", poll_s=0.1)
    client = create_app(settings).test_client()
    indexer.Indexer(settings).step()
    for readings, record in world.days.values():
        body, headers = day_upload(METER, readings, record)
        assert client.post("/api/v1/days", data=body, headers=headers).status_code == 201
    return settings


MONTHS = [("first", "2016-07"), ("first", "2016-09"), ("successor", "2016-10"), ("successor", "2016-11")]


@pytest.mark.parametrize(("which", "month"), MONTHS)
def test_the_browsers_modules_hold_it(life: Life, which: str, month: str) -> None:
    client = create_app(life.settings).test_client()
    checks = in_the_browser(client, life.world.rpc, life.world.id_of(getattr(life, which)), month)
    assert {"statements", "balance", "invoice"} <= {check["name"] for check in checks}
    assert [check for check in checks if not check["ok"]] == []


@pytest.mark.parametrize(("which", "month"), MONTHS)
def test_ppa_holds_it(life: Life, which: str, month: str, tmp_path: Path) -> None:
    client = create_app(life.settings).test_client()
    report = by_ppa(client, life.world.rpc, life.world.id_of(getattr(life, which)), month, tmp_path)
    assert report.exit_status == 0, report.to_text()


def test_the_acts_closed_what_was_open(life: Life) -> None:
    chain, registry = life.world.chain, life.world.registry
    first, successor = (bytes.fromhex(life.world.id_of(terms)[2:]) for terms in (life.first, life.successor))
    assert [chain.agreement(registry, agreement).periods for agreement in (first, successor)] == [3, 5]
    assert chain.agreement(registry, successor).closed_through == calendar.day_of(LAST)


@pytest.fixture(scope="module")
def early(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    folder = tmp_path_factory.mktemp("early")
    with anvil() as rpc:
        world = World(rpc, folder)
        first = agreed(world)
        world.run_meter(METER, date(2016, 7, 12), every=30)
        successor = handed_over(world, first, 1, months=24)
        measured(world, date(2016, 7, 31))
        world.act(STRANGER, "close", successor)
        yield Life(world, indexed(world), first, successor)


def test_the_browsers_modules_hold_what_was_handed_over_before_any_close(early: Life) -> None:
    client = create_app(early.settings).test_client()
    checks = in_the_browser(client, early.world.rpc, early.world.id_of(early.successor), "2016-07")
    assert [check for check in checks if not check["ok"]] == []


def test_ppa_holds_what_was_handed_over_before_any_close(early: Life, tmp_path: Path) -> None:
    client = create_app(early.settings).test_client()
    report = by_ppa(client, early.world.rpc, early.world.id_of(early.successor), "2016-07", tmp_path)
    assert report.exit_status == 0, report.to_text()
