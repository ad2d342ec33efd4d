"""The words of storage, packed as sums of fields, high to low (docs/formats.md)."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from enum import IntEnum, IntFlag
from typing import Any, Self

from ppa.errors import BadWord


class Status(IntEnum):
    """Where an agreement stands."""

    NONE = 0
    PROPOSED = 1
    WITHDRAWN = 2
    REJECTED = 3
    SIGNED = 4
    RUNNING = 5
    ENDED = 6
    HANDED_OVER = 7


class PaymentStatus(IntEnum):
    """Where a payment stands."""

    UNKNOWN = 0
    DECLARED = 1
    DENIED = 2
    CONFIRMED = 3
    REFUSED = 4


class StatementFlag(IntFlag):
    """What is special about a statement.

    EARLY_BOUNDARY: the boundary day is before the last day. DARK: nothing was taken from the meter; bits 8 to 15
    count how many months in a row were dark. CLAUSE_FAILED: a clause gave nothing. SUBSTITUTED: a clause's line rests
    on a substitute; bits 16 to 31 say which clauses failed or substituted. SILENT: closed before the meter said
    anything of the month's end. IMPOSSIBLE: a record with more energy than the plant can make was passed over. LAST:
    the agreement ended with it.
    """

    EARLY_BOUNDARY = 1
    DARK = 2
    CLAUSE_FAILED = 4
    SUBSTITUTED = 8
    SILENT = 16
    IMPOSSIBLE = 32
    LAST = 64

    @property
    def dark_months(self) -> int:
        """Of a dark statement: how many months in a row, it included, were dark.

        Of one that takes the meter's first record: how many dark months right before it have energy in it. At most 255.
        """
        return int(self) >> DARK_PLACE & MOST_DARK_MONTHS

    @property
    def clauses(self) -> int:
        """A bit for each clause, from the lowest on, that failed or gave a substitute."""
        return int(self) >> CLAUSES_PLACE


DARK_PLACE, CLAUSES_PLACE = 8, 16
MOST_DARK_MONTHS = 255


def dark_run(months: int) -> StatementFlag:
    """The bits of a count of dark months."""
    return StatementFlag(min(months, MOST_DARK_MONTHS) << DARK_PLACE)


def clause_bits(clauses: int) -> StatementFlag:
    """The bits that say which clauses failed or gave a substitute, from a bit for each."""
    return StatementFlag(clauses << CLAUSES_PLACE)


def _bits(name: str, width: int, kind: Callable[[int], Any] = int, *, signed: bool = False) -> Any:
    """A field of a word: its name in docs/formats.md, its bits and its type."""
    return field(metadata={"name": name, "width": width, "kind": kind, "signed": signed})


@dataclass(frozen=True)
class Word:
    """Fields of a word, high to low; the bits above the first one are free."""

    def pack(self) -> int:
        """The word. Raises BadWord if a field does not fit."""
        word = 0
        for one in fields(self):
            value, width, signed = int(getattr(self, one.name)), one.metadata["width"], one.metadata["signed"]
            low = -(1 << width - 1) if signed else 0
            if not low <= value < low + (1 << width):
                raise BadWord(one.metadata["name"], value, width, signed=signed)
            word = word << width | value % (1 << width)
        return word

    @classmethod
    def unpack(cls, word: int) -> Self:
        """The fields of a word. Raises BadWord for a number that is no word, or a value that a field cannot have."""
        if not 0 <= word < 2**256:
            raise BadWord("word", word, 256)
        values: dict[str, Any] = {}
        for one in reversed(fields(cls)):
            width, kind = one.metadata["width"], one.metadata["kind"]
            value = word % (1 << width)
            word >>= width
            if one.metadata["signed"] and value >> width - 1:
                value -= 1 << width
            try:
                values[one.name] = kind(value)
            except ValueError as problem:
                raise BadWord(one.metadata["name"], value, width) from problem
        return cls(**values)


@dataclass(frozen=True)
class MeterWord(Word):
    """`head 160 | generation 40 | exported 40 | day 16`; registers in Wh."""

    head: int = _bits("head", 160)
    generation_wh: int = _bits("generation", 40)
    exported_wh: int = _bits("exported", 40)
    day: int = _bits("day", 16)

    @property
    def is_empty(self) -> bool:
        """Whether this is the word of a meter that has never recorded."""
        return self.pack() == 0


@dataclass(frozen=True)
class AgreementWord(Word):
    """`(free) 8 | balance 56 s | generation 40 | exported 40 | closedThrough 16 | boundaryDay 16 | signedBlock 32 |
    proposedBlock 32 | periods 12 | pending 1 | status 3`.

    Balance in cents, positive: the consumer owes. Registers in Wh: the meter's on `boundary_day`.
    """

    balance_cents: int = _bits("balance", 56, signed=True)
    generation_wh: int = _bits("generation", 40)
    exported_wh: int = _bits("exported", 40)
    closed_through: int = _bits("closedThrough", 16)
    boundary_day: int = _bits("boundaryDay", 16)
    signed_block: int = _bits("signedBlock", 32)
    proposed_block: int = _bits("proposedBlock", 32)
    periods: int = _bits("periods", 12)
    pending: bool = _bits("pending", 1, bool)
    status: Status = _bits("status", 3, Status)  # noqa: RUF009 - a field of its own each time


@dataclass(frozen=True)
class AccountWord(Word):
    """`(free) 8 | lateCentDays 72 s | cents 48 s | generation 40 s | exported 40 s | alarmDay 16 | acts 32`.

    Cent-days, cents and Wh (corrections) wait for the next statement; `acts` were done or voided.
    """

    late_cent_days: int = _bits("lateCentDays", 72, signed=True)
    cents: int = _bits("cents", 48, signed=True)
    generation_wh: int = _bits("generation", 40, signed=True)
    exported_wh: int = _bits("exported", 40, signed=True)
    alarm_day: int = _bits("alarmDay", 16)
    acts: int = _bits("acts", 32)


@dataclass(frozen=True)
class StatementWord(Word):
    """`amount 56 s | generation 44 | exported 44 | lastDay 16 | boundaryDay 16 | closedOn 16 | closedBlock 32 | flags
    32`.

    Amount in cents, positive: the consumer owes; registers in Wh billed by the end of `last_day`, measured on
    `boundary_day`; closed on a day of Greenwich, in a block.
    """

    amount_cents: int = _bits("amount", 56, signed=True)
    generation_wh: int = _bits("generation", 44)
    exported_wh: int = _bits("exported", 44)
    last_day: int = _bits("lastDay", 16)
    boundary_day: int = _bits("boundaryDay", 16)
    closed_on: int = _bits("closedOn", 16)
    closed_block: int = _bits("closedBlock", 32)
    flags: StatementFlag = _bits("flags", 32, StatementFlag)  # noqa: RUF009 - a field of its own each time


@dataclass(frozen=True)
class ClaimsWord(Word):
    """`(free) 159 | decided 1 | producer 48 | consumer 48`; what each party claims of a statement, in cents."""

    decided: bool = _bits("decided", 1, bool)
    producer_cents: int = _bits("producer", 48)
    consumer_cents: int = _bits("consumer", 48)


@dataclass(frozen=True)
class PaymentWord(Word):
    """`(free) 232 | declaredOn 16 | status 8`; declared on a day of Greenwich."""

    declared_on: int = _bits("declaredOn", 16)
    status: PaymentStatus = _bits("status", 8, PaymentStatus)  # noqa: RUF009 - a field of its own each time


@dataclass(frozen=True)
class NoticeWord(Word):
    """`(free) 222 | isFinal 1 | cured 1 | clause 16 | day 16`; notified on a day of Greenwich, of a clause from 0."""

    is_final: bool = _bits("isFinal", 1, bool)
    cured: bool = _bits("cured", 1, bool)
    clause: int = _bits("clause", 16)
    day: int = _bits("day", 16)


@dataclass(frozen=True)
class AnnouncementWord(Word):
    """`digest 232 | ends 8 | day 16`; the highest bits of the act's digest, announced on a day of Greenwich."""

    digest: int = _bits("digest", 232)
    ends: bool = _bits("ends", 8, bool)
    day: int = _bits("day", 16)
