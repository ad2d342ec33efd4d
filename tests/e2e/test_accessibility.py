"""Every page in both languages, closed and opened up: axe finds nothing, and a keyboard reaches everything.

├── on every page
│   └── axe finds nothing
├── with a dialog, a whole walk, a red verdict, a form with problems
│   └── axe finds nothing
└── with the keyboard alone
    └── a cent is changed, and the amount walked back
"""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Live, connect, findings
from tests.webapp.world import role

PAGES = {
    "agreements": "/agreements",
    "propose": "/agreements/new",
    "offer": "/agreements/offer",
    "agreement": "/agreements/{id}",
    "sign": "/agreements/{request}/sign",
    "statement": "/agreements/{id}/statements/2016-07",
    "print": "/agreements/{id}/statements/2016-07/print",
    "verify": "/verify",
    "verified": "/verify?agreement={id}&period=2016-08",
    "own node": "/verify?rpc=https://node.example",
    "not there": "/nothing",
}


@pytest.fixture(scope="session")
def request_(live: Live) -> str:
    """A proposal that stays open."""
    terms = live.world.propose(salt=50, meter=role(8).address)
    live.site.step()
    return live.world.id_of(terms)


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_axe_finds_nothing(page: Page, live: Live, request_: str, path: str, language: str) -> None:
    page.goto(f"/language/{language}")
    page.goto(path.format(id=live.site.agreement, request=request_))
    page.wait_for_load_state("networkidle")
    if path.endswith("statements/2016-07") or "period" in path:
        page.locator("#verdict.good").wait_for()
    assert findings(page) == []
    assert page.locator("html").get_attribute("lang") == language


def test_axe_finds_nothing_in_the_wallets_dialog(page: Page) -> None:
    page.goto("/agreements/new")
    page.locator("#wallet-button").click()
    assert findings(page) == []


def test_axe_finds_nothing_in_a_form_with_problems(page: Page) -> None:
    page.goto("/agreements/new")
    connect(page, "Demostración: productor")
    page.get_by_role("button", name="Proponer").click()
    expect(page.locator("#e-consumer")).to_have_text("Falta esta dirección.")
    assert findings(page) == []


def test_axe_finds_nothing_in_a_whole_walk_with_a_red_verdict(page: Page, live: Live) -> None:
    page.goto(f"/agreements/{live.site.agreement}/statements/2016-07")
    for step in ("amount", "clause-1", "generation", "end", "readings", "meter"):
        page.locator(f"[data-walk={step}]").click()
    page.get_by_text("Todas las lecturas del día").click()
    page.get_by_label("Importe de la línea 1").fill("1")
    expect(page.locator("#verdict.bad")).to_be_visible()
    assert findings(page) == []


def test_the_keyboard_alone_walks_and_changes_a_cent(page: Page, live: Live) -> None:
    page.goto(f"/agreements/{live.site.agreement}/statements/2016-07")
    expect(page.locator("#verdict.good")).to_be_visible()
    page.get_by_role("button", name="342,29 €").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#step-clause")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#step-energy")).to_be_focused()
    page.get_by_label("Importe de la línea 1").focus()
    page.keyboard.press("End")
    page.keyboard.press("Backspace")
    page.keyboard.type("8")
    expect(page.locator("#verdict.bad strong")).to_have_text("Difiere en 0,01 €: línea 1")
