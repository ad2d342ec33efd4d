"""Load curves that are read: whatever their layout, the same Wh at the same moments.

a file written in any shape from the same energies reads back to them
├── quarter-hours and hours; Wh, kWh, W, kW; both decimal signs; three separators; starts and ends; offsets
├── in the shapes of Datadis, SolarEdge and FusionSolar
└── through days of 23 and 25 hours, in both zones
energy that is no whole Wh is carried, so that a sum is never a Wh away
what was not measured is told and left out; what is no whole month too
the plant's greatest power is the least whole kW that holds every interval
"""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meter.plant.curve import Curve, Gap, Options, read_curve, whole_months
from tests.meter.curve_files import (
    Energies,
    Shape,
    datadis,
    fusionsolar,
    intervals,
    midnight,
    solaredge,
    sunny,
    written,
)  # fmt: skip

MADRID, CANARY = "Europe/Madrid", "Atlantic/Canary"
SPRING, AUTUMN = (date(2024, 3, 25), date(2024, 4, 2)), (date(2025, 10, 20), date(2025, 10, 28))
shapes = st.builds(
    Shape,
    separator=st.sampled_from(";,\t"),
    decimal=st.sampled_from(".,"),
    unit=st.sampled_from(("Wh", "kWh", "W", "kW")),
    seconds=st.sampled_from((900, 3600)),
    ends=st.booleans(),
    offset=st.booleans(),
    date_format=st.sampled_from(("%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%d/%m/%Y %H:%M", "%d.%m.%Y %H:%M:%S")),
    newest_first=st.booleans(),
)


def read(folder: Path, text: str, **asked: Any) -> Curve:
    return read_curve(written(folder, text), Options(**asked))


def found(curve: Curve) -> list[tuple[int, int, int]]:
    return [(m.start, m.generation_wh, m.export_wh) for m in curve.measurements]


@settings(deadline=None, max_examples=60)
@given(
    shape=shapes, zone=st.sampled_from((MADRID, CANARY)), days=st.sampled_from((SPRING, AUTUMN)),
    energies=st.lists(st.tuples(st.integers(0, 2 * 10**6), st.integers(0, 10**6)), min_size=1, max_size=50),
)  # fmt: skip
def test_a_file_in_any_shape_reads_back_to_the_same_wh(
    tmp_path_factory: pytest.TempPathFactory, shape: Shape, zone: str, days: tuple[date, date],
    energies: list[tuple[int, int]],
) -> None:  # fmt: skip
    starts = intervals(*days, shape.seconds, zone)
    told = [(start, *energies[n % len(energies)]) for n, start in enumerate(starts)]
    decimal = {".": "point", ",": "comma"}[shape.decimal]
    says = decimal if shape.decimal in "".join(shape.value(e) for t in told for e in t[1:]) else ""
    curve = read(tmp_path_factory.mktemp("curve"), shape.text(told, zone), zone=zone, decimal=says)
    assert found(curve) == told
    assert curve.seconds == shape.seconds


@pytest.mark.parametrize("portal", [datadis, fusionsolar, solaredge])
@pytest.mark.parametrize("zone", [MADRID, CANARY])
@pytest.mark.parametrize("month", [date(2024, 3, 1), date(2025, 10, 1), date(2023, 2, 1)])
def test_a_portals_export_reads_back_to_the_same_wh(
    tmp_path: Path, portal: Callable[[Energies, str], str], zone: str, month: date
) -> None:
    last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    energies = sunny(intervals(month, last, 900 if portal is solaredge else 3600, zone))
    months = whole_months(read(tmp_path, portal(energies, zone), zone=zone), tmp_path)
    assert found(months.curve) == energies
    assert (months.first, months.last, months.gaps) == (month, last, ())


def test_a_day_has_as_many_hours_as_its_clock_shows(tmp_path: Path) -> None:
    lengths = {}
    for month, change in ((date(2024, 3, 1), date(2024, 3, 31)), (date(2024, 10, 1), date(2024, 10, 27))):
        energies = sunny(intervals(month, date(month.year, month.month, 31), 3600, MADRID))
        curve = read(tmp_path, datadis(energies, MADRID))
        start, end = midnight(change, MADRID), midnight(change + timedelta(days=1), MADRID)
        lengths[change] = sum(start <= m.start < end for m in curve.measurements)
    assert list(lengths.values()) == [23, 25]


def test_ends_that_are_a_start_and_an_hour_are_read_through_a_change_of_the_clock(tmp_path: Path) -> None:
    """Some write the end of an hour as its start plus one, also where the clock is changed."""
    rows = [f"{hour % 24:02d}:00" for hour in (1, 2, 3, 3, *range(4, 24))]
    text = "Fecha;Hora fin;Generada (Wh);Vertida (Wh)\n" + "".join(
        f"27/10/2024;{hour};{number};0\n" for number, hour in enumerate(rows)
    )
    curve = read(tmp_path, text, labels="end", time="Fecha+Hora fin")
    begin = midnight(date(2024, 10, 27), MADRID)
    assert found(curve) == [(begin + 3600 * n, n, 0) for n in range(24)]


def test_hours_written_twice_may_stand_in_pairs(tmp_path: Path) -> None:
    starts = intervals(date(2024, 10, 27), date(2024, 10, 27), 900, MADRID)
    lines = Shape(seconds=900).text(sunny(starts), MADRID).splitlines()
    paired = [*lines[:9], *(line for pair in zip(lines[9:13], lines[13:17], strict=True) for line in pair), *lines[17:]]
    assert found(read(tmp_path, "\n".join(paired))) == sunny(starts)


@settings(deadline=None, max_examples=30)
@given(values=st.lists(st.decimals(0, 50, places=6), min_size=24, max_size=24))
def test_what_is_no_whole_wh_is_carried(tmp_path_factory: pytest.TempPathFactory, values: list[Decimal]) -> None:
    rows = [f"2024-05-13 {hour:02d}:00,{value:f},0" for hour, value in enumerate(values)]
    text = "\n".join(("Start time,Generation (kWh),Export (kWh)", *rows))
    curve = read(tmp_path_factory.mktemp("curve"), text, decimal="point")
    total = 0
    for number, one in enumerate(curve.measurements, 1):
        total += one.generation_wh
        assert total == int(sum(values[:number]) * 1000), "the whole Wh so far, at every interval"


def test_power_is_the_mean_over_the_interval(tmp_path: Path) -> None:
    text = "Time\tAC power (kW)\n2024-05-13 00:00\t1.2\n2024-05-13 00:15\t0.0024\n"
    curve = read(tmp_path, text, export="none")
    assert [m.generation_wh for m in curve.measurements] == [300, 0]
    hours = text.replace("00:15", "01:00")
    assert [m.generation_wh for m in read(tmp_path, hours, export="none").measurements] == [1200, 2]


def test_a_column_and_a_unit_that_the_user_names_are_taken(tmp_path: Path) -> None:
    text = "when;A;B\n2024-05-13 00:00;5;1\n2024-05-13 01:00;6;2\n"
    curve = read(tmp_path, text, time="when", generation="a", export="B", unit="kWh")
    assert [(m.generation_wh, m.export_wh) for m in curve.measurements] == [(5000, 1000), (6000, 2000)]
    assert "time 'when'; generation 'A' in kWh; export 'B' in kWh" in curve.summary


def april(*, without: range = range(0), blank: range = range(0)) -> str:
    """15 March to 20 May 2023, hours of the Canaries; some hours after 1 April left out or blank."""
    begin = midnight(date(2023, 4, 1), CANARY)
    energies = sunny(intervals(date(2023, 3, 15), date(2023, 5, 20), 3600, CANARY))
    rows = Shape(separator=";").text(energies, CANARY).splitlines()
    for number, (start, *_) in enumerate(energies, 1):
        if (start - begin) // 3600 in blank:
            rows[number] = rows[number].split(";")[0] + ";;0"
        if (start - begin) // 3600 in without:
            rows[number] = ""
    return "\n".join(rows) + "\n"


def test_a_month_that_is_half_given_is_left_out_and_told(tmp_path: Path) -> None:
    months = whole_months(read(tmp_path, april(), zone=CANARY), tmp_path)
    assert (months.first, months.last) == (date(2023, 4, 1), date(2023, 4, 30))
    assert len(months.measurements) == 30 * 24
    told = list(months.summary())
    assert "Taken: the whole months 2023-04 to 2023-04." in told
    assert [sentence[:49] for sentence in told if "Left out" in sentence] == [
        "Left out: 2023-03-15 00:00 to 2023-04-01 00:00, w",
        "Left out: 2023-05-01 00:00 to 2023-05-21 00:00, w",
    ]


@pytest.mark.parametrize("how", ["without", "blank"])
@pytest.mark.parametrize(
    ("hours", "consequence"),
    [
        (range(30, 31), "2023-04-02 flagged GAP"),
        (range(47, 48), "an hour or less between two readings flags no day"),
        (range(46, 50), "2023-04-02 and 2023-04-03 flagged GAP"),
        (range(20, 75), "2023-04-02 and 2023-04-03 without a record and 2023-04-01 and 2023-04-04 flagged GAP"),
    ],
)
def test_what_was_not_measured_is_told_and_not_filled(tmp_path: Path, how: str, hours: range, consequence: str) -> None:
    months = whole_months(read(tmp_path, april(**{how: hours}), zone=CANARY), tmp_path)
    begin = midnight(date(2023, 4, 1), CANARY)
    assert months.gaps == (Gap(begin + hours.start * 3600, begin + hours.stop * 3600),)
    assert len(months.measurements) == 30 * 24 - len(hours)
    assert [sentence for sentence in months.summary() if consequence in sentence]


def test_a_month_that_begins_with_a_gap_is_left_out(tmp_path: Path) -> None:
    starts = intervals(date(2023, 4, 1), date(2023, 5, 31), 3600, MADRID)[1:]
    months = whole_months(read(tmp_path, Shape().text(sunny(starts), MADRID)), tmp_path)
    assert (months.first, months.last) == (date(2023, 5, 1), date(2023, 5, 31))


@pytest.mark.parametrize(("most", "kw"), [(1000, 4), (1001, 5), (0, 1)])
def test_the_power_is_the_least_whole_kw_that_holds_every_interval(tmp_path: Path, most: int, kw: int) -> None:
    starts = intervals(date(2023, 4, 1), date(2023, 4, 30), 900, MADRID)
    text = Shape(seconds=900).text([(start, most, 0) for start in starts], MADRID)
    assert whole_months(read(tmp_path, text), tmp_path).power_w == kw * 1000
