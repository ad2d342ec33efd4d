"""The clauses' arithmetic in fractions: exact until the one rounding that the formats ask for."""

from fractions import Fraction


def half_away(value: Fraction) -> int:
    """The nearest whole number, halves away from zero."""
    size = int(abs(value) + Fraction(1, 2))
    return size if value >= 0 else -size


def cents(wh: int, price: int) -> int:
    """kWh times EUR a kWh times 100."""
    return half_away(Fraction(wh, 1_000) * Fraction(price, 1_000_000) * 100)


def price_of_year(price: int, escalator: int, year: int) -> int:
    """Each year's printed price is last year's, raised and rounded half up."""
    for _ in range(year - 1):
        price = half_away(price * (1 + Fraction(escalator, 10**6)))
    return price


def promise_of_year(energy: int, degradation: int, year: int) -> int:
    """Each year's promise is last year's, lowered and rounded down."""
    for _ in range(year - 1):
        energy = int(energy * (1 - Fraction(degradation, 10**6)))
    return energy
