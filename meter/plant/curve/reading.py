"""A load curve read from its file: every interval that was measured, in order, in whole Wh."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from io import StringIO
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from meter.errors import BadSeries
from meter.plant.curve.amounts import decimal_sign, energy_wh, whole_wh
from meter.plant.curve.layout import Cells, Layout, Options, layout_of, read_text, rows
from meter.plant.curve.times import DAY_MINUTES, Label, labels_of, starts_of

ZONES = ("Europe/Madrid", "Atlantic/Canary")
INTERVALS = {900: "quarter-hours", 3600: "hours"}
_CHANGED = 4  # so many hours in a row among quarter-hours are no gap


@dataclass(frozen=True)
class Measurement:
    """What was measured in one interval from UTC seconds `start`, in whole Wh."""

    start: int
    generation_wh: int
    export_wh: int


@dataclass(frozen=True)
class Curve:
    """The measurements in a file, each of so many seconds, in order; `summary`: how the file was read."""

    seconds: int
    zone: str
    measurements: tuple[Measurement, ...]
    summary: str


def read_curve(path: Path, options: Options) -> Curve:
    """Read a load curve. Raises BadSeries, with what is wrong on which line and what to do."""
    lines = list(StringIO(read_text(path), newline=""))
    layout = layout_of(lines, options, path)
    found = list(rows(lines, layout, path))
    if not found:
        raise BadSeries(f"{path} has no values below its header on line {layout.line}: export it again.")
    labels = labels_of([(cells.line, " ".join(cells.time)) for cells in found], path)
    if labels[0].wall > labels[-1].wall:  # the newest first
        found.reverse()
        labels.reverse()
    seconds = _interval(labels, path)
    ends = _are_ends(labels, layout, options, path)
    starts = starts_of(labels, ZoneInfo(options.zone), seconds, ends, path)
    ordered = sorted(zip(starts, found, strict=True), key=lambda pair: pair[0])
    _check_order(ordered, seconds, path)
    values = [(cells.line, text) for cells in found for text in (cells.generation, cells.export)]
    decimal = decimal_sign(values, options.decimal, path)
    measurements = _measurements(ordered, layout, seconds, path)
    return Curve(
        seconds,
        options.zone,
        measurements,
        f"{path}: {len(found):,} {INTERVALS[seconds]} in {options.zone}, times are {'ends' if ends else 'starts'}; "
        f"{layout.summary()}; decimal {'comma' if decimal == ',' else 'point'}.",
    )


def _interval(labels: Sequence[Label], path: Path) -> int:
    """Seconds of each interval: the least time between two labels."""
    walls = sorted({label.wall for label in labels})
    apart = [int((b - a).total_seconds()) for a, b in pairwise(walls)]
    seconds = min(apart, default=0)
    if seconds not in INTERVALS:
        between = f"{seconds // 60} minutes apart" if apart else "of one interval only"
        raise BadSeries(f"{path}: its values are {between} (line {labels[0].line} on); export quarter-hours or hours.")
    if seconds == 900:
        for at in range(len(apart) - _CHANGED + 1):
            if all(step == 3600 for step in apart[at : at + _CHANGED]):
                line = next(label.line for label in labels if label.wall == walls[at + 1])
                raise BadSeries(
                    f"{path} mixes quarter-hours and hours: from line {line} on its values are an hour apart; "
                    "export one of them for the whole time."
                )
    return seconds


def _are_ends(labels: Sequence[Label], layout: Layout, options: Options, path: Path) -> bool:
    """Whether the labels are the intervals' ends: as the user, hour 24, the header or the first and last one say."""
    late = next((label for label in labels if label.minutes >= DAY_MINUTES), None)
    if options.labels == "start" and late:
        raise BadSeries(f"Line {late.line} of {path} has hour 24, which starts no interval: READ='--labels end'.")
    said = options.labels or ("end" if late else layout.times_said)
    if not said:
        first, last = (label.minutes == 0 for label in (labels[0], labels[-1]))
        if first == last:
            raise BadSeries(
                f"{path} does not say whether its times are the starts or the ends of the intervals (the first is "
                f"{labels[0].wall}, the last {labels[-1].wall}): READ='--labels start' or READ='--labels end'."
            )
        said = "start" if first else "end"
    return said == "end"


def _check_order(ordered: Sequence[tuple[int, Cells]], seconds: int, path: Path) -> None:
    for (before, one), (after, other) in pairwise(ordered):
        if before == after:
            again, first = max(one.line, other.line), min(one.line, other.line)
            raise BadSeries(f"Line {again} of {path} gives the time of line {first} again: leave one of them.")
    for start, cells in ordered:
        if start % seconds:
            when = datetime.fromtimestamp(start, UTC)
            raise BadSeries(
                f"Line {cells.line} of {path} starts at {when:%H:%M} UTC, which begins no {INTERVALS[seconds][:-1]}: "
                "export one interval for the whole time."
            )


def _measurements(
    ordered: Sequence[tuple[int, Cells]], layout: Layout, seconds: int, path: Path
) -> tuple[Measurement, ...]:
    """What has both energies, in whole Wh; the others were not measured."""
    starts: list[int] = []
    exact: tuple[list[Fraction], list[Fraction]] = ([], [])
    for start, cells in ordered:
        made, sent = (
            energy_wh(text, unit, seconds, cells.line, path)
            for text, unit in zip((cells.generation, cells.export), layout.units, strict=True)
        )
        if made is not None and sent is not None:
            starts.append(start)
            exact[0].append(made)
            exact[1].append(sent)
    if not starts:
        raise BadSeries(
            f"{path} has no row with both energies ({layout.summary()}): name columns that have values, or say "
            "READ='--export none' if nothing is exported."
        )
    return tuple(
        Measurement(start, made, sent)
        for start, made, sent in zip(starts, whole_wh(exact[0]), whole_wh(exact[1]), strict=True)
    )
