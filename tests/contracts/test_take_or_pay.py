"""TakeOrPay, through a registry that closes months, against a bank kept in a list and against ppa.

├── check: WrongLength, MinimumIsZero, PriceIsZero, WindowOutsideTerm, MakeUpTooLong, LineTooLarge, EscalatorTooLarge, …
└── assess
    ├── zero but in a window's last month
    ├── below the minimum: what is missing is paid, at the contract year's price; more exported than made counts as less
    ├── above it: free until the bank is empty, and what is older than `makeUp` windows is lost
    └── the longest make-up right stays within the gas of a clause
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppa.clauses import TakeOrPay, Told
from ppa.statements import Period, Statement
from ppa.words import StatementFlag
from tests.contracts.clause_lines import both_accept, both_refuse
from tests.contracts.fraction_model import cents, price_of_year
from tests.contracts.world import MWH, World, month_ends
from tests.evm import Chain, refuses

CONTRACT = Chain().deploy("TakeOrPay")


def clause(minimum=MWH, window=1, make_up=12, price=100_000, escalator=0):
    """1,000 kWh a month at 0.10 EUR, made up within 12 months."""
    return TakeOrPay(minimum, window, make_up, price, escalator)


def lines_of(rule, registers):
    """The lines of all months, the registers (generation, export) at the end of each; contract and ppa agree."""
    world, months = World(), len(registers)
    address = world.chain.deploy("TakeOrPay")
    terms, id_ = world.running(clauses=(world.clause(rule.params(), address),), months=months, maxPower=2**40)
    world.record_month_ends((0, 0), *registers)
    for _ in registers:
        world.close(terms)
    found = [world.registry.statementOf(id_, n).amount for n in range(1, months + 1)]
    assert found == [ppa_line(rule, [(0, 0), *registers], n) for n in range(1, months + 1)]
    return found


def ppa_line(rule, registers, number):
    """The line of month `number` by ppa."""
    kept = [Statement(n, 0, *pair, 0, 0, 0, 0, StatementFlag(0)) for n, pair in enumerate(registers)]
    last = month_ends(World.JULY, number)[-1]
    first = World.JULY if number == 1 else month_ends(World.JULY, number - 1)[-1] + 1
    period = Period(bytes(32), number, len(registers) - 1, first, last, last, 0, 0, *registers[number], 0)
    return rule.line(period, Told(kept.__getitem__))


def taken(*consumptions):
    """Registers without export."""
    return [(sum(consumptions[: n + 1]), 0) for n in range(len(consumptions))]


def test_good_parameters_are_accepted():
    for good in (
        clause(),
        clause(1, 12, 24, 1, 1),
        clause(make_up=0),
        clause(minimum=(2**47 - 1) * 10**4, price=1_000),
    ):
        both_accept(CONTRACT, good, 12)


@pytest.mark.parametrize(
    ("bad", "error", "args"),
    [
        (clause(minimum=0), "MinimumIsZero", {}),
        (clause(price=0), "TakeOrPay.PriceIsZero", {}),
        (clause(price=10**10 + 1), "TakeOrPay.PriceTooLarge", {"price": 10**10 + 1, "most": 10**10}),
        (clause(window=0), "TakeOrPay.WindowOutsideTerm", {"window": 0, "months": 24}),
        (clause(window=25), "TakeOrPay.WindowOutsideTerm", {"window": 25, "months": 24}),
        (clause(make_up=25), "MakeUpTooLong", {"makeUp": 25, "most": 24}),
        (clause(minimum=2**47 * 10**4, price=1_000), "LineTooLarge", {"cents": 2**47}),
        (clause(escalator=20_000_001), "TakeOrPay.EscalatorTooLarge", {"escalator": 20_000_001, "contractYears": 2}),
    ],
)
def test_parameters_that_make_no_sense_are_refused(bad, error, args):
    both_refuse(CONTRACT, bad, error, 24, **args)


def test_the_parameters_have_exactly_160_bytes():
    with refuses("TakeOrPay.WrongLength", expected=160, given=161):
        CONTRACT.check(World.JULY, 12, clause().params() + b"\0")


def test_the_worked_example():
    # 1,000 kWh at 0.10: 600 taken, 40.00 paid; then 1,300: 30.00 back; then 1,300: the last 10.00; then nothing is left
    assert lines_of(clause(), taken(600_000, 1_300_000, 1_300_000, 1_300_000)) == [4_000, -3_000, -1_000, 0]


def test_without_make_up_nothing_comes_back():
    assert lines_of(clause(make_up=0), taken(600_000, 1_300_000)) == [4_000, 0]


def test_a_shortfall_older_than_the_right_is_lost():
    assert lines_of(clause(make_up=1), taken(600_000, MWH, 1_300_000)) == [4_000, 0, 0]


def test_a_window_is_assessed_with_its_last_month_and_the_rest_of_the_term_is_free():
    assert lines_of(clause(window=2), taken(0, 0, 0, 0, 0)) == [0, 10_000, 0, 10_000, 0]


def test_more_exported_than_generated_counts_as_taken_less_than_nothing():
    assert lines_of(clause(), [(0, 500_000)]) == [15_000]


def test_the_price_of_the_contract_year_is_paid_and_given_back():
    consumptions = [MWH] * 11 + [0, 2 * MWH]
    assert lines_of(clause(escalator=100_000), taken(*consumptions)) == [0] * 11 + [10_000, -11_000]


@pytest.mark.gas
def test_the_longest_right_stays_within_a_clauses_gas():
    assert lines_of(clause(make_up=24), taken(*[MWH - 100] * 26, 2 * MWH))[-1] == -24


@given(data=st.data())
@settings(max_examples=40)
def test_i4_the_bank_equals_a_list_of_shortfalls(data):
    window, make_up = data.draw(st.integers(1, 4)), data.draw(st.integers(0, 6))
    rule = clause(data.draw(st.integers(1, 2 * MWH)), window, make_up, data.draw(st.integers(1, 10**6)), 30_000)
    months = data.draw(st.integers(window, 16))
    made = data.draw(
        st.lists(st.tuples(st.integers(0, 3 * MWH), st.integers(0, MWH)), min_size=months, max_size=months)
    )
    registers = [tuple(map(sum, zip(*made[: n + 1], strict=True))) for n in range(months)]
    shortfalls, expected = [], [0] * months
    for end in range(window, months + 1, window):
        missing = rule.minimum_wh - sum(generated - exported for generated, exported in made[end - window : end])
        runs = [sum(shortfalls[-length:]) for length in range(1, min(make_up, len(shortfalls)) + 1)]
        paid = max(missing, -max([0, *runs]))
        expected[end - 1] = cents(paid, price_of_year(rule.price_micro_per_kwh, 30_000, (end + 11) // 12))
        shortfalls.append(missing)
    assert lines_of(rule, registers) == expected
