"""The worked examples of what happens in a life, by the verifier's arithmetic; tests/contracts has them on a chain.

a replayed agreement
├── corrected ── by a meter's error, by a reading that was estimated, by a broker that was replaced
├── owed ── interest on what is late, and from when on a disputed sum bears it
└── over ── at the price of its year or the appraisal; handed over for more years
"""

from collections.abc import Callable
from dataclasses import replace

from ppa import calendar
from ppa.acts import Act
from ppa.clauses import ClauseKind, EnergyCharge, ExitTable, LateInterest, Told
from ppa.clauses.kind import Line
from ppa.records import DailyRecord
from ppa.statements import Period, Statement
from ppa.terms import ZERO_ADDRESS, Clause, Terms
from ppa.verify.recompute import Replay

JULY = 16_983  # 1 July 2016, from 1970 on
ENDS = [calendar.month_end_after(JULY, n) for n in range(1, 13)]
PRODUCER, CONSUMER, METER, INDEX = (f"0x{n:040x}" for n in range(1, 5))
TEN_CENTS = EnergyCharge(100_000, 0, 0)
ID, FOREVER = bytes(32), 2**63


def agreed(registers: dict[int, int], *more: ClauseKind) -> Replay:
    """0.10 EUR/kWh from July 2016 on, a plant of 100 kW; `registers` in Wh by day."""
    clauses = (TEN_CENTS, *more)
    terms = Terms(PRODUCER, CONSUMER, METER, JULY, 24, 100_000, tuple(Clause(METER, c.params()) for c in clauses))
    records = [DailyRecord(day, wh, 0, bytes(32)) for day, wh in registers.items()]

    def line(index: int, period: Period, statements: Callable[[int], Statement]) -> Line:
        return clauses[index].line(period, Told(statements))

    replay = Replay(terms, ID, records, line)
    replay.serve()
    return replay


def monthly(*registers: int) -> dict[int, int]:
    """The register at the end of June, July and so on."""
    return dict(zip([JULY - 1, *ENDS], registers, strict=False))


def test_a_meter_that_counted_3_percent_too_little() -> None:
    replay = agreed(monthly(5_000_000, 6_000_000, 7_000_000))
    replay.close()
    replay.act(Act(1, FOREVER, generation_wh=round(1_000_000 / (1 - 0.03)) - 1_000_000))
    assert (replay.close().lines, replay.generation_wh) == ((10_309,), 7_000_000)


def test_an_estimated_reading_is_trued_up() -> None:
    replay = agreed(monthly(0, 1_000_000, 2_000_000, 3_000_000))
    replay.close()
    replay.act(Act(1, FOREVER, generation_wh=200_000))
    assert replay.close().lines == (12_000,)
    replay.act(Act(2, FOREVER, generation_wh=-50_000))
    assert replay.close().lines == (9_500,)


def test_a_broker_is_replaced_and_no_wh_is_lost() -> None:
    replay = agreed(monthly(5_000_000, 6_000_000))
    replay.close()
    last, opening, now = 6_200_000, 40, 700_040
    replay.act(Act(1, FOREVER, generation_wh=last - 6_000_000, successor=b"\1" * 32))
    records = [DailyRecord(ENDS[0] + 10, opening, 0, bytes(32)), DailyRecord(ENDS[1], now, 0, bytes(32))]
    after = replay.successor(replace(replay.terms, meter=INDEX), b"\1" * 32, records, replay.line)
    after.serve()
    assert after.close().generation_wh == (6_200_000 - 6_000_000) + (700_040 - 40)


def test_1000_euros_bear_8_percent_from_the_end_of_the_next_month() -> None:
    replay = agreed(monthly(0, *[10_000_000] * 4), LateInterest(80_000))
    assert [replay.close().lines for _ in range(4)] == [(100_000, 0), (0, 0), (0, 658), (0, 679)]


def test_an_award_bears_interest_from_the_day_the_statement_was_due() -> None:
    replay = agreed(monthly(*(n * 1_000_000 for n in range(6))), LateInterest(80_000))
    replay.close()
    replay.dispute(1, -10_000)
    for _ in range(3):
        replay.close()
    replay.resolve(1, -10_000)
    # due with August, set off with November's statement, which is due with December: 122 days
    assert (replay.account.cents, replay.account.late_cent_days) == (-10_000, -10_000 * 122)
    due = 30_000 + sum(replay.statement(n).amount_cents - 10_000 for n in range(1, 4))
    owed = due * 30 - 1_220_000
    assert replay.close().lines == (10_000, (2 * owed * 80_000 + 365 * 10**6) // (2 * 365 * 10**6), -10_000)


def test_an_exit_costs_its_years_price_and_what_ten_days_made() -> None:
    table = ExitTable(ZERO_ADDRESS, 0, ZERO_ADDRESS, 100_000, (525_000, 500_000))
    replay = agreed({**monthly(0, 1_000_000), ENDS[0] + 10: 1_500_000}, table)
    replay.close()
    price = table.exit_price(replay.periods + 1, ENDS[0] + 12, Told(replay.statement))
    assert price == 5_250_000  # 0.525 EUR/W x 100 kW
    replay.credit(price)
    last = replay.close_last(ENDS[0] + 10)
    assert (last.lines, last.balance_cents) == ((5_000, 0, 5_250_000), 5_265_000)


def test_a_buy_out_costs_at_least_the_appraisal() -> None:
    table = ExitTable(ZERO_ADDRESS, 0, INDEX, 100_000, (525_000,))
    for appraisal, price in ((6_000_000, 6_000_000), (1, 5_250_000)):

        def published(_: str, __: int, value: int = appraisal) -> int:
            return value

        assert table.exit_price(2, ENDS[0] + 20, Told(_never, published)) == price


def test_rows_23_and_25_five_years_more_at_another_price_for_a_new_owner() -> None:
    replay = agreed(monthly(5_000_000, 6_000_000, 7_000_000))
    replay.close()
    replay.act(Act(1, FOREVER, cents=11))
    replay.act(Act(2, FOREVER, successor=b"\1" * 32))
    dearer = EnergyCharge(200_000, 0, 0)
    terms = replace(replay.terms, producer=INDEX, months=84, clauses=(Clause(METER, dearer.params()),))
    after = replay.successor(terms, b"\1" * 32, replay.records, lambda _, p, found: dearer.line(p, Told(found)))
    done = after.close()
    assert (done.statement.number, done.lines, done.balance_cents) == (2, (20_000, 11), 30_011)


def _never(number: int) -> Statement:
    raise AssertionError(f"Nobody looks at statement {number}.")
