"""The simulated plant.

its series: measured, scaled, its wall clock kept; or an own load curve with both ends, or refused
its analyzers: count in their own steps, remainders carried, from counters that are not zero
its clock: stands still until the reading is committed; refuses what it does not understand
the meter at it: months equal the integration of input.csv in each analyzer's steps
"""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from itertools import accumulate
from pathlib import Path

import pytest

from meter.analyzer import Analyzer
from meter.clock import ReplayClock
from meter.collector import Collector
from meter.errors import BadSeries, ClockError
from meter.initialise import initialise
from meter.plant.load import load_mwh, season
from meter.plant.replay import Counter, Plant
from meter.plant.series import Interval, read_series, write_series
from meter.store import Store
from tests.meter.wires import plant_of
from tests.meter.world import PASSWORD, at, config_in, day

JULY = date(2016, 7, 1)


@pytest.fixture(scope="module")
def series() -> list[Interval]:
    return read_series("nrel", JULY, date(2016, 9, 30), 100, 120_000)


def test_the_measured_series_is_whole_scaled_and_on_our_wall_clock(series: list[Interval]) -> None:
    assert len(series) == 92 * 96
    assert (series[0].start, series[-1].end) == (at("2016-07-01T00:00"), at("2016-10-01T00:00"))
    assert max(quarter.generation_mwh for quarter in series) == 25_000_000
    brightest = sorted(series, key=lambda quarter: -quarter.generation_mwh)[:100]
    assert {(q.start // 3600 + 2) % 24 for q in brightest} <= set(range(8, 14)), "hours of the file, as if of Madrid"


def test_what_flows_in_at_night_is_not_generation(series: list[Interval]) -> None:
    night = series[0]
    assert night.generation_mwh == night.export_mwh == 0
    assert night.generation_import_mwh == round(2.8601 * 100_000 / 5426.4 * 250)
    assert all(q.generation_mwh == 0 or q.generation_import_mwh == 0 for q in series)


def test_what_the_load_does_not_use_is_exported(series: list[Interval]) -> None:
    assert all(q.export_mwh <= q.generation_mwh for q in series)
    assert 0.3 < sum(q.export_mwh for q in series) / sum(q.generation_mwh for q in series) < 0.8


def test_the_load_of_a_year_adds_up() -> None:
    assert load_mwh(datetime(2016, 7, 6, 11), 120_000) > load_mwh(datetime(2016, 7, 10, 11), 120_000), "not on Sunday"
    assert [season(datetime(2016, m, d)) for m, d in ((5, 15), (9, 15), (11, 1), (3, 20), (3, 21))] == [
        "summer", "transition", "winter", "winter", "transition",
    ]  # fmt: skip


def test_a_counter_carries_what_is_not_a_whole_step() -> None:
    counter = Counter(units=7, step_mwh=100_000)
    for _ in range(3):
        counter.add(70_000)
    assert (counter.units, counter.rest_mwh) == (9, 10_000)


def test_an_own_file_is_read_back_as_it_was_written(series: list[Interval], tmp_path: Path) -> None:
    write_series(tmp_path / "input.csv", series[:96])
    again = read_series(str(tmp_path / "input.csv"), JULY, JULY, 1, 1)
    assert [q.start for q in again] == [q.start for q in series[:96]]
    for wh, mwh in (
        ([q.generation_mwh for q in again], [q.generation_mwh for q in series[:96]]),
        ([q.export_mwh for q in again], [q.export_mwh for q in series[:96]]),
    ):
        assert list(accumulate(wh)) == [total // 1000 * 1000 for total in accumulate(mwh)], "what is no Wh is carried"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a,b,c\n", "no line that names a time and a generation"),
        (
            "interval_start,generation_wh,export_wh\n2016-07-01T00:00+02:00,1,1\n2016-07-01T00:15+02:00,1,1\n",
            "does not have the first and the last interval of 2016-07-01 to 2016-07-01",
        ),
        ("interval_start,generation_wh,export_wh\nyesterday,1,1\n", "Line 2"),
        (
            "interval_start,generation_wh,export_wh\n2016-07-01T00:00+02:00,much,1\n2016-07-01T00:15+02:00,1,1\n",
            "Line 2",
        ),
        ("interval_start,generation_wh,export_wh\n2016-07-01T00:00:00+02:00,1\n", "Line 2"),
    ],
)
def test_an_own_file_that_is_not_whole_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "own.csv").write_text(text)
    with pytest.raises(BadSeries, match=sentence):
        read_series(str(tmp_path / "own.csv"), JULY, JULY, 1, 1)


def test_a_missing_own_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSeries, match="cannot be read"):
        read_series(str(tmp_path / "none.csv"), JULY, JULY, 1, 1)


def test_the_clock_stands_still_until_the_reading_is_committed() -> None:
    plant = Plant([Interval(1_000_800, 5_000, 5_000)])
    start = plant.now
    assert plant.next(start) == 1_001_700
    assert plant.next(start) == 1_001_700, "asked again by a collector that was killed before it committed"
    assert plant.generation.export_counter.units == 48_159_262 + 5
    assert plant.next(1_001_700) == 1_002_600, "one of stillness, so that the last day can be closed"
    assert plant.next(1_002_600) is None


def test_the_clock_answers_over_the_network_and_refuses_nonsense() -> None:
    with plant_of([Interval(1_000_800, 5_000, 5_000)]) as (plant, _, _, port, _):
        clock = ReplayClock("127.0.0.1", port)
        assert clock.now().time == plant.now
        first = clock.next(plant.now)
        assert first is not None
        assert first.time == 1_001_700
        with pytest.raises(ClockError, match="refused"):
            clock._ask({"ask": "the time"})
        clock.close()
    with pytest.raises(ClockError, match="does not answer"):
        clock.now()
    clock.close()


@pytest.fixture
def three_days(series: list[Interval], tmp_path: Path) -> Iterator[tuple[Store, Path]]:
    """Three days of the plant, read by a collector over real Modbus, across a month's end."""
    days = [q for q in series if at("2016-07-30T00:00") <= q.start < at("2016-08-02T00:00")]
    write_series(tmp_path / "input.csv", days)
    with plant_of(days) as (_, _, modbus, clock_port, _):
        config = config_in(tmp_path, replay=f"127.0.0.1:{clock_port}")
        wirings = [replace(wiring, port=modbus) for wiring in (config.generation, config.export)]
        analyzers = [Analyzer(wiring) for wiring in wirings]
        clock = ReplayClock("127.0.0.1", clock_port)
        initialise(config, PASSWORD, clock, *analyzers)
        store = Store(config.database)
        assert Collector(config, store, clock, *analyzers).run(lambda: False)
        for one in analyzers:
            one.close()
        clock.close()
    yield store, tmp_path / "input.csv"
    store.close()


def test_days_equal_the_integration_of_the_input_in_each_analyzers_steps(three_days: tuple[Store, Path]) -> None:
    store, path = three_days
    sums = {"generation": Decimal(0), "export": Decimal(0)}
    expected = {}
    with path.open() as stream:
        for row in csv.DictReader(stream):
            sums["generation"] += Decimal(row["generation_wh"])
            sums["export"] += Decimal(row["export_wh"])
            local = day(row["interval_start"][:10])
            expected[local] = (int(sums["generation"]), int(sums["export"] // 100) * 100)
    first, *records = store.records()
    found = {r.day: (r.generation_wh - first.generation_wh, r.exported_wh - first.exported_wh) for r in records}
    assert found == expected
    assert len(found) == 3
    assert store.meta("replay_over") == "1"
