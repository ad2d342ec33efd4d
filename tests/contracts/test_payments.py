"""Payments made elsewhere: declared by who paid, confirmed by who was paid; and interest on what is late.

declare
├── given the payer (the consumer; the producer, of negative cents): kept, nothing moves
├── when another: NotTheConsumer, NotTheProducer
└── given nothing or too much: CentsOutside; a day to come: DayInFuture; what was declared: WrongPaymentStatus
confirm
├── given the payee: the balance moves, once; what exceeds the debt is credit
└── when another: NotTheProducer, NotTheConsumer; again: WrongPaymentStatus; beyond 56 bits: BalanceTooLarge
without a declaration, denied, decided by the arbiter: test_paying_decisions.py
LateInterest
├── given nothing paid: each statement bears interest from the end of the next month on (worked by hand)
├── given a payment: what was due is owed up to its day; before its due day nothing is; credit bears none
├── given any payments: the line is the daily sum, by an independent calendar (property)
└── check: WrongLength, RateOutside, UnknownDayCount
"""

from fractions import Fraction

import pytest
from eth_abi import encode
from eth_utils import keccak
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contracts.fraction_model import half_away
from tests.contracts.signing import CONSUMER, PRODUCER, Act, acted, closing, late_interest, running
from tests.contracts.world import CONFIRMED, DECLARED, RUNNING, SIGNED, STRANGER, World, energy_charge, month_ends
from tests.evm import Chain, event, refuses

JULY = World.JULY
ENDS = month_ends(JULY, 24)
REFERENCE = b"\6" * 32
INTEREST = Chain().deploy("LateInterest")
PERIOD = (bytes(32), 3, 24, 0, 0, JULY, ENDS[0], ENDS[0], False, False, False, 0, 0, 0, 0, 0)


@pytest.fixture
def agreed(world):
    """July closed: 100.00 EUR; today is in August."""
    terms, id_ = running(world)
    world.record_month_ends((0, 0), (1_000_000, 0), (2_000_000, 0), (3_000_000, 0))
    world.close(terms)
    return terms, id_


def declare(world, terms, cents, day=ENDS[0], sender=CONSUMER):
    return world.registry.declare(terms, cents, day, REFERENCE, sender=sender)


def confirm(world, terms, cents, day=ENDS[0], sender=PRODUCER):
    return world.registry.confirm(terms, cents, day, REFERENCE, sender=sender)


@pytest.mark.parametrize(("cents", "payer", "payee"), [(4_000, CONSUMER, PRODUCER), (-300, PRODUCER, CONSUMER)])
def test_a_payment_is_declared_by_who_paid_and_confirmed_by_who_was_paid(world, agreed, cents, payer, payee):
    terms, id_ = agreed
    place = {"id": id_, "cents": cents, "day": ENDS[0], "reference_": REFERENCE}
    assert declare(world, terms, cents, sender=payer).events == [event("PaymentDeclared", **place)]
    assert world.registry.agreementOf(id_).balance == 10_000
    assert world.registry.paymentOf(id_, cents, ENDS[0], REFERENCE) == (DECLARED, world.today)
    confirmed = {"byArbiter": False, "lateCentDays": 0, "balance": 10_000 - cents}
    assert confirm(world, terms, cents, sender=payee).events == [event("PaymentConfirmed", **place, **confirmed)]
    assert world.registry.agreementOf(id_).balance == 10_000 - cents
    assert world.registry.paymentOf(id_, cents, ENDS[0], REFERENCE) == (CONFIRMED, world.today)


def test_what_exceeds_the_debt_is_credit(world, agreed):
    terms, id_ = agreed
    declare(world, terms, 25_000)
    confirm(world, terms, 25_000)
    assert world.registry.agreementOf(id_).balance == -15_000
    assert closing(world, terms)["balance"] == -5_000


def test_a_payment_that_cannot_be_is_refused(world, agreed):
    terms, id_ = agreed
    for cents in (2**47, -(2**47) - 1, 0):
        with refuses("CentsOutside", cents=cents):
            declare(world, terms, cents, sender=CONSUMER if cents > 0 else PRODUCER)
    for sender in (PRODUCER, STRANGER):
        with refuses("NotTheConsumer", actor=sender, consumer=CONSUMER):
            declare(world, terms, 5, sender=sender)
    with refuses("NotTheProducer", actor=CONSUMER, producer=PRODUCER):
        declare(world, terms, -5)
    tomorrow = (world.chain.time + 14 * 3_600) // 86_400 + 1
    with refuses("DayInFuture", day=tomorrow):
        declare(world, terms, 5, tomorrow)
    declare(world, terms, 5, tomorrow - 1)
    payment = key(id_, 5, tomorrow - 1)
    with refuses("WrongPaymentStatus", payment=payment, status=DECLARED):
        declare(world, terms, 5, tomorrow - 1)
    for sender in (CONSUMER, STRANGER):
        with refuses("NotTheProducer", actor=sender, producer=PRODUCER):
            confirm(world, terms, 5, tomorrow - 1, sender=sender)
    confirm(world, terms, 5, tomorrow - 1)
    for again in (declare, confirm):
        with refuses("WrongPaymentStatus", payment=payment, status=CONFIRMED):
            again(world, terms, 5, tomorrow - 1)


def key(id_, cents, day):
    """Under what the registry keeps a payment."""
    return keccak(encode(["bytes32", "int64", "uint16", "bytes32"], [id_, cents, day, REFERENCE]))


def test_an_agreement_that_does_not_run_takes_no_payment(world):
    terms, id_ = world.signed(producer=PRODUCER, consumer=CONSUMER)
    with refuses("WrongStatus", id=id_, status=SIGNED, needed=RUNNING):
        declare(world, terms, 5, JULY - 1)


def test_a_balance_beyond_its_bits_is_refused(world, agreed):
    terms, id_ = agreed
    for n in range(256):
        world.registry.declare(terms, -(2**47), ENDS[0], n.to_bytes(32, "big"), sender=PRODUCER)
    for n in range(255):
        world.registry.confirm(terms, -(2**47), ENDS[0], n.to_bytes(32, "big"), sender=CONSUMER)
    full = 10_000 + 256 * 2**47
    with refuses("BalanceTooLarge", balance=full):
        world.registry.confirm(terms, -(2**47), ENDS[0], (255).to_bytes(32, "big"), sender=CONSUMER)
    assert world.registry.agreementOf(id_).balance == full - 2**47


def test_cents_of_an_act_after_the_end_fit_the_balance(world, agreed):
    terms, id_ = agreed
    for _ in range(2):
        world.close(terms)
    acted(world, terms, Act(successor=id_))
    for n in range(255):
        reference = n.to_bytes(32, "big")
        world.registry.declare(terms, -(2**47), ENDS[0], reference, sender=PRODUCER)
        world.registry.confirm(terms, -(2**47), ENDS[0], reference, sender=CONSUMER)
    room = 2**55 - 1 - world.registry.agreementOf(id_).balance
    acted(world, terms, Act(number=2, cents=room))
    with refuses("BalanceTooLarge", balance=2**55):
        acted(world, terms, Act(number=3, cents=1))
    assert world.registry.agreementOf(id_).balance == 2**55 - 1


def test_a_day_begins_fourteen_hours_early_to_the_second(world, agreed):
    terms, _ = agreed
    day = world.today + 5
    world.chain.time = day * 86_400 - 14 * 3_600 - 1
    with refuses("DayInFuture", day=day):
        declare(world, terms, 5, day)
    world.chain.time += 1
    declare(world, terms, 5, day)


def test_the_last_cent_that_is_due_counts_and_so_does_a_payment_of_one(world, agreed):
    terms, _ = agreed
    world.close(terms)
    declare(world, terms, 9_999, ENDS[1])
    assert confirm(world, terms, 9_999, ENDS[1]).events[0].args["lateCentDays"] == 0
    for cents, late in ((1, 3), (2, 0)):
        declare(world, terms, cents, ENDS[1] + 3)
        assert confirm(world, terms, cents, ENDS[1] + 3).events[0].args["lateCentDays"] == late


def test_before_the_first_statement_nothing_is_late(world):
    terms, _ = running(world)
    for cents, payer, payee in ((-100, PRODUCER, CONSUMER), (100, CONSUMER, PRODUCER)):
        declare(world, terms, cents, JULY - 1, payer)
        assert confirm(world, terms, cents, JULY - 1, payee).events[0].args["lateCentDays"] == 0


def test_after_the_end_a_payment_still_counts(world, agreed):
    terms, id_ = agreed
    world.close(terms)
    world.close(terms)
    acted(world, terms, Act(successor=id_))
    declare(world, terms, 30_000)
    assert confirm(world, terms, 30_000).events[0].args["lateCentDays"] == 0
    assert world.registry.agreementOf(id_)[9] == 0


# ------------------------------------------------------------------------------------------------------------ interest


def with_interest(world, months=24, rate=80_000):
    """An energy charge of 0.10 EUR/kWh and interest."""
    rules = (world.clause(energy_charge()), world.clause(late_interest(rate), world.chain.deploy("LateInterest")))
    return running(world, clauses=rules, months=months)


def test_a_statement_bears_interest_from_the_end_of_the_next_month_on(world):
    """1,000.00 EUR of July fall due with August; the 30 days of September at 8 %: 657.53 cents."""
    terms, _ = with_interest(world)
    world.record_month_ends((0, 0), (10_000_000, 0), (10_000_000, 0), (10_000_000, 0), (10_000_000, 0))
    lines = [closing(world, terms)["lines"] for _ in range(4)]
    assert lines == [(100_000, 0), (0, 0), (0, 658), (0, 679)]  # October: 100,000 x 31 x 0.08 / 365 = 679.45


def test_a_payment_ends_interest_on_its_day_and_a_credit_bears_none(world):
    terms, id_ = with_interest(world)
    world.record_month_ends((0, 0), (10_000_000, 0), (10_000_000, 0), (10_000_000, 0), (10_000_000, 0))
    world.close(terms)
    world.close(terms)
    declare(world, terms, 100_000, ENDS[1] + 10)
    assert confirm(world, terms, 100_000, ENDS[1] + 10).events[0].args["lateCentDays"] == 1_000_000
    assert world.registry.agreementOf(id_).pending
    assert closing(world, terms)["lines"] == (0, 219)  # ten days: 219.18
    declare(world, terms, 500_000, ENDS[2])
    confirm(world, terms, 500_000, ENDS[2])
    assert closing(world, terms)["lines"] == (0, 0)


def test_a_payment_before_its_due_day_bears_none(world):
    terms, _ = with_interest(world)
    world.record_month_ends((0, 0), (10_000_000, 0), (10_000_000, 0), (10_000_000, 0))
    world.close(terms)
    declare(world, terms, 100_000, ENDS[0] + 3)
    assert confirm(world, terms, 100_000, ENDS[0] + 3).events[0].args["lateCentDays"] == 0
    assert [closing(world, terms)["lines"] for _ in range(2)] == [(0, 0), (0, 0)]


def test_a_payment_confirmed_late_takes_the_interest_back(world):
    terms, _ = with_interest(world)
    world.record_month_ends((0, 0), *[(10_000_000, 0)] * 5)
    declared = ENDS[1] + 10
    lines = [closing(world, terms)["lines"] for _ in range(3)]
    assert lines[-1] == (0, 658)
    declare(world, terms, 100_000, declared)
    assert confirm(world, terms, 100_000, declared).events[0].args["lateCentDays"] == -2_000_000
    assert closing(world, terms)["lines"] == (0, -438)  # 219 of 658 were owed


def test_an_early_end_bears_the_interest_that_a_payment_left(world):
    """Ten days late, no cents besides: the last statement, of five days, has the interest."""
    terms, id_ = with_interest(world)
    world.record_month_ends((0, 0), (10_000_000, 0), (10_000_000, 0))
    world.close(terms)
    world.close(terms)
    world.record(ENDS[1] + 5, 10_000_000)
    world.chain.time += 30 * 86_400
    declare(world, terms, 100_000, ENDS[1] + 10)
    confirm(world, terms, 100_000, ENDS[1] + 10)
    closed = acted(world, terms, Act(successor=id_)).events[1].args
    assert (closed["lines"], closed["statement"].lastDay) == ((0, 219), ENDS[1] + 5)


def test_cent_days_beyond_their_bits_are_refused(world):
    """It takes tens of thousands of payments to come there: the account's word is laid into the storage."""
    terms, id_ = with_interest(world)
    world.record_month_ends((0, 0), (10_000_000, 0), (10_000_000, 0))
    world.close(terms)
    world.close(terms)
    most, slot = 2**71 - 1, int.from_bytes(keccak(id_ + (3).to_bytes(32, "big")), "big")
    world.chain.evm.insert_account_storage(world.registry.address, slot, (most - 999_999) << 176 | 1)
    assert world.registry.accountOf(id_).lateCentDays == most - 999_999
    world.chain.time += 30 * 86_400
    declare(world, terms, 100_000, ENDS[1] + 10)
    with refuses("CentsOutside", cents=most + 1):
        confirm(world, terms, 100_000, ENDS[1] + 10)
    declare(world, terms, 99_999, ENDS[1] + 10)
    confirm(world, terms, 99_999, ENDS[1] + 10)
    assert world.registry.accountOf(id_).lateCentDays == most - 9


PAYMENTS = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 60_000), st.integers(1, 28)), max_size=6)


@given(amounts=st.lists(st.integers(0, 5_000_000), min_size=6, max_size=6), payments=PAYMENTS)
@settings(max_examples=60, deadline=None)
def test_i15_overdue_is_what_a_daily_ledger_says(amounts, payments):
    """Each month's payments in order, each confirmed in the month in which it was made, after the last close."""
    world = World()
    terms, _ = with_interest(world)
    total = 0
    world.record(JULY - 1, 0)
    model = Daily()
    for number, wh in enumerate(amounts):
        total += wh
        world.record(ENDS[number], total)
        months = sorted((day, cents, n) for n, (month, cents, day) in enumerate(payments) if month == number)
        for day, cents, n in months:
            when = ENDS[number - 1] + day
            world.registry.declare(terms, cents, when, bytes([n]) * 32, sender=CONSUMER)
            world.registry.confirm(terms, cents, when, bytes([n]) * 32, sender=PRODUCER)
            model.paid.append((when, cents))
        line = closing(world, terms)["lines"]
        assert line[1] == model.interest(number), (number, model.paid)
        model.statements.append(sum(line))


class Daily:
    """What is due each day: statements from the end of the next month on, less what was paid before or on that day."""

    def __init__(self):
        self.statements, self.paid = [], []

    def interest(self, number):
        first = ENDS[number - 1] + 1 if number else JULY
        fell_due = sum(self.statements[: max(0, number - 1)])
        days = range(first, ENDS[number] + 1)
        owed = sum(max(0, fell_due - sum(c for when, c in self.paid if when < day)) for day in days)
        return half_away(Fraction(owed * 8, 100 * 365))


@pytest.mark.parametrize("overdue", [0, 1, -1, 3_000_000, -3_000_000, 2**74 - 1, -(2**74)])
@pytest.mark.parametrize(("rate", "days"), [(80_000, 365), (10**6, 360), (1, 365)])
def test_the_line_is_the_rate_of_the_cent_days_rounded_once(overdue, rate, days):
    line = half_away(Fraction(overdue * rate, 10**6 * days))
    assert INTEREST.assess((*PERIOD, overdue), late_interest(rate, days)) == (line, False)


@pytest.mark.parametrize(("rate", "days"), [(1, 365), (10**6, 360)])
def test_the_least_and_the_highest_rate_are_accepted(rate, days):
    assert INTEREST.check(JULY, 12, late_interest(rate, days)).hex()[:8] == "d8beb428"


@pytest.mark.parametrize("rate", [0, 1_000_001, 2**32 - 1])
def test_a_rate_that_is_none_or_above_100_percent_is_refused(rate):
    with refuses("RateOutside", rate=rate):
        INTEREST.check(JULY, 12, late_interest(rate))


@pytest.mark.parametrize("days", [0, 1, 359, 361, 364, 366, 65_535])
def test_a_year_of_other_days_is_refused(days):
    with refuses("UnknownDayCount", dayCount=days):
        INTEREST.check(JULY, 12, late_interest(80_000, days))


@pytest.mark.parametrize("length", [0, 32, 63, 65, 96])
def test_interest_of_another_length_is_refused(length):
    with refuses("LateInterest.WrongLength", expected=64, given=length):
        INTEREST.check(JULY, 12, bytes(length))
