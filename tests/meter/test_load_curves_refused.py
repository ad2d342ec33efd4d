"""Load curves that are refused, each with one sentence: what is wrong, on which line, and what to do.

file: not there, empty, a workbook, another encoding, no CSV
columns: none known, one missing, two that may be it, one that the user names and is not there
units and numbers: no unit, negative, no number, thousands, two decimal signs
times: no time, no day, not shown by the clock, twice, starts or ends unsaid, mixed, of another length
months: none is whole; energies exchanged
"""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meter.errors import BadSeries
from meter.plant.curve import Options, read_curve, whole_months
from tests.meter.curve_files import Shape, datadis, intervals, sunny, written

HEAD = "Start time;Generation (kWh);Export (kWh)\n"
MADRID = "Europe/Madrid"
PIECES = (
    *("2024-03-31 02:00", "2024-03-31 03:00", "2024-10-27 02:00", "2024-10-27 25:00", "2024-10-27 24:00"),
    *("27/10/2024 03:00", "2024-10-27T00:00+02:00", "9999-12-31 24:00", "1999-01-01 00:00Z", "1;1\n", ";2;0\n"),
    *("\n", "\r", ";", ",", "1,5", "1.5", "-1", "1e99", '"', "\u2028", "\x0c", "\x00"),
)


def refused(path: Path, **asked: Any) -> str:
    with pytest.raises(BadSeries) as caught:
        whole_months(read_curve(path, Options(**asked)), path)
    sentence = str(caught.value)
    assert str(path) in sentence
    assert sentence.endswith(".")
    return sentence.replace(str(path), "mine.csv")


def hours(*values: str, day: str = "2024-05-13") -> str:
    return HEAD + "".join(f"{day} {hour:02d}:00;{value}\n" for hour, value in enumerate(values))


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "mine.csv is empty: export it again."),
        (b"\xef\xbb\xbf \n", "mine.csv is empty: export it again."),
        (b"PK\x03\x04...", "is a workbook or an archive: save the table as CSV (UTF-8)"),
        (
            HEAD.encode() + "2024-05-13 00:00;1;1;Málaga\n".encode("latin-1"),
            "Line 2 of mine.csv is not UTF-8 text: save",
        ),
        (HEAD.encode("utf-16"), "Line 1 of mine.csv is not UTF-8 text: save the file as CSV UTF-8"),
        (HEAD.encode("utf-16-le"), "Line 1 of mine.csv is not UTF-8 text: save the file as CSV UTF-8"),
        (HEAD.encode(), "has no values below its header on line 1: export it again."),
        (HEAD.encode() + b'2024-05-13 00:00;"1;1\n', "Line 2 of mine.csv is not CSV: "),
        (HEAD.encode() + b"2024-05-13 00:00;1\n", "Line 2 of mine.csv has 2 cells, its header 3"),
        (b"Start time,Generation (kWh),Export (kWh)\n2024-05-13 00:00,1,5,0,5\n", "needs quotation marks"),
    ],
)
def test_a_file_that_is_no_table_of_text(tmp_path: Path, raw: bytes, sentence: str) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes(raw)
    assert sentence in refused(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert refused(tmp_path / "mine.csv") == "mine.csv cannot be read: No such file or directory."


@pytest.mark.parametrize(
    ("header", "asked", "sentence"),
    [
        ("a;b;c", {}, "mine.csv has no line that names a time and a generation; its line 1 is 'a;b;c'. Name"),
        ("Time;Generation (Wh)", {}, "Line 1 of mine.csv: no column is known as the energy exported to the grid: "),
        ("Time;Export (Wh);X (Wh)", {}, "no column is known as generation: name it, READ='--generation \"…\"'; there"),
        ("When;Export (Wh);Yield (Wh)", {}, "no column is known as time: name it, READ='--time \"…\"'; there are:"),
        (
            "Time;PV Yield (kWh);Inverter Yield (kWh);Export (kWh)", {},
            "'PV Yield (kWh)' and 'Inverter Yield (kWh)' may each be the generation: say which, READ='--generation",
        ),
        ("Time;Yield (Wh);Yield (Wh);Export (Wh)", {}, "two columns have the name 'Yield (Wh)': rename the one"),
        ("Time;Yield (Wh);Export (Wh)", {"export": "Sold"}, "there is no column 'Sold', named with --export; there"),
        ("Time;Generation;Export (Wh)", {}, "column 'Generation' does not say its unit: say it, READ='--unit kWh'"),
        ("Time;PV Yield (kWh);Export (Wh)", {"unit": "Wh"}, "column 'PV Yield (kWh)' says kWh, --unit says Wh: leave"),
        ("Time;Generation (kWh);Export", {}, "column 'Export' does not say its unit: say it, READ='--unit kWh'"),
    ],
)  # fmt: skip
def test_columns_that_are_not_known(tmp_path: Path, header: str, asked: dict[str, str], sentence: str) -> None:
    assert sentence in refused(written(tmp_path, header + "\n2024-05-13 00:00;1;1;1\n"), **asked)


@pytest.mark.parametrize(
    ("values", "asked", "sentence"),
    [
        (("1;0", "-0.5;0"), {}, "Line 3 of mine.csv has a negative value, -0.5: generated and exported energy is 0 or"),
        (("1;0", "1;-2"), {}, "Line 3 of mine.csv has a negative value, -2: "),
        (("1;0", "a lot;0"), {}, "Line 3 of mine.csv: 'a lot' is not a number; leave what was not measured empty."),
        (("1;0", "1 000;0"), {}, "Line 3 of mine.csv: '1 000' is not a number"),
        (("1.5;0", "1,5;0"), {}, "the values do not agree on their decimal sign (line 2 a point and line 3 a comma)"),
        (("1.5;0", "1.234,5;0"), {}, "Line 3 of mine.csv: '1.234,5' groups its thousands; write it as 1234.5"),
        (("950;0", "1.234;0"), {}, "Line 3 of mine.csv: the sign in its value may be of thousands or decimal; say"),
        (("1.5;0", "2;0"), {"decimal": "comma"}, "Line 2 of mine.csv has '.' in a value, not the decimal comma"),
    ],
)
def test_values_that_are_no_energy(
    tmp_path: Path, values: tuple[str, ...], asked: dict[str, str], sentence: str
) -> None:
    assert sentence in refused(written(tmp_path, hours(*values)), **asked)


def rows(*times: str, head: str = HEAD) -> str:
    return head + "".join(f"{time};1;0\n" for time in times)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (rows("2024-05-13 00:00", "tomorrow"), "Line 3 of mine.csv: 'tomorrow' is not a time such as 2024-03-31 14:15"),
        (rows("2024-05-13 00:00", "2024-05-32 00:00"), "Line 3 of mine.csv: '2024-05-32 00:00' is no day of the"),
        (rows("2024-05-13 00:00", "2024-05-13 26:00"), "is not the start or end of an interval in the years 1971 to"),
        (rows("2024-05-13 00:00", "2024-05-13 00:07:30"), "is not the start or end of an interval"),
        (rows("13/05/2024 00:00", "05/14/2024 00:00"), "line 2 writes the day first, line 3 the month: write one"),
        (rows("03/05/2024 00:00", "03/05/2024 01:00"), "no date lies after the 12th of a month (the last line is 3)"),
        (rows("2024-03-31 01:00", "2024-03-31 02:00"), "on 2024-03-31 the clock of Europe/Madrid does not show 02:00"),
        (
            rows("2024-05-13 00:00", "2024-05-13 01:00", "2024-05-13 01:00"),
            "Line 4 of mine.csv gives the time of line 3",
        ),
        (
            rows("2024-10-27 01:00", "2024-10-27 02:00", "2024-10-27 02:00", "2024-10-27 02:00"),
            "Line 5 of mine.csv gives the time of line 4 again: leave one of them.",
        ),
        (
            rows("2024-05-13T00:00+02:00", "2024-05-12T23:00Z", "2024-05-12T22:00Z"),
            "Line 4 of mine.csv gives the time of line 2 again: leave one of them.",
        ),
        (rows("2024-05-13 00:00", "2024-05-14 00:00"), "its values are 1440 minutes apart (line 2 on); export quarter"),
        (rows("2024-05-13 00:00", "2024-05-13 00:05"), "its values are 5 minutes apart (line 2 on); export quarter-"),
        (rows("2024-05-13 00:00"), "its values are of one interval only (line 2 on); export quarter-hours or hours."),
        (rows("2024-05-13 00:05", "2024-05-13 00:20"), "Line 2 of mine.csv starts at 22:05 UTC, which begins no"),
        (
            rows(
                *(f"2024-05-13 00:{n:02d}" for n in (0, 15, 30, 45)), *(f"2024-05-13 {n:02d}:00" for n in range(1, 9))
            ),
            "mine.csv mixes quarter-hours and hours: from line 7 on its values are an hour apart",
        ),
        (
            rows("2024-05-13 05:00", "2024-05-13 06:00", head=HEAD.replace("Start time", "Time")),
            "does not say whether its times are the starts or the ends of the intervals (the first is 2024-05-13 05:00",
        ),
        (
            rows("2024-05-13 23:00", "2024-05-13 25:00", "2024-05-13 24:00"),
            "2024-05-13 has no hour 25 in Europe/Madrid",
        ),
    ],
)
def test_times_that_are_no_intervals(tmp_path: Path, text: str, sentence: str) -> None:
    assert sentence in refused(written(tmp_path, text))


def test_hour_24_starts_no_interval(tmp_path: Path) -> None:
    sentence = refused(written(tmp_path, rows("2024-05-13 23:00", "2024-05-13 24:00")), labels="start")
    assert "Line 3 of mine.csv has hour 24, which starts no interval: READ='--labels end'" in sentence


def test_an_hour_of_the_next_day_and_hour_24_are_the_same(tmp_path: Path) -> None:
    text = rows("2024-05-13 23:00", "2024-05-13 24:00", "2024-05-14 00:00")
    assert "Line 4 of mine.csv gives the time of line 3 again" in refused(written(tmp_path, text))


def test_the_clock_of_another_zone_is_noticed_on_the_day_it_is_changed(tmp_path: Path) -> None:
    starts = intervals(date(2024, 3, 1), date(2024, 3, 31), 900, "Atlantic/Canary")
    text = Shape(seconds=900).text(sunny(starts), "Atlantic/Canary")
    assert re.search(r"on 2024-03-31 the clock of Europe/Madrid does not show 02:00", refused(written(tmp_path, text)))


@pytest.mark.parametrize("days", [(date(2024, 5, 1), date(2024, 5, 30)), (date(2024, 5, 2), date(2024, 6, 29))])
def test_a_file_without_a_whole_month(tmp_path: Path, days: tuple[date, date]) -> None:
    energies = sunny(intervals(*days, 3600, MADRID))
    sentence = refused(written(tmp_path, datadis(energies, MADRID)))
    assert sentence == (
        f"mine.csv has no whole month of Europe/Madrid (it has {days[0]} to {days[1]}): export from the first interval "
        "of a month to the last of the same or a later one."
    )


def test_a_file_in_which_nothing_was_measured(tmp_path: Path) -> None:
    sentence = refused(written(tmp_path, hours("1;", ";1")))
    assert "mine.csv has no row with both energies (separated by semicolons; time 'Start time'; generation" in sentence
    assert sentence.endswith("or say READ='--export none' if nothing is exported.")


def test_a_line_of_totals(tmp_path: Path) -> None:
    sentence = refused(written(tmp_path, hours("1;0", "1;0") + "Total;2;0\n"))
    assert "Line 4 of mine.csv: 'Total' is not a time such as" in sentence
    assert "remove the line if it measures nothing" in sentence


def test_a_power_that_no_plant_has(tmp_path: Path) -> None:
    starts = intervals(date(2024, 5, 1), date(2024, 5, 31), 3600, MADRID)
    text = Shape().text([(start, 10**9 + (start == starts[30]), 0) for start in starts], MADRID)
    assert "from 2024-05-02 06:00 more than 1,000 MW are generated" in refused(written(tmp_path, text))


@settings(deadline=None, max_examples=200)
@given(text=st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=40).map("".join))
def test_whatever_a_file_has_it_is_read_or_refused_with_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.mktemp("curve") / "mine.csv"
    path.write_bytes((HEAD + text).encode("utf-8", "surrogatepass"))
    try:
        whole_months(read_curve(path, Options()), path)
    except BadSeries as problem:
        assert str(path) in str(problem)


def test_energies_that_are_exchanged(tmp_path: Path) -> None:
    starts = intervals(date(2024, 5, 1), date(2024, 5, 31), 3600, MADRID)
    text = Shape().text([(start, 1, 2) for start in starts], MADRID)
    assert "mine.csv: 1,488 Wh are exported but only 744 Wh generated: are the two columns exchanged? Name" in refused(
        written(tmp_path, text)
    )
