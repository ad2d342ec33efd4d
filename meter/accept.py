"""Which counter values are believed, and by how much the cumulative register V grows.

V never falls. It grows by accepted differences only: a zero, a stale or an absurd value is quarantined, never booked,
and a counter that was replaced or reset starts a new epoch in which nothing is made up for the gap.
"""

from dataclasses import dataclass, replace
from enum import Enum

CONSISTENT_READS = 5  # so many quarantined reads agree before the next one opens an epoch
_MARGIN = (6, 5)  # of the plant's greatest power
_JITTER_QUANTA = 2


class Verdict(Enum):
    """What was decided on one counter value."""

    ACCEPTED = "accepted"
    ROLLOVER = "rollover"
    EPOCH = "epoch"
    QUARANTINED = "quarantined"


@dataclass(frozen=True)
class Limits:
    """What a counter can do: the plant's greatest power in W, the counter's step and wrap in Wh (None: unknown)."""

    max_power_w: int
    quantum_wh: int
    modulus_wh: int | None = None

    def cap_wh(self, seconds: int) -> int:
        """The most that can be counted in so many seconds: 1.2 times the power, and two steps."""
        return self.max_power_w * seconds * _MARGIN[0] // (_MARGIN[1] * 3600) + self.jitter_wh

    @property
    def jitter_wh(self) -> int:
        """How far a counter may seem to step back."""
        return _JITTER_QUANTA * self.quantum_wh


@dataclass(frozen=True)
class Suspect:
    """A run of quarantined values that agree with each other: the first, the greatest, how many, how long ago."""

    first_wh: int
    highest_wh: int
    count: int
    age_s: int


@dataclass(frozen=True)
class Track:
    """One counter as it is believed: its last value, the register V, and the seconds since that value."""

    counter_wh: int
    register_wh: int
    age_s: int = 0
    suspect: Suspect | None = None

    def waited(self, seconds: int) -> "Track":
        """After `seconds` without a value."""
        suspect = self.suspect and replace(self.suspect, age_s=self.suspect.age_s + seconds)
        return replace(self, age_s=self.age_s + seconds, suspect=suspect)


def judge(track: Track, counter_wh: int, limits: Limits) -> tuple[Track, Verdict]:
    """The track after a counter value, and what was decided. `track.age_s` must be up to date (see `waited`)."""
    grown = counter_wh - track.counter_wh
    cap = limits.cap_wh(track.age_s)
    if -limits.jitter_wh <= grown <= cap:
        return Track(max(counter_wh, track.counter_wh), track.register_wh + max(grown, 0)), Verdict.ACCEPTED
    if limits.modulus_wh is not None and 0 <= grown + limits.modulus_wh <= cap:
        return Track(counter_wh, track.register_wh + grown + limits.modulus_wh), Verdict.ROLLOVER
    suspect = _suspect(track.suspect, counter_wh, limits)
    if suspect.count > CONSISTENT_READS:
        return Track(suspect.highest_wh, track.register_wh + suspect.highest_wh - suspect.first_wh), Verdict.EPOCH
    return replace(track, suspect=suspect), Verdict.QUARANTINED


def consistent(first_wh: int, second_wh: int, seconds: int, limits: Limits) -> bool:
    """Whether two values of one counter, so many seconds apart, can both be true."""
    return -limits.jitter_wh <= second_wh - first_wh <= limits.cap_wh(seconds)


def _suspect(run: Suspect | None, counter_wh: int, limits: Limits) -> Suspect:
    if run is None or not consistent(run.highest_wh, counter_wh, run.age_s, limits):
        return Suspect(counter_wh, counter_wh, 1, 0)
    return Suspect(run.first_wh, max(run.highest_wh, counter_wh), run.count + 1, 0)
