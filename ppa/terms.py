"""What the parties agree to, and its EIP-712 digest: the agreement's id."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from ppa import calendar, eip712
from ppa.errors import BadDay, BadTerms

ZERO_ADDRESS = "0x" + "00" * 20
ZERO_HASH = bytes(32)
MOST_CLAUSES = 16
MOST_MONTHS = 4095
MOST_CLAIM_CENTS = 2**47 - 1
_LONGEST_MONTH = 31
_TERM_END = -1  # of `long_stop_day`: the term's last day

CLAUSE_TYPE = "Clause(address rule,bytes params)"
TERMS_TYPE = (
    "Terms(string words,address producer,address consumer,address meter,address arbiter,uint16 firstDay,"
    "uint16 firstMonth,uint16 months,uint16 disputeDays,uint16 noticeDays,uint16 silenceDays,uint16 longStopDay,"
    "bytes3 currency,bytes32 timeZone,uint64 maxPower,uint64 maxClaim,bytes32 documentHash,bytes32 supersedes,"
    "uint256 salt,Clause[] clauses)"
)


@dataclass(frozen=True)
class Clause:
    """A rule's address and its parameters, ABI encoded."""

    rule: str
    params: bytes

    def digest(self) -> bytes:
        """The EIP-712 hash of the struct."""
        return eip712.struct_hash(CLAUSE_TYPE, (self.rule, self.params), BadTerms)


@dataclass(frozen=True)
class Terms:
    """All that the parties agree to. `first_day` is a civil day, `max_power_w` in W, `salt` any public number.

    `words_hash` is the keccak256 of the agreement in plain words. The life has `months` months; `first_day` begins its
    month number `first_month`. `long_stop_day`, a day of Greenwich, is the term's last day where it is not given.
    """

    producer: str
    consumer: str
    meter: str
    first_day: int
    months: int
    max_power_w: int
    clauses: tuple[Clause, ...]
    arbiter: str = ZERO_ADDRESS
    first_month: int = 1
    dispute_days: int = 0
    notice_days: int = 0
    silence_days: int = 0
    long_stop_day: int = _TERM_END
    currency: str = "EUR"
    time_zone: str = "Europe/Madrid"
    max_claim_cents: int = MOST_CLAIM_CENTS
    document_hash: bytes = field(default=ZERO_HASH)
    supersedes: bytes = field(default=ZERO_HASH)
    salt: int = 0
    words_hash: bytes = field(default=ZERO_HASH)

    def __post_init__(self) -> None:
        """Fills in the long-stop day; a term without a last day, which `check` refuses, keeps its first day."""
        if self.long_stop_day == _TERM_END:
            try:
                last = self.last_day
            except BadDay:
                last = self.first_day
            object.__setattr__(self, "long_stop_day", last)

    @property
    def last_day(self) -> int:
        """The last day of the term. Raises BadDay if there is none."""
        return calendar.last_period_day(self.first_day, self.months - self.first_month + 1)

    @property
    def life_first_day(self) -> int:
        """The first day of month 1 of the life: at or before the first day that is billed here. Raises BadDay."""
        return calendar.months_before(self.first_day, self.first_month - 1)

    def digest(self, chain_id: int, registry: str) -> bytes:
        """The agreement's id: the EIP-712 digest under the registry's domain."""
        return eip712.digest(self.struct_hash(), chain_id, registry)

    def struct_hash(self) -> bytes:
        """The EIP-712 hash of the struct. Raises BadTerms for a field that does not fit its type."""
        words_hash, *values, _ = self.as_tuple()
        plain = eip712.members(TERMS_TYPE)[1:-1]
        words = [eip712.word(kind, name, value, BadTerms) for (kind, name), value in zip(plain, values, strict=True)]
        text = eip712.word("bytes32", "wordsHash", words_hash, BadTerms)
        clauses = keccak(b"".join(clause.digest() for clause in self.clauses))
        return keccak(keccak(text=TERMS_TYPE + CLAUSE_TYPE) + text + b"".join(words) + clauses)

    def as_tuple(self) -> tuple[Any, ...]:
        """In the order and types of the ABI. Raises BadTerms for what is no address or no text."""
        parties = (self.producer, self.consumer, self.meter, self.arbiter)
        return (
            self.words_hash,
            *(eip712.checked_address(party, BadTerms) for party in parties),
            self.first_day,
            self.first_month,
            self.months,
            self.dispute_days,
            self.notice_days,
            self.silence_days,
            self.long_stop_day,
            _text(self.currency, 3, "currency"),
            _text(self.time_zone, 32, "timeZone"),
            self.max_power_w,
            self.max_claim_cents,
            self.document_hash,
            self.supersedes,
            self.salt,
            [(eip712.checked_address(clause.rule, BadTerms), clause.params) for clause in self.clauses],
        )

    @classmethod
    def from_tuple(cls, values: Sequence[Any]) -> Self:
        """From the ABI's tuple. Raises BadTerms if currency or zone are not ASCII."""
        words_hash, *parties, first, first_month, months, dispute, notice, silence, long_stop = values[:12]
        currency, tz, power, claim, document, old, salt, rules = values[12:]
        producer, consumer, meter, arbiter = (to_checksum_address(party) for party in parties)
        return cls(
            producer=producer,
            consumer=consumer,
            meter=meter,
            arbiter=arbiter,
            first_day=first,
            first_month=first_month,
            months=months,
            dispute_days=dispute,
            notice_days=notice,
            silence_days=silence,
            long_stop_day=long_stop,
            currency=_ascii(currency, "currency"),
            time_zone=_ascii(tz, "timeZone"),
            max_power_w=power,
            max_claim_cents=claim,
            document_hash=bytes(document),
            supersedes=bytes(old),
            salt=salt,
            clauses=tuple(Clause(to_checksum_address(rule), bytes(params)) for rule, params in rules),
            words_hash=bytes(words_hash),
        )

    def typed_data(self, chain_id: int, registry: str, words: str) -> dict[str, Any]:
        """The EIP-712 message as a wallet takes it (JSON-able: bytes as hex, large numbers as text).

        Raises BadTerms if `words` are not those whose hash the terms have.
        """
        if keccak(text=words) != self.words_hash:
            raise BadTerms("These are not the words of these terms: their hash is another.")
        names = [name for _, name in eip712.members(TERMS_TYPE)]
        message = {name: _jsonable(value) for name, value in zip(names, self.as_tuple(), strict=True)}
        message["words"] = words
        message["clauses"] = [{"rule": clause.rule, "params": "0x" + clause.params.hex()} for clause in self.clauses]
        return eip712.typed_data([TERMS_TYPE, CLAUSE_TYPE], message, chain_id, registry)

    def check(self) -> None:
        """Raises BadTerms where the registry refuses at proposal (clauses' own parameters aside)."""
        self.struct_hash()
        self._check_parties()
        self._check_term()
        if self.words_hash == ZERO_HASH:
            raise BadTerms("The agreement in plain words is missing: its hash is zero.")
        if self.max_power_w == 0:
            raise BadTerms("The plant's greatest power is missing: give it in W, above zero.")
        if self.max_claim_cents > MOST_CLAIM_CENTS:
            raise BadTerms(f"The greatest claim is above {MOST_CLAIM_CENTS} cents, the most that a claim can have.")
        if not 1 <= len(self.clauses) <= MOST_CLAUSES:
            raise BadTerms(f"An agreement has 1 to {MOST_CLAUSES} clauses, not {len(self.clauses)}.")

    def _check_parties(self) -> None:
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
        if self.notice_days and self.arbiter.lower() == ZERO_ADDRESS:
            raise BadTerms(f"There are {self.notice_days} days of notice and no arbiter: name one, or give none.")

    def _check_term(self) -> None:
        if self.first_day == 0 or not calendar.is_first_of_month(self.first_day):
            first = calendar.date_of(self.first_day)
            raise BadTerms(f"The first day, {first}, must be the first of a month, after 1970-01-01.")
        if self.months == 0:
            raise BadTerms("The term has no months: give at least one.")
        if not 1 <= self.first_month <= self.months:
            raise BadTerms(f"Month {self.first_month} is none of the {self.months} months of the agreement's life.")
        if self.months > MOST_MONTHS:
            raise BadTerms(f"{self.months} months are more than {MOST_MONTHS}.")
        if not (self.first_month - 1) * _LONGEST_MONTH < self.first_day:
            raise BadTerms(f"Month 1 of the life would begin before 1970: month {self.first_month} is too late a one.")
        try:
            last = self.last_day
            calendar.zone(self.time_zone)
        except BadDay as problem:
            raise BadTerms(str(problem)) from problem
        if not self.first_day <= self.long_stop_day <= last:
            raise BadTerms(
                f"The long-stop day, {calendar.date_of(self.long_stop_day)}, is outside the term, "
                f"{calendar.date_of(self.first_day)} to {calendar.date_of(last)}."
            )


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
