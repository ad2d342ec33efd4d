"""What the consumer uses: BDEW's standard load profile G1 (business, weekdays 8 to 18), from demandlib. Synthetic."""

import csv
import importlib.util
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from meter.errors import BadSeries

_PROFILE = "g1"
_FILE = ("bdew", "bdew_data", "selp_series.csv")


def load_mwh(wall: datetime, yearly_kwh: int) -> int:
    """What is used in the quarter-hour from a local wall time, in mWh, of so many kWh in its year."""
    return round(yearly_kwh * 1_000_000 * _weight(wall) / _year_weight(wall.year))


def _weight(wall: datetime) -> float:
    return _table()[(season(wall), wall.isoweekday(), wall.hour * 4 + wall.minute // 15)]


def season(wall: datetime) -> str:
    """BDEW's: summer 15 May to 14 September, winter 1 November to 20 March, else transition."""
    at = (wall.month, wall.day)
    if (5, 15) <= at <= (9, 14):
        return "summer"
    return "winter" if at >= (11, 1) or at <= (3, 20) else "transition"


@cache
def _year_weight(year: int) -> float:
    start, end = datetime(year, 1, 1), datetime(year + 1, 1, 1)
    quarters = int((end - start).total_seconds()) // 900
    return sum(_weight(start + timedelta(minutes=15 * n)) for n in range(quarters))


@cache
def _table() -> dict[tuple[str, int, int], float]:
    found = importlib.util.find_spec("demandlib")
    for folder in (found.submodule_search_locations or ()) if found else ():
        path = Path(folder, *_FILE)
        if path.exists():
            return _read(path)
    raise BadSeries(
        "The load profile is not installed (demandlib 0.2.1 has it): install it, or give an own file with --csv."
    )


def _read(path: Path) -> dict[tuple[str, int, int], float]:
    table = {}
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            at = datetime.fromisoformat(row[""])
            table[(row["period"], int(row["weekday"]), at.hour * 4 + at.minute // 15)] = float(row[_PROFILE])
    return table
