"""What is delivered to the analyzers, a quarter-hour at a time, in whole mWh: read, made, written."""

import csv
import importlib.util
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from zoneinfo import ZoneInfo

from meter.errors import BadSeries
from meter.plant.load import load_mwh

ZONE = ZoneInfo("Europe/Madrid")
QUARTER_S = 900
_HEADER = ("quarter_hour_start", "generation_wh", "export_wh")
_NREL_PEAK_W = 5426.4  # the greatest power in the file: the scale's other end
_NREL = ("data", "serf_east_15min_ac_power.csv")


@dataclass(frozen=True)
class Quarter:
    """A quarter-hour from UTC seconds `start`: energy in mWh through each analyzer, and against its direction."""

    start: int
    generation_mwh: int
    export_mwh: int
    generation_import_mwh: int = 0
    grid_import_mwh: int = 0

    @property
    def end(self) -> int:
        """UTC seconds."""
        return self.start + QUARTER_S


def read_series(source: str, first: date, last: date, power_kw: float, load_kwh: int) -> list[Quarter]:
    """The quarter-hours of the local days first to last, from "nrel" or a file. Raises BadSeries."""
    made = _nrel(power_kw, load_kwh) if source == "nrel" else _own(Path(source))
    start, end = _midnight(first), _midnight(last + timedelta(days=1))
    found = [quarter for quarter in made if start <= quarter.start < end]
    if [quarter.start for quarter in found] != list(range(start, end, QUARTER_S)):
        raise BadSeries(
            f"{source} does not have every quarter-hour from {first} to {last} ({(end - start) // QUARTER_S} are "
            f"needed, in order; {len(found)} were found)."
        )
    return found


def write_series(path: Path, quarters: Iterable[Quarter]) -> None:
    """Writes `input.csv`: start (local, with offset) and Wh with three decimals."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(_HEADER)
        for quarter in quarters:
            start = datetime.fromtimestamp(quarter.start, UTC).astimezone(ZONE).isoformat()
            writer.writerow([start, _wh(quarter.generation_mwh), _wh(quarter.export_mwh)])


def _nrel(power_kw: float, load_kwh: int) -> Iterator[Quarter]:
    """Measured AC power in W, scaled; its wall clock is taken as ours. What the load does not use is exported."""
    scale = power_kw * 1000 / _NREL_PEAK_W
    with _nrel_file().open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            wall = datetime.fromisoformat(row["measured_on"]).replace(tzinfo=None)
            made = round(float(row["ac_power"]) * scale * 250)  # mWh in a quarter-hour
            used = load_mwh(wall, load_kwh)
            yield Quarter(
                int(wall.replace(tzinfo=ZONE).timestamp()),
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


def _own(path: Path) -> Iterator[Quarter]:
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            if tuple(reader.fieldnames or ()) != _HEADER:
                raise BadSeries(f"{path} must have the columns {', '.join(_HEADER)}; it has {reader.fieldnames}.")
            for number, row in enumerate(reader, 2):
                yield _own_row(path, number, row)
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise BadSeries(f"{path} cannot be read: {problem}.") from problem


def _own_row(path: Path, number: int, row: dict[str, str]) -> Quarter:
    try:
        start = datetime.fromisoformat(row[_HEADER[0]])
        generation, export = (int((Decimal(row[name]) * 1000).to_integral_value()) for name in _HEADER[1:])
    except (ValueError, TypeError, InvalidOperation, OverflowError) as problem:
        raise BadSeries(f"Line {number} of {path} is not a time and two energies in Wh: {row}.") from problem
    start = start if start.tzinfo else start.replace(tzinfo=ZONE)
    return Quarter(
        int(start.timestamp()), max(generation, 0), max(export, 0), max(-generation, 0), max(-export, 0)
    )  # fmt: skip


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=ZONE).timestamp())


def _wh(mwh: int) -> str:
    return f"{mwh // 1000}.{mwh % 1000:03d}"
