"""The registry's model: an agreement as its terms and a list of what a meter recorded, read with Python's own tools.

Nothing here is a running total: registers are looked up in the list of records, energies are differences of two
look-ups, lines are fractions of the kWh, and the balance is a sum over all statements.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.contracts.fraction_model import cents, price_of_year, promise_of_year
from tests.contracts.world import (
    CLAUSE_FAILED,
    DARK,
    DARK_DAYS,
    EARLY_BOUNDARY,
    ENDED,
    EPOCH,
    IMPOSSIBLE,
    LAST,
    PROPOSED,
    RUNNING,
    SILENT,
    Clause,
    Terms,
    energy_charge,
    guarantee,
    month_ends,
    three,
)

REVERTS = 1
Record = tuple[int, int, int]  # day, generation, exported


@dataclass(frozen=True)
class Closed:
    """What was known when a month was closed."""

    block: int
    today: int
    opening: Record | None  # of the meter, if it was heard by then
    record: Record | None  # the month's last; none: the month is dark
    silent: bool
    lines: tuple[int, ...] = ()
    failed: int = 0


@dataclass
class Rule:
    """A clause in words that Python can compute with: `energy`, `guarantee` or `odd`, and its numbers."""

    kind: str
    numbers: tuple[int, ...]

    def clause(self, addresses: dict[str, str]) -> Clause:
        """As the terms have it."""
        params = {"energy": energy_charge, "guarantee": guarantee, "odd": three}[self.kind](*self.numbers)
        return Clause(addresses[self.kind], params)

    def line(self, deal: "Deal", months: list[Closed]) -> int:
        """Cents of the last of these months."""
        if self.kind == "odd":
            return self.numbers[2]
        number = deal.number(len(months))
        year = (number + 11) // 12
        generated, exported, _ = deal.energies(months)[-1]
        if self.kind == "energy":
            price, escalator, base = self.numbers
            return cents(generated - (0 if base else exported), price_of_year(price, escalator, year))
        energy, window, degradation, price = self.numbers
        start, share = deal.span(months, window)
        made = sum(generation for generation, _, _ in deal.energies(months)[start:])
        short = int(promise_of_year(energy, degradation, year) * share) - made
        return -cents(short, price) if share and short > 0 else 0


@dataclass
class Deal:
    """An agreement: `records` are its meter's, in order, shared with other deals."""

    terms: Terms
    id: bytes
    rules: tuple[Rule, ...]
    records: list[Record]
    proposed_block: int
    signed_block: int = 0
    status: int = PROPOSED
    closed: list[Closed] = field(default_factory=list)

    def number(self, count: int) -> int:
        """The number, in the life, of the month that is the `count`-th here."""
        return self.terms.firstMonth - 1 + count

    @property
    def ends(self) -> list[int]:
        """The day before the first, then the last day of each period."""
        length = self.terms.months + 1 - self.terms.firstMonth
        return [self.terms.firstDay - 1, *month_ends(self.terms.firstDay, length)]

    def end_of(self, number: int) -> int:
        """The last day of a month of the life, also of one before the first here."""
        first = EPOCH + timedelta(self.terms.firstDay)
        month = first.year * 12 + first.month + number - self.terms.firstMonth
        return (date(month // 12, month % 12 + 1, 1) - EPOCH).days - 1

    # ---------------------------------------------------------------------------------------------------------- energy

    def opening(self) -> Record | None:
        """The meter's last record up to the day before the first, or else its first."""
        before = [record for record in self.records if record[0] < self.terms.firstDay]
        return before[-1] if before else next(iter(self.records), None)

    def next_month(self, block: int, today: int) -> Closed | None:
        """What is known of the month that a close would close; None while it is not over."""
        start, end = self.ends[len(self.closed)], self.ends[len(self.closed) + 1]
        last = self.records[-1][0] if self.records else 0
        if last < end:
            heard = self.closed[-1].opening if self.closed else None
            return Closed(block, today, heard, None, silent=True) if today > end + DARK_DAYS else None
        opening = self.opening()
        within = [record for record in self.records if start < record[0] <= end]
        heard = opening if opening and opening[0] <= end else None
        return Closed(block, today, heard, within[-1] if within else None, silent=False)

    def energies(self, months: list[Closed]) -> list[tuple[int, int, bool]]:
        """What each of these months bills, and whether it was passed over as impossible."""
        found, taken = [], None
        for month in months:
            taken = taken or month.opening
            if month.record is None or taken is None:
                found.append((0, 0, False))
                continue
            generation, exported = month.record[1] - taken[1], month.record[2] - taken[2]
            most = self.terms.maxPower * 24 * (month.record[0] - taken[0])
            impossible = max(generation, exported) > most
            found.append((0, 0, True) if impossible else (generation, exported, False))
            taken = month.record
        return found

    def boundary(self, count: int) -> Record | None:
        """The last record that was taken with the first `count` months."""
        taken = [month.record for month in self.closed[:count] if month.record]
        return taken[-1] if taken else self.closed[count - 1].opening if count else None

    def unheard(self, months: list[Closed]) -> int:
        """How many of these months, the first ones, ended before the meter's first record."""
        before = [month for month in months if month.opening is None]
        opening = months[-1].opening
        return len([end for end in self.ends[1 : len(before) + 1] if opening is None or end <= opening[0]])

    # ---------------------------------------------------------------------------------------------------------- money

    def span(self, months: list[Closed], window: int) -> tuple[int, Fraction]:
        """After how many months here the assessed span starts, and its share of a window; 0 if nothing is due."""
        start, unheard = 0, self.unheard(months)
        for count, month in enumerate(months[:-1], start=1):
            passed = self.number(count) // window > self.number(start) // window
            if count <= unheard or (month.record and passed):
                start = count
        month, count = months[-1], len(months)
        last = self.number(count) == self.terms.months
        passed = self.number(count) // window > self.number(start) // window
        if not last and not (month.record and passed):
            return 0, Fraction(0)
        seen = [m.record[0] for m in months if m.record] or [month.opening[0] if month.opening else 0]
        since = self.recorded(months, start)
        before = self.number(start) // window * window
        return start, Fraction(max(0, seen[-1] - since), self.end_of(before + window) - self.end_of(before))

    def recorded(self, months: list[Closed], count: int) -> int:
        """The day of the record with which the `count`-th month ended; its last day where it had none."""
        found = months[count - 1].record if count else months[0].opening
        return found[0] if found and found[0] <= self.ends[count] else self.ends[count]

    def next_close(self, block: int, today: int) -> tuple[str | None, Closed | None]:
        """The error that the next close meets, or None and the month with its lines and failed clauses."""
        if self.status != RUNNING:
            return "WrongStatus", None
        month = self.next_month(block, today)
        if month is None:
            return "MonthNotEnded", None
        fails = [rule.kind == "odd" and rule.numbers[1] == REVERTS for rule in self.rules]
        if any(fails) and today <= self.ends[len(self.closed) + 1] + self.terms.disputeDays:
            return "ClauseFailed", None
        months = [*self.closed, month]
        lines = tuple(0 if f else rule.line(self, months) for f, rule in zip(fails, self.rules, strict=True))
        failed = sum(f << i for i, f in enumerate(fails))
        return None, Closed(block, today, month.opening, month.record, month.silent, lines, failed)

    def close(self, month: Closed) -> None:
        """The next period is closed."""
        self.closed.append(month)
        if self.number(len(self.closed)) == self.terms.months:
            self.status = ENDED

    @property
    def balance(self) -> int:
        """The sum of all lines of all statements."""
        return sum(sum(month.lines) for month in self.closed)

    # ------------------------------------------------------------------------------------------------------ as answered

    def statement(self, count: int) -> tuple[Any, ...]:
        """As the registry answers it: the opening one, or that of the `count`-th month here."""
        first, eve = self.closed[0], self.ends[0]
        opens = first.opening if first.opening and first.opening[0] <= eve else (0, 0, 0)
        if not count:
            flags = EARLY_BOUNDARY if 0 < opens[0] < eve else 0
            return (0, opens[1], opens[2], eve, opens[0], first.today, first.block, flags)
        month, energies = self.closed[count - 1], self.energies(self.closed[:count])
        generation, exported = (opens[i + 1] + sum(e[i] for e in energies) for i in (0, 1))
        boundary = (self.boundary(count) or (0, 0, 0))[0]
        amount, end = sum(month.lines), self.ends[count]
        return (
            amount,
            generation,
            exported,
            end,
            boundary,
            month.today,
            month.block,
            self.flags(count, boundary < end),
        )

    def flags(self, count: int, early: bool) -> int:
        """Of a month's statement."""
        month = self.closed[count - 1]
        begin = self.unheard(self.closed[:count]) if month.opening else 0
        lit = [n for n, m in enumerate(self.closed[:count], start=1) if m.record]
        flags = month.failed << 16 | (CLAUSE_FAILED if month.failed else 0) | EARLY_BOUNDARY * early
        flags |= DARK * (month.record is None) | SILENT * month.silent
        if month.record is None:
            flags |= (count - (lit[-1] if lit else begin)) << 8
        elif len([m for m in self.closed[:count] if m.opening is None]) == count - 1:
            flags |= (count - 1 - begin) << 8
        flags |= LAST * (self.number(count) == self.terms.months)
        return flags | IMPOSSIBLE * self.energies(self.closed[:count])[-1][2]

    def agreement(self) -> tuple[Any, ...]:
        """As the registry answers it."""
        blocks = (self.proposed_block, self.signed_block)
        if self.status not in (RUNNING, ENDED):
            return (self.status, 0, *blocks, 0, 0, False, 0, 0, 0)
        count = len(self.closed)
        day, generation, exported = self.boundary(count) or (0, 0, 0)
        days = (day, self.ends[count])
        return (self.status, self.number(count), *blocks, *days, False, exported, generation, self.balance)
