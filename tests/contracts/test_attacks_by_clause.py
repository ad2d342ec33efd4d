"""Attacks by a clause's author, and by who gives a close its gas.

clause
├── given one that answers at proposal and then parrots, goes away, or answers over 48 bits: never a statement of it
├── when it looks at its registry while it is asked: it sees the agreement as it stood before
├── when it calls any act of the registry from within: nothing comes of it
└── known limits: one that its author or the transaction can change is trusted by who signs it
gas, on every fork that a network may have
├── when it is the least that closes: the very statement that plenty gives; a unit less: nothing
├── when sixteen clauses burn all they may, or answer with all the memory that it gives: the close fits 10,000,000
├── when the close comes from so deep in the stack that a clause's own calls fail: the same close or none
└── known limit: from there, a clause that swallows a failed call answers another line
"""

import pyrevm
import pytest
from eth_abi import encode as abi_encode
from eth_utils import keccak

from tests.contracts.world import (
    CONSUMER,
    METER,
    PRODUCER,
    STRANGER,
    Clause,
    World,
    guarantee,
    role,
    three,
)
from tests.evm import Halted, Refused, functions, refuses

FORKS = ["Byzantium", "Istanbul", "Berlin", "London", "Shanghai", "Prague"]  # spelt so: any other name is the latest
MOST_GAS = 10_000_000  # below the smallest block, 10,485,760
PLENTY = 2**50
GOOD, LENGTH, BURNS, BURNS_ALMOST, REVERTS_LENGTH, BOMB = 0, 3, 4, 7, 12, 475_000
ACTS = [("withdraw", PRODUCER), ("sign", CONSUMER), ("serve", METER), ("propose", PRODUCER)]
PARTIAL = [(PRODUCER, 0, 1), (STRANGER, 0, 0), (PRODUCER, 1, 3), (STRANGER, 1, 2)]
CLOSE = functions("PPARegistry")["close"]


def ready(world, *clauses, **changes):
    """A running agreement whose July can be closed, with 1 MWh in it."""
    terms, id_ = world.running(clauses=clauses, **changes)
    world.record_month_ends((0, 0), (1_000_000, 0))
    return terms, id_


# --------------------------------------------------------------------------------------------------------------- clause


def test_a_clause_that_answers_everything_with_its_selector_never_makes_a_line(world):
    parrot = world.odd("ParrotClause")
    terms, id_ = ready(world, world.clause(), parrot)
    answer = functions("EnergyCharge")["check"].selector.ljust(32, b"\0")
    with refuses("ClauseFailed", index=1, answer=answer):
        world.close(terms)
    assert world.registry.agreementOf(id_).periods == 0


@pytest.mark.parametrize("line", [2**47, -(2**47) - 1, -(2**255), 2**255 - 1, 2**48, 2**255 + 2**200 - 2**256])
def test_a_clause_whose_line_grows_over_48_bits_after_the_signature_blocks_and_its_return_unblocks(world, line):
    fickle = world.chain.deploy("FickleClause")
    terms, id_ = ready(world, Clause(fickle.address, b""))
    fickle.set(line, sender=PRODUCER)
    with pytest.raises(Refused, match="ClauseFailed"):
        world.close(terms)
    fickle.set(-1, sender=PRODUCER)
    world.close(terms)
    assert world.registry.agreementOf(id_).balance == -1


def test_a_clause_sees_the_agreement_as_it_stood_before_the_close(world):
    terms, id_ = ready(world, world.odd("PeepingClause"))
    world.close(terms)
    world.record(World.JULY + 61, 1_000_000)
    world.close(terms)
    lines = [world.registry.statementOf(id_, n).amount for n in (1, 2)]
    assert lines == [0 * 16 + 5, 1 * 16 + 5]


@pytest.mark.parametrize(
    ("name", "who"), [("withdraw", PRODUCER), ("sign", CONSUMER), ("serve", METER), ("propose", PRODUCER)]
)
def test_an_act_from_within_a_clause_comes_to_nothing(world, name, who):
    again = world.chain.deploy("ReentrantClause")
    terms, id_ = ready(world, Clause(again.address, b""))
    again.set(functions("PPARegistry")[name].call(terms._replace(producer=again.address, salt=7)), sender=who)
    world.close(terms, sender=who)
    assert world.registry.statementOf(id_, 1).amount == 0
    assert world.registry.agreementOf(id_).periods == 1


def test_known_limit_the_author_of_a_clause_with_a_memory_changes_the_line_after_the_signature(world):
    """A signature on a rule is trust in its code; the verifier names every rule that is not a published one."""
    fickle = world.chain.deploy("FickleClause")
    terms, id_ = ready(world, Clause(fickle.address, b""))
    fickle.set(777, sender=PRODUCER)
    world.close(terms)
    assert world.registry.agreementOf(id_).balance == 777


def test_known_limit_a_rule_whose_code_was_replaced_is_asked_as_it_is_now(world):
    first, second = world.odd("OddClause", three(0, 0, 5)), world.odd("GasClause")
    terms, id_ = ready(world, first)
    code = world.chain.evm.get_code(second.rule)
    world.chain.destroy(first.rule)
    world.chain.evm.insert_account_info(first.rule, pyrevm.AccountInfo(nonce=1, code=code))
    world.close(terms)
    assert world.registry.agreementOf(id_).balance not in (0, 5)


@pytest.mark.parametrize(
    ("who", "second", "line"), [(PRODUCER, 0, 1), (STRANGER, 0, 0), (PRODUCER, 1, 3), (STRANGER, 1, 2)]
)
def test_known_limit_a_partial_clause_answers_by_who_closes_and_when(world, who, second, line):
    terms, id_ = ready(world, world.odd("PartialClause", bytes(12) + bytes.fromhex(PRODUCER[2:])))
    world.chain.time += second
    world.close(terms, sender=who)
    assert world.registry.agreementOf(id_).balance == line


# ------------------------------------------------------------------------------------------------------------------ gas


def slot(*keys):
    """Of an entry of a mapping, the first key being the mapping's own slot."""
    at = keys[0]
    for key in keys[1:]:
        at = int.from_bytes(keccak(abi_encode(["uint256", "uint256"], [key, at])), "big")
    return at


def cold(world, fork, id_):
    """The same chain under the rules of a fork, nothing of it touched yet: from Berlin on that costs more gas."""
    old, meter, known = world.chain.evm, int(METER, 16), [(world.registry, slot(0, int.from_bytes(id_, "big")))]
    known += [(world.ledger, slot(0, meter))]
    known += [(world.ledger, slot(1, meter, day)) for day in (0, World.JULY - 1, World.JULY + 30)]
    env = pyrevm.Env(block=pyrevm.BlockEnv(number=world.chain.block, timestamp=world.chain.time))
    world.chain.evm = pyrevm.EVM(spec_id=fork, env=env, gas_limit=2**63)
    for address in filter(old.get_code, old.journal_state):
        world.chain.evm.insert_account_info(address, pyrevm.AccountInfo(nonce=1, code=old.get_code(address)))
    for holder, at in known:
        world.chain.evm.insert_account_storage(holder.address, at, old.storage(holder.address, at))


def closed(world, fork, terms, id_, gas):
    """What a close with this gas tells, on a chain that is as before; None if it stops."""
    calm = world.chain.evm
    cold(world, fork, id_)
    try:
        return world.registry.close(terms, sender=STRANGER, gas=gas).events
    except (Refused, Halted) as stopped:
        assert isinstance(stopped, Halted) or stopped.name == "GasTooLow" or stopped.raw == b""
        return None
    finally:
        world.chain.evm = calm


def least_gas(world, fork, terms, id_):
    """The least gas with which a close succeeds."""
    low, high = 21_000, 50_000_000
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if closed(world, fork, terms, id_, middle) is None else (low, middle)
    return high


def test_the_forks_are_really_those_that_are_named(world):
    """PUSH0 is of Shanghai, SHL of Constantinople: an unknown name would silently be the latest fork."""
    calm, known = world.chain.evm, []
    for fork in FORKS:
        cold(world, fork, bytes(32))
        for at, code in ((role(0x70), "5f00"), (role(0x71), "600160011b00")):
            world.chain.evm.insert_account_info(at, pyrevm.AccountInfo(nonce=1, code=bytes.fromhex(code)))
        known.append(tuple(runs(world, role(n)) for n in (0x70, 0x71)))
        world.chain.evm = calm
    assert known == [(False, False), *[(False, True)] * 3, *[(True, True)] * 2]


def runs(world, address):
    """Whether the code there meets no unknown instruction."""
    try:
        world.chain.send(STRANGER, address, b"")
    except Halted as halted:
        assert "NotActivated" in str(halted)
        return False
    return True


@pytest.mark.gas
@pytest.mark.parametrize("fork", FORKS)
@pytest.mark.parametrize("lone", [True, False])
def test_the_least_gas_that_closes_gives_the_very_statement_that_plenty_gives(world, fork, lone):
    promise = world.clause(guarantee(energy=2_000_000, window=1), world.guarantee)
    others = () if lone else (world.clause(), promise, world.odd("GasClause"))
    terms, id_ = ready(world, world.odd("GasClause"), *others)
    least = least_gas(world, fork, terms, id_)
    spare = (0, 1, 997, 50_000, least, PLENTY)
    seen = [closed(world, fork, terms, id_, least + more) for more in spare]
    assert all(events == seen[0] for events in seen) and len(seen[0][1].args["lines"]) == 1 + len(others)


@pytest.mark.parametrize("gas", range(30_000, 600_000, 3_001))
def test_no_gas_at_proposal_makes_another_id_or_another_check(world, gas):
    terms = world.terms()
    try:
        assert world.registry.propose(terms, sender=PRODUCER, gas=gas).value == world.registry.idOf(terms)
    except (Refused, Halted) as stopped:
        assert isinstance(stopped, Halted) or stopped.name == "GasTooLow"
        assert world.registry.agreementOf(world.registry.idOf(terms)).status == 0


COSTLIEST = [(BURNS_ALMOST, 2**47 - 1), (BURNS, 0), (LENGTH, BOMB), (REVERTS_LENGTH, BOMB)]


@pytest.mark.parametrize("fork", FORKS)
@pytest.mark.parametrize(("how", "argument"), COSTLIEST)
def test_sixteen_of_the_costliest_clauses_close_within_ten_million_gas(world, fork, how, argument):
    terms, id_ = ready(world, *[world.odd("OddClause", three(GOOD, how, argument))] * 16)
    world.chain.time = (World.JULY + 31 + terms.disputeDays) * 86_400
    balance = 16 * argument if how == BURNS_ALMOST else 0
    assert closed(world, fork, terms, id_, MOST_GAS)[1].args["balance"] == balance


def deepest(world, terms, id_):
    """Closes from ever less deep in the stack until it succeeds: what stopped it before, and the line."""
    caller, stops = world.chain.deploy("Caller"), []
    for depth in range(1_025, 1_000, -1):
        try:
            caller.deep(depth, world.registry.address, CLOSE.call(terms), sender=STRANGER, gas=2**62)
        except (Refused, Halted) as stopped:
            stops.append(stopped)
        else:
            break
    return stops, world.registry.statementOf(id_, 1).amount


def test_a_close_from_deep_in_the_stack_is_the_same_close_or_none(world):
    promise = world.clause(guarantee(energy=2_000_000, window=1), world.guarantee)
    stops, line = deepest(world, *ready(world, promise))
    assert stops and line == -10_000


def test_known_limit_a_clause_that_swallows_a_failed_call_can_be_made_to_by_the_depth_of_the_stack(world):
    """It takes 5 × 10^12 gas in one transaction. No published clause swallows one."""
    stops, line = deepest(world, *ready(world, world.odd("SwallowingClause")))
    assert stops and line == 1
