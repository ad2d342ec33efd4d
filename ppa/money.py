"""Energy to money (formats.md, Arithmetic): Wh and 1e-6 currency units per kWh to cents; one rounding per line."""

_WH_MICRO_PER_CENT = 10**7  # 1000 Wh/kWh * 1e6 micro/unit / 100 cents/unit
_PPM = 10**6


def cents(wh: int, price_micro_per_kwh: int) -> int:
    """Cents of signed energy at a price, half a cent away from zero.

    >>> cents(50_000_000, 1), cents(-5_000_000, 1), cents(4_999_999, 1)
    (5, -1, 0)
    """
    size = (abs(wh) * price_micro_per_kwh + _WH_MICRO_PER_CENT // 2) // _WH_MICRO_PER_CENT
    return -size if wh < 0 else size


def escalated(price_micro_per_kwh: int, ppm: int, contract_year: int) -> int:
    """The price of a contract year (from 1): each year's from last year's rounded one, half up to 1e-6."""
    for _ in range(contract_year - 1):
        price_micro_per_kwh = (price_micro_per_kwh * (_PPM + ppm) + _PPM // 2) // _PPM
    return price_micro_per_kwh


def share(amount: int, part: int, whole: int) -> int:
    """`amount` * `part` / `whole`, all at least zero, half upward.

    >>> share(3_100, 10, 31), share(5, 1, 10), share(4, 1, 10)
    (1000, 1, 0)
    """
    return (2 * amount * part + whole) // (2 * whole)


def degraded(energy_wh: int, ppm: int, year: int) -> int:
    """A guarantee in a contract year (from 1): it falls by `ppm` each year, rounded down to the Wh each time."""
    for _ in range(year - 1):
        energy_wh = energy_wh * (_PPM - ppm) // _PPM
    return energy_wh


def contract_year(period_number: int) -> int:
    """The contract year of a period, both from 1."""
    return (period_number - 1) // 12 + 1
