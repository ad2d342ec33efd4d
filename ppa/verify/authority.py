"""Who may have made each event of the registry, and by which call: an actor alone, a request, or both parties."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from eth_utils.address import to_checksum_address

from ppa.acts import Act
from ppa.errors import PpaError
from ppa.history import RegistryEvent
from ppa.requests import Request, Right
from ppa.terms import Terms
from ppa.verify.calldata import Call
from ppa.verify.subject import Subject
from ppa.verify.transactions import compact_signer

Actor = Callable[[Terms, RegistryEvent], str]


@dataclass(frozen=True)
class Rule:
    """The right by which an actor makes an event.

    `fields`: each argument of its function after the terms, by the event's name of it and the request's.
    """

    right: Right
    actor: Actor
    fields: tuple[tuple[str, str], ...] = ()


def _producer(terms: Terms, _: RegistryEvent) -> str:
    return terms.producer


def _consumer(terms: Terms, _: RegistryEvent) -> str:
    return terms.consumer


def _meter(terms: Terms, _: RegistryEvent) -> str:
    return terms.meter


def _arbiter(terms: Terms, _: RegistryEvent) -> str:
    return terms.arbiter


def _party(terms: Terms, event: RegistryEvent) -> str:
    """The party that the event names; the producer where it names neither, who then has not signed it."""
    named = to_checksum_address(event.values["party"])
    return named if named in (terms.producer, terms.consumer) else terms.producer


def _claimant(terms: Terms, event: RegistryEvent) -> str:
    return terms.consumer if event.values["claim"] < 0 else terms.producer


def _payer(terms: Terms, event: RegistryEvent) -> str:
    return terms.consumer if event.values["cents"] > 0 else terms.producer


def _payee(terms: Terms, event: RegistryEvent) -> str:
    return terms.producer if event.values["cents"] > 0 else terms.consumer


def _lender(_: Terms, event: RegistryEvent) -> str:
    return to_checksum_address(event.values["lender"])


_NUMBER = (("number", "number"),)
_CLAUSE = (("clause", "number"),)
_PAYMENT = (("cents", "cents"), ("day", "day"), ("reference_", "reference"))
_ACCEPTED = Rule(Right.ACCEPT, _arbiter, _PAYMENT)
_RULES = {
    "Withdrawn": Rule(Right.WITHDRAW, _producer),
    "Rejected": Rule(Right.REJECT, _consumer),
    "Served": Rule(Right.SERVE, _meter),
    "Cancelled": Rule(Right.CANCEL, _party),
    "ActVoided": Rule(Right.VOID_ACT, _party, _NUMBER),
    "Objected": Rule(Right.OBJECT, _party),
    "Disputed": Rule(Right.DISPUTE, _claimant, (*_NUMBER, ("claim", "cents"), ("evidence", "reference"))),
    "Resolved": Rule(Right.RESOLVE, _arbiter, (*_NUMBER, ("award", "cents"), ("reason", "reference"))),
    "PaymentDeclared": Rule(Right.DECLARE, _payer, _PAYMENT),
    "PaymentConfirmed": Rule(Right.CONFIRM, _payee, _PAYMENT),
    "PaymentDenied": Rule(Right.DENY, _payee, _PAYMENT),
    "PaymentRefused": Rule(Right.REFUSE, _arbiter, _PAYMENT),
    "Notified": Rule(Right.NOTIFY_LENDER, _consumer, _CLAUSE),
    "Cured": Rule(Right.CURE, _lender),
    "Exited": Rule(Right.EXIT, _consumer, _CLAUSE),
    "EndedInSilence": Rule(Right.END_IN_SILENCE, _party),
}
# event: who makes it, if it has no right of its own
_SIGNED_BY: dict[str, tuple[Actor, ...]] = {
    "Proposed": (_producer,),
    "Signed": (_consumer,),
    "Acted": (_producer, _consumer),
    "Announced": (_party, _arbiter),
}
_FUNCTIONS = {
    "Proposed": {"propose", "agree"},
    "Signed": {"sign", "agree"},
    "Acted": {"act"},
    "Announced": {"announce"},
}


def has_actors(event: RegistryEvent) -> bool:
    """Whether only some may make such an event; the others come of what anyone may do, or of an event before them."""
    return event.name in _RULES or event.name in _SIGNED_BY


def actors(s: Subject, event: RegistryEvent) -> list[str]:
    """Whose act an event is."""
    by = _SIGNED_BY.get(event.name) or (_rule(event).actor,)
    return [actor(s.terms, event) for actor in by]


def functions(event: RegistryEvent) -> frozenset[str]:
    """The functions whose calls make such an event."""
    return frozenset(_FUNCTIONS.get(event.name) or {_rule(event).right.function, "bring"})


def lacking(s: Subject, event: RegistryEvent, call: Call, sender: str | None) -> list[str] | None:
    """The actors whose signature a call should bring and does not; None if it is no call that makes the event.

    `sender` is who called the registry; None where another contract did.
    """
    name, (terms, *rest) = call
    if terms != given(s.terms):
        return None
    try:
        if name == "bring":
            return _brought(s, event, rest)
        if name in ("agree", "act", "announce"):
            return _signed(s, event, name, rest, sender)
    except PpaError:  # what was signed does not fit its types
        return None
    return _alone(s, event, rest, sender)


def given(value: Any) -> Any:
    """Terms, or any value of a call, in the order of the ABI, as calldata is read."""
    if isinstance(value, Terms):
        value = value.as_tuple()
    return tuple(map(given, value)) if isinstance(value, list | tuple) else value


def _alone(s: Subject, event: RegistryEvent, rest: Sequence[Any], sender: str | None) -> list[str] | None:
    rule = None if event.name in _SIGNED_BY else _rule(event)
    values = [event.values[name] for name, _ in rule.fields] if rule else []
    (who,) = actors(s, event)
    if list(rest) != values or sender not in (None, who):
        return None
    return [] if sender == who else [who]


def _brought(s: Subject, event: RegistryEvent, rest: Sequence[Any]) -> list[str] | None:
    asked, actor, signature = rest
    request, rule = Request.from_tuple(asked), _rule(event)
    (who,) = actors(s, event)
    same = all(getattr(request, field) == event.values[name] for name, field in rule.fields)
    if request.right != rule.right or actor != who or not same:
        return None
    digest = request.digest(s.id, s.file.chain_id, s.file.registry)
    return [] if compact_signer(digest, signature) == who else [who]


def _signed(s: Subject, event: RegistryEvent, name: str, rest: Sequence[Any], sender: str | None) -> list[str] | None:
    who = actors(s, event)
    if name == "agree":
        digest, signatures = s.id, rest[:1] if event.name == "Proposed" else rest[1:]
    else:
        act = Act.from_tuple(rest[0])
        if act != Act.from_tuple(event.values["act"]) or (name == "announce" and rest[1] != who[0]):
            return None
        digest, signatures = act.digest(s.id, s.file.chain_id, s.file.registry), rest[-3:-1]
    signed = zip(who, signatures, strict=True)
    return [party for party, signature in signed if party not in (sender, compact_signer(digest, signature))]


def _rule(event: RegistryEvent) -> Rule:
    return _ACCEPTED if event.name == "PaymentConfirmed" and event.values["byArbiter"] else _RULES[event.name]
