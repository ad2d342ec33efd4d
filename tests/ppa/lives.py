"""Agreements that both change, hand over or end early: short lives on a real chain."""

from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak

from ppa.acts import Act
from ppa.chain import Chain
from ppa.deployment import Deployment
from ppa.evidence import Evidence
from ppa.records import compact_signature
from ppa.requests import Request, Right
from ppa.rpc import Receipt
from ppa.terms import Terms
from ppa.termsfile import TermsFile
from ppa.verify import Report, Subject
from tests.both_verifiers import run
from tests.ppa.world import CONSUMER, FIRST, PRODUCER, STRANGER, World, readings_of, terms_at, worded

UNTIL = 2**64 - 1
ARBITER: LocalAccount = Account.from_key(b"\6" * 32)
_SALTS = count(1_000)


def new_meter() -> LocalAccount:
    """A meter that nobody has seen."""
    meter: LocalAccount = Account.from_key(keccak(text=f"meter {next(_SALTS)}"))
    return meter


@dataclass
class Life(World):
    """An agreement with the key of its meter."""

    meter: LocalAccount = STRANGER

    def measure(self, *days: int) -> None:
        """Each day's record."""
        for day in days:
            self.record(readings_of(day), self.meter)

    def send(self, who: LocalAccount, function: str, *args: Any) -> Receipt:
        """A call of the registry that begins with the terms."""
        call = self.chain.function("PPARegistry", self.registry, function, self.terms.as_tuple(), *args)
        return self.chain.transact(who, call)

    def close(self) -> Receipt:
        """Anyone may."""
        return self.send(STRANGER, "close")

    def signed(self, who: LocalAccount, message: Act | Request) -> bytes:
        """A party's compact signature of an act or a request under these terms."""
        return compact(who, message.digest(self.id, self.chain.chain_id(), self.registry))

    def both(self, number: int, to: "Life | None" = None, **what: Any) -> Receipt:
        """An act that both signed and a stranger brings; to a successor, if there is one."""
        act = Act(number, UNTIL, **({"successor": to.id} if to else {}), **what)
        signatures = [self.signed(party, act) for party in (PRODUCER, CONSUMER)]
        return self.send(STRANGER, "act", act.as_tuple(), *signatures, listed(to))

    def bring(self, actor: LocalAccount, right: Right, **what: Any) -> Receipt:
        """A right that its actor signed and a stranger brings."""
        request = Request(right, until=UNTIL, **what)
        return self.send(STRANGER, "bring", request.as_tuple(), actor.address, self.signed(actor, request))

    def announce(self, party: LocalAccount, act: Act, successor: "Life | None" = None) -> Receipt:
        """What one party and the arbiter signed, announced by a stranger."""
        signatures = [self.signed(who, act) for who in (party, ARBITER)]
        return self.send(STRANGER, "announce", act.as_tuple(), party.address, *signatures, listed(successor))

    def execute(self, act: Act, successor: "Life | None" = None) -> Receipt:
        """A stranger does what was announced."""
        return self.send(STRANGER, "execute", act.as_tuple(), listed(successor))

    def wait_until(self, day: int) -> None:
        """The next block is of noon of a day in Greenwich."""
        self.chain.set_next_block_time(day * 86_400 + 43_200)

    def end(self, number: int) -> Receipt:
        """Both end it."""
        return self.both(number, successor=self.id)

    def successor(self, consumer: LocalAccount = CONSUMER, **changes: Any) -> "Life":
        """Other terms in place of these, signed; not handed over yet."""
        meter = changes.pop("meter", self.meter)
        changes |= {"supersedes": self.id, "meter": meter.address, "consumer": consumer.address}
        found = signed_life(self.chain, self.deployment, replace(self.terms, **changes), meter, consumer)
        found.days = self.days if meter is self.meter else {}
        return found

    def report(self, given: Evidence | TermsFile | None = None, chain: Chain | None = None) -> Report:
        """What the verifier says, in English; of the evidence unless told."""
        return run(Subject.of(chain or self.chain, given or self.evidence(), (), "en"))


def begun(chain: Chain, deployment: Deployment, meter: LocalAccount | None = None, **changes: Any) -> Life:
    """A running agreement of a year with an energy charge, and its opening record."""
    meter = meter or new_meter()
    plain = terms_at(deployment, next(_SALTS), 12)
    terms = replace(plain, **{"meter": meter.address, "clauses": plain.clauses[:1], **changes})
    life = signed_life(chain, deployment, terms, meter)
    life.send(meter, "serve")
    if not chain.records(life.ledger, meter.address):
        life.measure(FIRST - 1)
    return life


def signed_life(
    chain: Chain, deployment: Deployment, terms: Terms, meter: LocalAccount, consumer: LocalAccount = CONSUMER
) -> Life:
    """Terms with their words, proposed and signed; no meter serves them yet."""
    terms = worded(deployment, terms)
    registry = deployment.address("PPARegistry")
    life = Life(chain, deployment, terms, terms.digest(chain.chain_id(), registry), meter=meter)
    life.act(PRODUCER, "propose")
    life.act(consumer, "sign")
    return life


def compact(who: LocalAccount, digest: bytes) -> bytes:
    """A compact signature of a digest."""
    signature = who.unsafe_sign_hash(digest)
    return b"".join(compact_signature(signature.r, signature.s, signature.v - 27))


def listed(successor: Life | None) -> list[tuple[Any, ...]]:
    """The terms of a successor as a call has them."""
    return [successor.terms.as_tuple()] if successor else []
