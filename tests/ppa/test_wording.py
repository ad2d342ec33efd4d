"""An agreement in plain words.

the words
├── of all nine clauses, and of an agreement that goes on from another ── are the texts of tests/words
├── of what is not agreed ── say so: no way out, no arbiter, no days of notice or of silence, no claims
├── of a rule that is not published ── show its parameters, and that it may let the consumer leave
├── of texts that could pass for other lines, or of parameters that the contract refuses ── are refused
└── made again ── are those whose hash the terms have, in either language; others are refused
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from eth_utils.crypto import keccak

from ppa import wording
from ppa.clauses import ClauseKind, EnergyCharge, ExitTable, FixedFee
from ppa.errors import BadClause, BadTerms
from ppa.terms import ZERO_ADDRESS, Clause, Terms
from ppa.termsfile import terms_from_json
from ppa.text import Language
from tests import wordings

HERE = Path(__file__).parents[1]
EXAMPLES = ("nine_clauses", "goes_on")
PRODUCER, CONSUMER, METER, ARBITER, RULE = ("0x" + f"{n:040d}" for n in range(1, 6))
CHARGE = EnergyCharge(85_000, 20_000)
EXIT = ExitTable(ZERO_ADDRESS, 0, ZERO_ADDRESS, 1_000, (500_000,))


def example(name: str) -> dict[str, Any]:
    given: dict[str, Any] = json.loads((HERE / "words" / f"{name}.json").read_text(encoding="utf-8"))
    return given


def said(clause: ClauseKind = CHARGE, language: Language = "en", **fields: Any) -> str:
    terms = Terms(PRODUCER, CONSUMER, METER, 16_983, 12, 100_000, (Clause(RULE, clause.params()),), **fields)
    return wording.words(terms, {RULE: type(clause).__name__}, language)


@pytest.mark.parametrize("language", wording.LANGUAGES)
@pytest.mark.parametrize("name", EXAMPLES)
def test_a_whole_agreement_reads_as_people_speak(name: str, language: Language) -> None:
    given = example(name)
    expected = (HERE / "words" / f"{name}.{language}.txt").read_text(encoding="utf-8")
    assert wordings.words(given)[language] + "\n" == expected


def test_the_first_example_has_every_published_clause() -> None:
    assert len(set(example("nine_clauses")["rules"].values())) == 9


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "No clause lets one party leave on its own before the end."),
        ({}, "Contract year 1, the only one of this term: 0.085 EUR/kWh."),
        ({}, "Neither party can end the agreement on its own for that reason."),
        ({"silence_days": 1}, "After more than 1 day without a record either party may end the agreement"),
        ({}, "only on the day on which it was closed"),
        ({"dispute_days": 1}, "up to 1 day after it was closed"),
        ({"dispute_days": 40_000, "arbiter": ARBITER}, "decides, up to 80,000 days after the closing"),
        ({"arbiter": ARBITER}, f"The arbiter {ARBITER} decides, on the same day"),
        ({"arbiter": ARBITER}, "The arbiter decides disagreements and nothing else."),
        ({"arbiter": ARBITER, "notice_days": 1}, "may announce two things and do them 1 day later"),
        ({"max_claim_cents": 0}, "Disagreements: no claim can be made against any statement. There is no arbiter"),
        ({"max_claim_cents": 0, "arbiter": ARBITER}, f"against any statement. The arbiter is {ARBITER}."),
        ({"max_claim_cents": 500_000}, "for at most 5,000.00 EUR on each. There is no arbiter"),
        ({"long_stop_day": 16_983}, "Last day to start: 1 July 2016. Until that day signatures can be brought"),
        ({"supersedes": b"\1" * 32}, "starts when the other is handed over to it"),
        ({"clause": EXIT}, "By clause 1 the consumer may leave on its own for a price."),
        ({"clause": EXIT}, "the only one of this term: 500.00 EUR. It need not notify any lender before."),
        ({"clause": FixedFee(-3_100)}, "Contract year 1, the only one of this term: 31.00 EUR a month."),
    ],
)
def test_each_choice_of_the_terms_is_said(fields: dict[str, Any], sentence: str) -> None:
    assert sentence in said(**fields)


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"clause": EXIT}, "No clause lets"),
        ({"arbiter": ARBITER}, "There is no arbiter"),
        ({}, "The arbiter"),
        ({}, "fingerprint"),
        ({}, "replaces"),
        ({"silence_days": 90}, "Neither party can end"),
        ({"arbiter": ARBITER, "notice_days": 30}, "nothing else"),
    ],
)
def test_what_is_not_agreed_is_not_said(fields: dict[str, Any], part: str) -> None:
    assert part not in said(**fields)


@pytest.mark.parametrize("rules", [{}, {RULE: None}, {RULE: "SomethingNew"}])
def test_a_rule_that_is_not_published_is_shown_and_may_be_a_way_out(rules: dict[str, str | None]) -> None:
    terms = Terms(PRODUCER, CONSUMER, METER, 16_983, 12, 100_000, (Clause(RULE, b"\xab\xcd"),))
    text = wording.words(terms, rules, "en")
    assert f"1. Rule {RULE}, which is none of the published ones" in text and "parameters are 0xabcd." in text
    assert "Clause 1 is none of the published ones: it may let the consumer leave" in text
    assert "No clause lets" not in text


@pytest.mark.parametrize(
    "texts", [{"currency": "eur"}, {"currency": "\n1."}, {"time_zone": "Europe/Madrid\nA: b"}, {"time_zone": ""}]
)
def test_texts_that_could_pass_for_other_lines_are_refused(texts: dict[str, str]) -> None:
    with pytest.raises(BadTerms, match=r"currency|time zone"):
        said(**texts)


def test_parameters_that_the_contract_refuses_are_not_put_in_words() -> None:
    with pytest.raises(BadClause, match="price per kWh is zero"):
        said(EnergyCharge(0))
    terms = Terms(PRODUCER, CONSUMER, METER, 16_983, 12, 100_000, (Clause(RULE, b"\1"),))
    with pytest.raises(BadClause, match="EnergyCharge"):
        wording.words(terms, {RULE: "EnergyCharge"}, "es")


def test_a_rule_is_found_by_its_address_in_any_case() -> None:
    rule = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
    terms = Terms(PRODUCER, CONSUMER, METER, 16_983, 12, 100_000, (Clause(rule.lower(), CHARGE.params()),))
    assert "The consumer pays 0.085 EUR/kWh" in wording.words(terms, {rule: "EnergyCharge"}, "en")


@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_the_words_of_terms_are_found_again_in_their_language(language: Language) -> None:
    given = example("nine_clauses")
    terms, text = wording.worded(terms_from_json(given["terms"]), given["rules"], language)
    assert terms.words_hash == keccak(text=text)
    assert wording.regenerated(terms, given["rules"]) == (language, text)


def test_words_that_say_something_else_are_refused() -> None:
    given = example("nine_clauses")
    terms, text = wording.worded(terms_from_json(given["terms"]), given["rules"], "es")
    cheaper = replace(terms, words_hash=keccak(text=text.replace("0,085", "0,075")))
    for other in (cheaper, replace(terms, months=35), replace(terms, words_hash=bytes(32))):
        with pytest.raises(BadTerms):
            wording.regenerated(other, given["rules"])
    with pytest.raises(BadTerms, match="do not sign"):
        wording.regenerated(terms, {})


def test_every_tool_can_say_what_it_means_that_there_is_no_arbiter() -> None:
    assert wording.without_arbiter("es") in said(language="es")
    assert wording.without_arbiter("en") in said()
