"""Money against Python's fractions and decimals.

cents: one rounding, half away from zero, sign put back
escalated: each year's rounded price, half up; degraded: each year rounded down
contractYear: (n − 1) / 12 + 1
"""

from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.contracts.fraction_model import cents, price_of_year, promise_of_year
from tests.evm import Chain

LIBRARIES = Chain().deploy("Libraries")
REGISTER = 2**40 - 1


@given(energy=st.integers(-REGISTER, REGISTER), price=st.integers(0, 2**64 - 1))
@example(energy=5, price=1_000_000)
@example(energy=-5, price=1_000_000)
@example(energy=4_999_999, price=1)
@example(energy=5_000_000, price=1)
@example(energy=-5_000_000, price=1)
@example(energy=-REGISTER, price=2**64 - 1)
@example(energy=REGISTER, price=2**64 - 1)
def test_cents_are_rounded_half_away_from_zero(energy, price):
    with localcontext() as context:
        context.prec = 80
        exact = Decimal(energy) * price / 10**7
        assert LIBRARIES.cents(energy, price) == exact.quantize(Decimal(1), ROUND_HALF_UP) == cents(energy, price)


@given(energy=st.integers(0, REGISTER), price=st.integers(1, 2**64 - 1))
def test_a_credit_is_the_same_charge_with_its_sign_put_back(energy, price):
    assert LIBRARIES.cents(-energy, price) == -LIBRARIES.cents(energy, price)


@pytest.mark.parametrize(("wh", "line"), [(50_000, 500), (49, 0), (50, 1), (-50, -1), (-49, 0), (149, 1), (150, 2)])
def test_cents_worked_by_hand(wh, line):
    assert LIBRARIES.cents(wh, 100_000) == line  # 50 kWh × 0.10 EUR = 5 EUR; 50 Wh × 0.10 EUR/kWh = 0.5 c


@given(price=st.integers(1, 10**10), escalator=st.integers(0, 200_000), year=st.integers(1, 60))
@example(price=85_000, escalator=20_000, year=3)
@example(price=1, escalator=500_000, year=2)
def test_each_years_price_is_last_years_rounded_price_raised(price, escalator, year):
    assert LIBRARIES.escalated(price, escalator, year) == price_of_year(price, escalator, year)


@given(energy=st.integers(0, 2**64 - 1), degradation=st.integers(0, 999_999), year=st.integers(1, 60))
@example(energy=2**64 - 1, degradation=0, year=60)
@example(energy=1_000_001, degradation=5_000, year=2)
def test_each_years_promise_is_last_years_lowered_and_rounded_down(energy, degradation, year):
    assert LIBRARIES.degraded(energy, degradation, year) == promise_of_year(energy, degradation, year)


def test_a_contract_year_has_twelve_periods():
    for number in range(1, 4_096):
        assert LIBRARIES.contractYear(number) == -(-number // 12)
