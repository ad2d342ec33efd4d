"""What a node answers of one agreement, each asked once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ppa import artifacts
from ppa.chain import Chain
from ppa.evidence import Evidence
from ppa.history import LoggedRecord, RegistryEvent
from ppa.invoice import Invoice
from ppa.records import EMPTY, DailyRecord, next_word
from ppa.rpc import Block
from ppa.statements import Agreement
from ppa.storage_words import MeterWord
from ppa.terms import Terms
from ppa.text import Language
from ppa.verify import slots
from ppa.verify.header import hash_holds

Place = tuple[int, int]  # of a log: block and index
MODULES = {"ends": "RegistryEnds", "rights": "RegistryRights"}  # by the registry's immutables


@dataclass(frozen=True)
class AgreementFile:
    """Terms, their id, and the chain and registry that they are for; what else stands in a file where it has that."""

    chain_id: int
    genesis: str
    registry: str
    id: bytes
    terms: Terms
    language: Language | None = None
    words: str | None = None
    signature: bytes | None = None


@dataclass(frozen=True)
class Answers:
    """A node and what it is asked about. Without an evidence file, the chain alone has the records."""

    chain: Chain
    file: AgreementFile
    evidence: Evidence | None = None
    invoices: Sequence[Invoice] = ()
    language: Language = "es"

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
    def modules(self) -> Mapping[str, str]:
        """The modules' addresses by the registry's immutables, as it answers; the code check compares them."""
        found = self.chain.modules_of(self.file.registry)
        return {key: found[name] for key, name in MODULES.items()}

    @cached_property
    def agreement(self) -> Agreement:
        """What the registry keeps."""
        return self.chain.agreement(self.file.registry, self.id)

    @property
    def is_stored(self) -> bool:
        """Whether what the registry's view answers is the word in storage."""
        return self.chain.storage(self.file.registry, slots.agreement(self.id)) == self.agreement.word().pack()

    @cached_property
    def served(self) -> list[RegistryEvent]:
        """Every event by which the meter began to serve an agreement."""
        return self.chain.served(self.file.registry, self.terms.meter)

    @cached_property
    def events(self) -> list[RegistryEvent]:
        """Every event of the agreement."""
        return self.chain.events(self.file.registry, self.id, self.agreement.proposed_block)

    @cached_property
    def logged(self) -> list[LoggedRecord]:
        """The meter's records, as the chain tells them."""
        return self.chain.records(self.ledger, self.terms.meter)

    @cached_property
    def words_before(self) -> Mapping[Place, MeterWord]:
        """The meter's word before each of its records, by the record's log. Raises BadRecord."""
        word, found = EMPTY, {}
        for logged in self.logged:
            found[logged.block, logged.log_index] = word
            word = next_word(word, logged.record)
        return found

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
    def headers(self) -> dict[int, bool | None]:
        """Whether each block's header makes its hash by a rule that we know; None: it has fields that we do not."""
        return {number: hash_holds(block.raw) for number, block in self.blocks.items()}

    @cached_property
    def rules(self) -> dict[str, str | None]:
        """Each clause's address, and which published clause its code is; None: none of ours."""
        rules = list(dict.fromkeys(clause.rule for clause in self.terms.clauses))
        return dict(zip(rules, map(artifacts.identify, self.chain.codes(rules)), strict=True))
