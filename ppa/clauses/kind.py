"""What every clause answers, and how its parameters are encoded."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from eth_abi.exceptions import DecodingError, EncodingError

from ppa import money
from ppa.codec import decode, encode
from ppa.errors import BadClause, NoIndexValue
from ppa.statements import Period, Statement
from ppa.text import Language

MOST_LINE_CENTS = 2**47 - 1
PPM = 10**6
_MOST_PRICE = 10**10  # 1e-6 a kWh
_MOST_GROWTH_PPM = 20 * 10**6


def _nothing_published(index: str, month: int) -> int:
    raise NoIndexValue(index, month)


@dataclass(frozen=True)
class Told:
    """What a clause may look up: `statements(n)` gives earlier ones, from the opening on; `index(address, month)` the
    value of an index in the month that starts on a civil day. They raise NoSuchStatement and NoIndexValue.
    """

    statements: Callable[[int], Statement]
    index: Callable[[str, int], int] = _nothing_published


class Line(NamedTuple):
    """What a clause answers: cents, positive where the consumer owes, and whether they rest on a substitute."""

    cents: int
    substituted: bool = False


class ClauseKind(Protocol):
    """One rule with its parameters. `check` is given the first day of the agreement's life, and the life's months."""

    def params(self) -> bytes:
        """The parameters, ABI encoded."""

    def check(self, first_day: int, months: int) -> None:
        """Raises BadClause where the contract's `check` refuses."""

    def line(self, period: Period, told: Told) -> Line:
        """The line of a period."""

    def sentence(self, language: Language, currency: str = "EUR") -> str:
        """One plain sentence."""


def encoded(types: tuple[str, ...], values: tuple[Any, ...]) -> bytes:
    """ABI encoding. Raises BadClause if a value does not fit."""
    try:
        return encode(types, values)
    except EncodingError as problem:
        raise BadClause(f"A parameter does not fit its bits: {problem}") from problem


def decoded(name: str, types: tuple[str, ...], params: bytes) -> tuple[Any, ...]:
    """The values of an encoding that is exactly that of `abi.encode`. Raises BadClause."""
    try:
        values: tuple[Any, ...] = decode(types, params)
    except (DecodingError, OverflowError) as problem:
        raise BadClause(f"The parameters of {name} do not fit their types: {problem}") from problem
    canonical = encode(types, values)
    if canonical != params:
        raise BadClause(f"The parameters of {name} have {len(canonical)} bytes in their one encoding, not these.")
    return values


def check_base(base: int) -> None:
    """Raises BadClause for a base that is neither self-consumption nor generation."""
    if base not in (0, 1):
        raise BadClause(f"Base {base} is unknown: 0 is self-consumption, 1 generation.")


def check_price(price_micro_per_kwh: int) -> None:
    """Raises BadClause above the most that a clause takes."""
    if price_micro_per_kwh > _MOST_PRICE:
        raise BadClause("The price is above 10,000 a kWh, the most that the clause takes.")


def check_positive_price(price_micro_per_kwh: int) -> None:
    """Raises BadClause for zero, or above the most that a clause takes."""
    if price_micro_per_kwh == 0:
        raise BadClause("The price per kWh is zero: give one above it.")
    check_price(price_micro_per_kwh)


def check_growth(escalator_ppm: int, months: int) -> None:
    """Raises BadClause where an escalator would grow beyond all bounds within the term."""
    if escalator_ppm * (money.contract_year(months) - 1) > _MOST_GROWTH_PPM:
        raise BadClause("All yearly rises together are more than 2,000 %: take a smaller escalator.")


def check_window(window_months: int, months: int) -> None:
    """Raises BadClause for a window of no month, or longer than the life."""
    if not 1 <= window_months <= months:
        raise BadClause(f"A window has 1 to {months} months (the life), not {window_months}.")


def check_degradation(degradation_ppm: int) -> None:
    """Raises BadClause where nothing would be left."""
    if degradation_ppm >= PPM:
        raise BadClause("The degradation must be less than 1,000,000 parts per million a year.")


def energy_of(period: Period, base: int) -> int:
    """The energy that a charge is on, in Wh: self-consumption (0), signed, or generation (1)."""
    return period.generation_wh if base == 1 else period.generation_wh - period.exported_wh


def base_in_words(base: int, language: Language) -> str:
    """What a charge is on."""
    if language == "es":
        return "toda la energía generada" if base == 1 else "la energía autoconsumida (generada menos vertida)"
    return "all energy generated" if base == 1 else "the energy consumed on site (generated minus exported)"
