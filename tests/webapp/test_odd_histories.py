"""Rare but honest histories, which the browser's modules hold.

given an act or an exit before any month was closed
├── the act closes July, and ends or hands over the agreement: held
└── the exit takes only the opening registers: held
given a handover to terms with a new meter
├── the successor waits for it: held
└── the successor ends, or is handed on, before it served: held
given an end before the term's ── the meter may serve another agreement, in days that the first never had: both are held
given terms with a clause of a third party's, handed over ── the successor's statements cannot be checked whole
given a proposal whose call is laid out as no library does ── held: it is read as the contract reads it
"""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from eth_abi import encode
from eth_utils.address import to_checksum_address

from ppa import abi, calendar
from ppa.acts import Act
from ppa.clauses import EnergyCharge, ExitTable, FixedFee
from ppa.sending import Call
from ppa.terms import ZERO_ADDRESS, Clause, Terms
from tests.webapp.parties import FOREVER, both, send
from tests.webapp.told import Bad, evidence_of, told
from tests.webapp.world import CONSUMER, FIRST_DAY, METER, PRODUCER, STRANGER, World, day_readings, role

NEW_METER = role(7)
AUGUST_1 = calendar.day_of(date(2016, 8, 1))


def running(world: World, last: date | None = None, *, closes: int = 0, **changes: Any) -> Terms:
    """A running agreement of twelve months, measured to a day and with so many months closed."""
    terms = world.propose(**{"months": 12, **changes})
    world.act(CONSUMER, "sign", terms)
    world.act(METER, "serve", terms)
    if last:
        world.run_meter(METER, last, every=31)
    for _ in range(closes):
        world.act(STRANGER, "close", terms)
    return terms


def running_with_an_odd_clause(world: World) -> Terms:
    """A running agreement with a clause that is none of ours, and July closed."""
    odd = to_checksum_address("0x00000000000000000000000000000000000c1a05")
    accepts = world.chain.code(world.deployment.address("FixedFee")).hex()
    world.chain.request("anvil_setCode", odd, f"0x{accepts}")
    terms = running(world, date(2016, 7, 31), clauses=(*world.terms().clauses, Clause(odd, FixedFee(700, 0).params())))
    world.chain.request("anvil_setCode", odd, "0x600760005260406000f3")  # answers 7, whatever it is asked
    world.act(STRANGER, "close", terms)
    return terms


def signed_successor(world: World, terms: Terms, **changes: Any) -> Terms:
    """Both signed what shall take an agreement's place."""
    successor = world.worded(replace(terms, supersedes=of(world, terms), **changes))
    world.act(PRODUCER, "propose", successor)
    world.act(CONSUMER, "sign", successor)
    return successor


def of(world: World, terms: Terms) -> bytes:
    return bytes.fromhex(world.id_of(terms)[2:])


def end(world: World, terms: Terms, number: int) -> None:
    both(world, terms, Act(number, FOREVER, successor=of(world, terms)))


def bad(world: World, terms: Terms, folder: Path) -> Bad:
    """What the browser's modules do not hold of an agreement."""
    return told(world, evidence_of(world, terms), folder)


def test_a_first_act_may_close_the_first_month(world: World, tmp_path: Path) -> None:
    terms = running(world, date(2016, 8, 10))
    end(world, terms, 1)
    assert bad(world, terms, tmp_path) == {}


def test_a_first_act_may_close_the_first_month_and_hand_over(world: World, tmp_path: Path) -> None:
    terms = running(world, date(2016, 8, 10))
    successor = signed_successor(world, terms, months=24)
    both(world, terms, Act(1, FOREVER, successor=of(world, successor)), successor)
    assert bad(world, terms, tmp_path) == {}


def test_an_exit_may_take_the_opening_registers_alone(world: World, tmp_path: Path) -> None:
    table = ExitTable(ZERO_ADDRESS, 0, ZERO_ADDRESS, 1_000, (500_000,))
    charge = Clause(world.deployment.address("EnergyCharge"), EnergyCharge(85_000).params())
    terms = running(world, clauses=(charge, Clause(world.deployment.address("ExitTable"), table.params())))
    world.record(METER, day_readings(FIRST_DAY - 1, 1_000, 0, 0, 0, opening=True))
    send(world, CONSUMER, "exit", terms.as_tuple(), 1)
    assert bad(world, terms, tmp_path) == {}


@pytest.fixture
def waiting(world: World) -> Terms:
    """July closed, and handed over to terms with a meter that has recorded but not served."""
    terms = running(world, date(2016, 7, 31), closes=1)
    world.record(NEW_METER, day_readings(AUGUST_1, 0, 0, 0, 0, opening=True))
    successor = signed_successor(world, terms, months=24, meter=NEW_METER.address)
    both(world, terms, Act(1, FOREVER, successor=of(world, successor)), successor)
    return successor


def test_a_successor_may_wait_for_its_meter(world: World, waiting: Terms, tmp_path: Path) -> None:
    assert bad(world, waiting, tmp_path) == {}


def test_a_successor_may_end_before_its_meter_serves(world: World, waiting: Terms, tmp_path: Path) -> None:
    end(world, waiting, 1)
    assert bad(world, waiting, tmp_path) == {}


def test_a_successor_may_be_handed_on_before_its_meter_serves(world: World, waiting: Terms, tmp_path: Path) -> None:
    successor = signed_successor(world, waiting, months=36)
    both(world, waiting, Act(1, FOREVER, successor=of(world, successor)), successor)
    assert bad(world, waiting, tmp_path) == {}
    assert bad(world, successor, tmp_path) == {}


def test_a_successor_of_terms_with_a_clause_of_a_third_party_is_undecided(world: World, tmp_path: Path) -> None:
    terms, usual = running_with_an_odd_clause(world), world.terms().clauses
    successor = signed_successor(world, terms, months=24, clauses=usual)
    both(world, terms, Act(1, FOREVER, successor=of(world, successor)), successor)
    assert bad(world, successor, tmp_path) == {"statements": (None, "statement.unknown_clause")}


def test_a_meter_may_serve_again_after_an_early_end(world: World, tmp_path: Path) -> None:
    terms = running(world, date(2016, 7, 31), closes=1)
    end(world, terms, 1)
    again = running(world, first_day=calendar.day_of(date(2016, 9, 1)))
    assert bad(world, terms, tmp_path) == {}
    assert bad(world, again, tmp_path) == {}


def test_a_call_that_is_laid_out_backwards_is_read_as_the_contract_reads_it(world: World, tmp_path: Path) -> None:
    terms = world.terms(months=12)
    world.chain.transact(PRODUCER, Call(world.registry, odd_proposal(terms)))
    world.act(CONSUMER, "sign", terms)
    world.act(METER, "serve", terms)
    assert bad(world, terms, tmp_path) == {}


def odd_proposal(terms: Terms) -> bytes:
    """A proposal in whose call the clauses come before the terms that point to them, by an offset below zero."""
    usual = abi.call_data("PPARegistry", "propose", terms.as_tuple())
    end = 36 + 32 * len(terms.as_tuple())
    head, clauses = usual[36:end], usual[end:]
    back = (-len(clauses)) % 2**256
    return usual[:4] + encode(["uint256"], [32 + len(clauses)]) + clauses + head[:-32] + encode(["uint256"], [back])
