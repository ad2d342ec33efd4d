"""A lender's notice: how long it holds, and that the lender may say "cured", once.

exit by a clause that names a lender
├── given a notice, the days to cure over: until 180 days after that; then NoticeLapsed
└── given that it was cured, or is of another clause: LenderNotNotified; a new notice starts the days again
cure
├── given the lender, within its days: the notice holds no more
├── given a notice after one of the same clause that was cured and has not lapsed: it is final, NothingToCure
├── later, twice, without a notice: NothingToCure
└── when another: NotTheLender
"""

import pytest

from tests.contracts.signing import ARBITER, BANK, CONSUMER, PRODUCER, exit_table, running
from tests.contracts.world import ENDED, METER, NOTICE_LASTS, STRANGER, World, month_ends
from tests.evm import event, refuses

ENDS = month_ends(World.JULY, 24)
DAY = 86_400
CURE = 60


@pytest.fixture
def agreed(world):
    """July closed; the consumer may leave by clause 1, the bank has 60 days to cure."""
    table = world.clause(exit_table(prices=(0, 0), lender=BANK, cure=CURE), world.chain.deploy("ExitTable"))
    terms, id_ = running(world, clauses=(world.clause(), table))
    world.record_month_ends((0, 0), (1_000_000, 0))
    world.close(terms)
    return terms, id_


def notify(world, terms):
    """The day of the notice."""
    world.registry.notifyLender(terms, 1, sender=CONSUMER)
    return world.today


def leave(world, terms):
    return world.registry.exit(terms, 1, sender=CONSUMER)


def cure(world, terms, sender=BANK):
    return world.registry.cure(terms, sender=sender)


def test_a_notice_lapses_180_days_after_the_days_to_cure(world, agreed):
    terms, id_ = agreed
    day = notify(world, terms)
    last = day + CURE + NOTICE_LASTS
    world.chain.time = (last + 1) * DAY
    with refuses("NoticeLapsed", day=day, lastDay=last, today=last + 1):
        leave(world, terms)
    world.chain.time -= 1
    leave(world, terms)
    assert world.registry.agreementOf(id_).status == ENDED


def test_a_notice_that_lapsed_is_given_again(world, agreed):
    terms, _ = agreed
    notify(world, terms)
    world.chain.time += 400 * DAY
    day = notify(world, terms)
    with refuses("CureNotOver", noticeDay=day, cureDays=CURE, today=day):
        leave(world, terms)
    world.chain.time += CURE * DAY
    leave(world, terms)


@pytest.mark.parametrize("days", [0, CURE])
def test_the_lender_cures_and_the_notice_holds_no_more(world, agreed, days):
    terms, id_ = agreed
    day = notify(world, terms)
    world.chain.time = (day + days + 1) * DAY - 1
    assert cure(world, terms).events == [event("Cured", id=id_, lender=BANK)]
    assert world.registry.noticeOf(id_) == (day, 1, True, False)
    world.chain.time = (day + CURE) * DAY
    with refuses("LenderNotNotified", lender=BANK):
        leave(world, terms)


def test_the_lender_cures_within_its_days_and_once(world, agreed):
    terms, id_ = agreed
    with refuses("NothingToCure", id=id_):
        cure(world, terms)
    day = notify(world, terms)
    world.chain.time = (day + CURE + 1) * DAY
    with refuses("NothingToCure", id=id_):
        cure(world, terms)
    world.chain.time -= 1
    cure(world, terms)
    with refuses("NothingToCure", id=id_):
        cure(world, terms)


@pytest.mark.parametrize("sender", [PRODUCER, CONSUMER, METER, ARBITER, STRANGER])
def test_nobody_else_cures(world, agreed, sender):
    terms, _ = agreed
    notify(world, terms)
    with refuses("NotTheLender", actor=sender, lender=BANK):
        cure(world, terms, sender)


def test_a_notice_soon_after_one_that_was_cured_is_final(world, agreed):
    """Else the lender could bar the exit for ever; and so is the one after it."""
    terms, id_ = agreed
    notify(world, terms)
    cure(world, terms)
    for _ in range(2):
        world.chain.time += 30 * DAY
        day = notify(world, terms)
        assert world.registry.noticeOf(id_) == (day, 1, False, True)
        with refuses("NothingToCure", id=id_):
            cure(world, terms)
    world.chain.time += CURE * DAY
    leave(world, terms)
    assert world.registry.agreementOf(id_).status == ENDED


@pytest.mark.parametrize(("days", "final"), [(CURE + NOTICE_LASTS, True), (CURE + NOTICE_LASTS + 1, False)])
def test_a_notice_long_after_one_that_was_cured_may_be_cured_again(world, agreed, days, final):
    terms, id_ = agreed
    day = notify(world, terms)
    cure(world, terms)
    world.chain.time = (day + days) * DAY
    told = world.registry.notifyLender(terms, 1, sender=CONSUMER).events[0]
    assert told.args["isFinal"] == world.registry.noticeOf(id_).isFinal == final
    if final:
        with refuses("NothingToCure", id=id_):
            cure(world, terms)
    else:
        cure(world, terms)


@pytest.mark.parametrize("cures", [1, 2])
def test_a_notice_is_final_only_after_one_of_the_same_clause(world, cures):
    """Each clause has a lender of its own: what one cured says nothing of the other."""
    tables = [
        world.clause(exit_table(prices=(0, 0), lender=bank, cure=CURE), world.chain.deploy("ExitTable"))
        for bank in (BANK, STRANGER)
    ]
    terms, id_ = running(world, clauses=tuple(tables))
    for turn in range(cures):
        world.registry.notifyLender(terms, 1, sender=CONSUMER)
        assert world.registry.noticeOf(id_) == (world.today, 1, False, turn > 0)
        if not turn:
            cure(world, terms, STRANGER)
    world.registry.notifyLender(terms, 0, sender=CONSUMER)
    assert world.registry.noticeOf(id_) == (world.today, 0, False, False)
    cure(world, terms)
    world.registry.notifyLender(terms, 1, sender=CONSUMER)
    assert world.registry.noticeOf(id_) == (world.today, 1, False, False)
    cure(world, terms, STRANGER)


def test_a_notice_after_one_that_was_not_cured_may_be_cured(world, agreed):
    terms, id_ = agreed
    notify(world, terms)
    world.chain.time += 10 * DAY
    day = notify(world, terms)
    assert world.registry.noticeOf(id_) == (day, 1, False, False)
    cure(world, terms)


def test_each_lender_cures_the_notice_of_its_own_clause(world):
    tables = [
        world.clause(exit_table(prices=(0, 0), lender=bank, cure=CURE), world.chain.deploy("ExitTable"))
        for bank in (BANK, STRANGER)
    ]
    terms, id_ = running(world, clauses=tuple(tables))
    world.registry.notifyLender(terms, 1, sender=CONSUMER)
    with refuses("NotTheLender", actor=BANK, lender=STRANGER):
        cure(world, terms)
    cure(world, terms, STRANGER)
    world.registry.notifyLender(terms, 0, sender=CONSUMER)
    assert world.registry.noticeOf(id_)[1:] == (0, False, False)
    cure(world, terms)
