"""Agreements through everything that may happen to them, by chance, beside a model (tests/contracts/life_model.py).

A `Lives` is a chain on which several agreements live at once. Each `step` lets somebody try something: the model says
before whether it is refused, and with which error; after it every word of storage is what the model makes of it.

    life.py         the chain, what is tried, what must be equal
    life_founding   terms by chance: late starts, months of life that are over, sham terms, clauses that fail
    life_meters     meters that record, in good and in wrong hands; time; who closes
    life_together   what both do: corrections, settlements, ends, handovers; what one and the arbiter announce
    life_alone      rights of one: by transaction, or signed and brought by a stranger
    life_money      claims, awards, payments
    life_ends       that one honest party, time and the arbiter end whatever goes on
"""

import random
from collections import Counter
from functools import lru_cache
from typing import Any

from eth_keys.datatypes import PrivateKey

from ppa.records import EMPTY, DailyRecord, next_word
from ppa.storage_words import MeterWord
from ppa.verify import slots
from tests.contracts.life_alone import Alone
from tests.contracts.life_ends import Endings
from tests.contracts.life_meters import Meters
from tests.contracts.life_model import Deal
from tests.contracts.life_money import Money
from tests.contracts.life_together import Together
from tests.contracts.world import HANDED_OVER, RUNNING, World
from tests.evm import Receipt, Refused

DAY = 86_400
statement_at, claims_at = lru_cache(2**16)(slots.statement), lru_cache(2**16)(slots.claims)
served_at, billed_at = lru_cache(2**14)(slots.served_by), lru_cache(2**14)(slots.billed_through)
account_at, notice_at, announcement_at, root_at, inherited_at = (
    lru_cache(2**14)(place) for place in (slots.account, slots.notice, slots.announcement, slots.root, slots.inherited)
)
LOSES_A_KEY = 0.001
DIES = 0.002  # the meter of somebody: it never records again
SAMPLED = 0.002  # of all states: tried whether somebody is locked in


class Lives(Together, Money, Endings):
    """Some agreements on one chain, and whoever acts on them."""

    def __init__(self, seed: int, agreements: int = 2) -> None:
        self.rng = random.Random(seed)
        self.world = World()
        self.chain, self.registry, self.ledger = self.world.chain, self.world.registry, self.world.ledger
        self.records: dict[str, list[DailyRecord]] = {}
        self.words: dict[str, MeterWord] = {}
        self.keys: dict[str, PrivateKey] = {}
        self.deals: list[Deal] = []
        self.serving: dict[str, bytes] = {}
        self.billed: dict[str, int] = {}
        self.billed_days: dict[str, list[tuple[int, int]]] = {}
        self.used: set[bytes] = set()
        self.dead: set[str] = set()
        self.closed: dict[tuple[bytes, int], int] = {}
        self.trail: list[tuple[int, int, Receipt]] = []
        self.tried: Counter[str] = Counter()
        self.done: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.unlocked: Counter[str] = Counter()
        self.deploy_rules()
        for _ in range(agreements):
            self.found_one()

    # --------------------------------------------------------------------------------------------------------- trying

    @property
    def today(self) -> int:
        """The day of Greenwich."""
        return int(self.chain.time // DAY)

    def attempt(self, name: str, error: str | None, use: Any) -> Receipt | None:
        """Somebody tries: refused with the error that the model names, or not at all."""
        self.tried[name] += 1
        self.chain.block += 1
        try:
            receipt: Receipt = use()
        except Refused as refused:
            assert refused.name == error, f"{name}: {refused} where {error} was expected"
            self.errors[refused.name] += 1
            return None
        assert error is None, f"{name}: {error} was expected, and nothing was refused"
        self.done[name] += 1
        self.trail.append((self.chain.block, self.chain.time, receipt))
        return receipt

    def follow(self, deal: Deal, trial: Deal) -> None:
        """What was tried on a copy was done."""
        self.adopt(deal, trial)
        self.check(deal)

    def adopt(self, deal: Deal, trial: Deal) -> None:
        """What was tried on a copy was done: meters that it frees, and days that it billed, are noted."""
        was, before = deal.status, len(deal.replay.taken)
        deal.adopt(trial, self.today, self.trail[-1][0])
        for since, until in deal.replay.taken[before:]:
            self.note_billed(deal, since, until)
        self.note_origin(deal)
        if was == RUNNING and deal.status != RUNNING:
            self.freed(deal)

    def note_billed(self, deal: Deal, since: int, until: int) -> None:
        """No day of a meter is billed twice, by any agreements; what it counted is billed."""
        days = self.billed_days.setdefault(deal.terms.meter, [])
        assert all(until <= a or b <= since for a, b in days), f"days {since + 1} to {until} are billed again: {days}"
        days.append((since, until))
        start, end = self.registers(deal.history, since), self.registers(deal.history, until)
        counted = deal.chain.counted
        deal.chain.counted = (counted[0] + end[0] - start[0], counted[1] + end[1] - start[1])

    def note_origin(self, deal: Deal) -> None:
        """The first opening statement of an agreement and all that it is handed over to."""
        if deal.chain.origin is None and deal.replay.done:
            first = deal.replay.done[min(deal.replay.done)].statement
            deal.chain.origin = (first.generation_wh, first.exported_wh)

    def registers(self, history: list[DailyRecord], day: int) -> tuple[int, int]:
        """A meter's registers at the end of a day of which it has a record."""
        record = next(record for record in reversed(history) if record.day == day)
        return record.generation_wh, record.exported_wh

    def freed(self, deal: Deal) -> None:
        """The meter of an agreement that ended or was handed over serves it no more."""
        del self.serving[deal.terms.meter]
        heard = deal.replay.boundary_day
        if heard >= deal.terms.firstDay or (heard and deal.terms.supersedes != bytes(32)):
            self.billed[deal.terms.meter] = deal.replay.boundary_day

    def step(self) -> None:
        """Somebody does something."""
        alive = [deal for deal in self.deals if deal.goes_on]
        deal = self.rng.choice(alive if alive and self.rng.random() < 0.9 else self.deals)
        if self.rng.random() < LOSES_A_KEY:
            deal.lost.add(self.rng.choice(deal.parties))
        if self.rng.random() < DIES:
            self.dead.add(deal.terms.meter)
        self.rng.choices(self.ACTIONS, self.WEIGHTS)[0](self, deal)
        if self.rng.random() < SAMPLED:
            self.check_nothing_locks(deal)
        if not any(one.goes_on for one in self.deals):
            self.found_one()

    ACTIONS, WEIGHTS = zip(
        *{
            Meters.record: 36,
            Meters.close: 16,
            Together.adjust: 6,
            Money.dispute: 4,
            Money.resolve: 3,
            Money.pay: 14,
            Alone.alarm: 2,
            Alone.notify: 2,
            Alone.cure: 1,
            Alone.leave: 0.5,
            Alone.leave_in_silence: 0.7,
            Alone.cancel: 1,
            Alone.void: 1,
            Alone.refuse_offer: 1,
            Together.end: 0.7,
            Together.hand_over: 3,
            Together.announce: 3,
            Together.execute: 3,
            Alone.object: 0.5,
            Meters.serve: 2,
            Meters.sham: 0.5,
            Meters.wait: 2,
            Alone.intrude: 2,
        }.items(),
        strict=True,
    )

    # ------------------------------------------------------------------------------------------------------- equality

    def stored(self, slot: int) -> int:
        """A word of the registry's storage."""
        return int(self.chain.evm.storage(self.registry.address, slot))

    def check(self, deal: Deal) -> None:
        """Every word of the agreement is what the model makes of it."""
        replay, meter = deal.replay, deal.terms.meter
        assert self.registry.agreementOf(deal.id) == self.agreement(deal)
        assert self.stored(account_at(deal.id)) == replay.account.pack()
        assert self.stored(notice_at(deal.id)) == replay.notice.pack()
        assert self.stored(announcement_at(deal.id)) == replay.announcement.pack()
        assert self.stored(root_at(deal.id)) == int.from_bytes(replay.root if replay.root != deal.id else bytes(32))
        assert self.stored(inherited_at(deal.id)) == replay.inherited
        assert self.stored(served_at(meter)) == int.from_bytes(self.serving.get(meter, bytes(32)))
        assert (self.serving.get(meter) == deal.id) == (deal.status == RUNNING)
        assert self.stored(billed_at(meter)) == self.billed.get(meter, 0)
        if deal.holds_root:
            for number in {replay.opening, replay.periods, replay.inherited} & set(replay.done):
                self.check_statement(deal, number)

    def agreement(self, deal: Deal) -> tuple[Any, ...]:
        """What the registry keeps of an agreement, by the model."""
        replay = deal.replay
        days = (replay.boundary_day, replay.closed_through)
        registers = (replay.exported_wh, replay.generation_wh)
        return (deal.status, replay.periods, *deal.blocks, *days, replay.pending, *registers, replay.balance_cents)

    def check_statement(self, deal: Deal, number: int) -> None:
        """One statement and its claims; once closed, its word never changes."""
        replay, (on, block) = deal.replay, deal.stamps[number]
        ours, word = replay.done[number].statement, self.stored(statement_at(replay.root, number))
        days = (ours.last_day, ours.boundary_day, on)
        fields = (*days, block, int(ours.flags))
        amounts = (ours.amount_cents, ours.generation_wh, ours.exported_wh)
        assert self.registry.statementOf(deal.id, number) == (*amounts, *fields)
        assert self.closed.setdefault((replay.root, number), word) == word
        assert self.stored(claims_at(replay.root, number)) == deal.claims(number).pack()

    def check_all(self) -> None:
        """Every statement, claim and payment of every agreement, all meters' words; no Wh comes from nowhere."""
        for deal in self.deals:
            self.check_nothing_locks(deal)
            self.check(deal)
            for (cents, day, reference), word in deal.replay.payments.items():
                owner = deal.id
                assert self.stored(slots.payment(owner, cents, day, reference)) == word.pack()
            if deal.holds_root:
                for number in deal.replay.done:
                    self.check_statement(deal, number)
            if deal.status != HANDED_OVER and deal.replay.periods in deal.replay.done:
                self.check_energy(deal)
        self.check_closed()
        for digest in self.used:
            assert self.stored(slots.used(digest)) == 1
        for meter, word in self.words.items():
            assert self.ledger.wordOf(meter) == word.pack()

    def check_closed(self) -> None:
        """Every statement ever closed is what it was then."""
        for (root, number), word in self.closed.items():
            assert self.stored(statement_at(root, number)) == word

    def check_energy(self, deal: Deal) -> None:
        """What is billed over all is what meters counted, plus what both corrected, less what is carried."""
        last, account, chain = deal.replay.statement(deal.replay.periods), deal.replay.account, deal.chain
        carried = (account.generation_wh, account.exported_wh)
        billed = (last.generation_wh, last.exported_wh)
        assert chain.origin is not None
        for side in (0, 1):
            made = chain.origin[side] + chain.counted[side] + chain.corrected[side]
            assert billed[side] == made - carried[side]

    def recorded(self, meter: str, record: DailyRecord) -> None:
        """A record that the ledger took."""
        self.records[meter].append(record)
        self.words[meter] = next_word(self.words.get(meter, EMPTY), record)
