"""The four storage words, packed as sums of fields, high to low (formats.md)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import Self

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


class StatementFlag(IntFlag):
    """What is special about a statement.

    EARLY_BOUNDARY: the boundary day is before the last day. DARK: no record in the month. CLAUSE_FAILED: the clauses of
    bits 16 to 31 gave nothing. PRODUCER_CLAIMS, CONSUMER_CLAIMS, RESOLVED: of a dispute; the greater claim has as many
    bits as bits 8 to 13 say.
    """

    EARLY_BOUNDARY = 1
    DARK = 2
    CLAUSE_FAILED = 4
    PRODUCER_CLAIMS = 8
    RESOLVED = 16
    CONSUMER_CLAIMS = 32


CLAIM_PLACE = 8
CLAIM_MASK = 63 << CLAIM_PLACE
FAILED_PLACE = 16
WHICH_FAILED = StatementFlag(0xFFFF0000)
# What a statement says of itself when it is closed; the other flags are of a dispute that comes later.
CLOSING_FLAGS = StatementFlag(0xFFFF0007)


@dataclass(frozen=True)
class MeterWord:
    """`head 160 | generation 40 | exported 40 | day 16`; registers in Wh."""

    head: int
    generation_wh: int
    exported_wh: int
    day: int

    def pack(self) -> int:
        """The word. Raises BadWord if a field does not fit."""
        return _pack(
            [
                ("head", self.head, 160),
                ("generation", self.generation_wh, 40),
                ("exported", self.exported_wh, 40),
                ("day", self.day, 16),
            ]
        )

    @classmethod
    def unpack(cls, word: int) -> Self:
        """The fields of a word."""
        return cls(*_unpack(word, (160, 40, 40, 16)))

    @property
    def is_empty(self) -> bool:
        """Whether this is the word of a meter that has never recorded."""
        return self.pack() == 0


@dataclass(frozen=True)
class AgreementWord:
    """`balance 56 | generation 44 | exported 44 | closedDay 16 | boundaryDay 16 | signedAt 32 | proposedAt 32 |
    periods 12 | pending 1 | status 3`.

    Balance in signed cents, positive: the consumer owes. Registers, signed: the meter's up to which energy was billed.
    """

    balance_cents: int
    generation_wh: int
    exported_wh: int
    closed_day: int
    boundary_day: int
    signed_at: int
    proposed_at: int
    periods: int
    pending: bool
    status: Status

    def pack(self) -> int:
        """The word. Raises BadWord if a field does not fit."""
        return _pack(
            [
                ("balance", _twos(self.balance_cents, 56, "balance"), 56),
                ("generation", _twos(self.generation_wh, 44, "generation"), 44),
                ("exported", _twos(self.exported_wh, 44, "exported"), 44),
                ("closedDay", self.closed_day, 16),
                ("boundaryDay", self.boundary_day, 16),
                ("signedAt", self.signed_at, 32),
                ("proposedAt", self.proposed_at, 32),
                ("periods", self.periods, 12),
                ("pending", int(self.pending), 1),
                ("status", int(self.status), 3),
            ]
        )

    @classmethod
    def unpack(cls, word: int) -> Self:
        """The fields of a word."""
        fields = tuple(_unpack(word, (56, 44, 44, 16, 16, 32, 32, 12, 1, 3)))
        balance, generation, exported, closed, boundary, signed, proposed, periods, pending, status = fields
        return cls(
            balance_cents=_signed(balance, 56),
            generation_wh=_signed(generation, 44),
            exported_wh=_signed(exported, 44),
            closed_day=closed,
            boundary_day=boundary,
            signed_at=signed,
            proposed_at=proposed,
            periods=periods,
            pending=bool(pending),
            status=Status(status),
        )


@dataclass(frozen=True)
class StatementWord:
    """`amount 56 | generation 44 | exported 44 | lastDay 16 | boundaryDay 16 | closedOn 16 | closedAt 32 | flags 32`.

    Amount in signed cents, positive: the consumer owes; registers in Wh billed by the end of `last_day`, measured on
    `boundary_day`; closed on a day of Greenwich, in a block.
    """

    amount_cents: int
    generation_wh: int
    exported_wh: int
    last_day: int
    boundary_day: int
    closed_on: int
    closed_at: int
    flags: StatementFlag

    def pack(self) -> int:
        """The word. Raises BadWord if a field does not fit."""
        return _pack(
            [
                ("amount", _twos(self.amount_cents, 56, "amount"), 56),
                ("generation", self.generation_wh, 44),
                ("exported", self.exported_wh, 44),
                ("lastDay", self.last_day, 16),
                ("boundaryDay", self.boundary_day, 16),
                ("closedOn", self.closed_on, 16),
                ("closedAt", self.closed_at, 32),
                ("flags", int(self.flags), 32),
            ]
        )

    @classmethod
    def unpack(cls, word: int) -> Self:
        """The fields of a word."""
        fields = tuple(_unpack(word, (56, 44, 44, 16, 16, 16, 32, 32)))
        amount, generation, exported, last, boundary, on, at, flags = fields
        return cls(_signed(amount, 56), generation, exported, last, boundary, on, at, StatementFlag(flags))


@dataclass(frozen=True)
class AccountWord:
    """`late 80 | cents 56 | free 64 | noticeClause 8 | noticeDay 16 | alarmDay 16 | nextAct 16`.

    Late and cents are signed.
    """

    late: int
    cents: int
    notice_clause: int
    notice_day: int
    alarm_day: int
    next_act: int

    def pack(self) -> int:
        """The word. Raises BadWord if a field does not fit."""
        return _pack(
            [
                ("late", _twos(self.late, 80, "late"), 80),
                ("cents", _twos(self.cents, 56, "cents"), 56),
                ("free", 0, 64),
                ("noticeClause", self.notice_clause, 8),
                ("noticeDay", self.notice_day, 16),
                ("alarmDay", self.alarm_day, 16),
                ("nextAct", self.next_act, 16),
            ]
        )

    @classmethod
    def unpack(cls, word: int) -> Self:
        """The fields of a word."""
        late, cents, _, clause, notice, alarm, number = _unpack(word, (80, 56, 64, 8, 16, 16, 16))
        return cls(_signed(late, 80), _signed(cents, 56), clause, notice, alarm, number)


def _pack(fields: Iterable[tuple[str, int, int]]) -> int:
    word = 0
    for name, value, bits in fields:
        if not 0 <= value < 2**bits:
            raise BadWord(name, value, bits)
        word = word * 2**bits + value
    return word


def _unpack(word: int, widths: tuple[int, ...]) -> Iterator[int]:
    if not 0 <= word < 2**256:
        raise BadWord("word", word, 256)
    left = 256
    for bits in widths:
        left -= bits
        yield (word >> left) % (1 << bits)


def _twos(value: int, bits: int, name: str) -> int:
    half = 1 << (bits - 1)
    if not -half <= value < half:
        raise BadWord(name, value, bits, signed=True)
    return value % (2 * half)


def _signed(value: int, bits: int) -> int:
    half = 1 << (bits - 1)
    return value - 2 * half if value >= half else value
