"""Clauses that no kWh makes, against fractions and against ppa.

FixedFee
├── check: WrongLength, FeeIsZero, FeeTooLarge, EscalatorTooLarge
└── assess: the contract year's fee, either sign; pro rata by days in a month that ends early
LateInterest
├── check: WrongLength, RateOutside, UnknownDayCount
└── assess: simple interest on cent-days, either sign, half a cent away from zero
"""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppa.clauses import FixedFee, LateInterest
from tests.contracts.clause_lines import both_accept, both_refuse, line, told_period
from tests.contracts.fraction_model import half_away, price_of_year
from tests.contracts.world import World, month_end
from tests.evm import Chain, Refused, refuses

CHAIN = Chain()
FEE, INTEREST = CHAIN.deploy("FixedFee"), CHAIN.deploy("LateInterest")
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
def test_the_parameters_of_fees_have_one_length(length):
    with refuses("FixedFee.WrongLength", expected=64, given=length):
        FEE.check(World.JULY, 12, bytes(length))
    with refuses("LateInterest.WrongLength", expected=64, given=length):
        INTEREST.check(World.JULY, 12, bytes(length))


def test_the_worked_examples_of_a_fee():
    assert line(FEE, FixedFee(3_100), told_period()) == 3_100
    assert line(FEE, FixedFee(3_100), told_period(days=10)) == 1_000
    assert line(FEE, FixedFee(-3_100), told_period(days=10)) == -1_000
    assert line(FEE, FixedFee(31), told_period(days=1)) == 1
    assert line(FEE, FixedFee(10_000, 20_000), told_period(13)) == 10_200
    assert line(FEE, FixedFee(15), told_period(8, days=14)) == 8  # half of February 2017: 7.5, away from zero


@given(
    fee=st.integers(-(10**10), 10**10).filter(bool),
    escalator=st.integers(0, 200_000),
    number=st.integers(1, 240),
    days=st.none() | st.integers(1, 28),
)
def test_i4_a_fee_equals_fractions(fee, escalator, number, days):
    period = told_period(number, days=days)
    share = Fraction(period.last_day + 1 - period.first_day, month_end(period.first_day) + 1 - period.first_day)
    size = half_away(price_of_year(abs(fee), escalator, (number + 11) // 12) * share)
    assert line(FEE, FixedFee(fee, escalator), period) == (size if fee > 0 else -size)


@pytest.mark.parametrize("clause", [LateInterest(1, 360), LateInterest(10**6, 365)])
def test_good_interest_is_accepted(clause):
    both_accept(INTEREST, clause)


@pytest.mark.parametrize(
    ("clause", "error", "args"),
    [
        (LateInterest(0), "RateOutside", {"rate": 0}),
        (LateInterest(10**6 + 1), "RateOutside", {"rate": 10**6 + 1}),
        (LateInterest(1, 364), "UnknownDayCount", {"dayCount": 364}),
        (LateInterest(1, 366), "UnknownDayCount", {"dayCount": 366}),
    ],
)
def test_interest_that_makes_no_sense_is_refused(clause, error, args):
    both_refuse(INTEREST, clause, error, **args)


@pytest.mark.parametrize("contract", [FEE, INTEREST])
def test_dirty_bits_in_the_parameters_of_fees_are_refused(contract):
    for word in range(2):
        dirty = bytearray(FixedFee(1, 1).params())
        dirty[32 * word] = 1
        with pytest.raises(Refused):
            contract.check(World.JULY, 12, bytes(dirty))


def test_the_worked_examples_of_interest():
    # 1,000.00 EUR 30 days late at 8 %: 657.53 cents; nothing overdue: nothing; paid 30 days ahead: the other way
    assert line(INTEREST, LateInterest(80_000), told_period(overdue=100_000 * 30)) == 658
    assert line(INTEREST, LateInterest(80_000, 360), told_period(overdue=100_000 * 30)) == 667
    assert line(INTEREST, LateInterest(80_000), told_period(overdue=0)) == 0
    assert line(INTEREST, LateInterest(80_000), told_period(overdue=-100_000 * 30)) == -658
    assert line(INTEREST, LateInterest(500_000, 360), told_period(overdue=360)) == 1  # exactly half a cent


@given(overdue=st.integers(-(2**72), 2**72), rate=st.integers(1, 10**6), count=st.sampled_from([360, 365]))
def test_i4_interest_equals_fractions(overdue, rate, count):
    exact = Fraction(overdue) * Fraction(rate, 10**6) / count
    assert line(INTEREST, LateInterest(rate, count), told_period(overdue=overdue)) == half_away(exact)
