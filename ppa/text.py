"""Numbers as people read them, Spanish or English; the only place where integers become decimals."""

from typing import Literal, get_args

Language = Literal["es", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


def decimal(value: int, scale: int, language: Language, least: int = 0) -> str:
    """`value / 10^scale` exactly, at least `least` decimals kept, others cut when zero.

    >>> decimal(-1234567, 3, "es"), decimal(85_000, 6, "en", 2)
    ('-1.234,567', '0.085')
    """
    whole, part = divmod(abs(value), 10**scale)
    digits = f"{part:0{scale}d}" if scale else ""
    kept = digits.rstrip("0").ljust(least, "0")
    group, point = (".", ",") if language == "es" else (",", ".")
    text = f"{whole:,}".replace(",", group) + (point + kept if kept else "")
    return "-" + text if value < 0 else text


def money(cents: int, language: Language, currency: str = "EUR") -> str:
    """Cents as "0,01 €" or "0.01 EUR"."""
    sign = "€" if currency == "EUR" and language == "es" else currency
    return f"{decimal(cents, 2, language, 2)} {sign}"


def energy(wh: int, language: Language) -> str:
    """Wh as "1.234,567 kWh"."""
    return f"{decimal(wh, 3, language)} kWh"


def price(micro_per_kwh: int, language: Language, currency: str = "EUR") -> str:
    """Price as "0,085 €/kWh"."""
    sign = "€" if currency == "EUR" and language == "es" else currency
    return f"{decimal(micro_per_kwh, 6, language, 2)} {sign}/kWh"


def percent(ppm: int, language: Language) -> str:
    """Parts per million as "2 %"."""
    return f"{decimal(ppm, 4, language)} %"
