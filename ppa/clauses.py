"""The clauses that we know: parameters, lines, and a sentence in plain words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, Self

from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError, EncodingError

from ppa import money, text
from ppa.errors import BadClause
from ppa.statements import Period, Statement
from ppa.text import Language

__all__ = ["KNOWN", "ClauseKind", "EnergyCharge", "GuaranteedGeneration", "Period", "Statement", "sentence"]

Statements = Callable[[int], Statement]
_MOST_PRICE = 10**10  # 1e-6 a kWh
_MOST_GROWTH_PPM = 20 * 10**6
_MOST_LINE_CENTS = 2**47 - 1


class ClauseKind(Protocol):
    """One rule with its parameters."""

    def params(self) -> bytes:
        """The parameters, ABI encoded."""

    def check(self, first_day: int, months: int) -> None:
        """Raises BadClause where the contract's `check` refuses."""

    def line(self, period: Period, statements: Statements) -> int:
        """The line of a period in cents; `statements(n)` gives earlier ones, 0 the opening."""

    def sentence(self, language: Language, currency: str = "EUR") -> str:
        """One plain sentence."""


@dataclass(frozen=True)
class EnergyCharge:
    """So much per kWh of self-consumption (base 0) or generation (base 1), rising each contract year."""

    price_micro_per_kwh: int
    escalator_ppm: int = 0
    base: int = 0

    TYPES = ("uint64", "uint32", "uint8")

    def params(self) -> bytes:
        """The parameters, ABI encoded."""
        return _encoded(self.TYPES, (self.price_micro_per_kwh, self.escalator_ppm, self.base))

    @classmethod
    def from_params(cls, params: bytes) -> Self:
        """From the encoding. Raises BadClause if it is not exactly that."""
        return cls(*_decoded("EnergyCharge", cls.TYPES, params))

    def check(self, first_day: int, months: int) -> None:
        """Raises BadClause where the contract's `check` refuses."""
        self.params()
        if self.price_micro_per_kwh == 0:
            raise BadClause("The price per kWh is zero: give one above it.")
        if self.base not in (0, 1):
            raise BadClause(f"Base {self.base} is unknown: 0 is self-consumption, 1 generation.")
        if self.price_micro_per_kwh > _MOST_PRICE:
            raise BadClause("The price is above 10,000 a kWh, the most that the clause takes.")
        if self.escalator_ppm * (money.contract_year(months) - 1) > _MOST_GROWTH_PPM:
            raise BadClause("All yearly rises together are more than 2,000 %: take a smaller escalator.")

    def price(self, contract_year: int) -> int:
        """The price of a contract year, in 1e-6 a kWh."""
        return money.escalated(self.price_micro_per_kwh, self.escalator_ppm, contract_year)

    def line(self, period: Period, statements: Statements) -> int:
        """Signed energy times the year's price, in cents."""
        energy = period.generation_wh if self.base == 1 else period.generation_wh - period.exported_wh
        return money.cents(energy, self.price(money.contract_year(period.number)))

    def sentence(self, language: Language, currency: str = "EUR") -> str:
        """One plain sentence."""
        price, rise = (
            text.price(self.price_micro_per_kwh, language, currency),
            text.percent(self.escalator_ppm, language),
        )
        if language == "es":
            base = "toda la energía generada" if self.base == 1 else "la energía autoconsumida (generada menos vertida)"
            tail = f"; el precio sube un {rise} cada año de contrato" if self.escalator_ppm else ""
            return f"El consumidor paga {price} por {base}{tail}."
        base = "all energy generated" if self.base == 1 else "the energy consumed on site (generated minus exported)"
        tail = f"; the price rises by {rise} each contract year" if self.escalator_ppm else ""
        return f"The consumer pays {price} for {base}{tail}."


@dataclass(frozen=True)
class GuaranteedGeneration:
    """A promised generation every `window_months`; what is missing is refunded at a price."""

    energy_wh: int
    window_months: int
    degradation_ppm: int
    price_micro_per_kwh: int

    TYPES = ("uint64", "uint16", "uint32", "uint64")

    def params(self) -> bytes:
        """The parameters, ABI encoded."""
        values = (self.energy_wh, self.window_months, self.degradation_ppm, self.price_micro_per_kwh)
        return _encoded(self.TYPES, values)

    @classmethod
    def from_params(cls, params: bytes) -> Self:
        """From the encoding. Raises BadClause if it is not exactly that."""
        return cls(*_decoded("GuaranteedGeneration", cls.TYPES, params))

    def check(self, first_day: int, months: int) -> None:
        """Raises BadClause where the contract's `check` refuses."""
        self.params()
        if self.energy_wh == 0:
            raise BadClause("The guaranteed energy is zero: give one above it.")
        if self.price_micro_per_kwh == 0:
            raise BadClause("The refund per missing kWh is zero: give one above it.")
        if not 1 <= self.window_months <= months:
            raise BadClause(f"A window has 1 to {months} months (the term), not {self.window_months}.")
        if self.degradation_ppm >= 10**6:
            raise BadClause("The degradation must be less than 1,000,000 parts per million a year.")
        if money.cents(self.energy_wh, self.price_micro_per_kwh) > _MOST_LINE_CENTS:
            raise BadClause("The refund of a window without any generation would not fit 48 bits of cents.")

    def line(self, period: Period, statements: Statements) -> int:
        """Zero but in a window's last period, where the shortfall is refunded: a negative line in cents.

        Raises NoSuchStatement if the window's opening statement is not there.
        """
        if period.number % self.window_months:
            return 0
        made = period.generation_register_wh - statements(period.number - self.window_months).generation_wh
        promised = money.degraded(self.energy_wh, self.degradation_ppm, money.contract_year(period.number))
        return -money.cents(max(0, promised - made), self.price_micro_per_kwh)

    def sentence(self, language: Language, currency: str = "EUR") -> str:
        """One plain sentence."""
        energy, price = text.energy(self.energy_wh, language), text.price(self.price_micro_per_kwh, language, currency)
        fall, window = text.percent(self.degradation_ppm, language), self.window_months
        if language == "es":
            each = "cada mes" if window == 1 else f"cada {window} meses"
            tail = f"; la garantía baja un {fall} cada año de contrato" if self.degradation_ppm else ""
            return f"El productor garantiza {energy} {each} y devuelve {price} por lo que falte{tail}."
        each = "every month" if window == 1 else f"every {window} months"
        tail = f"; the guarantee falls by {fall} each contract year" if self.degradation_ppm else ""
        return f"The producer guarantees {energy} {each} and refunds {price} for what is missing{tail}."


KNOWN: dict[str, type[EnergyCharge] | type[GuaranteedGeneration]] = {
    "EnergyCharge": EnergyCharge,
    "GuaranteedGeneration": GuaranteedGeneration,
}


def sentence(clause: ClauseKind, language: Language, currency: str = "EUR") -> str:
    """A clause in plain words, Spanish or English."""
    return clause.sentence(language, currency)


def _encoded(types: tuple[str, ...], values: tuple[int, ...]) -> bytes:
    try:
        return encode(types, values)
    except EncodingError as problem:
        raise BadClause(f"A parameter does not fit its bits: {problem}") from problem


def _decoded(name: str, types: tuple[str, ...], params: bytes) -> tuple[int, ...]:
    if len(params) != 32 * len(types):
        raise BadClause(f"The parameters of {name} have {32 * len(types)} bytes, not {len(params)}.")
    try:
        values: tuple[int, ...] = decode(types, params)
    except DecodingError as problem:
        raise BadClause(f"The parameters of {name} do not fit their types: {problem}") from problem
    return values
