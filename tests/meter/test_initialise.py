"""`meter init`.

given an empty folder: a key, encrypted, and the opening record
given what an earlier init made: it stays, its password is asked
    when the password is wrong, the keystore broken, or of another database: refused
    when the database is gone: goes on from the ledger's word, or refuses if the chain cannot be asked
given an analyzer that does not agree with itself: refused, no opening is made of it
"""

import json
from pathlib import Path
from typing import Any

import pytest

from meter.analyzer import Analyzer
from meter.errors import KeystoreError, NoPassword, NotInitialised, WrongAnswer, WrongPassword
from meter.initialise import Opening, initialise
from meter.keystore import PASSWORD_VARIABLE, make_keystore, open_keystore, password_of
from meter.outbox import Outbox
from meter.store import Store
from ppa.errors import ChainUnreachable
from ppa.readings import ReadingFlag
from ppa.records import replay
from ppa.storage_words import MeterWord
from tests.meter.world import NOON_30_JUNE, PASSWORD, Dial, Hands, Site, at, config_in, day


def opened(folder: Path, password: str = PASSWORD, generation: int = 7_000, chain: Any = None) -> Opening:
    config, clock = config_in(folder), Hands(NOON_30_JUNE)
    one, two = Dial("circutor-cem-c31", generation), Dial("carlo-gavazzi-em340", 300)
    return initialise(config, password, clock, Analyzer(config.generation, one), Analyzer(config.export, two), chain)


class Ledger:
    """A chain that knows one word, or does not answer."""

    def __init__(self, word: MeterWord | None) -> None:
        self.word = word

    def __call__(self) -> "Ledger":
        return self

    def word_of(self, *_: object) -> MeterWord:
        if self.word is None:
            raise ChainUnreachable("The node does not answer.")
        return self.word


def test_init_makes_a_key_and_the_opening_record(tmp_path: Path) -> None:
    opening = opened(tmp_path)
    assert (opening.day, opening.generation_wh, opening.exported_wh) == (day("2016-06-29"), 7_000, 300)
    assert open_keystore(tmp_path / "meter.json", PASSWORD).address == opening.meter


def test_the_keystore_is_private_and_light(tmp_path: Path) -> None:
    opened(tmp_path)
    path = tmp_path / "meter.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text())["crypto"]["kdfparams"]["n"] == 16384
    assert [found.name for found in tmp_path.iterdir() if found.is_file()] == ["meter.json"]


def test_init_again_changes_nothing(tmp_path: Path) -> None:
    assert opened(tmp_path) == opened(tmp_path, generation=9_000)


def test_a_wrong_password_is_refused(tmp_path: Path) -> None:
    opened(tmp_path)
    with pytest.raises(WrongPassword, match="does not open the keystore"):
        opened(tmp_path, "wrong")


def test_a_broken_keystore_is_refused(tmp_path: Path) -> None:
    (tmp_path / "meter.json").write_text('{"version": 3}')
    with pytest.raises(KeystoreError, match="is not a keystore"):
        opened(tmp_path)


def test_a_keystore_of_another_database_is_refused(tmp_path: Path) -> None:
    opened(tmp_path)
    (tmp_path / "meter.json").unlink()
    make_keystore(tmp_path / "meter.json", PASSWORD)
    with pytest.raises(NotInitialised, match="do not belong together"):
        opened(tmp_path)


def test_no_password_is_refused_and_a_file_may_have_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PASSWORD_VARIABLE, raising=False)
    with pytest.raises(NoPassword, match="SOLPACT_METER_PASSWORD or give --password-file"):
        password_of(None)
    (tmp_path / "password").write_text("secret\n")
    assert password_of(str(tmp_path / "password")) == "secret"


def test_an_analyzer_that_never_agrees_with_itself_opens_nothing(tmp_path: Path) -> None:
    class Wild(Dial):
        def read_block(self) -> list[int]:
            self.wh = 4_000_000_000 - self.wh
            return super().read_block()

    config = config_in(tmp_path)
    wild = Analyzer(config.generation, Wild("circutor-cem-c31", 5))
    still = Analyzer(config.export, Dial("carlo-gavazzi-em340", 300))
    # 5 and 3,999,999,995 take turns: a fall is never confirmed, nor is such a rise
    with pytest.raises(WrongAnswer, match="no two in a row agree"):
        initialise(config, PASSWORD, Hands(NOON_30_JUNE), wild, still)
    store = Store(config.database)
    assert store.last() is None
    store.close()


def test_a_lost_database_goes_on_from_the_ledgers_word(tmp_path: Path) -> None:
    make_keystore(tmp_path / "meter.json", PASSWORD)
    word = MeterWord(12345, 48_500_000, 15_200_000, day("2016-06-28"))
    opening = opened(tmp_path, chain=Ledger(word))
    assert (opening.generation_wh, opening.exported_wh) == (48_500_000, 15_200_000)
    store = Store(config_in(tmp_path).database)
    assert store.records() == []
    assert store.readings()[0].flags == ReadingFlag.EPOCH
    assert Outbox(store).word_at(word.day) == word
    store.close()


def test_a_used_key_with_no_database_and_no_chain_is_refused(tmp_path: Path) -> None:
    make_keystore(tmp_path / "meter.json", PASSWORD)
    with pytest.raises(NotInitialised, match="must be asked from the chain"):
        opened(tmp_path, chain=Ledger(None))


def test_a_collector_without_an_opening_is_refused(tmp_path: Path) -> None:
    site = Site.opened(tmp_path)
    site.store.run("DELETE FROM readings")
    with pytest.raises(NotInitialised, match="run `meter init"):
        site.start()
    site.finish()


def test_records_after_a_lost_database_chain_onto_the_old_word(tmp_path: Path) -> None:
    make_keystore(tmp_path / "meter.json", PASSWORD)
    word = MeterWord(12345, 47_000_000, 14_000_000, day("2016-06-28"))
    opened(tmp_path, generation=48_000_000, chain=Ledger(word))
    site = Site.opened(tmp_path)
    site.until(at("2016-07-01T00:15"), 100)
    last = site.store.records()[-1]
    assert last.day == day("2016-06-30")
    assert replay(word, site.store.records()) == Outbox(site.store).word_at(last.day)
    site.finish()
