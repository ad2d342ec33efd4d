"""The demonstration while its node goes away.

given a meter in the middle of a month
    when the node is ended and started again from its state: every day is on the chain once, and all of it verifies
    when the node does not come back: the wait ends with a sentence
given `ape run demo`
    when its chain is killed: a sentence, exit status 1, and every file that is there is whole
"""

import json
import os
import signal
import sqlite3
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path

import click
import pytest

from meter.config import load_config
from meter.store import Store
from ppa.calendar import day_of
from ppa.chain import Chain
from ppa.records import EMPTY, replay
from tests.scripts.commands import APE, ROOT
from tests.tcp_proxy import TcpProxy, tcp_proxy
from tools.stage import programs as stage_programs
from tools.stage.agreements import STRANGER, act
from tools.stage.chain import embedded_chain
from tools.stage.measured import NREL
from tools.stage.play import keep, measure, verified
from tools.stage.programs import programs, start_platform
from tools.stage.stage import EVE, Stage, agree, install_meter, set_stage

JULY_3 = day_of(date(2016, 7, 3))
JULY = replace(NREL, last=date(2016, 7, 31))
OPENING = day_of(date(2016, 6, 29))  # the opening record's day, the one before `meter init`; readings begin with July


def outage(stage: Stage, meter: str, proxied: TcpProxy, first: ExitStack, second: ExitStack, state: Path) -> int:
    """Once some days are on the chain, end it; some seconds later start it from its state; how many days it had."""
    while stage.chain.word_of(stage.ledger, meter).day < JULY_3:
        time.sleep(0.02)
    proxied.close()
    first.close()
    time.sleep(1)
    again = second.enter_context(embedded_chain("anvil", EVE, load=state))
    known = len(Chain(again.url).records(stage.ledger, meter))
    proxied.open(int(again.url.rpartition(":")[2]))
    return known


@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")  # of Ape's, which deploys in this process
def test_a_node_that_is_down_in_mid_demo_loses_and_doubles_nothing(tmp_path: Path) -> None:
    state = tmp_path / "chain.json"
    with ExitStack() as first, ExitStack() as second:
        node = first.enter_context(embedded_chain("anvil", EVE, dump=state))
        proxied = second.enter_context(tcp_proxy(node.url))
        running = second.enter_context(programs(tmp_path / "logs"))
        stage = set_stage(proxied.url, tmp_path, running)
        deployment = tmp_path / "deployments" / "local.json"
        platform = start_platform(running, deployment, proxied.url, tmp_path / "platform.sqlite")
        config = install_meter(stage, JULY, platform)
        terms, agreement = agree(stage, config)
        with ThreadPoolExecutor(1) as pool:
            broken = pool.submit(outage, stage, terms.meter, proxied, first, second, state)
            measure(stage, config, replace(terms, months=1))
            known = broken.result(30)
        assert 3 <= known < 32, "the node went in the middle"
        records = [logged.record for logged in stage.chain.records(stage.ledger, terms.meter)]
        store = Store(load_config(config).database)
        assert records == store.records()
        assert [record.day for record in records] == [OPENING, *range(OPENING + 2, OPENING + 2 + 31)]
        assert stage.chain.word_of(stage.ledger, terms.meter) == replay(EMPTY, records)
        store.close()
        act(stage.chain, STRANGER, stage.registry, "close", terms)
        assert verified(stage, *keep(stage, agreement, config))


def test_a_node_that_does_not_come_back_ends_the_wait_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage_programs, "PATIENCE_S", 0.5)
    with embedded_chain("anvil", EVE) as node, tcp_proxy(node.url) as proxied, programs(tmp_path / "logs") as running:
        chain = Chain(proxied.url)
        running.wait(lambda: chain.chain_id() == 1337, "chain id", 5)
        proxied.close()
        sentence = f"The node at {proxied.url} does not answer eth_chainId .* It was waited for 0.5 s."
        with pytest.raises(click.ClickException, match=sentence):
            running.wait(lambda: chain.chain_id() == 0, "chain id", 60)


def test_a_chain_that_is_killed_in_mid_demo_ends_it_with_a_sentence_and_files_whole(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    demo = subprocess.Popen(
        [APE, "run", "demo", "--once", "--folder", str(folder)], cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "COLUMNS": "200"},
    )  # fmt: skip
    database = folder / "meter" / "data" / "meter.sqlite"
    deadline = time.monotonic() + 60
    while not database.exists() or done_days(database) < 3:
        assert demo.poll() is None, demo.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.kill(anvil_of(demo.pid), signal.SIGKILL)
    said, told = demo.communicate(timeout=60)
    assert demo.returncode == 1
    assert said == ""
    assert "Error: The chain ended (-9)." in told
    assert "Traceback" not in told
    for file in ("deployments/local.json", "terms.json"):
        assert json.loads((folder / file).read_text())["format"]["version"] == 1
    assert not (folder / "evidence.json").exists()
    store = Store(database)
    store.check()
    days = [record.day for record in store.records()]
    assert days == [OPENING, *range(OPENING + 2, days[-1] + 1)]
    store.close()


def done_days(database: Path) -> int:
    """Days that the meter knows to be on the chain."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as reader:
        try:
            return int(reader.execute("SELECT count(*) FROM outbox_tx WHERE state = 'DONE'").fetchone()[0])
        except sqlite3.OperationalError:
            return 0


def anvil_of(pid: int) -> int:
    """The chain among a command's own children."""
    children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return next(child for child in children if "anvil" in Path(f"/proc/{child}/cmdline").read_text())
