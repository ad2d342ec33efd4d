"""Lives of agreements as tests/vectors.json has them, on a chain: `tests/vector_lives.py` says what a step is."""

from collections.abc import Mapping
from typing import Any

from tests.contracts.signing import ARBITER, CONSUMER, PRODUCER, Act, acted
from tests.contracts.world import DARK_DAYS, METER, Clause, World, month_end, role
from tests.evm import Contract, Receipt

FIRST_SALT = 1


class Life:
    """The agreement of today, its meter and the records that the meter has yet to make."""

    def __init__(self, g: Mapping[str, Any]) -> None:
        self.world = World()
        self.registry: Contract = self.world.registry
        self.closed: list[dict[str, Any]] = []
        self.salt, self.meter, self.records, self.recorded = FIRST_SALT, METER, list(g["records"]), 0
        self.terms, self.id = self.world.running(**self.agreed(g))
        for step in g["steps"]:
            getattr(self, step["do"])(step)

    def agreed(self, g: Mapping[str, Any]) -> dict[str, Any]:
        """Terms as a vector gives them; statements may be disputed for ever."""
        deployed = {c["rule"]: self.world.chain.deploy(c["rule"]).address for c in g["clauses"]}
        rules = tuple(Clause(deployed[c["rule"]], bytes.fromhex(c["params"][2:])) for c in g["clauses"])
        parties = {"producer": PRODUCER, "consumer": CONSUMER, "arbiter": ARBITER, "meter": self.meter}
        numbers = {name: int(g[key]) for name, key in NUMBERS.items()}
        return {**parties, **numbers, "clauses": rules, "disputeDays": 2**15, "salt": self.salt}

    def record(self, until: int) -> None:
        """The meter records all that it has up to a day."""
        while self.records and self.records[0]["day"] <= until:
            self.record_next()

    def record_next(self) -> None:
        r = self.records.pop(0)
        self.recorded = r["day"]
        self.world.record(r["day"], int(r["generation_wh"]), int(r["exported_wh"]), meter=self.meter)

    def keep(self, receipt: Receipt) -> None:
        closed = next(e.args for e in receipt.events if e.name == "Closed")
        s = closed["statement"]
        self.closed.append({
            "number": closed["number"], "generation_wh": s.generation, "exported_wh": s.exported,
            "last_day": s.lastDay, "boundary_day": s.boundaryDay, "flags": s.flags, "lines": closed["lines"],
            "balance_cents": closed["balance"],
        })  # fmt: skip

    def signed_act(self, step: Mapping[str, Any], **more: Any) -> Act:
        wh = {"generation": int(step.get("generation_wh", 0)), "exported": int(step.get("exported_wh", 0))}
        rest = {"cents": int(step.get("cents", 0)), "settles": step.get("settles", 0), **more}
        return Act(number=self.registry.accountOf(self.id).acts + 1, **wh, **rest)

    # ------------------------------------------------------------------------------------------------------- the steps

    def close(self, step: Mapping[str, Any]) -> None:
        end = month_end(self.registry.agreementOf(self.id).closedThrough + 1)
        if step.get("silent"):
            self.record(end - 1)
            self.world.chain.time = max(self.world.chain.time, (end + DARK_DAYS + 1) * 86_400)
        else:
            self.record(end)
            if self.recorded < end:
                self.record_next()
        self.keep(self.world.close(self.terms))

    def act(self, step: Mapping[str, Any]) -> None:
        acted(self.world, self.terms, self.signed_act(step))

    def dispute(self, step: Mapping[str, Any]) -> None:
        claim = int(step["claim_cents"])
        party = PRODUCER if claim > 0 else CONSUMER
        self.registry.dispute(self.terms, step["number"], claim, bytes(32), sender=party)

    def resolve(self, step: Mapping[str, Any]) -> None:
        self.registry.resolve(self.terms, step["number"], int(step["award_cents"]), bytes(32), sender=ARBITER)

    def pay(self, step: Mapping[str, Any]) -> None:
        cents, day = int(step["cents"]), step["day"]
        self.world.chain.time = max(self.world.chain.time, day * 86_400)
        payee = PRODUCER if cents > 0 else CONSUMER
        self.registry.confirm(self.terms, cents, day, bytes(32), sender=payee)

    def end(self, step: Mapping[str, Any]) -> None:
        self.record(step["day"])
        self.keep(acted(self.world, self.terms, self.signed_act(step, successor=self.id)))

    def hand_over(self, step: Mapping[str, Any]) -> None:
        self.salt += 1
        swapped = "records" in step
        if swapped:
            self.record(step["records"][0]["day"])
            self.meter, self.records, self.recorded = role(0x30 + self.salt), list(step["records"]), 0
            self.record(self.records[0]["day"])
        new = self.world.terms(**self.agreed(step), supersedes=self.id)
        id_ = self.registry.propose(new, sender=PRODUCER).value
        self.registry.sign(new, sender=CONSUMER)
        acted(self.world, self.terms, self.signed_act(step, successor=id_), new)
        if swapped:
            self.registry.serve(new, sender=self.meter)
        self.terms, self.id = new, id_


NUMBERS = {"firstDay": "first_day", "firstMonth": "first_month", "months": "months", "maxPower": "max_power_w"}


def life(g: Mapping[str, Any]) -> dict[str, Any]:
    """What each close gave, and what the agreement of the end keeps."""
    lived = Life(g)
    kept, account = lived.registry.agreementOf(lived.id), lived.registry.accountOf(lived.id)
    numbers = range(lived.terms.firstMonth - 1, kept.periods + 1)
    claims = [(number, lived.registry.claimsOf(lived.id, number)) for number in numbers]
    return {
        "closed": lived.closed,
        "flags": [lived.registry.statementOf(lived.id, number).flags for number in numbers],
        "claims": [[n, c.producer, c.consumer, int(c.decided)] for n, c in claims if c.producer or c.consumer],
        "agreement": {
            "balance_cents": kept.balance, "generation_wh": kept.generation, "exported_wh": kept.exported,
            "closed_through": kept.closedThrough, "boundary_day": kept.boundaryDay, "periods": kept.periods,
        },
        "account": {
            "cents": account.cents, "late_cent_days": account.lateCentDays, "generation_wh": account.generation,
            "exported_wh": account.exported, "acts": account.acts,
        },
    }  # fmt: skip
