"""Agreements through everything that may happen to them, by chance, beside a model (tests/contracts/life_model.py).

A `Lives` is a chain on which several agreements live at once. Each `step` lets somebody try something: the model says
before whether it is refused, and with which error; after it every word of storage is what the model makes of it. A
meter's records, a party's acts, payments, disputes and ends all come in any order; time jumps; strangers and liars try
what is not theirs; relays bring what meters signed, and change it or bring it twice; some clauses always fail.
"""

import random
from collections import Counter
from dataclasses import replace
from typing import Any

from eth_keys.datatypes import PrivateKey
from eth_utils import keccak

from ppa import calendar, clauses
from ppa.acts import Act as PpaAct
from ppa.clauses import EnergyCharge, ExitTable, FixedFee, GuaranteedGeneration, LateInterest, Told
from ppa.records import DailyRecord, compact_signature, signed_digest
from ppa.terms import Clause as PpaClause
from ppa.terms import Terms as PpaTerms
from ppa.verify.recompute import Replay
from ppa.words import MeterWord
from tests.contracts.life_model import CONSUMER_CLAIMS, PRODUCER_CLAIMS, RESOLVED, Deal, copy_of
from tests.contracts.signing import ARBITER, CONSUMER, FOREVER, HEIR, PRODUCER, Act, signed
from tests.contracts.world import (
    ENDED,
    HANDED_OVER,
    ROOT_OF_DAY,
    RUNNING,
    SIGNED,
    STRANGER,
    Clause,
    Terms,
    World,
    role,
    three,
)
from tests.evm import CHAIN_ID, NOBODY, Refused

BANK = role(0xBB)
DAY = 86_400
FAILURES = (1, 2, 4, 5)  # of an OddClause: refuses with and without a reason, burns its gas, meets an invalid opcode


class Lives:
    """Some agreements on one chain, and whoever acts on them."""

    def __init__(self, seed: int, agreements: int = 2) -> None:
        self.rng = random.Random(seed)
        self.world = World()
        self.chain, self.registry, self.ledger = self.world.chain, self.world.registry, self.world.ledger
        names = ("EnergyCharge", "FixedFee", "GuaranteedGeneration", "LateInterest", "ExitTable", "OddClause")
        self.rules = {name: self.chain.deploy(name).address for name in names}
        self.records: dict[str, list[DailyRecord]] = {}
        self.keys: dict[str, PrivateKey] = {}
        self.brought: dict[str, tuple[Any, ...]] = {}
        self.deals: list[Deal] = []
        self.meters = 0
        self.tried: Counter[str] = Counter()
        self.done: Counter[str] = Counter()
        for _ in range(agreements):
            self.found(self.new_terms(), None)

    # ------------------------------------------------------------------------------------------------------- founding

    def new_meter(self) -> str:
        self.meters += 1
        key = PrivateKey(keccak(self.meters.to_bytes(32)))
        meter: str = key.public_key.to_address()
        self.records[meter], self.keys[meter] = [], key
        return meter

    def new_terms(self, **changes: Any) -> tuple[Terms, ExitTable]:
        """Good terms by chance, and their exit."""
        rng = self.rng
        months = changes.pop("months", rng.choice((3, 7, 14, 30)))
        lender = rng.random() < 0.5
        years = (months - 1) // 12 + 1
        exit_ = ExitTable(BANK if lender else NOBODY, 40 * lender, NOBODY, 1_000, (*[rng.randrange(10**6)] * years,))
        kinds = [
            EnergyCharge(rng.randrange(1, 200_000), rng.choice((0, 20_000)), rng.randrange(2)),
            LateInterest(rng.choice((80_000, 10**6)), rng.choice((365, 360))),
            exit_,
            FixedFee(rng.choice((-5_000, 31_000))),
            GuaranteedGeneration(rng.randrange(1, 10**7), rng.randrange(1, months + 1), 5_000, 60_000),
        ]
        named = tuple(Clause(self.rules[type(kind).__name__], kind.params()) for kind in kinds)
        if rng.random() < 0.25:
            named = (*named, Clause(self.rules["OddClause"], three(0, rng.choice(FAILURES), 0)))
        usual = {"producer": PRODUCER, "consumer": CONSUMER, "arbiter": ARBITER, "meter": None, "months": months}
        usual |= {"clauses": named, "disputeDays": rng.choice((0, 15, 40)), "salt": rng.randrange(2**64)} | changes
        usual["meter"] = usual["meter"] or self.new_meter()
        return self.world.terms(**usual), exit_

    def found(self, told: tuple[Terms, ExitTable], heir_of: Deal | None) -> Deal:
        """Proposed and signed, and served if nothing is to be handed over."""
        terms, exit_ = told
        id_ = self.registry.propose(terms, sender=terms.producer).value
        proposed = self.chain.block
        self.registry.sign(terms, sender=terms.consumer)
        replay, failing = Replay(*self.model_of(terms, id_)), self.failing(terms)
        history, blocks = self.records[terms.meter], (proposed, self.chain.block)
        deal = Deal(terms, id_, replay, history, exit_, failing, blocks, heir_of)
        if heir_of is None:
            self.registry.serve(terms, sender=terms.meter)
            deal.status = RUNNING
            self.deals.append(deal)
        return deal

    def model_of(self, terms: Terms, id_: bytes) -> tuple[Any, ...]:
        """What a replay is made of."""
        rules = tuple(PpaClause(clause.rule, clause.params) for clause in terms.clauses)
        parties = (terms.producer, terms.consumer, terms.meter)
        told = PpaTerms(*parties, terms.firstDay, terms.months, terms.maxPower, rules)
        names = {address: name for name, address in self.rules.items()}
        good = [clause for clause in terms.clauses if names[clause.rule] != "OddClause"]
        known = [clauses.read(names[clause.rule], clause.params) for clause in good]
        return told, id_, self.records[terms.meter], lambda i, period, before: known[i].line(period, Told(before))

    def failing(self, terms: Terms) -> int:
        """A bit for each clause that always fails."""
        odd = [clause.rule == self.rules["OddClause"] for clause in terms.clauses]
        return sum(fails << index for index, fails in enumerate(odd))

    # --------------------------------------------------------------------------------------------------------- trying

    @property
    def today(self) -> int:
        return int(self.chain.time // DAY)

    def attempt(self, name: str, error: str | None, act: Any) -> Any:
        """Somebody tries: refused with the error that the model names, or not at all."""
        self.tried[name] += 1
        try:
            receipt = act()
        except Refused as refused:
            assert refused.name == error, f"{name}: {refused} where {error} was expected"
            return None
        assert error is None, f"{name}: {error} was expected, and nothing was refused"
        self.done[name] += 1
        return receipt

    def step(self) -> None:
        """Somebody does something."""
        running = [deal for deal in self.deals if deal.status in (RUNNING, SIGNED)]
        deal = self.rng.choice(running if self.rng.random() < 0.9 else self.deals)
        luck = self.rng.random()
        acts = (
            (0.44, self.record),
            (0.58, self.close),
            (0.66, self.adjust),
            (0.72, self.dispute),
            (0.79, self.resolve),
            (0.85, self.declare),
            (0.91, self.confirm),
            (0.93, self.alarm),
            (0.95, self.notify),
            (0.955, self.leave),
            (0.96, self.end),
            (0.975, self.hand_over),
            (0.98, self.answer),
            (0.985, self.wait),
            (1.0, self.intrude),
        )
        next(act for most, act in acts if luck <= most)(deal)
        if not any(one.status in (RUNNING, SIGNED) for one in self.deals):
            self.found(self.new_terms(firstDay=self.next_month()), None)

    def next_month(self) -> int:
        return calendar.month_end(self.today + 1) + 1

    # ------------------------------------------------------------------------------------------------- meters and time

    def wait(self, deal: Deal) -> None:
        """Nobody does anything for a while."""
        self.chain.time += self.rng.choice((DAY, 9 * DAY, 33 * DAY))

    def record(self, deal: Deal) -> None:
        """The meter records a day, most often a month's end, now and then one that it may not."""
        rng, meter, history = self.rng, deal.terms.meter, deal.history
        if history:
            last = history[-1]
            ahead = max(last.day + 1, min(last.day + rng.choice((1, 3, 10, 40)), self.today + 40))
            day = rng.choice((ahead, calendar.month_end(last.day + 1), last.day + 1))
        else:
            last = DailyRecord(deal.terms.firstDay - 31, 0, 0, ROOT_OF_DAY)
            day = rng.choice((deal.terms.firstDay - 1, deal.terms.firstDay - 20))
        made = rng.choice((0, rng.randrange(100_000), 1_500_000))
        record = DailyRecord(day, last.generation_wh + made, last.exported_wh + rng.randrange(made + 1), ROOT_OF_DAY)
        error, luck = None, rng.random()
        if luck < 0.02 and history:
            record, error = replace(record, day=last.day), "DayNotAfterLast"
        elif luck < 0.04 and last.generation_wh:
            record, error = replace(record, generation_wh=last.generation_wh - 1), "GenerationWentBack"
        elif luck < 0.06:
            record, error = replace(record, generation_wh=2**40), "RegisterTooLarge"
        earliest = calendar.earliest_record_time(record.day)
        if self.chain.time < earliest:
            if rng.random() < 0.03:
                error = "DayNotEnded"
            else:
                self.chain.time = earliest
        if rng.random() < 0.25:
            self.relay(meter, record, error)
        elif self.attempt("record", error, lambda: self.ledger.record(*record.as_tuple(), sender=meter)):
            history.append(record)

    def relay(self, meter: str, record: DailyRecord, error: str | None) -> None:
        """Somebody brings what the meter signed; or something else under its signature, or the same again."""
        word = MeterWord.unpack(self.ledger.wordOf(meter))
        digest = signed_digest(CHAIN_ID, self.ledger.address, word, record)
        signature = self.keys[meter].sign_msg_hash(digest)
        brought = (meter, *record.as_tuple(), *compact_signature(signature.r, signature.s, signature.v))
        lie = self.rng.random()
        if lie < 0.1:
            brought, error = (meter, brought[1] + 1, *brought[2:]), "NotSignedByMeter"
        elif lie < 0.2 and meter in self.brought:
            brought, error = self.brought[meter], "NotSignedByMeter"
        if self.attempt("relay", error, lambda: self.ledger.recordSigned([brought], sender=STRANGER)):
            self.records[meter].append(record)
            self.brought[meter] = brought

    # --------------------------------------------------------------------------------------------------------- closing

    def close(self, deal: Deal) -> None:
        """Anyone closes what can be closed, and one that cannot."""
        for _ in range(self.rng.randrange(1, 4)):
            error = deal.refuses_close(self.today)
            receipt = self.attempt("close", error, lambda: self.registry.close(deal.terms, sender=STRANGER))
            if receipt is None:
                return
            deal.close()
            deal.kept(self.today, self.chain.block)
            told, done = receipt.events[0].args, deal.replay.done[deal.replay.periods]
            assert (told["lines"], told["balance"]) == (done.lines, done.balance_cents)
            self.check(deal)

    # ------------------------------------------------------------------------------------------------- both together

    def act(self, deal: Deal, name: str, error: str | None, *successor: Terms, **changes: Any) -> Any:
        """Both sign; now and then with a number, a second or a key that does not hold."""
        wrong = self.rng.random()
        deed = Act(number=deal.replay.next_act, until=FOREVER, **changes)
        keys: dict[str, Any] = {}
        if not deal.billed:
            error = "WrongStatus"
        elif wrong < 0.05:
            deed, error = deed._replace(number=(deed.number + 1) % 2**16), "WrongActNumber"
        elif wrong < 0.1:
            deed, error = deed._replace(until=self.chain.time - 1), "ActExpired"
        elif wrong < 0.15:
            keys, error = {"agreement": b"\1" * 32}, "NotSignedBy"
        call = signed(self.world, deal.terms, deed, **keys)
        receipt = self.attempt(name, error, lambda: self.registry.act(*call, successor, sender=STRANGER))
        if receipt:
            if deed.successor != bytes(32):
                until = deal.last_record + (deed.successor != deal.id)
                assert deal.catch_up(deal.replay, until, self.today, 0) is None
            deal.replay.act(PpaAct(*deed), deal.status == ENDED)
        return receipt

    def adjust(self, deal: Deal) -> None:
        """A correction, and a settlement if something is disputed."""
        rng = self.rng
        wh = (rng.choice((0, 0, 50_000, -70_000, -3_000_000)), rng.choice((0, 0, 4_000, -9_000)))
        cents = rng.choice((0, 777, -1_234))
        settles = rng.choice((0, 0, *list(deal.replay.done)))
        error = None
        if settles and not deal.is_open(settles):
            error = "NoOpenDispute"
        elif deal.status == ENDED and any(wh):
            error = "OnlyCentsLeft"
        elif any(wh) and not deal.replay.closed_day:
            error = "NothingClosed"
        given = {"generation": wh[0], "exported": wh[1], "cents": cents, "settles": settles}
        self.act(deal, "adjust", error, **given)
        self.check(deal)

    def end(self, deal: Deal) -> None:
        """Both end it."""
        error = "OnlyCentsLeft" if deal.status == ENDED else deal.refuses_end(self.today, 0)
        price = self.rng.choice((0, 12_345))
        if self.act(deal, "end", error, cents=price, successor=deal.id):
            deal.finish(self.today, self.chain.block)
            self.check(deal)

    def hand_over(self, deal: Deal) -> None:
        """To a new owner, a longer term, other prices, another meter."""
        rng = self.rng
        if deal.status != RUNNING or len(self.deals) > 12:
            return
        meter, shift = deal.terms.meter, {}
        if rng.random() < 0.3:
            meter, shift = self.swapped(deal)
        until = deal.last_record + 1
        trial = copy_of(deal.replay)
        error = deal.catch_up(trial, until, self.today, 0)
        if error is None and not trial.closed_day:
            error = "NothingClosed"
        parties = {"producer": rng.choice((PRODUCER, HEIR))} if deal.terms.consumer != HEIR else {}
        goes_on = not trial.closed_day or rng.random() < 0.7
        first = deal.terms.firstDay if goes_on else trial.closed_day + 1
        months = min(60, max(rng.choice((deal.terms.months, deal.terms.months + 12)), trial.periods + 1))
        if months <= trial.periods:
            return
        changes = {"meter": meter, "firstDay": first, "months": months, "supersedes": deal.id} | parties
        heir = self.found(self.new_terms(**changes), deal)
        if not self.act(deal, "hand over", error, heir.terms, successor=heir.id, **shift):
            return
        deal.kept(self.today, self.chain.block)
        heir.replay = deal.replay.heir(*self.model_of(heir.terms, heir.id))
        kept = deal.closed_on[deal.replay.periods]
        heir.closed_on = dict(deal.closed_on) if heir.replay.periods else {}
        heir.closed_on[heir.replay.periods] = kept
        heir.carried = True
        deal.status = HANDED_OVER
        deal.replay.balance_cents = deal.replay.cents = deal.replay.late = 0
        self.deals.append(heir)
        if heir.terms.meter == deal.terms.meter:
            heir.status = RUNNING
        elif rng.random() < 0.6:
            self.answer(heir)
        self.check(deal)
        self.check(heir)

    def swapped(self, deal: Deal) -> tuple[str, dict[str, int]]:
        """A new meter with its first record, and what the registers have to be moved by."""
        meter, history = self.new_meter(), deal.history
        old = history[-1] if history else DailyRecord(deal.terms.firstDay, 0, 0, ROOT_OF_DAY)
        opening, day = self.rng.randrange(10**6), max(old.day, deal.replay.boundary_day) + 1
        self.chain.time = max(self.chain.time, (day + 1) * DAY)
        self.ledger.record(opening, 0, day, ROOT_OF_DAY, sender=meter)
        self.records[meter].append(DailyRecord(day, opening, 0, ROOT_OF_DAY))
        moved = {"generation": old.generation_wh - opening, "exported": old.exported_wh}
        return meter, moved if deal.replay.closed_day else {}

    def answer(self, deal: Deal) -> None:
        """A new meter serves what was handed over to it; one that serves already is refused."""
        error = None if deal.status == SIGNED else "WrongStatus"
        if self.attempt("serve", error, lambda: self.registry.serve(deal.terms, sender=deal.terms.meter)):
            deal.status = RUNNING
            self.check(deal)

    # ----------------------------------------------------------------------------------------------- disputes, payments

    def dispute(self, deal: Deal) -> None:
        """A party disputes the last statement, or an older one."""
        rng, done = self.rng, deal.replay.done
        number = rng.choice((deal.replay.periods, rng.randrange(deal.replay.periods + 1)))
        party = rng.choice((deal.terms.producer, deal.terms.consumer, STRANGER))
        claim = rng.choice((0, 500, -700, -(2**47)))
        if party == STRANGER:
            error: str | None = "NotAParty"
        elif claim == 0 or (claim < 0) != (party == deal.terms.consumer):
            error = "CentsOutside"
        elif not deal.billed:
            error = "WrongStatus"
        elif number not in done:
            error = "NoSuchStatement"
        elif self.today > deal.closed_on[number][0] + deal.terms.disputeDays:
            error = "NotDisputable"
        else:
            side = CONSUMER_CLAIMS if claim < 0 else PRODUCER_CLAIMS
            error = "AlreadyDisputed" if done[number].statement.flags & (side | RESOLVED) else None
        call = (deal.terms, number, claim, ROOT_OF_DAY)
        if self.attempt("dispute", error, lambda: self.registry.dispute(*call, sender=party)):
            deal.replay.dispute(number, claim)
            deal.flagged_before(number)
            self.check(deal)

    def resolve(self, deal: Deal) -> None:
        """The arbiter decides what is open, within the claim and its time."""
        rng, done = self.rng, deal.replay.done
        still_open = [number for number in done if deal.is_open(number)]
        number = rng.choice(still_open) if still_open else rng.randrange(deal.replay.periods + 1)
        award = rng.choice((0, 400, -600, -1))
        arbiter = rng.choice((ARBITER, ARBITER, ARBITER, deal.terms.consumer))
        if arbiter != ARBITER:
            error: str | None = "NotTheArbiter"
        elif not deal.billed:
            error = "WrongStatus"
        elif number not in done:
            error = "NoSuchStatement"
        elif not deal.is_open(number):
            error = "NoOpenDispute"
        elif self.today > deal.closed_on[number][0] + 2 * deal.terms.disputeDays:
            error = "NotDisputable"
        else:
            flags = int(done[number].statement.flags)
            side = CONSUMER_CLAIMS if award < 0 else PRODUCER_CLAIMS
            within = award == 0 or (flags & side and award.bit_length() <= flags >> 8 & 63)
            error = None if within else "AwardBeyondClaim"
        call = (deal.terms, number, award, ROOT_OF_DAY)
        if self.attempt("resolve", error, lambda: self.registry.resolve(*call, sender=arbiter)):
            deal.replay.resolve(number, award, deal.status == ENDED)
            deal.flagged_before(number)
            self.check(deal)

    def declare(self, deal: Deal) -> None:
        """A payer declares a payment."""
        rng = self.rng
        cents = rng.choice((5_000, 40_000, -800))
        payer = deal.terms.consumer if cents > 0 else deal.terms.producer
        day = self.today + rng.choice((0, -3, -40, 2))
        reference = rng.randbytes(32)
        error = None
        if rng.random() < 0.1:
            payer = deal.terms.meter
            error = "NotTheConsumer" if cents > 0 else "NotTheProducer"
        elif day > (self.chain.time + 14 * 3_600) // DAY:
            error = "DayInFuture"
        elif not deal.billed:
            error = "WrongStatus"
        call = (deal.terms, cents, day, reference)
        if self.attempt("declare", error, lambda: self.registry.declare(*call, sender=payer)):
            deal.payments[(cents, day, reference)] = 1

    def confirm(self, deal: Deal) -> None:
        """A payee confirms one of them, once."""
        rng = self.rng
        waiting = [payment for payment, state in deal.payments.items() if state == 1]
        payment = rng.choice(waiting or [*deal.payments, (5, self.today, bytes(32))])
        cents, day, _ = payment
        payee = deal.terms.producer if cents > 0 else deal.terms.consumer
        error = None
        if not deal.billed:
            error = "WrongStatus"
        elif deal.payments.get(payment) != 1:
            error = "PaymentUnknown"
        receipt = self.attempt("confirm", error, lambda: self.registry.confirm(deal.terms, *payment, sender=payee))
        if receipt:
            deal.payments[payment] = 2
            late = deal.replay.pay(cents, day, deal.status == ENDED)
            told = receipt.events[0].args
            assert (told["late"], told["balance"]) == (late, deal.replay.balance_cents)
            self.check(deal)

    # ------------------------------------------------------------------------------------------------- rights of one

    def alarm(self, deal: Deal) -> None:
        """Anyone records a silence."""
        recorded = max(deal.last_record, deal.terms.firstDay - 1, deal.replay.closed_day)
        error = None
        if deal.status != RUNNING:
            error = "WrongStatus"
        elif self.today <= recorded + 7:
            error = "NotSilent"
        elif deal.replay.alarm_day == recorded + 1:
            error = "AlreadyAlarmed"
        if self.attempt("alarm", error, lambda: self.registry.alarm(deal.terms, sender=STRANGER)):
            deal.replay.alarm_day = recorded + 1
            self.check(deal)

    def notify(self, deal: Deal) -> None:
        """The consumer notifies the lender."""
        error = "WrongStatus" if deal.status != RUNNING else None if deal.exit.cure_days else "NoLender"
        call = (deal.terms, 2)
        if self.attempt("notify", error, lambda: self.registry.notifyLender(*call, sender=deal.terms.consumer)):
            deal.replay.notice_day, deal.replay.notice_clause = self.today, 2
            self.check(deal)

    def leave(self, deal: Deal) -> None:
        """The consumer leaves by the exit: at the price of the month after all that could be closed."""
        error: str | None = None
        trial = copy_of(deal.replay)
        days = deal.terms.disputeDays
        if deal.status != RUNNING:
            error = "WrongStatus"
        elif error := deal.catch_up(trial, deal.last_record + 1, self.today, days):
            pass
        elif trial.periods == deal.terms.months:
            error = "TermOver"
        elif deal.exit.cure_days and not deal.replay.notice_day:
            error = "LenderNotNotified"
        elif deal.exit.cure_days and self.today < deal.replay.notice_day + deal.exit.cure_days:
            error = "CureNotOver"
        else:
            error = deal.last_part(trial, self.today, days)
        receipt = self.attempt("exit", error, lambda: self.registry.exit(deal.terms, 2, sender=deal.terms.consumer))
        if receipt:
            assert deal.catch_up(deal.replay, deal.last_record + 1, self.today, days) is None
            price = deal.exit.exit_price(deal.replay.periods + 1, self.today, Told(deal.replay.statement))
            told = next(event.args for event in receipt.events if event.name == "Exited")
            assert told["price"] == price
            deal.replay.credit(price)
            deal.finish(self.today, self.chain.block)
            self.check(deal)

    def intrude(self, deal: Deal) -> None:
        """Somebody tries what is another's."""
        registry, terms = self.registry, deal.terms
        tries = (
            ("NotTheProducer", lambda: registry.propose(terms, sender=STRANGER)),
            ("NotTheConsumer", lambda: registry.sign(terms, sender=terms.producer)),
            ("NotTheMeter", lambda: registry.serve(terms, sender=terms.producer)),
            ("AlreadyProposed", lambda: registry.propose(terms, sender=terms.producer)),
            ("WrongStatus", lambda: registry.sign(terms, sender=terms.consumer)),
            ("NotTheConsumer", lambda: registry.exit(terms, 2, sender=terms.producer)),
            ("NotTheConsumer", lambda: registry.notifyLender(terms, 2, sender=BANK)),
            ("NotAParty", lambda: registry.agree(terms, bytes(64), sender=STRANGER)),
        )
        error, call = self.rng.choice(tries)
        self.attempt("intrude", error, call)

    # --------------------------------------------------------------------------------------------------------- equality

    def check(self, deal: Deal) -> None:
        """Every word of the agreement is what the model makes of it."""
        replay = deal.replay
        days = (replay.boundary_day, replay.closed_day)
        pending = replay.pending
        registers = (replay.exported_wh, replay.generation_wh)
        expected = (deal.status, replay.periods, *deal.blocks, *days, pending, *registers, replay.balance_cents)
        assert self.registry.agreementOf(deal.id) == expected
        notice = (replay.notice_day, replay.notice_clause)
        account = (replay.next_act, replay.alarm_day, *notice, replay.cents, replay.late)
        assert self.registry.accountOf(deal.id) == account
        serves = self.registry.servedBy(deal.terms.meter)
        assert (serves == deal.id) == (deal.status == RUNNING)
        for number in {0, replay.periods} & set(replay.done):
            self.check_statement(deal, number)

    def check_statement(self, deal: Deal, number: int) -> None:
        """One statement as the registry answers it."""
        ours, (on, at) = deal.replay.done[number].statement, deal.closed_on[number]
        told = (ours.amount_cents, ours.generation_wh, ours.exported_wh, ours.last_day, ours.boundary_day)
        assert self.registry.statementOf(deal.id, number) == (*told, on, at, int(ours.flags))

    def check_all(self) -> None:
        """Every statement of every agreement; no cent comes from nowhere."""
        for deal in self.deals:
            self.check(deal)
            if deal.status != HANDED_OVER:
                for number in deal.replay.done:
                    self.check_statement(deal, number)
