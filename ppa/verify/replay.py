"""An agreement's state again, from its events in order, and from those of what it was handed over from."""

from collections.abc import Callable
from functools import partial

from ppa import calendar
from ppa.acts import Act
from ppa.clauses import ExitTable, Told, read
from ppa.clauses.kind import MOST_LINE_CENTS
from ppa.errors import BadAnswer, NoIndexValue, NoSuchStatement
from ppa.history import RegistryEvent, as_closed
from ppa.statements import Period, Statement
from ppa.terms import ZERO_HASH
from ppa.verify.recompute import Replay
from ppa.verify.subject import Subject
from ppa.words import FAILED_PLACE

_NOTHING = (ZERO_HASH, "")
LIFE = ("Proposed", "Signed", "Served", "Ended", "HandedOver")


def replayed(s: Subject) -> Replay:
    """The agreement as its events make it. Raises BadRecord or BadAnswer where they cannot have happened."""
    before = s.predecessor
    if before is None:
        replay = Replay(s.terms, s.id, s.records, _line(s))
    else:
        replay = replayed(before).heir(s.terms, s.id, s.records, _line(s))
    ended = False
    transaction, due, named = "", 0, _NOTHING
    for event in s.events:
        values = event.values
        if event.transaction != transaction:
            transaction, due = event.transaction, replay.next_act  # an act that opens has the number from before
        if event.name == "Closed":
            _close(s, replay, event, named == (s.id, transaction))
        elif event.name == "Acted":
            act = Act.from_tuple(tuple(values["act"]))
            if act.number not in (due, replay.next_act):
                raise BadAnswer(f"Act {act.number} was brought where act {replay.next_act} was due.")
            replay.act(act, ended)
            due = replay.next_act
            if act.successor != ZERO_HASH:
                named = (act.successor, transaction)
        elif event.name == "Exited":
            _check_price(s, replay, event)
            replay.credit(values["price"])
            named = (s.id, transaction)
        elif event.name == "Disputed":
            replay.dispute(values["number"], values["claim"])
        elif event.name == "Resolved":
            replay.resolve(values["number"], values["award"], ended)
        elif event.name == "PaymentConfirmed":
            late = replay.pay(values["cents"], values["day"], ended)
            if (late, replay.balance_cents) != (values["late"], values["balance"]):
                raise BadAnswer(f"A payment of {values['cents']} cents is told with another balance or delay.")
        elif event.name == "Notified":
            replay.notice_day, replay.notice_clause = values["day"], values["clause"]
        elif event.name == "Silent":
            replay.alarm_day = values["lastDay"] + 1
        elif event.name == "HandedOver":
            _check_named(event, named, values["successor"])
            replay.open()
            named = _NOTHING
        elif event.name == "Ended":
            if replay.periods < s.terms.months or named != _NOTHING:
                _check_named(event, named, s.id)
            if s.agreement.closed_day:
                replay.open()  # by an exit after the opening record, before any month could be closed
            replay.finish()
            ended, named = True, _NOTHING
    if named != _NOTHING:
        raise BadAnswer(
            f"What was done in {named[1]} ends the agreement or hands it over, and the node does not tell it."
        )
    return replay


def _check_named(event: RegistryEvent, named: tuple[bytes, str], successor: bytes) -> None:
    """An end before the term's, and a handover, come of what was done in their transaction."""
    if named != (successor, event.transaction):
        raise BadAnswer(f"{event.name} is told of 0x{successor.hex()}, without an act or an exit that says so.")


def _close(s: Subject, replay: Replay, event: RegistryEvent, ending: bool) -> None:
    """A whole month, or the part of one in which an agreement ends."""
    told = as_closed(event).statement
    closed = replay.closed_day or s.terms.first_day - 1
    last_day = None
    if ending and told.last_day != calendar.month_end(closed + 1):
        last_day = told.last_day
        within = closed < last_day < calendar.month_end(closed + 1)
        if not within or all(record.day != last_day for record in s.records):
            raise BadAnswer(
                f"The last statement ends on {calendar.date_of(last_day)}, when the meter recorded nothing."
            )
    failed = int(told.flags) >> FAILED_PLACE
    if failed >> len(s.terms.clauses):
        raise BadAnswer(f"Period {told.number} tells of a clause that failed, which the agreement does not have.")
    replay.close(last_day, failed, partial(_fails, s, (event.block, event.log_index)))


def _fails(
    s: Subject, when: tuple[int, int], index: int, period: Period, statements: Callable[[int], Statement]
) -> int:
    """Nothing, for a clause that may have failed. Raises BadAnswer where a clause that we know gives a line."""
    clause = s.terms.clauses[index]
    known = s.rules[clause.rule]
    if known is None:
        return 0
    undated = False

    def published(rule: str, month: int) -> int:
        nonlocal undated
        value, place = s.chain.index_value(rule, month), s.chain.published(rule, month)
        undated |= place is None
        if place is not None and place > when:
            raise NoIndexValue(rule, month)
        return value

    try:
        line = read(known, clause.params).line(period, Told(statements, published))
    except (NoIndexValue, NoSuchStatement):
        return 0
    if undated:
        s.undated.add((period.number, index + 1))
    elif -MOST_LINE_CENTS <= line + (line < 0) <= MOST_LINE_CENTS:
        raise BadAnswer(f"Clause {index + 1} is said to have failed in period {period.number}; it gives {line} cents.")
    return 0


def _check_price(s: Subject, replay: Replay, event: RegistryEvent) -> None:
    """The price of an exit by a clause that we know; another's is what it answered."""
    which = event.values["clause"]
    if which >= len(s.terms.clauses):
        raise BadAnswer(f"The agreement is told to have ended by clause {which + 1}, which it does not have.")
    clause = s.terms.clauses[which]
    if s.rules[clause.rule] != "ExitTable":
        return
    table = ExitTable.from_params(clause.params)
    today = calendar.utc_day(s.blocks[event.block].timestamp)
    told = Told(replay.statement, s.chain.index_value)
    expected = table.exit_price(replay.periods + 1, today, told)
    if expected != event.values["price"]:
        raise BadAnswer(f"The exit cost {event.values['price']} cents; by its clause it costs {expected}.")


def _line(s: Subject) -> Callable[[int, Period, Callable[[int], Statement]], int]:
    return partial(_line_of, s)


def _line_of(s: Subject, index: int, period: Period, statements: Callable[[int], Statement]) -> int:
    """A clause's line: by our arithmetic where its code is a published clause, else by asking the clause."""
    clause = s.terms.clauses[index]
    known = s.rules[clause.rule]
    if known is None:
        return s.chain.call_clause(clause.rule, period, clause.params, caller=s.file.registry)
    return read(known, clause.params).line(period, Told(statements, s.chain.index_value))
