"""Every statement again, from records, terms and what happened: the registry's arithmetic in other words."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from ppa import calendar
from ppa.acts import Act
from ppa.errors import BadDay, BadRecord, NoSuchStatement
from ppa.records import DailyRecord
from ppa.statements import Period, Statement
from ppa.terms import Terms
from ppa.words import CLAIM_MASK, CLAIM_PLACE, FAILED_PLACE, WHICH_FAILED, AccountWord, StatementFlag

Line = Callable[[int, Period, Callable[[int], Statement]], int]
_OPENING_MONTHS = 12


def _nothing(_index: int, _period: Period, _statements: Callable[[int], Statement]) -> int:
    return 0


@dataclass(frozen=True)
class Recomputed:
    """A statement that records and clauses make; energy of the period in Wh; balance after it in cents.

    `statement.closed_on` and `closed_at` are 0: records do not say when somebody closed it.
    """

    statement: Statement
    lines: tuple[int, ...]
    balance_cents: int
    generation_wh: int
    exported_wh: int


@dataclass
class Replay:
    """An agreement's state as its events make it; `line(index, period, statements)` answers for clause `index` from 0.

    Registers in Wh are the meter's, up to which energy was billed; `late` in cent-days; `done` is what was closed, the
    opening or what a predecessor closed included.
    """

    terms: Terms
    agreement: bytes
    records: Sequence[DailyRecord]
    line: Line
    balance_cents: int = 0
    generation_wh: int = 0
    exported_wh: int = 0
    closed_day: int = 0
    boundary_day: int = 0
    periods: int = 0
    cents: int = 0
    late: int = 0
    next_act: int = 0
    notice_clause: int = 0
    notice_day: int = 0
    alarm_day: int = 0
    done: dict[int, Recomputed] = field(default_factory=dict)

    @property
    def pending(self) -> bool:
        """Whether the next statement has an act's line, or corrects what is overdue."""
        return self.cents != 0 or self.late != 0

    def account(self) -> AccountWord:
        """The word that stands beside the agreement."""
        return AccountWord(self.late, self.cents, self.notice_clause, self.notice_day, self.alarm_day, self.next_act)

    def close(self, last_day: int | None = None, failed: int = 0, fails: Line = _nothing) -> Recomputed:
        """The next statement: of the whole month, or up to `last_day`; `failed` has a bit a clause without a line.

        `fails` is asked about each of those as `line` is about the others.

        Raises BadRecord where the registry would refuse to close.
        """
        self.open()
        period, flags = self._measure(last_day)
        lines = [
            (fails if failed >> index & 1 else self.line)(index, period, self.statement)
            for index in range(len(self.terms.clauses))
        ]
        if self.pending:
            lines.append(self.cents)
            self.cents = self.late = 0
        if failed:
            flags |= StatementFlag.CLAUSE_FAILED | StatementFlag(failed << FAILED_PLACE)
        self.balance_cents += sum(lines)
        self.periods = period.number
        statement = Statement(
            period.number,
            sum(lines),
            period.generation_register_wh,
            period.exported_register_wh,
            period.last_day,
            period.boundary_day,
            0,
            0,
            flags,
        )
        done = Recomputed(statement, tuple(lines), self.balance_cents, period.generation_wh, period.exported_wh)
        self.done[period.number] = done
        return done

    def act(self, act: Act, ended: bool = False) -> None:
        """What both parties did together; an end or a handover comes as an event of its own. Raises BadRecord."""
        if act.generation_wh or act.exported_wh:
            self.open()
        self.next_act = act.number + 1
        if act.settles:
            self._flag(act.settles, StatementFlag.RESOLVED)
        self.credit(act.cents, ended)
        self.generation_wh -= act.generation_wh
        self.exported_wh -= act.exported_wh

    def credit(self, cents: int, ended: bool = False) -> None:
        """Cents of an act, an award or an exit: a line of the next statement, or at once a part of the last balance."""
        if ended:
            self.balance_cents += cents
        else:
            self.cents += cents

    def finish(self) -> None:
        """No statement comes any more: what is pending goes into the balance."""
        self.balance_cents += self.cents
        self.cents = self.late = 0

    def dispute(self, number: int, claim_cents: int) -> None:
        """A party claims that a statement should have been higher by so many cents, or lower."""
        side = StatementFlag.CONSUMER_CLAIMS if claim_cents < 0 else StatementFlag.PRODUCER_CLAIMS
        known = int(self.statement(number).flags) & CLAIM_MASK
        greater = max(known, claim_cents.bit_length() << CLAIM_PLACE)
        self._flag(number, side | StatementFlag(known ^ greater))

    def resolve(self, number: int, award_cents: int, ended: bool = False) -> None:
        """The arbiter's award, with the days from when the statement fell due until the award does."""
        self._flag(number, StatementFlag.RESOLVED)
        self.credit(award_cents, ended)
        if not ended:
            self.late += award_cents * (_due(_due(self.closed_day)) - _due(self.statement(number).last_day))

    def pay(self, cents: int, day: int, ended: bool = False) -> int:
        """A confirmed payment, positive from the consumer; the cent-days of arrears that it adds or takes back."""
        late = 0 if ended or cents < 0 or not self.closed_day else self._late(cents, day)
        self.late += late
        self.balance_cents -= cents
        return late

    def _late(self, cents: int, day: int) -> int:
        """Day by day, in runs: what it pays of what is due, where that was not counted, or was and should not."""

        def part(due: int) -> int:
            return max(0, min(due, cents))

        due = self.balance_cents - self.statement(self.periods).amount_cents
        if day >= self.closed_day:
            beyond = max(0, day - _due(self.closed_day))
            return part(due) * (day - self.closed_day) + (part(self.balance_cents) - part(due)) * beyond
        late, last = 0, self.closed_day
        for number in range(self.periods - 1, -1, -1):
            before = self.statement(number)
            due -= before.amount_cents
            late -= part(due) * (last - max(day, before.last_day))
            last = before.last_day
            if day >= last:
                break
        return late

    def heir(self, terms: Terms, agreement: bytes, records: Sequence[DailyRecord], line: Line) -> "Replay":
        """What the successor goes on from: the same numbering if it starts on the same day, else a new one.

        Which clauses failed in the last statement says nothing of the successor's clauses.
        """
        self.open()
        number = self.periods if terms.first_day == self.terms.first_day else 0
        last = self.done[self.periods]
        flags = last.statement.flags & ~WHICH_FAILED
        done = dict(self.done) if number else {}
        done[number] = replace(last, statement=replace(last.statement, number=number, flags=flags))
        return Replay(
            terms,
            agreement,
            records,
            line,
            self.balance_cents,
            self.generation_wh,
            self.exported_wh,
            self.closed_day,
            self.boundary_day,
            number,
            self.cents,
            self.late,
            1,
            done=done,
        )

    def open(self) -> None:
        """Statement 0, where there is none yet, of the registers before the first day. Raises BadRecord."""
        if self.closed_day:
            return
        opening = _opening(self.terms, self.records)
        self.closed_day, self.boundary_day = self.terms.first_day - 1, opening.day
        self.generation_wh, self.exported_wh = opening.generation_wh, opening.exported_wh
        self.next_act = self.next_act or 1
        flags = StatementFlag.EARLY_BOUNDARY if opening.day < self.closed_day else StatementFlag(0)
        registers = (opening.generation_wh, opening.exported_wh)
        statement = Statement(0, 0, *registers, self.closed_day, opening.day, 0, 0, flags)
        self.done[0] = Recomputed(statement, (), 0, 0, 0)

    def _measure(self, until: int | None) -> tuple[Period, StatementFlag]:
        number, before = self.periods + 1, self.done[self.periods].statement
        first = self.closed_day + 1
        last = calendar.month_end(first) if until is None else until
        found = _last_until(self.records, last)
        flags, generation, exported = StatementFlag(0), 0, 0
        if found is None or found.day < first:
            flags |= StatementFlag.DARK
        else:
            generation = max(0, found.generation_wh - self.generation_wh)
            exported = max(0, found.exported_wh - self.exported_wh)
            most = self.terms.max_power_w * 24 * (found.day - self.boundary_day)
            if generation > most or exported > most:
                raise BadRecord(
                    f"Period {number} has {generation} Wh generated and {exported} Wh exported; "
                    f"{self.terms.max_power_w} W give at most {most} Wh in that time."
                )
            self.generation_wh += generation
            self.exported_wh += exported
            self.boundary_day = found.day
        if self.boundary_day < last:
            flags |= StatementFlag.EARLY_BOUNDARY
        self.closed_day = last
        period = Period(
            agreement=self.agreement,
            number=number,
            months=self.terms.months,
            first_day=first,
            last_day=last,
            boundary_day=self.boundary_day,
            generation_wh=generation,
            exported_wh=exported,
            generation_register_wh=before.generation_wh + generation,
            exported_register_wh=before.exported_wh + exported,
            balance_cents=self.balance_cents,
            overdue=max(0, self.balance_cents - before.amount_cents) * (last + 1 - first) + self.late,
        )
        return period, flags

    def statement(self, number: int) -> Statement:
        """A statement that is closed. Raises NoSuchStatement."""
        if number not in self.done:
            raise NoSuchStatement(number)
        return self.done[number].statement

    def _flag(self, number: int, turned: StatementFlag) -> None:
        statement = self.statement(number)
        self.done[number] = replace(self.done[number], statement=replace(statement, flags=statement.flags ^ turned))


def _due(last_day: int) -> int:
    """When a statement up to a month's last day falls due: with the end of the next month."""
    return calendar.month_end(last_day + 1)


def recompute(
    terms: Terms, agreement: bytes, records: Sequence[DailyRecord], periods: int, line: Line
) -> list[Recomputed]:
    """Statements 0 (the opening) to `periods` of an agreement to which nothing else happened.

    Raises BadRecord where the registry would refuse to close.
    """
    replay = Replay(terms, agreement, records, line)
    for _ in range(periods):
        replay.close()
    return [replay.done[number] for number in range(periods + 1)]


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


def _last_until(records: Sequence[DailyRecord], day: int) -> DailyRecord | None:
    place = bisect_right(records, day, key=lambda record: record.day)
    return records[place - 1] if place else None
