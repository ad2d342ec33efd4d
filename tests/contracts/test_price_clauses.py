"""Clauses that charge by the kWh, against fractions and against ppa.

PriceTable
├── check: one price for each contract year; WrongLength, NotCanonical, UnknownBase, PriceTooLarge
└── assess: the price of the period's contract year
IndexPublisher
├── deployed: PublisherMissing
├── publish: a month's value, once; NotThePublisher, NotAMonth, ValueIsZero, AlreadyPublished
└── valueOf: NotPublished until then
IndexedPrice
├── check: WrongLength, PriceIsZero, NoIndex, LagTooLong, LagBefore1970, ShareOutside, CapIsZero, FloorAboveCap, …
├── assess: the agreed price in year 1; then the index's, between floor and cap; a value not yet published: it waits
└── once waited: the latest earlier contract year's is a substitute, that of year 1 the last; that itself has none
ExcessEnergy
├── check: WrongLength, PriceIsZero, ShareOutside, DegradationTooLarge, ExpectedTooLarge, NothingExpected, …
└── assess: one price up to a share of the expected energy, another above; by days; dark months count; one rounding
"""

from dataclasses import replace
from fractions import Fraction

import pyrevm
import pytest
from eth_abi import encode
from hypothesis import given, settings
from hypothesis import strategies as st

from ppa.clauses import ExcessEnergy, IndexedPrice, PriceTable, Told
from ppa.errors import NoIndexValue
from tests.contracts.clause_lines import CHAIN, SELECTOR, answer, both_accept, both_refuse, line, period_of
from tests.contracts.fraction_model import cents, half_away, price_of_year, promise_of_year
from tests.contracts.world import STRANGER, World, day_of, month_end, role
from tests.evm import NOBODY, Refused, refuses

JULY = World.JULY
PUBLISHER = role(0x1D)
TABLE, INDEXED, EXCESS = (CHAIN.deploy(n) for n in ("PriceTable", "IndexedPrice", "ExcessEnergy"))
CPI = CHAIN.deploy("IndexPublisher", PUBLISHER, b"CPI")
ENERGIES = st.integers(0, 2**40 - 1)
PRICES = st.integers(0, 10**10)


# ------------------------------------------------------------------------------------------------------- price table


def test_a_price_table_has_a_price_for_each_contract_year():
    for months, prices in ((1, (1,)), (12, (1,)), (13, (1, 0)), (240, tuple(range(20)))):
        both_accept(TABLE, PriceTable(0, prices), months)


def test_a_price_table_that_makes_no_sense_is_refused():
    both_refuse(TABLE, PriceTable(0, (1,)), "PriceTable.WrongLength", life=13, expected=192, given=160)
    both_refuse(TABLE, PriceTable(0, (1, 2)), "PriceTable.WrongLength", expected=160, given=192)
    both_refuse(TABLE, PriceTable(2, (1,)), "PriceTable.UnknownBase", base=2)
    both_refuse(TABLE, PriceTable(0, (10**10 + 1,)), "PriceTable.PriceTooLarge", price=10**10 + 1, most=10**10)


def test_a_price_table_in_another_encoding_is_refused():
    table = PriceTable(0, (1, 2)).params()
    moved = table[:64] + (96).to_bytes(32) + table[96:128] + (0).to_bytes(32) + table[160:]
    with refuses("PriceTable.NotCanonical"):
        TABLE.check(JULY, 13, moved)


def test_a_price_table_cut_short_is_refused():
    with pytest.raises(Refused):
        TABLE.check(JULY, 12, PriceTable(0, (1,)).params()[:-1])


def test_the_worked_example_of_a_price_table():
    # 1,234.565 kWh at 0.11 EUR = 135.80215 EUR
    table = PriceTable(0, (100_000, 110_000))
    assert line(TABLE, table, period_of(13, 1_234_565)) == 13_580
    assert line(TABLE, table, period_of(12, 1_234_565)) == 12_346


@given(
    generation=ENERGIES, exported=ENERGIES, base=st.integers(0, 1), prices=st.lists(PRICES, min_size=1), data=st.data()
)
def test_i4_a_price_table_equals_fractions(generation, exported, base, prices, data):
    number = data.draw(st.integers(1, 12 * len(prices)))
    expected = cents(generation if base else generation - exported, prices[(number - 1) // 12])
    assert line(TABLE, PriceTable(base, tuple(prices)), period_of(number, generation, exported)) == expected


# ------------------------------------------------------------------------------------------------------------- index


def test_a_published_value_is_there_for_ever():
    index = CHAIN.deploy("IndexPublisher", PUBLISHER, b"CPI")
    assert (index.publisher(), index.name()) == (PUBLISHER, b"CPI".ljust(32, b"\0"))
    with refuses("NotPublished", month=JULY):
        index.valueOf(JULY)
    (event,) = index.publish(JULY, 104, sender=PUBLISHER).events
    assert (event.name, event.args) == ("Published", {"month": JULY, "value": 104})
    assert index.valueOf(JULY) == 104
    for value in (104, 105):
        with refuses("AlreadyPublished", month=JULY, value=104):
            index.publish(JULY, value, sender=PUBLISHER)


def test_an_index_without_a_publisher_is_refused():
    with refuses("PublisherMissing"):
        CHAIN.deploy("IndexPublisher", NOBODY, b"CPI")


def test_only_the_publisher_publishes_values_of_months():
    with refuses("NotThePublisher", caller=STRANGER, publisher=PUBLISHER):
        CPI.publish(JULY, 1, sender=STRANGER)
    with refuses("NotAMonth", month=JULY + 1):
        CPI.publish(JULY + 1, 1, sender=PUBLISHER)
    with refuses("ValueIsZero"):
        CPI.publish(JULY, 0, sender=PUBLISHER)


# ----------------------------------------------------------------------------------------------------- indexed price


def indexed(**changes):
    """0.10 EUR, 80 % of which follows the index of two months before, from 0.05 to 0.20 EUR."""
    good = {"price_micro_per_kwh": 100_000, "index": CPI.address, "lag_months": 2, "share_ppm": 800_000}
    return IndexedPrice(**{**good, "floor_micro_per_kwh": 50_000, "cap_micro_per_kwh": 200_000, **changes})


def published(values):
    """A new index with these values by (year, month)."""
    index = CHAIN.deploy("IndexPublisher", PUBLISHER, b"CPI")
    for (year, month), value in values.items():
        index.publish(day_of(year, month, 1), value, sender=PUBLISHER)
    return index


def test_good_parameters_of_an_indexed_price_are_accepted():
    least = {"price_micro_per_kwh": 1, "floor_micro_per_kwh": 1, "cap_micro_per_kwh": 1, "share_ppm": 1}
    for clause in (indexed(), indexed(**least), indexed(floor_micro_per_kwh=0, share_ppm=10**6, lag_months=24, base=1)):
        both_accept(INDEXED, clause, 240)


@pytest.mark.parametrize(
    ("changes", "error", "args"),
    [
        ({"price_micro_per_kwh": 0}, "IndexedPrice.PriceIsZero", {}),
        ({"price_micro_per_kwh": 10**10 + 1}, "IndexedPrice.PriceTooLarge", {"price": 10**10 + 1, "most": 10**10}),
        ({"cap_micro_per_kwh": 10**10 + 1}, "IndexedPrice.PriceTooLarge", {"price": 10**10 + 1, "most": 10**10}),
        ({"lag_months": 25}, "LagTooLong", {"lag": 25, "most": 24}),
        ({"share_ppm": 0}, "IndexedPrice.ShareOutside", {"share": 0}),
        ({"share_ppm": 10**6 + 1}, "IndexedPrice.ShareOutside", {"share": 10**6 + 1}),
        ({"floor_micro_per_kwh": 200_001}, "FloorAboveCap", {"floor": 200_001, "cap": 200_000}),
        ({"floor_micro_per_kwh": 0, "cap_micro_per_kwh": 0}, "CapIsZero", {}),
        ({"base": 2}, "IndexedPrice.UnknownBase", {"base": 2}),
    ],
)
def test_an_indexed_price_that_makes_no_sense_is_refused(changes, error, args):
    both_refuse(INDEXED, indexed(**changes), error, **args)


def test_an_index_without_code_or_before_1970_is_refused():
    with refuses("NoIndex", index=STRANGER):
        INDEXED.check(JULY, 12, indexed(index=STRANGER).params())
    for first in (59, 61):
        both_refuse(INDEXED, indexed(lag_months=2), "LagBefore1970", first=first, firstDay=first, lag=2)
    assert INDEXED.check(62, 12, indexed(lag_months=2).params()) == SELECTOR
    CHAIN.evm.insert_account_info(role(0x1E), pyrevm.AccountInfo(code=b"\0"))
    assert INDEXED.check(JULY, 12, indexed(index=role(0x1E)).params()) == SELECTOR
    with refuses("IndexedPrice.WrongLength", expected=224, given=225):
        INDEXED.check(JULY, 12, indexed().params() + b"\0")


def test_the_worked_example_of_an_indexed_price():
    # 80 % of 5 %: 0.104 EUR; 1,000 kWh: 104.00 EUR. In year 1 the agreed price, whatever the index says.
    clause = indexed(index=published({(2016, 5): 100, (2017, 5): 105}).address)
    values = {day_of(2016, 5, 1): 100, day_of(2017, 5, 1): 105}
    for number, expected in ((1, 10_000), (12, 10_000), (13, 10_400), (24, 10_400)):
        assert line(INDEXED, clause, period_of(number, 10**6), values) == expected


@pytest.mark.parametrize(("now", "price"), [(1, 50_000), (999, 200_000)])
def test_floor_and_cap_hold_an_indexed_price(now, price):
    values = {day_of(2016, 5, 1): 100, day_of(2017, 5, 1): now}
    clause = indexed(index=published({(2016, 5): 100, (2017, 5): now}).address)
    assert line(INDEXED, clause, period_of(13, 10**7), values) == price


def test_a_month_waits_for_an_index_that_is_not_published():
    clause = indexed(index=published({(2016, 5): 100}).address)
    with refuses("NotPublished", month=day_of(2017, 5, 1)):
        INDEXED.assess(period_of(13).as_tuple(), clause.params())
    with pytest.raises(NoIndexValue):
        clause.line(period_of(13), Told(lambda n: None, index_of({day_of(2016, 5, 1): 100})))


def index_of(values):
    """What ppa asks for a value."""

    def index(address, month):
        if month not in values:
            raise NoIndexValue(address, month)
        return values[month]

    return index


def test_where_waited_the_latest_earlier_value_is_a_substitute():
    published_ = {(2016, 5): 100, (2017, 5): 105, (2020, 5): 200}
    values = {day_of(*place, 1): value for place, value in published_.items()}
    clause = indexed(index=published(published_).address)
    periods = {year: period_of(12 * year - 6, 10**6, waited=True) for year in range(1, 7)}
    found = {year: answer(INDEXED, clause, period, values) for year, period in periods.items()}
    late = (10_400, True)
    assert found == {1: (10_000, False), 2: (10_400, False), 3: late, 4: late, 5: (18_000, False), 6: (18_000, True)}


def test_the_first_years_index_is_the_last_substitute_and_has_none_itself():
    clause = indexed(index=published({(2016, 5): 100}).address)
    values = {day_of(2016, 5, 1): 100}
    assert answer(INDEXED, clause, period_of(240, 10**6, waited=True), values) == (10_000, True)
    held = replace(clause, floor_micro_per_kwh=110_000)
    assert answer(INDEXED, held, period_of(25, 10**6, waited=True), values) == (11_000, True)
    clause = indexed(index=published({(2017, 5): 100}).address)
    with refuses("NotPublished", month=day_of(2016, 5, 1)):
        INDEXED.assess(period_of(13, waited=True).as_tuple(), clause.params())
    with pytest.raises(NoIndexValue):
        clause.line(period_of(13, waited=True), Told(lambda n: None, index_of({day_of(2017, 5, 1): 100})))


def test_an_index_that_ends_after_its_first_value_stays_within_a_clauses_gas():
    clause = indexed(index=published({(2016, 5): 100}).address)
    period = period_of(12 * 30, 10**6, waited=True).as_tuple()
    assert INDEXED.assess(period, clause.params(), gas=500_000) == (10_000, True)


@given(
    energy=ENERGIES, price=st.integers(1, 10**10), share=st.integers(1, 10**6), lag=st.integers(0, 24),
    first=st.integers(1, 2**64 - 1), now=st.integers(1, 2**64 - 1), limits=st.tuples(PRICES, PRICES),
    year=st.integers(2, 30),
)  # fmt: skip
@settings(max_examples=60)
def test_i4_an_indexed_price_equals_fractions(energy, price, share, lag, first, now, limits, year):
    floor, cap = sorted(limits)
    start, month = 2016 * 12 + 6 - lag, 2016 * 12 + 6 - lag + 12 * (year - 1)
    places = [(start // 12, start % 12 + 1), (month // 12, month % 12 + 1)]
    index = published(dict(zip(places, (first, now), strict=True)))
    values = {day_of(*place, 1): value for place, value in zip(places, (first, now), strict=True)}
    exact = half_away(price * (1 + Fraction(share, 10**6) * (Fraction(now, first) - 1)))
    clause = IndexedPrice(price, index.address, lag, share, floor, cap, 1)
    found = line(INDEXED, clause, period_of(12 * year - 3, energy), values)
    assert found == cents(energy, min(max(exact, floor), cap))


# ----------------------------------------------------------------------------------------------------- excess energy


def excess(**changes):
    """0.10 EUR up to 110 % of 10,000 kWh a month, 0.06 above."""
    good = {"price_micro_per_kwh": 100_000, "escalator_ppm": 0, "excess_price_micro_per_kwh": 60_000}
    return ExcessEnergy(
        **{**good, "share_ppm": 1_100_000, "degradation_ppm": 0, "base": 0, "expected_wh": (10**7,) * 12, **changes}
    )


def test_good_parameters_of_excess_energy_are_accepted():
    least = excess(price_micro_per_kwh=1, excess_price_micro_per_kwh=0, share_ppm=1, expected_wh=(*(0,) * 11, 1))
    for clause in (excess(), least, excess(base=1, share_ppm=10**7, expected_wh=(2**40 - 1,) * 12)):
        both_accept(EXCESS, clause, 240)


@pytest.mark.parametrize(
    ("changes", "error", "args"),
    [
        ({"price_micro_per_kwh": 0}, "ExcessEnergy.PriceIsZero", {}),
        (
            {"excess_price_micro_per_kwh": 10**10 + 1},
            "ExcessEnergy.PriceTooLarge",
            {"price": 10**10 + 1, "most": 10**10},
        ),
        ({"share_ppm": 0}, "ExcessEnergy.ShareOutside", {"share": 0}),
        ({"share_ppm": 10**7 + 1}, "ExcessEnergy.ShareOutside", {"share": 10**7 + 1}),
        ({"degradation_ppm": 10**6}, "ExcessEnergy.DegradationTooLarge", {"degradation": 10**6}),
        ({"base": 2}, "ExcessEnergy.UnknownBase", {"base": 2}),
        ({"expected_wh": (2**40, *(0,) * 11)}, "ExpectedTooLarge", {"month": 0, "energy": 2**40}),
        ({"expected_wh": (0, 2**40, *(0,) * 10)}, "ExpectedTooLarge", {"month": 1, "energy": 2**40}),
        ({"expected_wh": (0,) * 12}, "NothingExpected", {}),
    ],
)
def test_excess_energy_that_makes_no_sense_is_refused(changes, error, args):
    both_refuse(EXCESS, excess(**changes), error, **args)


def test_excess_energy_is_bounded_in_length_and_growth():
    with refuses("ExcessEnergy.WrongLength", expected=576, given=0):
        EXCESS.check(JULY, 12, b"")
    both_refuse(
        EXCESS,
        excess(escalator_ppm=20_000_001),
        "ExcessEnergy.EscalatorTooLarge",
        24,
        escalator=20_000_001,
        contractYears=2,
    )


def test_the_worked_examples_of_excess_energy():
    assert line(EXCESS, excess(), period_of(1, 12 * 10**6)) == 110_000 + 6_000
    assert line(EXCESS, excess(), period_of(1, 11 * 10**6)) == 110_000
    assert line(EXCESS, excess(), period_of(1, 0, 10**6)) == -10_000  # more exported than generated: the first price
    for price, cents_ in ((4_999_999, 0), (5_000_000, 1)):  # a Wh of each sign, below and at half a cent
        assert line(EXCESS, excess(price_micro_per_kwh=price), period_of(1, 1)) == cents_
        assert line(EXCESS, excess(price_micro_per_kwh=price), period_of(1, 0, 1)) == -cents_
    # after a dark month both months' limits: 22,000 kWh at 0.10 and 2,000 at 0.06
    assert line(EXCESS, excess(), period_of(2, 24 * 10**6, dark_before=1)) == 232_000
    assert line(EXCESS, excess(), period_of(1, 10, days=0)) == 0
    # 15 days of 31: 5,322,580 Wh at 0.10 and 6,677,420 Wh at 0.06: 532.258 + 400.6452 EUR
    assert line(EXCESS, excess(), period_of(1, 12 * 10**6, days=15)) == 93_290


@given(
    generation=ENERGIES, exported=ENERGIES, base=st.integers(0, 1), price=st.integers(1, 10**10), more=PRICES,
    share=st.integers(1, 10**7), fall=st.integers(0, 400_000), rise=st.integers(0, 200_000), number=st.integers(1, 240),
    expected=st.tuples(*[st.integers(1, 2**36)] * 12), days=st.none() | st.integers(0, 28), data=st.data(),
)  # fmt: skip
def test_i4_excess_energy_equals_fractions(
    generation, exported, base, price, more, share, fall, rise, number, expected, days, data
):
    dark = data.draw(st.integers(0, min(number - 1, 40)))
    year, period = (number + 11) // 12, period_of(number, generation, exported, days, dark_before=dark)
    part = Fraction(period.last_day + 1 - period.first_day, month_end(period.first_day) + 1 - period.first_day)

    def limit_of(month, part=Fraction(1)):
        promise = promise_of_year(expected[(month - 1) % 12], fall, (month + 11) // 12)
        return int(promise * Fraction(share, 10**6) * part)

    limit = limit_of(number, part) + sum(limit_of(month) for month in range(number - dark, number))
    energy = generation if base else generation - exported
    above = max(0, energy - limit)
    exact = Fraction((energy - above) * price_of_year(price, rise, year) + above * more, 10**7)
    clause = ExcessEnergy(price, rise, more, share, fall, base, expected)
    assert line(EXCESS, clause, period) == half_away(exact)


@pytest.mark.parametrize(("number", "dark"), [(60, 30), (31, 30), (13, 12), (26, 13)])
def test_each_dark_month_has_the_limit_of_its_own_contract_year(number, dark):
    """A cent a Wh up to the limit and nothing above: the line is the limit, month by month."""
    expected = tuple(10**7 + 1_003 * month for month in range(12))
    clause = excess(price_micro_per_kwh=10**7, excess_price_micro_per_kwh=0, share_ppm=10**6, degradation_ppm=100_001,
                    expected_wh=expected)  # fmt: skip
    limits = [
        promise_of_year(expected[(n - 1) % 12], 100_001, (n + 11) // 12) for n in range(number - dark, number + 1)
    ]
    assert line(EXCESS, clause, period_of(number, 10**9, dark_before=dark)) == sum(limits)


def test_the_longest_price_table_stays_within_a_clauses_gas():
    params = encode(["(uint8,uint64[])"], [(0, [1] * 180)])
    assert TABLE.check(31, 2_152, params, gas=500_000) == SELECTOR
    assert TABLE.assess(period_of(2_152 % 240, 10**7).as_tuple(), params, gas=500_000) == (1, False)


@pytest.mark.gas
def test_excess_energy_after_the_longest_darkness_stays_within_a_clauses_gas():
    clause, period = excess(degradation_ppm=1, escalator_ppm=1), period_of(1_500, 1, dark_before=255)
    assert EXCESS.assess(period.as_tuple(), clause.params(), gas=500_000) == clause.line(period, Told(lambda n: None))
