"""PPARegistry.close: a month becomes a statement.

close
├── given the month is settled in the ledger
│   ├── when anyone calls: energy, lines, statement, balance; all of it told
│   ├── when it is the first: statement 0 holds the opening registers
│   ├── when it is the last: the agreement ends and the meter is free
│   ├── when the boundary day is before the last day: flag EARLY_BOUNDARY
│   ├── when the month is dark: zero energy, flags DARK and EARLY_BOUNDARY; what was made flows into the next
│   └── when more was exported than generated: a negative line
├── given it is not settled: MonthNotEnded
├── opening
│   ├── given an early opening record, at most 12 months back: its registers and day
│   ├── given none in 12 months: NoOpeningRecord
│   └── given no record on the eve or later: MonthNotEnded
├── when the plant cannot have made it: EnergyImpossible, to the Wh
├── when the balance outgrows 56 bits: BalanceTooLarge
└── clauses are told the period, field by field, and may read statements back
statementOf
└── when it does not exist: NoSuchStatement
"""

import pytest
from eth_abi import encode as abi_encode

from tests.contracts.world import (
    DARK,
    EARLY_BOUNDARY,
    ENDED,
    METER,
    MWH,
    RUNNING,
    Clause,
    World,
    day_of,
    energy_charge,
    guarantee,
    month_end,
    month_ends,
    three,
)
from tests.evm import Event, event, refuses

JULY = World.JULY
JULY_END, AUGUST_END, SEPTEMBER_END = day_of(2016, 7, 31), day_of(2016, 8, 31), day_of(2016, 9, 30)
CENT_A_WH = energy_charge(price=10_000_000, base=1)


def closed(receipt):
    """Number, statement, lines and balance of a close."""
    told = next(e for e in receipt.events if e.name == "Closed").args
    return told["number"], told["statement"], told["lines"], told["balance"]


def test_a_month_is_closed_by_anyone_with_its_energy_priced(world):
    terms, id_ = world.running()
    world.record_month_ends((5_000_000, 700_000), (17_345_678, 1_900_000))
    world.chain.block = 3_000

    receipt = world.close(terms)

    consumed = (17_345_678 - 5_000_000) - (1_900_000 - 700_000)
    cents = (consumed * 100_000 + 5_000_000) // 10_000_000
    statement = (cents, 17_345_678, 1_900_000, JULY_END, JULY_END, world.today, 3_000, 0)
    assert receipt.events == [event("Closed", id=id_, number=1, statement=statement, balance=cents, lines=(cents,))]
    assert world.registry.statementOf(id_, 1) == statement
    kept = world.registry.agreementOf(id_)
    assert kept == (RUNNING, 1, 1_000, 1_000, JULY_END, JULY_END, False, 1_900_000, 17_345_678, cents)


def test_the_first_close_keeps_the_opening_registers_as_statement_zero(world):
    terms, id_ = world.running()
    world.record_month_ends((5_000_000, 700_000), (6_000_000, 700_000))
    world.close(terms)
    assert world.registry.statementOf(id_, 0) == (0, 5_000_000, 700_000, JULY - 1, JULY - 1, world.today, 1_000, 0)


def test_the_last_close_ends_the_agreement_and_frees_the_meter(world):
    terms, id_ = world.running(months=1)
    world.record_month_ends((5, 0), (6, 0))
    receipt = world.close(terms)
    assert receipt.events[-1] == event("Ended", id=id_)
    assert world.registry.agreementOf(id_).status == ENDED
    assert world.registry.servedBy(METER) == bytes(32)


def test_an_ended_agreement_keeps_its_statements_and_balance(world):
    terms, id_ = world.running(months=1)
    world.record_month_ends((0, 0), (MWH, 0))
    world.close(terms)
    world.record(AUGUST_END, 2 * MWH)
    with refuses("WrongStatus", id=id_, status=ENDED, needed=RUNNING):
        world.close(terms)
    assert world.registry.agreementOf(id_).balance == world.registry.statementOf(id_, 1).amount == 10_000


def test_i7_a_period_closes_once(world):
    terms, id_ = world.running()
    world.record_month_ends((0, 0), (MWH, 0))
    world.close(terms)
    before = world.registry.agreementOf(id_)
    with refuses("MonthNotEnded", last=JULY_END, monthEnd=AUGUST_END):
        world.close(terms)
    assert world.registry.agreementOf(id_) == before


@pytest.mark.parametrize("last", [JULY, day_of(2016, 7, 30)])
def test_a_month_not_yet_ended_is_not_closed(world, last):
    terms, _ = world.running()
    world.record(JULY - 1, 0)
    world.record(last, 1)
    with refuses("MonthNotEnded", last=last, monthEnd=JULY_END):
        world.close(terms)


def test_a_late_close_bills_what_stood_at_the_months_end(world):
    terms, id_ = world.running(clauses=(world.clause(CENT_A_WH),))
    world.record_month_ends((100, 0), (300, 0), (1_000, 0), (5_000, 0))
    lines = [closed(world.close(terms))[2] for _ in range(3)]
    assert lines == [(200,), (700,), (4_000,)]
    assert world.registry.agreementOf(id_).balance == 4_900


def test_a_boundary_day_before_the_last_day_is_flagged(world):
    terms, id_ = world.running()
    world.record(JULY - 1, 0)
    world.record(JULY + 20, 10)
    world.record(JULY_END + 1, 15)
    world.close(terms)
    statement = world.registry.statementOf(id_, 1)
    assert (statement.generation, statement.lastDay, statement.boundaryDay) == (10, JULY_END, JULY + 20)
    assert statement.flags == EARLY_BOUNDARY


def test_a_dark_month_closes_with_zero_energy_and_the_next_has_it_all(world):
    terms, _ = world.running(clauses=(world.clause(CENT_A_WH),))
    world.record(JULY - 1, 100)
    world.record(AUGUST_END, 900)

    dark, next_ = closed(world.close(terms)), closed(world.close(terms))

    assert dark[1:3] == ((0, 100, 0, JULY_END, JULY - 1, world.today, 1_000, DARK | EARLY_BOUNDARY), (0,))
    assert next_[1:3] == ((800, 900, 0, AUGUST_END, AUGUST_END, world.today, 1_000, 0), (800,))


def test_the_clauses_of_a_dark_month_are_asked_all_the_same(world):
    odd = world.odd("OddClause", three(0, 0, 777))
    terms, _ = world.running(clauses=(odd,))
    world.record(JULY - 1, 100)
    world.record(AUGUST_END, 900)
    assert closed(world.close(terms))[2] == (777,)


def test_dark_first_months_bill_nothing_until_the_meter_is_back(world):
    terms, id_ = world.running(clauses=(world.clause(CENT_A_WH),))
    world.record(JULY - 40, 100)
    world.record(SEPTEMBER_END, 900)
    found = [closed(world.close(terms)) for _ in range(3)]
    assert [(f[1].flags, f[2]) for f in found] == [(3, (0,)), (3, (0,)), (0, (800,))]
    assert world.registry.statementOf(id_, 0).flags == EARLY_BOUNDARY


def test_more_export_than_generation_is_a_credit(world):
    terms, id_ = world.running()
    world.record_month_ends((1_000, 1_000), (2_000, 1_000 + 51_000))
    assert closed(world.close(terms))[2] == (-500,)
    assert world.registry.agreementOf(id_).balance == -500


def test_the_balance_adds_up_over_months_of_both_signs(world):
    terms, id_ = world.running()
    world.record_month_ends((0, 0), (MWH, 0), (MWH, 2 * MWH), (4 * MWH, 2 * MWH))
    amounts = [closed(world.close(terms))[1].amount for _ in range(3)]
    assert amounts == [10_000, -20_000, 30_000]
    assert world.registry.agreementOf(id_).balance == sum(amounts)


def test_every_line_of_sixteen_clauses_counts(world):
    odd = world.odd("OddClause")
    clauses = tuple(odd._replace(params=three(0, 0, (-1) ** n * 10**n)) for n in range(14))
    ends = tuple(odd._replace(params=three(0, 0, n)) for n in (2**47 - 1, -(2**47)))
    terms, _ = world.running(clauses=clauses + ends)
    world.record_month_ends((0, 0), (1, 0))
    _, statement, lines, balance = closed(world.close(terms))
    assert lines == (*((-1) ** n * 10**n for n in range(14)), 2**47 - 1, -(2**47))
    assert statement.amount == balance == sum(lines)


@pytest.mark.parametrize("sign", [1, -1])
def test_sixteen_largest_lines_fit_a_statement(world, sign):
    line = 2**47 - 1 if sign > 0 else -(2**47)
    clauses = (world.odd("OddClause", three(0, 0, line)),) * 16
    terms, id_ = world.running(clauses=clauses)
    world.record_month_ends((0, 0), (1, 0))
    world.close(terms)
    assert world.registry.statementOf(id_, 1).amount == world.registry.agreementOf(id_).balance == 16 * line


@pytest.mark.parametrize(("line", "most"), [(2**47 - 1, 2**55 - 1), (-(2**47), -(2**55))])
def test_a_balance_over_56_bits_is_refused(world, line, most):
    months = 17
    terms, id_ = world.running(clauses=(world.odd("OddClause", three(0, 0, line)),) * 16, months=months)
    ends = month_ends(JULY, months)
    for day in (JULY - 1, *ends):
        world.record(day, day)
    closes = most // (16 * line)
    for _ in range(closes):
        world.close(terms)
    kept = world.registry.agreementOf(id_)
    with refuses("BalanceTooLarge", balance=(closes + 1) * 16 * line):
        world.close(terms)
    assert world.registry.agreementOf(id_) == kept and abs(kept.balance) <= 2**55


# ------------------------------------------------------------------------------------------------------------ opening


@pytest.mark.parametrize("back", [day_of(2016, 6, 30), day_of(2016, 6, 1), day_of(2016, 2, 29), day_of(2015, 7, 1)])
def test_the_opening_record_may_be_up_to_twelve_months_old(world, back):
    terms, id_ = world.running(clauses=(world.clause(CENT_A_WH),))
    world.record(back, 1_000, 5)
    world.record(JULY_END, 1_300, 9)
    assert closed(world.close(terms))[2] == (300,)
    early = EARLY_BOUNDARY if back < JULY - 1 else 0
    assert world.registry.statementOf(id_, 0) == (0, 1_000, 5, JULY - 1, back, world.today, 1_000, early)


def test_an_opening_record_thirteen_months_old_is_refused(world):
    terms, _ = world.running()
    world.record(day_of(2015, 6, 30), 1_000)
    world.record(JULY_END, 1_300)
    with refuses("NoOpeningRecord", meter=METER, firstDay=JULY):
        world.close(terms)


def test_a_meter_that_starts_after_the_first_day_has_no_opening_record(world):
    terms, _ = world.running()
    world.record(JULY, 1_000)
    world.record(JULY_END, 1_300)
    with refuses("NoOpeningRecord", meter=METER, firstDay=JULY):
        world.close(terms)


def test_a_meter_that_never_recorded_closes_nothing(world):
    terms, _ = world.running()
    with refuses("MonthNotEnded", last=0, monthEnd=JULY - 1):
        world.close(terms)


def test_the_latest_record_before_the_first_day_opens_not_an_earlier_one(world):
    terms, id_ = world.running()
    for day, register in ((JULY - 300, 10), (JULY - 100, 20), (JULY - 70, 30), (JULY_END, 40)):
        world.record(day, register)
    world.close(terms)
    opening = world.registry.statementOf(id_, 0)
    assert (opening.generation, opening.boundaryDay) == (30, JULY - 70)


def test_an_agreement_may_start_in_february_1970_with_january_as_its_only_opening(world):
    first = day_of(1970, 2, 1)
    terms, _ = world.running(firstDay=first, months=1)
    world.record(first, 5)
    world.record(day_of(1970, 2, 28), 6)
    with refuses("NoOpeningRecord", meter=METER, firstDay=first):
        world.close(terms)


def test_the_last_period_of_the_calendar_can_be_closed(world):
    may = day_of(2149, 5, 1)
    terms, id_ = world.running(firstDay=may, months=1)
    world.record(may - 1, 1)
    world.record(day_of(2149, 5, 31), 2)
    world.close(terms)
    assert world.registry.agreementOf(id_).status == ENDED


# ------------------------------------------------------------------------------------------------------------- energy


@pytest.mark.parametrize("register", ["generation", "exported"])
def test_more_energy_than_the_plants_power_gives_is_not_closed(world, register):
    most = 100_000 * 24 * 31
    over = {"generation": (most + 1, 0), "exported": (0, most + 1)}[register]
    terms, id_ = world.running()
    world.record_month_ends((0, 0), over)
    with refuses("EnergyImpossible", generation=over[0], exported=over[1], most=most):
        world.close(terms)
    assert world.registry.agreementOf(id_).periods == 0


def test_all_that_the_plants_power_gives_is_closed(world):
    most = 100_000 * 24 * 31
    terms, _ = world.running()
    world.record_month_ends((0, 0), (most, most))
    assert closed(world.close(terms))[2] == (0,)


def test_the_hours_count_from_the_last_boundary_day_through_a_dark_month(world):
    most = 100_000 * 24 * 62
    terms, _ = world.running()
    world.record(JULY - 1, 0)
    world.record(AUGUST_END, most)
    world.close(terms)
    world.close(terms)


def test_an_enormous_power_limits_nothing(world):
    terms, _ = world.running(maxPower=2**64 - 1, clauses=(world.clause(energy_charge(price=1)),))
    world.record_month_ends((0, 0), (2**40 - 1, 0))
    world.close(terms)


# ----------------------------------------------------------------------------------------------- what clauses are told


def test_a_clause_is_told_the_period_field_by_field(world):
    echo = world.odd("EchoClause")
    fields = range(12)
    clauses = tuple(Clause(echo.rule, abi_encode(["uint256"], [n])) for n in fields)
    terms, id_ = world.running(clauses=clauses)
    world.record_month_ends((1_000, 100), (3_500, 350))
    world.record(AUGUST_END - 3, 7_000, 400)
    world.record(SEPTEMBER_END, 7_100, 400)
    _, _, first, balance = closed(world.close(terms))
    _, _, second, _ = closed(world.close(terms))

    number = int.from_bytes(id_, "big") & (2**40 - 1)
    assert first == (number, 1, 3, JULY, JULY_END, JULY_END, 2_500, 250, 3_500, 350, 0, 0)
    boundary = AUGUST_END - 3
    assert second == (number, 2, 3, JULY_END + 1, AUGUST_END, boundary, 3_500, 50, 7_000, 400, balance, 0)


@pytest.mark.parametrize("wh", [0, 100])
def test_a_clause_is_told_the_days_of_a_single_cent_that_is_overdue(world, wh):
    """100 Wh at 0.10 EUR/kWh, due on 31 August."""
    overdue = Clause(world.odd("EchoClause").rule, abi_encode(["uint256"], [11]))
    terms, _ = world.running(clauses=(world.clause(), overdue))
    world.record_month_ends((0, 0), (wh, 0), (wh, 0), (wh, 0))
    lines = [closed(world.close(terms))[2] for _ in range(3)]
    cents = wh // 100
    assert lines == [(cents, 0), (0, 0), (0, 30 * cents)]


def test_a_window_is_the_difference_of_two_statements(world):
    promise = world.clause(guarantee(energy=1_000_000, window=2, price=10_000_000), world.guarantee)
    terms, _ = world.running(clauses=(promise,))
    world.record_month_ends((0, 0), (100_000, 0), (400_000, 0), (400_001, 0))
    assert [closed(world.close(terms))[2] for _ in range(3)] == [(0,), (-600_000,), (0,)]


@pytest.mark.parametrize("number", [0, 1, 2, 2**256 - 1])
def test_a_statement_that_does_not_exist_is_refused(world, number):
    _, id_ = world.running()
    with refuses("NoSuchStatement", id=id_, number=number):
        world.registry.statementOf(id_, number)


def test_statements_exist_up_to_the_last_closed_period(world):
    terms, id_ = world.running()
    world.record_month_ends((0, 0), (1, 0))
    world.close(terms)
    assert [world.registry.statementOf(id_, n).lastDay for n in (0, 1)] == [JULY - 1, month_end(JULY)]
    with refuses("NoSuchStatement", id=id_, number=2):
        world.registry.statementOf(id_, 2)


def test_twelve_years_of_closes_end_where_the_term_ends(world):
    terms, id_ = world.running(months=144, clauses=(world.clause(energy_charge(10_000_000, 0, 1)),))
    for n, day in enumerate([JULY - 1, *month_ends(JULY, 144)]):
        world.record(day, n * n)
    told = [world.close(terms) for _ in range(144)]
    assert isinstance(told[-1].events[-1], Event) and told[-1].events[-1].name == "Ended"
    assert world.registry.agreementOf(id_).balance == 144 * 144
