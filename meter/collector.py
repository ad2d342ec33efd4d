"""The loop that reads: no key, no network but Modbus (and the replay clock). A commit a reading, its day's end too."""

import json
import logging
import math
import time
from collections.abc import Callable

from meter.accept import Verdict
from meter.analyzer import Analyzer
from meter.clock import Clock, Moment
from meter.config import Config
from meter.days import DayCloser, day_of_reading, event_hash
from meter.errors import AnalyzerError, ClockError, NotInitialised
from meter.line import Line, judged, line_of
from meter.store import Row, Side, Store
from ppa.readings import ReadingFlag

log = logging.getLogger("meter.collector")

_STEP_S = 2  # a clock that moved this much more or less than the monotonic one was set
_PAUSES_S = (0.2, 0.5, 1.0, 2.0, 5.0)
_FLAGS = {Verdict.ROLLOVER: ReadingFlag.ROLLOVER, Verdict.EPOCH: ReadingFlag.EPOCH}


class Collector:
    """Reads both analyzers whenever the clock says so."""

    def __init__(
        self, config: Config, store: Store, clock: Clock, generation: Analyzer, export: Analyzer,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        last = store.last()
        if last is None:
            raise NotInitialised("This meter has no opening reading yet: run `meter init --config FILE` first.")
        self._config, self._store, self._clock, self._pause = config, store, clock, pause
        self._last_time, self._seen, self._fails = last.time, None, 0
        self._flags = ReadingFlag.RESTART
        self._lines = [
            line_of("generation", config, store, generation),
            line_of("export", config, store, export),
        ]
        both = store.last("generation_ok AND export_ok")
        self._pair = (both.generation.register_wh, both.export.register_wh) if both else (0, 0)
        self._events: list[tuple[str, str]] = []
        if store.meta("configuration_hash") != config.digest().hex():
            self._events.append(("configuration", json.dumps({"hash": "0x" + config.digest().hex()})))
        self._closer = DayCloser(store, config.time_zone, config.cadence_s, config.digest())

    _seen: Moment | None

    def run(self, stopped: Callable[[], bool]) -> bool:
        """Reads until told to stop (False) or the replay is over (True). Nothing that a wire does ends it."""
        while not stopped():
            try:
                if not self.step():
                    self._store.set_meta("replay_over", "1")
                    return True
            except ClockError as problem:
                self._rest(str(problem))
        return False

    def step(self) -> bool:
        """One reading. False: the replay is over. Raises ClockError."""
        moment = self._clock.next(self._last_time)
        if moment is None:
            return False
        self._wait(moment)
        values = [self._read(line) for line in self._lines]
        if all(value is None for value in values):
            if moment.synchronised:
                self._closer.waited(moment.time)
            if self._clock.replays:
                self._rest("neither analyzer answers")
            return True
        self._fails = 0
        if moment.time > self._last_time:
            self._keep(moment, values)
        return True

    def _keep(self, moment: Moment, values: list[int | None]) -> None:
        found = [judged(line, value) for line, value in zip(self._lines, values, strict=True)]
        tracks, sides, verdicts = zip(*found, strict=True)
        row = Row(
            moment.time,
            day_of_reading(moment.time, self._config.time_zone),
            sides[0],
            sides[1],
            int(self._row_flags(moment, sides, verdicts)),
        )
        try:
            with self._store.transaction():
                for kind, detail in self._events:
                    self._add_event(moment.time, kind, detail)
                self._store.add(row)
                closed = self._closer.added(row, synchronised=moment.synchronised) if row.accepted else []
        except BaseException:
            self._closer.forget()
            raise
        for line, track, value in zip(self._lines, tracks, values, strict=True):
            line.track = track
            if value is not None:
                self._problem(line, line.doubt)
        self._last_time, self._events = row.time, []
        if row.accepted:
            self._flags = ReadingFlag(0)
        if row.generation.accepted and row.export.accepted:
            self._pair = (row.generation.register_wh, row.export.register_wh)
        for day in closed:
            log.info("day %d is closed", day)

    def _row_flags(self, moment: Moment, sides: tuple[Side, ...], verdicts: tuple[Verdict | None, ...]) -> ReadingFlag:
        flags = self._flags if any(side.accepted for side in sides) else ReadingFlag(0)
        if not moment.synchronised:
            flags |= ReadingFlag.CLOCK
        for line, verdict in zip(self._lines, verdicts, strict=True):
            if verdict in _FLAGS:
                flags |= _FLAGS[verdict]
            if verdict in (Verdict.ACCEPTED, Verdict.ROLLOVER) and line.track.suspect is not None:
                flags |= ReadingFlag.RESUMED
        if all(side.accepted for side in sides):
            made, sent = (side.register_wh - before for side, before in zip(sides, self._pair, strict=True))
            if sent > made + sum(line.limits.jitter_wh for line in self._lines) + sent // 100:
                flags |= ReadingFlag.NEG_CONS
        return flags

    def _add_event(self, at: int, kind: str, detail: str) -> None:
        self._store.run(
            "INSERT INTO events (time, kind, detail, detail_hash) VALUES (?, ?, ?, ?)",
            at,
            kind,
            detail,
            event_hash(detail),
        )
        if kind == "configuration":
            self._store.set_meta("configuration_hash", self._config.digest().hex())

    def _wait(self, moment: Moment) -> None:
        """Ages both tracks; notes a clock that was set."""
        if self._seen is None:
            elapsed = max(0, moment.time - self._last_time)
        else:
            elapsed = math.ceil(moment.monotonic_s - self._seen.monotonic_s)
            if abs(moment.time - self._seen.time - elapsed) > _STEP_S:
                detail = {"from": self._seen.time + elapsed, "to": moment.time}
                self._events.append(("clock-step", json.dumps(detail, sort_keys=True, separators=(",", ":"))))
        self._seen = moment
        for line in self._lines:
            line.track = line.track.waited(elapsed)

    def _read(self, line: Line) -> int | None:
        try:
            value = line.analyzer.read_wh()
        except AnalyzerError as problem:
            self._problem(line, str(problem))
            return None
        if not line.doubt:
            self._problem(line, "")
        return value

    def _problem(self, line: Line, problem: str) -> None:
        if problem != line.problem:
            line.problem = problem
            self._store.set_meta(f"problem_{line.name}", problem)
            if problem:
                log.warning("%s: %s", line.name, problem)

    def _rest(self, why: str) -> None:
        """Before another try where the clock does not make us wait."""
        if self._fails == 0:
            log.warning("%s; trying again", why)
        self._pause(_PAUSES_S[min(self._fails, len(_PAUSES_S) - 1)])
        self._fails += 1
