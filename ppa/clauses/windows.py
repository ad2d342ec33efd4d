"""When windows of months are assessed, and what of a promise falls on them (formats.md, "Windows")."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from ppa import calendar
from ppa.statements import Period, Statement
from ppa.storage_words import StatementFlag


@dataclass(frozen=True)
class Span:
    """What of the agreement's life a period assesses: the `days` after the last day of `start`.

    `before` is the number of the last month before the window that is assessed; that window has `window_days`.
    """

    before: int
    start: Statement
    days: int
    window_days: int

    def part(self, energy_wh: int) -> int:
        """What of a window's energy falls on the span, by days, rounded down to the Wh."""
        return energy_wh * self.days // self.window_days


def is_due(period: Period, window_months: int) -> bool:
    """Whether something is assessed with this period: a window that ended since the last one that was not dark, or,
    with the last period, what of a window is open.
    """
    passed = period.number // window_months > _last_not_dark(period) // window_months
    return period.last or (passed and not period.dark)


def span_of(period: Period, window_months: int, statements: Callable[[int], Statement]) -> Span:
    """The span that a period assesses in which something is due. Raises NoSuchStatement."""
    before = _last_not_dark(period) // window_months * window_months
    number = max(before, period.opening)
    start = statements(number)
    if start.boundary_day:
        while is_dark(start):
            number += 1
            start = statements(number)
    else:
        start = _last_unheard(period, number, statements)
    end = period.boundary_day if period.dark else period.last_day
    days = max(0, end - start.last_day)
    return Span(before, start, days, _days_of_months(period.first_day, before + 1 - period.number, window_months))


def _last_unheard(period: Period, number: int, statements: Callable[[int], Statement]) -> Statement:
    """The last statement, from `number` on, before the meter's first record: nothing is promised until then."""
    start = statements(number)
    for following in map(statements, range(number + 1, period.number)):
        if following.boundary_day:
            break
        start = following
    return start


def is_dark(statement: Statement) -> bool:
    """Whether nothing was taken from the meter in a period."""
    return StatementFlag.DARK in statement.flags


def _last_not_dark(period: Period) -> int:
    """The number of the last statement before a period that was not dark, or of one before the meter's first record."""
    return period.number - 1 - period.dark_before


def _days_of_months(first_day: int, after: int, months: int) -> int:
    """The days of so many months that begin `after` months after the one that starts on `first_day`.

    The last of them may lie beyond the days that 16 bits hold.
    """
    when = calendar.date_of(first_day)
    first = when.year * 12 + when.month - 1 + after
    return (_first_of_month(first + months) - _first_of_month(first)).days


def _first_of_month(index: int) -> date:
    return date(index // 12, index % 12 + 1, 1)
