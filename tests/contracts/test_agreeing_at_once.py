"""PPARegistry.agree: proposed and signed in one transaction, with signatures of the terms.

agree
├── given both signatures, or that of the party that does not bring it, until the end of the long-stop day: Proposed and
│   Signed, in one block
├── given a proposal of the producer: the consumer's signature is enough, whoever brings it
├── given a wallet that is a contract: it is asked (test_acting.py has its moods)
├── when it comes later, whoever brings it: LongStopPassed; unless the terms supersede others
├── given a signature of other terms, of another, malleable, short, or of nobody: NotSignedBy, whoever brings it
├── given terms that `propose` would refuse: refused the same
└── given terms that were agreed, or dropped by either party before: AlreadyProposed
"""

import pytest

from tests.contracts.signing import ARBITER, CONSUMER, CONSUMER_KEY, PRODUCER, PRODUCER_KEY, STRANGER_KEY, compact
from tests.contracts.test_agreeing import BAD
from tests.contracts.world import METER, REJECTED, SIGNED, STRANGER, WITHDRAWN, World
from tests.evm import NOBODY, event, refuses

JULY = World.JULY
ANYONE = [PRODUCER, CONSUMER, METER, ARBITER, STRANGER]
KEYS = {PRODUCER: PRODUCER_KEY, CONSUMER: CONSUMER_KEY}


@pytest.fixture
def terms(world):
    return world.terms(producer=PRODUCER, consumer=CONSUMER, arbiter=ARBITER, longStopDay=JULY + 40)


def signatures(world, terms, *parties):
    """Those of the parties, in the order of the function; of the other nothing."""
    id_ = world.registry.idOf(terms)
    return [compact(KEYS[party], id_) if party in parties else b"" for party in (PRODUCER, CONSUMER)]


def agree(world, terms, sender, *parties):
    """Brings the signatures of these parties."""
    return world.registry.agree(terms, *signatures(world, terms, *parties), sender=sender)


@pytest.mark.parametrize("sender", ANYONE)
def test_anyone_brings_both_signatures(world, terms, sender):
    id_ = world.registry.idOf(terms)
    receipt = agree(world, terms, sender, PRODUCER, CONSUMER)
    proposed = event("Proposed", id=id_, producer=PRODUCER, consumer=CONSUMER, terms=terms)
    assert (receipt.value, receipt.events) == (id_, [proposed, event("Signed", id=id_)])
    assert world.registry.agreementOf(id_) == (SIGNED, 0, 1_000, 1_000, 0, 0, False, 0, 0, 0)


@pytest.mark.parametrize(("sender", "other"), [(PRODUCER, CONSUMER), (CONSUMER, PRODUCER)])
def test_a_party_that_brings_it_needs_no_signature_of_its_own(world, terms, sender, other):
    receipt = agree(world, terms, sender, other)
    assert [e.name for e in receipt.events] == ["Proposed", "Signed"]
    assert world.registry.agreementOf(receipt.value).status == SIGNED


@pytest.mark.parametrize("sender", ANYONE)
def test_what_the_producer_proposed_needs_the_consumers_signature_only(world, terms, sender):
    id_ = world.registry.propose(terms, sender=PRODUCER).value
    world.chain.block = 2_000
    receipt = agree(world, terms, sender, CONSUMER)
    assert (receipt.value, receipt.events) == (id_, [event("Signed", id=id_)])
    assert world.registry.agreementOf(id_) == (SIGNED, 0, 1_000, 2_000, 0, 0, False, 0, 0, 0)


def test_the_consumer_may_sign_a_proposal_by_agreeing(world, terms):
    id_ = world.registry.propose(terms, sender=PRODUCER).value
    assert agree(world, terms, CONSUMER).events == [event("Signed", id=id_)]


@pytest.mark.parametrize("sender", ANYONE)
@pytest.mark.parametrize("is_proposed", [False, True])
def test_it_holds_until_the_end_of_the_long_stop_day_whoever_brings_it(world, terms, sender, is_proposed):
    if is_proposed:
        world.registry.propose(terms, sender=PRODUCER)
    world.chain.time = (JULY + 41) * 86_400
    with refuses("LongStopPassed", longStopDay=JULY + 40, today=JULY + 41):
        agree(world, terms, sender, PRODUCER, CONSUMER)
    world.chain.time -= 1
    assert agree(world, terms, sender, PRODUCER, CONSUMER).events[-1].name == "Signed"


@pytest.mark.parametrize("sender", ANYONE)
def test_terms_that_supersede_others_can_be_agreed_later(world, terms, sender):
    """They have no force without an act, which both sign."""
    terms = terms._replace(supersedes=b"\1" * 32)
    world.chain.time = (JULY + 41) * 86_400
    agree(world, terms, sender, PRODUCER, CONSUMER)
    assert world.registry.agreementOf(world.registry.idOf(terms)).status == SIGNED


def spoilt(world, terms, party):
    """Signatures that are not the party's of these terms."""
    id_, other = world.registry.idOf(terms), world.registry.idOf(terms._replace(salt=2))
    key, others = KEYS[party], next(key for whose, key in KEYS.items() if whose != party)
    good = compact(key, id_)
    return [
        compact(key, other),
        compact(STRANGER_KEY, id_),
        compact(others, id_),
        compact(key, id_, other=True),
        good[:-1],
        good + b"\0",
        bytes(64),
        b"",
    ]


@pytest.mark.parametrize(("sender", "party"), [(who, party) for who in ANYONE for party in KEYS if who != party])
def test_a_signature_that_is_not_the_partys_is_refused_whoever_brings_it(world, terms, sender, party):
    id_ = world.registry.idOf(terms)
    for signature in spoilt(world, terms, party):
        given = signatures(world, terms, PRODUCER, CONSUMER)
        given[0 if party == PRODUCER else 1] = signature
        with refuses("NotSignedBy", party=party, digest=id_):
            world.registry.agree(terms, *given, sender=sender)
    assert world.registry.agreementOf(id_).status == 0


@pytest.mark.parametrize("sender", [who for who in ANYONE if who != CONSUMER])
def test_a_proposal_is_not_agreed_without_the_consumer(world, terms, sender):
    id_ = world.registry.propose(terms, sender=PRODUCER).value
    for signature in spoilt(world, terms, CONSUMER):
        with refuses("NotSignedBy", party=CONSUMER, digest=id_):
            world.registry.agree(terms, b"", signature, sender=sender)
    assert world.registry.agreementOf(id_).signedBlock == 0


def test_nobody_signs_for_the_zero_address(world, terms):
    nobodys = terms._replace(producer=NOBODY)
    with refuses("NotSignedBy", party=NOBODY, digest=world.registry.idOf(nobodys)):
        world.registry.agree(nobodys, bytes(64), b"", sender=CONSUMER)


@pytest.mark.parametrize(("changes", "error", "args"), BAD)
@pytest.mark.parametrize("sender", [PRODUCER, CONSUMER, STRANGER])
def test_terms_that_make_no_sense_are_refused_whoever_signed_them(world, sender, changes, error, args):
    ours = {"0x" + "a1" * 20: PRODUCER, "0x" + "c1" * 20: CONSUMER}
    changes, args = ({name: ours.get(v, v) for name, v in table.items()} for table in (changes, args))
    bad = world.terms(**({"producer": PRODUCER, "consumer": CONSUMER, "longStopDay": JULY} | changes))
    with refuses(error, **args):
        agree(world, bad, sender, PRODUCER, CONSUMER)


@pytest.mark.parametrize("sender", ANYONE)
@pytest.mark.parametrize("fate", ["withdrawn", "rejected", "agreed"])
@pytest.mark.parametrize("is_proposed", [False, True])
def test_terms_that_were_agreed_or_dropped_are_refused(world, terms, sender, fate, is_proposed):
    """A party takes back its signature of terms that were never proposed, too: nobody can bring it any more."""
    id_ = world.registry.idOf(terms)
    if is_proposed:
        world.registry.propose(terms, sender=PRODUCER)
    if fate == "agreed":
        agree(world, terms, PRODUCER, CONSUMER)
    if fate == "withdrawn":
        world.registry.withdraw(terms, sender=PRODUCER)
    if fate == "rejected":
        world.registry.reject(terms, sender=CONSUMER)
    status = {"withdrawn": WITHDRAWN, "rejected": REJECTED, "agreed": SIGNED}[fate]
    before = world.registry.agreementOf(id_)
    with refuses("AlreadyProposed", id=id_, status=status):
        agree(world, terms, sender, PRODUCER, CONSUMER)
    assert world.registry.agreementOf(id_) == before
