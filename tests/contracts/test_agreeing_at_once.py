"""PPARegistry.agree: proposed and signed in one transaction, with the other party's signature of the terms.

agree
├── given either party with the other's signature, until the end of the first day: Proposed and Signed, in one block
├── given a wallet that is a contract: it is asked (test_acting.py has its moods)
├── when another brings it: NotAParty; later: SignatureTooLate
├── given a signature of other terms, of another, malleable, short, or of nobody: NotSignedBy
├── given terms that `propose` would refuse: refused the same
└── given that it was proposed, whatever became of it: AlreadyProposed
"""

import pytest

from tests.contracts.signing import ARBITER, CONSUMER, CONSUMER_KEY, PRODUCER, PRODUCER_KEY, STRANGER_KEY, compact
from tests.contracts.world import PROPOSED, SIGNED, STRANGER, World
from tests.evm import NOBODY, event, refuses

JULY = World.JULY


@pytest.fixture
def terms(world):
    return world.terms(producer=PRODUCER, consumer=CONSUMER)


@pytest.mark.parametrize(("sender", "key"), [(PRODUCER, CONSUMER_KEY), (CONSUMER, PRODUCER_KEY)])
def test_one_party_brings_the_others_signature(world, terms, sender, key):
    id_ = world.registry.idOf(terms)
    receipt = world.registry.agree(terms, compact(key, id_), sender=sender)
    proposed = event("Proposed", id=id_, producer=PRODUCER, consumer=CONSUMER, terms=terms)
    assert (receipt.value, receipt.events) == (id_, [proposed, event("Signed", id=id_)])
    assert world.registry.agreementOf(id_) == (SIGNED, 0, 1_000, 1_000, 0, 0, False, 0, 0, 0)


def test_it_holds_until_the_end_of_the_first_day(world, terms):
    signature = compact(CONSUMER_KEY, world.registry.idOf(terms))
    world.chain.time = (JULY + 1) * 86_400
    with refuses("SignatureTooLate", today=JULY + 1, firstDay=JULY):
        world.registry.agree(terms, signature, sender=PRODUCER)
    world.chain.time -= 1
    world.registry.agree(terms, signature, sender=PRODUCER)


def test_only_a_party_brings_it(world, terms):
    with refuses("NotAParty", caller=STRANGER):
        world.registry.agree(terms, compact(CONSUMER_KEY, world.registry.idOf(terms)), sender=STRANGER)


def test_another_signature_is_refused(world, terms):
    id_ = world.registry.idOf(terms)
    other = world.registry.idOf(terms._replace(salt=2))
    wrong = [
        compact(CONSUMER_KEY, other),
        compact(STRANGER_KEY, id_),
        compact(PRODUCER_KEY, id_),
        compact(CONSUMER_KEY, id_, other=True),
        compact(CONSUMER_KEY, id_)[:-1],
        bytes(64),
        b"",
    ]
    for signature in wrong:
        with refuses("NotSignedBy", party=CONSUMER, digest=id_):
            world.registry.agree(terms, signature, sender=PRODUCER)


def test_nobody_signs_for_the_zero_address(world, terms):
    nobodys = terms._replace(producer=NOBODY, arbiter=ARBITER)
    with refuses("NotSignedBy", party=NOBODY, digest=world.registry.idOf(nobodys)):
        world.registry.agree(nobodys, bytes(64), sender=CONSUMER)


def test_terms_that_make_no_sense_are_refused_whoever_signed_them(world, terms):
    bad = terms._replace(months=0)
    with refuses("NoMonths"):
        world.registry.agree(bad, compact(CONSUMER_KEY, world.registry.idOf(bad)), sender=PRODUCER)


@pytest.mark.parametrize("fate", ["proposed", "withdrawn", "rejected", "agreed"])
def test_terms_that_were_proposed_before_are_refused(world, terms, fate):
    id_ = world.registry.idOf(terms)
    signature = compact(CONSUMER_KEY, id_)
    if fate == "agreed":
        world.registry.agree(terms, signature, sender=PRODUCER)
    else:
        world.registry.propose(terms, sender=PRODUCER)
    if fate == "withdrawn":
        world.registry.withdraw(terms, sender=PRODUCER)
    if fate == "rejected":
        world.registry.reject(terms, sender=CONSUMER)
    status = {"proposed": PROPOSED, "withdrawn": 2, "rejected": 3, "agreed": SIGNED}[fate]
    with refuses("AlreadyProposed", id=id_, status=status):
        world.registry.agree(terms, signature, sender=PRODUCER)
