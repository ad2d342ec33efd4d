"""FixedFee, against fractions and against ppa.

├── check: WrongLength, FeeIsZero, FeeTooLarge, EscalatorTooLarge
└── assess: the contract year's fee, either sign; pro rata by days in a last period, which may have none
"""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppa.clauses import FixedFee
from tests.contracts.clause_lines import both_accept, both_refuse, line, period_of
from tests.contracts.fraction_model import half_away, price_of_year
from tests.contracts.world import World, month_end
from tests.evm import Chain, Refused, refuses

FEE = Chain().deploy("FixedFee")
LARGEST = 2**47 - 1


@pytest.mark.parametrize("fee", [1, -1, LARGEST, -LARGEST])
def test_good_fees_are_accepted(fee):
    both_accept(FEE, FixedFee(fee))


@pytest.mark.parametrize(
    ("clause", "months", "error", "args"),
    [
        (FixedFee(0), 12, "FeeIsZero", {}),
        (FixedFee(LARGEST + 1), 12, "FeeTooLarge", {"cents": LARGEST + 1}),
        (FixedFee(-LARGEST - 1), 12, "FeeTooLarge", {"cents": LARGEST + 1}),
        (FixedFee(-(2**63)), 12, "FeeTooLarge", {"cents": 2**63}),
        (FixedFee(LARGEST, 1_000), 24, "FeeTooLarge", {"cents": price_of_year(LARGEST, 1_000, 2)}),
        (FixedFee(1, 10_000_001), 36, "FixedFee.EscalatorTooLarge", {"escalator": 10_000_001, "contractYears": 3}),
    ],
)
def test_a_fee_that_makes_no_sense_is_refused(clause, months, error, args):
    both_refuse(FEE, clause, error, months, **args)


@pytest.mark.parametrize("length", [0, 63, 65])
def test_the_parameters_of_a_fee_have_64_bytes(length):
    with refuses("FixedFee.WrongLength", expected=64, given=length):
        FEE.check(World.JULY, 12, bytes(length))


def test_the_worked_examples_of_a_fee():
    assert line(FEE, FixedFee(3_100), period_of()) == 3_100
    assert line(FEE, FixedFee(3_100), period_of(days=10)) == 1_000
    assert line(FEE, FixedFee(-3_100), period_of(days=10)) == -1_000
    assert line(FEE, FixedFee(31), period_of(days=1)) == 1
    assert line(FEE, FixedFee(3_100), period_of(days=0)) == 0
    assert line(FEE, FixedFee(3_100), period_of(dark=True, dark_before=2)) == 3_100
    assert line(FEE, FixedFee(10_000, 20_000), period_of(13)) == 10_200
    assert line(FEE, FixedFee(15), period_of(8, days=14)) == 8  # half of February 2017: 7.5, away from zero


@given(
    fee=st.integers(-(10**10), 10**10).filter(bool),
    escalator=st.integers(0, 200_000),
    number=st.integers(1, 240),
    days=st.none() | st.integers(0, 28),
)
def test_i4_a_fee_equals_fractions(fee, escalator, number, days):
    period = period_of(number, days=days)
    share = Fraction(period.last_day + 1 - period.first_day, month_end(period.first_day) + 1 - period.first_day)
    size = half_away(price_of_year(abs(fee), escalator, (number + 11) // 12) * share)
    assert line(FEE, FixedFee(fee, escalator), period) == (size if fee > 0 else -size)


@pytest.mark.parametrize("word", range(2))
def test_dirty_bits_in_the_parameters_of_a_fee_are_refused(word):
    dirty = bytearray(FixedFee(1, 1).params())
    dirty[32 * word] = 1
    with pytest.raises(Refused):
        FEE.check(World.JULY, 12, bytes(dirty))
