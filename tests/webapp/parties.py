"""What the parties of a real chain do beside proposing and signing: calls, and acts of both with their signatures."""

from typing import Any

from eth_account.signers.local import LocalAccount

from ppa.acts import Act
from ppa.records import compact_signature
from ppa.terms import Terms
from tests.webapp.world import CHAIN_ID, CONSUMER, PRODUCER, STRANGER, World, role

ARBITER, NEW_PRODUCER = role(5), role(6)
FOREVER = 2**63


def send(world: World, who: LocalAccount, name: str, *arguments: Any) -> None:
    """A call of the registry."""
    world.chain.transact(who, world.chain.function("PPARegistry", world.registry, name, *arguments))


def both(world: World, terms: Terms, act: Act, *successor: Terms) -> None:
    """Producer and consumer sign, a stranger brings it."""
    agreement = bytes.fromhex(world.id_of(terms)[2:])
    keys = {key.address: key for key in (PRODUCER, CONSUMER, NEW_PRODUCER)}
    message = act.digest(agreement, CHAIN_ID, world.registry)
    signed = [compact(keys[party], message) for party in (terms.producer, terms.consumer)]
    after = [terms.as_tuple() for terms in successor]
    if successor:
        send(world, STRANGER, "act", terms.as_tuple(), act.as_tuple(), *signed, after)
    else:  # the producer brings it: its transaction is its signature
        send(world, PRODUCER, "act", terms.as_tuple(), act.as_tuple(), b"", signed[1], after)


def compact(key: LocalAccount, message: bytes) -> bytes:
    """A compact signature."""
    signature = key.unsafe_sign_hash(message)
    return b"".join(compact_signature(signature.r, signature.s, signature.v - 27))
