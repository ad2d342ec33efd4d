"""What a node answers, read with suspicion: numbers, bytes, words, and the logs that were asked for and no others."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ppa.errors import BadAnswer


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
