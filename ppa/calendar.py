"""Civil days: counted from 1970-01-01 (day 0) in the plant's time zone, 16 bits, up to 2149-06-06."""

import calendar as _months
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ppa.errors import BadDay

LAST_DAY = 2**16 - 1
_EPOCH = date(1970, 1, 1)
_DAY_SECONDS = 86_400
_FIRST_ZONE_SECONDS = 14 * 3600  # the earliest time zone is 14 hours before UTC


def day_of(when: date) -> int:
    """The civil day of a date. Raises BadDay outside 1970-01-01 to 2149-06-06."""
    return _held((when - _EPOCH).days)


def date_of(day: int) -> date:
    """The date of a civil day. Raises BadDay if it does not fit 16 bits."""
    return _EPOCH + timedelta(days=_held(day))


def month_end(day: int) -> int:
    """The last day of the month that `day` is in. Raises BadDay in June 2149, which has no end in 16 bits."""
    when = date_of(day)
    return day_of(when.replace(day=_months.monthrange(when.year, when.month)[1]))


def month_end_after(first_day: int, months: int) -> int:
    """The last day of month number `months` (from 1), the month of `first_day` being the first.

    Raises BadDay for no months, or an end beyond 16 bits.
    """
    if months < 1:
        raise BadDay(f"Month number {months} does not exist: months are counted from 1.")
    first = date_of(first_day)
    index = first.year * 12 + first.month - 1 + months - 1
    year, month = index // 12, index % 12 + 1
    if year > 2149:
        raise BadDay(f"{months} months after {first} end beyond 2149-06-06, the last day that 16 bits hold.")
    return day_of(date(year, month, _months.monthrange(year, month)[1]))


def months_before(first_day: int, months: int) -> int:
    """The first day of the month that lies `months` before the one that starts on `first_day`. Raises BadDay."""
    first = date_of(first_day)
    index = first.year * 12 + first.month - 1 - months
    return day_of(date(index // 12, index % 12 + 1, 1))


def months_between(first: int, last: int) -> int:
    """How many months the month of the day `last` comes after that of the day `first`; negative if it comes before."""
    one, other = date_of(first), date_of(last)
    return 12 * (other.year - one.year) + other.month - one.month


def utc_day(time: int) -> int:
    """The day in Greenwich of a time in UTC seconds, as the registry counts deadlines."""
    return time // _DAY_SECONDS


def first_of_month(day: int) -> int:
    """The first day of the month that `day` is in."""
    return day_of(date_of(day).replace(day=1))


def days_of_month(day: int) -> int:
    """How many days the month of `day` has."""
    when = date_of(day)
    return _months.monthrange(when.year, when.month)[1]


def last_period_day(first_day: int, months: int) -> int:
    """The last day of a term of so many months."""
    return month_end_after(first_day, months)


def is_first_of_month(day: int) -> bool:
    """Whether `day` is the first of a month."""
    return date_of(day).day == 1


def period_of(day: int) -> str:
    """The month of a day as ISO text, such as "2016-07"."""
    when = date_of(day)
    return f"{when.year:04d}-{when.month:02d}"


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """The time zone of an IANA name. Raises BadDay if there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        raise BadDay(f"{name!r} is not an IANA time zone; write it as in Europe/Madrid.") from problem


def local_day(utc_seconds: int, tz: str) -> int:
    """The civil day in `tz` at a moment in UTC seconds."""
    return day_of(datetime.fromtimestamp(utc_seconds, UTC).astimezone(zone(tz)).date())


@lru_cache(maxsize=4096)
def day_bounds(day: int, tz: str) -> tuple[int, int]:
    """UTC seconds at which a local day starts and ends (the end is the next local midnight)."""
    return _midnight(date_of(day), tz), _midnight(date_of(day) + timedelta(days=1), tz)


def seconds_in_day(day: int, tz: str) -> int:
    """How long a local day is: 82,800, 86,400 or 90,000 s in Europe."""
    start, end = day_bounds(day, tz)
    return end - start


def earliest_record_time(day: int) -> int:
    """The first UTC second at which the ledger takes a record of `day`: it is over somewhere on Earth."""
    return (_held(day) + 1) * _DAY_SECONDS - _FIRST_ZONE_SECONDS


def _midnight(when: date, tz: str) -> int:
    return int(datetime(when.year, when.month, when.day, tzinfo=zone(tz)).timestamp())


def _held(day: int) -> int:
    if not 0 <= day <= LAST_DAY:
        raise BadDay(f"Day {day} is outside the calendar of 1970-01-01 (0) to 2149-06-06 ({LAST_DAY}).")
    return day
