"""Records that meters signed, brought by anyone.

recordSigned
├── given records that their meters signed on top of their words of today
│   ├── it records each as if the meter had, whoever brings them, several of one meter in order
│   └── it does what `record` does with words, month ends and events
├── given any field, the meter, the ledger or the chain changed: NotSignedByMeter
├── given a record brought again, out of order, or after one was skipped: NotSignedByMeter
├── given the other signature of the same message (malleable), or none, by whomever: NotSignedByMeter
├── given what `record` would refuse: refused the same, signed or not
└── given no records: NoRecords; one that is refused: none is kept
"""

import pytest
from eth_abi import encode
from eth_keys.datatypes import PrivateKey
from eth_utils import keccak
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contracts.world import ROOT_OF_DAY, STRANGER, World, month_end
from tests.evm import CHAIN_ID, NOBODY, Chain, event, refuses

JULY = World.JULY
KEYS = [PrivateKey(keccak(bytes([n]))) for n in range(1, 6)]
LIBRARIES = Chain().deploy("Libraries")
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
RECORD_TYPE = keccak(text="Record(uint256 last,uint64 generation,uint64 exported,uint16 day,bytes32 readingsRoot)")
DOMAIN_TYPE = keccak(text="EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")


def address_of(key):
    """A meter's address as the tests' chain writes it."""
    return key.public_key.to_address()


def domain(ledger, chain_id=CHAIN_ID):
    """The EIP-712 domain, written out."""
    values = [DOMAIN_TYPE, keccak(text="Solpact"), keccak(text="1"), chain_id, ledger]
    return keccak(encode(["bytes32", "bytes32", "bytes32", "uint256", "address"], values))


def compact(signature, *, other=False):
    """r and vs (EIP-2098); `other`: the second signature of the same message."""
    s, v = (ORDER - signature.s, 1 - signature.v) if other else (signature.s, signature.v)
    return signature.r.to_bytes(32, "big"), (s | v << 255).to_bytes(32, "big")


def signed(ledger, key, day, generation, exported=0, last=None, separator=None, root=ROOT_OF_DAY, other=False):
    """A record as a meter signs it on top of its word of today (or of `last`)."""
    word = ledger.wordOf(address_of(key)) if last is None else last
    kinds = ["bytes32", "uint256", "uint64", "uint64", "uint16", "bytes32"]
    message = keccak(encode(kinds, [RECORD_TYPE, word, generation, exported, day, root]))
    signature = key.sign_msg_hash(keccak(b"\x19\x01" + (separator or domain(ledger.address)) + message))
    return (address_of(key), generation, exported, day, root, *compact(signature, other=other))


@pytest.fixture
def ledger():
    """A ledger in August 2016."""
    return Chain(time=(JULY + 40) * 86_400).deploy("MeterLedger", CHAIN_ID)


def bring(ledger, *records, sender=STRANGER):
    """Anyone's transaction."""
    return ledger.recordSigned(list(records), sender=sender)


def test_the_domain_is_the_ledgers_own_on_its_chain(ledger):
    assert (ledger.chainId(), ledger.domainSeparator()) == (CHAIN_ID, domain(ledger.address))


def test_anyone_brings_what_meters_signed(ledger):
    twin = Chain(time=ledger.chain.time).deploy("MeterLedger", CHAIN_ID)
    receipt = bring(ledger, *(signed(ledger, key, JULY, n, 1) for n, key in enumerate(KEYS, start=1)))
    for n, key in enumerate(KEYS, start=1):
        twin.record(n, 1, JULY, ROOT_OF_DAY, sender=address_of(key))
        assert ledger.wordOf(address_of(key)) == twin.wordOf(address_of(key))
    assert receipt.events[0] == event(
        "Recorded", meter=address_of(KEYS[0]), day=JULY, generation=1, exported=1, readingsRoot=ROOT_OF_DAY
    )


def test_several_days_of_one_meter_come_in_order_and_a_month_end_is_kept(ledger):
    (key, *_), end = KEYS, month_end(JULY)
    first = signed(ledger, key, end, 5)
    twin = Chain(time=ledger.chain.time).deploy("MeterLedger", CHAIN_ID)
    twin.record(5, 0, end, ROOT_OF_DAY, sender=address_of(key))
    word = twin.wordOf(address_of(key))
    bring(ledger, first, signed(ledger, key, end + 1, 6, last=word))
    assert ledger.atMonthEnd(address_of(key), end) == word


@pytest.mark.parametrize("place", range(1, 5))
def test_a_record_of_which_anything_was_changed_is_refused(ledger, place):
    record = list(signed(ledger, KEYS[0], JULY, 5, 5))
    record[place] = ROOT_OF_DAY[::-1] if place == 4 else record[place] + 1
    with pytest.raises(Exception, match="NotSignedByMeter"):
        bring(ledger, tuple(record))


def test_a_record_signed_by_another_meter_is_refused(ledger):
    record = signed(ledger, KEYS[1], JULY, 5)
    with pytest.raises(Exception, match="NotSignedByMeter"):
        bring(ledger, (address_of(KEYS[0]), *record[1:]))


@pytest.mark.parametrize("elsewhere", [(NOBODY, CHAIN_ID), (None, CHAIN_ID + 1)])
def test_a_record_signed_for_another_ledger_or_chain_is_refused(ledger, elsewhere):
    where, chain_id = elsewhere
    record = signed(ledger, KEYS[0], JULY, 5, separator=domain(where or ledger.address, chain_id))
    with pytest.raises(Exception, match="NotSignedByMeter"):
        bring(ledger, record)


def test_a_record_holds_once_and_in_its_place(ledger):
    first = signed(ledger, KEYS[0], JULY, 5)
    bring(ledger, first)
    second = signed(ledger, KEYS[0], JULY + 1, 6)
    ledger.record(6, 0, JULY + 2, ROOT_OF_DAY, sender=address_of(KEYS[0]))
    for late in (first, second):
        with pytest.raises(Exception, match="NotSignedByMeter"):
            bring(ledger, late)


def test_the_other_signature_of_the_same_message_is_refused(ledger):
    with pytest.raises(Exception, match="NotSignedByMeter"):
        bring(ledger, signed(ledger, KEYS[0], JULY, 5, other=True))
    *record, _ = signed(ledger, KEYS[0], JULY, 5)
    with refuses("NotSignedByMeter", index=0, meter=address_of(KEYS[0]), signer=NOBODY):
        bring(ledger, (*record, (ORDER // 2 + 1).to_bytes(32, "big")))


@given(
    digest=st.binary(min_size=32, max_size=32),
    key=st.sampled_from(KEYS),
    spoilt=st.none()
    | st.tuples(st.sampled_from(["r", "vs"]), st.sampled_from([0, 1, ORDER, ORDER // 2, ORDER // 2 + 1])),
)
@settings(max_examples=100)
def test_who_signed_is_what_openzeppelin_says(digest, key, spoilt):
    words = dict(zip(("r", "vs"), compact(key.sign_msg_hash(digest)), strict=True))
    if spoilt:
        words[spoilt[0]] = spoilt[1].to_bytes(32, "big")
    ours, theirs = LIBRARIES.signers(digest, words["r"], words["vs"])
    assert ours == theirs
    assert spoilt or ours == address_of(key)


def test_no_signature_is_not_that_of_nobody(ledger):
    with refuses("NotSignedByMeter", index=0, meter=NOBODY, signer=NOBODY):
        bring(ledger, (NOBODY, 5, 0, JULY, ROOT_OF_DAY, bytes(32), bytes(32)))


def test_a_meter_that_brings_its_own_record_signs_it_too(ledger):
    """`record` is what a meter calls: here it is one bringer among others."""
    meter = address_of(KEYS[0])
    unsigned = (meter, 5, 0, JULY, ROOT_OF_DAY, bytes(32), bytes(32))
    with refuses("NotSignedByMeter", index=0, meter=meter, signer=NOBODY):
        bring(ledger, unsigned, sender=meter)
    of_another = (meter, *signed(ledger, KEYS[1], JULY, 5, last=0)[1:])
    with refuses("NotSignedByMeter", index=0, meter=meter, signer=address_of(KEYS[1])):
        bring(ledger, of_another, sender=meter)
    bring(ledger, signed(ledger, KEYS[0], JULY, 5), sender=meter)
    assert ledger.wordOf(meter) & 0xFFFF == JULY


def test_what_a_meter_may_not_record_it_may_not_sign(ledger):
    key, who = KEYS[0], address_of(KEYS[0])
    ledger.record(5, 5, JULY, ROOT_OF_DAY, sender=who)
    for record, error in (
        (signed(ledger, key, JULY, 5, 5), "DayNotAfterLast"),
        (signed(ledger, key, JULY + 41, 5, 5), "DayNotEnded"),
        (signed(ledger, key, JULY + 1, 4, 5), "GenerationWentBack"),
        (signed(ledger, key, JULY + 1, 5, 4), "ExportWentBack"),
        (signed(ledger, key, JULY + 1, 2**40, 5), "RegisterTooLarge"),
    ):
        with pytest.raises(Exception, match=error):
            bring(ledger, record)


def test_a_batch_without_records_is_refused(ledger):
    with refuses("NoRecords"):
        bring(ledger)


def test_a_batch_with_one_bad_record_keeps_none_and_names_it(ledger):
    good, bad = signed(ledger, KEYS[0], JULY, 5), (address_of(KEYS[1]), 5, 0, JULY, ROOT_OF_DAY, bytes(32), bytes(32))
    with refuses("NotSignedByMeter", index=1, meter=address_of(KEYS[1]), signer=NOBODY):
        bring(ledger, good, bad)
    assert ledger.wordOf(address_of(KEYS[0])) == 0
