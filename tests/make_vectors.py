"""`python -m tests.make_vectors` writes tests/vectors.json: those worked by hand, and those that ppa computes.

Computed inputs come from a fixed seed; a test fails if the file is not what this makes.
"""

# ruff: noqa: E501 - tables of inputs

import json
import random
from datetime import date
from pathlib import Path
from typing import Any

from eth_utils.address import to_checksum_address

from ppa import calendar
from ppa.clauses import (
    ClauseKind,
    EnergyCharge,
    ExcessEnergy,
    ExitTable,
    FixedFee,
    GuaranteedGeneration,
    IndexedPrice,
    LateInterest,
    PriceTable,
    TakeOrPay,
)
from ppa.requests import Right
from tests import wordings
from tests.vectors import GROUPS
from tests.vectors_by_hand import BY_HAND

FILE = Path(__file__).with_name("vectors.json")
EXACT = 2**53
DARK = 2


def shown(value: Any) -> Any:
    """Integers beyond 2^53 as decimal strings, as in our files."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) <= EXACT else str(value)
    if isinstance(value, dict):
        return {key: shown(part) for key, part in value.items()}
    return [shown(part) for part in value] if isinstance(value, list) else value


def inputs() -> dict[str, list[tuple[str, Any]]]:
    """Group to named inputs, whose results are computed."""
    dice = random.Random("solpact")

    def digest() -> str:
        return "0x" + dice.randbytes(32).hex()

    def address() -> str:
        return to_checksum_address(dice.randbytes(20))

    def register() -> int:
        return dice.randrange(2 ** dice.choice([10, 24, 32, 40]))

    days = sorted({0, 1, 58, 59, 60, 789, 47540, 47541, *(dice.randrange(65_530 - 31) for _ in range(40))})
    dates = ["1970-01-01", "1972-02-29", "2000-02-29", "2100-02-28", "2100-03-01", "2149-06-06"]
    dates += [calendar.date_of(day).isoformat() for day in days[::4]]
    firsts = [calendar.day_of(date(y, m, 1)) for y, m in ((1970, 2), (1999, 12), (2016, 7), (2024, 2), (2096, 3))]
    zones = ["Europe/Madrid", "Atlantic/Canary", "UTC", "America/Santiago", "Pacific/Kiritimati", "Asia/Kathmandu"]
    leaves = [digest() for _ in range(9)]
    params = [
        "0x" + "".join(f"{n:064x}" for n in numbers)
        for numbers in ((85_000, 20_000, 0), (120_000, 0, 1), (2**64 - 1, 0, 0), (1, 4_294_967_295, 1))
    ]
    promise = "0x" + "".join(f"{n:064x}" for n in (140_000_000_000, 12, 5_000, 60_000))
    common = {
        "time_zone": "Europe/Madrid",
        "currency": "EUR",
        "document_hash": digest(),
        "supersedes": "0x" + "00" * 32,
    }

    def terms(first: str, months: int, salt: int, clauses: int, zone: str = "Europe/Madrid") -> dict[str, Any]:
        return {
            "words_hash": digest(),
            "producer": address(), "consumer": address(), "meter": address(), "arbiter": address(),
            "first_day": first, "first_month": months // 2 + 1, "months": months, "dispute_days": dice.randrange(400),
            "notice_days": dice.randrange(400), "silence_days": dice.randrange(400), "long_stop_day": first,
            **common, "time_zone": zone,
            "max_power_w": dice.choice([1, 100_000, 2**64 - 1]), "max_claim_cents": dice.choice([0, 10**6, 2**47 - 1]),
            "salt": salt,
            "clauses": [{"rule": address(), "params": dice.choice([*params, promise, "0x"])} for _ in range(clauses)],
        }  # fmt: skip

    firsts_of = [calendar.month_end_after(16983, n) + 1 for n in range(1, 48)]
    firsts_of.insert(0, 16983)
    index = {str(calendar.months_before(16983, back)): 100_000 + 37 * back for back in range(-48, 25)}
    clauses = [
        (type(clause).__name__, "0x" + clause.params().hex())
        for clause in (
            PriceTable(0, (85_000, 0, 91_333, 10**10)),
            PriceTable(1, (85_001, 90_000, 91_333, 7)),
            IndexedPrice(85_000, "0x" + "ab" * 20, 2, 800_000, 80_000, 100_000),
            IndexedPrice(85_000, "0x" + "ab" * 20, 0, 1_000_000, 0, 84_990, 1),
            ExcessEnergy(85_000, 20_000, 40_000, 1_100_000, 5_000, 0, tuple(9_000_000 + n for n in range(12))),
            ExcessEnergy(85_000, 0, 0, 1, 0, 1, (1, *(0,) * 11)),
            TakeOrPay(12_345_679, 1, 12, 85_000, 20_000),
            TakeOrPay(10**11, 12, 2, 85_000, 0),
            TakeOrPay(10**8, 3, 0, 1, 0),
            LateInterest(80_000),
            LateInterest(10**6, 360),
            ExitTable("0x" + "ab" * 20, 30, "0x" + "00" * 20, 100_000, (525_000, 500_000, 1, 0)),
            FixedFee(12_345, 20_000),
            FixedFee(-7, 0),
        )
    ]

    return {
        "day_of": [(text, {"date": text}) for text in dates],
        "month_end": [(calendar.period_of(day), {"day": day}) for day in days],
        "first_of_month": [(str(calendar.date_of(day)), {"day": day}) for day in [*days[::6], *firsts]],
        "period_of": [(str(day), {"day": day}) for day in days[::8]],
        "month_end_after": [
            (f"{months} months", {"first_day": first, "months": months}) for first in firsts for months in (1, 2, 12, 300)
        ],
        "months_before": [
            (f"{months} months", {"first_day": first, "months": months})
            for first in (firsts[1], 16983, 47541) for months in (0, 1, 12, 300)
        ],
        "days_of_month": [(calendar.period_of(day), {"day": day}) for day in days[::5]],
        "local_day": [
            (zone, {"time": time, "time_zone": zone})
            for zone in zones
            for time in (172_800, 1_467_280_800, 1_477_785_599, 1_477_785_600)
        ],
        "day_bounds": [(zone, {"day": day, "time_zone": zone}) for zone in zones for day in (16983, 17104, 20000)],
        "earliest_record_time": [(str(day), {"day": day}) for day in (16982, 65535)],
        "meter_word": [
            ("all ones", {"head": "0x" + "ff" * 20, "generation_wh": 2**40 - 1, "exported_wh": 2**40 - 1, "day": 65535}),
            ("lowest bits", {"head": "0x" + f"{1:040x}", "generation_wh": 1, "exported_wh": 1, "day": 1}),
            ("highest bits", {"head": "0x80" + "00" * 19, "generation_wh": 2**39, "exported_wh": 2**39, "day": 2**15}),
        ],
        "next_word": [
            (f"link {n}", {
                "word": "0x" + dice.randbytes(20).hex() + f"{n:010x}{2 * n:010x}{n:04x}",
                "record": {"day": n + dice.randrange(1, 400), "generation_wh": n + register(),
                           "exported_wh": 2 * n + register(), "readings_root": digest()},
            })
            for n in (0, 1, 77, 16_000)
        ],
        "signed_record": [
            (name, {
                "chain_id": chain, "ledger": address(), "word": word,
                "record": {"day": 17_000, "generation_wh": register(), "exported_wh": register(), "readings_root": digest()},
            })
            for name, chain, word in (
                ("a meter's first", 1337, "0x" + "00" * 32),
                ("a later one, Alastria's chain id", 83_584_648_538, "0x" + dice.randbytes(20).hex() + f"{5:010x}{6:010x}{7:04x}"),
            )
        ],
        "agreement_word": [
            (name, {"balance_cents": balance, "generation_wh": register, "exported_wh": 2**40 - 1 - register,
                    "closed_through": 65535, "boundary_day": 0, "signed_block": 2**32 - 1, "proposed_block": 0,
                    "periods": 4095, "pending": pending, "status": status})
            for name, balance, register, pending, status in (
                ("largest balance", 2**55 - 1, 2**40 - 1, 1, 7), ("smallest balance", -(2**55), 0, 0, 0),
                ("no balance", 0, 2**39, 1, 1),
            )
        ],
        "statement_word": [
            (name, {"amount_cents": amount, "generation_wh": 2**44 - 1, "exported_wh": 0, "last_day": 65535,
                    "boundary_day": 0, "closed_on": 65535, "closed_block": 0, "flags": flags})
            for name, amount, flags in (
                ("largest amount", 2**55 - 1, 3), ("smallest amount", -(2**55), 2**32 - 1), ("nothing", 0, 0),
            )
        ],
        "account_word": [
            (name, {"late_cent_days": late, "cents": cents, "generation_wh": generation, "exported_wh": -1 - generation,
                    "alarm_day": day, "acts": acts})
            for name, late, cents, generation, day, acts in (
                ("largest", 2**71 - 1, 2**47 - 1, 2**39 - 1, 65535, 2**32 - 1), ("smallest", -(2**71), -(2**47), -(2**39), 0, 0),
                ("one cent a day too early", -1, 0, 0, 17_000, 1),
            )
        ],
        "claims_word": [
            (name, {"decided": decided, "producer_cents": producer, "consumer_cents": consumer})
            for name, decided, producer, consumer in (
                ("largest", 1, 2**48 - 1, 2**48 - 1), ("the producer's", 0, 12_345, 0), ("the consumer's", 0, 0, 1),
            )
        ],
        "payment_word": [
            (f"status {status}", {"declared_on": day, "status": status})
            for status, day in enumerate((0, 65535, 17_000, 1, 2**15))
        ],
        "notice_word": [
            (name, {"is_final": final, "cured": cured, "clause": clause, "day": day})
            for name, final, cured, clause, day in (
                ("largest", 1, 1, 255, 65535), ("cured", 0, 1, 1, 17_000), ("of the last clause", 0, 0, 15, 17_000),
            )
        ],
        "announcement_word": [
            (name, {"digest": digest, "ends": ends, "day": day})
            for name, digest, ends, day in (("largest", 2**232 - 1, 1, 65535), ("a handover", 2**231 + 1, 0, 17_000))
        ],
        "act": [
            (name, {
                "chain_id": 1337, "registry": address(), "agreement": digest(),
                "act": {"number": number, "until": until, "generation_wh": generation, "exported_wh": exported,
                        "cents": cents, "settles": settles, "successor": successor, "reason": digest()},
            })
            for name, number, until, generation, exported, cents, settles, successor in (
                ("an adjustment", 1, 1_500_000_000, -123_456, 0, 250, 0, "0x" + "00" * 32),
                ("a settlement", 2, 2**64 - 1, 0, 0, -12_345, 17, "0x" + "00" * 32),
                ("a handover", 2**32 - 1, 0, 2**39 - 1, -(2**39), 0, 0, digest()),
                ("an end that is announced", 0, 1_500_000_000, 0, 0, 0, 0, digest()),
            )
        ],
        "request": [
            (f"to {right.function}", {
                "chain_id": 1337, "registry": address(), "agreement": digest(),
                "request": {"right": int(right), "number": dice.choice([0, 1, 2**32 - 1]),
                            "cents": dice.choice([0, -1, 12_345, 2**63 - 1, -(2**63)]), "day": dice.choice([0, 17_000, 65535]),
                            "reference": digest(), "until": dice.choice([1_500_000_000, 2**64 - 1])},
            })
            for right in Right
        ],
        "reading_leaf": [
            (f"reading {n}", {"time": 1_467_324_000 + 900 * n, "generation_wh": register(), "exported_wh": register(),
                              "flags": dice.randrange(128)})
            for n in range(4)
        ],
        "event_leaf": [
            (kind, {"time": 1_467_324_000, "kind": kind, "detail_hash": digest()})
            for kind in ("configuration", "analyzer-swap", "ct-change")
        ],
        "tree": [(f"{n} leaves", {"leaves": leaves[:n]}) for n in (1, 2, 4, 5, 6, 7, 9)],
        "day_summary": [
            (f"{seconds} s", {"version": 1, "readings": seconds // 900, "coverage_generation": seconds,
                              "coverage_export": seconds, "flags": dice.randrange(2**19), "configuration_hash": digest()})
            for seconds in (82_800, 86_400, 90_000)
        ],
        "readings_root": [("random", {"summary": digest(), "tree_root": digest()})],
        "terms_id": [
            (name, {"chain_id": chain, "registry": address(), "terms": made})
            for name, chain, made in (
                ("one clause", 31337, terms("2016-07-01", 3, 0, 1)),
                ("two clauses, a large salt, Alastria's chain id", 83_584_648_538, terms("2024-02-01", 300, 2**256 - 1, 2)),
                ("sixteen clauses", 2020, terms("2100-03-01", 12, 2**53 + 1, 16)),
                ("a zone of 32 letters", 1, terms("2030-01-01", 1, 7, 1, "America/Argentina/ComodRivadavia")),
            )
        ],
        "cents": [
            (f"{wh} Wh at {price}", {"wh": wh, "price": price})
            for wh in (0, 1, -1, 5, -5, 149, 12_345_678, -987_654_321, 2**40 - 1, -(2**40 - 1))
            for price in (1, 85_000, 1_000_000, 2**64 - 1)
        ],
        "escalated": [
            (f"{ppm} ppm, year {year}", {"price": price, "escalator_ppm": ppm, "year": year})
            for price, ppm, year in ((101_100, 20_000, 25), (85_000, 0, 25), (1, 500_000, 3), (10**12, 31_415, 342))
        ],
        "degraded": [
            (f"{ppm} ppm, year {year}", {"energy_wh": energy, "degradation_ppm": ppm, "year": year})
            for energy, ppm, year in ((140 * 10**9, 5_000, 25), (7, 999_999, 2), (2**64 - 1, 7_000, 342), (5, 0, 9))
        ],
        "share": [
            (f"{amount} x {part} / {whole}", {"amount": amount, "part": part, "whole": whole})
            for amount, part, whole in ((3_100, 10, 31), (1, 1, 2), (2**47, 27, 28), (0, 5, 30))
        ],
        "contract_year": [(f"period {n}", {"number": n}) for n in (1, 24, 25, 4095)],
        "energy_charge_params": [
            ("usual", {"price_micro_per_kwh": 85_000, "escalator_ppm": 20_000, "base": 0}),
            ("largest", {"price_micro_per_kwh": 2**64 - 1, "escalator_ppm": 2**32 - 1, "base": 1}),
        ],
        "price_table_params": [
            ("three years", {"base": 1, "prices_micro_per_kwh": [85_000, 0, 2**64 - 1]}),
            ("no year", {"base": 0, "prices_micro_per_kwh": []}),
        ],
        "indexed_price_params": [
            ("usual", {"price_micro_per_kwh": 85_000, "index": address(), "lag_months": 2, "share_ppm": 800_000,
                       "floor_micro_per_kwh": 60_000, "cap_micro_per_kwh": 120_000, "base": 0}),
            ("largest", {"price_micro_per_kwh": 2**64 - 1, "index": to_checksum_address("0x" + "ff" * 20),
                         "lag_months": 255, "share_ppm": 2**32 - 1, "floor_micro_per_kwh": 2**64 - 1,
                         "cap_micro_per_kwh": 2**64 - 1, "base": 255}),
        ],
        "excess_energy_params": [
            ("usual", {"price_micro_per_kwh": 85_000, "escalator_ppm": 20_000, "excess_price_micro_per_kwh": 40_000,
                       "share_ppm": 1_100_000, "degradation_ppm": 5_000, "base": 0,
                       "expected_wh": [9_000_000 + n for n in range(12)]}),
        ],
        "take_or_pay_params": [
            ("usual", {"minimum_wh": 40_000_000, "window_months": 3, "make_up_windows": 8,
                       "price_micro_per_kwh": 85_000, "escalator_ppm": 20_000}),
        ],
        "fixed_fee_params": [
            ("a roof's rent", {"fee_cents": -12_345, "escalator_ppm": 20_000}),
            ("smallest", {"fee_cents": -(2**63), "escalator_ppm": 2**32 - 1}),
            ("largest", {"fee_cents": 2**63 - 1, "escalator_ppm": 0}),
        ],
        "late_interest_params": [
            ("8 %, a civil year", {"rate_ppm": 80_000, "day_count": 365}),
            ("largest", {"rate_ppm": 2**32 - 1, "day_count": 2**16 - 1}),
        ],
        "exit_table_params": [
            ("a bank's", {"lender": address(), "cure_days": 60, "appraiser": address(), "size_w": 100_000,
                          "prices_micro_per_w": [525_000, 500_000, 2**64 - 1]}),
            ("nobody's", {"lender": "0x" + "00" * 20, "cure_days": 0, "appraiser": "0x" + "00" * 20, "size_w": 1,
                          "prices_micro_per_w": []}),
        ],
        "guaranteed_generation_params": [
            ("usual", {"energy_wh": 40_000_000, "window_months": 3, "degradation_ppm": 5_000,
                       "price_micro_per_kwh": 60_000}),
        ],
        "line": [
            (f"{rule}, period {number}", {
                "rule": rule, "params": blob, "number": number, "months": 48, "generation_wh": made, "exported_wh": out,
                "generation_register_wh": 10**9 + made * number, "exported_register_wh": 10**8 + out * number,
                "first_day": firsts_of[number - 1], "last_day": calendar.month_end(firsts_of[number - 1]) - 3 * last,
                "opening": 0, "dark_before": dark, "boundary_day": firsts_of[number - 1] + 9, "dark": made == 0,
                "last": last, "waited": False,
                "statements_before": {
                    str(n): [10**9 + made * n, 10**8 + out * n, firsts_of[n] - 1, DARK if n + dark >= number else 0]
                    for n in range(number)
                },
                "index": index, "overdue_cent_days": (made - out) * 31,
            })
            for rule, blob in (
                ("EnergyCharge", params[0]), ("EnergyCharge", params[1]), ("GuaranteedGeneration", promise), *clauses,
            )
            for number, made, out, dark, last in (
                (1, 12_345_678, 2_345_679, 0, False), (12, 11_000_000_001, 3, 0, False), (14, 20_000_001, 7, 3, False),
                (24, 2_000_000_003, 9_000_000_007, 0, True), (37, 0, 0, 0, False), (37, 0, 0, 2, True),
            )
        ] + [
            ("an index that is no longer published: the latest earlier year's", {
                "rule": "IndexedPrice", "params": blob, "number": 37, "months": 48, "generation_wh": 10**9, "exported_wh": 0,
                "generation_register_wh": 10**9, "exported_register_wh": 0, "first_day": firsts_of[36],
                "last_day": calendar.month_end(firsts_of[36]), "opening": 0, "dark_before": 0,
                "boundary_day": calendar.month_end(firsts_of[36]), "dark": False, "last": False, "waited": True,
                "statements_before": {}, "index": {month: value for month, value in index.items() if int(month) < firsts_of[20]},
                "overdue_cent_days": 0,
            })
            for rule, blob in clauses if rule == "IndexedPrice"
        ],
        "sentence": [
            (rule, {"rule": rule, "params": blob})
            for rule, blob in (
                ("EnergyCharge", params[0]), ("EnergyCharge", params[1]), ("GuaranteedGeneration", promise), *clauses,
                ("IndexedPrice", "0x" + IndexedPrice(85_000, "0x" + "ab" * 20, 1, 1, 0, 0).params().hex()),
                ("TakeOrPay", "0x" + TakeOrPay(1_234, 1, 1, 85_000).params().hex()),
            )
        ],
        "words": [(f"case {n}", given) for n, given in enumerate(wordings.some("vectors", 12))],
        "statements": [
            ("opening ten months before, a refund", {
                "first_day": 17167, "first_month": 1, "months": 2, "max_power_w": 10_000,
                "clauses": [{"rule": "EnergyCharge", "params": params[1]}, {"rule": "GuaranteedGeneration", "params":
                             "0x" + "".join(f"{n:064x}" for n in (1_000_000, 2, 0, 33_333))}],
                "records": [{"day": 16860, "generation_wh": 5, "exported_wh": 7},
                            {"day": 17197, "generation_wh": 345_678, "exported_wh": 400_000},
                            {"day": 17200, "generation_wh": 345_680, "exported_wh": 400_001},
                            {"day": 17225, "generation_wh": 600_000, "exported_wh": 400_001}],
                "index": {},
            }),
            ("all clauses, a dark month, a month with more exported than made", {
                "first_day": 16983, "first_month": 1, "months": 15, "max_power_w": 100_000, "index": index,
                "clauses": [
                    {"rule": type(clause).__name__, "params": "0x" + clause.params().hex()}
                    for clause in (
                        EnergyCharge(85_000, 20_000, 0), PriceTable(0, (85_000, 91_333)),
                        IndexedPrice(85_000, "0x" + "ab" * 20, 2, 800_000, 0, 100_000),
                        ExcessEnergy(85_000, 20_000, 40_000, 1_100_000, 5_000, 1, tuple(9_000_000 + n for n in range(12))),
                        GuaranteedGeneration(60_000_000, 6, 5_000, 60_000),
                        TakeOrPay(21_000_000, 3, 2, 85_000, 20_000), FixedFee(-12_345, 20_000),
                    )
                ],
                "records": [
                    {"day": calendar.month_end_after(16983, n) - (n == 4) if n else 16982,
                     "generation_wh": 10**7 * n + 1_234_567 * (n % 5), "exported_wh": 3 * 10**6 * n + 9_876_543 * (n > 8)}
                    for n in range(16) if n != 6
                ],
            }),
        ],
        "life": lives(),
    }  # fmt: skip


def lives() -> list[tuple[str, Any]]:
    """What happens to agreements in twenty years, in a few months each."""
    ends = [calendar.month_end_after(16983, n) if n else 16982 for n in range(13)]

    def clauses(price: int, *more: ClauseKind) -> list[dict[str, str]]:
        kinds = (EnergyCharge(price, 0, 0), LateInterest(80_000), *more)
        return [{"rule": type(kind).__name__, "params": "0x" + kind.params().hex()} for kind in kinds]

    def records(start: int, since: int, *days: int) -> list[dict[str, int]]:
        return [
            {"day": d, "generation_wh": start + 30_011 * (d - since), "exported_wh": start // 2 + 7_001 * (d - since)}
            for d in days
        ]

    common = {"first_day": 16983, "first_month": 1, "months": 12, "max_power_w": 100_000}
    windows = (GuaranteedGeneration(5_000_000, 3, 5_000, 60_000), TakeOrPay(3_000_000, 2, 2, 90_000))
    close, dark = {"do": "close"}, {"do": "close", "silent": True}
    broken = [*records(1_000, ends[0], ends[0], ends[1]), *records(10**11, ends[0], *ends[2:5])]
    swap = ends[3] + 9
    return [
        ("a disputed statement: the award's interest, a second dispute settled", {
            **common, "clauses": clauses(85_000), "records": records(1_000, ends[0], *ends[:7]),
            "steps": [
                close, {"do": "dispute", "number": 1, "claim_cents": -4_000}, close, close,
                {"do": "resolve", "number": 1, "award_cents": -1_999}, close,
                {"do": "dispute", "number": 3, "claim_cents": 777}, {"do": "act", "cents": 300, "settles": 3}, close,
                {"do": "pay", "cents": -150, "day": ends[5]}, {"do": "pay", "cents": 99_999, "day": ends[5] + 2}, close,
            ],
        }),
        ("more taken away than was counted: the rest is carried, and both end it in a month's middle", {
            **common, "clauses": clauses(120_000, FixedFee(3_100)), "records": records(7, ends[0], *ends[:4], ends[3] + 10),
            "steps": [
                close, {"do": "act", "generation_wh": -1_200_000, "exported_wh": 5}, close,
                {"do": "act", "cents": -5}, {"do": "act", "cents": 5, "exported_wh": -9}, close,
                {"do": "pay", "cents": 100, "day": ends[3] + 1}, {"do": "end", "cents": 12_345, "day": ends[3] + 10},
            ],
        }),
        ("a broker is replaced in a month's middle, then other terms from the day after", {
            **common, "clauses": clauses(100_000, TakeOrPay(2_000_000, 2, 2, 90_000)), "records": records(10**6, ends[0], *ends[:4], swap),
            "steps": [
                close, close, {"do": "pay", "cents": 1, "day": ends[2] + 3}, close, {"do": "act", "cents": 17},
                {"do": "hand_over", **common, "clauses": clauses(100_000, TakeOrPay(2_000_000, 2, 2, 90_000)),
                 "generation_wh": 10**6 + 30_011 * (swap - ends[0]) - 40, "exported_wh": 5 * 10**5 + 7_001 * (swap - ends[0]) - 20,
                 "records": records(40, swap, swap, *ends[4:9])},
                close, close,
                {"do": "hand_over", **common, "first_day": ends[5] + 1, "months": 3, "clauses": clauses(70_000)},
                close, {"do": "dispute", "number": 1, "claim_cents": 7}, close, {"do": "resolve", "number": 1, "award_cents": 7}, close,
            ],
        }),
        ("the life's month 30, in which the meter begins: its first record is of the tenth day", {
            **common, "first_month": 30, "months": 36, "clauses": clauses(85_000, *windows),
            "records": records(5_000, ends[0] + 10, ends[0] + 10, *ends[1:8]), "steps": [close] * 7,
        }),
        ("a plant that starts two months late, and never said anything of the first of them", {
            **common, "clauses": clauses(85_000, *windows, FixedFee(-3_100)),
            "records": records(5_000, ends[2] + 5, ends[2] + 5, *ends[3:6]),
            "steps": [close, close, close, {"do": "pay", "cents": -200, "day": ends[3]}, close, close, {"do": "end", "day": ends[5]}],
        }),
        ("two months in silence, and what was made in them comes with the next record", {
            **common, "clauses": clauses(85_000, *windows, FixedFee(-3_100)),
            "records": records(5_000, ends[0], ends[0], ends[1], ends[3] + 15, *ends[4:7]),
            "steps": [
                close, dark, {"do": "act", "generation_wh": 123_456, "cents": 10}, dark, close,
                {"do": "pay", "cents": 30_000, "day": ends[2]}, close, {"do": "end", "day": ends[5] + 0},
            ],
        }),
        ("a meter that dies, an end in the dark without a day of its own", {
            **common, "clauses": clauses(85_000, *windows), "records": records(5_000, ends[0], ends[0], ends[1], ends[1] + 20),
            "steps": [close, dark, dark, {"do": "end", "cents": 99, "day": ends[1] + 20}],
        }),
        ("an impossible record is passed over, and corrected", {
            **common, "clauses": clauses(85_000, *windows), "records": broken,
            "steps": [close, close, {"do": "act", "generation_wh": 900_000, "exported_wh": 5}, close, close, {"do": "end", "day": ends[4]}],
        }),
        ("the term ends with its last month; more was taken away than was counted", {
            **common, "first_month": 11, "clauses": clauses(85_000, *windows), "records": records(5_000, ends[0], *ends[:3]),
            "steps": [close, {"do": "act", "generation_wh": -2_000_000, "exported_wh": -1}, close, {"do": "act", "cents": -7}],
        }),
    ]  # fmt: skip


def vectors() -> dict[str, Any]:
    """The whole file."""
    groups: dict[str, list[Any]] = {name: [] for name in GROUPS}
    for group, name, given, gives, steps in BY_HAND:
        groups[group].append({"name": name, "given": shown(given), "gives": shown(gives), "steps": steps})
    for group, named in inputs().items():
        for name, given in named:
            plain = shown(given)
            groups[group].append({"name": name, "given": plain, "gives": shown(GROUPS[group](plain))})
    return {"format": {"name": "solpact-vectors", "version": 1}, "groups": groups}


def text() -> str:
    """As it stands in the file."""
    return json.dumps(vectors(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
