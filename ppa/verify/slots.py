"""Where the contracts' words stand in storage (docs/formats.md): the second way to read them, beside their views."""

from eth_utils.crypto import keccak

from ppa.codec import encode

_LEDGER_WORDS, _LEDGER_MONTH_ENDS = 0, 1
_AGREEMENTS, _STATEMENTS, _SERVED_BY, _ACCOUNTS, _ROOTS, _INHERITED = 0, 1, 2, 3, 4, 5
_BILLED_THROUGH, _PAYMENTS, _CLAIMS, _NOTICES, _ANNOUNCEMENTS, _USED = 6, 7, 8, 9, 10, 11


# The ledger


def meter_word(meter: str) -> int:
    """MeterLedger._words[meter]."""
    return _mapped(_address(meter), _LEDGER_WORDS)


def month_end(meter: str, day: int) -> int:
    """MeterLedger._monthEnds[meter][day]; day 0: the meter's opening word."""
    return _mapped(day.to_bytes(32), _mapped(_address(meter), _LEDGER_MONTH_ENDS))


# The registry


def agreement(agreement_id: bytes) -> int:
    """The agreement's word."""
    return _mapped(agreement_id, _AGREEMENTS)


def statement(root: bytes, number: int) -> int:
    """The word of a statement of a numbering."""
    return _mapped(number.to_bytes(32), _mapped(root, _STATEMENTS))


def served_by(meter: str) -> int:
    """The id of the agreement that the meter serves."""
    return _mapped(_address(meter), _SERVED_BY)


def account(agreement_id: bytes) -> int:
    """The word that stands beside the agreement."""
    return _mapped(agreement_id, _ACCOUNTS)


def root(agreement_id: bytes) -> int:
    """The agreement under whose id the statements are stored; 0: itself."""
    return _mapped(agreement_id, _ROOTS)


def inherited(agreement_id: bytes) -> int:
    """The number of the last statement before the handover to the agreement."""
    return _mapped(agreement_id, _INHERITED)


def billed_through(meter: str) -> int:
    """The last day that was billed of a meter that is free."""
    return _mapped(_address(meter), _BILLED_THROUGH)


def payment(agreement_id: bytes, cents: int, day: int, reference: bytes) -> int:
    """The payment's word."""
    key = keccak(encode(["bytes32", "int64", "uint16", "bytes32"], [agreement_id, cents, day, reference]))
    return _mapped(key, _PAYMENTS)


def claims(root_id: bytes, number: int) -> int:
    """The word of the claims on a statement of a numbering."""
    return _mapped(number.to_bytes(32), _mapped(root_id, _CLAIMS))


def notice(agreement_id: bytes) -> int:
    """The word of the lender's notice."""
    return _mapped(agreement_id, _NOTICES)


def announcement(agreement_id: bytes) -> int:
    """The word of what one party and the arbiter signed."""
    return _mapped(agreement_id, _ANNOUNCEMENTS)


def used(digest: bytes) -> int:
    """1 where an announced act or a brought request, by its digest, was used."""
    return _mapped(digest, _USED)


def _mapped(key: bytes, slot: int) -> int:
    return int.from_bytes(keccak(key + slot.to_bytes(32)))


def _address(address: str) -> bytes:
    return bytes.fromhex(address[2:]).rjust(32, b"\0")
