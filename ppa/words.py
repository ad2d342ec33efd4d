"""The three storage words, packed as sums of fields, high to low (formats.md)."""

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


class StatementFlag(IntFlag):
    """EARLY_BOUNDARY: the boundary day is before the last day. DARK: no record in the month."""

    EARLY_BOUNDARY = 1
    DARK = 2


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
    """`balance 56 | flags 8 | generation 40 | exported 40 | closedDay 16 | boundaryDay 16 | signedAt 32 |
    proposedAt 32 | periods 12 | status 4`.

    Balance in signed cents, positive: the consumer owes.
    """

    balance_cents: int
    flags: int
    generation_wh: int
    exported_wh: int
    closed_day: int
    boundary_day: int
    signed_at: int
    proposed_at: int
    periods: int
    status: Status

    def pack(self) -> int:
        """The word. Raises BadWord if a field does not fit."""
        return _pack(
            [
                ("balance", _twos(self.balance_cents, 56, "balance"), 56),
                ("flags", self.flags, 8),
                ("generation", self.generation_wh, 40),
                ("exported", self.exported_wh, 40),
                ("closedDay", self.closed_day, 16),
                ("boundaryDay", self.boundary_day, 16),
                ("signedAt", self.signed_at, 32),
                ("proposedAt", self.proposed_at, 32),
                ("periods", self.periods, 12),
                ("status", int(self.status), 4),
            ]
        )

    @classmethod
    def unpack(cls, word: int) -> Self:
        """The fields of a word. Raises BadWord for a status that does not exist."""
        fields = tuple(_unpack(word, (56, 8, 40, 40, 16, 16, 32, 32, 12, 4)))
        balance, flags, generation, exported, closed, boundary, signed, proposed, periods, status = fields
        if status > max(Status):
            raise BadWord("status", status, 4)
        return cls(
            balance_cents=_signed(balance, 56),
            flags=flags,
            generation_wh=generation,
            exported_wh=exported,
            closed_day=closed,
            boundary_day=boundary,
            signed_at=signed,
            proposed_at=proposed,
            periods=periods,
            status=Status(status),
        )


@dataclass(frozen=True)
class StatementWord:
    """`amount 64 | generation 48 | exported 48 | lastDay 16 | boundaryDay 16 | closedAt 32 | flags 32`.

    Amount in signed cents, positive: the consumer owes; registers in Wh at the end of `last_day`, measured on
    `boundary_day`.
    """

    amount_cents: int
    generation_wh: int
    exported_wh: int
    last_day: int
    boundary_day: int
    closed_at: int
    flags: StatementFlag

    def pack(self) -> int:
        """The word. Raises BadWord if a field does not fit."""
        return _pack(
            [
                ("amount", _twos(self.amount_cents, 64, "amount"), 64),
                ("generation", self.generation_wh, 48),
                ("exported", self.exported_wh, 48),
                ("lastDay", self.last_day, 16),
                ("boundaryDay", self.boundary_day, 16),
                ("closedAt", self.closed_at, 32),
                ("flags", int(self.flags), 32),
            ]
        )

    @classmethod
    def unpack(cls, word: int) -> Self:
        """The fields of a word."""
        fields = tuple(_unpack(word, (64, 48, 48, 16, 16, 32, 32)))
        amount, generation, exported, last, boundary, closed, flags = fields
        return cls(_signed(amount, 64), generation, exported, last, boundary, closed, StatementFlag(flags))


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
