"""What the broker must not lose, in one SQLite file (WAL, synchronous=FULL: a commit is on the disk when it returns).

The collector writes readings, events and days; the sender writes the outboxes. Readings and days never change.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from meter.errors import Damaged
from ppa.days import DayReadings
from ppa.readings import DaySummary, Event, Reading
from ppa.records import DailyRecord

_BUSY_S = 30
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS readings (
    time INTEGER PRIMARY KEY,                 -- UTC seconds
    day INTEGER NOT NULL,                     -- local civil day whose end is at or after `time`
    generation_raw INTEGER,                   -- the analyzer's counter in Wh; NULL: it did not answer
    generation_base INTEGER NOT NULL,         -- the counter value that is believed after this reading
    generation_wh INTEGER NOT NULL,           -- V
    generation_ok INTEGER NOT NULL,
    export_raw INTEGER,
    export_base INTEGER NOT NULL,
    exported_wh INTEGER NOT NULL,
    export_ok INTEGER NOT NULL,
    flags INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS readings_by_day ON readings (day);
CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY, time INTEGER NOT NULL, kind TEXT NOT NULL, detail TEXT NOT NULL, detail_hash BLOB NOT NULL,
    day INTEGER                               -- the day that has its leaf; NULL: none yet
) STRICT;
CREATE TABLE IF NOT EXISTS days (
    day INTEGER PRIMARY KEY, generation_wh INTEGER NOT NULL, exported_wh INTEGER NOT NULL, root BLOB NOT NULL,
    version INTEGER NOT NULL, readings INTEGER NOT NULL, coverage_generation INTEGER NOT NULL,
    coverage_export INTEGER NOT NULL, flags INTEGER NOT NULL, configuration_hash BLOB NOT NULL,
    closed_at INTEGER NOT NULL                -- UTC seconds of the reading that closed it
) STRICT;
CREATE TABLE IF NOT EXISTS outbox_tx (
    nonce INTEGER PRIMARY KEY, kind TEXT NOT NULL, first_day INTEGER NOT NULL, last_day INTEGER NOT NULL,
    hash TEXT NOT NULL, raw BLOB NOT NULL, block_time INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('SIGNED', 'SENT', 'DONE', 'REVERTED')), block INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS outbox_days (
    day INTEGER PRIMARY KEY, state TEXT NOT NULL CHECK (state IN ('STORED', 'REFUSED')), answer TEXT NOT NULL
) STRICT;
"""


@dataclass(frozen=True)
class Side:
    """One analyzer's part of a reading, in Wh: its counter (None: no answer), the believed one, V, whether accepted."""

    raw_wh: int | None
    base_wh: int
    register_wh: int
    accepted: bool


@dataclass(frozen=True)
class Row:
    """One reading of both analyzers, at UTC seconds, of a local day."""

    time: int
    day: int
    generation: Side
    export: Side
    flags: int

    @property
    def accepted(self) -> bool:
        """Whether it is a leaf: at least one analyzer was believed."""
        return self.generation.accepted or self.export.accepted

    def reading(self) -> Reading:
        """The leaf."""
        return Reading(self.time, self.generation.register_wh, self.export.register_wh, self.flags)


class Store:
    """The file. One connection; both processes may have one."""

    def __init__(self, path: Path) -> None:
        """Opens the file, or makes it. Raises Damaged."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.executescript(_SCHEMA)
        except (OSError, sqlite3.DatabaseError) as problem:
            raise Damaged(f"The database {path} does not open ({problem}): check data_dir, or restore it.") from problem

    def check(self) -> None:
        """Raises Damaged if SQLite finds the file broken."""
        try:
            found = self._db.execute("PRAGMA quick_check").fetchone()[0]
        except sqlite3.DatabaseError as problem:
            found = str(problem)
        if found != "ok":
            raise Damaged(
                f"The database fails its check ({found}): restore a copy, or run `meter init` on an empty one."
            )

    def close(self) -> None:
        """Closes the connection."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of what is written inside, or nothing of it."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def rows(self, query: str, *values: Any) -> list[Any]:
        """The rows of a query."""
        return self._db.execute(query, values).fetchall()

    def run(self, query: str, *values: Any) -> None:
        """A statement."""
        self._db.execute(query, values)

    # meta

    def meta(self, name: str) -> str | None:
        """A value by name."""
        found = self.rows("SELECT value FROM meta WHERE name = ?", name)
        return str(found[0][0]) if found else None

    def set_meta(self, name: str, value: str) -> None:
        """Keeps a value by name."""
        self.run("INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value)

    # readings

    def add(self, row: Row) -> None:
        """Keeps a reading."""
        sides = [v for s in (row.generation, row.export) for v in (s.raw_wh, s.base_wh, s.register_wh, s.accepted)]
        self.run("INSERT INTO readings VALUES (?,?,?,?,?,?,?,?,?,?,?)", row.time, row.day, *sides, row.flags)

    def readings(self, where: str = "1", *values: Any, limit: int = -1) -> list[Row]:
        """Readings in order of time."""
        query = f"SELECT * FROM readings WHERE {where} ORDER BY time LIMIT {limit}"  # noqa: S608 own text only
        return [_row(found) for found in self.rows(query, *values)]

    def last(self, where: str = "1", *values: Any) -> Row | None:
        """The last reading that matches."""
        query = f"SELECT * FROM readings WHERE {where} ORDER BY time DESC LIMIT 1"  # noqa: S608 own text only
        found = self.rows(query, *values)
        return _row(found[0]) if found else None

    # days

    def add_day(self, day: DayReadings, root: bytes, closed_at: int) -> None:
        """Keeps a closed day."""
        last, summary = day.last_reading(), day.summary
        self.run(
            "INSERT INTO days VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            *(day.day, last.generation_wh, last.exported_wh, root),
            *(summary.version, summary.readings, summary.coverage_generation, summary.coverage_export, summary.flags),
            *(summary.configuration_hash, closed_at),
        )

    def records(self, after_day: int = -1) -> list[DailyRecord]:
        """The records of all closed days after one, in order."""
        query = "SELECT day, generation_wh, exported_wh, root FROM days WHERE day > ? ORDER BY day"
        return [DailyRecord(*found) for found in self.rows(query, after_day)]

    def day_readings(self, day: int) -> DayReadings | None:
        """A closed day with its leaves; None if it is not closed."""
        found = self.rows(
            "SELECT version, readings, coverage_generation, coverage_export, flags, configuration_hash"
            " FROM days WHERE day = ?",
            day,
        )
        return DayReadings(day, DaySummary(*found[0]), tuple(self.leaves(day))) if found else None

    def leaves(self, day: int) -> list[Reading | Event]:
        """The leaves of a day in order of time; an event stands before a reading of the same second."""
        readings = [row.reading() for row in self.readings("day = ? AND (generation_ok OR export_ok)", day)]
        found = self.rows("SELECT time, kind, detail_hash FROM events WHERE day = ? ORDER BY time, id", day)
        events = [Event(*values) for values in found]
        return sorted([*events, *readings], key=lambda leaf: leaf.time)


def _row(values: Sequence[Any]) -> Row:
    time, day, *sides, flags = values
    generation, export = (Side(raw, base, register, bool(ok)) for raw, base, register, ok in (sides[:4], sides[4:]))
    return Row(time, day, generation, export, flags)
