"""MeterLedger: what was measured.

constructor
├── when the clock is in seconds: it deploys
└── when the clock is not: TimestampNotInSeconds
record
├── given a new meter
│   ├── when the day is over somewhere on Earth: it opens the chain and tells
│   └── when the day is 0: DayNotAfterLast
├── given a meter with a record
│   ├── when a later day comes: the head links the whole old word
│   ├── when nothing was produced: it is a record like any other
│   ├── when days are missing: it goes on
│   ├── when the day is the last one or earlier: DayNotAfterLast
│   ├── when a register fell: GenerationWentBack, ExportWentBack
│   └── when a register has over 40 bits: RegisterTooLarge
├── when the day is not over anywhere: DayNotEnded, to the second
└── when another account records: it is another chain
recordMany
├── when all may follow: it is as if they came one by one
├── when one may not: none is kept
└── when there are none: NoRecords
atMonthEnd
├── given a record of that very day: that word
├── given a record of a later month: the last word of the month, or the empty one of a dark month
├── given only records before: MonthNotEnded
└── when the day is no month end: NotAMonthEnd
firstOf
└── the word of the first record, for ever; the empty word before it
openingAt
├── given a record at or before the month's end: the last of those, months back if nothing was recorded since
├── given none but later ones: the first of all
└── given no record: the empty word
prove
├── given the word before: replays to the saved word
└── what record refuses, but for the clock, it refuses
"""

import pytest

from tests.contracts.world import EPOCH, METER, ROOT_OF_DAY, STRANGER, World, day_of, month_end
from tests.evm import CHAIN_ID, Chain, event, refuses

JULY = World.JULY
LARGEST = 2**40 - 1
A_DAY = 86_400


@pytest.mark.parametrize("time", [0, 65_536 * A_DAY - 1])
def test_a_clock_in_seconds_is_accepted(time):
    assert Chain(time=time).deploy("MeterLedger", CHAIN_ID).wordOf(METER) == 0


@pytest.mark.parametrize("time", [65_536 * A_DAY, 1_467_331_200_000, 1_467_331_200 * 10**9])
def test_a_clock_that_does_not_count_seconds_is_refused(time):
    with refuses("TimestampNotInSeconds", timestamp=time):
        Chain(time=time).deploy("MeterLedger", CHAIN_ID)


def test_the_first_record_opens_the_chain_and_is_logged(world):
    receipt = world.record(JULY - 1, 5_000, 700)

    logged = event("Recorded", meter=METER, day=JULY - 1, generation=5_000, exported=700, readingsRoot=ROOT_OF_DAY)
    assert receipt.events == [logged]
    word = world.ledger.wordOf(METER)
    assert (word >> 56 & LARGEST, word >> 16 & LARGEST, word & 0xFFFF) == (5_000, 700, JULY - 1)


def test_an_account_that_never_recorded_has_the_empty_word(world):
    assert world.ledger.wordOf(STRANGER) == 0


def test_a_day_of_zero_production_is_a_record_like_any_other(world):
    world.record(JULY - 1, 5_000, 700)
    before = world.ledger.wordOf(METER)

    world.record(JULY, 5_000, 700)

    assert world.ledger.wordOf(METER) >> 96 != before >> 96


def test_export_above_generation_is_recorded_and_never_refused(world):
    world.record(JULY - 1, 0, 10)
    world.record(JULY, 1, 500)
    assert world.ledger.wordOf(METER) >> 16 & LARGEST == 500


def test_missing_days_are_allowed(world):
    world.record(JULY - 1, 1)
    world.record(JULY + 400, 2)
    assert world.ledger.wordOf(METER) & 0xFFFF == JULY + 400


@pytest.mark.parametrize("day", [JULY, JULY - 1, 1, 0])
def test_a_day_that_is_not_after_the_last_is_refused(world, day):
    world.record(JULY, 1)
    with refuses("DayNotAfterLast", last=JULY, day=day):
        world.record(day, 2)


def test_day_zero_is_refused_even_as_the_first(world):
    with refuses("DayNotAfterLast", last=0, day=0):
        world.record(0, 1)


def test_a_day_is_recorded_from_the_second_on_that_it_is_over_somewhere_on_earth(world):
    world.chain.time = (JULY + 1) * A_DAY - 14 * 3_600 - 1
    with refuses("DayNotEnded", day=JULY, timestamp=world.chain.time):
        world.ledger.record(1, 0, JULY, ROOT_OF_DAY, sender=METER)

    world.chain.time += 1
    world.ledger.record(1, 0, JULY, ROOT_OF_DAY, sender=METER)


def test_a_day_in_the_future_is_refused(world):
    with refuses("DayNotEnded", day=JULY + 30, timestamp=world.chain.time):
        world.ledger.record(1, 0, JULY + 30, ROOT_OF_DAY, sender=METER)


def test_the_last_day_of_the_calendar_can_be_recorded(world):
    world.record(65_535, 1)
    with refuses("DayNotAfterLast", last=65_535, day=65_535):
        world.record(65_535, 1)


def test_a_generation_register_that_goes_back_is_refused(world):
    world.record(JULY - 1, 5_000, 700)
    with refuses("GenerationWentBack", last=5_000, given=4_999):
        world.record(JULY, 4_999, 700)


def test_an_export_register_that_goes_back_is_refused(world):
    world.record(JULY - 1, 5_000, 700)
    with refuses("ExportWentBack", last=700, given=0):
        world.record(JULY, 5_000, 0)


def test_a_register_of_40_bits_is_the_largest(world):
    world.record(JULY - 1, LARGEST, LARGEST)
    assert world.ledger.wordOf(METER) & (2**96 - 1) == LARGEST << 56 | LARGEST << 16 | (JULY - 1)


@pytest.mark.parametrize("given", [2**40, 2**40 + 1, 2**64 - 1])
def test_a_generation_register_over_40_bits_is_refused(world, given):
    with refuses("RegisterTooLarge", given=given):
        world.record(JULY - 1, given)


@pytest.mark.parametrize("given", [2**40, 2**64 - 1])
def test_an_export_register_over_40_bits_is_refused(world, given):
    with refuses("RegisterTooLarge", given=given):
        world.record(JULY - 1, 0, given)


def test_an_account_writes_only_its_own_chain(world):
    world.record(JULY - 1, 5_000)
    before = world.ledger.wordOf(METER)

    world.record(JULY - 1, 1, meter=STRANGER)

    assert world.ledger.wordOf(METER) == before != world.ledger.wordOf(STRANGER)


def test_many_records_in_one_transaction_are_as_if_they_came_one_by_one(world):
    days = [(10 * n, n, JULY + 9 * n, bytes([n]) * 32) for n in range(1, 8)]
    world.chain.time = (JULY + 90) * A_DAY
    receipt = world.ledger.recordMany(days, sender=METER)
    for day in days:
        world.ledger.record(*day, sender=STRANGER)

    assert world.ledger.wordOf(METER) == world.ledger.wordOf(STRANGER)
    assert [e.args["day"] for e in receipt.events] == [day[2] for day in days]
    july = month_end(JULY)
    assert world.ledger.atMonthEnd(METER, july) == world.ledger.atMonthEnd(STRANGER, july) > 0


def test_many_records_with_one_bad_are_refused_as_a_whole(world):
    good = world.chain.time // A_DAY - 5
    with refuses("GenerationWentBack", last=9, given=8):
        world.ledger.recordMany([(9, 0, good, ROOT_OF_DAY), (8, 0, good + 1, ROOT_OF_DAY)], sender=METER)
    assert world.ledger.wordOf(METER) == 0


@pytest.mark.parametrize(
    ("second", "error", "args"),
    [
        ((9, 3, 1_000, ROOT_OF_DAY), "DayNotAfterLast", {"last": 1_000, "day": 1_000}),
        ((9, 2, 1_001, ROOT_OF_DAY), "ExportWentBack", {"last": 3, "given": 2}),
        ((2**40, 3, 1_001, ROOT_OF_DAY), "RegisterTooLarge", {"given": 2**40}),
        ((9, 3, 60_000, ROOT_OF_DAY), "DayNotEnded", {"day": 60_000, "timestamp": World.JULY * 86_400 - 7_200}),
    ],
)
def test_what_record_refuses_is_refused_among_many(world, second, error, args):
    with refuses(error, **args):
        world.ledger.recordMany([(9, 3, 1_000, ROOT_OF_DAY), second], sender=METER)


def test_no_records_are_refused(world):
    with refuses("NoRecords"):
        world.ledger.recordMany([], sender=METER)


def test_the_last_word_of_a_month_is_kept_by_the_first_record_of_a_later_one(world):
    world.record(JULY + 10, 5_000, 700)
    saved = world.ledger.wordOf(METER)

    world.record(JULY + 100, 6_000, 800)

    assert world.ledger.atMonthEnd(METER, day_of(2016, 7, 31)) == saved
    assert world.ledger.atMonthEnd(METER, day_of(2016, 8, 31)) == 0


def test_a_record_of_the_very_last_day_settles_its_month(world):
    world.record(day_of(2016, 7, 31), 5_000)
    assert world.ledger.atMonthEnd(METER, day_of(2016, 7, 31)) == world.ledger.wordOf(METER)


def test_a_settled_month_never_changes(world):
    july = day_of(2016, 7, 31)
    world.record(july, 5_000)
    settled = world.ledger.atMonthEnd(METER, july)
    for day in (july + 1, july + 40, july + 400):
        world.record(day, day)
        assert world.ledger.atMonthEnd(METER, july) == settled


def test_a_month_before_the_first_record_is_dark(world):
    world.record(JULY, 5_000)
    assert world.ledger.atMonthEnd(METER, JULY - 1) == 0


@pytest.mark.parametrize("last", [JULY, day_of(2016, 7, 30)])
def test_a_month_that_may_still_change_has_not_ended(world, last):
    world.record(last, 5_000)
    world.chain.time += 400 * A_DAY  # no clock is read
    with refuses("MonthNotEnded", last=last, monthEnd=day_of(2016, 7, 31)):
        world.ledger.atMonthEnd(METER, day_of(2016, 7, 31))


def test_the_months_of_an_account_without_records_have_not_ended(world):
    with refuses("MonthNotEnded", last=0, monthEnd=JULY - 1):
        world.ledger.atMonthEnd(STRANGER, JULY - 1)


def test_day_zero_is_no_month_end_though_the_first_word_is_kept_under_it(world):
    """Key 0 of the month ends holds the opening word: no view of months may give it before 1970 has a month end."""
    world.record(JULY, 5_000)
    assert world.ledger.atMonthEnd(METER, 0) == world.ledger.firstOf(METER)
    with refuses("NotAMonthEnd", day=0):
        world.ledger.atMonthEnd(STRANGER, 0)


@pytest.mark.parametrize("day", [0, JULY, JULY + 29, day_of(2100, 2, 27), day_of(2016, 2, 28), 65_535])
def test_a_day_that_is_no_month_end_is_refused(world, day):
    with refuses("NotAMonthEnd", day=day):
        world.ledger.atMonthEnd(METER, day)


def test_the_meter_itself_is_refused_like_anybody(world):
    world.record(JULY, 5_000)
    with refuses("NotAMonthEnd", day=JULY + 1):
        world.ledger.atMonthEnd(METER, JULY + 1, sender=METER)
    with refuses("MonthNotEnded", last=JULY, monthEnd=day_of(2016, 7, 31)):
        world.ledger.atMonthEnd(METER, day_of(2016, 7, 31), sender=METER)


@pytest.mark.parametrize("year, end", [(2016, 29), (2017, 28), (2000, 29), (2100, 28), (2104, 29)])
def test_february_ends_as_on_the_wall_calendar(world, year, end):
    last = day_of(year, 2, end)
    world.record(last, 1)
    world.record(last + 1, 2)
    assert world.ledger.atMonthEnd(METER, last) & 0xFFFF == (EPOCH.replace(year=year, month=2, day=end) - EPOCH).days


# ------------------------------------------------------------------------------------------------------------ openings


def test_the_first_word_is_kept_for_ever(world):
    assert world.ledger.firstOf(METER) == 0
    world.record(JULY + 3, 5_000, 70)
    first = world.ledger.wordOf(METER)
    for day in (JULY + 4, JULY + 40, JULY + 500):
        world.record(day, day, day)
        assert world.ledger.firstOf(METER) == first
    assert world.ledger.firstOf(STRANGER) == 0


def test_the_first_of_many_records_is_the_first_word(world):
    world.ledger.recordMany([(1, 0, 1_000, ROOT_OF_DAY), (2, 0, 1_001, ROOT_OF_DAY)], sender=METER)
    assert world.ledger.firstOf(METER) == world.ledger.prove(0, [(1, 0, 1_000, ROOT_OF_DAY)])


RECORDED = [JULY + 3, JULY + 20, day_of(2016, 8, 31), day_of(2016, 11, 2), day_of(2017, 3, 1), day_of(2017, 3, 7)]
ENDS = [JULY - 1, *(month_end(day) for day in RECORDED[:3]), day_of(2016, 10, 31), day_of(2016, 11, 30)]
ENDS += [day_of(2016, 12, 31), day_of(2017, 1, 31), day_of(2017, 2, 28), day_of(2017, 3, 31), day_of(2149, 5, 31)]


@pytest.mark.parametrize("count", range(len(RECORDED) + 1))
@pytest.mark.parametrize("end", ENDS)
def test_an_agreement_opens_with_the_last_word_up_to_its_eve_or_else_the_first(world, count, end):
    words = []
    for n, day in enumerate(RECORDED[:count]):
        world.record(day, n)
        words.append((day, world.ledger.wordOf(METER)))
    before = [word for day, word in words if day <= end]
    expected = before[-1] if before else words[0][1] if words else 0
    assert world.ledger.openingAt(METER, end) == expected


def test_the_first_month_of_1970_has_no_earlier_word(world):
    world.record(35, 1)
    world.record(70, 2)
    assert world.ledger.openingAt(METER, 30) == world.ledger.firstOf(METER)
    assert world.ledger.openingAt(METER, 58) == world.ledger.firstOf(METER)
    assert world.ledger.openingAt(METER, 89) == world.ledger.wordOf(METER)


def test_ten_years_without_a_record_are_passed_over(world):
    world.record(JULY, 1)
    first = world.ledger.wordOf(METER)
    world.record(JULY + 3_700, 2)
    assert world.ledger.openingAt(METER, day_of(2026, 7, 31)) == first


def test_records_replay_from_the_empty_word_to_the_word_of_today(world):
    records = [(n * 1_000, n * 7, JULY + n, bytes([n]) * 32) for n in range(31)]
    for generation, exported, day, root in records:
        world.record(day, generation, exported, root=root)
    assert world.ledger.prove(0, records) == world.ledger.wordOf(METER)
    assert world.ledger.prove(world.ledger.prove(0, records[:9]), records[9:]) == world.ledger.wordOf(METER)


def test_no_records_replay_to_the_same_word(world):
    assert world.ledger.prove(77, []) == 77


def test_a_proof_does_not_look_at_the_clock(world):
    assert world.ledger.prove(0, [(1, 1, 60_000, ROOT_OF_DAY)]) & 0xFFFF == 60_000


@pytest.mark.parametrize(
    ("record", "error", "args"),
    [
        ((9, 3, 1_000, ROOT_OF_DAY), "DayNotAfterLast", {"last": 1_000, "day": 1_000}),
        ((8, 3, 1_001, ROOT_OF_DAY), "GenerationWentBack", {"last": 9, "given": 8}),
        ((9, 2, 1_001, ROOT_OF_DAY), "ExportWentBack", {"last": 3, "given": 2}),
        ((9, 2**40, 1_001, ROOT_OF_DAY), "RegisterTooLarge", {"given": 2**40}),
    ],
)
def test_a_proof_refuses_what_a_record_would(world, record, error, args):
    with refuses(error, **args):
        world.ledger.prove(0, [(9, 3, 1_000, ROOT_OF_DAY), record])
