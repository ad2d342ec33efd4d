"""EIP-712 messages in the domain of a contract of ours: what is signed, and the form in which a wallet takes it."""

from collections.abc import Sequence
from typing import Any

from eth_utils.address import is_address, to_checksum_address
from eth_utils.crypto import keccak

from ppa.errors import PpaError

DOMAIN_TYPE = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
_NAME, _VERSION = "Solpact", "1"


def domain_separator(chain_id: int, contract: str) -> bytes:
    """The domain of a contract of ours on a chain."""
    names = keccak(text=DOMAIN_TYPE) + keccak(text=_NAME) + keccak(text=_VERSION)
    return keccak(names + chain_id.to_bytes(32) + bytes.fromhex(contract[2:]).rjust(32, b"\0"))


def digest(struct_hash: bytes, chain_id: int, contract: str) -> bytes:
    """What is signed of a struct in a contract's domain."""
    return keccak(b"\x19\x01" + domain_separator(chain_id, contract) + struct_hash)


def members(kind: str) -> list[tuple[str, str]]:
    """Type and name of each member of a struct type such as `Clause(address rule,bytes params)`."""
    inside = kind[kind.index("(") + 1 : kind.index(")")]
    return [(part.split(" ")[0], part.split(" ")[1]) for part in inside.split(",")]


def struct_hash(kind: str, values: Sequence[Any], problem: type[PpaError]) -> bytes:
    """The hash of a struct of plain members: strings, bytes, addresses and numbers.

    Raises `problem` for a value that does not fit its type.
    """
    words = (word(member, name, value, problem) for (member, name), value in zip(members(kind), values, strict=True))
    return keccak(keccak(text=kind) + b"".join(words))


def word(kind: str, name: str, value: Any, problem: type[PpaError]) -> bytes:
    """The 32 bytes that stand for a member. Raises `problem` for a value that does not fit its type."""
    if kind == "string":
        return keccak(text=value)
    if kind == "bytes":
        return keccak(value)
    if kind == "address":
        return bytes.fromhex(checked_address(value, problem)[2:]).rjust(32, b"\0")
    if kind.startswith("bytes"):
        length = int(kind.removeprefix("bytes"))
        if len(value) != length:
            raise problem(f"{name} has {length} bytes, not {len(value)}.")
        return bytes(value).ljust(32, b"\0")
    bits = int(kind.removeprefix("u").removeprefix("int"))
    low = 0 if kind.startswith("u") else -(1 << bits - 1)
    if not low <= value < low + (1 << bits):
        raise problem(f"{name} is {value}, which does not fit {bits} bits.")
    return int(value % (1 << 256)).to_bytes(32)


def checked_address(value: str, problem: type[PpaError]) -> str:
    """An address in checksum form. Raises `problem` if it is none."""
    if not is_address(value):
        raise problem(f"{value!r} is not an address (or its checksum is wrong).")
    return to_checksum_address(value)


def typed_data(kinds: Sequence[str], message: dict[str, Any], chain_id: int, contract: str) -> dict[str, Any]:
    """The message as a wallet takes it; its own struct type is the first of `kinds`."""
    types = {kind[: kind.index("(")]: members(kind) for kind in (DOMAIN_TYPE, *kinds)}
    return {
        "types": {name: [{"name": n, "type": k} for k, n in inside] for name, inside in types.items()},
        "primaryType": kinds[0][: kinds[0].index("(")],
        "domain": {
            "name": _NAME,
            "version": _VERSION,
            "chainId": chain_id,
            "verifyingContract": to_checksum_address(contract),
        },
        "message": message,
    }


def plain_message(kind: str, values: Sequence[Any]) -> dict[str, Any]:
    """A struct of plain members as JSON: bytes as hex, numbers as text."""
    return {
        name: "0x" + bytes(value).hex() if member.startswith("bytes") else str(value)
        for (member, name), value in zip(members(kind), values, strict=True)
    }
