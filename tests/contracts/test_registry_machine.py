"""A walk of producers, consumers, meters and a stranger through several agreements, against deal.py's model.

Each rule picks, most often, an act that the model says is due, and else any act of anyone; the model says which error
it must meet. After every rule every agreement is what the model says: what nobody was entitled to change stands.
"""

from typing import ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from tests.contracts.deal import Deal, Rule
from tests.contracts.machine import Machine, walk
from tests.contracts.world import (
    DARK,
    ENDED,
    IMPOSSIBLE,
    LAST,
    NONE,
    PROPOSED,
    REJECTED,
    ROOT_OF_DAY,
    RUNNING,
    SIGNED,
    SILENT,
    STRANGER,
    WITHDRAWN,
    World,
    month_end,
    month_ends,
    role,
)

PRODUCERS, CONSUMERS = [role(0xA1), role(0xA2)], [role(0xC1), role(0xC2)]
METERS = [role(0x31), role(0x32), role(0x33)]
EVERYONE = [*PRODUCERS, *CONSUMERS, *METERS, STRANGER]
NUMBER = st.integers(0, 2**32 - 1)
CENT_A_WH = Rule("energy", (10_000_000, 0, 1))  # its lines are the energy billed
POWER = 5_000  # W


def some_rules(rng, months):
    """The gauge first, then up to three clauses; one in fifteen agreements has one that always fails at closing."""
    rules = [CENT_A_WH]
    for _ in range(rng.randint(0, 3)):
        kind = rng.choice(("energy", "energy", "guarantee", "odd"))
        price, window = rng.choice((1, 99_999, 120_000, 333_333)), rng.randint(1, months)
        line = rng.randint(-(2**47), 2**47 - 1) // rng.choice((1, 10**9))
        rules.append(
            {
                "energy": Rule("energy", (price, rng.choice((0, 20_000, 123_457)), rng.randint(0, 1))),
                "guarantee": Rule("guarantee", (rng.randint(1, 1_000_000), window, rng.choice((0, 7_500)), price)),
                "odd": Rule("odd", (0, rng.choice((0, 0, 0, 1)), line)),
            }[kind]
        )
    return tuple(rules)


class RegistryMachine(Machine):
    """All agreements ever proposed, and each meter's plain list of records."""

    seen: ClassVar[set[object]] = set()  # of statements, over the whole walk

    @initialize(luck=NUMBER)
    def start(self, luck):
        self.world = World()
        self.chain, self.registry, self.ledger = self.world.chain, self.world.registry, self.world.ledger
        self.rules_at = {
            "energy": self.world.energy.address,
            "guarantee": self.world.guarantee.address,
            "odd": self.chain.deploy("OddClause").address,
        }
        self.records = {meter: [] for meter in METERS}
        self.silent = {}  # until which day
        self.deals, self.first = [], World.JULY  # the first day of the month that comes next
        self.months_pass(luck, 3)
        for turn in range(4):
            self.agree(luck + turn)

    def due(self, rng, *statuses, meter_free=False):
        """Most often a deal in one of these statuses, now and then any, else none."""
        fit = [d for d in self.deals if d.status in statuses and not (meter_free and self.serving(d.terms.meter))]
        if fit and rng.random() < 0.85:
            return rng.choice(fit)
        return rng.choice(self.deals) if self.deals and rng.random() < 0.3 else None

    def serving(self, meter):
        return next((d for d in self.deals if d.terms.meter == meter and d.status == RUNNING), None)

    def billed(self, meter):
        """The last day that an agreement which has ended billed of its meter, by all that was taken of it."""
        ended = [d for d in self.deals if d.terms.meter == meter and d.status == ENDED and d.closed[-1].opening]
        heard = [(d.boundary(len(d.closed))[0], d.terms.firstDay) for d in ended]
        return max((day for day, first in heard if day >= first), default=0)

    @property
    def today(self):
        return self.chain.time // 86_400

    def cannot_serve(self, deal):
        """The error that the meter of a signed deal meets, or none."""
        if self.today > deal.terms.longStopDay:
            return "LongStopPassed"
        if self.serving(deal.terms.meter):
            return "MeterServesAnother"
        return "DaysAlreadyBilled" if self.billed(deal.terms.meter) >= deal.terms.firstDay else None

    @staticmethod
    def actor(rng, entitled):
        return entitled if rng.random() < 0.85 else rng.choice(EVERYONE)

    # ------------------------------------------------------------------------------------------------------ measuring

    @rule(luck=NUMBER, months=st.integers(1, 9))
    def months_pass(self, luck, months):
        rng = self.luck(luck)
        for _ in range(months):
            end = month_end(self.first)
            self.chain.time, self.chain.block = (end + 1) * 86_400, self.chain.block + 30
            for meter in METERS:
                self.record_month(rng, meter, end)
            self.first = end + 1
        if rng.random() < 0.6:
            self.close_all(rng, months)

    def record_month(self, rng, meter, end):
        """A record of the last day, or of a few days before it, or none; now and then a meter is silent for months."""
        if self.silent.get(meter, 0) >= self.first or not (self.records[meter] or rng.random() < 0.5):
            return
        if rng.random() < 0.05:
            self.silent[meter] = self.first + rng.randint(30, 300)
        days = {end} if rng.random() < 0.6 else set(rng.sample(range(self.first, end), rng.randint(0, 2)))
        for day in sorted(days):
            _, generation, exported = self.records[meter][-1] if self.records[meter] else (0, 0, 0)
            much = POWER * 24 * 400 if rng.random() < 0.01 else 450_000
            new = (day, generation + rng.randrange(much), exported + rng.choice((0, rng.randrange(500_000))))
            with self.act("record", None):
                self.ledger.record(new[1], new[2], day, ROOT_OF_DAY, sender=meter)
            self.records[meter].append(new)

    @rule(luck=NUMBER)
    def odd_record(self, luck):
        rng = self.luck(luck)
        meter = rng.choice(METERS)
        day, generation, exported = self.records[meter][-1] if self.records[meter] else (0, 0, 0)
        if rng.random() < 0.5:
            day, error = rng.randint(0, day), "DayNotAfterLast"
        else:
            day, error = self.first + rng.randint(31, 60), "DayNotEnded"
        with self.act("record", error):
            self.ledger.record(generation, exported, day, ROOT_OF_DAY, sender=meter)

    # ------------------------------------------------------------------------------------------------------- agreeing

    @rule(luck=NUMBER)
    def agree(self, luck):
        """The good road of a new agreement, all at once."""
        known = len(self.deals)
        self.offer(luck, [m for m in METERS if not self.serving(m)])
        if len(self.deals) == known:
            return
        deal, registry = self.deals[-1], self.registry
        with self.act("sign", None):
            registry.sign(deal.terms, sender=deal.terms.consumer)
        deal.status, deal.signed_block = SIGNED, self.chain.block
        with self.act("serve", self.cannot_serve(deal)):
            registry.serve(deal.terms, sender=deal.terms.meter)
            deal.status = RUNNING

    @rule(luck=NUMBER)
    def propose(self, luck):
        self.offer(luck)

    def offer(self, luck, free=None):
        """A proposal of good terms, perhaps known ones; where a meter is free, most often of days that it may serve."""
        rng = self.luck(luck)
        length, before = rng.choice((1, 2, 3, 5, 14, 26)), rng.choice((0, 0, 0, 1, 2, 11, 50))
        meter = rng.choice(free or METERS)
        firsts = [end + 1 for end in month_ends(self.first - 110, 6)]
        again = [day for day in firsts if day <= self.billed(meter) and month_ends(day, length)[-1] >= self.today]
        if again and rng.random() < 0.3:
            firsts = again
        elif free and rng.random() < 0.9:
            unbilled = [day for day in firsts if day > self.billed(meter)] or [month_end(self.billed(meter)) + 1]
            firsts = [day for day in unbilled if month_ends(day, length)[-1] >= self.today] or unbilled[-1:]
        first, months = rng.choice(firsts), before + length
        rules = some_rules(rng, months)
        terms = self.world.terms(
            producer=rng.choice(PRODUCERS),
            consumer=rng.choice(CONSUMERS),
            meter=meter,
            firstDay=first,
            firstMonth=before + 1,
            months=months,
            maxPower=POWER,
            salt=rng.randint(0, 2),
            clauses=tuple(r.clause(self.rules_at) for r in rules),
        )
        error = None
        if any(deal.terms == terms for deal in self.deals):
            error = "AlreadyProposed"
        with self.act("propose", error):
            id_ = self.registry.propose(terms, sender=terms.producer).value
        if error is None:
            assert id_ not in [deal.id for deal in self.deals]  # i9
            self.deals.append(Deal(terms, id_, rules, self.records[terms.meter], self.chain.block))

    @rule(luck=NUMBER)
    def odd_propose(self, luck):
        rng = self.luck(luck)
        deal = rng.choice(self.deals) if self.deals else None
        terms = deal.terms if deal else self.world.terms()
        changes, error = rng.choice(
            [
                ({"producer": STRANGER}, "NotTheProducer"),
                ({"consumer": terms.producer}, "ProducerIsConsumer"),
                ({"meter": terms.consumer}, "PartyAsMeter"),
                ({"firstDay": terms.firstDay + 1}, "NotFirstOfMonth"),
                ({"months": 0}, "NoSuchMonth"),
                ({"firstMonth": 0}, "NoSuchMonth"),
                ({"longStopDay": terms.firstDay - 1}, "LongStopOutsideTerm"),
                ({"wordsHash": bytes(32)}, "NoWords"),
                ({"clauses": ()}, "NoClauses"),
                ({"maxPower": 0}, "NoMaxPower"),
                ({"clauses": (Rule("odd", (1, 0, 0)).clause(self.rules_at),)}, "ClauseRefused"),
                *([({}, "AlreadyProposed")] if deal else []),
            ]
        )
        with self.act("propose", error):
            self.registry.propose(terms._replace(**changes), sender=terms.producer)

    def decide(self, rng, name, entitled, wrong_actor, status):
        """One of the three answers to a proposal."""
        deal = self.due(rng, PROPOSED)
        if deal is None:
            return
        who = self.actor(rng, getattr(deal.terms, entitled))
        error = None if deal.status == PROPOSED else "WrongStatus"
        if who != getattr(deal.terms, entitled):
            error = wrong_actor
        with self.act(name, error):
            getattr(self.registry, name)(deal.terms, sender=who)
        if error is None:
            deal.status = status
            deal.signed_block = self.chain.block if status == SIGNED else 0

    @rule(luck=NUMBER)
    def withdraw(self, luck):
        rng = self.luck(luck)
        if len(self.deals) > 2:
            self.decide(rng, "withdraw", "producer", "NotTheProducer", WITHDRAWN)

    @rule(luck=NUMBER)
    def reject(self, luck):
        rng = self.luck(luck)
        if len(self.deals) > 2:
            self.decide(rng, "reject", "consumer", "NotTheConsumer", REJECTED)

    @rule(luck=NUMBER, times=st.integers(1, 3))
    def sign(self, luck, times):
        rng = self.luck(luck)
        for _ in range(times):
            self.decide(rng, "sign", "consumer", "NotTheConsumer", SIGNED)

    @rule(luck=NUMBER)
    def serve(self, luck):
        rng = self.luck(luck)
        deal = self.due(rng, SIGNED, meter_free=True)
        if deal is None:
            return
        who = self.actor(rng, deal.terms.meter)
        if who != deal.terms.meter:
            error = "NotTheMeter"
        elif deal.status != SIGNED:
            error = "WrongStatus"
        else:
            error = self.cannot_serve(deal)
        with self.act("serve", error):
            self.registry.serve(deal.terms, sender=who)
        if error is None:
            deal.status = RUNNING

    @rule(luck=NUMBER)
    def nobody_changes_the_terms_afterwards(self, luck):
        """i6: other terms are another agreement, which was never proposed."""
        rng = self.luck(luck)
        deal = rng.choice(self.deals) if self.deals else None
        if deal is None:
            return
        acts = [("sign", "consumer"), ("serve", "meter"), ("close", "arbiter")]
        act, who = rng.choice(acts)
        other = deal.terms._replace(disputeDays=deal.terms.disputeDays + rng.randint(1, 9))
        assert self.registry.agreementOf(self.registry.idOf(other)).status == NONE
        with self.act(act, "WrongStatus"):
            getattr(self.registry, act)(other, sender=getattr(other, who))

    # -------------------------------------------------------------------------------------------------------- closing

    @rule(luck=NUMBER, times=st.integers(1, 12))
    def close(self, luck, times):
        self.close_all(self.luck(luck), times)

    def close_all(self, rng, times):
        """Closes all that runs, and now and then what does not."""
        running = [deal for deal in self.deals if deal.status == RUNNING]
        for deal in [*running, self.due(rng, RUNNING)]:
            self.close_periods(rng, deal, times if deal else 0)

    def close_periods(self, rng, deal, times):
        """As many periods as are due, and one that is not."""
        for _ in range(times):
            error, month = deal.next_close(self.chain.block, self.today)
            with self.act("close", error):
                receipt = self.registry.close(deal.terms, sender=rng.choice(EVERYONE))
            if error:
                return
            deal.close(month)
            self.check_statement(deal, receipt)

    def check_statement(self, deal, receipt):
        """i4, i5: the lines as recomputed, their sum, the statement, the balance, each once."""
        count, number = len(deal.closed), deal.number(len(deal.closed))
        logged = next(e for e in receipt.events if e.name == "Closed").args
        assert tuple(logged.values()) == (deal.id, number, deal.statement(count), deal.balance, deal.closed[-1].lines)
        names = ["Opened"] * (count == 1) + ["Closed"] + ["Ended"] * (deal.status != RUNNING)
        assert [e.name for e in receipt.events] == names
        first = deal.terms.firstMonth - 1
        statements = [self.registry.statementOf(deal.id, first + n) for n in range(count + 1)]
        assert statements == [deal.statement(n) for n in range(count + 1)]
        assert self.registry.agreementOf(deal.id).balance == sum(s.amount for s in statements)
        self.check_energy(deal, statements)

    def check_energy(self, deal, statements):
        """i3: what is billed is what the meter counted from its opening on, but for what is impossible."""
        billed = sum(month.lines[0] for month in deal.closed)
        assert billed == statements[-1].generation - statements[0].generation
        energies, opening = deal.energies(deal.closed), deal.closed[-1].opening
        if opening and not any(impossible for _, _, impossible in energies):
            assert billed == deal.boundary(len(deal.closed))[1] - opening[1]
        flags = [statement.flags for statement in statements]
        self.seen |= {flag for flag in (DARK, SILENT, IMPOSSIBLE, LAST) if any(f & flag for f in flags)}
        self.seen |= {"late"} if opening and opening[0] >= deal.terms.firstDay else set()

    # ----------------------------------------------------------------------------------------------------- invariants

    @invariant()
    def i6_every_agreement_is_what_its_own_parties_made_it(self):
        for deal in self.deals:
            assert self.registry.agreementOf(deal.id) == deal.agreement()

    @invariant()
    def i8_a_meter_serves_one_agreement(self):
        for meter in METERS:
            serving = [d.id for d in self.deals if d.terms.meter == meter and d.status == RUNNING]
            assert len(serving) <= 1
            assert self.registry.servedBy(meter) == (serving[0] if serving else bytes(32))
            assert self.registry.billedThrough(meter) == self.billed(meter)

    def teardown(self):
        if getattr(self, "deals", None):
            assert len({deal.id for deal in self.deals}) == len({deal.terms for deal in self.deals}) == len(self.deals)


ACTS = {"record", "propose", "withdraw", "reject", "sign", "serve", "close"}


@pytest.mark.walk
def test_i3_i4_i5_i6_i7_i8_i9_agreements_are_what_their_parties_and_meters_made_them():
    tally = walk(RegistryMachine, examples=250, steps=40, rules=ACTS)
    due = {"AlreadyProposed", "NotTheProducer", "NotTheConsumer", "WrongStatus", "MeterServesAnother", "MonthNotEnded"}
    assert due <= set(tally.errors), tally.errors
    assert {"LongStopPassed", "DaysAlreadyBilled", "ClauseFailed"} & set(tally.errors), "each is rare"
    assert RegistryMachine.seen == {DARK, SILENT, IMPOSSIBLE, LAST, "late"}
