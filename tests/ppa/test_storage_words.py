"""Storage words: what is packed unpacks to itself, and a field that does not fit is refused by name."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppa.errors import BadWord
from ppa.storage_words import (
    AccountWord,
    AgreementWord,
    AnnouncementWord,
    ClaimsWord,
    MeterWord,
    NoticeWord,
    PaymentStatus,
    PaymentWord,
    StatementFlag,
    StatementWord,
    Status,
    Word,
    clause_bits,
    dark_run,
)

WORDS = st.integers(0, 2**256 - 1)
AGREEMENT = AgreementWord(0, 0, 0, 0, 0, 0, 0, 0, False, Status.NONE)
STATEMENT = StatementWord(0, 0, 0, 0, 0, 0, 0, StatementFlag(0))


ACCOUNT = AccountWord(0, 0, 0, 0, 0, 0)
FREE = {AgreementWord: 8, AccountWord: 8, ClaimsWord: 159, NoticeWord: 222}


@pytest.mark.parametrize("kind", [MeterWord, AgreementWord, StatementWord, AccountWord, ClaimsWord, NoticeWord])
@given(WORDS)
def test_a_word_packs_to_what_it_was_unpacked_from(kind: type[Word], word: int) -> None:
    word %= 1 << 256 - FREE.get(kind, 0)
    assert kind.unpack(word).pack() == word


@given(st.integers(0, 65_535), st.sampled_from(PaymentStatus))
def test_a_payment_unpacks_to_what_was_packed(day: int, status: PaymentStatus) -> None:
    assert PaymentWord.unpack(PaymentWord(day, status).pack()) == PaymentWord(day, status)


@given(st.integers(0, 2**232 - 1), st.booleans(), st.integers(0, 65_535))
def test_an_announcement_unpacks_to_what_was_packed(digest: int, ends: bool, day: int) -> None:
    announced = AnnouncementWord(digest, ends, day)
    assert AnnouncementWord.unpack(announced.pack()) == announced


def test_a_payment_of_no_known_status_is_refused() -> None:
    with pytest.raises(BadWord, match=r"^status is 5"):
        PaymentWord.unpack(5)


def test_what_is_free_above_a_words_fields_is_not_read() -> None:
    assert AgreementWord.unpack(1 << 255).pack() == 0


def test_flags_say_how_many_months_were_dark_and_which_clauses_failed() -> None:
    flags = StatementFlag.DARK | dark_run(7) | clause_bits(0b1000000000000101)
    assert int(flags) == 0x80050702
    assert (flags.dark_months, flags.clauses) == (7, 0b1000000000000101)
    assert dark_run(256) == dark_run(255)


@given(st.integers(-(2**55), 2**55 - 1))
def test_a_balance_keeps_its_sign(balance: int) -> None:
    assert AgreementWord.unpack(replace(AGREEMENT, balance_cents=balance).pack()).balance_cents == balance


@given(st.integers(-(2**55), 2**55 - 1))
def test_an_amount_keeps_its_sign(amount: int) -> None:
    assert StatementWord.unpack(replace(STATEMENT, amount_cents=amount).pack()).amount_cents == amount


@pytest.mark.parametrize(
    ("word", "field"),
    [
        (MeterWord(2**160, 0, 0, 0), "head"),
        (MeterWord(0, 2**40, 0, 0), "generation"),
        (MeterWord(0, 0, -1, 0), "exported"),
        (MeterWord(0, 0, 0, 65_536), "day"),
        (replace(AGREEMENT, balance_cents=2**55), "balance"),
        (replace(AGREEMENT, balance_cents=-(2**55) - 1), "balance"),
        (replace(AGREEMENT, periods=4096), "periods"),
        (replace(STATEMENT, amount_cents=2**63), "amount"),
        (replace(STATEMENT, closed_block=2**32), "closedBlock"),
        (replace(AGREEMENT, generation_wh=-1), "generation"),
        (replace(ACCOUNT, late_cent_days=2**71), "lateCentDays"),
        (replace(ACCOUNT, cents=-(2**47) - 1), "cents"),
        (replace(ACCOUNT, exported_wh=2**39), "exported"),
        (replace(ACCOUNT, acts=2**32), "acts"),
        (ClaimsWord(False, 2**48, 0), "producer"),
        (ClaimsWord(False, 0, -1), "consumer"),
        (AnnouncementWord(2**232, False, 0), "digest"),
    ],
)
def test_a_field_that_does_not_fit_is_refused_by_name(word: Word, field: str) -> None:
    with pytest.raises(BadWord, match=f"^{field} is"):
        word.pack()


@pytest.mark.parametrize("word", [-1, 2**256])
def test_a_number_that_is_no_word_is_refused(word: int) -> None:
    with pytest.raises(BadWord):
        MeterWord.unpack(word)


def test_only_a_meter_that_never_recorded_has_the_empty_word() -> None:
    assert MeterWord.unpack(0).is_empty
    assert not MeterWord(1, 0, 0, 0).is_empty
