"""Every statement again, from records and terms alone: the registry's `close` in other words."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from ppa import calendar
from ppa.errors import BadDay, BadRecord, NoSuchStatement
from ppa.records import DailyRecord
from ppa.statements import Period, Statement
from ppa.terms import Terms
from ppa.words import StatementFlag

Line = Callable[[int, Period, Callable[[int], Statement]], int]
_OPENING_MONTHS = 12


@dataclass(frozen=True)
class Recomputed:
    """A statement that records and clauses make; energy of the period in Wh; balance after it in cents.

    `statement.closed_at` is 0: records do not say in which block somebody closed it.
    """

    statement: Statement
    lines: tuple[int, ...]
    balance_cents: int
    generation_wh: int
    exported_wh: int


def recompute(
    terms: Terms, agreement: bytes, records: Sequence[DailyRecord], periods: int, line: Line
) -> list[Recomputed]:
    """Statements 0 (the opening) to `periods`; `line(index, period, statements)` answers for clause `index` from 0.

    Raises BadRecord where the registry would refuse to close.
    """
    opening = _opening(terms, records)
    done = [_opened(terms, opening)]

    def earlier(number: int) -> Statement:
        if not 0 <= number < len(done):
            raise NoSuchStatement(number)
        return done[number].statement

    for number in range(1, periods + 1):
        before = done[-1]
        period, flags = _period(terms, agreement, records, number, before)
        lines = tuple(line(index, period, earlier) for index in range(len(terms.clauses)))
        amount = sum(lines)
        statement = Statement(
            number,
            amount,
            period.generation_register_wh,
            period.exported_register_wh,
            period.last_day,
            period.boundary_day,
            0,
            flags,
        )
        balance = before.balance_cents + amount
        done.append(Recomputed(statement, lines, balance, period.generation_wh, period.exported_wh))
    return done


def _opening(terms: Terms, records: Sequence[DailyRecord]) -> DailyRecord:
    last = _last_until(records, terms.first_day - 1)
    first = calendar.date_of(terms.first_day)
    try:
        earliest = calendar.day_of(date(first.year - _OPENING_MONTHS // 12, first.month, 1))
    except BadDay:
        earliest = 0
    if last is None or last.day < earliest:
        raise BadRecord(f"The meter has no record in the 12 months before {first}: there are no opening registers.")
    return last


def _opened(terms: Terms, opening: DailyRecord) -> Recomputed:
    closed = terms.first_day - 1
    flags = StatementFlag.EARLY_BOUNDARY if opening.day < closed else StatementFlag(0)
    statement = Statement(0, 0, opening.generation_wh, opening.exported_wh, closed, opening.day, 0, flags)
    return Recomputed(statement, (), 0, 0, 0)


def _period(
    terms: Terms, agreement: bytes, records: Sequence[DailyRecord], number: int, before: Recomputed
) -> tuple[Period, StatementFlag]:
    previous = before.statement
    first, last = previous.last_day + 1, calendar.month_end_after(terms.first_day, number)
    found = _last_until(records, last)
    flags = StatementFlag(0)
    if found is None or found.day < first:
        flags |= StatementFlag.DARK
        found = DailyRecord(previous.boundary_day, previous.generation_wh, previous.exported_wh, bytes(32))
    if found.day < last:
        flags |= StatementFlag.EARLY_BOUNDARY
    generation, exported = found.generation_wh - previous.generation_wh, found.exported_wh - previous.exported_wh
    most = terms.max_power_w * 24 * (found.day - previous.boundary_day)
    if generation > most or exported > most:
        raise BadRecord(
            f"Period {number} has {generation} Wh generated and {exported} Wh exported; {terms.max_power_w} W give "
            f"at most {most} Wh in that time."
        )
    period = Period(
        agreement=agreement,
        number=number,
        months=terms.months,
        first_day=first,
        last_day=last,
        boundary_day=found.day,
        generation_wh=generation,
        exported_wh=exported,
        generation_register_wh=found.generation_wh,
        exported_register_wh=found.exported_wh,
        balance_cents=before.balance_cents,
    )
    return period, flags


def _last_until(records: Sequence[DailyRecord], day: int) -> DailyRecord | None:
    place = bisect_right(records, day, key=lambda record: record.day)
    return records[place - 1] if place else None
