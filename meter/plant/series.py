"""What is delivered to the analyzers, an interval at a time, in whole mWh: read, made, written."""

import csv
import importlib.util
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from meter.errors import BadSeries
from meter.plant.curve import Options, read_curve
from meter.plant.load import load_mwh
from ppa.calendar import day_bounds, day_of, zone

ZONE = "Europe/Madrid"
QUARTER_S = 900
_HEADER = ("interval_start", "generation_wh", "export_wh")
_NREL_PEAK_W = 5426.4  # the greatest power in the file: the scale's other end
_NREL = ("data", "serf_east_15min_ac_power.csv")


@dataclass(frozen=True)
class Interval:
    """`seconds` from UTC seconds `start`: energy in mWh through each analyzer, and against its direction."""

    start: int
    generation_mwh: int
    export_mwh: int
    generation_import_mwh: int = 0
    grid_import_mwh: int = 0
    seconds: int = QUARTER_S

    @property
    def end(self) -> int:
        """UTC seconds."""
        return self.start + self.seconds


def read_series(source: str, first: date, last: date, power_kw: float, load_kwh: int, tz: str = ZONE) -> list[Interval]:
    """The intervals of the local days first to last, from "nrel" or a file. Raises BadSeries.

    A file's first and last interval of these days must be there; between them what was not measured is left out.
    """
    made = _nrel(power_kw, load_kwh) if source == "nrel" else _own(Path(source), tz)
    start, end = day_bounds(day_of(first), tz)[0], day_bounds(day_of(last), tz)[1]
    found = [interval for interval in made if start <= interval.start < end]
    if not found or (found[0].start, found[-1].end) != (start, end):
        raise BadSeries(f"{source} does not have the first and the last interval of {first} to {last} in {tz}.")
    return found


def write_series(path: Path, intervals: Iterable[Interval], tz: str = ZONE) -> None:
    """Writes `input.csv`: start (local, with offset) and Wh with three decimals."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(_HEADER)
        for interval in intervals:
            start = datetime.fromtimestamp(interval.start, UTC).astimezone(zone(tz)).isoformat()
            writer.writerow([start, _wh(interval.generation_mwh), _wh(interval.export_mwh)])


def _nrel(power_kw: float, load_kwh: int) -> Iterator[Interval]:
    """Measured AC power in W, scaled; its wall clock is taken as ours. What the load does not use is exported."""
    scale = power_kw * 1000 / _NREL_PEAK_W
    with _nrel_file().open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            wall = datetime.fromisoformat(row["measured_on"]).replace(tzinfo=None)
            made = round(float(row["ac_power"]) * scale * 250)  # mWh in a quarter-hour
            used = load_mwh(wall, load_kwh)
            yield Interval(
                int(wall.replace(tzinfo=ZoneInfo(ZONE)).timestamp()),
                generation_mwh=max(made, 0),
                export_mwh=max(made - used, 0),
                generation_import_mwh=max(-made, 0),
                grid_import_mwh=max(used - made, 0),
            )


def _nrel_file() -> Path:
    found = importlib.util.find_spec("pvanalytics")
    for folder in (found.submodule_search_locations or ()) if found else ():
        if (path := Path(folder, *_NREL)).exists():
            return path
    raise BadSeries(
        "The NREL data is not installed (pvanalytics 0.2.2 has it): install it, or give an own file with --csv."
    )


def _own(path: Path, tz: str) -> Iterator[Interval]:
    curve = read_curve(path, Options(zone=tz))
    for one in curve.measurements:
        yield Interval(one.start, one.generation_wh * 1000, one.export_wh * 1000, seconds=curve.seconds)


def _wh(mwh: int) -> str:
    return f"{mwh // 1000}.{mwh % 1000:03d}"
