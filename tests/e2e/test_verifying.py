"""Verification in the visitor's browser.

├── given July's statement
│   ├── it is green on entering: "Contrato verificado, bloque N", N the block of the signature
│   ├── when a cent of the invoice changes
│   │   ├── it is red: "Difiere en 0,01 €: línea 1"
│   │   └── it is green again once the cent is put back
│   └── when the amount is clicked
│       └── it walks: clause, kWh, registers, day, reading with its path, meter
├── given the verify page
│   ├── when a good invoice, or the evidence, is dropped
│   │   └── it is green
│   ├── when a forged invoice, another agreement's, one of an unknown version or no JSON is dropped
│   │   └── it says which
│   ├── when a file has a field that nothing checks, alone, beside a good one or after it
│   │   └── it is not green, and the field is named
│   ├── when another file of the kind is chosen later
│   │   └── the first one is said not to be checked
│   ├── when evidence was changed: a register, a root, a term
│   │   └── it names the link
│   ├── when one's own wallet is asked
│   │   └── it answers instead of ours, and the verdict names it
│   └── when a link names another node
│       ├── no node is asked until the visitor chooses one, files or not
│       ├── the node that was chosen answers, and the verdict names it
│       └── an address that is none is said, and no other node is asked instead
└── given a node that lies
    └── it is caught
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import Live, connect
from tests.e2e.wallet import Wallet
from tests.webapp.world import METER, STRANGER, role


@pytest.fixture
def block(live: Live) -> int:
    """The block of the consumer's signature."""
    agreement = bytes.fromhex(live.site.agreement[2:])
    return live.world.chain.agreement(live.world.registry, agreement).signed_block


def statement(live: Live) -> str:
    return f"/agreements/{live.site.agreement}/statements/2016-07"


def given(live: Live, name: str) -> dict[str, Any]:
    path = f"/agreements/{live.site.agreement}/{name}.json" if name != "invoice" else f"{statement(live)}/invoice.json"
    found: dict[str, Any] = json.loads(live.site.client.get(path).data)
    return found


def drop(page: Page, body: Any, tmp_path: Path, name: str = "file.json") -> None:
    (tmp_path / name).write_text(body if isinstance(body, str) else json.dumps(body))
    page.locator("#files").set_input_files(tmp_path / name)


def green(page: Page, block: int) -> None:
    expect(page.locator("#verdict.good")).to_contain_text(f"Contrato verificado, bloque {block}")


def test_a_statement_is_green_until_a_cent_changes(page: Page, live: Live, block: int) -> None:
    page.goto(statement(live))
    green(page, block)
    field = page.get_by_label("Importe de la línea 1")
    expect(field).to_have_value("342,29")
    field.fill("342,30")
    expect(page.locator("#verdict.bad strong")).to_have_text("Difiere en 0,01 €: línea 1")
    field.fill("342,29")
    green(page, block)


def test_the_walk_leads_from_the_amount_to_the_meter(page: Page, live: Live) -> None:
    page.goto(statement(live))
    page.get_by_role("button", name="342,29 €").click()
    page.locator("[data-walk=clause-1]").click()
    expect(page.locator("[data-step=energy]")).to_contain_text("4.026,974 kWh × 0,085 €/kWh = 342,29279 → 342,29 €")
    page.locator("[data-walk=generation]").click()
    expect(page.locator("[data-step=register]")).to_contain_text("5.887,899 kWh − 1.234,567 kWh = 4.653,332 kWh")
    page.locator("[data-walk=end]").click()
    expect(page.locator("[data-step=day]")).to_contain_text("Raíz de las lecturas")
    page.locator("[data-walk=readings]").click()
    expect(page.locator("[data-step=reading]")).to_contain_text("Es la raíz que el contador registró en la cadena")
    expect(page.locator("[data-step=reading]")).to_contain_text("La última lectura tiene los totalizadores")
    page.locator("[data-walk=meter]").click()
    expect(page.locator("[data-step=meter]")).to_contain_text("la firmó la clave del contador de este contrato")
    expect(page.locator("[data-step=meter]")).to_contain_text(METER.address)


def test_any_reading_of_a_day_is_proved(page: Page, live: Live) -> None:
    page.goto(statement(live))
    for step in ("amount", "clause-1", "exported", "end", "readings"):
        page.locator(f"[data-walk={step}]").click()
    page.get_by_text("Todas las lecturas del día").click()
    page.locator("[data-leaf='7']").click()
    expect(page.locator("#path [data-proved=true]")).to_be_visible()
    expect(page.locator("#path")).not_to_contain_text("La última lectura")


def test_a_reading_that_the_platform_changed_is_caught(page: Page, live: Live) -> None:
    def lie(route: Route) -> None:
        body = route.fetch().json()
        body["leaves"][3]["generation_wh"] += 1
        route.fulfill(json=body)

    page.route("**/api/v1/meters/**", lie)
    page.goto(statement(live))
    for step in ("amount", "clause-1", "generation", "end", "readings"):
        page.locator(f"[data-walk={step}]").click()
    expect(page.locator("#path [data-proved=false]")).to_contain_text("No es la raíz")


def test_a_good_invoice_is_green(page: Page, live: Live, block: int, tmp_path: Path) -> None:
    page.goto("/verify")
    drop(page, given(live, "invoice"), tmp_path)
    green(page, block)
    expect(page.locator("[data-check=invoice]")).to_contain_text("2016-07: 342,29 €, igual que la liquidación")


def test_a_forged_invoice_is_red(page: Page, live: Live, tmp_path: Path) -> None:
    invoice = given(live, "invoice")
    invoice["lines"][0]["cents"] += 312
    invoice["amount_cents"] += 312
    page.goto("/verify")
    drop(page, invoice, tmp_path)
    expect(page.locator("#verdict.bad strong")).to_have_text("Difiere en 3,12 €: línea 1")


def test_an_invoice_whose_energy_was_changed_is_red(page: Page, live: Live, tmp_path: Path) -> None:
    page.goto("/verify")
    drop(page, {**given(live, "invoice"), "generation_wh": 1}, tmp_path)
    expect(page.locator("#verdict.bad strong")).to_have_text("Difiere en 4.653,331 kWh: energía generada")


def test_the_invoice_of_another_agreement_is_told(page: Page, live: Live, tmp_path: Path) -> None:
    page.goto(f"/verify?agreement={live.site.agreement}")
    drop(page, given(live, "terms"), tmp_path, "terms.json")
    expect(page.locator("#verdict.good")).to_be_visible()
    drop(page, {**given(live, "invoice"), "agreement": "0x" + "11" * 32}, tmp_path)
    expect(page.locator("[data-check=invoice]")).to_contain_text("Es la factura de otro contrato")


def test_files_that_are_dropped_while_it_verifies_are_verified_after_it(page: Page, live: Live, tmp_path: Path) -> None:
    page.goto(f"/verify?agreement={live.site.agreement}")
    drop(page, given(live, "terms"), tmp_path, "terms.json")
    drop(page, {**given(live, "invoice"), "agreement": "0x" + "11" * 32}, tmp_path)
    expect(page.locator("#verdict.bad strong")).to_contain_text("Factura")
    expect(page.locator("[data-check=invoice]")).to_have_count(1)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("{", "no es un archivo JSON"),
        ({"hello": 1}, "no es una factura, unas condiciones ni unas pruebas de Solpact"),
        ({"format": {"name": "solpact-invoice", "version": 2}}, "es de la versión 2 y esta página lee la 1"),
        ({"format": {"name": "solpact-invoice", "version": 1}}, "está incompleto: le falta el campo chain_id"),
    ],
)
def test_a_file_that_is_none_of_ours_is_told(page: Page, tmp_path: Path, body: Any, sentence: str) -> None:
    page.goto("/verify")
    drop(page, body, tmp_path)
    expect(page.locator("#dropped")).to_contain_text(sentence)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("es", "invoice.json tiene un campo que no es de este formato y que nada comprueba: iban"),
        ("en", "invoice.json has a field that is not of this format and that nothing checks: iban"),
    ],
)
def test_an_invoice_with_an_account_that_nothing_checks_is_not_green(
    page: Page, live: Live, tmp_path: Path, language: str, sentence: str
) -> None:
    page.goto(f"/language/{language}")
    page.goto(f"/verify?agreement={live.site.agreement}")
    expect(page.locator("#verdict.good")).to_be_visible()
    drop(page, {**given(live, "invoice"), "iban": "ES91 2100 0418 4502 0005 1332"}, tmp_path, "invoice.json")
    expect(page.locator("#verdict.open")).to_contain_text(sentence)
    expect(page.locator("#dropped .bad")).to_have_text(sentence)
    expect(page.locator("#checks li")).to_have_count(1)
    expect(page.locator("[data-check=file]")).to_contain_text(sentence)
    page.locator("#run").click()
    expect(page.locator("#verdict.open")).to_contain_text(sentence)


@pytest.mark.parametrize("order", [("bad", "good"), ("good", "bad")])
def test_a_good_file_makes_none_green_that_was_chosen_with_it(
    page: Page, live: Live, tmp_path: Path, order: tuple[str, str]
) -> None:
    bodies = {"good": given(live, "evidence"), "bad": {**given(live, "invoice"), "producer": "Solar Fraud S.L."}}
    for name, body in bodies.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(body))
    page.goto("/verify")
    page.locator("#files").set_input_files([tmp_path / f"{name}.json" for name in order])
    expect(page.locator("#verdict.open")).to_contain_text("que nada comprueba: producer")


def test_a_file_in_whose_place_another_was_chosen_is_said_not_to_be_checked(
    page: Page, live: Live, block: int, tmp_path: Path
) -> None:
    forged = given(live, "invoice")
    forged["amount_cents"] += 1
    page.goto("/verify")
    drop(page, forged, tmp_path, "forged.json")
    expect(page.locator("#verdict.bad")).to_be_visible()
    drop(page, given(live, "invoice"), tmp_path, "right.json")
    green(page, block)
    expect(page.locator("#dropped li").first).to_have_text("forged.json: no se comprueba, después se eligió otro")


def test_the_evidence_proves_its_readings(page: Page, live: Live, block: int, tmp_path: Path) -> None:
    page.goto("/verify")
    drop(page, given(live, "evidence"), tmp_path)
    green(page, block)
    expect(page.locator("[data-check=readings]")).to_contain_text("13 días dan su raíz")


def tamper_register(e: dict[str, Any]) -> None:
    e["records"][3]["generation_wh"] += 1


def tamper_root(e: dict[str, Any]) -> None:
    e["records"][3]["readings_root"] = "0x" + "ab" * 32


def tamper_reading(e: dict[str, Any]) -> None:
    next(day for day in e["days"] if "last_reading" in day)["last_reading"]["generation_wh"] += 1


def tamper_term(e: dict[str, Any]) -> None:
    e["terms"]["dispute_days"] += 1


def tamper_line(e: dict[str, Any]) -> None:
    e["statements"][0]["lines_cents"][0] += 1


@pytest.mark.parametrize(
    ("tamper", "check", "sentence"),
    [
        (tamper_register, "file_records", "el totalizador de generación difiere en 0,001 kWh"),
        (tamper_root, "file_records", "la raíz de las lecturas es otra"),
        (tamper_reading, "readings", "no lleva a su raíz"),
        (tamper_term, "terms", "alguna ha cambiado"),
        (tamper_line, "file_statements", "difiere en 0,01 €: línea 1"),
    ],
)
def test_evidence_that_was_changed_is_caught(
    page: Page, live: Live, tmp_path: Path, tamper: Callable[[dict[str, Any]], None], check: str, sentence: str
) -> None:
    evidence = given(live, "evidence")
    tamper(evidence)
    page.goto("/verify")
    drop(page, evidence, tmp_path)
    expect(page.locator("#verdict.bad")).to_be_visible()
    expect(page.locator(f"[data-check={check}].bad")).to_contain_text(sentence)


def test_ones_own_wallet_answers_instead(page: Page, live: Live, block: int, wallet: Callable[..., Wallet]) -> None:
    own, asked = wallet(STRANGER), []
    page.goto("/verify")
    connect(page)
    page.on("request", lambda request: asked.append(request.url))
    page.locator("#agreement").fill(live.site.agreement)
    page.get_by_label("El nodo de mi monedero").check()
    page.get_by_role("button", name="Comprobar", exact=True).click()
    green(page, block)
    expect(page.locator("#answered")).to_contain_text("Stand-in")
    expect(page.locator("#answered-by")).to_have_text("Ha contestado Stand-in, que no es el nodo de esta plataforma.")
    assert "eth_getLogs" in own.asked and not [url for url in asked if url.endswith("/rpc")]


def test_ones_own_node_answers_instead(page: Page, live: Live, block: int) -> None:
    page.goto("/verify")
    page.locator("#agreement").fill(live.site.agreement)
    page.locator("#rpc").fill(live.world.rpc)
    page.get_by_role("button", name="Usar", exact=True).click()
    page.get_by_role("button", name=f"Usar este nodo: {live.world.rpc}").click()
    green(page, block)
    expect(page.locator("#answered")).to_contain_text(live.world.rpc)
    expect(page.locator("#answered-by")).to_contain_text(f"Ha contestado {live.world.rpc}, que no es el nodo de esta")


@pytest.mark.parametrize(
    ("language", "proposed", "use", "choose", "answered"),
    [
        ("es", "propone que lea la cadena otro nodo", "Usar este nodo", "Elija quién lee la cadena", "Ha contestado"),
        ("en", "proposes that another node reads the chain", "Use this node", "Choose who reads", "Answered by"),
    ],
)
def test_a_links_node_is_not_asked_until_it_is_chosen(
    page: Page, live: Live, tmp_path: Path, language: str, proposed: str, use: str, choose: str, answered: str
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    page.goto(f"/language/{language}")
    page.goto(f"/verify?agreement={live.site.agreement}&period=2016-07&rpc={live.world.rpc}")
    expect(page.locator("#other-node")).to_contain_text(proposed)
    drop(page, given(live, "invoice"), tmp_path, "invoice.json")
    expect(page.locator("#verdict.open")).to_contain_text(choose)
    page.locator("#run").click()
    expect(page.locator("#run")).to_be_enabled()
    expect(page.locator("#verdict.open")).to_contain_text(choose)
    assert not asked
    page.get_by_role("button", name=f"{use}: {live.world.rpc}").click()
    expect(page.locator("#verdict.good #answered-by")).to_contain_text(f"{answered} {live.world.rpc}")
    assert {url.rstrip("/") for url in asked} == {live.world.rpc}


def test_the_platforms_node_may_be_chosen_instead_of_a_links(page: Page, live: Live, block: int) -> None:
    page.goto(f"/verify?agreement={live.site.agreement}&rpc=https://node.example")
    page.get_by_label("El nodo de esta plataforma").check()
    page.get_by_role("button", name="Comprobar", exact=True).click()
    green(page, block)
    expect(page.locator("#answered-by")).to_have_text("Ha contestado el nodo de esta plataforma.")


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("es", "No es la dirección de un nodo: «nodo»"), ("en", "This is no node's address: “nodo”")],
)
def test_an_address_that_is_no_nodes_is_said_and_no_other_is_asked(
    page: Page, live: Live, language: str, sentence: str
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    page.goto(f"/language/{language}")
    page.goto(f"/verify?agreement={live.site.agreement}&rpc=nodo")
    expect(page.locator("#verdict.open")).to_contain_text(sentence)
    expect(page.locator("#rpc")).to_have_value("nodo")
    page.locator("#run").click()
    expect(page.locator("#verdict.open")).not_to_contain_text(sentence)
    assert not asked


def test_an_agreement_that_is_not_there_is_told(page: Page) -> None:
    page.goto(f"/verify?agreement={'0x' + '77' * 32}")
    expect(page.locator("#verdict.bad")).to_contain_text("Este registro no tiene ningún contrato")


def test_an_agreement_that_is_not_signed_is_not_verified(page: Page, live: Live) -> None:
    terms = live.world.propose(salt=99, meter=role(9).address)
    page.goto(f"/verify?agreement={live.world.id_of(terms)}")
    expect(page.locator("#verdict.bad")).to_contain_text("El contrato no está firmado")


def lying(change: Callable[[dict[str, Any], Any], Any]) -> Callable[[Route], None]:
    def answer(route: Route) -> None:
        asked = json.loads(route.request.post_data or "null")
        found = route.fetch().json()
        many = isinstance(asked, list)
        pairs = list(zip(asked, found, strict=True)) if many else [(asked, found)]
        lies = [{**a, "result": change(q, a["result"])} if "result" in a else a for q, a in pairs]
        route.fulfill(json=lies if many else lies[0])

    return answer


def drop_one_record(asked: dict[str, Any], result: Any) -> Any:
    records = asked["method"] == "eth_getLogs" and len(result) > 10
    return [*result[:5], *result[6:]] if records else result


def change_code(asked: dict[str, Any], result: Any) -> Any:
    return result[:-2] + "00" if asked["method"] == "eth_getCode" else result


def change_storage(asked: dict[str, Any], result: Any) -> Any:
    return hex(int(result, 16) + 1) if asked["method"] == "eth_getStorageAt" else result


def change_time(asked: dict[str, Any], result: Any) -> Any:
    late = asked["method"] == "eth_getBlockByNumber" and int(result["number"], 16) == 17
    return {**result, "timestamp": hex(int(result["timestamp"], 16) - 86_400)} if late else result


def change_transaction(asked: dict[str, Any], result: Any) -> Any:
    transaction = asked["method"] == "eth_getTransactionByBlockNumberAndIndex"
    return {**result, "nonce": "0x63"} if transaction else result


def change_chain(asked: dict[str, Any], result: Any) -> Any:
    return "0x1" if asked["method"] == "eth_chainId" else result


@pytest.mark.parametrize(
    ("lie", "check"),
    [
        (drop_one_record, "replay"),
        (change_code, "registry_code"),
        (change_storage, "agreement_word"),
        (change_time, "blocks"),
        (change_transaction, "act_keys"),
        (change_chain, "chain"),
    ],
)
def test_a_node_that_lies_is_caught(
    page: Page, live: Live, lie: Callable[[dict[str, Any], Any], Any], check: str
) -> None:
    page.route("**/rpc", lying(lie))
    page.goto(statement(live))
    expect(page.locator("#verdict.bad")).to_be_visible()
    expect(page.locator(f"[data-check={check}].bad")).to_be_visible()


def test_a_node_that_does_not_answer_is_told(page: Page, live: Live) -> None:
    page.route("**/rpc", lambda route: route.abort())
    page.goto(statement(live))
    expect(page.locator("#verdict.open")).to_contain_text("No se pudo comprobar")
