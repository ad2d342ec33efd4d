"""The times of a load curve: from labels on a wall clock, or with an offset, to the UTC seconds of each start."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from meter.errors import BadSeries

_CLOCK = r"(?:[T ]\s*(\d{1,2})(?::(\d{2})(?::(\d{2})(?:\.0+)?)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?"
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})" + _CLOCK, re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})" + _CLOCK, re.ASCII)
DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Label:
    """A time as written: its line, the day, the minutes since midnight (25:00 is 1500), seconds from UTC if said."""

    line: int
    day: date
    minutes: int
    offset: int | None = None

    @property
    def wall(self) -> datetime:
        """The wall clock's time, without a zone."""
        return datetime.combine(self.day, datetime.min.time()) + timedelta(minutes=self.minutes)


def labels_of(texts: Sequence[tuple[int, str]], path: Path) -> list[Label]:
    """The labels of (line, text). Days and months are told apart by the days after the 12th."""
    parts = [(line, text, *_parts(line, text, path)) for line, text in texts]
    last = [(line, text, numbers) for line, text, year_first, numbers in parts if not year_first]
    day_first, month_first = (next((line for line, _, n in last if n[i] > 12), 0) for i in (0, 1))
    if day_first and month_first:
        raise BadSeries(
            f"{path}: line {day_first} writes the day first, line {month_first} the month: write one of them."
        )
    if last and not day_first and not month_first:
        raise BadSeries(
            f"{path}: no date lies after the 12th of a month (the last line is {last[-1][0]}), so it has no whole "
            "month; export whole months."
        )
    return [
        _label(line, text, year_first, numbers, bool(month_first), path) for line, text, year_first, numbers in parts
    ]


def _parts(line: int, text: str, path: Path) -> tuple[bool, tuple[int, ...]]:
    """Whether the year comes first; three numbers of the date, hour, minute, second, and the offset if said."""
    found = _YEAR_FIRST.fullmatch(text) or _YEAR_LAST.fullmatch(text)
    if not found:
        raise BadSeries(
            f"Line {line} of {path}: {text!r} is not a time such as 2024-03-31 14:15 or 31/03/2024 14:15; remove "
            'the line if it measures nothing, or name the time\'s column, READ=\'--time "…"\' (or two: "Fecha+Hora").'
        )
    numbers = tuple(int(part or 0) for part in found.groups()[:6])
    if (offset := found[7]) is None:
        return found.re is _YEAR_FIRST, numbers
    sign = -1 if offset[0] == "-" else 1
    seconds = 0 if offset == "Z" else sign * (int(offset[1:3]) * 3600 + int(offset[-2:]) * 60)
    return found.re is _YEAR_FIRST, (*numbers, seconds)


def _label(line: int, text: str, year_first: bool, numbers: tuple[int, ...], month_first: bool, path: Path) -> Label:
    a, b, c, hour, minute, second, *offset = numbers
    year, month, day = (a, b, c) if year_first else (c, a, b) if month_first else (c, b, a)
    try:
        when = date(year, month, day)
    except ValueError as problem:
        raise BadSeries(f"Line {line} of {path}: {text!r} is no day of the calendar.") from problem
    minutes = hour * 60 + minute
    if minute > 59 or minutes > 25 * 60 or second or not 1970 < year < 2100:
        raise BadSeries(
            f"Line {line} of {path}: {text!r} is not the start or end of an interval in the years 1971 to 2099."
        )
    return Label(line, when, minutes, offset[0] if offset else None)


def starts_of(labels: Sequence[Label], zone: ZoneInfo, seconds: int, ends: bool, path: Path) -> list[int]:
    """The UTC seconds at which each label's interval starts.

    Of a label that a zone's clock shows twice, the first in time order is the first. Raises BadSeries for a time that
    the clock does not show, or one label too many.
    """
    days: dict[date, list[Label]] = {}
    for label in labels:
        days.setdefault(label.day, []).append(label)
    readers = {day: _Day(day, found, zone, seconds, ends, path) for day, found in days.items()}
    return [readers[label.day].start(label) for label in labels]


class _Day:
    """Reads the labels of one local day, in their order."""

    def __init__(self, day: date, labels: list[Label], zone: ZoneInfo, seconds: int, ends: bool, path: Path) -> None:
        self._zone, self._seconds, self._ends, self._path = zone, seconds, ends, path
        self._midnight = _utc(datetime.combine(day, datetime.min.time()), zone)
        next_midnight = _utc(datetime.combine(day + timedelta(days=1), datetime.min.time()), zone)
        self._seen: dict[int, Label] = {}
        length = next_midnight - self._midnight
        written = Counter(label.minutes for label in labels)
        change = _change(day, zone)
        self._counted = ends and (
            (length > 86_400 and max(written) > DAY_MINUTES)
            or (length < 86_400 and written[change] > 0 and written[change + 60] > 0)
        )
        self._moved = ends and not self._counted and length > 86_400 and written[change + 60] > 1

    def start(self, label: Label) -> int:
        found = self._start(label)
        if label.offset is None and (other := self._seen.setdefault(found, label)) is not label:
            raise BadSeries(
                f"Line {label.line} of {self._path} gives the time of line {other.line} again: leave one of them."
            )
        return found

    def _start(self, label: Label) -> int:
        before = self._seconds if self._ends else 0
        if label.offset is not None:
            return int(label.wall.replace(tzinfo=UTC).timestamp()) - label.offset - before
        if self._counted:  # hours numbered through the day, whatever the wall clock shows
            return self._midnight + label.minutes * 60 - before
        if label.minutes > DAY_MINUTES:
            raise BadSeries(
                f"Line {label.line} of {self._path}: {label.day} has no hour 25 in {self._zone.key}; only the day "
                "on which the clock goes back has it: correct the date or the hour."
            )
        wall = label.wall - timedelta(seconds=before if self._moved else 0)
        first, second = _utc(wall, self._zone), _utc(wall.replace(fold=1), self._zone)
        before = 0 if self._moved else before
        if second < first and not (self._ends and self._is_change(wall)):
            raise BadSeries(
                f"Line {label.line} of {self._path}: on {label.day} the clock of {self._zone.key} does not show "
                f"{wall:%H:%M}; name the zone, READ='--zone Atlantic/Canary', or write times with their offset."
            )
        return (second if second > first and first - before in self._seen else first) - before

    def _is_change(self, wall: datetime) -> bool:
        """Whether a time that is not shown is the moment at which the clock is changed."""
        before = wall - timedelta(minutes=1)
        return _utc(before, self._zone) == _utc(before.replace(fold=1), self._zone)


def _change(day: date, zone: ZoneInfo) -> int:
    """Minutes of the day from which its clock does not show an hour, or shows it twice; 0 if it is not changed."""
    for minutes in range(0, DAY_MINUTES, 60):
        wall = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minutes)
        if _utc(wall, zone) != _utc(wall.replace(fold=1), zone):
            return minutes
    return 0


def _utc(wall: datetime, zone: ZoneInfo) -> int:
    return int(wall.replace(tzinfo=zone).timestamp())
