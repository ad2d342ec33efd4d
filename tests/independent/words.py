"""The words of storage: fields high bits to low, slots, and a store that can be rolled back."""

from functools import cache
from typing import Any, NamedTuple

from eth_hash.auto import keccak


class Meter(NamedTuple):
    """A meter's word."""

    head: int = 0
    generation: int = 0
    exported: int = 0
    day: int = 0


class Agreement(NamedTuple):
    """What the registry keeps of an agreement."""

    balance: int = 0
    generation: int = 0
    exported: int = 0
    closed_through: int = 0
    boundary_day: int = 0
    signed_block: int = 0
    proposed_block: int = 0
    periods: int = 0
    pending: int = 0
    status: int = 0


class Account(NamedTuple):
    """What stands beside an agreement."""

    late: int = 0
    cents: int = 0
    generation: int = 0
    exported: int = 0
    alarm_day: int = 0
    acts: int = 0


class Statement(NamedTuple):
    """A closed period."""

    amount: int = 0
    generation: int = 0
    exported: int = 0
    last_day: int = 0
    boundary_day: int = 0
    closed_on: int = 0
    closed_block: int = 0
    flags: int = 0

    @property
    def exists(self) -> bool:
        """Whether it was ever written: a statement has a block."""
        return self.closed_block != 0

    @property
    def dark(self) -> bool:
        """Whether nothing was taken from the meter."""
        return bool(self.flags & 2)


class Claims(NamedTuple):
    """What is claimed of a statement."""

    decided: int = 0
    producer: int = 0
    consumer: int = 0


class Payment(NamedTuple):
    """A payment made elsewhere."""

    declared_on: int = 0
    status: int = 0


class Notice(NamedTuple):
    """That a lender was notified."""

    final: int = 0
    cured: int = 0
    clause: int = 0
    day: int = 0


class Announcement(NamedTuple):
    """What one party and the arbiter signed."""

    digest: int = 0
    ends: int = 0
    day: int = 0


BITS: dict[type, tuple[int, ...]] = {  # high to low; negative: signed
    Meter: (160, 40, 40, 16),
    Agreement: (-56, 40, 40, 16, 16, 32, 32, 12, 1, 3),
    Account: (-72, -48, -40, -40, 16, 32),
    Statement: (-56, 44, 44, 16, 16, 16, 32, 32),
    Claims: (1, 48, 48),
    Payment: (16, 8),
    Notice: (1, 1, 16, 16),
    Announcement: (232, 8, 16),
}

# kind: contract, slot, type of its words (int: as they are)
KINDS: dict[str, tuple[str, int, type]] = {
    "meter": ("ledger", 0, Meter),
    "month end": ("ledger", 1, Meter),
    "agreement": ("registry", 0, Agreement),
    "statement": ("registry", 1, Statement),
    "served": ("registry", 2, int),
    "account": ("registry", 3, Account),
    "root": ("registry", 4, int),
    "before": ("registry", 5, int),
    "billed": ("registry", 6, int),
    "payment": ("registry", 7, Payment),
    "claims": ("registry", 8, Claims),
    "notice": ("registry", 9, Notice),
    "announcement": ("registry", 10, Announcement),
    "used": ("registry", 11, int),
    "history": ("", 0, tuple),
}


def fits(value: int, bits: int) -> bool:
    """Whether a value fits so many bits; negative: sign included."""
    if bits < 0:
        return -(1 << (-bits - 1)) <= value < 1 << (-bits - 1)
    return 0 <= value < 1 << bits


def pack(value: Any) -> int:
    """A word of its fields."""
    if isinstance(value, int):
        return value
    word = 0
    for field, bits in zip(value, BITS[type(value)], strict=True):
        assert fits(field, bits), f"{value}: {field} does not fit {bits} bits"
        word = word << abs(bits) | field & (1 << abs(bits)) - 1
    return word


def as_word(key: Any) -> bytes:
    """A mapping's key as 32 bytes: an address's text, bytes32 or a number."""
    if isinstance(key, str):
        return bytes(12) + bytes.fromhex(key[2:])
    return key if isinstance(key, bytes) else int(key).to_bytes(32, "big")


@cache
def slot_of(kind: str, *key: Any) -> int:
    """Where a word stands."""
    slot = KINDS[kind][1].to_bytes(32, "big")
    for part in key:
        slot = keccak(as_word(part) + slot)
    return int.from_bytes(slot, "big")


class Store:
    """Values by kind and key; every key that was ever asked for is known. A failed transaction is rolled back."""

    def __init__(self) -> None:
        self.values: dict[tuple[Any, ...], Any] = {}
        self.journal: list[tuple[tuple[Any, ...], Any]] = []

    def get(self, kind: str, *key: Any) -> Any:
        """The value, or the empty one."""
        full = (kind, *key)
        if full not in self.values:
            self.values[full] = KINDS[kind][2]()
        return self.values[full]

    def put(self, value: Any, kind: str, *key: Any) -> None:
        """Writes a value."""
        self.journal.append(((kind, *key), self.get(kind, *key)))
        self.values[(kind, *key)] = value

    def roll_back(self) -> None:
        """Undoes what was written since `commit`."""
        for full, old in reversed(self.journal):
            self.values[full] = old
        self.journal.clear()

    def commit(self) -> None:
        """Keeps what was written."""
        self.journal.clear()

    def words(self) -> dict[tuple[Any, ...], tuple[str, int, int]]:
        """Every known key's contract, slot and word."""
        return {
            full: (KINDS[full[0]][0], slot_of(*full), pack(value))
            for full, value in self.values.items()
            if KINDS[full[0]][0]
        }
