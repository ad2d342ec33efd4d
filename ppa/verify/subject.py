"""What is verified, and what the chain says of it: asked once, kept for all checks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ppa import artifacts
from ppa.chain import Chain
from ppa.errors import BadAnswer
from ppa.evidence import Evidence
from ppa.history import ClosedEvent, LoggedRecord, RegistryEvent, as_closed
from ppa.invoice import Invoice
from ppa.records import DailyRecord
from ppa.rpc import Block
from ppa.statements import Agreement, Statement
from ppa.terms import ZERO_HASH, Terms
from ppa.termsfile import TermsFile
from ppa.text import Language
from ppa.verify import slots
from ppa.verify.header import hash_holds
from ppa.words import AgreementWord, Status

MEASURED = ("Closed", "Exited", "Notified", "Silent")  # what the registry tells only of an agreement that runs


@dataclass(frozen=True)
class Subject:
    """A node and what it is asked about. Without an evidence file, the chain alone tells the records."""

    chain: Chain
    file: TermsFile
    evidence: Evidence | None = None
    invoices: Sequence[Invoice] = ()
    language: Language = "es"

    @classmethod
    def of(
        cls,
        chain: Chain,
        given: TermsFile | Evidence,
        invoices: Invoice | Sequence[Invoice] | None = None,
        language: Language = "es",
    ) -> "Subject":
        """From a terms file or an evidence file, and the invoices to compare, none, one or several."""
        invoices = [invoices] if isinstance(invoices, Invoice) else invoices or ()
        if isinstance(given, TermsFile):
            return cls(chain, given, None, invoices, language)
        terms = TermsFile(given.chain_id, given.genesis, given.registry, given.agreement, given.terms)
        return cls(chain, terms, given, invoices, language)

    def say(self, spanish: str, english: str) -> str:
        """The sentence in the reader's language."""
        return spanish if self.language == "es" else english

    @property
    def terms(self) -> Terms:
        """The terms of the file."""
        return self.file.terms

    @property
    def id(self) -> bytes:
        """The agreement's id, as the file names it."""
        return self.file.id

    @cached_property
    def registry_code(self) -> bytes:
        """The code at the registry's address."""
        return self.chain.code(self.file.registry)

    @cached_property
    def ledger(self) -> str:
        """The ledger's address, as the registry answers; the code check compares it with the immutable."""
        return self.chain.ledger_of(self.file.registry)

    @cached_property
    def agreement(self) -> Agreement:
        """What the registry keeps."""
        return self.chain.agreement(self.file.registry, self.id)

    @property
    def is_stored(self) -> bool:
        """Whether what the registry's view answers is the word in storage."""
        a = self.agreement
        word = AgreementWord(
            balance_cents=a.balance_cents,
            generation_wh=a.generation_wh,
            exported_wh=a.exported_wh,
            closed_day=a.closed_day,
            boundary_day=a.boundary_day,
            signed_at=a.signed_at,
            proposed_at=a.proposed_at,
            periods=a.periods,
            pending=a.pending,
            status=Status(a.status),
        )
        return self.chain.storage(self.file.registry, slots.agreement(self.id)) == word.pack()

    @cached_property
    def events(self) -> list[RegistryEvent]:
        """Every event of the agreement."""
        return self.chain.events(self.file.registry, self.id, self.agreement.proposed_at)

    @cached_property
    def predecessor(self) -> "Subject | None":
        """The agreement that was handed over to this one; None if there is none.

        Raises BadAnswer if the node tells of a handover that cannot be.
        """
        old = self.terms.supersedes
        if old == ZERO_HASH or not self.agreement.closed_day:
            return None
        before = self.beside(old)
        if not before.has_its_terms:
            raise BadAnswer(f"The terms that the node tells of 0x{old.hex()} do not hash to it.")
        if before.handed_over_to != self.id:
            raise BadAnswer(f"The agreement 0x{old.hex()} was not handed over to this one.")
        return before

    def beside(self, other: bytes) -> "Subject":
        """Another agreement of the registry, by its id, with the terms that the node tells."""
        terms, _ = self.chain.proposed(self.file.registry, other)
        file = TermsFile(self.file.chain_id, self.file.genesis, self.file.registry, other, terms)
        return Subject(self.chain, file, None, (), self.language)

    @property
    def has_its_terms(self) -> bool:
        """Whether the terms hash to the id."""
        return self.terms.digest(self.file.chain_id, self.file.registry) == self.id

    @cached_property
    def is_served(self) -> bool:
        """Whether the meter ever answered that it serves this agreement."""
        return any(event.name == "Served" for event in self.events)

    @cached_property
    def needs_served(self) -> bool:
        """Whether its meter must have answered: what was handed over to it may wait, end or go on without that."""
        measured = any(event.name in MEASURED for event in self.events)
        return self.predecessor is None or self.agreement.status == Status.RUNNING or measured

    @property
    def served_days(self) -> range:
        """The days for which its meter serves it, from its term or a handover to its term or an earlier end."""
        before, over = self.predecessor, self.agreement.status in (Status.ENDED, Status.HANDED_OVER)
        first = before.agreement.closed_day + 1 if before else self.terms.first_day
        last = self.agreement.closed_day if over else self.terms.last_day
        return range(first, last + 1)

    @cached_property
    def handed_over_to(self) -> bytes | None:
        """The id of the agreement that goes on with this one."""
        found = [bytes(event.values["successor"]) for event in self.events if event.name == "HandedOver"]
        return found[0] if found else None

    @cached_property
    def heir(self) -> "Subject | None":
        """The agreement that goes on with this one's numbering of statements; None if there is none.

        Raises BadAnswer if the node tells of a handover that cannot be.
        """
        new = self.handed_over_to
        if new is None:
            return None
        after = self.beside(new)
        if not after.has_its_terms or after.terms.supersedes != self.id:
            raise BadAnswer(f"The agreement was not handed over to 0x{new.hex()}, whatever the node tells.")
        return after if after.terms.first_day == self.terms.first_day else None

    @property
    def line_of_predecessors(self) -> "list[Subject]":
        """What was handed over to this agreement, the oldest first."""
        before = self.predecessor
        return [] if before is None else [*before.line_of_predecessors, before]

    @cached_property
    def inherited(self) -> int:
        """How many statements of a predecessor's numbering this agreement goes on from."""
        before = self.predecessor
        return before.agreement.periods if before and before.terms.first_day == self.terms.first_day else 0

    @cached_property
    def closed(self) -> list[ClosedEvent]:
        """Every closed period, as told."""
        return [as_closed(event) for event in self.events if event.name == "Closed"]

    @cached_property
    def stored(self) -> Mapping[int, Statement]:
        """Every statement, as stored; 0 is the opening. Empty before the first close."""
        count = self.agreement.periods
        numbers = range(count + 1) if self.agreement.closed_day else range(0)
        return {n: self.chain.statement(self.file.registry, self.id, n) for n in numbers}

    @cached_property
    def logged(self) -> list[LoggedRecord]:
        """The meter's records, as the chain tells them."""
        return self.chain.records(self.ledger, self.terms.meter)

    @cached_property
    def records(self) -> list[DailyRecord]:
        """The records to recompute with: the file's, and the chain's where the file is older."""
        chain = [logged.record for logged in self.logged]
        if self.evidence is None:
            return chain
        file = [logged.record for logged in self.evidence.records]
        return file + chain[len(file) :]

    @cached_property
    def blocks(self) -> dict[int, Block]:
        """The blocks in which records and events are, and the first of all."""
        numbers = {0} | {logged.block for logged in self.logged} | {event.block for event in self.events}
        return self.chain.blocks(sorted(numbers))

    @cached_property
    def transactions(self) -> dict[tuple[int, str], Mapping[str, Any] | None]:
        """The transactions of records and events, by block and hash, where their blocks have them.

        Asked for by their places, which needs no index of transactions.
        """
        places = {}
        all_told: list[LoggedRecord | RegistryEvent] = [*self.events, *self.logged]
        for told in all_told:
            inside = self.blocks[told.block].raw.get("transactions")
            if isinstance(inside, list) and told.transaction in inside:
                places[told.block, told.transaction] = told.block, inside.index(told.transaction)
        return dict(zip(places, self.chain.transactions([*places.values()]), strict=True))

    @cached_property
    def odd_headers(self) -> list[int]:
        """The blocks whose headers do not make their hashes by any rule that we know."""
        return [number for number, block in self.blocks.items() if not hash_holds(block.raw)]

    @cached_property
    def undated(self) -> set[tuple[int, int]]:
        """Statements, and their clauses from 1, whose failing is the node's word; a replay finds them."""
        return set()

    @cached_property
    def rules(self) -> dict[str, str | None]:
        """Each clause's address, and which published clause its code is; None: none of ours."""
        return {clause.rule: artifacts.identify(self.chain.code(clause.rule)) for clause in self.terms.clauses}
