"""What went wrong at other people's plants (each row happened to a public project), and what happens here instead."""

from itertools import pairwise

from meter.accept import CONSISTENT_READS
from meter.plant.series import Interval
from ppa.readings import DayFlag, ReadingFlag
from tests.meter.world import Site, at, day


def grown(site: Site) -> tuple[int, int]:
    """Wh that the registers grew since `meter init`."""
    last = site.store.last()
    return last.generation.register_wh - 48_000_000, last.export.register_wh - 15_000_000


def test_a_spurious_zero_does_not_book_the_whole_register_as_energy(site: Site) -> None:
    site.read(900, 5_000)
    true, site.generation.wh = site.generation.wh, 0
    site.read()
    site.generation.wh = true + 1_000
    row = site.read()
    assert grown(site) == (6_000, 0)
    assert row.flags == ReadingFlag.RESUMED


def test_a_register_that_steps_back_a_tenth_is_not_counted_again(site: Site) -> None:
    site.read(900, 10_000, 5_000)
    site.read(900, 0, -100)
    site.read(900, 0, 100)
    assert grown(site) == (10_000, 5_000)


def test_a_register_that_goes_back_is_quarantined_and_nothing_is_negative(site: Site) -> None:
    site.read(900, 10_000)
    row = site.read(900, -4_000)
    assert not row.generation.accepted
    assert grown(site) == (10_000, 0)


def test_an_absurd_jump_is_never_energy(site: Site) -> None:
    site.read(900, 5_000)
    row = site.read(900, 53_700_000)
    assert not row.generation.accepted
    site.read(900, 1_000 - 53_700_000)
    assert grown(site) == (6_000, 0)


def test_a_counter_that_resets_late_at_night_makes_no_negative_production(site: Site) -> None:
    site.until(at("2016-07-01T23:45"), 500)
    before = grown(site)[0]
    site.generation.wh = 0
    site.until(at("2016-07-02T12:00"), 100)
    days = [record.generation_wh for record in site.store.records()]
    assert days == sorted(days)
    epoch = [row for row in site.store.readings() if row.flags & ReadingFlag.EPOCH]
    assert len(epoch) == 1
    assert grown(site)[0] == before + 100 * (49 - 1), (
        "all but what was counted before the first read of the new counter"
    )


def test_a_repeated_snapshot_does_not_double_the_next_hour(site: Site) -> None:
    site.read(3600, 20_000)
    site.read(3600, 0)
    site.read(3600, 40_000)
    assert grown(site) == (60_000, 0)


def test_frozen_telemetry_makes_no_energy(site: Site) -> None:
    site.read(900, 20_000)
    site.until(at("2016-07-02T12:00"))
    assert grown(site) == (20_000, 0)


def test_a_reading_seconds_before_midnight_is_booked_on_its_own_day(site: Site) -> None:
    site.until(at("2016-07-01T23:45"), 100)
    site.read(900 - 13, 1_000)
    site.read(26, 3)
    found = site.store.day_readings(day("2016-07-01"))
    assert found is not None
    assert found.last_reading().time == at("2016-07-01T23:59:47")
    assert found.record().generation_wh == site.store.last().generation.register_wh - 3


def test_history_survives_a_brownout(site: Site) -> None:
    site.until(at("2016-07-01T12:00"), 1_000, 300)
    kept = site.store.readings()
    site.start()
    row = site.read(7_200, 50_000, 10_000)
    assert site.store.readings()[:-1] == kept
    assert row.flags & ReadingFlag.RESTART
    assert grown(site) == (48 * 2 * 1_000 + 50_000, 48 * 2 * 300 + 10_000)


def test_a_brownout_in_quarantine_does_not_forget_it(site: Site) -> None:
    site.read(900, 5_000)
    site.generation.wh = 100
    for _ in range(CONSISTENT_READS):
        site.start()
        assert not site.read().generation.accepted
    site.start()
    assert site.read().flags & ReadingFlag.EPOCH
    assert grown(site) == (5_000, 0)


def test_a_dead_analyzer_does_not_stop_the_other(site: Site) -> None:
    site.export.dead = True
    row = site.read(900, 5_000)
    assert (row.generation.accepted, row.export.accepted, row.export.raw_wh) == (True, False, None)
    assert site.store.meta("problem_export") == "The Carlo Gavazzi EM340 does not answer."
    site.export.dead = False
    site.read(900, 5_000, 4_000)
    assert grown(site) == (10_000, 4_000)
    assert site.store.meta("problem_export") == ""


def test_a_dead_analyzer_shows_in_its_coverage_only(site: Site) -> None:
    site.until(at("2016-07-01T06:00"))
    site.export.dead = True
    site.until(at("2016-07-01T18:00"))
    site.export.dead = False
    site.until(at("2016-07-02T00:15"))
    found = site.store.day_readings(day("2016-07-01"))
    assert found is not None
    assert (found.summary.coverage_generation, found.summary.coverage_export) == (86_400, 43_200 - 900)
    assert not found.summary.flags & DayFlag.GAP


def test_export_above_generation_is_flagged_and_kept(site: Site) -> None:
    row = site.read(900, 1_000, 9_000)
    assert row.flags & ReadingFlag.NEG_CONS
    assert grown(site) == (1_000, 9_000)
    site.until(at("2016-07-01T00:15"))
    assert site.store.rows("SELECT flags FROM days ORDER BY day DESC LIMIT 1")[0][0] & ReadingFlag.NEG_CONS


def test_export_of_a_step_more_than_generation_is_within_tolerance(site: Site) -> None:
    assert not site.read(900, 1_000, 1_200).flags & ReadingFlag.NEG_CONS


def test_a_reading_at_a_time_that_was_before_is_not_kept(site: Site) -> None:
    site.read(900, 5_000)
    kept = site.store.readings()
    site.read(0, 100)
    site.read(-3600, 100)
    assert site.store.readings() == kept
    site.read(7200)
    assert grown(site) == (5_200, 0)


def test_months_telescope_whatever_was_missed(site: Site) -> None:
    for _ in range(60):
        site.read(7 * 3600 + 13, 9_999, 7_000)
    records = site.store.records()
    steps = [b.generation_wh - a.generation_wh for a, b in pairwise(records)]
    assert sum(steps) == records[-1].generation_wh - records[0].generation_wh
    assert min(steps) >= 0


def test_a_quarter_of_the_plants_series_has_an_end() -> None:
    assert Interval(1467324000, 1, 1).end == 1467324900
