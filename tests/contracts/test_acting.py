"""PPARegistry.act: what both parties do together.

act
├── given both signatures, whoever brings it; a party that does needs none
│   ├── cents become a line of the next statement, beside the clauses'
│   ├── Wh are billed with the next statement, priced by the clauses (rows 14, 15: meter error, estimate)
│   ├── Wh taken away beyond what the meter has counted are carried on; no register goes back
│   ├── after the end, cents move the balance at once; anything else: OnlyCentsLeft
│   ├── a successor of its own id ends it, with a last statement up to the meter's last record
│   └── another successor takes balance, registers and what is pending over
│       ├── of the same meter: it runs at once, the numbering goes on, windows look back through it
│       ├── of a new meter (row 16): it runs once that serves; closing and opening registers meet to the Wh
│       ├── that starts on the day after: a numbering of its own
│       └── that is not what was signed for: NotTheSuccessor, SupersedesAnother, OtherCurrency, TermDoesNotFollow
├── given a wrong or missing signature, another chain, contract, agreement: NotSignedBy
├── given an act again, or before its turn: WrongActNumber; too late: ActExpired
├── given one that does not fit: CentsOutside, CorrectionTooLarge, NothingClosed, NoOpenDispute
└── given a wallet that is a contract: it is asked (ERC-1271)
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contracts.signing import (
    CONSUMER,
    CONSUMER_KEY,
    HEIR,
    PRODUCER,
    PRODUCER_KEY,
    STRANGER_KEY,
    Act,
    acted,
    compact,
    digest,
    domain,
    running,
    signed,
)
from tests.contracts.world import (
    ENDED,
    HANDED_OVER,
    METER,
    RUNNING,
    SIGNED,
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
    deed = Act(cents=-250)
    receipt = acted(world, terms, deed)
    assert receipt.events == [event("Acted", id=id_, act=deed)]
    assert world.registry.agreementOf(id_).balance == 10_000
    world.record(ENDS[1], 7_000_000)
    told = world.close(terms).events[0].args
    assert (told["lines"], told["statement"].amount, told["balance"]) == ((10_000, -250), 9_750, 19_750)
    world.record(ENDS[2], 7_000_000)
    assert world.close(terms).events[0].args["lines"] == (0,)


def test_a_meter_that_counted_3_percent_too_little_is_corrected_at_the_clauses_price(world, agreed):
    """Row 14: E' = E / (1 + err), err -3 %: 1,000 kWh were 1,030.928 kWh."""
    terms, id_ = agreed
    missing = round(1_000_000 / (1 - 0.03)) - 1_000_000
    acted(world, terms, Act(generation=missing))
    world.record(ENDS[1], 7_000_000)
    told = world.close(terms).events[0].args
    assert told["statement"].generation == 7_000_000 + missing == 7_030_928
    assert told["lines"] == (10_309,)  # 1,030,928 Wh x 0.10 EUR
    assert world.registry.agreementOf(id_).generation == 7_000_000


def test_an_estimated_reading_is_trued_up_with_what_was_measured_in_the_end(world, agreed):
    """Row 15: the invoice used 1,200 kWh, it had been 1,150: the next month has 50 kWh less."""
    terms, _ = agreed
    acted(world, terms, Act(generation=200_000))
    world.record(ENDS[1], 7_000_000)
    assert world.close(terms).events[0].args["lines"] == (12_000,)
    acted(world, terms, Act(number=2, generation=-50_000))
    world.record(ENDS[2], 8_000_000)
    assert world.close(terms).events[0].args["lines"] == (9_500,)


def test_what_is_taken_away_beyond_the_meters_count_is_carried_and_no_register_goes_back(world, agreed):
    terms, id_ = agreed
    acted(world, terms, Act(generation=-1_500_000, exported=-7))
    for end, register in zip(ENDS[1:], (7_000_000, 8_000_000, 9_000_000), strict=True):
        world.record(end, register, 5)
    lines = [world.close(terms).events[0].args["lines"] for _ in range(3)]
    assert lines == [(0,), (5_000,), (10_000,)]
    registers = [world.registry.statementOf(id_, n)[1:3] for n in range(1, 5)]
    assert registers == [(6_000_000, 0), (6_000_000, 0), (6_500_000, 0), (7_500_000, 0)]
    assert world.registry.agreementOf(id_)[7:9] == (7, 9_000_000)  # two exported Wh are still owed


@pytest.mark.parametrize(
    ("generation", "exported"),
    [(2**43 + 6_000_000, 0), (-(2**43), 0), (0, 2**43), (0, -(2**43) - 6), (2**63 - 1, 0), (-(2**63), 0)],
)
def test_a_correction_beyond_the_registers_bits_is_refused(world, agreed, generation, exported):
    terms, _ = agreed
    with refuses("CorrectionTooLarge", generation=generation, exported=exported):
        acted(world, terms, Act(generation=generation, exported=exported))


@pytest.mark.parametrize("billed", [2**43 - 1, -(2**43) + 1])
def test_a_correction_to_the_registers_last_bit_is_kept(world, agreed, billed):
    terms, id_ = agreed
    before = world.registry.agreementOf(id_)
    acted(world, terms, Act(generation=before.generation - billed, exported=before.exported - billed))
    kept = world.registry.agreementOf(id_)
    assert (kept.generation, kept.exported) == (billed, billed)


@pytest.mark.parametrize("exported", [False, True])
def test_what_would_leave_a_statements_44_bits_is_not_closed_until_both_take_some_back(world, exported):
    terms, id_ = running(world, maxPower=2**40, clauses=(world.clause(energy_charge(price=1, base=1)),))
    world.record_month_ends((0, 0), *[(LARGEST, LARGEST)] * 4)
    world.close(terms)
    field = "exported" if exported else "generation"
    acted(world, terms, Act(number=1, **{field: 2**43 - 1}))
    world.close(terms)
    room = 2**44 - 1 - LARGEST - 2**43 + 1
    acted(world, terms, Act(number=2, **{field: room + 1}))
    full = {"generation": LARGEST, "exported": LARGEST} | {field: 2**44}
    with refuses("BilledTooMuch", **full):
        world.close(terms)
    acted(world, terms, Act(number=3, **{field: -1}))
    world.close(terms)
    assert world.registry.statementOf(id_, 3)._asdict()[field] == 2**44 - 1


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
    assert world.registry.accountOf(id_) == (3, 0, 0, 0, 2**47 - 2, 0)


def test_impossible_energy_is_closed_once_both_correct_it(world):
    terms, id_ = running(world)
    world.record_month_ends((0, 0), (1_000_000, 0), (500_000_000, 0))
    world.close(terms)
    most = 100_000 * 24 * 31
    with refuses("EnergyImpossible", generation=499_000_000, exported=0, most=most):
        world.close(terms)
    acted(world, terms, Act(generation=-498_000_000))
    assert world.close(terms).events[0].args["lines"] == (10_000,)
    assert world.registry.agreementOf(id_).generation == 500_000_000


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
    for number in (0, 2, 65_535):
        with refuses("WrongActNumber", given=number, needed=1):
            acted(world, terms, Act(number=number))
    now = world.chain.time
    with refuses("ActExpired", until=now - 1, timestamp=now):
        acted(world, terms, Act(until=now - 1))
    acted(world, terms, Act(until=now))
    with refuses("WrongActNumber", given=1, needed=2):
        acted(world, terms, Act(until=now))


def test_nothing_can_be_corrected_before_the_first_close_but_cents(world):
    terms, id_ = running(world)
    with refuses("NothingClosed"):
        acted(world, terms, Act(number=0, generation=1))
    acted(world, terms, Act(number=0, cents=7))
    world.record_month_ends((0, 0), (1_000_000, 0))
    assert world.close(terms).events[0].args["lines"] == (10_000, 7)
    assert world.registry.accountOf(id_).nextAct == 1


def test_what_was_done_before_the_first_close_is_not_forgotten_by_it(world):
    terms, id_ = running(world)
    deeds = [signed(world, terms, Act(number=number)) for number in (0, 1)]
    for deed in deeds:
        world.registry.act(*deed, (), sender=STRANGER)
    world.chain.time = (JULY + 20) * 86_400
    world.registry.alarm(terms, sender=STRANGER)
    world.record_month_ends((0, 0), (1_000_000, 0))
    world.close(terms)
    assert world.registry.accountOf(id_)[:2] == (2, JULY)
    for number, deed in enumerate(deeds):
        with refuses("WrongActNumber", given=number, needed=2):
            world.registry.act(*deed, (), sender=STRANGER)


@pytest.mark.parametrize("status", ["proposed", "signed"])
def test_an_agreement_that_does_not_run_is_refused(world, status):
    terms, id_ = getattr(world, status)(producer=PRODUCER, consumer=CONSUMER)
    with refuses("WrongStatus", id=id_, status=1 if status == "proposed" else SIGNED, needed=RUNNING):
        acted(world, terms, Act(number=0))


def test_a_wallet_that_is_a_contract_is_asked(world):
    wallet = world.chain.deploy("Wallet")
    terms = world.terms(producer=PRODUCER, consumer=wallet.address)
    wallet.become(4, sender=STRANGER)
    id_ = world.registry.agree(terms, b"any length", sender=PRODUCER).value
    world.registry.serve(terms, sender=METER)
    message = digest(id_, Act(number=0, cents=5), domain(world.registry.address))
    arguments = terms, Act(number=0, cents=5), compact(PRODUCER_KEY, message), b"any length"
    for answer in (0, 1, 2, 3):  # no, reverts, short, burns its gas
        wallet.become(answer, sender=STRANGER)
        with refuses("NotSignedBy", party=wallet.address, digest=message):
            world.registry.act(*arguments, (), sender=STRANGER)
    wallet.become(4, sender=STRANGER)
    world.registry.act(*arguments, (), sender=STRANGER)
    assert wallet.asked(message, b"any length") and world.registry.accountOf(id_).cents == 5


# ----------------------------------------------------------------------------------------------------------------- end


def test_both_end_it_early_at_a_price_with_a_statement_up_to_the_last_record(world, agreed):
    """Row 21 by agreement: ten days of August at 0.10 EUR/kWh, and 5,000.00 EUR."""
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


def test_an_end_without_a_new_record_has_no_statement_and_its_cents_go_into_the_balance(world, agreed):
    terms, id_ = agreed
    receipt = acted(world, terms, Act(cents=-77, successor=id_))
    assert [e.name for e in receipt.events] == ["Acted", "Ended"]
    kept = world.registry.agreementOf(id_)
    assert (kept.status, kept.balance, kept.periods) == (ENDED, 9_923, 1)


@pytest.mark.parametrize("last", [JULY, JULY + 4])
def test_an_early_end_without_cents_has_the_clauses_lines_only(world, last):
    terms, id_ = running(world)
    world.record(JULY - 1, 0)
    world.record(last, 1_000_000)
    closed = acted(world, terms, Act(number=0, successor=id_)).events[1].args
    assert (closed["statement"].lastDay, closed["lines"]) == (last, (10_000,))


@pytest.mark.parametrize("opened", [True, False])
def test_i16_an_agreement_that_was_never_closed_can_end(world, opened):
    terms, id_ = running(world)
    if opened:
        world.record(JULY - 1, 0)
    world.record(JULY + 4, 1_000_000)
    receipt = acted(world, terms, Act(number=0, successor=id_))
    assert [e.name for e in receipt.events] == (["Acted", "Closed", "Ended"] if opened else ["Acted", "Ended"])
    assert world.registry.agreementOf(id_)[:2] == (ENDED, 1 if opened else 0)


def test_an_end_closes_first_what_anybody_could_have_closed(world, agreed):
    terms, id_ = agreed
    world.record(ENDS[2] + 1, 6_500_000)
    told = acted(world, terms, Act(successor=id_, cents=7)).events
    assert [event.name for event in told] == ["Closed", "Closed", "Acted", "Closed", "Ended"]
    lasts = [event.args["statement"].lastDay for event in told if event.name == "Closed"]
    assert (lasts, told[3].args["lines"][-1]) == ([ENDS[1], ENDS[2], ENDS[2] + 1], 7)


def test_after_the_end_only_cents_move_and_at_once(world, agreed):
    terms, id_ = agreed
    acted(world, terms, Act(successor=id_))
    for deed in (Act(2, generation=1), Act(2, exported=-1), Act(2, successor=id_), Act(2, successor=b"\1" * 32)):
        with refuses("OnlyCentsLeft"):
            acted(world, terms, deed)
    acted(world, terms, Act(2, cents=-10_000))
    assert world.registry.agreementOf(id_).balance == 0
    assert world.registry.accountOf(id_) == (3, 0, 0, 0, 0, 0)


# ------------------------------------------------------------------------------------------------------------ handover


def successor(world, terms, id_, **changes):
    """New terms, signed by both, that supersede the old."""
    changed = {"supersedes": id_, "salt": 99} | changes
    new = terms._replace(**changed)
    world.registry.propose(new, sender=new.producer)
    world.registry.sign(new, sender=new.consumer)
    return new, world.registry.idOf(new)


def test_an_amendment_goes_on_with_balance_registers_and_numbers(world, agreed):
    """Rows 23 and 25: another price, five years more, a new owner."""
    terms, id_ = agreed
    acted(world, terms, Act(cents=11))
    world.registry.declare(terms, 4_000, ENDS[0], b"\1" * 32, sender=CONSUMER)
    new, to = successor(
        world, terms, id_, producer=HEIR, months=84, clauses=(world.clause(energy_charge(price=200_000)),)
    )
    before = world.registry.agreementOf(id_)
    receipt = acted(world, terms, Act(number=2, successor=to), new)
    assert [e.name for e in receipt.events] == ["Acted", "HandedOver", "Served"]
    old, heir = world.registry.agreementOf(id_), world.registry.agreementOf(to)
    assert (old.status, old.balance, old.pending) == (HANDED_OVER, 0, False)
    assert (heir.status, heir.periods, heir.balance, heir.pending) == (RUNNING, 1, before.balance, True)
    assert heir[4:6] == before[4:6] and heir[7:9] == before[7:9]
    assert world.registry.servedBy(METER) == to and world.registry.predecessorOf(to) == id_
    world.record(ENDS[1], 7_000_000)
    told = world.close(new).events[0].args
    assert (told["number"], told["lines"], told["balance"]) == (2, (20_000, 11), 30_011)
    assert [world.registry.statementOf(to, n).generation for n in (0, 1, 2)] == [5_000_000, 6_000_000, 7_000_000]
    with refuses("NoSuchStatement", id=to, number=3):
        world.registry.statementOf(to, 3)
    for call in (lambda: world.close(terms), lambda: acted(world, terms, Act(3))):
        with refuses("WrongStatus", id=id_, status=HANDED_OVER, needed=RUNNING):
            call()
    with refuses("WrongStatus", id=id_, status=HANDED_OVER, needed=RUNNING):
        world.registry.confirm(terms, 4_000, ENDS[0], b"\1" * 32, sender=PRODUCER)


def test_a_guarantee_looks_back_over_a_handover(world):
    promise = world.clause(guarantee(energy=3_000_000, window=3), world.guarantee)
    terms, id_ = running(world, clauses=(promise,))
    world.record_month_ends((0, 0), (700_000, 0), (1_400_000, 0))
    world.close(terms)
    world.close(terms)
    new, to = successor(world, terms, id_, consumer=HEIR)
    acted(world, terms, Act(successor=to), new)
    world.record(ENDS[2], 2_000_000)
    assert world.close(new).events[0].args["lines"] == (-10_000,)  # 1,000 kWh missing at 0.10


@given(closing=st.integers(6_000_000, 9_000_000), opening=st.integers(0, 10**9), made=st.integers(0, 2_000_000))
@settings(max_examples=25, deadline=None)
def test_i13_a_replaced_broker_loses_and_doubles_no_wh(closing, opening, made):
    """Row 16: E = (R_close - R_last) + (R_now - R_open)."""
    world = World()
    terms, id_ = running(world)
    world.record_month_ends((5_000_000, 0), (6_000_000, 0))
    world.close(terms)
    world.record(ENDS[0] + 9, closing)  # the old broker's last word
    world.record(ENDS[0] + 10, opening, meter=NEW_METER)  # the new one's first
    new, to = successor(world, terms, id_, meter=NEW_METER)
    receipt = acted(world, terms, Act(generation=closing - opening, successor=to), new)
    assert [e.name for e in receipt.events] == ["Acted", "HandedOver"]
    assert world.registry.agreementOf(to).status == SIGNED and world.registry.servedBy(METER) == bytes(32)
    world.registry.serve(new, sender=NEW_METER)
    world.record(ENDS[1], opening + made, meter=NEW_METER)
    statement = world.close(new).events[0].args["statement"]
    assert statement.generation - 6_000_000 == closing - 6_000_000 + made


def test_a_successor_that_starts_on_the_day_after_has_its_own_numbers(world, agreed):
    terms, id_ = agreed
    new, to = successor(world, terms, id_, firstDay=ENDS[0] + 1, months=2)
    acted(world, terms, Act(successor=to), new)
    world.record(ENDS[1], 7_000_000)
    world.record(ENDS[2], 8_000_000)
    numbers = [world.close(new).events[0].args["number"] for _ in range(2)]
    assert numbers == [1, 2] and world.registry.agreementOf(to)[:2] == (ENDED, 2)
    assert world.registry.predecessorOf(to) == bytes(32)
    assert world.registry.statementOf(to, 0)[:2] == (10_000, 6_000_000)


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
    ],
)
def test_terms_that_cannot_go_on_are_refused(world, agreed, changes, error):
    terms, id_ = agreed
    new, to = successor(world, terms, id_, **changes)
    args = {
        "SupersedesAnother": {"supersedes": b"\2" * 32, "id": id_},
        "OtherCurrency": {"given": b"USD", "needed": b"EUR"},
        "TermDoesNotFollow": {"firstDay": new.firstDay, "months": new.months},
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


def test_an_agreement_without_a_statement_cannot_be_handed_over(world):
    terms, id_ = running(world)
    new, to = successor(world, terms, id_)
    with refuses("NothingClosed"):
        acted(world, terms, Act(number=0, successor=to), new)


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
