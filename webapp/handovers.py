"""From agreement to successor: under which root statements are stored, and what the successor goes on with."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from ppa.history import RegistryEvent
from ppa.jsonfile import hexed
from ppa.storage_words import StatementFlag

_TERM = ("first_day", "first_month")
_INSERT = """INSERT INTO statement VALUES (
    :root, :number, :agreement, :amount_cents, :generation_wh, :exported_wh, :last_day, :boundary_day, :closed_on,
    :closed_block, :flags, :balance_cents, :lines, :transaction_hash, :block)"""


def keep(db: sqlite3.Connection, event: RegistryEvent) -> None:
    """Keeps a handover. A successor that numbers its months anew gets a copy of the last statement as its opening."""
    if event.name != "HandedOver":
        return
    before, successor = hexed(event.values["id"]), hexed(event.values["successor"])
    terms, next_terms = _terms(db, before), _terms(db, successor)
    number, balance_cents = last_number(db, before), balance(db, before)
    if all(terms[name] == next_terms[name] for name in _TERM):
        root = root_of(db, before)
    else:
        root, last = successor, number
        number = int(next_terms["first_month"]) - 1
        copied = "SELECT * FROM statement WHERE root = ? AND number = ?"
        for row in db.execute(copied, (root_of(db, before), last)).fetchall():
            flags = row["flags"] & StatementFlag.EARLY_BOUNDARY
            changes = {"root": root, "number": number, "agreement": successor, "flags": int(flags), "lines": "[]"}
            insert_statement(db, {**dict(row), **changes, "balance_cents": balance_cents, "block": event.block})
    row = (successor, before, root, number, balance_cents, event.block)
    db.execute("INSERT INTO handover VALUES (?, ?, ?, ?, ?, ?)", row)


def insert_statement(db: sqlite3.Connection, values: Mapping[str, Any]) -> None:
    """A row of the table, its values by the names of their columns."""
    db.execute(_INSERT, dict(values))


def root_of(db: sqlite3.Connection, agreement: str) -> str:
    """The agreement under whose id the statements are stored."""
    row = taken_over(db, agreement)
    return str(row["root"]) if row else agreement


def taken_over(db: sqlite3.Connection, successor: str) -> sqlite3.Row | None:
    """The handover to an agreement; None if there was none."""
    found: sqlite3.Row | None = db.execute("SELECT * FROM handover WHERE successor = ?", (successor,)).fetchone()
    return found


def last_number(db: sqlite3.Connection, agreement: str) -> int:
    """The number of the last month that was closed in an agreement's numbering; if none was, that before its first."""
    (found,) = db.execute("SELECT max(number) FROM statement WHERE root = ?", (root_of(db, agreement),)).fetchone()
    return int(_terms(db, agreement)["first_month"]) - 1 if found is None else int(found)


def balance(db: sqlite3.Connection, agreement: str) -> int:
    """What the consumer owes by the events so far."""
    query = "SELECT balance_cents FROM event WHERE agreement = ? AND balance_cents IS NOT NULL"
    row = db.execute(f"{query} ORDER BY block DESC, log_index DESC LIMIT 1", (agreement,)).fetchone()
    before = taken_over(db, agreement)
    return int(row[0] if row else before["balance_cents"] if before else 0)


def closed_as(db: sqlite3.Connection, agreement: str, number: int) -> tuple[str, int]:
    """Root and number of the month that a statement is of: that of a copy is its original's."""
    row = taken_over(db, agreement)
    if row is None:
        return agreement, number
    began_anew, before = row["root"] == agreement, str(row["agreement"])
    if not began_anew:
        return closed_as(db, before, number)
    if number > row["number"]:
        return agreement, number
    return closed_as(db, before, last_number(db, before))


def _terms(db: sqlite3.Connection, agreement: str) -> dict[str, Any]:
    (found,) = db.execute("SELECT terms FROM agreement WHERE id = ?", (agreement,)).fetchone()
    terms: dict[str, Any] = json.loads(found)
    return terms
