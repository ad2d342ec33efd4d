"""What happens in an agreement's life, as the verifier keeps it; lives of the common vectors have months and money.

a replayed agreement
├── paid ── declared, denied, refused, confirmed; before the first month nothing is late
├── notified ── a second notice soon after a cure is final, and a later one is not
├── announced ── until it is done or objected to
├── voided ── the next act has the next number
├── ended ── where no meter served: what waits goes into the balance; after an end cents move it at once
├── handed over ── in the same numbering with its claims; in its own with a copy of the last statement's
└── closed ── by the records that the meter had made by then, and no later ones
"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from ppa import calendar
from ppa.acts import Act
from ppa.clauses.kind import Line
from ppa.errors import NoSuchStatement
from ppa.records import DailyRecord
from ppa.statements import Period, Statement
from ppa.storage_words import AnnouncementWord, ClaimsWord, NoticeWord, PaymentStatus, PaymentWord, StatementFlag
from ppa.terms import Clause, Terms
from ppa.verify.recompute import NO_ANNOUNCEMENT, Replay

JULY = 16_983
ENDS = [calendar.month_end_after(JULY, n) for n in range(1, 13)]
PRODUCER, CONSUMER, METER, ANOTHER = (f"0x{n:040x}" for n in range(1, 5))
TERMS = Terms(PRODUCER, CONSUMER, METER, JULY, 12, 100_000, (Clause(METER, b""), Clause(METER, b"")))
ID, NEW, REFERENCE = bytes(32), b"\1" * 32, b"\7" * 32
FOREVER = 2**63


def cent_a_kwh(_index: int, period: Period, _statements: Callable[[int], Statement]) -> Line:
    return Line(period.generation_wh // 1_000)


def record(day: int, wh: int) -> DailyRecord:
    return DailyRecord(day, wh, 0, bytes(32))


def served(*records: DailyRecord) -> Replay:
    replay = Replay(TERMS, ID, records, cent_a_kwh)
    replay.serve()
    return replay


@pytest.fixture
def replay() -> Replay:
    """Three months closed, of a MWh each: 20.00 EUR a month."""
    made = served(record(JULY - 1, 0), *(record(day, 10**6 * n) for n, day in enumerate(ENDS, start=1)))
    for _ in range(3):
        made.close()
    return made


def test_a_payment_is_declared_denied_and_confirmed_once_it_came(replay: Replay) -> None:
    paid = (2_000, ENDS[2], REFERENCE)
    replay.declare(*paid, today=17_080)
    assert replay.payments[paid] == PaymentWord(17_080, PaymentStatus.DECLARED)
    replay.decline(*paid, PaymentStatus.DENIED)
    assert replay.confirm(*paid) == 0
    assert replay.payments == {paid: PaymentWord(17_080, PaymentStatus.CONFIRMED)}
    assert replay.balance_cents == 4_000


def test_a_payment_that_nobody_declared_has_no_day(replay: Replay) -> None:
    replay.confirm(1, ENDS[2], REFERENCE)
    assert replay.payments[1, ENDS[2], REFERENCE] == PaymentWord(0, PaymentStatus.CONFIRMED)


@pytest.mark.parametrize("cents", [5_000, -5_000])
def test_before_the_first_month_nothing_is_late(cents: int) -> None:
    replay = served(record(JULY - 1, 0))
    assert replay.confirm(cents, JULY + 400, REFERENCE) == 0
    assert replay.balance_cents == -cents


def test_what_the_producer_pays_is_never_late(replay: Replay) -> None:
    assert replay.confirm(-1, ENDS[2] + 400, REFERENCE) == 0
    assert not replay.pending


def test_a_second_notice_soon_after_a_cure_is_final_and_a_later_one_is_not(replay: Replay) -> None:
    assert not replay.would_be_final(100, 1, cure_days=30)
    replay.notify(100, 1, is_final=False)
    assert replay.notice == NoticeWord(is_final=False, cured=False, clause=1, day=100)
    assert not replay.would_be_final(101, 1, cure_days=30), "the lender did not cure"
    replay.cure()
    assert replay.notice.cured
    assert replay.would_be_final(100 + 30 + 180, 1, cure_days=30)
    assert not replay.would_be_final(100 + 30 + 181, 1, cure_days=30)
    assert not replay.would_be_final(100 + 30, 2, cure_days=30), "another clause has another lender"
    replay.notify(310, 1, is_final=True)
    assert replay.notice == NoticeWord(is_final=True, cured=False, clause=1, day=310)
    assert replay.would_be_final(310 + 30 + 180, 1, cure_days=30)


def test_what_is_announced_stands_until_it_is_done_or_objected_to(replay: Replay) -> None:
    replay.announce(bytes(range(32)), ends=True, today=17_100)
    assert replay.announcement == AnnouncementWord(int.from_bytes(bytes(range(29))), ends=True, day=17_100)
    replay.forget_announced()
    assert replay.announcement == NO_ANNOUNCEMENT


def test_a_voided_number_is_used(replay: Replay) -> None:
    replay.void_act(1)
    replay.alarm(ENDS[2])
    assert (replay.account.acts, replay.account.alarm_day) == (1, ENDS[2] + 1)
    assert not replay.pending


def test_what_no_meter_served_ends_without_a_statement() -> None:
    replay = Replay(TERMS, ID, (), cent_a_kwh)
    replay.act(Act(1, FOREVER, cents=7))
    replay.end_unserved()
    assert (replay.balance_cents, replay.account.cents, replay.done) == (7, 0, {})


def test_after_an_end_cents_move_the_balance_at_once(replay: Replay) -> None:
    last = replay.close_last(ENDS[2])
    assert replay.ended and last.statement.last_day == ENDS[2]
    assert last.statement.flags == StatementFlag.LAST | StatementFlag.DARK | StatementFlag(256)
    replay.dispute(1, 5)
    assert replay.resolve(1, 5) == 0
    replay.act(Act(1, FOREVER, cents=7))
    assert (replay.balance_cents, replay.account.cents, replay.account.late_cent_days) == (6_012, 0, 0)
    assert replay.confirm(12, ENDS[2] + 400, REFERENCE) == 0


def test_both_claim_and_the_arbiter_decides(replay: Replay) -> None:
    replay.dispute(2, 5)
    replay.dispute(2, -(2**47))
    assert replay.claims == {2: ClaimsWord(decided=False, producer_cents=5, consumer_cents=2**47)}
    replay.act(Act(1, FOREVER, settles=2))
    assert replay.claims[2].decided
    for number in (4, -1):
        with pytest.raises(NoSuchStatement):
            replay.dispute(number, 1)


def test_a_successor_that_starts_in_the_same_month_goes_on_in_the_same_numbering(replay: Replay) -> None:
    replay.dispute(1, 5)
    replay.act(Act(1, FOREVER, generation_wh=3_000, cents=11))
    after = replay.successor(replace(TERMS, months=13), NEW, replay.records, cent_a_kwh)
    assert (after.root, after.inherited, after.periods, after.serves) == (ID, 3, 3, True)
    assert (after.account.acts, after.account.cents, after.account.generation_wh) == (0, 11, 3_000)
    assert after.claims == replay.claims
    assert after.close().statement.number == 4


def test_a_successor_from_the_day_after_begins_with_a_copy_of_the_last_statement() -> None:
    replay = served(record(JULY - 1, 0), record(ENDS[0], 10**6), record(ENDS[1] - 1, 2 * 10**6), record(ENDS[2], 0))
    replay.line = lambda index, period, _: None if index else Line(period.number, substituted=False)
    replay.close()
    replay.close(waited=0b10)
    replay.dispute(1, 1)
    replay.dispute(2, 2)
    terms = replace(TERMS, first_day=ENDS[1] + 1, first_month=6, months=9, meter=ANOTHER)
    after = replay.successor(terms, NEW, (record(ENDS[2], 77), record(ENDS[3], 1_077)), cent_a_kwh)
    copy = after.statement(5)
    assert (after.root, after.inherited, sorted(after.done), after.serves) == (NEW, 5, [5], False)
    assert (copy.flags, copy.boundary_day) == (StatementFlag.EARLY_BOUNDARY, ENDS[1] - 1)
    assert after.claims == {5: ClaimsWord(decided=False, producer_cents=2, consumer_cents=0)}
    dark = after.close().statement
    assert (dark.flags, dark.boundary_day) == (StatementFlag(1 | 2 | 16 | 256), copy.boundary_day)
    after.serve()
    assert after.close().generation_wh == 1_000


def test_a_successor_of_what_closed_nothing_makes_its_own_opening() -> None:
    replay = served(record(JULY - 1, 5), record(ENDS[0], 1_005))
    after = replay.successor(replace(TERMS, first_month=4, months=15), NEW, replay.records, cent_a_kwh)
    assert (after.done, after.periods) == ({}, 3)
    assert after.close().statement.number == 4
    assert after.statement(3).generation_wh == 5


def test_a_month_that_the_meter_had_not_recorded_to_its_end_is_silent() -> None:
    replay = served(record(JULY - 1, 0), record(ENDS[0] - 1, 900_000), record(ENDS[0], 10**6))
    assert replay.close(heard=ENDS[0] - 1).statement.flags == StatementFlag(1 | 2 | 16 | 256)
    assert (replay.boundary_day, replay.statement(0).boundary_day) == (0, 0)


def test_a_last_period_takes_no_record_that_was_brought_after_it() -> None:
    replay = served(record(JULY + 5, 7_000), record(JULY + 9, 8_000))
    replay.close(heard=0)
    last = replay.close_last(heard=JULY + 5)
    assert (last.statement.boundary_day, last.generation_wh, replay.generation_wh) == (JULY + 5, 0, 7_000)
    assert last.statement.last_day == ENDS[0]


def test_an_end_without_any_record_is_dark(replay: Replay) -> None:
    unheard = served(record(JULY + 5, 7_000))
    last = unheard.close_last(heard=JULY - 1)
    assert (last.statement.last_day, last.statement.boundary_day, last.generation_wh) == (JULY - 1, 0, 0)


def test_a_clause_that_gives_a_substitute_is_flagged_as_one_that_fails(replay: Replay) -> None:
    replay.line = lambda index, period, _: Line(9, substituted=True) if period.waited else Line(1)
    done = replay.close(waited=0b10)
    assert (done.lines, done.statement.flags) == ((1, 9), StatementFlag.SUBSTITUTED | StatementFlag(0x20000))
    replay.line = lambda index, period, _: None if period.waited else Line(1)
    done = replay.close(waited=0b01)
    assert (done.lines, done.statement.flags) == ((0, 1), StatementFlag.CLAUSE_FAILED | StatementFlag(0x10000))


def test_more_dark_months_than_255_are_counted_as_255() -> None:
    replay = Replay(replace(TERMS, months=300, long_stop_day=JULY), ID, (), cent_a_kwh)
    replay.serve()
    assert [replay.close().statement.flags.dark_months for _ in range(257)][-3:] == [255, 255, 255]
