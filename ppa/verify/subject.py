"""What is verified: an agreement on a node, what was handed over to it, and where its closed months end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ppa.chain import Chain
from ppa.errors import BadAnswer
from ppa.evidence import Evidence
from ppa.history import ClosedEvent, LoggedRecord, RegistryEvent, as_closed
from ppa.invoice import Invoice
from ppa.statements import Statement
from ppa.terms import ZERO_HASH
from ppa.termsfile import TermsFile
from ppa.text import Language
from ppa.verify.node import AgreementFile, Answers, Place

MADE = ("Proposed", "Signed", "Served")  # how an agreement begins


@dataclass(frozen=True)
class Subject(Answers):
    """An agreement, with what its predecessors and its events say of its months."""

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
        place = (given.chain_id, given.genesis, given.registry)
        evidence = given if isinstance(given, Evidence) else None
        which, signature = (given.agreement, None) if isinstance(given, Evidence) else (given.id, given.signature)
        file = AgreementFile(*place, which, given.terms, given.language, given.words, signature)
        return cls(chain, file, evidence, invoices, language)

    # What was handed over

    @cached_property
    def predecessor(self) -> "Subject | None":
        """The agreement that was handed over to this one; None if there is none.

        Raises BadAnswer if the node tells of a handover that cannot be.
        """
        old = self.terms.supersedes
        if old == ZERO_HASH or not self.agreement.closed_through:
            return None
        before = self.beside(old)
        if not before.has_its_terms:
            raise BadAnswer(f"The terms that the node tells of 0x{old.hex()} do not hash to it.")
        if before.handed_over_to != self.id:
            raise BadAnswer(f"The agreement 0x{old.hex()} was not handed over to this one.")
        return before

    def beside(self, other: bytes) -> "Subject":
        """Another agreement of the registry, by its id, with the terms of its event. Raises BadTerms for odd ones."""
        terms, _ = self.chain.proposed(self.file.registry, other)
        file = AgreementFile(self.file.chain_id, self.file.genesis, self.file.registry, other, terms)
        return Subject(self.chain, file, None, (), self.language)

    @property
    def has_its_terms(self) -> bool:
        """Whether the terms hash to the id."""
        return self.terms.digest(self.file.chain_id, self.file.registry) == self.id

    @property
    def handed_over_to(self) -> bytes | None:
        """The id of the agreement that goes on with this one."""
        found = [bytes(event.values["successor"]) for event in self.events if event.name == "HandedOver"]
        return found[0] if found else None

    @cached_property
    def line_of_predecessors(self) -> "list[Subject]":
        """What was handed over to this agreement, the oldest first."""
        found: list[Subject] = []
        before = self.predecessor
        while before is not None:
            found.append(before)
            before = before.predecessor
        return found[::-1]

    @property
    def line(self) -> "list[Subject]":
        """What was handed over to this agreement, the oldest first, and itself."""
        return [*self.line_of_predecessors, self]

    def is_handed_in(self, event: RegistryEvent) -> bool:
        """Whether an event is of the transaction in which the agreement was handed over to these terms."""
        before = self.predecessor
        return before is not None and any(
            told.name == "HandedOver" and told.transaction == event.transaction for told in before.events
        )

    @property
    def is_served(self) -> bool:
        """Whether the meter ever answered that it serves this agreement."""
        return any(event.name == "Served" for event in self.events)

    # Months

    @property
    def goes_on(self) -> bool:
        """Whether this goes on with the numbering of what was handed over to it."""
        before = self.predecessor
        if before is None:
            return False
        same = (before.terms.first_day, before.terms.first_month) == (self.terms.first_day, self.terms.first_month)
        return same and self.terms.months > before.agreement.periods

    @cached_property
    def root(self) -> bytes:
        """The agreement under whose id the statements are stored."""
        root, before = self, self.predecessor
        while before is not None and root.goes_on:
            root, before = before, before.predecessor
        return root.id

    @property
    def inherited(self) -> int:
        """The number of the last statement before the first one of this agreement's own."""
        before = self.predecessor
        return before.agreement.periods if before and self.goes_on else self.terms.first_month - 1

    @property
    def numbers(self) -> range:
        """The numbers of its own statements, as its word has them."""
        return range(self.inherited + 1, self.agreement.periods + 1)

    @cached_property
    def closed(self) -> list[ClosedEvent]:
        """Every closed period, as told."""
        return [as_closed(event) for event in self.events if event.name == "Closed"]

    @property
    def has_statements(self) -> bool:
        """Whether a month was closed, here or of what was handed over to it."""
        return any(one.closed for one in self.line)

    @cached_property
    def stored(self) -> Mapping[int, Statement]:
        """Every statement of its numbering, as stored; the first is the opening. Empty before the first close."""
        numbers = range(self.terms.first_month - 1, self.agreement.periods + 1) if self.has_statements else range(0)
        return dict(zip(numbers, self.chain.statements(self.file.registry, self.id, numbers), strict=True))

    @property
    def _last_close(self) -> Place | None:
        return max(((closed.block, closed.log_index) for closed in self.closed), default=None)

    def is_later(self, event: RegistryEvent) -> bool:
        """Whether an event came after the last closed month, so that no statement rests on it."""
        last = self._last_close
        return last is not None and event.name not in MADE and (event.block, event.log_index) > last

    @cached_property
    def billed_through(self) -> int:
        """The day of the last record that a closed month rests on; 0 if none does."""
        return max((closed.statement.boundary_day for closed in self.closed), default=0)

    def is_billed(self, logged: LoggedRecord) -> bool:
        """Whether a closed month rests on a record."""
        return logged.record.day <= self.billed_through

    def heard(self, place: Place) -> int:
        """The day of the meter's last record before a log; 0 if there is none."""
        before = [logged.record.day for logged in self.logged if (logged.block, logged.log_index) < place]
        return max(before, default=0)

    # What checks remember

    @cached_property
    def undated(self) -> set[tuple[int, int]]:
        """Statements, and their clauses from 1, that rest on an index which nobody can date; a replay finds them."""
        return set()

    @cached_property
    def replays(self) -> dict[bytes, Any]:
        """The agreement after its events (`State`), once they were gone through."""
        return {}

    @cached_property
    def indexes(self) -> dict[tuple[str, int], Any]:
        """What indexes said of a month (`Published`), by index and month; filled as it is asked for."""
        return {}
