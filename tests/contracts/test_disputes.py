"""Disputes: a party says that a statement is wrong; an arbiter, or both, or time end it.

dispute
├── given a party, within `disputeDays` of the closing: the claim stands in its word; statement and balance stay
├── when another: NotAParty; later: NotDisputable; again or decided: AlreadyDisputed; of none: NoSuchStatement
├── given the other's claim too: both stand, each for its own side
└── given a claim of nothing, of more than the terms allow, or for the other's good: ClaimOutside
resolve
├── given the arbiter, until twice `disputeDays`: the award is a line of the next statement, late days of it counted
├── given an ended agreement: the award moves the balance
├── when another: NotTheArbiter; without a dispute, or twice: NoOpenDispute; later: NotDisputable
└── given an award beyond the claim of its side, by a cent: AwardBeyondClaim
act with `settles`: both end it, and the arbiter has nothing left; of nothing disputed: NoOpenDispute
"""

import pytest

from tests.contracts.signing import (
    ARBITER,
    CONSUMER,
    NEW_OWNER,
    PRODUCER,
    Act,
    acted,
    closing,
    late_interest,
    running,
    successor,
)
from tests.contracts.world import ENDED, METER, STRANGER, World, month_ends
from tests.evm import event, refuses

JULY = World.JULY
ENDS = month_ends(JULY, 12)
EVIDENCE = b"\5" * 32
MOST = 10_000_000


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
    ("sender", "claim", "kept"),
    [
        (CONSUMER, -2_500, (0, 2_500, False)),
        (PRODUCER, 1, (1, 0, False)),
        (CONSUMER, -MOST, (0, MOST, False)),
        (PRODUCER, MOST, (MOST, 0, False)),
    ],
)
def test_a_party_disputes_a_statement_and_the_rest_stays_due(world, agreed, sender, claim, kept):
    terms, id_ = agreed
    before = world.registry.agreementOf(id_), world.registry.statementOf(id_, 1)
    receipt = dispute(world, terms, claim=claim, sender=sender)
    assert receipt.events == [event("Disputed", id=id_, number=1, party=sender, claim=claim, evidence=EVIDENCE)]
    assert world.registry.claimsOf(id_, 1) == kept
    assert (world.registry.agreementOf(id_), world.registry.statementOf(id_, 1)) == before


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
    with refuses("NotAParty", actor=STRANGER):
        dispute(world, terms, sender=STRANGER)
    for claim, sender in ((0, CONSUMER), (0, PRODUCER), (1, CONSUMER), (-1, PRODUCER)):
        with refuses("ClaimOutside", claim=claim, maxClaim=MOST):
            dispute(world, terms, claim=claim, sender=sender)
    with refuses("NoSuchStatement", id=id_, number=2):
        dispute(world, terms, number=2)
    dispute(world, terms)
    with refuses("AlreadyDisputed", number=1):
        dispute(world, terms, claim=-9)
    resolve(world, terms, 0)
    with refuses("AlreadyDisputed", number=1):
        dispute(world, terms, sender=PRODUCER, claim=9)


@pytest.mark.parametrize(
    ("claim", "sender"),
    [(MOST + 1, PRODUCER), (-MOST - 1, CONSUMER), (2**63 - 1, PRODUCER), (-(2**63), CONSUMER)],
)
def test_a_claim_above_what_the_terms_allow_is_refused(world, agreed, claim, sender):
    with refuses("ClaimOutside", claim=claim, maxClaim=MOST):
        dispute(world, agreed[0], claim=claim, sender=sender)


def test_terms_without_claims_have_none(world):
    terms, _ = running(world, maxClaim=0)
    world.record_month_ends((0, 0), (1_000_000, 0))
    world.close(terms)
    with refuses("ClaimOutside", claim=-1, maxClaim=0):
        dispute(world, terms, claim=-1)


@pytest.mark.parametrize(("down", "up"), [(-1, 50_000), (-50_000, 1), (-255, 256), (-7, 7)])
@pytest.mark.parametrize("producer_first", [True, False])
def test_both_claim_and_an_award_is_within_the_claim_of_its_side(world, agreed, down, up, producer_first):
    terms, id_ = agreed
    claims = [(down, CONSUMER), (up, PRODUCER)]
    for claim, sender in claims[::-1] if producer_first else claims:
        dispute(world, terms, claim=claim, sender=sender)
    assert world.registry.claimsOf(id_, 1) == (up, -down, False)
    for award, claim in ((up + 1, up), (down - 1, -down)):
        with refuses("AwardBeyondClaim", award=award, claim=claim):
            resolve(world, terms, award)
    resolve(world, terms, up)
    assert world.registry.claimsOf(id_, 1) == (up, -down, True)
    assert world.registry.accountOf(id_).cents == up


@pytest.mark.parametrize("award", [0, -1, -2_500])
def test_an_award_is_a_line_of_the_next_statement(world, agreed, award):
    terms, id_ = agreed
    dispute(world, terms)
    resolved = resolve(world, terms, award).events
    late = {"lateCentDays": award * 30, "balance": 10_000}
    assert resolved == [event("Resolved", id=id_, number=1, award=award, reason=EVIDENCE, **late)]
    assert world.registry.claimsOf(id_, 1) == (0, 2_500, True)
    lines = (10_000, award) if award else (10_000,)
    assert closing(world, terms)["lines"] == lines


@pytest.mark.parametrize("award", [1, 2_500, -2_501, -(2**47), 2**63 - 1, -(2**63)])
def test_i14_an_award_beyond_the_claim_is_refused(world, agreed, award):
    terms, _ = agreed
    dispute(world, terms)
    with refuses("AwardBeyondClaim", award=award, claim=2_500 if award < 0 else 0):
        resolve(world, terms, award)


def test_only_the_arbiter_resolves_an_open_dispute_and_once(world, agreed):
    terms, _ = agreed
    with refuses("NoOpenDispute", number=1):
        resolve(world, terms, 0)
    dispute(world, terms)
    for sender in (PRODUCER, CONSUMER, METER, STRANGER):
        with refuses("NotTheArbiter", actor=sender, arbiter=ARBITER):
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
    with refuses("NoOpenDispute", number=9):
        acted(world, terms, Act(number=2, settles=9))
    assert world.registry.claimsOf(id_, 1).decided
    assert closing(world, terms)["lines"] == (10_000, -1_000)


def test_an_award_after_the_end_moves_the_balance(world, agreed):
    terms, id_ = agreed
    dispute(world, terms)
    world.close(terms)
    acted(world, terms, Act(successor=id_))
    resolved = resolve(world, terms, -700).events
    moved = {"lateCentDays": 0, "balance": 19_300}
    assert resolved == [event("Resolved", id=id_, number=1, award=-700, reason=EVIDENCE, **moved)]
    kept = world.registry.agreementOf(id_)
    assert (kept.status, kept.balance, kept.pending) == (ENDED, 19_300, False)
    assert world.registry.accountOf(id_)[2:] == (0, 0, 0, 0)


def only_july(world):
    """July closed, nothing recorded since."""
    terms, id_ = running(world)
    world.record_month_ends((0, 0), (1_000_000, 0))
    world.close(terms)
    return terms, id_


def test_what_was_disputed_before_a_handover_is_resolved_under_the_successor(world):
    terms, id_ = only_july(world)
    dispute(world, terms)
    new, to = successor(world, terms, id_, consumer=NEW_OWNER)
    acted(world, terms, Act(successor=to), new)
    resolve(world, new, -600)
    assert world.registry.claimsOf(to, 1) == world.registry.claimsOf(id_, 1) == (0, 2_500, True)
    world.record(ENDS[1], 2_000_000)
    assert closing(world, new)["lines"] == (10_000, -600)


def test_what_was_disputed_is_resolved_though_the_successors_numbers_begin_anew(world):
    terms, id_ = only_july(world)
    dispute(world, terms)
    new, to = successor(world, terms, id_, firstDay=ENDS[0] + 1)
    acted(world, terms, Act(successor=to), new)
    resolve(world, new, -600, number=0)
    assert world.registry.claimsOf(to, 0) == (0, 2_500, True)
    world.record(ENDS[1], 2_000_000)
    assert closing(world, new)["lines"] == (10_000, -600)


def test_a_late_award_bears_interest_from_the_day_the_statement_was_due(world):
    """Resolved amount and interest from the due date."""
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
    lines = closing(world, terms)["lines"]
    due = 30_000 + sum(world.registry.statementOf(id_, n).amount - 10_000 for n in range(1, 4))
    owed = due * 30 - 1_220_000
    assert lines == (10_000, (2 * owed * 80_000 + 365 * 10**6) // (2 * 365 * 10**6), -10_000)


def test_a_party_of_an_agreement_without_an_arbiter_settles_with_the_other(world):
    terms, _ = running(world, arbiter="0x" + "00" * 20)
    world.record_month_ends((0, 0), (1_000_000, 0))
    world.close(terms)
    dispute(world, terms)
    with refuses("NotTheArbiter", actor=STRANGER, arbiter="0x" + "00" * 20):
        resolve(world, terms, 0, sender=STRANGER)
    acted(world, terms, Act(settles=1))
