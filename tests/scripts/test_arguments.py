"""Wrong arguments of the commands: what was wrong, what to do, no traceback, and nothing is touched.

demo
├── when its folder has what is no demo's: refused, everything stays
├── when its folder cannot be made: refused
└── when its input cannot be read: what the plant said
close, verify
└── when a file is of another kind, or malformed: which, and what is expected
"""

import json
from dataclasses import replace
from pathlib import Path

import click
import pytest

from scripts import demo
from tests.scripts.commands import run
from tools.stage.measured import NREL
from tools.stage.programs import programs, start_plant


def refused(*arguments: str) -> str:
    done = run(*arguments)
    assert done.returncode in (1, 2), done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    return done.stdout + done.stderr


def test_a_demo_never_empties_a_folder_that_is_not_a_demos(tmp_path: Path) -> None:
    (tmp_path / "meter").mkdir()
    (tmp_path / "thesis.txt").write_text("years of work")
    said = refused("demo", "--once", "--folder", str(tmp_path))
    assert "is emptied first, but thesis.txt in it is of no demo: name an empty folder with --folder." in said
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["meter", "thesis.txt"]


def test_what_an_earlier_demo_left_is_emptied(tmp_path: Path) -> None:
    for name in (*demo.KEPT, ".terms.json.a1b2c3"):
        (tmp_path / name).write_text("")
    demo._empty(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_demo_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(click.ClickException, match=r"cannot be used \(.*\): name another\."):
        demo._empty(tmp_path / "taken" / "demo")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [(None, "cannot be read"), ("hour,kwh\n1,2\n", "meter.plant: ")],
    ids=["missing", "other columns"],
)
def test_an_input_that_the_plant_cannot_use_is_told_in_its_words(
    tmp_path: Path, text: str | None, sentence: str
) -> None:
    source = tmp_path / "own.csv"
    if text is not None:
        source.write_text(text)
    with programs(tmp_path / "logs") as running:
        with pytest.raises(click.ClickException, match=r"The plant ended \(2\)\.") as caught:
            start_plant(running, replace(NREL, source=str(source)), tmp_path / "input.csv")
        assert sentence in str(caught.value)
        assert "Traceback" not in str(caught.value)


@pytest.mark.parametrize("body", [{}, {"format": {"name": "solpact-evidence", "version": 2}}, []])
def test_an_evidence_of_an_unknown_version_is_not_checked_and_says_so(tmp_path: Path, body: object) -> None:
    file = tmp_path / "evidence.json"
    file.write_text(json.dumps(body))
    before = file.read_text()
    said = refused("verify", "--rpc", "http://127.0.0.1:9", "--evidence", str(file), "--language", "en")
    assert "this program reads 'solpact-evidence' version 1. Take a program of the file's version" in said
    assert file.read_text() == before
