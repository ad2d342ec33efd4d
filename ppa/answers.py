"""What a node answers, read with suspicion: numbers, bytes, errors, and the logs that were asked for and no others."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ppa import abi
from ppa.errors import BadAnswer, ChainError, Refused

_REVERT_WORDS = ("revert", "always failing", "vm exception", "invalid opcode")


def number(value: Any) -> int:
    """A quantity of JSON-RPC. Raises BadAnswer."""
    try:
        found = value if type(value) is int else int(value, 16)  # True is none
    except (TypeError, ValueError) as problem:
        raise BadAnswer(f"The node answered {value!r} where a number belongs.") from problem
    if not 0 <= found < 2**256:
        raise BadAnswer(f"The node answered {value!r}, which is no number of at most 32 bytes.")
    return found


def hexbytes(value: Any) -> bytes:
    """Bytes of JSON-RPC. Raises BadAnswer."""
    try:
        return bytes.fromhex(value.removeprefix("0x"))
    except (AttributeError, ValueError) as problem:
        raise BadAnswer(f"The node answered {value!r} where bytes belong.") from problem


def in_order(
    found: Iterable[Any], address: str, topics: Sequence[str | None], first: int, last: int
) -> list[Mapping[str, Any]]:
    """The logs by block and index. Raises BadAnswer for one that was not asked for, is not whole or stands twice."""
    placed: dict[tuple[int, int], Mapping[str, Any]] = {}
    for log in found:
        try:
            block, index = number(log["blockNumber"]), number(log["logIndex"])
            asked = log["address"].lower() == address.lower() and len(log["topics"]) >= len(topics)
            asked &= all(want in (None, has) for want, has in zip(topics, log["topics"], strict=False))
        except (KeyError, TypeError, AttributeError) as problem:
            raise BadAnswer(f"A log of {address} is not whole: {type(problem).__name__} {problem}.") from problem
        if not asked or not first <= block <= last:
            raise BadAnswer(f"The node gives log {index} of block {block}, which is not one that was asked for.")
        if (block, index) in placed:
            raise BadAnswer(f"The node gives log {index} of block {block} twice.")
        placed[block, index] = log
    return [placed[place] for place in sorted(placed)]


def problem_of(method: str, error: Any) -> ChainError:
    """The exception that a node's error is: Reverted or Refused."""
    message = str(error.get("message", error)) if isinstance(error, dict) else str(error)
    data = _revert_data(error.get("data")) if isinstance(error, dict) else None
    if data:
        return abi.reverted(data)
    if method in ("eth_call", "eth_estimateGas") and any(word in message.lower() for word in _REVERT_WORDS):
        return abi.reverted(b"")
    return Refused(f"The node refused {method}: {message}")


def _revert_data(data: Any) -> bytes | None:
    """Revert bytes, wherever a node puts them: a string, or Ganache's object."""
    if isinstance(data, dict):
        return next((found for value in data.values() if (found := _revert_data(value))), None)
    if isinstance(data, str) and data.startswith("0x") and len(data) % 64 == 10:
        return bytes.fromhex(data[2:])
    return None
