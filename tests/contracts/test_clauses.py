"""The two published clauses, against fractions of Python.

EnergyCharge
├── check: good parameters answer the selector; WrongLength, PriceIsZero, UnknownBase, PriceTooLarge, EscalatorTooLarge
└── assess: of self-consumption or generation, either sign, half a cent away from zero; each year's rounded price rises
GuaranteedGeneration
├── check: WrongLength, EnergyIsZero, PriceIsZero, WindowOutsideTerm, DegradationTooLarge, RefundTooLarge
└── assess: zero but where a window is assessed; the shortfall refunded; that month's contract year degrades the
    promise; what is open is assessed with the last period, by days
both: their costliest parameters stay within the gas a clause is given
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppa.clauses import GuaranteedGeneration, Told
from ppa.errors import NoSuchStatement
from ppa.statements import Statement
from ppa.storage_words import StatementFlag
from tests.contracts.clause_lines import CHAIN, DARK, Life, Month, lines, lives, period_of, spans_of
from tests.contracts.fraction_model import cents, price_of_year, promise_of_year
from tests.contracts.world import MWH, STRANGER, World, day_of, energy_charge, guarantee
from tests.evm import Refused, functions, refuses

ENERGY, GUARANTEE, LIBRARIES = (CHAIN.deploy(n) for n in ("EnergyCharge", "GuaranteedGeneration", "Libraries"))
SELECTOR = functions("EnergyCharge")["check"].selector


def period(number=1, generation=0, exported=0):
    """A period, to call a clause directly."""
    return period_of(1, generation, exported, number=number).as_tuple()


# ------------------------------------------------------------------------------------------------------- energy charge


@pytest.mark.parametrize("params", [energy_charge(1), energy_charge(10**10, 20_000_000, 1), energy_charge(base=1)])
def test_good_parameters_of_an_energy_charge_are_accepted(params):
    assert ENERGY.check(World.JULY, 12, params) == SELECTOR


@pytest.mark.parametrize("length", [0, 95, 97, 128])
def test_an_energy_charge_has_exactly_96_bytes(length):
    with refuses("EnergyCharge.WrongLength", expected=96, given=length):
        ENERGY.check(World.JULY, 12, energy_charge().ljust(length, b"\0")[:length])


def test_an_energy_charge_without_price_is_refused():
    with refuses("EnergyCharge.PriceIsZero"):
        ENERGY.check(World.JULY, 12, energy_charge(price=0))


@pytest.mark.parametrize("base", [2, 255])
def test_an_unknown_base_is_refused(base):
    with refuses("EnergyCharge.UnknownBase", base=base):
        ENERGY.check(World.JULY, 12, energy_charge(base=base))


def test_a_price_over_ten_thousand_euros_is_refused():
    assert ENERGY.check(World.JULY, 12, energy_charge(10**10)) == SELECTOR
    for price in (10**10 + 1, 2**64 - 1):
        with refuses("EnergyCharge.PriceTooLarge", price=price, most=10**10):
            ENERGY.check(World.JULY, 12, energy_charge(price))


@pytest.mark.parametrize(("months", "most"), [(13, 20_000_000), (24, 20_000_000), (25, 10_000_000), (240, 1_052_631)])
def test_an_escalator_that_grows_over_two_thousand_percent_is_refused(months, most):
    assert ENERGY.check(World.JULY, months, energy_charge(1, most)) == SELECTOR
    with refuses("EnergyCharge.EscalatorTooLarge", escalator=most + 1, contractYears=(months + 11) // 12):
        ENERGY.check(World.JULY, months, energy_charge(1, most + 1))


@pytest.mark.parametrize("years", [1, 2, 5, 20, 180, 342])
def test_no_accepted_escalation_leaves_64_bits(years):
    most = 20_000_000 // max(years - 1, 1)
    price = price_of_year(10**10, most, years)
    assert price < 2**64 and LIBRARIES.escalated(10**10, most, years) == price


@pytest.mark.parametrize("word", range(3))
def test_dirty_bits_in_an_energy_charge_are_refused(word):
    dirty = bytearray(energy_charge())
    dirty[32 * word] = 1
    with pytest.raises(Refused):
        ENERGY.check(World.JULY, 12, bytes(dirty))


def test_a_half_cent_goes_away_from_zero():
    assert cents(50, 1_000_000) == 5 and cents(5, 1_000_000) == 1 and cents(-5, 1_000_000) == -1  # worked: 0.5 c
    for wh, line in ((5, 1), (4, 0), (15, 2), (-5, -1), (-4, 0), (-15, -2)):
        exported = max(-wh, 0)
        found = ENERGY.assess(period(generation=wh + exported, exported=exported), energy_charge(1_000_000))
        assert found == (line, False)


@given(
    generation=st.integers(0, 2**40 - 1),
    exported=st.integers(0, 2**40 - 1),
    base=st.integers(0, 1),
    price=st.integers(1, 10**10),
    escalator=st.integers(0, 200_000),
    number=st.integers(1, 300),
)
@settings(max_examples=300)
def test_i4_an_energy_charge_equals_fractions(generation, exported, base, price, escalator, number):
    energy = generation if base else generation - exported
    line = cents(energy, price_of_year(price, escalator, (number + 11) // 12))
    assert ENERGY.assess(period(number, generation, exported), energy_charge(price, escalator, base)) == (line, False)


# -------------------------------------------------------------------------------------------------------- guarantee


@pytest.mark.parametrize("params", [guarantee(), guarantee(1, 12, 999_999, 1), guarantee(2**64 - 1, 1, 0, 70)])
def test_good_parameters_of_a_guarantee_are_accepted(params):
    assert GUARANTEE.check(World.JULY, 12, params) == SELECTOR


@pytest.mark.parametrize("length", [0, 96, 127, 129])
def test_a_guarantee_has_exactly_128_bytes(length):
    with refuses("GuaranteedGeneration.WrongLength", expected=128, given=length):
        GUARANTEE.check(World.JULY, 12, guarantee().ljust(length, b"\0")[:length])


@pytest.mark.parametrize(
    ("params", "error", "args"),
    [
        (guarantee(energy=0), "EnergyIsZero", {}),
        (guarantee(price=0), "GuaranteedGeneration.PriceIsZero", {}),
        (guarantee(window=0), "GuaranteedGeneration.WindowOutsideTerm", {"window": 0, "months": 12}),
        (guarantee(window=13), "GuaranteedGeneration.WindowOutsideTerm", {"window": 13, "months": 12}),
        (guarantee(degradation=1_000_000), "GuaranteedGeneration.DegradationTooLarge", {"degradation": 1_000_000}),
        (guarantee(degradation=2**32 - 1), "GuaranteedGeneration.DegradationTooLarge", {"degradation": 2**32 - 1}),
        (guarantee(energy=2**47 * 10**4, price=1_000), "RefundTooLarge", {"cents": 2**47}),
    ],
)
def test_a_guarantee_that_makes_no_sense_is_refused(params, error, args):
    with refuses(error, **args):
        GUARANTEE.check(World.JULY, 12, params)


def test_the_largest_refund_of_a_guarantee_fits_a_line():
    assert GUARANTEE.check(World.JULY, 12, guarantee(energy=(2**47 - 1) * 10**4, price=1_000)) == SELECTOR


def missed(*made, **life):
    """A life of months in which so much was generated."""
    return Life([m if isinstance(m, Month) else Month(m) for m in made], **life)


def test_the_worked_example_of_a_guarantee():
    rule = GuaranteedGeneration(9 * MWH, 3, 0, 50_000)
    assert lines(rule, missed(4 * MWH, 0, 4 * MWH)) == [0, 0, -5_000]
    assert lines(rule, missed(4 * MWH, 0, days=15)) == [0, -2_500]


def test_an_open_window_is_guaranteed_once_the_agreement_ends():
    rule = GuaranteedGeneration(92_000, 3, 0, 1_000_000)
    assert lines(rule, missed(*[0] * 4)) == [0, 0, -9_200, 0]
    assert lines(rule, missed(*[0] * 4, days=31)) == [0, 0, -9_200, -3_100]
    assert lines(rule, missed(*[0] * 4, days=0)) == [0, 0, -9_200, 0]


def test_a_guarantee_that_would_end_dark_waits_for_the_next_record():
    # August, September and October dark, 123 days when November's record of 30 days more comes: 153 of 92
    rule = GuaranteedGeneration(92_000, 3, 0, 1_000_000)
    assert lines(rule, missed(0, *[DARK] * 3, 0)) == [0, 0, 0, 0, -15_300]
    assert lines(rule, missed(0, *[DARK] * 3, days=9)) == [0, 0, 0, -3_100]


def test_nothing_is_guaranteed_of_the_months_before_that_of_the_meters_first_record():
    # months 1 and 2 of a window of three are before the meter: of September's 30 days of 92 alone
    rule = GuaranteedGeneration(92_000, 3, 0, 1_000_000)
    assert lines(rule, missed(DARK, DARK, 0, unheard=2)) == [0, 0, -3_000]
    # the window of months 1 to 3 is over when the first record comes in month 5: of the next November and December
    assert lines(rule, missed(*[DARK] * 4, 0, 0, unheard=4)) == [0, 0, 0, 0, 0, -6_100]
    # nor is what a correction bills in those months taken off what is promised after them
    assert lines(rule, missed(DARK._replace(generation=92_000), 0, 0, unheard=1)) == [0, 0, -6_100]


def test_a_life_that_ends_before_the_meters_first_record_is_guaranteed_nothing():
    rule = GuaranteedGeneration(92_000, 3, 0, 1_000_000)
    assert lines(rule, missed(*[DARK] * 3, days=0, unheard=3)) == [0, 0, 0]
    assert lines(rule, missed(*[DARK] * 4, days=20, unheard=4)) == [0, 0, 0, 0]
    assert lines(rule, missed(DARK, DARK, 0, days=10, unheard=2)) == [0, 0, -1_000]


def test_dark_months_from_the_opening_record_on_count_once_the_meter_is_back():
    # July was closed in silence, and August, dark, has the opening record: of the last of July, or of before
    rule = GuaranteedGeneration(92_000, 3, 0, 1_000_000)
    assert lines(rule, missed(DARK, DARK, 0, unheard=1)) == [0, 0, -6_100]
    assert lines(rule, missed(DARK, DARK, 0, unheard=1, covered=1)) == [0, 0, -9_200]
    assert lines(rule, missed(DARK, DARK, DARK, 0, unheard=1)) == [0, 0, 0, -9_200]
    assert lines(rule, missed(DARK, DARK, days=20, unheard=1)) == [0, 0]


def test_months_that_closed_in_silence_count_where_the_opening_record_is_older_than_they():
    # records of June come once July and August were closed: September's statement has the energy of all three
    rule = GuaranteedGeneration(92_000, 3, 0, 1_000_000)
    assert lines(rule, missed(DARK, DARK, 0, unheard=2, covered=2)) == [0, 0, -9_200]
    assert lines(rule, missed(DARK, DARK, 0, unheard=2, covered=1)) == [0, 0, -6_100]
    # the window of July to September waits for the record of October, which also has September
    assert lines(rule, missed(*[DARK] * 3, 0, 0, 0, unheard=3, covered=1)) == [0, 0, 0, -6_100, 0, -6_100]
    # of December's window the record of November has the whole
    assert lines(rule, missed(*[DARK] * 4, 0, 0, unheard=4, covered=1)) == [0, 0, 0, 0, 0, -9_200]


def test_an_agreement_that_begins_in_month_n_guarantees_the_part_of_its_window_and_that_years_promise():
    # September alone has 30 of the 92 days; the life's second year begins in month 13
    assert lines(GuaranteedGeneration(92_000, 3, 0, 1_000_000), missed(0, opening=2)) == [-3_000]
    assert lines(GuaranteedGeneration(100_000, 1, 100_000, 1_000_000), missed(0, 0, opening=11)) == [-10_000, -9_000]


def test_a_window_may_end_beyond_the_calendar_of_16_bits():
    # April and May 2149 are billed; of a window of 12 months from April 2149 on, 365 days, they are 61
    first = day_of(2149, 5, 1)
    days = {"first_day": first, "last_day": first + 30, "boundary_day": first + 30}
    period = period_of(2, last=True, **days)
    saved = CHAIN.deploy("SavedStatements")
    saved.save(0, (0, 0, 0, day_of(2149, 3, 31), day_of(2149, 3, 31), 0, 0, 0), sender=STRANGER)
    opening = Statement(0, 0, 0, 0, day_of(2149, 3, 31), day_of(2149, 3, 31), 0, 0, StatementFlag(0))
    rule = GuaranteedGeneration(365_000, 12, 0, 1_000_000)
    assert saved.assess(GUARANTEE.address, period.as_tuple(), rule.params()) == (-6_100, False)
    assert rule.line(period, Told(lambda n: opening)) == (-6_100, False)


def test_a_month_in_which_nothing_is_guaranteed_reads_no_statement():
    saved, rule = CHAIN.deploy("SavedStatements"), GuaranteedGeneration(MWH, 3, 0, 1)
    for period in (period_of(2), period_of(3, dark=True), period_of(11, dark_before=1)):
        assert saved.assess(GUARANTEE.address, period.as_tuple(), rule.params()) == (0, False)
    with refuses("NoSuchStatement", id=bytes(32), number=0):
        saved.assess(GUARANTEE.address, period_of(3).as_tuple(), rule.params())


def test_a_statement_that_cannot_be_read_fails_the_clause():
    with pytest.raises(NoSuchStatement):
        GuaranteedGeneration(MWH, 3, 0, 1).line(period_of(3), Told(not_closed))


def not_closed(number):
    """No statement exists."""
    raise NoSuchStatement(number)


def test_the_contract_year_of_a_windows_last_month_degrades_the_promise():
    found = lines(GuaranteedGeneration(1_000_000, 6, 100_000, 10_000_000), missed(*[0] * 24))
    assert [line for line in found if line] == [-1_000_000, -1_000_000, -900_000, -900_000]


@given(data=st.data())
@settings(max_examples=60)
def test_i4_a_guarantee_equals_fractions(data):
    rule = GuaranteedGeneration(
        data.draw(st.integers(1, 10 * MWH)), data.draw(st.integers(1, 7)), data.draw(st.integers(0, 400_000)),
        data.draw(st.integers(1, 2_000_000)),
    )  # fmt: skip
    life = data.draw(lives(16))
    made = {n: month.generation for n, month in enumerate(life.months, life.opening + 1)}
    expected = [0] * len(life.months)
    for span in spans_of(rule.window_months, life):
        promised = span.part(promise_of_year(rule.energy_wh, rule.degradation_ppm, (span.number + 11) // 12))
        short = max(0, promised - sum(made[n] for n in range(span.after + 1, span.number + 1)))
        expected[span.number - life.opening - 1] = cents(-short, rule.price_micro_per_kwh)
    assert lines(rule, life) == expected


# ---------------------------------------------------------------------------------------------------------- both


def test_the_longest_life_stays_within_a_clauses_gas():
    months = 2_152
    assert ENERGY.check(31, months, energy_charge(1, 1), gas=500_000) == SELECTOR
    found = ENERGY.assess(period(months, 2**40 - 1), energy_charge(1, 1), gas=500_000)
    assert found == (cents(2**40 - 1, 1), False)


def test_a_guarantee_over_the_longest_life_is_assessed_within_a_clauses_gas():
    months = 2_151
    rule, saved = GuaranteedGeneration(10**9, months, 1_000, 1), CHAIN.deploy("SavedStatements")
    first = day_of(1970, 3, 1)
    saved.save(0, (0, 0, 0, first - 1, first - 1, 0, 0, 0), sender=STRANGER)
    days = {"first_day": day_of(2149, 5, 1), "last_day": day_of(2149, 5, 31), "boundary_day": day_of(2149, 5, 31)}
    found = saved.assess(GUARANTEE.address, period_of(months, last=True, **days).as_tuple(), rule.params())
    assert found == (-cents(promise_of_year(10**9, 1_000, 180), 1), False)
