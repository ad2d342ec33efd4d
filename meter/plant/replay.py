"""The plant's state: two analyzers that count in their own steps, and a clock that waits for the broker."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from meter.errors import BadSeries
from meter.plant.series import Interval
from meter.profile import Profile, load_profile

BEFORE_S = 12 * 3600  # the clock starts at noon of the day before the first: time for `meter init`


@dataclass
class Counter:
    """A counter that steps every `step_mwh`; what is not a whole step is carried."""

    units: int
    step_mwh: int
    rest_mwh: int = 0

    def add(self, mwh: int) -> None:
        """Counts energy."""
        steps, self.rest_mwh = divmod(self.rest_mwh + mwh, self.step_mwh)
        self.units += steps


@dataclass
class SimulatedAnalyzer:
    """An analyzer of a profile, its counters not at zero as no counter in the field is."""

    profile: Profile
    import_counter: Counter
    export_counter: Counter

    @classmethod
    def of(cls, profile: str, import_units: int, export_units: int) -> "SimulatedAnalyzer":
        """An analyzer of a profile's name, with what its counters show."""
        known = load_profile(profile)
        step = known.unit_wh * 1000
        return cls(known, Counter(import_units, step), Counter(export_units, step))

    def registers(self) -> list[int]:
        """The profile's block as it stands now."""
        return self.profile.encode(self.import_counter.units, self.export_counter.units)


@dataclass
class Plant:
    """Generation on a CEM-C31, export on an EM340, and the time. `advance` moves all of them to an interval's end.

    Between two intervals that do not meet nothing is measured, and nobody reads.
    """

    intervals: Sequence[Interval]
    generation: SimulatedAnalyzer = field(
        default_factory=lambda: SimulatedAnalyzer.of("circutor-cem-c31", 20_713, 48_159_262)
    )
    export: SimulatedAnalyzer = field(
        default_factory=lambda: SimulatedAnalyzer.of("carlo-gavazzi-em340", 310_044, 157_309)
    )
    now: int = 0
    _next: int = 0

    def __post_init__(self) -> None:
        """Raises BadSeries for no intervals."""
        if not self.intervals:
            raise BadSeries("A plant needs at least one interval.")
        self.now = self.now or self.intervals[0].start - BEFORE_S

    def next(self, committed: int) -> int | None:
        """The time of the next reading; the last one again if it is not committed; None when all is over.

        After the last interval comes one of stillness, so that a reading after the last day's end exists.
        """
        if committed < self.now:
            return self.now
        if self._next > len(self.intervals):
            return None
        self.advance()
        return self.now

    def advance(self) -> None:
        """Delivers the next interval to the analyzers."""
        if self._next < len(self.intervals):
            interval = self.intervals[self._next]
            self.generation.export_counter.add(interval.generation_mwh)
            self.generation.import_counter.add(interval.generation_import_mwh)
            self.export.export_counter.add(interval.export_mwh)
            self.export.import_counter.add(interval.grid_import_mwh)
            self.now = interval.end
        else:
            self.now += self.intervals[-1].seconds
        self._next += 1
