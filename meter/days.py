"""Local days: which readings are of one, how well they cover it, and what is recorded of it.

A reading belongs to the day whose end is at or after it: the one at 00:00 ends the day before.
"""

from collections.abc import Iterable
from itertools import pairwise

from eth_utils.crypto import keccak

from meter.store import Row, Store
from ppa import calendar
from ppa.days import DayReadings
from ppa.readings import DayFlag, DaySummary, Event, Reading, ReadingFlag

SUMMARY_VERSION = 1
GRACE_S = 48 * 3600
_GAP_S = 3600


def day_of_reading(time: int, tz: str) -> int:
    """The local day that a reading at UTC seconds belongs to."""
    return calendar.local_day(time - 1, tz)


def close_opening(store: Store, row: Row, configuration_hash: bytes) -> None:
    """Closes the opening day: one leaf flagged OPENING, dated the day before `meter init`."""
    summary = DaySummary(SUMMARY_VERSION, 1, 0, 0, ReadingFlag.OPENING, configuration_hash)
    day = DayReadings(row.day, summary, (row.reading(),))
    store.add_day(day, day.root(), row.time)


class DayCloser:
    """Closes the days that are over: inside the transaction of the reading that says so."""

    def __init__(self, store: Store, tz: str, cadence_s: int, configuration_hash: bytes) -> None:
        self._store, self._tz, self._cadence_s, self._hash = store, tz, cadence_s, configuration_hash
        self._open = self._first_open()

    def forget(self) -> None:
        """Looks again at what is open: after a transaction that was rolled back."""
        self._open = self._first_open()

    def added(self, row: Row, *, synchronised: bool = True) -> list[int]:
        """After an accepted reading: closes every earlier day that has readings. The days that were closed.

        While the clock is not synchronised nothing is closed: the next synchronised reading does it.
        """
        if self._open is None:
            self._open = row.day
        if row.day <= self._open or not synchronised:
            return []
        found = self._store.rows(
            "SELECT DISTINCT day FROM readings WHERE day >= ? AND day < ? AND (generation_ok OR export_ok)"
            " ORDER BY day",
            *(self._open, row.day),
        )
        for (day,) in found:
            self._close(day, row.time, DayFlag(0))
        self._open = row.day
        return [day for (day,) in found]

    def waited(self, now: int) -> list[int]:
        """Without a reading: closes the open day once 48 hours have passed since its end, flagged LATE."""
        if self._open is None or now <= calendar.day_bounds(self._open, self._tz)[1] + GRACE_S:
            return []
        day = self._open
        with self._store.transaction():
            self._close(day, now, DayFlag.LATE)
        self._open = None
        return [day]

    def _close(self, day: int, closed_at: int, flags: DayFlag) -> None:
        store = self._store
        start, end = calendar.day_bounds(day, self._tz)
        store.run("UPDATE events SET day = ? WHERE day IS NULL AND time <= ?", day, end)
        leaves = store.leaves(day)
        readings = [leaf for leaf in leaves if isinstance(leaf, Reading)]
        for leaf in leaves:
            flags |= DayFlag.STEP if isinstance(leaf, Event) and leaf.kind == "clock-step" else leaf_flags(leaf)
        if _longest_gap(self._times("(generation_ok OR export_ok)", start, end), start, end) > _GAP_S:
            flags |= DayFlag.GAP
        summary = DaySummary(
            SUMMARY_VERSION,
            len(readings),
            self._coverage("generation_ok", start, end),
            self._coverage("export_ok", start, end),
            int(flags),
            self._hash,
        )
        closed = DayReadings(day, summary, tuple(leaves))
        store.add_day(closed, closed.root(), closed_at)

    def _coverage(self, column: str, start: int, end: int) -> int:
        return covered_seconds(self._times(column, start, end), start, end, 2 * self._cadence_s)

    def _times(self, condition: str, start: int, end: int) -> list[int]:
        """Accepted times in the day, with the one before and the one after it."""
        query = (
            f"SELECT max(time) FROM readings WHERE time <= ? AND {condition} UNION ALL"  # noqa: S608 own text only
            f" SELECT time FROM readings WHERE time > ? AND time <= ? AND {condition} UNION ALL"
            f" SELECT min(time) FROM readings WHERE time > ? AND {condition}"
        )
        return sorted(time for (time,) in self._store.rows(query, start, start, end, end) if time is not None)

    def _first_open(self) -> int | None:
        found = self._store.rows(
            "SELECT min(day) FROM readings WHERE (generation_ok OR export_ok)"
            " AND day > coalesce((SELECT max(day) FROM days), -1)"
        )
        return found[0][0] if found else None


def leaf_flags(leaf: Reading | Event) -> DayFlag:
    """A reading's flags as a day's."""
    return DayFlag(int(leaf.flags)) if isinstance(leaf, Reading) else DayFlag(0)


def covered_seconds(times: Iterable[int], start: int, end: int, longest: int) -> int:
    """Seconds of [start, end] that lie between readings at most `longest` apart."""
    total, last = 0, None
    for time in times:
        if last is not None and time - last <= longest:
            total += max(0, min(time, end) - max(last, start))
        last = time
    return total


def event_hash(detail: str) -> bytes:
    """What a leaf says of an event's details (RFC 8785 JSON)."""
    return keccak(text=detail)


def _longest_gap(times: Iterable[int], start: int, end: int) -> int:
    inside = [start, *(time for time in times if start < time < end), end]
    return max(b - a for a, b in pairwise(inside))
