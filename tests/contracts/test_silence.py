"""A meter that says nothing: months go on being closed, either party may leave, anybody may sound the alarm.

endInSilence
├── given either party, after the silence that the terms name: it ends, all dark months closed first
├── given a successor that waits for its meter: silent since its predecessor heard something last
├── when another: NotAParty; earlier: NotSilent; terms that name no days: NoSilenceDays
└── given a term that is over in darkness: TermOver
alarm
├── given seven days of silence, whoever calls: recorded once, again after another record and another silence
├── given a meter that never recorded: silent since the day before the first
└── when it spoke: NotSilent; again: AlreadyAlarmed; not running: WrongStatus
"""

import pytest
from eth_abi import encode

from tests.contracts.signing import ARBITER, CONSUMER, PRODUCER, Act, acted, closing, running, successor
from tests.contracts.world import (
    DARK,
    DARK_DAYS,
    EARLY_BOUNDARY,
    ENDED,
    LAST,
    METER,
    RUNNING,
    SIGNED,
    SILENT,
    STRANGER,
    World,
    month_ends,
    role,
)
from tests.evm import Refused, event, refuses

JULY = World.JULY
ENDS = month_ends(JULY, 24)
DAY = 86_400
NEW_METER = role(0x32)
SILENCE = 90


@pytest.fixture
def agreed(world):
    """July closed: 100.00 EUR; ninety days of silence."""
    terms, id_ = running(world, silenceDays=SILENCE)
    world.record_month_ends((0, 0), (1_000_000, 0))
    world.close(terms)
    return terms, id_


def on(world, day):
    world.chain.time = day * DAY


def leave(world, terms, sender=CONSUMER):
    return world.registry.endInSilence(terms, sender=sender)


# ----------------------------------------------------------------------------------------------------------- the months


def test_months_go_on_being_closed_and_the_roof_is_paid_though_the_meter_never_speaks_again(world):
    fee = world.clause(encode(["uint64", "uint32"], [120_000, 0]), world.chain.deploy("FixedFee"))
    terms, id_ = running(world, clauses=(world.clause(), fee))
    world.record_month_ends((0, 0), (1_000_000, 0))
    assert closing(world, terms)["lines"][0] == 10_000
    for number, end in enumerate(ENDS[1:4], start=2):
        on(world, end + DARK_DAYS + 1)
        world.chain.time -= 1
        with pytest.raises(Refused, match="MonthNotEnded"):
            world.close(terms)
        world.chain.time += 1
        month = closing(world, terms)
        assert (month["number"], month["lines"][0]) == (number, 0) and month["lines"][1] > 0
        assert month["statement"].flags == EARLY_BOUNDARY | DARK | SILENT | number - 1 << 8
        assert month["statement"].boundaryDay == ENDS[0]
    assert world.registry.agreementOf(id_).periods == 4


def test_energy_of_dark_months_is_in_the_statement_after_the_next_record(world, agreed):
    terms, _ = agreed
    on(world, ENDS[1] + DARK_DAYS + 1)
    assert closing(world, terms)["lines"] == (0,)
    world.record(ENDS[3], 5_000_000)
    dark, lit = closing(world, terms), closing(world, terms)
    assert (dark["lines"], dark["statement"].flags) == ((0,), EARLY_BOUNDARY | DARK | 2 << 8)
    assert (lit["lines"], lit["statement"].flags) == ((40_000,), 0)


# -------------------------------------------------------------------------------------------------------------- leaving


@pytest.mark.parametrize("sender", [PRODUCER, CONSUMER])
def test_either_party_leaves_after_the_silence_that_the_terms_name(world, agreed, sender):
    terms, id_ = agreed
    on(world, ENDS[0] + SILENCE + 1)
    world.chain.time -= 1
    with refuses("NotSilent", heard=ENDS[0], silentDays=SILENCE, today=ENDS[0] + SILENCE):
        leave(world, terms, sender)
    world.chain.time += 1
    silence, closed, ended = leave(world, terms, sender).events
    assert silence == event("EndedInSilence", id=id_, party=sender, heard=ENDS[0])
    assert closed.args["statement"].flags == DARK | LAST | 1 << 8 and closed.args["lines"] == (0,)
    assert ended == event("Ended", id=id_, balance=10_000)
    assert world.registry.agreementOf(id_).status == ENDED
    assert (world.registry.servedBy(METER), world.registry.billedThrough(METER)) == (bytes(32), ENDS[0])


def test_the_dark_months_are_closed_first(world, agreed):
    terms, id_ = agreed
    on(world, ENDS[2] + DARK_DAYS + 1)
    assert [e.name for e in leave(world, terms).events] == ["Closed", "Closed", "EndedInSilence", "Closed", "Ended"]
    assert world.registry.agreementOf(id_)[:2] == (ENDED, 4)


@pytest.mark.parametrize("sender", [STRANGER, METER, ARBITER])
def test_nobody_else_leaves(world, agreed, sender):
    on(world, ENDS[5])
    with refuses("NotAParty", actor=sender):
        leave(world, agreed[0], sender)


@pytest.mark.parametrize("sender", [PRODUCER, CONSUMER])
def test_terms_that_name_no_days_of_silence_are_never_left_so(world, sender):
    terms, _ = running(world)
    world.record_month_ends((0, 0), (1_000_000, 0))
    on(world, ENDS[20])
    with refuses("NoSilenceDays"):
        leave(world, terms, sender)


def test_a_record_ends_the_silence(world, agreed):
    terms, _ = agreed
    on(world, ENDS[0] + SILENCE + 1)
    world.record(ENDS[0] + SILENCE, 1_000_001)
    with refuses("NotSilent", heard=ENDS[0] + SILENCE, silentDays=SILENCE, today=world.today):
        leave(world, terms)


@pytest.mark.parametrize("sender", [PRODUCER, CONSUMER])
def test_a_meter_that_never_recorded_is_silent_since_the_day_before_the_first(world, sender):
    terms, id_ = running(world, silenceDays=SILENCE)
    on(world, JULY + SILENCE)
    world.chain.time -= 1
    with refuses("NotSilent", heard=JULY - 1, silentDays=SILENCE, today=JULY + SILENCE - 1):
        leave(world, terms, sender)
    world.chain.time += 1
    leave(world, terms, sender)
    kept = world.registry.agreementOf(id_)
    assert (kept.status, kept.balance) == (ENDED, 0)


@pytest.mark.parametrize("sender", [PRODUCER, CONSUMER])
@pytest.mark.parametrize("spoke", [True, False])
def test_a_successor_whose_meter_never_serves_is_left_by_either_party(world, agreed, sender, spoke):
    terms, id_ = agreed
    new, to = successor(world, terms, id_, meter=NEW_METER)
    acted(world, terms, Act(successor=to), new)
    on(world, ENDS[0] + SILENCE + 1)
    if spoke:
        world.record(ENDS[0] + SILENCE - 1, 7, meter=NEW_METER)
    leave(world, new, sender)
    kept = world.registry.agreementOf(to)
    assert (kept.status, kept.balance) == (ENDED, 10_000)


@pytest.mark.parametrize("sender", [PRODUCER, CONSUMER])
def test_a_clause_that_always_fails_and_a_dead_meter_hold_nobody(world, sender):
    odd = world.odd("OddClause", (0).to_bytes(32, "big") + (1).to_bytes(32, "big") + bytes(32))
    terms, id_ = running(world, silenceDays=SILENCE, disputeDays=30, clauses=(odd,))
    world.record(JULY - 1, 0)
    on(world, JULY + SILENCE + 62)
    leave(world, terms, sender)
    assert world.registry.agreementOf(id_).status == ENDED


def test_a_term_that_is_over_in_darkness_is_closed_by_anyone_and_not_left(world):
    terms, id_ = running(world, silenceDays=SILENCE, months=1)
    world.record(JULY - 1, 0)
    on(world, ENDS[0] + SILENCE + 1)
    with refuses("TermOver", closedThrough=ENDS[0]):
        leave(world, terms)
    world.close(terms)
    assert world.registry.agreementOf(id_).status == ENDED


def test_what_no_meter_serves_is_not_left_in_silence(world):
    terms, id_ = world.signed(consumer=CONSUMER, silenceDays=SILENCE)
    on(world, ENDS[5])
    with refuses("WrongStatus", id=id_, status=SIGNED, needed=RUNNING):
        leave(world, terms)


# ---------------------------------------------------------------------------------------------------------------- alarm


def test_a_silent_meter_is_recorded_once_a_silence(world):
    terms, id_ = running(world)
    world.record(JULY + 3, 5)
    on(world, JULY + 3 + 8)
    world.chain.time -= 1
    with refuses("NotSilent", heard=JULY + 3, silentDays=7, today=JULY + 3 + 7):
        world.registry.alarm(terms, sender=STRANGER)
    world.chain.time += 1
    sounded = world.registry.alarm(terms, sender=STRANGER).events
    assert sounded == [event("Silent", id=id_, meter=METER, heard=JULY + 3)]
    world.chain.time += DAY * 100
    with refuses("AlreadyAlarmed", heard=JULY + 3):
        world.registry.alarm(terms, sender=STRANGER)
    world.record(JULY + 105, 5)
    with refuses("NotSilent", heard=JULY + 105, silentDays=7, today=world.today):
        world.registry.alarm(terms, sender=STRANGER)
    world.chain.time += DAY * 20
    assert world.registry.alarm(terms, sender=CONSUMER).events[0].args["heard"] == JULY + 105


def test_a_meter_that_recorded_the_first_day_only_is_silent_since_then(world):
    terms, _ = running(world)
    world.record(JULY, 5)
    on(world, JULY + 8)
    assert world.registry.alarm(terms, sender=STRANGER).events[0].args["heard"] == JULY


def test_a_meter_that_never_recorded_is_alarmed_since_before_the_first_day(world):
    terms, id_ = running(world)
    with refuses("NotSilent", heard=JULY - 1, silentDays=7, today=world.today):
        world.registry.alarm(terms, sender=STRANGER)
    on(world, JULY + 7)
    assert world.registry.alarm(terms, sender=STRANGER).events[0].args["heard"] == JULY - 1
    with refuses("AlreadyAlarmed", heard=JULY - 1):
        world.registry.alarm(terms, sender=STRANGER)
    assert world.registry.accountOf(id_).alarmDay == JULY


def test_a_successor_that_waits_for_its_meter_is_alarmed(world, agreed):
    terms, id_ = agreed
    new, to = successor(world, terms, id_, meter=NEW_METER)
    acted(world, terms, Act(successor=to), new)
    on(world, ENDS[0] + 8)
    sounded = world.registry.alarm(new, sender=STRANGER).events
    assert sounded == [event("Silent", id=to, meter=NEW_METER, heard=ENDS[0])]


def test_only_an_agreement_that_goes_on_has_an_alarm(world):
    terms, id_ = world.signed()
    on(world, JULY + 30)
    with refuses("WrongStatus", id=id_, status=SIGNED, needed=RUNNING):
        world.registry.alarm(terms, sender=STRANGER)
