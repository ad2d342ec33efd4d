"""What `meter` says to wrong arguments, and to a disk that is not as it should be.

given a command
    when an argument is missing or unknown: its usage, and what is missing
    when the configuration is not there, or not whole: which setting, and what it needs
given a meter that was never initialised: `meter init` is named, and nothing is made
given a database, keystore, password file, folder or output that cannot be used: which one, and what to do
    when a disk is full: it stops with 1 (another start may help), what was there is whole
given a time that is none: how to write one
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from meter import cli
from meter.keystore import PASSWORD_VARIABLE
from meter.profile import known_profiles
from meter.store import Store
from tests.meter.test_config import GOOD
from tests.meter.world import PASSWORD, Site

Says = Callable[..., tuple[int, str]]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "meter.toml"
    path.write_text(GOOD)
    return path


@pytest.fixture
def says(config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Says:
    """Runs a command; its exit status and what it said."""
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)

    def run(*arguments: str) -> tuple[int, str]:
        try:
            status = cli.main([*arguments, "--config", str(config)] if arguments else [])
        except SystemExit as ended:
            status = int(ended.code or 0)
        return status, capsys.readouterr().err

    return run


@pytest.fixture
def used(tmp_path: Path) -> Path:
    """A meter's database with an opening reading; the folder of the configuration."""
    Site.opened(tmp_path).finish()
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "required: COMMAND"),
        (("measure",), "choose from 'init', 'run', 'status', 'prove', 'export'"),
        (("run", "--only", "reader"), "choose from 'collector', 'sender'"),
        (("prove",), "required: --at"),
        (("init", "--csv", "x"), "unrecognized arguments: --csv x"),
    ],
)
def test_a_wrong_argument_is_named_with_the_usage(says: Says, arguments: tuple[str, ...], sentence: str) -> None:
    status, said = says(*arguments)
    assert status == 2
    assert sentence in said
    assert said.startswith("usage: meter")


@pytest.mark.parametrize("command", [("status",), ("run",), ("prove", "--at", "2016-07-01"), ("export",)])
def test_a_meter_that_was_never_initialised_names_init_and_makes_nothing(
    says: Says, tmp_path: Path, command: tuple[str, ...]
) -> None:
    status, said = says(*command)
    assert (status, said) == (2, "meter: This meter has no database yet: run `meter init --config FILE` first.\n")
    assert [found.name for found in tmp_path.iterdir()] == ["meter.toml"]


@pytest.mark.parametrize("command", [("status",), ("run",), ("init",), ("export",), ("run", "--only", "collector")])
def test_a_database_that_is_none_is_refused_and_left_as_it_is(says: Says, used: Path, command: tuple[str, ...]) -> None:
    database = used / "data" / "meter.sqlite"
    for kept in used.glob("data/meter.sqlite-*"):
        kept.unlink()
    database.write_bytes(b"this was a database once" * 99)
    status, said = says(*command)
    assert status == 2
    assert said.endswith("does not open (file is not a database): check data_dir, or restore it.\n")
    assert database.read_bytes() == b"this was a database once" * 99


@pytest.mark.parametrize(
    "text", ["", "{}", '{"version": 3, "crypto": {}}', '{"version": 1, "crypto": {"a": 1}}', "\xff"]
)
def test_a_keystore_that_is_none_is_refused_and_left_as_it_is(says: Says, used: Path, text: str) -> None:
    keystore = used / "meter.json"
    keystore.write_bytes(text.encode("latin-1"))
    status, said = says("run")
    assert status == 2
    assert "is not a keystore (version 3): restore it from its copy." in said
    assert keystore.read_bytes() == text.encode("latin-1")


def test_a_wrong_keystore_password_is_refused_and_nothing_changes(
    says: Says, used: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (used / "meter.json").read_bytes()
    monkeypatch.setenv(PASSWORD_VARIABLE, "wrong")
    for command in (("run",), ("init",), ("run", "--only", "sender")):
        status, said = says(*command)
        assert status == 2
        assert "does not open the keystore" in said
        assert said.endswith("give the one that `meter init` was run with.\n")
    assert (used / "meter.json").read_bytes() == before
    store = Store(used / "data" / "meter.sqlite")
    assert (len(store.readings()), len(store.records()), store.rows("SELECT * FROM outbox_tx")) == (1, 1, [])
    store.close()


def test_a_password_file_that_cannot_be_read_is_refused(says: Says, used: Path) -> None:
    assert "cannot be read: No such file" in says("run", "--password-file", str(used / "none"))[1]
    (used / "bytes").write_bytes(b"\xff\xfe")
    assert "is not text: write the password into it." in says("run", "--password-file", str(used / "bytes"))[1]


def test_a_data_folder_that_is_a_file_is_refused(says: Says, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    status, said = says("init")
    assert status == 2
    assert f"[meter] data_dir {tmp_path / 'data'} cannot be written to" in said


@pytest.mark.parametrize("at", ["noon", "²", "99999999999999999999", "0001-01-01T00:00+12:00", "2016-02-30"])
def test_a_time_that_is_none_is_told_how_to_write_one(says: Says, used: Path, at: str) -> None:
    status, said = says("prove", "--at", at)
    assert (status, said) == (2, f"meter: {at!r} is not a time; write it as 2016-07-01T12:00 or in UTC seconds.\n")


def test_a_csv_that_cannot_be_written_is_told(says: Says, used: Path) -> None:
    status, said = says("export", "--csv", str(used / "none" / "readings.csv"))
    assert status == 2
    assert said.endswith("cannot be written (No such file or directory): name another with --csv.\n")


def test_a_full_disk_stops_with_a_sentence_and_what_was_stored_is_whole(
    says: Says, used: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "readings", full)
        status, said = says("export")
    assert status == cli.STOPPED
    assert (
        said
        == "meter: It stopped: database or disk is full. What was stored is whole: put this right and start again.\n"
    )
    store = Store(used / "data" / "meter.sqlite")
    store.check()
    assert len(store.readings()) == 1
    store.close()


def test_an_unknown_profile_is_refused_with_the_known_ones_and_nothing_is_made(says: Says, config: Path) -> None:
    config.write_text(GOOD.replace("circutor-cem-c31", "circutor"))
    for command in (("init",), ("run",)):
        status, said = says(*command)
        assert status == 2
        assert f"There is no analyzer profile 'circutor'. Known are: {', '.join(known_profiles())}" in said
    assert [found.name for found in config.parent.iterdir()] == ["meter.toml"]
