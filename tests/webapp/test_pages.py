"""What each page says, without a browser.

├── given a running agreement
│   ├── it lists it, with its status and balance
│   ├── it says one Spanish sentence a clause, the same in Python and in the page
│   ├── it gives terms, evidence and invoice as files that ppa reads
│   └── it says on each page what was not proved
├── given no such agreement or statement
│   └── it says so with 404
└── on every answer
    └── it has a strict policy; `?rpc=` adds that one origin, to that one page
"""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ppa import files
from ppa.chain import Chain
from ppa.verify import Subject, run
from tests.webapp.conftest import Site
from tests.webapp.world import PRODUCER

PAGES = ["/agreements", "/agreements/new", "/agreements/offer", "/verify", "/agreements/{id}", "/agreements/{id}/sign"]
STATEMENT = "/agreements/{id}/statements/2016-07"
ALL = [*PAGES, STATEMENT, f"{STATEMENT}/print"]


def shown(text: str) -> str:
    """What a visitor reads: a page's head has every text, for scripts."""
    return text.split("<body>")[1]


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("page", ALL)
def test_each_page_says_what_was_not_proved(site: Site, page: str, language: str) -> None:
    answer = site.client.get(page.format(id=site.agreement), query_string={"lang": language})
    assert answer.status_code == 200
    said = {"es": "Lo que esta página no demuestra", "en": "What this page does not prove"}
    assert said[language] in shown(answer.text)


def test_the_list_has_the_running_agreement_and_its_balance(site: Site) -> None:
    text = shown(site.client.get("/agreements").text)
    assert "En curso" in text and "684,80 €" in text and site.agreement in text


def test_an_agreement_has_one_spanish_sentence_a_clause(site: Site) -> None:
    text = site.client.get(f"/agreements/{site.agreement}").text
    assert (
        "El consumidor paga 0,085 €/kWh por la energía autoconsumida (generada menos vertida); "
        "el precio sube un 2 % cada año de contrato." in text
    )
    assert (
        "El productor garantiza 30.000 kWh cada 3 meses y devuelve 0,04 €/kWh por lo que falte; "
        "la garantía baja un 0,5 % cada año de contrato." in text
    )


def test_a_statement_is_called_so_and_without_taxes(site: Site) -> None:
    text = shown(site.client.get(STATEMENT.format(id=site.agreement)).text)
    assert "Liquidación de julio de 2016" in text and "Liquidación, sin impuestos" in text


def test_a_statement_is_found_by_month_and_by_number(site: Site) -> None:
    by_month, by_number = (
        site.client.get(f"/agreements/{site.agreement}/statements/{which}") for which in ("2016-08", "2")
    )
    assert by_month.text == by_number.text


def test_evidence_and_invoice_hold_for_the_command_line_verifier(site: Site, tmp_path: Path) -> None:
    paths = {"evidence": f"/agreements/{site.agreement}/evidence.json"}
    paths["invoice"] = STATEMENT.format(id=site.agreement) + "/invoice.json"
    for name, path in paths.items():
        (tmp_path / name).write_bytes(site.client.get(path).data)
    evidence, invoice = files.read_evidence(tmp_path / "evidence"), files.read_invoice(tmp_path / "invoice")
    report = run(Subject.of(Chain(site.world.rpc), evidence, invoice))
    assert report.exit_status == 0, report.to_text()


def test_the_terms_file_is_read_by_ppa_and_has_the_words(site: Site, tmp_path: Path) -> None:
    (tmp_path / "terms").write_bytes(site.client.get(f"/agreements/{site.agreement}/terms.json").data)
    found = files.read_terms(tmp_path / "terms")
    assert found.terms.digest(found.chain_id, found.registry) == found.id
    assert found.language == "es" and found.words.startswith("Contrato de energía solar")


def test_terms_with_the_hash_of_other_words_have_no_file(site: Site) -> None:
    terms = replace(site.world.terms(salt=77), words_hash=bytes([7]) * 32)
    site.world.act(PRODUCER, "propose", terms)
    site.step()
    assert site.client.get(f"/agreements/{site.world.id_of(terms)}/terms.json").status_code == 409


@pytest.mark.parametrize(
    "path", ["/agreements/0x00", "/agreements/{id}/statements/2016-09", "/agreements/{id}/statements/0", "/nothing"]
)
def test_what_does_not_exist_is_404_in_words(site: Site, path: str) -> None:
    answer = site.client.get(path.format(id=site.agreement))
    assert answer.status_code == 404 and "Aquí no hay nada" in shown(answer.text)


@pytest.mark.parametrize("path", [*ALL, "/healthz", "/deployment.json", "/nothing", "/static/css/app.css"])
def test_every_answer_has_the_strict_policy(site: Site, path: str) -> None:
    with site.client.get(path.format(id=site.agreement)) as answer:
        policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "connect-src 'self';" in policy and "unsafe" not in policy


def test_the_own_node_adds_one_origin_to_one_page(site: Site) -> None:
    policy = site.client.get("/verify?rpc=https://node.example:8545/key").headers["Content-Security-Policy"]
    assert "connect-src 'self' https://node.example:8545;" in policy
    assert "node.example" not in site.client.get("/verify").headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "rpc", ["javascript:alert(1)", "https://a;script-src *", "file:///etc", "http://", "https://a b"]
)
def test_what_is_no_node_address_adds_nothing(site: Site, rpc: str) -> None:
    answer = site.client.get("/verify", query_string={"rpc": rpc})
    assert "connect-src 'self';" in answer.headers["Content-Security-Policy"]
    assert "No es la dirección de un nodo" in shown(answer.text)


def test_health_tells_how_far_the_index_is(site: Site) -> None:
    found = json.loads(site.client.get("/healthz").data)
    assert found["ok"] and found["lag"] == 0 and found["indexed"] == found["head"]


def test_the_demo_wallet_is_not_offered_unless_asked_for(site: Site) -> None:
    text = site.client.get("/agreements").text
    assert '"demoWallet": false' in text and "demo-note" not in text
