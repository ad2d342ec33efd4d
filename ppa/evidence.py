"""All that a verifier without our servers needs, in one file; the chain is the authority, the file saves the search."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Self

from ppa import artifacts, tree
from ppa.chain import Chain
from ppa.days import DayReadings, leaf_to_json, reading_from_json, summary_from_json, summary_to_json
from ppa.deployment import Deployment
from ppa.errors import BadProof, BadReading, NotFound
from ppa.history import ClosedEvent, LoggedRecord, as_opened
from ppa.jsonfile import address, hexed, integer, unhexed
from ppa.readings import DaySummary, Reading
from ppa.records import DailyRecord
from ppa.statements import Statement
from ppa.storage_words import StatementFlag
from ppa.terms import Terms
from ppa.termsfile import terms_from_json, terms_to_json
from ppa.text import Language
from ppa.wording import regenerated

ReadingsSource = Callable[[int], DayReadings | None]


@dataclass(frozen=True)
class DayProof:
    """A day's summary and tree root; for a month's boundary day also the last reading and its path."""

    day: int
    summary: DaySummary
    tree_root: bytes
    last_reading: Reading | None = None
    path: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """An agreement's whole history with its places on the chain. `blocks`: proposed, signed, served.

    `unread_days`: recorded days of whose readings there were some that could not be used.
    """

    chain_id: int
    genesis: str
    contracts: Mapping[str, str]
    agreement: bytes
    blocks: Mapping[str, int]
    terms: Terms
    words: str
    language: Language
    records: tuple[LoggedRecord, ...]
    days: tuple[DayProof, ...]
    statements: tuple[ClosedEvent, ...]
    unread_days: tuple[int, ...] = ()

    @property
    def registry(self) -> str:
        """The registry's address."""
        return self.contracts["PPARegistry"]

    def to_json(self) -> dict[str, Any]:
        """The file's body; `unread_days` stands in it where there are some."""
        unread = {"unread_days": list(self.unread_days)} if self.unread_days else {}
        return {
            "chain_id": integer(self.chain_id),
            "genesis": self.genesis,
            "contracts": dict(self.contracts),
            "agreement": hexed(self.agreement),
            "blocks": {name: integer(block) for name, block in self.blocks.items()},
            "language": self.language,
            "words": self.words,
            "terms": terms_to_json(self.terms),
            "records": [_record_to_json(record) for record in self.records],
            "days": [_day_to_json(day) for day in self.days],
            "statements": [_closed_to_json(closed) for closed in self.statements],
            **unread,
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Self:
        """From a body that the schema has checked. Raises BadFile or BadTerms."""
        return cls(
            chain_id=int(body["chain_id"]),
            genesis=body["genesis"],
            contracts={name: address(where, name) for name, where in body["contracts"].items()},
            agreement=unhexed(body["agreement"]),
            blocks={name: int(block) for name, block in body["blocks"].items()},
            terms=terms_from_json(body["terms"]),
            words=body["words"],
            language=body["language"],
            records=tuple(_record_from_json(record) for record in body["records"]),
            days=tuple(_day_from_json(day) for day in body["days"]),
            statements=tuple(_closed_from_json(closed) for closed in body["statements"]),
            unread_days=tuple(body.get("unread_days", ())),
        )


def collect(chain: Chain, deployment: Deployment, agreement: bytes, source: ReadingsSource) -> Evidence:
    """The evidence of an agreement as the chain has it now; `source` gives a day's readings, None if it has none.

    A day for which it raises BadReading, or whose readings are not those of the record, is one of `unread_days`. Raises
    NotFound if the agreement was not proposed, BadTerms if its words are not what the terms say.
    """
    registry, ledger = deployment.address("PPARegistry"), deployment.address("MeterLedger")
    terms, proposed = chain.proposed(registry, agreement)
    events = chain.events(registry, agreement, proposed)
    blocks = {e.name.lower(): e.block for e in events if e.name in ("Proposed", "Signed", "Served")}
    if "signed" not in blocks:
        raise NotFound(f"Agreement {hexed(agreement)} is not signed, so there is nothing to give evidence of.")
    records = tuple(chain.records(ledger, terms.meter, deployment.site("MeterLedger").block))
    statements = tuple(chain.closed(registry, agreement, proposed))
    boundaries = {closed.statement.boundary_day for closed in statements}
    boundaries |= {as_opened(event).boundary_day for event in events if event.name == "Opened"}
    rules = {clause.rule: artifacts.identify(chain.code(clause.rule)) for clause in terms.clauses}
    language, words = regenerated(terms, rules)
    days, unread = _proofs([logged.record for logged in records], boundaries, source)
    return Evidence(
        chain_id=chain.chain_id(),
        genesis=chain.genesis_hash(),
        contracts={name: site.address for name, site in deployment.contracts.items()},
        agreement=agreement,
        blocks=blocks,
        terms=terms,
        words=words,
        language=language,
        records=records,
        days=days,
        statements=statements,
        unread_days=unread,
    )


def _proofs(
    records: Sequence[DailyRecord], boundaries: Set[int], source: ReadingsSource
) -> tuple[tuple[DayProof, ...], tuple[int, ...]]:
    """The proofs of the days that have readings, and the days whose readings cannot be used."""
    found, unread = [], []
    for record in records:
        try:
            proof = _prove(record, source(record.day), record.day in boundaries)
        except (BadReading, BadProof):
            unread.append(record.day)
            continue
        if proof is not None:
            found.append(proof)
    return tuple(found), tuple(unread)


def _prove(record: DailyRecord, readings: DayReadings | None, boundary: bool) -> DayProof | None:
    if readings is None:
        return None
    if readings.root() != record.readings_root:
        raise BadProof(f"The stored readings of day {record.day} are not those that the meter recorded.")
    hashes = readings.hashes()
    if not boundary:
        return DayProof(record.day, readings.summary, tree.root(hashes))
    path = tuple(tree.proof(hashes, readings.last_index()))
    return DayProof(record.day, readings.summary, tree.root(hashes), readings.last_reading(), path)


def _record_to_json(logged: LoggedRecord) -> dict[str, Any]:
    return {
        "day": logged.record.day,
        "generation_wh": integer(logged.record.generation_wh),
        "exported_wh": integer(logged.record.exported_wh),
        "readings_root": hexed(logged.record.readings_root),
        "block": integer(logged.block),
        "transaction": logged.transaction,
        "log_index": logged.log_index,
    }


def _record_from_json(body: Mapping[str, Any]) -> LoggedRecord:
    record = DailyRecord(
        int(body["day"]), int(body["generation_wh"]), int(body["exported_wh"]), unhexed(body["readings_root"])
    )
    return LoggedRecord(record, int(body["block"]), body["transaction"], int(body["log_index"]))


def _day_to_json(day: DayProof) -> dict[str, Any]:
    found = {"day": day.day, "summary": summary_to_json(day.summary), "tree_root": hexed(day.tree_root)}
    if day.last_reading is None:
        return found
    return {**found, "last_reading": leaf_to_json(day.last_reading), "path": [hexed(node) for node in day.path]}


def _day_from_json(body: Mapping[str, Any]) -> DayProof:
    return DayProof(
        int(body["day"]),
        summary_from_json(body["summary"]),
        unhexed(body["tree_root"]),
        reading_from_json(body["last_reading"]) if "last_reading" in body else None,
        tuple(unhexed(node) for node in body.get("path", ())),
    )


def _closed_to_json(closed: ClosedEvent) -> dict[str, Any]:
    statement = closed.statement
    return {
        "number": closed.number,
        "amount_cents": integer(statement.amount_cents),
        "generation_wh": integer(statement.generation_wh),
        "exported_wh": integer(statement.exported_wh),
        "last_day": statement.last_day,
        "boundary_day": statement.boundary_day,
        "closed_on": statement.closed_on,
        "closed_block": integer(statement.closed_block),
        "flags": int(statement.flags),
        "lines_cents": [integer(line) for line in closed.lines],
        "balance_cents": integer(closed.balance_cents),
        "transaction": closed.transaction,
    }


def _closed_from_json(body: Mapping[str, Any]) -> ClosedEvent:
    number = int(body["number"])
    statement = Statement(
        number=number,
        amount_cents=int(body["amount_cents"]),
        generation_wh=int(body["generation_wh"]),
        exported_wh=int(body["exported_wh"]),
        last_day=int(body["last_day"]),
        boundary_day=int(body["boundary_day"]),
        closed_on=int(body["closed_on"]),
        closed_block=int(body["closed_block"]),
        flags=StatementFlag(int(body["flags"])),
    )
    lines = tuple(int(line) for line in body["lines_cents"])
    return ClosedEvent(
        number, statement, int(body["balance_cents"]), lines, statement.closed_block, body["transaction"]
    )
