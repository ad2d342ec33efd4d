"""Attacks on who acts and when: replay, front-running, meters that strangers name, clocks that are wrong.

acts
├── given another registry or chain id: the same act is on nothing there
├── when two acts on one proposal race: the first decides, for ever; nobody proposes for the producer
├── when ether comes along: refused
└── when a contract stands between: it is the caller, and not a party
meters
├── given strangers' agreements that name it: it is bound to the one it serves, and they never close
├── given a chain opened long before the first day: the eve opens; after it: billing begins with its first record
├── given its key in wrong hands: sham terms that name it bill no day again, nor does the meter's other agreement
└── known limit: another registry is the meter's own choice
clocks
├── given a block's time that is hours off: a day is recorded so much earlier or later, never a register changed
├── given a day recorded 14 hours early: what is made after it belongs to the next month
└── given a clock years ahead: only the meter itself can skip its months
"""

import pytest

from tests.contracts.world import (
    CONSUMER,
    DARK,
    EARLY_BOUNDARY,
    ENDED,
    LAST,
    METER,
    NONE,
    PRODUCER,
    PROPOSED,
    REJECTED,
    ROOT_OF_DAY,
    RUNNING,
    SIGNED,
    SILENT,
    STRANGER,
    WITHDRAWN,
    World,
    day_of,
    deployed_registry,
    role,
)
from tests.evm import CHAIN_ID, functions, refuses

JULY, JULY_END = World.JULY, day_of(2016, 7, 31)
RECORD, SIGN = functions("MeterLedger")["record"], functions("PPARegistry")["sign"]
STATUSES = {"sign": SIGNED, "withdraw": WITHDRAWN, "reject": REJECTED}
HOUR, DAY = 3_600, 86_400


def statement_of(receipt):
    """What a close says of its statement."""
    return next(e for e in receipt.events if e.name == "Closed").args["statement"]


# ----------------------------------------------------------------------------------------------------------------- acts


@pytest.mark.parametrize("chain_id", [CHAIN_ID, CHAIN_ID + 1])
def test_acts_replayed_on_another_registry_are_on_nothing_there(world, chain_id):
    terms, id_ = world.running()
    other = deployed_registry(world.chain, world.ledger, chain_id)
    there = other.idOf(terms)
    assert there != id_
    for name, who, needed in (("sign", CONSUMER, PROPOSED), ("serve", METER, SIGNED), ("close", STRANGER, RUNNING)):
        with refuses("WrongStatus", id=there, status=NONE, needed=needed):
            getattr(other, name)(terms, sender=who)
    assert other.servedBy(METER) == bytes(32)


def test_a_proposal_seen_in_the_pool_cannot_be_made_first_by_another(world):
    terms = world.terms()
    with refuses("NotTheProducer", actor=STRANGER, producer=PRODUCER):
        world.registry.propose(terms, sender=STRANGER)
    mine = world.registry.propose(terms._replace(producer=STRANGER), sender=STRANGER).value
    assert world.registry.propose(terms, sender=PRODUCER).value != mine


@pytest.mark.parametrize("first", STATUSES)
@pytest.mark.parametrize("late", STATUSES)
def test_of_two_acts_that_race_the_first_decides(world, first, late):
    owner = {"sign": CONSUMER, "reject": CONSUMER, "withdraw": PRODUCER}
    terms, id_ = world.proposed()
    getattr(world.registry, first)(terms, sender=owner[first])
    with refuses("WrongStatus", id=id_, status=STATUSES[first], needed=PROPOSED):
        getattr(world.registry, late)(terms, sender=owner[late])


def test_serving_twice_is_refused(world):
    terms, id_ = world.running()
    with refuses("WrongStatus", id=id_, status=RUNNING, needed=SIGNED):
        world.registry.serve(terms, sender=METER)


def test_ether_that_comes_along_is_refused(world):
    world.chain.evm.set_balance(PRODUCER, 10**18)
    propose = functions("PPARegistry")["propose"].call(world.terms())
    record = RECORD.call(1, 0, JULY - 1, ROOT_OF_DAY)
    for to, data in ((world.registry, propose), (world.registry, b""), (world.ledger, record), (world.ledger, b"")):
        with pytest.raises(RuntimeError, match="Revert"):
            world.chain.evm.message_call(PRODUCER, to.address, data, value=1)
    assert world.chain.evm.get_balance(PRODUCER) == 10**18


def test_a_contract_that_a_party_calls_is_not_that_party(world):
    terms, _ = world.proposed()
    trap = world.chain.deploy("Caller")
    with refuses("NotTheConsumer", actor=trap.address, consumer=CONSUMER):
        trap.many(1, world.registry.address, SIGN.call(terms), sender=CONSUMER)


def test_a_contract_that_a_meter_calls_records_in_its_own_name(world):
    trap = world.chain.deploy("Caller")
    world.record(JULY - 1, 1)
    kept = world.ledger.wordOf(METER)
    for day in (JULY - 1, JULY):
        world.chain.time = (JULY + 1) * DAY
        trap.many(1, world.ledger.address, RECORD.call(9, 9, day, ROOT_OF_DAY), sender=METER)
    assert world.ledger.wordOf(METER) == world.ledger.atMonthEnd(METER, JULY - 1) == kept
    assert world.ledger.atMonthEnd(trap.address, JULY - 1) % 2**96 == 9 * 2**56 + 9 * 2**16 + JULY - 1


# --------------------------------------------------------------------------------------------------------------- meters


def test_a_meter_that_strangers_name_stays_with_the_one_it_serves(world):
    terms, id_ = world.running()
    others = [world.signed(producer=role(n), consumer=role(n + 1), salt=n) for n in range(0x40, 0x60, 2)]
    world.record_month_ends((0, 0), (1_000_000, 0))
    for theirs, other in others:
        with refuses("WrongStatus", id=other, status=SIGNED, needed=RUNNING):
            world.close(theirs)
        with refuses("MeterServesAnother", meter=METER, id=id_):
            world.registry.serve(theirs, sender=METER)
    world.close(terms)
    assert world.registry.servedBy(METER) == id_


def test_a_stranger_whose_own_meter_serves_cannot_free_or_bind_another(world):
    _, id_ = world.running()
    theirs, other = world.running(meter=role(0x32), producer=STRANGER, months=1, salt=9)
    for day, register in ((JULY - 1, 0), (JULY_END, 1)):
        world.record(day, register, meter=role(0x32))
    world.close(theirs)
    assert world.registry.agreementOf(other).status == ENDED
    assert (world.registry.servedBy(METER), world.registry.servedBy(role(0x32))) == (id_, bytes(32))


def test_known_limit_a_meter_may_serve_in_two_registries_at_once(world):
    """The energy is billed in both: the meter's own choice, in an event of the other registry."""
    terms, id_ = world.running()
    other = deployed_registry(world.chain, world.ledger)
    for name, who in (("propose", PRODUCER), ("sign", CONSUMER), ("serve", METER)):
        getattr(other, name)(terms, sender=who)
    assert (world.registry.servedBy(METER), other.servedBy(METER)) == (id_, other.idOf(terms))


def test_a_meter_does_not_serve_the_same_months_again_once_its_agreement_has_ended(world):
    first, _ = world.running(months=1)
    world.record_month_ends((0, 0), (1_000_000, 0))
    world.close(first)
    second, two = world.signed(months=1, producer=STRANGER)
    with refuses("DaysAlreadyBilled", meter=METER, billed=JULY_END, next=JULY):
        world.registry.serve(second, sender=METER)
    assert world.registry.agreementOf(two).status == SIGNED


def test_sham_terms_that_the_holder_of_the_meters_key_serves_bill_no_day_again(world):
    """Two fresh accounts sign terms of the same months, and whoever has the key serves them."""
    terms, id_ = world.running(months=2)
    world.record_month_ends((0, 0), (1_000_000, 0), (3_000_000, 0))
    for _ in range(2):
        world.close(terms)
    kept = [world.registry.statementOf(id_, n) for n in range(3)]
    for months in (2, 3, 12):
        sham, _ = world.signed(months=months, producer=role(0x41), consumer=role(0x42))
        with refuses("DaysAlreadyBilled", meter=METER, billed=day_of(2016, 8, 31), next=JULY):
            world.registry.serve(sham, sender=METER)
    assert [world.registry.statementOf(id_, n) for n in range(3)] == kept


def test_the_meters_key_holder_that_serves_sham_terms_first_keeps_the_honest_ones_out(world):
    """A nuisance: nothing is billed twice, and the honest parties name another meter after the long-stop day."""
    honest, id_ = world.signed(longStopDay=JULY)
    _, other = world.running(producer=role(0x41), consumer=role(0x42))
    with refuses("MeterServesAnother", meter=METER, id=other):
        world.registry.serve(honest, sender=METER)
    world.chain.time = (JULY + 1) * DAY
    world.registry.cancel(honest, sender=CONSUMER)
    assert world.registry.agreementOf(id_).status == ENDED


# --------------------------------------------------------------------------------------------------------------- clocks


@pytest.mark.parametrize("off", [-24, -14, -1, 0, 1, 14, 24])
def test_a_clock_that_is_hours_off_lets_a_day_in_so_much_earlier_or_later_and_no_more(world, off):
    true = (JULY + 1) * DAY - 14 * HOUR - off * HOUR
    world.chain.time = true + off * HOUR - 1
    with refuses("DayNotEnded", day=JULY, timestamp=world.chain.time):
        world.ledger.record(7, 0, JULY, ROOT_OF_DAY, sender=METER)
    world.chain.time = true + off * HOUR
    world.ledger.record(7, 0, JULY, ROOT_OF_DAY, sender=METER)
    assert world.ledger.wordOf(METER) % 2**96 == 7 * 2**56 + JULY


def test_what_is_made_after_a_day_recorded_14_hours_early_belongs_to_the_next_month(world):
    terms, id_ = world.running()
    world.record_month_ends((0, 0), (1_000_000, 0), (3_000_000, 0))
    assert world.chain.time == (day_of(2016, 8, 31) + 1) * DAY - 14 * HOUR
    amounts = [statement_of(world.close(terms)).amount for _ in range(2)]
    assert amounts == [10_000, 20_000] and world.registry.agreementOf(id_).balance == 30_000


def test_a_day_recorded_early_is_not_recorded_again_when_it_is_over(world):
    world.record(JULY_END, 1_000_000)
    world.chain.time = (JULY_END + 1) * DAY
    with refuses("DayNotAfterLast", last=JULY_END, day=JULY_END):
        world.ledger.record(1_500_000, 0, JULY_END, ROOT_OF_DAY, sender=METER)


def test_a_block_whose_clock_is_60_days_ahead_closes_months_without_energy_which_is_in_the_next(world):
    """A validator's clock is off by seconds; where one could be off by months, the energy would only be later."""
    terms, id_ = world.running(months=2)
    world.record_month_ends((0, 0))
    world.record(JULY + 5, 500_000)
    true = world.chain.time
    world.chain.time = (JULY_END + 61) * DAY
    assert statement_of(world.close(terms)).flags == DARK | SILENT | EARLY_BOUNDARY | 1 << 8
    world.chain.time = true
    world.record(JULY_END, 1_000_000)
    world.record(day_of(2016, 8, 31), 3_000_000)
    assert statement_of(world.close(terms)).amount == world.registry.agreementOf(id_).balance == 30_000


def test_known_limit_a_meter_that_believed_a_clock_years_ahead_has_dark_months_until_then(world):
    terms, id_ = world.running()
    world.record_month_ends((0, 0))
    world.record(day_of(2040, 1, 1), 1_000_000)
    world.chain.time = (JULY_END + 1) * DAY
    with refuses("DayNotAfterLast", last=day_of(2040, 1, 1), day=JULY_END):
        world.ledger.record(1_000_000, 0, JULY_END, ROOT_OF_DAY, sender=METER)
    dark = DARK | EARLY_BOUNDARY
    flags = [statement_of(world.close(terms)).flags for _ in range(3)]
    assert flags == [dark | 1 << 8, dark | 2 << 8, dark | 3 << 8 | LAST]
    assert world.registry.agreementOf(id_)[0] == ENDED


@pytest.mark.parametrize("opened", [1, 30, day_of(1999, 12, 31), day_of(2016, 6, 29)])
def test_a_chain_that_was_opened_long_before_the_first_day_opens_with_the_eve(world, opened):
    terms, id_ = world.running()
    world.record(opened, 3)
    world.record_month_ends((1_000, 0), (1_500, 0))
    world.close(terms)
    assert world.registry.statementOf(id_, 0)[1:5] == (1_000, 0, JULY - 1, JULY - 1)


def test_a_chain_opened_after_the_first_day_does_not_lock_its_meter(world):
    """It was bound for ever to what never closed."""
    terms, id_ = world.running()
    for day in (JULY, JULY_END, day_of(2016, 12, 31)):
        world.record(day, day)
    for _ in range(3):
        world.close(terms)
    assert (world.registry.agreementOf(id_).status, world.registry.servedBy(METER)) == (ENDED, bytes(32))
