"""Every word of storage of ledger and registry, from their events alone: nothing of `ppa`, no view, no calldata.

`Replayer(chain_id, ledger, registry).replay(logs)`; a log is its block, the block's time, and the decoded event. Words
stand by contract and slot as docs/formats.md has them. Beside the events it knows the calendar, the rule by which a new
meter's registers open, and how terms and acts are hashed.
"""

# ruff: noqa: N803 - arguments have the names of the ABI
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any

from eth_abi import encode
from eth_utils import keccak

from tests.contracts.signing import digest as act_digest
from tests.contracts.signing import domain

CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")
DAY = 86_400
NONE, PROPOSED, WITHDRAWN, REJECTED, SIGNED, RUNNING, ENDED, HANDED_OVER = range(8)
DECLARED, DENIED, CONFIRMED, REFUSED = range(1, 5)
EARLY_BOUNDARY, DARK, SILENT, IMPOSSIBLE = 1, 2, 16, 32
ZERO = bytes(32)
Record = tuple[int, int, int]  # day, generation, exported
Log = tuple[int, int, Any]  # block, time, event


def packed(*fields: tuple[int, int]) -> int:
    """A word of fields and their bits, high to low; negative ones in two's complement."""
    word = 0
    for value, bits in fields:
        word = word << bits | value % (1 << bits)
    return word


def mapped(key: bytes, slot: int) -> int:
    """Where a mapping keeps a key's value."""
    return int.from_bytes(keccak(key.rjust(32, b"\0") + slot.to_bytes(32, "big")), "big")


def month_end(day: int) -> int:
    """The last day of the month that a day is in."""
    when = date(1970, 1, 1) + timedelta(day)
    return ((when.replace(day=28) + timedelta(4)).replace(day=1) - date(1970, 1, 1)).days - 1


@dataclass
class Kept:
    """An agreement as its events make it."""

    terms: Any = None
    status: int = NONE
    blocks: list[int] = field(default_factory=lambda: [0, 0])
    periods: int = 0
    closed_through: int = 0
    boundary: Record = (0, 0, 0)
    balance: int = 0
    acts: int = 0
    alarm_day: int = 0
    corrections: list[int] = field(default_factory=lambda: [0, 0])  # generation, exported
    cents: int = 0
    late: int = 0
    root: bytes = ZERO
    inherited: int = 0
    notice: tuple[int, int, bool, bool] = (0, 0, False, False)  # day, clause, cured, final
    announcement: tuple[bytes, bool, int] = (ZERO, False, 0)

    def agreement(self) -> int:
        """Its word."""
        pending = any(self.corrections) or self.cents != 0 or self.late != 0
        day, generation, exported = self.boundary
        registers = (generation, 40), (exported, 40), (self.closed_through, 16), (day, 16)
        blocks = (self.blocks[1], 32), (self.blocks[0], 32)
        return packed((self.balance, 56), *registers, *blocks, (self.periods, 12), (pending, 1), (self.status, 3))

    def account(self) -> int:
        """The word beside it."""
        generation, exported = self.corrections
        waits = (self.late, 72), (self.cents, 48), (generation, 40), (exported, 40)
        return packed(*waits, (self.alarm_day, 16), (self.acts, 32))


class Replayer:
    """The ledger's and the registry's words after each event."""

    def __init__(self, chain_id: int, ledger: str, registry: str) -> None:
        self.domain = domain(registry, chain_id)
        self.kept: dict[bytes, Kept] = defaultdict(Kept)
        self.records: dict[str, list[Record]] = defaultdict(list)
        self.ledger_words: dict[int, int] = {}
        self.statements: dict[tuple[bytes, int], Any] = {}
        self.claims: dict[tuple[bytes, int], tuple[bool, int, int]] = {}
        self.payments: dict[bytes, tuple[int, int]] = {}
        self.serves: dict[str, bytes] = {}
        self.billed: dict[str, int] = {}
        self.used: set[bytes] = set()
        self.block = self.today = 0

    def replay(self, logs: Iterable[Log]) -> None:
        """One event after the other."""
        for block, time, event in logs:
            self.block, self.today = block, time // DAY
            getattr(self, "on_" + CAPITAL.sub("_", event.name).lower())(**event.args)

    # --------------------------------------------------------------------------------------------------------- ledger

    def on_recorded(self, meter: str, day: int, generation: int, exported: int, readingsRoot: bytes) -> None:
        """A meter recorded."""
        slot = mapped(bytes.fromhex(meter[2:]), 0)
        old, records = self.ledger_words.get(slot, 0), self.records[meter]
        head = int.from_bytes(keccak(readingsRoot + old.to_bytes(32, "big"))[:20], "big")
        word = packed((head, 160), (generation, 40), (exported, 40), (day, 16))
        ends = mapped(bytes.fromhex(meter[2:]), 1)
        if not records:
            self.ledger_words[mapped(bytes(32), ends)] = word
        elif day > month_end(records[-1][0]):
            self.ledger_words[mapped(month_end(records[-1][0]).to_bytes(32, "big"), ends)] = old
        self.ledger_words[slot] = word
        records.append((day, generation, exported))

    def last_at(self, meter: str, day: int) -> Record | None:
        """A meter's last record at or before a day."""
        found = [record for record in self.records[meter] if record[0] <= day]
        return found[-1] if found else None

    # --------------------------------------------------------------------------------------------------- from an offer

    def on_proposed(self, id: bytes, producer: str, consumer: str, terms: Any) -> None:
        """An offer."""
        a = self.kept[id]
        a.terms, a.status, a.root, a.blocks[0] = terms, PROPOSED, id, self.block

    def on_signed(self, id: bytes) -> None:
        """Both signed."""
        self.kept[id].status, self.kept[id].blocks[1] = SIGNED, self.block

    def on_withdrawn(self, id: bytes) -> None:
        """The offer, or what nobody offered yet, is withdrawn."""
        self.kept[id].status = WITHDRAWN

    def on_rejected(self, id: bytes) -> None:
        """The consumer declined."""
        self.kept[id].status = REJECTED

    def on_served(self, id: bytes, meter: str) -> None:
        """The meter serves it."""
        a = self.kept[id]
        if not a.closed_through:
            a.closed_through, a.periods = a.terms.firstDay - 1, a.terms.firstMonth - 1
        a.status = RUNNING
        self.serves[meter] = id

    def on_cancelled(self, id: bytes, party: str) -> None:
        """An `Ended` follows."""

    # -------------------------------------------------------------------------------------------------------- closing

    def on_opened(self, id: bytes, number: int, statement: Any) -> None:
        """The opening statement."""
        self.statements[self.kept[id].root, number] = statement

    def on_closed(self, id: bytes, number: int, statement: Any, balance: int, lines: Any) -> None:
        """A period."""
        a = self.kept[id]
        before = self.statements[a.root, number - 1]
        self._take(a, before, statement)
        a.periods, a.closed_through, a.balance, a.cents, a.late = number, statement.lastDay, balance, 0, 0
        self.statements[a.root, number] = statement

    def _take(self, a: Kept, before: Any, now: Any) -> None:
        """The registers that the period took from the meter, and what of the corrections waits."""
        if not a.boundary[0] and not now.flags & SILENT:
            found = self._opening(a, before, now)
            a.boundary = found or a.boundary
        counted = [0, 0]
        if not now.flags & DARK:
            record = next(r for r in self.records[a.terms.meter] if r[0] == now.boundaryDay)
            if not now.flags & IMPOSSIBLE:
                counted = [record[1] - a.boundary[1], record[2] - a.boundary[2]]
            a.boundary = record
        billed = [now.generation - before.generation, now.exported - before.exported]
        waiting, a.corrections = a.corrections, [min(0, counted[i] + a.corrections[i]) for i in (0, 1)]
        assert billed == [max(0, counted[i] + waiting[i]) for i in (0, 1)]

    def _opening(self, a: Kept, before: Any, now: Any) -> Record | None:
        """Of a meter from which nothing was taken: its last record up to the last day not dark, or its first."""
        records = self.records[a.terms.meter]
        lit = next(n for n in count(a.periods, -1) if not self.statements[a.root, n].flags & DARK)
        base = self.statements[a.root, lit].lastDay
        found = self.last_at(a.terms.meter, base) or (records[0] if records else None)
        return found if found and found[0] <= now.lastDay else None

    def on_ended(self, id: bytes, balance: int) -> None:
        """No more statements."""
        a = self.kept[id]
        self._free(a, id)
        a.status, a.balance, a.cents = ENDED, balance, 0

    def _free(self, a: Kept, id: bytes) -> bool:
        meter = a.terms.meter
        if self.serves.get(meter) != id:
            return False
        del self.serves[meter]
        heard = a.boundary[0]
        if heard >= a.terms.firstDay or (heard and a.terms.supersedes != ZERO):
            self.billed[meter] = a.boundary[0]
        return True

    # ----------------------------------------------------------------------------------------------------------- acts

    def on_acted(self, id: bytes, act: Any, balance: int) -> None:
        """Both did something."""
        a = self.kept[id]
        a.acts = act.number
        if act.settles:
            self._decide(a, act.settles)
        a.corrections = [a.corrections[0] + act.generation, a.corrections[1] + act.exported]
        if a.status == ENDED:
            a.balance = balance
        else:
            a.cents += act.cents

    def on_act_voided(self, id: bytes, number: int, party: str) -> None:
        """A number holds no more."""
        self.kept[id].acts = number

    def on_announced(self, id: bytes, act: Any, party: str) -> None:
        """One party and the arbiter signed."""
        digest = act_digest(id, act, self.domain)
        self.used.add(digest)
        self.kept[id].announcement = (digest, act.successor == id, self.today)

    def on_objected(self, id: bytes, party: str) -> None:
        """Nothing is announced any more."""
        self.kept[id].announcement = (ZERO, False, 0)

    def on_executed(self, id: bytes, act: Any) -> None:
        """Nor then."""
        self.kept[id].announcement = (ZERO, False, 0)

    def on_handed_over(self, id: bytes, successor: bytes) -> None:
        """All goes to the successor."""
        old, new = self.kept[id], self.kept[successor]
        same = (new.terms.firstDay, new.terms.firstMonth) == (old.terms.firstDay, old.terms.firstMonth)
        goes_on = same and new.terms.months > old.periods
        new.periods = new.inherited = old.periods if goes_on else new.terms.firstMonth - 1
        if goes_on:
            new.root = old.root
        elif (old.root, old.periods) in self.statements:
            last = self.statements[old.root, old.periods]
            self.statements[successor, new.periods] = last._replace(flags=last.flags & EARLY_BOUNDARY)
            if (old.root, old.periods) in self.claims:
                self.claims[successor, new.periods] = self.claims[old.root, old.periods]
        self._free(old, id)
        if new.terms.meter == old.terms.meter:
            new.boundary = old.boundary
        new.balance, new.closed_through, new.cents, new.late = old.balance, old.closed_through, old.cents, old.late
        new.corrections, old.corrections = old.corrections, [0, 0]
        old.status, old.balance, old.cents, old.late = HANDED_OVER, 0, 0, 0

    # ------------------------------------------------------------------------------------------------- claims, payments

    def on_disputed(self, id: bytes, number: int, party: str, claim: int, evidence: bytes) -> None:
        """A claim, of the producer if it is positive."""
        key = self.kept[id].root, number
        decided, producer, consumer = self.claims.get(key, (False, 0, 0))
        self.claims[key] = (decided, claim, consumer) if claim > 0 else (decided, producer, -claim)

    def _decide(self, a: Kept, number: int) -> None:
        self.claims[a.root, number] = (True, *self.claims[a.root, number][1:])

    def on_resolved(self, id: bytes, number: int, award: int, reason: bytes, lateCentDays: int, balance: int) -> None:
        """An award."""
        a = self.kept[id]
        self._decide(a, number)
        a.late += lateCentDays
        a.balance = balance
        if a.status != ENDED:
            a.cents += award

    def on_payment_declared(self, id: bytes, cents: int, day: int, reference_: bytes) -> None:
        """The payer's word."""
        self.payments[_payment(id, cents, day, reference_)] = (self.today, DECLARED)

    def on_payment_denied(self, id: bytes, cents: int, day: int, reference_: bytes) -> None:
        """The payee's."""
        self._pay(id, cents, day, reference_, DENIED)

    def on_payment_refused(self, id: bytes, cents: int, day: int, reference_: bytes) -> None:
        """The arbiter's."""
        self._pay(id, cents, day, reference_, REFUSED)

    def on_payment_confirmed(
        self, id: bytes, cents: int, day: int, reference_: bytes, byArbiter: bool, lateCentDays: int, balance: int
    ) -> None:
        """The balance moves."""
        self._pay(id, cents, day, reference_, CONFIRMED)
        self.kept[id].balance = balance
        self.kept[id].late += lateCentDays

    def _pay(self, id: bytes, cents: int, day: int, reference: bytes, status: int) -> None:
        key = _payment(id, cents, day, reference)
        self.payments[key] = (self.payments.get(key, (0, 0))[0], status)

    # ------------------------------------------------------------------------------------------------- lender, silence

    def on_notified(self, id: bytes, lender: str, day: int, clause: int, isFinal: bool) -> None:
        """A lender is notified; of a final notice it has no word."""
        self.kept[id].notice = (day, clause, False, isFinal)

    def on_cured(self, id: bytes, lender: str) -> None:
        """It cured."""
        day, clause, _, final = self.kept[id].notice
        self.kept[id].notice = (day, clause, True, final)

    def on_exited(self, id: bytes, clause: int, price: int) -> None:
        """The price waits for the last statement."""
        self.kept[id].cents += price

    def on_ended_in_silence(self, id: bytes, party: str, heard: int) -> None:
        """A last statement follows."""

    def on_silent(self, id: bytes, meter: str, heard: int) -> None:
        """An alarm."""
        self.kept[id].alarm_day = heard + 1

    def on_brought(self, id: bytes, actor: str, digest: bytes) -> None:
        """A request holds no more."""
        self.used.add(digest)

    # ---------------------------------------------------------------------------------------------------------- words

    def registry_words(self) -> dict[int, int]:
        """Every word of the registry by its slot; a word that is zero may be missing."""
        words: dict[int, int] = {}
        for id, a in self.kept.items():
            day, clause, cured, final = a.notice
            digest, ends, announced = a.announcement
            root = a.root if a.root not in (id, ZERO) else ZERO
            cut = int.from_bytes(digest, "big") >> 24
            words |= {mapped(id, 0): a.agreement(), mapped(id, 3): a.account()}
            words |= {mapped(id, 4): int.from_bytes(root, "big"), mapped(id, 5): a.inherited}
            words[mapped(id, 9)] = packed((final, 1), (cured, 1), (clause, 16), (day, 16))
            words[mapped(id, 10)] = packed((cut, 232), (ends, 8), (announced, 16))
        for (root, number), s in self.statements.items():
            days = (s.lastDay, 16), (s.boundaryDay, 16), (s.closedOn, 16), (s.closedBlock, 32)
            word = packed((s.amount, 56), (s.generation, 44), (s.exported, 44), *days, (s.flags, 32))
            words[mapped(number.to_bytes(32, "big"), mapped(root, 1))] = word
        for (root, number), (decided, producer, consumer) in self.claims.items():
            word = packed((decided, 1), (producer, 48), (consumer, 48))
            words[mapped(number.to_bytes(32, "big"), mapped(root, 8))] = word
        for key, (declared, status) in self.payments.items():
            words[mapped(key, 7)] = packed((declared, 16), (status, 8))
        for meter in self.records.keys() | self.serves.keys() | self.billed.keys():
            address = bytes.fromhex(meter[2:])
            words[mapped(address, 2)] = int.from_bytes(self.serves.get(meter, ZERO), "big")
            words[mapped(address, 6)] = self.billed.get(meter, 0)
        return words | {mapped(digest, 11): 1 for digest in self.used}


def _payment(id: bytes, cents: int, day: int, reference: bytes) -> bytes:
    return keccak(encode(["bytes32", "int64", "uint16", "bytes32"], [id, cents, day, reference]))
