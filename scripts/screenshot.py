"""`ape run screenshot`: the README's and the walkthrough's pictures: a demo that really runs, in a real Chromium."""

import shutil
import time

import click
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tools.stage.browser import chromium
from tools.stage.chain import ROOT, embedded_chain
from tools.stage.measured import NREL
from tools.stage.play import play
from tools.stage.programs import programs
from tools.stage.stage import EVE, say, set_stage

FOLDER = ROOT / "build" / "screenshot"
PICTURES = ROOT / "docs" / "images"
VERIFIED = {"es": "Contrato verificado, bloque", "en": "Agreement verified, block"}
DIFFERS = {"es": "Difiere en 0,01 €: línea 1", "en": "Differs by 0.01 EUR: line 1"}
WALK = ("amount", "clause-1", "generation", "end", "readings", "meter")


def pictures(platform: str, agreement: bytes) -> None:
    """Every page in both languages."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        try:
            for language in ("es", "en"):
                _in(browser, language, f"{platform}/agreements/0x{agreement.hex()}")
            _walk(browser, f"{platform}/agreements/0x{agreement.hex()}/statements/1")
        finally:
            browser.close()


def _in(browser: Browser, language: str, agreement: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.context.add_cookies([{"name": "language", "value": language, "url": agreement}])
    page.goto(agreement)
    _take(page, f"agreement-{language}")
    page.goto(f"{agreement}/statements/2016-07")
    expect(page.locator("#verdict")).to_contain_text(VERIFIED[language], timeout=30_000)
    _take(page, f"statement-{language}")
    line = page.locator("[data-line='1']")
    digits = line.input_value()
    line.fill(digits[:-1] + str((int(digits[-1]) + 1) % 10))
    expect(page.locator("#verdict")).to_contain_text(DIFFERS[language], timeout=30_000)
    _take(page, f"verify-red-{language}")
    page.goto(agreement.rsplit("/agreements/", 1)[0] + "/agreements/new")
    _take(page, f"propose-{language}")
    page.close()


def _walk(browser: Browser, statement: str) -> None:
    """What docs/walkthrough.md tells: from the amount back to the meter, a cent changed and put back, the evidence."""
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="es-ES", accept_downloads=True)
    page.goto(statement)
    expect(page.locator("#verdict")).to_contain_text(VERIFIED["es"], timeout=30_000)
    for number, step in enumerate(WALK, start=1):
        page.locator(f"[data-walk={step}]").click()
        expect(page.locator("#walk .step, #walk [data-step]")).to_have_count(number + 1)
    page.set_viewport_size({"width": 1280, "height": 2600})  # all of it, with the verdict above and not across it
    page.evaluate("scrollTo(0, 0)")
    _take(page, "walkthrough-walk", of="#walk")
    page.set_viewport_size({"width": 1280, "height": 900})
    line = page.locator("[data-line='1']")
    right = line.input_value()
    line.fill(right[:-1] + str((int(right[-1]) + 1) % 10))
    expect(page.locator("#verdict")).to_contain_text(DIFFERS["es"], timeout=30_000)
    line.scroll_into_view_if_needed()
    _take(page, "walkthrough-cent", whole=False)
    line.fill(right)
    expect(page.locator("#verdict")).to_contain_text(VERIFIED["es"], timeout=30_000)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Descargar pruebas").click()
    say(f"{waiting.value.suggested_filename} can be downloaded")
    page.close()


def _take(page: Page, name: str, *, of: str = "", whole: bool = True) -> None:
    page.wait_for_load_state("networkidle")
    if of:
        page.locator(of).screenshot(path=PICTURES / f"{name}.png")
    else:
        page.screenshot(path=PICTURES / f"{name}.png", full_page=whole)
    say(f"docs/images/{name}.png")


@click.command()
def cli() -> None:
    """Make the README's pictures."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    with embedded_chain("anvil", EVE) as node, programs(FOLDER / "logs") as running:
        play(set_stage(node.url, FOLDER, running), NREL, time.monotonic(), pictures)
