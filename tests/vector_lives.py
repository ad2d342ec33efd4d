"""Lives of agreements as tests/vectors.json has them: steps, and what ppa's replay makes of them.

A step is `close` (`silent`: long after a month of whose end the meter said nothing), `act`, `dispute`, `resolve`,
`pay`, `end` (both end it, when the meter has recorded up to a day) or `hand_over` (to terms of its own; without
`records`, with the same meter). The result is each statement as it was closed, and what is kept at the end.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ppa import calendar
from ppa.acts import Act
from ppa.clauses import Told, read
from ppa.clauses.kind import Line
from ppa.records import DailyRecord
from ppa.statements import Period, Statement
from ppa.terms import Clause, Terms
from ppa.verify.recompute import LineOf, Recomputed, Replay

PARTIES = tuple(f"0x{n:040x}" for n in (1, 2))
FIRST_METER = 3
FOREVER = 2**63


def life(g: Mapping[str, Any]) -> dict[str, Any]:
    """What each close gave, and what the agreement of the end keeps."""
    meters = FIRST_METER
    replay = Replay(_terms(g, meters), _id(meters), _records(g), _line(g))
    replay.serve()
    closed = []
    for step in g["steps"]:
        if step["do"] == "hand_over":
            replay.act(_act(replay, step))
            meters += "records" in step
            records = _records(step) if "records" in step else replay.records
            replay = replay.successor(_terms(step, meters), _id(len(closed)), records, _line(step))
            replay.serve()
        elif done := _taken(replay, step):
            closed.append(_closed(done))
    return {
        "closed": closed,
        "flags": [int(replay.done[number].statement.flags) for number in sorted(replay.done)],
        "claims": [
            [number, claims.producer_cents, claims.consumer_cents, int(claims.decided)]
            for number, claims in sorted(replay.claims.items())
        ],
        "agreement": {
            "balance_cents": replay.balance_cents,
            "generation_wh": replay.generation_wh,
            "exported_wh": replay.exported_wh,
            "closed_through": replay.closed_through,
            "boundary_day": replay.boundary_day,
            "periods": replay.periods,
        },
        "account": {
            "cents": replay.account.cents,
            "late_cent_days": replay.account.late_cent_days,
            "generation_wh": replay.account.generation_wh,
            "exported_wh": replay.account.exported_wh,
            "acts": replay.account.acts,
        },
    }


def _taken(replay: Replay, step: Mapping[str, Any]) -> Recomputed | None:
    """A step within an agreement, and the statement that it closes."""
    match step["do"]:
        case "close" if step.get("silent"):
            return replay.close(calendar.month_end(replay.closed_through + 1) - 1)
        case "close":
            return replay.close()
        case "act":
            replay.act(_act(replay, step))
        case "dispute":
            replay.dispute(step["number"], int(step["claim_cents"]))
        case "resolve":
            replay.resolve(step["number"], int(step["award_cents"]))
        case "pay":
            replay.confirm(int(step["cents"]), step["day"], bytes(32))
        case "end":
            replay.act(_act(replay, step))
            return replay.close_last(step["day"])
    return None


def _act(replay: Replay, step: Mapping[str, Any]) -> Act:
    numbers = {name: int(step.get(name, 0)) for name in ("generation_wh", "exported_wh", "cents", "settles")}
    return Act(replay.account.acts + 1, FOREVER, **numbers)


def _id(number: int) -> bytes:
    return number.to_bytes(32)


def _terms(g: Mapping[str, Any], meter: int) -> Terms:
    rules = tuple(Clause(PARTIES[0], bytes.fromhex(clause["params"][2:])) for clause in g["clauses"])
    term = g["first_day"], g["months"], int(g["max_power_w"])
    return Terms(*PARTIES, f"0x{meter:040x}", *term, rules, first_month=g["first_month"])


def _records(g: Mapping[str, Any]) -> list[DailyRecord]:
    return [DailyRecord(r["day"], int(r["generation_wh"]), int(r["exported_wh"]), bytes(32)) for r in g["records"]]


def _line(g: Mapping[str, Any]) -> LineOf:
    clauses = [read(clause["rule"], bytes.fromhex(clause["params"][2:])) for clause in g["clauses"]]

    def line(index: int, period: Period, earlier: Callable[[int], Statement]) -> Line:
        return clauses[index].line(period, Told(earlier))

    return line


def _closed(done: Recomputed) -> dict[str, Any]:
    s = done.statement
    return {
        "number": s.number,
        "generation_wh": s.generation_wh,
        "exported_wh": s.exported_wh,
        "last_day": s.last_day,
        "boundary_day": s.boundary_day,
        "flags": int(s.flags),
        "lines": list(done.lines),
        "balance_cents": done.balance_cents,
    }
