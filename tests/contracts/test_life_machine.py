"""i8, i11 to i17, i19: agreements through everything that may happen, beside ppa's replay (tests/contracts/life.py).

After each act every word of storage is what the model makes of it, no meter's day is billed twice, and no Wh is there
that no meter counted and both parties did not correct; what was closed is as it was. At states taken by chance, and at
the end, each party alone ends what goes on.
"""

from contextlib import suppress
from functools import cache

import pytest

from tests.contracts.life import Lives
from tests.contracts.signing import Act, acted, closing, running, successor
from tests.contracts.world import World, month_ends, role
from tests.evm import Refused

STEPS = 1_200
SEEDS = range(8)
RIGHTS = {
    *("record", "relay", "close", "propose", "sign", "agree", "serve", "cancel", "voidAct"),
    *("adjust", "end", "hand over", "announce", "execute", "object", "dispute", "resolve"),
    *("declare", "confirm", "deny", "accept", "refuse", "alarm", "notifyLender", "cure", "exit", "endInSilence"),
}
ERRORS = {
    *("WrongStatus", "WrongActNumber", "ActExpired", "NotSignedBy", "RequestExpired", "AlreadyBrought"),
    *("MonthNotEnded", "NotDarkYet", "ClauseFailed", "MeterServesAnother", "LongStopPassed", "NeverServed"),
    *("OnlyCentsLeft", "NoNoticeDays", "MeterNotDead", "NotTheSameDeal", "NotSilent", "AwardBeyondClaim"),
    *("ClaimOutside", "NotDisputable", "PayeeHasTime", "MoreThanIsOwed", "NothingToCure", "LenderNotNotified"),
}


@cache
def lived(seed):
    """A whole life, compared at each step."""
    lives = Lives(seed)
    for _ in range(STEPS):
        lives.step()
    return lives


@pytest.mark.parametrize("seed", SEEDS)
def test_i8_i11_i12_i13_i14_i15_i19_whatever_happens_the_words_are_what_the_events_make(seed):
    lives = lived(seed)
    lives.check_all()
    assert sum(lives.done.values()) >= STEPS // 3


@pytest.mark.parametrize("seed", SEEDS)
def test_i16_one_honest_party_time_and_the_arbiter_end_whatever_goes_on(seed):
    lives = lived(seed)
    for deal in lives.deals:
        lives.check_nothing_locks(deal)
    assert lives.unlocked["by_the_term"]


def test_i16_every_way_to_end_alone_is_gone():
    ways = {way for seed in SEEDS for way in lived(seed).unlocked}
    assert ways == {"by_cancelling", "by_the_term", "by_silence", "by_the_arbiter"}


@pytest.mark.parametrize("seed", SEEDS)
def test_i17_what_was_closed_stays(seed):
    lives = lived(seed)
    assert len(lives.closed) > 50
    lives.check_closed()


def test_every_kind_of_act_succeeds_and_is_refused_somewhere():
    done, refused, errors = set(), set(), set()
    for lives in map(lived, SEEDS):
        done |= {name for name in lives.done if lives.done[name]}
        refused |= {name for name in lives.tried if lives.tried[name] > lives.done[name]}
        errors |= set(lives.errors)
    assert done >= RIGHTS
    assert refused >= RIGHTS - {"propose"} | {"intrude", "bring"}
    assert errors >= ERRORS


def test_i8_what_a_meter_billed_for_another_agreement_its_next_one_does_not_bill_again():
    """Random lives, seed 7, step 84: the first agreement was dark while its next meter still served the second."""
    world, other = World(), role(0x32)
    first, id_ = running(world)
    second, _ = running(world, months=5, meter=other, salt=5)
    ends = [world.JULY - 1, *month_ends(world.JULY, 6)]
    world.record_month_ends((0, 0), (1_000, 0))
    world.close(first)
    for count, day in enumerate(ends[:6]):
        world.record(day, count * 100_000, meter=other)
    billed = 1_000 + sum(closing(world, second)["statement"].generation - count * 100_000 for count in range(5))
    world.chain.time = (ends[5] + 62) * 86_400
    for _ in range(4):
        world.close(first)
    third, next_id = successor(world, first, id_, meter=other)
    acted(world, first, Act(successor=next_id), third)
    with suppress(Refused):
        world.registry.serve(third, sender=other)
    world.record(ends[6], 600_000, meter=other)
    world.chain.time = (ends[6] + 62) * 86_400
    billed += closing(world, third)["statement"].generation - 1_000
    assert billed <= 1_000 + 600_000
