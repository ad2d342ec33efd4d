"""The two published clauses, against fractions of Python.

EnergyCharge
├── check: good parameters answer the selector; WrongLength, PriceIsZero, UnknownBase, PriceTooLarge, EscalatorTooLarge
└── assess: of self-consumption or generation, either sign, half a cent away from zero; each year's rounded price rises
GuaranteedGeneration
├── check: WrongLength, EnergyIsZero, PriceIsZero, WindowOutsideTerm, DegradationTooLarge, RefundTooLarge
└── assess: zero but in a window's last month; the shortfall refunded; that month's contract year degrades the promise
both: their worst parameters stay within the gas a clause is given
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contracts.fraction_model import cents, price_of_year, promise_of_year
from tests.contracts.world import MWH, World, day_of, energy_charge, guarantee, month_ends
from tests.evm import Chain, Refused, functions, refuses

CHAIN = Chain()
ENERGY, GUARANTEE, LIBRARIES = (CHAIN.deploy(n) for n in ("EnergyCharge", "GuaranteedGeneration", "Libraries"))
SELECTOR = functions("EnergyCharge")["check"].selector


def period(number=1, generation=0, exported=0, register=0, months=12):
    """A period as the registry tells it, to ask a clause directly."""
    return (bytes(32), number, months, 0, 0, 0, generation, exported, register, 0, 0, 0)


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
        assert ENERGY.assess(period(generation=wh + exported, exported=exported), energy_charge(1_000_000)) == line


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
    assert ENERGY.assess(period(number, generation, exported), energy_charge(price, escalator, base)) == line


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


def close_all(world, params, registers, months):
    """The lines of every period, in order, of one guarantee."""
    terms, id_ = world.running(clauses=(world.clause(params, world.guarantee),), months=months)
    for day, register in zip([World.JULY - 1, *month_ends(World.JULY, months)], registers, strict=True):
        world.record(day, register)
    for _ in range(months):
        world.close(terms)
    return [world.registry.statementOf(id_, n).amount for n in range(1, months + 1)]


def test_months_after_the_last_whole_window_are_not_guaranteed(world):
    assert close_all(world, guarantee(MWH, 2, 0, 1_000_000), [0] * 6, 5) == [0, -100_000, 0, -100_000, 0]


def test_the_contract_year_of_a_windows_last_month_degrades_the_promise(world):
    lines = close_all(world, guarantee(1_000_000, 6, 100_000, 10_000_000), [0] * 25, 24)
    assert [line for line in lines if line] == [-1_000_000, -1_000_000, -900_000, -900_000]


@given(data=st.data())
@settings(max_examples=60)
def test_i4_a_guarantee_equals_fractions(data):
    window, months = data.draw(st.integers(1, 7)), 14
    energy, price = data.draw(st.integers(1, 10 * MWH)), data.draw(st.integers(1, 2_000_000))
    degradation = data.draw(st.integers(0, 400_000))
    made = data.draw(st.lists(st.integers(0, 3 * MWH), min_size=months, max_size=months))
    registers = [sum(made[:n]) for n in range(months + 1)]
    expected = []
    for number in range(1, months + 1):
        short = promise_of_year(energy, degradation, (number + 11) // 12) - sum(made[number - window : number])
        expected.append(cents(-short, price) if number % window == 0 and short > 0 else 0)
    assert close_all(World(), guarantee(energy, window, degradation, price), registers, months) == expected


# ---------------------------------------------------------------------------------------------------------- both


def test_the_longest_term_stays_within_a_clauses_gas():
    months = 2_152
    assert ENERGY.check(31, months, energy_charge(1, 1), gas=500_000) == SELECTOR
    assert ENERGY.assess(period(months, 2**40 - 1), energy_charge(1, 1), gas=500_000) == cents(2**40 - 1, 1)


def test_a_guarantee_over_the_longest_term_closes_within_its_gas(world):
    first, months = day_of(1970, 3, 1), 2_151
    terms, id_ = world.running(
        firstDay=first, months=months, clauses=(world.clause(guarantee(10**9, months, 1_000, 1), world.guarantee),)
    )
    for day in [first - 1, *month_ends(first, months)]:
        world.record(day, 0)
    for _ in range(months):
        world.close(terms)
    assert world.registry.statementOf(id_, months).amount == -cents(promise_of_year(10**9, 1_000, 180), 1)
