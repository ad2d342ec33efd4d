"""The contracts' calendar against Python's, on every day of 1970-01-01 to 2149-06-06.

monthEnd, monthEndBefore, the first of a month: exhaustively
term: from every first of a month; every length from twelve of them; and 4,095 months from the last
"""

from calendar import monthrange
from datetime import date, timedelta

import pytest

from tests.contracts.world import EPOCH, month_ends
from tests.evm import Chain

DAYS = range(65_536)
LAST = DAYS[-1]
LIBRARIES = Chain().deploy("Libraries")
DATES = [EPOCH + timedelta(day) for day in DAYS]
FIRSTS = [day for day, date_ in enumerate(DATES) if date_.day == 1]
ALL_ENDS = month_ends(0, 12 * 180)


def end_of(date_: date) -> int:
    """By the length of the month."""
    return (date_.replace(day=monthrange(date_.year, date_.month)[1]) - EPOCH).days


def test_i10_the_calendar_equals_pythons_on_every_day_from_1970_to_2149():
    ends, before, first = LIBRARIES.months(0, len(DAYS))
    assert DATES[-1] == date(2149, 6, 6)
    assert list(ends) == [end_of(date_) for date_ in DATES]
    assert list(before) == [max(day - date_.day, 0) for day, date_ in enumerate(DATES)]
    assert list(first) == [int(date_.day == 1) for date_ in DATES]


@pytest.mark.parametrize("count", [1, 2, 9, 10, 11, 12, 13, 24, 25, 120, 240, 301, 1_200])
def test_i10_the_last_day_of_a_term_from_every_first_of_a_month_equals_pythons(count):
    lasts = LIBRARIES.termsOf(FIRSTS, count)
    for index, (first, last) in enumerate(zip(FIRSTS, lasts, strict=True)):
        true = ALL_ENDS[index + count - 1] if index + count - 1 < len(ALL_ENDS) else LAST + 1
        assert last == true or (last > LAST and true > LAST), (first, count)


@pytest.mark.parametrize("index", [*range(12), 1_553, 1_554, len(FIRSTS) - 1])
def test_i10_the_last_day_of_a_term_of_every_length_equals_pythons(index):
    lasts = LIBRARIES.termsFrom(FIRSTS[index], 4_095)
    true = ALL_ENDS[index:]
    within = [day for day in true if day <= LAST]
    assert list(lasts[: len(within)]) == within
    assert all(last > LAST for last in lasts[len(within) :])


def test_the_model_of_this_test_knows_that_2100_has_no_leap_day():
    assert DATES[47_541] == date(2100, 3, 1) and DATES[47_540] == date(2100, 2, 28)
