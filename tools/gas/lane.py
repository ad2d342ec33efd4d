"""An agreement's life on Ganache, the gas of each step noted: what every month costs, and what is rare."""

from dataclasses import replace
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils.address import to_checksum_address

from ppa.acts import Act
from ppa.artifacts import DEPLOYED
from ppa.calendar import earliest_record_time, last_period_day
from ppa.chain import Call, Chain
from ppa.deployment import Deployment, Site, constructor_arguments
from ppa.records import EMPTY, DailyRecord, compact_signature, next_word, signed_digest
from ppa.requests import Request, Right
from ppa.terms import Clause, Terms
from tools.deploying.well_known import key
from tools.gas.floors import EXPORTED, GENERATION, READINGS, Cast, signature
from tools.stage.agreements import CONSUMER, PRODUCER, STRANGER, demo_terms
from tools.stage.chain import CHAIN_ID

METER, SECOND, THIRD, ARBITER, SUCCESSOR = (key(number) for number in range(4, 9))
GAS = 10_000_000  # what any transaction is given, so all of them fit it
FIFTY = 50
FOREVER = 2**63
LONG_STOP = 180
MWH = 10**6
WORDS_HASH = bytes(range(33, 65))  # of 32 bytes, none of them zero: the dearest


class Lane:
    """A chain with our contracts on which each step's gas is noted."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.gas: dict[str, int] = {}
        self.sites: dict[str, Site] = {}
        for name in DEPLOYED:
            arguments = constructor_arguments(name, CHAIN_ID, self.sites)
            self.sites[name] = self.created(f"deploy_{name}", chain.creation(name, *arguments), arguments)
        self.deployment = Deployment(CHAIN_ID, "", "bench", "", self.sites)

    def created(self, operation: str, call: Call, arguments: tuple[int | str, ...] = ()) -> Site:
        """Create a contract and note its gas; where it is."""
        receipt = self.chain.transact(key(0), call, gas=GAS)
        self.gas[operation] = receipt.gas_used
        return Site(to_checksum_address(str(receipt.contract)), receipt.block, arguments)

    @property
    def registry(self) -> str:
        """The registry's address."""
        return self.sites["PPARegistry"].address

    @property
    def today(self) -> int:
        """The day in Greenwich."""
        return self.chain.head()[1] // 86_400

    def send(self, operation: str, sender: LocalAccount, function: str, *arguments: Any) -> None:
        """Send a call to the registry and note its gas."""
        call = self.chain.function("PPARegistry", self.registry, function, *arguments)
        self.gas[operation] = self.chain.transact(sender, call, gas=GAS).gas_used

    def tell(self, operation: str, sender: LocalAccount, function: str, *arguments: Any) -> None:
        """Send a call to the ledger and note its gas."""
        call = self.chain.function("MeterLedger", self.sites["MeterLedger"].address, function, *arguments)
        self.gas[operation] = self.chain.transact(sender, call, gas=GAS).gas_used

    def record(self, operation: str, day: int, generation: int, exported: int, meter: LocalAccount = METER) -> None:
        """One record of a meter, at the earliest time."""
        self.chain.set_next_block_time(earliest_record_time(day))
        self.tell(operation, meter, "record", generation, exported, day, READINGS)

    def until(self, day: int) -> None:
        """Wait until a day in Greenwich."""
        self.chain.set_next_block_time(day * 86_400 + 60)

    def id(self, terms: Terms) -> bytes:
        """The agreement's id."""
        return terms.digest(CHAIN_ID, self.registry)

    def signed(self, operation: str, terms: Terms, producer: LocalAccount = PRODUCER) -> None:
        """Propose and sign; the gas of both is noted as one."""
        self.send(operation, producer, "propose", terms.as_tuple())
        proposed = self.gas[operation]
        self.send(operation, CONSUMER, "sign", terms.as_tuple())
        self.gas[operation] += proposed

    def act(self, operation: str, terms: Terms, act: Act, *successor: Terms) -> None:
        """An act that the producer brings with the consumer's signature."""
        signed = signature(CONSUMER, act.digest(self.id(terms), CHAIN_ID, self.registry))
        following = [other.as_tuple() for other in successor]
        self.send(operation, PRODUCER, "act", terms.as_tuple(), act.as_tuple(), b"", signed, following)


def twenty_years(terms: Terms) -> Terms:
    """The demo's terms over 20 years, the guarantee over windows of a year."""
    guarantee = terms.clauses[1]
    window = (12).to_bytes(32, "big")
    yearly = Clause(guarantee.rule, guarantee.params[:32] + window + guarantee.params[64:])
    return replace(
        terms,
        months=240,
        long_stop_day=terms.first_day + LONG_STOP,
        salt=0x33333333,
        words_hash=WORDS_HASH,
        clauses=(terms.clauses[0], yearly),
    )


def lived(lane: Lane) -> Cast:
    """An agreement's first quarter; who acted in it, and until when."""
    terms = twenty_years(demo_terms(lane.deployment, METER.address))
    lane.record("record_first", terms.first_day - 1, GENERATION, EXPORTED)
    agree(lane, terms)
    a_quarter(lane, terms)
    beside_the_months(lane, terms)
    fifty_meters(lane, terms.first_day + 92)
    number, now = lane.chain.head()
    return Cast(terms, PRODUCER, CONSUMER, METER, now, number)


def agree(lane: Lane, terms: Terms) -> None:
    """Every step from offer to service."""
    full = replace(terms, arbiter=STRANGER.address, notice_days=30, document_hash=b"\x17" * 32)
    lane.send("propose_document", PRODUCER, "propose", full.as_tuple())
    lane.send("withdraw", PRODUCER, "withdraw", full.as_tuple())
    other = replace(terms, salt=0x44444444)
    lane.send("propose", PRODUCER, "propose", other.as_tuple())
    lane.send("reject", CONSUMER, "reject", other.as_tuple())
    lane.send("propose", PRODUCER, "propose", terms.as_tuple())
    lane.send("sign", CONSUMER, "sign", terms.as_tuple())
    lane.send("serve", METER, "serve", terms.as_tuple())


def a_quarter(lane: Lane, terms: Terms) -> None:
    """Records of three months, the closing of two, a correction, and the third month with it."""
    first = terms.first_day
    lane.record("record_first_of_month", first, GENERATION + 400_000, EXPORTED + 100_000)
    lane.record("record", first + 1, GENERATION + 912_345, EXPORTED + 212_300)
    week = [
        (GENERATION + 912_345 + i * 377_777, EXPORTED + 212_300 + i * 98_700, first + 1 + i, READINGS)
        for i in range(1, 8)
    ]
    lane.chain.set_next_block_time(earliest_record_time(first + 8))
    lane.tell("record_many_per_day", METER, "recordMany", week)
    lane.gas["record_many_per_day"] = round(lane.gas["record_many_per_day"] / 7)
    for day, mwh in ((30, 12), (61, 24), (91, 33)):
        lane.record("record_month_end", first + day, GENERATION + mwh * MWH, EXPORTED + mwh * 3 * MWH // 10)
    lane.send("close_first", STRANGER, "close", terms.as_tuple())
    lane.send("close", STRANGER, "close", terms.as_tuple())
    lane.act("adjust_first", terms, Act(1, FOREVER, generation_wh=123_456, cents=250, reason=READINGS))
    lane.send("close_pending", STRANGER, "close", terms.as_tuple())


def beside_the_months(lane: Lane, terms: Terms) -> None:
    """A correction where there was one before, a dispute, a payment: each of what costs least."""
    told = terms.as_tuple()
    lane.act("adjust", terms, Act(2, FOREVER, generation_wh=123_456, cents=250, reason=READINGS))
    lane.send("dispute", CONSUMER, "dispute", told, 3, -12_345, READINGS)
    payment = (25_000, terms.first_day + 92, READINGS)
    lane.send("declare", CONSUMER, "declare", told, *payment)
    lane.send("confirm", PRODUCER, "confirm", told, *payment)
    lane.send("confirm_undeclared", PRODUCER, "confirm", told, *payment[:2], bytes(reversed(READINGS)))


def fifty_meters(lane: Lane, first: int) -> None:
    """Records that fifty meters signed, one transaction a day; each has recorded before."""
    meters = [Account.from_key(number.to_bytes(32, "big")) for number in range(1, FIFTY + 1)]
    words = dict.fromkeys((meter.address for meter in meters), EMPTY)
    ledger = lane.sites["MeterLedger"].address
    for day in (first, first + 1):
        record = DailyRecord(day, GENERATION + 377_777 * (day - first), EXPORTED + 98_700 * (day - first), READINGS)
        found = []
        for meter in meters:
            word = words[meter.address]
            signed = meter.unsafe_sign_hash(signed_digest(CHAIN_ID, ledger, word, record))
            vrs = compact_signature(signed.r, signed.s, signed.v - 27)
            found.append((meter.address, *record.as_tuple(), *vrs))
            words[meter.address] = next_word(word, record)
        lane.chain.set_next_block_time(earliest_record_time(day))
        lane.tell("record_signed_per_meter", STRANGER, "recordSigned", found)
    lane.gas["record_signed_per_meter"] = round(lane.gas["record_signed_per_meter"] / FIFTY)


def starting(lane: Lane, terms: Terms, meter: LocalAccount, **changes: Any) -> Terms:
    """The terms of another meter that start with the first month to come."""
    first = terms.first_day
    while first <= lane.today:
        first = last_period_day(first, 1) + 1
    return replace(terms, meter=meter.address, first_day=first, long_stop_day=first + LONG_STOP, **changes)


def brought(lane: Lane, terms: Terms) -> None:
    """What others signed and a stranger brings; then the meter is silent, and a party leaves."""
    terms = starting(lane, terms, SECOND, silence_days=40)
    told, agreement = terms.as_tuple(), lane.id(terms)
    lane.send("agree", STRANGER, "agree", told, signature(PRODUCER, agreement), signature(CONSUMER, agreement))
    request = Request(Right.SERVE, until=FOREVER)
    signed = signature(SECOND, request.digest(agreement, CHAIN_ID, lane.registry))
    lane.send("serve_brought", STRANGER, "bring", told, request.as_tuple(), SECOND.address, signed)
    lane.until(terms.first_day + 40)
    lane.send("end_in_silence", PRODUCER, "endInSilence", told)


def with_notice(lane: Lane, terms: Terms) -> None:
    """The producer's key is lost: the consumer and the arbiter announce its successor, and anyone hands over."""
    terms = starting(lane, terms, THIRD, arbiter=ARBITER.address, notice_days=30)
    lane.signed("agreed", terms)
    lane.send("served", THIRD, "serve", terms.as_tuple())
    following = replace(terms, producer=SUCCESSOR.address, supersedes=lane.id(terms))
    lane.signed("agreed", following, SUCCESSOR)
    act = Act(0, FOREVER, successor=lane.id(following), reason=READINGS)
    signed = signature(ARBITER, act.digest(lane.id(terms), CHAIN_ID, lane.registry))
    told = (terms.as_tuple(), act.as_tuple())
    lane.send("announce", CONSUMER, "announce", *told, CONSUMER.address, b"", signed, [following.as_tuple()])
    lane.until(lane.today + 30)
    lane.send("execute", STRANGER, "execute", *told, [following.as_tuple()])
