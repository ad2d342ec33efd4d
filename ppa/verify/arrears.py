"""How many cent-days of arrears a payment or an award changes. A statement falls due with the end of the next month."""

from collections.abc import Sequence

from ppa import calendar
from ppa.statements import Statement


def due_day(last_day: int) -> int:
    """When a statement up to a day falls due: the end of the month of the day after."""
    return calendar.month_end(last_day + 1)


def of_payment(cents: int, day: int, balance_cents: int, closed: Sequence[Statement], closed_through: int) -> int:
    """Of a consumer's payment on a civil day, confirmed when `closed` were closed, the opening first.

    What it pays of what had fallen due was owed from the last closed day until the payment, and what falls due with
    the next month's end from then; on each closed day after the payment it was counted though it was not owed.
    """

    def part(due: int) -> int:
        return max(0, min(due, cents))

    due = balance_cents - closed[-1].amount_cents
    if day >= closed_through:
        beyond = max(0, day - due_day(closed_through))
        return part(due) * (day - closed_through) + (part(balance_cents) - part(due)) * beyond
    late, last = 0, closed_through
    for before in reversed(closed[:-1]):
        due -= before.amount_cents
        late -= part(due) * (last - max(day, before.last_day))
        last = before.last_day
        if last <= day:
            break
    return late


def of_award(cents: int, closed_through: int, disputed_last_day: int) -> int:
    """Of an award, set off with the next statement: from when the disputed one fell due until that one does."""
    return cents * (due_day(due_day(closed_through)) - due_day(disputed_last_day))
