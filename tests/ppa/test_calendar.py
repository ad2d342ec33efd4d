"""The civil calendar.

a day ── of 1970-01-01 to 2149-06-06: its date, month, month's end as counted by hand
      └─ before or after: refused
a local day ── starts where the last one ended, in every zone
a month number ── from 1, up to the end of 16 bits; else refused
"""

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppa import calendar
from ppa.errors import BadDay

ZONES = ["Europe/Madrid", "Atlantic/Canary", "America/Santiago", "America/Sao_Paulo", "Asia/Kathmandu", "UTC"]
DAYS = st.integers(0, calendar.LAST_DAY)


def counted() -> Iterator[tuple[int, int, int, int, int]]:
    """Day, year, month, day of month, month's length, counted one by one by the Gregorian rule."""
    day = 0
    for year in range(1970, 2150):
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        for month, length in enumerate((31, 28 + leap, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), 1):
            for of_month in range(1, length + 1):
                yield day, year, month, of_month, length
                day += 1


def test_every_day_of_1970_to_2149_is_the_one_that_counting_gives() -> None:
    seen = 0
    for day, year, month, of_month, length in counted():
        if day > calendar.LAST_DAY:
            break
        when = calendar.date_of(day)
        assert (when.year, when.month, when.day) == (year, month, of_month)
        assert calendar.day_of(when) == day
        assert calendar.is_first_of_month(day) == (of_month == 1)
        end = day - of_month + length
        if end <= calendar.LAST_DAY:
            assert calendar.month_end(day) == end
        seen += 1
    assert seen == 65_536


def test_every_month_of_1970_to_2149_is_reached_by_its_number_from_the_first() -> None:
    ends = [day for day, _, _, of_month, length in counted() if of_month == length and day <= calendar.LAST_DAY]
    for number, end in enumerate(ends, 1):
        assert calendar.month_end_after(0, number) == end
    assert calendar.last_period_day(0, len(ends)) == ends[-1]


def test_june_2149_has_no_end() -> None:
    with pytest.raises(BadDay, match="outside the calendar"):
        calendar.month_end(calendar.LAST_DAY)


@pytest.mark.parametrize("day", [-1, 65_536])
def test_a_day_outside_16_bits_is_refused(day: int) -> None:
    with pytest.raises(BadDay, match="outside the calendar"):
        calendar.date_of(day)


def test_a_date_before_1970_is_refused() -> None:
    with pytest.raises(BadDay):
        calendar.day_of(date(1969, 12, 31))


@pytest.mark.parametrize(("months", "words"), [(0, "counted from 1"), (3000, "beyond 2149")])
def test_a_month_number_that_does_not_exist_is_refused(months: int, words: str) -> None:
    with pytest.raises(BadDay, match=words):
        calendar.month_end_after(0, months)


@pytest.mark.parametrize("name", ["Madrid", "", "../etc/passwd", "Europe/Nowhere"])
def test_a_zone_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(BadDay, match="IANA"):
        calendar.local_day(0, name)


@given(DAYS.filter(lambda day: 3 < day < 65_530), st.sampled_from(ZONES))
def test_local_days_follow_each_other_without_gap(day: int, zone: str) -> None:
    start, end = calendar.day_bounds(day, zone)
    assert calendar.day_bounds(day + 1, zone)[0] == end
    assert calendar.local_day(start, zone) == day
    assert calendar.local_day(end - 1, zone) == day
    assert calendar.local_day(end, zone) == day + 1
    assert end - start == calendar.seconds_in_day(day, zone)


@given(DAYS.filter(lambda day: 3 < day < 65_530), st.sampled_from([*ZONES, "Pacific/Kiritimati"]))
def test_the_ledger_never_refuses_a_day_that_is_over_in_its_zone(day: int, zone: str) -> None:
    assert calendar.day_bounds(day, zone)[1] >= calendar.earliest_record_time(day)


def test_a_period_is_named_by_its_month() -> None:
    assert calendar.period_of(calendar.day_of(date(2016, 7, 31))) == "2016-07"
