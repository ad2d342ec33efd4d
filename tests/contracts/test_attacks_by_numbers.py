"""Attacks by numbers and by time: fields at their ends, closes that come late, twice or never, months without light.

fields
├── given all fields of both words at their largest at once: each reads back, its neighbours untouched
├── given a block number over 32 bits: known limit: it wraps, and nothing beside it changes
├── given a register at 2^40 - 1: no record raises it, and a close still has it
└── given the longest term: every period of it closes, priced by its year; the clause's gas suffices
closing
├── when it comes 25 years late: the statements that came each month, but for the block
├── when two come at once: one after the other, in order; what has not ended undoes the whole transaction
└── when a year is dark: twelve statements of nothing, then all of it, as much as the plant's power gives in that time
blocked, until amendments exist
├── given EnergyImpossible, or a line of over 48 bits: no later record closes the month; the meter stays bound
└── known limit: the energy of a dark guarantee window is made good in the next, and its refund stays
"""

import pytest

from tests.contracts.fraction_model import cents, price_of_year
from tests.contracts.world import (
    CLAUSE_FAILED,
    DARK,
    EARLY_BOUNDARY,
    ENDED,
    METER,
    PRODUCER,
    RUNNING,
    STRANGER,
    World,
    day_of,
    energy_charge,
    guarantee,
    month_end,
    month_ends,
    three,
)
from tests.evm import Refused, functions, refuses

JULY, JULY_END = World.JULY, day_of(2016, 7, 31)
MAY_2149, LAST_DAY = day_of(2149, 5, 1), day_of(2149, 5, 31)
CENT_A_WH = energy_charge(price=10_000_000, base=1)
CLOSE = functions("PPARegistry")["close"]
BEYOND = [(31, 4_095), (31, 4_096), (31, 65_535), (MAY_2149, 4_095), (MAY_2149, 65_535)]
FULL, BLOCK = 2**40 - 1, 2**32 - 1


def statements(world, terms, count):
    """So many closes: what each told of its statement, but for the block."""
    told = [world.close(terms).events[0].args["statement"] for _ in range(count)]
    return [statement._replace(closedAt=0) for statement in told]


# --------------------------------------------------------------------------------------------------------------- fields


@pytest.mark.parametrize(("line", "balance"), [(2**47 - 1, 2**55 - 256), (-(2**47), -(2**55))])
def test_every_field_at_its_largest_leaves_its_neighbours_alone(world, line, balance):
    world.chain.block = BLOCK
    first = day_of(2148, 2, 1)
    clauses = (world.odd("OddClause", three(0, 0, line)),) * 16
    terms, id_ = world.running(firstDay=first, months=16, maxPower=2**64 - 1, clauses=clauses)
    for day, register in ((first - 1, 0), *((end, FULL) for end in month_ends(first, 16))):
        world.record(day, register, register)
    statements(world, terms, 16)
    assert world.registry.statementOf(id_, 16) == (16 * line, FULL, FULL, LAST_DAY, LAST_DAY, world.today, BLOCK, 0)
    kept = (ENDED, 16, BLOCK, BLOCK, LAST_DAY, LAST_DAY, False, FULL, FULL, balance)
    assert world.registry.agreementOf(id_) == kept


@pytest.mark.parametrize("over", [0, 5, 2**32 - 1, 2**40])
def test_known_limit_a_block_number_over_32_bits_wraps_and_nothing_beside_it_changes(world, over):
    world.chain.block = 2**32 + over
    terms, id_ = world.running()
    world.record_month_ends((FULL, FULL), (FULL, FULL))
    world.close(terms)
    block = over % 2**32
    assert world.registry.agreementOf(id_) == (RUNNING, 1, block, block, JULY_END, JULY_END, False, FULL, FULL, 0)
    assert world.registry.statementOf(id_, 1) == (0, FULL, FULL, JULY_END, JULY_END, world.today, block, 0)


def test_an_agreement_of_block_zero_is_proposed_all_the_same(world):
    world.chain.block = 2**32
    terms, id_ = world.signed()
    with refuses("AlreadyProposed", id=id_, status=4):
        world.registry.propose(terms, sender=PRODUCER)


def test_a_full_register_is_not_raised_and_still_closes(world):
    terms, _ = world.running(maxPower=2**64 - 1)
    world.record_month_ends((FULL - 1, 0), (FULL, 0), (FULL, 0))
    with refuses("RegisterTooLarge", given=FULL + 1):
        world.record(day_of(2016, 9, 1), FULL + 1)
    assert [s.generation for s in statements(world, terms, 2)] == [FULL, FULL]


def test_every_period_of_the_longest_term_closes_priced_by_its_year(world):
    first, months, price, rise = day_of(1970, 2, 1), 2_152, 10**10, 111_731
    promise = world.clause(guarantee(2**31, 12, 1, 10), world.guarantee)
    terms, id_ = world.running(
        firstDay=first, months=months, clauses=(world.clause(energy_charge(price, rise, 1)), promise)
    )
    for made, day in enumerate([first - 1, *month_ends(first, months)]):
        world.record(day, made)
    told = [world.close(terms).events[0].args["lines"][0] for _ in range(months)]
    assert told[::12] == [cents(1, price_of_year(price, rise, year)) for year in range(1, 181)]
    assert world.registry.agreementOf(id_)[:2] == (ENDED, months)


@pytest.mark.parametrize(
    ("first", "months"), [(31, 4_095), (MAY_2149, 4_095), (31, 4_096), (MAY_2149, 65_535), (31, 65_535)]
)
def test_a_term_beyond_the_calendar_is_refused_however_it_wraps(world, first, months):
    with refuses("TermTooLong", firstDay=first, months=months):
        world.proposed(firstDay=first, months=months)


def test_the_last_day_of_all_is_recorded_but_ends_no_month(world):
    world.record(LAST_DAY, 1)
    world.record(65_535, 2)
    with refuses("NotAMonthEnd", day=65_535):
        world.ledger.atMonthEnd(METER, 65_535)
    assert world.ledger.atMonthEnd(METER, LAST_DAY) % 2**96 == 2**56 + LAST_DAY


# -------------------------------------------------------------------------------------------------------------- closing


def test_a_close_that_is_25_years_late_gives_the_statements_that_came_each_month(world):
    clauses = (world.clause(energy_charge(90_000, 20_000)), world.clause(guarantee(10**6, 12, 5_000), world.guarantee))
    prompt, one = world.running(months=300, clauses=clauses)
    late, two = world.running(months=300, clauses=clauses, meter=STRANGER)
    world.record(JULY - 1, 0)
    world.record(JULY - 1, 0, meter=STRANGER)
    each = []
    for n, day in enumerate(month_ends(JULY, 300)):
        world.record(day, n * n * 7_000, n * 30_000)
        world.record(day, n * n * 7_000, n * 30_000, meter=STRANGER)
        each += statements(world, prompt, 1)
    world.chain.time += 25 * 366 * 86_400
    assert [s._replace(closedOn=0) for s in statements(world, late, 300)] == [s._replace(closedOn=0) for s in each]
    assert world.registry.agreementOf(one) == world.registry.agreementOf(two)


def test_two_who_close_at_once_close_two_months_in_order(world):
    terms, id_ = world.running()
    world.record_month_ends((0, 0), (1_000_000, 0), (3_000_000, 0))
    twice = world.chain.deploy("Caller")
    told = [e.args for e in twice.many(2, world.registry.address, CLOSE.call(terms), sender=STRANGER).events]
    assert [(t["number"], t["statement"].amount) for t in told] == [(1, 10_000), (2, 20_000)]
    assert world.registry.agreementOf(id_).periods == 2


def test_a_month_that_has_not_ended_undoes_all_closes_of_its_transaction(world):
    terms, id_ = world.running()
    world.record_month_ends((0, 0), (1_000_000, 0), (3_000_000, 0))
    thrice = world.chain.deploy("Caller")
    with refuses("MonthNotEnded", last=day_of(2016, 8, 31), monthEnd=day_of(2016, 9, 30)):
        thrice.many(3, world.registry.address, CLOSE.call(terms), sender=STRANGER)
    assert world.registry.agreementOf(id_).periods == 0
    with refuses("NoSuchStatement", id=id_, number=0):
        world.registry.statementOf(id_, 0)


@pytest.mark.parametrize("over", [0, 1])
def test_a_year_of_darkness_is_billed_at_its_end_up_to_the_plants_power(world, over):
    terms, id_ = world.running(months=13, clauses=(world.clause(CENT_A_WH),))
    back = day_of(2017, 7, 20)
    most = 100_000 * 24 * (back - JULY + 1)
    world.record(JULY - 1, 0)
    world.record(back, most + over)
    world.record(month_end(back) + 1, most + over)
    dark = statements(world, terms, 12)
    assert {(s.amount, s.flags) for s in dark} == {(0, DARK | EARLY_BOUNDARY)}
    if over:
        with refuses("EnergyImpossible", generation=most + 1, exported=0, most=most):
            world.close(terms)
    else:
        assert statements(world, terms, 1)[0][0:1] == (most,) == (world.registry.agreementOf(id_).balance,)


# -------------------------------------------------------------------------------------------------------------- blocked


def blocks_for_ever(world, terms, id_, error):
    """Later records of any kind close nothing, and the meter serves no other."""
    register = world.ledger.wordOf(METER) >> 56 & FULL
    for day in (JULY_END + 1, *month_ends(JULY_END + 1, 14)):
        world.record(day, register)
        with pytest.raises(Refused, match=error):
            world.close(terms)
    other, _ = world.signed(salt=2)
    with refuses("MeterServesAnother", meter=METER, id=id_):
        world.registry.serve(other, sender=METER)
    assert world.registry.agreementOf(id_)[:2] == (RUNNING, 0)


def test_impossible_energy_blocks_a_close_until_both_parties_correct_it(world):
    terms, id_ = world.running()
    world.record_month_ends((0, 0), (100_000 * 24 * 31 + 1, 0))
    blocks_for_ever(world, terms, id_, "EnergyImpossible")


def test_an_overflowing_line_gives_nothing_once_the_days_of_dispute_are_over(world):
    dear = world.clause(energy_charge(price=10**10, base=1))
    terms, _ = world.running(clauses=(dear,), maxPower=2**64 - 1)
    world.record_month_ends((0, 0), (2**47 // 1_000 + 1, 0))
    with pytest.raises(Refused, match="ClauseFailed"):
        world.close(terms)
    world.chain.time = (JULY_END + 31) * 86_400 - 1
    with pytest.raises(Refused, match="ClauseFailed"):
        world.close(terms)
    world.chain.time += 1
    [statement] = statements(world, terms, 1)
    assert (statement.amount, statement.flags) == (0, CLAUSE_FAILED | 1 << 16)


def test_the_largest_line_of_the_dearest_energy_does_not_block(world):
    dear = world.clause(energy_charge(price=10**10, base=1))
    terms, _ = world.running(clauses=(dear,), maxPower=2**64 - 1)
    world.record_month_ends((0, 0), (2**47 // 1_000, 0))
    assert statements(world, terms, 1)[0].amount == 2**47 // 1_000 * 1_000


def test_impossible_energy_is_possible_again_while_the_month_lasts(world):
    terms, _ = world.running()
    world.record(JULY - 1, 0)
    world.record(JULY, 100_000 * 24 * 2)
    world.record(JULY + 1, 100_000 * 24 * 2)
    world.record(JULY_END + 1, 100_000 * 24 * 2)
    assert statements(world, terms, 1)[0].boundaryDay == JULY + 1


def test_known_limit_a_dark_guarantee_window_is_refunded_though_its_energy_comes_in_the_next(world):
    promise = world.clause(guarantee(energy=1_000_000, window=1), world.guarantee)
    terms, _ = world.running(clauses=(promise,))
    world.record(JULY - 1, 0)
    world.record(day_of(2016, 8, 31), 2_000_000)
    assert [s.amount for s in statements(world, terms, 2)] == [-10_000, 0]
