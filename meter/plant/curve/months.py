"""The whole months of a load curve, what was not measured in them, and what is left out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from meter.errors import BadSeries
from meter.plant.curve.reading import Curve, Measurement
from ppa.calendar import date_of, day_bounds, day_of, local_day, month_end

_LISTED = 12  # gaps that are told one by one
_GREATEST_W = 10**9  # more is a mistaken unit
_FLAGGED_S = 3600  # a longer time without a reading flags its day


@dataclass(frozen=True)
class Gap:
    """UTC seconds between which nothing was measured."""

    start: int
    end: int


@dataclass(frozen=True)
class Months:
    """The whole months from `first` to `last`, both days included."""

    curve: Curve
    first: date
    last: date
    measurements: tuple[Measurement, ...]
    gaps: tuple[Gap, ...]

    @property
    def power_w(self) -> int:
        """The least whole kW, in W, that no interval's mean power is above."""
        most = max(max(m.generation_wh, m.export_wh) for m in self.measurements)
        return max(-(-most * 3600 // (self.curve.seconds * 1000)), 1) * 1000

    def summary(self) -> Iterator[str]:
        """What the user should know before anything is done with it."""
        yield self.curve.summary
        yield f"Taken: the whole months {self.first:%Y-%m} to {self.last:%Y-%m}."
        yield from self._left_out()
        for gap in self.gaps[:_LISTED]:
            yield f"Not measured, and no energy put there: {self._span(gap.start, gap.end)}; {self._consequence(gap)}."
        if len(self.gaps) > _LISTED:
            yield f"Not measured: {len(self.gaps) - _LISTED} times more."
        sent = sum(m.export_wh > m.generation_wh for m in self.measurements)
        if sent:
            yield f"In {sent:,} intervals more is exported than generated: taken as it is, and flagged by the meter."

    def _left_out(self) -> Iterator[str]:
        start, end = _bounds(self.first, self.last, self.curve.zone)
        given = self.curve.measurements
        for some in ([m for m in given if m.start < start], [m for m in given if m.start >= end]):
            if some:
                span = self._span(some[0].start, some[-1].start + self.curve.seconds)
                yield f"Left out: {span}, which is no whole month (its first and last interval are needed)."

    def _span(self, start: int, end: int) -> str:
        return " to ".join(_wall(at, self.curve.zone) for at in (start, end))

    def _consequence(self, gap: Gap) -> str:
        """What the meter's records will say: its readings are at the ends of what was measured."""
        resumed = gap.end + self.curve.seconds
        dark, flagged = [], []
        for day in range(local_day(gap.start, self.curve.zone), local_day(resumed - 1, self.curve.zone) + 1):
            start, end = day_bounds(day, self.curve.zone)
            if gap.start <= start and end < resumed:
                dark.append(day)
            elif min(resumed, end) - max(gap.start, start) > _FLAGGED_S:
                flagged.append(day)
        said = [f"{_dates(dark)} without a record"] if dark else []
        said += [f"{_dates(flagged)} flagged GAP"] if flagged else []
        return " and ".join(said) or "an hour or less between two readings flags no day"


def whole_months(curve: Curve, path: Path) -> Months:
    """The months from the first to the last whose first and last interval were measured. Raises BadSeries."""
    starts = {m.start for m in curve.measurements}
    days = sorted({local_day(start, curve.zone) for start in starts})
    months = sorted({month_end(day) for day in days})
    firsts = [day for end in months if _midnight(day := day_of(date_of(end).replace(day=1)), curve.zone) in starts]
    lasts = [day for day in months if day_bounds(day, curve.zone)[1] - curve.seconds in starts]
    if not firsts or not lasts or firsts[0] > lasts[-1]:
        raise BadSeries(
            f"{path} has no whole month of {curve.zone} (it has {date_of(days[0])} to {date_of(days[-1])}): export "
            "from the first interval of a month to the last of the same or a later one."
        )
    first, last = date_of(firsts[0]), date_of(lasts[-1])
    start, end = _bounds(first, last, curve.zone)
    taken = tuple(m for m in curve.measurements if start <= m.start < end)
    made, sent = sum(m.generation_wh for m in taken), sum(m.export_wh for m in taken)
    if sent > made:
        raise BadSeries(
            f"{path}: {sent:,} Wh are exported but only {made:,} Wh generated: are the two columns exchanged? Name "
            'them: READ=\'--generation "…" --export "…"\'.'
        )
    most = max(taken, key=lambda m: max(m.generation_wh, m.export_wh))
    if max(most.generation_wh, most.export_wh) * 3600 > _GREATEST_W * curve.seconds:
        raise BadSeries(
            f"{path}: from {_wall(most.start, curve.zone)} more than {_GREATEST_W // 10**6:,} MW are generated or "
            "exported: correct the value, or the unit in the columns' names."
        )
    gaps = tuple(Gap(a.start + curve.seconds, b.start) for a, b in pairwise(taken) if b.start > a.start + curve.seconds)
    return Months(curve, first, last, taken, gaps)


def _bounds(first: date, last: date, zone: str) -> tuple[int, int]:
    return _midnight(day_of(first), zone), day_bounds(day_of(last), zone)[1]


def _midnight(day: int, zone: str) -> int:
    return day_bounds(day, zone)[0]


def _wall(at: int, zone: str) -> str:
    return datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def _dates(days: list[int]) -> str:
    if len(days) < 3:
        return " and ".join(f"{date_of(day)}" for day in days)
    return f"{date_of(days[0])} to {date_of(days[-1])}"
