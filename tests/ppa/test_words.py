"""Storage words: what is packed unpacks to itself, and a field that does not fit is refused by name."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppa.errors import BadWord
from ppa.words import AccountWord, AgreementWord, MeterWord, StatementFlag, StatementWord, Status

WORDS = st.integers(0, 2**256 - 1)
AGREEMENT = AgreementWord(0, 0, 0, 0, 0, 0, 0, 0, False, Status.NONE)
STATEMENT = StatementWord(0, 0, 0, 0, 0, 0, 0, StatementFlag(0))


@given(WORDS)
def test_a_meter_word_packs_to_what_it_was_unpacked_from(word: int) -> None:
    assert MeterWord.unpack(word).pack() == word


@given(WORDS)
def test_a_statement_word_packs_to_what_it_was_unpacked_from(word: int) -> None:
    assert StatementWord.unpack(word).pack() == word


@given(WORDS)
def test_an_agreement_word_packs_to_what_it_was_unpacked_from(word: int) -> None:
    assert AgreementWord.unpack(word).pack() == word


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
        (replace(STATEMENT, closed_at=2**32), "closedAt"),
    ],
)
def test_a_field_that_does_not_fit_is_refused_by_name(
    word: MeterWord | AgreementWord | StatementWord, field: str
) -> None:
    with pytest.raises(BadWord, match=f"^{field} is"):
        word.pack()


@pytest.mark.parametrize("word", [-1, 2**256])
def test_a_number_that_is_no_word_is_refused(word: int) -> None:
    with pytest.raises(BadWord):
        MeterWord.unpack(word)


@given(WORDS)
def test_an_account_word_packs_to_what_it_was_unpacked_from(word: int) -> None:
    word &= ~(2**72 - 1 << 48)
    assert AccountWord.unpack(word).pack() == word


def test_only_a_meter_that_never_recorded_has_the_empty_word() -> None:
    assert MeterWord.unpack(0).is_empty
    assert not MeterWord(1, 0, 0, 0).is_empty
