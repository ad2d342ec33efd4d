"""One thing changed in a copy of what was given, to show how it is caught."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, TypeVar

from ppa import calendar
from ppa.clauses import EnergyCharge
from ppa.errors import BadFile
from ppa.evidence import Evidence
from ppa.invoice import Invoice
from ppa.termsfile import TermsFile
from ppa.text import Language

What = Literal["root", "register", "price", "cent"]
CHOICES: tuple[What, ...] = ("root", "register", "price", "cent")
Given = TermsFile | Evidence
_TOLD: dict[What, tuple[str, str]] = {
    "root": (
        "un bit de la raíz de las lecturas del registro de en medio",
        "one bit of the readings root of the record in the middle",
    ),
    "register": (
        "el totalizador de generación del último registro del último mes cerrado, en 1 kWh",
        "the generation register of the last closed month's last record, by 1 kWh",
    ),
    "price": ("el precio de la primera cláusula, en 0,001 por kWh", "the price of the first clause, by 0.001 a kWh"),
    "cent": ("un céntimo de la línea 1 de la factura de", "one cent of line 1 of the invoice of"),
}
_Thing = TypeVar("_Thing")


def tamper(
    what: What, given: Given, invoices: Sequence[Invoice], language: Language = "es"
) -> tuple[Given, Sequence[Invoice], str]:
    """The changed copies, and what was changed, in words. Raises BadFile if there is no such thing."""
    told = _TOLD[what][0 if language == "es" else 1]
    if what == "price":
        return _price(given), invoices, told
    if what == "cent" and invoices:
        first, *rest = invoices
        return given, [_cent_of_invoice(first), *rest], f"{told} {first.period}"
    if not isinstance(given, Evidence):
        raise BadFile(
            f"There is no {what} to change: give an evidence file{' or an invoice' if what == 'cent' else ''}."
        )
    if what == "cent":
        changed = _cent_of_statement(given)
        return changed, invoices, f"{told} {calendar.period_of(changed.statements[-1].statement.last_day)}"
    if not given.records:
        raise BadFile("The evidence has no record to change.")
    if what == "root":
        return _root(given), invoices, told
    return _register(given), invoices, told


def _price(given: Given) -> Given:
    if not given.terms.clauses:
        raise BadFile("The terms have no clause, so there is no price to change.")
    first = given.terms.clauses[0]
    charge = EnergyCharge.from_params(first.params)
    dearer = replace(charge, price_micro_per_kwh=charge.price_micro_per_kwh + 1000)
    clauses = (replace(first, params=dearer.params()), *given.terms.clauses[1:])
    return replace(given, terms=replace(given.terms, clauses=clauses))


def _cent_of_invoice(invoice: Invoice) -> Invoice:
    if not invoice.lines:
        raise BadFile("The invoice has no line to change.")
    first = invoice.lines[0]
    return replace(invoice, lines=(replace(first, cents=first.cents + 1), *invoice.lines[1:]))


def _cent_of_statement(evidence: Evidence) -> Evidence:
    if not evidence.statements:
        raise BadFile("The evidence has no statement to change.")
    last = evidence.statements[-1]
    if not last.lines:
        raise BadFile("The last statement of the evidence has no line to change.")
    changed = replace(last, lines=(last.lines[0] + 1, *last.lines[1:]))
    return replace(evidence, statements=(*evidence.statements[:-1], changed))


def _root(evidence: Evidence) -> Evidence:
    middle = len(evidence.records) // 2
    logged = evidence.records[middle]
    flipped = bytes([logged.record.readings_root[0] ^ 1]) + logged.record.readings_root[1:]
    changed = replace(logged, record=replace(logged.record, readings_root=flipped))
    return replace(evidence, records=_with(evidence.records, middle, changed))


def _register(evidence: Evidence) -> Evidence:
    boundary = (
        evidence.statements[-1].statement.boundary_day if evidence.statements else evidence.records[-1].record.day
    )
    place = next((i for i, logged in enumerate(evidence.records) if logged.record.day == boundary), None)
    if place is None:
        raise BadFile(
            f"The evidence has no record of {calendar.date_of(boundary)}, where the last statement was measured."
        )
    logged = evidence.records[place]
    raised = replace(logged.record, generation_wh=logged.record.generation_wh + 1000)
    return replace(evidence, records=_with(evidence.records, place, replace(logged, record=raised)))


def _with(items: Sequence[_Thing], place: int, item: _Thing) -> tuple[_Thing, ...]:
    return (*items[:place], item, *items[place + 1 :])
