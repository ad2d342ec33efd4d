"""The registry's model: an agreement as its terms and a list of what a meter recorded, read with Python's own tools.

Nothing here is a running total: registers are looked up in the list of records, lines are fractions of the kWh between
two look-ups, and the balance is a sum over all statements.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import Any

from tests.contracts.fraction_model import cents, price_of_year, promise_of_year
from tests.contracts.world import (
    DARK,
    EARLY_BOUNDARY,
    ENDED,
    EPOCH,
    PROPOSED,
    RUNNING,
    Clause,
    Terms,
    energy_charge,
    guarantee,
    month_ends,
    three,
)

REVERTS = 1


@dataclass
class Rule:
    """A clause in words that Python can compute with: `energy`, `guarantee` or `odd`, and its numbers."""

    kind: str
    numbers: tuple[int, ...]

    def clause(self, addresses: dict[str, str]) -> Clause:
        """As the terms have it."""
        params = {"energy": energy_charge, "guarantee": guarantee, "odd": three}[self.kind](*self.numbers)
        return Clause(addresses[self.kind], params)

    def line(self, number: int, generated: list[int], exported: list[int]) -> int:
        """Cents of period `number`, of the energies of all periods so far."""
        year = (number + 11) // 12
        if self.kind == "odd":
            return self.numbers[2]
        if self.kind == "energy":
            price, escalator, base = self.numbers
            return cents(generated[-1] - (0 if base else exported[-1]), price_of_year(price, escalator, year))
        energy, window, degradation, price = self.numbers
        short = promise_of_year(energy, degradation, year) - sum(generated[-window:])
        return -cents(short, price) if number % window == 0 and short > 0 else 0


@dataclass
class Deal:
    """An agreement: `records` are its meter's (day, generation, exported), in order, shared with other deals."""

    terms: Terms
    id: bytes
    rules: tuple[Rule, ...]
    records: list[tuple[int, int, int]]
    proposed_at: int
    signed_at: int = 0
    status: int = PROPOSED
    closed: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)  # block, lines

    @property
    def ends(self) -> list[int]:
        """The day before the first, then the last day of each period."""
        return [self.terms.firstDay - 1, *month_ends(self.terms.firstDay, self.terms.months)]

    def at(self, day: int) -> tuple[int, int, int]:
        """The last record up to a day."""
        return max(record for record in self.records if record[0] <= day)

    def next_close(self) -> tuple[str | None, tuple[int, ...]]:
        """The error that the next close meets, or None and its lines."""
        if self.status != RUNNING:
            return "WrongStatus", ()
        last = max((record[0] for record in self.records), default=0)
        number, ends = len(self.closed) + 1, self.ends
        if last < ends[0]:
            return "MonthNotEnded", ()
        oldest = year_before(self.terms.firstDay)
        if not any(oldest <= record[0] <= ends[0] for record in self.records):
            return "NoOpeningRecord", ()
        if last < ends[number]:
            return "MonthNotEnded", ()
        seen = [self.at(end) for end in ends[: number + 1]]
        generated = [b[1] - a[1] for a, b in pairwise(seen)]
        exported = [b[2] - a[2] for a, b in pairwise(seen)]
        hours = 24 * (seen[-1][0] - seen[-2][0])
        if max(generated[-1], exported[-1]) > self.terms.maxPower * hours:
            return "EnergyImpossible", ()
        if any(rule.kind == "odd" and rule.numbers[1] == REVERTS for rule in self.rules):
            return "ClauseFailed", ()
        return None, tuple(rule.line(number, generated, exported) for rule in self.rules)

    def close(self, block: int, lines: tuple[int, ...]) -> None:
        """The next period is closed."""
        self.closed.append((block, lines))
        if len(self.closed) == self.terms.months:
            self.status = ENDED

    @property
    def balance(self) -> int:
        """The sum of all lines of all statements."""
        return sum(sum(lines) for _, lines in self.closed)

    def statement(self, number: int) -> tuple[Any, ...]:
        """As the registry answers it."""
        end = self.ends[number]
        day, generation, exported = self.at(end)
        dark = DARK if number and day <= self.ends[number - 1] else 0
        block, lines = self.closed[max(number, 1) - 1]
        amount = sum(lines) if number else 0
        return (amount, generation, exported, end, day, block, dark | (EARLY_BOUNDARY if day < end else 0))

    def agreement(self) -> tuple[Any, ...]:
        """As the registry answers it."""
        days, registers = (0, 0), (0, 0)
        if self.closed:
            _, generation, exported, end, day, _, _ = self.statement(len(self.closed))
            days, registers = (day, end), (exported, generation)
        return (self.status, len(self.closed), self.proposed_at, self.signed_at, *days, *registers, 0, self.balance)


def year_before(first_day: int) -> int:
    """The same first of a month, a year earlier."""
    first = EPOCH + timedelta(first_day)
    return (first.replace(year=first.year - 1) - EPOCH).days
