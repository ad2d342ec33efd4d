"""What the chain says: records, events of the registry, closed periods, each with its place."""

from dataclasses import dataclass
from typing import Any

from ppa.records import DailyRecord
from ppa.statements import Statement


@dataclass(frozen=True)
class LoggedRecord:
    """A record, and where the chain has it."""

    record: DailyRecord
    block: int
    transaction: str
    log_index: int
    block_hash: str = ""


@dataclass(frozen=True)
class RegistryEvent:
    """An event of the registry: its name and values, and where the chain has it."""

    name: str
    values: dict[str, Any]
    block: int
    transaction: str
    log_index: int
    block_hash: str = ""


@dataclass(frozen=True)
class ClosedEvent:
    """A closed period by its event: its statement, the balance after it and the lines in cents."""

    number: int
    statement: Statement
    balance_cents: int
    lines: tuple[int, ...]
    block: int
    transaction: str
    log_index: int = 0


def as_opened(event: RegistryEvent) -> Statement:
    """The opening statement of an Opened event."""
    return Statement.from_tuple(event.values["number"], event.values["statement"])


def as_closed(event: RegistryEvent) -> ClosedEvent:
    """The Closed event with its statement."""
    values = event.values
    statement = Statement.from_tuple(values["number"], values["statement"])
    return ClosedEvent(
        values["number"],
        statement,
        values["balance"],
        tuple(values["lines"]),
        event.block,
        event.transaction,
        event.log_index,
    )
