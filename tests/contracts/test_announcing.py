"""What one party and the arbiter do together, after days of notice: a lost key is replaced, a dead meter is left.

announce
├── given both signatures, whoever brings it: kept until it is done, objected to, or lapsed
├── of a handover: to terms that differ in keys, meter and arbiter alone; anything else: NotTheSameDeal, NotTheSuccessor
├── of an end: of an agreement whose meter is dead; else MeterNotDead
├── of energy, cents, a settlement, or of nothing: BeyondTheArbiter
├── given a signature that is missing, or is of another: NotSignedBy; for nobody's party: NotAParty
├── given a number: WrongActNumber; too late: ActExpired; in terms without notice: NoNoticeDays
├── given an end that waits: it takes its place
└── given a handover that waits: AnnouncementPending; the same again, whatever became of it: AlreadyAnnounced
execute
├── given the days of notice over, whoever does it: it is handed over, or ends with all dark months closed
├── when earlier: NoticeNotOver; 180 days later: NoticeLapsed; never announced, or objected to: NotAnnounced
└── given a meter that spoke: MeterNotDead; a successor that is not signed: WrongStatus
object: either party to a handover, before it is done; to an end: NothingToObjectTo
"""

import pytest

from tests.contracts.signing import (
    ARBITER,
    ARBITER_KEY,
    CONSUMER,
    CONSUMER_KEY,
    NEW_OWNER,
    NEW_OWNER_KEY,
    PRODUCER,
    PRODUCER_KEY,
    STRANGER_KEY,
    Act,
    acted,
    announced,
    closing,
    digest,
    domain,
    running,
    signed,
    successor,
)
from tests.contracts.world import (
    DARK_DAYS,
    ENDED,
    HANDED_OVER,
    METER,
    NOTICE_LASTS,
    RUNNING,
    SIGNED,
    STRANGER,
    World,
    energy_charge,
    month_ends,
    role,
)
from tests.evm import NOBODY, event, refuses

ENDS = month_ends(World.JULY, 24)
DAY = 86_400
NOTICE = 14
NEW_METER = role(0x32)
NOTHING = (bytes(32), False, 0)


@pytest.fixture
def agreed(world):
    """July closed: 100.00 EUR; fourteen days of notice."""
    terms, id_ = running(world, noticeDays=NOTICE)
    world.record_month_ends((0, 0), (1_000_000, 0))
    world.close(terms)
    return terms, id_


def handover(to):
    return Act(0, successor=to)


def execute(world, terms, act, *successors, sender=STRANGER):
    return world.registry.execute(terms, act, successors, sender=sender)


def wait(world, days):
    world.chain.time += days * DAY


# ------------------------------------------------------------------------------------------------------------ handovers


@pytest.mark.parametrize("lost", [CONSUMER, PRODUCER])
def test_a_lost_key_is_replaced_by_the_other_party_and_the_arbiter(world, agreed, lost):
    terms, id_ = agreed
    party = PRODUCER if lost == CONSUMER else CONSUMER
    new, to = successor(world, terms, id_, **{"consumer" if lost == CONSUMER else "producer": NEW_OWNER})
    act = handover(to)
    assert announced(world, terms, act, new, party=party).events == [event("Announced", id=id_, act=act, party=party)]
    message = digest(id_, act, domain(world.registry.address))
    assert world.registry.announcementOf(id_) == (message[:29] + bytes(3), False, world.today)
    wait(world, NOTICE)
    executed, handed, served = execute(world, terms, act, new).events
    assert executed == event("Executed", id=id_, act=act)
    assert (handed, served.name) == (event("HandedOver", id=id_, successor=to), "Served")
    kept = world.registry.agreementOf(to)
    assert (kept.status, kept.balance, kept.periods) == (RUNNING, 10_000, 1)
    assert world.registry.announcementOf(id_) == NOTHING
    world.record(ENDS[1], 2_000_000)
    assert closing(world, new)["lines"] == (10_000,)


def test_a_lost_key_is_replaced_where_a_successor_waits_for_its_meter(world, agreed):
    terms, id_ = agreed
    waiting, second = successor(world, terms, id_, meter=NEW_METER)
    acted(world, terms, Act(successor=second), waiting)
    new, to = successor(world, waiting, second, consumer=NEW_OWNER, meter=role(0x33))
    announced(world, waiting, handover(to), new, party=PRODUCER)
    wait(world, NOTICE)
    execute(world, waiting, handover(to), new)
    assert world.registry.agreementOf(second).status == HANDED_OVER
    world.registry.serve(new, sender=role(0x33))
    assert world.registry.agreementOf(to)[:2] == (RUNNING, 1)


def test_a_dead_meter_and_an_arbiter_are_replaced_with_a_key_at_once(world, agreed):
    terms, id_ = agreed
    new, to = successor(
        world, terms, id_, consumer=NEW_OWNER, meter=NEW_METER, arbiter=role(0xAD), wordsHash=b"\1" * 32
    )
    announced(world, terms, handover(to), new, party=PRODUCER)
    wait(world, NOTICE)
    execute(world, terms, handover(to), new)
    assert world.registry.agreementOf(to).status == SIGNED and world.registry.servedBy(METER) == bytes(32)
    assert world.registry.billedThrough(METER) == ENDS[0]
    world.registry.serve(new, sender=NEW_METER)


OTHER_FIELDS = {
    "firstDay": ENDS[0] + 1,
    "firstMonth": 2,
    "months": 25,
    "disputeDays": 31,
    "noticeDays": NOTICE - 1,
    "silenceDays": 1,
    "longStopDay": ENDS[1],
    "currency": b"USD",
    "timeZone": b"Atlantic/Canary".ljust(32, b"\0"),
    "maxPower": 100_001,
    "maxClaim": 10_000_001,
    "documentHash": b"\1" * 32,
    "clauses": None,
}
FREE_FIELDS = {"wordsHash", "producer", "consumer", "meter", "arbiter", "supersedes", "salt"}


def test_each_field_of_the_terms_is_of_the_deal_or_free(world):
    assert set(world.terms()._fields) == FREE_FIELDS | set(OTHER_FIELDS)


@pytest.mark.parametrize("name", OTHER_FIELDS)
def test_a_deal_that_differs_in_one_field_is_refused(world, agreed, name):
    terms, id_ = agreed
    charge = terms.clauses[0]
    others = (
        [
            (world.clause(energy_charge(price=100_001)),),
            (charge, charge),
            (),
            (charge._replace(rule=world.guarantee.address),),
        ]
        if name == "clauses"
        else [OTHER_FIELDS[name]]
    )
    for other in others:
        assert other != getattr(terms, name)
        new = terms._replace(supersedes=id_, salt=9, consumer=NEW_OWNER, **{name: other})
        with refuses("NotTheSameDeal"):
            announced(world, terms, handover(world.registry.idOf(new)), new, party=PRODUCER)


def test_only_the_terms_that_were_signed_for_are_announced_and_executed(world, agreed):
    terms, id_ = agreed
    new, to = successor(world, terms, id_, consumer=NEW_OWNER)
    other, at = successor(world, terms, id_, consumer=NEW_OWNER, salt=100)
    for given, found in (((), bytes(32)), ((new, new), bytes(32)), ((other,), at)):
        with refuses("NotTheSuccessor", given=found, successor=to):
            announced(world, terms, handover(to), *given, party=PRODUCER)
    announced(world, terms, handover(to), new, party=PRODUCER)
    wait(world, NOTICE)
    for given, found in (((), bytes(32)), ((new, new), bytes(32)), ((other,), at)):
        with refuses("NotTheSuccessor", given=found, successor=to):
            execute(world, terms, handover(to), *given)


def test_a_successor_that_was_not_signed_is_executed_once_it_is(world, agreed):
    terms, id_ = agreed
    new = terms._replace(supersedes=id_, salt=9, consumer=NEW_OWNER)
    to = world.registry.idOf(new)
    announced(world, terms, handover(to), new, party=PRODUCER)
    wait(world, NOTICE)
    with refuses("WrongStatus", id=to, status=0, needed=SIGNED):
        execute(world, terms, handover(to), new)
    world.registry.propose(new, sender=PRODUCER)
    world.registry.sign(new, sender=NEW_OWNER)
    execute(world, terms, handover(to), new)
    assert world.registry.agreementOf(to).status == RUNNING


def test_a_handover_closes_first_what_anybody_could_have_closed(world, agreed):
    terms, id_ = agreed
    new, to = successor(world, terms, id_, consumer=NEW_OWNER)
    announced(world, terms, handover(to), new, party=PRODUCER)
    world.record(ENDS[1] + 1, 2_000_000)
    events = execute(world, terms, handover(to), new).events
    assert [e.name for e in events] == ["Executed", "Closed", "HandedOver", "Served"]
    assert world.registry.agreementOf(to).periods == 2


def test_a_handover_after_the_term_by_the_records_has_no_month_left_to_go_on_with(world):
    terms, id_ = running(world, noticeDays=NOTICE, months=1)
    new, to = successor(world, terms, id_, consumer=NEW_OWNER)
    announced(world, terms, handover(to), new, party=PRODUCER)
    world.record_month_ends((0, 0), (1, 0), (1, 0))
    with refuses("TermDoesNotFollow", firstDay=new.firstDay, firstMonth=1, months=1):
        execute(world, terms, handover(to), new)


# ----------------------------------------------------------------------------------------------------------------- ends


def test_an_agreement_whose_meter_is_dead_is_ended(world, agreed):
    terms, id_ = agreed
    world.chain.time = (ENDS[0] + DARK_DAYS + 1) * DAY - 1
    with refuses("MeterNotDead", heard=ENDS[0], deadDays=DARK_DAYS, today=ENDS[0] + DARK_DAYS):
        announced(world, terms, Act(0, successor=id_))
    world.chain.time += 1
    announced(world, terms, Act(0, successor=id_))
    assert world.registry.announcementOf(id_)[1:] == (True, world.today)
    for party in (PRODUCER, CONSUMER):
        with refuses("NothingToObjectTo", id=id_):
            world.registry.object(terms, sender=party)
    wait(world, NOTICE + 31)
    events = execute(world, terms, Act(0, successor=id_)).events
    assert [e.name for e in events] == ["Executed", "Closed", "Closed", "Ended"]
    kept = world.registry.agreementOf(id_)
    assert (kept.status, kept.periods, kept.balance, kept.closedThrough) == (ENDED, 3, 10_000, ENDS[1])


def test_a_record_after_the_announcement_prevents_the_end(world, agreed):
    terms, id_ = agreed
    world.chain.time = (ENDS[0] + DARK_DAYS + 1) * DAY
    announced(world, terms, Act(0, successor=id_))
    wait(world, NOTICE)
    world.record(ENDS[0] + DARK_DAYS, 1_000_001)
    with refuses("MeterNotDead", heard=ENDS[0] + DARK_DAYS, deadDays=DARK_DAYS, today=world.today):
        execute(world, terms, Act(0, successor=id_))
    assert world.registry.agreementOf(id_).status == RUNNING


def test_an_agreement_that_waits_for_its_meter_is_ended_when_it_waited_for_long(world, agreed):
    terms, id_ = agreed
    new, to = successor(world, terms, id_, meter=NEW_METER)
    acted(world, terms, Act(successor=to), new)
    world.chain.time = (ENDS[0] + DARK_DAYS + 1) * DAY
    world.record(ENDS[0] + DARK_DAYS - 1, 5, meter=NEW_METER)  # it speaks, and does not serve
    announced(world, new, Act(0, successor=to))
    wait(world, NOTICE)
    execute(world, new, Act(0, successor=to))
    assert world.registry.agreementOf(to).status == ENDED


def test_an_end_after_the_term_closes_it(world):
    terms, id_ = running(world, noticeDays=NOTICE, months=1)
    world.record(World.JULY - 1, 0)
    world.chain.time = (ENDS[0] + DARK_DAYS + 1) * DAY
    announced(world, terms, Act(0, successor=id_))
    wait(world, NOTICE)
    events = execute(world, terms, Act(0, successor=id_)).events
    assert [e.name for e in events] == ["Executed", "Opened", "Closed", "Ended"]
    assert world.registry.agreementOf(id_)[:2] == (ENDED, 1)


# -------------------------------------------------------------------------------------------------------------- refused


@pytest.mark.parametrize("field", ["generation", "exported", "cents", "settles"])
@pytest.mark.parametrize("ends", [True, False])
def test_i19_energy_cents_and_settlements_are_beyond_the_arbiter(world, agreed, field, ends):
    terms, id_ = agreed
    world.registry.dispute(terms, 1, -5, bytes(32), sender=CONSUMER)
    world.chain.time = (ENDS[0] + DARK_DAYS + 1) * DAY
    new, to = successor(world, terms, id_, consumer=NEW_OWNER)
    act = Act(0, successor=id_ if ends else to, **{field: 1})
    with refuses("BeyondTheArbiter"):
        announced(world, terms, act, *(() if ends else (new,)), party=PRODUCER)


def test_an_act_that_does_nothing_is_not_announced(world, agreed):
    with refuses("BeyondTheArbiter"):
        announced(world, agreed[0], Act(0))


def test_terms_without_days_of_notice_leave_the_arbiter_disputes_only(world):
    terms, id_ = running(world)
    new, to = successor(world, terms, id_, consumer=NEW_OWNER)
    with refuses("NoNoticeDays"):
        announced(world, terms, handover(to), new, party=PRODUCER)


@pytest.mark.parametrize("who", [STRANGER, ARBITER, METER, NEW_OWNER, NOBODY])
def test_who_is_no_party_announces_nothing(world, agreed, who):
    terms, id_ = agreed
    new, to = successor(world, terms, id_, consumer=NEW_OWNER)
    arguments = signed(world, terms, handover(to), keys=(NEW_OWNER_KEY, ARBITER_KEY))
    with refuses("NotAParty", actor=who):
        world.registry.announce(*arguments[:2], who, *arguments[2:], (new,), sender=who)


def test_an_announcement_has_no_number_and_expires(world, agreed):
    terms, id_ = agreed
    new, to = successor(world, terms, id_, consumer=NEW_OWNER)
    for number in (1, 2, 2**32 - 1):
        with refuses("WrongActNumber", given=number, needed=0):
            announced(world, terms, Act(number, successor=to), new, party=PRODUCER)
    now = world.chain.time
    with refuses("ActExpired", until=now - 1, timestamp=now):
        announced(world, terms, Act(0, now - 1, successor=to), new, party=PRODUCER)
    announced(world, terms, Act(0, now, successor=to), new, party=PRODUCER)


@pytest.mark.parametrize("sender", [STRANGER, PRODUCER, CONSUMER, ARBITER, METER])
@pytest.mark.parametrize(
    ("keys", "missing"),
    [
        ((STRANGER_KEY, ARBITER_KEY), PRODUCER),
        ((CONSUMER_KEY, ARBITER_KEY), PRODUCER),
        ((ARBITER_KEY, ARBITER_KEY), PRODUCER),
        ((PRODUCER_KEY, STRANGER_KEY), ARBITER),
        ((PRODUCER_KEY, PRODUCER_KEY), ARBITER),
        ((PRODUCER_KEY, CONSUMER_KEY), ARBITER),
    ],
)
def test_whose_signature_is_missing_is_named_unless_it_brings_it_itself(world, agreed, sender, keys, missing):
    terms, id_ = agreed
    new, to = successor(world, terms, id_, consumer=NEW_OWNER)
    _, _, *signatures = signed(world, terms, handover(to), keys=keys)
    arguments = terms, handover(to), PRODUCER, *signatures, (new,)
    if sender == missing:
        world.registry.announce(*arguments, sender=sender)
        assert world.registry.announcementOf(id_).day == world.today
        return
    with refuses("NotSignedBy", party=missing, digest=digest(id_, handover(to), domain(world.registry.address))):
        world.registry.announce(*arguments, sender=sender)


def test_one_announcement_waits_until_it_lapsed_or_was_objected_to(world, agreed):
    terms, id_ = agreed
    new, to = successor(world, terms, id_, consumer=NEW_OWNER)
    other, at = successor(world, terms, id_, consumer=NEW_OWNER, salt=100)
    announced(world, terms, handover(to), new, party=PRODUCER)
    day = world.today
    world.chain.time = (day + NOTICE + NOTICE_LASTS + 1) * DAY - 1
    with refuses("AnnouncementPending", day=day):
        announced(world, terms, handover(at), other, party=PRODUCER)
    world.chain.time += 1
    announced(world, terms, handover(at), other, party=PRODUCER)
    assert world.registry.announcementOf(id_).day == world.today
    with refuses("NotAnnounced", digest=digest(id_, handover(to), domain(world.registry.address))):
        execute(world, terms, handover(to), new)


def test_an_end_that_was_announced_is_replaced_at_once_as_its_meter_may_have_spoken_again(world, agreed):
    terms, id_ = agreed
    new, to = successor(world, terms, id_, consumer=NEW_OWNER)
    world.chain.time = (ENDS[0] + DARK_DAYS + 1) * DAY
    end = Act(0, successor=id_)
    announced(world, terms, end)
    wait(world, NOTICE)
    world.record(ENDS[1], 1_000_001)
    with refuses("MeterNotDead", heard=ENDS[1], deadDays=DARK_DAYS, today=world.today):
        execute(world, terms, end)
    announced(world, terms, handover(to), new, party=PRODUCER)
    message = digest(id_, handover(to), domain(world.registry.address))
    assert world.registry.announcementOf(id_) == (message[:29] + bytes(3), False, world.today)
    wait(world, NOTICE)
    with refuses("NotAnnounced", digest=digest(id_, end, domain(world.registry.address))):
        execute(world, terms, end)
    execute(world, terms, handover(to), new)
    assert world.registry.agreementOf(to).status == RUNNING


def test_an_end_that_was_announced_is_replaced_by_another_end(world, agreed):
    """Whose days of notice begin anew; the first one is used up."""
    terms, id_ = agreed
    world.chain.time = (ENDS[0] + DARK_DAYS + 1) * DAY
    first, second = (Act(0, successor=id_, reason=reason * 32) for reason in (b"\1", b"\2"))
    announced(world, terms, first)
    wait(world, 1)
    announced(world, terms, second)
    assert world.registry.announcementOf(id_)[1:] == (True, world.today)
    with refuses("AlreadyAnnounced", digest=digest(id_, first, domain(world.registry.address))):
        announced(world, terms, first)
    wait(world, NOTICE)
    with refuses("NotAnnounced", digest=digest(id_, first, domain(world.registry.address))):
        execute(world, terms, first)
    execute(world, terms, second)
    assert world.registry.agreementOf(id_).status == ENDED


@pytest.mark.parametrize("ends", [True, False])
def test_a_handover_that_was_announced_is_replaced_by_nothing(world, agreed, ends):
    terms, id_ = agreed
    new, to = successor(world, terms, id_, consumer=NEW_OWNER)
    world.chain.time = (ENDS[0] + DARK_DAYS + 1) * DAY
    announced(world, terms, handover(to), new, party=PRODUCER)
    act = Act(0, successor=id_) if ends else handover(to)._replace(reason=b"\1" * 32)
    with refuses("AnnouncementPending", day=world.today):
        announced(world, terms, act, *(() if ends else (new,)), party=PRODUCER)


@pytest.mark.parametrize("lapsed", [True, False])
def test_what_was_announced_once_is_not_announced_again(world, agreed, lapsed):
    terms, id_ = agreed
    new, to = successor(world, terms, id_, consumer=NEW_OWNER)
    announced(world, terms, handover(to), new, party=PRODUCER)
    if lapsed:
        wait(world, NOTICE + NOTICE_LASTS + 1)
    else:
        world.registry.object(terms, sender=CONSUMER)
    message = digest(id_, handover(to), domain(world.registry.address))
    assert world.registry.isUsed(message)
    with refuses("AlreadyAnnounced", digest=message):
        announced(world, terms, handover(to), new, party=PRODUCER)


def test_it_is_done_after_the_days_of_notice_and_not_after_180_more(world, agreed):
    terms, id_ = agreed
    new, to = successor(world, terms, id_, consumer=NEW_OWNER)
    act = handover(to)
    with refuses("NotAnnounced", digest=digest(id_, act, domain(world.registry.address))):
        execute(world, terms, act, new)
    announced(world, terms, act, new, party=PRODUCER)
    day = world.today
    for sender in (STRANGER, PRODUCER, CONSUMER, ARBITER):
        world.chain.time = (day + NOTICE) * DAY - 1
        with refuses("NoticeNotOver", day=day, noticeDays=NOTICE, today=day + NOTICE - 1):
            execute(world, terms, act, new, sender=sender)
    last = day + NOTICE + NOTICE_LASTS
    world.chain.time = (last + 1) * DAY
    with refuses("NoticeLapsed", day=day, lastDay=last, today=last + 1):
        execute(world, terms, act, new)
    world.chain.time -= 1
    execute(world, terms, act, new)
    assert world.registry.agreementOf(to).status == RUNNING


@pytest.mark.parametrize("party", [PRODUCER, CONSUMER])
@pytest.mark.parametrize("days", [0, NOTICE, NOTICE + NOTICE_LASTS + 9])
def test_either_party_objects_to_a_handover_until_it_is_done(world, agreed, party, days):
    terms, id_ = agreed
    new, to = successor(world, terms, id_, consumer=NEW_OWNER)
    announced(world, terms, handover(to), new, party=PRODUCER)
    wait(world, days)
    assert world.registry.object(terms, sender=party).events == [event("Objected", id=id_, party=party)]
    assert world.registry.announcementOf(id_) == NOTHING
    with refuses("NotAnnounced", digest=digest(id_, handover(to), domain(world.registry.address))):
        execute(world, terms, handover(to), new)
    with refuses("NothingToObjectTo", id=id_):
        world.registry.object(terms, sender=party)


def test_only_the_announced_act_is_done(world, agreed):
    """Another reason is another act."""
    terms, id_ = agreed
    new, to = successor(world, terms, id_, consumer=NEW_OWNER)
    announced(world, terms, handover(to), new, party=PRODUCER)
    wait(world, NOTICE)
    other = handover(to)._replace(reason=b"\1" * 32)
    with refuses("NotAnnounced", digest=digest(id_, other, domain(world.registry.address))):
        execute(world, terms, other, new)
