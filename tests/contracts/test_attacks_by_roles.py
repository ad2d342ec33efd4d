"""What each role can try alone, or with one other, that no other file tries: docs/attacks.md has the whole table.

parties
├── given a payee's false receipts: the other party takes them back by its own, and nobody is locked in
├── given two ways to end at once: the first holds
├── given the same request of both: it holds once, and does what either wants
├── given a month that was swapped from one meter to another and back: nothing is billed twice
└── known limits: another day in a receipt; a debt made before a new owner comes; a payment declared again
whoever brings what others signed
├── given too little gas for a wallet: refused, and not used up
├── given calldata that ends early: of no agreement
└── known limit: a request holds until its second, whatever happened since
others
├── given a wallet that calls back while it is asked: it writes nothing
├── given an appraisal that no line holds: it bars the exit of its month alone
├── given the published code: none of it destroys, creates, or sends
└── known limits: days kept back at a month's end; an allowance that dark months share; a silence that ends a promise;
    two meters side by side; an index without its first value; a clause of others that fails in a last period; ends
    that no lender is asked of
"""

import pytest
from eth_abi import encode

from tests.contracts.signing import (
    ARBITER,
    BANK,
    CONSUMER,
    CONSUMER_KEY,
    HEIR,
    PRODUCER,
    Act,
    acted,
    announced,
    brought,
    closing,
    compact,
    domain,
    exit_table,
    late_interest,
    request,
    request_digest,
    running,
    successor,
)
from tests.contracts.world import (
    CLAUSE_FAILED,
    CLAUSE_GAS_NEEDED,
    CONFIRMED,
    EARLY_BOUNDARY,
    ENDED,
    HANDED_OVER,
    METER,
    MWH,
    RUNNING,
    STRANGER,
    World,
    day_of,
    guarantee,
    month_ends,
    role,
)
from tests.evm import Refused, functions, published, refuses

JULY = World.JULY
ENDS = month_ends(JULY, 36)
DAY = 86_400
REFERENCE = b"\6" * 32
NEW_METER = role(0x77)
MOST_CENTS = 2**47 - 1


@pytest.fixture
def agreed(world):
    """July closed: 100.00 EUR; 90 days of silence, 14 of notice; the consumer may leave for nothing by clause 1."""
    table = world.clause(exit_table(prices=(0, 0)), world.chain.deploy("ExitTable"))
    terms, id_ = running(world, clauses=(world.clause(), table), silenceDays=90, noticeDays=14)
    world.record_month_ends((0, 0), (MWH, 0))
    world.close(terms)
    return terms, id_


def wait(world, days):
    world.chain.time += days * DAY


# -------------------------------------------------------------------------------------------------------------- parties


def test_a_payees_false_receipts_lock_nobody_as_the_other_takes_them_back_by_its_own(world):
    """A roof's rent would leave 56 bits: no month closes, no end works, until the consumer says that it was paid."""
    rent = world.clause(encode(["int64", "uint32"], [-100, 0]), world.chain.deploy("FixedFee"))
    table = world.clause(exit_table(prices=(0, 0)), world.chain.deploy("ExitTable"))
    terms, id_ = running(world, clauses=(rent, table))
    world.record_month_ends((0, 0), (0, 0))
    receipts = [(MOST_CENTS, bytes([n]) * 32) for n in range(256)] + [(256, bytes(31) + b"\1")]
    for cents, reference in receipts:
        world.registry.confirm(terms, cents, JULY, reference, sender=PRODUCER)
    assert world.registry.agreementOf(id_).balance == -(2**55)
    for act in (lambda: world.close(terms), lambda: world.registry.exit(terms, 1, sender=CONSUMER)):
        with refuses("BalanceTooLarge", balance=-(2**55) - 100):
            act()
    world.registry.confirm(terms, -MOST_CENTS, JULY, REFERENCE, sender=CONSUMER)
    world.close(terms)
    world.registry.exit(terms, 1, sender=CONSUMER)
    assert world.registry.agreementOf(id_).status == ENDED


WAYS_TO_END = {
    "exit": lambda world, terms, id_: world.registry.exit(terms, 1, sender=CONSUMER),
    "silence": lambda world, terms, id_: world.registry.endInSilence(terms, sender=PRODUCER),
    "both": lambda world, terms, id_: acted(world, terms, Act(successor=id_)),
    "announced": lambda world, terms, id_: world.registry.execute(terms, Act(0, successor=id_), (), sender=STRANGER),
}


@pytest.mark.parametrize("first", WAYS_TO_END)
@pytest.mark.parametrize("late", WAYS_TO_END)
def test_of_two_ends_in_one_block_the_first_holds(world, agreed, first, late):
    terms, id_ = agreed
    wait(world, 100)
    announced(world, terms, Act(0, successor=id_))
    wait(world, 14)
    WAYS_TO_END[first](world, terms, id_)
    kept = world.registry.agreementOf(id_)
    assert kept.status == ENDED
    with pytest.raises(Refused, match="WrongActNumber|OnlyCentsLeft" if late == "both" else "WrongStatus"):
        WAYS_TO_END[late](world, terms, id_)
    assert world.registry.agreementOf(id_) == kept


def test_what_was_announced_and_done_is_not_done_again_on_either_agreement(world, agreed):
    terms, id_ = agreed
    new, to = successor(world, terms, id_, consumer=HEIR)
    act = Act(0, successor=to)
    announced(world, terms, act, new, party=PRODUCER)
    wait(world, 14)
    world.registry.execute(terms, act, (new,), sender=STRANGER)
    for these, status in ((terms, HANDED_OVER), (new, RUNNING)):
        with pytest.raises(Refused, match="WrongStatus" if status == HANDED_OVER else "NotAnnounced"):
            world.registry.execute(these, act, (new,), sender=STRANGER)
    assert world.registry.agreementOf(to).balance == 10_000


@pytest.mark.parametrize("first", [PRODUCER, CONSUMER])
def test_the_same_request_of_both_parties_holds_once_and_does_what_either_wants(world, agreed, first):
    """Nobody takes the other's request away but by doing the same."""
    terms, id_ = agreed
    wanted, other = request("voidAct", number=1), PRODUCER if first == CONSUMER else CONSUMER
    brought(world, terms, wanted, first)
    message = request_digest(id_, wanted, domain(world.registry.address))
    with refuses("AlreadyBrought", digest=message):
        brought(world, terms, wanted, other)
    assert world.registry.accountOf(id_).acts == 1
    brought(world, terms, request("voidAct", number=2), other)


def test_a_strangers_use_of_a_partys_request_uses_nothing_up(world, agreed):
    terms, id_ = agreed
    wanted = request("voidAct", number=1)
    with refuses("NotAParty", actor=ARBITER):
        brought(world, terms, wanted, ARBITER)
    brought(world, terms, wanted, CONSUMER)
    assert world.registry.accountOf(id_).acts == 1


def test_a_meter_that_was_swapped_and_comes_back_is_billed_from_its_own_last_word(world):
    """July by the first meter, August by the second, September by the first: what it counted in August is nobody's."""
    terms, id_ = running(world)
    world.record_month_ends((0, 0), (MWH, 0))
    there, two = successor(world, terms, id_, meter=NEW_METER)
    acted(world, terms, Act(successor=two), there)
    world.registry.serve(there, sender=NEW_METER)
    for day, register in ((ENDS[0], 500), (ENDS[1], 500 + 3 * MWH)):
        world.record(day, register, meter=NEW_METER)
    world.record(ENDS[1], 8 * MWH)
    back, three = successor(world, there, two, meter=METER)
    acted(world, there, Act(successor=three), back)
    world.registry.serve(back, sender=METER)
    world.record(ENDS[2], 9 * MWH)
    assert closing(world, back)["statement"].generation == 5 * MWH
    assert world.registry.agreementOf(three).balance == 50_000


def test_known_limit_a_payee_that_names_another_day_than_the_payer_has_other_interest(world):
    """The payer's day stays declared; it is not counted too, as nothing is owed any more."""
    lates = []
    for day in (ENDS[1], ENDS[1] + 20):
        here = type(world)()
        rules = (here.clause(), here.clause(late_interest(), here.chain.deploy("LateInterest")))
        terms, _ = running(here, clauses=rules, noticeDays=14)
        here.record_month_ends((0, 0), (10 * MWH, 0), (10 * MWH, 0))
        here.close(terms)
        here.close(terms)
        wait(here, 30)
        here.registry.declare(terms, 100_000, ENDS[1], REFERENCE, sender=CONSUMER)
        told = here.registry.confirm(terms, 100_000, day, REFERENCE, sender=PRODUCER).events[0]
        lates.append(told.args["lateCentDays"])
        wait(here, 30)
        with pytest.raises(Refused, match="WrongPaymentStatus" if day == ENDS[1] else "MoreThanIsOwed"):
            here.registry.accept(terms, 100_000, ENDS[1], REFERENCE, sender=ARBITER)
    assert lates == [0, 20 * 100_000]


def test_known_limit_a_new_owner_takes_the_balance_over_as_the_old_one_left_it(world, agreed):
    """The old consumer says after the new one has signed that it was paid 5,000.00 EUR: the new one owes them."""
    terms, id_ = agreed
    new, to = successor(world, terms, id_, consumer=HEIR)
    world.registry.confirm(terms, -500_000, JULY, REFERENCE, sender=CONSUMER)
    acted(world, terms, Act(successor=to), new)
    assert world.registry.agreementOf(to).balance == 10_000 + 500_000


@pytest.mark.parametrize("decision", ["confirm", "refuse"])
def test_known_limit_a_payment_that_was_decided_is_declared_to_a_successor_again(world, agreed, decision):
    """Its key has the agreement's id: payee and arbiter look at the predecessor too."""
    terms, id_ = agreed
    payment = (5_000, JULY, REFERENCE)
    world.registry.declare(terms, *payment, sender=CONSUMER)
    wait(world, 14)
    getattr(world.registry, decision)(terms, *payment, sender=PRODUCER if decision == "confirm" else ARBITER)
    new, to = successor(world, terms, id_)
    acted(world, terms, Act(successor=to), new)
    world.registry.declare(new, *payment, sender=CONSUMER)
    wait(world, 14)
    world.registry.accept(new, *payment, sender=ARBITER)
    assert world.registry.paymentOf(to, *payment).status == CONFIRMED


# --------------------------------------------------------------------------------------- whoever brings what was signed


def test_a_bringer_that_starves_a_wallet_is_refused_and_uses_nothing_up(world):
    wallet = world.chain.deploy("Wallet")
    wallet.become(4, sender=STRANGER)
    terms = world.terms(producer=PRODUCER, consumer=wallet.address)
    id_ = world.registry.agree(terms, b"", b"", sender=PRODUCER).value
    wanted = request("voidAct", number=1)
    arguments = (terms, wanted, wallet.address, b"any")
    for gas in range(100_000, CLAUSE_GAS_NEEDED, 50_000):
        with pytest.raises(Refused, match="GasTooLow"):
            world.registry.bring(*arguments, sender=STRANGER, gas=gas)
    assert not world.registry.isUsed(request_digest(id_, wanted, domain(world.registry.address)))
    world.registry.bring(*arguments, sender=STRANGER)
    assert world.registry.accountOf(id_).acts == 1


@pytest.mark.parametrize("right", ["voidAct", "object", "endInSilence"])
def test_calldata_that_ends_early_is_of_no_agreement_though_a_module_finds_the_domain_behind_it(world, agreed, right):
    terms, _ = agreed
    call = functions("PPARegistry")[right].call(terms, *((1,) if right == "voidAct" else ()))
    before = world.registry.accountOf(world.registry.idOf(terms))
    for cut in (32, 64, 96):
        with pytest.raises(Refused) as caught:
            world.chain.send(CONSUMER, world.registry.address, call[:-cut])
        assert caught.value.name in ("WrongStatus", "NothingToObjectTo", "0x")
    assert world.registry.accountOf(world.registry.idOf(terms)) == before


def test_known_limit_a_request_holds_until_its_second_whatever_happened_since(world, agreed):
    """Signed in one silence, and brought in the next one: its signer gave it no earlier second."""
    terms, id_ = agreed
    wait(world, 100)
    wanted = request("endInSilence")
    world.record(world.today - 1, 2 * MWH)
    with pytest.raises(Refused, match="NotSilent"):
        brought(world, terms, wanted, CONSUMER)
    wait(world, 91)
    brought(world, terms, wanted, CONSUMER)
    assert world.registry.agreementOf(id_).status == ENDED


# --------------------------------------------------------------------------------------------------------------- others


def test_a_wallet_that_calls_back_while_it_is_asked_writes_nothing(world):
    wallet = world.chain.deploy("CallingWallet")
    terms = world.terms(producer=PRODUCER, consumer=wallet.address)
    id_ = world.registry.idOf(terms)
    with refuses("NotSignedBy", party=wallet.address, digest=id_):
        wallet.set(functions("PPARegistry")["reject"].call(terms), sender=STRANGER)
        world.registry.agree(terms, b"", b"", sender=PRODUCER)
    wallet.set(functions("PPARegistry")["agreementOf"].call(id_), sender=STRANGER)
    world.registry.agree(terms, b"", b"", sender=PRODUCER)  # a call that reads comes through


def test_an_appraisal_that_no_line_holds_bars_the_exit_of_its_month_alone(world):
    index = world.chain.deploy("IndexPublisher", STRANGER, b"FMV".ljust(32, b"\0"))
    table = world.clause(exit_table(appraiser=index.address), world.chain.deploy("ExitTable"))
    terms, _ = running(world, clauses=(world.clause(), table))
    world.record_month_ends((0, 0), (MWH, 0))
    index.publish(day_of(2016, 8, 1), 2**47, sender=STRANGER)
    index.publish(day_of(2016, 9, 1), MOST_CENTS, sender=STRANGER)
    world.chain.time = ENDS[1] * DAY
    with pytest.raises(Refused, match="NoExit"):
        world.registry.exit(terms, 1, sender=CONSUMER)
    wait(world, 1)
    exited = next(e for e in world.registry.exit(terms, 1, sender=CONSUMER).events if e.name == "Exited")
    assert exited.args["price"] == MOST_CENTS


CREATE, CALL, CALLCODE, DELEGATECALL, CREATE2, SELFDESTRUCT = 0xF0, 0xF1, 0xF2, 0xF4, 0xF5, 0xFF
PUSH1, PUSH32 = 0x60, 0x7F


def opcodes(code):
    """The opcodes of a runtime code, without the data behind PUSH and the metadata behind all."""
    at, end = 0, len(code) - 2 - int.from_bytes(code[-2:], "big")
    while at < end:
        yield code[at]
        at += 1 + (code[at] - PUSH1 + 1 if PUSH1 <= code[at] <= PUSH32 else 0)


@pytest.mark.parametrize("name", published())
def test_no_published_code_destroys_creates_or_sends_and_the_registry_alone_delegates(name):
    found = list(opcodes(bytes.fromhex(published()[name]["runtime"][2:])))
    assert not {CREATE, CALL, CALLCODE, CREATE2, SELFDESTRUCT} & set(found)
    assert found.count(DELEGATECALL) == (name == "PPARegistry")


@pytest.mark.parametrize("kept_back", [False, True])
def test_days_kept_back_at_a_windows_end_are_promised_with_the_next_window(world, kept_back):
    """Two months of 1 MWh as promised: whoever hosts the broker brings 1 July, and then no day before 1 August."""
    promise = world.clause(guarantee(MWH, 1, 0, 100_000), world.guarantee)
    terms, id_ = running(world, clauses=(promise,))
    world.record(JULY - 1, 0)
    world.record(JULY, MWH // 31)
    if not kept_back:
        world.record(ENDS[0], MWH)
    world.record(ENDS[0] + 1, MWH + MWH // 31)
    world.record(ENDS[1], 2 * MWH)
    lines = [closing(world, terms)["lines"][0] for _ in range(2)]
    assert [abs(line) <= 1 for line in lines] == [True, True]
    assert bool(world.registry.statementOf(id_, 1).flags & EARLY_BOUNDARY) == kept_back


def excess_energy(world):
    """10 MWh a month at 0.10 EUR, what is above at 0.06."""
    kinds = ["uint64", "uint32", "uint64", "uint32", "uint32", "uint8", "uint64[12]"]
    params = encode(kinds, [100_000, 0, 60_000, 10**6, 0, 0, [10 * MWH] * 12])
    return world.clause(params, world.chain.deploy("ExcessEnergy"))


def test_known_limit_days_kept_back_at_a_months_end_have_the_next_months_allowance(world):
    """10 MWh a month as expected: all of August's 19.7 MWh above 10 at the lower price."""
    terms, _ = running(world, clauses=(excess_energy(world),))
    made = 10 * MWH // 31
    for day, register in ((JULY - 1, 0), (JULY, made), (ENDS[0] + 1, 10 * MWH + made), (ENDS[1], 20 * MWH)):
        world.record(day, register)
    lines = [closing(world, terms)["lines"][0] for _ in range(2)]
    assert sum(lines) == 200_000 - (10 * MWH - made) * 40_000 // 10**7


@pytest.mark.parametrize(("silent", "refund"), [(False, 110_000), (True, 192)])
def test_known_limit_a_plant_that_stands_still_is_promised_until_its_broker_is_silent_to_the_end(world, silent, refund):
    """1 MWh a month is promised for a year, and made in July alone: told each month, or not at all."""
    promise = world.clause(guarantee(12 * MWH, 12, 0, 100_000), world.guarantee)
    terms, id_ = running(world, clauses=(promise,), months=12)
    world.record_month_ends((0, 0), *[(MWH, 0)] * (1 if silent else 12))
    world.chain.time = (ENDS[11] + 61) * DAY
    for _ in range(12):
        world.close(terms)
    kept = world.registry.agreementOf(id_)
    assert (kept.status, kept.balance) == (ENDED, -refund)


@pytest.mark.parametrize(("silent", "cents"), [(False, 180_000), (True, 200_000)])
def test_known_limit_dark_months_and_the_next_share_one_allowance(world, silent, cents):
    """15 MWh in July and 5 in August: what July has too much fills August's."""
    terms, id_ = running(world, clauses=(excess_energy(world),))
    world.record(JULY - 1, 0)
    if not silent:
        world.record(ENDS[0], 15 * MWH)
    world.record(ENDS[1], 20 * MWH)
    for _ in range(2):
        world.close(terms)
    assert world.registry.agreementOf(id_).balance == cents


def test_known_limit_what_two_meters_counted_side_by_side_is_billed_of_both(world):
    """The first counted until 15 August, the second from the 10th on: both parties correct five days."""
    terms, id_ = running(world)
    world.record_month_ends((0, 0), (MWH, 0))
    for day, register in ((10, 0), (ENDS[1] - ENDS[0] + 1, MWH)):
        world.record(ENDS[0] + day, register, meter=NEW_METER)
    world.chain.time = 0
    world.record(ENDS[0] + 15, 2 * MWH)
    world.record(ENDS[1] + 1, 2 * MWH)
    new, to = successor(world, terms, id_, meter=NEW_METER)
    acted(world, terms, Act(successor=to), new)
    world.registry.serve(new, sender=NEW_METER)
    world.record(ENDS[2], MWH, meter=NEW_METER)
    assert closing(world, new)["lines"] == (10_000,)


def test_known_limit_an_index_without_its_first_value_gives_nothing_after_the_first_year(world):
    """Its publisher can do so, and whoever signs sees whether that value is published."""
    index = world.chain.deploy("IndexPublisher", STRANGER, bytes(32))
    kinds = ["uint64", "address", "uint8", "uint32", "uint64", "uint64", "uint8"]
    params = encode(kinds, [100_000, index.address, 0, 10**6, 90_000, 10**7, 0])
    terms, id_ = running(world, clauses=(world.clause(params, world.chain.deploy("IndexedPrice")),))
    world.record_month_ends((0, 0), *[(n * MWH, 0) for n in range(1, 14)])
    for _ in range(12):
        world.close(terms)
    index.publish(day_of(2017, 7, 1), 100, sender=STRANGER)
    world.chain.time = (ENDS[12] + 31) * DAY
    world.close(terms)
    assert world.registry.statementOf(id_, 13)[0] == 0
    assert world.registry.statementOf(id_, 13).flags == CLAUSE_FAILED | 1 << 16


def test_known_limit_a_clause_of_others_that_fails_in_a_last_period_bars_an_exit_while_the_meter_records(world):
    """Both end it at once all the same; so does the term, and one party after a silence."""
    table = world.clause(exit_table(prices=(0, 0)), world.chain.deploy("ExitTable"))
    terms, id_ = running(world, clauses=(world.odd("ClingingClause"), table), disputeDays=5)
    world.record(JULY - 1, 0)
    for end in ENDS[:12]:
        world.record(end, end)
        wait(world, 1)
        world.close(terms)
        with pytest.raises(Refused, match="ClauseFailed"):
            world.registry.exit(terms, 1, sender=CONSUMER)
    wait(world, 5)
    world.registry.exit(terms, 1, sender=CONSUMER)
    assert world.registry.statementOf(id_, 13).flags & CLAUSE_FAILED


@pytest.mark.parametrize("way", ["both", "silence"])
def test_known_limit_a_lender_is_asked_of_the_consumers_exit_alone(world, way):
    table = exit_table(prices=(0, 0), lender=BANK, cure=60)
    clauses = (world.clause(), world.clause(table, world.chain.deploy("ExitTable")))
    terms, id_ = running(world, clauses=clauses, silenceDays=90)
    world.record_month_ends((0, 0), (MWH, 0))
    wait(world, 100)
    WAYS_TO_END[way](world, terms, id_)
    assert world.registry.agreementOf(id_).status == ENDED


def test_the_opening_statement_is_disputed_like_any_other_up_to_the_claim_that_the_terms_allow(world):
    """Arbiter and one party together: `maxClaim` once more."""
    terms, id_ = running(world, maxClaim=500)
    world.record_month_ends((0, 0), (MWH, 0))
    world.close(terms)
    for number in (0, 1):
        with refuses("ClaimOutside", claim=-501, maxClaim=500):
            world.registry.dispute(terms, number, -501, REFERENCE, sender=CONSUMER)
        world.registry.dispute(terms, number, -500, REFERENCE, sender=CONSUMER)
        world.registry.resolve(terms, number, -500, REFERENCE, sender=ARBITER)
    assert world.registry.accountOf(id_).cents == -1_000


def ten_silent_months(world, clause):
    """July made 1 MWh and is closed; from August to May nothing is recorded, and those months close in darkness."""
    terms, id_ = running(world, clauses=(clause,), silenceDays=90)
    world.record_month_ends((0, 0), (MWH, 0))
    world.close(terms)
    world.chain.time = (ENDS[10] + 61) * DAY
    for _ in range(10):
        world.close(terms)
    return terms, id_


@pytest.mark.parametrize("brought", [False, True])
def test_one_old_record_before_the_end_makes_nobody_owe_the_promise_of_dark_months(world, brought):
    """1 MWh a month is promised. With the record of 1 August the consumer is owed 1,000.00 EUR more than without it."""
    terms, id_ = ten_silent_months(world, world.clause(guarantee(12 * MWH, 12, 0, 100_000), world.guarantee))
    if brought:
        world.record(ENDS[0] + 1, MWH + MWH // 30)
    world.registry.endInSilence(terms, sender=CONSUMER)
    kept = world.registry.agreementOf(id_)
    assert kept.status == ENDED and abs(kept.balance) < 500


@pytest.mark.parametrize("brought", [False, True])
def test_one_old_record_before_the_end_makes_nobody_pay_the_minimum_of_dark_months(world, brought):
    params = encode(["uint64", "uint16", "uint16", "uint64", "uint32"], [12 * MWH, 12, 0, 100_000, 0])
    terms, id_ = ten_silent_months(world, world.clause(params, world.chain.deploy("TakeOrPay")))
    if brought:
        world.record(ENDS[0] + 1, MWH + MWH // 30)
    world.registry.endInSilence(terms, sender=PRODUCER)
    assert abs(world.registry.agreementOf(id_).balance) < 500


@pytest.mark.parametrize("kept_back", [False, True])
def test_days_kept_back_in_the_last_month_of_the_term_are_not_promised(world, kept_back):
    """One month of 1 MWh as promised; whoever hosts the broker brings 1 July, and then 1 August."""
    promise = world.clause(guarantee(MWH, 1, 0, 100_000), world.guarantee)
    terms, id_ = running(world, clauses=(promise,), months=1)
    world.record(JULY - 1, 0)
    world.record(JULY, MWH // 31 + 1)
    if not kept_back:
        world.record(ENDS[0], MWH)
    world.record(ENDS[0] + 1, MWH)
    world.close(terms)
    assert world.registry.agreementOf(id_).balance == 0


def test_days_that_a_successor_bills_before_its_first_day_are_not_billed_again(world):
    """A successor numbers anew from 1 November; records of August come late, and it ends before it closed a month."""
    terms, id_ = running(world)
    world.record_month_ends((0, 0), (MWH, 0))
    world.close(terms)
    world.chain.time = (ENDS[3] + 61) * DAY
    for _ in range(3):
        world.close(terms)
    new, to = successor(world, terms, id_, firstDay=ENDS[3] + 1)
    acted(world, terms, Act(successor=to), new)
    world.record(ENDS[0] + 20, 2 * MWH)
    acted(world, new, Act(successor=to))
    kept = world.registry.agreementOf(to)
    assert (kept.status, kept.balance) == (ENDED, 20_000)  # August's MWh is billed
    again, _ = world.signed(producer=role(0x41), consumer=role(0x42), firstDay=ENDS[0] + 1, months=12)
    with refuses("DaysAlreadyBilled", meter=METER, billed=ENDS[0] + 20, next=ENDS[0] + 1):
        world.registry.serve(again, sender=METER)


@pytest.mark.parametrize("published", [True, False])
def test_an_appraiser_that_is_late_does_not_take_the_lenders_word(world, published):
    """The bank has 20 days from 31 July on; August's appraisal comes when they are over, and the consumer leaves."""
    index = world.chain.deploy("IndexPublisher", STRANGER, b"FMV".ljust(32, b"\0"))
    table = exit_table(prices=(0, 0), lender=BANK, cure=20, appraiser=index.address)
    terms, _ = running(world, clauses=(world.clause(), world.clause(table, world.chain.deploy("ExitTable"))))
    world.record_month_ends((0, 0), (MWH, 0))
    world.close(terms)
    index.publish(day_of(2016, 7, 1), 1, sender=STRANGER)
    world.chain.time = ENDS[0] * DAY
    world.registry.notifyLender(terms, 1, sender=CONSUMER)
    world.chain.time += 10 * DAY
    if published:
        index.publish(day_of(2016, 8, 1), 1, sender=STRANGER)
    world.registry.cure(terms, sender=BANK)


def test_a_signature_of_terms_is_none_of_another_salt_or_successor(world, agreed):
    terms, id_ = agreed
    new = terms._replace(supersedes=id_, salt=5)
    signature = compact(CONSUMER_KEY, world.registry.idOf(new))
    for other in (new._replace(salt=6), new._replace(supersedes=bytes(32))):
        with refuses("NotSignedBy", party=CONSUMER, digest=world.registry.idOf(other)):
            world.registry.agree(other, b"", signature, sender=PRODUCER)
