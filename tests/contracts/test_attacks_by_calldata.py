"""Attacks by calldata that no honest encoder would make.

terms
├── given the same values by other offsets, a shared or shifted tail, trailing bytes: every act is on the same agreement
├── given words of the head that are read as a clause, or as its params: logged, hashed and asked as the same
├── given any offsets at random: the id is of what anyone else decodes
└── given dirty high bits, or params a word longer or shorter: refused
records
├── given trailing bytes or other offsets: what is logged replays to the word
├── given dirty bits or a length that wraps: refused
└── given no records, a day twice or out of order: refused whole
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contracts.test_terms_hash import CANONICAL, FIELDS, HEAD, ODD_BUT_CLEAR, odd, words
from tests.contracts.world import (
    CONSUMER,
    METER,
    PRODUCER,
    ROOT_OF_DAY,
    RUNNING,
    STRANGER,
    Clause,
    Terms,
    World,
    day_of,
    energy_charge,
    role,
)
from tests.evm import Chain, Refused, functions, refuses

JULY, JULY_END = World.JULY, day_of(2016, 7, 31)
ACTS = {name: sign.selector for name, sign in functions("PPARegistry").items()}
RECORD_MANY = functions("MeterLedger")["recordMany"].selector
DECODED = functions("Libraries")["decoded"]
LIBRARIES, CALM = Chain().deploy("Libraries"), World()
DAY = 86_400


def act(world, name, who, arguments):
    """A registry's function, its arguments as raw bytes."""
    return world.chain.send(who, world.registry.address, ACTS[name] + arguments)


# ------------------------------------------------------------------------------------------------ terms


def with_rule(world, calldata):
    """The hand-made terms, their rule the world's own energy charge."""
    return calldata.replace(words(int(role(0xEC), 16)), words(int(world.energy.address, 16)))


SAME_VALUES = (
    "two clauses that share one tail",
    "garbage before the terms",
    "garbage before the clauses",
    "garbage behind",
)


@pytest.mark.parametrize("name", SAME_VALUES)
def test_an_act_in_odd_calldata_is_on_the_agreement_of_the_honest_one(world, name):
    honest, strange = with_rule(world, CANONICAL), with_rule(world, ODD_BUT_CLEAR[name])
    id_ = act(world, "propose", PRODUCER, strange).output
    for what, who in (("sign", CONSUMER), ("serve", METER)):
        act(world, what, who, strange)
    world.record_month_ends((0, 0), (1_000_000, 0))
    act(world, "close", STRANGER, strange)
    assert id_ == act(world, "idOf", STRANGER, honest).output
    assert world.registry.agreementOf(id_)[:2] == (RUNNING, 1)
    with refuses("AlreadyProposed", id=id_, status=RUNNING):
        act(world, "propose", PRODUCER, honest)


def proposed_as_logged(world, calldata):
    """The terms of the event, whose honest id is the one that was kept."""
    receipt = act(world, "propose", PRODUCER, calldata)
    logged = Terms(*receipt.events[0].args["terms"])
    assert receipt.output == world.registry.idOf(logged) == receipt.events[0].args["id"]
    return logged


def test_a_clause_hidden_in_the_head_is_logged_and_hashed_as_what_is_asked(world):
    """The rule stands in timeZone, the offset of its params in maxPower: an offset below zero leads there."""
    rule = int(world.energy.address, 16)
    place = Terms._fields.index("timeZone")
    # From the first clause's offset back to the field, and from there on to behind that offset.
    back, on = FIELDS + 1 - place, FIELDS + 2 - place
    head = [*HEAD[:place], rule, on * 32, *HEAD[place + 2 :]]
    logged = proposed_as_logged(
        world, odd(head=head, clauses=words(1, 2**256 - back * 32) + words(96) + energy_charge())
    )
    assert logged.clauses == ((world.energy.address, energy_charge()),)
    assert (logged.timeZone, logged.maxPower) == (words(rule), on * 32)


def test_params_that_are_the_terms_own_offsets_are_logged_and_hashed_as_such(world):
    """The salt is their length, and the offsets behind it are what they say."""
    rule = world.odd("OddClause").rule
    head = [*HEAD[:-1], 96]
    logged = proposed_as_logged(world, odd(head=head, clauses=words(1, 32, int(rule, 16), 2**256 - 4 * 32)))
    assert logged.clauses == ((rule, words(FIELDS * 32, 1, 32)),)


INTERESTING = st.sampled_from([0, 1, 31, 32, 33, 64, 96, 160, 640, 672, 704, 2**16, 2**64, 2**255, 2**256 - 32])
PLACES = st.integers(0, len(CANONICAL) // 32 - 1)


@settings(max_examples=400)
@given(turns=st.lists(st.tuples(PLACES, INTERESTING | st.integers(0, 700)), min_size=1, max_size=4))
def test_whatever_offsets_are_given_the_id_is_of_what_anyone_decodes(turns):
    calldata = bytearray(CANONICAL)
    for place, value in turns:
        calldata[32 * place : 32 * place + 32] = words(value)
    try:
        id_ = act(CALM, "idOf", STRANGER, bytes(calldata)).output
        terms = DECODED.outputs(LIBRARIES.chain.call(LIBRARIES.address, DECODED.selector + bytes(calldata)))[0]
    except Refused:
        return
    assert id_ == CALM.registry.idOf(Terms(*terms)._replace(clauses=tuple(Clause(*c) for c in terms.clauses)))


@pytest.mark.parametrize(
    ("name", "who"), [("propose", PRODUCER), ("sign", CONSUMER), ("serve", METER), ("close", STRANGER)]
)
@pytest.mark.parametrize("field", range(1, 5))
def test_dirty_high_bits_in_an_address_are_refused_by_every_act(world, name, who, field):
    dirty = bytearray(with_rule(world, CANONICAL))
    dirty[32 * (1 + field)] = 0x80
    with pytest.raises(Refused) as caught:
        act(world, name, who, bytes(dirty))
    assert caught.value.raw == b""


def test_params_a_word_longer_or_shorter_are_refused_though_they_decode_to_the_same(world):
    for params in (energy_charge() + bytes(32), energy_charge()[:-32], energy_charge() + b"\0"):
        with pytest.raises(Refused, match="ClauseRefused"):
            world.proposed(clauses=(world.clause(params),))


def test_dirty_high_bits_in_params_are_refused_at_proposal(world):
    for place in (0, 32, 64):
        params = bytearray(energy_charge())
        params[place] = 1
        with refuses("ClauseRefused", index=0, answer=b""):
            world.proposed(clauses=(world.clause(bytes(params)),))


# ---------------------------------------------------------------------------------------------- records


def record_words(day, generation, exported=0):
    """A record as recordMany has it."""
    return words(generation, exported, day, ROOT_OF_DAY)


def send_many(world, arguments):
    """recordMany by raw bytes, by the meter, when July is over."""
    world.chain.time = (JULY_END + 1) * DAY
    return world.chain.send(METER, world.ledger.address, RECORD_MANY + arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        words(32, 2) + record_words(JULY, 5) + record_words(JULY + 1, 6) + b"\xff" * 40,
        words(64, b"\xff" * 32, 2) + record_words(JULY, 5) + record_words(JULY + 1, 6),
        words(33) + b"\xff" + words(2) + record_words(JULY, 5) + record_words(JULY + 1, 6),
    ],
)
def test_records_in_odd_calldata_replay_from_their_events_to_the_word(world, arguments):
    logged = [e.args for e in send_many(world, arguments).events]
    records = [tuple(e[k] for k in ("generation", "exported", "day", "readingsRoot")) for e in logged]
    assert [r[:3] for r in records] == [(5, 0, JULY), (6, 0, JULY + 1)]
    assert world.ledger.prove(0, records) == world.ledger.wordOf(METER)


@pytest.mark.parametrize(
    "arguments",
    [
        words(32, 1) + words(2**64, 0, JULY, ROOT_OF_DAY),
        words(32, 1) + words(5, 2**64, JULY, ROOT_OF_DAY),
        words(32, 1) + words(5, 0, JULY + 2**16, ROOT_OF_DAY),
        words(32, 2**249 + 1) + record_words(JULY, 5),
        words(32, 2) + record_words(JULY, 5),
        words(2**256 - 4),
    ],
)
def test_records_with_dirty_bits_or_a_length_that_wraps_are_refused(world, arguments):
    with pytest.raises(Refused) as caught:
        send_many(world, arguments)
    assert caught.value.raw == b""
    assert world.ledger.wordOf(METER) == 0


def test_records_whose_length_is_their_own_offset_are_none(world):
    with refuses("NoRecords"):
        send_many(world, words(0) + record_words(JULY, 5))


@pytest.mark.parametrize(("first", "second"), [(JULY, JULY), (JULY + 1, JULY), (JULY_END, JULY - 31)])
def test_a_day_twice_or_out_of_order_among_many_undoes_them_all(world, first, second):
    with refuses("DayNotAfterLast", last=first, day=second):
        send_many(world, words(32, 2) + record_words(first, 5) + record_words(second, 6))
    assert world.ledger.wordOf(METER) == 0


def test_many_records_over_many_months_keep_every_month_end(world):
    days = [JULY - 1, JULY, JULY_END - 3, day_of(2016, 9, 2), day_of(2016, 12, 31), day_of(2017, 1, 1)]
    world.chain.time = day_of(2017, 1, 2) * DAY
    world.ledger.recordMany([(n, 0, day, ROOT_OF_DAY) for n, day in enumerate(days)], sender=METER)
    ends = [day_of(2016, m, d) for m, d in ((6, 30), (7, 31), (8, 31), (9, 30), (10, 31), (11, 30), (12, 31))]
    kept = [world.ledger.atMonthEnd(METER, end) & 0xFFFF for end in ends]
    assert kept == [JULY - 1, JULY_END - 3, 0, day_of(2016, 9, 2), 0, 0, day_of(2016, 12, 31)]
