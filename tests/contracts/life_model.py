"""An agreement beside its model: what each use of a right meets, and what the words of storage are, by `ppa`'s replay.

The actors of tests/contracts/life.py ask it before they try something. What closes months is tried on a copy: the error
that it meets, or the copy, which is then the model.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field, replace

from ppa import calendar
from ppa.acts import Act
from ppa.clauses import ExitTable, Line, Told
from ppa.clauses.kind import ClauseKind
from ppa.errors import NoIndexValue, NoSuchStatement
from ppa.records import DailyRecord
from ppa.statements import Period, Statement
from ppa.storage_words import ClaimsWord, StatementFlag
from ppa.verify.recompute import NO_CLAIMS, Recomputed, Replay
from tests.contracts.world import DARK_DAYS, ENDED, NOTICE_LASTS, RUNNING, SIGNED, Terms

MOST_BILLED, MOST_BALANCE, MOST_CENTS, MOST_CENT_DAYS, MOST_CORRECTION = 2**44 - 1, 2**55, 2**47, 2**71, 2**39
EXIT = 2  # which clause is the exit
GOOD, SUBSTITUTES, SUBSTITUTES_WAITED = 0, 9, 10  # of an OddClause: the other modes give nothing


@dataclass(frozen=True)
class Odd:
    """A clause of the tests' own: how it assesses, and its argument."""

    how: int
    argument: int

    def line(self, period: Period, _: Told) -> Line:
        """Its line. Raises NoSuchStatement where it gives none."""
        if self.how in (GOOD, SUBSTITUTES) or (self.how == SUBSTITUTES_WAITED and period.waited):
            return Line(self.argument, self.how != GOOD)
        raise NoSuchStatement(0)


class Watched(Replay):
    """A replay that also keeps which days of the meter it billed: after the first of two days, up to the second."""

    taken: tuple[tuple[int, int], ...] = ()

    def _close(self, last_day: int, record: DailyRecord | None, *, silent: bool, last: bool, waited: int) -> Recomputed:
        since = self.boundary_day
        done = super()._close(last_day, record, silent=silent, last=last, waited=waited)
        if record is not None and StatementFlag.IMPOSSIBLE not in done.statement.flags:
            self.taken = (*self.taken, (since, record.day))
        return done


def watched(replay: Replay) -> Watched:
    """The same, and nothing billed yet."""
    return Watched(**{name: getattr(replay, name) for name in Replay.__dataclass_fields__})


@dataclass
class Chain:
    """An agreement and all that it was handed over to: what the meters counted of it, what was corrected,
    and the registers of the first opening statement; in Wh.
    """

    counted: tuple[int, int] = (0, 0)
    corrected: tuple[int, int] = (0, 0)
    origin: tuple[int, int] | None = None


@dataclass
class Deal:
    """An agreement: its terms, its model, and what a model of statements alone does not know.

    `kinds` are its clauses, `history` what its meter recorded, `stamps` the day and block in which each statement was
    closed, `lost` the parties whose keys are lost or that never answer; `root` is shared with what it goes on from.
    """

    terms: Terms
    id: bytes
    replay: Watched
    kinds: tuple[ClauseKind | Odd, ...]
    history: list[DailyRecord]
    blocks: list[int]
    status: int
    chain: Chain
    stamps: dict[int, tuple[int, int]] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    predecessor: "Deal | None" = None
    successor: "Deal | None" = None
    announced: "tuple[Act, Deal | None] | None" = None

    # --------------------------------------------------------------------------------------------------------- reading

    @property
    def goes_on(self) -> bool:
        """Whether its months are closed."""
        return self.status == RUNNING or (self.status == SIGNED and self.replay.closed_through > 0)

    @property
    def served(self) -> bool:
        """Whether it has, or had, statements, or waits for a new meter."""
        return self.goes_on or self.status == ENDED

    @property
    def last_record(self) -> int:
        """The day of the meter's last record."""
        return self.history[-1].day if self.history else 0

    @property
    def parties(self) -> tuple[str, str]:
        """Producer and consumer."""
        return self.terms.producer, self.terms.consumer

    @property
    def holds_root(self) -> bool:
        """Whether nothing goes on with its numbering."""
        return self.successor is None or self.successor.replay.root != self.replay.root

    @property
    def exit(self) -> ExitTable:
        """Its exit clause."""
        table = self.kinds[EXIT]
        assert isinstance(table, ExitTable)
        return table

    def claims(self, number: int) -> ClaimsWord:
        """What is claimed of a statement."""
        return self.replay.claims.get(number, NO_CLAIMS)

    def is_open(self, number: int) -> bool:
        """Whether a statement is disputed and not decided."""
        return number in self.replay.claims and not self.claims(number).decided

    @property
    def heard(self) -> int:
        """The last day of which the meter that serves has said something."""
        lit = self.replay.last_lit
        return max(lit, self.last_record) if self.status == RUNNING else lit

    # --------------------------------------------------------------------------------------------------------- trying

    def copy(self) -> "Deal":
        """A model to try something on."""
        twin, replay = copy(self), copy(self.replay)
        replay.done, replay.claims, replay.payments = dict(replay.done), dict(replay.claims), dict(replay.payments)
        twin.replay = replay
        return twin

    def adopt(self, trial: "Deal", today: int, block: int) -> None:
        """What was tried on a copy was done, on a day of Greenwich in a block."""
        self.replay, self.status = trial.replay, trial.status
        for number in self.replay.done:
            self.stamps.setdefault(number, (today, block))

    # --------------------------------------------------------------------------------------------------------- closing

    def is_dark(self, last_day: int, today: int) -> bool:
        """Whether a month is over for long without a word of the meter."""
        return today > last_day + DARK_DAYS and (self.status != RUNNING or self.last_record < last_day)

    def try_close(self, today: int) -> str | None:
        """A month, on the model; the error that closing it meets."""
        if not self.goes_on:
            return "WrongStatus"
        last_day = calendar.month_end(self.replay.closed_through + 1)
        if not self.is_dark(last_day, today):
            if self.status != RUNNING:
                return "NotDarkYet"
            if self.last_record < last_day:
                return "MonthNotEnded"
        return self._month(today, self.terms.disputeDays, excuses=False)

    def _month(self, today: int, patience: int, *, excuses: bool, hands_over: bool = False) -> str | None:
        last_day = calendar.month_end(self.replay.closed_through + 1)
        waited = self._waited(last_day, today, patience, excuses=excuses)
        done = self.replay.close(self.last_record, waited, hands_over=hands_over)
        return self._closed(done, waited)

    def _waited(self, last_day: int, today: int, patience: int, *, excuses: bool) -> int:
        """A bit for each clause that is not waited for: none is, long after the period."""
        if today > last_day + patience:
            return 2 ** len(self.kinds) - 1
        if excuses and self.replay.periods > self.replay.inherited:
            before = self.replay.done.get(self.replay.periods)
            return before.statement.flags.clauses if before else 0
        return 0

    def _closed(self, done: Recomputed, waited: int) -> str | None:
        """The error that a period meets once it is counted."""
        if max(done.statement.generation_wh, done.statement.exported_wh) > MOST_BILLED:
            return "BilledTooMuch"
        if done.statement.flags.clauses & ~waited:
            return "ClauseFailed"
        if not _fits(self.replay.balance_cents, MOST_BALANCE):
            return "BalanceTooLarge"
        if self.replay.ended:
            self.status = ENDED
        return None

    # ------------------------------------------------------------------------------------------------ ends, handovers

    def catch_up(self, today: int, patience: int, *, excuses: bool, hands_over: bool = False) -> str | None:
        """The months that anybody could close, on the model; the error that this meets."""
        until = self.last_record if self.status == RUNNING else 0
        while self.goes_on and self.replay.periods < self.terms.months:
            last_day = calendar.month_end(self.replay.closed_through + 1)
            if not self.is_dark(last_day, today) and last_day > until:
                break
            if error := self._month(today, patience, excuses=excuses, hands_over=hands_over):
                return error
        return None

    def end(self, today: int, patience: int, *, excuses: bool) -> str | None:
        """The last period, on the model; the error that it meets."""
        last_day = max(self.replay.closed_through, self.last_record if self.status == RUNNING else 0)
        waited = self._waited(last_day, today, patience, excuses=excuses)
        return self._closed(self.replay.close_last(self.last_record, waited), waited)

    def try_alone(self, today: int) -> str | None:
        """What one party ends catches up first, and must leave something to end."""
        if not self.goes_on:
            return "WrongStatus"
        if error := self.catch_up(today, self.terms.disputeDays, excuses=True):
            return error
        return None if self.goes_on else "TermOver"

    def try_act(self, act: Act, after: "Deal | None", today: int) -> str | None:
        """What both do together, on the model; the error that it meets behind signatures and numbers."""
        ends = act.successor == self.id
        if act.successor != bytes(32):
            if self.status == ENDED:
                return "OnlyCentsLeft"
            if error := self.catch_up(today, 0, excuses=False, hands_over=not ends):
                return error
        if act.settles and not self.is_open(act.settles):
            return "NoOpenDispute"
        if error := self._adjusted(act):
            return error
        self.replay.act(act)
        if ends:
            error = self._ended(today)
        elif act.successor != bytes(32):
            error = self._follows(act.successor, after)
        return error or self.stored()

    def _ended(self, today: int) -> str | None:
        """An end of both: of what goes on, or what no meter ever served; the term may be over by now."""
        if self.goes_on:
            return self.end(today, 0, excuses=False)
        if self.status != ENDED:
            self.replay.end_unserved()
            self.status = ENDED
        return None

    def _adjusted(self, act: Act) -> str | None:
        ends, moves = act.successor == self.id, bool(act.generation_wh or act.exported_wh)
        if not _fits(act.cents, MOST_CENTS):
            return "CentsOutside"
        if self.status == ENDED:
            if moves or not (ends or act.successor == bytes(32)):
                return "OnlyCentsLeft"
            return None if _fits(self.replay.balance_cents + act.cents, MOST_BALANCE) else "BalanceTooLarge"
        if not self.replay.closed_through and (moves or not ends):
            return "NeverServed"
        account = self.replay.account
        sums = (account.generation_wh + act.generation_wh, account.exported_wh + act.exported_wh)
        fit = all(_fits(wh, MOST_CORRECTION) for wh in sums)
        return None if fit or not moves else "CorrectionTooLarge"

    def _follows(self, named: bytes, after: "Deal | None") -> str | None:
        """What a handover meets in the terms of the successor."""
        if after is None:
            return "NotTheSuccessor"
        if after.status != SIGNED:
            return "WrongStatus"
        if after.id != named:
            return "NotTheSuccessor"
        old, new = self.terms, after.terms
        if new.supersedes != self.id:
            return "SupersedesAnother"
        if new.currency != old.currency:
            return "OtherCurrency"
        if not self.goes_on:
            return "NeverServed"
        same = (new.firstDay, new.firstMonth) == (old.firstDay, old.firstMonth) and new.months > self.replay.periods
        return None if same or new.firstDay == self.replay.closed_through + 1 else "TermDoesNotFollow"

    def stored(self) -> str | None:
        """What storing the account meets."""
        account = self.replay.account
        fits = _fits(account.cents, MOST_CENTS) and _fits(account.late_cent_days, MOST_CENT_DAYS)
        return None if fits else "CentsOutside"

    # ------------------------------------------------------------------------------------------------------- announced

    def refuses_narrow(self, act: Act, after: "Deal | None", today: int) -> str | None:
        """What is beyond one party and the arbiter."""
        if act.generation_wh or act.exported_wh or act.cents or act.settles or act.successor == bytes(32):
            return "BeyondTheArbiter"
        if act.successor == self.id:
            return None if today > self.heard + DARK_DAYS else "MeterNotDead"
        if after is None or after.id != act.successor:
            return "NotTheSuccessor"
        old = self.terms
        named = {"wordsHash": old.wordsHash, "supersedes": old.supersedes, "salt": old.salt}
        keys = {"producer": old.producer, "consumer": old.consumer, "meter": old.meter, "arbiter": old.arbiter}
        return None if after.terms._replace(**named, **keys) == old else "NotTheSameDeal"

    def refuses_announcing(self, act: Act, digest: bytes, used: set[bytes], today: int) -> str | None:
        """What an announcement meets behind the signatures."""
        before = self.replay.announcement
        if digest in used:
            return "AlreadyAnnounced"
        lapsed = today > before.day + self.terms.noticeDays + NOTICE_LASTS
        return None if before.ends or not before.day or lapsed else "AnnouncementPending"

    def try_execute(self, act: Act, digest: bytes, after: "Deal | None", today: int) -> str | None:
        """What was announced is done, on the model; the error that it meets."""
        announced, days = self.replay.announcement, self.terms.noticeDays
        if not self.goes_on:
            return "WrongStatus"
        if not announced.day or announced.digest != int.from_bytes(digest) >> 24:
            return "NotAnnounced"
        if today < announced.day + days:
            return "NoticeNotOver"
        if today > announced.day + days + NOTICE_LASTS:
            return "NoticeLapsed"
        if error := self.refuses_narrow(act, after, today):
            return error
        self.replay.forget_announced()
        ends = act.successor == self.id
        if error := self.catch_up(today, self.terms.disputeDays, excuses=True, hands_over=not ends):
            return error
        error = None
        if not ends:
            error = self._follows(act.successor, after)
        elif self.goes_on:
            error = self.end(today, self.terms.disputeDays, excuses=True)
        return error or self.stored()


def _fits(value: int, most: int) -> bool:
    return -most <= value < most


LineOf = Callable[[int, Period, Callable[[int], Statement]], Line | None]


def lines_of(kinds: tuple[ClauseKind | Odd, ...], index: Callable[[str, int], int]) -> LineOf:
    """What clauses answer, by their index; None where one fails."""

    def line(which: int, period: Period, statements: Callable[[int], Statement]) -> Line | None:
        try:
            return kinds[which].line(period, Told(statements, index))
        except (NoIndexValue, NoSuchStatement):
            return None

    return line


def succeed(old: Deal, new: Deal) -> None:
    """What was handed over, on both models: the old one's months are closed."""
    voided = new.replay.account.acts
    replay = old.replay.successor(new.replay.terms, new.id, new.history, new.replay.line)
    new.replay = watched(replay)
    new.replay.account = replace(replay.account, acts=voided)
    new.stamps = {number: stamp for number, stamp in old.stamps.items() if number in replay.done}
    if replay.root == new.id and replay.periods in replay.done:
        new.stamps = {replay.periods: old.stamps[old.replay.periods]}
    if replay.serves:
        new.status = RUNNING
    new.predecessor, old.successor, new.chain = old, new, old.chain
    old.replay.balance_cents = 0
    account = old.replay.account
    old.replay.account = replace(account, cents=0, late_cent_days=0, generation_wh=0, exported_wh=0)
