"""The lines of the clauses."""

from collections.abc import Callable
from typing import Any, NamedTuple

from eth_abi import decode, encode

from .days import days_in_month, first_of, month_of
from .words import Statement, fits

MILLION = 10**6
TYPES: dict[str, list[str]] = {
    "EnergyCharge": ["(uint64,uint32,uint8)"],
    "ExcessEnergy": ["(uint64,uint32,uint64,uint32,uint32,uint8,uint64[12])"],
    "ExitTable": ["(address,uint16,address,uint64,uint64[])"],
    "FixedFee": ["(int64,uint32)"],
    "GuaranteedGeneration": ["(uint64,uint16,uint32,uint64)"],
    "IndexedPrice": ["(uint64,address,uint8,uint32,uint64,uint64,uint8)"],
    "LateInterest": ["(uint32,uint16)"],
    "PriceTable": ["(uint8,uint64[])"],
    "TakeOrPay": ["(uint64,uint16,uint16,uint64,uint32)"],
}


class Failed(Exception):
    """A clause reverts."""


class Period(NamedTuple):
    """What a clause is given; `statement` reads an earlier statement back, `index` an index's value."""

    number: int
    months: int
    opening: int
    dark_before: int
    first_day: int
    last_day: int
    boundary_day: int
    dark: bool
    last: bool
    waited: bool
    generation: int
    exported: int
    generation_register: int
    exported_register: int
    overdue: int
    statement: Callable[[int], Statement]
    index: Callable[[str, int], int | None]

    @property
    def year(self) -> int:
        """The contract year."""
        return contract_year(self.number)

    @property
    def days(self) -> int:
        """How many days it has."""
        return self.last_day - self.first_day + 1


def contract_year(number: int) -> int:
    """The contract year of a month of the life, from 1."""
    return (number - 1) // 12 + 1


def pack_params(name: str, values: tuple[Any, ...]) -> bytes:
    """`abi.encode` of a clause's struct."""
    return encode(TYPES[name], [values])


def ratio(above: int, below: int) -> int:
    """A quotient, half away from zero."""
    size = (2 * abs(above) + below) // (2 * below)
    return size if above >= 0 else -size


def escalated(price: int, escalator: int, year: int) -> int:
    """A contract year's price: last year's, rounded half up, times 1 + e."""
    for _ in range(year - 1):
        price = (2 * price * (MILLION + escalator) + MILLION) // (2 * MILLION)
    return price


def degraded(energy: int, degradation: int, year: int) -> int:
    """A contract year's promise: last year's, rounded down, times 1 - d."""
    for _ in range(year - 1):
        energy = energy * (MILLION - degradation) // MILLION
    return energy


def based(p: Period, base: int) -> int:
    """The energy that a clause prices."""
    return p.generation if base else p.generation - p.exported


def money(energy: int, price: int) -> int:
    """Cents of Wh at a price in 1e-6 units a kWh."""
    return ratio(energy * price, 10**7)


def energy_charge(p: Period, price: int, escalator: int, base: int) -> int:
    """Energy times the year's price."""
    return money(based(p, base), escalated(price, escalator, p.year))


def price_table(p: Period, base: int, prices: tuple[int, ...]) -> int:
    """Energy times the price of the contract year's row."""
    return money(based(p, base), prices[p.year - 1])


def fixed_fee(p: Period, fee: int, escalator: int) -> int:
    """The year's fee by days of the month."""
    size = escalated(abs(fee), escalator, p.year)
    return ratio((size if fee > 0 else -size) * p.days, days_in_month(p.first_day))


def late_interest(p: Period, rate: int, day_count: int) -> int:
    """Interest of what is in arrears."""
    return ratio(p.overdue * rate, MILLION * day_count)


def excess_energy(
    p: Period,
    price: int,
    escalator: int,
    excess_price: int,
    share: int,
    degradation: int,
    base: int,
    expected: tuple[int, ...],
) -> int:
    """Energy up to what was expected at one price, the rest at another."""

    def of_month(number: int, days: int, month_days: int) -> int:
        whole = degraded(expected[(number - 1) % 12], degradation, contract_year(number))
        return whole * share * days // (MILLION * month_days)

    limit = of_month(p.number, p.days, days_in_month(p.first_day))
    limit += sum(of_month(p.number - back, 1, 1) for back in range(1, p.dark_before + 1))
    energy = based(p, base)
    below = min(energy, limit)
    return ratio(below * escalated(price, escalator, p.year) + (energy - below) * excess_price, 10**7)


def span_start(p: Period, b: int, q: int) -> int:
    """The number of the statement s; q is the last period before this one that was not dark."""

    def first_lit(number: int) -> int:
        return next(n for n in range(number, q + 1) if not p.statement(n).dark)

    if p.statement(b).boundary_day:
        return first_lit(b)
    t = next((n for n in range(b, p.number) if p.statement(n).boundary_day), None)
    if t is None:
        return q
    flags = p.statement(t).flags
    f = t - (flags >> 8 & 255) - (0 if p.statement(t).dark else 1)
    return first_lit(t) if f < b else f


def span(p: Period, window: int) -> tuple[int, Statement, int, int] | None:
    """B, statement s, days of the span and days of the window; None where nothing is due."""
    q = p.number - 1 - p.dark_before
    if not p.last and (p.dark or p.number // window == q // window):
        return None
    start = q // window * window
    b = max(start, p.opening)
    s = p.statement(span_start(p, b, q))
    days = max(0, p.boundary_day - (s.boundary_day or s.last_day))
    first = month_of(p.first_day) - (p.number - 1) + start  # the month B + 1 of the life
    return start, s, days, first_of(first + window) - first_of(first)


def guaranteed_generation(p: Period, energy: int, window: int, degradation: int, price: int) -> int:
    """A refund of what the generation of the window lacks."""
    found = span(p, window)
    if found is None:
        return 0
    _, s, days, whole = found
    promised = degraded(energy, degradation, p.year) * days // whole
    missing = promised - (p.generation_register - s.generation)
    return -money(max(0, missing), price)


def take_or_pay(p: Period, minimum: int, window: int, make_up: int, price: int, escalator: int) -> int:
    """What was not taken of the window's minimum, or what is made up for."""
    found = span(p, window)
    if found is None:
        return 0
    start, s, days, whole = found
    missing = minimum * days // whole - (p.generation_register - p.exported_register - s.generation + s.exported)
    if missing < 0:
        bank = 0
        for j in range(1, make_up + 1):
            number = start - j * window
            t = p.statement(number) if number >= p.opening else Statement()
            if not t.boundary_day or t.dark:
                continue
            bank = max(bank, j * minimum - (s.generation - s.exported - t.generation + t.exported))
        missing = max(missing, -bank)
    return money(missing, escalated(price, escalator, p.year))


def exit_table(p: Period, *_: Any) -> int:
    """No line."""
    return 0


LINES: dict[str, Callable[..., int]] = {
    "EnergyCharge": energy_charge,
    "ExcessEnergy": excess_energy,
    "ExitTable": exit_table,
    "FixedFee": fixed_fee,
    "GuaranteedGeneration": guaranteed_generation,
    "LateInterest": late_interest,
    "PriceTable": price_table,
    "TakeOrPay": take_or_pay,
}


def indexed_price(p: Period, values: tuple[Any, ...]) -> tuple[int, bool]:
    """Energy times a price that follows an index; whether an earlier year's value stood in."""
    price, index, lag, share, floor, cap, base = values
    if p.year == 1:
        return money(based(p, base), price), False
    life = month_of(p.first_day) - (p.number - 1)
    first = p.index(index, first_of(life - lag))
    year, substituted = p.year, False
    value = p.index(index, first_of(life + 12 * (year - 1) - lag))
    while value is None and p.waited and year > 1:
        year, substituted = year - 1, True
        value = p.index(index, first_of(life + 12 * (year - 1) - lag))
    if value is None or first is None:
        raise Failed
    follows = ratio(price * (first * MILLION + share * (value - first)), first * MILLION)
    return money(based(p, base), min(cap, max(floor, follows))), substituted


def assess(name: str, params: bytes, p: Period) -> tuple[int, bool]:
    """A clause's line, and whether it rests on a substitute. Raises Failed."""
    values = decode(TYPES[name], params)[0]
    line, substituted = indexed_price(p, values) if name == "IndexedPrice" else (LINES[name](p, *values), False)
    if not fits(line, -48):
        raise Failed
    return line, substituted


def lender_of(name: str, params: bytes) -> tuple[str, int]:
    """An exit's lender and its days to cure. Raises Failed where the clause is no exit."""
    if name != "ExitTable":
        raise Failed
    lender, cure_days, *_ = decode(TYPES[name], params)[0]
    return lender, cure_days


def exit_price(name: str, params: bytes, number: int, value_of: Callable[[str], int | None]) -> int:
    """What it costs to leave; `value_of` an appraiser. Raises Failed where the clause is no exit, or cannot say."""
    if name != "ExitTable":
        raise Failed
    _, _, appraiser, size, prices = decode(TYPES[name], params)[0]
    year = contract_year(number)
    if year > len(prices):
        raise Failed
    value = value_of(appraiser) if int(appraiser, 16) else 0
    if value is None:
        raise Failed
    return max(value, ratio(size * prices[year - 1], 10**4))
