"""What a demonstration's plant measured: NREL's power of a summer, or the user's own load curve."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from meter.plant.curve import Months, Options, read_curve, whole_months
from meter.plant.series import Interval, read_series, write_series
from ppa.calendar import date_of, day_bounds, day_of, month_end, months_between

LOAD_KWH = 120_000  # what the consumer beside NREL's plant uses in a year
_CLOCK_CHANGES = (3, 10)  # months in which Europe's clocks are changed
_NREL_DAYS = (date(2016, 9, 21), date(2016, 9, 30))


@dataclass(frozen=True)
class Measured:
    """Where the measurements are ("nrel", or a file), of which days, whose clock, in what steps, below what power."""

    source: str = "nrel"
    first: date = date(2016, 7, 1)
    last: date = date(2016, 9, 30)
    zone: str = "Europe/Madrid"
    seconds: int = 900
    power_w: int = 100_000

    @property
    def months(self) -> int:
        """How many months the days are in."""
        return months_between(day_of(self.first), day_of(self.last)) + 1

    @property
    def eve(self) -> int:
        """UTC seconds twelve hours after the start of the day before."""
        return day_bounds(day_of(self.first) - 1, self.zone)[0] + 12 * 3600


NREL = Measured()


def own(path: Path, options: Options) -> Months:
    """The whole months of the user's load curve. Raises BadSeries."""
    return whole_months(read_curve(path, options), path)


def kept(months: Months, file: Path) -> Measured:
    """The months, written to a file that the plant reads."""
    curve = months.curve
    intervals = (
        Interval(one.start, one.generation_wh * 1000, one.export_wh * 1000, seconds=curve.seconds)
        for one in months.measurements
    )
    write_series(file, intervals, curve.zone)
    return Measured(str(file), months.first, months.last, curve.zone, curve.seconds, months.power_w)


def late_term(measured: Measured) -> tuple[date, date]:
    """Two months for a second agreement, after those of the first and a pause; in the first no clock is changed."""
    first = _after(_after(measured.last))
    while first.month in _CLOCK_CHANGES:
        first = _after(first)
    return first, date_of(month_end(day_of(_after(first))))


def late(first: date, file: Path) -> Measured:
    """A second plant has NREL's sun of ten September days, at the same hours of the last ten of a month."""
    last = date_of(month_end(day_of(first)))
    days = read_series("nrel", *_NREL_DAYS, NREL.power_w / 1000, LOAD_KWH)
    shift = day_bounds(day_of(last), NREL.zone)[0] - day_bounds(day_of(_NREL_DAYS[1]), NREL.zone)[0]
    write_series(file, (replace(interval, start=interval.start + shift) for interval in days), NREL.zone)
    return Measured(str(file), last - (_NREL_DAYS[1] - _NREL_DAYS[0]), last)


def _after(day: date) -> date:
    """The first of the next month."""
    return date_of(month_end(day_of(day))) + timedelta(days=1)
