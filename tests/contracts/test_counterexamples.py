"""What an attacker found on 2026-11-25, each as it should be.

money and energy
├── what both corrected is billed with the last statement, and what it cannot take stays in the account
├── a payment bears the interest of its own days, whenever it is confirmed
├── an award bears interest until it falls due itself
└── a promise of a window that ends early is by its days
rights
├── a failing clause, a dead meter, a silent one take no right for ever
├── a notice frees the exit that it names
├── whoever closes first changes no price
└── who calls from deep in the stack makes no good clause fail

What is left as it is has tests of its own (test_known_limits.py).
"""

import pytest
from eth_abi import encode

from tests.contracts.signing import (
    ARBITER,
    CONSUMER,
    CONSUMER_KEY,
    PRODUCER,
    Act,
    acted,
    closing,
    compact,
    exit_table,
    late_interest,
    running,
    successor,
)
from tests.contracts.world import (
    CLAUSE_FAILED,
    EARLY_BOUNDARY,
    ENDED,
    MWH,
    SIGNED,
    STRANGER,
    World,
    day_of,
    energy_charge,
    guarantee,
    month_ends,
    role,
    three,
)
from tests.evm import Halted, Refused, functions, refuses

JULY = World.JULY
ENDS = month_ends(JULY, 240)
REFERENCE = b"\6" * 32
DAY = 86_400
NEW_METER = role(0x77)


def with_interest(world, **changes):
    """0.10 EUR/kWh and interest at 8 %, nothing closed."""
    rules = (world.clause(energy_charge()), world.clause(late_interest(), world.chain.deploy("LateInterest")))
    terms, id_ = running(world, clauses=rules, **changes)
    world.record(JULY - 1, 0)
    return terms, id_


def month(world, terms, number, register):
    """The lines of a month that is recorded on its last day and closed on the next."""
    world.record(ENDS[number], register)
    world.chain.time = (ENDS[number] + 1) * DAY
    return closing(world, terms)["lines"]


def paid(world, terms, cents, day):
    world.registry.declare(terms, cents, day, REFERENCE, sender=CONSUMER)
    return world.registry.confirm(terms, cents, day, REFERENCE, sender=PRODUCER).events[0].args["lateCentDays"]


def leaving(world, *more, **table):
    """July is closed, 1,000 kWh, 100.00 EUR; the consumer may leave for nothing by clause 1."""
    way_out = world.clause(exit_table(**{"prices": (0, 0)} | table), world.chain.deploy("ExitTable"))
    terms, id_ = running(world, clauses=(world.clause(), way_out, *more))
    world.record_month_ends((0, 0), (MWH, 0))
    world.close(terms)
    return terms, id_


def indexed(world):
    """An index that has a value for the first year only, and a price by it."""
    index = world.chain.deploy("IndexPublisher", STRANGER, b"CPI".ljust(32, b"\0"))
    index.publish(day_of(2016, 7, 1), 100, sender=STRANGER)
    kinds = ["uint64", "address", "uint8", "uint32", "uint64", "uint64", "uint8"]
    params = encode(kinds, [100_000, index.address, 0, 10**6, 0, 10**7, 0])
    return index, world.clause(params, world.chain.deploy("IndexedPrice"))


def leave(world, terms):
    return world.registry.exit(terms, 1, sender=CONSUMER)


# ---------------------------------------------------------------------------------------------------- money and energy


@pytest.mark.parametrize("recorded", [False, True])
def test_corrected_energy_is_billed_when_the_consumer_leaves(world, recorded):
    terms, id_ = leaving(world)
    acted(world, terms, Act(generation=50 * MWH))
    if recorded:
        world.record(ENDS[0] + 31, 2 * MWH)
    leave(world, terms)
    assert world.registry.agreementOf(id_).balance == 10_000 + (510_000 if recorded else 500_000)


@pytest.mark.parametrize("both", [True, False])
def test_energy_taken_back_that_the_last_days_cannot_take_stays_in_the_account(world, both):
    """All of July was an error; the 10 kWh of August do not make up for it: both settle the rest in cents."""
    terms, id_ = leaving(world)
    acted(world, terms, Act(generation=-MWH))
    world.record(ENDS[0] + 1, MWH + 10_000)
    if both:
        acted(world, terms, Act(number=2, successor=id_))
    else:
        leave(world, terms)
    kept = world.registry.agreementOf(id_)
    assert (kept.status, kept.balance, kept.pending) == (ENDED, 10_000, True)
    assert world.registry.accountOf(id_).generation == 10_000 - MWH
    acted(world, terms, Act(number=3 if both else 2, cents=-9_900))
    assert world.registry.agreementOf(id_).balance == 100


@pytest.mark.parametrize(("wh", "line"), [({"generation": MWH}, 10_000), ({"exported": 500_000}, -5_000)])
@pytest.mark.parametrize("recorded", [False, True])
def test_energy_in_the_very_act_that_ends_an_agreement_is_billed_with_its_last_statement(world, wh, line, recorded):
    terms, id_ = leaving(world)
    if recorded:
        world.record(ENDS[0] + 1, MWH)
    acted(world, terms, Act(successor=id_, **wh))
    kept = world.registry.agreementOf(id_)
    assert (kept.status, kept.balance, kept.pending) == (ENDED, 10_000 + line, False)


def test_a_payment_before_its_due_day_that_is_confirmed_after_the_next_close_earns_nothing(world):
    terms, _ = with_interest(world)
    month(world, terms, 0, 10 * MWH)
    month(world, terms, 1, 10 * MWH)
    assert (paid(world, terms, 100_000, ENDS[0] + 10), month(world, terms, 2, 10 * MWH)) == (0, (0, 0))


@pytest.mark.parametrize("day", [ENDS[0] + 10, ENDS[0], JULY, 10])
def test_a_payment_confirmed_late_takes_back_what_was_charged_and_no_more(world, day):
    """100,000 x 8 % of September and October: 657.5 and 679.5 cents; the interest of interest stays below a cent."""
    terms, _ = with_interest(world)
    charged = sum(month(world, terms, n, 10 * MWH)[1] for n in range(4))
    assert charged == 1_337
    assert paid(world, terms, 100_000, day) == -100_000 * 61
    assert abs(charged + month(world, terms, 4, 10 * MWH)[1]) <= 20


def test_a_payment_in_the_middle_of_a_closed_month_takes_back_the_days_after_it(world):
    terms, _ = with_interest(world)
    for n in range(4):
        month(world, terms, n, 10 * MWH)
    assert paid(world, terms, 100_000, ENDS[1] + 10) == -100_000 * 51


@pytest.mark.parametrize("confirmed_first", [True, False])
def test_a_payment_bears_its_interest_whether_it_is_confirmed_before_or_after_late_closes(world, confirmed_first):
    terms, _ = with_interest(world)
    month(world, terms, 0, 10 * MWH)
    world.chain.time = (ENDS[4] + 1) * DAY
    if confirmed_first:
        assert paid(world, terms, 100_000, ENDS[3] + 10) == 100_000 * 71
    world.record(ENDS[4], 10 * MWH)
    interest = sum(closing(world, terms)["lines"][1] for _ in range(4))
    if not confirmed_first:
        paid(world, terms, 100_000, ENDS[3] + 10)
    interest += month(world, terms, 5, 10 * MWH)[1]
    assert 1_550 <= interest <= 1_590


def test_a_payment_on_the_last_day_of_the_next_month_is_not_late(world):
    terms, _ = with_interest(world)
    month(world, terms, 0, 10 * MWH)
    world.chain.time = (ENDS[2] + 1) * DAY
    assert paid(world, terms, 60_000, ENDS[1]) == 0
    assert paid(world, terms, 40_000, ENDS[1] + 1) == 40_000


def test_a_consumer_that_rightly_withheld_what_it_disputed_owes_no_interest_on_it(world):
    terms, _ = with_interest(world, disputeDays=100)
    interest = month(world, terms, 0, 10 * MWH)[1]
    world.registry.dispute(terms, 1, -100_000, REFERENCE, sender=CONSUMER)
    interest += sum(month(world, terms, n, 10 * MWH)[1] for n in range(1, 4))
    world.registry.resolve(terms, 1, -100_000, REFERENCE, sender=ARBITER)
    interest += sum(month(world, terms, n, 10 * MWH)[1] for n in range(4, 9))
    assert abs(interest) <= 20


def test_a_guarantee_is_not_owed_for_days_on_which_the_consumer_had_left(world):
    promise = world.clause(guarantee(MWH, 1, 0, 100_000), world.guarantee)
    terms, _ = leaving(world, promise)
    world.record(ENDS[0] + 1, MWH + MWH // 31 + 1)
    assert leave(world, terms).events[1].args["lines"] == (323, 0, 0)


@pytest.mark.parametrize(("window", "made", "line"), [(1, 40_000, 0), (1, 32_257, 0), (1, 12_258, 200), (2, 0, 0)])
def test_take_or_pay_of_a_month_that_ends_early_is_by_its_days(world, window, made, line):
    params = encode(["uint64", "uint16", "uint16", "uint64", "uint32"], [MWH, window, 0, 100_000, 0])
    pay = world.clause(params, world.chain.deploy("TakeOrPay"))
    terms, id_ = running(world, clauses=(pay,))
    world.record_month_ends((0, 0), (MWH, 0))
    world.close(terms)
    world.record(ENDS[0] + 1, MWH + made)
    assert acted(world, terms, Act(successor=id_)).events[1].args["lines"] == (line,)


# -------------------------------------------------------------------------------------------------------------- rights


@pytest.mark.parametrize("days", [0, 1, 15, 40, 365])
@pytest.mark.parametrize("both", [True, False])
def test_i16_an_agreement_can_end_though_a_clause_always_fails(world, days, both):
    """Both at once; the consumer alone as soon as one month was closed without the clause."""
    terms, id_ = running(
        world,
        disputeDays=days,
        clauses=(
            world.odd("OddClause", three(0, 1, 0)),
            world.clause(exit_table(prices=(0, 0)), world.chain.deploy("ExitTable")),
        ),
    )
    world.record(JULY - 1, 0)
    for end in ENDS[:14]:
        world.record(end, end)
        world.chain.time = (end + 1) * DAY
        if both:
            acted(world, terms, Act(successor=id_))
            break
        if world.today > ENDS[0] + days:
            world.close(terms)
            leave(world, terms)
            break
        with pytest.raises(Refused, match="ClauseFailed"):
            leave(world, terms)
    assert world.registry.agreementOf(id_).status == ENDED


def test_a_clause_that_fails_but_gave_something_last_month_is_waited_for(world):
    """An exit does not make an index that is late worth nothing."""
    index, clause = indexed(world)
    terms, _ = leaving(world, clause)
    for n in range(1, 12):
        world.record(ENDS[n], n * MWH)
        world.close(terms)
    world.record(ENDS[11] + 5, 12 * MWH)
    with pytest.raises(Refused, match="ClauseFailed"):
        leave(world, terms)
    index.publish(day_of(2017, 7, 1), 100, sender=STRANGER)
    leave(world, terms)


def test_a_clause_is_waited_for_whatever_else_was_odd_in_the_last_statement(world):
    """June lacks its last day, and its one clause gave its line."""
    _, clause = indexed(world)
    terms, id_ = running(world, clauses=(clause, world.clause(exit_table(), world.chain.deploy("ExitTable"))))
    world.record(JULY - 1, 0)
    for n, end in enumerate((*ENDS[:11], ENDS[11] - 1, ENDS[11] + 5)):
        world.record(end, n * MWH)
    for _ in range(12):
        world.close(terms)
    assert world.registry.statementOf(id_, 12).flags == EARLY_BOUNDARY
    with pytest.raises(Refused, match="ClauseFailed"):
        leave(world, terms)


def test_a_month_that_lacks_its_last_day_is_not_closed_by_an_exit(world):
    terms, id_ = leaving(world)
    world.record(ENDS[1] - 1, 2 * MWH)
    leave(world, terms)
    assert world.registry.agreementOf(id_).closedThrough == ENDS[1] - 1


@pytest.mark.parametrize("days", [40_000, 65_535])
def test_a_clause_that_fails_is_waited_for_as_long_as_the_terms_say(world, days):
    """A century, and the most that fits; the consumer tries after twenty years."""
    table = world.clause(exit_table(prices=(0, 0)), world.chain.deploy("ExitTable"))
    terms, _ = running(world, disputeDays=days, clauses=(world.odd("OddClause", three(0, 1, 0)), table))
    world.record_month_ends((0, 0), (MWH, 0))
    world.chain.time += 8_000 * DAY
    with pytest.raises(Refused, match="ClauseFailed"):
        leave(world, terms)


@pytest.mark.parametrize("amended", [True, False])
def test_a_clause_of_new_terms_is_waited_for_whatever_failed_under_the_old(world, amended):
    """The index of the second year comes some days late, as usual."""
    _, late = indexed(world)
    table = world.clause(exit_table(prices=(0, 0)), world.chain.deploy("ExitTable"))
    failing = world.odd("OddClause", three(0, 1, 0))
    terms, id_ = running(world, clauses=(failing if amended else late, table))
    world.record(JULY - 1, 0)
    for n in range(12):
        world.record(ENDS[n], n * MWH)
        world.chain.time = (ENDS[n] + 31) * DAY
        world.close(terms)
    if amended:
        old, (terms, id_) = terms, successor(world, terms, id_, clauses=(late, table))
        acted(world, old, Act(successor=id_), terms)
        assert world.registry.statementOf(id_, 12).flags == CLAUSE_FAILED | 1 << 16
    world.record(ENDS[11] + 5, 12 * MWH)
    world.chain.time = (ENDS[11] + 32) * DAY
    with pytest.raises(Refused, match="ClauseFailed"):
        leave(world, terms)


def handed_to_a_meter_that_is_dead(world):
    terms, id_ = leaving(world)
    new, to = successor(world, terms, id_, meter=NEW_METER)
    acted(world, terms, Act(successor=to), new)
    assert world.registry.agreementOf(to).status == SIGNED
    return new, to


def test_i16_what_was_handed_over_to_a_meter_that_never_answers_is_ended_by_both(world):
    new, to = handed_to_a_meter_that_is_dead(world)
    acted(world, new, Act(cents=5, successor=to))
    kept = world.registry.agreementOf(to)
    assert (kept.status, kept.balance) == (ENDED, 10_005)
    with refuses("WrongStatus", id=to, status=ENDED, needed=SIGNED):
        world.registry.serve(new, sender=NEW_METER)


def test_a_new_meter_that_serves_and_has_recorded_nothing_bars_no_end(world):
    new, to = handed_to_a_meter_that_is_dead(world)
    world.registry.serve(new, sender=NEW_METER)
    acted(world, new, Act(successor=to))
    assert world.registry.agreementOf(to).status == ENDED


def test_what_waits_for_its_meter_is_paid_disputed_and_handed_over_again(world):
    new, to = handed_to_a_meter_that_is_dead(world)
    paid(world, new, 10_000, ENDS[0])
    world.registry.dispute(new, 1, -100, REFERENCE, sender=CONSUMER)
    world.registry.resolve(new, 1, -100, REFERENCE, sender=ARBITER)
    other, third = successor(world, new, to, meter=role(0x78))
    acted(world, new, Act(successor=third), other)
    world.registry.serve(other, sender=role(0x78))
    assert world.registry.agreementOf(third).balance == 0 and world.registry.accountOf(third).cents == -100


def test_a_meter_that_serves_another_stays_there_when_what_waited_for_it_ends(world):
    new, to = handed_to_a_meter_that_is_dead(world)
    elsewhere, id_ = running(world, meter=NEW_METER, salt=99)
    acted(world, new, Act(successor=to))
    assert world.registry.servedBy(NEW_METER) == id_
    assert world.registry.agreementOf(world.registry.idOf(elsewhere)).status == 5


def test_what_waits_for_a_meter_that_serves_another_is_handed_over_and_takes_it_from_nobody(world):
    new, to = handed_to_a_meter_that_is_dead(world)
    _, id_ = running(world, meter=NEW_METER, salt=99)
    other, third = successor(world, new, to)
    acted(world, new, Act(successor=third), other)
    assert world.registry.servedBy(NEW_METER) == id_
    assert world.registry.agreementOf(third).status == SIGNED


def test_each_exits_lender_is_notified_before_the_consumer_leaves_by_it(world):
    bank, other = role(0xB1), role(0xB2)
    second = world.clause(exit_table(lender=other, cure=60), world.chain.deploy("ExitTable"))
    terms, _ = leaving(world, second, lender=bank)
    world.registry.notifyLender(terms, 1, sender=CONSUMER)
    world.chain.time += 60 * DAY
    with refuses("LenderNotNotified", lender=other):
        world.registry.exit(terms, 2, sender=CONSUMER)
    leave(world, terms)


def test_an_exit_that_is_the_first_clause_wants_its_notice_too(world):
    """No notice is not a notice of clause 0."""
    bank = role(0xB1)
    table = world.clause(exit_table(prices=(0, 0), lender=bank), world.chain.deploy("ExitTable"))
    terms, _ = running(world, clauses=(table, world.clause()))
    with refuses("LenderNotNotified", lender=bank):
        world.registry.exit(terms, 0, sender=CONSUMER)
    world.registry.notifyLender(terms, 0, sender=CONSUMER)
    world.registry.exit(terms, 0, sender=CONSUMER)


@pytest.mark.parametrize("closed_first", [True, False])
def test_an_amendment_bills_no_month_that_was_over_before_it_was_brought(world, closed_first):
    terms, id_ = running(world)
    world.record_month_ends((0, 0), (MWH, 0), (2 * MWH, 0))
    world.close(terms)
    new, to = successor(world, terms, id_, clauses=(world.clause(energy_charge(price=10_000)),))
    if closed_first:
        world.close(terms)
    acted(world, terms, Act(successor=to), new)
    assert world.registry.agreementOf(to).balance == 20_000


@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize("days_after", [0, 1])
def test_the_last_day_of_a_contract_year_has_one_price_to_leave(world, closed, days_after):
    terms, _ = leaving(world, prices=(50_000, 10_000))
    for n in range(1, 11):
        world.record(ENDS[n], MWH + n)
        world.close(terms)
    world.record(ENDS[11] + days_after, 2 * MWH)
    if closed:
        world.close(terms)
    exited = next(e.args for e in leave(world, terms).events if e.name == "Exited")
    assert exited["price"] == 100_000


@pytest.mark.parametrize("days_after", [0, 1])
def test_a_term_that_is_over_by_the_records_is_not_left_early(world, days_after):
    table = world.clause(exit_table(prices=(50_000,)), world.chain.deploy("ExitTable"))
    terms, id_ = running(world, months=2, clauses=(world.clause(), table))
    world.record_month_ends((0, 0), (MWH, 0), (2 * MWH, 0))
    if days_after:
        world.record(ENDS[1] + days_after, 2 * MWH)
    with refuses("TermOver", closedThrough=ENDS[1]):
        leave(world, terms)
    for _ in range(2):
        world.close(terms)
    kept = world.registry.agreementOf(id_)
    assert (kept.status, kept.periods, kept.balance) == (ENDED, 2, 20_000)


def test_an_extension_from_the_day_after_the_term_takes_over_while_the_last_month_is_open(world):
    terms, id_ = running(world, months=1)
    world.record_month_ends((0, 0), (MWH, 0))
    new, to = successor(world, terms, id_, firstDay=ENDS[0] + 1, months=12)
    acted(world, terms, Act(successor=to), new)
    assert world.registry.agreementOf(to).balance == 10_000


def test_agree_takes_the_terms_of_an_amendment(world):
    terms, id_ = leaving(world)
    new = terms._replace(supersedes=id_, salt=9)
    to = world.registry.agree(new, b"", compact(CONSUMER_KEY, world.registry.idOf(new)), sender=PRODUCER).value
    acted(world, terms, Act(successor=to), new)
    assert world.registry.agreementOf(to).balance == 10_000


def test_a_meter_that_took_over_today_is_not_said_to_have_been_silent_for_a_year(world):
    terms, id_ = running(world)
    world.record_month_ends((0, 0), *[(0, 0)] * 12)
    for _ in range(12):
        world.close(terms)
    new, to = successor(world, terms, id_, meter=NEW_METER)
    acted(world, terms, Act(successor=to), new)
    world.registry.serve(new, sender=NEW_METER)
    with refuses("NotSilent", heard=ENDS[11], silentDays=7, today=world.today):
        world.registry.alarm(new, sender=STRANGER)
    world.chain.time = (ENDS[11] + 8) * DAY
    assert world.registry.alarm(new, sender=STRANGER).events[0].args["heard"] == ENDS[11]


def test_the_depth_of_the_stack_makes_no_published_clause_fail_once_the_days_are_over(world):
    index = world.chain.deploy("IndexPublisher", STRANGER, bytes(32))
    for year in (2016, 2017):
        index.publish(day_of(year, 6, 1), 100, sender=STRANGER)
    kinds = ["uint64", "address", "uint8", "uint32", "uint64", "uint64", "uint8"]
    params = encode(kinds, [100_000, index.address, 1, 10**6, 0, 10**7, 0])
    terms, id_ = running(world, clauses=(world.clause(params, world.chain.deploy("IndexedPrice")),))
    world.record_month_ends((0, 0), *[(n * MWH, 0) for n in range(1, 14)])
    for _ in range(12):
        world.close(terms)
    world.chain.time = (ENDS[12] + 31) * DAY
    caller, close = world.chain.deploy("Caller"), functions("PPARegistry")["close"].call(terms)
    for depth in range(1_025, 1_000, -1):
        try:
            caller.deep(depth, world.registry.address, close, sender=STRANGER, gas=2**62)
            break
        except (Refused, Halted):
            pass
    assert world.registry.statementOf(id_, 13).amount == 10_000
