"""What a clause may do to its agreement: be refused, with what it said; nothing else.

check, at proposal
├── when it answers its own selector: accepted
├── when it reverts, with or without a reason: ClauseRefused with the reason
├── when it answers another word, too few bytes or too many: ClauseRefused with the answer, its first 256 bytes
├── when it has no code, or is an account: ClauseRefused, empty
└── when it burns its gas, by a loop or an invalid opcode: ClauseRefused, empty
assess, at closing
├── when its line fits 48 bits, with yes or no behind it: it counts
├── when it does not, either side: ClauseFailed with the answer
├── when it reverts, answers short or long, burns its gas, writes, or is gone: ClauseFailed, with 256 bytes at most
├── when it gives a substitute before it was waited for, or says neither yes nor no: ClauseFailed
├── when it calls back into the registry: the static call stops it
└── given the days of waiting are over, and a transaction's sender closes
    ├── when it fails: its line is nothing, and flagged
    └── when it gives a substitute: its line counts, and is flagged
gas
├── when 500,000 cannot be given: GasTooLow, and the agreement stands as before
├── when sixteen of the costliest burn or bomb: closing a month fits 10,000,000
└── whatever gas a caller gives, the line is the same or there is none
"""

import pytest

from tests.contracts.world import (
    CLAUSE_FAILED,
    CLAUSE_GAS_NEEDED,
    PRODUCER,
    STRANGER,
    SUBSTITUTED,
    Clause,
    World,
    energy_charge,
    guarantee,
    month_end,
    three,
)
from tests.evm import Halted, Refused, error_data, functions, refuses

GOOD, REVERTS, REVERTS_EMPTY, LENGTH, BURNS, INVALID, WRONG, BURNS_ALMOST, TELLS_GAS = range(9)
SUBSTITUTES, SUBSTITUTES_WAITED, NO_BOOLEAN, REVERTS_LENGTH = range(9, 13)
BOMB, MOST_ANSWER = 475_000, 256
JULY_END = month_end(World.JULY)
SELECTOR = functions("EnergyCharge")["check"].selector.ljust(32, b"\0")
LARGEST, SMALLEST = 2**47 - 1, -(2**47)


def word(number):
    """A number as an answer of 32 bytes."""
    return (number % 2**256).to_bytes(32, "big")


def refusal_of(world, how, argument):
    """What the odd clause itself says."""
    odd = world.chain.deploy("OddClause")
    with pytest.raises(Refused) as caught:
        odd.check(0, 0, three(how, how, argument))
    return caught.value.raw


@pytest.mark.parametrize(
    ("how", "argument", "answer"),
    [
        (REVERTS_EMPTY, 0, b""),
        (LENGTH, 0, b""),
        (LENGTH, 4, bytes(4)),
        (LENGTH, 31, bytes(31)),
        (LENGTH, 32, bytes(32)),
        (LENGTH, 33, bytes(33)),
        (LENGTH, 64, bytes(64)),
        (LENGTH, 256, bytes(256)),
        (LENGTH, 257, bytes(256)),
        (LENGTH, BOMB, bytes(256)),
        (REVERTS_LENGTH, 255, bytes(255)),
        (REVERTS_LENGTH, BOMB, bytes(256)),
        (BURNS, 0, b""),
        (INVALID, 0, b""),
        (WRONG, 1, word(1)),
        (WRONG, int.from_bytes(SELECTOR, "big") + 1, SELECTOR[:31] + b"\1"),
        (WRONG, int.from_bytes(SELECTOR[:4], "big"), bytes(28) + SELECTOR[:4]),
    ],
)
def test_a_clause_that_does_not_answer_with_its_selector_is_refused(world, how, argument, answer):
    odd = world.odd("OddClause", three(how, GOOD, argument))
    with refuses("ClauseRefused", index=1, answer=answer):
        world.proposed(clauses=(world.clause(), odd))


def test_a_clause_that_refuses_its_parameters_says_why(world):
    with refuses("ClauseRefused", index=0, answer=refusal_of(world, REVERTS, 42)):
        world.proposed(clauses=(world.odd("OddClause", three(REVERTS, GOOD, 42)),))


def test_the_reason_of_a_published_clause_comes_through(world):
    with refuses("ClauseRefused", index=0, answer=error_data("WrongLength", 96, 95)):
        world.proposed(clauses=(world.clause(bytes(95)),))
    with refuses("ClauseRefused", index=0, answer=error_data("WindowOutsideTerm", 4, 3)):
        world.proposed(clauses=(world.clause(guarantee(window=4), world.guarantee),))


@pytest.mark.parametrize("nothing", [STRANGER, "0x" + "00" * 20, "0x" + "00" * 19 + "02", "0x" + "00" * 19 + "04"])
def test_a_clause_without_code_is_refused(world, nothing):
    with pytest.raises(Refused) as caught:
        world.proposed(clauses=(Clause(nothing, energy_charge()),))
    assert caught.value.name == "ClauseRefused" and caught.value.given["index"] == 0


def test_an_address_where_nothing_is_answers_nothing(world):
    with refuses("ClauseRefused", index=0, answer=b""):
        world.proposed(clauses=(Clause(STRANGER, energy_charge()),))


def test_of_an_answer_of_the_most_memory_256_bytes_are_copied(world):
    with refuses("ClauseRefused", index=0, answer=bytes(MOST_ANSWER)):
        world.proposed(clauses=(world.odd("BombClause"),))


def ready(world, *clauses):
    """A running agreement whose July can be closed."""
    terms, id_ = world.running(clauses=clauses)
    world.record_month_ends((0, 0), (1_000_000, 0))
    return terms, id_


@pytest.mark.parametrize("line", [0, 1, -1, LARGEST, SMALLEST])
def test_a_line_of_48_bits_counts(world, line):
    terms, id_ = ready(world, world.odd("OddClause", three(GOOD, GOOD, line)))
    world.close(terms)
    assert world.registry.statementOf(id_, 1).amount == line


@pytest.mark.parametrize("line", [LARGEST + 1, SMALLEST - 1, 2**255 - 1, -(2**255), 2**48, 2**64 + 5])
def test_a_line_over_48_bits_fails(world, line):
    terms, id_ = ready(world, world.clause(), world.odd("OddClause", three(GOOD, GOOD, line)))
    with refuses("ClauseFailed", index=1, answer=word(line) + bytes(32)):
        world.close(terms)
    assert world.registry.agreementOf(id_).periods == 0


def test_an_answer_of_two_empty_words_is_a_line_of_nothing(world):
    terms, id_ = ready(world, world.odd("OddClause", three(GOOD, LENGTH, 64)))
    world.close(terms)
    assert world.registry.statementOf(id_, 1)[-1] == 0


@pytest.mark.parametrize(
    ("how", "argument", "answer"),
    [
        (REVERTS_EMPTY, 0, b""),
        *[(LENGTH, length, bytes(length)) for length in (0, 4, 31, 32, 33, 63, 65, 96, 255, 256)],
        *[(LENGTH, length, bytes(MOST_ANSWER)) for length in (257, 1_000, BOMB)],
        *[(REVERTS_LENGTH, length, bytes(length)) for length in (1, 64, 256)],
        *[(REVERTS_LENGTH, length, bytes(MOST_ANSWER)) for length in (257, BOMB)],
        (BURNS, 0, b""),
        (INVALID, 0, b""),
        (WRONG, 5, word(5)),
        (NO_BOOLEAN, 5, word(5) + word(2)),
        (SUBSTITUTES, 5, word(5) + word(1)),
    ],
)
def test_a_clause_that_answers_no_line_fails(world, how, argument, answer):
    terms, id_ = ready(world, world.odd("OddClause", three(GOOD, how, argument)))
    before = world.registry.agreementOf(id_)
    with refuses("ClauseFailed", index=0, answer=answer):
        world.close(terms)
    assert world.registry.agreementOf(id_) == before


def test_a_clause_that_reverts_at_closing_says_why(world):
    terms, _ = ready(world, world.odd("OddClause", three(GOOD, REVERTS, 42)))
    with refuses("ClauseFailed", index=0, answer=refusal_of(world, REVERTS, 42)):
        world.close(terms)


def test_a_clause_that_is_destroyed_after_the_signature_fails(world):
    odd = world.odd("OddClause", three(GOOD, GOOD, 7))
    terms, _ = ready(world, odd)
    world.chain.destroy(odd.rule)
    with refuses("ClauseFailed", index=0, answer=b""):
        world.close(terms)


def test_a_clause_cannot_write(world):
    writing = world.chain.deploy("WritingClause")
    terms, _ = ready(world, Clause(writing.address, b""))
    with refuses("ClauseFailed", index=0, answer=b""):
        world.close(terms)
    assert writing.asked() == 0


def test_i7_a_clause_that_calls_back_cannot_close_twice(world):
    again = world.chain.deploy("ReentrantClause")
    terms, id_ = ready(world, Clause(again.address, b""))
    world.record(world.JULY + 61, 2_000_000)
    again.set(functions("PPARegistry")["close"].call(terms), sender=PRODUCER)
    world.close(terms)
    assert world.registry.agreementOf(id_).periods == 1
    assert world.registry.statementOf(id_, 1).amount == 0  # the call from within did not succeed


# -------------------------------------------------------------------------------------------------------- waited for


FAILS = [
    (REVERTS, 5),
    (REVERTS_EMPTY, 5),
    (LENGTH, 63),
    (LENGTH, BOMB),
    (REVERTS_LENGTH, BOMB),
    (BURNS, 5),
    (NO_BOOLEAN, 5),
    (GOOD, LARGEST + 1),
]


@pytest.mark.parametrize(("how", "argument"), FAILS)
def test_a_clause_that_fails_is_waited_for_and_then_gives_nothing(world, how, argument):
    odd = world.odd("OddClause", three(GOOD, how, argument))
    terms, id_ = ready(world, world.clause(), odd, world.clause())
    world.chain.time = (JULY_END + 31) * 86_400 - 1
    with pytest.raises(Refused, match="ClauseFailed"):
        world.close(terms)
    world.chain.time += 1
    world.close(terms)
    statement = world.registry.statementOf(id_, 1)
    assert (statement.amount, statement.flags) == (20_000, CLAUSE_FAILED | 1 << 17)


@pytest.mark.parametrize("how", [SUBSTITUTES, SUBSTITUTES_WAITED])
def test_a_substitute_counts_once_it_was_waited_for(world, how):
    odd = world.odd("OddClause", three(GOOD, how, 7))
    terms, id_ = ready(world, world.clause(), world.clause(), odd)
    world.chain.time = (JULY_END + 31) * 86_400 - 1
    with pytest.raises(Refused, match="ClauseFailed"):
        world.close(terms)
    world.chain.time += 1
    world.close(terms)
    statement = world.registry.statementOf(id_, 1)
    assert (statement.amount, statement.flags) == (20_007, SUBSTITUTED | 1 << 18)


def test_each_of_sixteen_clauses_has_its_own_bit(world):
    odd = world.odd("OddClause")
    hows = [(GOOD, REVERTS, SUBSTITUTES)[n % 3] for n in range(16)]
    terms, id_ = ready(world, *(odd._replace(params=three(GOOD, how, 1)) for how in hows))
    world.chain.time = (JULY_END + 31) * 86_400
    world.close(terms)
    bits = sum(1 << 16 + n for n, how in enumerate(hows) if how != GOOD)
    statement = world.registry.statementOf(id_, 1)
    assert (statement.amount, statement.flags) == (
        sum(how != REVERTS for how in hows),
        SUBSTITUTED | CLAUSE_FAILED | bits,
    )


def test_a_clause_that_recovers_is_asked_again(world):
    """What failed in a month says nothing of the next."""
    fickle = world.chain.deploy("FickleClause")
    terms, id_ = ready(world, Clause(fickle.address, b""))
    world.record(World.JULY + 61, 1_000_000)
    fickle.set(LARGEST + 1, sender=PRODUCER)
    world.chain.time = (JULY_END + 31) * 86_400
    world.close(terms)
    with pytest.raises(Refused, match="ClauseFailed"):
        world.close(terms)
    fickle.set(9, sender=PRODUCER)
    world.close(terms)
    assert [world.registry.statementOf(id_, n).amount for n in (1, 2)] == [0, 9]


def test_a_contract_that_closes_may_not_say_that_a_clause_failed(world):
    """It could call from so deep in the stack that a good clause fails."""
    caller = world.chain.deploy("Caller")
    close = functions("PPARegistry")["close"]
    terms, id_ = ready(world, world.odd("OddClause", three(GOOD, REVERTS_EMPTY, 0)))
    world.chain.time = (JULY_END + 400) * 86_400
    with refuses("ClauseFailed", index=0, answer=b""):
        caller.many(1, world.registry.address, close.call(terms), sender=STRANGER)
    world.close(terms)
    assert world.registry.statementOf(id_, 1).flags & CLAUSE_FAILED


# ---------------------------------------------------------------------------------------------------------------- gas


COSTLIEST = [(LENGTH, BOMB), (REVERTS_LENGTH, BOMB), (BURNS, 0), (INVALID, 0), (BURNS_ALMOST, LARGEST)]


@pytest.mark.parametrize("costliest", [*([one] * 16 for one in COSTLIEST), (COSTLIEST * 4)[:16]])
def test_closing_a_month_with_sixteen_of_the_costliest_clauses_fits_ten_million_gas(world, costliest):
    odd = world.odd("OddClause")
    terms, id_ = ready(world, *(odd._replace(params=three(GOOD, *one)) for one in costliest))
    world.chain.time = (JULY_END + 31) * 86_400
    receipt = world.registry.close(terms, sender=STRANGER, gas=10_000_000)
    assert world.registry.agreementOf(id_).periods == 1
    assert 7_000_000 < receipt.gas_used < 10_000_000


def test_a_clause_may_use_almost_all_of_its_gas(world):
    terms, id_ = ready(world, *[world.odd("OddClause", three(GOOD, BURNS_ALMOST, 7))] * 16)
    receipt = world.close(terms)
    assert world.registry.statementOf(id_, 1).amount == 16 * 7
    assert 16 * 490_000 < receipt.gas_used < 16 * 530_000


def test_too_little_gas_for_a_clause_is_refused_at_proposal(world):
    terms = world.terms()
    with pytest.raises(Refused) as caught:
        world.registry.propose(terms, sender=PRODUCER, gas=300_000)
    assert caught.value.name == "GasTooLow"
    assert 0 < caught.value.given["left"] < caught.value.given["needed"] == CLAUSE_GAS_NEEDED


def test_the_error_for_too_little_gas_names_what_is_left_and_needed(world):
    terms, id_ = ready(world, world.clause())
    with pytest.raises(Refused) as caught:
        world.registry.close(terms, sender=STRANGER, gas=400_000)
    left = caught.value.given["left"]
    with refuses("GasTooLow", left=left, needed=CLAUSE_GAS_NEEDED):
        world.registry.close(terms, sender=STRANGER, gas=400_000)
    assert world.registry.agreementOf(id_).periods == 0


@pytest.mark.gas
def test_no_gas_starves_a_clause_into_another_line(world):
    """Two clauses that would answer 8 if they were given less than 500,000 gas answer 7, or there is no line at all."""
    terms, id_ = ready(world, *[world.odd("OddClause", three(GOOD, TELLS_GAS, 7))] * 2)
    stand, seen = world.registry.agreementOf(id_), []
    for gas in range(500_000, 700_000, 251):
        try:
            world.registry.close(terms, sender=STRANGER, gas=gas)
        except (Refused, Halted) as stopped:
            seen.append(stopped.name if isinstance(stopped, Refused) else "Halted")
            assert world.registry.agreementOf(id_) == stand
        else:
            break
    assert world.registry.statementOf(id_, 1).amount == 14
    assert set(seen) <= {"GasTooLow", "Halted"} and seen.count("GasTooLow") > 100


def test_a_clause_that_is_starved_would_tell(world):
    odd = world.chain.deploy("OddClause")
    period = (bytes(32), *([0] * 7), *([False] * 3), *([0] * 6))
    params = three(GOOD, TELLS_GAS, 7)
    given = [odd.assess(period, params, gas=500_000 + 60_000 - short) for short in (0, 120_000)]
    assert given == [(7, False), (8, False)]
