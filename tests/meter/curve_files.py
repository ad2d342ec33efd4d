"""Load curves in the shapes of known portals, made from the energies of each interval.

Only the tests' own arithmetic is used: days, hours and what a clock shows come from the standard library.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

Energies = Sequence[tuple[int, int, int]]  # UTC seconds, generated Wh, exported Wh


def midnight(day: date, zone: str) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp())


def intervals(first: date, last: date, seconds: int, zone: str) -> range:
    """The starts of every interval of the days first to last."""
    return range(midnight(first, zone), midnight(last + timedelta(days=1), zone), seconds)


def sunny(starts: Iterable[int]) -> list[tuple[int, int, int]]:
    """Some energy for each start, a different one for neighbours, and less exported."""
    return [(start, start // 900 % 997 + 3, start // 900 % 613 % (start // 900 % 997 + 3)) for start in starts]


@dataclass(frozen=True)
class Shape:
    """How a file is written: separator, decimal sign, unit, seconds of an interval, and what its times are."""

    separator: str = ","
    decimal: str = "."
    unit: str = "Wh"
    seconds: int = 3600
    ends: bool = False
    offset: bool = False
    date_format: str = "%Y-%m-%d %H:%M"
    newest_first: bool = False

    def value(self, wh: int) -> str:
        scale = {"Wh": Decimal(1), "kWh": Decimal(1000), "W": Decimal(self.seconds) / 3600}
        exact = Decimal(wh) / scale.get(self.unit, Decimal(1000 * self.seconds) / 3600)
        text = f"{exact:f}".replace(".", self.decimal)
        return f'"{text}"' if self.decimal == self.separator and self.decimal in text else text

    def time(self, start: int, zone: str) -> str:
        shown = datetime.fromtimestamp(start + (self.seconds if self.ends else 0), UTC).astimezone(ZoneInfo(zone))
        return shown.isoformat() if self.offset else shown.strftime(self.date_format)

    def text(self, energies: Energies, zone: str) -> str:
        head = f"{'Interval end' if self.ends else 'Start time'},Generation ({self.unit}),Export ({self.unit})"
        rows = [
            self.separator.join((self.time(start, zone), self.value(made), self.value(sent)))
            for start, made, sent in (reversed(energies) if self.newest_first else energies)
        ]
        return "\n".join((head.replace(",", self.separator), *rows)) + "\n"


def datadis(energies: Energies, zone: str) -> str:
    """Hours numbered 01:00 to 24:00, to 25:00 or 23:00 where the clock is changed; kWh with a comma."""
    rows, hours = [], dict[date, int]()
    for start, made, sent in energies:
        day = datetime.fromtimestamp(start, UTC).astimezone(ZoneInfo(zone)).date()
        hours[day] = (start - midnight(day, zone)) // 3600 + 1
        kwh = [f"{wh // 1000},{wh % 1000:03d}" for wh in (sent, made, made - sent)]
        rows.append(f"ES0031000000000001XX;{day:%d/%m/%Y};{hours[day]:02d}:00;0,250;Real;{';'.join(kwh)}")
    head = "CUPS;Fecha;Hora;Consumo_kWh;Metodo_obtencion;Energia_vertida_kWh;Energia_generada_kWh"
    return "\ufeff" + "\r\n".join((f"{head};Energia_autoconsumida_kWh", *rows)) + "\r\n"


def solaredge(energies: Energies, zone: str) -> str:
    """Quarter-hours in Wh, whose times are starts on the wall clock, the month first."""
    rows = []
    for start, made, sent in energies:
        shown = datetime.fromtimestamp(start, UTC).astimezone(ZoneInfo(zone))
        rows.append(f"{shown:%m/%d/%Y %H:%M},{made - sent}.0,{sent}.0,0.0,{made - sent}.0,{made}.0")
    head = "Time,Consumption (Wh),Export (Wh),Import (Wh),Self Consumption (Wh),System Production (Wh)"
    return "\n".join((head, *rows)) + "\n"


def fusionsolar(energies: Energies, zone: str) -> str:
    """Hours in kWh below two lines of titles, with tabs."""
    rows = []
    for start, made, sent in energies:
        shown = datetime.fromtimestamp(start, UTC).astimezone(ZoneInfo(zone))
        rows.append(f"{shown:%Y-%m-%d %H:%M:%S}\tRoof 1\t{made / 1000:.3f}\t{sent / 1000:.3f}\t0.000")
    head = "Statistical Period\tPlant Name\tPV Yield (kWh)\tFeed-in to Grid (kWh)\tRevenue (EUR)"
    return "\n".join(("Plant Report", "", head, *rows)) + "\n"


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "mine.csv"
    path.write_bytes(text.encode(encoding))
    return path
