"""Who acts in the contracts' tests, and short ways to what they act on.

A `World` is a chain with everything deployed. `terms()` are good terms that a test changes; `World.running()` brings an
agreement to where it can be closed. Days are civil days since 1970, months are named by their first day.
"""

from datetime import date, timedelta
from typing import Any, NamedTuple

from eth_abi import encode as abi_encode

from tests.evm import CHAIN_ID, NOBODY, Chain, Contract, Receipt


def role(number: int) -> str:
    """An address that is easy to tell apart in a failure."""
    return "0x" + f"{number:02x}" * 20


PRODUCER, CONSUMER, METER, STRANGER = role(0xA1), role(0xC1), role(0x31), role(0x5A)
EARLY_BOUNDARY, DARK, CLAUSE_FAILED, SUBSTITUTED, SILENT, IMPOSSIBLE, LAST = 1, 2, 4, 8, 16, 32, 64
UNKNOWN, DECLARED, DENIED, CONFIRMED, REFUSED = range(5)
DARK_DAYS, NOTICE_LASTS = 60, 180
NONE, PROPOSED, WITHDRAWN, REJECTED, SIGNED, RUNNING, ENDED, HANDED_OVER = range(8)
CLAUSE_GAS_NEEDED = 500_000 * 64 // 63 + 10_000
EPOCH = date(1970, 1, 1)
WORDS_HASH = bytes(range(32, 64))
ROOT_OF_DAY = bytes(range(32))
MWH = 1_000_000


class Clause(NamedTuple):
    """A rule and its parameters."""

    rule: str
    params: bytes


class Terms(NamedTuple):
    """All that the parties agree to, in the ABI's order."""

    wordsHash: bytes  # noqa: N815 - the names of the ABI
    producer: str
    consumer: str
    meter: str
    arbiter: str
    firstDay: int  # noqa: N815
    firstMonth: int  # noqa: N815
    months: int
    disputeDays: int  # noqa: N815
    noticeDays: int  # noqa: N815
    silenceDays: int  # noqa: N815
    longStopDay: int  # noqa: N815
    currency: bytes
    timeZone: bytes  # noqa: N815
    maxPower: int  # noqa: N815
    maxClaim: int  # noqa: N815
    documentHash: bytes  # noqa: N815
    supersedes: bytes
    salt: int
    clauses: tuple[Clause, ...]


def day_of(year: int, month: int, day: int) -> int:
    """The civil day."""
    return (date(year, month, day) - EPOCH).days


def month_end(day: int) -> int:
    """The last day of the month that `day` is in, by Python's calendar."""
    first = EPOCH + timedelta(day)
    return ((first.replace(day=28) + timedelta(4)).replace(day=1) - EPOCH).days - 1


def month_ends(first_day: int, count: int) -> list[int]:
    """The last days of `count` months, the month of `first_day` being the first."""
    ends = [month_end(first_day)]
    while len(ends) < count:
        ends.append(month_end(ends[-1] + 1))
    return ends[:count]


def energy_charge(price: int = 100_000, escalator: int = 0, base: int = 0) -> bytes:
    """Parameters: price in 1e-6 EUR/kWh, ppm a year, 0 self-consumption or 1 generation."""
    return abi_encode(["uint64", "uint32", "uint8"], [price, escalator, base])


def guarantee(energy: int = MWH, window: int = 3, degradation: int = 0, price: int = 100_000) -> bytes:
    """Parameters: Wh of the first window, months, ppm a year, refund in 1e-6 EUR/kWh."""
    return abi_encode(["uint64", "uint16", "uint32", "uint64"], [energy, window, degradation, price])


def three(first: int, second: int, third: int) -> bytes:
    """Parameters of the tests' odd clause: how it checks, how it assesses, an argument."""
    return b"".join((n % 2**256).to_bytes(32, "big") for n in (first, second, third))


def deployed_registry(chain: Chain, ledger: Contract, chain_id: int = CHAIN_ID) -> Contract:
    """The registry with its two modules."""
    modules = [chain.deploy(name, chain_id, ledger.address).address for name in ("RegistryEnds", "RegistryRights")]
    return chain.deploy("PPARegistry", chain_id, ledger.address, *modules)


class World:
    """A chain on 30 June 2016, 22:00 UTC, with ledger, registry and clauses."""

    JULY = day_of(2016, 7, 1)

    def __init__(self) -> None:
        self.chain = Chain(time=self.JULY * 86_400 - 7_200, block=1_000)
        self.ledger = self.chain.deploy("MeterLedger", CHAIN_ID)
        self.registry = deployed_registry(self.chain, self.ledger)
        self.energy = self.chain.deploy("EnergyCharge")
        self.guarantee = self.chain.deploy("GuaranteedGeneration")

    def clause(self, params: bytes | None = None, rule: Contract | None = None) -> Clause:
        """An energy charge unless given."""
        return Clause((rule or self.energy).address, energy_charge() if params is None else params)

    def odd(self, name: str = "OddClause", params: bytes = b"") -> Clause:
        """A clause of the tests' own, newly deployed."""
        return Clause(self.chain.deploy(name).address, params)

    def terms(self, **changes: Any) -> Terms:
        """Good terms, July to September 2016, of a 100 kW plant; the long-stop day is the term's last unless given."""
        good = Terms(
            WORDS_HASH,
            PRODUCER,
            CONSUMER,
            METER,
            NOBODY,
            self.JULY,
            1,
            3,
            30,
            0,
            0,
            0,
            b"EUR",
            b"Europe/Madrid".ljust(32, b"\0"),
            100_000,
            10_000_000,
            bytes(32),
            bytes(32),
            1,
            (self.clause(),),
        )
        terms = good._replace(**changes)
        if "longStopDay" in changes:
            return terms
        return terms._replace(longStopDay=month_ends(terms.firstDay, max(1, terms.months + 1 - terms.firstMonth))[-1])

    def proposed(self, **changes: Any) -> tuple[Terms, bytes]:
        """Terms and id of what the producer has proposed."""
        terms = self.terms(**changes)
        return terms, self.registry.propose(terms, sender=terms.producer).value

    def signed(self, **changes: Any) -> tuple[Terms, bytes]:
        """… and the consumer has signed."""
        terms, id_ = self.proposed(**changes)
        self.registry.sign(terms, sender=terms.consumer)
        return terms, id_

    def running(self, **changes: Any) -> tuple[Terms, bytes]:
        """… and the meter serves."""
        terms, id_ = self.signed(**changes)
        self.registry.serve(terms, sender=terms.meter)
        return terms, id_

    def record(
        self, day: int, generation: int, exported: int = 0, meter: str = METER, root: bytes = ROOT_OF_DAY
    ) -> Receipt:
        """The meter records a day as soon as it may."""
        self.chain.time = max(self.chain.time, (day + 1) * 86_400 - 14 * 3_600)
        return self.ledger.record(generation, exported, day, root, sender=meter)

    def record_month_ends(self, *registers: tuple[int, int], first_day: int | None = None) -> None:
        """The opening record on the day before the first, then one at the end of each month."""
        day = (self.JULY if first_day is None else first_day) - 1
        for generation, exported in registers:
            self.record(day, generation, exported)
            day = month_end(day + 1)

    def close(self, terms: Terms, sender: str = STRANGER) -> Receipt:
        """Anyone may."""
        return self.registry.close(terms, sender=sender)

    @property
    def today(self) -> int:
        """The day in Greenwich."""
        return self.chain.time // 86_400
