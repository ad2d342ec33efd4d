"""Fills the index from events. It may be killed and started at any moment: a range of blocks is one transaction.

Run beside the web server (`python -m webapp` starts it as a thread) or alone: `python -m webapp.indexer`.
"""

import json
import logging
import sqlite3
import threading
from contextlib import closing
from typing import Any

from ppa import abi
from ppa.errors import ChainError, NotFound
from ppa.history import RegistryEvent, as_closed
from ppa.jsonfile import hexed
from ppa.rpc import number
from ppa.statements import Statement
from ppa.terms import Terms
from ppa.termsfile import terms_to_json
from webapp import disputes, store
from webapp.config import Settings
from webapp.errors import ChainMoved

log = logging.getLogger(__name__)
PAGE_BLOCKS = 1000


class Indexer:
    """Reads one chain into one database."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._chain = settings.chain()
        self._registry = settings.deployment.address("PPARegistry")
        self._ledger = settings.deployment.address("MeterLedger")
        self._first = min(settings.deployment.site(name).block for name in ("PPARegistry", "MeterLedger"))

    def step(self) -> int:
        """Reads all that is new; the number of the newest block read. Raises ChainError."""
        with closing(store.connect(self._settings.database)) as db:
            while True:
                self._forget_what_changed(db)
                head, cursor = self._chain.head()[0], self._cursor(db)
                if cursor >= head:
                    return cursor
                try:
                    self._read(db, cursor + 1, min(head, cursor + PAGE_BLOCKS))
                except ChainMoved as problem:
                    log.info("%s Reading again.", problem)

    def run(self, stop: threading.Event) -> None:
        """Steps until told to stop; a node that does not answer is asked again later."""
        while not stop.is_set():
            try:
                self.step()
            except (ChainError, sqlite3.OperationalError) as problem:
                log.warning("Indexer: %s", problem)
            stop.wait(self._settings.poll_s)

    def _cursor(self, db: sqlite3.Connection) -> int:
        (found,) = db.execute("SELECT max(number) FROM block").fetchone()
        return self._first - 1 if found is None else int(found)

    def _forget_what_changed(self, db: sqlite3.Connection) -> None:
        """Walks back to the newest block that the node still has, and deletes all above: their rows go with them."""
        for kept in db.execute("SELECT number, hash FROM block ORDER BY number DESC").fetchall():
            try:
                if self._chain.block(kept["number"]).hash == kept["hash"]:
                    return
            except NotFound:
                pass
            db.execute("DELETE FROM block WHERE number = ?", (kept["number"],))

    def _read(self, db: sqlite3.Connection, first: int, last: int) -> None:
        events = self._chain.events(self._registry, None, first, last)
        records = self._chain.logs(self._ledger, [abi.topic("MeterLedger", "Recorded")], first, last)
        hashes = {event.block: event.block_hash for event in events}
        hashes |= {number(entry["blockNumber"]): entry["blockHash"] for entry in records}
        rows = []
        for block in sorted({*hashes, last}):
            found = self._chain.block(block)
            if hashes.get(block, found.hash) != found.hash:
                raise ChainMoved(f"Block {block} is another one now.")
            rows.append((block, found.hash, found.timestamp))
        openings = self._openings(db, events)
        balances = {event.log_index + (event.block << 32): self._balance(event) for event in events}
        db.execute("BEGIN IMMEDIATE")
        try:
            if self._cursor(db) != first - 1:
                raise ChainMoved("Another indexer was faster.")
            db.executemany("INSERT INTO block VALUES (?, ?, ?)", rows)
            db.executemany("INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?)", map(_record_row, records))
            for event in events:
                _keep(db, event, openings, balances[event.log_index + (event.block << 32)])
            db.execute("COMMIT")
        except BaseException:
            db.execute("ROLLBACK")
            raise

    def _openings(self, db: sqlite3.Connection, events: list[RegistryEvent]) -> dict[bytes, Statement]:
        """Of each agreement that these events close for the first time, the statement before: its opening registers."""
        found: dict[bytes, Statement] = {}
        for event in events:
            agreement = event.values["id"]
            known = db.execute("SELECT 1 FROM statement WHERE agreement = ?", (hexed(agreement),)).fetchone()
            if event.name == "Closed" and not known and agreement not in found:
                found[agreement] = self._chain.statement(self._registry, agreement, event.values["number"] - 1)
        return found

    def _balance(self, event: RegistryEvent) -> int | None:
        """The balance after an event that moved it, or may have; None if it cannot have."""
        if event.name in ("Closed", "PaymentConfirmed"):
            return int(event.values["balance"])
        if event.name not in ("Acted", "Resolved", "Ended", "HandedOver"):
            return None
        return self._chain.agreement(self._registry, event.values["id"]).balance_cents


def _record_row(entry: Any) -> tuple[Any, ...]:
    decoded = abi.decode_event("MeterLedger", entry)
    assert decoded is not None  # we asked for this event alone
    values = decoded[1]
    registers = (values["generation"], values["exported"], hexed(values["readingsRoot"]))
    return values["meter"], values["day"], *registers, number(entry["blockNumber"]), entry["transactionHash"]


def _keep(db: sqlite3.Connection, event: RegistryEvent, openings: dict[bytes, Statement], balance: int | None) -> None:
    agreement = hexed(event.values["id"])
    place = (event.block, event.log_index, agreement, event.name, event.transaction, balance)
    db.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)", place)
    if event.name == "Proposed":
        terms = Terms.from_tuple(event.values["terms"])
        parties = (terms.producer, terms.consumer, terms.meter)
        proposed = (agreement, event.block, *parties, json.dumps(terms_to_json(terms)))
        db.execute("INSERT INTO agreement VALUES (?, ?, ?, ?, ?, ?)", proposed)
    disputes.keep(db, event)
    if event.name == "Closed":
        opening = openings.pop(event.values["id"], None)
        if opening:
            _insert_statement(db, agreement, opening, 0, (), event)
        closed = as_closed(event)
        _insert_statement(db, agreement, closed.statement, closed.balance_cents, closed.lines, event)


def _insert_statement(
    db: sqlite3.Connection,
    agreement: str,
    kept: Statement,
    balance_cents: int,
    lines: tuple[int, ...],
    event: RegistryEvent,
) -> None:
    registers = (kept.generation_wh, kept.exported_wh, kept.last_day, kept.boundary_day, kept.closed_on)
    row = (agreement, kept.number, kept.amount_cents, *registers, int(kept.flags), balance_cents, json.dumps(lines))
    whole = (*row, event.transaction, event.block)
    db.execute("INSERT INTO statement VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", whole)


def start(settings: Settings) -> threading.Event:
    """Runs an indexer in a thread of its own; set what is returned to stop it."""
    stop = threading.Event()
    threading.Thread(target=Indexer(settings).run, args=(stop,), name="indexer", daemon=True).start()
    return stop


def main() -> None:
    """The command."""
    from webapp.__main__ import parse

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    settings, _ = parse("python -m webapp.indexer", serves=False)
    settings.check()
    store.prepare(settings.database, settings.deployment)
    Indexer(settings).run(threading.Event())


if __name__ == "__main__":
    main()
