"""The main job on a user's own load curve, typed as a user does, and judged from the file alone.

demo --input
├── when it ends
│   ├── it told how the file was read, what is left out and what was not measured, before anything else
│   ├── its month's energies are those of the file, and another plant's follow in later months
│   └── the day of the gap is flagged, the day without a measurement has no record, all others are as they should be
└── when the file cannot be used: one sentence, and the folder keeps what it had
"""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.meter.curve_files import datadis, intervals, midnight, sunny
from tests.scripts.commands import run

GAP, CANARY = 2**16, "Atlantic/Canary"
OCTOBER = date(2023, 10, 1)
SILENT_DAY, GAP_DAY, LONG_DAY = date(2023, 10, 12), date(2023, 10, 20), date(2023, 10, 29)
STEP_WH = {"generation": 1, "export": 100}


def measured() -> list[tuple[int, int, int]]:
    """27 September to 31 October in hours, without a day and three hours of another; kW-hours of a small roof."""
    silent = range(midnight(SILENT_DAY, CANARY), midnight(SILENT_DAY + timedelta(days=1), CANARY))
    gap = range(midnight(GAP_DAY, CANARY) + 10 * 3600, midnight(GAP_DAY, CANARY) + 13 * 3600)
    starts = intervals(date(2023, 9, 27), date(2023, 10, 31), 3600, CANARY)
    return sunny(start for start in starts if start not in silent and start not in gap)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    yield tmp_path_factory.mktemp("own")


@pytest.fixture(scope="module")
def done(folder: Path) -> tuple[dict[str, Any], list[str]]:
    """The result, and what was told."""
    file = folder / "my curve.csv"
    file.write_text(datadis(measured(), CANARY))
    ended = run("demo", "--once", "--input", str(file), "--zone", CANARY, "--folder", str(folder / "kept"))
    assert ended.returncode == 0, ended.stderr[-3000:]
    return json.loads(ended.stdout.splitlines()[-1]), ended.stderr.splitlines()


def test_what_was_read_is_told_before_the_run(done: tuple[dict[str, Any], list[str]]) -> None:
    read, taken, left_out, silent, gap, chain, *_ = done[1]
    assert "hours in Atlantic/Canary, times are ends; separated by semicolons; time 'Fecha' + 'Hora'" in read
    assert taken == "· Taken: the whole months 2023-10 to 2023-10."
    assert left_out.startswith("· Left out: 2023-09-27 00:00 to 2023-10-01 00:00, ")
    assert "2023-10-12 00:00 to 2023-10-13 00:00; 2023-10-12 without a record." in silent
    assert "2023-10-20 10:00 to 2023-10-20 13:00; 2023-10-20 flagged GAP." in gap
    assert "its clock stands at noon of 30 September 2023." in chain


def test_the_months_energies_are_those_of_the_file(done: tuple[dict[str, Any], list[str]]) -> None:
    result, _ = done
    taken = [row for row in measured() if row[0] >= midnight(OCTOBER, CANARY)]
    (statement,) = result["statements"]
    assert result["verified"] is True
    assert statement["period"] == "2023-10"
    assert statement["generation_wh"] == sum(made for _, made, _ in taken)
    assert statement["export_wh"] == sum(sent for _, _, sent in taken) // STEP_WH["export"] * STEP_WH["export"]


def test_the_agreement_is_of_the_files_months_zone_and_power(
    done: tuple[dict[str, Any], list[str]], folder: Path
) -> None:
    assert done[0]["verified"]
    terms = json.loads((folder / "kept" / "terms.json").read_text())["terms"]
    assert (terms["first_day"], terms["months"], terms["time_zone"]) == ("2023-10-01", 1, CANARY)
    assert terms["max_power_w"] == 1000
    late = json.loads((folder / "kept" / "late" / "terms.json").read_text())["terms"]
    assert late["first_day"] == "2023-12-01"


def test_gaps_are_flagged_days_and_missing_records(done: tuple[dict[str, Any], list[str]], folder: Path) -> None:
    assert done[0]["verified"]
    evidence = json.loads((folder / "kept" / "evidence.json").read_text())
    summaries = {date(1970, 1, 1) + timedelta(days=one["day"]): one["summary"] for one in evidence["days"]}
    days = {day: summary for day, summary in summaries.items() if day >= OCTOBER}
    october = {OCTOBER + timedelta(days=n) for n in range(31)}
    assert set(days) == october - {SILENT_DAY}
    assert [day for day, summary in days.items() if summary["flags"] & GAP] == [GAP_DAY]
    assert days[LONG_DAY]["readings"] == 25
    assert days[GAP_DAY]["readings"] == 21


@pytest.mark.parametrize(
    ("text", "asked", "sentence"),
    [
        ("", (), "is empty: export it again."),
        ("Time;Yield;Export (Wh)\n", (), "column 'Yield' does not say its unit: say it, READ='--unit kWh'"),
        ("Time;Yield (Wh);Sold (Wh)\n", ("--export", "Bought"), "there is no column 'Bought', named with --export"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_and_nothing_is_touched(
    tmp_path: Path, text: str, asked: tuple[str, ...], sentence: str
) -> None:
    file, folder = tmp_path / "mine.csv", tmp_path / "kept"
    file.write_text(text)
    folder.mkdir()
    (folder / "evidence.json").write_text("{}")
    refused = run("demo", "--once", "--input", str(file), "--folder", str(folder), *asked)
    assert refused.returncode == 1
    assert sentence in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert (folder / "evidence.json").read_text() == "{}"


def test_another_zone_is_refused_by_name(tmp_path: Path) -> None:
    refused = run("demo", "--input", str(tmp_path / "mine.csv"), "--zone", "America/Lima")
    assert refused.returncode == 2
    assert "'America/Lima' is not one of 'Europe/Madrid', 'Atlantic/Canary'" in refused.stderr
