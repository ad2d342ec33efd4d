"""Meters that record, in good and in wrong hands; time that passes; anybody who closes."""

from dataclasses import replace
from typing import Any

from ppa import calendar
from ppa.records import EMPTY, DailyRecord, compact_signature, signed_digest
from tests.contracts.life_founding import FRESH, KEYS, OUTSIDER, Founding
from tests.contracts.life_model import Deal
from tests.contracts.signing import compact, domain, request, request_digest
from tests.contracts.world import ROOT_OF_DAY, RUNNING, SIGNED, STRANGER
from tests.evm import CHAIN_ID

DAY = 86_400
FAR = 60_000  # a day near the end of the calendar: then nobody waits
MOST_DEALS = 24
IMPOSSIBLE_WH = 3 * 10**9


class Meters(Founding):
    """Meters, time, and who closes."""

    ledger: Any
    follow: Any
    recorded: Any
    billed: dict[str, int]
    words: dict[str, Any]
    dead: set[str]

    def wait(self, deal: Deal) -> None:
        """Nobody does anything for a while, now and then for long."""
        days = self.rng.choice((1, 1, 9, 33, 33, 70, 100))
        if self.today < FAR:
            self.chain.time += days * DAY + self.rng.randrange(DAY)

    def record(self, deal: Deal) -> None:
        """The meter records a day, most often a month's end, now and then one that it may not, or that cannot be."""
        rng, meter, history = self.rng, deal.terms.meter, deal.history
        if meter in self.dead and rng.random() < 0.97:
            self.wait(deal)
            return
        if history:
            last = history[-1]
            ahead = max(last.day + 1, min(last.day + rng.choice((1, 3, 10, 40)), self.today + 40))
            day = rng.choice((ahead, calendar.month_end(last.day + 1), calendar.month_end(last.day + 1), last.day + 1))
            if last.day + 200 < self.today:
                day = self.today - rng.randrange(1, 60)
        else:
            last = DailyRecord(deal.terms.firstDay - 31, 0, 0, ROOT_OF_DAY)
            start = max(deal.terms.firstDay, self.today)
            day = rng.choice((deal.terms.firstDay - 1, deal.terms.firstDay - 20, start + 10, start + 45))
        made = rng.choice((0, rng.randrange(100_000), 1_500_000))
        if rng.random() < 0.02:
            made = IMPOSSIBLE_WH
        record = DailyRecord(day, last.generation_wh + made, last.exported_wh + rng.randrange(made + 1), ROOT_OF_DAY)
        error, luck = None, rng.random()
        if luck < 0.02 and history:
            record, error = replace(record, day=last.day), "DayNotAfterLast"
        elif luck < 0.04 and last.generation_wh:
            record, error = replace(record, generation_wh=last.generation_wh - 1), "GenerationWentBack"
        elif luck < 0.06:
            record, error = replace(record, generation_wh=2**40), "RegisterTooLarge"
        elif record.generation_wh >= 2**40:
            error = "RegisterTooLarge"
        earliest = calendar.earliest_record_time(record.day)
        if self.chain.time < earliest:
            if rng.random() < 0.03:
                error = "DayNotEnded"
            else:
                self.chain.time = earliest
        if rng.random() < 0.25:
            self.relay(meter, record, error)
        elif self.attempt("record", error, lambda: self.ledger.record(*record.as_tuple(), sender=meter)):
            self.recorded(meter, record)

    def relay(self, meter: str, record: DailyRecord, error: str | None) -> None:
        """Somebody brings what the meter signed; or something else under its signature."""
        digest = signed_digest(CHAIN_ID, self.ledger.address, self.words.get(meter, EMPTY), record)
        signature = self.keys[meter].sign_msg_hash(digest)
        given = (meter, *record.as_tuple(), *compact_signature(signature.r, signature.s, signature.v))
        if self.rng.random() < 0.1:
            given, error = (meter, given[1] + 1, *given[2:]), "NotSignedByMeter"
        if self.attempt("relay", error, lambda: self.ledger.recordSigned([given], sender=STRANGER)):
            self.recorded(meter, record)
            if self.rng.random() < 0.2:
                twice = lambda: self.ledger.recordSigned([given], sender=OUTSIDER)  # noqa: E731
                self.attempt("relay", "NotSignedByMeter", twice)

    def close(self, deal: Deal) -> None:
        """Anyone closes what can be closed, and one that cannot."""
        for _ in range(self.rng.randrange(1, 4)):
            trial = deal.copy()
            error = trial.try_close(self.today)
            receipt = self.attempt("close", error, lambda: self.registry.close(deal.terms, sender=STRANGER))
            if receipt is None:
                return
            self.follow(deal, trial)
            given, done = receipt.events, deal.replay.done[deal.replay.periods]
            closed = next(event.args for event in given if event.name == "Closed")
            assert (closed["lines"], closed["balance"]) == (done.lines, done.balance_cents)
            if self.rng.random() < 0.15:
                self.dispute(deal)

    dispute: Any

    def serve(self, deal: Deal) -> None:
        """The meter answers that it serves: at once, late, or what was handed over to it; others may not."""
        terms, meter = deal.terms, deal.terms.meter
        actor = meter if self.rng.random() < 0.9 else OUTSIDER
        start = deal.replay.last_lit if deal.replay.closed_through else terms.firstDay - 1
        if actor != meter:
            error: str | None = "NotTheMeter"
        elif deal.status != SIGNED:
            error = "WrongStatus"
        elif not deal.replay.closed_through and terms.supersedes != bytes(32):
            error = "NotHandedOver"
        elif not deal.replay.closed_through and self.today > terms.longStopDay:
            error = "LongStopPassed"
        elif meter in self.serving:
            error = "MeterServesAnother"
        else:
            error = None if self.billed.get(meter, 0) <= start else "DaysAlreadyBilled"
        if self.rng.random() < 0.5:
            use = lambda: self.registry.serve(terms, sender=actor)  # noqa: E731
        else:
            asked = request("serve")
            key = self.keys[meter] if actor == meter else KEYS[actor]
            message = request_digest(deal.id, asked, domain(self.registry.address))
            if message in self.used:
                error = "AlreadyBrought"
            use = lambda: self.registry.bring(terms, asked, actor, compact(key, message), sender=OUTSIDER)  # noqa: E731
        receipt = self.attempt("serve", error, use)
        if receipt:
            self.used |= {event.args["digest"] for event in receipt.events if event.name == "Brought"}
            deal.replay.serve()
            deal.status = RUNNING
            self.serving[meter] = deal.id
            self.check(deal)

    used: set[bytes]

    def sham(self, deal: Deal) -> None:
        """Whoever has a meter's key lets it serve terms that two fresh accounts signed."""
        if len(self.deals) > MOST_DEALS or self.today > FAR:
            return
        first = calendar.month_end(self.today + self.rng.choice((-200, 1))) + 1
        terms = self.new_terms(meter=deal.terms.meter, firstDay=first, producer=FRESH[0], consumer=FRESH[1], months=16)
        late = self.today > terms.longStopDay
        sham = self.deal_of(terms)
        both = [compact(KEYS[party], sham.id) for party in sham.parties]
        error = "LongStopPassed" if late else None
        if self.attempt("sham", error, lambda: self.registry.agree(terms, *both, sender=STRANGER)):
            sham.blocks, sham.status = [self.chain.block] * 2, SIGNED
            self.deals.append(sham)
            self.check(sham)
            self.serve(sham)
