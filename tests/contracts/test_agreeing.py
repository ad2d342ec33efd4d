"""PPARegistry before anything is billed: propose, withdraw, sign, reject, serve.

constructor
├── when there is a ledger: chain id, ledger and domain are kept
└── when there is no contract at its address: NoLedger
propose
├── given good terms, when the producer proposes: the id is their EIP-712 digest; the event has them all
├── when someone else proposes: NotTheProducer
├── when a party is missing or doubled: ConsumerMissing, MeterMissing, ProducerIsConsumer, PartyAsMeter, PartyAsArbiter
├── when the term makes no sense: NotFirstOfMonth, NoMonths, TermTooLong (both limits), NoMaxPower
├── when the clauses make no sense: NoClauses, TooManyClauses (test_bad_clauses.py has the rest)
└── given that it was proposed, whatever became of it: AlreadyProposed
withdraw, sign, reject, serve: of each its one actor, its one status, its event
├── when another acts: NotTheProducer, NotTheConsumer, NotTheMeter
├── when the status is another: WrongStatus
└── serve, when the meter serves another: MeterServesAnother
"""

import pyrevm
import pytest

from tests.contracts.world import (
    CONSUMER,
    ENDED,
    METER,
    NONE,
    PRODUCER,
    PROPOSED,
    REJECTED,
    RUNNING,
    SIGNED,
    STRANGER,
    WITHDRAWN,
    World,
    day_of,
    role,
)
from tests.evm import CHAIN_ID, NOBODY, event, refuses

JULY = World.JULY


def test_the_registry_keeps_chain_id_and_ledger(world):
    assert (world.registry.chainId(), world.registry.ledger()) == (CHAIN_ID, world.ledger.address)


@pytest.mark.parametrize("nothing", [NOBODY, STRANGER, "0x" + "00" * 19 + "01"])
def test_a_ledger_address_without_code_is_refused(world, nothing):
    with refuses("NoLedger", ledger=nothing):
        world.chain.deploy("PPARegistry", CHAIN_ID, nothing)


def test_a_byte_of_code_and_a_watt_are_enough(world):
    """What has code is taken for the ledger; a plant has power from one watt on."""
    world.chain.evm.insert_account_info(STRANGER, pyrevm.AccountInfo(code=b"\0"))
    assert world.chain.deploy("PPARegistry", CHAIN_ID, STRANGER).ledger() == STRANGER
    _, id_ = world.proposed(maxPower=1)
    assert world.registry.agreementOf(id_).status == PROPOSED


def test_a_proposal_is_kept_under_the_hash_of_its_terms_and_told_whole(world):
    terms = world.terms()
    receipt = world.registry.propose(terms, sender=PRODUCER)

    id_ = world.registry.idOf(terms)
    assert receipt.value == id_
    assert receipt.events == [event("Proposed", id=id_, producer=PRODUCER, consumer=CONSUMER, terms=terms)]
    kept = world.registry.agreementOf(id_)
    assert kept == (PROPOSED, 0, 1_000, 0, 0, 0, 0, 0, 0, 0)


def test_an_id_that_was_never_proposed_has_the_empty_agreement(world):
    assert world.registry.agreementOf(bytes(32)) == (NONE, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    assert world.registry.agreementOf(world.registry.idOf(world.terms())).status == NONE


@pytest.mark.parametrize("who", [CONSUMER, METER, STRANGER])
def test_only_the_producer_proposes(world, who):
    with refuses("NotTheProducer", caller=who, producer=PRODUCER):
        world.registry.propose(world.terms(), sender=who)


@pytest.mark.parametrize(
    ("changes", "error", "args"),
    [
        ({"consumer": NOBODY}, "ConsumerMissing", {}),
        ({"meter": NOBODY}, "MeterMissing", {}),
        ({"consumer": PRODUCER}, "ProducerIsConsumer", {"party": PRODUCER}),
        ({"meter": PRODUCER}, "PartyAsMeter", {"meter": PRODUCER}),
        ({"meter": CONSUMER}, "PartyAsMeter", {"meter": CONSUMER}),
        ({"arbiter": PRODUCER}, "PartyAsArbiter", {"arbiter": PRODUCER}),
        ({"arbiter": CONSUMER}, "PartyAsArbiter", {"arbiter": CONSUMER}),
        ({"arbiter": METER}, "PartyAsArbiter", {"arbiter": METER}),
        ({"firstDay": JULY + 1}, "NotFirstOfMonth", {"firstDay": JULY + 1}),
        ({"firstDay": JULY - 1}, "NotFirstOfMonth", {"firstDay": JULY - 1}),
        ({"firstDay": 0}, "NotFirstOfMonth", {"firstDay": 0}),
        ({"firstDay": day_of(2100, 2, 28)}, "NotFirstOfMonth", {"firstDay": day_of(2100, 2, 28)}),
        ({"firstDay": 65_535}, "NotFirstOfMonth", {"firstDay": 65_535}),
        ({"months": 0}, "NoMonths", {}),
        ({"firstDay": day_of(2016, 3, 1), "months": 0}, "NoMonths", {}),
        ({"maxPower": 0}, "NoMaxPower", {}),
        ({"clauses": ()}, "NoClauses", {}),
    ],
)
def test_terms_that_make_no_sense_are_refused(world, changes, error, args):
    with refuses(error, **args):
        world.registry.propose(world.terms(**changes), sender=PRODUCER)


@pytest.mark.parametrize(
    ("first", "months"),
    [
        (day_of(1970, 2, 1), 2_152),  # to May 2149, the last whole month of 16 bits
        (day_of(2016, 7, 1), 1_595),
        (day_of(2149, 5, 1), 1),
    ],
)
def test_a_term_that_ends_in_may_2149_is_the_longest(world, first, months):
    world.proposed(firstDay=first, months=months)
    with refuses("TermTooLong", firstDay=first, months=months + 1):
        world.proposed(firstDay=first, months=months + 1)


@pytest.mark.parametrize("months", [4_095, 4_096, 65_535])
def test_a_term_of_thousands_of_months_is_refused(world, months):
    with refuses("TermTooLong", firstDay=day_of(1970, 2, 1), months=months):
        world.proposed(firstDay=day_of(1970, 2, 1), months=months)


def test_june_2149_does_not_end_in_16_bits(world):
    june = day_of(2149, 6, 1)
    with refuses("TermTooLong", firstDay=june, months=1):
        world.proposed(firstDay=june, months=1)


def test_sixteen_clauses_are_accepted(world):
    world.proposed(clauses=(world.clause(),) * 16)


def test_seventeen_clauses_are_refused(world):
    with refuses("TooManyClauses", given=17, most=16):
        world.proposed(clauses=(world.clause(),) * 17)


def test_i9_two_different_terms_never_share_an_id(world):
    good = world.terms()
    one, two = world.clause(), world.clause(b"\1" * 96)
    other = {
        "producer": STRANGER,
        "consumer": STRANGER,
        "meter": STRANGER,
        "arbiter": STRANGER,
        "firstDay": 31,
        "months": 4,
        "disputeDays": 31,
        "currency": b"USD",
        "timeZone": b"UTC".ljust(32, b"\0"),
        "maxPower": 1,
        "salt": 2**256 - 1,
        "documentHash": b"\1" * 32,
        "supersedes": b"\1" * 32,
        "clauses": (two,),
    }
    all_terms = [good, *(good._replace(**{field: value}) for field, value in other.items())]
    splits = [(), (one, one), (one, two), (two, one), (one._replace(params=b""),), (one._replace(rule=STRANGER),)]
    all_terms += [good._replace(clauses=split) for split in splits]
    assert set(other) == set(good._fields)
    assert len({world.registry.idOf(terms) for terms in all_terms}) == len(all_terms)


def test_i9_the_same_terms_have_another_id_in_another_registry(world):
    other = world.chain.deploy("PPARegistry", CHAIN_ID, world.ledger.address)
    elsewhere = world.chain.deploy("PPARegistry", CHAIN_ID + 1, world.ledger.address)
    assert len({r.idOf(world.terms()) for r in (world.registry, other, elsewhere)}) == 3
    assert len({r.domainSeparator() for r in (world.registry, other, elsewhere)}) == 3


def test_the_consumer_signs(world):
    terms, id_ = world.proposed()
    world.chain.block = 2_000
    receipt = world.registry.sign(terms, sender=CONSUMER)

    assert receipt.events == [event("Signed", id=id_)]
    assert world.registry.agreementOf(id_) == (SIGNED, 0, 1_000, 2_000, 0, 0, 0, 0, 0, 0)


def test_the_producer_withdraws(world):
    terms, id_ = world.proposed()
    assert world.registry.withdraw(terms, sender=PRODUCER).events == [event("Withdrawn", id=id_)]
    assert world.registry.agreementOf(id_).status == WITHDRAWN


def test_the_consumer_rejects(world):
    terms, id_ = world.proposed()
    assert world.registry.reject(terms, sender=CONSUMER).events == [event("Rejected", id=id_)]
    assert world.registry.agreementOf(id_).status == REJECTED


def test_the_meter_serves(world):
    terms, id_ = world.signed()
    assert world.registry.servedBy(METER) == bytes(32)

    assert world.registry.serve(terms, sender=METER).events == [event("Served", id=id_, meter=METER)]

    assert (world.registry.agreementOf(id_).status, world.registry.servedBy(METER)) == (RUNNING, id_)


@pytest.mark.parametrize(
    ("act", "owner", "error", "name"),
    [
        ("withdraw", PRODUCER, "NotTheProducer", "producer"),
        ("sign", CONSUMER, "NotTheConsumer", "consumer"),
        ("reject", CONSUMER, "NotTheConsumer", "consumer"),
        ("serve", METER, "NotTheMeter", "meter"),
    ],
)
@pytest.mark.parametrize("who", [PRODUCER, CONSUMER, METER, STRANGER])
def test_i6_nobody_else_may_do_what_is_one_actors_to_do(world, act, owner, error, name, who):
    terms, id_ = world.signed() if act == "serve" else world.proposed()
    before = world.registry.agreementOf(id_)
    if who != owner:
        with refuses(error, caller=who, **{name: owner}):
            getattr(world.registry, act)(terms, sender=who)
        assert world.registry.agreementOf(id_) == before
    else:
        getattr(world.registry, act)(terms, sender=who)
        assert world.registry.agreementOf(id_) != before


def in_status(world, status):
    """Terms and id of an agreement that has come to this status."""
    if status == NONE:
        return world.terms(), world.registry.idOf(world.terms())
    if status in (PROPOSED, WITHDRAWN, REJECTED):
        terms, id_ = world.proposed()
        act, who = {WITHDRAWN: ("withdraw", PRODUCER), REJECTED: ("reject", CONSUMER)}.get(status, (None, None))
        if act:
            getattr(world.registry, act)(terms, sender=who)
        return terms, id_
    if status == SIGNED:
        return world.signed()
    terms, id_ = world.running()
    if status == ENDED:
        world.record_month_ends((1, 0), (2, 0), (3, 0), (4, 0))
        for _ in range(3):
            world.close(terms)
    return terms, id_


NEEDED = [
    ("withdraw", PRODUCER, PROPOSED),
    ("sign", CONSUMER, PROPOSED),
    ("reject", CONSUMER, PROPOSED),
    ("serve", METER, SIGNED),
    ("close", STRANGER, RUNNING),
]


@pytest.mark.parametrize(
    ("act", "who", "needed", "status"), [(*act, status) for act in NEEDED for status in range(7) if status != act[2]]
)
def test_an_act_that_does_not_fit_the_status_is_refused(world, act, who, needed, status):
    terms, id_ = in_status(world, status)
    before = world.registry.agreementOf(id_)
    with refuses("WrongStatus", id=id_, status=status, needed=needed):
        getattr(world.registry, act)(terms, sender=who)
    assert world.registry.agreementOf(id_) == before


@pytest.mark.parametrize("status", range(1, 7))
def test_terms_are_proposed_once_whatever_became_of_them(world, status):
    terms, id_ = in_status(world, status)
    with refuses("AlreadyProposed", id=id_, status=status):
        world.registry.propose(terms, sender=PRODUCER)


def test_withdrawn_terms_can_be_proposed_again_with_another_salt(world):
    terms, id_ = in_status(world, WITHDRAWN)
    assert world.registry.propose(terms._replace(salt=2), sender=PRODUCER).value != id_


def test_changed_terms_cannot_be_signed(world):
    terms, _ = world.proposed()
    cheaper = terms._replace(maxPower=1)
    with refuses("WrongStatus", id=world.registry.idOf(cheaper), status=NONE, needed=PROPOSED):
        world.registry.sign(cheaper, sender=CONSUMER)


def test_i8_a_meter_that_serves_one_agreement_serves_no_other(world):
    _, first = world.running()
    second, _ = world.signed(salt=2)
    with refuses("MeterServesAnother", meter=METER, id=first):
        world.registry.serve(second, sender=METER)
    assert world.registry.servedBy(METER) == first


def test_i8_a_meter_is_free_again_when_its_agreement_has_ended(world):
    in_status(world, ENDED)
    assert world.registry.servedBy(METER) == bytes(32)
    second, id_ = world.signed(salt=2)
    world.registry.serve(second, sender=METER)
    assert world.registry.servedBy(METER) == id_


def test_two_meters_serve_two_agreements(world):
    _, first = world.running()
    _, second = world.running(meter=role(0x32))
    assert (world.registry.servedBy(METER), world.registry.servedBy(role(0x32))) == (first, second)
