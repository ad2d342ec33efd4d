"""An agreement beside its model: what each act meets, and what the words of storage are, as `ppa`'s replay has it.

The players of tests/contracts/life.py ask it before they try something. What an end or a handover meets in open months
is tried on a copy of the replay.
"""

from dataclasses import dataclass, field

from ppa import calendar
from ppa.clauses import ExitTable
from ppa.errors import BadRecord
from ppa.records import DailyRecord
from ppa.verify.recompute import Replay
from tests.contracts.world import ENDED, RUNNING, SIGNED, Terms

PRODUCER_CLAIMS, RESOLVED, CONSUMER_CLAIMS = 8, 16, 32


@dataclass
class Deal:
    """An agreement: its terms, its model, and what a model of statements alone does not know.

    `history` is what its meter recorded, `failing` a bit for each clause that always fails, `closed_on` the day and the
    block in which each statement was closed, `payments` whether each was declared (1) or confirmed (2).
    """

    terms: Terms
    id: bytes
    replay: Replay
    history: list[DailyRecord]
    exit: ExitTable
    failing: int
    blocks: tuple[int, int]
    heir_of: "Deal | None" = None
    status: int = SIGNED
    carried: bool = False
    closed_on: dict[int, tuple[int, int]] = field(default_factory=dict)
    payments: dict[tuple[int, int, bytes], int] = field(default_factory=dict)

    @property
    def billed(self) -> bool:
        return self.status in (RUNNING, ENDED) or (self.status == SIGNED and self.carried)

    @property
    def last_record(self) -> int:
        return self.history[-1].day if self.history else 0

    @property
    def first_statement(self) -> int:
        """The first that is stored under the agreement itself."""
        before = self.heir_of
        return before.replay.periods if before and before.terms.firstDay == self.terms.firstDay else 0

    @property
    def month_to_close(self) -> int:
        """The last day of the month that comes next."""
        return calendar.month_end((self.replay.closed_day or self.terms.firstDay - 1) + 1)

    def is_open(self, number: int) -> bool:
        """Whether a statement is disputed and not resolved."""
        flags = self.replay.done[number].statement.flags
        return bool(flags & (PRODUCER_CLAIMS | CONSUMER_CLAIMS)) and not flags & RESOLVED

    # --------------------------------------------------------------------------------------------------------- closing

    def refuses_close(self, today: int) -> str | None:
        """The error that closing meets."""
        return self._month_lacks() or self._impossible() or self._waits(today)

    def _month_lacks(self) -> str | None:
        if self.status != RUNNING:
            return "WrongStatus"
        if not self.replay.closed_day:
            if self.last_record < self.terms.firstDay - 1:
                return "MonthNotEnded"
            if not any(record.day < self.terms.firstDay for record in self.history):
                return "NoOpeningRecord"
        return None if self.last_record >= self.month_to_close else "MonthNotEnded"

    def _impossible(self) -> str | None:
        """What closing meets in the energy: tried on a copy of the model."""
        try:
            copy_of(self.replay).close(failed=self.failing)
        except BadRecord as refused:
            return "EnergyImpossible" if "give" in str(refused) else "NoOpeningRecord"
        return None

    def _waits(self, today: int) -> str | None:
        """A clause that fails gives nothing only when the days of dispute after the period are over."""
        return "ClauseFailed" if self.failing and today <= self.month_to_close + self.terms.disputeDays else None

    def close(self) -> None:
        """A month, in the model."""
        self.replay.close(failed=self.failing)
        if self.replay.periods == self.terms.months:
            self.status = ENDED

    def kept(self, today: int, block: int) -> None:
        """On which day and in which block the statements were closed that are new."""
        for number in self.replay.done:
            self.closed_on.setdefault(number, (today, block))

    # ------------------------------------------------------------------------------------------------ ends, handovers

    def refuses_end(self, today: int, patience: int) -> str | None:
        """The error that an end meets in open months and in the part of one."""
        trial = copy_of(self.replay)
        return self.catch_up(trial, self.last_record, today, patience) or self.last_part(trial, today, patience)

    def catch_up(self, replay: Replay, until: int, today: int, patience: int) -> str | None:
        """Closes the months that end before the day `until`; the error that it meets."""
        if self.status != RUNNING:
            return None
        if not replay.closed_day and until >= self.terms.firstDay:
            try:
                replay.open()
            except BadRecord:
                return None
        while replay.closed_day and replay.periods < self.terms.months:
            last_day = calendar.month_end(replay.closed_day + 1)
            if last_day >= until:
                break
            if error := self._closed_anyhow(replay, last_day, None, today - patience):
                return error
        return None

    def last_part(self, replay: Replay, today: int, patience: int) -> str | None:
        """Closes the part of a month in which an agreement ends, if there is one; the error that it meets."""
        if self.status != RUNNING or not replay.closed_day:
            return None
        last = self.last_record
        error = None
        if last > replay.closed_day and replay.periods < self.terms.months:
            error = self._closed_anyhow(replay, last, last, today - patience)
        billed = (replay.generation_wh, replay.exported_wh)
        recorded = self.history[-1]
        if last >= replay.boundary_day and billed != (recorded.generation_wh, recorded.exported_wh):
            return error or "CorrectionNotBilled"
        return error

    def _closed_anyhow(self, replay: Replay, last_day: int, part: int | None, waited_to: int) -> str | None:
        """A close within an end or a handover: a clause that gave nothing in the last statement is not waited for."""
        excused = int(replay.done[replay.periods].statement.flags) >> 16
        try:
            replay.close(part, self.failing)
        except BadRecord:
            return "EnergyImpossible"
        return "ClauseFailed" if self.failing & ~excused and waited_to <= last_day else None

    def finish(self, today: int, block: int) -> None:
        """The end: the last part, and what is left."""
        self.last_part(self.replay, today, 0)
        self.kept(today, block)
        self.replay.finish()
        self.status = ENDED

    # -------------------------------------------------------------------------------------------------------- disputes

    def flagged_before(self, number: int) -> None:
        """A statement of a predecessor is flagged where it stands; the copy that an heir began with, in the heir."""
        heir, before = self, self.heir_of
        while before and number < heir.first_statement and number in before.replay.done:
            flags = heir.replay.done[number].statement.flags
            before.replay._flag(number, flags ^ before.replay.done[number].statement.flags)
            heir, before = before, before.heir_of


def copy_of(replay: Replay) -> Replay:
    """A model to try something on."""
    known = {name: getattr(replay, name) for name in replay.__dataclass_fields__}
    return Replay(**known | {"done": dict(replay.done)})
