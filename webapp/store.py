"""The index in SQLite: what the chain told, thrown away and read again where the chain changed its mind."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import cast

from flask import g

from ppa.deployment import Deployment
from webapp.config import settings
from webapp.errors import OtherChain

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS block (number INTEGER PRIMARY KEY, hash TEXT NOT NULL, time INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS agreement (
    id TEXT PRIMARY KEY, block INTEGER NOT NULL REFERENCES block ON DELETE CASCADE,
    producer TEXT NOT NULL, consumer TEXT NOT NULL, meter TEXT NOT NULL, terms TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS event (
    block INTEGER NOT NULL REFERENCES block ON DELETE CASCADE, log_index INTEGER NOT NULL,
    agreement TEXT NOT NULL, name TEXT NOT NULL, transaction_hash TEXT NOT NULL, balance_cents INTEGER,
    said TEXT NOT NULL, PRIMARY KEY (block, log_index));
CREATE INDEX IF NOT EXISTS event_of_agreement ON event (agreement, block, log_index);
CREATE TABLE IF NOT EXISTS record (
    meter TEXT NOT NULL, day INTEGER NOT NULL, generation_wh INTEGER NOT NULL, exported_wh INTEGER NOT NULL,
    readings_root TEXT NOT NULL, block INTEGER NOT NULL REFERENCES block ON DELETE CASCADE,
    transaction_hash TEXT NOT NULL, PRIMARY KEY (meter, day));
CREATE TABLE IF NOT EXISTS statement (
    root TEXT NOT NULL, number INTEGER NOT NULL, agreement TEXT NOT NULL, amount_cents INTEGER NOT NULL,
    generation_wh INTEGER NOT NULL, exported_wh INTEGER NOT NULL, last_day INTEGER NOT NULL,
    boundary_day INTEGER NOT NULL, closed_on INTEGER NOT NULL, closed_block INTEGER NOT NULL, flags INTEGER NOT NULL,
    balance_cents INTEGER NOT NULL, lines TEXT NOT NULL, transaction_hash TEXT NOT NULL,
    block INTEGER NOT NULL REFERENCES block ON DELETE CASCADE, PRIMARY KEY (root, number));
CREATE TABLE IF NOT EXISTS claim (
    root TEXT NOT NULL, number INTEGER NOT NULL, cents INTEGER NOT NULL, decided INTEGER NOT NULL,
    block INTEGER NOT NULL REFERENCES block ON DELETE CASCADE, log_index INTEGER NOT NULL,
    PRIMARY KEY (block, log_index));
CREATE TABLE IF NOT EXISTS handover (
    successor TEXT PRIMARY KEY, agreement TEXT NOT NULL, root TEXT NOT NULL, number INTEGER NOT NULL,
    balance_cents INTEGER NOT NULL, block INTEGER NOT NULL REFERENCES block ON DELETE CASCADE);
CREATE TABLE IF NOT EXISTS day (
    meter TEXT NOT NULL, day INTEGER NOT NULL, body BLOB NOT NULL, sha256 TEXT NOT NULL, signature TEXT NOT NULL,
    received INTEGER NOT NULL, PRIMARY KEY (meter, day));
"""


def connect(path: Path) -> sqlite3.Connection:
    """A connection: rows by name, foreign keys on, transactions begun by us."""
    found = sqlite3.connect(path, timeout=30, isolation_level=None)
    found.row_factory = sqlite3.Row
    found.execute("PRAGMA foreign_keys = ON")
    return found


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Commits what is done inside, or nothing of it where that raises."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield db
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise


def prepare(path: Path, deployment: Deployment) -> None:
    """Makes the tables. Raises OtherChain if the database is another chain's or another registry's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ours = f"{deployment.chain_id} {deployment.genesis} {deployment.address('PPARegistry')}"
    with closing(connect(path)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(SCHEMA)
        db.execute("INSERT OR IGNORE INTO meta VALUES ('chain', ?)", (ours,))
        (found,) = db.execute("SELECT value FROM meta WHERE name = 'chain'").fetchone()
        if found != ours:
            raise OtherChain("The database", ours, found)


def database() -> sqlite3.Connection:
    """This request's connection."""
    if "database" not in g:
        g.database = connect(settings().database)
    return cast(sqlite3.Connection, g.database)


def close(_problem: BaseException | None = None) -> None:
    """Ends this request's connection."""
    found = g.pop("database", None)
    if found is not None:
        found.close()
