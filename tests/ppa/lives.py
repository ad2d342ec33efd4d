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
from ppa.rpc import Receipt
from ppa.terms import Terms
from ppa.termsfile import TermsFile
from ppa.verify import Report, Subject, run
from tests.ppa.world import CONSUMER, FIRST, PRODUCER, STRANGER, World, readings_of, terms_at

UNTIL = 2**64 - 1
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

    def both(self, number: int, heir: "Life | None" = None, **what: Any) -> Receipt:
        """An act that both signed and a stranger brings; to an heir, if there is one."""
        act = Act(number, UNTIL, **({"successor": heir.id} if heir else {}), **what)
        digest = act.digest(self.id, self.chain.chain_id(), self.registry)
        signatures = [b"".join(_compact(party, digest)) for party in (PRODUCER, CONSUMER)]
        return self.send(STRANGER, "act", act.as_tuple(), *signatures, [heir.terms.as_tuple()] if heir else [])

    def end(self, number: int) -> Receipt:
        """Both end it."""
        return self.both(number, successor=self.id)

    def heir(self, **changes: Any) -> "Life":
        """Other terms in place of these, signed; not handed over yet."""
        meter = changes.pop("meter", self.meter)
        terms = replace(self.terms, supersedes=self.id, meter=meter.address, **changes)
        found = _life(self.chain, self.deployment, terms, meter)
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
    life = _life(chain, deployment, terms, meter)
    life.send(meter, "serve")
    if not chain.records(life.ledger, meter.address):
        life.measure(FIRST - 1)
    return life


def _life(chain: Chain, deployment: Deployment, terms: Terms, meter: LocalAccount) -> Life:
    registry = deployment.address("PPARegistry")
    life = Life(chain, deployment, terms, terms.digest(chain.chain_id(), registry), meter=meter)
    life.act(PRODUCER, "propose")
    life.act(CONSUMER, "sign")
    return life


def _compact(party: LocalAccount, digest: bytes) -> tuple[bytes, bytes]:
    signature = party.unsafe_sign_hash(digest)
    return compact_signature(signature.r, signature.s, signature.v - 27)
