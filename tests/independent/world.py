"""The contracts on a chain and the model beside them: every transaction goes to both, and all words are compared."""

import re
from typing import Any

from tests.evm import Chain, Refused, Stopped

from .model import Model
from .signing import RIGHTS, Act, Request, Terms, act_digest, address_of, record_digest, request_digest, sign
from .words import pack

CHAIN_ID = 31337
CLAUSES = [
    "EnergyCharge",
    "PriceTable",
    "IndexedPrice",
    "ExcessEnergy",
    "GuaranteedGeneration",
    "TakeOrPay",
    "FixedFee",
    "LateInterest",
    "ExitTable",
]
KEYS = ["p0", "p1", "p2", "c0", "c1", "c2", "a0", "a1", "l0", "x0", "m0", "m1", "m2", "m3"]
NAMES = {address_of(name): name for name in KEYS}


class Different(AssertionError):
    """The contracts and the model did not do the same."""


def snake(name: str) -> str:
    """The model's name of a function."""
    return re.sub(r"([A-Z])", lambda m: "_" + m[1].lower(), name)


class World:
    """Both, with what was done so far and what differed in the name of a refusal only."""

    def __init__(self, time: int) -> None:
        self.chain = Chain(time=time, block=1)
        self.ledger = self.chain.deploy("MeterLedger", CHAIN_ID)
        ends = self.chain.deploy("RegistryEnds", CHAIN_ID, self.ledger.address)
        rights = self.chain.deploy("RegistryRights", CHAIN_ID, self.ledger.address)
        args = (CHAIN_ID, self.ledger.address, ends.address, rights.address)
        self.registry = self.chain.deploy("PPARegistry", *args)
        self.clauses = {name: self.chain.deploy(name).address for name in CLAUSES}
        publisher = "0x" + "de" * 20
        self.index = self.chain.deploy("IndexPublisher", publisher, b"index")
        rules = {address: name for name, address in self.clauses.items()}
        self.model = Model(CHAIN_ID, self.ledger.address, self.registry.address, rules)
        self.published: dict[int, int] = self.model.registry.indexes.setdefault(self.index.address, {})
        self.time, self.block = time, 1
        self.said: list[str] = []
        self.orders: list[tuple[str, str, str]] = []
        self.outcomes: dict[tuple[str, str], int] = {}
        self.transactions = self.compared = 0

    @property
    def today(self) -> int:
        """The day of Greenwich."""
        return self.time // 86_400

    def go_on(self, seconds: int) -> None:
        """Time passes."""
        self.time += seconds
        self.chain.time = self.time

    def publish(self, day: int, value: int) -> None:
        """A value of the index."""
        if day not in self.published:
            self.index.publish(day, value, sender="0x" + "de" * 20)
            self.published[day] = value

    def send(self, contract: str, function: str, actor: str, *args: Any) -> str:
        """One transaction to both; its outcome."""
        self.block += 1
        self.chain.block = self.block
        self.transactions += 1
        at = self.ledger if contract == "ledger" else self.registry
        logs: list[Any] = []
        try:
            logs = getattr(at, function)(*args, sender=actor).events
            outcome = ""
        except Refused as refused:
            outcome = refused.name
        except Stopped as stopped:
            outcome = type(stopped).__name__
        self.model.at(self.time, self.block)
        part = self.model.ledger if contract == "ledger" else self.model.registry
        expected = self.model.send(getattr(part, snake(function)), actor, *args)
        key = (RIGHTS[args[1].right] + " brought" if function == "bring" else function, expected)
        self.outcomes[key] = self.outcomes.get(key, 0) + 1
        who = NAMES.get(actor, actor)
        self.said.append(f"{self.block} day {self.today}: {who} {function}{self._short(args)} -> {expected or 'done'}")
        if bool(outcome) != bool(expected):
            raise Different(f"{function}: the contract said {outcome or 'done'}, the model {expected or 'done'}")
        if outcome != expected:
            self.orders.append((key[0], outcome, expected))
        self.compare(logs)
        return outcome

    def _short(self, args: Any) -> str:
        def short(value: Any) -> str:
            if isinstance(value, Terms):
                return f"terms {self.model.registry.id_of(value).hex()[:6]}"
            if isinstance(value, list | tuple) and not isinstance(value, Act | Request):
                return "[" + ", ".join(short(v) for v in value) + "]"
            if isinstance(value, Request):
                return f"{RIGHTS[value.right]}({value.number}, {value.cents}, {value.day})"
            if isinstance(value, Act):
                return str(tuple(v.hex()[:6] if isinstance(v, bytes) else v for v in value[:-1]))
            return value.hex()[:6] if isinstance(value, bytes) else NAMES.get(value, str(value))

        return "(" + ", ".join(short(a) for a in args) + ")"

    def compare(self, logs: list[Any]) -> None:
        """Every word of storage, and each statement's lines."""
        addresses = {"ledger": self.ledger.address, "registry": self.registry.address}
        storage = self.chain.evm.storage
        for key, (contract, slot, word) in self.model.store.words().items():
            self.compared += 1
            if storage(addresses[contract], slot) != word:
                raise Different(self.explain(key, storage(addresses[contract], slot)))
        wanted = self.model.registry.events
        found = [e for e in logs if e.name in ("Closed", "Opened", "Ended", "Brought", "Notified")]
        if [e.name for e in found] != [e[0] for e in wanted]:
            raise Different(f"events: {found}, the model has {wanted}")
        for event, (name, ident, *rest) in zip(found, wanted, strict=True):
            a = event.args
            if a["id"] != ident:
                raise Different(f"{name} of another agreement")
            if name == "Brought" and [a["actor"], a["digest"]] != rest:
                raise Different(f"Brought: {a}")
            if name == "Notified" and [a["lender"], a["day"], a["clause"], a["isFinal"]] != rest:
                raise Different(f"Notified: {a}, the model has {rest}")
            if name == "Closed":
                number, _, balance, lines = rest
                if (a["number"], a["balance"], tuple(a["lines"])) != (number, balance, lines):
                    raise Different(f"lines of {number}: {a['balance']} {a['lines']}, the model has {balance} {lines}")

    def explain(self, key: tuple[Any, ...], found: int) -> str:
        """A different word, field by field."""
        from .words import BITS

        value = self.model.store.values[key]
        name = [NAMES.get(k, k.hex()[:6] if isinstance(k, bytes) else k) for k in key]
        if isinstance(value, int):
            return f"{name}: the contract has {found:x}, the model {value:x}"
        texts, rest = [], found
        for field, bits in reversed(list(zip(value._fields, BITS[type(value)], strict=True))):
            got = rest & (1 << abs(bits)) - 1
            rest >>= abs(bits)
            if bits < 0 and got >> -bits - 1:
                got -= 1 << -bits
            if got != getattr(value, field):
                texts.append(f"{field}: the contract has {got}, the model {getattr(value, field)}")
        if rest:
            texts.append(f"free bits: {rest:x}")
        return f"{name}: " + "; ".join(texts or [f"{found:x} {pack(value):x}"])

    # ------------------------------------------------------------------------------------------- signatures

    def signed_act(self, name: str, ident: bytes, act: Act) -> bytes:
        """An act's signature."""
        return sign(name, act_digest(self.model.registry.separator, ident, act))

    def bring(self, sender: str, terms: Terms, request: Request, actor: str, signer: str) -> str:
        """A request that somebody brings."""
        ident = self.model.registry.id_of(terms)
        signature = sign(signer, request_digest(self.model.registry.separator, ident, request))
        return self.send("registry", "bring", sender, terms, request, actor, signature)

    def signed_record(self, signer: str, meter: str, g: int, e: int, day: int, root: bytes) -> tuple[Any, ...]:
        """A record as its meter signs it."""
        last = pack(self.model.ledger.word_of(meter))
        made = sign(signer, record_digest(self.model.ledger.separator, last, g, e, day, root))
        return (meter, g, e, day, root, made[:32], made[32:])
