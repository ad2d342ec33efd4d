"""`meter` as a person runs it: processes, beside a simulated plant that is a process too."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from meter.keystore import PASSWORD_VARIABLE
from ppa.chain import Chain
from tests.meter.chains import Deployed
from tests.meter.world import PASSWORD, ROOT

CONFIG = """
[meter]
data_dir = "data"
keystore = "meter.json"
time_zone = "Europe/Madrid"
max_power_w = 100000
cadence_s = 900
[generation]
profile = "circutor-cem-c31"
host = "127.0.0.1"
port = {modbus}
device_id = 1
[export]
profile = "carlo-gavazzi-em340"
host = "127.0.0.1"
port = {modbus}
device_id = 2
[chain]
rpc = "{node.url}"
chain_id = 31337
ledger = "{node.ledger}"
registry = "{node.registry}"
[clock]
replay = "127.0.0.1:{clock}"
"""


@dataclass
class Plant:
    """A plant in its own process, and a broker's folder beside it."""

    folder: Path
    node: Deployed
    process: "subprocess.Popen[str]"

    @property
    def config(self) -> Path:
        return self.folder / "meter.toml"

    def meter(self, *arguments: str, password: str = PASSWORD) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            self.command(*arguments),
            env=environment(password),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "meter", *arguments, "--config", str(self.config)]

    def init(self) -> str:
        done = self.meter("init")
        assert done.returncode == 0, done.stderr
        return str(json.loads(done.stdout)["meter"])

    def registers(self, meter: str) -> list[tuple[int, int, int]]:
        records = [logged.record for logged in Chain(self.node.url).records(self.node.ledger, meter)]
        return [(record.day, record.generation_wh, record.exported_wh) for record in records]


@contextmanager
def plant(folder: Path, node: Deployed, last: str) -> Iterator[Plant]:
    options = ["--to", last, "--input-csv", str(folder / "input.csv")]
    process = subprocess.Popen(
        [sys.executable, "-m", "meter.plant", *options], stdout=subprocess.PIPE, text=True, env=environment("")
    )
    assert process.stdout is not None
    ports = json.loads(process.stdout.readline())
    folder.mkdir(exist_ok=True)
    (folder / "meter.toml").write_text(CONFIG.format(modbus=ports["modbus"], clock=ports["clock"], node=node))
    try:
        yield Plant(folder, node, process)
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


def environment(password: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), PASSWORD_VARIABLE: password}


def children_of(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in listed.split()]
