"""What was announced or given notice of, on the agreement's page.

an announcement ── of a handover: who, which keys, from which day and until when; on both agreements' pages
                ├─ whose terms nobody proposed yet: by their id
                ├─ of an end: that a record of the meter prevents it
                └─ objected to, or done: no more
a lender's notice ── of which clause, from which day; cured: no more
"""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from ppa import calendar
from ppa.acts import Act
from ppa.clauses import ExitTable
from ppa.terms import ZERO_ADDRESS, Clause, Terms
from ppa.text import Language
from tests.webapp.parties import ARBITER, FOREVER, NEW_PRODUCER, compact, send
from tests.webapp.world import CHAIN_ID, CONSUMER, METER, STRANGER, World, role
from webapp.app import create_app
from webapp.config import Settings
from webapp.indexer import Indexer

BANK = role(8)
DAY_S = 86_400


@dataclass(frozen=True)
class Plan:
    """A world, a browser on an application of it, and a running agreement with an arbiter and a lender."""

    world: World
    settings: Settings
    terms: Terms

    def page(self, terms: Terms | None = None, language: Language = "es") -> str:
        """What an agreement's page shows."""
        Indexer(self.settings).step()
        client, agreement = create_app(self.settings).test_client(), self.world.id_of(terms or self.terms)
        return client.get(f"/agreements/{agreement}", query_string={"lang": language}).text.split("<body>")[1]

    def pass_days(self, days: int) -> None:
        """Time passes, and a block comes."""
        newest = self.world.chain.block_time(self.world.chain.head()[0])
        self.world.chain.set_next_block_time(newest + days * DAY_S)
        self.world.chain.request("evm_mine")

    @property
    def successor(self) -> Terms:
        """The same deal with another key of the producer's."""
        old = bytes.fromhex(self.world.id_of(self.terms)[2:])
        return self.world.worded(replace(self.terms, producer=NEW_PRODUCER.address, supersedes=old))

    def announce(self, act: Act, *successor: Terms) -> None:
        """The consumer and the arbiter announce an act, brought by a stranger."""
        digest = act.digest(bytes.fromhex(self.world.id_of(self.terms)[2:]), CHAIN_ID, self.world.registry)
        signed = (CONSUMER.address, compact(CONSUMER, digest), compact(ARBITER, digest))
        after = [terms.as_tuple() for terms in successor]
        send(self.world, STRANGER, "announce", self.terms.as_tuple(), act.as_tuple(), *signed, after)

    def announce_handover(self) -> Act:
        """The handover to other keys."""
        act = Act(0, FOREVER, successor=bytes.fromhex(self.world.id_of(self.successor)[2:]))
        self.announce(act, self.successor)
        return act


@pytest.fixture
def plan(world: World, tmp_path: Path) -> Plan:
    exits = ExitTable(BANK.address, 10, ZERO_ADDRESS, 100_000, (5_000,))
    clauses = (*world.terms().clauses, Clause(world.deployment.address("ExitTable"), exits.params()))
    terms = world.propose(months=12, arbiter=ARBITER.address, notice_days=30, clauses=clauses)
    world.act(CONSUMER, "sign", terms)
    world.act(METER, "serve", terms)
    world.run_meter(METER, date(2016, 8, 1), every=31)
    settings = Settings.load(world.rpc, world.deployment_file, tmp_path / "index.sqlite", poll_s=0.1)
    create_app(settings)
    return Plan(world, settings, terms)


def test_nothing_is_said_where_nothing_waits(plan: Plan) -> None:
    assert "Anunciado y sin hacer" not in plan.page()


def test_a_handover_is_announced_with_its_keys_and_days(plan: Plan) -> None:
    plan.announce_handover()
    text = plan.page()
    assert "Traspaso a otras claves" in text and f"{CONSUMER.address[:6]}…" in text
    assert "Las condiciones nuevas no están todavía en la cadena" in text
    assert "Anunciado el 1 de agosto de 2016." in text
    assert "Se puede hacer desde el 31 de agosto de 2016 y hasta el 27 de febrero de 2017." in text
    plan.world.act(NEW_PRODUCER, "propose", plan.successor)
    text = plan.page()
    assert f"<code>{plan.terms.producer}</code> → <code>{NEW_PRODUCER.address}</code>" in text
    assert plan.world.id_of(plan.successor) in text and "Contador inteligente</dt>" not in text


def test_a_handover_is_also_announced_where_it_leads_to(plan: Plan) -> None:
    plan.announce_handover()
    plan.world.act(NEW_PRODUCER, "propose", plan.successor)
    text = plan.page(plan.successor)
    assert "Este contrato sustituirá a otro" in text and plan.world.id_of(plan.terms) in text
    other = plan.world.propose(salt=9, supersedes=bytes.fromhex(plan.world.id_of(plan.terms)[2:]))
    assert "Anunciado y sin hacer" not in plan.page(other)


def test_an_announcement_says_when_it_can_be_done_and_that_it_lapsed(plan: Plan) -> None:
    plan.announce_handover()
    plan.pass_days(30)
    assert "now it can" in plan.page(language="en")
    plan.pass_days(180)
    assert "now it can" in plan.page(language="en")
    plan.pass_days(1)
    assert "it has lapsed" in plan.page(language="en")


def test_an_announcement_that_was_objected_to_is_not_said_any_more(plan: Plan) -> None:
    plan.announce_handover()
    send(plan.world, CONSUMER, "object", plan.terms.as_tuple())
    text = plan.page()
    assert "Anunciado y sin hacer" not in text and "Una parte se opone a lo anunciado" in text


def test_an_announcement_that_was_done_leads_to_the_successor_and_back(plan: Plan) -> None:
    act, successor = plan.announce_handover(), plan.successor
    plan.world.act(NEW_PRODUCER, "propose", successor)
    plan.world.act(CONSUMER, "sign", successor)
    plan.pass_days(30)
    send(plan.world, STRANGER, "execute", plan.terms.as_tuple(), act.as_tuple(), [successor.as_tuple()])
    before, after = plan.page(), plan.page(successor)
    assert "Anunciado y sin hacer" not in before and "Sustituido" in before and "Hecho lo que se anunció" in before
    assert plan.world.id_of(successor) in before and plan.world.id_of(plan.terms) in after
    assert "En curso" in after and "1 de 12 meses cerrados" in after


def test_the_end_of_what_is_dead_is_announced(plan: Plan) -> None:
    plan.pass_days(61)
    plan.announce(Act(0, FOREVER, successor=bytes.fromhex(plan.world.id_of(plan.terms)[2:])))
    text = plan.page(language="en")
    assert "End of the agreement. Announced by the arbiter and" in text and "a record prevents it" in text
    assert "either party may object" not in text


def test_a_notice_to_the_lender_is_said_until_it_cures(plan: Plan) -> None:
    send(plan.world, CONSUMER, "notifyLender", plan.terms.as_tuple(), 2)
    text = plan.page()
    assert "El consumidor puede terminar el contrato por la cláusula 3" in text and BANK.address in text
    assert "desde el 11 de agosto de 2016" in text
    send(plan.world, BANK, "cure", plan.terms.as_tuple())
    text = plan.page()
    assert "por la cláusula 3" not in text and "El prestamista dice que puso remedio" in text


def test_the_days_that_the_page_says_are_the_contracts(plan: Plan) -> None:
    act = plan.announce_handover()
    day = plan.world.chain.announcement(plan.world.registry, bytes.fromhex(plan.world.id_of(plan.terms)[2:])).day
    assert day == calendar.day_of(date(2016, 8, 1)) and act.successor
