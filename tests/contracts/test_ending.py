"""Ends before the term's by a clause.

exit
├── given the consumer: the year's price, or a higher appraisal, is a line of a last statement
├── given a lender: notified, and the days to cure passed: LenderNotNotified, CureNotOver
├── given a successor that waits for its meter: as well, with a last statement in silence
├── when another: NotTheConsumer; the term over: TermOver; not running: WrongStatus
└── given a clause that is no exit, does not exist, answers short or too much: NoExit
notifyLender
├── given the consumer: the day is kept, and its event emitted; again: a new day
└── when another: NotTheConsumer; a clause without a lender: NoLender; no exit: NoExit
what a lender may do with it: test_lenders.py; ends in silence, and the alarm: test_silence.py
ExitTable.check: WrongLength, NotCanonical, SizeIsZero, NoLenderToCure, NoAppraiser, PriceTooLarge
an agreement ends at its term: its last statement is of whole months (test_closing.py)
"""

import pyrevm
import pytest

from tests.contracts.signing import CONSUMER, PRODUCER, Act, acted, exit_table, running, successor
from tests.contracts.world import (
    DARK,
    ENDED,
    LAST,
    METER,
    RUNNING,
    SIGNED,
    SILENT,
    STRANGER,
    Clause,
    World,
    day_of,
    month_ends,
    role,
)
from tests.evm import NOBODY, Chain, Refused, event, refuses

JULY = World.JULY
ENDS = month_ends(JULY, 24)
BANK = role(0xBB)
EXIT = Chain().deploy("ExitTable")
MOVED = exit_table(prices=(1, 5))  # its array said to start a word later
MOVED = MOVED[:160] + (192).to_bytes(32, "big") + MOVED[192:]


def with_exit(world, **params):
    """An energy charge and an exit table; July is closed."""
    table = world.clause(exit_table(**params), world.chain.deploy("ExitTable"))
    terms, id_ = running(world, clauses=(world.clause(), table))
    world.record_month_ends((0, 0), (1_000_000, 0))
    world.close(terms)
    return terms, id_


def leave(world, terms, clause=1, sender=CONSUMER):
    return world.registry.exit(terms, clause, sender=sender)


def test_the_consumer_ends_it_at_the_price_of_the_year(world):
    """0.525 EUR/W x 100 kW = 52,500.00 EUR, and what ten days of August made."""
    terms, id_ = with_exit(world)
    world.record(ENDS[0] + 10, 1_500_000)
    receipt = leave(world, terms)
    assert [e.name for e in receipt.events] == ["Exited", "Closed", "Ended"]
    assert receipt.events[0] == event("Exited", id=id_, clause=1, price=5_250_000)
    closed = receipt.events[1].args
    assert (closed["lines"], closed["balance"]) == ((5_000, 0, 5_250_000), 5_265_000)
    assert closed["statement"].lastDay == ENDS[0] + 10
    assert (world.registry.agreementOf(id_).status, world.registry.servedBy(METER)) == (ENDED, bytes(32))


def test_the_second_years_price_holds_from_its_first_month(world):
    terms, _ = with_exit(world)
    for n in range(1, 12):
        world.record(ENDS[n], 1_000_000)
        world.close(terms)
    assert leave(world, terms).events[0].args["price"] == 5_000_000


def test_the_first_years_price_holds_in_its_last_month(world):
    terms, _ = with_exit(world)
    for n in range(1, 11):
        world.record(ENDS[n], 1_000_000)
        world.close(terms)
    assert leave(world, terms).events[0].args["price"] == 5_250_000


def test_a_buy_out_costs_at_least_the_appraisal(world):
    """Max(FMV, T[y])."""
    index = world.chain.deploy("IndexPublisher", PRODUCER, b"FMV".ljust(32, b"\0"))
    terms, id_ = with_exit(world, appraiser=index.address)
    with pytest.raises(Refused, match="NoExit"):
        leave(world, terms)
    index.publish(ENDS[0] + 1, 6_000_000, sender=PRODUCER)
    world.chain.time = (ENDS[0] + 20) * 86_400
    receipt = leave(world, terms)
    assert receipt.events[0].args["price"] == 6_000_000
    assert world.registry.agreementOf(id_).balance == 6_010_000


def test_an_appraisal_below_the_table_changes_nothing(world):
    index = world.chain.deploy("IndexPublisher", PRODUCER, b"FMV".ljust(32, b"\0"))
    index.publish(JULY, 1, sender=PRODUCER)
    terms, _ = with_exit(world, appraiser=index.address)
    world.chain.time = (JULY + 30) * 86_400
    assert leave(world, terms).events[0].args["price"] == 5_250_000


def test_a_lender_is_notified_and_has_its_days_to_cure(world):
    """Now >= notice + cure."""
    terms, id_ = with_exit(world, lender=BANK, cure=60)
    with refuses("LenderNotNotified", lender=BANK):
        leave(world, terms)
    notice = world.today
    notified = world.registry.notifyLender(terms, 1, sender=CONSUMER).events
    assert notified == [event("Notified", id=id_, lender=BANK, day=notice, clause=1, isFinal=False)]
    assert world.registry.noticeOf(id_) == (notice, 1, False, False)
    world.chain.time = (notice + 60) * 86_400 - 1
    with refuses("CureNotOver", noticeDay=notice, cureDays=60, today=notice + 59):
        leave(world, terms)
    world.chain.time += 1
    leave(world, terms)


def test_a_new_notice_starts_the_days_again(world):
    terms, _ = with_exit(world, lender=BANK, cure=60)
    world.registry.notifyLender(terms, 1, sender=CONSUMER)
    world.chain.time += 50 * 86_400
    world.registry.notifyLender(terms, 1, sender=CONSUMER)
    notice = world.today
    world.chain.time += 59 * 86_400
    with refuses("CureNotOver", noticeDay=notice, cureDays=60, today=notice + 59):
        leave(world, terms)


def test_only_the_consumer_leaves_or_notifies(world):
    terms, _ = with_exit(world, lender=BANK)
    for sender in (PRODUCER, METER, BANK, STRANGER):
        with refuses("NotTheConsumer", actor=sender, consumer=CONSUMER):
            leave(world, terms, sender=sender)
        with refuses("NotTheConsumer", actor=sender, consumer=CONSUMER):
            world.registry.notifyLender(terms, 1, sender=sender)


def test_a_lender_that_the_clause_does_not_name_is_not_notified(world):
    terms, _ = with_exit(world)
    with refuses("NoLender", clause=1):
        world.registry.notifyLender(terms, 1, sender=CONSUMER)


@pytest.mark.parametrize(("clause", "answer"), [(0, b""), (2, b""), (2**256 - 1, b"")])
def test_a_clause_that_is_no_exit_is_refused(world, clause, answer):
    terms, _ = with_exit(world)
    for leaving in (world.registry.exit, world.registry.notifyLender):
        with refuses("NoExit", clause=clause, answer=answer):
            leaving(terms, clause, sender=CONSUMER)


def answer_of(*words):
    return b"".join(word.to_bytes(32, "big") for word in words)


@pytest.mark.parametrize(
    ("price", "error"), [((0, 0), True), ((), True), ((2**47,), True), ((2**256 - 1,), True), ((2**47 - 1,), False)]
)
def test_an_exit_of_somebody_else_answers_a_price_that_fits(world, price, error):
    odd = world.chain.deploy("OddExit")
    odd.say(answer_of(*price), answer_of(0, 0), sender=STRANGER)
    terms, _ = running(world, clauses=(world.clause(), Clause(odd.address, b"")))
    if error:
        with refuses("NoExit", clause=1, answer=answer_of(*price)):
            leave(world, terms)
    else:
        assert leave(world, terms).events[0].args["price"] == price[0]


@pytest.mark.parametrize(
    ("lender", "error"),
    [((0,), True), ((0, 0, 0), True), ((2**160, 0), True), ((1, 2**16), True), ((2**160 - 1, 2**16 - 1), False)],
)
def test_an_exit_of_somebody_else_answers_a_lender_and_days_that_fit(world, lender, error):
    odd = world.chain.deploy("OddExit")
    odd.say(answer_of(0), answer_of(*lender), sender=STRANGER)
    terms, _ = running(world, clauses=(world.clause(), Clause(odd.address, b"")))
    for right in (leave, lambda world, terms: world.registry.notifyLender(terms, 1, sender=CONSUMER)):
        if error:
            with refuses("NoExit", clause=1, answer=answer_of(*lender)):
                right(world, terms)
    if not error:
        assert world.registry.notifyLender(terms, 1, sender=CONSUMER).events[0].args["lender"] == f"0x{lender[0]:040x}"


def test_an_exit_closes_first_what_anybody_could_have_closed_and_costs_the_price_of_the_month_after(world):
    terms, id_ = with_exit(world)
    world.record(ENDS[12] + 5, 2_000_000)
    events = leave(world, terms).events
    assert [e.name for e in events] == ["Closed"] * 12 + ["Exited", "Closed", "Ended"]
    assert events[12].args["price"] == 5_000_000
    assert events[13].args["lines"][-1] == 5_000_000
    with refuses("WrongStatus", id=id_, status=ENDED, needed=RUNNING):
        leave(world, terms)
    with refuses("WrongStatus", id=id_, status=ENDED, needed=RUNNING):
        world.registry.notifyLender(terms, 1, sender=CONSUMER)


def test_a_notice_does_not_go_over_to_a_successor(world):
    terms, id_ = with_exit(world, lender=BANK)
    world.registry.notifyLender(terms, 1, sender=CONSUMER)
    new, to = successor(world, terms, id_)
    acted(world, terms, Act(successor=to), new)
    assert world.registry.noticeOf(to) == (0, 0, False, False)
    with refuses("LenderNotNotified", lender=BANK):
        leave(world, new)


def test_a_consumer_leaves_what_waits_for_a_meter_that_never_serves(world):
    terms, id_ = with_exit(world)
    new, to = successor(world, terms, id_, meter=role(0x32))
    acted(world, terms, Act(successor=to), new)
    exited, closed, ended = leave(world, new).events
    assert exited == event("Exited", id=to, clause=1, price=5_250_000)
    assert closed.args["lines"] == (0, 0, 5_250_000)
    assert closed.args["statement"].flags == DARK | SILENT | LAST | 1 << 8
    assert ended == event("Ended", id=to, balance=5_260_000)
    assert world.registry.agreementOf(to).status == ENDED


def test_what_is_signed_and_not_served_has_no_exit(world):
    table = world.clause(exit_table(), world.chain.deploy("ExitTable"))
    terms, id_ = world.signed(consumer=CONSUMER, months=24, clauses=(world.clause(), table))
    with refuses("WrongStatus", id=id_, status=SIGNED, needed=RUNNING):
        leave(world, terms)
    with refuses("WrongStatus", id=id_, status=SIGNED, needed=RUNNING):
        world.registry.notifyLender(terms, 1, sender=CONSUMER)


# ---------------------------------------------------------------------------------------------------------------- check


@pytest.mark.parametrize(
    ("params", "error", "args"),
    [
        (exit_table(prices=(1,)), "ExitTable.WrongLength", {"expected": 288, "given": 256}),
        (exit_table() + bytes(32), "ExitTable.WrongLength", {"expected": 288, "given": 320}),
        (MOVED, "ExitTable.NotCanonical", {}),
        (exit_table(size=0), "SizeIsZero", {}),
        (exit_table(cure=1), "NoLenderToCure", {"cureDays": 1}),
        (exit_table(appraiser=STRANGER), "NoAppraiser", {"appraiser": STRANGER}),
        (exit_table(prices=(1, 2**47), size=10**4), "ExitTable.PriceTooLarge", {"year": 2, "cents": 2**47}),
        (exit_table(prices=(2**47, 1), size=10**4), "ExitTable.PriceTooLarge", {"year": 1, "cents": 2**47}),
    ],
)
def test_a_table_that_makes_no_sense_is_refused(params, error, args):
    with refuses(error, **args):
        EXIT.check(JULY, 24, params)


def test_a_table_at_its_limits_is_accepted_and_costs_nothing_a_month():
    widest = exit_table(prices=(1, 2**47 - 1), size=10**4, lender=BANK, cure=65_535)
    assert EXIT.check(JULY, 24, widest).hex()[:8] == "d8beb428"
    assert EXIT.check(JULY, 24, exit_table(size=1)).hex()[:8] == "d8beb428"
    period = (bytes(32), 3, 24, 0, 0, JULY, ENDS[0], ENDS[0], False, False, True, 5, 5, 5, 5, 5, 5)
    assert EXIT.assess(period, exit_table()) == (0, False)


def test_an_appraiser_of_one_byte_of_code_is_one(world):
    world.chain.evm.insert_account_info(BANK, pyrevm.AccountInfo(code=b"\0"))
    table = world.chain.deploy("ExitTable")
    assert table.check(JULY, 24, exit_table(appraiser=BANK)).hex()[:8] == "d8beb428"


@pytest.mark.parametrize(("size", "price", "cents"), [(1, 4_999, 0), (1, 5_000, 1), (100_000, 525_000, 5_250_000)])
def test_the_price_is_size_times_rate_half_a_cent_up(size, price, cents):
    assert EXIT.exitPrice(1, JULY, exit_table(prices=(price, 0), size=size)) == cents
    assert EXIT.exitPrice(13, day_of(2020, 1, 1), exit_table()) == 5_000_000


def test_the_lender_is_told_whatever_the_price(world):
    late = exit_table(lender=BANK, cure=9, appraiser=world.chain.deploy("IndexPublisher", STRANGER, bytes(32)).address)
    assert EXIT.lenderOf(exit_table()) == (NOBODY, 0)
    assert EXIT.lenderOf(late) == (BANK, 9)
