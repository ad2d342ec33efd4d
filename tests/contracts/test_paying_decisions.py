"""What becomes of a declared payment: denied, and then confirmed, accepted or refused; and one that nobody declared.

confirm: of what was not declared, declared, or denied; not of what was refused or confirmed
deny: by the payee, of what was declared; nothing moves, and the arbiter may still decide
accept, refuse
├── given the arbiter, the days of notice since the declaration over: it is paid, or refused for ever
├── when another: NotTheArbiter; earlier: PayeeHasTime; without notice: NoNoticeDays; unknown: WrongPaymentStatus
└── given more than is owed by its payer: MoreThanIsOwed
"""

import pytest
from eth_abi import encode
from eth_utils import keccak

from tests.contracts.signing import ARBITER, CONSUMER, PRODUCER, Act, acted, late_interest, running, successor
from tests.contracts.world import (
    CONFIRMED,
    DENIED,
    ENDED,
    METER,
    REFUSED,
    STRANGER,
    UNKNOWN,
    World,
    month_ends,
    role,
)
from tests.evm import event, refuses

ENDS = month_ends(World.JULY, 24)
DAY = 86_400
NOTICE = 14
REFERENCE = b"\6" * 32
PAID_ON = ENDS[0]


@pytest.fixture
def agreed(world):
    """July closed: 100.00 EUR are owed; fourteen days of notice."""
    terms, id_ = running(world, noticeDays=NOTICE)
    world.record_month_ends((0, 0), (1_000_000, 0))
    world.close(terms)
    return terms, id_


@pytest.fixture
def in_credit(world, agreed):
    """The producer owes 200.00 EUR."""
    terms, id_ = agreed
    call(world, "confirm", terms, 30_000, PRODUCER)
    return terms, id_


def call(world, right, terms, cents, sender, day=PAID_ON):
    return getattr(world.registry, right)(terms, cents, day, REFERENCE, sender=sender)


def status(world, id_, cents):
    return world.registry.paymentOf(id_, cents, PAID_ON, REFERENCE).status


def key(id_, cents):
    return keccak(encode(["bytes32", "int64", "uint16", "bytes32"], [id_, cents, PAID_ON, REFERENCE]))


def place(id_, cents):
    return {"id": id_, "cents": cents, "day": PAID_ON, "reference_": REFERENCE}


@pytest.mark.parametrize(("cents", "payer", "payee"), [(4_000, CONSUMER, PRODUCER), (-300, PRODUCER, CONSUMER)])
def test_a_payees_own_receipt_is_enough_to_record_a_payment(world, agreed, cents, payer, payee):
    terms, id_ = agreed
    moved = {"byArbiter": False, "lateCentDays": 0, "balance": 10_000 - cents}
    events = call(world, "confirm", terms, cents, payee).events
    assert events == [event("PaymentConfirmed", **place(id_, cents), **moved)]
    assert world.registry.paymentOf(id_, cents, PAID_ON, REFERENCE) == (CONFIRMED, 0)
    with refuses("WrongPaymentStatus", payment=key(id_, cents), status=CONFIRMED):
        call(world, "declare", terms, cents, payer)


def test_the_payee_denies_what_was_declared_and_may_confirm_it_yet(world, agreed):
    terms, id_ = agreed
    with refuses("WrongPaymentStatus", payment=key(id_, 500), status=UNKNOWN):
        call(world, "deny", terms, 500, PRODUCER)
    call(world, "declare", terms, 500, CONSUMER)
    for sender in (CONSUMER, ARBITER, STRANGER):
        with refuses("NotTheProducer", actor=sender, producer=PRODUCER):
            call(world, "deny", terms, 500, sender)
    assert call(world, "deny", terms, 500, PRODUCER).events == [event("PaymentDenied", **place(id_, 500))]
    assert world.registry.paymentOf(id_, 500, PAID_ON, REFERENCE) == (DENIED, world.today)
    assert world.registry.agreementOf(id_).balance == 10_000
    for right, sender in (("deny", PRODUCER), ("declare", CONSUMER)):
        with refuses("WrongPaymentStatus", payment=key(id_, 500), status=DENIED):
            call(world, right, terms, 500, sender)
    call(world, "confirm", terms, 500, PRODUCER)
    assert world.registry.agreementOf(id_).balance == 9_500


@pytest.mark.parametrize("denied", [True, False])
@pytest.mark.parametrize("cents", [1, 10_000])
def test_the_arbiter_accepts_what_was_declared_up_to_what_is_owed(world, agreed, denied, cents):
    terms, id_ = agreed
    call(world, "declare", terms, cents, CONSUMER)
    if denied:
        call(world, "deny", terms, cents, PRODUCER)
    world.chain.time += NOTICE * DAY
    events = call(world, "accept", terms, cents, ARBITER).events
    moved = {"byArbiter": True, "lateCentDays": 0, "balance": 10_000 - cents}
    assert events == [event("PaymentConfirmed", **place(id_, cents), **moved)]
    assert (status(world, id_, cents), world.registry.agreementOf(id_).balance) == (CONFIRMED, 10_000 - cents)


def test_the_arbiter_accepts_no_more_than_the_consumer_owes(world, agreed):
    terms, _ = agreed
    call(world, "declare", terms, 10_001, CONSUMER)
    call(world, "declare", terms, -1, PRODUCER)
    world.chain.time += NOTICE * DAY
    for cents in (10_001, -1):
        with refuses("MoreThanIsOwed", cents=cents, balance=10_000):
            call(world, "accept", terms, cents, ARBITER)


def test_the_arbiter_accepts_no_more_than_the_producer_owes(world, in_credit):
    terms, id_ = in_credit
    for cents, payer in ((-20_001, PRODUCER), (1, CONSUMER), (-20_000, PRODUCER)):
        call(world, "declare", terms, cents, payer)
    world.chain.time += NOTICE * DAY
    for cents in (-20_001, 1):
        with refuses("MoreThanIsOwed", cents=cents, balance=-20_000):
            call(world, "accept", terms, cents, ARBITER)
    call(world, "accept", terms, -20_000, ARBITER)
    assert world.registry.agreementOf(id_).balance == 0


@pytest.mark.parametrize("denied", [True, False])
def test_the_arbiter_refuses_a_payment_for_ever(world, agreed, denied):
    terms, id_ = agreed
    call(world, "declare", terms, 500, CONSUMER)
    if denied:
        call(world, "deny", terms, 500, PRODUCER)
    world.chain.time += NOTICE * DAY
    assert call(world, "refuse", terms, 500, ARBITER).events == [event("PaymentRefused", **place(id_, 500))]
    assert (status(world, id_, 500), world.registry.agreementOf(id_).balance) == (REFUSED, 10_000)
    rights = [
        ("declare", CONSUMER),
        ("confirm", PRODUCER),
        ("deny", PRODUCER),
        ("accept", ARBITER),
        ("refuse", ARBITER),
    ]
    for right, sender in rights:
        with refuses("WrongPaymentStatus", payment=key(id_, 500), status=REFUSED):
            call(world, right, terms, 500, sender)


@pytest.mark.parametrize("right", ["accept", "refuse"])
def test_the_payee_has_the_days_of_notice_since_the_declaration(world, agreed, right):
    terms, id_ = agreed
    call(world, "declare", terms, 500, CONSUMER)
    declared = world.today
    world.chain.time = (declared + NOTICE) * DAY - 1
    with refuses("PayeeHasTime", declaredOn=declared, noticeDays=NOTICE, today=declared + NOTICE - 1):
        call(world, right, terms, 500, ARBITER)
    call(world, "deny", terms, 500, PRODUCER)  # which starts no days anew
    world.chain.time += 1
    call(world, right, terms, 500, ARBITER)
    assert status(world, id_, 500) == (CONFIRMED if right == "accept" else REFUSED)


@pytest.mark.parametrize("right", ["accept", "refuse"])
def test_nobody_else_decides(world, agreed, right):
    terms, _ = agreed
    call(world, "declare", terms, 500, CONSUMER)
    world.chain.time += NOTICE * DAY
    for sender in (PRODUCER, CONSUMER, METER, STRANGER):
        with refuses("NotTheArbiter", actor=sender, arbiter=ARBITER):
            call(world, right, terms, 500, sender)


@pytest.mark.parametrize("right", ["accept", "refuse"])
def test_what_was_not_declared_or_is_decided_is_not_decided(world, agreed, right):
    terms, id_ = agreed
    world.chain.time += NOTICE * DAY
    with refuses("WrongPaymentStatus", payment=key(id_, 500), status=UNKNOWN):
        call(world, right, terms, 500, ARBITER)
    call(world, "confirm", terms, 500, PRODUCER)
    with refuses("WrongPaymentStatus", payment=key(id_, 500), status=CONFIRMED):
        call(world, right, terms, 500, ARBITER)


@pytest.mark.parametrize("right", ["accept", "refuse"])
def test_terms_without_days_of_notice_leave_payments_to_the_parties(world, right):
    terms, _ = running(world)
    world.record_month_ends((0, 0), (1_000_000, 0))
    world.close(terms)
    call(world, "declare", terms, 500, CONSUMER)
    world.chain.time += 100 * DAY
    with refuses("NoNoticeDays"):
        call(world, right, terms, 500, ARBITER)


@pytest.mark.parametrize("right", ["confirm", "deny", "accept", "refuse"])
@pytest.mark.parametrize("cents", [0, 2**47, -(2**47) - 1])
def test_cents_that_no_payment_has_are_refused(world, agreed, right, cents):
    terms, _ = agreed
    sender = ARBITER if right in ("accept", "refuse") else CONSUMER if cents < 0 else PRODUCER
    with refuses("CentsOutside", cents=cents):
        call(world, right, terms, cents, sender)


@pytest.mark.parametrize("right", ["confirm", "deny", "accept", "refuse"])
def test_a_day_to_come_is_refused(world, agreed, right):
    terms, _ = agreed
    day = world.today + 2
    with refuses("DayInFuture", day=day):
        call(world, right, terms, 500, PRODUCER if right in ("confirm", "deny") else ARBITER, day)


def test_the_arbiter_decides_after_the_end_and_where_a_successor_waits(world, agreed):
    terms, id_ = agreed
    new, to = successor(world, terms, id_, meter=role(0x32))
    acted(world, terms, Act(successor=to), new)
    call(world, "declare", new, 500, CONSUMER)
    call(world, "declare", new, 600, CONSUMER)
    world.chain.time += NOTICE * DAY
    call(world, "accept", new, 500, ARBITER)
    acted(world, new, Act(successor=to))
    assert call(world, "accept", new, 600, ARBITER).events[0].args["balance"] == 8_900
    kept = world.registry.agreementOf(to)
    assert (kept.status, kept.balance) == (ENDED, 8_900)


def test_what_the_arbiter_accepts_bears_the_interest_of_its_own_day(world):
    rules = (world.clause(), world.clause(late_interest(), world.chain.deploy("LateInterest")))
    terms, id_ = running(world, clauses=rules, noticeDays=NOTICE)
    world.record_month_ends((0, 0), (1_000_000, 0), (1_000_000, 0))
    world.close(terms)
    world.close(terms)
    world.chain.time = (ENDS[1] + 20) * DAY
    call(world, "declare", terms, 10_000, CONSUMER, ENDS[1] + 10)
    world.chain.time += NOTICE * DAY
    accepted = call(world, "accept", terms, 10_000, ARBITER, ENDS[1] + 10).events[0].args
    assert (accepted["lateCentDays"], world.registry.accountOf(id_).lateCentDays) == (100_000, 100_000)
    assert world.registry.agreementOf(id_).pending


def test_bills_that_were_paid_for_years_are_recorded_though_the_consumers_key_is_lost(world):
    """Twelve months paid by bank in time, confirmed by the payee alone: no interest stays."""
    rules = (world.clause(), world.clause(late_interest(), world.chain.deploy("LateInterest")))
    terms, id_ = running(world, clauses=rules)
    world.record(World.JULY - 1, 0)
    for number, end in enumerate(ENDS[:12]):
        world.record(end, (number + 1) * 1_000_000)
        world.close(terms)
        world.registry.confirm(terms, 10_000, end, number.to_bytes(32, "big"), sender=PRODUCER)
    kept = world.registry.agreementOf(id_)
    assert (kept.periods, kept.balance, kept.pending) == (12, 0, False)
