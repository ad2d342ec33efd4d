"""What one party takes back, or says no to.

withdraw, reject: an offer, or terms that nobody brought yet: what was signed of them is not brought any more
cancel
├── given either party, after the long-stop day, of what no meter served: it ends, and does not serve any more
└── on the day or earlier: LongStopNotPassed; handed over: WasHandedOver; not signed, running: WrongStatus
voidAct
├── given either party: the next number holds no more, in every status that has acts
└── given another number: WrongActNumber; without acts: WrongStatus; when another: NotAParty
object: test_announcing.py
"""

import pytest

from tests.contracts.signing import (
    ARBITER,
    CONSUMER,
    CONSUMER_KEY,
    PRODUCER,
    PRODUCER_KEY,
    Act,
    acted,
    compact,
    running,
    successor,
)
from tests.contracts.world import (
    ENDED,
    HANDED_OVER,
    METER,
    NONE,
    PROPOSED,
    REJECTED,
    RUNNING,
    SIGNED,
    STRANGER,
    WITHDRAWN,
    World,
    month_ends,
    role,
)
from tests.evm import event, refuses

JULY = World.JULY
ENDS = month_ends(JULY, 24)
DAY = 86_400
PARTIES = [PRODUCER, CONSUMER]
OTHERS = [STRANGER, METER, ARBITER]


def signed(world, **changes):
    """Signed by parties with keys; the long-stop day is 15 July."""
    parties = {"producer": PRODUCER, "consumer": CONSUMER, "arbiter": ARBITER, "longStopDay": JULY + 14}
    return world.signed(**(parties | changes))


# ------------------------------------------------------------------------------------------------------- before signing


@pytest.mark.parametrize(("right", "party", "status"), [("withdraw", 0, WITHDRAWN), ("reject", 1, REJECTED)])
def test_a_signature_of_terms_that_nobody_brought_is_taken_back(world, right, party, status):
    terms = world.terms(producer=PRODUCER, consumer=CONSUMER)
    id_ = world.registry.idOf(terms)
    assert world.registry.agreementOf(id_).status == NONE
    events = getattr(world.registry, right)(terms, sender=PARTIES[party]).events
    assert events == [event("Withdrawn" if party == 0 else "Rejected", id=id_)]
    signatures = compact(PRODUCER_KEY, id_), compact(CONSUMER_KEY, id_)
    for sender in (*PARTIES, STRANGER):
        with refuses("AlreadyProposed", id=id_, status=status):
            world.registry.agree(terms, *signatures, sender=sender)
    with refuses("AlreadyProposed", id=id_, status=status):
        world.registry.propose(terms, sender=PRODUCER)


# --------------------------------------------------------------------------------------------------------------- cancel


@pytest.mark.parametrize("party", PARTIES)
def test_what_no_meter_served_by_the_long_stop_day_is_cancelled_by_either_party(world, party):
    terms, id_ = signed(world)
    world.chain.time = (JULY + 15) * DAY - 1
    with refuses("LongStopNotPassed", longStopDay=JULY + 14, today=JULY + 14):
        world.registry.cancel(terms, sender=party)
    world.chain.time += 1
    events = world.registry.cancel(terms, sender=party).events
    assert events == [event("Cancelled", id=id_, party=party), event("Ended", id=id_, balance=0)]
    assert world.registry.agreementOf(id_).status == ENDED
    with refuses("WrongStatus", id=id_, status=ENDED, needed=SIGNED):
        world.registry.serve(terms, sender=METER)
    with refuses("WrongStatus", id=id_, status=ENDED, needed=SIGNED):
        world.registry.cancel(terms, sender=party)


def test_a_meter_begins_to_serve_on_the_long_stop_day_and_not_after_it(world):
    terms, _ = signed(world)
    world.chain.time = (JULY + 15) * DAY
    with refuses("LongStopPassed", longStopDay=JULY + 14, today=JULY + 15):
        world.registry.serve(terms, sender=METER)
    world.chain.time -= 1
    world.registry.serve(terms, sender=METER)


@pytest.mark.parametrize("sender", OTHERS)
def test_nobody_else_cancels(world, sender):
    terms, _ = signed(world)
    world.chain.time = (JULY + 15) * DAY
    with refuses("NotAParty", actor=sender):
        world.registry.cancel(terms, sender=sender)


@pytest.mark.parametrize("party", PARTIES)
def test_what_waits_for_a_meter_after_a_handover_is_not_cancelled(world, party):
    terms, id_ = running(world, longStopDay=JULY + 14)
    new, to = successor(world, terms, id_, meter=role(0x32))
    acted(world, terms, Act(successor=to), new)
    world.chain.time = (JULY + 100) * DAY
    with refuses("WasHandedOver", id=to):
        world.registry.cancel(new, sender=party)


@pytest.mark.parametrize("party", PARTIES)
def test_a_successor_that_nothing_was_handed_over_to_is_cancelled(world, party):
    terms, id_ = running(world, longStopDay=JULY + 14)
    new, to = successor(world, terms, id_)
    world.chain.time = (JULY + 15) * DAY
    world.registry.cancel(new, sender=party)
    with refuses("WrongStatus", id=to, status=ENDED, needed=SIGNED):
        acted(world, terms, Act(successor=to), new)


@pytest.mark.parametrize("party", PARTIES)
def test_what_is_offered_or_runs_is_not_cancelled(world, party):
    offered, at = world.proposed(producer=PRODUCER, consumer=CONSUMER, longStopDay=JULY)
    terms, id_ = running(world, longStopDay=JULY)
    world.chain.time = (JULY + 1) * DAY
    for these, which, status in ((offered, at, PROPOSED), (terms, id_, RUNNING)):
        with refuses("WrongStatus", id=which, status=status, needed=SIGNED):
            world.registry.cancel(these, sender=party)


@pytest.mark.parametrize("in_time", [True, False])
def test_no_meter_bills_again_what_a_renegotiated_agreement_has_billed(world, in_time):
    """Terms A signed, renegotiated as B; B runs and ends; then whoever holds the meter's key serves A."""
    first, a = signed(world, longStopDay=ENDS[1] if in_time else JULY + 14, months=2)
    second, b = signed(world, months=1, salt=2, longStopDay=ENDS[0])
    world.registry.serve(second, sender=METER)
    world.record_month_ends((0, 0), (1_000_000, 0))
    world.close(second)
    assert world.registry.agreementOf(b).status == ENDED
    assert world.registry.billedThrough(METER) == ENDS[0]
    error = (
        refuses("DaysAlreadyBilled", meter=METER, billed=ENDS[0], next=JULY)
        if in_time
        else refuses("LongStopPassed", longStopDay=JULY + 14, today=world.today)
    )
    with error:
        world.registry.serve(first, sender=METER)
    assert world.registry.agreementOf(a).status == SIGNED


# -------------------------------------------------------------------------------------------------------------- voidAct


@pytest.mark.parametrize("party", PARTIES)
def test_a_party_takes_back_the_number_that_it_signed(world, party):
    terms, id_ = running(world)
    assert world.registry.voidAct(terms, 1, sender=party).events == [event("ActVoided", id=id_, number=1, party=party)]
    with refuses("WrongActNumber", given=1, needed=2):
        acted(world, terms, Act(1, cents=500))
    acted(world, terms, Act(2, cents=500))
    assert world.registry.accountOf(id_)[:5] == (2, 0, 0, 0, 500)


@pytest.mark.parametrize("party", PARTIES)
@pytest.mark.parametrize("number", [0, 1, 3, 2**32 - 1])
def test_only_the_next_number_is_voided(world, party, number):
    terms, _ = running(world)
    acted(world, terms, Act(1, cents=500))
    with refuses("WrongActNumber", given=number, needed=2):
        world.registry.voidAct(terms, number, sender=party)


@pytest.mark.parametrize("party", PARTIES)
def test_a_number_is_voided_wherever_acts_are_done(world, party):
    terms, id_ = signed(world, months=24)
    world.registry.voidAct(terms, 1, sender=party)
    world.registry.serve(terms, sender=METER)
    new, to = successor(world, terms, id_, meter=role(0x32))
    acted(world, terms, Act(2, successor=to), new)
    world.registry.voidAct(new, 1, sender=party)
    acted(world, new, Act(2, successor=to))
    world.registry.voidAct(new, 3, sender=party)
    assert world.registry.accountOf(to).acts == 3
    with refuses("WrongStatus", id=id_, status=HANDED_OVER, needed=RUNNING):
        world.registry.voidAct(terms, 3, sender=party)


@pytest.mark.parametrize("party", PARTIES)
def test_what_is_not_signed_has_no_acts_to_void(world, party):
    terms, id_ = world.proposed(producer=PRODUCER, consumer=CONSUMER)
    with refuses("WrongStatus", id=id_, status=PROPOSED, needed=RUNNING):
        world.registry.voidAct(terms, 1, sender=party)


@pytest.mark.parametrize("sender", OTHERS)
def test_nobody_else_voids(world, sender):
    terms, _ = running(world)
    with refuses("NotAParty", actor=sender):
        world.registry.voidAct(terms, 1, sender=sender)


@pytest.mark.parametrize("sender", OTHERS)
def test_nobody_else_objects(world, sender):
    terms, id_ = running(world)
    with refuses("NotAParty", actor=sender):
        world.registry.object(terms, sender=sender)
    with refuses("NothingToObjectTo", id=id_):
        world.registry.object(terms, sender=PRODUCER)


def test_voiding_leaves_the_rest_of_the_account(world):
    terms, id_ = running(world)
    acted(world, terms, Act(1, generation=-3, exported=4, cents=5))
    world.chain.time = (JULY + 20) * DAY
    world.registry.alarm(terms, sender=STRANGER)
    world.registry.voidAct(terms, 2, sender=PRODUCER)
    assert world.registry.accountOf(id_) == (2, JULY, 4, -3, 5, 0)
    assert world.registry.agreementOf(id_).pending
