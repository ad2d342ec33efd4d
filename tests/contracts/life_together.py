"""What both parties do together, and what one of them and the arbiter announce: the arbiter also where it colludes."""

from typing import Any

from ppa import calendar
from ppa.acts import Act as PpaAct
from tests.contracts.life_founding import KEYS, OUTSIDER
from tests.contracts.life_meters import FAR, MOST_DEALS, Meters
from tests.contracts.life_model import Deal, succeed
from tests.contracts.signing import ARBITER, CONSUMER, FOREVER, NEW_OWNER, PRODUCER, Act, compact, digest, domain
from tests.contracts.world import HANDED_OVER, RUNNING, SIGNED, STRANGER, Terms
from tests.evm import NOBODY

HUGE_WH = 2**39 - 1
NO_ONE = bytes(32)


class Together(Meters):
    """Acts of both, and announcements."""

    def sign_act(self, deal: Deal, act: Act, *signers: str) -> list[bytes]:
        """What each of them signs."""
        message = digest(deal.id, act, domain(self.registry.address))
        return [compact(KEYS[signer], message) for signer in signers]

    def act(self, deal: Deal, name: str, after: Deal | None = None, **changes: Any) -> bool:
        """Both sign; now and then with a number, a second or a key that does not hold. Whether it was done."""
        rng, wrong = self.rng, self.rng.random()
        if deal.lost & set(deal.parties) and wrong > 0.1:
            return False
        act = Act(number=deal.replay.account.acts + 1, until=FOREVER, **changes)
        signers, sender, error = list(deal.parties), STRANGER, None
        if wrong < 0.04:
            act, error = act._replace(number=act.number + rng.choice((-1, 1))), "WrongActNumber"
        elif wrong < 0.08:
            act, error = act._replace(until=self.chain.time - 1), "ActExpired"
        elif wrong < 0.12 or deal.lost & set(deal.parties):
            signers[rng.randrange(2)], error = OUTSIDER, "NotSignedBy"
        elif wrong < 0.3:
            sender = rng.choice(deal.parties)
            signers[deal.parties.index(sender)] = OUTSIDER  # of who brings it, the signature is not looked at
        trial = deal.copy()
        if deal.status not in (SIGNED, RUNNING, 6):
            error = "WrongStatus"
        error = error or trial.try_act(PpaAct(*act), after, self.today)
        call = (deal.terms, act, *self.sign_act(deal, act, *signers), [after.terms] if after else [])
        receipt = self.attempt(name, error, lambda: self.registry.act(*call, sender=sender))
        if receipt is None:
            return False
        chain = deal.chain
        chain.corrected = (chain.corrected[0] + act.generation, chain.corrected[1] + act.exported)
        given = [event.args["balance"] for event in receipt.events if event.name in ("Acted", "Ended")]
        assert given[-1] == trial.replay.balance_cents
        self.done_with(deal, trial, after)
        return True

    def done_with(self, deal: Deal, trial: Deal, after: Deal | None) -> None:
        """It was done, and handed over if somebody comes after."""
        if after is not None:
            trial.status = HANDED_OVER
            self.adopt(deal, trial)
            succeed(deal, after)
            if after.status == RUNNING:
                self.serving[after.terms.meter] = after.id
            self.check(deal)
            self.check(after)
            self.note_handover(deal, after)
        else:
            self.follow(deal, trial)

    adopt: Any

    def note_handover(self, deal: Deal, after: Deal) -> None:
        """A new meter often serves soon; keys that were lost are replaced."""
        after.lost = {party for party in deal.lost if party in after.parties}
        if after.status == SIGNED and self.rng.random() < 0.6:
            self.serve(after)

    def adjust(self, deal: Deal) -> None:
        """A correction, and a settlement if something is disputed."""
        rng = self.rng
        wh = (rng.choice((0, 0, 50_000, -70_000, -3_000_000)), rng.choice((0, 0, 4_000, -9_000)))
        if rng.random() < 0.02:
            wh = (HUGE_WH, 0)
        settles = rng.choice((0, 0, *list(deal.replay.done)))
        cents = rng.choice((0, 777, -1_234, -1_234, 2**47 if rng.random() < 0.1 else 0))
        self.act(deal, "adjust", generation=wh[0], exported=wh[1], cents=cents, settles=settles)

    def end(self, deal: Deal) -> None:
        """Both end it; now and then they correct and settle with the same act."""
        wh = self.rng.choice((0, 0, 60_000, -2_000_000))
        self.act(deal, "end", cents=self.rng.choice((0, 12_345)), generation=wh, successor=deal.id)

    # ----------------------------------------------------------------------------------------------------- successors

    def next_terms(self, deal: Deal) -> Terms:
        """A new owner, a longer term, other prices, another meter, another month of the life."""
        rng, trial = self.rng, deal.copy()
        trial.catch_up(self.today, 0, excuses=False, hands_over=True)
        periods, closed = trial.replay.periods, trial.replay.closed_through
        old = deal.terms
        changes: dict[str, Any] = {"supersedes": deal.id, "meter": self.next_meter(deal)}
        changes["producer"] = rng.choice((old.producer, PRODUCER, NEW_OWNER))
        changes["consumer"] = rng.choice((old.consumer, CONSUMER))
        if changes["producer"] == changes["consumer"]:
            changes |= {"producer": PRODUCER, "consumer": CONSUMER}
        if rng.random() < 0.7 or not closed:
            changes |= {"firstDay": old.firstDay, "firstMonth": old.firstMonth}
            changes["months"] = min(80, max(rng.choice((old.months, old.months + 12)), periods + 1, old.firstMonth))
        else:
            changes["firstDay"] = closed + 1 if rng.random() < 0.95 else calendar.month_end(closed + 1) + 1
            changes["firstMonth"] = rng.choice((1, periods + 1))
            changes["months"] = changes["firstMonth"] + rng.choice((2, 11, 23))
        if rng.random() < 0.03:
            changes["currency"] = b"USD"
        return self.new_terms(**changes)

    def next_meter(self, deal: Deal) -> str:
        """The same meter, most often; else a new one, or one that was free."""
        if self.rng.random() < (0.2 if deal.terms.meter in self.dead else 0.7):
            return deal.terms.meter
        return self.free_meter(0.5) or self.new_meter()

    def hand_over(self, deal: Deal) -> None:
        """To whoever comes next, and what the meters count apart is corrected with it."""
        if not deal.goes_on or len(self.deals) > MOST_DEALS or self.today > FAR:
            return
        after = self.sign(self.next_terms(deal), deal)
        if self.rng.random() < 0.1:
            self.act_on(after)
        self.deals.append(after)
        wh = self.rng.choice((0, 0, 80_000, -40_000))
        self.act(deal, "hand over", after, generation=wh, successor=after.id)

    def act_on(self, deal: Deal) -> None:
        """A party voids a number of what is not handed over to it yet."""
        party = self.rng.choice(deal.parties)
        number = deal.replay.account.acts + 1
        if self.attempt("void", None, lambda: self.registry.voidAct(deal.terms, number, sender=party)):
            deal.replay.void_act(number)

    # ------------------------------------------------------------------------------------------------------ announced

    def same_deal(self, deal: Deal) -> Terms:
        """The same for other keys: a lost one is replaced, a colluding arbiter takes one over."""
        old, rng = deal.terms, self.rng
        changes: dict[str, Any] = {"supersedes": deal.id, "salt": rng.randrange(2**64), "meter": self.next_meter(deal)}
        side = rng.choice(("producer", "consumer"))
        other = old.consumer if side == "producer" else old.producer
        changes[side] = rng.choice([key for key in (PRODUCER, CONSUMER, NEW_OWNER) if key != other])
        if rng.random() < 0.1:
            changes["maxClaim"] = old.maxClaim + 1
        return old._replace(**changes)

    def announce(self, deal: Deal) -> None:
        """One party and the arbiter: the same deal for other keys, the end of what is dead, or what is beyond them."""
        rng = self.rng
        noticed = [one for one in self.deals if one.goes_on and one.terms.noticeDays]
        deal = rng.choice(noticed) if noticed and rng.random() < 0.8 else deal
        terms = deal.terms
        able = [party for party in deal.parties if party not in deal.lost]
        if not able or len(self.deals) > MOST_DEALS or self.today > FAR:
            return
        party = rng.choice(able) if rng.random() < 0.95 else OUTSIDER
        after = None
        act = Act(number=0, until=self.chain.time + 100, successor=deal.id, reason=rng.randbytes(32))
        if rng.random() < 0.6 and deal.goes_on:
            after = self.sign(self.same_deal(deal), deal)
            self.deals.append(after)
            act = act._replace(successor=after.id)
        wrong, error = rng.random(), None
        arbiter = terms.arbiter if terms.arbiter != NOBODY else ARBITER
        signers = [party, arbiter]
        if wrong < 0.04:
            act = act._replace(cents=1)
        elif wrong < 0.06:
            act = act._replace(number=1)
        elif wrong < 0.08:
            act = act._replace(until=self.chain.time - 1)
        elif wrong < 0.14:
            signers = [party, OUTSIDER] if rng.random() < 0.5 else [OUTSIDER, arbiter]
        elif wrong < 0.2 and deal.announced:
            act, after = deal.announced
        if not deal.goes_on:
            error = "WrongStatus"
        elif not terms.noticeDays:
            error = "NoNoticeDays"
        elif party not in deal.parties:
            error = "NotAParty"
        elif act.until < self.chain.time:
            error = "ActExpired"
        elif act.number:
            error = "WrongActNumber"
        else:
            error = deal.refuses_narrow(PpaAct(*act), after, self.today)
            message = digest(deal.id, act, domain(self.registry.address))
            if error is None and (signers[0] != party or signers[1] != arbiter):
                error = "NotSignedBy"
            error = error or deal.refuses_announcing(PpaAct(*act), message, self.used, self.today)
        call = (terms, act, party, *self.sign_act(deal, act, *signers), [after.terms] if after else [])
        receipt = self.attempt("announce", error, lambda: self.registry.announce(*call, sender=STRANGER))
        if receipt:
            message = digest(deal.id, act, domain(self.registry.address))
            self.used.add(message)
            deal.announced = (act, after)
            deal.replay.announce(message, ends=act.successor == deal.id, today=self.today)
            self.check(deal)

    def execute(self, deal: Deal) -> None:
        """Anyone does what was announced, or tries before its days are over."""
        waiting = [one for one in self.deals if one.replay.announcement.day and one.goes_on]
        deal = self.rng.choice(waiting) if waiting and self.rng.random() < 0.9 else deal
        if deal.announced is None:
            return
        act, after = deal.announced
        if self.rng.random() < 0.6 and self.today < FAR:
            due = (deal.replay.announcement.day + deal.terms.noticeDays) * 86_400
            self.chain.time = max(self.chain.time, due)
        elif self.rng.random() < 0.1:
            act = act._replace(reason=NO_ONE)
        trial = deal.copy()
        message = digest(deal.id, act, domain(self.registry.address))
        error = trial.try_execute(PpaAct(*act), message, after, self.today)
        call = (deal.terms, act, [after.terms] if after else [])
        if self.attempt("execute", error, lambda: self.registry.execute(*call, sender=STRANGER)):
            self.done_with(deal, trial, after)
