"""Fills the index from events. It may be killed and started at any moment: a range of blocks is one transaction.

Run beside the web server (`solpact-web` starts it as a thread) or alone: `python -m webapp.indexer`.
"""

import json
import logging
import sqlite3
import threading
from contextlib import closing
from typing import Any

from ppa import abi
from ppa.errors import NotFound, PpaError
from ppa.history import RegistryEvent, as_closed, as_opened
from ppa.jsonfile import hexed
from ppa.rpc import number
from ppa.statements import Statement
from ppa.terms import Terms
from ppa.termsfile import terms_to_json
from webapp import disputes, handovers, store
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
            except (PpaError, sqlite3.OperationalError) as problem:
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
        with store.transaction(db):
            if self._cursor(db) != first - 1:
                raise ChainMoved("Another indexer was faster.")
            db.executemany("INSERT INTO block VALUES (?, ?, ?)", rows)
            db.executemany("INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?)", map(_record_row, records))
            for event in events:
                _keep(db, event)


def _record_row(entry: Any) -> tuple[Any, ...]:
    decoded = abi.decode_event("MeterLedger", entry)
    assert decoded is not None  # we asked for this event alone
    values = decoded[1]
    registers = (values["generation"], values["exported"], hexed(values["readingsRoot"]))
    return values["meter"], values["day"], *registers, number(entry["blockNumber"]), entry["transactionHash"]


def _keep(db: sqlite3.Connection, event: RegistryEvent) -> None:
    agreement = hexed(event.values["id"])
    handovers.keep(db, event)
    disputes.keep(db, event)
    balance = 0 if event.name == "HandedOver" else event.values.get("balance")
    said = json.dumps({name: _plain(value) for name, value in event.values.items() if name != "terms"})
    place = (event.block, event.log_index, agreement, event.name, event.transaction, balance, said)
    db.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?)", place)
    if event.name == "Proposed":
        _keep_terms(db, event, agreement)
    elif event.name == "Opened":
        _insert_statement(db, event, as_opened(event), 0, ())
    elif event.name == "Closed":
        closed = as_closed(event)
        _insert_statement(db, event, closed.statement, closed.balance_cents, closed.lines)


def _keep_terms(db: sqlite3.Connection, event: RegistryEvent, agreement: str) -> None:
    """Terms that nobody can read, as anyone may propose them, get no page: nobody but their makers is hurt by that."""
    try:
        terms = Terms.from_tuple(event.values["terms"])
        body = json.dumps(terms_to_json(terms))
    except PpaError as problem:
        log.warning("Agreement %s has terms that cannot be read: %s", agreement, problem)
        return
    parties = (terms.producer, terms.consumer, terms.meter)
    db.execute("INSERT INTO agreement VALUES (?, ?, ?, ?, ?, ?)", (agreement, event.block, *parties, body))


def _plain(value: Any) -> Any:
    """A value of an event as JSON has it."""
    if isinstance(value, bytes):
        return hexed(value)
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _insert_statement(
    db: sqlite3.Connection, event: RegistryEvent, kept: Statement, balance_cents: int, lines: tuple[int, ...]
) -> None:
    agreement = hexed(event.values["id"])
    place = {"root": handovers.root_of(db, agreement), "agreement": agreement, "block": event.block}
    more = {"balance_cents": balance_cents, "lines": json.dumps(lines), "transaction_hash": event.transaction}
    handovers.insert_statement(db, {**place, **vars(kept), "flags": int(kept.flags), **more})


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
