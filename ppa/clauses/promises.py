"""Promises over windows of months: what the producer guarantees to generate, what the consumer takes or pays."""

from dataclasses import dataclass
from typing import Self

from ppa import money, text
from ppa.clauses.kind import (
    MOST_LINE_CENTS,
    Line,
    Told,
    check_degradation,
    check_growth,
    check_positive_price,
    check_window,
    decoded,
    encoded,
)
from ppa.clauses.windows import is_dark, is_due, span_of
from ppa.errors import BadClause
from ppa.statements import Period, Statement
from ppa.text import Language


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
        return encoded(self.TYPES, values)

    @classmethod
    def from_params(cls, params: bytes) -> Self:
        """From the encoding. Raises BadClause if it is not exactly that."""
        return cls(*decoded("GuaranteedGeneration", cls.TYPES, params))

    def check(self, first_day: int, months: int) -> None:
        """Raises BadClause where the contract's `check` refuses."""
        self.params()
        if self.energy_wh == 0:
            raise BadClause("The guaranteed energy is zero: give one above it.")
        if self.price_micro_per_kwh == 0:
            raise BadClause("The refund per missing kWh is zero: give one above it.")
        check_window(self.window_months, months)
        check_degradation(self.degradation_ppm)
        if money.cents(self.energy_wh, self.price_micro_per_kwh) > MOST_LINE_CENTS:
            raise BadClause("The refund of a window without any generation would not fit 48 bits of cents.")

    def line(self, period: Period, told: Told) -> Line:
        """Zero but where a window is assessed, whose shortfall is refunded: a negative line in cents.

        Raises NoSuchStatement if the statement that the span starts with is not there.
        """
        if not is_due(period, self.window_months):
            return Line(0)
        span = span_of(period, self.window_months, told.statements)
        made = period.generation_register_wh - span.start.generation_wh
        promised = money.degraded(self.energy_wh, self.degradation_ppm, money.contract_year(period.number))
        return Line(-money.cents(max(0, span.part(promised) - made), self.price_micro_per_kwh))

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


@dataclass(frozen=True)
class TakeOrPay:
    """The consumer takes a minimum every `window_months` or pays for it, and may take what it paid for later.

    bank(k) is the largest shortfall of any run of up to `make_up_windows` windows that ends with window k, read
    from the registers of earlier statements, none of them
    dark or from before the opening. The standard form of energy contracts.
    """

    minimum_wh: int
    window_months: int
    make_up_windows: int
    price_micro_per_kwh: int
    escalator_ppm: int = 0

    TYPES = ("uint64", "uint16", "uint16", "uint64", "uint32")
    MOST_MAKE_UP = 24

    def params(self) -> bytes:
        """The parameters, ABI encoded."""
        values = (
            self.minimum_wh,
            self.window_months,
            self.make_up_windows,
            self.price_micro_per_kwh,
            self.escalator_ppm,
        )
        return encoded(self.TYPES, values)

    @classmethod
    def from_params(cls, params: bytes) -> Self:
        """From the encoding. Raises BadClause if it is not exactly that."""
        return cls(*decoded("TakeOrPay", cls.TYPES, params))

    def check(self, first_day: int, months: int) -> None:
        """Raises BadClause where the contract's `check` refuses."""
        self.params()
        if self.minimum_wh == 0:
            raise BadClause("The minimum is zero: give an energy above it.")
        check_positive_price(self.price_micro_per_kwh)
        check_window(self.window_months, months)
        if self.make_up_windows > self.MOST_MAKE_UP:
            raise BadClause(f"Make-up energy can be taken for at most {self.MOST_MAKE_UP} windows.")
        check_growth(self.escalator_ppm, months)
        dearest = money.escalated(self.price_micro_per_kwh, self.escalator_ppm, money.contract_year(months))
        if money.cents(self.minimum_wh, dearest) > MOST_LINE_CENTS:
            raise BadClause("The line of a window without any consumption would not fit 48 bits of cents.")

    def line(self, period: Period, told: Told) -> Line:
        """Zero but where a window is assessed: what is missing to the minimum, or, negative, what the bank gives back.

        Raises NoSuchStatement if an earlier statement is not there.
        """
        if not is_due(period, self.window_months):
            return Line(0)
        span = span_of(period, self.window_months, told.statements)
        start = _consumed(span.start)
        missing = span.part(self.minimum_wh) - (period.generation_register_wh - period.exported_register_wh - start)
        if missing < 0:
            missing = max(missing, -self._bank(span.before, period.opening, start, told))
        price = money.escalated(self.price_micro_per_kwh, self.escalator_ppm, money.contract_year(period.number))
        return Line(money.cents(missing, price))

    def _bank(self, before: int, opening: int, start: int, told: Told) -> int:
        """The bank after month `before`; `start` is the consumption register at the start of what is assessed."""
        runs = min(self.make_up_windows, (before - opening) // self.window_months)
        earlier = ((j, told.statements(before - j * self.window_months)) for j in range(1, runs + 1))
        shortfalls = (
            j * self.minimum_wh - (start - _consumed(s)) for j, s in earlier if s.boundary_day and not is_dark(s)
        )
        return max([0, *shortfalls])

    def sentence(self, language: Language, currency: str = "EUR") -> str:
        """One plain sentence."""
        least, price = text.energy(self.minimum_wh, language), text.price(self.price_micro_per_kwh, language, currency)
        window, make_up = self.window_months, self.make_up_windows * self.window_months
        rise = text.percent(self.escalator_ppm, language)
        if language == "es":
            each = "cada mes" if window == 1 else f"cada {window} meses"
            tail = f"; el precio sube un {rise} cada año de contrato" if self.escalator_ppm else ""
            after = "el mes siguiente" if make_up == 1 else f"los {make_up} meses siguientes"
            tail += f"; lo pagado y no consumido se recupera en {after}" if make_up else ""
            return f"El consumidor toma al menos {least} {each} o paga {price} por lo que falte{tail}."
        each = "every month" if window == 1 else f"every {window} months"
        tail = f"; the price rises by {rise} each contract year" if self.escalator_ppm else ""
        after = "month" if make_up == 1 else f"{make_up} months"
        tail += f"; what was paid and not taken may be taken in the {after} after" if make_up else ""
        return f"The consumer takes at least {least} {each} or pays {price} for what is missing{tail}."


def _consumed(statement: Statement) -> int:
    return statement.generation_wh - statement.exported_wh
