"""Our contracts on a chain: what their views answer, and their events."""

from collections.abc import Sequence
from typing import Any

from ppa import abi, artifacts
from ppa.clauses.kind import Line
from ppa.errors import BadAnswer, NoCode, NoIndexValue, NotFound, Reverted, WrongCode
from ppa.history import ClosedEvent, LoggedRecord, RegistryEvent, as_closed
from ppa.records import DailyRecord
from ppa.rpc import number
from ppa.sending import Call, Sender
from ppa.statements import Account, Agreement, Announcement, Claims, Notice, Payment, Period, Statement
from ppa.storage_words import MeterWord, PaymentStatus, Status
from ppa.terms import Terms

__all__ = ["Call", "Chain", "ClosedEvent", "LoggedRecord", "RegistryEvent"]


class Chain(Sender):
    """One chain behind one node (`ppa.rpc` calls it, `ppa.sending` sends to it). Nothing is cached."""

    def genesis_hash(self) -> str:
        """The hash of block 0."""
        return self.block(0).hash

    def block_time(self, which: int) -> int:
        """A block's timestamp, UTC seconds."""
        return self.block(which).timestamp

    def view(self, contract: str, address: str, function: str, *args: Any) -> Any:
        """What a view answers, decoded. Raises Reverted, or NoCode where no contract is."""
        return self.views(contract, address, function, [args])[0]

    def views(self, contract: str, address: str, function: str, each: Sequence[Sequence[Any]]) -> list[Any]:
        """What a view answers to each of these arguments. Raises as `view`."""
        found = self.calls(address, [abi.call_data(contract, function, *args) for args in each])
        if b"" in found and not self.code(address):
            raise NoCode(address, contract)
        return [abi.decode_result(contract, function, data) for data in found]

    # The ledger

    def word_of(self, ledger: str, meter: str) -> MeterWord:
        """The meter's word of today."""
        return MeterWord.unpack(self.view("MeterLedger", ledger, "wordOf", meter))

    def month_ends(self, ledger: str, meter: str, days: Sequence[int]) -> list[MeterWord]:
        """The meter's last word of each month that ends on such a day. Raises Reverted while one is not settled."""
        each = [(meter, day) for day in days]
        return [MeterWord.unpack(word) for word in self.views("MeterLedger", ledger, "atMonthEnd", each)]

    def opening_at(self, ledger: str, meter: str, month_end: int) -> MeterWord:
        """The meter's last word at or before a month's end, or else its first; empty if it has never recorded."""
        return MeterWord.unpack(self.view("MeterLedger", ledger, "openingAt", meter, month_end))

    def first_of(self, ledger: str, meter: str) -> MeterWord:
        """The word of the meter's first record; empty if it has never recorded."""
        return MeterWord.unpack(self.view("MeterLedger", ledger, "firstOf", meter))

    def records(self, ledger: str, meter: str, from_block: int = 0, to_block: int | None = None) -> list[LoggedRecord]:
        """All that the meter recorded, in order."""
        topics = [abi.topic("MeterLedger", "Recorded"), _topic(meter)]
        return [
            LoggedRecord(
                DailyRecord(e.values["day"], e.values["generation"], e.values["exported"], e.values["readingsRoot"]),
                e.block,
                e.transaction,
                e.log_index,
                e.block_hash,
            )
            for e in self._events("MeterLedger", ledger, topics, from_block, to_block)
        ]

    # The registry

    def ledger_of(self, registry: str) -> str:
        """The ledger that the registry reads."""
        return str(self.view("PPARegistry", registry, "ledger"))

    def modules_of(self, registry: str) -> dict[str, str]:
        """The addresses of the modules whose code the registry runs, by their names."""
        views = zip(artifacts.REGISTRY_MODULES, ("ends", "rights"), strict=True)
        return {name: str(self.view("PPARegistry", registry, function)) for name, function in views}

    def agreement(self, registry: str, agreement: bytes) -> Agreement:
        """What the registry keeps of an agreement; status 0 if it was never proposed."""
        found = Agreement(*self.view("PPARegistry", registry, "agreementOf", agreement))
        if found.status > max(Status):
            raise BadAnswer(f"The node says that agreement 0x{agreement.hex()} has status {found.status}.")
        return found

    def account(self, registry: str, agreement: bytes) -> Account:
        """What stands beside an agreement."""
        return Account(*self.view("PPARegistry", registry, "accountOf", agreement))

    def root_of(self, registry: str, agreement: bytes) -> bytes:
        """The agreement under whose id the statements are stored."""
        return bytes(self.view("PPARegistry", registry, "rootOf", agreement))

    def claims(self, registry: str, agreement: bytes, which: int) -> Claims:
        """What is claimed of a statement."""
        return Claims(*self.view("PPARegistry", registry, "claimsOf", agreement, which))

    def payment(self, registry: str, agreement: bytes, cents: int, day: int, reference: bytes) -> Payment:
        """A payment; status 0 if nobody declared or confirmed it."""
        found = Payment(*self.view("PPARegistry", registry, "paymentOf", agreement, cents, day, reference))
        if found.status > max(PaymentStatus):
            raise BadAnswer(f"The node says that a payment of 0x{agreement.hex()} has status {found.status}.")
        return found

    def notice(self, registry: str, agreement: bytes) -> Notice:
        """The lender's notice; day 0 if there is none."""
        return Notice(*self.view("PPARegistry", registry, "noticeOf", agreement))

    def announcement(self, registry: str, agreement: bytes) -> Announcement:
        """What one party and the arbiter announced; day 0 if nothing."""
        digest, ends, day = self.view("PPARegistry", registry, "announcementOf", agreement)
        return Announcement(bytes(digest), ends, day)

    def is_used(self, registry: str, digest: bytes) -> bool:
        """Whether an announced act or a brought request, by its digest, was used."""
        return bool(self.view("PPARegistry", registry, "isUsed", digest))

    def billed_through(self, registry: str, meter: str) -> int:
        """The last of the meter's days that an agreement which it served and left has billed; 0 if none."""
        return int(self.view("PPARegistry", registry, "billedThrough", meter))

    def statement(self, registry: str, agreement: bytes, which: int) -> Statement:
        """A statement; the opening has the number before the first month's. Raises Reverted if there is none."""
        return self.statements(registry, agreement, [which])[0]

    def statements(self, registry: str, agreement: bytes, which: Sequence[int]) -> list[Statement]:
        """Statements by their numbers. Raises Reverted if one is not there."""
        found = self.views("PPARegistry", registry, "statementOf", [(agreement, number) for number in which])
        return [Statement.from_tuple(number, one) for number, one in zip(which, found, strict=True)]

    def served_by(self, registry: str, meter: str) -> bytes:
        """The id of the agreement that the meter serves now; 32 zero bytes if none."""
        return bytes(self.view("PPARegistry", registry, "servedBy", meter))

    def proposed(self, registry: str, agreement: bytes) -> tuple[Terms, int]:
        """The terms as they were proposed, and the block. Raises NotFound."""
        block = self.agreement(registry, agreement).proposed_block
        topics = [abi.topic("PPARegistry", "Proposed"), "0x" + agreement.hex()]
        for event in self._events("PPARegistry", registry, topics, block, block) if block else ():
            return Terms.from_tuple(event.values["terms"]), event.block
        raise NotFound(f"Agreement 0x{agreement.hex()} was not proposed to the registry {registry}.")

    def events(
        self, registry: str, agreement: bytes | None, from_block: int = 0, to_block: int | None = None
    ) -> list[RegistryEvent]:
        """All events of an agreement (None: of all), in order."""
        topics = [None, "0x" + agreement.hex()] if agreement is not None else []
        return self._events("PPARegistry", registry, topics, from_block, to_block)

    def served(self, registry: str, meter: str, from_block: int = 0) -> list[RegistryEvent]:
        """Every `Served` event of a meter, in order."""
        topics = [abi.topic("PPARegistry", "Served"), None, _topic(meter)]
        return self._events("PPARegistry", registry, topics, from_block, None)

    def closed(self, registry: str, agreement: bytes, from_block: int | None = None) -> list[ClosedEvent]:
        """Every closed period of an agreement by its events, in order."""
        first = self.agreement(registry, agreement).proposed_block if from_block is None else from_block
        topics = [abi.topic("PPARegistry", "Closed"), "0x" + agreement.hex()]
        return [as_closed(event) for event in self._events("PPARegistry", registry, topics, first, None)]

    def call_clause(self, rule: str, period: Period, params: bytes, caller: str) -> Line:
        """The line that a clause answers to `caller` (the registry). Raises Reverted."""
        data = abi.call_data("IClause", "assess", period.as_tuple(), params)
        answer = self.call(rule, data, caller=caller)
        if not answer and not self.code(rule):
            raise NoCode(rule, "clause")
        return Line(*abi.decode_result("IClause", "assess", answer))

    def index_value(self, index: str, month: int) -> int:
        """The value of an index in the month that starts on a civil day. Raises NoIndexValue, or NoCode."""
        try:
            return int(self.view("IIndex", index, "valueOf", month))
        except Reverted as problem:
            raise NoIndexValue(index, month) from problem

    def published(self, index: str, month: int) -> tuple[int, int] | None:
        """Block and place of the event with which a published index gave a month's value; None if there is none."""
        try:
            artifacts.code_matches("IndexPublisher", self.code(index))
        except WrongCode:
            return None
        topics = [abi.topic("IndexPublisher", "Published"), "0x" + month.to_bytes(32).hex()]
        events = self._events("IndexPublisher", index, topics, 0, None)
        return (events[0].block, events[0].log_index) if events else None

    def _events(
        self, contract: str, address: str, topics: list[Any], first: int, last: int | None
    ) -> list[RegistryEvent]:
        found = []
        for log in self.logs(address, topics, first, self.head()[0] if last is None else last):
            try:
                decoded = abi.decode_event(contract, log)
                block, index = number(log["blockNumber"]), number(log["logIndex"])
                transaction, block_hash = str(log["transactionHash"]), str(log["blockHash"])
            except (KeyError, ValueError, TypeError) as problem:
                raise BadAnswer(f"A log of {contract} is not whole: {problem}.") from problem
            if decoded:
                found.append(RegistryEvent(*decoded, block, transaction, index, block_hash))
        return found


def _topic(address: str) -> str:
    return "0x" + address.removeprefix("0x").lower().rjust(64, "0")
