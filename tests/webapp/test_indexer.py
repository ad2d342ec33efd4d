"""The index.

├── given a chain
│   ├── it holds each agreement, record and statement, as the chain tells them
│   └── it reads nothing twice after a restart
├── given a chain that changed its mind
│   └── it forgets what is gone and holds what came
├── given terms that nobody can read, which anyone may propose
│   └── it goes on with the others
├── given a database of another chain
│   └── it is refused
└── given a node that does not answer
    └── it waits and goes on
"""

import threading
from contextlib import closing
from pathlib import Path

import pytest

from tests.webapp.conftest import Site
from tests.webapp.world import CONSUMER, METER, PRODUCER, STRANGER, World, anvil, running_agreement
from webapp import store
from webapp.app import create_app
from webapp.config import Settings
from webapp.errors import OtherChain
from webapp.indexer import Indexer

CURRENCY, TIME_ZONE = 12, 13  # of the ABI's tuple of terms


def settings_of(world: World) -> Settings:
    found = Settings.load(world.rpc, world.deployment_file, world.folder / "index.sqlite", poll_s=0.05)
    store.prepare(found.database, found.deployment)
    return found


def rows(settings: Settings, query: str) -> list[tuple[object, ...]]:
    with closing(store.connect(settings.database)) as db:
        return [tuple(row) for row in db.execute(query)]


def test_it_holds_what_the_chain_tells(site: Site) -> None:
    records = rows(site.settings, "SELECT day, generation_wh, exported_wh FROM record ORDER BY day")
    told = site.world.chain.records(site.world.ledger, METER.address)
    assert records == [(x.record.day, x.record.generation_wh, x.record.exported_wh) for x in told]
    numbers = rows(site.settings, "SELECT number, amount_cents, balance_cents FROM statement ORDER BY number")
    closed = site.world.chain.closed(site.world.registry, bytes.fromhex(site.agreement[2:]))
    assert numbers == [(0, 0, 0), *((c.number, c.statement.amount_cents, c.balance_cents) for c in closed)]


def test_a_restart_reads_nothing_twice(world: World) -> None:
    settings = settings_of(world)
    terms = world.propose()
    Indexer(settings).step()
    world.act(CONSUMER, "sign", terms)
    assert Indexer(settings).step() == Indexer(settings).step()
    assert rows(settings, "SELECT name FROM event ORDER BY block, log_index") == [("Proposed",), ("Signed",)]


def test_terms_that_nobody_can_read_stop_nothing(world: World) -> None:
    settings, good = settings_of(world), world.terms(salt=2)
    for salt, place in enumerate((CURRENCY, TIME_ZONE)):
        values = list(world.terms(salt=salt).as_tuple())
        values[place] = b"\xff\xfe\xfd"
        world.chain.transact(PRODUCER, world.chain.function("PPARegistry", world.registry, "propose", tuple(values)))
    world.act(PRODUCER, "propose", good)
    Indexer(settings).step()
    assert rows(settings, "SELECT id FROM agreement") == [(world.id_of(good),)]
    assert rows(settings, "SELECT name FROM event") == [("Proposed",)] * 3
    client = create_app(settings).test_client()
    (odd, *_) = [one for (one,) in rows(settings, "SELECT agreement FROM event") if one != world.id_of(good)]
    for page, status in ((odd, 404), (world.id_of(good), 200)):
        assert client.get(f"/agreements/{page}").status_code == status


def test_a_chain_that_changed_is_read_again(world: World) -> None:
    settings = settings_of(world)
    kept = world.propose(salt=1)
    snapshot = world.chain.request("evm_snapshot")
    world.propose(salt=2)
    world.act(CONSUMER, "sign", kept)
    Indexer(settings).step()
    world.chain.request("evm_revert", snapshot)
    world.act(CONSUMER, "reject", kept)
    third = world.propose(salt=3, meter=STRANGER.address)
    Indexer(settings).step()
    assert rows(settings, "SELECT id FROM agreement ORDER BY block") == [(world.id_of(kept),), (world.id_of(third),)]
    assert rows(settings, "SELECT name FROM event ORDER BY block") == [("Proposed",), ("Rejected",), ("Proposed",)]


def test_a_shorter_chain_is_read_again(world: World) -> None:
    settings = settings_of(world)
    snapshot = world.chain.request("evm_snapshot")
    running_agreement(world)
    Indexer(settings).step()
    world.chain.request("evm_revert", snapshot)
    Indexer(settings).step()
    for table in ("agreement", "event", "record", "statement"):
        assert rows(settings, f"SELECT count(*) FROM {table}") == [(0,)]


def test_a_database_of_another_chain_is_refused(world: World, tmp_path: Path) -> None:
    settings = settings_of(world)
    with anvil() as rpc:
        (tmp_path / "other").mkdir()
        World(rpc, tmp_path / "other").propose()
        other = World(rpc, tmp_path / "other")
        with pytest.raises(OtherChain, match="The database is of chain"):
            create_app(Settings.load(rpc, other.deployment_file, settings.database))


def test_a_node_that_does_not_answer_is_asked_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of(world)
    world.propose()
    indexer, stop, heads = Indexer(settings), threading.Event(), []
    real = indexer.step

    def sometimes() -> int:
        heads.append(1)
        monkeypatch.setattr(
            indexer._chain._provider, "endpoint_uri", "http://127.0.0.1:9" if len(heads) == 1 else world.rpc
        )
        if len(heads) == 2:
            stop.set()
        return real()

    monkeypatch.setattr(indexer, "step", sometimes)
    indexer.run(stop)
    assert rows(settings, "SELECT name FROM event") == [("Proposed",)]
