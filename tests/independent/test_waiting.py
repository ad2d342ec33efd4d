"""For which clause that fails is waited, and how long: the model and the contracts say the same, and this."""

import pytest

from . import clauses
from .days import first_of, month_of
from .life import Life
from .offers import NOBODY
from .signing import Act, address_of, sign
from .state import ENDED, HANDED_OVER, RUNNING
from .world import NAMES

INDEXED = ("IndexedPrice", (1000, "", 3, 1_000_000, 1, 10**6, 0))  # in year 2 of its life, without any value
EXIT = ("ExitTable", (NOBODY, 0, NOBODY, 100, (5_000, 6_000)))


class Deal:
    """An indexed price without an index: its first month was closed with the flag, its second is recorded."""

    def __init__(self) -> None:
        self.life = next(life for life in map(Life, range(20)) if not life.diligent)
        self.month = month_of(self.life.w.today) + 1
        self.terms = self.offer()
        self.call("serve", self.terms.meter, self.terms)
        self.record(1, 0)
        assert self.life.call("close", NOBODY, self.terms) == "ClauseFailed"
        self.record(2, 20)
        self.call("close", NOBODY, self.terms)
        assert self.life.call("close", NOBODY, self.terms) == "ClauseFailed"

    def offer(self, **fields):
        index, first = self.life.w.index.address, first_of(self.month)
        deal = [(INDEXED[0], (1000, index, *INDEXED[1][2:])), EXIT]
        chosen = {
            **{"producer": address_of("p0"), "consumer": address_of("c0"), "meter": address_of("p2")},
            **{"arbiter": address_of("a0"), "first_day": first, "first_month": 13, "months": 24, "dispute_days": 40},
            **{"notice_days": 5, "silence_days": 10, "long_stop_day": first + 20},
            **{"max_power": 5_000, "max_claim": 1_000},
            "clauses": tuple((self.life.w.clauses[name], clauses.pack_params(name, v)) for name, v in deal),
        }
        t = self.life.make_terms(**{**chosen, **fields})
        ident = self.life.registry.id_of(t)
        self.call("agree", NOBODY, t, *(sign(NAMES[party], ident) for party in (t.producer, t.consumer)))
        return t

    def call(self, function, actor, *args):
        outcome = self.life.call(function, actor, *args)
        assert not outcome, outcome

    def record(self, months, days):
        """The end of so many months, and then days without a record."""
        w, day = self.life.w, first_of(self.month + months) - 1
        w.go_on(max(60, (day + 1) * 86_400 - w.time))
        assert not w.send("ledger", "record", self.terms.meter, day * 1000, day * 10, day, bytes(32))
        w.go_on(days * 86_400)

    def together(self, t, successor=None, announced=False):
        """An act of both, or the announcement of the consumer and the arbiter: the act and the outcome."""
        ident = self.life.registry.id_of(t)
        following = [successor] if successor else []
        target = self.life.registry.id_of(successor) if successor else ident
        number = 0 if announced else self.life.registry.account(ident).acts + 1
        made = Act(number=number, successor=target)
        signers = (t.consumer, t.arbiter) if announced else (t.producer, t.consumer)
        signed = [self.life.w.signed_act(NAMES[s], ident, made) for s in signers]
        args = (t, made, *([t.consumer] if announced else []), *signed, following)
        return made, self.life.call("announce" if announced else "act", NOBODY, *args)

    def execute(self, t, successor):
        made, outcome = self.together(t, successor, announced=True)
        assert not outcome
        self.life.w.go_on(5 * 86_400)
        return self.life.call("execute", NOBODY, t, made, [successor])


@pytest.fixture
def deal():
    return Deal()


def test_an_exit_does_not_wait_for_a_clause_that_was_flagged(deal):
    deal.call("exit", deal.terms.consumer, deal.terms, 1)
    assert deal.life.status(deal.terms) == ENDED


def test_an_end_in_silence_does_not_wait_for_it_either(deal):
    deal.call("endInSilence", deal.terms.producer, deal.terms)
    assert deal.life.status(deal.terms) == ENDED


def test_an_announced_handover_does_not_wait_for_it_and_its_successor_does(deal):
    after = deal.offer(supersedes=deal.life.registry.id_of(deal.terms))
    assert not deal.execute(deal.terms, after)
    assert (deal.life.status(deal.terms), deal.life.status(after)) == (HANDED_OVER, RUNNING)
    deal.record(3, 11)
    assert deal.life.call("exit", after.consumer, after, 1) == "ClauseFailed"
    assert deal.life.call("endInSilence", after.consumer, after) == "ClauseFailed"
    deal.life.w.go_on(30 * 86_400)
    deal.call("exit", after.consumer, after, 1)


def test_an_act_of_both_waits_for_the_last_day_only(deal):
    assert not deal.together(deal.terms)[1]
    assert deal.life.status(deal.terms) == ENDED
