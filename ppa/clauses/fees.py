"""Money that no kWh makes: a fee a month, interest on what is late."""

from dataclasses import dataclass
from typing import Self

from ppa import calendar, money, text
from ppa.clauses.kind import MOST_LINE_CENTS, PPM, Line, Told, check_growth, decoded, encoded
from ppa.errors import BadClause
from ppa.statements import Period
from ppa.text import Language


@dataclass(frozen=True)
class FixedFee:
    """So much a month, pro rata by days in a month that ends early; negative: the producer pays, as a roof's rent."""

    fee_cents: int
    escalator_ppm: int = 0

    TYPES = ("int64", "uint32")

    def params(self) -> bytes:
        """The parameters, ABI encoded."""
        return encoded(self.TYPES, (self.fee_cents, self.escalator_ppm))

    @classmethod
    def from_params(cls, params: bytes) -> Self:
        """From the encoding. Raises BadClause if it is not exactly that."""
        return cls(*decoded("FixedFee", cls.TYPES, params))

    def check(self, first_day: int, months: int) -> None:
        """Raises BadClause where the contract's `check` refuses."""
        self.params()
        if self.fee_cents == 0:
            raise BadClause("The fee is zero: give one, or leave the clause out.")
        check_growth(self.escalator_ppm, months)
        if self._size(money.contract_year(months)) > MOST_LINE_CENTS:
            raise BadClause("The fee of the last year would not fit 48 bits of cents.")

    def line(self, period: Period, told: Told) -> Line:
        """The contract year's fee by the period's share of its month, half a cent away from zero."""
        size = self._size(money.contract_year(period.number))
        cents = money.share(size, period.last_day + 1 - period.first_day, calendar.days_of_month(period.first_day))
        return Line(-cents if self.fee_cents < 0 else cents)

    def _size(self, year: int) -> int:
        return money.escalated(abs(self.fee_cents), self.escalator_ppm, year)

    def sentence(self, language: Language, currency: str = "EUR") -> str:
        """One plain sentence."""
        fee, rise = text.money(abs(self.fee_cents), language, currency), text.percent(self.escalator_ppm, language)
        if language == "es":
            who = "El consumidor" if self.fee_cents > 0 else "El productor"
            tail = f"; sube un {rise} cada año de contrato" if self.escalator_ppm else ""
            return f"{who} paga {fee} al mes{tail}."
        who = "The consumer" if self.fee_cents > 0 else "The producer"
        tail = f"; it rises by {rise} each contract year" if self.escalator_ppm else ""
        return f"{who} pays {fee} a month{tail}."


@dataclass(frozen=True)
class LateInterest:
    """Interest on arrears, earlier interest included: I = A * r * days / 365, or / 360."""

    rate_ppm: int
    day_count: int = 365

    TYPES = ("uint32", "uint16")

    def params(self) -> bytes:
        """The parameters, ABI encoded."""
        return encoded(self.TYPES, (self.rate_ppm, self.day_count))

    @classmethod
    def from_params(cls, params: bytes) -> Self:
        """From the encoding. Raises BadClause if it is not exactly that."""
        return cls(*decoded("LateInterest", cls.TYPES, params))

    def check(self, first_day: int, months: int) -> None:
        """Raises BadClause where the contract's `check` refuses."""
        self.params()
        if not 1 <= self.rate_ppm <= PPM:
            raise BadClause("The rate of interest is above zero and at most 100 % a year.")
        if self.day_count not in (365, 360):
            raise BadClause(f"A year has 365 or 360 days for interest, not {self.day_count}.")

    def line(self, period: Period, told: Told) -> Line:
        """The rate on the cent-days in arrears, half a cent away from zero; given back where they are below it."""
        overdue = period.overdue_cent_days
        cents = money.share(abs(overdue), self.rate_ppm, PPM * self.day_count)
        return Line(-cents if overdue < 0 else cents)

    def sentence(self, language: Language, currency: str = "EUR") -> str:
        """One plain sentence."""
        rate = text.percent(self.rate_ppm, language)
        if language == "es":
            return (
                "Lo vencido y no pagado, intereses anteriores incluidos, devenga un interés simple del "
                f"{rate} anual (años de {self.day_count} días); "
                "cada liquidación vence al acabar el mes siguiente."
            )
        return (
            f"What is due and not paid, earlier interest included, bears simple interest of {rate} a year "
            f"(of {self.day_count} days); "
            "each statement falls due with the end of the next month."
        )
