"""Charges by the kWh: a price that rises, a table of prices, a price that follows an index, excess at another price."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from eth_utils.address import to_checksum_address

from ppa import calendar, money, text
from ppa.clauses.kind import (
    PPM,
    Line,
    Told,
    base_in_words,
    check_base,
    check_degradation,
    check_growth,
    check_positive_price,
    check_price,
    decoded,
    encoded,
    energy_of,
)
from ppa.errors import BadClause, NoIndexValue
from ppa.statements import Period
from ppa.text import Language


@dataclass(frozen=True)
class EnergyCharge:
    """So much per kWh of self-consumption (base 0) or generation (base 1), rising each contract year."""

    price_micro_per_kwh: int
    escalator_ppm: int = 0
    base: int = 0

    TYPES = ("uint64", "uint32", "uint8")

    def params(self) -> bytes:
        """The parameters, ABI encoded."""
        return encoded(self.TYPES, (self.price_micro_per_kwh, self.escalator_ppm, self.base))

    @classmethod
    def from_params(cls, params: bytes) -> Self:
        """From the encoding. Raises BadClause if it is not exactly that."""
        return cls(*decoded("EnergyCharge", cls.TYPES, params))

    def check(self, first_day: int, months: int) -> None:
        """Raises BadClause where the contract's `check` refuses."""
        self.params()
        check_positive_price(self.price_micro_per_kwh)
        check_base(self.base)
        check_growth(self.escalator_ppm, months)

    def price(self, contract_year: int) -> int:
        """The price of a contract year, in 1e-6 a kWh."""
        return money.escalated(self.price_micro_per_kwh, self.escalator_ppm, contract_year)

    def line(self, period: Period, told: Told) -> Line:
        """Signed energy times the year's price, in cents."""
        return Line(money.cents(energy_of(period, self.base), self.price(money.contract_year(period.number))))

    def sentence(self, language: Language, currency: str = "EUR") -> str:
        """One plain sentence."""
        price, rise = (
            text.price(self.price_micro_per_kwh, language, currency),
            text.percent(self.escalator_ppm, language),
        )
        base = base_in_words(self.base, language)
        if language == "es":
            tail = f"; el precio sube un {rise} cada año de contrato" if self.escalator_ppm else ""
            return f"El consumidor paga {price} por {base}{tail}."
        tail = f"; the price rises by {rise} each contract year" if self.escalator_ppm else ""
        return f"The consumer pays {price} for {base}{tail}."


@dataclass(frozen=True)
class PriceTable:
    """So much per kWh in each contract year, as a table says (SAPC's solar PPA v1.1 prints one of 20 rows)."""

    base: int
    prices_micro_per_kwh: tuple[int, ...]

    TYPES = ("(uint8,uint64[])",)

    def params(self) -> bytes:
        """The parameters, ABI encoded."""
        return encoded(self.TYPES, ((self.base, self.prices_micro_per_kwh),))

    @classmethod
    def from_params(cls, params: bytes) -> Self:
        """From the encoding. Raises BadClause if it is not exactly that."""
        ((base, prices),) = decoded("PriceTable", cls.TYPES, params)
        return cls(base, tuple(prices))

    def check(self, first_day: int, months: int) -> None:
        """Raises BadClause where the contract's `check` refuses."""
        self.params()
        check_base(self.base)
        years = money.contract_year(months)
        if len(self.prices_micro_per_kwh) != years:
            raise BadClause(f"The life has {years} contract years, the table {len(self.prices_micro_per_kwh)} prices.")
        for price in self.prices_micro_per_kwh:
            check_price(price)

    def line(self, period: Period, told: Told) -> Line:
        """Signed energy times the year's price, in cents."""
        price = self.prices_micro_per_kwh[money.contract_year(period.number) - 1]
        return Line(money.cents(energy_of(period, self.base), price))

    def sentence(self, language: Language, currency: str = "EUR") -> str:
        """One plain sentence."""
        prices = " · ".join(text.price(price, language, currency) for price in self.prices_micro_per_kwh)
        base = base_in_words(self.base, language)
        if language == "es":
            return f"El consumidor paga por {base}, año de contrato por año de contrato: {prices}."
        return f"The consumer pays for {base}, contract year by contract year: {prices}."


@dataclass(frozen=True)
class IndexedPrice:
    """A price that follows an index from contract year to contract year, at least a floor, at most a cap.

    price(y) = price * (1 + share * (I(y) - I(1)) / I(1)), half up to 1e-6; I(y) is the index of the month that lies
    `lag_months` before contract year y of the life. Where the days of waiting are over, that of the latest earlier
    contract year is a substitute. The usual CPI clause; floor, cap and collar bound the price.
    """

    price_micro_per_kwh: int
    index: str
    lag_months: int
    share_ppm: int
    floor_micro_per_kwh: int
    cap_micro_per_kwh: int
    base: int = 0

    TYPES = ("uint64", "address", "uint8", "uint32", "uint64", "uint64", "uint8")
    MOST_LAG = 24

    def params(self) -> bytes:
        """The parameters, ABI encoded."""
        return encoded(
            self.TYPES,
            (
                self.price_micro_per_kwh,
                self.index,
                self.lag_months,
                self.share_ppm,
                self.floor_micro_per_kwh,
                self.cap_micro_per_kwh,
                self.base,
            ),
        )

    @classmethod
    def from_params(cls, params: bytes) -> Self:
        """From the encoding. Raises BadClause if it is not exactly that."""
        return cls(*decoded("IndexedPrice", cls.TYPES, params))

    def check(self, first_day: int, months: int) -> None:
        """Raises BadClause where the contract's `check` refuses, but for an index without code."""
        self.params()
        check_positive_price(self.price_micro_per_kwh)
        if self.lag_months > self.MOST_LAG:
            raise BadClause(f"The index may lag at most {self.MOST_LAG} months, not {self.lag_months}.")
        if first_day < self.lag_months * 31:
            raise BadClause("The index's first month would lie before 1970.")
        if not 1 <= self.share_ppm <= PPM:
            raise BadClause("The share of the price that follows the index is above 0 and at most 100 %.")
        if self.cap_micro_per_kwh == 0:
            raise BadClause("The cap is zero: give one above it.")
        if self.floor_micro_per_kwh > self.cap_micro_per_kwh:
            raise BadClause("The floor is above the cap.")
        check_price(self.cap_micro_per_kwh)
        check_base(self.base)

    def price(self, period: Period, told: Told) -> tuple[int, bool]:
        """The price of the period's contract year, in 1e-6 a kWh, and whether its index is a substitute.

        Raises NoIndexValue.
        """
        year = money.contract_year(period.number)
        if year == 1:
            return self.price_micro_per_kwh, False
        first = told.index(self.index, self._month(period, 1))
        now, found = self._latest(period, told, year, first)
        whole = PPM * first
        moved = (PPM - self.share_ppm) * first + self.share_ppm * now
        price = (self.price_micro_per_kwh * moved + whole // 2) // whole
        return min(max(price, self.floor_micro_per_kwh), self.cap_micro_per_kwh), found < year

    def _latest(self, period: Period, told: Told, year: int, first: int) -> tuple[int, int]:
        """The index of a contract year, or, where waited, of the latest before that has one; and that year."""
        if not period.waited:
            return told.index(self.index, self._month(period, year)), year
        for earlier in range(year, 1, -1):
            with suppress(NoIndexValue):
                return told.index(self.index, self._month(period, earlier)), earlier
        return first, 1

    def _month(self, period: Period, year: int) -> int:
        """The first day of the month whose index is a contract year's."""
        return calendar.months_before(period.first_day, period.number - 1 - 12 * (year - 1) + self.lag_months)

    def line(self, period: Period, told: Told) -> Line:
        """Signed energy times the year's price, in cents."""
        price, substituted = self.price(period, told)
        return Line(money.cents(energy_of(period, self.base), price), substituted)

    def sentence(self, language: Language, currency: str = "EUR") -> str:
        """One plain sentence."""
        price, floor, cap = (
            text.price(p, language, currency)
            for p in (self.price_micro_per_kwh, self.floor_micro_per_kwh, self.cap_micro_per_kwh)
        )
        base, share = base_in_words(self.base, language), text.percent(self.share_ppm, language)
        index, when = to_checksum_address(self.index), _months_before(self.lag_months, language)
        if language == "es":
            return (
                f"El consumidor paga {price} por {base} el primer año; cada año de contrato el {share} del precio "
                f"sigue al índice {index} {when}, entre {floor} y {cap}."
            )
        return (
            f"The consumer pays {price} for {base} in the first year; each contract year {share} of the price follows "
            f"the index {index} {when}, between {floor} and {cap}."
        )


def _months_before(lag: int, language: Language) -> str:
    if language == "es":
        return {0: "del mismo mes", 1: "del mes anterior"}.get(lag, f"de {lag} meses antes")
    return {0: "of the same month", 1: "of the month before"}.get(lag, f"of {lag} months before")


@dataclass(frozen=True)
class ExcessEnergy:
    """One price up to a share of the expected energy, another above it; one rounding for both (Idaho Power's form)."""

    price_micro_per_kwh: int
    escalator_ppm: int
    excess_price_micro_per_kwh: int
    share_ppm: int
    degradation_ppm: int
    base: int
    expected_wh: tuple[int, ...]

    TYPES = ("uint64", "uint32", "uint64", "uint32", "uint32", "uint8", "uint64[12]")
    MOST_SHARE = 10 * PPM
    MOST_EXPECTED = 2**40 - 1

    def params(self) -> bytes:
        """The parameters, ABI encoded."""
        return encoded(
            self.TYPES,
            (
                self.price_micro_per_kwh,
                self.escalator_ppm,
                self.excess_price_micro_per_kwh,
                self.share_ppm,
                self.degradation_ppm,
                self.base,
                self.expected_wh,
            ),
        )

    @classmethod
    def from_params(cls, params: bytes) -> Self:
        """From the encoding. Raises BadClause if it is not exactly that."""
        price, escalator, excess, share, degradation, base, expected = decoded("ExcessEnergy", cls.TYPES, params)
        return cls(price, escalator, excess, share, degradation, base, tuple(expected))

    def check(self, first_day: int, months: int) -> None:
        """Raises BadClause where the contract's `check` refuses."""
        self.params()
        check_positive_price(self.price_micro_per_kwh)
        check_growth(self.escalator_ppm, months)
        check_price(self.excess_price_micro_per_kwh)
        if not 1 <= self.share_ppm <= self.MOST_SHARE:
            raise BadClause("The share of the expected energy is above 0 and at most 1,000 %.")
        check_degradation(self.degradation_ppm)
        check_base(self.base)
        if max(self.expected_wh) > self.MOST_EXPECTED:
            raise BadClause(f"A month cannot have more than {self.MOST_EXPECTED} Wh.")
        if not any(self.expected_wh):
            raise BadClause("No energy is expected in any month: give what the plant shall make.")

    def limit_wh(self, period: Period) -> int:
        """What has the first price, in Wh: pro rata by days in a month that ends early, and that of the dark months
        right before.
        """
        days, whole = period.last_day + 1 - period.first_day, calendar.days_of_month(period.first_day)
        dark = range(period.number - period.dark_before, period.number)
        before = sum(self._expected_wh(number) * self.share_ppm // PPM for number in dark)
        return before + self._expected_wh(period.number) * self.share_ppm * days // (PPM * whole)

    def _expected_wh(self, number: int) -> int:
        """What is expected in a month of the life."""
        return money.degraded(self.expected_wh[(number - 1) % 12], self.degradation_ppm, money.contract_year(number))

    def line(self, period: Period, told: Told) -> Line:
        """Both parts at their prices, in cents, rounded once."""
        energy = energy_of(period, self.base)
        excess = max(0, energy - self.limit_wh(period))
        price = money.escalated(self.price_micro_per_kwh, self.escalator_ppm, money.contract_year(period.number))
        return Line(money.cents((energy - excess) * price + excess * self.excess_price_micro_per_kwh, 1))

    def sentence(self, language: Language, currency: str = "EUR") -> str:
        """One plain sentence."""
        price = text.price(self.price_micro_per_kwh, language, currency)
        more = text.price(self.excess_price_micro_per_kwh, language, currency)
        base, share = base_in_words(self.base, language), text.percent(self.share_ppm, language)
        year = text.energy(sum(self.expected_wh), language)
        rise, fall = text.percent(self.escalator_ppm, language), text.percent(self.degradation_ppm, language)
        if language == "es":
            tail = f"; el primer precio sube un {rise} cada año de contrato" if self.escalator_ppm else ""
            tail += f"; lo previsto baja un {fall} cada año de contrato" if self.degradation_ppm else ""
            return (
                f"El consumidor paga {price} por {base} hasta el {share} de lo previsto en el mes ({year} el primer "
                f"año) y {more} por lo que pase de ahí{tail}."
            )
        tail = f"; the first price rises by {rise} each contract year" if self.escalator_ppm else ""
        tail += f"; the expectation falls by {fall} each contract year" if self.degradation_ppm else ""
        return (
            f"The consumer pays {price} for {base} up to {share} of what is expected in the month ({year} in the first "
            f"year) and {more} for what is above{tail}."
        )
