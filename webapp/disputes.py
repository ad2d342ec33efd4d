"""What is claimed of statements, and what was decided. Kept by event: what the chain forgets is forgotten here too."""

import sqlite3

from ppa.acts import Act
from ppa.history import RegistryEvent
from ppa.jsonfile import hexed
from ppa.statements import Claims
from webapp import handovers

NOTHING = Claims(0, 0, decided=False)


def keep(db: sqlite3.Connection, event: RegistryEvent) -> None:
    """Keeps what an event says of a statement, if it is one that does."""
    found = _claim(event)
    if found:
        number, cents, decided = found
        place = handovers.closed_as(db, hexed(event.values["id"]), number)
        row = (*place, cents, decided, event.block, event.log_index)
        db.execute("INSERT INTO claim VALUES (?, ?, ?, ?, ?, ?)", row)


def claims_of(db: sqlite3.Connection, root: str) -> dict[int, Claims]:
    """By number, the claims of the statements that are stored under a root, brought under any of its agreements."""
    found: dict[int, Claims] = {}
    query = "SELECT number, cents, decided FROM claim WHERE root = ? ORDER BY block, log_index"
    for number, cents, decided in db.execute(query, (root,)):
        known = found.get(number, NOTHING)
        producer = max(cents, 0) or known.producer_cents
        consumer = max(-cents, 0) or known.consumer_cents
        found[number] = Claims(producer, consumer, decided=known.decided or bool(decided))
    return found


def _claim(event: RegistryEvent) -> tuple[int, int, bool] | None:
    """The statement's number, the cents that are claimed, and whether this decides."""
    values = event.values
    if event.name == "Disputed":
        return values["number"], values["claim"], False
    if event.name == "Resolved":
        return values["number"], 0, True
    if event.name == "Acted" and (settled := Act.from_tuple(tuple(values["act"])).settles):
        return settled, 0, True
    return None
