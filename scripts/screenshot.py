"""`ape run screenshot`: the README's pictures, from a demonstration that really runs, in a real Chromium."""

import shutil
import time

import click
from playwright.sync_api import Browser, Page, expect, sync_playwright

from scripts._chain import ROOT, embedded_chain
from scripts._play import play
from scripts._programs import programs
from scripts._stage import EVE, say, set_stage

FOLDER = ROOT / "build" / "screenshot"
PICTURES = ROOT / "docs" / "images"
VERIFIED = {"es": "Contrato verificado, bloque", "en": "Agreement verified, block"}
DIFFERS = {"es": "Difiere en 0,01 €: línea 1", "en": "Differs by 0.01 EUR: line 1"}


def chromium() -> str:
    """Where a Chromium is."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise click.ClickException("Chromium is missing: install it (Debian: apt-get install chromium).")


def pictures(platform: str, agreement: bytes) -> None:
    """Every page in both languages."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        try:
            for language in ("es", "en"):
                _in(browser, language, f"{platform}/agreements/0x{agreement.hex()}")
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


def _take(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
    say(f"docs/images/{name}.png")


@click.command()
def cli() -> None:
    """Make the README's pictures."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    with embedded_chain("anvil", EVE) as node, programs(FOLDER / "logs") as running:
        play(set_stage(node.url, FOLDER, running), "nrel", time.monotonic(), pictures)
