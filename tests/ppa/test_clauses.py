"""Each clause beside energy charge and guarantee (test_money.py has those): its words, and what it refuses.

a clause
├── its parameters ── survive their encoding; any other encoding of them is refused
├── what the contract refuses ── is refused, in words that say what to do
├── its sentence ── is plain Spanish and English, and says nothing of what is not agreed
├── an index ── is read from the second contract year on; a month that is not published is said so
│   └── where waited ── the latest earlier contract year's is a substitute; the first year's has none
├── a window ── that would end dark waits; one that is open at the end counts by days; statements are read where needed
└── expected energy ── counts for the dark months right before too
"""

from dataclasses import replace
from datetime import date

import pytest

from ppa import artifacts, calendar, money
from ppa.clauses import (
    KNOWN,
    ClauseKind,
    ExcessEnergy,
    ExitTable,
    FixedFee,
    IndexedPrice,
    LateInterest,
    Line,
    PriceTable,
    TakeOrPay,
    Told,
    read,
)
from ppa.errors import BadClause, NoIndexValue
from ppa.statements import Period, Statement
from ppa.storage_words import StatementFlag, dark_run
from ppa.terms import ZERO_ADDRESS

JULY, MONTHS = 16_983, 24
INDEX = "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"  # an example of EIP-55
TABLE = PriceTable(0, (85_000, 91_333))
INDEXED = IndexedPrice(85_000, INDEX, 2, 800_000, 60_000, 120_000)
EXCESS = ExcessEnergy(85_000, 20_000, 40_000, 1_100_000, 5_000, 1, (10_000_000,) * 12)
TAKE = TakeOrPay(30_000_000, 3, 4, 85_000, 20_000)
FEE = FixedFee(3_100, 20_000)
LATE = LateInterest(80_000)
BANK = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
EXIT = ExitTable(BANK, 60, ZERO_ADDRESS, 100_000, (525_000, 500_000))
CLAUSES = [TABLE, INDEXED, EXCESS, TAKE, FEE, LATE, EXIT]
MOST = 10**10


def word(number: int) -> bytes:
    return number.to_bytes(32)


def period(number: int) -> Period:
    first = calendar.month_end_after(JULY, number - 1) + 1 if number > 1 else JULY
    last = calendar.month_end(first)
    return Period(
        bytes(32), number, MONTHS, 0, 0, first, last, last, False, False, False, 1_000_000, 0, 0, 0, 0, 0
    )  # fmt: skip


def no_statement(number: int) -> Statement:
    return Statement(number, 0, 0, 0, 0, 0, 0, 0, StatementFlag(0))


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: type(clause).__name__)
def test_good_parameters_survive_their_encoding(clause: ClauseKind) -> None:
    clause.check(JULY, MONTHS)
    assert read(type(clause).__name__, clause.params()) == clause


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: type(clause).__name__)
def test_parameters_cut_short_or_with_more_behind_are_refused(clause: ClauseKind) -> None:
    params = clause.params()
    for other in (b"", params[:-32], params[:-1], params + b"\0", params + bytes(32), b"\xff" * len(params)):
        with pytest.raises(BadClause, match=type(clause).__name__):
            read(type(clause).__name__, other)


def test_a_table_whose_array_stands_elsewhere_is_refused() -> None:
    table = TABLE.params()
    moved = table[:64] + word(96) + word(0) + table[96:]
    with pytest.raises(BadClause, match="one encoding"):
        read("PriceTable", moved)


@pytest.mark.parametrize(
    ("clause", "words"),
    [
        (replace(TABLE, base=2), "Base 2"),
        (replace(TABLE, prices_micro_per_kwh=(1,)), "life has 2 contract years, the table 1 prices"),
        (replace(TABLE, prices_micro_per_kwh=(1, 2, 3)), "2 contract years, the table 3 prices"),
        (replace(TABLE, prices_micro_per_kwh=(1, MOST + 1)), "above 10,000 a kWh"),
        (replace(TABLE, prices_micro_per_kwh=(1, -1)), "does not fit"),
        (replace(INDEXED, price_micro_per_kwh=0), "price per kWh is zero: give one"),
        (replace(INDEXED, price_micro_per_kwh=MOST + 1), "above 10,000 a kWh"),
        (replace(INDEXED, cap_micro_per_kwh=MOST + 1), "above 10,000 a kWh"),
        (replace(INDEXED, lag_months=25), "at most 24 months, not 25"),
        (replace(INDEXED, share_ppm=0), "above 0 and at most 100 %"),
        (replace(INDEXED, share_ppm=10**6 + 1), "above 0 and at most 100 %"),
        (replace(INDEXED, floor_micro_per_kwh=120_001), "floor is above the cap"),
        (replace(INDEXED, base=2), "Base 2"),
        (replace(INDEXED, index="0x12"), "does not fit"),
        (replace(EXCESS, price_micro_per_kwh=0), "price per kWh is zero: give one"),
        (replace(EXCESS, excess_price_micro_per_kwh=MOST + 1), "above 10,000 a kWh"),
        (replace(EXCESS, escalator_ppm=20_000_001), "take a smaller escalator"),
        (replace(EXCESS, share_ppm=0), "above 0 and at most 1,000 %"),
        (replace(EXCESS, share_ppm=10**7 + 1), "above 0 and at most 1,000 %"),
        (replace(EXCESS, degradation_ppm=10**6), "less than 1,000,000"),
        (replace(EXCESS, base=2), "Base 2"),
        (replace(EXCESS, expected_wh=(2**40, *(0,) * 11)), "cannot have more than 1099511627775 Wh"),
        (replace(EXCESS, expected_wh=(0,) * 12), "give what the plant shall make"),
        (replace(EXCESS, expected_wh=(1,) * 11), "does not fit"),
        (replace(TAKE, minimum_wh=0), "minimum is zero: give an energy"),
        (replace(TAKE, price_micro_per_kwh=0), "price per kWh is zero: give one"),
        (replace(TAKE, window_months=0), "1 to 24 months"),
        (replace(TAKE, window_months=25), "1 to 24 months"),
        (replace(TAKE, make_up_windows=25), "at most 24 windows"),
        (replace(TAKE, escalator_ppm=20_000_001), "take a smaller escalator"),
        (replace(TAKE, minimum_wh=2**60, price_micro_per_kwh=MOST), "48 bits"),
        (FixedFee(0), "give one, or leave the clause out"),
        (replace(FEE, escalator_ppm=20_000_001), "take a smaller escalator"),
        (FixedFee(2**47), "48 bits"),
        (FixedFee(-(2**47)), "48 bits"),
        (FixedFee(2**46, 10**6), "48 bits"),
        (FixedFee(2**63), "does not fit"),
        (LateInterest(0), "above zero and at most 100 %"),
        (LateInterest(10**6 + 1), "above zero and at most 100 %"),
        (LateInterest(1, 364), "365 or 360 days"),
        (LateInterest(2**32), "does not fit"),
        (replace(EXIT, prices_micro_per_w=(1,)), "2 contract years, the table 1 prices"),
        (replace(EXIT, size_w=0), "size is zero: give it in W"),
        (replace(EXIT, lender=ZERO_ADDRESS), "name it, or give no days"),
        (replace(EXIT, prices_micro_per_w=(1, 2**63)), "contract year 2 would not fit 48 bits"),
        (replace(EXIT, cure_days=2**16), "does not fit"),
    ],
)
def test_parameters_that_make_no_sense_are_refused(clause: ClauseKind, words: str) -> None:
    with pytest.raises(BadClause, match=words):
        clause.check(JULY, MONTHS)


def test_an_index_from_before_1970_is_refused() -> None:
    INDEXED.check(62, MONTHS)
    with pytest.raises(BadClause, match="before 1970"):
        INDEXED.check(61, MONTHS)


@pytest.mark.parametrize(
    "clause",
    [
        PriceTable(1, (0, MOST)),
        replace(INDEXED, floor_micro_per_kwh=120_000, share_ppm=10**6, lag_months=24),
        replace(EXCESS, share_ppm=10**7, expected_wh=(2**40 - 1, *(0,) * 11), escalator_ppm=20_000_000),
        replace(TAKE, window_months=24, make_up_windows=24),
        FixedFee(2**47 - 1),
        FixedFee(-(2**47 - 1)),
        LateInterest(10**6, 360),
        ExitTable(ZERO_ADDRESS, 0, BANK, 10**4, (2**47 - 1, 0)),
    ],
)
def test_parameters_at_their_limits_are_accepted(clause: ClauseKind) -> None:
    clause.check(JULY, MONTHS)


@pytest.mark.parametrize(
    ("clause", "spanish", "english"),
    [
        (
            TABLE,
            "El consumidor paga por la energía autoconsumida (generada menos vertida), año de contrato por año de "
            "contrato: 0,085 €/kWh · 0,091333 €/kWh.",
            "The consumer pays for the energy consumed on site (generated minus exported), contract year by contract "
            "year: 0.085 EUR/kWh · 0.091333 EUR/kWh.",
        ),
        (
            INDEXED,
            "El consumidor paga 0,085 €/kWh por la energía autoconsumida (generada menos vertida) el primer año; cada "
            "año de contrato el 80 % del precio sigue al índice 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed de 2 meses "
            "antes, entre 0,06 €/kWh y 0,12 €/kWh.",
            "The consumer pays 0.085 EUR/kWh for the energy consumed on site (generated minus exported) in the first "
            "year; each contract year 80 % of the price follows the index "
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed of 2 months before, between 0.06 EUR/kWh and 0.12 EUR/kWh.",
        ),
        (
            EXCESS,
            "El consumidor paga 0,085 €/kWh por toda la energía generada hasta el 110 % de lo previsto en el mes "
            "(120.000 kWh el primer año) y 0,04 €/kWh por lo que pase de ahí; el primer precio sube un 2 % cada año "
            "de contrato; lo previsto baja un 0,5 % cada año de contrato.",
            "The consumer pays 0.085 EUR/kWh for all energy generated up to 110 % of what is expected in the month "
            "(120,000 kWh in the first year) and 0.04 EUR/kWh for what is above; the first price rises by 2 % each "
            "contract year; the expectation falls by 0.5 % each contract year.",
        ),
        (
            TAKE,
            "El consumidor toma al menos 30.000 kWh cada 3 meses o paga 0,085 €/kWh por lo que falte; el precio sube "
            "un 2 % cada año de contrato; lo pagado y no consumido se recupera en los 12 meses siguientes.",
            "The consumer takes at least 30,000 kWh every 3 months or pays 0.085 EUR/kWh for what is missing; the "
            "price rises by 2 % each contract year; what was paid and not taken may be taken in the 12 months after.",
        ),
        (
            TakeOrPay(30_000_000, 1, 0, 85_000),
            "El consumidor toma al menos 30.000 kWh cada mes o paga 0,085 €/kWh por lo que falte.",
            "The consumer takes at least 30,000 kWh every month or pays 0.085 EUR/kWh for what is missing.",
        ),
        (
            TakeOrPay(1_000, 1, 1, 85_000),
            "El consumidor toma al menos 1 kWh cada mes o paga 0,085 €/kWh por lo que falte; lo pagado y no consumido "
            "se recupera en el mes siguiente.",
            "The consumer takes at least 1 kWh every month or pays 0.085 EUR/kWh for what is missing; what was paid "
            "and not taken may be taken in the month after.",
        ),
        (
            FEE,
            "El consumidor paga 31,00 € al mes; sube un 2 % cada año de contrato.",
            "The consumer pays 31.00 EUR a month; it rises by 2 % each contract year.",
        ),
        (
            LATE,
            "Lo vencido y no pagado, intereses anteriores incluidos, devenga un interés simple del 8 % anual (años de "
            "365 días); cada liquidación vence al acabar el mes siguiente.",
            "What is due and not paid, earlier interest included, bears simple interest of 8 % a year (of 365 days); "
            "each statement falls due with the end of the next month.",
        ),
        (
            EXIT,
            "El consumidor puede terminar pagando, según el año de contrato: 52.500,00 € · 50.000,00 €. Antes debe "
            f"avisar a {BANK} y esperar 60 días.",
            "The consumer may end by paying, by contract year: 52,500.00 EUR · 50,000.00 EUR. It must notify "
            f"{BANK} before, and wait 60 days.",
        ),
        (
            ExitTable(ZERO_ADDRESS, 0, BANK, 100_000, (525_000,)),
            f"El consumidor puede terminar pagando, según el año de contrato: 52.500,00 €, o la tasación que publique "
            f"{BANK} si es mayor.",
            "The consumer may end by paying, by contract year: 52,500.00 EUR, or what "
            f"{BANK} publishes if that is more.",
        ),
        (FixedFee(-3_100), "El productor paga 31,00 € al mes.", "The producer pays 31.00 EUR a month."),
    ],
)
def test_each_clause_says_itself_in_plain_spanish_and_english(clause: ClauseKind, spanish: str, english: str) -> None:
    assert (clause.sentence("es"), clause.sentence("en")) == (spanish, english)


@pytest.mark.parametrize(
    ("lag", "spanish", "english"),
    [
        (0, "del mismo mes", "of the same month"),
        (1, "del mes anterior", "of the month before"),
        (12, "de 12 meses antes", "of 12 months before"),
    ],
)
def test_how_long_an_index_lags_is_said_as_people_say_it(lag: int, spanish: str, english: str) -> None:
    clause = replace(INDEXED, lag_months=lag)
    assert f" {spanish}, entre 0,06" in clause.sentence("es")
    assert f" {english}, between 0.06" in clause.sentence("en")


def test_an_index_is_read_from_the_second_contract_year_on() -> None:
    read_: list[tuple[str, int]] = []

    def index(address: str, month: int) -> int:
        read_.append((address, month))
        return 100

    told = Told(no_statement, index)
    assert INDEXED.line(period(12), told) == Line(8_500) and read_ == []
    assert INDEXED.line(period(14), told) == Line(8_500)
    assert read_ == [(INDEX, calendar.day_of(date(2016, 5, 1))), (INDEX, calendar.day_of(date(2017, 5, 1)))]


def test_a_value_that_is_not_published_is_said_so() -> None:
    with pytest.raises(NoIndexValue, match=INDEX):
        INDEXED.line(period(13), Told(no_statement))


def test_where_waited_a_value_of_an_earlier_year_is_a_substitute() -> None:
    may = {calendar.day_of(date(year, 5, 1)): value for year, value in ((2016, 100), (2017, 110))}

    def index(address: str, month: int) -> int:
        if month not in may:
            raise NoIndexValue(address, month)
        return may[month]

    told, late = Told(no_statement, index), replace(period(25), waited=True)
    assert INDEXED.line(replace(period(13), waited=True), told) == Line(9_180)
    assert INDEXED.line(late, told) == Line(9_180, substituted=True)
    del may[calendar.day_of(date(2017, 5, 1))]
    assert INDEXED.line(late, told) == Line(8_500, substituted=True)
    with pytest.raises(NoIndexValue):
        INDEXED.line(late, Told(no_statement))


def test_a_window_that_would_end_dark_waits_for_the_next_record() -> None:
    told = Told(no_statement)
    assert TAKE.line(replace(period(3), dark=True), told) == Line(0)
    late = replace(period(4), dark_before=1)
    opening = Statement(0, 0, 0, 0, JULY - 1, JULY - 1, 0, 0, StatementFlag(0))
    assert TAKE.line(late, Told(lambda n: opening)) == Line(money.cents(30_000_000 * 123 // 92, 85_000))


def test_an_open_window_counts_by_days_with_the_last_period() -> None:
    opening = Statement(0, 0, 0, 0, JULY - 1, JULY - 1, 0, 0, StatementFlag(0))
    last = replace(period(2), last=True)
    assert TAKE.line(period(2), Told(no_statement)) == Line(0)
    assert TAKE.line(last, Told(lambda n: opening)) == Line(money.cents(30_000_000 * 62 // 92, 85_000))
    no_day = replace(last, last_day=last.first_day - 1, boundary_day=last.first_day - 1)
    assert TAKE.line(no_day, Told(lambda n: opening)) == Line(money.cents(30_000_000 * 31 // 92, 85_000))
    early = replace(last, boundary_day=last.first_day - 22)  # the meter said nothing after 10 July
    assert TAKE.line(early, Told(lambda n: opening)) == Line(money.cents(30_000_000 * 10 // 92, 85_000))


def test_a_span_starts_with_the_month_of_the_meters_first_record() -> None:
    """July and August are before it: of the window that ends with September 30 of 92 days."""
    last_days = (JULY - 1, calendar.month_end_after(JULY, 1), calendar.month_end_after(JULY, 2))
    unheard = {n: Statement(n, 0, 0, 0, day, 0, 0, 0, StatementFlag.DARK) for n, day in enumerate(last_days)}
    assert TAKE.line(period(3), Told(unheard.__getitem__)) == Line(money.cents(30_000_000 * 30 // 92, 85_000))
    taken = {**unheard, 2: replace(unheard[2], boundary_day=JULY - 1, flags=StatementFlag.DARK | dark_run(1))}
    late = replace(period(3), dark_before=1)
    assert TAKE.line(late, Told(taken.__getitem__)) == Line(money.cents(30_000_000 * 61 // 92, 85_000))
    never = replace(period(3), dark=True, last=True, boundary_day=0)
    assert TAKE.line(never, Told(unheard.__getitem__)) == Line(0)


def test_what_is_expected_in_dark_months_counts_for_the_record_after_them() -> None:
    assert EXCESS.limit_wh(period(2)) == 11_000_000
    assert EXCESS.limit_wh(replace(period(13), dark_before=2)) == 2 * 11_000_000 + 10_945_000


def test_every_published_clause_is_read() -> None:
    assert tuple(KNOWN) == artifacts.CLAUSES


def test_interest_is_on_the_cent_days_in_arrears_and_given_back_below_zero() -> None:
    told = Told(no_statement)
    owed = [replace(period(3), overdue_cent_days=cent_days) for cent_days in (3_000_000, 0, -3_000_000, 180)]
    assert [LATE.line(one, told) for one in owed[:3]] == [Line(658), Line(0), Line(-658)]
    assert LateInterest(10**6, 360).line(owed[3], told) == Line(1)  # half a cent


def test_an_exit_costs_the_years_price_or_the_appraisal() -> None:
    appraised = Told(no_statement, lambda _, month: 6_000_000 if month == JULY else 1)
    assert [EXIT.exit_price(n, JULY, appraised) for n in (1, 12, 13)] == [5_250_000, 5_250_000, 5_000_000]
    buyout = replace(EXIT, appraiser=INDEX)
    assert [buyout.exit_price(1, day, appraised) for day in (JULY + 30, JULY + 31)] == [6_000_000, 5_250_000]
