"""Nothing locks an agreement: on a snapshot, one honest party, time and, where one is named, the arbiter end it."""

from collections import Counter
from typing import Any

from tests.contracts.life_alone import Alone
from tests.contracts.life_founding import KEYS
from tests.contracts.life_model import Deal
from tests.contracts.signing import Act, compact, digest, domain
from tests.contracts.world import DARK_DAYS, ENDED, RUNNING, SIGNED
from tests.evm import NOBODY, Refused

DAY = 86_400
FEW = 8  # acts and waits beside one close a month


class Locked(AssertionError):
    """What an honest party could not end."""


class Endings(Alone):
    """Each party alone: what it can do, and that it is enough."""

    unlocked: Counter[str]

    def check_nothing_locks(self, deal: Deal) -> None:
        """Either party can end it, in every way that its terms give."""
        if deal.status not in (SIGNED, RUNNING):
            return
        ways = [self.by_cancelling] if not deal.goes_on else [self.by_the_term]
        if deal.goes_on and deal.terms.silenceDays:
            ways.append(self.by_silence)
        if deal.goes_on and deal.terms.noticeDays:
            ways.append(self.by_the_arbiter)
        for way in ways:
            for party in deal.parties:
                self.on_a_copy(deal, party, way)

    def on_a_copy(self, deal: Deal, party: str, way: Any) -> None:
        """The chain is afterwards what it was."""
        time, block, transactions = self.chain.time, self.chain.block, self.chain.transactions
        kept = self.chain.evm.snapshot()
        try:
            way(deal, party)
            status = self.registry.agreementOf(deal.id).status
            used = self.chain.transactions - transactions
        finally:
            self.chain.evm.revert(kept)
            self.chain.time, self.chain.block = time, block
        if status != ENDED or used > deal.terms.months + FEW:
            raise Locked(f"{way.__name__}: status {status} after {used} transactions")
        self.unlocked[way.__name__] += 1

    def until(self, day: int) -> None:
        """Time passes up to a day of Greenwich, if it is not over."""
        self.chain.time = max(self.chain.time, day * DAY)

    def by_cancelling(self, deal: Deal, party: str) -> None:
        """What no meter serves is cancelled after the long-stop day."""
        self.until(deal.terms.longStopDay + 1)
        self.registry.cancel(deal.terms, sender=party)

    def by_the_term(self, deal: Deal, party: str) -> None:
        """Every month closes, whatever the meter, the clauses and the others do; the last one ends the agreement."""
        while self.registry.agreementOf(deal.id).status != ENDED:
            closed = self.registry.agreementOf(deal.id).closedThrough
            self.until(closed + 31 + max(DARK_DAYS, deal.terms.disputeDays) + 1)
            self.registry.close(deal.terms, sender=party)

    def by_silence(self, deal: Deal, party: str) -> None:
        """After the meter's silence a party leaves."""
        self.until(deal.heard + deal.terms.silenceDays + 1)
        self.patiently(deal, party, lambda: self.registry.endInSilence(deal.terms, sender=party))

    def by_the_arbiter(self, deal: Deal, party: str) -> None:
        """A party and the arbiter end what is dead; what was announced before is objected to, or lapses."""
        terms = deal.terms
        assert terms.arbiter != NOBODY
        announced = self.registry.announcementOf(deal.id)
        if announced.day and not announced.ends:
            self.registry.object(terms, sender=party)
        self.until(deal.heard + DARK_DAYS + 1)
        act = Act(number=0, successor=deal.id, reason=b"\5" * 32)
        message = digest(deal.id, act, domain(self.registry.address))
        both = [compact(KEYS[one], message) for one in (party, terms.arbiter)]
        self.registry.announce(terms, act, party, *both, [], sender=party)
        self.until(self.today + terms.noticeDays)
        self.patiently(deal, party, lambda: self.registry.execute(terms, act, [], sender=party))

    def patiently(self, deal: Deal, party: str, end: Any) -> None:
        """A clause that fails is waited for; a term that is over by then ends by closing."""
        for _ in range(3):
            try:
                end()
            except Refused as refused:
                if refused.name == "TermOver":
                    return self.by_the_term(deal, party)
                assert refused.name == "ClauseFailed", refused
                self.until(self.today + deal.terms.disputeDays + 1)
            else:
                return None
        return None
