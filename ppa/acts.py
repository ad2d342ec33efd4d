"""What both parties do together: one EIP-712 message, `Act`, signed by both and brought by anyone."""

from dataclasses import dataclass, field
from typing import Any, Self

from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from ppa.errors import BadAct
from ppa.terms import ZERO_HASH, domain_separator

ACT_TYPE = (
    "Act(bytes32 agreement,uint16 number,uint64 until,int64 generation,int64 exported,int64 cents,uint16 settles,"
    "bytes32 successor,bytes32 reason)"
)
_BITS = {"number": 16, "until": 64, "generation_wh": 64, "exported_wh": 64, "cents": 64, "settles": 16}
_SIGNED = ("generation_wh", "exported_wh", "cents")


@dataclass(frozen=True)
class Act:
    """A correction in Wh and cents, a settlement of statement `settles`, an early end or a handover.

    `number` is the account's `next_act`, `until` the last second (UTC) in which it may be brought; `successor` is zero
    if the agreement goes on, its own id if it ends, the id of the new terms if it is handed over.
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
        """What both parties sign. Raises BadAct for a field that does not fit its type."""
        numbers = b"".join(_number(name, getattr(self, name)) for name in _BITS)
        struct = keccak(keccak(text=ACT_TYPE) + agreement + numbers + self.successor + self.reason)
        return keccak(b"\x19\x01" + domain_separator(chain_id, registry) + struct)

    def typed_data(self, agreement: bytes, chain_id: int, registry: str) -> dict[str, Any]:
        """The EIP-712 message as a wallet takes it (JSON-able: bytes as hex, numbers as text)."""
        names = [part.split(" ") for part in ACT_TYPE[len("Act(") : -1].split(",")]
        values = (agreement, *self.as_tuple())
        return {
            "types": {
                "EIP712Domain": [
                    {"name": "name", "type": "string"},
                    {"name": "version", "type": "string"},
                    {"name": "chainId", "type": "uint256"},
                    {"name": "verifyingContract", "type": "address"},
                ],
                "Act": [{"name": name, "type": kind} for kind, name in names],
            },
            "primaryType": "Act",
            "domain": {
                "name": "Solpact",
                "version": "1",
                "chainId": chain_id,
                "verifyingContract": to_checksum_address(registry),
            },
            "message": {
                name: "0x" + value.hex() if isinstance(value, bytes) else str(value)
                for (_, name), value in zip(names, values, strict=True)
            },
        }


def _number(name: str, value: int) -> bytes:
    bits, signed = _BITS[name], name in _SIGNED
    low = -(1 << bits - 1) if signed else 0
    if not low <= value < low + (1 << bits):
        raise BadAct(f"{name} is {value}, which does not fit {bits} bits.")
    return (value % (1 << 256)).to_bytes(32)
