"""`make demo LIFE=1`: the page.

given the story
    when every month is the sheet's: exit 0, and the page tells what happened in both languages, with the wallets' words
    when one month differs by a cent: exit 1, and the page says how many
"""

import dataclasses
from pathlib import Path

import pytest

from scripts import life
from tests.contracts.twenty_years import Month, Sheet


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(life, "ROOT", tmp_path)
    monkeypatch.setattr(life, "PAGE", tmp_path / "build" / "life.html")
    return life.PAGE


def test_the_page_tells_what_happened_in_both_languages(page: Path) -> None:
    assert life.main() == 0
    told = page.read_text(encoding="utf-8")
    for sentence in (
        *("La planta arranca tarde", "The plant starts late"),
        *("el mes se cierra en silencio", "the month is closed in silence"),
        *("El consumidor ha perdido su clave", "The consumer has lost its key"),
        *("Contrato de energía solar entre un productor", "Solar energy agreement between a producer"),
        "227 meses iguales a la hoja de cálculo, al Wh y al céntimo",
    ):
        assert sentence in told


def test_a_month_that_differs_by_a_cent_is_told(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = Sheet.rows

    def dearer(sheet: Sheet) -> list[Month]:
        first, *rest = rows(sheet)
        return [dataclasses.replace(first, balance=first.balance + 1), *rest]

    monkeypatch.setattr(Sheet, "rows", dearer)
    assert life.main() == 1
    assert "Meses que difieren de la hoja de cálculo: 1" in page.read_text(encoding="utf-8")
