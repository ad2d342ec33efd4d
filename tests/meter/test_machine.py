"""The accept rule and the closing of days together, whatever happens at a plant.

The model is the energy that the analyzers truly counted, summed, and nothing of how the broker decides. Around it:
reads, gaps, dead lines, zeros, absurd and stale values (never more than five in a row), step-backs, restarts, DST days.
"""

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.strategies import integers, lists, sampled_from

from meter.days import day_of_reading
from ppa import calendar
from ppa.records import replay
from ppa.storage_words import MeterWord
from tests.meter.world import Site, at

STARTS = ["2016-06-30T12:00", "2026-03-28T12:00", "2026-10-24T12:00", "2016-12-31T09:00"]
EMPTY = MeterWord(0, 0, 0, 0)


class Plant(RuleBasedStateMachine):
    """A broker at a plant of 100 kW."""

    @initialize(start=sampled_from(STARTS))
    def open(self, start: str) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.site = Site.opened(self.folder, at(start), 1_000_000, 500_000)
        self.made = self.sent = 0
        self.wrong = 0
        self.seen: list[tuple[int, int]] = []
        self.believed = (0, 0)

    def teardown(self) -> None:
        if hasattr(self, "site"):
            self.site.finish()
            shutil.rmtree(self.folder)

    @rule(quarters=integers(1, 200), power=integers(0, 24_000), share=integers(0, 10))
    def run(self, quarters: int, power: int, share: int) -> None:
        """Readings every quarter-hour."""
        self.wrong = 0
        for _ in range(quarters):
            self._after(900, power, power * share // 10 // 100 * 100)
        self._settled()

    @rule(seconds=integers(1, 300_000), power=integers(0, 90_000))
    def gap(self, seconds: int, power: int) -> None:
        """The broker was off, the plant was not."""
        self.wrong = 0
        made = power * seconds // 3600
        self.site.start()
        self._after(seconds, made, made // 200 * 100)
        self._settled()

    @rule()
    def restart(self) -> None:
        """The collector is killed between two commits."""
        self.site.start()

    @precondition(lambda self: self.wrong == 0)
    @rule(values=lists(sampled_from([0, 7, 400_000, 4_000_000_000]), min_size=1, max_size=5))
    def lie(self, values: list[int]) -> None:
        """The generation analyzer shows nonsense, five times at most, then comes to itself."""
        true = self.site.generation.wh
        for value in values:
            self.site.generation.wh = value
            self.site.read(60)
        self.wrong = len(values)
        self.site.generation.wh = true

    @rule(back=integers(1, 2))
    def step_back(self, back: int) -> None:
        """The export counter seems to fall by a step or two, once."""
        self.site.export.wh -= 100 * back
        self.site.read(60)
        self.site.export.wh += 100 * back

    @rule(dead=sampled_from(["generation", "export"]))
    def dead_line(self, dead: str) -> None:
        """One analyzer does not answer for a while."""
        line = getattr(self.site, dead)
        line.dead = True
        self.site.read(900)
        line.dead = False

    @rule()
    def silence(self) -> None:
        """Neither answers."""
        self.site.generation.dead = self.site.export.dead = True
        self.site.read(900)
        self.site.generation.dead = self.site.export.dead = False

    def _after(self, seconds: int, made: int, sent: int) -> None:
        self.made += made
        self.sent += sent
        self.site.read(seconds, made, sent)

    def _settled(self) -> None:
        """After true readings V is what was truly counted: nothing lost, nothing made up."""
        last = self.site.store.last()
        assert last.generation.register_wh == 1_000_000 + self.made
        assert last.export.register_wh == 500_000 + self.sent

    @invariant()
    def registers_never_fall(self) -> None:
        if hasattr(self, "site"):
            last = self.site.store.last()
            now = (last.generation.register_wh, last.export.register_wh)
            assert now >= self.believed
            assert now[1] >= self.believed[1]
            self.believed = now

    @invariant()
    def days_telescope_and_are_of_their_last_reading(self) -> None:
        if not hasattr(self, "site"):
            return
        store = self.site.store
        records = store.records()
        replay(EMPTY, records)
        assert [record.day for record in records] == sorted({record.day for record in records})
        for record in records[1:][-3:]:
            rows = [row for row in store.readings("day = ?", record.day) if row.accepted]
            end = calendar.day_bounds(record.day, "Europe/Madrid")[1]
            assert rows[-1].time <= end
            assert store.readings("time > ?", end, limit=1), "a day is closed by a reading after it"
            last = rows[-1]
            assert (record.generation_wh, record.exported_wh) == (last.generation.register_wh, last.export.register_wh)
            found = store.day_readings(record.day)
            assert found is not None
            assert found.root() == record.readings_root

    @invariant()
    def every_reading_is_of_one_day_and_every_older_day_is_closed(self) -> None:
        if not hasattr(self, "site"):
            return
        store = self.site.store
        last = store.last("generation_ok OR export_ok")
        open_ = store.rows(
            "SELECT DISTINCT day FROM readings WHERE day < ? AND (generation_ok OR export_ok)"
            " AND day NOT IN (SELECT day FROM days)",
            last.day,
        )
        assert open_ == []
        assert last.day in (day_of_reading(last.time, "Europe/Madrid"), day_of_reading(last.time, "Europe/Madrid") - 1)


class TestPlant(Plant.TestCase):
    settings = settings(max_examples=25, stateful_step_count=20)
