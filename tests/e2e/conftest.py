"""A real Chromium on a real server on a real chain."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from eth_account.signers.local import LocalAccount
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import make_server

from tests.e2e.wallet import Wallet
from tests.webapp.conftest import Site, make_site
from tests.webapp.world import CHAIN_ID, World, anvil
from tools.stage.browser import chromium
from webapp import indexer, vendor

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_MS = 30_000  # a browser on two busy cores verifies for some seconds
AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Live:
    """A site that listens."""

    site: Site
    url: str

    @property
    def world(self) -> World:
        """The chain below."""
        return self.site.world


def read_whole(app: Flask) -> Callable[[Any, Any], list[bytes]]:
    """The application, its answers read to their end and closed before the server sends them.

    Werkzeug's server leaves an answer open, and so a file, if the browser hangs up while it is sent.
    """

    def answer(environ: Any, start_response: Any) -> list[bytes]:
        parts: Any = app(environ, start_response)
        with closing(parts):
            return [b"".join(parts)]

    return answer


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The server with its indexer, for all tests: each proposes agreements of its own."""
    vendor.copy()
    folder = tmp_path_factory.mktemp("live")
    with anvil() as rpc:
        site = make_site(World(rpc, folder), folder, demo_wallet=True)
        site.app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600  # its files do not change while it runs
        server = make_server("127.0.0.1", 0, read_whole(site.app), threaded=True)
        stop = indexer.start(site.settings)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Live(site, f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join()
        server.server_close()
        stop.set()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium from the system: no download."""
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        found = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(scope="session")
def context(browser: Browser, live: Live) -> Iterator[BrowserContext]:
    """One for all visitors, who share the platform's files as the browser keeps them: each would load seventy anew."""
    found = browser.new_context(base_url=live.url, viewport={"width": 1280, "height": 900})
    yield found
    found.close()


@pytest.fixture
def page(context: BrowserContext, live: Live) -> Iterator[Page]:
    """A visitor who never came before. No error and no refusal of the policy may stand in the console."""
    page, problems = context.new_page(), []
    page.on("pageerror", lambda problem: problems.append(str(problem)))
    page.on("console", lambda line: problems.append(line.text) if "Content Security Policy" in line.text else None)
    page.set_default_timeout(PATIENCE_MS)
    yield page
    context.new_cdp_session(page).send("Storage.clearDataForOrigin", {"origin": live.url, "storageTypes": "all"})
    context.clear_cookies()
    for opened in context.pages:
        opened.close()
    assert not problems


@pytest.fixture
def wallet(page: Page, live: Live) -> Callable[..., Wallet]:
    """Gives the visitor a wallet."""

    def give(account: LocalAccount, network: int = CHAIN_ID) -> Wallet:
        found = Wallet(account, live.world.chain, network, {CHAIN_ID} if network == CHAIN_ID else {network})
        found.install(page)
        return found

    return give


def connect(page: Page, name: str = "Stand-in") -> None:
    """Chooses a wallet in the header's dialog."""
    page.locator("#wallet-button").click()
    page.get_by_role("dialog").get_by_role("button", name=name).click()
    page.locator("#wallet-button code").wait_for()


def findings(page: Page) -> list[str]:
    """What axe finds on the page as it stands."""
    page.evaluate(AXE)
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found["violations"]]
