"""Terms by chance: late starts, lives that begin in their month n, clauses that fail or burn, terms of strangers."""

import random
from typing import Any

from eth_keys.datatypes import PrivateKey
from eth_utils import keccak

from ppa import calendar
from ppa.clauses import (
    EnergyCharge,
    ExcessEnergy,
    ExitTable,
    FixedFee,
    GuaranteedGeneration,
    IndexedPrice,
    LateInterest,
    PriceTable,
    TakeOrPay,
    read,
)
from ppa.clauses.kind import ClauseKind
from ppa.errors import NoIndexValue
from ppa.records import DailyRecord
from ppa.terms import Clause as PpaClause
from ppa.terms import Terms as PpaTerms
from tests.contracts.life_model import Chain, Deal, Odd, Watched, lines_of
from tests.contracts.signing import ARBITER, BANK, CONSUMER, KEY_OF, PRODUCER, STRANGER_KEY, compact
from tests.contracts.world import SIGNED, STRANGER, Clause, Terms, World, three
from tests.evm import NOBODY, Contract
from tests.evm import Chain as Evm

FAILURES = (1, 2, 3, 4, 5, 6, 9, 10, 11, 12)  # of an OddClause: reverts, bombs, burns, answers what is no line
BOMB = 400_000  # bytes
ENERGY = ("EnergyCharge", "PriceTable", "IndexedPrice", "ExcessEnergy")
OUTSIDER: str = STRANGER_KEY.public_key.to_address()
FRESH_KEYS = [PrivateKey(keccak(text=name)) for name in ("fresh producer", "fresh consumer")]
FRESH: list[str] = [key.public_key.to_address() for key in FRESH_KEYS]
KEYS: dict[str, PrivateKey] = {**KEY_OF, OUTSIDER: STRANGER_KEY, **dict(zip(FRESH, FRESH_KEYS, strict=True))}


class Founding:
    """Who agrees to what."""

    rng: random.Random
    world: World
    chain: Evm
    registry: Contract
    deals: list[Deal]
    records: dict[str, list[DailyRecord]]
    keys: dict[str, PrivateKey]
    serving: dict[str, bytes]
    attempt: Any
    check: Any
    today: int

    def deploy_rules(self) -> None:
        """The clauses, and an index that is published for most months of some years."""
        names = (*ENERGY, "FixedFee", "GuaranteedGeneration", "TakeOrPay", "LateInterest", "ExitTable", "OddClause")
        self.rules: dict[str, str] = {name: self.chain.deploy(name).address for name in names}
        index = self.chain.deploy("IndexPublisher", STRANGER, b"CPI".ljust(32, b"\0"))
        self.index, self.values = index.address, {}
        month = calendar.months_before(self.world.JULY, 30)
        for _ in range(60):
            if self.rng.random() < 0.8:
                self.values[month] = self.rng.randrange(900, 1_300)
                index.publish(month, self.values[month], sender=STRANGER)
            month = calendar.month_end(month) + 1

    def index_value(self, index: str, month: int) -> int:
        """What was published for a month. Raises NoIndexValue."""
        if month not in self.values:
            raise NoIndexValue(index, month)
        return self.values[month]

    def new_meter(self) -> str:
        """A meter with a key of its own."""
        key = PrivateKey(keccak(len(self.keys).to_bytes(32)))
        meter: str = key.public_key.to_address()
        self.records[meter], self.keys[meter] = [], key
        return meter

    def new_clauses(self, months: int) -> tuple[Clause, ...]:
        """An energy clause, interest, an exit, and what else there is; some that never give a line, or burn."""
        rng, years = self.rng, (months - 1) // 12 + 1
        price, base, window = rng.randrange(1, 200_000), rng.randrange(2), rng.randrange(1, months + 1)
        energy: dict[str, ClauseKind] = {
            "EnergyCharge": EnergyCharge(price, rng.choice((0, 20_000)), base),
            "PriceTable": PriceTable(base, (*[rng.randrange(200_000)] * years,)),
            "IndexedPrice": IndexedPrice(price, self.index, rng.randrange(4), 700_000, price // 2, price * 2, base),
            "ExcessEnergy": ExcessEnergy(price, 10_000, price // 3 + 1, 900_000, 5_000, base, (10**6,) * 12),
        }
        lender = rng.random() < 0.5
        kinds: list[ClauseKind] = [
            energy[rng.choice(ENERGY)],
            LateInterest(rng.choice((80_000, 10**6)), rng.choice((365, 360))),
            ExitTable(BANK if lender else NOBODY, 40 * lender, NOBODY, 1_000, (*[rng.randrange(10**6)] * years,)),
            FixedFee(rng.choice((-5_000, 31_000))),
            GuaranteedGeneration(rng.randrange(1, 10**8), window, 5_000, 60_000),
            TakeOrPay(rng.randrange(1, 10**8), rng.randrange(1, months + 1), rng.randrange(4), 90_000, 10_000),
        ]
        named = [Clause(self.rules[type(kind).__name__], kind.params()) for kind in kinds[: rng.choice((4, 5, 6, 6))]]
        if rng.random() < 0.3:
            how = rng.choice(FAILURES)
            named.append(Clause(self.rules["OddClause"], three(0, how, BOMB if how in (3, 12) else 4_321)))
        return tuple(named)

    def new_terms(self, **changes: Any) -> Terms:
        """Good terms by chance."""
        rng = self.rng
        first_month = changes.pop("firstMonth", rng.choice((1, 1, 1, 5, 14)))
        months = changes.pop("months", first_month - 1 + rng.choice((3, 7, 14, 30)))
        arbiter = changes.pop("arbiter", rng.choice((ARBITER, ARBITER, ARBITER, NOBODY)))
        usual = {"producer": PRODUCER, "consumer": CONSUMER, "arbiter": arbiter, "firstMonth": first_month}
        usual |= {"months": months, "disputeDays": rng.choice((0, 15, 40, 40)), "silenceDays": rng.choice((0, 90, 150))}
        usual |= {"noticeDays": rng.choice((0, 10, 30)) if arbiter != NOBODY else 0, "salt": rng.randrange(2**64)}
        usual |= {"maxClaim": rng.choice((600, 10**7)), "clauses": changes.get("clauses") or self.new_clauses(months)}
        if "firstDay" not in changes:
            usual["firstDay"] = calendar.month_end(self.today + rng.choice((1, 1, 1, 70))) + 1
        usual |= changes
        usual["meter"] = usual.get("meter") or self.new_meter()
        terms: Terms = self.world.terms(**usual)
        if "longStopDay" not in changes and rng.random() < 0.3:
            terms = terms._replace(longStopDay=max(terms.firstDay, terms.longStopDay - rng.randrange(200)))
        return terms

    def deal_of(self, terms: Terms, predecessor: Deal | None = None) -> Deal:
        """The model of terms that nobody signed yet."""
        id_ = self.registry.idOf(terms)
        rules = tuple(PpaClause(clause.rule, clause.params) for clause in terms.clauses)
        parties = (terms.producer, terms.consumer, terms.meter)
        ours = PpaTerms(
            *parties,
            terms.firstDay,
            terms.months,
            terms.maxPower,
            rules,
            first_month=terms.firstMonth,
            dispute_days=terms.disputeDays,
            long_stop_day=terms.longStopDay,
        )
        kinds = tuple(self.kind_of(clause) for clause in terms.clauses)
        history = self.records.setdefault(terms.meter, [])
        replay = Watched(ours, id_, history, lines_of(kinds, self.index_value))
        return Deal(terms, id_, replay, kinds, history, [0, 0], 0, Chain(), predecessor=predecessor)

    def kind_of(self, clause: Clause) -> ClauseKind | Odd:
        """A clause as Python computes it."""
        name = next(name for name, address in self.rules.items() if address == clause.rule)
        if name == "OddClause":
            return Odd(int.from_bytes(clause.params[32:64]), int.from_bytes(clause.params[64:]))
        return read(name, clause.params)

    def sign(self, terms: Terms, predecessor: Deal | None = None) -> Deal:
        """Proposed and signed: by transactions, or at once by signatures that a stranger brings."""
        deal = self.deal_of(terms, predecessor)
        if self.rng.random() < 0.5:
            assert self.attempt("propose", None, lambda: self.registry.propose(terms, sender=terms.producer))
            deal.blocks[0] = self.chain.block
            if self.rng.random() < 0.2:
                error = "NotTheConsumer"
                self.attempt("sign", error, lambda: self.registry.sign(terms, sender=terms.producer))
            assert self.attempt("sign", None, lambda: self.registry.sign(terms, sender=terms.consumer))
        else:
            both = [compact(KEYS[party], deal.id) for party in deal.parties]
            if self.rng.random() < 0.2:
                call = (terms, both[0], both[0])
                self.attempt("agree", "NotSignedBy", lambda: self.registry.agree(*call, sender=OUTSIDER))
            assert self.attempt("agree", None, lambda: self.registry.agree(terms, *both, sender=OUTSIDER))
            deal.blocks[0] = self.chain.block
        deal.blocks[1] = self.chain.block
        deal.status = SIGNED
        return deal

    def found_one(self) -> None:
        """An agreement, mostly of a new meter; half of them are served at once, the others late or never."""
        deal = self.sign(self.new_terms(meter=self.free_meter()))
        self.deals.append(deal)
        self.check(deal)
        if self.rng.random() < 0.6:
            self.serve(deal)

    def free_meter(self, chance: float = 0.25) -> str | None:
        """Now and then a meter that recorded, or served, before."""
        free = [meter for meter in self.records if meter not in self.serving]
        return self.rng.choice(free) if free and self.rng.random() < chance else None

    serve: Any
