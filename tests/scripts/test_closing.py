"""Closing what is odd, on a real Anvil: the refusal as a person reads it and nothing changed, or what it comes to.

given an agreement that its meter serves
    when the month has not ended by the meter's records: refused; closed once it has
    when the meter has no record before the first day: billed from its first one on
    when there is more energy than the plant's power can make: closed without it, and flagged
    when a clause reverts, answers short or burns its gas: refused, naming the clause
    when the month is dark: closed with zero energy, and the next month has it all
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import count

import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from ppa.calendar import day_of, earliest_record_time
from ppa.chain import Call
from ppa.errors import Reverted
from ppa.statements import Agreement, Statement
from ppa.storage_words import StatementFlag
from ppa.terms import Clause, Terms
from tests.meter.chains import CONSUMER, DEPLOYER, PRODUCER, STRANGER, Deployed, anvil
from tests.meter.wires import free_port
from tests.meter.world import CHAIN_ID
from tools.stage.agreements import act

CHECK = keccak(b"check(uint16,uint16,bytes)")[:4]
REVERTS = "60006000fd"
ANSWERS_SHORT = "60046000f3"
BURNS = "fe"
SALTS = count(100)


def clause_that(fails: str) -> bytes:
    """Creation code of a clause that accepts any parameters at proposal and then fails: 10 bytes copy the rest out."""
    head = "600035" + "7c01" + "00" * 28 + "9004" + "63" + CHECK.hex() + "14" + "60{:02x}57"
    target = len(bytes.fromhex(head.format(0) + fails))
    runtime = bytes.fromhex(head.format(target) + fails + "5b7f" + CHECK.hex() + "00" * 28 + "60005260206000f3")
    return bytes.fromhex(f"60{len(runtime):02x}600c60003960{len(runtime):02x}6000f3") + runtime


@dataclass
class Deal:
    """An agreement over July to September 2016, and the meter that serves it."""

    node: Deployed
    meter: LocalAccount
    terms: Terms

    @classmethod
    def on(cls, node: Deployed, rule: str | None = None) -> "Deal":
        meter = Account.create()
        terms = node.terms(meter.address, salt=next(SALTS))
        deal = cls(node, meter, replace(terms, clauses=(Clause(rule, b""),)) if rule else terms)
        for account, name in ((PRODUCER, "propose"), (CONSUMER, "sign"), (meter, "serve")):
            act(node.chain, account, node.registry, name, deal.terms)
        return deal

    @property
    def id(self) -> bytes:
        return self.terms.digest(CHAIN_ID, self.node.registry)

    @property
    def kept(self) -> Agreement:
        return self.node.chain.agreement(self.node.registry, self.id)

    def record(self, day: str, generation: int, exported: int = 0) -> None:
        chain, number = self.node.chain, day_of(date.fromisoformat(day))
        chain.set_next_block_time(earliest_record_time(number))
        args = (generation, exported, number, b"\1" * 32)
        chain.transact(self.meter, chain.function("MeterLedger", self.node.ledger, "record", *args))

    def close(self) -> Statement:
        act(self.node.chain, STRANGER, self.node.registry, "close", self.terms)
        return self.node.chain.statement(self.node.registry, self.id, self.kept.periods)

    def refused(self, sentence: str) -> None:
        """It is not closed, says so, and the agreement stands as it stood."""
        before = self.kept
        with pytest.raises(Reverted, match=sentence):
            self.close()
        assert self.kept == before
        assert before.periods == 0


@pytest.fixture
def node() -> Iterator[Deployed]:
    """A chain of its own: its clock says how long a clause was waited for."""
    with anvil(free_port()) as url:
        yield Deployed.on(url)


def test_a_month_not_yet_ended_is_refused_and_closed_once_it_has(node: Deployed) -> None:
    deal = Deal.on(node)
    deal.record("2016-06-30", 1_000)
    deal.record("2016-07-30", 2_000_000)
    deal.refused(
        r"The meter's last record is of 2016-07-30: the month can be closed once there is one of 2016-07-31 or later\. "
        r"\(MonthNotEnded\(last=17012, monthEnd=17013\)\)"
    )
    deal.record("2016-07-31", 2_001_000)
    assert deal.close().amount_cents == 2_000 * 8


def test_a_plant_that_starts_late_is_billed_from_its_opening_record_on(node: Deployed) -> None:
    deal = Deal.on(node)
    deal.record("2016-08-02", 1_000)
    deal.record("2016-08-31", 2_001_000)
    july, august = deal.close(), deal.close()
    assert (july.amount_cents, july.boundary_day) == (0, 0)
    assert july.flags & StatementFlag.DARK
    assert august.amount_cents == 2_000 * 8


def test_energy_that_the_plant_cannot_make_is_passed_over_and_flagged(node: Deployed) -> None:
    deal = Deal.on(node)
    deal.record("2016-06-30", 0)
    deal.record("2016-07-31", 10**9)
    july = deal.close()
    assert july.amount_cents == 0
    assert july.flags & StatementFlag.IMPOSSIBLE


@pytest.mark.parametrize("fails", [REVERTS, ANSWERS_SHORT, BURNS], ids=["reverts", "answers short", "burns its gas"])
def test_a_clause_that_fails_closes_nothing_and_is_named(node: Deployed, fails: str) -> None:
    rule = node.chain.transact(DEPLOYER, Call(None, clause_that(fails))).contract
    deal = Deal.on(node, to_checksum_address(str(rule)))
    deal.record("2016-06-30", 0)
    deal.record("2016-07-31", 1_000)
    deal.refused(
        r"Clause 1 could not compute its line and nothing was closed: try again later\. .*"
        r"\(ClauseFailed\(index=0, answer=.*\)\)"
    )


def test_a_dark_month_closes_with_nothing_and_the_next_has_it_all(node: Deployed) -> None:
    deal = Deal.on(node)
    deal.record("2016-06-30", 1_000_000)
    deal.record("2016-08-31", 3_500_000, 500_000)
    july, august = deal.close(), deal.close()
    assert (july.generation_wh, july.exported_wh, july.amount_cents) == (1_000_000, 0, 0), "the registers stand"
    assert july.flags & StatementFlag.DARK
    assert (august.generation_wh, august.exported_wh) == (3_500_000, 500_000)
    assert august.amount_cents == 2_000 * 8, "the energy of both months"
    assert not august.flags & StatementFlag.DARK
