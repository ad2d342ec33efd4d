"""A block's hash from its header, so that no field of a block can be changed alone (docs/formats.md, Block headers)."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import rlp  # type: ignore[import-untyped]  # rlp ships no types
from eth_utils.crypto import keccak

from ppa.answers import hexbytes, number
from ppa.errors import BadAnswer

_FIRST = (
    *("parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom"),
    *("difficulty", "number", "gasLimit", "gasUsed", "timestamp", "extraData", "mixHash", "nonce"),
)
_LATER = ("baseFeePerGas", "withdrawalsRoot", "blobGasUsed", "excessBlobGas", "parentBeaconBlockRoot", "requestsHash")
_BESIDE = ("hash", "size", "totalDifficulty", "transactions", "uncles", "withdrawals", "author", "sealFields")
_KNOWN = frozenset((*_FIRST, *_LATER, *_BESIDE, "blockAccessList"))
_NUMBERS = {"difficulty", "number", "gasLimit", "gasUsed", "timestamp", "baseFeePerGas", "blobGasUsed", "excessBlobGas"}
_QUANTITY = re.compile("0x[0-9a-fA-F]{1,64}")
_BYTES = re.compile("0x(?:[0-9a-fA-F]{2})*")
_NAME = re.compile("[a-z][a-zA-Z0-9]{0,39}")
_BFT_MIX_HASH = "0x63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365"
_VANITY = 32


def hash_holds(raw: Mapping[str, Any]) -> bool | None:
    """Whether the header's fields make the hash that the node says, by one of the rules.

    None: they do not, and there are fields that we do not know, as of a later fork.
    """
    return _is_made(raw) or (None if unknown_fields(raw) else False)


def unknown_fields(raw: Mapping[str, Any]) -> list[str]:
    """The names of what the node says of a block and we do not know."""
    return sorted(name for name, value in raw.items() if value is not None and name not in _KNOWN and _is_name(name))


def _is_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None


def _is_made(raw: Mapping[str, Any]) -> bool:
    later = [name for name in _LATER if raw.get(name) is not None]
    try:
        fields = {name: _field(name, raw[name]) for name in (*_FIRST, *later)}
    except (KeyError, BadAnswer):
        return False
    rules = _BFT_RULES if raw["mixHash"] == _BFT_MIX_HASH else (_whole,)
    return any(found is not None and found == raw.get("hash") for found in (_hash(fields, rule) for rule in rules))


def _hash(fields: Mapping[str, bytes], rule: Callable[[bytes], bytes]) -> str | None:
    """The hash of a header by a rule; None if its extra data are not what the rule knows."""
    try:
        hashed = {**fields, "extraData": rule(fields["extraData"])}
    except (BadAnswer, rlp.exceptions.RLPException, RecursionError):
        return None
    return "0x" + keccak(rlp.encode([*hashed.values()], infer_serializer=False)).hex()


def _whole(extra: bytes) -> bytes:
    return extra


def _ibft_1(extra: bytes) -> bytes:
    validators, seal, _ = _items(extra[_VANITY:], 3)
    return extra[:_VANITY] + bytes(rlp.encode([validators, seal, []]))


def _qbft(extra: bytes) -> bytes:
    vanity, validators, vote, _, _ = _items(extra, 5)
    return bytes(rlp.encode([vanity, validators, vote, b"", []]))


def _ibft_2(extra: bytes) -> bytes:
    vanity, validators, vote, _, _ = _items(extra, 5)
    return bytes(rlp.encode([vanity, validators, vote]))


def _items(encoded: bytes, count: int) -> list[Any]:
    found = rlp.decode(encoded)
    if not isinstance(found, list) or len(found) != count:
        raise BadAnswer(f"The extra data are no list of {count} items.")
    return found


_BFT_RULES = (_ibft_1, _qbft, _ibft_2, _whole)


def _field(name: str, value: Any) -> bytes:
    shape = _QUANTITY if name in _NUMBERS else _BYTES
    if not isinstance(value, str) or not shape.fullmatch(value):
        raise BadAnswer(f"The node answered {value!r} as a header's {name}.")
    if shape is _BYTES:
        return hexbytes(value)
    plain = number(value)
    return plain.to_bytes((plain.bit_length() + 7) // 8)
