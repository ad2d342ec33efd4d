"""A world with some agreements and meters, and how its people use their rights."""

from random import Random
from typing import Any

from .days import first_of, is_over, month_of
from .offers import ZERO, Offers
from .signing import RIGHTS, Act, Request, Terms, address_of, sign
from .state import SIGNED
from .world import KEYS, NAMES, World


class Life(Offers):
    """A world with some agreements and meters, and a walk through it."""

    def __init__(self, seed: int) -> None:
        self.r = Random(seed)
        start = first_of(month_of(self.r.randrange(14_000, 22_000)))
        self.w = World((start + self.r.randrange(28)) * 86_400 + self.r.randrange(86_400))
        self.terms: list[Terms] = []
        self.meters: dict[str, list[int]] = {}  # generation, exported
        self.payments: list[tuple[Terms, int, int, bytes]] = []
        self.acts: list[tuple[Terms, Act, list[Terms]]] = []
        self.late = self.r.random() < 0.5  # meters are cut off: days reach the ledger after months were closed dark
        self.diligent = self.r.random() < 0.6
        for back in range(40 if self.diligent else 3):
            self.w.publish(first_of(month_of(self.w.today) - back), self.r.randrange(80, 130))
        for _ in range(self.r.randrange(1, 4)):
            self.offer(self.make_terms())

    @property
    def registry(self) -> Any:
        """The model's registry."""
        return self.w.model.registry

    def offer(self, t: Terms) -> None:
        """Brings terms from nothing to their signatures, mostly."""
        r, way = self.r, self.r.randrange(8)
        if way == 0:
            self.call("propose", t.producer, self.spoil(t))
        if way < 4:
            self.call("propose", self.other(t.producer), t)
            if r.random() < 0.3:
                self.call("agree", self.other(t.consumer), t, b"", self.terms_signature(t, t.consumer))
            else:
                self.call("sign", self.other(t.consumer), t)
        else:
            signatures = [self.terms_signature(t, party) for party in (t.producer, t.consumer)]
            self.call("agree", self.other(address_of(r.choice(KEYS))), t, *signatures)
        self.terms.append(t)
        if r.random() < 0.05:
            self.right(r.choice(["withdraw", "reject"]), r.choice([t.producer, t.consumer]), t)
        if self.status(t) == SIGNED and t.supersedes == ZERO and r.random() < 0.9:
            self.right("serve", t.meter, t)

    def terms_signature(self, t: Terms, party: str) -> bytes:
        """A party's signature of the terms, or another's."""
        return sign(NAMES[self.other(party)], self.registry.id_of(t))

    # -------------------------------------------------------------------------------------------------- sending

    def other(self, address: str, chance: float = 0.03) -> str:
        """The address, seldom another."""
        return address_of(self.r.choice(KEYS)) if self.r.random() < chance or address not in NAMES else address

    def status(self, t: Terms) -> int:
        """The agreement's status."""
        return self.registry.agreement(self.registry.id_of(t)).status

    def call(self, function: str, actor: str, *args: Any) -> str:
        """A transaction to the registry."""
        return self.w.send("registry", function, actor, *args)

    def right(self, name: str, actor: str, t: Terms, **fields: Any) -> str:
        """A right, used by a transaction or brought by somebody."""
        actor, r = self.other(actor), self.r
        if r.random() < 0.6:
            order = {
                "number": ("voidAct", "dispute", "resolve", "notifyLender", "exit"),
                "cents": ("dispute", "resolve", "declare", "confirm", "deny", "accept", "refuse"),
                "day": ("declare", "confirm", "deny", "accept", "refuse"),
                "reference": ("dispute", "resolve", "declare", "confirm", "deny", "accept", "refuse"),
            }
            empty = {"reference": ZERO}
            return self.call(name, actor, t, *(fields.get(k, empty.get(k, 0)) for k, v in order.items() if name in v))
        until = self.w.time + r.choice([0, 10_000, 10_000, -1 if r.random() < 0.1 else 5])
        request = Request(right=RIGHTS.index(name), until=until, **fields)
        outcome = self.w.bring(address_of(r.choice(KEYS)), t, request, actor, NAMES[self.other(actor)])
        if r.random() < 0.1:
            self.w.bring(address_of("x0"), t, request, actor, NAMES[actor])
        return outcome

    # -------------------------------------------------------------------------------------------------- meters

    def meter_step(self, name: str) -> None:
        """A meter records up to the last day that is over or, cut off, up to an older one: one record or several."""
        r, meter = self.r, address_of(name)
        registers = self.meters.setdefault(meter, [r.randrange(10**9), r.randrange(10**8)])
        last, now = self.w.model.ledger.word_of(meter).day, self.w.time
        newest = self.w.today + 1
        while not is_over(newest, now):
            newest -= 1
        if r.random() < 0.03:
            newest += 1
        elif self.late and newest > last and r.random() < 0.5:
            newest = r.randrange(max(last + 1, newest - 150), newest + 1)
            ended = first_of(month_of(newest)) - 1
            newest = ended if ended > last and r.random() < 0.6 else newest
        if newest <= last and r.random() < 0.9:
            return
        days = [newest]
        if last and newest > last + 1 and r.random() < 0.7:
            ends = [d for d in range(last + 1, newest) if r.random() < 0.05 or d + 1 == first_of(month_of(d + 1))]
            days = [*ends[-6:], newest]
        records, before = [], last or newest - 1
        for day in days:
            most = 24 * 5_000 * max(1, day - before)
            grown = r.randrange(most + 1) if r.random() < 0.97 else r.randrange(3 * most)
            registers[0] += grown // r.choice([1, 2, 3])
            registers[1] += r.randrange(grown + 1) // r.choice([1, 2, 8])
            if r.random() < 0.01:
                registers[r.randrange(2)] -= 1000
            records.append((registers[0], registers[1], day, r.randbytes(32)))
            before = day
        way, old = r.random(), [*registers]
        if way < 0.4 and len(records) == 1:
            outcome = self.w.send("ledger", "record", meter, *records[0])
        elif way < 0.7 or len(records) > 1:
            outcome = self.w.send("ledger", "recordMany", meter, records)
        else:
            signed = [self.w.signed_record(NAMES[self.other(meter)], meter, *records[0])]
            outcome = self.w.send("ledger", "recordSigned", address_of("x0"), signed)
        if outcome:
            word = self.w.model.ledger.word_of(meter)
            self.meters[meter] = [max(old[0], word.generation), max(old[1], word.exported)]
