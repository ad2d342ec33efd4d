"""A block's hash from its header, so that no field of a block can be changed alone.

Proof-of-authority chains leave seals out of the hash; the rules of IBFT 1 and QBFT are those of GoQuorum.
"""

from collections.abc import Mapping
from typing import Any

import rlp  # type: ignore[import-untyped]  # rlp ships no types
from eth_utils.crypto import keccak

from ppa.answers import hexbytes, number
from ppa.errors import BadAnswer

_FIELDS = (
    *("parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom"),
    *("difficulty", "number", "gasLimit", "gasUsed", "timestamp", "extraData", "mixHash", "nonce"),
    *("baseFeePerGas", "withdrawalsRoot", "blobGasUsed", "excessBlobGas", "parentBeaconBlockRoot", "requestsHash"),
)
_NUMBERS = {"difficulty", "number", "gasLimit", "gasUsed", "timestamp", "baseFeePerGas", "blobGasUsed", "excessBlobGas"}
_BFT_MIX_HASH = "0x63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365"
_VANITY = 32


def hash_holds(raw: Mapping[str, Any]) -> bool:
    """Whether the header's fields make the hash that the node says, by one of the rules."""
    try:
        fields = {name: _field(name, raw[name]) for name in _FIELDS if raw.get(name) is not None}
        extras = [fields["extraData"]]
        if raw.get("mixHash") == _BFT_MIX_HASH:
            extras = [*_bft_extras(fields["extraData"])]
        return any(_hash({**fields, "extraData": extra}) == raw["hash"].lower() for extra in extras)
    except (KeyError, AttributeError, ValueError, BadAnswer, rlp.exceptions.RLPException):
        return False


def _bft_extras(extra: bytes) -> list[bytes]:
    found = []
    try:
        validators, seal, _ = rlp.decode(extra[_VANITY:])  # IBFT 1
        found.append(extra[:_VANITY] + rlp.encode([validators, seal, []]))
    except (ValueError, rlp.exceptions.RLPException):
        pass
    try:
        vanity, validators, vote, *_ = rlp.decode(extra)  # QBFT
        found.append(rlp.encode([vanity, validators, vote, b"", []]))
    except (ValueError, rlp.exceptions.RLPException):
        pass
    return [*found, extra]


def _hash(fields: Mapping[str, bytes]) -> str:
    return "0x" + keccak(rlp.encode([fields[name] for name in _FIELDS if name in fields])).hex()


def _field(name: str, value: Any) -> bytes:
    if name in _NUMBERS:
        plain = number(value)
        return plain.to_bytes((plain.bit_length() + 7) // 8)
    return hexbytes(value)
