"""What it costs the consumer to end early, or to buy the plant."""

from dataclasses import dataclass
from typing import Self

from eth_utils.address import to_checksum_address

from ppa import calendar, money, text
from ppa.clauses.kind import MOST_LINE_CENTS, Line, Told, decoded, encoded
from ppa.errors import BadClause
from ppa.statements import Period
from ppa.terms import ZERO_ADDRESS
from ppa.text import Language

_MICRO_PER_CENT = 10**4


@dataclass(frozen=True)
class ExitTable:
    """A price in 1e-6 currency units a W for each contract year, times the plant's size.

    If the terms name an appraiser, the price is at least what it published for the month. A lender must have been
    notified, and have had `cure_days` to cure, before the consumer may end.
    """

    lender: str
    cure_days: int
    appraiser: str
    size_w: int
    prices_micro_per_w: tuple[int, ...]

    TYPES = ("(address,uint16,address,uint64,uint64[])",)

    def params(self) -> bytes:
        """The parameters, ABI encoded."""
        values = (self.lender, self.cure_days, self.appraiser, self.size_w, self.prices_micro_per_w)
        return encoded(self.TYPES, (values,))

    @classmethod
    def from_params(cls, params: bytes) -> Self:
        """From the encoding. Raises BadClause if it is not exactly that."""
        ((lender, cure, appraiser, size, prices),) = decoded("ExitTable", cls.TYPES, params)
        return cls(to_checksum_address(lender), cure, to_checksum_address(appraiser), size, tuple(prices))

    def check(self, first_day: int, months: int) -> None:
        """Raises BadClause where the contract's `check` refuses; only a chain knows whether the appraiser has code."""
        self.params()
        years = money.contract_year(months)
        if len(self.prices_micro_per_w) != years:
            raise BadClause(f"The life has {years} contract years, the table {len(self.prices_micro_per_w)} prices.")
        if self.size_w == 0:
            raise BadClause("The plant's size is zero: give it in W.")
        if self.cure_days and self.lender.lower() == ZERO_ADDRESS:
            raise BadClause("Days to cure are of a lender: name it, or give no days.")
        for year in range(1, years + 1):
            if self._cents(year) > MOST_LINE_CENTS:
                raise BadClause(f"The price of contract year {year} would not fit 48 bits of cents.")

    def line(self, period: Period, told: Told) -> Line:
        """Nothing, month by month."""
        return Line(0)

    def exit_price(self, number: int, today: int, told: Told) -> int:
        """Cents to end in month `number`, asked on a day of Greenwich. Raises NoIndexValue without an appraisal."""
        price = self._cents(money.contract_year(number))
        if self.appraiser.lower() == ZERO_ADDRESS:
            return price
        return max(price, told.index(self.appraiser, calendar.first_of_month(today)))

    def _cents(self, year: int) -> int:
        return money.share(self.size_w, self.prices_micro_per_w[year - 1], _MICRO_PER_CENT)

    def sentence(self, language: Language, currency: str = "EUR") -> str:
        """One plain sentence."""
        prices = " · ".join(
            text.money(self._cents(y), language, currency) for y in range(1, len(self.prices_micro_per_w) + 1)
        )
        lender = self.lender.lower() != ZERO_ADDRESS
        appraised = self.appraiser.lower() != ZERO_ADDRESS
        if language == "es":
            least = f", o la tasación que publique {self.appraiser} si es mayor" if appraised else ""
            wait = f" Antes debe avisar a {self.lender} y esperar {self.cure_days} días." if lender else ""
            return f"El consumidor puede terminar pagando, según el año de contrato: {prices}{least}.{wait}"
        least = f", or what {self.appraiser} publishes if that is more" if appraised else ""
        wait = f" It must notify {self.lender} before, and wait {self.cure_days} days." if lender else ""
        return f"The consumer may end by paying, by contract year: {prices}{least}.{wait}"
