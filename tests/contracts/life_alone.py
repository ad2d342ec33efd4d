"""Rights of one: used by a transaction, or signed and brought by a stranger; and what strangers try."""

from typing import Any

from tests.contracts.life_founding import KEYS, OUTSIDER
from tests.contracts.life_meters import Meters
from tests.contracts.life_model import EXIT, Deal
from tests.contracts.signing import BANK, compact, domain, request, request_digest
from tests.contracts.world import ENDED, NOTICE_LASTS, RUNNING, SIGNED
from tests.evm import NOBODY, Receipt

ALARM_DAYS = 7
IN_CALL = {"withdraw": (), "reject": (), "cancel": (), "object": (), "cure": (), "endInSilence": ()} | {
    "voidAct": ("number",),
    "notifyLender": ("number",),
    "exit": ("number",),
    "dispute": ("number", "cents", "reference_"),
    "resolve": ("number", "cents", "reference_"),
    **dict.fromkeys(("declare", "confirm", "deny", "accept", "refuse"), ("cents", "day", "reference_")),
}


class Alone(Meters):
    """What one may do."""

    last_request: tuple[Any, ...] | None = None

    def use(self, deal: Deal, right: str, actor: str, error: str | None, **fields: Any) -> Receipt | None:
        """Somebody uses a right, or signs a request for it, that a stranger brings: once, in time, as it was signed."""
        rng, name = self.rng, right
        if rng.random() < 0.6 or actor not in KEYS:
            args = [fields.get(field, bytes(32) if field == "reference_" else 0) for field in IN_CALL[right]]
            function = getattr(self.registry, right)
            return self.used_by(name, error, lambda: function(deal.terms, *args, sender=actor))
        asked = request(right, **fields, until=self.chain.time + rng.randrange(10**6))
        signer, wrong = actor, rng.random()
        if wrong < 0.03:
            asked, error = asked._replace(until=self.chain.time - 1), "RequestExpired"
        message = request_digest(deal.id, asked, domain(self.registry.address))
        if wrong >= 0.03 and message in self.used:
            error = "AlreadyBrought"
        elif 0.03 <= wrong < 0.06:
            signer, error = OUTSIDER if actor != OUTSIDER else BANK, "NotSignedBy"
        call = (deal.terms, asked, actor, compact(KEYS[signer], message))
        receipt = self.used_by(name, error, lambda: self.registry.bring(*call, sender=OUTSIDER))
        if receipt and rng.random() < 0.2:
            self.attempt("bring", "AlreadyBrought", lambda: self.registry.bring(*call, sender=BANK))
        return receipt

    def used_by(self, name: str, error: str | None, call: Any) -> Receipt | None:
        """The transaction, and the request's digest that it used."""
        receipt: Receipt | None = self.attempt(name, error, call)
        if receipt:
            self.used |= {event.args["digest"] for event in receipt.events if event.name == "Brought"}
        return receipt

    def actor(self, deal: Deal, *likely: str) -> str:
        """Most often one of these, if it has not lost its key; now and then a stranger."""
        able = [one for one in likely if one not in deal.lost and one != NOBODY]
        return self.rng.choice(able) if able and self.rng.random() < 0.93 else OUTSIDER

    # ------------------------------------------------------------------------------------------------ before it runs

    def cancel(self, deal: Deal) -> None:
        """A party cancels what no meter served in time."""
        waiting = [one for one in self.deals if one.status == SIGNED]
        deal = self.rng.choice(waiting) if waiting and self.rng.random() < 0.9 else deal
        actor = self.actor(deal, *deal.parties)
        error: str | None = "NotAParty"
        if actor in deal.parties:
            error = None
            if deal.status != SIGNED:
                error = "WrongStatus"
            elif deal.replay.closed_through:
                error = "WasHandedOver"
            elif self.today <= deal.terms.longStopDay:
                error = "LongStopNotPassed"
        if self.use(deal, "cancel", actor, error):
            deal.status = ENDED
            deal.replay.end_unserved()
            self.check(deal)

    def void(self, deal: Deal) -> None:
        """A party voids what it signed under the next number, or tries another."""
        actor, number = self.actor(deal, *deal.parties), deal.replay.account.acts + self.rng.choice((1, 1, 1, 2))
        error: str | None = "NotAParty"
        if actor in deal.parties:
            error = None if number == deal.replay.account.acts + 1 else "WrongActNumber"
            error = error if deal.status in (SIGNED, RUNNING, ENDED) else "WrongStatus"
        if self.use(deal, "voidAct", actor, error, number=number):
            deal.replay.void_act(number)
            self.check(deal)

    def object(self, deal: Deal) -> None:
        """A party objects to an announced handover."""
        waiting = [one for one in self.deals if one.replay.announcement.day]
        deal = self.rng.choice(waiting) if waiting and self.rng.random() < 0.7 else deal
        actor, announced = self.actor(deal, *deal.parties), deal.replay.announcement
        error: str | None = "NotAParty"
        if actor in deal.parties:
            error = None if announced.day and not announced.ends else "NothingToObjectTo"
        if self.use(deal, "object", actor, error):
            deal.replay.forget_announced()
            self.check(deal)

    def refuse_offer(self, deal: Deal) -> None:
        """An offer is withdrawn or declined, also one that nobody made yet; nobody signs it any more."""
        rng, terms = self.rng, self.new_terms(meter=self.free_meter())
        offer = self.deal_of(terms)
        if rng.random() < 0.5:
            assert self.attempt("propose", None, lambda: self.registry.propose(terms, sender=terms.producer))
            offer.blocks[0], offer.status = self.chain.block, 1
        right, owner = rng.choice((("withdraw", terms.producer), ("reject", terms.consumer)))
        actor = self.actor(offer, owner)
        refused = "NotTheProducer" if right == "withdraw" else "NotTheConsumer"
        if self.use(offer, right, actor, None if actor == owner else refused):
            offer.status = 2 if right == "withdraw" else 3
            self.attempt("sign", "WrongStatus", lambda: self.registry.sign(terms, sender=terms.consumer))
        self.check(offer)

    # ------------------------------------------------------------------------------------------------ lender, silence

    def alarm(self, deal: Deal) -> None:
        """Anyone records a silence."""
        error = None
        if not deal.goes_on:
            error = "WrongStatus"
        elif self.today <= deal.heard + ALARM_DAYS:
            error = "NotSilent"
        elif deal.replay.account.alarm_day == deal.heard + 1:
            error = "AlreadyAlarmed"
        if self.attempt("alarm", error, lambda: self.registry.alarm(deal.terms, sender=OUTSIDER)):
            deal.replay.alarm(deal.heard)
            self.check(deal)

    def notify(self, deal: Deal) -> None:
        """The consumer notifies the lender."""
        actor, clause = self.actor(deal, deal.terms.consumer), self.rng.choice((EXIT, EXIT, EXIT, 0))
        error: str | None = "NotTheConsumer"
        if actor == deal.terms.consumer:
            error = None if deal.goes_on else "WrongStatus"
            error = error or (None if clause == EXIT else "NoExit")
            error = error or (None if deal.exit.cure_days else "NoLender")
        if self.use(deal, "notifyLender", actor, error, number=clause):
            is_final = deal.replay.would_be_final(self.today, clause, deal.exit.cure_days)
            deal.replay.notify(self.today, clause, is_final=is_final)
            self.check(deal)

    def cure(self, deal: Deal) -> None:
        """The lender says that it cured, in its time, once."""
        noticed = [one for one in self.deals if one.goes_on and one.replay.notice.day]
        deal = self.rng.choice(noticed) if noticed and self.rng.random() < 0.8 else deal
        actor, notice = self.actor(deal, BANK), deal.replay.notice
        error = None
        if not deal.goes_on:
            error = "WrongStatus"
        elif not notice.day or notice.cured or notice.is_final:
            error = "NothingToCure"
        elif actor != BANK:
            error = "NotTheLender"
        elif self.today > notice.day + deal.exit.cure_days:
            error = "NothingToCure"
        if self.use(deal, "cure", actor, error):
            deal.replay.cure()
            self.check(deal)

    def leave(self, deal: Deal) -> None:
        """The consumer leaves by the exit: at the price of the month after all that could be closed."""
        actor, clause = self.actor(deal, deal.terms.consumer), self.rng.choice((EXIT, EXIT, EXIT, 0))
        trial = deal.copy()
        error: str | None = "NotTheConsumer"
        if actor == deal.terms.consumer:
            error = trial.try_alone(self.today) or (None if clause == EXIT else "NoExit")
            error = error or (self._refuses_notice(deal) if deal.exit.cure_days else None)
        price = 0
        if error is None:
            price = deal.exit.exit_price(trial.replay.periods + 1, self.today, None)
            trial.replay.credit(price)
            error = trial.end(self.today, deal.terms.disputeDays, excuses=True) or trial.stored()
        receipt = self.use(deal, "exit", actor, error, number=clause)
        if receipt:
            assert next(event.args["price"] for event in receipt.events if event.name == "Exited") == price
            self.follow(deal, trial)

    def _refuses_notice(self, deal: Deal) -> str | None:
        notice, cure_days = deal.replay.notice, deal.exit.cure_days
        if not notice.day or notice.cured:
            return "LenderNotNotified"
        if self.today < notice.day + cure_days:
            return "CureNotOver"
        return "NoticeLapsed" if self.today > notice.day + cure_days + NOTICE_LASTS else None

    def leave_in_silence(self, deal: Deal) -> None:
        """A party ends it alone after the meter's silence."""
        silent = [one for one in self.deals if one.goes_on and self.today > one.heard + 90]
        deal = self.rng.choice(silent) if silent and self.rng.random() < 0.8 else deal
        actor, days = self.actor(deal, *deal.parties), deal.terms.silenceDays
        trial, error = deal.copy(), None
        if actor not in deal.parties:
            error = "NotAParty"
        elif not days:
            error = "NoSilenceDays"
        elif not deal.goes_on:
            error = "WrongStatus"
        elif self.today <= deal.heard + days:
            error = "NotSilent"
        error = error or trial.try_alone(self.today) or trial.end(self.today, deal.terms.disputeDays, excuses=True)
        if self.use(deal, "endInSilence", actor, error):
            self.follow(deal, trial)

    def intrude(self, deal: Deal) -> None:
        """Somebody tries what is another's, or what was done."""
        registry, terms = self.registry, deal.terms
        tries = (
            ("NotTheProducer", lambda: registry.propose(terms, sender=OUTSIDER)),
            ("NotTheConsumer", lambda: registry.sign(terms, sender=terms.producer)),
            ("AlreadyProposed", lambda: registry.propose(terms, sender=terms.producer)),
            ("WrongStatus", lambda: registry.sign(terms, sender=terms.consumer)),
            ("NotTheProducer", lambda: registry.withdraw(terms, sender=terms.consumer)),
            ("NotTheConsumer", lambda: registry.reject(terms, sender=terms.producer)),
            ("WrongStatus", lambda: registry.withdraw(terms, sender=terms.producer)),
            ("NotTheArbiter", lambda: registry.resolve(terms, 0, 0, bytes(32), sender=terms.consumer)),
        )
        error, call = self.rng.choice(tries)
        if error == "AlreadyProposed" and terms.meter in deal.parties:
            return
        self.attempt("intrude", error, call)
