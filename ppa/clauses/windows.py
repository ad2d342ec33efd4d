"""When windows of months are assessed, and what of a promise falls on them (formats.md, "Windows")."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from ppa import calendar
from ppa.statements import Period, Statement
from ppa.storage_words import StatementFlag


@dataclass(frozen=True)
class Span:
    """What of the agreement's life a period assesses: the `days` from the record of `start` to that of the period.

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
    start = _start(period, max(before, period.opening), statements)
    days = max(0, period.boundary_day - (start.boundary_day or start.last_day))
    return Span(before, start, days, _days_of_months(period.first_day, before + 1 - period.number, window_months))


def _start(period: Period, first: int, statements: Callable[[int], Statement]) -> Statement:
    """The statement after whose record a span starts, from the number `first` on."""
    since_first = map(statements, range(first, period.number))
    heard = next((one for one in since_first if one.boundary_day), None)
    if heard is None:  # the meter's first record is in this period, or in a dark one right before it
        return statements(_last_not_dark(period))
    if heard.number > first:  # nothing is promised before the first record, in this statement or a dark one before it
        unheard = heard.number - heard.flags.dark_months - (not is_dark(heard))
        if unheard >= first:
            return statements(unheard)
    return next(one for one in map(statements, range(heard.number, period.number)) if not is_dark(one))


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
