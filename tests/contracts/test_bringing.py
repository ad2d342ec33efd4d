"""PPARegistry.bring: what one actor signed, brought by anyone.

bring
├── given the actor's signature, whoever brings it: exactly what the actor's own call does, and the request is used
├── given a wallet that is a contract: it is called (ERC-1271)
├── given another's signature, of another request, agreement, chain or contract: NotSignedBy
├── given it again: AlreadyBrought; after its second: RequestExpired
└── given an actor whose right it is not: what that actor's own call is refused with (test_rights_matrix.py)
"""

import pytest

from tests.contracts.signing import (
    ARBITER,
    BANK,
    BROKER,
    CONSUMER,
    CONSUMER_KEY,
    FOREVER,
    KEY_OF,
    PRODUCER,
    RIGHTS,
    STRANGER_KEY,
    brought,
    compact,
    domain,
    request,
    request_digest,
    running,
)
from tests.contracts.test_rights_matrix import ROWS, by_request, directly, fields_of, prepared, scene_of, taken_back
from tests.contracts.world import RUNNING, SIGNED, STRANGER, World
from tests.evm import CHAIN_ID, Stopped, event, refuses

DAY = 86_400
ADDRESS = {"producer": PRODUCER, "consumer": CONSUMER, "arbiter": ARBITER, "lender": BANK, "meter": BROKER}
EXAMPLE = {
    "number": 1, "cents": -500, "day": World.JULY - 1, "reference_": b"\5" * 32, "until": FOREVER,
}  # fmt: skip


@pytest.fixture
def agreed(world):
    """July closed: 100.00 EUR."""
    terms, id_ = running(world)
    world.record_month_ends((0, 0), (1_000_000, 0))
    world.close(terms)
    return terms, id_


def state(scene):
    """All that the registry keeps of it."""
    registry, id_ = scene.world.registry, scene.id
    views = registry.agreementOf, registry.accountOf, registry.noticeOf, registry.announcementOf
    claims = [registry.claimsOf(id_, number) for number in range(3)]
    payments = [registry.paymentOf(id_, cents, World.JULY - 1, b"\6" * 32) for cents in (500, -500)]
    return [view(id_) for view in views], claims, payments, registry.servedBy(BROKER), registry.billedThrough(BROKER)


@pytest.mark.parametrize("right", ROWS)
def test_what_is_brought_does_what_the_actors_own_call_does(right):
    row = ROWS[right]
    for status in row.statuses:
        for actor in row.actors:
            with taken_back(scene_of(status)):
                scene = prepared(right, status)
                before = state(scene)
                with taken_back(scene):
                    events, after = directly(scene, right, actor).events, state(scene)
                assert before != after
                wanted = request(row.function, **fields_of(scene, right, actor))
                message = request_digest(scene.id, wanted, domain(scene.world.registry.address))
                first, *rest = by_request(scene, right, actor).events
                assert first == event("Brought", id=scene.id, actor=ADDRESS[actor], digest=message)
                assert (rest, state(scene)) == (events, after)
                assert scene.world.registry.isUsed(message)


@pytest.mark.parametrize("right", ROWS)
def test_what_is_brought_twice_is_refused(right):
    row = ROWS[right]
    status, actor = row.statuses[-1], row.actors[0]
    with taken_back(scene_of(status)):
        scene = prepared(right, status)
        wanted = request(row.function, **fields_of(scene, right, actor))
        arguments = scene.world, scene.terms, wanted, ADDRESS[actor]
        brought(*arguments)
        message = request_digest(scene.id, wanted, domain(scene.world.registry.address))
        for sender in (STRANGER, ADDRESS[actor]):
            with refuses("AlreadyBrought", digest=message):
                brought(*arguments, sender=sender)


def test_what_was_refused_is_not_used_up(world, agreed):
    terms, _ = agreed
    wanted = request("endInSilence")
    quiet, _ = running(world, silenceDays=90, salt=7, meter=BROKER)
    with refuses("NotSilent", heard=World.JULY - 1, silentDays=90, today=world.today):
        brought(world, quiet, wanted, PRODUCER)
    world.chain.time += 200 * DAY
    brought(world, quiet, wanted, PRODUCER)
    with refuses("NoSilenceDays"):
        brought(world, terms, wanted, PRODUCER)


def test_a_request_holds_until_its_second(world, agreed):
    terms, id_ = agreed
    now = world.chain.time
    for sender in (STRANGER, CONSUMER, PRODUCER):
        with refuses("RequestExpired", until=now - 1, timestamp=now):
            brought(world, terms, request("voidAct", number=1, until=now - 1), CONSUMER, sender=sender)
    brought(world, terms, request("voidAct", number=1, until=now), CONSUMER)
    assert world.registry.accountOf(id_).acts == 1


@pytest.mark.parametrize("change", ["chain", "contract", "agreement", "key"])
@pytest.mark.parametrize("sender", [STRANGER, CONSUMER])
def test_a_request_of_another_chain_contract_agreement_or_key_is_refused(world, agreed, change, sender):
    """Also where the actor brings it itself: it has its own function."""
    terms, id_ = agreed
    other = {
        "chain": {"separator": domain(world.registry.address, CHAIN_ID + 1)},
        "contract": {"separator": domain(world.ledger.address)},
        "agreement": {"agreement": b"\1" * 32},
        "key": {"key": STRANGER_KEY},
    }[change]
    wanted = request("voidAct", number=1)
    message = request_digest(id_, wanted, domain(world.registry.address))
    with refuses("NotSignedBy", party=CONSUMER, digest=message):
        brought(world, terms, wanted, CONSUMER, sender=sender, **other)


@pytest.mark.parametrize("name", EXAMPLE)
def test_each_field_is_signed(world, agreed, name):
    terms, id_ = agreed
    signed = request("declare", **EXAMPLE)
    changed = signed._replace(**{name: b"\4" * 32 if name == "reference_" else getattr(signed, name) - 1})
    signature = compact(CONSUMER_KEY, request_digest(id_, signed, domain(world.registry.address)))
    with refuses("NotSignedBy", party=CONSUMER, digest=request_digest(id_, changed, domain(world.registry.address))):
        world.registry.bring(terms, changed, CONSUMER, signature, sender=STRANGER)


@pytest.mark.parametrize("right", RIGHTS)
def test_no_signature_for_one_right_is_good_for_another(world, agreed, right):
    terms, id_ = agreed
    separator = domain(world.registry.address)
    signature = compact(CONSUMER_KEY, request_digest(id_, request(right), separator))
    for other in set(RIGHTS) - {right}:
        with refuses("NotSignedBy", party=CONSUMER, digest=request_digest(id_, request(other), separator)):
            world.registry.bring(terms, request(other), CONSUMER, signature, sender=STRANGER)


def test_a_wallet_that_is_a_contract_is_called(world):
    wallet = world.chain.deploy("Wallet")
    wallet.become(4, sender=STRANGER)
    terms = world.terms(producer=PRODUCER, consumer=wallet.address)
    id_ = world.registry.agree(terms, b"", b"any length", sender=PRODUCER).value
    wanted = request("voidAct", number=1)
    message = request_digest(id_, wanted, domain(world.registry.address))
    for answer in (0, 1, 2, 3):  # no, reverts, short, burns its gas
        wallet.become(answer, sender=STRANGER)
        with refuses("NotSignedBy", party=wallet.address, digest=message):
            world.registry.bring(terms, wanted, wallet.address, b"any length", sender=STRANGER)
    wallet.become(4, sender=STRANGER)
    world.registry.bring(terms, wanted, wallet.address, b"any length", sender=STRANGER)
    assert world.registry.accountOf(id_).acts == 1


def test_nobody_without_a_key_or_code_signs(world, agreed):
    """The zero address is what a broken signature recovers to."""
    terms, id_ = agreed
    wanted = request("voidAct", number=1)
    message = request_digest(id_, wanted, domain(world.registry.address))
    for signature in (bytes(64), b"", b"\1" * 63, b"\xff" * 64):
        with refuses("NotSignedBy", party="0x" + "00" * 20, digest=message):
            world.registry.bring(terms, wanted, "0x" + "00" * 20, signature, sender=STRANGER)


def test_an_agreement_is_made_and_served_by_signatures_that_a_stranger_brings(world):
    """A meter whose records others bring holds no money; neither do the parties."""
    terms = world.terms(producer=PRODUCER, consumer=CONSUMER, meter=BROKER)
    id_ = world.registry.idOf(terms)
    world.registry.agree(terms, *(compact(KEY_OF[party], id_) for party in (PRODUCER, CONSUMER)), sender=STRANGER)
    assert world.registry.agreementOf(id_).status == SIGNED
    brought(world, terms, request("serve"), BROKER)
    assert world.registry.agreementOf(id_).status == RUNNING and world.registry.servedBy(BROKER) == id_
    with refuses("NotTheMeter", actor=PRODUCER, meter=BROKER):
        brought(world, terms, request("serve", number=9), PRODUCER)


@pytest.mark.parametrize(("right", "actor"), [("dispute", CONSUMER), ("resolve", ARBITER)])
def test_a_number_of_more_than_16_bits_is_of_no_statement(world, agreed, right, actor):
    terms, id_ = agreed
    world.registry.dispute(terms, 1, 5, bytes(32), sender=PRODUCER)
    with refuses("NoSuchStatement", id=id_, number=65_537):
        brought(world, terms, request(right, number=65_537, cents=-5), actor)


def test_a_right_after_the_last_is_no_right(world, agreed):
    terms, _ = agreed
    wanted = request("exit")._replace(right=len(RIGHTS))
    with pytest.raises(Stopped):
        world.registry.bring(terms, wanted, CONSUMER, bytes(64), sender=STRANGER)
