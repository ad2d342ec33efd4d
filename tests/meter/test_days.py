"""Local days.

given readings of a day
    when one is at 00:00: it ends the day before
    when a reading after its end comes: it is closed, its registers those of its last reading
    when none comes: it stays open; after 48 hours it is closed, flagged LATE
    when the clock is not synchronised: it stays open
    when an hour has none: flagged GAP
given a day of 23 or 25 hours: its coverage says so
given a day without a reading: it has no record, and what was made in it is in the next
"""

from pathlib import Path

import pytest

from meter.days import covered_seconds, day_of_reading
from ppa import tree
from ppa.readings import DayFlag, ReadingFlag
from tests.meter.world import Site, at, day


def days_of(site: Site) -> list[tuple[int, int, int, int]]:
    return [
        tuple(row) for row in site.store.rows("SELECT day, generation_wh, exported_wh, flags FROM days ORDER BY day")
    ]


@pytest.mark.parametrize(
    ("moment", "belongs_to"),
    [
        ("2016-07-01T00:00:00", "2016-06-30"),
        ("2016-07-01T00:00:01", "2016-07-01"),
        ("2016-07-02T00:00:00", "2016-07-01"),
    ],
)
def test_a_reading_at_midnight_ends_the_day_before(moment: str, belongs_to: str) -> None:
    assert day_of_reading(at(moment), "Europe/Madrid") == day(belongs_to)


def test_the_opening_record_is_dated_the_day_before_and_has_one_leaf(site: Site) -> None:
    opening = site.store.day_readings(day("2016-06-29"))
    assert opening is not None
    assert [leaf.flags for leaf in opening.leaves] == [ReadingFlag.OPENING]
    assert opening.record() == site.store.records()[0]
    assert (opening.summary.readings, opening.summary.coverage_generation, opening.summary.flags) == (1, 0, 1)


def test_a_day_is_closed_by_a_reading_after_its_end_not_by_the_one_at_it(site: Site) -> None:
    site.until(at("2016-07-01T00:00:00"), 100, 100)
    assert len(days_of(site)) == 1
    site.read(900, 100, 100)
    assert days_of(site)[1] == (day("2016-06-30"), 48_000_000 + 4_800, 15_000_000 + 4_800, 2 | DayFlag.GAP)


def test_a_whole_day_is_covered_and_its_root_is_of_its_leaves(site: Site) -> None:
    site.until(at("2016-07-02T00:15:00"), 1_000, 400)
    found = site.store.day_readings(day("2016-07-01"))
    assert found is not None
    assert found.summary.readings == 96
    assert (found.summary.coverage_generation, found.summary.coverage_export) == (86_400, 86_400)
    assert found.summary.flags == 0
    record = site.store.records()[-1]
    assert (found.root(), found.tree_root()) == (record.readings_root, tree.root(found.hashes()))
    assert found.last_reading().time == at("2016-07-02T00:00:00")


@pytest.mark.parametrize(
    ("start", "midnight", "local_day", "seconds"),
    [
        ("2026-03-28T12:00", "2026-03-30T00:00", "2026-03-29", 82_800),
        ("2026-10-24T12:00", "2026-10-26T00:00", "2026-10-25", 90_000),
    ],
    ids=["spring", "autumn"],
)
def test_a_day_of_23_or_25_hours_is_covered_whole(
    tmp_path: Path, start: str, midnight: str, local_day: str, seconds: int
) -> None:
    site = Site.opened(tmp_path, at(start))
    site.until(at(midnight) + 900, 700, 300)
    found = site.store.day_readings(day(local_day))
    assert found is not None
    assert (found.summary.coverage_generation, found.summary.readings) == (seconds, seconds // 900)
    assert found.summary.flags == 0
    site.finish()


def test_a_day_without_a_reading_has_no_record_and_loses_no_energy(site: Site) -> None:
    site.until(at("2016-07-01T18:00"), 500, 100)
    before = site.store.last().generation.register_wh
    site.read(at("2016-07-03T12:00") - site.clock.time, generation=300_000)
    site.until(at("2016-07-04T00:15"), 0, 0)
    assert [found[0] for found in days_of(site)][1:] == [day("2016-06-30"), day("2016-07-01"), day("2016-07-03")]
    assert days_of(site)[-1][1] == before + 300_000


def test_an_hour_without_a_reading_is_flagged(site: Site) -> None:
    site.until(at("2016-07-01T12:00"))
    site.read(3_601)
    site.until(at("2016-07-02T00:30"))
    assert days_of(site)[-1][3] == DayFlag.GAP


def test_a_day_that_nothing_follows_is_closed_late_after_48_hours(site: Site) -> None:
    site.until(at("2016-07-01T18:00"))
    site.generation.dead = site.export.dead = True
    site.clock.time = at("2016-07-04T00:00")
    site.collector.step()
    assert len(days_of(site)) == 2
    site.clock.time += 1
    site.collector.step()
    assert days_of(site)[-1][0] == day("2016-07-01")
    assert days_of(site)[-1][3] & DayFlag.LATE


def test_no_day_is_closed_while_the_clock_is_not_synchronised(site: Site) -> None:
    site.until(at("2016-07-01T23:45"))
    site.clock.synchronised = False
    site.read(3600)
    assert len(days_of(site)) == 2
    assert site.store.last().flags == ReadingFlag.CLOCK
    site.clock.synchronised = True
    site.read(900)
    assert days_of(site)[-1][0] == day("2016-07-01")


def test_a_clock_that_was_set_is_told_by_a_leaf_and_a_flag(site: Site) -> None:
    site.until(at("2016-07-01T10:00"))
    site.clock.drift_s += 30
    site.read(930)
    site.until(at("2016-07-02T00:30"))
    found = site.store.day_readings(day("2016-07-01"))
    assert found is not None
    assert found.summary.flags & DayFlag.STEP
    assert [leaf.kind for leaf in found.leaves if hasattr(leaf, "kind")] == ["clock-step"]
    assert found.root() == site.store.records()[-1].readings_root


def test_a_changed_configuration_is_told_by_a_leaf(tmp_path: Path) -> None:
    site = Site.opened(tmp_path)
    site.config = type(site.config)(**{**site.config.__dict__, "max_power_w": 90_000})
    site.start()
    site.until(at("2016-07-01T00:30"))
    found = site.store.day_readings(day("2016-06-30"))
    assert found is not None
    assert [leaf.kind for leaf in found.leaves if hasattr(leaf, "kind")] == ["configuration"]
    assert found.summary.configuration_hash == site.config.digest()
    site.finish()


def test_coverage_counts_only_what_lies_between_near_readings() -> None:
    assert covered_seconds([0, 900, 1800, 9000, 9900], 0, 10_000, 1800) == 1800 + 900
    assert covered_seconds([-500, 500], 0, 10_000, 1800) == 500
    assert covered_seconds([9_500, 10_500], 0, 10_000, 1800) == 500
    assert covered_seconds([], 0, 10_000, 1800) == 0
