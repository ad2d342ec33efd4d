"""The clauses' arithmetic in fractions: exact until the one rounding that the formats ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Assessed:
    """A span of months that is assessed: from month `after` + 1 to month `number`, and its share of a window."""

    after: int
    number: int
    share: Fraction

    def part(self, energy: int) -> int:
        """What of a window's promise is due, rounded down to the Wh."""
        return int(energy * self.share)


def assessed(
    window: int,
    dark: Sequence[bool],
    opening: int,
    ends: Sequence[int],
    recorded: Sequence[int],
    ended: bool,
    unheard: int,
) -> list[Assessed]:
    """The spans of a life, as one walks through it: each begins where the one before ended.

    `dark` says of each month from `opening` + 1 on whether it was; `ends` has the day before the life, then each
    month's last day; `recorded` has the same, but of months that were not dark the day of their last record. `ended`:
    the agreement ended with the last of the months. The first `unheard` months are before the meter's first record:
    nothing is promised of them.
    """
    spans: list[Assessed] = []
    after = seen = opening
    for number, is_dark in enumerate(dark, start=opening + 1):
        ends_here = ended and number == opening + len(dark)
        if ends_here or (not is_dark and number // window > after // window):
            start = after // window * window
            end = recorded[seen if is_dark else number]
            share = Fraction(max(0, end - recorded[after]), ends[start + window] - ends[start])
            spans.append(Assessed(after, number, share))
            after = number
        elif number <= opening + unheard:
            after = number
        seen = seen if is_dark else number
    return spans
