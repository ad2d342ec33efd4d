"""A period again, from records and terms, in other words than the registry's (formats.md, "Closing a month")."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from ppa import calendar
from ppa.clauses import windows
from ppa.clauses.kind import Line
from ppa.errors import NoSuchStatement
from ppa.records import DailyRecord
from ppa.statements import Period, Statement
from ppa.storage_words import AccountWord, StatementFlag, clause_bits, dark_run
from ppa.terms import Terms
from ppa.verify import energy

LineOf = Callable[[int, Period, Callable[[int], Statement]], Line | None]
NO_ACCOUNT = AccountWord(0, 0, 0, 0, 0, 0)
FOREVER = calendar.LAST_DAY


@dataclass(frozen=True)
class Recomputed:
    """A statement that records and clauses make; energy of the period in Wh; balance after it in cents.

    `statement.closed_on` and `closed_block` are 0: records do not say when somebody closed it.
    """

    statement: Statement
    lines: tuple[int, ...]
    balance_cents: int
    generation_wh: int
    exported_wh: int


@dataclass
class Closing:
    """What closes the periods of an agreement, and where the last one left it.

    `records` are the meter's whole history. `line(index, period, statements)` answers for clause `index` from 0, None
    where the clause fails. `root` is the agreement under whose id the statements are stored, `inherited` the number
    of the last one before a handover to this agreement. Registers in Wh are the meter's on `boundary_day`; `account`
    has what waits for the next statement; `done` what was closed, the opening and what predecessors closed under the
    same root included.
    """

    terms: Terms
    agreement: bytes
    records: Sequence[DailyRecord]
    line: LineOf
    root: bytes = b""
    inherited: int = 0
    serves: bool = False
    ended: bool = False
    balance_cents: int = 0
    generation_wh: int = 0
    exported_wh: int = 0
    closed_through: int = 0
    boundary_day: int = 0
    periods: int = 0
    account: AccountWord = NO_ACCOUNT
    done: dict[int, Recomputed] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """An agreement that nothing was handed over to has a numbering of its own."""
        self.root = self.root or self.agreement

    @property
    def opening(self) -> int:
        """The number of the opening statement."""
        return self.terms.first_month - 1

    @property
    def pending(self) -> bool:
        """Whether something waits for the next statement."""
        return replace(self.account, acts=0, alarm_day=0) != NO_ACCOUNT

    @property
    def last_lit(self) -> int:
        """The last day of the last statement that was not dark; before the first statement the last closed day."""
        for number in range(self.periods, self.opening - 1, -1):
            if number in self.done and not windows.is_dark(self.statement(number)):
                return self.statement(number).last_day
        return self.closed_through

    def statement(self, number: int) -> Statement:
        """A statement that is closed. Raises NoSuchStatement."""
        if number not in self.done:
            raise NoSuchStatement(number)
        return self.done[number].statement

    def serve(self) -> None:
        """The meter answers that it serves the agreement: billing begins on the term's first day, or goes on."""
        self.serves = True
        if not self.closed_through:
            self.closed_through, self.periods = self.terms.first_day - 1, self.opening

    def close(self, heard: int = FOREVER, waited: int = 0, *, hands_over: bool = False) -> Recomputed:
        """The next month, when the meter had recorded up to the day `heard`; `waited` has a bit a clause.

        The month is silent where no meter serves, or it had not recorded the month's last day or a later one. One that
        is closed for a handover is not the agreement's last.
        """
        last_day = calendar.month_end(self.closed_through + 1)
        silent = not self.serves or heard < last_day
        record = None if silent else energy.last_until(self.records, last_day)
        if record is not None and record.day <= self.closed_through:
            record = None
        last = self.periods + 1 == self.terms.months and not hands_over
        if not silent:
            self._open(last_day)
        return self._close(last_day, record, silent=silent, last=last, waited=waited)

    def close_last(self, heard: int = FOREVER, waited: int = 0) -> Recomputed:
        """The last period of an agreement that ends before its term, up to the meter's last record by then, if any."""
        record = energy.last_until(self.records, heard) if self.serves else None
        last_day = max(self.closed_through, record.day if record else 0)
        if record is not None and record.day <= self.boundary_day:
            record = None
        if self.serves:
            self._open(heard)
        return self._close(last_day, record, silent=not self.serves, last=True, waited=waited)

    def _close(self, last_day: int, record: DailyRecord | None, *, silent: bool, last: bool, waited: int) -> Recomputed:
        before = self._before()
        period, flags = self._measure(before, last_day, record, last=last)
        if silent:
            flags |= StatementFlag.SILENT
        lines, clause_flags = self._assess(period, waited)
        if self.account.cents:
            lines.append(self.account.cents)
        self.account = replace(self.account, cents=0, late_cent_days=0)
        self.balance_cents += sum(lines)
        self.periods, self.closed_through, self.ended = period.number, last_day, last
        registers = (period.generation_register_wh, period.exported_register_wh)
        days = (last_day, period.boundary_day, 0)
        statement = Statement(period.number, sum(lines), *registers, *days, 0, flags | clause_flags)
        done = Recomputed(statement, tuple(lines), self.balance_cents, period.generation_wh, period.exported_wh)
        self.done[period.number] = done
        return done

    def _open(self, until: int) -> None:
        """The meter's registers before anything was taken from it, by its records up to a day."""
        if self.boundary_day:
            return
        found = energy.opening(self.records, min(self.last_lit, until), until)
        if found is not None:
            self._take(found)

    def _before(self) -> Statement:
        """The last statement; before the first period the opening one, which has the registers of the day before."""
        if self.periods not in self.done:
            day, generation, exported = self.boundary_day, self.generation_wh, self.exported_wh
            if day > self.closed_through:
                day = generation = exported = 0
            flags = StatementFlag.EARLY_BOUNDARY if 0 < day < self.closed_through else StatementFlag(0)
            statement = Statement(self.periods, 0, generation, exported, self.closed_through, day, 0, 0, flags)
            self.done[self.periods] = Recomputed(statement, (), self.balance_cents, 0, 0)
        return self.done[self.periods].statement

    def _measure(
        self, before: Statement, last_day: int, record: DailyRecord | None, *, last: bool
    ) -> tuple[Period, StatementFlag]:
        flags = StatementFlag.LAST if last else StatementFlag(0)
        run = before.flags.dark_months if windows.is_dark(before) else 0
        opens = bool(self.boundary_day and not before.boundary_day)
        if opens:  # what is recorded is of no month before the meter's first record
            run = max(0, min(run, calendar.months_between(self.boundary_day + 1, self.closed_through + 1)))
        generation = exported = 0
        if record is None:
            flags |= StatementFlag.DARK | dark_run(run + 1)
        else:
            flags |= dark_run(run if opens else 0)
            registers = (self.generation_wh, self.exported_wh)
            found = energy.counted(record, *registers, self.boundary_day, self.terms.max_power_w)
            generation, exported = found.generation_wh, found.exported_wh
            if not found.possible:
                flags |= StatementFlag.IMPOSSIBLE
            self._take(record)
        generation, generation_rest = energy.corrected(generation, self.account.generation_wh)
        exported, exported_rest = energy.corrected(exported, self.account.exported_wh)
        self.account = replace(self.account, generation_wh=generation_rest, exported_wh=exported_rest)
        boundary_day = self.boundary_day or before.boundary_day  # a new meter that recorded nothing yet moves none
        if boundary_day < last_day:
            flags |= StatementFlag.EARLY_BOUNDARY
        in_arrears = max(0, self.balance_cents - before.amount_cents) * (last_day - self.closed_through)
        period = Period(
            agreement=self.agreement,
            number=self.periods + 1,
            months=self.terms.months,
            opening=self.opening,
            dark_before=run if opens or before.boundary_day else 0,
            first_day=self.closed_through + 1,
            last_day=last_day,
            boundary_day=boundary_day,
            dark=record is None,
            last=last,
            waited=False,
            generation_wh=generation,
            exported_wh=exported,
            generation_register_wh=before.generation_wh + generation,
            exported_register_wh=before.exported_wh + exported,
            balance_cents=self.balance_cents,
            overdue_cent_days=in_arrears + self.account.late_cent_days,
        )
        return period, flags

    def _take(self, record: DailyRecord) -> None:
        self.generation_wh, self.exported_wh = record.generation_wh, record.exported_wh
        self.boundary_day = record.day

    def _assess(self, period: Period, waited: int) -> tuple[list[int], StatementFlag]:
        """The clauses' lines, and the flags of those that failed or gave a substitute."""
        lines, flags = [], StatementFlag(0)
        for index in range(len(self.terms.clauses)):
            given = replace(period, waited=bool(waited >> index & 1))
            line = self.line(index, given, self.statement)
            if line is None:
                flags |= StatementFlag.CLAUSE_FAILED | clause_bits(1 << index)
            elif line.substituted:
                flags |= StatementFlag.SUBSTITUTED | clause_bits(1 << index)
            lines.append(line.cents if line else 0)
        return lines, flags
