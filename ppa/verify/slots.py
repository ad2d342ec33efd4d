"""Where the contracts' words stand in storage: the second way to ask for them, beside their views."""

from eth_utils.crypto import keccak

_LEDGER_WORDS, _LEDGER_MONTH_ENDS = 0, 1
_REGISTRY_AGREEMENTS, _REGISTRY_STATEMENTS, _REGISTRY_SERVED_BY, _REGISTRY_ACCOUNTS = 0, 1, 2, 3


def meter_word(meter: str) -> int:
    """MeterLedger._words[meter]."""
    return _mapped(_address(meter), _LEDGER_WORDS)


def month_end(meter: str, day: int) -> int:
    """MeterLedger._monthEnds[meter][day]."""
    return _mapped(day.to_bytes(32), _mapped(_address(meter), _LEDGER_MONTH_ENDS))


def agreement(agreement_id: bytes) -> int:
    """PPARegistry._agreements[id]."""
    return _mapped(agreement_id, _REGISTRY_AGREEMENTS)


def statement(agreement_id: bytes, number: int) -> int:
    """PPARegistry._statements[id][number]."""
    return _mapped(number.to_bytes(32), _mapped(agreement_id, _REGISTRY_STATEMENTS))


def account(agreement_id: bytes) -> int:
    """PPARegistry._accounts[id]."""
    return _mapped(agreement_id, _REGISTRY_ACCOUNTS)


def served_by(meter: str) -> int:
    """PPARegistry._servedBy[meter]."""
    return _mapped(_address(meter), _REGISTRY_SERVED_BY)


def _mapped(key: bytes, slot: int) -> int:
    return int.from_bytes(keccak(key + slot.to_bytes(32)))


def _address(address: str) -> bytes:
    return bytes.fromhex(address[2:]).rjust(32, b"\0")
