"""What the pages ask the index."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ppa import calendar
from ppa.clauses import KNOWN, ClauseKind, read
from ppa.statements import Statement
from ppa.terms import Terms
from ppa.termsfile import terms_from_json
from ppa.words import StatementFlag
from webapp import disputes
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


@dataclass(frozen=True)
class Event:
    """An event of an agreement; `time` in UTC seconds; `period` for a closed month."""

    name: str
    block: int
    time: int
    transaction: str
    balance_cents: int | None = None
    period: str | None = None
    number: int | None = None
    last_day: int | None = None


@dataclass(frozen=True)
class ClosedPeriod:
    """A statement with the energy of its period in Wh, lines and balance in cents."""

    statement: Statement
    previous: Statement
    lines: tuple[int, ...]
    balance_cents: int
    transaction: str

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
    def period(self) -> str:
        """Such as "2016-07"."""
        return calendar.period_of(self.statement.last_day)


@dataclass(frozen=True)
class AgreementView:
    """All that the index knows of an agreement."""

    id: str
    terms: Terms
    events: tuple[Event, ...]
    closed: tuple[ClosedPeriod, ...]

    @property
    def status(self) -> str:
        """proposed, withdrawn, rejected, signed, running or ended."""
        return [STATUS_OF_EVENT[event.name] for event in self.events if event.name in STATUS_OF_EVENT][-1]

    @property
    def balance_cents(self) -> int:
        """What the consumer owes."""
        told = [event.balance_cents for event in self.events if event.balance_cents is not None]
        return told[-1] if told else 0

    @property
    def next_month(self) -> int | None:
        """The last day of the month that would be closed next; None if there is none."""
        number = self.closed[-1].statement.number + 1 if self.closed else 1
        over = self.status in ("ended", "handed_over") or number > self.terms.months
        return None if over else calendar.month_end_after(self.terms.first_day, number)

    def clauses(self) -> list[tuple[str, str | None, ClauseKind | None]]:
        """Each clause's address, its published name, and what it says; None where we do not know it."""
        return [(clause.rule, *known_clause(clause.rule, clause.params)) for clause in self.terms.clauses]

    def clause_names(self) -> list[str | None]:
        """Each clause's published name; None where we do not know it."""
        return [name for _, name, _ in self.clauses()]

    def signed_at(self) -> int | None:
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
    closed = _closed(row["id"])
    return AgreementView(row["id"], terms_from_json(json.loads(row["terms"])), _events(row["id"], closed), closed)


def waiting_for(consumer: str) -> list[AgreementView]:
    """Proposals that wait for an account's signature."""
    found = database().execute("SELECT id FROM agreement WHERE lower(consumer) = ?", (consumer.lower(),)).fetchall()
    views = (agreement(row["id"]) for row in found)
    return [view for view in views if view is not None and view.status == "proposed"]


def record(meter: str, day: int) -> dict[str, Any] | None:
    """A meter's record of a day, as the chain told it."""
    row = database().execute("SELECT * FROM record WHERE meter = ? AND day = ?", (meter, day)).fetchone()
    return dict(row) if row else None


def indexed_block() -> int:
    """The newest block that the index has read; -1 for none."""
    (found,) = database().execute("SELECT coalesce(max(number), -1) FROM block").fetchone()
    return int(found)


def _events(identifier: str, closed: Sequence[ClosedPeriod]) -> tuple[Event, ...]:
    query = "SELECT event.*, block.time FROM event JOIN block ON block.number = event.block WHERE agreement = ?"
    told = iter(closed)  # the statements are told in their order
    found = []
    for row in database().execute(f"{query} ORDER BY event.block, log_index", (identifier,)):
        period = next(told, None) if row["name"] == "Closed" else None
        more = (period.period, period.statement.number, period.statement.last_day) if period else ()
        found.append(
            Event(row["name"], row["block"], row["time"], row["transaction_hash"], row["balance_cents"], *more)
        )
    return tuple(found)


def _closed(identifier: str) -> tuple[ClosedPeriod, ...]:
    query = "SELECT * FROM statement WHERE agreement = ? ORDER BY number"
    rows = database().execute(query, (identifier,)).fetchall()
    disputed = disputes.flags_of(database(), identifier)
    statements = [_statement(row, disputed.get(row["number"], StatementFlag(0))) for row in rows]
    return tuple(
        ClosedPeriod(now, before, tuple(json.loads(row["lines"])), row["balance_cents"], row["transaction_hash"])
        for row, now, before in zip(rows[1:], statements[1:], statements, strict=False)
    )


def _statement(row: Any, disputed: StatementFlag) -> Statement:
    return Statement(
        number=row["number"],
        amount_cents=row["amount_cents"],
        generation_wh=row["generation_wh"],
        exported_wh=row["exported_wh"],
        last_day=row["last_day"],
        boundary_day=row["boundary_day"],
        closed_on=row["closed_on"],
        closed_at=row["block"],
        flags=StatementFlag(row["flags"]) | disputed,
    )
