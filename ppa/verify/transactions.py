"""Transactions again from their fields, and whose key signed them or a digest.

A node can invent events, storage and blocks that agree with each other; it cannot invent these signatures.
"""

from collections.abc import Mapping
from typing import Any

import rlp  # type: ignore[import-untyped]  # rlp ships no types
from eth_keys.datatypes import Signature
from eth_keys.exceptions import BadSignature
from eth_utils.crypto import keccak
from eth_utils.exceptions import ValidationError

from ppa.answers import hexbytes, number
from ppa.errors import BadAnswer

_LEGACY = ("nonce", "gasPrice", "gas", "to", "value", "input")
_ACCESS = ("chainId", *_LEGACY, "accessList")
_DYNAMIC = ("chainId", "nonce", "maxPriorityFeePerGas", "maxFeePerGas", *_LEGACY[2:], "accessList")
_FIELDS = {0: _LEGACY, 1: _ACCESS, 2: _DYNAMIC, 4: (*_DYNAMIC, "authorizationList")}  # EIP-2718's types
_AUTHORIZATION = ("chainId", "address", "nonce", "yParity", "r", "s")
_BYTES = ("to", "input", "address")
_ADDRESS = 20
_FIRST_V = 27
_FIRST_V_WITH_CHAIN = 35
_COMPACT = 64
_HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0


def unreadable_type(raw: Mapping[str, Any]) -> int | None:
    """The type of a transaction whose signature we cannot recover, as of a later fork; None if we can."""
    try:
        kind = _type(raw)
    except BadAnswer:
        return None
    return None if kind in _FIELDS else kind


def signer_of(raw: Mapping[str, Any], chain_id: int) -> str | None:
    """Whose key signed a transaction; None if its fields do not make its hash, or it is of another chain."""
    try:
        kind, (v, r, s) = _type(raw), (number(raw[name]) for name in ("v", "r", "s"))
        fields = [_field(raw, name) for name in _FIELDS[kind]]
        prefix = bytes([kind]) if kind else b""
        if "0x" + keccak(prefix + _rlp([*fields, *map(_shortest, (v, r, s))])).hex() != raw["hash"]:
            return None
        has_chain = kind > 0 or v >= _FIRST_V_WITH_CHAIN
        of, parity = (number(raw["chainId"]), v) if kind else divmod(v - _FIRST_V_WITH_CHAIN, 2)
        if (has_chain and of != chain_id) or s > _HALF_ORDER:
            return None
        if not kind:
            fields += [_shortest(of), b"", b""] if has_chain else []
        signature = Signature(vrs=(parity if has_chain else v - _FIRST_V, r, s))
        public_key = signature.recover_public_key_from_msg_hash(keccak(prefix + _rlp(fields)))
    except (KeyError, TypeError, ValueError, AttributeError, BadAnswer, BadSignature, ValidationError):
        return None
    return public_key.to_checksum_address()


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


def _type(raw: Mapping[str, Any]) -> int:
    return number(raw.get("type") or "0x0")


def _field(raw: Mapping[str, Any], name: str) -> Any:
    if name == "accessList":
        return [[hexbytes(e["address"]), [hexbytes(key) for key in e["storageKeys"]]] for e in raw[name]]
    if name == "authorizationList":
        return [[_field(one, part) for part in _AUTHORIZATION] for one in raw[name]]
    if name not in _BYTES:
        return _shortest(number(raw[name]))
    found = hexbytes(raw[name] or "0x")
    if name == "to" and len(found) not in (0, _ADDRESS):
        raise BadAnswer(f"The node answered {raw[name]!r} where an address belongs.")
    return found


def _rlp(fields: list[Any]) -> bytes:
    return bytes(rlp.encode(fields, infer_serializer=False))  # bytes and lists already


def _shortest(plain: int) -> bytes:
    """A number as RLP has it."""
    return plain.to_bytes((plain.bit_length() + 7) // 8)
