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
    CLAUSE_FAILED,
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
    closed: list[tuple[int, int, tuple[int, ...], int]] = field(
        default_factory=list
    )  # block, day in Greenwich, lines, failed clauses

    @property
    def ends(self) -> list[int]:
        """The day before the first, then the last day of each period."""
        return [self.terms.firstDay - 1, *month_ends(self.terms.firstDay, self.terms.months)]

    def at(self, day: int) -> tuple[int, int, int]:
        """The last record up to a day."""
        return max(record for record in self.records if record[0] <= day)

    def next_close(self, today: int) -> tuple[str | None, tuple[int, ...], int]:
        """The error that the next close meets, or None, its lines and a bit for each clause that gave none."""
        if self.status != RUNNING:
            return "WrongStatus", (), 0
        last = max((record[0] for record in self.records), default=0)
        number, ends = len(self.closed) + 1, self.ends
        if last < ends[0]:
            return "MonthNotEnded", (), 0
        oldest = year_before(self.terms.firstDay)
        if not any(oldest <= record[0] <= ends[0] for record in self.records):
            return "NoOpeningRecord", (), 0
        if last < ends[number]:
            return "MonthNotEnded", (), 0
        seen = [self.at(end) for end in ends[: number + 1]]
        generated = [b[1] - a[1] for a, b in pairwise(seen)]
        exported = [b[2] - a[2] for a, b in pairwise(seen)]
        hours = 24 * (seen[-1][0] - seen[-2][0])
        if max(generated[-1], exported[-1]) > self.terms.maxPower * hours:
            return "EnergyImpossible", (), 0
        fails = [rule.kind == "odd" and rule.numbers[1] == REVERTS for rule in self.rules]
        if any(fails) and today <= ends[number] + self.terms.disputeDays:
            return "ClauseFailed", (), 0
        lines = [0 if f else r.line(number, generated, exported) for f, r in zip(fails, self.rules, strict=True)]
        return None, tuple(lines), sum(f << i for i, f in enumerate(fails))

    def close(self, block: int, today: int, lines: tuple[int, ...], failed: int) -> None:
        """The next period is closed."""
        self.closed.append((block, today, lines, failed))
        if len(self.closed) == self.terms.months:
            self.status = ENDED

    @property
    def balance(self) -> int:
        """The sum of all lines of all statements."""
        return sum(sum(lines) for _, _, lines, _ in self.closed)

    def statement(self, number: int) -> tuple[Any, ...]:
        """As the registry answers it."""
        end = self.ends[number]
        day, generation, exported = self.at(end)
        dark = DARK if number and day <= self.ends[number - 1] else 0
        block, today, lines, failed = self.closed[max(number, 1) - 1]
        amount, failed = (sum(lines), failed) if number else (0, 0)
        dark |= failed << 16 | (CLAUSE_FAILED if failed else 0)
        return (amount, generation, exported, end, day, today, block, dark | (EARLY_BOUNDARY if day < end else 0))

    def agreement(self) -> tuple[Any, ...]:
        """As the registry answers it."""
        days, registers = (0, 0), (0, 0)
        if self.closed:
            _, generation, exported, end, day, _, _, _ = self.statement(len(self.closed))
            days, registers = (day, end), (exported, generation)
        return (self.status, len(self.closed), self.proposed_at, self.signed_at, *days, False, *registers, self.balance)


def year_before(first_day: int) -> int:
    """The same first of a month, a year earlier."""
    first = EPOCH + timedelta(first_day)
    return (first.replace(year=first.year - 1) - EPOCH).days
