"""`make demo LIFE=1`: twenty years of an agreement on the tests' fast chain, and their timeline as a page.

The story and the sheet that it is compared with stand in tests/contracts/twenty_years.py. Writes
build/life.html, Spanish first; exit 1 if a month differs from the sheet by a Wh or a cent.
"""

import sys
import time
from html import escape
from itertools import groupby
from pathlib import Path

from ppa import calendar, text
from tests.contracts.twenty_years import Month, Sheet, Story

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "build" / "life.html"
# what happened: in Spanish, in English, and the unit of its number
TEXTS = {
    "begins": ("Empieza el contrato: firmado y con su contador", "The agreement begins: signed, with its meter", ""),
    "silent": ("Un mes sin registros: alarma; los analizadores siguen contando", "A month of darkness: alarm", ""),
    "broker": ("Un contador nuevo sustituye al averiado", "A new meter replaces the broken one", ""),
    "corrected": ("Ambas partes corrigen lo que el contador no contó", "Both correct what the meter had missed", "Wh"),
    "disputed": ("El consumidor discute la liquidación de abril", "The consumer disputes April's statement", "cents"),
    "awarded": ("El árbitro le da la razón en parte", "The arbiter awards a part of it", "cents"),
    "amended": ("Cambian el precio: condiciones nuevas", "An amendment: another price", ""),
    "sold": ("Se vende el tejado: consumidor nuevo", "The roof is sold: a new consumer", ""),
    "notified": ("Se avisa al prestamista", "The lender is notified", ""),
    "bought": ("El consumidor compra la planta", "The consumer buys the plant", "cents"),
}
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}"
    "table{border-collapse:collapse;width:100%}td,th{padding:.3rem .6rem;border-bottom:1px solid #ddd;text-align:left}"
    "td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}ol{border-left:3px solid #b45f06;list-style:none}"
    "ol li{margin:.6rem 0}time{font-weight:600;margin-right:.6rem}small{color:#555;display:block}"
)


def happened(story: Story) -> str:
    """The timeline."""
    items = []
    for day, what, number in story.happened:
        spanish, english, unit = TEXTS[what]
        shown = {"": "", "cents": text.money(number, "es"), "Wh": text.energy(number, "es")}[unit]
        told = f": {shown}" if shown else ""
        when = calendar.date_of(day)
        items.append(
            f"<li><time datetime='{when}'>{when:%d/%m/%Y}</time>{escape(spanish + told)}"
            f"<small lang='en'>{escape(english)}</small></li>"
        )
    return f"<ol>{''.join(items)}</ol>"


def years(months: list[Month]) -> str:
    """A row a calendar year: energy, money, balance at its end."""
    rows = []
    for year, found in groupby(months, key=lambda month: month.period[:4]):
        inside = list(found)
        energy = [sum(month.generation for month in inside), sum(month.exported for month in inside)]
        amount = sum(sum(month.lines) for month in inside)
        cells = [
            *(text.energy(wh, "es") for wh in energy),
            text.money(amount, "es"),
            text.money(inside[-1].balance, "es"),
        ]
        rows.append(f"<tr><td>{year}</td>{''.join(f'<td class=n>{cell}</td>' for cell in cells)}</tr>")
    names = ("Año / Year", "Generada / Generation", "Vertida / Export", "Importe / Amount", "Saldo / Balance")
    head = "".join(f"<th scope=col{'' if name.startswith('A') else ' class=n'}>{name}</th>" for name in names)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def page(story: Story, seconds: float, differing: int) -> str:
    """The whole page."""
    count, sent = len(story.months), story.world.chain.transactions
    verdict = (
        f"{count} meses iguales a la hoja de cálculo, al Wh y al céntimo · {count} months equal to the sheet"
        if not differing
        else f"{differing} meses difieren de la hoja · {differing} months differ from the sheet"
    )
    return (
        f"<!doctype html><html lang=es><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>Veinte años de un contrato</title><style>{STYLE}</style><h1>Veinte años de un contrato</h1>"
        f"<p>{verdict}. {sent:,} transacciones en {seconds:.1f} s.</p>"
        f"<h2>Qué pasó · What happened</h2>{happened(story)}"
        f"<h2>Año por año · Year by year</h2>{years(story.months)}</html>\n"
    )


def main() -> int:
    """Lives it, compares it, writes it."""
    started = time.monotonic()
    story = Story().live()
    seconds = time.monotonic() - started
    sheet = Sheet(story.paid).rows()
    differing = sum(told != expected for told, expected in zip(story.months, sheet, strict=True))
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(story, seconds, differing), encoding="utf-8")
    print(f"{len(story.months)} months, {story.world.chain.transactions:,} transactions in {seconds:.1f} s")
    print(
        "equal to the sheet, to the Wh and the cent" if not differing else f"{differing} months differ from the sheet"
    )
    print(f"the timeline: {PAGE.relative_to(ROOT)}")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
