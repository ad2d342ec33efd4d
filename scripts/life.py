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
from ppa.text import Language
from tests.contracts.twenty_years import FIRST, NOTICE_DAYS, START, Month, Sheet, Story

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "build" / "life.html"
# what happened: in Spanish, in English, and the unit of its number
TEXTS = {
    "signed": (
        "Las dos partes firman lo que enseñan sus carteras: el contrato entero, en palabras",
        "Both parties sign what their wallets show: the whole agreement, in words",
        "",
    ),
    "started": (
        f"La planta arranca tarde, {START - FIRST} días después del primer día: julio y agosto no tienen energía, y la "
        "garantía del primer año se cuenta por días desde septiembre",
        f"The plant starts late, {START - FIRST} days after the first day: July and August have no energy, and the "
        "first year's guarantee is counted by days from September",
        "",
    ),
    "silent": (
        "Una semana sin registros: alarma; los analizadores siguen contando",
        "A week without records: alarm; the analyzers count on",
        "",
    ),
    "silence": (
        "Más de 60 días después de noviembre el contador sigue callado: el mes se cierra en silencio, sin energía",
        "More than 60 days after November the meter is still silent: the month is closed in silence, without energy",
        "",
    ),
    "heard": (
        "El contador ha vuelto el día 3: todo lo que contó desde noviembre entra en la liquidación de febrero",
        "The meter is back since the 3rd: all that it counted since November is in February's statement",
        "Wh",
    ),
    "broker": ("Un contador nuevo sustituye al averiado", "A new meter replaces the broken one", ""),
    "corrected": (
        "Las dos partes corrigen lo que el contador no contó",
        "Both parties correct what the meter did not count",
        "Wh",
    ),
    "disputed": ("El consumidor reclama contra la liquidación de abril", "The consumer disputes April", "cents"),
    "awarded": ("El árbitro le da la razón en parte", "The arbiter awards a part of it", "cents"),
    "amended": ("Las dos partes cambian el precio", "Both parties change the price", ""),
    "sold": (
        "Se vende el tejado: el consumidor nuevo firma las mismas condiciones, con las palabras en inglés",
        "The roof is sold: the new consumer signs the same terms, with the words in English",
        "",
    ),
    "lost": (
        "El consumidor ha perdido su clave: el productor y el árbitro anuncian las mismas condiciones con otra clave",
        "The consumer has lost its key: the producer and the arbiter announce the same terms with another key",
        "",
    ),
    "replaced": (
        f"Nadie se ha opuesto en los {NOTICE_DAYS} días de preaviso: el contrato sigue con la clave nueva, el mismo "
        "saldo y las mismas liquidaciones",
        f"Nobody objected in the {NOTICE_DAYS} days of notice: the agreement goes on with the new key, the same "
        "balance and the same statements",
        "",
    ),
    "notified": ("Se avisa al prestamista", "The lender is notified", ""),
    "bought": ("El consumidor compra la planta", "The consumer buys the plant", "cents"),
}
SHOWN: dict[str, Language] = {
    "signed": "es",
    "sold": "en",
}  # what happened, and the language in which the wallets showed it
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}"
    "table{border-collapse:collapse;width:100%}td,th{padding:.3rem .6rem;border-bottom:1px solid #ddd;text-align:left}"
    "td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}span{white-space:nowrap}div{overflow-x:auto}"
    "ol{border-left:3px solid #b45f06;list-style:none;margin:0 0 2rem;padding-left:1rem}ol li{margin:1rem 0}"
    "ol p{margin:0}time{font-weight:600}small{color:#555;display:block}"
    "summary{color:#7a3f00;cursor:pointer}blockquote{background:#f7f4ef;margin:.5rem 0;padding:.7rem 1rem}"
    "blockquote p{margin:.3rem 0;overflow-wrap:anywhere}"
)


def happened(story: Story) -> str:
    """The timeline."""
    return f"<ol>{''.join(_item(story, *told) for told in story.happened)}</ol>"


def _item(story: Story, day: int, what: str, number: int) -> str:
    spanish, english, unit = TEXTS[what]
    when = calendar.date_of(day)
    return (
        f"<li><time datetime='{when}'>{when:%d/%m/%Y}</time><p>{escape(spanish)}{_shown(number, unit, 'es')}"
        f"<small lang=en>{escape(english)}{_shown(number, unit, 'en')}</small></p>{_words(story, what)}</li>"
    )


def _shown(number: int, unit: str, language: Language) -> str:
    return f": {_number(number, unit, language)}" if unit else ""


def _number(number: int, unit: str, language: Language = "es") -> str:
    """Cents or Wh, on one line."""
    shown = text.money(number, language) if unit == "cents" else f"{text.decimal(number, 3, language, 3)} kWh"
    return f"<span>{shown}</span>"


def _words(story: Story, what: str) -> str:
    """What the wallets showed then, folded."""
    if what not in SHOWN:
        return ""
    language = SHOWN[what]
    told = "".join(f"<p>{escape(line)}</p>" for line in story.words[language].splitlines())
    name = "Lo que enseña la cartera · What the wallet shows"
    return f"<details><summary>{name}</summary><blockquote lang={language}>{told}</blockquote></details>"


def years(months: list[Month]) -> str:
    """A row a calendar year: energy, money, balance at its end."""
    rows = []
    for year, found in groupby(months, key=lambda month: month.period[:4]):
        inside = list(found)
        energy = [sum(month.generation for month in inside), sum(month.exported for month in inside)]
        amount = sum(sum(month.lines) for month in inside)
        cells = [_number(wh, "Wh") for wh in energy]
        cells += [_number(cents, "cents") for cents in (amount, inside[-1].balance)]
        rows.append(f"<tr><td>{year}</td>{''.join(f'<td class=n>{cell}</td>' for cell in cells)}</tr>")
    names = ("Año / Year", "Generada / Generation", "Vertida / Export", "Importe / Amount", "Saldo / Balance")
    head = "".join(f"<th scope=col{'' if name.startswith('A') else ' class=n'}>{name}</th>" for name in names)
    return f"<div><table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"


def page(story: Story, seconds: float, differing: int) -> str:
    """The whole page."""
    count, sent = len(story.months), story.world.chain.transactions
    spanish = f"{count} meses iguales a la hoja de cálculo, al Wh y al céntimo"
    english = f"{count} months equal to the sheet, to the Wh and the cent"
    if differing:
        spanish = f"Meses que difieren de la hoja de cálculo: {differing}"
        english = f"Months that differ from the sheet: {differing}"
    spanish += f". {text.decimal(sent, 0, 'es')} transacciones en {seconds:.0f} s."
    english += f". {text.decimal(sent, 0, 'en')} transactions in {seconds:.0f} s."
    return (
        f"<!doctype html><html lang=es><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>Veinte años de un contrato</title><style>{STYLE}</style><h1>Veinte años de un contrato</h1>"
        f"<p>{spanish}<small lang=en>{english}</small></p>"
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
