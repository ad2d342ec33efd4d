"""PPARegistry.act: what both parties do together.

act
├── given both signatures, whoever brings it; a party that does needs none
│   ├── cents become a line of the next statement, beside the clauses'
│   ├── Wh are billed with the next statement, priced by the clauses (meter error, estimate)
│   ├── Wh taken away beyond what the meter has counted wait in the account; no register goes back
│   ├── after the end, cents move the balance at once; anything else: OnlyCentsLeft
│   ├── a successor of its own id ends it, with a last statement up to the meter's last record
│   ├── what both signed and no meter serves ends as well, without a statement
│   └── another successor takes balance, registers and what is pending over
│       ├── of the same meter: it runs at once, the numbering goes on, windows look back through it
│       ├── of a new meter: it runs once that serves; closing and opening registers meet to the Wh
│       ├── that starts on the day after: a numbering of its own
│       └── that is not what was signed for: NotTheSuccessor, SupersedesAnother, OtherCurrency, TermDoesNotFollow
├── given a wrong or missing signature, another chain, contract, agreement: NotSignedBy
├── given an act again, or before its turn: WrongActNumber; too late: ActExpired
├── given one that does not fit: CentsOutside, CorrectionTooLarge, NeverServed, NoOpenDispute
└── given a wallet that is a contract: it is asked (ERC-1271)
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contracts.signing import (
    CONSUMER,
    CONSUMER_KEY,
    NEW_OWNER,
    PRODUCER,
    PRODUCER_KEY,
    STRANGER_KEY,
    Act,
    acted,
    closing,
    compact,
    digest,
    domain,
    running,
    signed,
    successor,
)
from tests.contracts.world import (
    DARK,
    DARK_DAYS,
    EARLY_BOUNDARY,
    ENDED,
    HANDED_OVER,
    LAST,
    METER,
    PROPOSED,
    RUNNING,
    SIGNED,
    SILENT,
    STRANGER,
    World,
    day_of,
    energy_charge,
    guarantee,
    month_end,
    role,
)
from tests.evm import CHAIN_ID, event, refuses

JULY = World.JULY
ENDS = [day_of(2016, 7, 31), day_of(2016, 8, 31), day_of(2016, 9, 30), day_of(2016, 10, 31)]
NEW_METER = role(0x32)
LARGEST = 2**40 - 1
REGISTERS = ("generation", "exported", "boundaryDay")


@pytest.fixture
def agreed(world):
    """A running agreement, July closed: 1,000 kWh at 0.10 EUR."""
    terms, id_ = running(world)
    world.record_month_ends((5_000_000, 0), (6_000_000, 0))
    world.close(terms)
    return terms, id_


@pytest.mark.parametrize(("sender", "place"), [(PRODUCER, 2), (CONSUMER, 3)])
def test_a_party_that_brings_it_signs_the_transaction(world, agreed, sender, place):
    terms, id_ = agreed
    arguments = list(signed(world, terms, Act(cents=1)))
    arguments[place] = b""
    with refuses("NotSignedBy", party=sender, digest=digest(id_, Act(cents=1), domain(world.registry.address))):
        world.registry.act(*arguments, (), sender=STRANGER)
    world.registry.act(*arguments, (), sender=sender)
    assert world.registry.accountOf(id_).cents == 1


def test_cents_become_a_line_of_the_next_statement(world, agreed):
    terms, id_ = agreed
    credit = Act(cents=-250)
    receipt = acted(world, terms, credit)
    assert receipt.events == [event("Acted", id=id_, act=credit, balance=10_000)]
    assert world.registry.agreementOf(id_).balance == 10_000
    world.record(ENDS[1], 7_000_000)
    closed = closing(world, terms)
    assert (closed["lines"], closed["statement"].amount, closed["balance"]) == ((10_000, -250), 9_750, 19_750)
    world.record(ENDS[2], 7_000_000)
    assert closing(world, terms)["lines"] == (0,)


def test_a_meter_that_counted_3_percent_too_little_is_corrected_at_the_clauses_price(world, agreed):
    """E' = E / (1 + err), err -3 %: 1,000 kWh were 1,030.928 kWh."""
    terms, id_ = agreed
    missing = round(1_000_000 / (1 - 0.03)) - 1_000_000
    acted(world, terms, Act(generation=missing))
    world.record(ENDS[1], 7_000_000)
    closed = closing(world, terms)
    assert closed["statement"].generation == 7_000_000 + missing == 7_030_928
    assert closed["lines"] == (10_309,)  # 1,030,928 Wh x 0.10 EUR
    assert world.registry.agreementOf(id_).generation == 7_000_000


def test_an_estimated_reading_is_trued_up_with_what_was_measured_in_the_end(world, agreed):
    """The invoice used 1,200 kWh, it had been 1,150: the next month has 50 kWh less."""
    terms, _ = agreed
    acted(world, terms, Act(generation=200_000))
    world.record(ENDS[1], 7_000_000)
    assert closing(world, terms)["lines"] == (12_000,)
    acted(world, terms, Act(number=2, generation=-50_000))
    world.record(ENDS[2], 8_000_000)
    assert closing(world, terms)["lines"] == (9_500,)


def test_what_is_taken_away_beyond_the_meters_count_waits_and_no_register_goes_back(world, agreed):
    terms, id_ = agreed
    acted(world, terms, Act(generation=-1_500_000, exported=-7))
    for end, register in zip(ENDS[1:], (7_000_000, 8_000_000, 9_000_000), strict=True):
        world.record(end, register, 5)
    lines = [closing(world, terms)["lines"] for _ in range(3)]
    assert lines == [(0,), (5_000,), (10_000,)]
    registers = [world.registry.statementOf(id_, n)[1:3] for n in range(1, 5)]
    assert registers == [(6_000_000, 0), (6_000_000, 0), (6_500_000, 0), (7_500_000, 0)]
    assert world.registry.agreementOf(id_)[6:9] == (True, 5, 9_000_000)
    assert world.registry.accountOf(id_)[2:4] == (-2, 0)  # two exported Wh are still owed


@pytest.mark.parametrize(
    ("generation", "exported"),
    [(2**39, 0), (-(2**39) - 1, 0), (0, 2**39), (0, -(2**39) - 1), (2**63 - 1, 0), (-(2**63), 0)],
)
def test_a_correction_of_more_than_40_bits_is_refused(world, agreed, generation, exported):
    terms, _ = agreed
    with refuses("CorrectionTooLarge", generation=generation, exported=exported):
        acted(world, terms, Act(generation=generation, exported=exported))


@pytest.mark.parametrize("wh", [2**39 - 1, -(2**39)])
def test_corrections_add_up_to_their_last_bit(world, agreed, wh):
    terms, id_ = agreed
    one = 1 if wh > 0 else -1
    acted(world, terms, Act(generation=wh - one, exported=wh - one))
    acted(world, terms, Act(number=2, generation=one, exported=one))
    assert world.registry.accountOf(id_)[2:4] == (wh, wh)
    for register, over in (("generation", (wh + one, wh)), ("exported", (wh, wh + one))):
        with refuses("CorrectionTooLarge", generation=over[0], exported=over[1]):
            acted(world, terms, Act(number=3, **{register: one}))


@pytest.mark.parametrize("exported", [False, True])
def test_what_would_leave_a_statements_44_bits_is_not_closed_until_both_take_some_back(world, exported):
    charge = world.clause(energy_charge(price=1, base=1))
    terms, id_ = running(world, maxPower=2**40, months=40, clauses=(charge,))
    world.record_month_ends((0, 0), *[(LARGEST, LARGEST)] * 40)
    world.close(terms)
    field = "exported" if exported else "generation"
    times, rest = divmod(2**44 - 1 - LARGEST, 2**39 - 1)
    for number in range(1, times + 1):
        acted(world, terms, Act(number, **{field: 2**39 - 1}))
        world.close(terms)
    acted(world, terms, Act(times + 1, **{field: rest + 1}))
    full = {"generation": LARGEST, "exported": LARGEST} | {field: 2**44}
    with refuses("BilledTooMuch", **full):
        world.close(terms)
    acted(world, terms, Act(times + 2, **{field: -1}))
    world.close(terms)
    assert world.registry.statementOf(id_, times + 2)._asdict()[field] == 2**44 - 1


@pytest.mark.parametrize("cents", [2**47, -(2**47) - 1, 2**63 - 1])
def test_more_cents_than_a_line_holds_are_refused(world, agreed, cents):
    with refuses("CentsOutside", cents=cents):
        acted(world, agreed[0], Act(cents=cents))


def test_acts_add_up_and_are_refused_together_where_a_line_would_overflow(world, agreed):
    terms, id_ = agreed
    acted(world, terms, Act(cents=2**47 - 1))
    with refuses("CentsOutside", cents=2**47):
        acted(world, terms, Act(number=2, cents=1))
    acted(world, terms, Act(number=2, cents=-1))
    assert world.registry.accountOf(id_) == (2, 0, 0, 0, 2**47 - 2, 0)


def test_impossible_energy_is_passed_over_until_both_say_what_it_was(world):
    terms, id_ = running(world)
    world.record_month_ends((0, 0), (1_000_000, 0), (500_000_000, 0), (501_000_000, 0))
    world.close(terms)
    world.close(terms)
    acted(world, terms, Act(generation=1_500_000))
    assert closing(world, terms)["lines"] == (25_000,)
    assert world.registry.agreementOf(id_).generation == 501_000_000


# ------------------------------------------------------------------------------------------------------------- refused


@pytest.mark.parametrize("place", [2, 3])
def test_a_party_that_did_not_sign_is_named(world, agreed, place):
    terms, id_ = agreed
    message = digest(id_, Act(cents=1), domain(world.registry.address))
    key = (PRODUCER_KEY, CONSUMER_KEY)[place - 2]
    wrong = [
        b"",
        bytes(64),
        compact(STRANGER_KEY, message),
        compact(key, message, other=True),
        compact(key, message)[:63],
        compact(key, message) + b"\0",
        compact(key, digest(id_, Act(cents=2), domain(world.registry.address))),
    ]
    for signature in wrong:
        arguments = list(signed(world, terms, Act(cents=1)))
        arguments[place] = signature
        with refuses("NotSignedBy", party=(PRODUCER, CONSUMER)[place - 2], digest=message):
            world.registry.act(*arguments, (), sender=STRANGER)


@pytest.mark.parametrize("change", ["chain", "contract", "agreement"])
def test_an_act_of_another_chain_contract_or_agreement_is_refused(world, agreed, change):
    terms, id_ = agreed
    other = {
        "chain": {"separator": domain(world.registry.address, CHAIN_ID + 1)},
        "contract": {"separator": domain(world.ledger.address)},
        "agreement": {"agreement": b"\1" * 32},
    }[change]
    with refuses("NotSignedBy", party=PRODUCER, digest=digest(id_, Act(), domain(world.registry.address))):
        world.registry.act(*signed(world, terms, Act(), **other), (), sender=STRANGER)


def test_i12_an_act_holds_once_in_its_turn_and_until_its_second(world, agreed):
    terms, _ = agreed
    for number in (0, 2, 2**32 - 1):
        with refuses("WrongActNumber", given=number, needed=1):
            acted(world, terms, Act(number=number))
    now = world.chain.time
    with refuses("ActExpired", until=now - 1, timestamp=now):
        acted(world, terms, Act(until=now - 1))
    acted(world, terms, Act(until=now))
    with refuses("WrongActNumber", given=1, needed=2):
        acted(world, terms, Act(until=now))


def test_energy_and_cents_of_before_the_first_close_are_billed_with_the_first_month(world):
    terms, id_ = running(world)
    acted(world, terms, Act(generation=1_000_000, cents=7))
    world.record_month_ends((0, 0), (1_000_000, 0))
    opened, closed = world.close(terms).events
    assert (opened.name, closed.args["lines"]) == ("Opened", (20_000, 7))
    assert world.registry.accountOf(id_).acts == 1


def test_what_both_signed_before_the_first_close_stays_good_until_it_is_used(world):
    terms, id_ = running(world)
    first, second = (signed(world, terms, Act(number=number)) for number in (1, 2))
    world.chain.time = (JULY + 20) * 86_400
    world.registry.alarm(terms, sender=STRANGER)
    world.record_month_ends((0, 0), (1_000_000, 0))
    world.close(terms)
    for act in (first, second):
        world.registry.act(*act, (), sender=STRANGER)
    assert world.registry.accountOf(id_)[:2] == (2, JULY)
    for number, act in ((1, first), (2, second)):
        with refuses("WrongActNumber", given=number, needed=3):
            world.registry.act(*act, (), sender=STRANGER)


def test_what_the_consumer_did_not_sign_is_not_acted_on(world):
    terms, id_ = world.proposed(producer=PRODUCER, consumer=CONSUMER)
    with refuses("WrongStatus", id=id_, status=PROPOSED, needed=RUNNING):
        acted(world, terms, Act(successor=id_))


@pytest.mark.parametrize("fields", [{"generation": 1}, {"exported": 1}, {"cents": 1}, {}])
def test_what_no_meter_serves_has_nothing_to_correct(world, fields):
    terms, id_ = world.signed(producer=PRODUCER, consumer=CONSUMER)
    with refuses("NeverServed", id=id_):
        acted(world, terms, Act(**fields))


@pytest.mark.parametrize("wh", [{"generation": 1}, {"exported": 1}])
def test_what_no_meter_serves_ends_without_energy(world, wh):
    terms, id_ = world.signed(producer=PRODUCER, consumer=CONSUMER)
    with refuses("NeverServed", id=id_):
        acted(world, terms, Act(successor=id_, **wh))


def test_what_both_signed_and_no_meter_serves_both_end(world):
    terms, id_ = world.signed(producer=PRODUCER, consumer=CONSUMER)
    act = Act(cents=70, successor=id_)
    events = acted(world, terms, act).events
    assert events == [event("Acted", id=id_, act=act, balance=0), event("Ended", id=id_, balance=70)]
    kept = world.registry.agreementOf(id_)
    assert (kept.status, kept.balance, kept.pending, kept.periods) == (ENDED, 70, False, 0)
    with refuses("WrongStatus", id=id_, status=ENDED, needed=SIGNED):
        world.registry.serve(terms, sender=METER)


def test_a_wallet_that_is_a_contract_is_asked(world):
    wallet = world.chain.deploy("Wallet")
    terms = world.terms(producer=PRODUCER, consumer=wallet.address)
    wallet.become(4, sender=STRANGER)
    id_ = world.registry.agree(terms, b"", b"any length", sender=PRODUCER).value
    world.registry.serve(terms, sender=METER)
    message = digest(id_, Act(cents=5), domain(world.registry.address))
    arguments = terms, Act(cents=5), compact(PRODUCER_KEY, message), b"any length"
    for answer in (0, 1, 2, 3):  # no, reverts, short, burns its gas
        wallet.become(answer, sender=STRANGER)
        with refuses("NotSignedBy", party=wallet.address, digest=message):
            world.registry.act(*arguments, (), sender=STRANGER)
    wallet.become(4, sender=STRANGER)
    world.registry.act(*arguments, (), sender=STRANGER)
    assert wallet.asked(message, b"any length") and world.registry.accountOf(id_).cents == 5


# ----------------------------------------------------------------------------------------------------------------- end


def test_both_end_it_early_at_a_price_with_a_statement_up_to_the_last_record(world, agreed):
    """Ten days of August at 0.10 EUR/kWh, and 5,000.00 EUR."""
    terms, id_ = agreed
    world.record(ENDS[0] + 10, 6_300_000)
    receipt = acted(world, terms, Act(cents=500_000, successor=id_))
    closed = receipt.events[1].args
    assert [e.name for e in receipt.events] == ["Acted", "Closed", "Ended"]
    assert (closed["number"], closed["lines"], closed["balance"]) == (2, (3_000, 500_000), 513_000)
    assert (closed["statement"].lastDay, closed["statement"].boundaryDay) == (ENDS[0] + 10, ENDS[0] + 10)
    kept = world.registry.agreementOf(id_)
    assert (kept.status, kept.periods, kept.pending) == (ENDED, 2, False)
    assert world.registry.servedBy(METER) == bytes(32)


def test_an_end_without_a_new_record_has_a_last_statement_of_no_days_with_its_cents(world, agreed):
    terms, id_ = agreed
    acting, closed, ended = acted(world, terms, Act(cents=-77, successor=id_)).events
    assert [e.name for e in (acting, closed, ended)] == ["Acted", "Closed", "Ended"]
    assert (closed.args["number"], closed.args["lines"], closed.args["balance"]) == (2, (0, -77), 9_923)
    statement = closed.args["statement"]
    assert (statement.lastDay, statement.boundaryDay, statement.flags) == (ENDS[0], ENDS[0], DARK | LAST | 1 << 8)
    assert ended == event("Ended", id=id_, balance=9_923)
    kept = world.registry.agreementOf(id_)
    assert (kept.status, kept.balance, kept.periods, kept.pending) == (ENDED, 9_923, 2, False)


@pytest.mark.parametrize("last", [JULY, JULY + 4])
def test_an_early_end_without_cents_has_the_clauses_lines_only(world, last):
    terms, id_ = running(world)
    world.record(JULY - 1, 0)
    world.record(last, 1_000_000)
    _, opened, closed, _ = acted(world, terms, Act(successor=id_)).events
    assert opened.name == "Opened"
    assert (closed.args["statement"].lastDay, closed.args["lines"]) == (last, (10_000,))


@pytest.mark.parametrize(("opened", "line"), [(True, 10_000), (False, 0)])
def test_i16_an_agreement_that_was_never_closed_can_end(world, opened, line):
    """A record is the end of the energy before it; without an opening record it is an opening record."""
    terms, id_ = running(world)
    if opened:
        world.record(JULY - 1, 0)
    world.record(JULY + 4, 1_000_000)
    events = acted(world, terms, Act(successor=id_)).events
    assert [e.name for e in events] == ["Acted", "Opened", "Closed", "Ended"]
    assert events[2].args["lines"] == (line,)
    assert world.registry.agreementOf(id_)[:2] == (ENDED, 1)


@pytest.mark.parametrize("correction", [-1_000_000, 250_000])
def test_one_act_of_both_corrects_and_ends(world, agreed, correction):
    """A stolen key recorded the impossible in August; both say what it was, and end it, in one act."""
    terms, id_ = agreed
    world.record(ENDS[0] + 10, 2**39)
    events = acted(world, terms, Act(generation=correction, cents=-5, successor=id_)).events
    closed = events[1].args
    assert [e.name for e in events] == ["Acted", "Closed", "Ended"]
    assert closed["lines"] == (max(0, correction) // 100, -5)
    assert closed["statement"].generation == 6_000_000 + max(0, correction)
    assert world.registry.agreementOf(id_).status == ENDED


def test_an_end_closes_first_what_anybody_could_have_closed(world, agreed):
    terms, id_ = agreed
    world.record(ENDS[2] + 1, 6_500_000)
    events = acted(world, terms, Act(successor=id_, cents=7)).events
    assert [e.name for e in events] == ["Closed", "Closed", "Acted", "Closed", "Ended"]
    lasts = [e.args["statement"].lastDay for e in events if e.name == "Closed"]
    assert (lasts, events[3].args["lines"][-1]) == ([ENDS[1], ENDS[2], ENDS[2] + 1], 7)


def test_after_the_end_only_cents_move_and_at_once(world, agreed):
    terms, id_ = agreed
    acted(world, terms, Act(successor=id_))
    for act in (Act(2, generation=1), Act(2, exported=-1), Act(2, successor=id_), Act(2, successor=b"\1" * 32)):
        with refuses("OnlyCentsLeft"):
            acted(world, terms, act)
    act = Act(2, cents=-10_000)
    assert acted(world, terms, act).events == [event("Acted", id=id_, act=act, balance=0)]
    assert world.registry.agreementOf(id_).balance == 0
    assert world.registry.accountOf(id_) == (2, 0, 0, 0, 0, 0)


@pytest.mark.parametrize("days_after", [0, 1])
def test_an_end_of_both_after_the_term_by_the_records_closes_it(world, days_after):
    """Whoever could close the last month has no way to make void what both signed."""
    terms, id_ = running(world, months=1)
    world.record_month_ends((0, 0), (1_000_000, 0))
    if days_after:
        world.record(ENDS[0] + days_after, 1_000_000)
    act = Act(cents=-7, successor=id_)
    events = acted(world, terms, act).events
    assert [e.name for e in events] == ["Opened", "Closed", "Ended", "Acted"]
    assert events[1].args["statement"].flags == LAST
    assert events[2:] == [event("Ended", id=id_, balance=10_000), event("Acted", id=id_, act=act, balance=9_993)]
    kept = world.registry.agreementOf(id_)
    assert (kept.status, kept.periods, kept.balance, kept.pending) == (ENDED, 1, 9_993, False)
    assert world.registry.accountOf(id_) == (1, 0, 0, 0, 0, 0) and world.registry.servedBy(METER) == bytes(32)


def test_an_end_of_both_after_the_term_in_darkness_closes_it(world):
    terms, id_ = running(world, months=2)
    world.record_month_ends((0, 0), (1_000_000, 0))
    world.chain.time = (ENDS[1] + DARK_DAYS + 1) * 86_400
    events = acted(world, terms, Act(cents=5, successor=id_)).events
    assert [e.name for e in events] == ["Opened", "Closed", "Closed", "Ended", "Acted"]
    assert world.registry.agreementOf(id_).balance == 10_005


def test_an_end_of_both_after_the_term_settles_a_dispute(world):
    terms, id_ = running(world, months=2)
    world.record_month_ends((0, 0), (1_000_000, 0))
    world.close(terms)
    world.registry.dispute(terms, 1, -500, b"\1" * 32, sender=CONSUMER)
    world.record(ENDS[1], 1_000_000)
    acted(world, terms, Act(cents=-500, settles=1, successor=id_))
    assert world.registry.claimsOf(id_, 1).decided and world.registry.agreementOf(id_).balance == 9_500


@pytest.mark.parametrize("energy", [{"generation": 1}, {"exported": -1}])
def test_an_end_of_both_after_the_term_moves_no_energy(world, energy):
    """There is no statement left that would bill it."""
    terms, id_ = running(world, months=1)
    world.record_month_ends((0, 0), (1_000_000, 0))
    with refuses("OnlyCentsLeft"):
        acted(world, terms, Act(successor=id_, **energy))


def test_an_ended_agreement_has_no_successor(world, agreed):
    terms, id_ = agreed
    new, to = successor(world, terms, id_, months=84)
    acted(world, terms, Act(successor=id_))
    for terms_given in ((new,), ()):
        with refuses("OnlyCentsLeft"):
            acted(world, terms, Act(2, successor=to), *terms_given)


# ------------------------------------------------------------------------------------------------------------ handover


def test_an_amendment_goes_on_with_balance_registers_and_numbers(world, agreed):
    """Another price, five years more, a new owner."""
    terms, id_ = agreed
    acted(world, terms, Act(cents=11))
    world.registry.declare(terms, 4_000, ENDS[0], b"\1" * 32, sender=CONSUMER)
    new, to = successor(
        world, terms, id_, producer=NEW_OWNER, months=84, clauses=(world.clause(energy_charge(price=200_000)),)
    )
    before = world.registry.agreementOf(id_)
    receipt = acted(world, terms, Act(number=2, successor=to), new)
    assert [e.name for e in receipt.events] == ["Acted", "HandedOver", "Served"]
    old, kept = world.registry.agreementOf(id_), world.registry.agreementOf(to)
    assert (old.status, old.balance, old.pending) == (HANDED_OVER, 0, False)
    assert (kept.status, kept.periods, kept.balance, kept.pending) == (RUNNING, 1, before.balance, True)
    assert kept[4:6] == before[4:6] and kept[7:9] == before[7:9]
    assert world.registry.servedBy(METER) == to and world.registry.rootOf(to) == id_
    world.record(ENDS[1], 7_000_000)
    closed = closing(world, new)
    assert (closed["number"], closed["lines"], closed["balance"]) == (2, (20_000, 11), 30_011)
    assert [world.registry.statementOf(to, n).generation for n in (0, 1, 2)] == [5_000_000, 6_000_000, 7_000_000]
    with refuses("NoSuchStatement", id=to, number=3):
        world.registry.statementOf(to, 3)
    for call in (lambda: world.close(terms), lambda: acted(world, terms, Act(3))):
        with refuses("WrongStatus", id=id_, status=HANDED_OVER, needed=RUNNING):
            call()
    with refuses("WrongStatus", id=id_, status=HANDED_OVER, needed=RUNNING):
        world.registry.confirm(terms, 4_000, ENDS[0], b"\1" * 32, sender=PRODUCER)


def test_corrections_that_wait_go_over_to_the_successor(world, agreed):
    terms, id_ = agreed
    acted(world, terms, Act(generation=500_000, exported=-9))
    new, to = successor(world, terms, id_)
    acted(world, terms, Act(number=2, generation=1, successor=to), new)
    assert world.registry.accountOf(id_) == (2, 0, 0, 0, 0, 0)
    assert world.registry.accountOf(to) == (0, 0, -9, 500_001, 0, 0)
    world.record(ENDS[1], 7_000_000)
    assert closing(world, new)["lines"] == (15_000,)


def test_a_guarantee_looks_back_over_a_handover(world):
    promise = world.clause(guarantee(energy=3_000_000, window=3), world.guarantee)
    terms, id_ = running(world, clauses=(promise,))
    world.record_month_ends((0, 0), (700_000, 0), (1_400_000, 0))
    world.close(terms)
    world.close(terms)
    new, to = successor(world, terms, id_, consumer=NEW_OWNER)
    acted(world, terms, Act(successor=to), new)
    world.record(ENDS[2], 2_000_000)
    assert closing(world, new)["lines"] == (-10_000,)  # 1,000 kWh missing at 0.10


@given(closed=st.integers(6_000_000, 9_000_000), opening=st.integers(0, 10**9), made=st.integers(0, 2_000_000))
@settings(max_examples=25, deadline=None)
def test_i13_a_replaced_broker_loses_and_doubles_no_wh(closed, opening, made):
    """E = (R_close - R_last) + (R_now - R_open)."""
    world = World()
    terms, id_ = running(world)
    world.record_month_ends((5_000_000, 0), (6_000_000, 0))
    world.close(terms)
    world.record(ENDS[0] + 9, closed)  # the old broker's last word
    world.record(ENDS[0] + 10, opening, meter=NEW_METER)  # the new one's first
    new, to = successor(world, terms, id_, meter=NEW_METER)
    receipt = acted(world, terms, Act(generation=closed - 6_000_000, successor=to), new)
    assert [e.name for e in receipt.events] == ["Acted", "HandedOver"]
    assert world.registry.agreementOf(to).status == SIGNED and world.registry.servedBy(METER) == bytes(32)
    world.registry.serve(new, sender=NEW_METER)
    world.record(ENDS[1], opening + made, meter=NEW_METER)
    statement = closing(world, new)["statement"]
    assert statement.generation - 6_000_000 == closed - 6_000_000 + made


@pytest.mark.parametrize(("first_month", "months"), [(1, 2), (2, 3)])
def test_a_successor_that_starts_on_the_day_after_has_its_own_numbers(world, agreed, first_month, months):
    terms, id_ = agreed
    new, to = successor(world, terms, id_, firstDay=ENDS[0] + 1, firstMonth=first_month, months=months)
    acted(world, terms, Act(successor=to), new)
    world.record(ENDS[1], 7_000_000)
    world.record(ENDS[2], 8_000_000)
    numbers = [closing(world, new)["number"] for _ in range(2)]
    assert numbers == [first_month, months] and world.registry.agreementOf(to)[:2] == (ENDED, months)
    assert world.registry.rootOf(to) == to
    assert world.registry.statementOf(to, first_month - 1)[:2] == (10_000, 6_000_000)


def test_a_successor_waits_for_its_handover(world, agreed):
    terms, id_ = agreed
    new, _ = successor(world, terms, id_, meter=NEW_METER)
    with refuses("NotHandedOver", supersedes=id_):
        world.registry.serve(new, sender=NEW_METER)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"supersedes": b"\2" * 32}, "SupersedesAnother"),
        ({"currency": b"USD"}, "OtherCurrency"),
        ({"months": 1}, "TermDoesNotFollow"),
        ({"firstDay": JULY + 62}, "TermDoesNotFollow"),
        ({"firstDay": day_of(2016, 6, 1)}, "TermDoesNotFollow"),
        ({"firstMonth": 2}, "TermDoesNotFollow"),
    ],
)
def test_terms_that_cannot_go_on_are_refused(world, agreed, changes, error):
    terms, id_ = agreed
    new, to = successor(world, terms, id_, **changes)
    args = {
        "SupersedesAnother": {"supersedes": b"\2" * 32, "id": id_},
        "OtherCurrency": {"given": b"USD", "needed": b"EUR"},
        "TermDoesNotFollow": {"firstDay": new.firstDay, "firstMonth": new.firstMonth, "months": new.months},
    }[error]
    with refuses(error, **args):
        acted(world, terms, Act(successor=to), new)


def test_only_the_terms_that_were_signed_for_are_taken(world, agreed):
    terms, id_ = agreed
    new, to = successor(world, terms, id_)
    other, at = successor(world, terms, id_, salt=100)
    with refuses("NotTheSuccessor", given=at, successor=to):
        acted(world, terms, Act(successor=to), other)
    with refuses("NotTheSuccessor", given=bytes(32), successor=to):
        acted(world, terms, Act(successor=to))
    with refuses("NotTheSuccessor", given=bytes(32), successor=to):
        acted(world, terms, Act(successor=to), new, new)
    unsigned = terms._replace(supersedes=id_, salt=7)
    world.registry.propose(unsigned, sender=PRODUCER)
    with refuses("WrongStatus", id=world.registry.idOf(unsigned), status=1, needed=SIGNED):
        acted(world, terms, Act(successor=world.registry.idOf(unsigned)), unsigned)


def test_an_agreement_that_no_meter_serves_cannot_be_handed_over(world):
    terms, id_ = world.signed(producer=PRODUCER, consumer=CONSUMER)
    new, to = successor(world, terms, id_)
    with refuses("NeverServed", id=id_):
        acted(world, terms, Act(successor=to), new)


@pytest.mark.parametrize("recorded", [False, True])
def test_an_agreement_without_a_statement_is_handed_over_with_nothing_billed(world, recorded):
    terms, id_ = running(world)
    new, to = successor(world, terms, id_)
    acted(world, terms, Act(successor=to), new)
    if recorded:
        world.record_month_ends((0, 0), (1_000_000, 0))
        opened, closed = world.close(new).events
        assert opened == event("Opened", id=to, number=0, statement=world.registry.statementOf(id_, 0))
        assert (closed.args["number"], closed.args["lines"]) == (1, (10_000,))
    kept = world.registry.agreementOf(to)
    assert (kept.status, kept.closedThrough) == (RUNNING, ENDS[0] if recorded else JULY - 1)


def test_a_successor_does_not_serve_after_its_predecessor_ended(world, agreed):
    """It was signed, and never handed over: the end of the one it replaces is not its beginning."""
    terms, id_ = agreed
    new, to = successor(world, terms, id_)
    acted(world, terms, Act(successor=id_))
    with refuses("NotHandedOver", supersedes=id_):
        world.registry.serve(new, sender=METER)
    assert world.registry.agreementOf(to).status == SIGNED


def test_a_handover_after_the_term_by_the_records_to_the_same_months_is_refused(world):
    terms, id_ = running(world, months=1)
    new, to = successor(world, terms, id_)
    world.record_month_ends((0, 0), (1_000_000, 0), (1_000_000, 0))
    with refuses("TermDoesNotFollow", firstDay=new.firstDay, firstMonth=1, months=1):
        acted(world, terms, Act(successor=to), new)


@pytest.mark.parametrize("days_after", [0, 1, 31])
@pytest.mark.parametrize(
    ("changes", "periods"), [({"months": 3}, 1), ({"firstDay": ENDS[0] + 1, "months": 2}, 0)], ids=["longer", "after"]
)
def test_a_longer_term_or_one_from_the_day_after_takes_over_after_the_old_one_by_the_records(
    world, days_after, changes, periods
):
    """The months that are closed with it are not the last ones: nothing ends."""
    terms, id_ = running(world, months=1)
    new, to = successor(world, terms, id_, **changes)
    world.record_month_ends((0, 0), (1_000_000, 0))
    if days_after:
        world.record(ENDS[0] + days_after, 1_000_000)
    events = acted(world, terms, Act(successor=to, cents=11), new).events
    assert [e.name for e in events] == ["Opened", "Closed", "Acted", "HandedOver", "Served"]
    assert events[1].args["statement"].flags == 0
    assert world.registry.agreementOf(id_).status == HANDED_OVER
    kept = world.registry.agreementOf(to)
    assert (*kept[:2], kept.balance, kept.closedThrough) == (RUNNING, periods, 10_000, ENDS[0])
    if days_after < 31:
        world.record(ENDS[1], 2_000_000)
    assert closing(world, new)["lines"] == (0 if days_after == 31 else 10_000, 11)


def test_terms_of_another_month_of_life_take_over_before_anything_was_closed(world):
    terms, id_ = running(world)
    new, to = successor(world, terms, id_, firstMonth=2)
    acted(world, terms, Act(successor=to), new)
    assert world.registry.agreementOf(to)[:2] == (RUNNING, 1)
    with refuses("NoSuchStatement", id=to, number=1):
        world.registry.statementOf(to, 1)


def test_a_longer_term_takes_over_after_the_old_one_in_darkness(world):
    terms, id_ = running(world, months=2)
    new, to = successor(world, terms, id_, months=3)
    world.record_month_ends((0, 0), (1_000_000, 0))
    world.chain.time = (ENDS[2] + DARK_DAYS + 1) * 86_400
    events = acted(world, terms, Act(successor=to), new).events
    assert [e.name for e in events] == ["Opened", "Closed", "Closed", "Acted", "HandedOver", "Served"]
    assert world.registry.statementOf(id_, 2).flags == DARK | SILENT | EARLY_BOUNDARY | 1 << 8
    assert world.registry.agreementOf(to)[:2] == (RUNNING, 2)


def test_a_handover_keeps_the_numbers_that_were_voided_under_the_successors_id(world, agreed):
    terms, id_ = agreed
    acted(world, terms, Act(generation=5, exported=-6, cents=7))
    new, to = successor(world, terms, id_)
    for number in (1, 2, 3):
        world.registry.voidAct(new, number, sender=PRODUCER)
    assert world.registry.accountOf(to) == (3, 0, 0, 0, 0, 0)
    acted(world, terms, Act(2, successor=to), new)
    assert world.registry.accountOf(to) == (3, 0, -6, 5, 7, 0)
    with refuses("WrongActNumber", given=3, needed=4):
        acted(world, new, Act(3))
    acted(world, new, Act(4))


def test_a_handover_closes_the_months_in_which_the_meter_was_silent_for_long(world, agreed):
    terms, id_ = agreed
    new, to = successor(world, terms, id_)
    world.chain.time = (ENDS[1] + DARK_DAYS + 1) * 86_400
    events = acted(world, terms, Act(successor=to), new).events
    assert [e.name for e in events] == ["Closed", "Acted", "HandedOver", "Served"]
    assert world.registry.agreementOf(to)[:2] == (RUNNING, 2)
    assert [world.registry.agreementOf(to)._asdict()[name] for name in REGISTERS] == [6_000_000, 0, ENDS[0]]


def test_a_chain_of_successors_keeps_every_statement(world, agreed):
    terms, id_ = agreed
    last = terms
    for n in range(6):
        new, to = successor(world, last, id_, salt=200 + n)
        acted(world, last, Act(successor=to), new)
        world.record(month_end(ENDS[0] + 1 + 31 * n), 6_000_000 + (n + 1) * 100_000)
        world.close(new)
        last, id_ = new, to
    registers = [world.registry.statementOf(id_, n).generation for n in range(8)]
    assert registers == [5_000_000, *(6_000_000 + n * 100_000 for n in range(7))]
