"""What can be shown of a reading: its leaf, the path to its day's root, and the record; and the readings as CSV."""

import csv
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, TextIO

from meter.errors import NoSuchReading
from meter.store import Row, Store
from ppa import tree
from ppa.calendar import date_of, zone
from ppa.days import leaf_to_json, summary_to_json
from ppa.errors import BadProof
from ppa.readings import Reading
from ppa.records import DailyRecord

_COLUMNS = ("counter_wh", "register_wh", "accepted")


def prove(store: Store, at: int) -> dict[str, Any]:
    """The proof of the last reading at or before UTC seconds `at`, checked. Raises NoSuchReading or BadProof."""
    row = store.last("time <= ? AND (generation_ok OR export_ok)", at)
    if row is None:
        raise NoSuchReading(f"There is no reading at or before {_iso(at)}.")
    day = store.day_readings(row.day)
    if day is None:
        raise NoSuchReading(
            f"The reading of {_iso(row.time)} is of {date_of(row.day)}, which is not closed yet: try later."
        )
    index = next(i for i, leaf in enumerate(day.leaves) if isinstance(leaf, Reading) and leaf.time == row.time)
    hashes = day.hashes()
    path, leaf, root = tree.proof(hashes, index), hashes[index], day.tree_root()
    record = next(r for r in store.records(row.day - 1) if r.day == row.day)
    if not tree.verify(leaf, path, root) or day.root() != record.readings_root:
        raise BadProof(f"The stored readings of {date_of(row.day)} do not give the root that was recorded.")
    return {
        "day": row.day,
        "date": date_of(row.day).isoformat(),
        "leaf": leaf_to_json(day.leaves[index]),
        "leaf_hash": "0x" + leaf.hex(),
        "path": ["0x" + node.hex() for node in path],
        "tree_root": "0x" + root.hex(),
        "summary": summary_to_json(day.summary),
        "summary_hash": "0x" + day.summary.digest().hex(),
        "readings_root": "0x" + record.readings_root.hex(),
        "record": {"generation_wh": record.generation_wh, "exported_wh": record.exported_wh, "day": record.day},
        "meter": store.meta("meter"),
        "transaction": _transaction(store, record),
    }


def moment(text: str, tz: str) -> int:
    """UTC seconds of ISO text (local where it names no offset) or of a number. Raises NoSuchReading."""
    try:
        when = datetime.fromtimestamp(int(text), UTC) if text.isdigit() else datetime.fromisoformat(text)
        return int((when if when.tzinfo else when.replace(tzinfo=zone(tz))).astimezone(UTC).timestamp())
    except (ValueError, OverflowError, OSError) as problem:
        raise NoSuchReading(f"{text!r} is not a time; write it as 2016-07-01T12:00 or in UTC seconds.") from problem


def export_csv(rows: Iterable[Row], tz: str, stream: TextIO) -> int:
    """Writes readings, quarantined ones too; how many."""
    writer = csv.writer(stream)
    writer.writerow(
        ["utc", "local", *(f"{side}_{what}" for side in ("generation", "export") for what in _COLUMNS), "flags"]
    )
    written = 0
    for row in rows:
        local = datetime.fromtimestamp(row.time, UTC).astimezone(zone(tz)).isoformat()
        sides = [v for s in (row.generation, row.export) for v in (s.raw_wh, s.register_wh, int(s.accepted))]
        writer.writerow([_iso(row.time), local, *sides, row.flags])
        written += 1
    return written


def _transaction(store: Store, record: DailyRecord) -> str | None:
    found = store.rows(
        "SELECT hash FROM outbox_tx WHERE kind = 'record' AND state = 'DONE' AND first_day <= ? AND last_day >= ?",
        *(record.day, record.day),
    )
    return found[0][0] if found else None


def _iso(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")
