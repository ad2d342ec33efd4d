"""How disputes, awards and settlements mark statements. Kept by event: what the chain forgets is forgotten here too."""

import json
import sqlite3
from typing import Any

from ppa.acts import Act
from ppa.history import RegistryEvent
from ppa.jsonfile import hexed
from ppa.terms import ZERO_HASH
from ppa.words import CLAIM_PLACE, StatementFlag

_SIZE = 63 << CLAIM_PLACE


def keep(db: sqlite3.Connection, event: RegistryEvent) -> None:
    """Keeps what an event says of a statement, if it is one that does."""
    told = _told(event)
    if told:
        number, flags = told
        place = _closed_as(db, hexed(event.values["id"]), number)
        db.execute("INSERT INTO dispute VALUES (?, ?, ?, ?, ?)", (*place, int(flags), event.block, event.log_index))


def flags_of(db: sqlite3.Connection, agreement: str) -> dict[int, StatementFlag]:
    """Of each statement closed under an agreement and disputed since, under it or a successor: its dispute's flags."""
    found: dict[int, StatementFlag] = {}
    for number, flags in db.execute("SELECT number, flags FROM dispute WHERE agreement = ?", (agreement,)):
        found[number] = _joined(found.get(number, StatementFlag(0)), flags)
    return found


def _joined(known: StatementFlag, more: int) -> StatementFlag:
    """Both parties may have claimed: all flags of two, and the size of the greater claim."""
    size = max(known & _SIZE, more & _SIZE)
    return StatementFlag((known | more) & ~_SIZE | size)


def _told(event: RegistryEvent) -> tuple[int, StatementFlag] | None:
    """The statement's number and its new flags, as contracts/registry/Disputing.sol and Acting.sol set them."""
    values = event.values
    if event.name == "Disputed":
        claim = values["claim"]
        side = StatementFlag.CONSUMER_CLAIMS if claim < 0 else StatementFlag.PRODUCER_CLAIMS
        return values["number"], side | abs(claim).bit_length() << CLAIM_PLACE
    if event.name == "Resolved":
        return values["number"], StatementFlag.RESOLVED
    if event.name == "Acted" and (settled := Act.from_tuple(tuple(values["act"])).settles):
        return settled, StatementFlag.RESOLVED
    return None


def _closed_as(db: sqlite3.Connection, agreement: str, number: int) -> tuple[str, int]:
    """The agreement under which a statement was closed, and its number there.

    A successor inherits all statements with their numbers if it goes on from the same first day; if it counts anew,
    only the last one, as its number 0. The chain gives it a copy of the last to mark: for a reader both are one.
    """
    wanted: int | None = number
    while True:
        closed = _closed_numbers(db, agreement)
        if wanted is None and closed:
            wanted = closed[-1]
        terms = _terms(db, agreement)
        if wanted in closed or terms["supersedes"] == hexed(ZERO_HASH):
            return agreement, wanted or 0
        if terms["first_day"] != _terms(db, terms["supersedes"])["first_day"]:
            wanted = None
        agreement = terms["supersedes"]


def _closed_numbers(db: sqlite3.Connection, agreement: str) -> list[int]:
    """Opening statements have no lines: nobody closed them here."""
    query = "SELECT number FROM statement WHERE agreement = ? AND lines != '[]' ORDER BY number"
    return [number for (number,) in db.execute(query, (agreement,))]


def _terms(db: sqlite3.Connection, agreement: str) -> dict[str, Any]:
    (found,) = db.execute("SELECT terms FROM agreement WHERE id = ?", (agreement,)).fetchone()
    terms: dict[str, Any] = json.loads(found)
    return terms
