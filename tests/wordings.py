"""Terms whose words Python and JavaScript make, as files have them: {"terms": …, "rules": {address: clause}}."""

import random
from collections.abc import Mapping
from typing import Any

from eth_utils.address import to_checksum_address

from ppa import calendar, wording
from ppa.clauses import (
    ClauseKind,
    EnergyCharge,
    ExcessEnergy,
    ExitTable,
    FixedFee,
    GuaranteedGeneration,
    IndexedPrice,
    LateInterest,
    PriceTable,
    TakeOrPay,
)
from ppa.terms import ZERO_ADDRESS, ZERO_HASH, Clause, Terms
from ppa.termsfile import terms_from_json, terms_to_json


def words(given: Mapping[str, Any]) -> dict[str, str]:
    """Both texts of a case."""
    terms = terms_from_json(given["terms"])
    return {language: wording.words(terms, given["rules"], language) for language in wording.LANGUAGES}


def some(seed: str, count: int) -> list[dict[str, Any]]:
    """So many cases from a seed: any clauses, any numbers that the contracts accept, every branch of the words."""
    dice = random.Random(seed)
    return [_case(dice) for _ in range(count)]


def _case(dice: random.Random) -> dict[str, Any]:
    def address() -> str:
        return to_checksum_address(dice.randbytes(20))

    months = dice.choice([1, 12, 13, 36, 240, 400])
    first_month = dice.choice([1, 1, 1, min(months, 13), months])
    first_day = calendar.month_end_after(16_983, dice.randrange(1, 400)) + 1
    last_day = calendar.last_period_day(first_day, months - first_month + 1)
    clauses = [_clause(dice, months, address) for _ in range(dice.randrange(1, 6))]
    agreed = [(address(), clause) for clause in clauses]
    arbiter = dice.choice([ZERO_ADDRESS, address()])
    terms = Terms(
        producer=address(),
        consumer=address(),
        meter=address(),
        arbiter=arbiter,
        first_day=first_day,
        first_month=first_month,
        months=months,
        dispute_days=dice.choice([0, 1, 30, 65_535]),
        notice_days=0 if arbiter == ZERO_ADDRESS else dice.choice([0, 1, 30, 1_234]),
        silence_days=dice.choice([0, 1, 90, 65_535]),
        long_stop_day=dice.randint(first_day, last_day),
        currency=dice.choice(["EUR", "USD"]),
        time_zone=dice.choice(["Europe/Madrid", "America/Argentina/ComodRivadavia"]),
        max_power_w=dice.choice([1, 100_000, 1_234_567, 2**64 - 1]),
        max_claim_cents=dice.choice([0, 1, 500_000, 2**47 - 1]),
        document_hash=dice.choice([ZERO_HASH, dice.randbytes(32)]),
        supersedes=dice.choice([ZERO_HASH, dice.randbytes(32)]),
        clauses=tuple(
            Clause(rule, clause if isinstance(clause, bytes) else clause.params()) for rule, clause in agreed
        ),
    )
    rules = {rule: type(clause).__name__ for rule, clause in agreed if not isinstance(clause, bytes)}
    return {"terms": terms_to_json(terms), "rules": rules}


def _clause(dice: random.Random, months: int, address: Any) -> ClauseKind | bytes:
    """A clause of any kind, or the parameters of one that is not published."""
    years = (months - 1) // 12 + 1
    price, rise, fall = dice.randrange(1, 10**6), dice.choice([0, 20_000, 33_333]), dice.choice([0, 5_000])
    base, window = dice.randrange(2), dice.randint(1, months)
    nobody_or = dice.choice([ZERO_ADDRESS, address()])
    made: list[ClauseKind | bytes] = [
        dice.randbytes(dice.choice([0, 1, 64])),
        EnergyCharge(price, rise, base),
        PriceTable(base, tuple(dice.randrange(10**6) for _ in range(years))),
        IndexedPrice(price, address(), dice.choice([0, 1, 12]), dice.randint(1, 10**6), 0, price, base),
        ExcessEnergy(price, rise, dice.randrange(10**6), 1_100_000, fall, base, (10**7,) * 12),
        GuaranteedGeneration(dice.randrange(1, 10**9), window, fall, price),
        TakeOrPay(dice.randrange(1, 10**9), window, dice.randrange(25), price, rise),
        FixedFee(dice.choice([-1, 1]) * price, rise),
        LateInterest(dice.randint(1, 10**6), dice.choice([365, 360])),
        ExitTable(
            nobody_or,
            0 if nobody_or == ZERO_ADDRESS else dice.choice([0, 1, 60]),
            dice.choice([ZERO_ADDRESS, address()]),
            dice.randrange(1, 10**6),
            tuple(dice.randrange(10**6) for _ in range(years)),
        ),
    ]
    return dice.choice(made)
