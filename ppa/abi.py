"""Calls, answers, events and errors of our contracts, by their ABIs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from eth_abi.exceptions import DecodingError
from eth_utils.abi import collapse_if_tuple
from eth_utils.crypto import keccak

from ppa import artifacts, refusals
from ppa.addresses import checksummed
from ppa.codec import decode, encode
from ppa.errors import BadAnswer, Reverted

_NESTED = ("ClauseRefused", "ClauseFailed")
_MOST_ANSWER = 256  # bytes of a clause's answer that the registry copies
_WORD = 32


@dataclass(frozen=True)
class _Event:
    """An event's name, and names and types of what its data and its topics have."""

    name: str
    plain: Mapping[str, str]
    indexed: Mapping[str, str]


def call_data(contract: str, function: str, *args: Any) -> bytes:
    """Selector and arguments of a call."""
    entry = _entry(contract, "function", function)
    return _selector(entry) + encode(_types(entry["inputs"]), args)


def creation_data(contract: str, *args: Any) -> bytes:
    """Creation code and constructor arguments."""
    none: list[dict[str, Any]] = []
    inputs = next((entry["inputs"] for entry in artifacts.abi(contract) if entry["type"] == "constructor"), none)
    return artifacts.creation_code(contract) + encode(_types(inputs), args)


@cache
def selector(contract: str, function: str) -> bytes:
    """The first four bytes of a function's calls."""
    return _selector(_entry(contract, "function", function))


def input_types(contract: str, function: str) -> list[str]:
    """The types of a function's arguments."""
    return _types(_entry(contract, "function", function)["inputs"])


def decode_result(contract: str, function: str, data: bytes) -> Any:
    """What a view answered: one value, or a tuple of them. Raises Reverted for error bytes that came as a result."""
    entry = _entry(contract, "function", function)
    if len(data) % 32 == 4:
        raise reverted(data)
    values = _decoded(_types(entry["outputs"]), data, f"the answer of {function}")
    return values[0] if len(values) == 1 else values


@cache
def topic(contract: str, event: str) -> str:
    """The first topic of an event."""
    return "0x" + keccak(text=_signature(_entry(contract, "event", event))).hex()


def decode_event(contract: str, log: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """The event's name and its values by name; None if the contract has no such event."""
    topics = [bytes.fromhex(part[2:]) for part in log["topics"]]
    event = _events(contract).get(topics[0].hex()) if topics else None
    if event is None:
        return None
    words = topics[1:]
    if len(event.indexed) != len(words) or any(len(word) != _WORD for word in words):
        raise BadAnswer(f"A log of {event.name} has not {len(event.indexed) + 1} topics of {_WORD} bytes.")
    data = bytes.fromhex(log["data"][2:])
    parts = ((event.plain, data), (event.indexed, b"".join(words)))
    decoded = ((names, _decoded([*names.values()], found, event.name)) for names, found in parts)
    return event.name, {name: value for names, values in decoded for name, value in zip(names, values, strict=True)}


def reverted(data: bytes, where: str = "") -> Reverted:
    """The exception for revert bytes, its name and arguments by our ABIs; a clause's answer is one inside it."""
    name, arguments = _error(data)
    if name in _NESTED:
        arguments["answer"] = reverted(arguments["answer"][:_MOST_ANSWER])
    return Reverted(name, arguments, data, where)


def _error(data: bytes) -> tuple[str, dict[str, Any]]:
    if not data:
        return refusals.NO_REASON, {}
    entry = _errors().get(data[:4].hex())
    try:
        values = _decoded(_types(entry["inputs"]), data[4:], entry["name"]) if entry else ()
    except BadAnswer:
        entry = None
    if entry is None:
        return refusals.UNKNOWN, {"data": data}
    return entry["name"], dict(zip([part["name"] for part in entry["inputs"]], values, strict=True))


@cache
def _errors() -> dict[str, dict[str, Any]]:
    plain = [
        {"name": "Error", "inputs": [{"name": "message", "type": "string"}]},
        {"name": "Panic", "inputs": [{"name": "code", "type": "uint256"}]},
    ]
    ours = [entry for name in artifacts.CONTRACTS for entry in artifacts.abi(name) if entry["type"] == "error"]
    return {_selector(entry).hex(): entry for entry in plain + ours}


@cache
def _events(contract: str) -> dict[str, _Event]:
    entries = [entry for entry in artifacts.abi(contract) if entry["type"] == "event"]
    return {keccak(text=_signature(entry)).hex(): _event(entry) for entry in entries}


def _event(entry: Mapping[str, Any]) -> _Event:
    plain, indexed = ([part for part in entry["inputs"] if part["indexed"] is wanted] for wanted in (False, True))
    return _Event(entry["name"], *({p["name"]: t for p, t in zip(x, _types(x), strict=True)} for x in (plain, indexed)))


@cache
def _entry(contract: str, kind: str, name: str) -> dict[str, Any]:
    return next(entry for entry in artifacts.abi(contract) if entry["type"] == kind and entry["name"] == name)


def _signature(entry: Mapping[str, Any]) -> str:
    return f"{entry['name']}({','.join(_types(entry['inputs']))})"


def _selector(entry: Mapping[str, Any]) -> bytes:
    return keccak(text=_signature(entry))[:4]


def _types(parts: Sequence[Mapping[str, Any]]) -> list[str]:
    return [collapse_if_tuple(dict(part)) for part in parts]


def _decoded(types: Sequence[str], data: bytes, what: str) -> tuple[Any, ...]:
    try:
        return tuple(_checksummed(types, decode(types, data)))
    except (DecodingError, OverflowError, ValueError) as problem:
        raise BadAnswer(f"{len(data)} bytes do not make {what}: {problem}") from problem


def _checksummed(types: Sequence[str], values: Sequence[Any]) -> Iterator[Any]:
    for kind, value in zip(types, values, strict=True):
        yield checksummed(value) if kind == "address" else value
