"""The agreement's id, against eth_account's EIP-712, and calldata that no honest encoder would make.

digest
├── of any terms: eth_account's digest of the same typed data, domain included; the words in full there, their hash here
├── of a request: by the name of its right
└── of odd calldata
    ├── overlapping tails, shifted tails, garbage between or behind: the id of the values that anyone decodes
    └── dirty bits, offsets or lengths beyond the calldata: refused
"""

from itertools import count

import pytest
from eth_abi import encode
from eth_account.messages import _hash_eip191_message, encode_typed_data
from eth_utils import keccak
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contracts.signing import REQUEST_TYPE, RIGHTS, domain
from tests.contracts.world import CONSUMER, PRODUCER, Clause, Terms, World, energy_charge, role
from tests.evm import CHAIN_ID, NOBODY, Chain, Refused, functions, refuses

LIBRARIES = Chain().deploy("Libraries")
IDOF = functions("PPARegistry")["idOf"]
DECODED = functions("Libraries")["decoded"]
TYPES = {
    "Terms": [
        ("words", "string"),
        ("producer", "address"),
        ("consumer", "address"),
        ("meter", "address"),
        ("arbiter", "address"),
        ("firstDay", "uint16"),
        ("firstMonth", "uint16"),
        ("months", "uint16"),
        ("disputeDays", "uint16"),
        ("noticeDays", "uint16"),
        ("silenceDays", "uint16"),
        ("longStopDay", "uint16"),
        ("currency", "bytes3"),
        ("timeZone", "bytes32"),
        ("maxPower", "uint64"),
        ("maxClaim", "uint64"),
        ("documentHash", "bytes32"),
        ("supersedes", "bytes32"),
        ("salt", "uint256"),
        ("clauses", "Clause[]"),
    ],
    "Clause": [("rule", "address"), ("params", "bytes")],
}


def digest(terms: Terms, words: str, chain_id: int, registry: str) -> bytes:
    """By eth_account: the words as the wallet shows them."""
    types = {struct: [{"name": n, "type": t} for n, t in fields] for struct, fields in TYPES.items()}
    message = terms._asdict() | {"words": words, "clauses": [clause._asdict() for clause in terms.clauses]}
    del message["wordsHash"]
    domain = {"name": "Solpact", "version": "1", "chainId": chain_id, "verifyingContract": registry}
    return bytes(_hash_eip191_message(encode_typed_data(domain_data=domain, message_types=types, message_data=message)))


def number(bits):
    return st.sampled_from([0, 1, 2**bits - 1]) | st.integers(0, 2**bits - 1)


ADDRESS = st.binary(min_size=20, max_size=20).map(lambda b: "0x" + b.hex())
WORD = st.binary(min_size=32, max_size=32)
CLAUSE = st.builds(Clause, rule=ADDRESS, params=st.binary(max_size=100))
TERMS = st.builds(
    Terms,
    wordsHash=st.just(b""),
    producer=ADDRESS,
    consumer=ADDRESS,
    meter=ADDRESS,
    arbiter=ADDRESS,
    firstDay=number(16),
    firstMonth=number(16),
    months=number(16),
    disputeDays=number(16),
    noticeDays=number(16),
    silenceDays=number(16),
    longStopDay=number(16),
    currency=st.binary(min_size=3, max_size=3),
    timeZone=WORD,
    maxPower=number(64),
    maxClaim=number(64),
    documentHash=WORD,
    supersedes=WORD,
    salt=number(256),
    clauses=st.lists(CLAUSE, max_size=4).map(tuple),
)


def with_words(terms: Terms, words: str) -> Terms:
    """In calldata the words are their hash."""
    return terms._replace(wordsHash=keccak(text=words))


WORDS = "El consumidor paga 0,10 €/kWh.\nIl n’y a pas d’arbitre: “ninguno”."


@given(terms=TERMS, words=st.text(st.characters(codec="utf-8"), max_size=200), chain_id=number(256), registry=ADDRESS)
def test_the_id_of_any_terms_is_their_eip_712_digest(terms, words, chain_id, registry):
    ours = LIBRARIES.digest(with_words(terms, words), chain_id, registry)
    assert ours == digest(terms, words, chain_id, registry)


def test_the_registry_uses_its_own_chain_id_and_address(world):
    terms = with_words(world.terms(clauses=(world.clause(), world.clause(b"\1" * 33))), WORDS)
    assert world.registry.idOf(terms) == digest(terms, WORDS, CHAIN_ID, world.registry.address)


DEAL = {"producer", "consumer", "meter", "arbiter", "wordsHash", "supersedes", "salt"}


@given(terms=TERMS, other=TERMS)
def test_the_same_deal_differs_in_keys_meter_arbiter_words_and_salt_alone(terms, other):
    """What one party and the arbiter can hand over to: field by field, and all of them at once."""
    terms = terms._replace(wordsHash=bytes(32))
    other = other._replace(wordsHash=b"\1" * 32)
    deal = LIBRARIES.dealHash(terms)
    assert LIBRARIES.dealHash(terms._replace(**{name: getattr(other, name) for name in DEAL})) == deal
    for name in Terms._fields:
        changed = terms._replace(**{name: getattr(other, name)})
        assert (LIBRARIES.dealHash(changed) == deal) == (name in DEAL or changed == terms), name


@pytest.mark.parametrize("right", range(len(RIGHTS)))
@given(
    agreement=WORD,
    fields=st.tuples(number(32), st.integers(-(2**63), 2**63 - 1), number(16), WORD, number(64)),
    registry=ADDRESS,
)
@settings(max_examples=10)
def test_a_request_is_signed_by_the_name_of_its_right(right, agreement, fields, registry):
    kinds = ["bytes32", "bytes32", "bytes32", "uint32", "int64", "uint16", "bytes32", "uint64"]
    struct = keccak(encode(kinds, [REQUEST_TYPE, keccak(text=RIGHTS[right]), agreement, *fields]))
    message = keccak(b"\x19\x01" + domain(registry) + struct)
    assert LIBRARIES.requestDigest((right, *fields), RIGHTS[right].encode(), agreement, CHAIN_ID, registry) == message


def test_the_digest_of_ppa_is_the_same(world):
    from ppa.terms import Clause as OurClause
    from ppa.terms import Terms as OurTerms

    terms = with_words(world.terms(clauses=(world.clause(), world.clause(b"\1" * 33))), WORDS)
    ours = OurTerms(
        words_hash=terms.wordsHash,
        producer=terms.producer,
        consumer=terms.consumer,
        meter=terms.meter,
        arbiter=terms.arbiter,
        first_day=terms.firstDay,
        first_month=terms.firstMonth,
        months=terms.months,
        dispute_days=terms.disputeDays,
        notice_days=terms.noticeDays,
        silence_days=terms.silenceDays,
        long_stop_day=terms.longStopDay,
        currency="EUR",
        time_zone="Europe/Madrid",
        salt=terms.salt,
        max_power_w=terms.maxPower,
        max_claim_cents=terms.maxClaim,
        clauses=tuple(OurClause(c.rule, c.params) for c in terms.clauses),
    )
    assert ours.digest(CHAIN_ID, world.registry.address) == world.registry.idOf(terms)


# -------------------------------------------------------------------------------------------------------- odd calldata


def words(*values):
    return b"".join(v if isinstance(v, bytes) else v.to_bytes(32, "big") for v in values)


HEAD = [
    bytes(range(32)),
    *(int(a, 16) for a in (PRODUCER, CONSUMER, role(0x31), NOBODY)),
    World.JULY,
    1,
    3,
    30,
    0,
    0,
    World.JULY + 30,
    b"EUR".ljust(32, b"\0"),
    b"UTC".ljust(32, b"\0"),
    100_000,
    1_000,
    bytes(32),
    bytes(32),
    7,
]
FIELDS = len(HEAD) + 1
RULE = int(role(0xEC), 16)
PARAMS = words(96) + energy_charge()


def odd(clauses_at=FIELDS * 32, clauses=b"", terms_at=32, gap=b"", behind=b"", head=HEAD):
    """The arguments of a function of terms, offsets and gaps chosen by hand."""
    return words(terms_at) + gap + words(*head, clauses_at) + clauses + behind


TWO = words(2, 64, 64 + 64 + len(PARAMS), RULE, 64) + PARAMS + words(RULE, 64) + PARAMS
CANONICAL = odd(clauses=TWO)
ODD_BUT_CLEAR = {
    "two clauses that share one tail": odd(clauses=words(2, 64, 64, RULE, 64) + PARAMS),
    "garbage before the terms": odd(terms_at=64, gap=b"\xff" * 32, clauses=TWO),
    "garbage before the clauses": odd(clauses_at=(FIELDS + 2) * 32, clauses=b"\xff" * 64 + TWO),
    "garbage behind": odd(clauses=TWO, behind=b"\xff" * 77),
    "params that overlap the head of their clause": odd(clauses=words(1, 32, 96, 32, 96) + energy_charge()),
    "padding that is not zero": odd(clauses=words(1, 32, RULE, 64, 1, b"\7" + b"\xff" * 31)),
    "clauses from the end to the front": odd(
        clauses=words(2, 128 + len(PARAMS), 64, RULE, 64, PARAMS, RULE, 64, PARAMS)
    ),
    "an empty params at the very end": odd(clauses=words(1, 32, RULE, 64, 0)),
}
CANNOT_BE_READ = {
    "a terms offset beyond the calldata": odd(terms_at=2**64, clauses=TWO),
    "a terms offset that wraps": odd(terms_at=2**256 - 32, clauses=TWO),
    "a clauses offset beyond the calldata": odd(clauses_at=2**32, clauses=TWO),
    "more clauses than calldata": odd(clauses=words(2**40, 64)),
    "a number of clauses that wraps": odd(clauses=words(2**251, 64)),
    "a params offset beyond the calldata": odd(clauses=words(1, 32, RULE, 2**40)),
    "params longer than the calldata": odd(clauses=words(1, 32, RULE, 64, 96)),
    "a length of params that wraps": odd(clauses=words(1, 32, RULE, 64, 2**256 - 1)),
    "calldata cut in a clause": CANONICAL[:-1],
    "calldata cut in the head": CANONICAL[: 10 * 32],
    "nothing": b"",
}


@pytest.mark.parametrize("name", ODD_BUT_CLEAR)
def test_odd_calldata_has_the_id_of_the_values_that_anyone_decodes(world, name):
    terms = DECODED.outputs(LIBRARIES.chain.call(LIBRARIES.address, DECODED.selector + ODD_BUT_CLEAR[name]))[0]
    honest = Terms(*terms)._replace(clauses=tuple(Clause(*c) for c in terms.clauses))
    assert world.chain.call(world.registry.address, IDOF.selector + ODD_BUT_CLEAR[name]) == world.registry.idOf(honest)


def test_the_hand_made_canonical_calldata_is_what_an_encoder_makes(world):
    terms = DECODED.outputs(LIBRARIES.chain.call(LIBRARIES.address, DECODED.selector + CANONICAL))[0]
    assert LIBRARIES.decoded(terms) == terms
    assert DECODED.encode((terms,)) == CANONICAL


@pytest.mark.parametrize("name", CANNOT_BE_READ)
def test_calldata_that_cannot_be_read_is_refused(world, name):
    with pytest.raises(Refused):
        world.chain.call(world.registry.address, IDOF.selector + CANNOT_BE_READ[name])


def test_clauses_that_stand_before_their_terms_are_logged_and_hashed_as_what_they_are(world):
    """Solidity reads an offset below zero (no encoder makes one): event and id still speak of the same values."""
    before = words(1, 32, int(world.energy.address, 16), 64) + PARAMS
    calldata = odd(terms_at=32 + len(before), gap=before, clauses_at=2**256 - len(before))
    propose = functions("PPARegistry")["propose"].selector
    receipt = world.chain.send(PRODUCER, world.registry.address, propose + calldata)
    logged = receipt.events[0].args
    honest = Terms(*logged["terms"])
    assert honest.clauses == ((world.energy.address, energy_charge()),)
    assert logged["id"] == receipt.output == world.registry.idOf(honest)


def test_an_offset_that_wraps_to_nothing_has_no_clauses(world):
    propose = functions("PPARegistry")["propose"].selector
    with refuses("NoClauses"):
        world.chain.send(PRODUCER, world.registry.address, propose + odd(clauses_at=2**256 - 64))


WHOLE = {"wordsHash", "timeZone", "documentHash", "supersedes", "salt", "clauses"}
DIRTY = {name: place for place, name in enumerate(Terms._fields) if name not in WHOLE}


@pytest.mark.parametrize("name", DIRTY)
def test_dirty_bits_beside_a_short_field_are_refused(world, name):
    place = 32 * (1 + DIRTY[name]) + (31 if name == "currency" else 0)
    dirty = CANONICAL[:place] + b"\1" + CANONICAL[place + 1 :]
    with pytest.raises(Refused):
        world.chain.call(world.registry.address, IDOF.selector + dirty)


def test_dirty_bits_in_a_clauses_rule_are_refused(world):
    with pytest.raises(Refused):
        world.chain.call(world.registry.address, IDOF.selector + odd(clauses=words(1, 32, RULE + 2**160, 64) + PARAMS))


def test_i9_every_bit_of_the_calldata_changes_the_id_or_is_refused(world):
    seen = {world.chain.call(world.registry.address, IDOF.selector + CANONICAL)}
    offsets = {0, *range(FIELDS * 32, (FIELDS + 1) * 32), *range((FIELDS + 1) * 32, (FIELDS + 4) * 32)}
    for place, turn in zip(range(32, len(CANONICAL)), count()):
        if place in offsets:
            continue
        flipped = CANONICAL[:place] + bytes([CANONICAL[place] ^ (1 << turn % 8)]) + CANONICAL[place + 1 :]
        try:
            id_ = world.chain.call(world.registry.address, IDOF.selector + flipped)
        except Refused:
            continue
        assert id_ not in seen, place
        seen.add(id_)
    assert len(seen) > 400
