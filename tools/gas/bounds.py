"""What costs most: clauses that take all they are given, on every kind of call that asks them; and many amendments."""

from dataclasses import replace

from eth_account.signers.local import LocalAccount

from ppa.acts import Act
from ppa.calendar import last_period_day
from ppa.chain import Call
from ppa.clauses import TakeOrPay
from ppa.terms import Clause, Terms
from tools.deploying.well_known import key
from tools.gas.floors import EXPORTED, GENERATION, READINGS, compiled
from tools.gas.lane import FOREVER, MWH, Lane, starting, twenty_years
from tools.solidity.builds import ROOT
from tools.stage.agreements import STRANGER, demo_terms

CLAUSES = ROOT / "bench" / "clauses"
MOST_CLAUSES = 16
OPEN_MONTHS = 12
AMENDMENTS = 100
KINDS = ("burning", "long")


def amended(lane: Lane) -> None:
    """A month's close with a take-or-pay clause without an amendment, after one, and after a hundred."""
    meter = key(9)
    clause = TakeOrPay(MWH, 1, 2, 85_000, 20_000)
    terms = starting(lane, twenty_years(demo_terms(lane.deployment, meter.address)), meter)
    terms = replace(terms, clauses=(Clause(lane.deployment.address("TakeOrPay"), clause.params()),))
    served(lane, terms, meter)
    lane.record("opened", terms.first_day - 1, GENERATION, EXPORTED, meter)
    count = 0
    for month, amendments in enumerate((0, 0, 0, 0, 1, AMENDMENTS), start=1):
        while count < amendments:
            count += 1
            following = replace(terms, supersedes=lane.id(terms), salt=count)
            lane.signed("agreed", following)
            lane.act("amend", terms, Act(1, FOREVER, successor=lane.id(following)), following)
            terms = following
        day = last_period_day(terms.first_day, month)
        lane.record("recorded", day, GENERATION + month * 3 * MWH, EXPORTED, meter)
        lane.send(f"close_amended_{amendments}", STRANGER, "close", terms.as_tuple())


def burdened(lane: Lane) -> None:
    """One month with sixteen such clauses, and an end after twelve open months with one."""
    meters = iter(range(10, 10 + 2 * len(KINDS)))
    ready = []
    for kind in KINDS:
        rule = lane.created("clause", Call(None, compiled((CLAUSES / f"{kind}.yul").read_text()))).address
        for clauses in (MOST_CLAUSES, 1):
            meter = key(next(meters))
            terms = starting(lane, twenty_years(demo_terms(lane.deployment, meter.address)), meter)
            terms = replace(terms, clauses=(Clause(rule, b""),) * clauses)
            served(lane, terms, meter)
            ready.append((kind, terms, meter))
    last = last_period_day(ready[0][1].first_day, OPEN_MONTHS)
    lane.until(last + 40)  # a clause that fails is not waited for any more
    for kind, terms, meter in ready:
        many = len(terms.clauses) == MOST_CLAUSES
        records(lane, terms, meter, 1 if many else OPEN_MONTHS)
        if many:
            lane.send(f"close_{kind}", STRANGER, "close", terms.as_tuple())
        else:
            lane.act(f"end_{kind}", terms, Act(1, FOREVER, successor=lane.id(terms)))


def served(lane: Lane, terms: Terms, meter: LocalAccount) -> None:
    """An agreement whose meter serves it."""
    lane.signed("agreed", terms)
    lane.send("served", meter, "serve", terms.as_tuple())


def records(lane: Lane, terms: Terms, meter: LocalAccount, months: int) -> None:
    """The opening record and one at each month's end, in one transaction."""
    days = [terms.first_day - 1, *(last_period_day(terms.first_day, month) for month in range(1, months + 1))]
    told = [(GENERATION + n * MWH, EXPORTED + n * MWH // 3, day, READINGS) for n, day in enumerate(days)]
    lane.tell("recorded", meter, "recordMany", told)
