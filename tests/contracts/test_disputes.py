"""Disputes: a party says that a statement is wrong; an arbiter, or both, or time end it.

dispute
├── given a party, within `disputeDays` of the closing: flagged, with the claim's sign and size; the balance stays
├── when another: NotAParty; later: NotDisputable; again or resolved: AlreadyDisputed; of none: NoSuchStatement
├── given the other's claim too: both stand, and the greater bounds the award
└── given a claim of nothing, of more than 48 bits, or for the other's good: CentsOutside
resolve
├── given the arbiter, until twice `disputeDays`: the award is a line of the next statement, late days of it counted
├── given an ended agreement: the award moves the balance
├── when another: NotTheArbiter; without a dispute, or twice: NoOpenDispute; later: NotDisputable
└── given an award of another sign or size than the claim: AwardBeyondClaim
act with `settles`: both end it, and the arbiter has nothing left; of nothing disputed: NoOpenDispute
"""

import pytest

from tests.contracts.signing import ARBITER, CONSUMER, HEIR, PRODUCER, Act, acted, late_interest, running
from tests.contracts.test_acting import successor
from tests.contracts.world import (
    CONSUMER_CLAIMS,
    ENDED,
    METER,
    PRODUCER_CLAIMS,
    RESOLVED,
    STRANGER,
    World,
    day_of,
    month_ends,
)
from tests.evm import event, refuses

JULY = World.JULY
ENDS = month_ends(JULY, 12)
EVIDENCE = b"\5" * 32


@pytest.fixture
def agreed(world):
    """July closed: 100.00 EUR."""
    terms, id_ = running(world)
    world.record_month_ends((0, 0), (1_000_000, 0), (2_000_000, 0))
    world.close(terms)
    return terms, id_


def dispute(world, terms, number=1, claim=-2_500, sender=CONSUMER):
    return world.registry.dispute(terms, number, claim, EVIDENCE, sender=sender)


def resolve(world, terms, award, number=1, sender=ARBITER):
    return world.registry.resolve(terms, number, award, EVIDENCE, sender=sender)


@pytest.mark.parametrize(
    ("sender", "claim", "bits"),
    [(CONSUMER, -2_500, 12), (PRODUCER, 1, 1), (CONSUMER, -(2**47), 48), (PRODUCER, 2**47 - 1, 47)],
)
def test_a_party_disputes_a_statement_and_the_rest_stays_due(world, agreed, sender, claim, bits):
    terms, id_ = agreed
    before = world.registry.agreementOf(id_)
    receipt = dispute(world, terms, claim=claim, sender=sender)
    assert receipt.events == [event("Disputed", id=id_, number=1, party=sender, claim=claim, evidence=EVIDENCE)]
    side = CONSUMER_CLAIMS if claim < 0 else PRODUCER_CLAIMS
    assert world.registry.statementOf(id_, 1).flags == side | bits << 8
    assert world.registry.agreementOf(id_) == before


def test_the_last_day_of_disputing_is_the_thirtieth_after_the_closing(world, agreed):
    terms, _ = agreed
    closed = world.today
    world.chain.time = (closed + 31) * 86_400
    with refuses("NotDisputable", number=1, deadline=closed + 30, today=closed + 31):
        dispute(world, terms)
    world.chain.time -= 1
    dispute(world, terms)


def test_a_dispute_that_cannot_be_is_refused(world, agreed):
    terms, id_ = agreed
    with refuses("NotAParty", caller=STRANGER):
        dispute(world, terms, sender=STRANGER)
    for claim, sender in ((0, CONSUMER), (0, PRODUCER), (2**47, PRODUCER), (-(2**47) - 1, CONSUMER)):
        with refuses("CentsOutside", cents=claim):
            dispute(world, terms, claim=claim, sender=sender)
    for claim, sender in ((1, CONSUMER), (-1, PRODUCER)):
        with refuses("CentsOutside", cents=claim):
            dispute(world, terms, claim=claim, sender=sender)
    with refuses("NoSuchStatement", id=id_, number=2):
        dispute(world, terms, number=2)
    dispute(world, terms)
    with refuses("AlreadyDisputed", number=1):
        dispute(world, terms, claim=-9)
    resolve(world, terms, 0)
    with refuses("AlreadyDisputed", number=1):
        dispute(world, terms, sender=PRODUCER, claim=9)


@pytest.mark.parametrize(("down", "up", "bits"), [(-1, 50_000, 16), (-50_000, 1, 16), (-255, 256, 9), (-7, 7, 3)])
def test_a_claim_of_one_party_takes_nothing_from_the_others_and_the_greater_bounds_the_award(
    world, agreed, down, up, bits
):
    terms, id_ = agreed
    dispute(world, terms, claim=down)
    dispute(world, terms, sender=PRODUCER, claim=up)
    assert world.registry.statementOf(id_, 1).flags == CONSUMER_CLAIMS | PRODUCER_CLAIMS | bits << 8
    for award in (2**bits, -(2**bits)):
        with refuses("AwardBeyondClaim", award=award):
            resolve(world, terms, award)
    resolve(world, terms, 2**bits - 1)


@pytest.mark.parametrize("award", [0, -1, -2_500, -4_095])
def test_an_award_is_a_line_of_the_next_statement(world, agreed, award):
    terms, id_ = agreed
    dispute(world, terms)
    receipt = resolve(world, terms, award)
    assert receipt.events == [event("Resolved", id=id_, number=1, award=award, reason=EVIDENCE)]
    assert world.registry.statementOf(id_, 1).flags & RESOLVED
    assert world.registry.agreementOf(id_).balance == 10_000
    lines = (10_000, award) if award else (10_000,)
    assert world.close(terms).events[0].args["lines"] == lines


@pytest.mark.parametrize("award", [1, 2_500, -4_096, -(2**47), 2**63 - 1, -(2**63) + 1])
def test_i14_an_award_beyond_the_claim_is_refused(world, agreed, award):
    terms, _ = agreed
    dispute(world, terms)
    with refuses("AwardBeyondClaim", award=award):
        resolve(world, terms, award)


def test_only_the_arbiter_resolves_an_open_dispute_and_once(world, agreed):
    terms, _ = agreed
    with refuses("NoOpenDispute", number=1):
        resolve(world, terms, 0)
    dispute(world, terms)
    for sender in (PRODUCER, CONSUMER, METER, STRANGER):
        with refuses("NotTheArbiter", caller=sender, arbiter=ARBITER):
            resolve(world, terms, 0, sender=sender)
    resolve(world, terms, -5)
    with refuses("NoOpenDispute", number=1):
        resolve(world, terms, -5)


def test_a_dispute_lapses_after_twice_its_days(world, agreed):
    terms, _ = agreed
    dispute(world, terms)
    closed = world.today
    world.chain.time = (closed + 61) * 86_400
    with refuses("NotDisputable", number=1, deadline=closed + 60, today=closed + 61):
        resolve(world, terms, -5)
    world.chain.time -= 1
    resolve(world, terms, -5)


def test_both_settle_a_dispute_and_the_arbiter_has_nothing_left(world, agreed):
    terms, id_ = agreed
    with refuses("NoOpenDispute", number=1):
        acted(world, terms, Act(settles=1))
    dispute(world, terms)
    acted(world, terms, Act(cents=-1_000, settles=1))
    with refuses("NoOpenDispute", number=1):
        resolve(world, terms, -5)
    with refuses("NoSuchStatement", id=id_, number=9):
        acted(world, terms, Act(number=2, settles=9))
    assert world.close(terms).events[0].args["lines"] == (10_000, -1_000)


def test_an_award_after_the_end_moves_the_balance(world, agreed):
    terms, id_ = agreed
    dispute(world, terms)
    world.close(terms)
    acted(world, terms, Act(successor=id_))
    resolve(world, terms, -700)
    kept = world.registry.agreementOf(id_)
    assert (kept.status, kept.balance, kept.pending) == (ENDED, 19_300, False)


def only_july(world):
    """July closed, nothing recorded since."""
    terms, id_ = running(world)
    world.record_month_ends((0, 0), (1_000_000, 0))
    world.close(terms)
    return terms, id_


def test_what_was_disputed_before_a_handover_is_resolved_under_the_successor(world):
    terms, id_ = only_july(world)
    dispute(world, terms)
    new, to = successor(world, terms, id_, consumer=HEIR)
    acted(world, terms, Act(successor=to), new)
    resolve(world, new, -600)
    assert world.registry.statementOf(to, 1).flags & RESOLVED
    world.record(ENDS[1], 2_000_000)
    assert world.close(new).events[0].args["lines"] == (10_000, -600)


def test_what_was_disputed_is_resolved_though_the_successors_numbers_begin_anew(world):
    terms, id_ = only_july(world)
    dispute(world, terms)
    new, to = successor(world, terms, id_, firstDay=ENDS[0] + 1)
    acted(world, terms, Act(successor=to), new)
    resolve(world, new, -600, number=0)
    assert world.registry.statementOf(to, 0).flags & RESOLVED
    world.record(ENDS[1], 2_000_000)
    assert world.close(new).events[0].args["lines"] == (10_000, -600)


def test_a_late_award_bears_interest_from_the_day_the_statement_was_due(world):
    """Row 19: resolved amount and interest from the due date."""
    rules = (world.clause(), world.clause(late_interest(), world.chain.deploy("LateInterest")))
    terms, id_ = running(world, clauses=rules, disputeDays=100)
    world.record_month_ends((0, 0), *((n * 1_000_000, 0) for n in range(1, 6)))
    world.close(terms)
    dispute(world, terms, claim=-10_000)
    for _ in range(3):
        world.close(terms)
    resolve(world, terms, -10_000)
    # due with August, set off with November's statement, which is due with December: 122 days
    assert world.registry.accountOf(id_)[4:] == (-10_000, -10_000 * 122)
    told = world.close(terms).events[0].args["lines"]
    due = 30_000 + sum(world.registry.statementOf(id_, n).amount - 10_000 for n in range(1, 4))
    owed = due * 30 - 1_220_000
    assert told == (10_000, (2 * owed * 80_000 + 365 * 10**6) // (2 * 365 * 10**6), -10_000)


def test_a_party_of_an_agreement_without_an_arbiter_settles_with_the_other(world):
    terms, _ = running(world, arbiter="0x" + "00" * 20)
    world.record_month_ends((0, 0), (1_000_000, 0))
    world.close(terms)
    dispute(world, terms)
    with refuses("NotTheArbiter", caller=STRANGER, arbiter="0x" + "00" * 20):
        resolve(world, terms, 0, sender=STRANGER)
    acted(world, terms, Act(settles=1))
    assert day_of(2016, 7, 31) == ENDS[0]
