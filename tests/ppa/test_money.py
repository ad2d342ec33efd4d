"""Money and clauses.

cents ── the nearest to the exact fraction, half away from zero, symmetric
price ── never falls with an escalator, one rounding a year
guarantee ── never rises
a clause ── its parameters survive their encoding; what makes no sense is refused; its sentence is Spanish or English
"""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppa import calendar, money, text
from ppa.clauses import EnergyCharge, GuaranteedGeneration, Line, Told, sentence
from ppa.errors import BadClause, NoSuchStatement
from ppa.statements import Period, Statement
from ppa.storage_words import StatementFlag

WH = st.integers(-(2**40), 2**40)
PRICES = st.integers(1, 2**64 - 1)
PPM = st.integers(0, 10**6 - 1)


def period(number: int, register: int = 0, generation: int = 0, exported: int = 0) -> Period:
    first = 16_983
    for _ in range(number - 1):
        first = calendar.month_end(first) + 1
    last = calendar.month_end(first)
    days = {"first_day": first, "last_day": last, "boundary_day": last, "dark": False, "last": False, "waited": False}
    energy = {"generation_wh": generation, "exported_wh": exported}
    registers = {"generation_register_wh": register, "exported_register_wh": 0}
    return Period(bytes(32), number, 24, 0, 0, **days, **energy, **registers, balance_cents=0, overdue_cent_days=0)


def opening(register: int) -> Statement:
    return Statement(0, 0, register, 0, 16_982, 16_982, 0, 0, StatementFlag(0))


@given(WH, PRICES)
def test_cents_are_the_nearest_and_symmetric(wh: int, price: int) -> None:
    exact = Fraction(wh * price, 10**7)
    assert abs(money.cents(wh, price) - exact) <= Fraction(1, 2)
    assert money.cents(-wh, price) == -money.cents(wh, price)


@given(st.integers(1, 10**12), st.integers(0, 200_000), st.integers(1, 30))
def test_an_escalated_price_is_last_years_rounded_one_raised(price: int, ppm: int, year: int) -> None:
    before, after = money.escalated(price, ppm, year), money.escalated(price, ppm, year + 1)
    assert abs(after - before * Fraction(10**6 + ppm, 10**6)) <= Fraction(1, 2)
    assert after >= before


@given(st.integers(1, 2**64 - 1), PPM, st.integers(1, 30))
def test_a_degraded_guarantee_is_rounded_down_and_never_rises(energy: int, ppm: int, year: int) -> None:
    before, after = money.degraded(energy, ppm, year), money.degraded(energy, ppm, year + 1)
    assert 0 <= before * Fraction(10**6 - ppm, 10**6) - after < 1


@given(PRICES, st.integers(0, 2**32 - 1), st.integers(0, 1))
def test_an_energy_charge_survives_its_encoding(price: int, escalator: int, base: int) -> None:
    charge = EnergyCharge(price, escalator, base)
    assert EnergyCharge.from_params(charge.params()) == charge


@given(PRICES, st.integers(1, 2**16 - 1), PPM, PRICES)
def test_a_guarantee_survives_its_encoding(energy: int, window: int, ppm: int, price: int) -> None:
    guarantee = GuaranteedGeneration(energy, window, ppm, price)
    assert GuaranteedGeneration.from_params(guarantee.params()) == guarantee


@pytest.mark.parametrize(
    ("clause", "words"),
    [
        (EnergyCharge(0), "price per kWh is zero"),
        (EnergyCharge(1, 0, 2), "Base 2"),
        (EnergyCharge(10**10 + 1), "above 10,000"),
        (EnergyCharge(1, 20_000_001, 0), "more than 2,000 %"),
        (EnergyCharge(2**64, 0, 0), "does not fit"),
        (GuaranteedGeneration(0, 3, 0, 1), "guaranteed energy is zero"),
        (GuaranteedGeneration(1, 0, 0, 1), "window"),
        (GuaranteedGeneration(1, 25, 0, 1), "window"),
        (GuaranteedGeneration(1, 3, 10**6, 1), "degradation"),
        (GuaranteedGeneration(1, 3, 0, 0), "refund"),
        (GuaranteedGeneration(2**60, 3, 0, 10**10), "48 bits"),
    ],
)
def test_parameters_that_make_no_sense_are_refused(clause: EnergyCharge | GuaranteedGeneration, words: str) -> None:
    with pytest.raises(BadClause, match=words):
        clause.check(16_983, 24)


@pytest.mark.parametrize("params", [b"", bytes(95), bytes(97), b"\xff" * 96])
def test_parameters_of_another_form_are_refused(params: bytes) -> None:
    with pytest.raises(BadClause):
        EnergyCharge.from_params(params)


def test_a_window_is_assessed_with_its_last_month_only() -> None:
    guarantee = GuaranteedGeneration(1_000_000, 3, 0, 100_000)
    lines = [guarantee.line(period(n, 400_000), Told(lambda _: opening(0))) for n in (1, 2, 3)]
    assert lines == [Line(0), Line(0), Line(-6000)]


def test_a_window_that_was_met_refunds_nothing() -> None:
    assert GuaranteedGeneration(1000, 1, 0, 100_000).line(period(1, 1000), Told(lambda _: opening(0))) == Line(0)


def test_a_window_without_its_opening_statement_cannot_be_assessed() -> None:
    def none(number: int) -> Statement:
        raise NoSuchStatement(number)

    with pytest.raises(NoSuchStatement, match="no statement 0"):
        GuaranteedGeneration(1000, 1, 0, 1).line(period(1), Told(none))


def test_clauses_say_themselves_in_plain_spanish_and_english() -> None:
    assert sentence(EnergyCharge(85_000, 20_000), "es") == (
        "El consumidor paga 0,085 €/kWh por la energía autoconsumida (generada menos vertida); "
        "el precio sube un 2 % cada año de contrato."
    )
    assert sentence(EnergyCharge(120_000, 0, 1), "en") == "The consumer pays 0.12 EUR/kWh for all energy generated."
    assert sentence(GuaranteedGeneration(40_000_000, 3, 5_000, 60_000), "es") == (
        "El productor garantiza 40.000 kWh cada 3 meses y devuelve 0,06 €/kWh por lo que falte; "
        "la garantía baja un 0,5 % cada año de contrato."
    )
    assert "every month" in sentence(GuaranteedGeneration(1, 1, 0, 1), "en")


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (text.money(1, "es"), "0,01 €"),
        (text.money(-123_456, "es"), "-1.234,56 €"),
        (text.money(123_450, "en"), "1,234.50 EUR"),
        (text.energy(1_234_500, "es"), "1.234,5 kWh"),
        (text.energy(0, "en"), "0 kWh"),
        (text.price(100_000, "es"), "0,10 €/kWh"),
        (text.percent(20_000, "es"), "2 %"),
    ],
)
def test_numbers_are_written_as_people_read_them(shown: str, expected: str) -> None:
    assert shown == expected
