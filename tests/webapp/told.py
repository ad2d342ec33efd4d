"""What the browser's modules say of an agreement's evidence as the chain has it, through an honest node or a liar."""

from pathlib import Path
from typing import Any

from ppa.days import DayReadings
from ppa.evidence import Evidence, collect
from ppa.terms import Terms
from tests.ppa.lying_proxy import Lie, proxy
from tests.webapp.verifying import of_evidence
from tests.webapp.world import World
from webapp.app import create_app
from webapp.config import Settings

Bad = dict[str, tuple[bool | None, str]]


def evidence_of(world: World, terms: Terms) -> Evidence:
    """An agreement's evidence, with the days that the world kept."""

    def kept(day: int) -> DayReadings | None:
        return world.days[day][0] if day in world.days else None

    return collect(world.chain, world.deployment, bytes.fromhex(world.id_of(terms)[2:]), kept)


def told(world: World, evidence: Evidence, folder: Path, lie: Lie | None = None, **more: Any) -> Bad:
    """What does not hold of an evidence file, notes aside: what each check found. `lie` changes the node's answers."""
    checks = checks_of(world, evidence, folder, lie, **more)
    return {check["name"]: (check["ok"], check["found"]) for check in checks if not check["ok"] and "note" not in check}


def checks_of(world: World, evidence: Evidence, folder: Path, lie: Lie | None = None, **more: Any) -> list[Any]:
    """Every check of an evidence file."""
    settings = Settings.load(world.rpc, world.deployment_file, folder / "index.sqlite", poll_s=0.1)
    client = create_app(settings).test_client()
    with proxy(world.rpc, lie or (lambda method, asked, answer: answer)) as rpc:
        return of_evidence(client, rpc, evidence.to_json(), **more)
