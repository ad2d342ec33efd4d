"""Transactions again from their fields, and whose key signed them or a digest.

A node can invent events, storage and blocks that agree with each other; it cannot invent these signatures.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import rlp  # type: ignore[import-untyped]  # rlp ships no types
from eth_account import Account
from eth_keys.datatypes import Signature
from eth_keys.exceptions import BadSignature
from eth_utils.crypto import keccak
from eth_utils.exceptions import ValidationError

from ppa.answers import hexbytes, number
from ppa.errors import BadAnswer

_LEGACY = ("nonce", "gasPrice", "gas", "to", "value", "input")
_ACCESS = ("chainId", *_LEGACY, "accessList")
_DYNAMIC = ("chainId", "nonce", "maxPriorityFeePerGas", "maxFeePerGas", *_LEGACY[2:], "accessList")
_FIELDS = {0: (*_LEGACY, "v", "r", "s"), 1: (*_ACCESS, "v", "r", "s"), 2: (*_DYNAMIC, "v", "r", "s")}
_BYTES = ("to", "input")
_FIRST_V_WITH_CHAIN = 35
_COMPACT = 64
_HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0


def is_readable(raw: Mapping[str, Any]) -> bool:
    """Whether a transaction is of a kind whose signature we can recover: later forks have others."""
    try:
        return number(raw.get("type") or "0x0") in _FIELDS
    except BadAnswer:
        return True


def signer_of(raw: Mapping[str, Any], chain_id: int) -> str | None:
    """Whose key signed a transaction; None if its fields do not make its hash, or it is of another chain."""
    try:
        kind = number(raw.get("type") or "0x0")
        v = number(raw["v"])
        of = number(raw["chainId"]) if kind else (v - _FIRST_V_WITH_CHAIN) // 2
        encoded = (bytes([kind]) if kind else b"") + rlp.encode([*_fields(raw, _FIELDS[kind])])
        if "0x" + keccak(encoded).hex() != raw["hash"] or ((kind or v >= _FIRST_V_WITH_CHAIN) and of != chain_id):
            return None
        return str(Account.recover_transaction(encoded))
    except (KeyError, TypeError, ValueError, AttributeError, BadAnswer, BadSignature, ValidationError):
        return None


def compact_signer(digest: bytes, compact: bytes) -> str | None:
    """Whose key made a compact signature (EIP-2098); None if nobody can have, or the registry would refuse it."""
    if len(compact) != _COMPACT:
        return None
    parity, s = divmod(int.from_bytes(compact[32:]), 2**255)
    if s > _HALF_ORDER:
        return None
    try:
        signature = Signature(vrs=(parity, int.from_bytes(compact[:32]), s))
        return signature.recover_public_key_from_msg_hash(digest).to_checksum_address()
    except (BadSignature, ValidationError):
        return None


def _fields(raw: Mapping[str, Any], names: Sequence[str]) -> Iterator[Any]:
    for name in names:
        if name == "accessList":
            yield [[hexbytes(e["address"]), [hexbytes(k) for k in e["storageKeys"]]] for e in raw[name]]
        elif name in _BYTES:
            yield hexbytes(raw[name] or "0x")
        else:
            plain = number(raw[name])
            yield plain.to_bytes((plain.bit_length() + 7) // 8)
