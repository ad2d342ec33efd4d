"""Parties that are contracts: they sign nothing that a key could have signed, and act through themselves."""

from collections.abc import Iterable

from ppa.answers import hexbytes
from ppa.errors import Refused
from ppa.verify.subject import Subject


def is_contract(s: Subject, address: str, block: int) -> bool:
    """Whether there is a contract at an address, or was one in that block or right before it."""
    if s.chain.code(address):
        return True
    return any(_had_code(s, address, when) for when in (block, block - 1))


def _had_code(s: Subject, address: str, block: int) -> bool:
    try:
        return bool(hexbytes(s.chain.request("eth_getCode", address, hex(block))))
    except Refused:  # a node that keeps no old states
        return False


def rests_on(s: Subject, wallets: Iterable[str]) -> str:
    """On what it rests that these acted; empty for none."""
    who = ", ".join(wallets)
    if not who:
        return ""
    return s.say(
        f"; {who} es un contrato: que fue él descansa en que el código publicado del registro solo se lo admite a él, "
        "según los eventos del nodo",
        f"; {who} is a contract: that it was the one rests on the registry's published code, which lets nobody else do "
        "it, as the node's events say",
    )
