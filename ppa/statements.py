"""What the registry's views and events give, field by field, and what a clause is given of a period."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from ppa.storage_words import (
    AccountWord,
    AgreementWord,
    AnnouncementWord,
    ClaimsWord,
    NoticeWord,
    PaymentStatus,
    PaymentWord,
    StatementFlag,
    StatementWord,
    Status,
)


@dataclass(frozen=True)
class Period:
    """What a clause is given. Energy of this period and registers at its end in Wh; balance in cents before it."""

    agreement: bytes
    number: int
    months: int
    opening: int
    dark_before: int
    first_day: int
    last_day: int
    boundary_day: int
    dark: bool
    last: bool
    waited: bool
    generation_wh: int
    exported_wh: int
    generation_register_wh: int
    exported_register_wh: int
    balance_cents: int
    overdue_cent_days: int

    def as_tuple(self) -> tuple[Any, ...]:
        """In the order of the ABI."""
        return tuple(getattr(self, name) for name in self.__dataclass_fields__)


@dataclass(frozen=True)
class Statement:
    """A closed period, or the opening. Registers in Wh, measured on `boundary_day`; closed on a day of Greenwich."""

    number: int
    amount_cents: int
    generation_wh: int
    exported_wh: int
    last_day: int
    boundary_day: int
    closed_on: int
    closed_block: int
    flags: StatementFlag

    @classmethod
    def from_tuple(cls, number: int, values: Sequence[Any]) -> Self:
        """From the ABI's Statement."""
        amount, generation, exported, last, boundary, on, block, flags = values
        return cls(number, amount, generation, exported, last, boundary, on, block, StatementFlag(flags))

    def word(self) -> StatementWord:
        """As it is stored."""
        return StatementWord(*(getattr(self, name) for name in StatementWord.__dataclass_fields__))


@dataclass(frozen=True)
class Agreement:
    """What the registry keeps of an agreement."""

    status: int
    periods: int
    proposed_block: int
    signed_block: int
    boundary_day: int
    closed_through: int
    pending: bool
    exported_wh: int
    generation_wh: int
    balance_cents: int

    def word(self) -> AgreementWord:
        """As it is stored."""
        return AgreementWord(**{**vars(self), "status": Status(self.status)})


@dataclass(frozen=True)
class Account:
    """What stands beside an agreement: corrections in Wh, cents and cent-days for the next statement."""

    acts: int
    alarm_day: int
    exported_wh: int
    generation_wh: int
    cents: int
    late_cent_days: int

    def word(self) -> AccountWord:
        """As it is stored."""
        return AccountWord(**vars(self))


@dataclass(frozen=True)
class Claims:
    """What each party claims of a statement, in cents; 0: nothing."""

    producer_cents: int
    consumer_cents: int
    decided: bool

    def word(self) -> ClaimsWord:
        """As it is stored."""
        return ClaimsWord(**vars(self))


@dataclass(frozen=True)
class Payment:
    """A payment made elsewhere; `declared_on` is a day of Greenwich, 0 if nobody declared it."""

    status: int
    declared_on: int

    def word(self) -> PaymentWord:
        """As it is stored."""
        return PaymentWord(self.declared_on, PaymentStatus(self.status))


@dataclass(frozen=True)
class Notice:
    """A lender's notice of exit clause `clause` (from 0), on a day of Greenwich; day 0: none."""

    day: int
    clause: int
    cured: bool
    is_final: bool

    def word(self) -> NoticeWord:
        """As it is stored."""
        return NoticeWord(**vars(self))


@dataclass(frozen=True)
class Announcement:
    """What one party and the arbiter signed: an end, or a handover. Of the act's digest the lowest 24 bits are 0.

    Day 0: none.
    """

    digest: bytes
    ends: bool
    day: int

    def word(self) -> AnnouncementWord:
        """As it is stored."""
        return AnnouncementWord(int.from_bytes(self.digest) >> 24, self.ends, self.day)
