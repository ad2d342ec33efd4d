"""One analyzer as the collector knows it: what its counter can do, what is believed, what is wrong now."""

from dataclasses import dataclass

from meter.accept import Limits, Track, Verdict, judge
from meter.analyzer import Analyzer
from meter.config import Config
from meter.store import Side, Store


@dataclass
class Line:
    """One analyzer with its limits, what is believed of it, what is wrong with it now, and why it is not believed."""

    name: str
    analyzer: Analyzer
    limits: Limits
    track: Track
    problem: str = ""
    doubt: str = ""


def judged(line: Line, value: int | None) -> tuple[Track, Side, Verdict | None]:
    """What a value (None: no answer) makes of a line: its track, the reading's side in Wh, and what was decided."""
    if value is None:
        return line.track, Side(None, line.track.counter_wh, line.track.register_wh, False), None
    track, verdict = judge(line.track, value, line.limits)
    if verdict is not Verdict.QUARANTINED:
        line.doubt = ""
    elif not line.doubt:
        line.doubt = _doubt(line, value)
    return track, Side(value, track.counter_wh, track.register_wh, verdict is not Verdict.QUARANTINED), verdict


def _doubt(line: Line, value: int) -> str:
    """Why a counter value is not believed, and what becomes of it."""
    known, cap = line.track.counter_wh, line.limits.cap_wh(line.track.age_s)
    if value < known:
        what = f"counter went back from {known} to {value} Wh"
    else:
        what = f"counter rose from {known} to {value} Wh in {line.track.age_s} s, where the plant can make {cap} Wh"
    return f"The {line.name} {what}: nothing is booked of it, and it is read on. Check the analyzer."


def line_of(name: str, config: Config, store: Store, analyzer: Analyzer) -> Line:
    """A line as the database left it: its last accepted value, and the quarantine after it judged again."""
    limits = Limits(config.max_power_w, analyzer.profile.unit_wh, analyzer.profile.modulus_wh)
    last = store.last(f"{name}_ok")
    assert last is not None, "the opening reading is accepted"
    side = getattr(last, name)
    track, at = Track(side.base_wh, side.register_wh), last.time
    for row in store.readings("time > ?", last.time):
        track, at = track.waited(row.time - at), row.time
        if (raw := getattr(row, name).raw_wh) is not None:
            track, _ = judge(track, raw, limits)
    return Line(name, analyzer, limits, track)
