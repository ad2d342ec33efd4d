"""What a file may say beside what is checked, and what both verifiers say of it.

given the platform's terms, evidence and invoice ── both hold
given one of them with
├── a field that no schema has, at any depth ── refused, and both name it
├── a field less, or one of another form ── refused, and both name it
├── a name twice, a number that loses digits, half a character, another version ── refused
├── a mistyped address, a date that does not exist ── refused
├── other words, another id, other numbers ── compared: they differ
└── a signature ── holds, and both say that they do not check it
"""

import copy
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import both_verifiers
from tests.webapp.conftest import Site

Body = dict[str, Any]
Change = Callable[[Body], object]
IBAN = "ES91 2100 0418 4502 0005 1332"
MISTYPED = "0x" + "aB" * 20


@dataclass(frozen=True)
class Lie:
    """A change in a file of a kind: which link of the proof it breaks, what that says, and the field that is named."""

    kind: str
    change: Change
    link: str = "file"
    ok: bool | None = None
    place: str = ""


def put(path: str, value: object) -> Change:
    """Puts a value at a path such as lines/0/cents."""

    def change(body: Body) -> None:
        *parents, last = path.split("/")
        inside: Any = body
        for part in parents:
            inside = inside[int(part)] if isinstance(inside, list) else inside[part]
        inside[int(last) if isinstance(inside, list) else last] = value

    return change


def removed(name: str) -> Change:
    return lambda body: body.pop(name)


def unknown(kind: str, path: str, value: object = IBAN) -> Lie:
    return Lie(kind, put(path, value), place=path)


def wrong(kind: str, path: str, value: object) -> Lie:
    return Lie(kind, put(path, value), place=path)


FIELDS = {
    "an account to pay to": unknown("invoice", "iban"),
    "another producer's name": unknown("invoice", "producer", "Solar Fraud S.L."),
    "a total with taxes": unknown("invoice", "total_with_taxes_cents", 41_418),
    "an account in a line": unknown("invoice", "lines/0/iban"),
    "a field named as a prototype": unknown("invoice", "__proto__", {"iban": IBAN}),
    "a field named as a method": unknown("invoice", "toString"),
    "a field in capitals": unknown("invoice", "IBAN"),
    "an account in the terms file": unknown("terms", "iban"),
    "an account in the terms": unknown("terms", "terms/iban"),
    "an account in a clause": unknown("terms", "terms/clauses/0/iban"),
    "an account in the evidence": unknown("evidence", "iban"),
    "an account in the evidence's terms": unknown("evidence", "terms/iban"),
    "an account in a record": unknown("evidence", "records/0/iban"),
    "an account in a day": unknown("evidence", "days/0/iban"),
    "an account in a day's summary": unknown("evidence", "days/0/summary/iban"),
    "an account in a statement": unknown("evidence", "statements/0/iban"),
    "an account among the blocks": unknown("evidence", "blocks/iban", 1),
    "an account among the contracts": unknown("evidence", "contracts/iban"),
    "no total": Lie("invoice", removed("amount_cents"), place="amount_cents"),
    "no words": Lie("terms", removed("words"), place="words"),
    "no records": Lie("evidence", removed("records"), place="records"),
    "a currency in words": wrong("invoice", "currency", "euros"),
    "a currency with a line feed": wrong("invoice", "currency", "EUR\n"),
    "a total that is text": wrong("invoice", "amount_cents", "342,29"),
    "a total of another alphabet": wrong("invoice", "amount_cents", "３４２２９"),
    "a total that is true": wrong("invoice", "amount_cents", True),
    "a total that is nothing": wrong("invoice", "amount_cents", None),
    "less than no energy": wrong("invoice", "generation_wh", -1),
    "a line of clause 18": wrong("invoice", "lines/0/clause", 18),
    "an id in capitals": wrong("invoice", "agreement", "0x" + "AB" * 32),
    "an id with a line feed": wrong("terms", "id", "0x" + "ab" * 32 + "\n"),
    "half a byte of parameters": wrong("terms", "terms/clauses/0/params", "0x1"),
    "another language": wrong("terms", "language", "fr"),
    "words that are a list": wrong("evidence", "words", [IBAN]),
    "a day beyond 16 bits": wrong("evidence", "records/0/day", 65_536),
    "lines that are an object": wrong("invoice", "lines", {"iban": IBAN}),
}

OTHERS = {
    "a mistyped registry": Lie("invoice", put("registry", MISTYPED)),
    "a mistyped rule": Lie("invoice", put("lines/0/rule", MISTYPED)),
    "a mistyped producer": Lie("terms", put("terms/producer", MISTYPED)),
    "a mistyped clause": Lie("evidence", put("terms/clauses/0/rule", MISTYPED)),
    "a mistyped contract": Lie("evidence", put("contracts/MeterLedger", MISTYPED)),
    "a date that does not exist": Lie("terms", put("terms/first_day", "2016-02-30")),
    "a date before our days": Lie("terms", put("terms/first_day", "1969-12-31")),
    "a long stop day that does not exist": Lie("evidence", put("terms/long_stop_day", "2016-13-01")),
    "a name in the format": Lie("invoice", put("format/producer", IBAN)),
    "version 2": Lie("invoice", put("format/version", 2)),
    "version true": Lie("invoice", put("format/version", True)),
    "a format that is an object": Lie("invoice", put("format/name", {"toString": 1})),
    "the format of a deployment": Lie("invoice", put("format/name", "solpact-deployment")),
    "the invoice of another agreement": Lie("invoice", put("agreement", "0x" + "11" * 32), "invoice", False),
    "another period": Lie("invoice", put("period", "2016-09"), "invoice", False),
    "another block": Lie("invoice", put("block", "9" * 80), "invoice", False),
    "another number": Lie("invoice", put("number", "9" * 80), "invoice", False),
    "another currency": Lie("invoice", put("currency", "USD"), "invoice", False),
    "another rule in a line": Lie("invoice", put("lines/0/rule", "0x" + "11" * 20), "invoice", False),
    "more power than 64 bits": Lie("terms", put("terms/max_power_w", "9" * 80), "terms", False),
    "another chain": Lie("terms", put("chain_id", "9" * 80), "chain", False),
    "other words in the terms file": Lie("terms", put("words", f"Páguese a {IBAN}."), "terms", False),
    "other words in the evidence": Lie("evidence", put("words", f"Páguese a {IBAN}."), "terms", False),
    "another language of the words": Lie("evidence", put("language", "en"), "terms", False),
}

TEXTS: dict[str, tuple[str, Callable[[str], str]]] = {
    "a total twice": ("invoice", lambda text: text.replace("{", '{"amount_cents": 1, ', 1)),
    "a total twice, once escaped": ("invoice", lambda text: text.replace("{", '{"\\u0061mount_cents": 1, ', 1)),
    "a fraction": ("invoice", lambda text: re.sub(r'"number": (\d+)', r'"number": \1.0', text)),
    "an exponent": ("invoice", lambda text: re.sub(r'"number": (\d+)', r'"number": \1e0', text)),
    "a number that loses digits": ("invoice", lambda text: re.sub(r'"block": \d+', f'"block": {2**53 + 1}', text)),
    "half a character in a name": ("invoice", lambda text: text.replace("{", '{"\\ud800": 1, ', 1)),
    "a byte that is no UTF-8": ("invoice", lambda text: text.replace("EUR", "EU\ud800")),
    "a mark of byte order": ("invoice", lambda text: "\ufeff" + text),
    "no end": ("evidence", lambda text: text.rstrip()[:-1]),
    "not a number": ("terms", lambda text: text.replace("{", '{"more": NaN, ', 1)),
}


@pytest.fixture(scope="session")
def texts(site: Site) -> dict[str, str]:
    """The platform's files by kind."""
    start = f"/agreements/{site.agreement}"
    paths = {"terms": "terms", "evidence": "evidence", "invoice": "statements/2016-07/invoice"}
    return {kind: site.client.get(f"{start}/{path}.json").text for kind, path in paths.items()}


def given(texts: dict[str, str], kind: str, text: str) -> dict[str, str]:
    """What is verified with a file: itself, and terms beside an invoice."""
    return {**({"terms": texts["terms"]} if kind == "invoice" else {}), kind: text}


def said(site: Site, texts: dict[str, str], kind: str, change: Change, folder: Path) -> dict[str, Any]:
    body = copy.deepcopy(json.loads(texts[kind]))
    change(body)
    return both_verifiers.of_files(site.world.rpc, given(texts, kind, json.dumps(body)), folder)


@pytest.mark.parametrize("kind", both_verifiers.KINDS)
def test_the_platforms_files_hold(site: Site, texts: dict[str, str], tmp_path: Path, kind: str) -> None:
    assert said(site, texts, kind, lambda _: None, tmp_path)["verified"]


@pytest.mark.parametrize("name", [*FIELDS, *OTHERS])
def test_each_lie_of_a_file_has_one_answer(site: Site, texts: dict[str, str], tmp_path: Path, name: str) -> None:
    lie = {**FIELDS, **OTHERS}[name]
    answer = said(site, texts, lie.kind, lie.change, tmp_path)
    broken = [(check["link"], check["ok"]) for check in answer["checks"] if not check["ok"] and not check.get("note")]
    assert (broken[0], answer["exit"]) == ((lie.link, lie.ok), 2 if lie.ok is None else 1), answer


@pytest.mark.parametrize("name", FIELDS)
def test_both_name_the_field_that_is_refused(site: Site, texts: dict[str, str], tmp_path: Path, name: str) -> None:
    lie = FIELDS[name]
    answer = said(site, texts, lie.kind, lie.change, tmp_path)
    assert f"at {lie.place}, " in answer["checks"][0]["found"]
    assert answer["browser"][0]["values"] == {"place": lie.place}


@pytest.mark.parametrize("name", TEXTS)
def test_text_that_says_two_things_is_refused(site: Site, texts: dict[str, str], tmp_path: Path, name: str) -> None:
    kind, change = TEXTS[name]
    assert change(texts[kind]) != texts[kind]
    answer = both_verifiers.of_files(site.world.rpc, given(texts, kind, change(texts[kind])), tmp_path)
    assert [(check["link"], check["ok"]) for check in answer["checks"]] == [("file", None)]


def test_a_signature_in_a_terms_file_is_said_not_to_be_checked(
    site: Site, texts: dict[str, str], tmp_path: Path
) -> None:
    answer = said(site, texts, "terms", put("signature", "0x" + "11" * 64), tmp_path)
    assert answer["verified"]
    (note,) = [check for check in answer["checks"] if "not checked" in check["found"]]
    assert (note["name"], note["ok"], note["note"]) == ("Signature of the file", None, True)
    assert "signatures.of_file" in [check["found"] for check in answer["browser"]]
