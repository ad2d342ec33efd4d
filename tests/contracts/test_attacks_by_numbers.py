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
impossible
├── given energy that the plant cannot have made: it blocks nothing, and is billed in no month
├── given a line of over 48 bits: nothing, once it was waited for
└── given a dark guarantee window: it waits for the energy that comes with the next record
"""

import pytest

from tests.contracts.fraction_model import cents, price_of_year
from tests.contracts.world import (
    CLAUSE_FAILED,
    DARK,
    EARLY_BOUNDARY,
    ENDED,
    IMPOSSIBLE,
    LAST,
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
    """So many closes: what each logged of its statement, but for the block."""
    logged = [closed(world.close(terms))["statement"] for _ in range(count)]
    return [statement._replace(closedBlock=0) for statement in logged]


def closed(receipt):
    """What a close says."""
    return next(e for e in receipt.events if e.name == "Closed").args


# --------------------------------------------------------------------------------------------------------------- fields


@pytest.mark.parametrize(("line", "balance"), [(2**47 - 1, 2**55 - 256), (-(2**47), -(2**55))])
def test_every_field_at_its_largest_leaves_its_neighbours_alone(world, line, balance):
    world.chain.block = BLOCK
    first = day_of(2148, 2, 1)
    world.chain.time = (first - 1) * 86_400
    clauses = (world.odd("OddClause", three(0, 0, line)),) * 16
    terms, id_ = world.running(firstDay=first, months=16, maxPower=2**64 - 1, clauses=clauses)
    for day, register in ((first - 1, 0), *((end, FULL) for end in month_ends(first, 16))):
        world.record(day, register, register)
    statements(world, terms, 16)
    assert world.registry.statementOf(id_, 16) == (16 * line, FULL, FULL, LAST_DAY, LAST_DAY, world.today, BLOCK, LAST)
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
    world.chain.time = (first - 1) * 86_400
    promise = world.clause(guarantee(2**31, 12, 1, 10), world.guarantee)
    terms, id_ = world.running(
        firstDay=first, months=months, clauses=(world.clause(energy_charge(price, rise, 1)), promise)
    )
    for made, day in enumerate([first - 1, *month_ends(first, months)]):
        world.record(day, made)
    logged = [closed(world.close(terms))["lines"][0] for _ in range(months)]
    assert logged[::12] == [cents(1, price_of_year(price, rise, year)) for year in range(1, 181)]
    assert world.registry.agreementOf(id_)[:2] == (ENDED, months)


@pytest.mark.parametrize(
    ("first", "months"), [(31, 4_095), (MAY_2149, 4_095), (31, 4_096), (MAY_2149, 65_535), (31, 65_535)]
)
def test_a_term_beyond_the_calendar_is_refused_however_it_wraps(world, first, months):
    with refuses("TermTooLong", firstDay=first, firstMonth=1, months=months):
        world.proposed(firstDay=first, months=months, longStopDay=first)


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
    logged = [e.args for e in twice.many(2, world.registry.address, CLOSE.call(terms), sender=STRANGER).events[1:]]
    assert [(t["number"], t["statement"].amount) for t in logged] == [(1, 10_000), (2, 20_000)]
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
    assert [(s.amount, s.flags) for s in dark] == [(0, DARK | EARLY_BOUNDARY | n << 8) for n in range(1, 13)]
    [light] = statements(world, terms, 1)
    assert (light.amount, light.flags & IMPOSSIBLE) == ((0, IMPOSSIBLE) if over else (most, 0))
    assert world.registry.agreementOf(id_)[:1] == (ENDED,)


# ----------------------------------------------------------------------------------------------------------- impossible


def test_impossible_energy_blocks_nothing_and_is_billed_in_no_month(world):
    """Months go on being closed without it."""
    terms, id_ = world.running(months=14, clauses=(world.clause(CENT_A_WH),))
    world.record_month_ends((0, 0), (100_000 * 24 * 31 + 1, 0))
    register = 100_000 * 24 * 31 + 1
    for n, day in enumerate(month_ends(JULY_END + 1, 13), start=1):
        world.record(day, register + 10 * n)
    found = statements(world, terms, 14)
    assert [s.amount for s in found] == [0, *[10] * 13]
    assert [s.flags for s in found] == [IMPOSSIBLE, *[0] * 12, LAST]
    assert (world.registry.agreementOf(id_).balance, world.registry.servedBy(METER)) == (130, bytes(32))


def test_a_stolen_key_that_fills_the_register_costs_what_was_made_since_and_no_more(world):
    """No record can follow but the same registers: the months close with nothing, and both name another meter."""
    terms, _ = world.running(clauses=(world.clause(CENT_A_WH),))
    world.record_month_ends((0, 0), (500, 0), (FULL, FULL), (FULL, FULL))
    assert [(s.amount, s.flags) for s in statements(world, terms, 3)] == [(500, 0), (0, IMPOSSIBLE), (0, LAST)]


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


def test_a_dark_guarantee_window_waits_for_the_energy_of_the_next_record(world):
    """Who can switch the meter off gains nothing: the window that ends in darkness is assessed with the next record."""
    promise = world.clause(guarantee(energy=1_000_000, window=1), world.guarantee)
    terms, _ = world.running(clauses=(promise,))
    world.record(JULY - 1, 0)
    world.record(day_of(2016, 8, 31), 1_900_000)
    expected = -((1_000_000 * 62 // 31 - 1_900_000) * 100_000 // 10_000_000)  # 62 days, of windows of 31
    assert [s.amount for s in statements(world, terms, 2)] == [0, expected]
