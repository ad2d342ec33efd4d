"""An agreement in one transaction: one party signs the terms in its wallet, the other opens the file and agrees.

├── given the form, filled by either party
│   ├── its wallet is asked to sign the terms, their words first, and the page gives the file: nothing is sent
│   ├── when the wallet declines, or signs with another account, the long-stop day is over, or the node does not answer
│   │   └── there is no file, and it says why
│   └── the consumer can sign, and not propose
├── given the file, opened by the other party
│   ├── it reads who signed, the words, the exact terms, an example month, the decoded call and the hash
│   └── it agrees: one transaction, and the agreement is signed
├── given a party that is a contract
│   ├── it says that the registry will ask it, and it does
│   └── when the contract does not own to it: refused in words
├── given a file that is no offer, of elsewhere, changed, with other words, or that nobody of the parties signed
│   └── it says so, in both languages, and shows no terms
├── given the signer itself, or a stranger; the long-stop day over; proposed already
│   └── the button is off, and it says why
└── given the demo wallet
    └── it shows the words and each field by its name before it signs
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from eth_account.signers.local import LocalAccount
from playwright.sync_api import Browser, Page, expect

from ppa import calendar, files
from ppa.clauses import LateInterest
from ppa.storage_words import Status
from ppa.terms import Clause
from ppa.termsfile import TermsFile
from tests.e2e.conftest import Live, connect, findings
from tests.e2e.wallet import Wallet
from tests.webapp.parties import compact
from tests.webapp.world import CHAIN_ID, CONSUMER, METER, PRODUCER, STRANGER, role

GiveWallet = Callable[..., Wallet]
LATER = calendar.day_of(date(2017, 1, 1))
STARTED = {"first_day": calendar.day_of(date(2016, 7, 1))}
SIGN = "Firmar sin transacción y descargar"
AGREE = "Firmar el contrato"
TITLE = "Contrato de energía solar entre un productor y un consumidor."
# What a wallet that is a contract answers, whatever it is asked: ERC-1271's yes, and zero.
SAYS_YES = "0x7f1626ba7e" + "00" * 28 + "60005260206000f3"
SAYS_NO = "0x60206000f3"
salts = count(10_000)


def offered(live: Live, signer: LocalAccount | None = PRODUCER, **changes: Any) -> TermsFile:
    """Terms that start later, signed."""
    terms = live.world.terms(**{"first_day": LATER, "meter": role(9).address, "salt": next(salts), **changes})
    world = live.world
    identifier = terms.digest(CHAIN_ID, world.registry)
    return world.file_of(terms, compact(signer, identifier) if signer else b"")


def body_of(offer: TermsFile) -> dict[str, Any]:
    return {"format": {"name": "solpact-terms", "version": 1}, **offer.to_json()}


def open_file(page: Page, body: object, folder: Path) -> None:
    path = folder / "offer.json"
    path.write_text(body if isinstance(body, str) else json.dumps(body), encoding="utf-8")
    page.locator("#files").set_input_files(path)


def opened_by(page: Page, who: LocalAccount, offer: TermsFile, wallet: GiveWallet, folder: Path) -> Wallet:
    given = wallet(who)
    page.goto("/agreements/offer")
    connect(page)
    open_file(page, body_of(offer), folder)
    expect(page.locator("#verdict.good")).to_contain_text("Oferta firmada")
    return given


def fill(page: Page, **fields: str) -> None:
    usual = {"meter": role(9).address, "months": "3", "price": "0,0915", "firstDay": "2017-01"}
    for name, value in {**usual, **fields}.items():
        page.locator(f"#f-{name}").fill(value)


def status(live: Live, offer: TermsFile) -> Status:
    return Status(live.world.chain.agreement(live.world.registry, offer.id).status)


def signed_on_the_page(page: Page, path: Path) -> TermsFile:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=SIGN).click()
    assert waiting.value.suggested_filename.endswith("-signed.json")
    waiting.value.save_as(path)
    return files.read_terms(path)


def test_a_producer_signs_off_the_chain_and_the_consumer_agrees_in_one_transaction(
    page: Page, browser: Browser, live: Live, wallet: GiveWallet, tmp_path: Path
) -> None:
    producer = wallet(PRODUCER)
    page.goto("/agreements/new")
    connect(page)
    fill(page, consumer=CONSUMER.address)
    shown = page.locator("#hash").inner_text()
    offer = signed_on_the_page(page, tmp_path / "offer.json")
    expect(page.locator("#notices")).to_contain_text("Envíe el archivo a la otra parte")
    expect(page.locator("#notices")).to_be_in_viewport()  # the button is at the end of a long form
    assert not producer.sent and status(live, offer) == Status.NONE
    assert "0x" + offer.id.hex() == shown == live.world.id_of(offer.terms)
    assert producer.typed == [offer.terms.typed_data(CHAIN_ID, live.world.registry, offer.words)]
    assert next(iter(producer.typed[0]["message"])) == "words"  # what a wallet shows first
    assert offer.signature == compact(PRODUCER, offer.id)

    context = browser.new_context(base_url=live.url)
    other = context.new_page()
    consumer = Wallet(CONSUMER, live.world.chain, CHAIN_ID, {CHAIN_ID})
    consumer.install(other)
    other.goto("/agreements")
    connect(other)
    other.get_by_role("link", name="Abrir una oferta firmada").click()
    other.locator("#files").set_input_files(tmp_path / "offer.json")
    expect(other.locator("#verdict.good")).to_contain_text(f"Por el productor {PRODUCER.address}")
    other.get_by_role("button", name=AGREE).click()
    expect(other.locator("#notices")).to_contain_text("Contrato firmado en el bloque")
    assert status(live, offer) == Status.SIGNED and len(consumer.sent) == 1
    other.get_by_role("link", name="Ver el contrato").click()
    expect(other.locator("h1")).to_contain_text("Firmado")
    context.close()


def test_a_consumer_signs_off_the_chain_and_cannot_propose(
    page: Page, live: Live, wallet: GiveWallet, tmp_path: Path
) -> None:
    consumer = wallet(CONSUMER)
    page.goto("/agreements/new")
    connect(page)
    page.get_by_label("Usted es").select_option(label="el consumidor")
    fill(page, producer=PRODUCER.address)
    expect(page.locator("#f-consumer")).to_have_value(CONSUMER.address)
    expect(page.get_by_role("button", name="Proponer")).to_be_disabled()
    offer = signed_on_the_page(page, tmp_path / "offer.json")
    assert (offer.terms.producer, offer.terms.consumer) == (PRODUCER.address, CONSUMER.address)
    assert offer.signature == compact(CONSUMER, offer.id) and not consumer.sent


def test_changing_seats_takes_the_other_party_along(page: Page, wallet: GiveWallet) -> None:
    wallet(PRODUCER)
    page.goto("/agreements/new")
    connect(page)
    fill(page, consumer=CONSUMER.address)
    for seat, (producer, consumer) in {
        "el consumidor": (CONSUMER.address, PRODUCER.address),
        "el productor": (PRODUCER.address, CONSUMER.address),
    }.items():
        page.get_by_label("Usted es").select_option(label=seat)
        expect(page.locator("#f-producer")).to_have_value(producer)
        expect(page.locator("#f-consumer")).to_have_value(consumer)
    expect(page.get_by_role("button", name="Proponer")).to_be_enabled()


def test_a_signature_that_the_wallet_declines_loses_nothing(page: Page, wallet: GiveWallet) -> None:
    producer = wallet(PRODUCER)
    page.goto("/agreements/new")
    connect(page)
    fill(page, consumer=CONSUMER.address)
    producer.agrees = False
    page.get_by_role("button", name=SIGN).click()
    expect(page.get_by_role("alert")).to_contain_text("Ha rechazado la firma en su monedero")
    expect(page.locator("#f-price")).to_have_value("0,0915")
    expect(page.get_by_role("button", name=SIGN)).to_be_enabled()


def test_a_signature_of_another_account_is_not_given(page: Page, wallet: GiveWallet) -> None:
    producer = wallet(PRODUCER)
    producer.signs_with = STRANGER
    page.goto("/agreements/new")
    connect(page)
    fill(page, consumer=CONSUMER.address)
    page.get_by_role("button", name=SIGN).click()
    expect(page.get_by_role("alert")).to_contain_text("Su monedero firmó con otra cuenta")


def test_terms_whose_last_day_to_start_is_over_are_not_signed_off_the_chain(page: Page, wallet: GiveWallet) -> None:
    producer = wallet(PRODUCER)
    page.goto("/agreements/new")
    connect(page)
    fill(page, consumer=CONSUMER.address, firstDay="2016-07", longStopDay="2016-08-31")
    page.get_by_role("button", name=SIGN).click()
    expect(page.get_by_role("alert")).to_contain_text("La fecha límite para empezar ya ha pasado")
    assert not producer.typed


def test_a_node_that_does_not_answer_is_told(page: Page, wallet: GiveWallet) -> None:
    producer = wallet(PRODUCER)
    page.goto("/agreements/new")
    connect(page)
    fill(page, consumer=CONSUMER.address)
    page.route("**/rpc", lambda route: route.abort())
    page.get_by_role("button", name=SIGN).click()
    expect(page.get_by_role("alert")).to_contain_text("El nodo de la cadena no contesta")
    assert not producer.typed


def test_a_node_that_does_not_answer_shows_no_offer(page: Page, live: Live, tmp_path: Path) -> None:
    page.goto("/agreements/offer")
    page.route("**/rpc", lambda route: route.abort())
    open_file(page, body_of(offered(live)), tmp_path)
    expect(page.locator("#verdict.bad")).to_contain_text("El nodo de la cadena no contesta")
    expect(page.locator("#offer")).to_be_hidden()


def test_a_wrong_field_is_told_before_signing(page: Page, wallet: GiveWallet) -> None:
    producer = wallet(PRODUCER)
    page.goto("/agreements/new")
    connect(page)
    fill(page, consumer=PRODUCER.address)
    page.get_by_role("button", name=SIGN).click()
    expect(page.locator("#e-consumer")).to_contain_text("Productor y consumidor no pueden ser la misma cuenta")
    assert not producer.typed


def test_a_contract_that_cannot_be_recovered_still_gives_its_file(
    page: Page, live: Live, wallet: GiveWallet, tmp_path: Path
) -> None:
    safe = role(12)
    live.world.chain.request("anvil_setCode", safe.address, SAYS_YES)
    wallet(safe).signs_with = STRANGER
    page.goto("/agreements/new")
    connect(page)
    fill(page, consumer=CONSUMER.address)
    assert len(signed_on_the_page(page, tmp_path / "offer.json").signature or b"") == 65


def test_the_other_party_reads_everything_before_agreeing(
    page: Page, live: Live, wallet: GiveWallet, tmp_path: Path
) -> None:
    offer = offered(live)
    opened_by(page, CONSUMER, offer, wallet, tmp_path)
    expect(page.locator("#words p").first).to_have_text(TITLE)
    expect(page.locator("#words")).to_contain_text("1. El consumidor paga 0,085 €/kWh por la energía autoconsumida")
    expect(page.locator("#exact")).to_contain_text("3 meses, del 1 de enero de 2017 al 31 de marzo de 2017")
    expect(page.locator("#example-total")).to_have_text("816,00 €")
    page.locator("#x-generation").fill("1000,5")
    page.locator("#x-exported").fill("0")
    expect(page.locator("#example-total")).to_have_text("85,04 €")
    expect(page.locator("#hash")).to_have_text("0x" + offer.id.hex())
    expect(page.locator("#hash-check")).to_contain_text("ha calculado la misma huella")
    expect(page.locator("#call")).to_contain_text("agree(Terms,bytes,bytes)")
    page.locator("#call summary").click()
    expect(page.locator("#call")).to_contain_text("0x" + (offer.signature or b"").hex())
    expect(page.locator("#who")).to_contain_text(f"Usted es el consumidor {CONSUMER.address}")
    expect(page.locator("#who")).to_contain_text("hasta que acabe el 31 de marzo de 2017 (hora de Greenwich)")
    assert findings(page) == []


def test_the_producer_brings_what_the_consumer_signed(
    page: Page, live: Live, wallet: GiveWallet, tmp_path: Path
) -> None:
    offer = offered(live, CONSUMER)
    opened_by(page, PRODUCER, offer, wallet, tmp_path)
    page.get_by_role("button", name=AGREE).click()
    expect(page.locator("#notices")).to_contain_text("Contrato firmado en el bloque")
    assert status(live, offer) == Status.SIGNED
    expect(page.get_by_role("button", name=AGREE)).to_be_disabled()


def test_every_kind_of_clause_that_owes_nothing_at_first_has_its_example(
    page: Page, live: Live, wallet: GiveWallet, tmp_path: Path
) -> None:
    interest = Clause(live.world.deployment.address("LateInterest"), LateInterest(80_000).params())
    usual = live.world.terms().clauses
    opened_by(page, CONSUMER, offered(live, clauses=(*usual, interest)), wallet, tmp_path)
    expect(page.locator("#example")).to_contain_text("Interés de demora")
    expect(page.locator("#example-total")).to_have_text("816,00 €")


def test_an_agreement_that_the_wallet_declines_can_be_tried_again(
    page: Page, live: Live, wallet: GiveWallet, tmp_path: Path
) -> None:
    offer = offered(live)
    consumer = opened_by(page, CONSUMER, offer, wallet, tmp_path)
    consumer.agrees = False
    page.get_by_role("button", name=AGREE).click()
    expect(page.get_by_role("alert")).to_contain_text("Ha rechazado la firma")
    expect(page.get_by_role("button", name=AGREE)).to_be_enabled()
    assert status(live, offer) == Status.NONE


def test_a_party_that_is_a_contract_is_asked_by_the_registry(
    page: Page, live: Live, wallet: GiveWallet, tmp_path: Path
) -> None:
    safe = role(10)
    live.world.chain.request("anvil_setCode", safe.address, SAYS_YES)
    offer = offered(live, None, producer=safe.address)
    opened_by(page, CONSUMER, offer, wallet, tmp_path)
    expect(page.locator("#verdict")).to_contain_text(f"el productor {safe.address}, que es un contrato")
    expect(page.locator("#verdict")).to_contain_text("El registro se lo preguntará")
    page.get_by_role("button", name=AGREE).click()
    expect(page.locator("#notices")).to_contain_text("Contrato firmado en el bloque")
    assert status(live, offer) == Status.SIGNED


def test_a_contract_that_does_not_own_to_it_is_told_in_words(
    page: Page, live: Live, wallet: GiveWallet, tmp_path: Path
) -> None:
    safe = role(11)
    live.world.chain.request("anvil_setCode", safe.address, SAYS_NO)
    offer = offered(live, None, producer=safe.address)
    opened_by(page, CONSUMER, offer, wallet, tmp_path)
    page.get_by_role("button", name=AGREE).click()
    expect(page.get_by_role("alert")).to_contain_text(f"Falta la firma de {safe.address}, o es de otro texto")
    assert status(live, offer) == Status.NONE


def changed(offer: TermsFile, **fields: Any) -> dict[str, Any]:
    return {**body_of(offer), **fields}


def without_signature(offer: TermsFile) -> dict[str, Any]:
    return {name: value for name, value in body_of(offer).items() if name != "signature"}


def longer(offer: TermsFile, live: Live, *, with_id: bool) -> dict[str, Any]:
    """Terms of a month more, with the old signature."""
    made = live.world.file_of(live.world.worded(replace(offer.terms, months=offer.terms.months + 1)), offer.signature)
    return body_of(made if with_id else replace(made, id=offer.id))


def with_unreadable_clause(live: Live) -> dict[str, Any]:
    clauses = (Clause(live.world.deployment.address("EnergyCharge"), b"\1"),)
    return signed_without_words(live, clauses=clauses)


def signed_without_words(live: Live, **changes: Any) -> dict[str, Any]:
    """Signed terms that nobody can say in words."""
    offer = offered(live)
    terms = replace(offer.terms, **changes)
    identifier = terms.digest(CHAIN_ID, live.world.registry)
    return body_of(replace(offer, terms=terms, id=identifier, signature=compact(PRODUCER, identifier)))


REFUSALS: dict[str, tuple[Callable[[TermsFile, Live], object], str, str]] = {
    "no JSON": (lambda *_: "hello", "offer.json no es un archivo JSON", "offer.json is not a JSON file"),
    "another file": (
        lambda *_: {"format": {"name": "solpact-invoice", "version": 1}},
        "offer.json no es un archivo de condiciones",
        "offer.json is not a terms file",
    ),
    "another version": (
        lambda offer, _: changed(offer, format={"name": "solpact-terms", "version": 2}),
        "es de la versión 2",
        "is of version 2",
    ),
    "half a file": (
        lambda offer, _: changed(offer, terms={}),
        "offer.json está incompleto: le falta el campo terms/words_hash",
        "offer.json is incomplete: the field terms/words_hash is missing",
    ),
    "an account that nothing checks": (
        lambda offer, _: changed(offer, iban="ES91 2100 0418 4502 0005 1332"),
        "que nada comprueba: iban",
        "that nothing checks: iban",
    ),
    "a number too large": (
        lambda offer, _: changed(offer, terms={**body_of(offer)["terms"], "salt": "9" * 80}),
        "incompleto o dañado",
        "incomplete or damaged",
    ),
    "unsigned": (lambda offer, _: without_signature(offer), "condiciones sin firma", "have no signature"),
    "another chain": (lambda offer, _: changed(offer, chain_id=1), "Es para otra cadena, la 1", "another chain, 1"),
    "another genesis": (lambda offer, _: changed(offer, genesis="0x" + "ab" * 32), "otra cadena", "another chain"),
    "another registry": (
        lambda offer, _: changed(offer, registry=METER.address),
        f"otro registro de contratos, {METER.address}",
        f"another registry, {METER.address}",
    ),
    "terms changed": (
        lambda offer, live: longer(offer, live, with_id=False),
        "Las condiciones cambiaron después de la firma",
        "The terms were changed after the signature",
    ),
    "terms changed with their id": (
        lambda offer, live: longer(offer, live, with_id=True),
        "La firma no es de ninguna de las dos partes",
        "The signature is of neither party",
    ),
    "a stranger's signature": (
        lambda _, live: body_of(offered(live, STRANGER)),
        "La firma no es de ninguna de las dos partes",
        "The signature is of neither party",
    ),
    "terms without sense": (
        lambda _, live: body_of(offered(live, meter=CONSUMER.address)),
        "El contador debe tener su propia clave",
        "The meter must have a key of its own",
    ),
    "other words": (
        lambda offer, _: changed(offer, words=offer.words.replace("0,085", "0,058")),
        "El texto del archivo no es el que dicen sus demás campos",
        "The file's text is not what its other fields say",
    ),
    "the hash of other words": (
        lambda _, live: signed_without_words(live, months=4),
        "El texto del archivo no es el que dicen sus demás campos",
        "The file's text is not what its other fields say",
    ),
    "a party as arbiter": (
        lambda _, live: body_of(offered(live, arbiter=CONSUMER.address)),
        "El árbitro no puede ser una de las partes",
        "The arbiter cannot be one of the parties",
    ),
    "a term too long": (
        lambda _, live: signed_without_words(live, months=4000),
        "acaba antes de junio",
        "ends before June",
    ),
    "a clause that cannot be read": (
        lambda _, live: with_unreadable_clause(live),
        "Una cláusula no admite sus parámetros",
        "A clause does not accept its parameters",
    ),
}


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("name", REFUSALS)
def test_what_is_no_offer_is_refused_in_words(page: Page, live: Live, tmp_path: Path, name: str, language: str) -> None:
    make, *sentences = REFUSALS[name]
    page.goto(f"/language/{language}")
    page.goto("/agreements/offer")
    open_file(page, make(offered(live), live), tmp_path)
    expect(page.locator("#verdict.bad")).to_contain_text(sentences[["es", "en"].index(language)])
    expect(page.locator("#offer")).to_be_hidden()


def test_a_bad_file_takes_a_good_one_off_the_page(page: Page, live: Live, wallet: GiveWallet, tmp_path: Path) -> None:
    opened_by(page, CONSUMER, offered(live), wallet, tmp_path)
    open_file(page, "{}", tmp_path)
    expect(page.locator("#verdict.bad")).to_be_visible()
    expect(page.get_by_role("button", name=AGREE)).to_be_hidden()
    assert findings(page) == []


@pytest.mark.parametrize(
    ("who", "spanish", "english"),
    [
        (PRODUCER, "Esta firma es la suya", "This signature is yours"),
        (STRANGER, "no es ninguna de las dos partes", "is neither of the two parties"),
    ],
)
def test_only_the_other_party_can_agree(
    page: Page, live: Live, wallet: GiveWallet, tmp_path: Path, who: LocalAccount, spanish: str, english: str
) -> None:
    offer = offered(live)
    opened_by(page, who, offer, wallet, tmp_path)
    expect(page.locator("#who")).to_contain_text(spanish)
    expect(page.get_by_role("button", name=AGREE)).to_be_disabled()
    page.goto("/language/en")
    page.goto("/agreements/offer")
    open_file(page, body_of(offer), tmp_path)
    expect(page.locator("#who")).to_contain_text(english)


def test_without_a_wallet_the_button_asks_for_one(page: Page, live: Live, tmp_path: Path) -> None:
    page.goto("/agreements/offer")
    open_file(page, body_of(offered(live)), tmp_path)
    expect(page.locator("#who")).to_contain_text("Conecte el monedero de la otra parte")
    page.get_by_role("button", name=AGREE).click()
    expect(page.get_by_role("dialog")).to_contain_text("Elija su monedero")


def test_an_offer_whose_last_day_to_start_is_over_cannot_be_agreed(
    page: Page, live: Live, wallet: GiveWallet, tmp_path: Path
) -> None:
    offer = offered(live, **STARTED, long_stop_day=calendar.day_of(date(2016, 8, 31)))
    opened_by(page, CONSUMER, offer, wallet, tmp_path)
    expect(page.locator("#who")).to_contain_text("La fecha límite para empezar ya ha pasado")
    expect(page.get_by_role("button", name=AGREE)).to_be_disabled()


def test_an_offer_whose_first_day_is_over_can_be_agreed_until_the_last_day_to_start(
    page: Page, live: Live, wallet: GiveWallet, tmp_path: Path
) -> None:
    offer = offered(live, **STARTED, months=12)
    opened_by(page, CONSUMER, offer, wallet, tmp_path)
    page.get_by_role("button", name=AGREE).click()
    expect(page.locator("#notices")).to_contain_text("Contrato firmado en el bloque")
    assert status(live, offer) == Status.SIGNED


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_an_offer_that_the_producer_also_proposed_can_be_agreed(
    page: Page, live: Live, wallet: GiveWallet, tmp_path: Path, when: str
) -> None:
    offer = offered(live)
    if when == "before":
        live.world.act(PRODUCER, "propose", offer.terms)
    opened_by(page, CONSUMER, offer, wallet, tmp_path)
    if when == "meanwhile":
        live.world.act(PRODUCER, "propose", offer.terms)
    page.get_by_role("button", name=AGREE).click()
    expect(page.locator("#notices")).to_contain_text("Contrato firmado en el bloque")
    assert status(live, offer) == Status.SIGNED


def test_an_offer_that_was_signed_already_leads_to_its_agreement(
    page: Page, live: Live, wallet: GiveWallet, tmp_path: Path
) -> None:
    offer = offered(live)
    live.world.act(PRODUCER, "propose", offer.terms)
    live.world.act(CONSUMER, "sign", offer.terms)
    opened_by(page, CONSUMER, offer, wallet, tmp_path)
    expect(page.locator("#who")).to_contain_text("Este contrato ya no espera firma")
    expect(page.get_by_role("button", name=AGREE)).to_be_disabled()
    page.get_by_role("link", name="Ver el contrato").click()
    expect(page.locator("h1")).to_contain_text("Firmado")


def test_an_offer_that_is_rejected_meanwhile_is_refused_in_words(
    page: Page, live: Live, wallet: GiveWallet, tmp_path: Path
) -> None:
    offer = offered(live)
    opened_by(page, CONSUMER, offer, wallet, tmp_path)
    live.world.act(CONSUMER, "reject", offer.terms)
    page.get_by_role("button", name=AGREE).click()
    expect(page.get_by_role("alert")).to_contain_text("Este contrato ya se propuso")


def test_the_demo_wallet_shows_the_words_and_each_field_before_it_signs(page: Page, tmp_path: Path) -> None:
    page.goto("/agreements/new")
    connect(page, "Demostración: productor")
    fill(page, consumer=CONSUMER.address)
    page.get_by_role("button", name=SIGN).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".signed-words").first).to_have_text(TITLE)
    expect(dialog).to_contain_text("El consumidor paga 0,0915 €/kWh")
    for field in ("verifyingContract", "producer", "maxPower", "clauses.0.params", CONSUMER.address):
        expect(dialog).to_contain_text(field)
    assert findings(page) == []
    dialog.get_by_role("button", name="Rechazar").click()
    expect(page.get_by_role("alert")).to_contain_text("Ha rechazado la firma")
    page.get_by_role("button", name=SIGN).click()
    with page.expect_download() as waiting:
        dialog.get_by_role("button", name="Firmar").click()
    waiting.value.save_as(tmp_path / "offer.json")
    offer = files.read_terms(tmp_path / "offer.json")
    assert offer.signature == compact(PRODUCER, offer.id)
