"""Lives that go another way than meant: what must hold all the same.

sham terms ── strangers name an honest meter in terms of their own
costly clauses ── the costliest of each kind, on every kind of call that asks a clause
an end within a window ── a yearly promise is assessed by the part that is over
events ── after an exit and on ended agreements each tells the balance
"""

import pytest
from eth_abi import encode

from tests.contracts.signing import (
    ARBITER,
    CONSUMER,
    NEW_OWNER,
    PRODUCER,
    Act,
    acted,
    announced,
    closing,
    exit_table,
    running,
    signed,
    successor,
)
from tests.contracts.world import (
    CLAUSE_FAILED,
    ENDED,
    METER,
    RUNNING,
    SIGNED,
    STRANGER,
    World,
    guarantee,
    month_ends,
    role,
    three,
)
from tests.evm import refuses

JULY = World.JULY
ENDS = month_ends(JULY, 36)
DAY = 86_400
MOST_GAS = 10_000_000
LENGTH, BURNS, REVERTS_LENGTH = 3, 4, 12
COSTLIEST = [(LENGTH, 475_000), (REVERTS_LENGTH, 475_000), (BURNS, 0)]


def july(world, **changes):
    """July is closed: 100.00 EUR."""
    terms, id_ = running(world, **changes)
    world.record_month_ends((0, 0), (1_000_000, 0))
    world.close(terms)
    return terms, id_


# ---------------------------------------------------------------------------------------------------------- sham terms


def sham(world, first_day, salt=66):
    """Signed by two fresh accounts, in the name of the honest meter."""
    return world.signed(producer=role(0xE1), consumer=role(0xE2), firstDay=first_day, months=12, salt=salt)


def test_whoever_holds_the_meters_key_serves_no_other_terms_while_it_serves(world):
    _, id_ = july(world)
    other, _ = sham(world, JULY)
    with refuses("MeterServesAnother", meter=METER, id=id_):
        world.registry.serve(other, sender=METER)


def test_terms_of_anybody_leave_every_closed_month_of_the_honest_agreement_as_it_was(world):
    """After the end: days that were billed are not billed again; later days are another agreement's."""
    terms, id_ = july(world)
    acted(world, terms, Act(successor=id_))
    kept = [world.registry.statementOf(id_, n) for n in range(3)], world.registry.agreementOf(id_)
    again, _ = sham(world, JULY)
    with refuses("DaysAlreadyBilled", meter=METER, billed=ENDS[0], next=JULY):
        world.registry.serve(again, sender=METER)
    later, to = sham(world, ENDS[0] + 1, salt=67)
    world.registry.serve(later, sender=METER)
    world.record(ENDS[1], 2_000_000)
    assert closing(world, later)["lines"] == (10_000,)
    assert world.registry.agreementOf(to).status == RUNNING
    assert ([world.registry.statementOf(id_, n) for n in range(3)], world.registry.agreementOf(id_)) == kept


# ------------------------------------------------------------------------------------------------------ costly clauses


def with_the_costliest(world, costliest, **changes):
    """Twelve months are open, all recorded; one clause of the costliest kind has failed in the month before them."""
    clauses = (world.clause(), world.odd("OddClause", three(0, *costliest)), way_out(world))
    terms, id_ = running(world, clauses=clauses, disputeDays=0, **changes)
    world.record_month_ends(*((n * 1_000_000, 0) for n in range(14)))
    world.chain.time += 2 * DAY
    world.close(terms)
    return terms, id_


def way_out(world):
    return world.clause(exit_table(prices=(0, 0)), world.chain.deploy("ExitTable"))


@pytest.mark.parametrize("costliest", COSTLIEST)
def test_an_end_of_both_after_twelve_open_months_with_the_costliest_clause_fits_ten_million_gas(world, costliest):
    terms, id_ = with_the_costliest(world, costliest)
    receipt = world.registry.act(*signed(world, terms, Act(successor=id_)), (), sender=STRANGER, gas=MOST_GAS)
    kept = world.registry.agreementOf(id_)
    assert (kept.status, kept.periods) == (ENDED, 14)
    assert world.registry.statementOf(id_, 14).flags & CLAUSE_FAILED
    assert receipt.gas_used < MOST_GAS


@pytest.mark.parametrize("costliest", COSTLIEST)
def test_an_exit_after_twelve_open_months_with_the_costliest_clause_fits_ten_million_gas(world, costliest):
    terms, id_ = with_the_costliest(world, costliest)
    world.registry.exit(terms, 2, sender=CONSUMER, gas=MOST_GAS)
    assert world.registry.agreementOf(id_)[:2] == (ENDED, 14)


@pytest.mark.parametrize("costliest", COSTLIEST)
def test_an_end_in_silence_after_twelve_dark_months_with_the_costliest_clause_fits_ten_million_gas(world, costliest):
    odd = world.odd("OddClause", three(0, *costliest))
    terms, id_ = running(world, clauses=(world.clause(), odd), disputeDays=0, silenceDays=90)
    world.record(JULY - 1, 0)
    world.chain.time = (ENDS[11] + 62) * DAY
    world.registry.endInSilence(terms, sender=PRODUCER, gas=MOST_GAS)
    assert world.registry.agreementOf(id_)[:2] == (ENDED, 13)


@pytest.mark.parametrize("costliest", COSTLIEST)
def test_a_handover_after_twelve_open_months_with_the_costliest_clause_fits_ten_million_gas(world, costliest):
    terms, id_ = with_the_costliest(world, costliest, noticeDays=1)
    new, to = successor(world, terms, id_, consumer=NEW_OWNER)
    announced(world, terms, Act(0, successor=to), new, party=PRODUCER)
    world.chain.time += DAY
    world.record(ENDS[12] + 1, 13_000_000)
    world.registry.execute(terms, Act(0, successor=to), (new,), sender=STRANGER, gas=MOST_GAS)
    assert world.registry.agreementOf(to)[:2] == (RUNNING, 13)


# ---------------------------------------------------------------------------------------------- an end within a window

YEARLY = 1_200_000_000  # Wh: at 0.10 EUR, 120,000.00 EUR


def yearly(world, kind):
    """A year's take-or-pay or guarantee, with nothing generated for so many months."""
    if kind == "guarantee":
        return world.clause(guarantee(YEARLY, 12), world.guarantee), -1
    params = encode(["uint64", "uint16", "uint16", "uint64", "uint32"], [YEARLY, 12, 0, 100_000, 0])
    return world.clause(params, world.chain.deploy("TakeOrPay")), 1


@pytest.mark.parametrize("kind", ["take or pay", "guarantee"])
@pytest.mark.parametrize(
    ("recorded", "cents"),
    [
        (ENDS[10], 11_013_699),  # 335 of 365 days
        (ENDS[10] - 1, 10_980_822),  # 334
        (ENDS[0], 1_019_178),  # 31
        (ENDS[11], 12_000_000),
    ],
)
def test_what_of_a_year_is_open_at_the_end_is_assessed_by_its_days(world, kind, recorded, cents):
    clause, sign = yearly(world, kind)
    terms, id_ = running(world, clauses=(clause,))
    world.record(JULY - 1, 0)
    for end in ENDS[:11]:
        if end < recorded:
            world.record(end, 0)
            world.close(terms)
    world.record(recorded, 0)
    acted(world, terms, Act(successor=id_))
    assert world.registry.agreementOf(id_).balance == sign * cents


@pytest.mark.parametrize("kind", ["take or pay", "guarantee"])
def test_the_months_after_a_whole_year_are_assessed_by_their_days(world, kind):
    """62 of the second year's 365 days, and the first year whole."""
    clause, sign = yearly(world, kind)
    terms, id_ = running(world, clauses=(clause,))
    world.record_month_ends(*[(0, 0)] * 15)
    for _ in range(14):
        world.close(terms)
    acted(world, terms, Act(successor=id_))
    assert world.registry.agreementOf(id_).balance == sign * (12_000_000 + 2_038_356)


# -------------------------------------------------------------------------------------------------------------- events


def test_after_an_exit_and_on_ended_agreements_every_event_has_the_balance(world):
    table = world.clause(exit_table(prices=(525_000, 500_000)), world.chain.deploy("ExitTable"))
    terms, id_ = july(world, noticeDays=14, clauses=(world.clause(), table))
    world.registry.dispute(terms, 1, -700, bytes(32), sender=CONSUMER)
    world.registry.declare(terms, 900, ENDS[0], bytes(32), sender=CONSUMER)
    balances = []

    def read(receipt):
        balances.append(receipt.events[-1].args["balance"])
        assert world.registry.agreementOf(id_).balance == balances[-1]

    read(world.registry.exit(terms, 1, sender=CONSUMER))
    read(acted(world, terms, Act(cents=-250)))
    read(world.registry.resolve(terms, 1, -700, bytes(32), sender=ARBITER))
    read(world.registry.confirm(terms, 1_000, ENDS[0], bytes(32), sender=PRODUCER))
    world.chain.time += 14 * DAY
    read(world.registry.accept(terms, 900, ENDS[0], bytes(32), sender=ARBITER))
    assert balances == [5_260_000, 5_259_750, 5_259_050, 5_258_050, 5_257_150]


# ------------------------------------------------------------------------------------ one honest party and time suffice


@pytest.mark.parametrize("party", [PRODUCER, CONSUMER])
def test_from_signed_one_party_and_time_end_it(world, party):
    terms, id_ = world.signed(producer=PRODUCER, consumer=CONSUMER)
    world.chain.time = (terms.longStopDay + 1) * DAY
    world.registry.cancel(terms, sender=party)
    assert world.registry.agreementOf(id_).status == ENDED


@pytest.mark.parametrize("waiting", [True, False])
def test_from_running_or_waiting_time_alone_ends_it_with_its_term(world, waiting):
    """Nobody answers, no arbiter, no meter, a clause that always fails: each dark month is closed by anyone."""
    odd = world.odd("OddClause", three(0, 1, 0))
    terms, id_ = running(world, months=6, clauses=(world.clause(), odd))
    if waiting:
        new, to = successor(world, terms, id_, meter=role(0x32))
        acted(world, terms, Act(successor=to), new)
        terms, id_ = new, to
    assert world.registry.agreementOf(id_).status == (SIGNED if waiting else RUNNING)
    world.chain.time = (ENDS[5] + 61) * DAY
    for _ in range(6):
        world.close(terms)
    assert world.registry.agreementOf(id_).status == ENDED


@pytest.mark.parametrize("party", [PRODUCER, CONSUMER])
@pytest.mark.parametrize("waiting", [True, False])
def test_from_running_or_waiting_with_a_dead_meter_one_party_and_the_arbiter_end_it(world, party, waiting):
    terms, id_ = july(world, noticeDays=14)
    if waiting:
        new, to = successor(world, terms, id_, meter=role(0x32))
        acted(world, terms, Act(successor=to), new)
        terms, id_ = new, to
    world.chain.time = (ENDS[0] + 61) * DAY
    act = Act(0, successor=id_)
    announced(world, terms, act, party=party)
    world.chain.time += 14 * DAY
    world.registry.execute(terms, act, (), sender=party)
    assert world.registry.agreementOf(id_).status == ENDED
