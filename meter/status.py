"""How the broker is, from its database alone."""

from datetime import UTC, datetime
from typing import Any

from meter.config import Config
from meter.store import Row, Store
from ppa.calendar import date_of
from ppa.readings import ReadingFlag


def status_of(config: Config, store: Store) -> dict[str, Any]:
    """Everything `meter status` shows; Wh, UTC seconds and civil days."""
    last = store.last()
    counts = dict(store.rows("SELECT state, count(*) FROM outbox_tx GROUP BY state"))
    uploads = dict(store.rows("SELECT state, count(*) FROM outbox_days GROUP BY state"))
    days, last_day = store.rows("SELECT count(*), max(day) FROM days")[0]
    recorded = store.rows("SELECT max(last_day) FROM outbox_tx WHERE kind = 'record' AND state = 'DONE'")[0][0]
    return {
        "meter": store.meta("meter"),
        "agreement": config.chain.agreement or None,
        "readings": store.rows("SELECT count(*) FROM readings")[0][0],
        "quarantined": store.rows("SELECT count(*) FROM readings WHERE NOT generation_ok OR NOT export_ok")[0][0],
        "last_reading": last.time if last else None,
        "generation_wh": last.generation.register_wh if last else None,
        "exported_wh": last.export.register_wh if last else None,
        "days": days,
        "last_day": last_day,
        "recorded_day": recorded,
        "waiting_days": store.rows("SELECT count(*) FROM days WHERE day > coalesce(?, -1)", recorded)[0][0],
        "transactions": counts,
        "uploads": uploads,
        "problems": _problems(store, last),
        "replay_over": store.meta("replay_over") == "1",
    }  # fmt: skip


def _problems(store: Store, last: Row | None) -> list[str]:
    found = [text for name in ("generation", "export", "chain") if (text := store.meta(f"problem_{name}"))]
    if last and last.flags & ReadingFlag.NEG_CONS:
        found.append(
            "More was exported than generated before the last reading: it is flagged, recorded and priced as it is. "
            "Check the analyzers' wiring."
        )
    return found + [answer for (answer,) in store.rows("SELECT answer FROM outbox_days WHERE state = 'REFUSED'")]


def sentences(status: dict[str, Any]) -> list[str]:
    """The status in words."""
    if status["last_reading"] is None:
        return ["This meter has no reading yet: run `meter init --config FILE`."]
    when = datetime.fromtimestamp(status["last_reading"], UTC).isoformat()
    lines = [
        f"Meter {status['meter']}, agreement {status['agreement'] or 'none yet'}.",
        f"Last reading {when}: generation {status['generation_wh']} Wh, export {status['exported_wh']} Wh.",
        f"{status['readings']} readings ({status['quarantined']} not wholly believed), {status['days']} days closed.",
        f"Recorded up to {_date(status['recorded_day'])}; {status['waiting_days']} days wait for the chain.",
        f"The platform has {status['uploads'].get('STORED', 0)} days.",
    ]
    return lines + [f"Problem: {problem}" for problem in status["problems"]]


def _date(day: int | None) -> str:
    return "never" if day is None else date_of(day).isoformat()
