"""A month as the registry closes it: what a clause is told, and what is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from ppa.words import StatementFlag, StatementWord


@dataclass(frozen=True)
class Period:
    """What a clause is told. Energy of this period and registers at its end in Wh; balance in cents before it."""

    agreement: bytes
    number: int
    months: int
    first_day: int
    last_day: int
    boundary_day: int
    generation_wh: int
    exported_wh: int
    generation_register_wh: int
    exported_register_wh: int
    balance_cents: int
    overdue: int = 0

    def as_tuple(self) -> tuple[Any, ...]:
        """In the order of the ABI."""
        return tuple(getattr(self, name) for name in self.__dataclass_fields__)


@dataclass(frozen=True)
class Statement:
    """A closed period; number 0 is the opening. Registers in Wh, measured on `boundary_day`; `closed_on` is a day of
    Greenwich, `closed_at` a block.
    """

    number: int
    amount_cents: int
    generation_wh: int
    exported_wh: int
    last_day: int
    boundary_day: int
    closed_on: int
    closed_at: int
    flags: StatementFlag

    @classmethod
    def from_tuple(cls, number: int, values: Sequence[Any]) -> Self:
        """From the ABI's Statement."""
        amount, generation, exported, last, boundary, on, at, flags = values
        return cls(number, amount, generation, exported, last, boundary, on, at, StatementFlag(flags))

    def word(self) -> StatementWord:
        """As it is stored."""
        return StatementWord(
            self.amount_cents,
            self.generation_wh,
            self.exported_wh,
            self.last_day,
            self.boundary_day,
            self.closed_on,
            self.closed_at,
            self.flags,
        )


@dataclass(frozen=True)
class Agreement:
    """What the registry keeps of an agreement: fields of its word, as the ABI gives them."""

    status: int
    periods: int
    proposed_at: int
    signed_at: int
    boundary_day: int
    closed_day: int
    pending: bool
    exported_wh: int
    generation_wh: int
    balance_cents: int


@dataclass(frozen=True)
class Account:
    """What stands beside an agreement, as the ABI gives it: cents and cent-days for the next statement."""

    next_act: int
    alarm_day: int
    notice_day: int
    cents: int
    late: int
