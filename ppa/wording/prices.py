"""What a clause costs in one contract year, in words."""

from ppa import money, text
from ppa.clauses import (
    ClauseKind,
    EnergyCharge,
    ExcessEnergy,
    ExitTable,
    FixedFee,
    GuaranteedGeneration,
    IndexedPrice,
    PriceTable,
    TakeOrPay,
)
from ppa.wording.phrases import Phrases

_MICRO_PER_CENT = 10**4


def price_of(clause: ClauseKind, year: int, phrases: Phrases, currency: str) -> str | None:
    """What the clause asks in a contract year (from 1); None for one without prices."""

    def per_kwh(micro: int) -> str:
        return text.price(micro, phrases.language, currency)

    match clause:
        case EnergyCharge():
            return per_kwh(money.escalated(clause.price_micro_per_kwh, clause.escalator_ppm, year))
        case PriceTable():
            return per_kwh(clause.prices_micro_per_kwh[year - 1])
        case IndexedPrice():
            if year == 1:
                return per_kwh(clause.price_micro_per_kwh)
            floor, cap = per_kwh(clause.floor_micro_per_kwh), per_kwh(clause.cap_micro_per_kwh)
            return phrases.say("between", floor=floor, cap=cap)
        case ExcessEnergy():
            price = per_kwh(money.escalated(clause.price_micro_per_kwh, clause.escalator_ppm, year))
            return phrases.say("up_to_limit", price=price, more=per_kwh(clause.excess_price_micro_per_kwh))
        case GuaranteedGeneration():
            energy = text.energy(money.degraded(clause.energy_wh, clause.degradation_ppm, year), phrases.language)
            return phrases.say("guaranteed", energy=energy, price=per_kwh(clause.price_micro_per_kwh))
        case TakeOrPay():
            price = per_kwh(money.escalated(clause.price_micro_per_kwh, clause.escalator_ppm, year))
            return phrases.say("missing", price=price)
        case FixedFee():
            fee = money.escalated(abs(clause.fee_cents), clause.escalator_ppm, year)
            return phrases.say("a_month", fee=text.money(fee, phrases.language, currency))
        case _:
            return None


def exit_price_of(clause: ExitTable, year: int, phrases: Phrases, currency: str) -> str:
    """What it costs to leave in a contract year, before any appraisal."""
    cents = money.share(clause.size_w, clause.prices_micro_per_w[year - 1], _MICRO_PER_CENT)
    return text.money(cents, phrases.language, currency)
