"""A clause's line, by the contract and by ppa, which must agree: of one month, or of a whole life of months.

A `Life` is what a registry gives clauses of July 2016 and the months after it: periods, and statements to read back.
The contract is called by `SavedStatements`, with the 500,000 gas that a registry gives.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import pytest
from hypothesis import strategies as st

from ppa.clauses import ClauseKind, Told
from ppa.errors import NoIndexValue, NoSuchStatement
from ppa.statements import Period, Statement
from ppa.storage_words import StatementFlag, dark_run
from tests.contracts.fraction_model import Assessed, assessed
from tests.contracts.world import MWH, STRANGER, World, day_of, month_end
from tests.evm import Chain, functions, refuses

SELECTOR = functions("EnergyCharge")["check"].selector
CHAIN = Chain()


def first_of(number: int) -> int:
    """The first day of a month of the life that begins in July 2016."""
    months = 2016 * 12 + 6 + number - 1
    return day_of(months // 12, months % 12 + 1, 1)


def period_of(
    month: int = 1, generation: int = 0, exported: int = 0, days: int | None = None, **changes: Any
) -> Period:
    """The period of a month; `days`: it is the last one and ends after so many."""
    first = first_of(month)
    last = month_end(first) if days is None else first + days - 1
    good = {
        "agreement": bytes(32), "number": month, "months": 240, "opening": 0, "dark_before": 0, "first_day": first,
        "last_day": last, "boundary_day": last, "dark": False, "last": days is not None, "waited": False,
        "generation_wh": generation, "exported_wh": exported, "generation_register_wh": 0, "exported_register_wh": 0,
        "balance_cents": 0, "overdue_cent_days": 0,
    }  # fmt: skip
    return Period(**{**good, **changes})


class Month(NamedTuple):
    """What is billed of a month, in Wh; `dark`: nothing was taken from the meter, only corrections are billed.

    `early`: so many days before its last day is its last record.
    """

    generation: int
    exported: int = 0
    dark: bool = False
    early: int = 0


DARK = Month(0, dark=True)


@dataclass(frozen=True)
class Life:
    """Months from number `opening` + 1 of the life on; `days`: the last of them ends the agreement after so many.

    The first `unheard` of them are before the meter's first record was taken; they are dark. Of these the last
    `covered` end after that record: its day is the last of the month before them.
    """

    months: Sequence[Month]
    opening: int = 0
    days: int | None = None
    unheard: int = 0
    covered: int = 0

    def recorded(self, number: int) -> int:
        """The day of the last record in a month that is not dark; else its last day."""
        month, count = self.months[number - self.opening - 1], len(self.months)
        first, last = first_of(number), first_of(number + 1) - 1
        if self.days is not None and number == self.opening + count:
            last = first + self.days - 1
        return last if month.dark else max(min(first, last), last - month.early)

    def closed(self) -> tuple[list[Period], dict[int, Statement]]:
        """The period and the statement of each month, as a registry closes them, the opening statement first."""
        assert all(month.dark for month in self.months[: self.unheard])
        start = first_of(self.opening + 1) - 1
        heard = self.opening + self.unheard
        statements = {
            self.opening: Statement(self.opening, 0, 0, 0, start, 0 if self.unheard else start, 0, 0, StatementFlag(0))
        }
        periods: list[Period] = []
        for number, month in enumerate(self.months, start=self.opening + 1):
            before, opens = statements[number - 1], self.unheard > 0 and number == heard + 1
            run = before.flags.dark_months if StatementFlag.DARK in before.flags else 0
            if opens:
                run = self.covered
            period = period_of(
                number, month.generation, month.exported,
                self.days if number == self.opening + len(self.months) else None,
                opening=self.opening, dark=month.dark, dark_before=run if opens or before.boundary_day else 0,
                generation_register_wh=before.generation_wh + month.generation,
                exported_register_wh=before.exported_wh + month.exported,
            )  # fmt: skip
            recorded = first_of(number - self.covered) - 1 if opens else before.boundary_day
            boundary = recorded if month.dark else self.recorded(number)
            period = replace(period, boundary_day=boundary)
            periods.append(period)
            flags = StatementFlag.DARK | dark_run(run + 1) if month.dark else dark_run(run if opens else 0)
            statements[number] = Statement(
                number, 0, period.generation_register_wh, period.exported_register_wh, period.last_day, boundary, 0, 0,
                flags,
            )  # fmt: skip
        return periods, statements


@st.composite
def lives(draw: st.DrawFn, most: int) -> Life:
    """Random lives of at most so many months: some dark, some that begin in month n, some that end early; of some the
    meter is heard of late, with a record of then or of before.
    """
    early = st.just(0) | st.integers(0, 9)
    month = st.builds(Month, st.integers(0, 3 * MWH), st.integers(0, MWH), st.booleans(), early)
    lit = st.builds(Month, st.integers(0, 3 * MWH), st.integers(0, MWH), st.just(False), early)
    months = draw(st.lists(lit | month, min_size=1, max_size=most))
    unheard = draw(st.just(0) | st.integers(0, len(months)))
    months[:unheard] = [month._replace(dark=True) for month in months[:unheard]]
    covered = draw(st.integers(0, unheard if unheard < len(months) else 0))  # where a record is ever taken
    return Life(months, draw(st.integers(0, 30)), draw(st.none() | st.integers(0, 28)), unheard, covered)


def spans_of(window: int, life: Life) -> list[Assessed]:
    """What of a life is assessed, in fractions of a window."""
    number = life.opening + len(life.months)
    ends = [first_of(n + 1) - 1 for n in range(number + window + 1)]
    recorded = [*ends[: life.opening + 1], *(life.recorded(n) for n in range(life.opening + 1, number + 1))]
    dark, unheard = [month.dark for month in life.months], life.unheard - life.covered
    return assessed(window, dark, life.opening, ends, recorded, life.days is not None, unheard)


def lines(clause: ClauseKind, life: Life) -> list[int]:
    """The line of each month, by the contract and by ppa. The contract sees no statement that is not closed yet."""
    rule, saved = CHAIN.deploy(type(clause).__name__), CHAIN.deploy("SavedStatements")
    periods, statements = life.closed()
    found = []
    for period in periods:
        before = statements[period.number - 1]
        saved.save(before.number, _as_tuple(before), sender=STRANGER)
        closed = {n: s for n, s in statements.items() if n < period.number}
        answer = saved.assess(rule.address, period.as_tuple(), clause.params())
        assert clause.line(period, Told(_reader(closed))) == answer
        assert answer == (answer[0], False)
        found.append(answer[0])
    return found


def _as_tuple(s: Statement) -> tuple[int, ...]:
    return (
        s.amount_cents, s.generation_wh, s.exported_wh, s.last_day, s.boundary_day, s.closed_on, s.closed_block,
        int(s.flags),
    )  # fmt: skip


def _reader(statements: dict[int, Statement]) -> Callable[[int], Statement]:
    def read(number: int) -> Statement:
        if number not in statements:
            raise NoSuchStatement(number)
        return statements[number]

    return read


def answer(contract, clause, period, values=None):
    """Line and whether it is substituted, of a period without statements; `values` of an index by month."""

    def index(address, month):
        if month not in (values or {}):
            raise NoIndexValue(address, month)
        return values[month]

    found = contract.assess(period.as_tuple(), clause.params())
    assert clause.line(period, Told(_reader({}), index)) == found
    return found


def line(contract, clause, period, values=None):
    """The line that contract and ppa agree on, which rests on no substitute."""
    cents, substituted = answer(contract, clause, period, values)
    assert not substituted
    return cents


def both_accept(contract, clause, months=12):
    """Contract and ppa take the parameters."""
    assert contract.check(World.JULY, months, clause.params()) == SELECTOR
    clause.check(World.JULY, months)
    assert type(clause).from_params(clause.params()) == clause


def both_refuse(contract, clause, error, life=12, first=World.JULY, **args):
    """The contract refuses the parameters for a life of so many months with this error; ppa too."""
    with refuses(error, **args):
        contract.check(first, life, clause.params())
    with pytest.raises(Exception, match=r"\w"):
        clause.check(first, life)
