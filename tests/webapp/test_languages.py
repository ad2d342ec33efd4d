"""Two languages, one set of keys.

├── the catalogues
│   ├── it have the same keys and the same {names}
│   ├── it leave no text empty
│   ├── it have every key that templates, Python and scripts name
│   └── it have a text for every event of the registry, and for every reason why terms, an offer or a file are refused
├── given no choice
│   └── it speaks Spanish
└── given a choice
    ├── it speaks that language, and remembers it
    └── it goes back only to a page of ours
"""

import re
from pathlib import Path

import pytest

from ppa import artifacts
from tests.webapp.conftest import Site
from webapp.languages import catalogue

WEB = Path(__file__).resolve().parents[2] / "webapp"
SPANISH, ENGLISH = catalogue("es"), catalogue("en")
NAMED = re.compile(r"""\b(?:t|say)\(\s*["']([\w.]+\w)["']""")
FOUND = re.compile(r"""(?:(?:pass|fail|unsure)\(|found: )"([a-z_.0-9]+)\"""")
CHECK = re.compile(r"""^  \["\w+", "(\w+)", [a-z]""", re.MULTILINE)


def sources() -> list[Path]:
    folders = (WEB / "templates", WEB / "static" / "js")
    found = [*WEB.glob("*.py"), *(path for folder in folders for path in folder.rglob("*.*"))]
    # An agreement's words have sentences of their own.
    return [path for path in found if "wording" not in {path.stem, *path.parts}]


def test_both_languages_have_the_same_keys() -> None:
    assert set(SPANISH) == set(ENGLISH)


@pytest.mark.parametrize("key", sorted(SPANISH))
def test_both_texts_fill_the_same_names_and_are_not_empty(key: str) -> None:
    names = re.compile(r"\{(\w+)\}")
    assert SPANISH[key].strip() and ENGLISH[key].strip()
    assert sorted(names.findall(SPANISH[key])) == sorted(names.findall(ENGLISH[key]))


def test_every_key_that_is_named_exists() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sources()]
    named = {key for text in texts for key in NAMED.findall(text)}
    found = {f"found.{key}" for text in texts for key in FOUND.findall(text)} - {"found.invoice.differs"}
    checks = {f"check.{name}" for text in texts for name in CHECK.findall(text)}
    assert named and found and checks
    assert not sorted((named | found | checks) - set(SPANISH))


@pytest.mark.parametrize("event", sorted(x["name"] for x in artifacts.abi("PPARegistry") if x["type"] == "event"))
def test_every_event_of_the_registry_has_a_text(event: str) -> None:
    assert f"event.{event}" in SPANISH


TERMS_REASON = re.compile(r"""new (?:BadTerms\(|BadField\([\w"]+, )"(\w+)\"""")
FILE_REASON = re.compile(r"""new BadFile\((?:REASONS\[[\w.]+\] \?\? )?"(\w+)\"""")
OFFER_REASON = re.compile(r"""new BadOffer\("(\w+)\"""")


def test_every_reason_why_terms_or_files_are_refused_has_a_text() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sources() if path.suffix == ".js"]
    reasons = {f"problem.{code}" for text in texts for code in TERMS_REASON.findall(text)}
    reasons |= {f"offer.{code}" for text in texts for code in OFFER_REASON.findall(text)}
    files = {code for text in texts for code in FILE_REASON.findall(text)} | {"missing_field", "unknown_field"}
    reasons |= {f"found.file.{code}" for code in files} | {"check.file"}
    assert len(reasons) > 20 and len(files) > 8
    assert not sorted(reasons - set(SPANISH))


def test_templates_have_no_text_of_their_own() -> None:
    for path in (WEB / "templates").glob("*.html"):
        text = re.sub(r"\{[{%#].*?[}%#]\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        words = re.findall(r">\s*([A-Za-zÁÉÍÓÚáéíóúñ]{4,}[^<]*)<", text)
        assert words in ([], ["Solpact\n      "]), path.name


def test_without_a_choice_the_page_is_spanish(site: Site) -> None:
    answer = site.client.get("/agreements", headers={"Accept-Language": "en-US"})
    assert 'lang="es"' in answer.text and "Contratos" in answer.text


def test_a_choice_is_remembered(site: Site) -> None:
    client = site.client
    client.get("/language/en", headers={"Referer": "http://localhost/verify"})
    assert 'lang="en"' in client.get("/agreements").text


def test_choosing_a_language_leads_back_only_to_our_pages(site: Site) -> None:
    here = site.client.get("/language/en", headers={"Referer": "http://localhost/verify?agreement=0x1"})
    elsewhere = site.client.get("/language/en", headers={"Referer": "https://evil.example/verify"})
    assert here.location == "/verify?agreement=0x1"
    assert elsewhere.location == "/"
