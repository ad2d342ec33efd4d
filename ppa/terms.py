"""What the parties agree to, and its EIP-712 digest: the agreement's id."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from eth_utils.address import is_address, to_checksum_address
from eth_utils.crypto import keccak

from ppa import calendar
from ppa.errors import BadDay, BadTerms

ZERO_ADDRESS = "0x" + "00" * 20
ZERO_HASH = bytes(32)
MOST_CLAUSES = 16
MOST_MONTHS = 4095

DOMAIN_TYPE = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
CLAUSE_TYPE = "Clause(address rule,bytes params)"
TERMS_TYPE = (
    "Terms(address producer,address consumer,address meter,address arbiter,uint16 firstDay,uint16 months,"
    "uint16 disputeDays,bytes3 currency,bytes32 timeZone,uint64 maxPower,bytes32 documentHash,bytes32 supersedes,"
    "uint256 salt,Clause[] clauses)"
)
_NAME, _VERSION = "Solpact", "1"


@dataclass(frozen=True)
class Clause:
    """A rule's address and its parameters, ABI encoded."""

    rule: str
    params: bytes

    def digest(self) -> bytes:
        """The EIP-712 hash of the struct."""
        return keccak(keccak(text=CLAUSE_TYPE) + _address(self.rule) + keccak(self.params))


@dataclass(frozen=True)
class Terms:
    """All that the parties agree to. `first_day` is a civil day, `max_power_w` in W, `salt` any public number."""

    producer: str
    consumer: str
    meter: str
    first_day: int
    months: int
    max_power_w: int
    clauses: tuple[Clause, ...]
    arbiter: str = ZERO_ADDRESS
    dispute_days: int = 0
    currency: str = "EUR"
    time_zone: str = "Europe/Madrid"
    document_hash: bytes = field(default=ZERO_HASH)
    supersedes: bytes = field(default=ZERO_HASH)
    salt: int = 0

    @property
    def last_day(self) -> int:
        """The last day of the term."""
        return calendar.last_period_day(self.first_day, self.months)

    def digest(self, chain_id: int, registry: str) -> bytes:
        """The agreement's id: the EIP-712 digest under the registry's domain."""
        return keccak(b"\x19\x01" + domain_separator(chain_id, registry) + self.struct_hash())

    def struct_hash(self) -> bytes:
        """The EIP-712 hash of the struct. Raises BadTerms for a field that does not fit its type."""
        numbers = [
            ("firstDay", self.first_day, 16),
            ("months", self.months, 16),
            ("disputeDays", self.dispute_days, 16),
            ("maxPower", self.max_power_w, 64),
            ("salt", self.salt, 256),
        ]
        first, months, dispute, power, salt = (_number(*number) for number in numbers)
        parties = b"".join(_address(a) for a in (self.producer, self.consumer, self.meter, self.arbiter))
        texts = _text(self.currency, 3, "currency") + bytes(29) + _text(self.time_zone, 32, "timeZone")
        hashes = _hash32(self.document_hash, "documentHash") + _hash32(self.supersedes, "supersedes")
        clauses = keccak(b"".join(clause.digest() for clause in self.clauses))
        return keccak(
            keccak(text=TERMS_TYPE + CLAUSE_TYPE)
            + parties + first + months + dispute + texts + power + hashes + salt + clauses
        )  # fmt: skip

    def as_tuple(self) -> tuple[Any, ...]:
        """In the order and types of the ABI."""
        return (
            *(to_checksum_address(a) for a in (self.producer, self.consumer, self.meter, self.arbiter)),
            self.first_day,
            self.months,
            self.dispute_days,
            _text(self.currency, 3, "currency"),
            _text(self.time_zone, 32, "timeZone"),
            self.max_power_w,
            self.document_hash,
            self.supersedes,
            self.salt,
            [(to_checksum_address(clause.rule), clause.params) for clause in self.clauses],
        )

    @classmethod
    def from_tuple(cls, values: Sequence[Any]) -> Self:
        """From the ABI's tuple. Raises BadTerms if currency or zone are not ASCII."""
        producer, consumer, meter, arbiter, first, months, dispute, currency, *rest = values
        tz, power, document, old, salt, rules = rest
        return cls(
            producer=to_checksum_address(producer),
            consumer=to_checksum_address(consumer),
            meter=to_checksum_address(meter),
            arbiter=to_checksum_address(arbiter),
            first_day=first,
            months=months,
            dispute_days=dispute,
            currency=_ascii(currency, "currency"),
            time_zone=_ascii(tz, "timeZone"),
            max_power_w=power,
            document_hash=bytes(document),
            supersedes=bytes(old),
            salt=salt,
            clauses=tuple(Clause(to_checksum_address(rule), bytes(params)) for rule, params in rules),
        )

    def typed_data(self, chain_id: int, registry: str) -> dict[str, Any]:
        """The EIP-712 message as a wallet takes it (JSON-able: bytes as hex, large numbers as text)."""
        values = self.as_tuple()
        names = [part.split(" ") for part in TERMS_TYPE[len("Terms(") : -1].split(",")]
        message = {name: _jsonable(value) for (_, name), value in zip(names, values, strict=True)}
        message["clauses"] = [{"rule": clause.rule, "params": "0x" + clause.params.hex()} for clause in self.clauses]
        return {
            "types": {
                "EIP712Domain": [
                    {"name": "name", "type": "string"},
                    {"name": "version", "type": "string"},
                    {"name": "chainId", "type": "uint256"},
                    {"name": "verifyingContract", "type": "address"},
                ],
                "Terms": [{"name": name, "type": kind} for kind, name in names],
                "Clause": [{"name": "rule", "type": "address"}, {"name": "params", "type": "bytes"}],
            },
            "primaryType": "Terms",
            "domain": {
                "name": _NAME,
                "version": _VERSION,
                "chainId": chain_id,
                "verifyingContract": to_checksum_address(registry),
            },
            "message": message,
        }

    def check(self) -> None:
        """Raises BadTerms where the registry refuses at proposal (clauses' own parameters aside)."""
        self.struct_hash()
        producer, consumer, meter = self.producer.lower(), self.consumer.lower(), self.meter.lower()
        if producer == ZERO_ADDRESS:
            raise BadTerms("The producer's address is missing.")
        if consumer == ZERO_ADDRESS:
            raise BadTerms("The consumer's address is missing.")
        if meter == ZERO_ADDRESS:
            raise BadTerms("The meter's address is missing: run `meter init` first, it prints it.")
        if producer == consumer:
            raise BadTerms(f"Producer and consumer are the same account, {self.producer}.")
        if meter in (producer, consumer):
            raise BadTerms(f"The meter {self.meter} is one of the parties; it must have a key of its own.")
        if self.arbiter.lower() in (producer, consumer, meter):
            raise BadTerms(f"The arbiter {self.arbiter} is a party or the meter; it must be somebody else.")
        self._check_term()
        if self.max_power_w == 0:
            raise BadTerms("The plant's greatest power is missing: give it in W, above zero.")
        if not 1 <= len(self.clauses) <= MOST_CLAUSES:
            raise BadTerms(f"An agreement has 1 to {MOST_CLAUSES} clauses, not {len(self.clauses)}.")

    def _check_term(self) -> None:
        if not calendar.is_first_of_month(self.first_day):
            raise BadTerms(f"The first day, {calendar.date_of(self.first_day)}, must be the first of a month.")
        if self.months == 0:
            raise BadTerms("The term has no months: give at least one.")
        try:
            if self.months > MOST_MONTHS:
                raise BadDay(f"{self.months} months are more than {MOST_MONTHS}.")
            calendar.last_period_day(self.first_day, self.months)
            calendar.zone(self.time_zone)
        except BadDay as problem:
            raise BadTerms(str(problem)) from problem


def domain_separator(chain_id: int, registry: str) -> bytes:
    """The EIP-712 domain of a contract of ours on a chain."""
    names = keccak(text=DOMAIN_TYPE) + keccak(text=_NAME) + keccak(text=_VERSION)
    return keccak(names + chain_id.to_bytes(32) + _address(registry))


def _address(address: str) -> bytes:
    if not is_address(address):
        raise BadTerms(f"{address!r} is not an address (or its checksum is wrong).")
    return bytes(12) + bytes.fromhex(address[2:])


def _number(name: str, value: int, bits: int) -> bytes:
    if not 0 <= value < 2**bits:
        raise BadTerms(f"{name} is {value}, which does not fit {bits} bits.")
    return value.to_bytes(32)


def _hash32(value: bytes, name: str) -> bytes:
    if len(value) != 32:
        raise BadTerms(f"{name} has 32 bytes, not {len(value)}.")
    return value


def _text(value: str, length: int, name: str) -> bytes:
    exact = length == 3
    if not value.isascii() or "\0" in value or len(value) > length or (exact and len(value) != length):
        raise BadTerms(f"{name} {value!r} is not {'' if exact else 'at most '}{length} ASCII characters.")
    return value.encode().ljust(length, b"\0")


def _ascii(value: bytes, name: str) -> str:
    try:
        return bytes(value).rstrip(b"\0").decode("ascii")
    except UnicodeDecodeError as problem:
        raise BadTerms(f"{name} 0x{bytes(value).hex()} is not ASCII text.") from problem


def _jsonable(value: Any) -> Any:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, int) and value > 2**53:
        return str(value)
    return value
