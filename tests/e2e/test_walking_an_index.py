"""The walk through a price whose index was published after the month had been closed.

└── given a month closed with the index of an earlier year
    └── it shows what was published by then, and makes the line
"""

from datetime import date

import pytest
from eth_utils.address import to_checksum_address
from playwright.sync_api import Page, expect

from ppa import calendar
from ppa.clauses import IndexedPrice
from ppa.terms import Clause
from tests.e2e.conftest import Live
from tests.webapp.world import CONSUMER, DEPLOYER, PRODUCER, STRANGER, day_readings, role

METER = role(14)
FIRST, OPENED, LAST = (calendar.day_of(date(2016, 11, day)) for day in (1, 5, 30))


@pytest.fixture
def substituted(live: Live) -> str:
    """An agreement whose contract year 2 began with a month that was closed with year 1's index; its id."""
    world = live.world
    made = world.chain.transact(DEPLOYER, world.chain.creation("IndexPublisher", PRODUCER.address, b"CPI"))
    assert made.contract is not None
    index = to_checksum_address(made.contract)

    def publish(year: int, value: int) -> None:
        month = calendar.day_of(date(year, 9, 1))
        world.chain.transact(PRODUCER, world.chain.function("IndexPublisher", index, "publish", month, value))

    price = IndexedPrice(85_000, index, 2, 800_000, 0, 100_000)
    terms = world.propose(
        salt=7_100, first_day=FIRST, first_month=13, months=24, dispute_days=0, meter=METER.address,
        clauses=(Clause(world.deployment.address("IndexedPrice"), price.params()),),
    )  # fmt: skip
    world.act(CONSUMER, "sign", terms)
    world.act(METER, "serve", terms)
    world.record(METER, day_readings(OPENED, 5_000_000, 1_000_000, 0, 0, opening=True))
    world.record(METER, day_readings(LAST, 9_000_000, 1_500_000, 4_000_000, 500_000))
    publish(2015, 100)
    world.chain.set_next_block_time((LAST + 2) * 86_400)
    world.act(STRANGER, "close", terms)
    publish(2016, 105)
    live.site.step()
    return world.id_of(terms)


def test_an_index_that_came_after_the_close_is_not_walked(page: Page, substituted: str) -> None:
    page.goto(f"/agreements/{substituted}/statements/2016-11")
    expect(page.locator("#verdict.good")).to_be_visible()
    for step in ("amount", "clause-1"):
        page.locator(f"[data-walk={step}]").click()
    energy = page.locator("[data-step=energy]")
    expect(energy).to_contain_text("No se publicó el índice del año 2 de contrato: se usa el del año 1.")
    expect(energy).to_contain_text("3.500 kWh × 0,085 €/kWh = 297,5 → 297,50 €")
