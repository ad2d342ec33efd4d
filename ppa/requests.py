"""What one actor signs for others to bring: one EIP-712 message, `Request`, for every right of a single actor."""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Self

from ppa import eip712
from ppa.errors import BadRequest
from ppa.terms import ZERO_HASH

REQUEST_TYPE = (
    "Request(string right,bytes32 agreement,uint32 number,int64 cents,uint16 day,bytes32 reference,uint64 until)"
)


class Right(IntEnum):
    """The rights of one actor, in the order of the contract's enum."""

    WITHDRAW = 0
    REJECT = 1
    SERVE = 2
    CANCEL = 3
    VOID_ACT = 4
    OBJECT = 5
    DISPUTE = 6
    RESOLVE = 7
    DECLARE = 8
    CONFIRM = 9
    DENY = 10
    ACCEPT = 11
    REFUSE = 12
    NOTIFY_LENDER = 13
    CURE = 14
    EXIT = 15
    END_IN_SILENCE = 16

    @property
    def function(self) -> str:
        """The registry's function, which is how the right stands in the signed message."""
        first, *more = self.name.lower().split("_")
        return first + "".join(part.capitalize() for part in more)


@dataclass(frozen=True)
class Request:
    """A right and what it is used for; a field that the right has no use for is signed and not read.

    `number` of a statement, an act or a clause (from 0); `cents` of a claim, an award or a payment; `day` of a payment;
    `reference` of a payment, or the hash of evidence or a reason; `until` the last second (UTC) in which it may be
    brought.
    """

    right: Right
    number: int = 0
    cents: int = 0
    day: int = 0
    reference: bytes = field(default=ZERO_HASH)
    until: int = 0

    def as_tuple(self) -> tuple[Any, ...]:
        """In the order of the ABI."""
        return int(self.right), self.number, self.cents, self.day, self.reference, self.until

    @classmethod
    def from_tuple(cls, values: tuple[Any, ...]) -> Self:
        """From the ABI's tuple. Raises BadRequest for a right that does not exist."""
        right, number, cents, day, reference, until = values
        if not 0 <= right <= max(Right):
            raise BadRequest(f"There is no right number {right}; the last one is {max(Right):d}.")
        return cls(Right(right), number, cents, day, bytes(reference), until)

    def digest(self, agreement: bytes, chain_id: int, registry: str) -> bytes:
        """What the actor signs. Raises BadRequest for a field that does not fit its type."""
        struct = eip712.struct_hash(REQUEST_TYPE, self._values(agreement), BadRequest)
        return eip712.digest(struct, chain_id, registry)

    def typed_data(self, agreement: bytes, chain_id: int, registry: str) -> dict[str, Any]:
        """The EIP-712 message as a wallet takes it (JSON-able: bytes as hex, numbers as text)."""
        message = eip712.plain_message(REQUEST_TYPE, self._values(agreement))
        return eip712.typed_data([REQUEST_TYPE], message, chain_id, registry)

    def _values(self, agreement: bytes) -> tuple[Any, ...]:
        return self.right.function, agreement, *self.as_tuple()[1:]
