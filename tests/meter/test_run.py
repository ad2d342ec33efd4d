"""The commands, as a person runs them: processes, a real plant, a real chain.

given a plant and a chain
    when all is well: `meter run` ends with the replay, every day recorded
    when collector and sender are killed (SIGKILL) over and over: the same registers of the same days, once each
    when the Modbus server is stopped: no new record appears
given something wrong: exit status 2 and one sentence, never a traceback
"""

import json
import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from meter.store import Store
from ppa.chain import Chain
from tests.meter.chains import Deployed, wait_for
from tests.meter.commands import Plant, children_of, environment, plant
from tests.meter.wires import free_port
from tests.meter.world import PASSWORD


def test_a_month_end_goes_from_registers_to_the_chain_by_itself(tmp_path: Path, node: Deployed) -> None:
    with plant(tmp_path, node, "2016-07-03") as here:
        meter = here.init()
        done = here.meter("run")
        assert done.returncode == 0, done.stderr
        assert len(here.registers(meter)) == 1 + 3
        status = json.loads(here.meter("status", "--json").stdout)
        assert (status["waiting_days"], status["problems"], status["meter"]) == (0, [], meter)
        assert "Recorded up to 2016-07-03" in here.meter("status").stdout
        proof = json.loads(here.meter("prove", "--at", "2016-07-02T12:00").stdout)
        assert proof["date"] == "2016-07-02"
        assert proof["transaction"].startswith("0x")
        here.meter("export", "--csv", str(tmp_path / "readings.csv"))
        assert len((tmp_path / "readings.csv").read_text().splitlines()) == 1 + 1 + 3 * 96 + 1


def test_a_reading_of_an_open_day_cannot_be_proved_yet(tmp_path: Path, node: Deployed) -> None:
    with plant(tmp_path, node, "2016-07-01") as here:
        here.init()
        assert here.meter("run", "--only", "collector").returncode == 0
        refused = here.meter("prove", "--at", "2016-07-02T00:15")
        assert (refused.returncode, "not closed yet" in refused.stderr) == (2, True)
        refused = here.meter("prove", "--at", "2015-01-01")
        assert "There is no reading at or before" in refused.stderr


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, node: Deployed) -> list[tuple[int, int, int]]:
    """The registers of two weeks in which nothing is killed."""
    with plant(tmp_path_factory.mktemp("quiet") / "plant", node, "2016-07-14") as quiet:
        meter = quiet.init()
        assert quiet.meter("run").returncode == 0
        return quiet.registers(meter)


@pytest.mark.parametrize("seed", [1, 2])
def test_kill_9_of_either_process_loses_and_doubles_nothing(
    tmp_path: Path, node: Deployed, undisturbed: list[tuple[int, int, int]], seed: int
) -> None:
    chance = random.Random(seed)
    with plant(tmp_path / "killed", node, "2016-07-14") as here:
        meter = here.init()
        run = subprocess.Popen(here.command("run"), env=environment(PASSWORD), stderr=subprocess.DEVNULL)
        kills = 0
        while run.poll() is None and kills < 8:
            time.sleep(chance.uniform(0.3, 0.9))
            victims = children_of(run.pid) if run.poll() is None else []
            if victims:
                os.kill(chance.choice(victims), signal.SIGKILL)
                kills += 1
        assert run.wait(60) == 0
        assert kills > 0
        assert here.registers(meter) == undisturbed
        assert Chain(node.url).nonce(meter) <= len(undisturbed)


def test_no_new_record_appears_while_the_modbus_server_is_stopped(tmp_path: Path, node: Deployed) -> None:
    with plant(tmp_path, node, "2016-09-30") as here:
        meter = here.init()
        run = subprocess.Popen(here.command("run"), env=environment(PASSWORD), stderr=subprocess.DEVNULL)
        wait_for(lambda: len(here.registers(meter)) > 2)
        here.process.send_signal(signal.SIGSTOP)
        time.sleep(1.5)
        recorded = here.registers(meter)
        time.sleep(1.5)
        assert here.registers(meter) == recorded
        here.process.send_signal(signal.SIGCONT)
        wait_for(lambda: len(here.registers(meter)) > len(recorded))
        run.terminate()
        assert run.wait(20) == 0


# Something wrong


def refused(here: Plant, *arguments: str, password: str = PASSWORD) -> str:
    done = here.meter(*arguments, password=password)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_what_is_wrong_at_init_or_run_is_told_in_a_sentence(tmp_path: Path, node: Deployed) -> None:
    with plant(tmp_path, node, "2016-07-01") as here:
        assert "run `meter init" in refused(here, "status")
        assert "needs a password" in refused(here, "init", password="")
        here.init()
        assert "does not open the keystore" in refused(here, "run", password="wrong")
        text = here.config.read_text()
        here.config.write_text(text.replace("chain_id = 31337", "chain_id = 83584648538"))
        assert "is a node of another chain" in refused(here, "run", "--only", "sender")
        here.config.write_text(text.replace(node.ledger, node.registry[:2] + "00" * 20))
        assert "There is no MeterLedger at" in refused(here, "run", "--only", "sender")
        here.config.write_text(text.replace("circutor-cem-c31", "circutor"))
        assert "no analyzer profile 'circutor'" in refused(here, "run")


def test_an_unreachable_analyzer_at_init_is_told_in_a_sentence(tmp_path: Path, node: Deployed) -> None:
    with plant(tmp_path, node, "2016-07-01") as here:
        text = here.config.read_text()
        port = text.split("port = ")[1].split("\n")[0]
        here.config.write_text(text.replace(f"port = {port}", f"port = {free_port()}"))
        assert "cannot be reached: check its power, cable and address" in refused(here, "init")


def test_a_second_collector_on_the_same_data_is_refused(tmp_path: Path, node: Deployed) -> None:
    with plant(tmp_path, node, "2016-09-30") as here:
        here.init()
        first = subprocess.Popen(
            here.command("run", "--only", "collector"), env=environment(PASSWORD), stderr=subprocess.DEVNULL
        )
        wait_for(lambda: _readings(here) > 1)
        assert "Another collector already works" in refused(here, "run", "--only", "collector")
        first.terminate()
        assert first.wait(20) == 0


def _readings(here: Plant) -> int:
    store = Store(here.folder / "data" / "meter.sqlite")
    try:
        return int(store.rows("SELECT count(*) FROM readings")[0][0])
    finally:
        store.close()
