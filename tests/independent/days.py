"""Days and months of the civil calendar, days counted from 1970-01-01, months from January 1970."""

from datetime import date, timedelta
from functools import cache

EPOCH = date(1970, 1, 1)
SECONDS = 86_400
LAST_DAY = 65_535
DARK_DAYS = 60  # after a month's last day: it is closed without energy; of a meter's silence: it is dead
ALARM_DAYS = 7  # of a meter's silence
LAPSE_DAYS = 180  # what was announced and an exit's notice


class Refusal(Exception):
    """What a contract refuses, by the error's name."""

    def __init__(self, name: str, *args: object) -> None:
        super().__init__(name, *args)
        self.name = name


@cache
def month_of(day: int) -> int:
    """The month that a day lies in."""
    d = EPOCH + timedelta(days=day)
    return (d.year - 1970) * 12 + d.month - 1


@cache
def first_of(month: int) -> int:
    """The first day of a month."""
    return (date(1970 + month // 12, month % 12 + 1, 1) - EPOCH).days


def month_end(day: int) -> int:
    """The last day of the month that a day lies in."""
    return first_of(month_of(day) + 1) - 1


def days_in_month(day: int) -> int:
    """How long the month is that a day lies in."""
    return month_end(day) - first_of(month_of(day)) + 1


def is_month_end(day: int) -> bool:
    """Whether a day is the last of its month."""
    return month_end(day) == day


def due_day(last_day: int) -> int:
    """When a statement with this last day falls due: the end of the month of the day after."""
    return month_end(last_day + 1)


def is_over(day: int, timestamp: int) -> bool:
    """Whether a civil day is over somewhere on Earth."""
    return timestamp + 14 * 3600 >= (day + 1) * SECONDS
