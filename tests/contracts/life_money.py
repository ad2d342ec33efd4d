"""Claims, awards and payments, of whom they are and of others."""

from typing import Any

from ppa.storage_words import PaymentStatus
from ppa.verify.recompute import NO_PAYMENT
from tests.contracts.life_alone import Alone
from tests.contracts.life_model import MOST_CENTS, Deal
from tests.contracts.world import ROOT_OF_DAY
from tests.evm import NOBODY

EARLIEST_ZONE = 14 * 3_600
STEPS = ("declare", "declare", "confirm", "confirm", "deny", "accept", "refuse")


class Money(Alone):
    """Who owes what, says who."""

    def dispute(self, deal: Deal) -> None:
        """A party disputes the last statement, or an older one."""
        rng, done, replay = self.rng, deal.replay.done, deal.replay
        number = rng.choice((replay.periods, replay.periods, rng.randrange(replay.periods + 2)))
        actor = self.actor(deal, *deal.parties)
        side = 1 if actor == deal.terms.producer else -1
        claim = side * rng.choice((500, 500, 599, deal.terms.maxClaim + 1, 0, -20))
        error: str | None = None
        if actor not in deal.parties:
            error = "NotAParty"
        elif claim * side <= 0 or abs(claim) > deal.terms.maxClaim:
            error = "ClaimOutside"
        elif not deal.served:
            error = "WrongStatus"
        elif number not in done:
            error = "NoSuchStatement"
        elif self.today > deal.stamps[number][0] + deal.terms.disputeDays:
            error = "NotDisputable"
        else:
            claims = deal.claims(number)
            mine = claims.consumer_cents if side < 0 else claims.producer_cents
            error = "AlreadyDisputed" if claims.decided or mine else None
        if self.use(deal, "dispute", actor, error, number=number, cents=claim, reference_=ROOT_OF_DAY):
            replay.dispute(number, claim)
            self.check(deal)
            self.check_statement(deal, number)
            if rng.random() < 0.4:
                self.resolve(deal)

    def resolve(self, deal: Deal) -> None:
        """The arbiter decides what is open, within the claim and its time."""
        rng = self.rng
        disputed = [
            one for one in self.deals if one.served and any(one.is_open(number) for number in one.replay.claims)
        ]
        deal = rng.choice(disputed) if disputed and rng.random() < 0.8 else deal
        done = deal.replay.done
        still_open = [number for number in done if deal.is_open(number)]
        number = rng.choice(still_open) if still_open else rng.randrange(deal.replay.periods + 2)
        claims = deal.claims(number)
        sides = (claims.producer_cents, -claims.consumer_cents, claims.producer_cents + 1, -claims.consumer_cents - 1)
        award = rng.choice((0, 400, -600, *sides))
        actor = self.actor(deal, deal.terms.arbiter)
        error: str | None = None
        if actor != deal.terms.arbiter:
            error = "NotTheArbiter"
        elif not deal.served:
            error = "WrongStatus"
        elif number not in done:
            error = "NoSuchStatement"
        elif not deal.is_open(number):
            error = "NoOpenDispute"
        elif self.today > deal.stamps[number][0] + 2 * deal.terms.disputeDays:
            error = "NotDisputable"
        elif not -claims.consumer_cents <= award <= claims.producer_cents:
            error = "AwardBeyondClaim"
        receipt = self.use(deal, "resolve", actor, error, number=number, cents=award, reference_=ROOT_OF_DAY)
        if receipt:
            late = deal.replay.resolve(number, award)
            given = receipt.events[-1].args
            assert (given["lateCentDays"], given["balance"]) == (late, deal.replay.balance_cents)
            self.check(deal)
            self.check_statement(deal, number)

    def pay(self, deal: Deal) -> None:
        """A payment is declared, confirmed, denied, decided: by whom it may be, in its order and in others."""
        rng, replay = self.rng, deal.replay
        right = rng.choice(STEPS)
        known = list(replay.payments)
        if right == "declare" or not known or rng.random() < 0.2:
            owed = replay.balance_cents
            near = owed if 0 < abs(owed) < MOST_CENTS else 77
            cents = rng.choice((5_000, 40_000, -800, near, near // 2 or 9, 0, MOST_CENTS if rng.random() < 0.1 else 3))
            day = self.today + rng.choice((0, 0, -3, -40, -40, -200, 2))
            payment = (cents, max(day, 0), rng.randbytes(32))
        else:
            payment = rng.choice(known[-6:])
        cents, day, reference = payment
        by_consumer = (cents > 0) if right == "declare" else (cents < 0)
        owner = deal.terms.consumer if by_consumer else deal.terms.producer
        if right in ("accept", "refuse"):
            owner = deal.terms.arbiter
        actor = self.actor(deal, owner)
        error = self.refuses_pay(deal, right, payment, actor == owner and owner != NOBODY)
        call = {"cents": cents, "day": day, "reference_": reference}
        if error == "not its own":
            consumer = "NotTheConsumer" if by_consumer else "NotTheProducer"
            error = "NotTheArbiter" if right in ("accept", "refuse") else consumer
        receipt = self.use(deal, right, actor, error, **call)
        if receipt is None:
            return
        if right == "declare":
            replay.declare(*payment, self.today)
        elif right in ("confirm", "accept"):
            late = replay.confirm(*payment)
            given = receipt.events[-1].args
            assert (given["lateCentDays"], given["balance"]) == (late, replay.balance_cents)
            assert given["byArbiter"] == (right == "accept")
        else:
            replay.decline(*payment, PaymentStatus.DENIED if right == "deny" else PaymentStatus.REFUSED)
        self.check(deal)

    def refuses_pay(self, deal: Deal, right: str, payment: tuple[int, int, bytes], own: bool) -> str | None:
        """The error that a step of a payment meets."""
        cents, day, _ = payment
        word = deal.replay.payments.get(payment, NO_PAYMENT)
        decides = right in ("accept", "refuse")
        if not own:
            return "not its own"
        if decides and not deal.terms.noticeDays:
            return "NoNoticeDays"
        if cents == 0 or not -MOST_CENTS <= cents < MOST_CENTS:
            return "CentsOutside"
        if day > (self.chain.time + EARLIEST_ZONE) // 86_400:
            return "DayInFuture"
        if not deal.served:
            return "WrongStatus"
        good = {
            "declare": (PaymentStatus.UNKNOWN,),
            "confirm": (PaymentStatus.UNKNOWN, PaymentStatus.DECLARED, PaymentStatus.DENIED),
            "deny": (PaymentStatus.DECLARED,),
        }.get(right, (PaymentStatus.DECLARED, PaymentStatus.DENIED))
        if word.status not in good:
            return "WrongPaymentStatus"
        if decides and self.today < word.declared_on + deal.terms.noticeDays:
            return "PayeeHasTime"
        balance = deal.replay.balance_cents
        if right == "accept" and not (cents <= balance if cents > 0 else cents >= balance):
            return "MoreThanIsOwed"
        return None

    check_statement: Any
