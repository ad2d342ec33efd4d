"""Terms and their id.

the id ── is what eth_account makes of the same EIP-712 message, for any terms
       └─ differs where any field, chain or registry differs
terms ── that the registry refuses are refused here, each with its sentence
      ├─ survive the ABI's tuple and the file
      ├─ are shown in their words, and in no others
      └─ that begin in month n end with the life's last month
"""

from dataclasses import replace
from typing import Any

import pytest
from eth_account.messages import _hash_eip191_message, encode_typed_data
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from ppa import calendar
from ppa.errors import BadTerms
from ppa.terms import ZERO_ADDRESS, Clause, Terms
from ppa.termsfile import terms_from_json, terms_to_json

ADDRESSES = st.binary(min_size=20, max_size=20).map(to_checksum_address)
HASHES = st.binary(min_size=32, max_size=32)
REGISTRY = "0x" + "5a" * 20
PRODUCER, CONSUMER, METER, RULE = (to_checksum_address("0x" + f"{n:040x}") for n in (11, 12, 13, 14))
WORDS = "El productor vende.\nThe consumer buys: 0,085 €."
GOOD = Terms(PRODUCER, CONSUMER, METER, 16_983, 3, 100_000, (Clause(RULE, b"abc"),), words_hash=keccak(text=WORDS))


def terms() -> st.SearchStrategy[Terms]:
    return st.builds(
        Terms,
        producer=ADDRESSES,
        consumer=ADDRESSES,
        meter=ADDRESSES,
        arbiter=ADDRESSES,
        first_day=st.integers(0, 65_535),
        first_month=st.integers(0, 65_535),
        months=st.integers(0, 65_535),
        dispute_days=st.integers(0, 65_535),
        notice_days=st.integers(0, 65_535),
        silence_days=st.integers(0, 65_535),
        long_stop_day=st.integers(0, 65_535),
        max_claim_cents=st.integers(0, 2**64 - 1),
        max_power_w=st.integers(0, 2**64 - 1),
        currency=st.sampled_from(["EUR", "USD", "CLP"]),
        time_zone=st.sampled_from(["Europe/Madrid", "UTC", "America/Argentina/ComodRivadavia"]),
        document_hash=HASHES,
        supersedes=HASHES,
        salt=st.integers(0, 2**256 - 1),
        clauses=st.lists(st.builds(Clause, ADDRESSES, st.binary(max_size=70)), max_size=4).map(tuple),
    )


@given(terms(), st.text(), st.integers(1, 2**64), ADDRESSES)
def test_the_id_is_what_eth_account_makes_of_the_same_message(
    some: Terms, words: str, chain_id: int, registry: str
) -> None:
    some = replace(some, words_hash=keccak(text=words))
    message = encode_typed_data(full_message=some.typed_data(chain_id, registry, words))
    assert some.digest(chain_id, registry) == bytes(_hash_eip191_message(message))


@given(terms())
def test_terms_survive_the_abi_and_the_file(some: Terms) -> None:
    assert Terms.from_tuple(some.as_tuple()) == some
    assert terms_from_json(terms_to_json(some)) == some


@pytest.mark.parametrize(
    "change",
    [
        {"producer": RULE},
        {"consumer": RULE},
        {"meter": RULE},
        {"arbiter": RULE},
        {"first_day": 17_014},
        {"months": 4},
        {"first_month": 2},
        {"dispute_days": 1},
        {"notice_days": 1},
        {"silence_days": 1},
        {"long_stop_day": 16_983},
        {"max_claim_cents": 1},
        {"words_hash": b"\1" * 32},
        {"currency": "USD"},
        {"time_zone": "UTC"},
        {"max_power_w": 1},
        {"document_hash": b"\1" * 32},
        {"supersedes": b"\1" * 32},
        {"salt": 1},
        {"clauses": ()},
        {"clauses": (Clause(RULE, b"abd"),)},
        {"clauses": (Clause(METER, b"abc"),)},
        {"clauses": (*GOOD.clauses, *GOOD.clauses)},
    ],
)
def test_any_change_gives_another_id(change: dict[str, Any]) -> None:
    assert replace(GOOD, **change).digest(1, REGISTRY) != GOOD.digest(1, REGISTRY)


def test_another_chain_or_registry_gives_another_id() -> None:
    ids = {GOOD.digest(1, REGISTRY), GOOD.digest(2, REGISTRY), GOOD.digest(1, RULE)}
    assert len(ids) == 3


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"long_stop_day": 16_983},
        {"first_month": 3, "long_stop_day": 17_013},
        {"first_month": 548, "months": 550},
        {"max_claim_cents": 2**47 - 1},
        {"arbiter": RULE, "notice_days": 1},
        {"months": 1595, "long_stop_day": 16_983},
    ],
)
def test_good_terms_pass(change: dict[str, Any]) -> None:
    replace(GOOD, **change).check()


def test_the_long_stop_day_is_the_terms_last_unless_given() -> None:
    assert GOOD.long_stop_day == GOOD.last_day == 17_074
    assert replace(GOOD, long_stop_day=17_000).long_stop_day == 17_000


def test_terms_that_begin_in_month_14_end_with_the_lifes_last_month() -> None:
    terms = replace(GOOD, first_month=14, months=24)
    assert calendar.date_of(terms.last_day).isoformat() == "2017-05-31"
    assert calendar.date_of(terms.life_first_day).isoformat() == "2015-06-01"


def test_other_words_than_those_that_were_hashed_are_not_shown() -> None:
    assert GOOD.typed_data(1, REGISTRY, WORDS)["message"]["words"] == WORDS
    with pytest.raises(BadTerms, match="not the words of these terms"):
        GOOD.typed_data(1, REGISTRY, WORDS + " ")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"producer": ZERO_ADDRESS}, "producer's address is missing"),
        ({"consumer": ZERO_ADDRESS}, "consumer's address is missing"),
        ({"meter": ZERO_ADDRESS}, "meter's address is missing"),
        ({"consumer": PRODUCER}, "same account"),
        ({"meter": PRODUCER}, "one of the parties"),
        ({"meter": CONSUMER}, "one of the parties"),
        ({"first_day": 16_984}, "first of a month"),
        ({"months": 0}, "no months"),
        ({"first_month": 0}, "Month 0 is none of the 3 months"),
        ({"first_month": 4}, "Month 4 is none of the 3 months"),
        ({"months": 4096}, "more than 4095"),
        ({"months": 3000}, "beyond 2149"),
        ({"first_day": 0}, "after 1970-01-01"),
        ({"first_month": 549, "months": 560, "long_stop_day": 16_983}, "would begin before 1970"),
        ({"long_stop_day": 16_982}, "long-stop day, 2016-06-30, is outside the term, 2016-07-01 to 2016-09-30"),
        ({"long_stop_day": 17_075}, "outside the term"),
        ({"notice_days": 1}, "1 days of notice and no arbiter"),
        ({"max_claim_cents": 2**47}, "greatest claim"),
        ({"words_hash": bytes(32)}, "plain words is missing"),
        ({"max_power_w": 0}, "greatest power"),
        ({"clauses": ()}, "1 to 16 clauses"),
        ({"clauses": GOOD.clauses * 17}, "1 to 16 clauses"),
        ({"arbiter": GOOD.producer}, "arbiter .* must be somebody else"),
        ({"time_zone": "Europe/Nowhere"}, "IANA"),
        ({"time_zone": "x" * 33}, "at most 32"),
        ({"currency": "EURO"}, "3 ASCII"),
        ({"currency": "€"}, "3 ASCII"),
        ({"producer": "0x12"}, "not an address"),
        ({"salt": 2**256}, "does not fit 256 bits"),
        ({"dispute_days": -1}, "does not fit 16 bits"),
        ({"document_hash": b""}, "32 bytes"),
    ],
)
def test_terms_that_make_no_sense_are_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(BadTerms, match=words):
        replace(GOOD, **change).check()


def test_a_currency_that_is_not_text_is_refused() -> None:
    values = list(GOOD.as_tuple())
    values[12] = b"\xff\xff\xff"
    with pytest.raises(BadTerms, match="not ASCII"):
        Terms.from_tuple(values)
