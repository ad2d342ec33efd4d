"""A close again: what the meter had recorded by then, and which clause was waited for in vain."""

from collections.abc import Callable
from functools import partial

from ppa import calendar
from ppa.clauses import ExitTable, Line, Told, read
from ppa.clauses.kind import MOST_LINE_CENTS
from ppa.errors import BadAnswer, NoIndexValue, NoSuchStatement
from ppa.history import ClosedEvent, RegistryEvent
from ppa.statements import Period, Statement
from ppa.storage_words import StatementFlag
from ppa.verify.indexes import AsOf
from ppa.verify.recompute import Replay
from ppa.verify.subject import Subject

DARK_DAYS = 60


def none(_index: int, _period: Period, _statements: Callable[[int], Statement]) -> Line | None:
    """No clause is asked outside of a close."""
    return None


def closed(s: Subject, replay: Replay, told: ClosedEvent, today: int, *, ending: bool) -> None:
    """A whole month, or, where an agreement ends, its last period, closed on a day of Greenwich.

    Raises BadAnswer for what the registry would not have closed so, or not yet.
    """
    statement, end = told.statement, calendar.month_end(replay.closed_through + 1)
    heard, flags = s.heard((told.block, told.log_index)), told.statement.flags
    if flags.clauses >> len(s.terms.clauses):
        raise BadAnswer(f"Period {told.number} tells of a clause that failed, which the agreement does not have.")
    early = ending and statement.last_day != end
    if not early and (not replay.serves or heard < end) and today <= end + DARK_DAYS:
        raise BadAnswer(
            f"Period {told.number} is told to be closed when the meter had recorded up to "
            f"{calendar.date_of(heard)} only, and {DARK_DAYS} days had not passed."
        )
    if flags.clauses and _is_alone(s, told) and today <= statement.last_day + s.terms.dispute_days:
        raise BadAnswer(f"Period {told.number} is told to have gone without a clause before it was waited for.")
    replay.line = partial(_line, s, told)
    if early:
        replay.close_last(heard, flags.clauses)
    else:
        replay.close(heard, flags.clauses, hands_over=_hands_over(s, told))


def _hands_over(s: Subject, told: ClosedEvent) -> bool:
    """Whether it was closed for a handover."""
    return any(e.name == "HandedOver" and e.transaction == told.transaction for e in s.events)


def _is_alone(s: Subject, told: ClosedEvent) -> bool:
    """Whether its transaction did no more than close: an act, an exit or an announcement waits for no clause."""
    return all(e.name in ("Opened", "Closed", "Ended") for e in s.events if e.transaction == told.transaction)


def _line(
    s: Subject, told: ClosedEvent, index: int, period: Period, statements: Callable[[int], Statement]
) -> Line | None:
    """A clause's line: by our arithmetic where its code is a published clause, else the node's word for it."""
    given = _told_line(s, told, index)
    clause = s.terms.clauses[index]
    known = s.rules[clause.rule]
    if known is None:
        return given
    indexes = AsOf(s, (told.block, told.log_index))
    try:
        line: Line | None = read(known, clause.params).line(period, Told(statements, indexes))
    except (NoIndexValue, NoSuchStatement):
        line = None
    if line is not None and not -MOST_LINE_CENTS - 1 <= line.cents <= MOST_LINE_CENTS:
        line = None
    if indexes.undated and (line != given or given is None):
        s.undated.add((period.number, index + 1))
        return given
    if given is None and line is not None and not line.substituted:
        raise BadAnswer(
            f"Clause {index + 1} is said to have failed in period {period.number}; it gives {line.cents} cents."
        )
    return line


def _told_line(s: Subject, told: ClosedEvent, index: int) -> Line | None:
    """A line as the node tells it; None for a clause that failed: it has a flag, and no line."""
    flags, count = told.statement.flags, len(s.terms.clauses)
    if len(told.lines) not in (count, count + 1):
        raise BadAnswer(f"Period {told.number} tells {len(told.lines)} lines of {count} clauses.")
    cents, named = told.lines[index], bool(flags.clauses >> index & 1)
    if named and cents == 0 and StatementFlag.CLAUSE_FAILED in flags:
        return None
    return Line(cents, named)


def check_price(s: Subject, replay: Replay, event: RegistryEvent, today: int, table: ExitTable | None) -> None:
    """The price of an exit by a clause that we know; another's is what it answered. Raises BadAnswer."""
    which, price = event.values["clause"], event.values["price"]
    if which >= len(s.terms.clauses):
        raise BadAnswer(f"The agreement is told to have ended by clause {which + 1}, which it does not have.")
    if table is None:
        return
    indexes = AsOf(s, (event.block, event.log_index))
    try:
        expected = table.exit_price(replay.periods + 1, today, Told(replay.statement, indexes))
    except NoIndexValue:
        expected = None
    if expected == price:
        return
    if indexes.undated:
        s.undated.add((replay.periods + 1, which + 1))
        return
    raise BadAnswer(f"The exit cost {price} cents; by its clause it costs {expected}.")
