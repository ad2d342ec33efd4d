"""Leaves of a day's tree, the day's summary, and the root that a record carries (formats.md)."""

from dataclasses import dataclass
from enum import IntFlag

from eth_utils.crypto import keccak

from ppa.errors import BadReading

EVENT_KINDS = ("configuration", "analyzer-swap", "ct-change", "clock-step")


class ReadingFlag(IntFlag):
    """What was special about one reading."""

    OPENING = 1
    RESTART = 2
    CLOCK = 4
    RESUMED = 8
    ROLLOVER = 16
    EPOCH = 32
    NEG_CONS = 64


class DayFlag(IntFlag):
    """What was special about a day, beside the union of its readings' flags."""

    GAP = 2**16
    STEP = 2**17
    LATE = 2**18


@dataclass(frozen=True)
class Reading:
    """One sample: UTC seconds, V of both analyzers in Wh, flags."""

    time: int
    generation_wh: int
    exported_wh: int
    flags: int = 0

    def leaf(self) -> bytes:
        """The double hash. Raises BadReading for a negative or too large number."""
        return _leaf(_words(self.time, self.generation_wh, self.exported_wh, int(self.flags)))


@dataclass(frozen=True)
class Event:
    """One operator event: UTC seconds, one of EVENT_KINDS, the 32-byte hash of its details."""

    time: int
    kind: str
    detail_hash: bytes

    def leaf(self) -> bytes:
        """The double hash. Raises BadReading for a kind that is not ASCII or a hash of another length."""
        if not self.kind.isascii() or not self.kind:
            raise BadReading(f"An event's kind is an ASCII name, not {self.kind!r}.")
        return _leaf(_words(self.time) + keccak(text=self.kind) + _hash(self.detail_hash, "An event's detail hash"))


@dataclass(frozen=True)
class DaySummary:
    """How good a day's readings are: their number, seconds covered by each analyzer, flags, configuration hash."""

    version: int
    readings: int
    coverage_generation: int
    coverage_export: int
    flags: int
    configuration_hash: bytes

    def digest(self) -> bytes:
        """keccak256 of the ABI encoding of the six fields."""
        numbers = _words(self.version, self.readings, self.coverage_generation, self.coverage_export, int(self.flags))
        return keccak(numbers + _hash(self.configuration_hash, "A configuration hash"))


def readings_root(summary: bytes, tree_root: bytes) -> bytes:
    """What a record carries: the hash of the summary's digest and the tree's root, 32 bytes each."""
    return keccak(_hash(summary, "A summary's digest") + _hash(tree_root, "A tree's root"))


def _leaf(encoded: bytes) -> bytes:
    return keccak(keccak(encoded))


def _words(*numbers: int) -> bytes:
    for number in numbers:
        if not 0 <= number < 2**256:
            raise BadReading(f"{number} is not a number from 0 to 2^256 - 1, as every field of a leaf must be.")
    return b"".join(number.to_bytes(32) for number in numbers)


def _hash(value: bytes, what: str) -> bytes:
    if len(value) != 32:
        raise BadReading(f"{what} has 32 bytes, not {len(value)}.")
    return value
