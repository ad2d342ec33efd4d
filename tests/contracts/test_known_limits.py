"""What is left as it is, and written down: docs/assumptions.md and the ADRs say why. These tests say how far it goes.

energy
├── what was taken away and the term could not take, is settled in cents
└── a silence leaves what came after it unbilled
interest
├── nothing after the last statement, and no take-back
├── payments confirmed out of the order of their days
└── an award bears interest as if the agreement went on
rights
├── a claim that is decided at once closes the other's way
├── longer days of dispute open a claim again
├── a claim of the last statement before terms with numbers of their own is not settled by an act
└── a claim of an earlier one is not decided any more
"""

import pytest

from tests.contracts.signing import ARBITER, CONSUMER, PRODUCER, Act, acted, running, successor
from tests.contracts.test_counterexamples import (
    DAY,
    ENDS,
    REFERENCE,
    leave,
    leaving,
    month,
    paid,
    with_interest,
)
from tests.contracts.world import ENDED, MWH
from tests.evm import Refused

OTHER_REFERENCE = b"\7" * 32


def test_known_limit_energy_taken_away_that_the_last_month_could_not_take_is_settled_in_cents(world):
    terms, id_ = running(world, months=2)
    world.record_month_ends((0, 0), (10 * MWH, 0), (11 * MWH, 0))
    world.close(terms)
    acted(world, terms, Act(generation=-5 * MWH))
    world.close(terms)
    acted(world, terms, Act(number=2, cents=-50_000))
    kept = world.registry.agreementOf(id_)
    assert (kept.status, kept.balance) == (ENDED, 100_000 - 50_000)


def test_known_limit_after_the_last_statement_nothing_bears_interest(world):
    terms, id_ = with_interest(world)
    month(world, terms, 0, 10 * MWH)
    month(world, terms, 1, 10 * MWH)
    acted(world, terms, Act(successor=id_))
    world.chain.time = (ENDS[1] + 400) * DAY
    assert paid(world, terms, 100_000, ENDS[1] + 365) == 0
    assert world.registry.agreementOf(id_).balance == 0


def test_known_limit_a_silence_leaves_what_came_after_it_unbilled_when_the_consumer_goes(world):
    """docs/assumptions.md: whoever hosts the broker can silence it; the alarm tells, the other can act before."""
    terms, id_ = leaving(world)
    world.chain.time = (ENDS[6] + 1) * DAY
    leave(world, terms)
    assert world.registry.agreementOf(id_).balance == 10_000


@pytest.mark.parametrize(("order", "late"), [((0, 1), (-61, -21)), ((1, 0), (-21, -31))])
def test_known_limit_payments_are_confirmed_in_the_order_of_their_days(world, order, late):
    """July's 1,000.00 EUR in time, August's ten days late: of the 92 days charged ten stay, and thirty too many."""
    terms, _ = with_interest(world)
    for number, register in enumerate((10 * MWH, 20 * MWH, 20 * MWH, 20 * MWH)):
        month(world, terms, number, register)
    payments = ((100_000, ENDS[0] + 10, REFERENCE), (100_000, ENDS[2] + 10, OTHER_REFERENCE))
    for payment in payments:
        world.registry.declare(terms, *payment, sender=CONSUMER)
    lates = [world.registry.confirm(terms, *payments[i], sender=PRODUCER).events[0].args["lateCentDays"] for i in order]
    assert lates == [days * 100_000 for days in late]


def test_known_limit_what_can_be_closed_is_closed_before_a_payment_is_confirmed(world):
    """The payment covers July's and August's bills 31 days late; unbilled August counts as paid in advance."""
    lates = []
    for close_first in (True, False):
        here = type(world)()
        terms, _ = with_interest(here)
        month(here, terms, 0, 10 * MWH)
        for end in ENDS[1:4]:
            here.record(end, 20 * MWH)
        if close_first:
            here.close(terms)
        lates.append(paid(here, terms, 200_000, ENDS[3]))
    assert lates[0] > lates[1]


def test_known_limit_after_the_end_no_interest_is_taken_back(world):
    """A payment that came in time and is confirmed after the last statement: both settle what was charged."""
    terms, id_ = with_interest(world, months=4)
    charged = sum(month(world, terms, number, 10 * MWH)[1] for number in range(4))
    assert paid(world, terms, 100_000, ENDS[0] + 10) == 0
    assert world.registry.agreementOf(id_).balance == charged > 0


def test_known_limit_an_award_bears_interest_as_if_the_agreement_went_on(world):
    """It would have fallen due a month after the term's end: 1,000.00 EUR, 8 %, 31 days."""
    terms, id_ = with_interest(world, months=3, disputeDays=100)
    month(world, terms, 0, 10 * MWH)
    world.registry.dispute(terms, 1, -100_000, REFERENCE, sender=CONSUMER)
    month(world, terms, 1, 10 * MWH)
    world.registry.resolve(terms, 1, -100_000, REFERENCE, sender=ARBITER)
    month(world, terms, 2, 10 * MWH)
    assert world.registry.agreementOf(id_).balance == -679


def test_known_limit_a_claim_that_is_decided_at_once_closes_the_others_way(world):
    """An arbiter waits until the days of dispute are over."""
    terms, _ = with_interest(world)
    month(world, terms, 0, 10 * MWH)
    world.registry.dispute(terms, 1, -1, REFERENCE, sender=CONSUMER)
    world.registry.resolve(terms, 1, 0, REFERENCE, sender=ARBITER)
    with pytest.raises(Refused, match="AlreadyDisputed"):
        world.registry.dispute(terms, 1, 50_000, REFERENCE, sender=PRODUCER)


def test_known_limit_longer_days_of_dispute_open_a_lapsed_claim_again(world):
    """Both signed them."""
    terms, id_ = with_interest(world, disputeDays=10)
    month(world, terms, 0, 10 * MWH)
    world.registry.dispute(terms, 1, -50_000, REFERENCE, sender=CONSUMER)
    world.chain.time += 60 * DAY
    with pytest.raises(Refused, match="NotDisputable"):
        world.registry.resolve(terms, 1, -50_000, REFERENCE, sender=ARBITER)
    new, to = successor(world, terms, id_, disputeDays=100)
    acted(world, terms, Act(successor=to), new)
    world.registry.resolve(new, 1, -50_000, REFERENCE, sender=ARBITER)
    assert world.registry.accountOf(to).cents == -50_000


def test_known_limit_a_claim_that_came_over_under_number_0_is_decided_by_the_arbiter_not_settled_by_an_act(world):
    """An act that settles statement 0 settles none; both move the cents, and the arbiter awards nothing."""
    terms, id_ = with_interest(world)
    month(world, terms, 0, 10 * MWH)
    world.registry.dispute(terms, 1, -500, REFERENCE, sender=CONSUMER)
    new, to = successor(world, terms, id_, firstDay=ENDS[0] + 1)
    acted(world, terms, Act(successor=to), new)
    acted(world, new, Act(cents=-300, settles=0))
    assert world.registry.claimsOf(to, 0) == (0, 500, False)
    world.registry.resolve(new, 0, 0, REFERENCE, sender=ARBITER)
    assert world.registry.claimsOf(to, 0).decided


def test_known_limit_a_claim_of_an_earlier_statement_ends_with_its_numbering(world):
    """Both signed terms with numbers of their own: they settle it first, or in the same act."""
    terms, id_ = with_interest(world)
    month(world, terms, 0, 10 * MWH)
    world.registry.dispute(terms, 1, -500, REFERENCE, sender=CONSUMER)
    month(world, terms, 1, 10 * MWH)
    new, to = successor(world, terms, id_, firstDay=ENDS[1] + 1)
    acted(world, terms, Act(successor=to), new)
    for these, error in ((terms, "WrongStatus"), (new, "NoSuchStatement")):
        with pytest.raises(Refused, match=error):
            world.registry.resolve(these, 1, -500, REFERENCE, sender=ARBITER)
