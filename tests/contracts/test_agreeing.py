"""PPARegistry before anything is billed: propose, withdraw, sign, reject, serve.

constructor
├── when there are a ledger and two modules: chain id, addresses and domain are kept
└── when there is no contract at an address: NoContract, of the registry and of each module
propose
├── given good terms, when the producer proposes: the id is their EIP-712 digest; the event has them all
├── when someone else proposes: NotTheProducer
├── when a party is missing or doubled: ConsumerMissing, MeterMissing, ProducerIsConsumer, PartyAsMeter, PartyAsArbiter
├── when the term makes no sense: NotFirstOfMonth, NoSuchMonth, TermTooLong (all limits), LongStopOutsideTerm
├── when the rest makes no sense: NoMaxPower, NoWords, NoticeWithoutArbiter, MaxClaimTooLarge
├── when the clauses make no sense: NoClauses, TooManyClauses (test_bad_clauses.py has the rest)
└── given that it was proposed, whatever became of it: AlreadyProposed
sign, serve: of each its one actor, its one status, its event
├── when another acts: NotTheConsumer, NotTheMeter
└── when the status is another: WrongStatus
withdraw, reject
├── given a proposal, or terms that nobody proposed: they are dropped, and never agreed
├── when another acts: NotTheProducer, NotTheConsumer
└── when the status is another: WrongStatus
serve
├── given signed terms, until the long-stop day: the meter serves; the day before the first is the last that is closed
├── when the meter serves another: MeterServesAnother
├── after the long-stop day: LongStopPassed
├── when an agreement has billed days of the meter that these terms would bill again: DaysAlreadyBilled
└── when the terms supersede others that were not handed over to them: NotHandedOver
"""

import pyrevm
import pytest

from tests.contracts.signing import Act, acted, exit_table
from tests.contracts.signing import running as running_with_keys
from tests.contracts.world import (
    CONSUMER,
    ENDED,
    HANDED_OVER,
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
    deployed_registry,
    month_end,
    month_ends,
    role,
)
from tests.evm import CHAIN_ID, NOBODY, event, refuses

JULY = World.JULY


def test_the_registry_keeps_chain_id_ledger_and_modules(world):
    modules = [world.chain.deploy(name, CHAIN_ID, world.ledger.address) for name in ("RegistryEnds", "RegistryRights")]
    registry = world.chain.deploy("PPARegistry", CHAIN_ID, world.ledger.address, *(m.address for m in modules))
    assert (registry.chainId(), registry.ledger()) == (CHAIN_ID, world.ledger.address)
    assert [registry.ends(), registry.rights()] == [module.address for module in modules]
    assert {(m.chainId(), m.ledger()) for m in modules} == {(CHAIN_ID, world.ledger.address)}


@pytest.mark.parametrize("nothing", [NOBODY, STRANGER, "0x" + "00" * 19 + "01"])
@pytest.mark.parametrize("place", range(3))
def test_an_address_without_code_is_refused_in_each_place(world, nothing, place):
    there = [world.ledger.address, world.registry.ends(), world.registry.rights()]
    there[place] = nothing
    with refuses("NoContract", missing=nothing):
        world.chain.deploy("PPARegistry", CHAIN_ID, *there)


@pytest.mark.parametrize("module", ["RegistryEnds", "RegistryRights"])
def test_a_module_without_a_ledger_is_refused(world, module):
    with refuses("NoContract", missing=STRANGER):
        world.chain.deploy(module, CHAIN_ID, STRANGER)


def test_a_byte_of_code_and_a_watt_are_enough(world):
    """What has code is taken for the ledger and the modules; a plant has power from one watt on."""
    world.chain.evm.insert_account_info(STRANGER, pyrevm.AccountInfo(code=b"\0"))
    assert world.chain.deploy("PPARegistry", CHAIN_ID, STRANGER, STRANGER, STRANGER).ledger() == STRANGER
    _, id_ = world.proposed(maxPower=1)
    assert world.registry.agreementOf(id_).status == PROPOSED


def test_a_proposal_is_kept_under_the_hash_of_its_terms_and_logged_whole(world):
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
    with refuses("NotTheProducer", actor=who, producer=PRODUCER):
        world.registry.propose(world.terms(), sender=who)


BAD = [
    ({"wordsHash": bytes(32)}, "NoWords", {}),
    ({"consumer": NOBODY}, "ConsumerMissing", {}),
    ({"meter": NOBODY}, "MeterMissing", {}),
    ({"consumer": PRODUCER}, "ProducerIsConsumer", {"party": PRODUCER}),
    ({"meter": PRODUCER}, "PartyAsMeter", {"meter": PRODUCER}),
    ({"meter": CONSUMER}, "PartyAsMeter", {"meter": CONSUMER}),
    ({"arbiter": PRODUCER}, "PartyAsArbiter", {"arbiter": PRODUCER}),
    ({"arbiter": CONSUMER}, "PartyAsArbiter", {"arbiter": CONSUMER}),
    ({"arbiter": METER}, "PartyAsArbiter", {"arbiter": METER}),
    ({"noticeDays": 1}, "NoticeWithoutArbiter", {"noticeDays": 1}),
    ({"noticeDays": 65_535}, "NoticeWithoutArbiter", {"noticeDays": 65_535}),
    ({"firstDay": JULY + 1}, "NotFirstOfMonth", {"firstDay": JULY + 1}),
    ({"firstDay": JULY - 1}, "NotFirstOfMonth", {"firstDay": JULY - 1}),
    ({"firstDay": 0}, "NotFirstOfMonth", {"firstDay": 0}),
    ({"firstDay": day_of(2100, 2, 28)}, "NotFirstOfMonth", {"firstDay": day_of(2100, 2, 28)}),
    ({"firstDay": 65_535}, "NotFirstOfMonth", {"firstDay": 65_535}),
    ({"firstMonth": 0}, "NoSuchMonth", {"firstMonth": 0, "months": 3}),
    ({"firstMonth": 4}, "NoSuchMonth", {"firstMonth": 4, "months": 3}),
    ({"months": 0}, "NoSuchMonth", {"firstMonth": 1, "months": 0}),
    ({"firstMonth": 0, "months": 0}, "NoSuchMonth", {"firstMonth": 0, "months": 0}),
    ({"firstMonth": 65_535, "months": 65_534}, "NoSuchMonth", {"firstMonth": 65_535, "months": 65_534}),
    ({"firstDay": day_of(2016, 3, 1), "months": 0}, "NoSuchMonth", {"firstMonth": 1, "months": 0}),
    ({"maxPower": 0}, "NoMaxPower", {}),
    ({"maxClaim": 2**47}, "MaxClaimTooLarge", {"maxClaim": 2**47}),
    ({"maxClaim": 2**64 - 1}, "MaxClaimTooLarge", {"maxClaim": 2**64 - 1}),
    ({"clauses": ()}, "NoClauses", {}),
]


@pytest.mark.parametrize(("changes", "error", "args"), BAD)
def test_terms_that_make_no_sense_are_refused(world, changes, error, args):
    with refuses(error, **args):
        world.registry.propose(world.terms(**changes), sender=PRODUCER)


@pytest.mark.parametrize(
    "changes",
    [
        {"maxClaim": 2**47 - 1},
        {"maxClaim": 0},
        {"noticeDays": 1, "arbiter": STRANGER},
        {"noticeDays": 0, "arbiter": STRANGER},
        {"firstMonth": 3},
        {"firstMonth": 60, "months": 240},
        {"disputeDays": 0, "silenceDays": 65_535},
    ],
)
def test_terms_at_the_limits_of_sense_are_accepted(world, changes):
    _, id_ = world.proposed(**changes)
    assert world.registry.agreementOf(id_).status == PROPOSED


@pytest.mark.parametrize(("first_month", "months"), [(1, 3), (10, 12), (3, 3)])
def test_the_long_stop_day_lies_within_the_term(world, first_month, months):
    first, last = JULY, month_ends(JULY, months + 1 - first_month)[-1]
    part = {"firstMonth": first_month, "months": months}
    for day in (first, last):
        world.proposed(longStopDay=day, **part)
    for day in (0, first - 1, last + 1, 65_535):
        with refuses("LongStopOutsideTerm", longStopDay=day, firstDay=first, lastDay=last):
            world.proposed(longStopDay=day, **part)


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
    with refuses("TermTooLong", firstDay=first, firstMonth=1, months=months + 1):
        world.proposed(firstDay=first, months=months + 1, longStopDay=first)


@pytest.mark.parametrize("months", [4_095, 4_096, 65_535])
def test_a_term_of_thousands_of_months_is_refused(world, months):
    first = day_of(1970, 2, 1)
    with refuses("TermTooLong", firstDay=first, firstMonth=1, months=months):
        world.proposed(firstDay=first, months=months, longStopDay=first)


def test_a_life_of_4095_months_is_the_longest(world):
    """Most of it lies behind: no day of it may lie before 1970, counted with the longest month."""
    first, part = day_of(2149, 5, 1), {"longStopDay": day_of(2149, 5, 1)}
    for months in (4_096, 65_535):
        with refuses("TermTooLong", firstDay=first, firstMonth=months, months=months):
            world.proposed(firstDay=first, firstMonth=months, months=months, **part)


@pytest.mark.parametrize("first", [day_of(1970, 2, 1), day_of(1987, 1, 1), day_of(2149, 5, 1)])
def test_a_life_does_not_begin_before_1970(world, first):
    """So many months back as fit, each counted with 31 days: no more."""
    most = (first - 1) // 31 + 1
    world.proposed(firstDay=first, firstMonth=most, months=most)
    with refuses("TermTooLong", firstDay=first, firstMonth=most + 1, months=most + 1):
        world.proposed(firstDay=first, firstMonth=most + 1, months=most + 1)


def test_june_2149_does_not_end_in_16_bits(world):
    june = day_of(2149, 6, 1)
    with refuses("TermTooLong", firstDay=june, firstMonth=1, months=1):
        world.proposed(firstDay=june, months=1, longStopDay=june)


def test_sixteen_clauses_are_accepted(world):
    world.proposed(clauses=(world.clause(),) * 16)


def test_seventeen_clauses_are_refused(world):
    with refuses("TooManyClauses", given=17, most=16):
        world.proposed(clauses=(world.clause(),) * 17)


def test_i9_two_different_terms_never_share_an_id(world):
    good = world.terms()
    one, two = world.clause(), world.clause(b"\1" * 96)
    other = {
        "wordsHash": b"\1" * 32,
        "producer": STRANGER,
        "consumer": STRANGER,
        "meter": STRANGER,
        "arbiter": STRANGER,
        "firstDay": 31,
        "firstMonth": 2,
        "months": 4,
        "disputeDays": 31,
        "noticeDays": 1,
        "silenceDays": 1,
        "longStopDay": 1,
        "currency": b"USD",
        "timeZone": b"UTC".ljust(32, b"\0"),
        "maxPower": 1,
        "maxClaim": 1,
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
    other = deployed_registry(world.chain, world.ledger)
    elsewhere = deployed_registry(world.chain, world.ledger, CHAIN_ID + 1)
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

    kept = (RUNNING, 0, 1_000, 1_000, 0, JULY - 1, False, 0, 0, 0)
    assert (world.registry.agreementOf(id_), world.registry.servedBy(METER)) == (kept, id_)


def test_a_life_that_goes_on_is_served_from_its_month_on(world):
    _, id_ = world.running(firstMonth=50, months=240)
    assert world.registry.agreementOf(id_)[:6] == (RUNNING, 49, 1_000, 1_000, 0, JULY - 1)


@pytest.mark.parametrize(
    ("act", "owner", "error", "name"),
    [
        ("withdraw", PRODUCER, "NotTheProducer", "producer"),
        ("sign", CONSUMER, "NotTheConsumer", "consumer"),
        ("reject", CONSUMER, "NotTheConsumer", "consumer"),
        ("serve", METER, "NotTheMeter", "meter"),
    ],
)
@pytest.mark.parametrize("who", [PRODUCER, CONSUMER, METER, STRANGER, role(0xAB)])
def test_i6_nobody_else_may_do_what_is_one_actors_to_do(world, act, owner, error, name, who):
    changes = {"arbiter": role(0xAB)}
    terms, id_ = world.signed(**changes) if act == "serve" else world.proposed(**changes)
    before = world.registry.agreementOf(id_)
    if who != owner:
        with refuses(error, actor=who, **{name: owner}):
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
    if status == HANDED_OVER:
        terms, id_ = running_with_keys(world)
        hand_over(world, terms)
        return terms, id_
    terms, id_ = world.running()
    if status == ENDED:
        world.record_month_ends((1, 0), (2, 0), (3, 0), (4, 0))
        for _ in range(3):
            world.close(terms)
    return terms, id_


def hand_over(world, terms, **changes):
    """Terms and id of the successor that both hand it over to."""
    changes = {"supersedes": world.registry.idOf(terms)} | changes
    new, to = world.signed(**(terms._asdict() | changes))
    acted(world, terms, Act(successor=to), new)
    return new, to


NEEDED = [
    ("withdraw", "producer", (PROPOSED, NONE)),
    ("sign", "consumer", (PROPOSED,)),
    ("reject", "consumer", (PROPOSED, NONE)),
    ("serve", "meter", (SIGNED,)),
    ("close", "arbiter", (RUNNING,)),
]


@pytest.mark.parametrize(
    ("act", "who", "needed", "status"),
    [(*act, status) for act in NEEDED for status in range(8) if status not in act[2]],
)
def test_an_act_that_does_not_fit_the_status_is_refused(world, act, who, needed, status):
    terms, id_ = in_status(world, status)
    before = world.registry.agreementOf(id_)
    assert before.status == status
    with refuses("WrongStatus", id=id_, status=status, needed=needed[0]):
        getattr(world.registry, act)(terms, sender=getattr(terms, who))
    assert world.registry.agreementOf(id_) == before


@pytest.mark.parametrize("status", range(1, 8))
def test_terms_are_proposed_once_whatever_became_of_them(world, status):
    terms, id_ = in_status(world, status)
    with refuses("AlreadyProposed", id=id_, status=status):
        world.registry.propose(terms, sender=terms.producer)


@pytest.mark.parametrize(
    ("act", "who", "name", "status"),
    [("withdraw", PRODUCER, "Withdrawn", WITHDRAWN), ("reject", CONSUMER, "Rejected", REJECTED)],
)
def test_terms_that_nobody_proposed_are_dropped_and_never_proposed(world, act, who, name, status):
    terms = world.terms()
    id_ = world.registry.idOf(terms)
    receipt = getattr(world.registry, act)(terms, sender=who)
    assert receipt.events == [event(name, id=id_)]
    assert world.registry.agreementOf(id_) == (status, 0, 0, 0, 0, 0, 0, 0, 0, 0)
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
    second, id_ = world.signed(firstDay=day_of(2016, 10, 1))
    world.registry.serve(second, sender=METER)
    assert world.registry.servedBy(METER) == id_


# ---------------------------------------------------------------------------------------------------- the long-stop day


def test_a_meter_begins_to_serve_until_the_end_of_the_long_stop_day(world):
    terms, id_ = world.signed(longStopDay=JULY + 5)
    world.chain.time = (JULY + 6) * 86_400
    with refuses("LongStopPassed", longStopDay=JULY + 5, today=JULY + 6):
        world.registry.serve(terms, sender=METER)
    assert world.registry.agreementOf(id_).status == SIGNED
    world.chain.time -= 1
    world.registry.serve(terms, sender=METER)
    assert world.registry.agreementOf(id_).status == RUNNING


def test_what_serves_goes_on_after_its_long_stop_day(world):
    terms, id_ = world.running(longStopDay=JULY)
    world.record_month_ends((0, 0), (1, 0))
    world.close(terms)
    assert world.registry.agreementOf(id_).periods == 1


# -------------------------------------------------------------------------------------------------- billed at most once


def test_a_meters_day_is_billed_by_at_most_one_agreement(world):
    """Terms A are signed, and renegotiated as B, which runs for twelve months and ends: A can not bill them again."""
    first, a = world.signed(months=12, salt=1)
    second, b = world.running(months=12, salt=2)
    ends = month_ends(JULY, 12)
    for n, day in enumerate([JULY - 1, *ends]):
        world.record(day, n * 1_000_000)
    world.chain.time = ends[-1] * 86_400
    for _ in range(12):
        world.close(second)
    assert world.registry.agreementOf(b).status == ENDED
    assert world.registry.billedThrough(METER) == ends[-1]
    with refuses("DaysAlreadyBilled", meter=METER, billed=ends[-1], next=JULY):
        world.registry.serve(first, sender=METER)
    assert (world.registry.agreementOf(a).status, world.registry.servedBy(METER)) == (SIGNED, bytes(32))


@pytest.mark.parametrize("first", [day_of(2016, 8, 1), day_of(2016, 9, 1), day_of(2016, 10, 1)])
def test_a_meters_next_agreement_begins_after_the_last_billed_day(world, first):
    in_status(world, ENDED)
    terms, id_ = world.signed(firstDay=first, longStopDay=first + 29)
    world.chain.time = first * 86_400
    if first < day_of(2016, 10, 1):
        with refuses("DaysAlreadyBilled", meter=METER, billed=day_of(2016, 9, 30), next=first):
            world.registry.serve(terms, sender=METER)
    else:
        world.registry.serve(terms, sender=METER)
        assert world.registry.servedBy(METER) == id_


def test_what_ended_within_a_month_leaves_the_rest_of_the_month_unbilled_for_ever(world):
    exits = world.clause(exit_table((0,)), world.chain.deploy("ExitTable"))
    terms, _ = world.running(clauses=(exits,))
    world.record_month_ends((0, 0))
    world.record(JULY + 9, 1)
    world.registry.exit(terms, 0, sender=CONSUMER)
    assert world.registry.billedThrough(METER) == JULY + 9
    same, _ = world.signed(salt=2)
    with refuses("DaysAlreadyBilled", meter=METER, billed=JULY + 9, next=JULY):
        world.registry.serve(same, sender=METER)
    later, id_ = world.signed(firstDay=month_end(JULY) + 1)
    world.registry.serve(later, sender=METER)
    assert world.registry.servedBy(METER) == id_


def test_what_was_handed_over_before_it_billed_anything_leaves_its_meter_all_days(world):
    terms, _ = running_with_keys(world)
    hand_over(world, terms, meter=role(0x32))
    assert (world.registry.billedThrough(METER), world.registry.servedBy(METER)) == (0, bytes(32))
    _, id_ = world.running(salt=2)
    assert world.registry.servedBy(METER) == id_


def test_what_ended_before_its_first_day_has_billed_nothing(world):
    """Both end what serves already but begins in January, and sign terms that begin in July instead."""
    terms, id_ = running_with_keys(world, firstDay=day_of(2017, 1, 1))
    acted(world, terms, Act(successor=id_))
    assert (world.registry.agreementOf(id_).status, world.registry.billedThrough(METER)) == (ENDED, 0)
    _, sooner = world.running(salt=2)
    assert world.registry.servedBy(METER) == sooner


def test_what_ended_before_its_first_day_leaves_what_was_billed_before(world):
    in_status(world, ENDED)
    world.chain.time = day_of(2016, 10, 1) * 86_400
    terms, id_ = running_with_keys(world, firstDay=day_of(2017, 1, 1))
    acted(world, terms, Act(successor=id_))
    assert world.registry.billedThrough(METER) == day_of(2016, 9, 30)


def test_what_was_handed_over_after_a_month_has_billed_it(world):
    terms, _ = running_with_keys(world)
    world.record_month_ends((0, 0), (1, 0))
    world.close(terms)
    hand_over(world, terms, meter=role(0x32))
    again, _ = world.signed(salt=2)
    with refuses("DaysAlreadyBilled", meter=METER, billed=month_end(JULY), next=JULY):
        world.registry.serve(again, sender=METER)


def test_a_successors_new_meter_must_not_have_billed_the_days_either(world):
    new = role(0x32)
    other, _ = world.running(meter=new, months=2, salt=2)
    for n, day in enumerate([JULY - 1, *month_ends(JULY, 2)]):
        world.record(day, n, meter=new)
    for _ in range(2):
        world.close(other)
    terms, _ = running_with_keys(world)
    for n, day in enumerate([JULY - 1, month_end(JULY)]):
        world.record(day, n)
    successor, to = hand_over(world, terms, meter=new)
    with refuses("DaysAlreadyBilled", meter=new, billed=month_ends(JULY, 2)[-1], next=month_end(JULY) + 1):
        world.registry.serve(successor, sender=new)
    assert world.registry.agreementOf(to).status == SIGNED


# ----------------------------------------------------------------------------------------------- what supersedes others


def test_terms_that_supersede_others_are_served_once_they_were_handed_over_to(world):
    terms, id_ = running_with_keys(world)
    successor, _ = world.signed(**(terms._asdict() | {"supersedes": id_, "meter": role(0x32)}))
    with refuses("NotHandedOver", supersedes=id_):
        world.registry.serve(successor, sender=role(0x32))


def test_a_successors_new_meter_may_begin_after_the_long_stop_day(world):
    terms, _ = running_with_keys(world)
    new = role(0x32)
    successor, to = hand_over(world, terms, meter=new, longStopDay=JULY)
    world.chain.time = (JULY + 20) * 86_400
    assert world.registry.serve(successor, sender=new).events == [event("Served", id=to, meter=new)]
    assert world.registry.agreementOf(to)[:6] == (RUNNING, 0, 1_000, 1_000, 0, JULY - 1)


def test_two_meters_serve_two_agreements(world):
    _, first = world.running()
    _, second = world.running(meter=role(0x32))
    assert (world.registry.servedBy(METER), world.registry.servedBy(role(0x32))) == (first, second)
