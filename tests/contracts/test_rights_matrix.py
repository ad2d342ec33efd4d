"""Who may do what when: each actor, alone, tries each right in each status, by itself and by `bring`.

What must come of it stands in `ROWS`: the actors whose right it is, the statuses in which it holds, what the others are
refused with, and the event that shows that it was used. A status is made once; each attempt is taken back.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest

from tests.contracts.signing import (
    ARBITER,
    ARBITER_KEY,
    BANK,
    BANK_KEY,
    BROKER,
    BROKER_KEY,
    CONSUMER,
    CONSUMER_KEY,
    NEW_OWNER,
    PRODUCER,
    PRODUCER_KEY,
    RIGHTS,
    STRANGER_KEY,
    Act,
    acted,
    announced,
    compact,
    digest,
    domain,
    exit_table,
    request,
    request_digest,
    successor,
)
from tests.contracts.world import (
    ENDED,
    HANDED_OVER,
    METER,
    NONE,
    PROPOSED,
    REJECTED,
    RUNNING,
    SIGNED,
    WITHDRAWN,
    Terms,
    World,
    month_ends,
)
from tests.evm import Refused

KEYS = {
    "producer": PRODUCER_KEY,
    "consumer": CONSUMER_KEY,
    "arbiter": ARBITER_KEY,
    "lender": BANK_KEY,
    "meter": BROKER_KEY,
    "stranger": STRANGER_KEY,
}
ADDRESS = {actor: key.public_key.to_address() for actor, key in KEYS.items()}
ACTORS = tuple(KEYS)
PARTIES = ("producer", "consumer")
DAY = 86_400
ENDS = month_ends(World.JULY, 24)
NOTICE, SILENCE, DISPUTE = 14, 90, 100
PAID_ON = World.JULY - 1
REFERENCE = b"\6" * 32


# ------------------------------------------------------------------------------------------------------------- statuses


@dataclass
class Scene:
    """A world with an agreement in some status; `next`: the same deal for another consumer, signed."""

    world: World
    terms: Terms
    id: bytes
    next: tuple[Terms, ...] = ()

    def act(self, **fields: Any) -> Act:
        """The next act of the account."""
        return Act(self.world.registry.accountOf(self.id).acts + 1, **fields)

    def handover(self) -> Act:
        """What one party and the arbiter announce."""
        return Act(0, successor=self.world.registry.idOf(self.next[0]))


def _agreed(meter: str = BROKER) -> Scene:
    world = World()
    way_out = world.clause(exit_table(prices=(0, 0), lender=BANK), world.chain.deploy("ExitTable"))
    days = {"noticeDays": NOTICE, "silenceDays": SILENCE, "disputeDays": DISPUTE, "months": 24}
    parties = {"producer": PRODUCER, "consumer": CONSUMER, "arbiter": ARBITER, "meter": meter}
    terms = world.terms(**parties, **days, clauses=(world.clause(), way_out))
    return Scene(world, terms, world.registry.idOf(terms))


def _proposed() -> Scene:
    scene = _agreed()
    scene.world.registry.propose(scene.terms, sender=PRODUCER)
    return scene


def _withdrawn() -> Scene:
    scene = _proposed()
    scene.world.registry.withdraw(scene.terms, sender=PRODUCER)
    return scene


def _rejected() -> Scene:
    scene = _proposed()
    scene.world.registry.reject(scene.terms, sender=CONSUMER)
    return scene


def _signed(meter: str = BROKER) -> Scene:
    scene = _agreed(meter)
    scene.world.registry.propose(scene.terms, sender=PRODUCER)
    scene.world.registry.sign(scene.terms, sender=CONSUMER)
    return scene


def _running(meter: str = BROKER) -> Scene:
    """July is closed: 100.00 EUR."""
    scene = _signed(meter)
    scene.world.registry.serve(scene.terms, sender=meter)
    scene.world.record(World.JULY - 1, 0, meter=meter)
    scene.world.record(ENDS[0], 1_000_000, meter=meter)
    scene.world.close(scene.terms)
    scene.next = (successor(scene.world, scene.terms, scene.id, consumer=NEW_OWNER)[0],)
    return scene


def _waiting() -> Scene:
    """Handed over to terms whose meter does not serve yet."""
    old = _running(METER)
    new, to = successor(old.world, old.terms, old.id, meter=BROKER)
    acted(old.world, old.terms, old.act(successor=to), new)
    scene = Scene(old.world, new, to)
    scene.next = (successor(old.world, new, to, consumer=NEW_OWNER)[0],)
    return scene


def _ended() -> Scene:
    scene = _running()
    acted(scene.world, scene.terms, scene.act(successor=scene.id))
    return scene


def _handed_over() -> Scene:
    scene = _running()
    new, to = successor(scene.world, scene.terms, scene.id)
    acted(scene.world, scene.terms, scene.act(successor=to), new)
    return scene


def _too_late() -> Scene:
    """Signed to replace an agreement that ended instead."""
    old = _running()
    new, to = successor(old.world, old.terms, old.id)
    acted(old.world, old.terms, old.act(successor=old.id))
    return Scene(old.world, new, to)


STATUSES: dict[str, tuple[int, Callable[[], Scene]]] = {
    "none": (NONE, _agreed),
    "proposed": (PROPOSED, _proposed),
    "withdrawn": (WITHDRAWN, _withdrawn),
    "rejected": (REJECTED, _rejected),
    "signed": (SIGNED, _signed),
    "too late": (SIGNED, _too_late),
    "waiting": (SIGNED, _waiting),
    "running": (RUNNING, _running),
    "ended": (ENDED, _ended),
    "handed over": (HANDED_OVER, _handed_over),
}
GOES_ON = ("waiting", "running")
SERVED = (*GOES_ON, "ended")
SIGNED_BY_BOTH = ("signed", "too late", *SERVED)


@cache
def scene_of(status: str) -> Scene:
    """Made once."""
    return STATUSES[status][1]()


@contextmanager
def taken_back(scene: Scene) -> Iterator[None]:
    """What happens inside leaves no trace."""
    chain = scene.world.chain
    time, before = chain.time, chain.evm.snapshot()
    try:
        yield
    finally:
        chain.evm.revert(before)
        chain.time = time


# --------------------------------------------------------------------------------------------------------------- rights


def _later(days: int) -> Callable[[Scene], None]:
    def wait(scene: Scene) -> None:
        scene.world.chain.time += days * DAY

    return wait


def _announced(scene: Scene) -> None:
    announced(scene.world, scene.terms, scene.handover(), *scene.next, party=PRODUCER)


def _executable(scene: Scene) -> None:
    _announced(scene)
    scene.world.chain.time += NOTICE * DAY


def _disputed(scene: Scene) -> None:
    scene.world.registry.dispute(scene.terms, 1, -500, REFERENCE, sender=CONSUMER)


def _declared(cents: int, days: int = 0) -> Callable[[Scene], None]:
    def declare(scene: Scene) -> None:
        payer = CONSUMER if cents > 0 else PRODUCER
        scene.world.registry.declare(scene.terms, cents, PAID_ON, REFERENCE, sender=payer)
        scene.world.chain.time += days * DAY

    return declare


def _notified(scene: Scene) -> None:
    scene.world.registry.notifyLender(scene.terms, 1, sender=CONSUMER)


@dataclass(frozen=True)
class Row:
    """A right: whose, when, what else; how a request names it, how its function is called."""

    actors: tuple[str, ...]
    statuses: tuple[str, ...]
    event: str
    refused: str  # an actor whose right it is not
    function: str
    fields: dict[str, Any] = field(default_factory=dict)  # of the request
    takes: tuple[str, ...] = ()  # of these fields the function takes
    otherwise: dict[str, str] = field(default_factory=dict)  # in another status, if not WrongStatus; "": in any
    prepare: Callable[[Scene], None] | None = None
    where: tuple[str, ...] = tuple(STATUSES)  # it is prepared
    role_first: bool = True

    def expected(self, actor: str, status: str) -> str:
        """The event's name, or the error's."""
        role = self.event if actor in self.actors else self.refused
        when = (
            self.event if status in self.statuses else self.otherwise.get(status, self.otherwise.get("", "WrongStatus"))
        )
        first, second = (role, when) if self.role_first else (when, role)
        return second if first == self.event else first


TRANSFER = ("cents", "day", "reference_")
CLAIM = ("number", "cents", "reference_")


def _transfer(cents: int) -> dict[str, Any]:
    return {"cents": cents, "day": PAID_ON, "reference_": REFERENCE}


ROWS = {
    "withdraw": Row(("producer",), ("none", "proposed"), "Withdrawn", "NotTheProducer", "withdraw"),
    "reject": Row(("consumer",), ("none", "proposed"), "Rejected", "NotTheConsumer", "reject"),
    "serve": Row(
        ("meter",), ("signed", "waiting"), "Served", "NotTheMeter", "serve", otherwise={"too late": "NotHandedOver"}
    ),
    "cancel": Row(
        PARTIES,
        ("signed", "too late"),
        "Cancelled",
        "NotAParty",
        "cancel",
        otherwise={"waiting": "WasHandedOver"},
        prepare=_later(750),
    ),
    "voidAct": Row(PARTIES, SIGNED_BY_BOTH, "ActVoided", "NotAParty", "voidAct", {"number": 0}, ("number",)),
    "object": Row(
        PARTIES, GOES_ON, "Objected", "NotAParty", "object",
        otherwise={"": "NothingToObjectTo"}, prepare=_announced, where=GOES_ON,
    ),
    "dispute": Row(
        PARTIES, SERVED, "Disputed", "NotAParty", "dispute", {"number": 1, "cents": 0, "reference_": REFERENCE}, CLAIM
    ),
    "resolve": Row(
        ("arbiter",), SERVED, "Resolved", "NotTheArbiter", "resolve",
        {"number": 1, "cents": -500, "reference_": REFERENCE}, CLAIM, prepare=_disputed, where=SERVED,
    ),
    "declare": Row(("consumer",), SERVED, "PaymentDeclared", "NotTheConsumer", "declare", _transfer(500), TRANSFER),
    "declare a refund": Row(
        ("producer",), SERVED, "PaymentDeclared", "NotTheProducer", "declare", _transfer(-500), TRANSFER
    ),
    "confirm": Row(("producer",), SERVED, "PaymentConfirmed", "NotTheProducer", "confirm", _transfer(500), TRANSFER),
    "confirm a refund": Row(
        ("consumer",), SERVED, "PaymentConfirmed", "NotTheConsumer", "confirm", _transfer(-500), TRANSFER
    ),
    "deny": Row(
        ("producer",), SERVED, "PaymentDenied", "NotTheProducer", "deny",
        _transfer(500), TRANSFER, prepare=_declared(500), where=SERVED,
    ),
    "deny a refund": Row(
        ("consumer",), SERVED, "PaymentDenied", "NotTheConsumer", "deny",
        _transfer(-500), TRANSFER, prepare=_declared(-500), where=SERVED,
    ),
    "accept": Row(
        ("arbiter",), SERVED, "PaymentConfirmed", "NotTheArbiter", "accept",
        _transfer(500), TRANSFER, prepare=_declared(500, NOTICE), where=SERVED,
    ),
    "refuse": Row(
        ("arbiter",), SERVED, "PaymentRefused", "NotTheArbiter", "refuse",
        _transfer(500), TRANSFER, prepare=_declared(500, NOTICE), where=SERVED,
    ),
    "notifyLender": Row(
        ("consumer",), GOES_ON, "Notified", "NotTheConsumer", "notifyLender", {"number": 1}, ("number",)
    ),
    "cure": Row(
        ("lender",), GOES_ON, "Cured", "NotTheLender", "cure", prepare=_notified, where=GOES_ON, role_first=False
    ),
    "exit": Row(
        ("consumer",), GOES_ON, "Exited", "NotTheConsumer", "exit", {"number": 1}, ("number",),
        prepare=_notified, where=GOES_ON,
    ),
    "endInSilence": Row(
        PARTIES, GOES_ON, "EndedInSilence", "NotAParty", "endInSilence", prepare=_later(SILENCE + 2)
    ),
}  # fmt: skip
AFTER = {
    "withdraw": WITHDRAWN, "reject": REJECTED, "serve": RUNNING, "cancel": ENDED, "exit": ENDED, "endInSilence": ENDED,
}  # fmt: skip


def fields_of(scene: Scene, right: str, actor: str) -> dict[str, Any]:
    fields = dict(ROWS[right].fields)
    if right == "voidAct":
        fields["number"] = scene.act().number
    if right == "dispute":
        fields["cents"] = 500 if actor == "producer" else -500
    return fields


def directly(scene: Scene, right: str, actor: str) -> Any:
    row, fields = ROWS[right], fields_of(scene, right, actor)
    given = (fields[name] for name in row.takes)
    return getattr(scene.world.registry, row.function)(scene.terms, *given, sender=ADDRESS[actor])


def by_request(scene: Scene, right: str, actor: str, bringer: str = "stranger", signer: str | None = None) -> Any:
    wanted = request(ROWS[right].function, **fields_of(scene, right, actor))
    message = request_digest(scene.id, wanted, domain(scene.world.registry.address))
    signature = compact(KEYS[signer or actor], message)
    return scene.world.registry.bring(scene.terms, wanted, ADDRESS[actor], signature, sender=ADDRESS[bringer])


def outcome(scene: Scene, event: str, call: Callable[[], Any]) -> str:
    """The name of the error, or of the event that shows that the right was used."""
    try:
        events = [e.name for e in call().events]
    except Refused as refused:
        return refused.name
    return event if event in events else f"none of {events}"


def prepared(right: str, status: str) -> Scene:
    """The scene, with what the right needs done by those whose part that is."""
    scene, row = scene_of(status), ROWS[right]
    if row.prepare and status in row.where:
        row.prepare(scene)
    return scene


def test_each_right_has_its_row():
    assert {row.function for row in ROWS.values()} == set(RIGHTS)


@pytest.mark.parametrize("status", STATUSES)
def test_each_scene_has_its_status(status):
    scene = scene_of(status)
    assert scene.world.registry.agreementOf(scene.id).status == STATUSES[status][0]


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("right", ROWS)
def test_i6_a_right_of_one_actor_is_its_own_and_of_its_time(right, status):
    row = ROWS[right]
    with taken_back(scene_of(status)):
        scene = prepared(right, status)
        for actor in ACTORS:
            for way in (directly, by_request):
                with taken_back(scene):
                    found = outcome(scene, row.event, lambda way=way, actor=actor: way(scene, right, actor))
                    assert found == row.expected(actor, status), (actor, way.__name__)
                    if found == row.event and right in AFTER:
                        assert scene.world.registry.agreementOf(scene.id).status == AFTER[right]


@pytest.mark.parametrize("right", ROWS)
def test_nobody_brings_what_another_did_not_sign(right):
    """Whoever brings it, with its own signature, for the actor whose right it is."""
    row = ROWS[right]
    status = row.statuses[-1]
    with taken_back(scene_of(status)):
        scene = prepared(right, status)
        for actor in row.actors:
            for bringer in ACTORS:
                signers = [signer for signer in ACTORS if signer != actor]
                for signer in signers if bringer == actor else [bringer]:
                    with taken_back(scene):
                        found = outcome(
                            scene, row.event, lambda a=actor, b=bringer, s=signer: by_request(scene, right, a, b, s)
                        )
                        assert found == "NotSignedBy", (actor, bringer, signer)


# ------------------------------------------------------------------------------------------------ propose, sign, anyone


def _lone(scene: Scene, actor: str, message: bytes) -> tuple[bytes, bytes]:
    """The actor's own signature, in both places."""
    return (compact(KEYS[actor], message),) * 2


def _act_alone(scene: Scene, actor: str) -> Any:
    act = scene.act(cents=1)
    signatures = _lone(scene, actor, digest(scene.id, act, domain(scene.world.registry.address)))
    return scene.world.registry.act(scene.terms, act, *signatures, (), sender=ADDRESS[actor])


def _agree_alone(scene: Scene, actor: str) -> Any:
    return scene.world.registry.agree(scene.terms, *_lone(scene, actor, scene.id), sender=ADDRESS[actor])


def _announce_as(party: str) -> Callable[[Scene, str], Any]:
    def announce(scene: Scene, actor: str) -> Any:
        act = scene.handover() if scene.next else Act(0, successor=scene.id)
        signatures = _lone(scene, actor, digest(scene.id, act, domain(scene.world.registry.address)))
        who = ADDRESS[party or actor]
        return scene.world.registry.announce(scene.terms, act, who, *signatures, scene.next, sender=ADDRESS[actor])

    return announce


def _act_together(scene: Scene, actor: str) -> Any:
    act = scene.act(cents=1)
    message = digest(scene.id, act, domain(scene.world.registry.address))
    signatures = [compact(KEYS[party], message) for party in PARTIES]
    return scene.world.registry.act(scene.terms, act, *signatures, (), sender=ADDRESS[actor])


def _agree_together(scene: Scene, actor: str) -> Any:
    signatures = [compact(KEYS[party], scene.id) for party in PARTIES]
    return scene.world.registry.agree(scene.terms, *signatures, sender=ADDRESS[actor])


def _announce_together(scene: Scene, actor: str) -> Any:
    act = scene.handover() if scene.next else Act(0, successor=scene.id)
    message = digest(scene.id, act, domain(scene.world.registry.address))
    signatures = [compact(KEYS[who], message) for who in ("consumer", "arbiter")]
    return scene.world.registry.announce(scene.terms, act, CONSUMER, *signatures, scene.next, sender=ADDRESS[actor])


def _execute(scene: Scene, actor: str) -> Any:
    act = scene.handover() if scene.next else Act(0, successor=scene.id)
    return scene.world.registry.execute(scene.terms, act, scene.next, sender=ADDRESS[actor])


def _call(function: str) -> Callable[[Scene, str], Any]:
    return lambda scene, actor: getattr(scene.world.registry, function)(scene.terms, sender=ADDRESS[actor])


def _each(statuses: tuple[str, ...], outcomes: dict[str, str], otherwise: str) -> dict[tuple[str, str], str]:
    return {
        (actor, status): outcomes.get(actor, outcomes.get("", "")) if status in statuses else otherwise
        for actor in ACTORS
        for status in STATUSES
    }


UNSIGNED = {"producer": "NotSignedBy consumer", "": "NotSignedBy producer"}
SHARED: dict[str, tuple[Callable[[Scene, str], Any], str, dict[tuple[str, str], str]]] = {
    "propose": (
        _call("propose"),
        "Proposed",
        _each(("none",), {"producer": "Proposed", "": "NotTheProducer"}, "AlreadyProposed")
        | {(a, s): "NotTheProducer" for a in ACTORS if a != "producer" for s in STATUSES},
    ),
    "sign": (
        _call("sign"),
        "Signed",
        _each(("proposed",), {"consumer": "Signed", "": "NotTheConsumer"}, "WrongStatus")
        | {(a, s): "NotTheConsumer" for a in ACTORS if a != "consumer" for s in STATUSES},
    ),
    "agree alone": (
        _agree_alone,
        "Signed",
        _each(("none",), UNSIGNED, "AlreadyProposed")
        | {(a, "proposed"): "Signed" if a == "consumer" else "NotSignedBy consumer" for a in ACTORS},
    ),
    "agree together": (_agree_together, "Signed", _each(("none", "proposed"), {"": "Signed"}, "AlreadyProposed")),
    "act alone": (_act_alone, "Acted", _each(SIGNED_BY_BOTH, UNSIGNED, "WrongStatus")),
    "act together": (
        _act_together,
        "Acted",
        _each(SERVED, {"": "Acted"}, "WrongStatus")
        | {(a, s): "NeverServed" for a in ACTORS for s in ("signed", "too late")},
    ),
    "announce for oneself": (
        _announce_as(""),
        "Announced",
        _each(
            GOES_ON,
            {"producer": "NotSignedBy arbiter", "consumer": "NotSignedBy arbiter", "": "NotAParty"},
            "WrongStatus",
        ),
    ),
    "announce for the consumer": (
        _announce_as("consumer"),
        "Announced",
        _each(GOES_ON, {"consumer": "NotSignedBy arbiter", "": "NotSignedBy consumer"}, "WrongStatus"),
    ),
    "announce for the producer": (
        _announce_as("producer"),
        "Announced",
        _each(GOES_ON, {"producer": "NotSignedBy arbiter", "": "NotSignedBy producer"}, "WrongStatus"),
    ),
    "announce together": (_announce_together, "Announced", _each(GOES_ON, {"": "Announced"}, "WrongStatus")),
    "execute": (_execute, "Executed", _each(GOES_ON, {"": "Executed"}, "WrongStatus")),
    "close": (_call("close"), "Closed", _each(GOES_ON, {"": "Closed"}, "WrongStatus")),
    "alarm": (_call("alarm"), "Silent", _each(GOES_ON, {"": "Silent"}, "WrongStatus")),
}
BEFORE = {"execute": (_executable, GOES_ON), "close": (_later(92), GOES_ON), "alarm": (_later(9), GOES_ON)}


def named(scene: Scene, event: str, call: Callable[[], Any]) -> str:
    """As `outcome`, and whose signature is missing."""
    try:
        events = [e.name for e in call().events]
    except Refused as refused:
        if refused.name != "NotSignedBy":
            return refused.name
        return f"NotSignedBy {next(a for a in ACTORS if ADDRESS[a] == refused.given['party'])}"
    return event if event in events else f"none of {events}"


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("right", SHARED)
def test_what_two_do_is_not_done_by_one_of_them_nor_by_anyone_else(right, status):
    way, event, table = SHARED[right]
    scene = scene_of(status)
    with taken_back(scene):
        prepare, where = BEFORE.get(right, (None, ()))
        if prepare and status in where:
            prepare(scene)
        for actor in ACTORS:
            with taken_back(scene):
                found = named(scene, event, lambda actor=actor: way(scene, actor))
                assert found == table[actor, status], actor


# ------------------------------------------------------------------------------------------------------------ deadlines


def _until(way: Callable[[Scene, str, int], Any]) -> Callable[[Scene, str], Any]:
    return lambda scene, actor: way(scene, actor, scene.world.chain.time - 1)


def _late_act(scene: Scene, actor: str, until: int) -> Any:
    act = scene.act(cents=1, until=until)
    message = digest(scene.id, act, domain(scene.world.registry.address))
    signatures = [compact(KEYS[party], message) for party in PARTIES]
    return scene.world.registry.act(scene.terms, act, *signatures, (), sender=ADDRESS[actor])


def _late_announcement(scene: Scene, actor: str, until: int) -> Any:
    act = scene.handover()._replace(until=until)
    message = digest(scene.id, act, domain(scene.world.registry.address))
    signatures = [compact(KEYS[who], message) for who in ("producer", "arbiter")]
    return scene.world.registry.announce(scene.terms, act, PRODUCER, *signatures, scene.next, sender=ADDRESS[actor])


def _late_request(scene: Scene, actor: str, until: int) -> Any:
    wanted = request("voidAct", number=1, until=until)
    signature = compact(PRODUCER_KEY, request_digest(scene.id, wanted, domain(scene.world.registry.address)))
    return scene.world.registry.bring(scene.terms, wanted, PRODUCER, signature, sender=ADDRESS[actor])


LATE: dict[str, tuple[str, Callable[[Scene], None], Callable[[Scene, str], Any], tuple[str, ...], str]] = {
    "agree": ("none", _later(800), _agree_together, ACTORS, "LongStopPassed"),
    "agree to an offer": ("proposed", _later(800), _agree_together, ACTORS, "LongStopPassed"),
    "agree to an offer alone": ("proposed", _later(800), _agree_alone, ("consumer",), "LongStopPassed"),
    "serve": ("signed", _later(800), _call("serve"), ("meter",), "LongStopPassed"),
    "act": ("running", _later(1), _until(_late_act), ACTORS, "ActExpired"),
    "announce": ("running", _later(1), _until(_late_announcement), ACTORS, "ActExpired"),
    "bring": ("running", _later(1), _until(_late_request), ACTORS, "RequestExpired"),
    "dispute": (
        "running", _later(DISPUTE + 1), lambda s, a: directly(s, "dispute", a), PARTIES, "NotDisputable",
    ),
    "cancel": ("signed", _later(1), _call("cancel"), PARTIES, "LongStopNotPassed"),
    "execute": ("running", _announced, _execute, ACTORS, "NoticeNotOver"),
    "accept": (
        "running", _declared(500, NOTICE - 1), lambda s, a: directly(s, "accept", a), ("arbiter",), "PayeeHasTime",
    ),
    "refuse": (
        "running", _declared(500, NOTICE - 1), lambda s, a: directly(s, "refuse", a), ("arbiter",), "PayeeHasTime",
    ),
    "end in silence": ("running", _later(SILENCE), _call("endInSilence"), PARTIES, "NotSilent"),
    "exit": ("running", _later(1), lambda s, a: directly(s, "exit", a), ("consumer",), "LenderNotNotified"),
}  # fmt: skip


@pytest.mark.parametrize("right", LATE)
def test_a_deadline_holds_for_each_actor_that_could_meet_it(right):
    status, prepare, way, actors, error = LATE[right]
    scene = scene_of(status)
    with taken_back(scene):
        prepare(scene)
        for actor in actors:
            assert named(scene, "", lambda actor=actor: way(scene, actor)) == error, actor
