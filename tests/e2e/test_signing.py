"""Proposing and signing with a wallet that truly signs.

├── given a producer
│   ├── when the form is filled
│   │   ├── it shows the exact terms in plain words and their hash, as one types
│   │   ├── it proposes what follows from other fields, and says what having no arbiter means
│   │   └── it sends what the contract takes, at gas price 0, type 0
│   ├── when the wallet declines
│   │   └── nothing is lost
│   └── when a field is wrong
│       └── its sentence stands beside it
├── given a consumer
│   ├── it is told on entering that a request waits
│   ├── it reads the whole agreement in words, an example month in euros, the decoded call and the hash
│   ├── it is not let to sign words that the other fields do not say
│   ├── it signs
│   └── it rejects
├── given another account
│   └── it cannot sign
├── given a wallet on another network
│   └── it is told, and changed on a click
└── given the demo wallet
    └── it asks, is marked as such, and signs in the browser
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ppa.storage_words import Status
from tests.e2e.conftest import Live, connect
from tests.e2e.wallet import Wallet
from tests.webapp.parties import ARBITER
from tests.webapp.world import CONSUMER, METER, PRODUCER, STRANGER, role

GiveWallet = Callable[..., Wallet]
salts = iter(range(100, 1000))


@pytest.fixture
def request_(live: Live) -> str:
    """A proposal that waits for the consumer; its id."""
    terms = live.world.propose(salt=next(salts), meter=role(9).address)
    live.site.step()
    return live.world.id_of(terms)


def status(live: Live, agreement: str) -> Status:
    return Status(live.world.chain.agreement(live.world.registry, bytes.fromhex(agreement[2:])).status)


def fill(page: Page, **fields: str) -> None:
    usual = {"consumer": CONSUMER.address, "meter": METER.address, "months": "3", "price": "0,0915"}
    for name, value in {**usual, **fields}.items():
        page.locator(f"#f-{name}").fill(value)


def test_a_producer_proposes_what_the_page_shows(page: Page, live: Live, wallet: GiveWallet) -> None:
    producer = wallet(PRODUCER)
    page.goto("/agreements/new")
    connect(page)
    fill(page)
    expect(page.locator("#exact")).to_contain_text(
        "El consumidor paga 0,0915 €/kWh por la energía autoconsumida (generada menos vertida); "
        "el precio sube un 2 % cada año de contrato."
    )
    shown = page.locator("#hash").inner_text()
    page.get_by_role("button", name="Proponer").click()
    page.wait_for_url(f"**/agreements/{shown}")
    assert status(live, shown) == Status.PROPOSED
    assert producer.sent[0]["gasPrice"] == "0x0" and producer.sent[0]["type"] == "0x0"
    expect(page.locator("h1")).to_contain_text("Propuesto")


def test_a_guarantee_changes_the_words_and_the_hash(page: Page, wallet: GiveWallet) -> None:
    wallet(PRODUCER)
    page.goto("/agreements/new")
    connect(page)
    fill(page)
    before = page.locator("#hash").inner_text()
    page.get_by_label("Garantizar una producción").check()
    page.locator("#f-window").fill("3")
    expect(page.locator("#exact")).to_contain_text(
        "El productor garantiza 100.000 kWh cada 3 meses y devuelve 0,085 €/kWh por lo que falte; "
        "la garantía baja un 0,5 % cada año de contrato."
    )
    assert page.locator("#hash").inner_text() not in (before, "—")


def test_what_follows_other_fields_follows_them_until_it_is_changed(page: Page, wallet: GiveWallet) -> None:
    wallet(PRODUCER)
    page.goto("/agreements/new")
    connect(page)
    fill(page, months="12", price="0,085")
    expect(page.locator("#f-longStopDay")).to_have_value("2017-01-01")
    expect(page.locator("#f-maxClaim")).to_have_value("18972,00")  # 100 kW x 744 h x 0.085 EUR x 3
    page.locator("#f-months").fill("3")
    page.locator("#f-maxPower").fill("10")
    expect(page.locator("#f-longStopDay")).to_have_value("2016-09-30")
    expect(page.locator("#f-maxClaim")).to_have_value("1897,20")
    page.locator("#f-longStopDay").fill("2016-08-15")
    page.locator("#f-maxClaim").fill("500")
    page.locator("#f-months").fill("12")
    page.locator("#f-maxPower").fill("100")
    expect(page.locator("#f-longStopDay")).to_have_value("2016-08-15")
    expect(page.locator("#f-maxClaim")).to_have_value("500")
    expect(page.locator("#exact")).to_contain_text("Fecha límite para empezar: el 15 de agosto de 2016.")
    expect(page.locator("#exact")).to_contain_text("como mucho 500,00 € en cada una")


def test_without_an_arbiter_the_form_says_what_that_means(page: Page, wallet: GiveWallet) -> None:
    wallet(PRODUCER)
    page.goto("/agreements/new")
    connect(page)
    fill(page)
    expect(page.locator("#without-arbiter")).to_contain_text("No hay árbitro")
    expect(page.locator("#f-noticeDays")).to_be_hidden()
    page.locator("#f-arbiter").fill(ARBITER.address)
    expect(page.locator("#without-arbiter")).to_be_empty()
    expect(page.locator("#f-noticeDays")).to_have_value("30")
    expect(page.locator("#exact")).to_contain_text("anunciar dos cosas y hacerlas 30 días después")
    page.locator("#f-noticeDays").fill("65536")
    expect(page.locator("#e-noticeDays")).to_contain_text("65.535 días")


def test_an_agreement_may_begin_in_a_later_month_of_its_life(page: Page, live: Live, wallet: GiveWallet) -> None:
    wallet(PRODUCER)
    page.goto("/agreements/new")
    connect(page)
    fill(page, months="240", firstMonth="61", meter=role(9).address)
    expect(page.locator("#exact")).to_contain_text(
        "el 1 de julio de 2016 empieza el mes 61 de su vida, que tiene 240 meses"
    )
    page.get_by_role("button", name="Proponer").click()
    page.wait_for_url("**/agreements/0x*")
    expect(page.locator("h1")).to_contain_text("Propuesto")
    expect(page.locator("main")).to_contain_text("180 meses. Empieza en el mes 61 de su vida, que tiene 240.")
    page.get_by_role("link", name="Leer y firmar").click()
    # The sixth contract year's price: 0.0915 EUR with five rises of 2 %, each rounded.
    expect(page.locator("#example-total")).to_have_text("969,83 €")


def test_a_declined_proposal_loses_nothing(page: Page, wallet: GiveWallet) -> None:
    producer = wallet(PRODUCER)
    page.goto("/agreements/new")
    connect(page)
    fill(page)
    producer.agrees = False
    page.get_by_role("button", name="Proponer").click()
    expect(page.get_by_role("alert")).to_contain_text("Ha rechazado la firma en su monedero")
    expect(page.locator("#f-price")).to_have_value("0,0915")
    assert not producer.sent


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("consumer", "0x12", "No es una dirección"),
        ("consumer", PRODUCER.address, "Productor y consumidor no pueden ser la misma cuenta"),
        ("meter", CONSUMER.address, "El contador debe tener su propia clave"),
        ("firstDay", "julio", "Escriba año y mes, como 2016-07"),
        ("firstMonth", "4", "El primer mes es uno de los meses de la vida"),
        ("months", "0", "La duración es de 1 a 4.095 meses"),
        ("longStopDay", "mañana", "Escriba una fecha"),
        ("longStopDay", "2016-10-01", "está dentro de la duración"),
        ("silenceDays", "65536", "65.535 días"),
        ("disputeDays", "65536", "65.535 días"),
        ("arbiter", "0x12", "No es una dirección"),
        ("arbiter", METER.address, "El árbitro no puede ser una de las partes ni el contador"),
        ("maxClaim", "mucho", "Escriba un número"),
        ("maxClaim", "1407374883553,28", "La reclamación máxima es demasiado grande"),
        ("price", "cero", "Escriba un número"),
        ("price", "0", "El precio debe ser mayor que cero"),
        ("maxPower", "0", "Falta la potencia máxima"),
        ("timeZone", "Marte/Olympus", "No es una zona horaria"),
    ],
)
def test_a_wrong_field_is_told_beside_it(page: Page, wallet: GiveWallet, field: str, value: str, sentence: str) -> None:
    producer = wallet(PRODUCER)
    page.goto("/agreements/new")
    connect(page)
    fill(page, **{field: value})
    page.get_by_role("button", name="Proponer").click()
    expect(page.locator(f"#e-{field}")).to_contain_text(sentence)
    assert not producer.sent


def test_a_request_waits_for_the_consumer_on_entering(page: Page, request_: str, wallet: GiveWallet) -> None:
    wallet(CONSUMER)
    page.goto("/agreements")
    connect(page)
    expect(page.locator(f".request a[href='/agreements/{request_}/sign']")).to_be_visible()
    expect(page.locator("#requests")).to_contain_text("Un contrato espera su firma")
    page.reload()
    expect(page.locator("#requests")).to_contain_text("Un contrato espera su firma")


def test_the_consumer_reads_everything_before_signing(
    page: Page, live: Live, request_: str, wallet: GiveWallet
) -> None:
    wallet(CONSUMER)
    page.goto(f"/agreements/{request_}/sign")
    connect(page)
    expect(page.locator("#words p").first).to_have_text("Contrato de energía solar entre un productor y un consumidor.")
    expect(page.locator("#words")).to_contain_text("1. El consumidor paga 0,085 €/kWh por la energía autoconsumida")
    expect(page.locator("#words")).to_contain_text("No hay árbitro")
    expect(page.locator("#example")).to_contain_text("9.600 kWh")
    expect(page.locator("#example-total")).to_have_text("816,00 €")
    page.locator("#x-generation").fill("1000,5")
    page.locator("#x-exported").fill("0")
    expect(page.locator("#example-total")).to_have_text("85,04 €")
    expect(page.locator("#hash-check")).to_contain_text("ha calculado la misma huella")
    expect(page.locator("#call")).to_contain_text("sign(Terms)")
    expect(page.locator("#call")).to_contain_text(live.world.registry)
    expect(page.locator("#who")).to_contain_text("Usted es el consumidor")


def test_terms_whose_words_are_others_are_not_signed(page: Page, live: Live, wallet: GiveWallet) -> None:
    terms = replace(live.world.terms(salt=next(salts), meter=role(9).address), words_hash=bytes([7]) * 32)
    live.world.act(PRODUCER, "propose", terms)
    live.site.step()
    wallet(CONSUMER)
    page.goto(f"/agreements/{live.world.id_of(terms)}/sign")
    connect(page)
    expect(page.locator("#words")).to_contain_text("no es el que dicen sus demás campos: no las firme")
    expect(page.get_by_role("button", name="Firmar", exact=True)).to_be_disabled()


def test_the_consumer_signs(page: Page, live: Live, request_: str, wallet: GiveWallet) -> None:
    wallet(CONSUMER)
    page.goto(f"/agreements/{request_}/sign")
    connect(page)
    page.get_by_role("button", name="Firmar", exact=True).click()
    expect(page.locator("#notices")).to_contain_text("Contrato firmado en el bloque")
    assert status(live, request_) == Status.SIGNED
    expect(page.locator("#status")).to_have_text("Firmado")


def test_the_consumer_rejects(page: Page, live: Live, request_: str, wallet: GiveWallet) -> None:
    wallet(CONSUMER)
    page.goto(f"/agreements/{request_}/sign")
    connect(page)
    page.get_by_role("button", name="Rechazar").click()
    expect(page.locator("#notices")).to_contain_text("Contrato rechazado en el bloque")
    assert status(live, request_) == Status.REJECTED


def test_a_signature_that_the_wallet_declines_leaves_the_request(
    page: Page, live: Live, request_: str, wallet: GiveWallet
) -> None:
    consumer = wallet(CONSUMER)
    page.goto(f"/agreements/{request_}/sign")
    connect(page)
    consumer.agrees = False
    page.get_by_role("button", name="Firmar", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("No se ha enviado nada")
    assert status(live, request_) == Status.PROPOSED
    expect(page.get_by_role("button", name="Firmar", exact=True)).to_be_enabled()


def test_another_account_cannot_sign(page: Page, request_: str, wallet: GiveWallet) -> None:
    wallet(STRANGER)
    page.goto(f"/agreements/{request_}/sign")
    connect(page)
    expect(page.locator("#who")).to_contain_text("Solo puede firmar el consumidor")
    expect(page.get_by_role("button", name="Firmar", exact=True)).to_be_disabled()


def test_a_declined_connection_is_told(page: Page, wallet: GiveWallet) -> None:
    stranger = wallet(STRANGER)
    stranger.agrees = False
    page.goto("/agreements")
    page.locator("#wallet-button").click()
    page.get_by_role("button", name="Stand-in").click()
    expect(page.locator("#notices")).to_contain_text("Ha rechazado la conexión")


def test_a_wallet_on_another_network_is_told_and_changed(
    page: Page, live: Live, request_: str, wallet: GiveWallet
) -> None:
    consumer = wallet(CONSUMER, network=1)
    page.goto(f"/agreements/{request_}/sign")
    connect(page)
    expect(page.locator("#notices")).to_contain_text("Su monedero está en la red 1 y este contrato en la 31337")
    page.get_by_role("button", name="Firmar", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("red 1")
    assert not consumer.sent
    page.reload()
    page.get_by_role("button", name="Cambiar de red").click()
    expect(page.locator("#notices .wrong-network")).to_have_count(0)
    assert consumer.network == 31337 and "wallet_addEthereumChain" in consumer.asked
    page.get_by_role("button", name="Firmar", exact=True).click()
    expect(page.locator("#notices")).to_contain_text("Contrato firmado")


def test_a_proposal_is_withdrawn_by_its_producer(page: Page, live: Live, request_: str, wallet: GiveWallet) -> None:
    wallet(PRODUCER)
    page.goto(f"/agreements/{request_}")
    connect(page)
    page.get_by_role("button", name="Retirar la propuesta").click()
    expect(page.locator("h1")).to_contain_text("Retirado")
    assert status(live, request_) == Status.WITHDRAWN


def test_the_contracts_refusal_is_told_in_words(page: Page, live: Live, request_: str, wallet: GiveWallet) -> None:
    wallet(CONSUMER)
    page.goto(f"/agreements/{request_}/sign")
    connect(page)
    terms = live.world.chain.proposed(live.world.registry, bytes.fromhex(request_[2:]))[0]
    live.world.act(CONSUMER, "reject", terms)
    page.get_by_role("button", name="Firmar", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("recargue la página")


def test_the_demo_wallet_asks_and_signs_in_the_browser(page: Page, live: Live, request_: str) -> None:
    asked: list[Any] = []
    page.on("request", lambda r: asked.append(r.post_data) if r.url.endswith("/rpc") else None)
    page.goto(f"/agreements/{request_}/sign")
    connect(page, "Demostración: consumidor")
    page.get_by_role("button", name="Firmar", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Monedero de demostración")
    dialog.get_by_role("button", name="Rechazar").click()
    expect(page.get_by_role("alert")).to_contain_text("Ha rechazado la firma")
    page.get_by_role("button", name="Firmar", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Firmar").click()
    expect(page.locator("#notices")).to_contain_text("Contrato firmado")
    assert status(live, request_) == Status.SIGNED
    assert not [body for body in asked if body and CONSUMER.key.hex().removeprefix("0x") in body]
