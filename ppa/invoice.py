"""The document outside the chain that must equal the statement, and how it differs where it does not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from ppa import calendar, text
from ppa.jsonfile import address, hexed, integer, unhexed
from ppa.statements import Statement
from ppa.terms import Terms
from ppa.text import Language


@dataclass(frozen=True)
class InvoiceLine:
    """A line: its clause (from 1, in the order of the terms), the rule's address, cents."""

    clause: int
    rule: str
    cents: int


@dataclass(frozen=True)
class Invoice:
    """A month's invoice; energy of the period in Wh, money in cents, `block` that of the statement."""

    chain_id: int
    registry: str
    agreement: bytes
    period: str
    number: int
    currency: str
    generation_wh: int
    exported_wh: int
    consumption_wh: int
    lines: tuple[InvoiceLine, ...]
    amount_cents: int
    block: int

    def to_json(self) -> dict[str, Any]:
        """The file's body."""
        return {
            "chain_id": integer(self.chain_id),
            "registry": self.registry,
            "agreement": hexed(self.agreement),
            "period": self.period,
            "number": self.number,
            "currency": self.currency,
            "generation_wh": integer(self.generation_wh),
            "exported_wh": integer(self.exported_wh),
            "consumption_wh": integer(self.consumption_wh),
            "lines": [{"clause": x.clause, "rule": x.rule, "cents": integer(x.cents)} for x in self.lines],
            "amount_cents": integer(self.amount_cents),
            "block": integer(self.block),
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Self:
        """From a body that the schema has checked. Raises BadFile for an address not in checksum form."""
        lines = (
            InvoiceLine(int(line["clause"]), address(line["rule"], "rule"), int(line["cents"]))
            for line in body["lines"]
        )
        return cls(
            chain_id=int(body["chain_id"]),
            registry=address(body["registry"], "registry"),
            agreement=unhexed(body["agreement"]),
            period=body["period"],
            number=int(body["number"]),
            currency=body["currency"],
            generation_wh=int(body["generation_wh"]),
            exported_wh=int(body["exported_wh"]),
            consumption_wh=int(body["consumption_wh"]),
            lines=tuple(lines),
            amount_cents=int(body["amount_cents"]),
            block=int(body["block"]),
        )


@dataclass(frozen=True)
class Difference:
    """One thing that differs: `found` in the invoice, `expected` by the statement. `unit`: "cents", "Wh" or ""."""

    field: str
    found: int | str
    expected: int | str
    unit: str = ""
    line: int | None = None

    def sentence(self, language: Language, currency: str = "EUR") -> str:
        """Such as "Difiere en 0,01 €: línea 1"."""
        spanish = language == "es"
        name = _NAMES[self.field][0 if spanish else 1] + (f" {self.line}" if self.line else "")
        found, expected = self._shown(self.found, language, currency), self._shown(self.expected, language, currency)
        if not self.unit:
            return f"Difiere: {name}, {found} en vez de {expected}" if spanish else (
                f"Differs: {name}, {found} instead of {expected}"
            )  # fmt: skip
        by = self._shown(abs(int(self.found) - int(self.expected)), language, currency)
        if spanish:
            return f"Difiere en {by}: {name} ({found} en vez de {expected})"
        return f"Differs by {by}: {name} ({found} instead of {expected})"

    def _shown(self, value: int | str, language: Language, currency: str) -> str:
        if self.unit == "cents":
            return text.money(int(value), language, currency)
        return text.energy(int(value), language) if self.unit == "Wh" else str(value)


_NAMES = {
    "chain_id": ("cadena", "chain"),
    "registry": ("registro de contratos", "registry"),
    "agreement": ("contrato", "agreement"),
    "period": ("periodo", "period"),
    "number": ("número de liquidación", "statement number"),
    "currency": ("moneda", "currency"),
    "block": ("bloque", "block"),
    "generation_wh": ("energía generada", "generation"),
    "exported_wh": ("energía vertida", "export"),
    "consumption_wh": ("autoconsumo", "consumption"),
    "lines": ("número de líneas", "number of lines"),
    "rule": ("cláusula de la línea", "rule of line"),
    "line": ("línea", "line"),
    "amount_cents": ("total", "total"),
}


def invoice_of(
    statement: Statement,
    previous: Statement,
    lines: Sequence[int],
    *,
    terms: Terms,
    chain_id: int,
    registry: str,
    agreement: bytes,
) -> Invoice:
    """The invoice that equals a statement; `previous` is the statement before it, lines in cents.

    Its period is the month after the last day of `previous`: a last statement may have no day of its own.
    """
    generation = statement.generation_wh - previous.generation_wh
    exported = statement.exported_wh - previous.exported_wh
    rules = [clause.rule for clause in terms.clauses]
    if len(lines) > len(rules):  # what acts and awards brought: the registry's own line
        rules.append(registry)
    return Invoice(
        chain_id=chain_id,
        registry=registry,
        agreement=agreement,
        period=calendar.period_of(previous.last_day + 1),
        number=statement.number,
        currency=terms.currency,
        generation_wh=generation,
        exported_wh=exported,
        consumption_wh=generation - exported,
        lines=tuple(
            InvoiceLine(index, rule, cents) for index, (rule, cents) in enumerate(zip(rules, lines, strict=True), 1)
        ),
        amount_cents=statement.amount_cents,
        block=statement.closed_block,
    )


def differences(invoice: Invoice, expected: Invoice) -> list[Difference]:
    """Everything in which an invoice is not the expected one; what it names first, then lines, total and energy."""
    found = [
        Difference(name, _text(getattr(invoice, name)), _text(getattr(expected, name)))
        for name in ("chain_id", "registry", "agreement", "period", "number", "currency", "block")
        if getattr(invoice, name) != getattr(expected, name)
    ]
    if len(invoice.lines) != len(expected.lines):
        found.append(Difference("lines", len(invoice.lines), len(expected.lines)))
    for index, (ours, theirs) in enumerate(zip(invoice.lines, expected.lines, strict=False), 1):
        if ours.cents != theirs.cents:
            found.append(Difference("line", ours.cents, theirs.cents, "cents", index))
        if (ours.clause, ours.rule) != (theirs.clause, theirs.rule):
            found.append(Difference("rule", ours.rule, theirs.rule, line=index))
    if invoice.amount_cents != expected.amount_cents:
        found.append(Difference("amount_cents", invoice.amount_cents, expected.amount_cents, "cents"))
    for name in ("generation_wh", "exported_wh", "consumption_wh"):
        if getattr(invoice, name) != getattr(expected, name):
            found.append(Difference(name, getattr(invoice, name), getattr(expected, name), "Wh"))
    return found


def _text(value: object) -> str:
    return hexed(value) if isinstance(value, bytes) else str(value)
