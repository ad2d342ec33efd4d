"""Energies as they are written: exact fractions of a Wh, and whole Wh of which nothing is lost."""

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

from meter.errors import BadSeries

NOT_MEASURED = {"", "-", "--", "null", "nan", "n/a", "na", "none"}
_NUMBER = re.compile(r"[0-9]{1,15}([.,][0-9]{1,15})?(e[+-]?[0-9]{1,2})?", re.IGNORECASE)
_GROUPED = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_WH = {"Wh": Fraction(1), "kWh": Fraction(1000), "W": Fraction(1, 3600), "kW": Fraction(1000, 3600)}


def decimal_sign(texts: Iterable[tuple[int, str]], given: str, path: Path) -> str:
    """The decimal sign of (line, value): "." or ",". Raises BadSeries where the values do not say one."""
    seen: dict[str, int] = {}
    like_thousands: dict[bool, int] = {}
    without = False
    for line, text in texts:
        signs = {sign for sign in ".," if sign in text}
        if len(signs) == 2 or any(text.count(sign) > 1 for sign in signs):
            raise BadSeries(f"Line {line} of {path}: {text!r} groups its thousands; write it as 1234.5 or 1234,5.")
        for sign in signs:
            seen.setdefault(sign, line)
            like_thousands.setdefault(bool(_GROUPED.fullmatch(text)), line)
        without |= not signs and text.casefold() not in NOT_MEASURED
    if len(seen) == 2:
        lines = " and ".join(f"line {line} a {'point' if sign == '.' else 'comma'}" for sign, line in seen.items())
        raise BadSeries(f"{path}: the values do not agree on their decimal sign ({lines}): write one of them.")
    if given:
        sign = {"point": ".", "comma": ","}[given]
        if seen and sign not in seen:
            (other, line), *_ = seen.items()
            raise BadSeries(f"Line {line} of {path} has {other!r} in a value, not the decimal {given} that was said.")
        return sign
    if without and set(like_thousands) == {True}:
        raise BadSeries(
            f"Line {like_thousands[True]} of {path}: the sign in its value may be of thousands or decimal; "
            "say the decimal sign, READ='--decimal point' or READ='--decimal comma', and write no signs of thousands."
        )
    return next(iter(seen), ".")


def energy_wh(text: str, unit: str, seconds: int, line: int, path: Path) -> Fraction | None:
    """A value's energy in Wh, exactly; a power is the mean over so many seconds. None: not measured."""
    if text.casefold() in NOT_MEASURED:
        return None
    if text.startswith(("-", "−")):
        if _NUMBER.fullmatch(text[1:]) and not set(text) & set("123456789"):
            return Fraction(0)
        raise BadSeries(
            f"Line {line} of {path} has a negative value, {text}: generated and exported energy is 0 or more; "
            "name another column, or correct it at its source."
        )
    if not _NUMBER.fullmatch(text):
        raise BadSeries(f"Line {line} of {path}: {text!r} is not a number; leave what was not measured empty.")
    value = Fraction(text.replace(",", ".")) * _WH[unit]
    return value * seconds if unit in ("W", "kW") else value


def whole_wh(energies: Iterable[Fraction]) -> Iterator[int]:
    """Whole Wh, as a counter steps: what is not a whole Wh is carried into the next interval and never lost."""
    rest = Fraction(0)
    for energy in energies:
        whole, rest = divmod(rest + energy, 1)
        yield whole
