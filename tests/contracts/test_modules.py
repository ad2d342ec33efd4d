"""One address: what the registry itself does not answer, one of its two modules does, on the registry's storage.

the registry
├── has every function that a module has, and each of them works through it (test_rights_matrix.py)
├── given a function that nobody has, or no whole selector: refused with nothing
└── given money: refused
a module that is called directly, with or without the registry's domain behind the calldata
├── changes nothing that the registry keeps, whoever calls, with whatever signatures
├── works on storage of its own in which nothing was agreed: nothing but an offer that never was is dropped there
└── records nothing at the registry's address
"""

from contextlib import contextmanager

import pytest
from eth_utils import keccak

from tests.contracts.signing import compact, digest, domain, request, request_digest
from tests.contracts.test_rights_matrix import (
    ACTORS,
    ADDRESS,
    KEYS,
    ROWS,
    fields_of,
    prepared,
    scene_of,
    taken_back,
)
from tests.contracts.world import PRODUCER, STRANGER, World
from tests.evm import CHAIN_ID, NOBODY, Refused, functions

MODULES = {"RegistryEnds": "ends", "RegistryRights": "rights"}
OWN_VIEWS = {"chainId", "ledger"}
RIGHTS_OF = {
    "RegistryEnds": {"exit", "endInSilence"},
    "RegistryRights": {row.function for row in ROWS.values()} - {"serve", "exit", "endInSilence"},
}
OTHERS_OF = {"RegistryEnds": {"act", "execute", "bring"}, "RegistryRights": {"announce", "alarm", "bring"}}
DROPPED = {"withdraw", "reject"}


def module_of(world, name):
    """Its address."""
    return getattr(world.registry, MODULES[name])()


# ------------------------------------------------------------------------------------------------------- the registry


@pytest.mark.parametrize("name", MODULES)
def test_the_registry_has_every_function_of_its_modules(name):
    known, own = functions("PPARegistry"), functions(name)
    assert set(own) == RIGHTS_OF[name] | OTHERS_OF[name] | OWN_VIEWS
    assert all(known[function].selector == sign.selector for function, sign in own.items())


@pytest.mark.parametrize("data", [b"", b"\1", b"\1\2\3", keccak(text="upgradeTo(address)")[:4], bytes(4), bytes(64)])
def test_what_nobody_answers_is_refused(world, data):
    assert data[:4] not in {sign.selector for sign in functions("PPARegistry").values()}
    with pytest.raises(Refused) as caught:
        world.chain.send(STRANGER, world.registry.address, data)
    assert caught.value.raw == b""


@pytest.mark.parametrize("function", ["close", "propose", "alarm", "endInSilence"])
def test_nobody_leaves_money_with_it(world, function):
    terms, _ = world.running()
    chain = world.chain
    chain.evm.set_balance(PRODUCER, 10**18)
    call = functions("PPARegistry")[function].call(terms)
    for data in (call, b"", b"\1\2\3\4"):
        with pytest.raises(RuntimeError, match="Revert"):
            chain.evm.message_call(PRODUCER, world.registry.address, data, value=1, gas=10**7)
    assert chain.evm.get_balance(world.registry.address) == 0


# ---------------------------------------------------------------------------------------------- modules called directly


def kept(scene):
    """All that the registry keeps of the scene, by every view of it."""
    registry, id_ = scene.world.registry, scene.id
    ids = [id_, *(registry.idOf(terms) for terms in scene.next)]
    views = (
        registry.agreementOf, registry.accountOf, registry.rootOf, registry.noticeOf, registry.announcementOf,
    )  # fmt: skip
    fields = ROWS["declare"].fields
    payments = [registry.paymentOf(id_, c, fields["day"], fields["reference_"]) for c in (500, -500)]
    meter = scene.terms.meter
    return (
        [view(each) for view in views for each in ids],
        [registry.claimsOf(id_, number) for number in range(3)],
        payments,
        (registry.servedBy(meter), registry.billedThrough(meter)),
    )


@contextmanager
def nothing_of_the_registry_changes(scene):
    """Whatever is done inside."""
    before = kept(scene)
    yield
    assert kept(scene) == before


def direct(scene, name, data, actor, *, with_domain=True):
    """A call of a module: the names of errors, or where its events stand."""
    registry = scene.world.registry
    behind = domain(registry.address) if with_domain else b""
    try:
        receipt = scene.world.chain.send(ADDRESS[actor], module_of(scene.world, name), data + behind)
    except Refused as refused:
        return refused.name
    assert {log.address.lower() for log in receipt.logs} <= {module_of(scene.world, name).lower()}
    return [e.name for e in receipt.events]


NOT_AGREED = {"WrongStatus", "NothingToObjectTo"}  # as in an agreement that was never proposed
OF_OTHERS = {"NotTheProducer", "NotTheConsumer", "NotTheArbiter", "NotAParty", "NotTheLender"}


@pytest.mark.parametrize("with_domain", [True, False])
@pytest.mark.parametrize(("name", "right"), [(n, r) for n in MODULES for r in ROWS if ROWS[r].function in RIGHTS_OF[n]])
def test_no_right_is_used_in_a_module_that_is_called_directly(name, right, with_domain):
    row = ROWS[right]
    for status in row.statuses:
        with taken_back(scene_of(status)):
            scene = prepared(right, status)
            for actor in ACTORS:
                given = (fields_of(scene, right, actor)[field] for field in row.takes)
                call = functions(name)[row.function].call(scene.terms, *given)
                with taken_back(scene), nothing_of_the_registry_changes(scene):
                    found = direct(scene, name, call, actor, with_domain=with_domain)
                if actor not in row.actors and row.role_first:
                    assert found in OF_OTHERS
                elif row.function in DROPPED:
                    assert found == [row.event]  # in the module's own storage
                else:
                    assert found in NOT_AGREED


@pytest.mark.parametrize("right", ROWS)
def test_what_is_brought_to_a_module_directly_is_of_no_agreement(right):
    """Though its actor signed it, for the registry: that signature is good there still."""
    row = ROWS[right]
    name = "RegistryEnds" if row.function in RIGHTS_OF["RegistryEnds"] else "RegistryRights"
    for status in row.statuses:
        with taken_back(scene_of(status)):
            scene = prepared(right, status)
            for actor in row.actors:
                wanted = request(row.function, **fields_of(scene, right, actor))
                message = request_digest(scene.id, wanted, domain(scene.world.registry.address))
                arguments = scene.terms, wanted, ADDRESS[actor], compact(KEYS[actor], message)
                call = functions(name)["bring"].call(*arguments)
                with taken_back(scene):
                    with nothing_of_the_registry_changes(scene):
                        found = direct(scene, name, call, "stranger")
                    assert found == ["Brought", row.event] if row.function in DROPPED else found in NOT_AGREED
                    assert not scene.world.registry.isUsed(message)
                    events = scene.world.registry.bring(*arguments, sender=STRANGER).events
                    assert row.event in [e.name for e in events]


@pytest.mark.parametrize("status", ["signed", "running", "waiting", "ended"])
def test_what_several_signed_is_nothing_to_a_module_that_is_called_directly(status):
    with taken_back(scene_of(status)):
        scene = prepared("endInSilence", status)
        separator = domain(scene.world.registry.address)
        ends = scene.act(successor=scene.id)
        announced = scene.handover() if scene.next else ends._replace(number=0)

        def signatures(act, *signers):
            return [compact(KEYS[signer], digest(scene.id, act, separator)) for signer in signers]

        both, notice = signatures(ends, "producer", "consumer"), signatures(announced, "consumer", "arbiter")
        paid = scene.act(cents=500)
        calls = [
            ("RegistryEnds", "act", (ends, *both, ())),
            ("RegistryEnds", "act", (paid, *signatures(paid, "producer", "consumer"), ())),
            ("RegistryEnds", "execute", (announced, scene.next)),
            ("RegistryRights", "announce", (announced, ADDRESS["consumer"], *notice, scene.next)),
            ("RegistryRights", "alarm", ()),
        ]
        assert {(name, f) for name, f, _ in calls} == {(n, f) for n in MODULES for f in OTHERS_OF[n] - {"bring"}}
        for actor in ACTORS:
            for name, function, arguments in calls:
                with taken_back(scene), nothing_of_the_registry_changes(scene):
                    found = direct(scene, name, functions(name)[function].call(scene.terms, *arguments), actor)
                assert found == "WrongStatus"


def test_offers_that_are_dropped_in_a_module_are_dropped_there_alone():
    """Twice is refused, there; the registry goes on."""
    with taken_back(scene_of("none")):
        scene = scene_of("none")
        call = functions("RegistryRights")["withdraw"].call(scene.terms)
        assert direct(scene, "RegistryRights", call, "producer") == ["Withdrawn"]
        assert direct(scene, "RegistryRights", call, "producer") == "WrongStatus"
        scene.world.registry.propose(scene.terms, sender=ADDRESS["producer"])
        scene.world.registry.sign(scene.terms, sender=ADDRESS["consumer"])


def test_modules_are_of_the_registrys_ledger_and_chain():
    world = World()
    for name in MODULES:
        for function, expected in (("chainId", CHAIN_ID), ("ledger", world.ledger.address)):
            sign = functions(name)[function]
            assert sign.outputs(world.chain.call(module_of(world, name), sign.call()))[0] == expected
    assert NOBODY not in (module_of(world, name) for name in MODULES)
