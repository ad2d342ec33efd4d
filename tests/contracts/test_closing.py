"""PPARegistry.close: a month becomes a statement.

close
├── given the month is settled in the ledger
│   ├── when anyone calls: energy, lines, statement, balance; all of it logged
│   ├── when it is the first: the opening statement is kept before it
│   ├── when it is the last: flag LAST, the agreement ends and the meter is free
│   ├── when the boundary day is before the last day: flag EARLY_BOUNDARY
│   ├── when the month is dark: zero energy, flags DARK and EARLY_BOUNDARY; what was made flows into the next
│   └── when more was exported than generated: a negative line
├── given it is not settled: MonthNotEnded, for 60 days
├── given it is not settled, and they are over: closed in silence, flags DARK and SILENT; its energy is in the next
├── given a successor whose new meter does not serve: NotDarkYet, for 60 days; then closed in silence
├── opening
│   ├── given a record at or before the eve: the registers and the day of the last one
│   ├── given none, and a first record within the term: billing begins with it, months before it close with no energy
│   └── given a life that goes on: the opening statement is that of the month before the first
├── when the plant cannot have made it, to the Wh: passed over, flag IMPOSSIBLE; the next month begins behind it
├── when the balance outgrows 56 bits: BalanceTooLarge
├── clauses are given the period, field by field, and may read statements back
└── a closed statement never changes; the numbers of acts do not change with a close
statementOf
└── when it does not exist: NoSuchStatement
"""

import pytest
from eth_abi import encode as abi_encode

from ppa.clauses import ExcessEnergy, PriceTable
from tests.contracts.signing import Act, acted
from tests.contracts.signing import running as running_with_keys
from tests.contracts.test_agreeing import hand_over
from tests.contracts.world import (
    CONSUMER,
    DARK,
    EARLY_BOUNDARY,
    ENDED,
    IMPOSSIBLE,
    LAST,
    METER,
    MWH,
    RUNNING,
    SIGNED,
    SILENT,
    Clause,
    World,
    day_of,
    energy_charge,
    guarantee,
    month_end,
    month_ends,
    role,
    three,
)
from tests.evm import Event, event, refuses

JULY = World.JULY
JULY_END, AUGUST_END, SEPTEMBER_END = day_of(2016, 7, 31), day_of(2016, 8, 31), day_of(2016, 9, 30)
CENT_A_WH = energy_charge(price=10_000_000, base=1)
A_DARK_MONTH = 1 << 8  # how many in a row, from bit 8 on
NEW_METER = role(0x32)


def closed(receipt):
    """Number, statement, lines and balance of a close."""
    logged = next(e for e in receipt.events if e.name == "Closed").args
    return logged["number"], logged["statement"], logged["lines"], logged["balance"]


def silent_since(world, month_end_):
    """The first second in which a month can be closed in silence."""
    world.chain.time = (month_end_ + 61) * 86_400


def test_a_month_is_closed_by_anyone_with_its_energy_priced(world):
    terms, id_ = world.running()
    world.record_month_ends((5_000_000, 700_000), (17_345_678, 1_900_000))
    world.chain.block = 3_000

    receipt = world.close(terms)

    consumed = (17_345_678 - 5_000_000) - (1_900_000 - 700_000)
    cents = (consumed * 100_000 + 5_000_000) // 10_000_000
    statement = (cents, 17_345_678, 1_900_000, JULY_END, JULY_END, world.today, 3_000, 0)
    opening = (0, 5_000_000, 700_000, JULY - 1, JULY - 1, world.today, 3_000, 0)
    assert receipt.events == [
        event("Opened", id=id_, number=0, statement=opening),
        event("Closed", id=id_, number=1, statement=statement, balance=cents, lines=(cents,)),
    ]
    assert world.registry.statementOf(id_, 1) == statement
    kept = world.registry.agreementOf(id_)
    assert kept == (RUNNING, 1, 1_000, 1_000, JULY_END, JULY_END, False, 1_900_000, 17_345_678, cents)


def test_the_first_close_keeps_the_opening_registers_as_statement_zero(world):
    terms, id_ = world.running()
    world.record_month_ends((5_000_000, 700_000), (6_000_000, 700_000), (7_000_000, 700_000))
    assert [e.name for e in world.close(terms).events] == ["Opened", "Closed"]
    assert world.registry.statementOf(id_, 0) == (0, 5_000_000, 700_000, JULY - 1, JULY - 1, world.today, 1_000, 0)
    assert [e.name for e in world.close(terms).events] == ["Closed"]


def test_the_last_close_ends_the_agreement_and_frees_the_meter(world):
    terms, id_ = world.running(months=1)
    world.record_month_ends((5, 0), (6, 0))
    receipt = world.close(terms)
    assert receipt.events[-1] == event("Ended", id=id_, balance=0)
    assert closed(receipt)[1].flags == LAST
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

    flags = DARK | EARLY_BOUNDARY | A_DARK_MONTH
    assert dark[1:3] == ((0, 100, 0, JULY_END, JULY - 1, world.today, 1_000, flags), (0,))
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
    dark = DARK | EARLY_BOUNDARY
    assert [(f[1].flags, f[2]) for f in found] == [
        (dark | A_DARK_MONTH, (0,)),
        (dark | 2 * A_DARK_MONTH, (0,)),
        (LAST, (800,)),
    ]
    assert world.registry.statementOf(id_, 0).flags == EARLY_BOUNDARY


def test_dark_months_in_a_row_are_counted_anew_after_one_with_a_record(world):
    terms, _ = world.running(months=8)
    ends = month_ends(JULY, 8)
    world.record(JULY - 1, 0)
    for n in (1, 2, 5, 7):
        world.record(ends[n], n)
    found = [closed(world.close(terms))[1].flags >> 8 & 255 for _ in range(8)]
    assert found == [1, 0, 0, 1, 2, 0, 1, 0]


def given_and_kept(world, terms, count):
    """Of so many closes: what clauses are given of `darkBefore` and `boundaryDay`, and the statement's run and day."""
    found = [closed(world.close(terms)) for _ in range(count)]
    return [(*lines, statement.flags >> 8 & 255, statement.boundaryDay) for _, statement, lines, _ in found]


def dark_before_and_boundary_day(world):
    """Clauses that give them back."""
    rule = world.odd("EchoClause").rule
    return tuple(Clause(rule, abi_encode(["uint256"], [field])) for field in (4, 7))


def test_the_run_of_dark_months_begins_anew_with_the_month_of_the_meters_first_record(world):
    """By statement and clauses: the record of 10 September opens, July and August are before it; October is dark."""
    terms, _ = world.running(clauses=dark_before_and_boundary_day(world), months=6)
    ends = month_ends(JULY, 6)
    world.record(AUGUST_END + 10, 0)
    world.record(ends[4], 9)
    assert given_and_kept(world, terms, 5) == [
        (0, 0, 1, 0),
        (0, 0, 2, 0),
        (0, AUGUST_END + 10, 0, AUGUST_END + 10),
        (0, AUGUST_END + 10, 1, AUGUST_END + 10),
        (1, ends[4], 0, ends[4]),
    ]


def test_the_run_of_dark_months_goes_on_with_an_older_opening_record_that_is_taken_in_darkness(world):
    """Two months are closed in silence; September has no record either, but that of June opens with it."""
    terms, _ = world.running(clauses=dark_before_and_boundary_day(world), months=6)
    ends = month_ends(JULY, 6)
    world.record(JULY - 1, 0)
    silent_since(world, AUGUST_END)
    silent = given_and_kept(world, terms, 2)
    world.record(ends[4], 9)
    assert silent + given_and_kept(world, terms, 3) == [
        (0, 0, 1, 0),
        (0, 0, 2, 0),
        (2, JULY - 1, 3, JULY - 1),
        (3, JULY - 1, 4, JULY - 1),
        (4, ends[4], 0, ends[4]),
    ]


@pytest.mark.parametrize(
    ("opening", "covered"),
    [(JULY - 9, 2), (JULY - 1, 2), (JULY, 2), (JULY_END - 1, 2), (JULY_END, 1), (AUGUST_END - 1, 1), (AUGUST_END, 0)],
)
def test_dark_months_that_end_after_the_opening_record_count_for_the_period_that_takes_it(world, opening, covered):
    """Two months are closed in silence; then the meter sends its records of then, and one of September."""
    terms, _ = world.running(clauses=dark_before_and_boundary_day(world), months=6)
    silent_since(world, AUGUST_END)
    silent = given_and_kept(world, terms, 2)
    world.record(opening, 0)
    world.record(SEPTEMBER_END, 9)
    assert silent + given_and_kept(world, terms, 1) == [
        (0, 0, 1, 0),
        (0, 0, 2, 0),
        (covered, SEPTEMBER_END, covered, SEPTEMBER_END),
    ]


def test_dark_months_that_the_first_period_took_are_no_run_before_the_next_though_it_ended_early(world):
    terms, _ = world.running(clauses=dark_before_and_boundary_day(world), months=6)
    silent_since(world, AUGUST_END)
    given_and_kept(world, terms, 2)
    world.record(JULY - 1, 0)
    world.record(SEPTEMBER_END - 3, 9)
    october_end = month_ends(JULY, 4)[3]
    world.record(october_end, 12)
    assert given_and_kept(world, terms, 2) == [
        (2, SEPTEMBER_END - 3, 2, SEPTEMBER_END - 3),
        (0, october_end, 0, october_end),
    ]


def test_a_successors_new_meter_that_was_not_heard_of_yet_leaves_boundary_day_and_run_as_they_were(world):
    terms, _ = running_with_keys(world, clauses=dark_before_and_boundary_day(world))
    ends = month_ends(JULY, 5)
    world.record_month_ends((0, 0), (100, 0))
    world.close(terms)
    new, _ = hand_over(world, terms, meter=NEW_METER)
    silent_since(world, SEPTEMBER_END)
    silent = given_and_kept(world, new, 2)
    world.registry.serve(new, sender=NEW_METER)
    world.record(ends[3] - 1, 500, meter=NEW_METER)
    world.record(ends[4], 900, meter=NEW_METER)
    assert silent + given_and_kept(world, new, 2) == [
        (0, JULY_END, 1, JULY_END),
        (1, JULY_END, 2, JULY_END),
        (2, ends[3] - 1, 0, ends[3] - 1),
        (0, ends[4], 0, ends[4]),
    ]


def test_at_most_255_dark_months_in_a_row_are_counted(world):
    terms, id_ = world.running(months=260)
    silent_since(world, month_ends(JULY, 260)[-1])
    found = [closed(world.close(terms))[1].flags >> 8 for _ in range(260)]
    assert found == [min(n, 255) for n in range(1, 261)]
    assert world.registry.agreementOf(id_).status == ENDED


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


@pytest.mark.parametrize(
    "back",
    [
        *(day_of(2016, 6, 30), day_of(2016, 6, 1), day_of(2016, 2, 29), day_of(2015, 7, 1), day_of(2015, 6, 30)),
        *(day_of(2009, 3, 12), 1),
    ],
)
def test_the_opening_record_may_be_of_any_day_before(world, back):
    terms, id_ = world.running(clauses=(world.clause(CENT_A_WH),))
    world.record(back, 1_000, 5)
    world.record(JULY_END, 1_300, 9)
    receipt = world.close(terms)
    assert closed(receipt)[2] == (300,)
    early = EARLY_BOUNDARY if back < JULY - 1 else 0
    opening = (0, 1_000, 5, JULY - 1, back, world.today, 1_000, early)
    assert world.registry.statementOf(id_, 0) == opening
    assert receipt.events[0] == event("Opened", id=id_, number=0, statement=opening)


def test_a_plant_that_starts_after_the_first_day_is_billed_from_its_opening_record_on(world):
    terms, id_ = world.running(clauses=(world.clause(CENT_A_WH),))
    world.record(JULY + 10, 1_000, 40)
    world.record(JULY_END, 1_300, 50)
    receipt = world.close(terms)
    opening = (0, 0, 0, JULY - 1, 0, world.today, 1_000, 0)
    assert receipt.events[0] == event("Opened", id=id_, number=0, statement=opening)
    assert closed(receipt)[1:3] == ((300, 300, 10, JULY_END, JULY_END, world.today, 1_000, 0), (300,))
    kept = (RUNNING, 1, 1_000, 1_000, JULY_END, JULY_END, False, 50, 1_300, 300)
    assert world.registry.agreementOf(id_) == kept


def test_months_before_a_plant_starts_close_with_no_energy(world):
    terms, id_ = world.running(clauses=(world.clause(CENT_A_WH),), months=4)
    world.record(AUGUST_END + 10, 1_000, 40)
    world.record(SEPTEMBER_END, 1_300, 50)
    world.record(day_of(2016, 10, 31), 1_400, 50)
    dark = [closed(world.close(terms)) for _ in range(2)]
    assert [d[1][:5] for d in dark] == [(0, 0, 0, JULY_END, 0), (0, 0, 0, AUGUST_END, 0)]
    assert [d[1].flags for d in dark] == [DARK | EARLY_BOUNDARY | n * A_DARK_MONTH for n in (1, 2)]
    assert world.registry.agreementOf(id_)[4:] == (0, AUGUST_END, False, 0, 0, 0)
    assert closed(world.close(terms))[1:3] == (
        (300, 300, 10, SEPTEMBER_END, SEPTEMBER_END, world.today, 1_000, 0),
        (300,),
    )
    assert closed(world.close(terms))[2] == (100,)


@pytest.mark.parametrize("day", [JULY_END, AUGUST_END])
def test_a_plant_whose_opening_record_ends_a_month_has_made_nothing_in_it(world, day):
    terms, _ = world.running(clauses=(world.clause(CENT_A_WH),))
    world.record(day, 1_000)
    world.record(SEPTEMBER_END, 1_700)
    found = [closed(world.close(terms)) for _ in range(3)]
    assert sum(f[3] for f in found[-1:]) == 700
    month = found[0 if day == JULY_END else 1]
    assert month[1][:5] == (0, 0, 0, day, day) and month[1].flags == 0


def test_energy_before_the_opening_record_is_nobodys(world):
    """A register that has counted for years before: only what it counts from its first record on is billed."""
    terms, id_ = world.running(clauses=(world.clause(CENT_A_WH),))
    world.record(JULY + 3, 10**9)
    world.record(JULY_END, 10**9 + 5)
    world.close(terms)
    assert world.registry.agreementOf(id_).balance == 5


def test_the_hours_of_a_plant_that_starts_late_count_from_its_opening_record(world):
    most = 100_000 * 24 * 20
    terms, _ = world.running(clauses=(world.clause(CENT_A_WH),))
    world.record(JULY_END - 20, 0)
    world.record(JULY_END, most + 1)
    assert closed(world.close(terms))[1].flags == IMPOSSIBLE


def test_a_meter_that_never_recorded_closes_nothing_for_60_days(world):
    terms, id_ = world.running()
    silent_since(world, JULY_END)
    world.chain.time -= 1
    with refuses("MonthNotEnded", last=0, monthEnd=JULY_END):
        world.close(terms)
    world.chain.time += 1
    receipt = world.close(terms)
    flags = DARK | SILENT | EARLY_BOUNDARY | A_DARK_MONTH
    assert closed(receipt)[:2] == (1, (0, 0, 0, JULY_END, 0, world.today, 1_000, flags))
    assert receipt.events[0] == event(
        "Opened", id=id_, number=0, statement=(0, 0, 0, JULY - 1, 0, world.today, 1_000, 0)
    )


# ------------------------------------------------------------------------------------------------------ month n of life


def test_a_life_that_goes_on_is_billed_by_the_numbers_of_its_months(world):
    """In month 49 the price is the fifth contract year's, and the opening statement is that of month 48."""
    price = world.clause(energy_charge(price=100_000, escalator=100_000, base=1))
    terms, id_ = world.running(firstMonth=48, months=50, clauses=(price,))
    world.record_month_ends((5_000_000, 3), (6_000_000, 3), (7_000_000, 3), (8_000_000, 3))
    receipts = [world.close(terms) for _ in range(3)]
    opening = (0, 5_000_000, 3, JULY - 1, JULY - 1, world.today, 1_000, 0)
    assert receipts[0].events[0] == event("Opened", id=id_, number=47, statement=opening)
    assert world.registry.statementOf(id_, 47) == opening
    found = [closed(receipt) for receipt in receipts]
    assert [(f[0], f[2]) for f in found] == [(48, (13_310,)), (49, (14_641,)), (50, (14_641,))]
    assert [f[1].flags for f in found] == [0, 0, LAST]
    assert world.registry.agreementOf(id_)[:2] == (ENDED, 50)
    for number in (0, 46, 51):
        with refuses("NoSuchStatement", id=id_, number=number):
            world.registry.statementOf(id_, number)


def test_a_life_that_goes_on_may_have_its_last_month_first(world):
    terms, id_ = world.running(firstMonth=3)
    world.record_month_ends((0, 0), (MWH, 0))
    number, statement, _, balance = closed(world.close(terms))
    assert (number, statement.flags, balance) == (3, LAST, 10_000)
    assert world.registry.agreementOf(id_)[:2] == (ENDED, 3)


def test_the_latest_record_before_the_first_day_opens_not_an_earlier_one(world):
    terms, id_ = world.running()
    for day, register in ((JULY - 300, 10), (JULY - 100, 20), (JULY - 70, 30), (JULY_END, 40)):
        world.record(day, register)
    world.close(terms)
    opening = world.registry.statementOf(id_, 0)
    assert (opening.generation, opening.boundaryDay) == (30, JULY - 70)


@pytest.mark.parametrize(("opened", "billed"), [(day_of(1970, 1, 31), 3), (day_of(1970, 2, 1), 2)])
def test_an_agreement_may_start_in_february_1970(world, opened, billed):
    first = day_of(1970, 2, 1)
    world.chain.time = first * 86_400
    terms, id_ = world.running(firstDay=first, months=1, clauses=(world.clause(CENT_A_WH),))
    world.record(opened, 6 - billed)
    world.record(day_of(1970, 2, 28), 6)
    world.close(terms)
    assert world.registry.agreementOf(id_)[-1] == billed


def test_the_last_period_of_the_calendar_can_be_closed(world):
    may = day_of(2149, 5, 1)
    terms, id_ = world.running(firstDay=may, months=1)
    world.record(may - 1, 1)
    world.record(day_of(2149, 5, 31), 2)
    world.close(terms)
    assert world.registry.agreementOf(id_).status == ENDED


# ------------------------------------------------------------------------------------------------------------- energy


@pytest.mark.parametrize("register", ["generation", "exported"])
def test_more_energy_than_the_plants_power_gives_is_passed_over(world, register):
    """The month is closed without it, and the next begins behind it."""
    most = 100_000 * 24 * 31
    over = {"generation": (7 + most + 1, 9 + 5), "exported": (7 + 5, 9 + most + 1)}[register]
    terms, id_ = world.running(clauses=(world.clause(CENT_A_WH),))
    world.record_month_ends((7, 9), over, (over[0] + 300, over[1] + 40))
    first, second = (closed(world.close(terms)) for _ in range(2))
    assert first[1:3] == ((0, 7, 9, JULY_END, JULY_END, world.today, 1_000, IMPOSSIBLE), (0,))
    assert second[1:3] == ((300, 307, 49, AUGUST_END, AUGUST_END, world.today, 1_000, 0), (300,))
    kept = (RUNNING, 2, 1_000, 1_000, AUGUST_END, AUGUST_END, False, over[1] + 40, over[0] + 300, 300)
    assert world.registry.agreementOf(id_) == kept


def test_impossible_energy_of_the_last_month_ends_the_agreement_too(world):
    terms, id_ = world.running(months=1)
    world.record_month_ends((0, 0), (2**40 - 1, 2**40 - 1))
    assert closed(world.close(terms))[1].flags == IMPOSSIBLE | LAST
    assert world.registry.agreementOf(id_).status == ENDED


def test_a_correction_is_billed_though_the_months_energy_is_impossible(world):
    terms, _ = running_with_keys(world, clauses=(world.clause(CENT_A_WH),))
    world.record_month_ends((0, 0), (2**40 - 1, 0))
    acted(world, terms, Act(generation=500))
    statement = closed(world.close(terms))[1]
    assert (statement.amount, statement.generation, statement.flags) == (500, 500, IMPOSSIBLE)


def test_all_that_the_plants_power_gives_is_billed(world):
    most = 100_000 * 24 * 31
    terms, _ = world.running()
    world.record_month_ends((0, 0), (most, most))
    _, statement, lines, _ = closed(world.close(terms))
    assert (statement.generation, statement.exported, statement.flags, lines) == (most, most, 0, (0,))


@pytest.mark.parametrize("over", [0, 1])
def test_the_hours_count_from_the_last_boundary_day_through_a_dark_month(world, over):
    most = 100_000 * 24 * 62
    terms, _ = world.running()
    world.record(JULY - 1, 0)
    world.record(AUGUST_END, most + over)
    world.close(terms)
    assert closed(world.close(terms))[1].flags == IMPOSSIBLE * over


def test_an_enormous_power_limits_nothing(world):
    terms, _ = world.running(maxPower=2**64 - 1, clauses=(world.clause(energy_charge(price=1)),))
    world.record_month_ends((0, 0), (2**40 - 1, 0))
    world.close(terms)


# ------------------------------------------------------------------------------------------------------------ silence


def test_a_month_is_closed_in_silence_after_60_days_and_its_energy_is_in_the_next(world):
    """The meter recorded until 20 July and is back in September."""
    terms, id_ = world.running(clauses=(world.clause(CENT_A_WH),), months=4)
    world.record_month_ends((1_000, 10), (1_100, 15))
    world.record(JULY_END + 20, 1_150, 15)
    world.close(terms)
    silent_since(world, AUGUST_END)
    world.chain.time -= 1
    with refuses("MonthNotEnded", last=JULY_END + 20, monthEnd=AUGUST_END):
        world.close(terms)
    world.chain.time += 1
    flags = DARK | SILENT | EARLY_BOUNDARY | A_DARK_MONTH
    silent = closed(world.close(terms))
    assert silent[1:3] == ((0, 1_100, 15, AUGUST_END, JULY_END, world.today, 1_000, flags), (0,))
    assert world.registry.agreementOf(id_)[4:9] == (JULY_END, AUGUST_END, False, 15, 1_100)

    world.record(SEPTEMBER_END, 1_900, 25)
    back = closed(world.close(terms))
    assert back[1:3] == ((800, 1_900, 25, SEPTEMBER_END, SEPTEMBER_END, world.today, 1_000, 0), (800,))


def test_a_record_of_the_silent_month_that_comes_late_is_billed_with_the_next(world):
    terms, _ = world.running(clauses=(world.clause(CENT_A_WH),))
    world.record_month_ends((0, 0), (100, 0))
    world.close(terms)
    silent_since(world, AUGUST_END)
    world.close(terms)
    for day, register in ((AUGUST_END - 3, 150), (AUGUST_END, 170), (SEPTEMBER_END, 300)):
        world.record(day, register)
    assert closed(world.close(terms))[2] == (200,)


@pytest.mark.parametrize("day", [AUGUST_END, AUGUST_END + 1, SEPTEMBER_END])
def test_a_meter_that_is_back_before_anyone_closes_leaves_no_month_in_silence(world, day):
    terms, _ = world.running(clauses=(world.clause(CENT_A_WH),))
    world.record_month_ends((0, 0), (100, 0))
    world.record(AUGUST_END - 1, 150)
    world.close(terms)
    silent_since(world, SEPTEMBER_END)
    world.record(day, 180)
    statement = closed(world.close(terms))[1]
    assert statement.flags & (DARK | SILENT) == 0
    assert statement.amount == (80 if day == AUGUST_END else 50)


def test_a_record_of_the_last_day_but_one_does_not_end_the_silence(world):
    terms, _ = world.running()
    world.record_month_ends((0, 0))
    world.record(JULY_END - 1, 100)
    silent_since(world, JULY_END)
    assert closed(world.close(terms))[1].flags & SILENT


def test_each_month_waits_for_its_own_60_days(world):
    terms, _ = world.running()
    world.record_month_ends((0, 0))
    silent_since(world, JULY_END)
    world.close(terms)
    with refuses("MonthNotEnded", last=JULY - 1, monthEnd=AUGUST_END):
        world.close(terms)
    silent_since(world, AUGUST_END)
    assert closed(world.close(terms))[1].flags == DARK | SILENT | EARLY_BOUNDARY | 2 * A_DARK_MONTH


def test_a_silent_last_month_ends_the_agreement_and_frees_the_meter(world):
    terms, id_ = world.running(months=1)
    world.record_month_ends((0, 0))
    silent_since(world, JULY_END)
    receipt = world.close(terms)
    assert closed(receipt)[1].flags == DARK | SILENT | EARLY_BOUNDARY | LAST | A_DARK_MONTH
    assert receipt.events[-1] == event("Ended", id=id_, balance=0)
    # no word of the meter was taken: nothing of it was billed
    assert (world.registry.servedBy(METER), world.registry.billedThrough(METER)) == (bytes(32), 0)


def test_a_silent_last_month_leaves_the_days_billed_up_to_the_last_word(world):
    terms, id_ = world.running(months=2)
    world.record_month_ends((0, 0), (100, 0))
    world.close(terms)
    silent_since(world, AUGUST_END)
    receipt = world.close(terms)
    assert closed(receipt)[1].flags == DARK | SILENT | EARLY_BOUNDARY | LAST | A_DARK_MONTH
    assert receipt.events[-1] == event("Ended", id=id_, balance=1)
    assert (world.registry.servedBy(METER), world.registry.billedThrough(METER)) == (bytes(32), JULY_END)


def test_a_meter_heard_before_a_silent_first_month_opens_when_it_is_back(world):
    """Nothing is taken from a meter in silence: the opening statement has no registers, and no energy is lost."""
    terms, id_ = world.running(clauses=(world.clause(CENT_A_WH),))
    world.record(JULY - 1, 1_000, 10)
    silent_since(world, JULY_END)
    world.close(terms)
    assert world.registry.statementOf(id_, 0)[:5] == (0, 0, 0, JULY - 1, 0)
    world.record(AUGUST_END, 1_800, 30)
    assert closed(world.close(terms))[1][:5] == (800, 800, 20, AUGUST_END, AUGUST_END)


def test_clauses_are_asked_in_silence_too(world):
    terms, _ = world.running(clauses=(world.odd("OddClause", three(0, 0, 777)),))
    silent_since(world, JULY_END)
    assert closed(world.close(terms))[2] == (777,)


def handed_to_a_meter_that_does_not_serve(world):
    """July is billed, and both hand over to terms with a new meter."""
    terms, _ = running_with_keys(world, clauses=(world.clause(CENT_A_WH),))
    world.record_month_ends((0, 0), (100, 0))
    world.close(terms)
    return hand_over(world, terms, meter=NEW_METER)


def test_months_before_a_new_meter_serves_close_in_silence(world):
    terms, id_ = handed_to_a_meter_that_does_not_serve(world)
    world.record(AUGUST_END, 500, meter=NEW_METER)
    silent_since(world, AUGUST_END)
    world.chain.time -= 1
    with refuses("NotDarkYet", lastDay=AUGUST_END, darkDays=60, today=AUGUST_END + 60):
        world.close(terms)
    world.chain.time += 1
    flags = DARK | SILENT | EARLY_BOUNDARY | A_DARK_MONTH
    assert closed(world.close(terms))[1] == (0, 100, 0, AUGUST_END, JULY_END, world.today, 1_000, flags)
    assert world.registry.agreementOf(id_)[:6] == (SIGNED, 2, 1_000, 1_000, 0, AUGUST_END)


@pytest.mark.parametrize(
    ("before", "billed"),
    [
        (((JULY_END - 1, 420), (AUGUST_END, 500)), 480),
        (((JULY_END - 1, 420), (JULY_END, 450), (JULY_END + 1, 460)), 450),
        (((AUGUST_END, 500),), 400),
        (((AUGUST_END + 9, 600),), 300),
        ((), 0),
    ],
)
def test_a_new_meter_is_billed_from_the_last_day_that_was_not_dark(world, before, billed):
    """Or from its first record, if that is later."""
    terms, _ = handed_to_a_meter_that_does_not_serve(world)
    for day, register in before:
        world.record(day, register, meter=NEW_METER)
    silent_since(world, AUGUST_END)
    world.close(terms)
    world.record(SEPTEMBER_END, 900, meter=NEW_METER)
    world.registry.serve(terms, sender=NEW_METER)
    statement = closed(world.close(terms))[1]
    assert statement[:5] == (billed, 100 + billed, 0, SEPTEMBER_END, SEPTEMBER_END)


# ------------------------------------------------------------------------------------------------- what does not change


def test_i17_a_closed_statement_never_changes(world):
    """Not by later closes, not by a dispute or its award."""
    arbiter = role(0xAB)
    terms, id_ = world.running(arbiter=arbiter, months=4)
    world.record_month_ends((0, 0), (MWH, 0), (2 * MWH, 0), (2 * MWH, 2 * MWH))
    kept = []
    for number in (0, 1, 2, 3):
        if number:
            world.close(terms)
        if number == 2:
            world.registry.dispute(terms, 1, -500, bytes(32), sender=CONSUMER)
            world.registry.resolve(terms, 1, -400, bytes(32), sender=arbiter)
        if number == 1:
            kept.append(world.registry.statementOf(id_, 0))
        if number:
            kept.append(world.registry.statementOf(id_, number))
        assert [world.registry.statementOf(id_, n) for n in range(len(kept))] == kept
        world.chain.block += 10
    assert [statement.amount for statement in kept] == [0, 10_000, 10_000, -20_400]


def test_an_act_with_number_1_holds_before_and_after_the_first_close(world):
    """No close moves the numbers of acts."""
    terms, id_ = running_with_keys(world)
    world.record_month_ends((0, 0), (MWH, 0), (MWH, 0))
    for _ in range(2):
        world.close(terms)
        assert world.registry.accountOf(id_).acts == 0
    acted(world, terms, Act(number=1, cents=7))
    assert world.registry.accountOf(id_)[:1] == (1,)


def test_an_act_with_number_1_can_be_done_before_the_first_close_and_is_in_it(world):
    terms, id_ = running_with_keys(world)
    acted(world, terms, Act(number=1, cents=7))
    world.record_month_ends((0, 0), (MWH, 0))
    assert closed(world.close(terms))[2] == (10_000, 7)
    assert world.registry.accountOf(id_) == (1, 0, 0, 0, 0, 0)


# ----------------------------------------------------------------------------------------------- what clauses are given


OCTOBER_END = day_of(2016, 10, 31)


def echoed(*fields):
    """What clauses are given of months 5 to 8 of a life, August being dark: by field; and the balances after each."""
    world = World()
    echo = world.odd("EchoClause")
    clauses = tuple(Clause(echo.rule, abi_encode(["uint256"], [n])) for n in fields)
    terms, id_ = world.running(clauses=clauses, firstMonth=5, months=8)
    world.record_month_ends((1_000, 100), (3_500, 350))
    for day, generation, exported in ((SEPTEMBER_END - 3, 7_000, 400), (OCTOBER_END, 7_100, 410)):
        world.record(day, generation, exported)
    found = [closed(world.close(terms)) for _ in range(4)]
    return [f[2] for f in found], [f[3] for f in found], int.from_bytes(id_, "big") & (2**40 - 1)


def test_a_clause_is_given_the_period_field_by_field(world):
    given, _, id_ = echoed(*range(9))
    # agreement, number, months, opening, darkBefore, firstDay, lastDay, boundaryDay, dark
    assert given == [
        (id_, 5, 8, 4, 0, JULY, JULY_END, JULY_END, 0),
        (id_, 6, 8, 4, 0, JULY_END + 1, AUGUST_END, JULY_END, 1),
        (id_, 7, 8, 4, 1, AUGUST_END + 1, SEPTEMBER_END, SEPTEMBER_END - 3, 0),
        (id_, 8, 8, 4, 0, SEPTEMBER_END + 1, OCTOBER_END, OCTOBER_END, 0),
    ]


def test_a_clause_is_given_energy_registers_and_money(world):
    given, balances, _ = echoed(*range(9, 17))
    # last, waited, generation, exported, generationRegister, exportedRegister, balance, overdueCentDays
    one, two, three_, _ = balances
    assert given == [
        (0, 1, 2_500, 250, 3_500, 350, 0, 0),
        (0, 1, 0, 0, 3_500, 350, one, 0),
        (0, 1, 3_500, 50, 7_000, 400, two, one * 30),
        (1, 0, 100, 10, 7_100, 410, three_, two * 31),
    ]


YEARS = 179  # no table is longer in a life that begins in 1970 and ends in 2149
LONG = 342 * 32 + 5


@pytest.mark.parametrize("turn", range(7))
def test_parameters_of_any_length_are_given_beside_short_ones(world, turn):
    """The request is the same memory for all clauses, in whatever order: no parameters reach into the others."""
    echo = world.odd("EchoClause").rule
    prices = tuple(100_000 + year for year in range(YEARS))
    excess = ExcessEnergy(85_000, 0, 40_000, 1_100_000, 0, 1, (MWH,) * 12)
    clauses = [
        (world.clause(), 10_000),
        (world.clause(PriceTable(0, prices).params(), world.chain.deploy("PriceTable")), 10_005),
        (Clause(echo, abi_encode(["uint256"], [1])), 548),
        (world.clause(excess.params(), world.chain.deploy("ExcessEnergy")), 8_500),
        (Clause(echo, abi_encode(["uint256"], [11]) + b"\xff" * LONG), MWH),
        (world.odd("OddClause", three(0, 0, -7)), -7),
        (Clause(echo, abi_encode(["uint256"], [7])), JULY_END),
    ]
    clauses = clauses[turn:] + clauses[:turn]
    terms, id_ = world.running(
        clauses=tuple(clause for clause, _ in clauses), firstMonth=548, months=12 * YEARS - 6, maxPower=10**6
    )
    world.record_month_ends((500, 20), (500 + MWH, 20), (500 + 3 * MWH, 20 + MWH))
    lines = tuple(line for _, line in clauses)
    opened, event_ = world.close(terms).events
    assert opened == event("Opened", id=id_, number=547, statement=world.registry.statementOf(id_, 547))
    statement = (sum(lines), 500 + MWH, 20, JULY_END, JULY_END, world.today, 1_000, 0)
    args = {"id": id_, "number": 548, "statement": statement, "balance": sum(lines), "lines": lines}
    assert event_ == event("Closed", **args)
    assert world.registry.statementOf(id_, 548) == statement
    assert world.registry.agreementOf(id_).balance == sum(lines)
    again = {10_000: 10_000, 10_005: 10_005, 548: 549, 8_500: 9_350 + 3_600, MWH: 2 * MWH, JULY_END: AUGUST_END}
    assert closed(world.close(terms))[2] == tuple(again.get(line, line) for line in lines)


@pytest.mark.parametrize("wh", [0, 100])
def test_a_clause_is_given_the_days_of_a_single_cent_that_is_overdue(world, wh):
    """100 Wh at 0.10 EUR/kWh, due on 31 August."""
    overdue = Clause(world.odd("EchoClause").rule, abi_encode(["uint256"], [16]))
    terms, _ = world.running(clauses=(world.clause(), overdue))
    world.record_month_ends((0, 0), (wh, 0), (wh, 0), (wh, 0))
    lines = [closed(world.close(terms))[2] for _ in range(3)]
    cents = wh // 100
    assert lines == [(cents, 0), (0, 0), (0, 30 * cents)]


def test_a_window_is_the_difference_of_two_statements(world):
    promise = world.clause(guarantee(energy=1_000_000, window=2, price=10_000_000), world.guarantee)
    terms, _ = world.running(clauses=(promise,))
    world.record_month_ends((0, 0), (100_000, 0), (400_000, 0), (400_001, 0))
    rest = 1_000_000 * 30 // 61 - 1  # September's part of September and October, as the agreement ends with it
    assert [closed(world.close(terms))[2] for _ in range(3)] == [(0,), (-600_000,), (-rest,)]


def test_a_month_is_promised_once_though_its_meter_was_first_heard_of_in_darkness(world):
    """Month 3 is silent; with month 4, dark too, the opening record of June is taken; month 5 has the first record.

    The window of months 1 to 3 waits for it and has all from July to September, as many days as it has; of the next one
    October is left.
    """
    promise = world.clause(guarantee(energy=9_200_000, window=3, price=100_000), world.guarantee)
    terms, _ = world.running(firstMonth=3, months=12, clauses=(promise,))
    world.record(JULY - 1, 0)
    silent_since(world, JULY_END)
    lines = [closed(world.close(terms))[2]]
    for day in (SEPTEMBER_END, OCTOBER_END):
        world.record(day, 0)
    lines += [closed(world.close(terms))[2] for _ in range(3)]
    assert lines == [(0,), (0,), (-92_000,), (-31_000,)]


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
    logged = [world.close(terms) for _ in range(144)]
    assert isinstance(logged[-1].events[-1], Event) and logged[-1].events[-1].name == "Ended"
    assert world.registry.agreementOf(id_).balance == 144 * 144
