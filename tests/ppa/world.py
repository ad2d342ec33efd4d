"""A plant's story on a chain: deployed, signed, served, 93 records, three closes. Small numbers, made by a rule."""

from dataclasses import dataclass, field
from datetime import date

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils.address import to_checksum_address

from ppa import artifacts, calendar, wording
from ppa.artifacts import DEPLOYED
from ppa.chain import Chain
from ppa.clauses import EnergyCharge, GuaranteedGeneration
from ppa.days import DayReadings
from ppa.deployment import Deployment, Site, code_hash, constructor_arguments
from ppa.evidence import Evidence, collect
from ppa.invoice import Invoice, invoice_of
from ppa.readings import DaySummary, Reading, ReadingFlag
from ppa.terms import Clause, Terms
from ppa.termsfile import TermsFile

MADRID = "Europe/Madrid"
DEPLOYED_AT = 1467280800  # 2016-06-30 12:00 in Madrid
FIRST = calendar.day_of(date(2016, 7, 1))
LAST = calendar.day_of(date(2016, 9, 30))
CONFIGURATION = bytes.fromhex("c0" * 32)

DEPLOYER, PRODUCER, CONSUMER, METER, STRANGER = (Account.from_key(bytes([n]) * 32) for n in (1, 2, 3, 4, 5))
CHARGE = EnergyCharge(85_000, 20_000, 0)  # 0.085 EUR/kWh of self-consumption, 2 % a year
GUARANTEE = GuaranteedGeneration(2_000_000, 3, 5_000, 30_000)  # 2,000 kWh a quarter, 0.03 EUR/kWh missing


def readings_of(day: int) -> DayReadings:
    """Five readings of a day, an odd number; 20 kWh a day, a quarter of it exported; counters start at non-zero."""
    if day == FIRST - 2:
        opening = Reading(DEPLOYED_AT, 1_234_567, 89_012, ReadingFlag.OPENING)
        return DayReadings(day, DaySummary(1, 1, 0, 0, 1, CONFIGURATION), (opening,))
    start, end = calendar.day_bounds(day, MADRID)
    base = day - FIRST + 1
    leaves = tuple(
        Reading(
            start + (end - start) * (i + 1) // 5,
            1_234_567 + 20_001 * base + 4_000 * (i + 1),
            89_012 + 5_000 * base + 1_000 * (i + 1),
        )
        for i in range(5)
    )
    return DayReadings(day, DaySummary(1, 5, end - start, end - start, 0, CONFIGURATION), leaves)


@dataclass
class World:
    """Where everything is."""

    chain: Chain
    deployment: Deployment
    terms: Terms
    id: bytes
    days: dict[int, DayReadings] = field(default_factory=dict)

    @property
    def registry(self) -> str:
        return self.deployment.address("PPARegistry")

    @property
    def ledger(self) -> str:
        return self.deployment.address("MeterLedger")

    def act(self, who: LocalAccount, name: str, terms: Terms | None = None) -> None:
        """A party's call of the registry with the terms."""
        call = self.chain.function("PPARegistry", self.registry, name, (terms or self.terms).as_tuple())
        self.chain.transact(who, call)

    def record(self, readings: DayReadings, meter: LocalAccount = METER) -> None:
        """A day's record, sent just after its local midnight."""
        r = readings.record()
        self.chain.set_next_block_time(calendar.day_bounds(r.day, self.terms.time_zone)[1] + 60)
        args = (r.generation_wh, r.exported_wh, r.day, r.readings_root)
        self.chain.transact(meter, self.chain.function("MeterLedger", self.ledger, "record", *args))
        self.days[r.day] = readings

    def terms_file(self) -> TermsFile:
        """terms.json."""
        language, words = wording.regenerated(self.terms, rules(self.deployment))
        place = (self.chain.chain_id(), self.chain.genesis_hash(), self.registry)
        return TermsFile(*place, self.id, self.terms, words, language)

    def evidence(self) -> Evidence:
        """evidence.json."""
        return collect(self.chain, self.deployment, self.id, self.days.get)

    def invoice(self, number: int) -> Invoice:
        """The right invoice of a closed period."""
        closed = {c.number: c for c in self.chain.closed(self.registry, self.id)}
        before = self.chain.statement(self.registry, self.id, number - 1)
        return invoice_of(
            closed[number].statement,
            before,
            closed[number].lines,
            terms=self.terms,
            chain_id=self.chain.chain_id(),
            registry=self.registry,
            agreement=self.id,
        )


def deploy(chain: Chain) -> Deployment:
    """Ledger, registry and every clause, new."""
    sites: dict[str, Site] = {}
    for name in DEPLOYED:
        args = constructor_arguments(name, chain.chain_id(), sites)
        receipt = chain.transact(DEPLOYER, chain.creation(name, *args))
        assert receipt.contract
        where = to_checksum_address(receipt.contract)
        sites[name] = Site(where, receipt.block, args, code_hash(chain.code(where)))
    return Deployment(chain.chain_id(), chain.genesis_hash(), "anvil", "0" * 40, sites)


def rules(deployment: Deployment) -> dict[str, str | None]:
    """The published clauses by their addresses."""
    return {deployment.address(name): name for name in artifacts.CLAUSES}


def worded(deployment: Deployment, terms: Terms) -> Terms:
    """The terms with the hash of their words in Spanish."""
    return wording.worded(terms, rules(deployment), "es")[0]


def terms_at(deployment: Deployment, salt: int = 1, months: int = 3) -> Terms:
    """The terms of the story."""
    plain = Terms(
        producer=PRODUCER.address,
        consumer=CONSUMER.address,
        meter=METER.address,
        first_day=FIRST,
        months=months,
        max_power_w=100_000,
        clauses=(
            Clause(deployment.address("EnergyCharge"), CHARGE.params()),
            Clause(deployment.address("GuaranteedGeneration"), GUARANTEE.params()),
        ),
        salt=salt,
    )
    return worded(deployment, plain)


def signed_world(chain: Chain, deployment: Deployment | None = None, terms: Terms | None = None) -> World:
    """Deployed, proposed, opening record, signed, served."""
    deployment = deployment or deploy(chain)
    terms = terms or terms_at(deployment)
    world = World(chain, deployment, terms, terms.digest(chain.chain_id(), deployment.address("PPARegistry")))
    world.act(PRODUCER, "propose")
    world.act(CONSUMER, "sign")
    opening = readings_of(FIRST - 2)
    r = opening.record()
    call = chain.function("MeterLedger", world.ledger, "record", r.generation_wh, r.exported_wh, r.day, r.readings_root)
    chain.transact(METER, call)
    world.days[r.day] = opening
    world.act(METER, "serve")
    return world


def closed_world(chain: Chain) -> World:
    """The whole story."""
    world = signed_world(chain)
    for day in range(FIRST - 1, LAST + 2):
        world.record(readings_of(day))
        if day > FIRST and calendar.month_end(day) == day:
            world.act(STRANGER, "close")
    return world
