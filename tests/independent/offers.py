"""Random terms: such as make sense, and such with one thing that does not."""

from random import Random
from typing import Any

from . import clauses
from .days import first_of, month_of
from .signing import Terms, address_of
from .world import World

NOBODY = "0x" + "00" * 20
ZERO = bytes(32)


class Offers:
    """What makes terms for a world."""

    r: Random
    w: World
    late: bool

    def make_clause(self, months: int) -> tuple[str, bytes]:
        """A clause with parameters that make sense."""
        r = self.r
        price, years = r.randrange(1, 400_000), clauses.contract_year(months)
        window = r.choice([w for w in (1, 2, 2, 3, 3, 4, 6, 12) if w <= months])
        energy = r.choice([0, 300_000, 900_000, 2_000_000]) * window + r.randrange(1, 10**6)
        windowed = ["GuaranteedGeneration", "TakeOrPay", "TakeOrPay", "ExcessEnergy"]
        name = r.choice(windowed if self.late and r.random() < 0.6 else list(self.w.clauses))
        lender = r.choice([NOBODY, address_of("l0"), address_of("l0")])
        values: dict[str, tuple[Any, ...]] = {
            "EnergyCharge": (price, r.randrange(50_000), r.randrange(2)),
            "PriceTable": (r.randrange(2), tuple(r.randrange(1, 400_000) for _ in range(years))),
            "IndexedPrice": (
                price,
                self.w.index.address,
                r.randrange(4),
                r.choice([1_000_000, r.randrange(1, 1_000_000)]),
                price // 2,
                price * 2 + 1,
                r.randrange(2),
            ),
            "ExcessEnergy": (
                price,
                r.randrange(50_000),
                r.randrange(1, 400_000),
                r.randrange(1, 2_000_000),
                r.randrange(20_000),
                r.randrange(2),
                tuple(r.randrange(1, 1_500_000) for _ in range(12)),
            ),
            "GuaranteedGeneration": (energy, window, r.choice([0, r.randrange(100_000)]), price),
            "TakeOrPay": (energy, window, r.randrange(4), price, r.randrange(50_000)),
            "FixedFee": (r.choice([-1, 1]) * r.randrange(1, 10_000), r.randrange(50_000)),
            "LateInterest": (r.randrange(1, 300_000), r.choice([365, 360])),
            "ExitTable": (
                lender,
                r.randrange(40) if lender != NOBODY else 0,
                r.choice([NOBODY, NOBODY, self.w.index.address]),
                r.choice([r.randrange(1, 10_000), 1]),
                tuple(r.randrange(2_000_000) for _ in range(years)),
            ),
        }
        return self.w.clauses[name], clauses.pack_params(name, values[name])

    def make_terms(self, **fields: Any) -> Terms:
        """Terms that make sense, with these fields."""
        r = self.r
        month = month_of(self.w.today) + r.choice([-1, 0, 0, 1])
        first_month = r.choice([1, 1, r.randrange(1, 14)])
        lengths = [r.randrange(1, 4), r.randrange(6, 20), 24, 36]
        months = first_month - 1 + r.choice(lengths[self.late :])
        first_day = first_of(month)
        chosen = {
            "words_hash": r.randbytes(32),
            "producer": address_of(r.choice(["p0", "p1"])),
            "consumer": address_of(r.choice(["c0", "c1"])),
            "meter": self.free_meter(),
            "arbiter": address_of(r.choice(["a0", "a0", "a1"])),
            "first_day": first_day,
            "first_month": first_month,
            "months": months,
            "dispute_days": r.choice([0, 5, 20, 40]),
            "notice_days": r.choice([0, 5, 5, 20]),
            "silence_days": r.choice([0, 30, 90]),
            "currency": b"EUR",
            "time_zone": b"Europe/Madrid".ljust(32, b"\0"),
            "max_power": r.choice([5_000, 10_000]),
            "max_claim": r.choice([0, 1_000, 1_000, 100_000]),
            "document_hash": ZERO,
            "supersedes": ZERO,
            "salt": r.randrange(2**256),
            **fields,
        }
        chosen.setdefault("clauses", tuple(self.make_clause(chosen["months"]) for _ in range(r.randrange(1, 5))))
        end = first_of(month_of(chosen["first_day"]) + chosen["months"] - chosen["first_month"] + 1) - 1
        last = min(end, max(chosen["first_day"], self.w.today) + r.choice([5, 40, 100, 1000]))
        chosen.setdefault("long_stop_day", max(chosen["first_day"], last))
        return Terms(**{field: chosen[field] for field in Terms._fields})

    def free_meter(self) -> str:
        """A meter that serves nobody, mostly."""
        meters = [address_of(f"m{i}") for i in range(4)]
        free = [m for m in meters if not self.w.model.store.get("served", m)]
        return self.r.choice(free if free and self.r.random() < 0.9 else meters)

    def spoil(self, t: Terms) -> Terms:
        """Terms with one thing that makes no sense."""
        changes: list[dict[str, Any]] = [
            {"consumer": NOBODY},
            {"meter": NOBODY},
            {"consumer": t.producer},
            {"meter": t.consumer},
            {"arbiter": t.producer},
            {"first_day": t.first_day + 1, "long_stop_day": t.first_day + 10},
            {"first_month": 0},
            {"first_month": t.months + 1},
            {"max_power": 0},
            {"max_claim": 1 << 47},
            {"words_hash": ZERO},
            {"notice_days": 3, "arbiter": NOBODY},
            {"long_stop_day": t.first_day - 1},
            {"long_stop_day": t.first_day + 31 * 200},
            {"clauses": ()},
            {"clauses": t.clauses[:1] * 17},
            {"clauses": ((address_of("x0"), b""),)},
            {"clauses": ((self.w.clauses["FixedFee"], bytes(63)),)},
        ]
        return t._replace(**self.r.choice(changes))
