"""What the pages ask the index."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ppa import calendar, wording
from ppa.clauses import KNOWN, ClauseKind, ExitTable, IndexedPrice, read
from ppa.statements import Claims, Statement
from ppa.storage_words import StatementFlag
from ppa.terms import Terms
from ppa.termsfile import terms_from_json
from ppa.text import Language
from webapp import disputes, handovers
from webapp.config import settings
from webapp.store import database

STATUS_OF_EVENT = {
    "Proposed": "proposed",
    "Withdrawn": "withdrawn",
    "Rejected": "rejected",
    "Signed": "signed",
    "Served": "running",
    "Ended": "ended",
    "HandedOver": "handed_over",
}
OVER = ("ended", "handed_over")


@dataclass(frozen=True)
class Event:
    """An event of an agreement; `time` in UTC seconds; `said`: its values; `first_day`: of a month that was closed."""

    name: str
    block: int
    time: int
    transaction: str
    balance_cents: int | None
    said: Mapping[str, Any] = field(repr=False)
    first_day: int | None = None


@dataclass(frozen=True)
class ClosedPeriod:
    """A statement with the energy of its period in Wh, lines and balance in cents."""

    statement: Statement
    previous: Statement
    lines: tuple[int, ...]
    balance_cents: int
    transaction: str
    claims: Claims

    @property
    def generation_wh(self) -> int:
        """Generated in the period."""
        return self.statement.generation_wh - self.previous.generation_wh

    @property
    def exported_wh(self) -> int:
        """Exported in the period."""
        return self.statement.exported_wh - self.previous.exported_wh

    @property
    def consumption_wh(self) -> int:
        """Consumed on site in the period; negative where more was exported than generated."""
        return self.generation_wh - self.exported_wh

    @property
    def first_day(self) -> int:
        """The day after the statement before: a last statement may have no day of its own."""
        return self.previous.last_day + 1

    @property
    def period(self) -> str:
        """Such as "2016-07"."""
        return calendar.period_of(self.first_day)


@dataclass(frozen=True)
class AgreementView:
    """All that the index knows of an agreement. `number`: of the last month that was closed in its life, the one before
    `first_month` if none was; `before`: the agreement that was handed over to it, if any.
    """

    id: str
    terms: Terms
    events: tuple[Event, ...]
    closed: tuple[ClosedPeriod, ...]
    number: int
    balance_cents: int
    before: str | None = None

    @property
    def status(self) -> str:
        """One of those in STATUS_OF_EVENT."""
        return [STATUS_OF_EVENT[event.name] for event in self.events if event.name in STATUS_OF_EVENT][-1]

    @property
    def months(self) -> int:
        """How many months the term has here: all of the life from `first_month` on."""
        return self.terms.months - self.terms.first_month + 1

    @property
    def months_closed(self) -> int:
        """How many of them are closed, under this agreement or those that it goes on from."""
        return self.number - self.terms.first_month + 1

    @property
    def goes_on(self) -> bool:
        """Whether months can be closed: a meter serves it, or it goes on with another."""
        return self.status == "running" or (self.status == "signed" and self.before is not None)

    @property
    def next_month(self) -> int | None:
        """The last day of the month that would be closed next; None if there is none."""
        over = self.status in OVER or self.number >= self.terms.months
        return None if over else calendar.month_end_after(self.terms.first_day, self.months_closed + 1)

    @property
    def successor(self) -> str | None:
        """The agreement that this one was handed over to."""
        return next((event.said["successor"] for event in self.events if event.name == "HandedOver"), None)

    def clauses(self) -> list[tuple[str, str | None, ClauseKind | None]]:
        """Each clause's address, its published name, and what it says; None where we do not know it."""
        return [(clause.rule, *known_clause(clause.rule, clause.params)) for clause in self.terms.clauses]

    def clause_names(self) -> list[str | None]:
        """Each clause's published name; None where we do not know it."""
        return [name for _, name, _ in self.clauses()]

    def words(self) -> tuple[Language, str]:
        """The language and the words that were signed, made again. Raises BadTerms if the terms have others."""
        return wording.regenerated(self.terms, {rule: name for rule, name, _ in self.clauses()})

    def signed_block(self) -> int | None:
        """The block of the consumer's signature."""
        return next((event.block for event in self.events if event.name == "Signed"), None)


def known_clause(rule: str, params: bytes) -> tuple[str | None, ClauseKind | None]:
    """The name of one of our clauses at an address, and the clause with its parameters."""
    name = settings().deployment.name_of(rule)
    return (name, read(name, params)) if name in KNOWN else (None, None)


def every_agreement() -> list[AgreementView]:
    """Newest first."""
    found = database().execute("SELECT id FROM agreement ORDER BY block DESC, rowid DESC").fetchall()
    views = (agreement(row["id"]) for row in found)
    return [view for view in views if view is not None]


def agreement(identifier: str) -> AgreementView | None:
    """One agreement; None if the index has none of that id."""
    row = database().execute("SELECT * FROM agreement WHERE id = ?", (identifier.lower(),)).fetchone()
    if row is None:
        return None
    identifier, before = row["id"], handovers.taken_over(database(), row["id"])
    closed, terms = _closed(identifier), terms_from_json(json.loads(row["terms"]))
    inherited = before["number"] if before else terms.first_month - 1
    return AgreementView(
        identifier,
        terms,
        _events(identifier, closed),
        closed,
        number=closed[-1].statement.number if closed else inherited,
        balance_cents=handovers.balance(database(), identifier),
        before=before["agreement"] if before else None,
    )


def waiting_for(consumer: str) -> list[AgreementView]:
    """Proposals that wait for an account's signature."""
    found = database().execute("SELECT id FROM agreement WHERE lower(consumer) = ?", (consumer.lower(),)).fetchall()
    views = (agreement(row["id"]) for row in found)
    return [view for view in views if view is not None and view.status == "proposed"]


def names_index(address: str) -> bool:
    """Whether a clause of an agreement asks the index, or the appraiser, at an address of 40 hexadecimal digits."""
    digits = address.lower().removeprefix("0x")
    rows = database().execute("SELECT terms FROM agreement WHERE instr(terms, ?)", (digits,))
    return any(digits in named for row in rows for named in _indexes(terms_from_json(json.loads(row["terms"]))))


def _indexes(terms: Terms) -> Iterator[str]:
    for clause in terms.clauses:
        _, kind = known_clause(clause.rule, clause.params)
        if isinstance(kind, IndexedPrice):
            yield kind.index.lower()
        elif isinstance(kind, ExitTable):
            yield kind.appraiser.lower()


def record(meter: str, day: int) -> dict[str, Any] | None:
    """A meter's record of a day, as the chain told it."""
    row = database().execute("SELECT * FROM record WHERE meter = ? AND day = ?", (meter, day)).fetchone()
    return dict(row) if row else None


def indexed_block() -> int:
    """The newest block that the index has read; -1 for none."""
    (found,) = database().execute("SELECT coalesce(max(number), -1) FROM block").fetchone()
    return int(found)


def today() -> int:
    """The day of Greenwich of the newest block that the index has read: the contracts' clock."""
    (found,) = database().execute("SELECT coalesce(max(time), 0) FROM block").fetchone()
    return calendar.utc_day(found)


def _events(identifier: str, closed: tuple[ClosedPeriod, ...]) -> tuple[Event, ...]:
    query = "SELECT event.*, block.time FROM event JOIN block ON block.number = event.block WHERE agreement = ?"
    first_days = {period.statement.number: period.first_day for period in closed}
    found = []
    for row in database().execute(f"{query} ORDER BY event.block, log_index", (identifier,)):
        said = json.loads(row["said"])
        first_day = first_days[said["number"]] if row["name"] == "Closed" else None
        place = (row["name"], row["block"], row["time"], row["transaction_hash"], row["balance_cents"])
        found.append(Event(*place, said, first_day))
    return tuple(found)


def _closed(identifier: str) -> tuple[ClosedPeriod, ...]:
    """The periods that were closed under an agreement, in their order."""
    root = handovers.root_of(database(), identifier)
    rows = database().execute("SELECT * FROM statement WHERE root = ? ORDER BY number", (root,)).fetchall()
    statements, claims = {row["number"]: _statement(row) for row in rows}, disputes.claims_of(database(), root)
    return tuple(
        ClosedPeriod(
            statements[row["number"]],
            statements[row["number"] - 1],
            tuple(json.loads(row["lines"])),
            row["balance_cents"],
            row["transaction_hash"],
            claims.get(row["number"], disputes.NOTHING),
        )
        for row in rows
        if row["agreement"] == identifier and row["number"] - 1 in statements
    )


def _statement(row: Any) -> Statement:
    values = {name: row[name] for name in Statement.__dataclass_fields__}
    return Statement(**{**values, "flags": StatementFlag(row["flags"])})
