"""Lives of agreements as tests/vectors.json has them: steps, and what ppa's replay makes of them.

A step is `close`, `act`, `dispute`, `resolve`, `pay`, `end` (both end it, up to the meter's last record so far) or
`hand_over` (to terms and records of its own). Told are the statements as they were closed, and what is kept at the end.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ppa.acts import Act
from ppa.clauses import Told, read
from ppa.records import DailyRecord
from ppa.statements import Period, Statement
from ppa.terms import Clause, Terms
from ppa.verify.recompute import Recomputed, Replay

PARTIES = tuple(f"0x{n:040x}" for n in (1, 2, 3))
ID, FOREVER = bytes(32), 2**63
Line = Callable[[int, Period, Callable[[int], Statement]], int]


def life(g: Mapping[str, Any]) -> dict[str, Any]:
    """What each close told, and what the agreement of the end keeps."""
    replay = Replay(_terms(g), ID, _records(g), _line(g))
    closed = []
    for step in g["steps"]:
        if step["do"] == "hand_over":
            replay.act(_act(replay, step))
            replay = replay.heir(replace(_terms(step), supersedes=ID), ID, _records(step), _line(step))
        elif done := _taken(replay, step):
            closed.append(_told(done))
    return {
        "closed": closed,
        "flags": [int(replay.done[number].statement.flags) for number in sorted(replay.done)],
        "agreement": {
            "balance_cents": replay.balance_cents,
            "generation_wh": replay.generation_wh,
            "exported_wh": replay.exported_wh,
            "closed_day": replay.closed_day,
            "boundary_day": replay.boundary_day,
            "periods": replay.periods,
        },
        "account": {"cents": replay.cents, "late": replay.late, "next_act": replay.next_act},
    }


def _taken(replay: Replay, step: Mapping[str, Any]) -> Recomputed | None:
    """A step within an agreement, and the statement that it closes."""
    match step["do"]:
        case "close":
            return replay.close()
        case "act":
            replay.act(_act(replay, step))
        case "dispute":
            replay.dispute(step["number"], int(step["claim_cents"]))
        case "resolve":
            replay.resolve(step["number"], int(step["award_cents"]))
        case "pay":
            replay.pay(int(step["cents"]), step["day"])
        case "end":
            replay.act(_act(replay, step))
            done = replay.close(step["day"])
            replay.finish()
            return done
    return None


def _act(replay: Replay, step: Mapping[str, Any]) -> Act:
    numbers = {name: int(step.get(name, 0)) for name in ("generation_wh", "exported_wh", "cents", "settles")}
    return Act(replay.next_act, FOREVER, **numbers)


def _terms(g: Mapping[str, Any]) -> Terms:
    rules = tuple(Clause(PARTIES[0], bytes.fromhex(clause["params"][2:])) for clause in g["clauses"])
    return Terms(*PARTIES, g["first_day"], g["months"], int(g["max_power_w"]), rules)


def _records(g: Mapping[str, Any]) -> list[DailyRecord]:
    return [DailyRecord(r["day"], int(r["generation_wh"]), int(r["exported_wh"]), bytes(32)) for r in g["records"]]


def _line(g: Mapping[str, Any]) -> Line:
    clauses = [read(clause["rule"], bytes.fromhex(clause["params"][2:])) for clause in g["clauses"]]
    return lambda index, period, earlier: clauses[index].line(period, Told(earlier))


def _told(done: Recomputed) -> dict[str, Any]:
    s = done.statement
    return {
        "number": s.number,
        "generation_wh": s.generation_wh,
        "exported_wh": s.exported_wh,
        "last_day": s.last_day,
        "boundary_day": s.boundary_day,
        "lines": list(done.lines),
        "balance_cents": done.balance_cents,
    }
