"""The walk through the months of a plant that started late.

├── given a month before the meter's first record
│   └── it says that no record was taken, and that the window waits
└── given the month of the meter's opening record
    └── it counts from that record on, and proves it
"""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from ppa import calendar
from tests.e2e.conftest import Live, findings
from tests.webapp.world import CONSUMER, STRANGER, day_readings, day_upload, role

METER = role(13)
OPENED, LAST = (calendar.day_of(date(2016, 10, day)) for day in (5, 31))


@pytest.fixture(scope="module")
def late(live: Live) -> str:
    """An agreement from July whose meter began in October, July to October closed; its id."""
    world = live.world
    terms = world.propose(salt=7_000, months=12, meter=METER.address)
    world.act(CONSUMER, "sign", terms)
    world.act(METER, "serve", terms)
    world.record(METER, day_readings(OPENED, 5_000_000, 1_000_000, 0, 0, opening=True))
    world.record(METER, day_readings(LAST, 9_000_000, 1_500_000, 150_000, 20_000))
    for _ in range(4):
        world.act(STRANGER, "close", terms)
    live.site.step()
    for day in (OPENED, LAST):
        body, headers = day_upload(METER, *world.days[day])
        assert live.site.client.post("/api/v1/days", data=body, headers=headers).status_code == 201
    return world.id_of(terms)


def walk(page: Page, *steps: str) -> None:
    for step in steps:
        page.locator(f"[data-walk={step}]").click()


def test_a_month_before_the_first_record_says_that_nothing_was_taken(page: Page, late: str) -> None:
    page.goto(f"/agreements/{late}/statements/2016-09")
    expect(page.locator("#verdict.good")).to_be_visible()
    expect(page.locator(".special")).to_contain_text("Sin registros")
    walk(page, "amount", "clause-2")
    expect(page.locator("[data-step=energy]")).to_contain_text("la ventana espera al siguiente registro")
    walk(page, "generation")
    expect(page.locator("[data-step=register]")).to_contain_text("Hasta aquí ningún registro del contador")
    assert findings(page) == []


def test_the_month_of_the_opening_record_counts_from_it(page: Page, late: str) -> None:
    page.goto(f"/agreements/{late}/statements/2016-10")
    expect(page.locator("#verdict.good")).to_be_visible()
    walk(page, "amount", "clause-1", "generation")
    expect(page.locator("[data-step=register]")).to_contain_text("9.000 kWh − 5.000 kWh = 4.000 kWh")
    expect(page.locator("[data-step=register]")).to_contain_text(
        "registro de apertura del contador, 5 de octubre de 2016"
    )
    walk(page, "start", "readings")
    expect(page.locator("[data-step=reading]")).to_contain_text("Es la raíz que el contador registró en la cadena")
