"""Twenty years of an agreement, day by day, on the fast EVM; and a sheet that knows only what happened at the plant.

    2016-07  signed: 0.085 EUR/kWh of self-consumption, +2 % a year; a roof's rent; a guarantee a year; interest at 8 %
    2016-09  the plant starts on the 10th, 71 days after the first day of the term
    2018-11  the broker is off until February, the analyzers count on; November is closed in silence on 30 January
    2021-03  the first broker dies on the 10th; the second starts on the 12th, its counters at zero
    2023-08  both correct six months in which the meter counted 3 % too little
    2024-05  the consumer disputes April, the arbiter awards half of the claim
    2026-07  an amendment: 0.07 EUR/kWh, +1 % a year
    2028-01  the roof's owner sells: a new consumer, whose wallet shows English
    2029-10  that consumer's key is lost: producer and arbiter announce another, it is done 20 days later
    2031-06  the third broker replaces the second
    2034-12  the consumer does not pay for three months
    2035-03  the lender is notified; 60 days later the consumer buys the plant, on 11 May

`Story().live()` has what the chain logged, month by month; `Sheet` the same from daily energies, prices and payments.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate
from typing import Any

from eth_account import Account
from eth_utils.address import to_checksum_address

from ppa import terms as shared
from ppa import wording
from ppa.records import compact_signature
from ppa.text import Language
from tests.contracts.fraction_model import cents, half_away, price_of_year, promise_of_year
from tests.contracts.signing import (
    ARBITER,
    CONSUMER,
    FOREVER,
    KEY_OF,
    NEW_OWNER,
    PRODUCER,
    SPARE,
    Act,
    acted,
    announced,
    exit_table,
    late_interest,
)
from tests.contracts.world import (
    STRANGER,
    Terms,
    World,
    day_of,
    energy_charge,
    guarantee,
    month_end,
    month_ends,
    role,
)
from tests.evm import CHAIN_ID, Receipt

FIRST, START, LAST = day_of(2016, 7, 1), day_of(2016, 9, 10), day_of(2035, 5, 11)
FIRST_BROKER, SECOND_BROKER, THIRD_BROKER, BANK = role(0x31), role(0x32), role(0x33), role(0xBB)
DARK = (day_of(2018, 11, 1), day_of(2019, 2, 2))
SILENT_CLOSE = day_of(2019, 1, 30)  # November's last day was 61 days ago
DEAD = day_of(2021, 3, 10)
SLOW = (day_of(2023, 2, 1), day_of(2023, 7, 31))
LOST, NOTICE_DAYS = day_of(2029, 10, 1), 20
THIRD = day_of(2031, 6, 15)
UNPAID = ("2034-12", "2035-01", "2035-02")
FEE, PROMISE, RATE, BUY_OUT = -3_000, 190_000_000, 80_000, 4_200_000
MONTHS = 240
AWARD, AWARDED_WITH = -4_000, 96
CLAUSES = 5


def made_on(day: int) -> tuple[int, int]:
    """What the plant makes and sends to the grid on a day, in Wh: a season, clouds, and slow decay."""
    if day < START:
        return 0, 0
    when = date(1970, 1, 1) + timedelta(day)
    season = 500 - abs(when.timetuple().tm_yday - 172) * 2
    clouds = (day * 7919 + day * day * 31) % 400
    decay = 10_000 - (day - FIRST) // 40
    generation = 1_000 * (season + clouds) * decay // 10_000
    return generation, generation * ((day * 104_729) % 60) // 100


def counted_on(day: int) -> tuple[int, int]:
    """What the meter counts of it: 3 % too little for half a year."""
    generation, exported = made_on(day)
    return (generation * 97 // 100, exported) if SLOW[0] <= day <= SLOW[1] else (generation, exported)


def is_dark(day: int) -> bool:
    """Whether no broker says anything of a day."""
    return day < START or DARK[0] <= day <= DARK[1] or DEAD < day < DEAD + 2


@dataclass
class Month:
    """What a closed month came to."""

    period: str
    generation: int
    exported: int
    lines: tuple[int, ...]
    balance: int


@dataclass
class Story:
    """The chain, the agreement of today, and what was logged."""

    world: World = field(default_factory=World)
    months: list[Month] = field(default_factory=list)
    happened: list[tuple[int, str, int]] = field(default_factory=list)
    registers: dict[str, list[int]] = field(default_factory=dict)
    meter: str = FIRST_BROKER
    terms: Terms | None = None
    id: bytes = b""
    line: list[Terms] = field(default_factory=list)  # all terms that were agreed to, in order
    waiting: tuple[Act, Terms] | None = None  # what was announced, and the successor
    language: Language = "es"
    words: dict[Language, str] = field(default_factory=dict)  # what the wallets showed first, in each language
    owed: list[tuple[int, int]] = field(default_factory=list)  # the month's end after which it is paid, cents
    paid: list[tuple[int, int]] = field(default_factory=list)  # day, cents

    def live(self) -> "Story":
        """All of it."""
        self.begin()
        for day in range(FIRST, LAST + 1):
            self.world.chain.time = (day + 1) * 86_400
            self.count(day)
            if day == month_end(day):
                self.end_month(day)
            self.happen(day)
        return self

    # ----------------------------------------------------------------------------------------------------- the chain

    @property
    def agreed(self) -> Terms:
        assert self.terms is not None
        return self.terms

    def begin(self) -> None:
        world = self.world
        self.rules = {name: world.chain.deploy(name) for name in ("FixedFee", "LateInterest", "ExitTable")}
        self.terms, self.id = self.agree(
            world.terms(
                producer=PRODUCER,
                consumer=CONSUMER,
                arbiter=ARBITER,
                months=MONTHS,
                noticeDays=NOTICE_DAYS,
                longStopDay=day_of(2016, 12, 31),
                meter=FIRST_BROKER,
                clauses=self.clauses(),
            )
        )
        self.tell(FIRST, "signed")

    def agree(self, terms: Terms) -> tuple[Terms, bytes]:
        """Both sign what their wallets show, which begins with the whole agreement in words; a stranger brings it."""
        registry = self.world.registry
        rules = self.rules | {"EnergyCharge": self.world.energy, "GuaranteedGeneration": self.world.guarantee}
        names = {to_checksum_address(rule.address): name for name, rule in rules.items()}
        worded, words = wording.worded(shared.Terms.from_tuple(terms), names, self.language)
        self.words.setdefault(self.language, words)
        message = worded.typed_data(CHAIN_ID, registry.address, words)
        signatures = []
        for party in (terms.producer, terms.consumer):
            signed = Account.sign_typed_data(KEY_OF[party].to_bytes(), full_message=message)
            signatures.append(b"".join(compact_signature(signed.r, signed.s, signed.v - 27)))
        agreed = terms._replace(wordsHash=worded.words_hash)
        self.line.append(agreed)
        return agreed, registry.agree(agreed, *signatures, sender=STRANGER).value

    def start(self, day: int) -> None:
        """The plant's first day is the next: the opening record, and the meter serves."""
        self.registers[FIRST_BROKER] = [1_234_567, 89_012]
        self.record(day)
        self.world.registry.serve(self.agreed, sender=FIRST_BROKER)
        self.tell(START, "started")

    def clauses(self, price: int = 85_000, escalator: int = 20_000) -> tuple[Any, ...]:
        fee = FEE.to_bytes(32, "big", signed=True) + bytes(32)
        clause, table = (
            self.world.clause,
            exit_table(tuple(BUY_OUT // 10 + 60_000 * (19 - year) for year in range(1, 21)), BANK, cure=60),
        )
        return (
            clause(energy_charge(price, escalator)),
            clause(fee, self.rules["FixedFee"]),
            clause(guarantee(PROMISE, 12, 5_000, 40_000), self.world.guarantee),
            clause(late_interest(RATE), self.rules["LateInterest"]),
            clause(table, self.rules["ExitTable"]),
        )

    def tell(self, day: int, what: str, number: int = 0) -> None:
        """What happened, and a number that belongs to it: Wh or cents."""
        self.happened.append((day, what, number))

    def count(self, day: int) -> None:
        """The analyzers count; a broker that works records."""
        generation, exported = counted_on(day)
        for registers in self.registers.values():
            registers[0] += generation
            registers[1] += exported
        if not is_dark(day):
            self.record(day)

    def record(self, day: int) -> Receipt:
        return self.world.record(day, *self.registers[self.meter], meter=self.meter)

    def end_month(self, day: int) -> None:
        """What fell due is paid on the 20th, or never; the month is closed if its end was recorded."""
        self.pay(day)
        if is_dark(day):
            return
        while self.world.registry.agreementOf(self.id).closedThrough < day:
            self.keep(self.world.close(self.agreed))

    def pay(self, end: int) -> None:
        """What was billed a month ago, on the tenth last day of this one; what is late, with it."""
        when = end - 10
        due = [cents for closed, cents in self.owed if closed < when]
        if period(end) in UNPAID:
            return
        amount = sum(due)
        self.owed = [one for one in self.owed if one[0] >= when]
        if amount > 0:
            reference = end.to_bytes(32, "big")
            self.world.registry.declare(self.agreed, amount, when, reference, sender=self.agreed.consumer)
            self.world.registry.confirm(self.agreed, amount, when, reference, sender=self.agreed.producer)
            self.paid.append((when, amount))
        elif amount:
            self.owed.append((end, amount))

    def keep(self, receipt: Receipt) -> None:
        """A month as the chain logged it."""
        logged = next(e.args for e in receipt.events if e.name == "Closed")
        statement, number = logged["statement"], logged["number"]
        before = self.world.registry.statementOf(self.id, number - 1)
        energy = statement.generation - before.generation, statement.exported - before.exported
        lines = logged["lines"][:CLAUSES] + tuple(cents for cents in logged["lines"][CLAUSES:] if cents)
        self.months.append(Month(period(statement.lastDay), *energy, lines, logged["balance"]))
        self.owed.append((statement.lastDay, statement.amount))

    # -------------------------------------------------------------------------------------------------- what happens

    def happen(self, day: int) -> None:
        """What the calendar at the top says."""
        world, registry = self.world, self.world.registry
        if day == START - 1:
            self.start(day)
        if day == DARK[0] + 7:
            registry.alarm(self.agreed, sender=BANK)
            self.tell(day, "silent")
        if day == SILENT_CLOSE:
            self.keep(world.close(self.agreed))
            self.tell(day, "silence")
        if day == month_end(DARK[1]):
            self.tell(day, "heard", self.months[-1].generation)
        if day == DEAD + 2:
            self.replace_broker(SECOND_BROKER, day, opening=(0, 0))
        if day == day_of(2023, 8, 5):
            counted = sum(counted_on(d)[0] for d in range(SLOW[0], SLOW[1] + 1))
            missing = half_away(Fraction(counted * 100, 97)) - counted
            self.act(
                Act(generation=missing),
                day,
                "corrected",
                missing,
            )
        if day == day_of(2024, 5, 20):
            registry.dispute(self.agreed, 94, -8_000, bytes(32), sender=self.agreed.consumer)
            self.tell(day, "disputed", 8_000)
        if day == day_of(2024, 6, 10):
            registry.resolve(self.agreed, 94, AWARD, bytes(32), sender=ARBITER)
            self.tell(day, "awarded", 4_000)
        if day == day_of(2026, 6, 30):
            self.hand_over(day, "amended", clauses=self.clauses(70_000, 10_000))
        if day == day_of(2027, 12, 31):
            self.language = "en"
            self.hand_over(day, "sold", consumer=NEW_OWNER)
        if day == LOST:
            self.announce_key(day)
        if day == LOST + NOTICE_DAYS:
            self.replace_key(day)
        if day == THIRD:
            self.replace_broker(THIRD_BROKER, day, opening=(77_000, 5_000))
        if day == day_of(2035, 3, 1):
            registry.notifyLender(self.agreed, 4, sender=self.agreed.consumer)
            self.tell(day, "notified")
        if day == LAST:
            world.chain.time = max(world.chain.time, (LAST + 1) * 86_400)
            self.keep(registry.exit(self.agreed, 4, sender=self.agreed.consumer))
            self.tell(day, "bought", BUY_OUT)

    def act(self, signed_act: Act, day: int, what: str, amount: int = 0, *successor: Terms) -> None:
        number = self.world.registry.accountOf(self.id).acts + 1
        acted(self.world, self.agreed, signed_act._replace(number=number, until=FOREVER), *successor)
        self.tell(day, what, amount)

    def hand_over(self, day: int, what: str, counted: tuple[int, int] = (0, 0), **changes: Any) -> None:
        """Both hand it over to new terms."""
        new, to = self.agree(self.agreed._replace(supersedes=self.id, **changes))
        self.act(Act(generation=counted[0], exported=counted[1], successor=to), day, what, 0, new)
        if new.meter != self.agreed.meter:
            self.world.registry.serve(new, sender=new.meter)
        self.terms, self.id = new, to

    def announce_key(self, day: int) -> None:
        """The consumer's key is lost: producer and arbiter announce the same deal with another."""
        new, to = self.agree(self.agreed._replace(supersedes=self.id, consumer=SPARE))
        self.waiting = Act(number=0, successor=to), new
        announced(self.world, self.agreed, *self.waiting, party=PRODUCER)
        self.tell(day, "lost")

    def replace_key(self, day: int) -> None:
        """The days of notice are over: anyone does what was announced."""
        assert self.waiting is not None
        act, new = self.waiting
        self.world.registry.execute(self.agreed, act, (new,), sender=STRANGER)
        self.terms, self.id = new, act.successor
        self.tell(day, "replaced")

    def replace_broker(self, new: str, day: int, opening: tuple[int, int]) -> None:
        """Both correct what was counted from the last statement until the new one starts: its first record opens it."""
        old, kept = self.registers.pop(self.meter), self.world.registry.agreementOf(self.id)
        counted = old[0] - kept.generation, old[1] - kept.exported
        self.registers[new], self.meter = [*opening], new
        self.world.record(day, *opening, meter=new)
        self.hand_over(day, "broker", counted, meter=new)


def period(day: int) -> str:
    """Such as 2016-07."""
    return (date(1970, 1, 1) + timedelta(day)).strftime("%Y-%m")


# ----------------------------------------------------------------------------------------------------------- the sheet


@dataclass
class Sheet:
    """One row a month, from daily energies, prices and payments alone; no register, no word, nobody's running total."""

    paid: list[tuple[int, int]]
    amounts: list[int] = field(default_factory=list)

    def rows(self) -> list[Month]:
        """Every month up to the one of the buy-out."""
        ends = [*month_ends(FIRST, 226), LAST]
        energies = [
            self.energy(first, last) for first, last in zip([FIRST, *(e + 1 for e in ends)], ends, strict=False)
        ]
        rows = []
        for number, (end, energy) in enumerate(zip(ends, energies, strict=True), 1):
            year = (number + 11) // 12
            price = price_of_year(85_000, 20_000, year) if number <= 120 else price_of_year(70_000, 10_000, year)
            window = sum(generation for generation, _ in energies[number - 12 : number])
            missing = self.promised(year, end) - window if number % 12 == 0 else 0
            days = end + 1 - (ends[number - 2] + 1 if number > 1 else FIRST)
            whole = month_end(end) - (ends[number - 2] if number > 1 else FIRST - 1)
            fee = half_away(Fraction(FEE * days, whole))
            interest = self.interest(ends, number, end)
            lines = [cents(energy[0] - energy[1], price), fee, -cents(max(0, missing), 40_000), interest, 0]
            lines += {AWARDED_WITH: [AWARD], len(ends): [BUY_OUT]}.get(number, [])
            self.amounts.append(sum(lines))
            paid = sum(c for when, c in self.paid if when <= end)
            rows.append(Month(period(end), *energy, tuple(lines), sum(self.amounts) - paid))
        return rows

    @staticmethod
    def promised(year: int, end: int) -> int:
        """A year's promise; the first year's by days, from the month on in which the plant starts."""
        whole = promise_of_year(PROMISE, 5_000, year)
        return whole if year > 1 else whole * (end + 1 - day_of(2016, 9, 1)) // 365

    @staticmethod
    def energy(first: int, last: int) -> tuple[int, int]:
        """What is billed: nothing in dark months, all in the next; what both corrected in the month they did."""
        if DARK[0] <= last <= DARK[1]:
            return 0, 0
        start = DARK[0] if first <= DARK[1] < last else first
        counted = [counted_on(day) for day in range(start, last + 1)]
        generation, exported = (sum(part) for part in zip(*counted, strict=True))
        if first == day_of(2023, 8, 1):
            slow = sum(counted_on(day)[0] for day in range(SLOW[0], SLOW[1] + 1))
            generation += half_away(Fraction(slow * 100, 97)) - slow
        return generation, exported

    def interest(self, ends: list[int], number: int, end: int) -> int:
        """Day by day: what had fallen due, less what was paid before that day."""
        first = ends[number - 2] + 1 if number > 1 else FIRST
        due = sum(self.amounts[: max(0, number - 2)])
        owed = sum(max(0, due - sum(c for when, c in self.paid if when < day)) for day in range(first, end + 1))
        if number == AWARDED_WITH:
            owed += AWARD * (day_of(2024, 7, 31) - day_of(2024, 5, 31))  # due with April, set off when June falls due
        return half_away(Fraction(owed * RATE, 365 * 10**6))


def totals(months: list[Month]) -> list[int]:
    """The sum of all amounts after each month."""
    return list(accumulate(sum(month.lines) for month in months))
