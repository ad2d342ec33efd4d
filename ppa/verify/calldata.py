"""Arguments of a call as Solidity reads them, however they are laid out.

Who brings a call may lay its arguments out as it likes: offsets that point backwards, arrays that overlap, bytes that
are padded with anything. The contract reads them all the same, and so does this. Only for calls that were accepted:
what the contract refuses is read as something.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from eth_abi.grammar import ABIType, TupleType, parse

from ppa import abi
from ppa.addresses import checksummed
from ppa.errors import BadAnswer

Call = tuple[str, tuple[Any, ...]]
_WORD, _SELECTOR = 32, 4
_MOST_CALLS = 64  # looked at inside one input
_ROOM = 256  # words read beyond four times those of the input: arrays that overlap without end are not followed


def calls_in(contract: str, data: bytes, functions: frozenset[str], anywhere: bool) -> Iterator[Call]:
    """The calls of these functions that a transaction's input is, or, `anywhere`, that stand somewhere inside it."""
    selectors = {abi.selector(contract, name): name for name in functions}
    places = (place for place in range(len(data) if anywhere else 1) if data[place : place + _SELECTOR] in selectors)
    for place in islice(places, _MOST_CALLS):
        name = selectors[data[place : place + _SELECTOR]]
        try:
            yield name, _Reader(data[place + _SELECTOR :]).arguments(abi.input_types(contract, name))
        except BadAnswer:
            continue


class _Reader:
    """The words of one call's arguments; beyond its end there are zeros."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._left = 4 * len(data) // _WORD + _ROOM

    def arguments(self, types: list[str]) -> tuple[Any, ...]:
        """The values. Raises BadAnswer for more than a call can have."""
        return self._sequence([parse(one) for one in types], 0)

    def _number(self, place: int) -> int:
        return int.from_bytes(self._bytes(place, _WORD))

    def _bytes(self, place: int, length: int) -> bytes:
        self._left -= length // _WORD + 1
        if self._left < 0 or length > len(self._data) + _WORD:
            raise BadAnswer(f"A call of {len(self._data)} bytes has no arguments of so many.")
        place %= 2**256
        return self._data[place : place + length].ljust(length, b"\0")

    def _sequence(self, kinds: list[ABIType], base: int) -> tuple[Any, ...]:
        found, head = [], base
        for kind in kinds:
            found.append(self._value(kind, base + self._number(head) if kind.is_dynamic else head))
            head += _WORD if kind.is_dynamic else _size(kind)
        return tuple(found)

    def _value(self, kind: ABIType, place: int) -> Any:
        if kind.is_array:
            count = min(self._number(place), self._left + 1)
            return self._sequence([kind.item_type] * count, place + _WORD)
        if isinstance(kind, TupleType):
            return self._sequence(list(kind.components), place)
        if kind.is_dynamic:
            return self._bytes(place + _WORD, self._number(place))
        return _plain(str(kind.to_type_str()), self._bytes(place, _WORD))  # type: ignore[no-untyped-call]


def _size(kind: ABIType) -> int:
    return sum(map(_size, kind.components)) if isinstance(kind, TupleType) else _WORD


def _plain(kind: str, word: bytes) -> Any:
    if kind == "address":
        return checksummed(word[12:])
    if kind.startswith("bytes"):
        return word[: int(kind.removeprefix("bytes"))]
    if kind == "bool":
        return any(word)
    return int.from_bytes(word, signed=kind.startswith("int"))
