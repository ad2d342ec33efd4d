"""TakeOrPay, over lives of months, against what each month took and against ppa.

├── check: WrongLength, MinimumIsZero, PriceIsZero, WindowOutsideTerm, MakeUpTooLong, LineTooLarge, EscalatorTooLarge, …
└── assess
    ├── zero but in a window's last month, or, where that is dark, in the next one with a record; by days
    ├── what is open is assessed with the last period, by its days, up to the meter's last record
    ├── what began before the opening is assessed from there, with an empty bank
    ├── below the minimum: what is missing is paid, at the contract year's price; more exported than made counts as less
    ├── above it: free until the bank is empty, and what is older than `makeUp` windows is lost
    └── the longest make-up right and a long darkness stay within the gas of a clause
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppa.clauses import TakeOrPay, Told
from ppa.statements import Statement
from ppa.storage_words import StatementFlag
from tests.contracts.clause_lines import (
    CHAIN,
    DARK,
    Life,
    Month,
    both_accept,
    both_refuse,
    first_of,
    lines,
    lives,
    period_of,
    spans_of,
)
from tests.contracts.fraction_model import cents, price_of_year
from tests.contracts.world import MWH, STRANGER, World
from tests.evm import refuses

CONTRACT = CHAIN.deploy("TakeOrPay")


def clause(minimum=MWH, window=1, make_up=12, price=100_000, escalator=0):
    """1,000 kWh a month at 0.10 EUR, made up within 12 months."""
    return TakeOrPay(minimum, window, make_up, price, escalator)


def taken(*consumptions, **life):
    """A life of months with these consumptions; negative: so much more was exported than generated."""
    months = [m if isinstance(m, Month) else Month(max(m, 0), max(-m, 0)) for m in consumptions]
    return Life(months, **life)


def test_good_parameters_are_accepted():
    for good in (
        clause(),
        clause(1, 12, 24, 1, 1),
        clause(make_up=0),
        clause(minimum=(2**47 - 1) * 10**4, price=1_000),
    ):
        both_accept(CONTRACT, good, 12)


@pytest.mark.parametrize(
    ("bad", "error", "args"),
    [
        (clause(minimum=0), "MinimumIsZero", {}),
        (clause(price=0), "TakeOrPay.PriceIsZero", {}),
        (clause(price=10**10 + 1), "TakeOrPay.PriceTooLarge", {"price": 10**10 + 1, "most": 10**10}),
        (clause(window=0), "TakeOrPay.WindowOutsideTerm", {"window": 0, "months": 24}),
        (clause(window=25), "TakeOrPay.WindowOutsideTerm", {"window": 25, "months": 24}),
        (clause(make_up=25), "MakeUpTooLong", {"makeUp": 25, "most": 24}),
        (clause(minimum=2**47 * 10**4, price=1_000), "LineTooLarge", {"cents": 2**47}),
        (clause(escalator=20_000_001), "TakeOrPay.EscalatorTooLarge", {"escalator": 20_000_001, "contractYears": 2}),
    ],
)
def test_parameters_that_make_no_sense_are_refused(bad, error, args):
    both_refuse(CONTRACT, bad, error, 24, **args)


def test_the_parameters_have_exactly_160_bytes():
    with refuses("TakeOrPay.WrongLength", expected=160, given=161):
        CONTRACT.check(World.JULY, 12, clause().params() + b"\0")


def test_the_worked_example():
    # 1,000 kWh at 0.10: 600 taken, 40.00 paid; then 1,300: 30.00 back; then 1,300: the last 10.00; then nothing is left
    assert lines(clause(), taken(600_000, 1_300_000, 1_300_000, 1_300_000)) == [4_000, -3_000, -1_000, 0]


def test_without_make_up_nothing_comes_back():
    assert lines(clause(make_up=0), taken(600_000, 1_300_000)) == [4_000, 0]


def test_a_shortfall_older_than_the_right_is_lost():
    assert lines(clause(make_up=1), taken(600_000, MWH, 1_300_000)) == [4_000, 0, 0]


def test_a_window_is_assessed_with_its_last_month_and_an_open_one_not():
    assert lines(clause(window=2), taken(0, 0, 0, 0, 0)) == [0, 10_000, 0, 10_000, 0]


def test_an_open_window_is_assessed_by_days_with_the_last_period():
    # 92 days from July to September 2016: 46 of them; all of July and none of August; nothing of the next window
    assert lines(clause(92_000, window=3), taken(0, 0, days=15)) == [0, 46_000 * 100_000 // 10**7]
    assert lines(clause(92_000, window=3), taken(0, 0, days=0)) == [0, 31_000 * 100_000 // 10**7]
    assert lines(clause(92_000, window=3), taken(0, 0, 0, 0, days=0)) == [0, 0, 920, 0]
    assert lines(clause(92_000, window=3), taken(0, 0, 0, days=30)) == [0, 0, 920]


def test_what_was_taken_too_much_of_an_open_window_empties_the_bank():
    assert lines(clause(31_000, window=1), taken(0, 62_000, days=31)) == [310, -310]
    assert lines(clause(31_000, window=1), taken(0, 31_000, days=0)) == [310, -310]


def test_a_window_that_would_end_dark_waits_for_the_next_record_and_has_the_minimum_of_all_days():
    # 62 days of July and August; September with its 30 days is dark, October has the record
    assert lines(clause(92_000, window=3), taken(0, 0, DARK, 0)) == [0, 0, 0, 92_000 * 123 // 92 // 100]
    # then the next window has what is left: November and December, 61 of 92 days
    assert lines(clause(92_000, window=3), taken(0, 0, DARK, 0, 0, 0))[-1] == 92_000 * 61 // 92 // 100


def test_a_dark_month_within_a_window_changes_nothing():
    assert lines(clause(window=3), taken(600_000, DARK, 0)) == [0, 0, 4_000]


def test_a_last_period_in_the_dark_is_assessed_up_to_the_meters_last_record():
    assert lines(clause(92_000, window=3), taken(0, DARK, DARK, DARK, days=10)) == [0, 0, 0, 310]
    assert lines(clause(92_000, window=3), taken(0, 0, 0, DARK, days=10)) == [0, 0, 920, 0]


def test_a_last_record_before_the_span_is_no_negative_minimum():
    rule, saved = CHAIN.deploy("TakeOrPay"), CHAIN.deploy("SavedStatements")
    early = Statement(3, 0, 0, 0, first_of(4) - 1, first_of(4) - 5, 0, 0, StatementFlag.EARLY_BOUNDARY)
    saved.save(3, (0, 0, 0, early.last_day, early.boundary_day, 0, 0, 1), sender=STRANGER)
    period = period_of(4, days=10, dark=True, boundary_day=early.boundary_day)
    assert saved.assess(rule.address, period.as_tuple(), clause(window=3).params()) == (0, False)
    assert clause(window=3).line(period, Told(lambda n: early)) == (0, False)


def test_a_month_in_which_nothing_is_due_reads_no_statement():
    rule, saved = CHAIN.deploy("TakeOrPay"), CHAIN.deploy("SavedStatements")
    for period in (period_of(2), period_of(3, dark=True), period_of(11, dark_before=1)):
        assert saved.assess(rule.address, period.as_tuple(), clause(window=3).params()) == (0, False)
    with refuses("NoSuchStatement", id=bytes(32), number=0):
        saved.assess(rule.address, period_of(3).as_tuple(), clause(window=3).params())


def test_an_agreement_that_begins_in_month_n_has_the_part_of_its_window_and_an_empty_bank():
    # from September on: 30 of the 92 days. No right comes of that, only of whole windows from then on
    assert lines(clause(92_000, window=3), taken(0, 0, 0, 192_000, opening=2)) == [300, 0, 0, 0]
    assert lines(clause(92_000, window=3), taken(0, 0, 0, 0, 0, 0, 192_000, opening=2)) == [300, 0, 0, 920, 0, 0, -920]


def test_nothing_is_to_be_taken_in_the_months_before_that_of_the_meters_first_record():
    # two of three months are before the meter: September's 30 days of 92; where the window is over by then: the next
    assert lines(clause(92_000, window=3), taken(DARK, DARK, 0, unheard=2)) == [0, 0, 300]
    assert lines(clause(92_000, window=3), taken(*[DARK] * 4, 0, 0, unheard=4)) == [0, 0, 0, 0, 0, 610]
    assert lines(clause(92_000, window=3), taken(*[DARK] * 4, days=9, unheard=4)) == [0, 0, 0, 0]
    # August is dark and has the opening record: with September 61 days
    assert lines(clause(92_000, window=3), taken(DARK, DARK, 0, unheard=1)) == [0, 0, 610]


def test_a_window_that_began_before_the_meters_first_record_gives_no_right():
    assert lines(clause(92_000, window=3), taken(DARK, DARK, 0, 0, 0, 192_000, unheard=2)) == [0, 0, 300, 0, 0, 0]
    assert lines(clause(92_000, window=3), taken(DARK, DARK, *[0] * 6, 192_000, unheard=2))[-4:] == [920, 0, 0, -920]


def test_a_window_that_ended_dark_is_no_start_of_a_run():
    # July short, August dark: after September a run of two starts at the end of July; a run of one has no start
    assert lines(clause(make_up=1), taken(600_000, DARK, MWH, 2 * MWH))[-1] == 0
    assert lines(clause(make_up=2), taken(0, DARK, MWH, 2 * MWH))[-1] == -10_000


def test_more_exported_than_generated_counts_as_taken_less_than_nothing():
    assert lines(clause(), taken(-500_000)) == [15_000]


def test_the_price_of_the_contract_year_is_paid_and_given_back():
    consumptions = [MWH] * 11 + [0, 2 * MWH]
    assert lines(clause(escalator=100_000), taken(*consumptions)) == [0] * 11 + [10_000, -11_000]
    assert lines(clause(escalator=100_000), taken(0, 2 * MWH, opening=11)) == [10_000, -11_000]


@pytest.mark.gas
def test_the_longest_right_stays_within_a_clauses_gas():
    assert lines(clause(make_up=24), taken(*[MWH - 100] * 26, 2 * MWH))[-1] == -24


@pytest.mark.gas
def test_five_dark_years_after_a_window_stay_within_a_clauses_gas():
    life = taken(*[0] * 119, *[DARK] * 60, *[0] * 60, 300 * MWH)
    assert len([line for line in lines(clause(window=120, make_up=1), life) if line]) == 2


@given(data=st.data())
@settings(max_examples=60)
def test_i4_the_bank_equals_a_list_of_what_was_short(data):
    window, make_up = data.draw(st.integers(1, 4)), data.draw(st.integers(0, 6))
    rule = clause(data.draw(st.integers(1, 2 * MWH)), window, make_up, data.draw(st.integers(1, 10**6)), 30_000)
    life = data.draw(lives(16))
    assert lines(rule, life) == expected(rule, life)


def expected(rule, life):
    """The lines by what each month took, added up anew for each span and each run of windows before it."""
    taken_in = {n: m.generation - m.exported for n, m in enumerate(life.months, life.opening + 1)}
    dark = {n: m.dark for n, m in enumerate(life.months, life.opening + 1)}
    found = [0] * len(life.months)
    for span in spans_of(rule.window_months, life):
        missing = span.part(rule.minimum_wh) - sum(taken_in[n] for n in range(span.after + 1, span.number + 1))
        end = span.after // rule.window_months * rule.window_months
        runs = [0]
        for length in range(1, rule.make_up_windows + 1):
            start = end - length * rule.window_months
            if start >= life.opening and not dark.get(start, life.unheard > 0):
                runs.append(length * rule.minimum_wh - sum(taken_in[n] for n in range(start + 1, span.after + 1)))
        price = price_of_year(rule.price_micro_per_kwh, 30_000, (span.number + 11) // 12)
        found[span.number - life.opening - 1] = cents(max(missing, -max(runs)), price)
    return found
