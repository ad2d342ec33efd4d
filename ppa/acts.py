"""What both parties do together, or one of them and the arbiter: one EIP-712 message, `Act`, brought by anyone."""

from dataclasses import dataclass, field
from typing import Any, Self

from ppa import eip712
from ppa.errors import BadAct
from ppa.terms import ZERO_HASH

ACT_TYPE = (
    "Act(bytes32 agreement,uint32 number,uint64 until,int64 generation,int64 exported,int64 cents,uint16 settles,"
    "bytes32 successor,bytes32 reason)"
)
ANNOUNCED = 0


@dataclass(frozen=True)
class Act:
    """A correction in Wh and cents, a settlement of statement `settles`, an early end or a handover.

    `number` is the account's next (`acts` + 1), or 0 where one party and the arbiter announce it; `until` the last
    second (UTC) in which it may be brought; `successor` is zero if the agreement goes on, its own id if it ends, the
    id of the new terms if it is handed over.
    """

    number: int
    until: int
    generation_wh: int = 0
    exported_wh: int = 0
    cents: int = 0
    settles: int = 0
    successor: bytes = field(default=ZERO_HASH)
    reason: bytes = field(default=ZERO_HASH)

    def as_tuple(self) -> tuple[Any, ...]:
        """In the order of the ABI."""
        return tuple(getattr(self, name) for name in self.__dataclass_fields__)

    @classmethod
    def from_tuple(cls, values: tuple[Any, ...]) -> Self:
        """From the ABI's tuple."""
        number, until, generation, exported, cents, settles, successor, reason = values
        return cls(number, until, generation, exported, cents, settles, bytes(successor), bytes(reason))

    def digest(self, agreement: bytes, chain_id: int, registry: str) -> bytes:
        """What is signed. Raises BadAct for a field that does not fit its type."""
        struct = eip712.struct_hash(ACT_TYPE, (agreement, *self.as_tuple()), BadAct)
        return eip712.digest(struct, chain_id, registry)

    def typed_data(self, agreement: bytes, chain_id: int, registry: str) -> dict[str, Any]:
        """The EIP-712 message as a wallet takes it (JSON-able: bytes as hex, numbers as text)."""
        message = eip712.plain_message(ACT_TYPE, (agreement, *self.as_tuple()))
        return eip712.typed_data([ACT_TYPE], message, chain_id, registry)
