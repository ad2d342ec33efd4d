"""The programs of a demonstration, each a process of its own: plant, meter, platform. All end with us."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import click
import requests

from ppa.errors import ChainUnreachable
from tools.stage.chain import free_port, stop
from tools.stage.measured import LOAD_KWH, Measured

PATIENCE_S = 30.0  # how long a node may be away in the middle
PASSWORD = "a demonstration's keystore protects nothing"  # noqa: S105  (it guards a key that lives for minutes)


@dataclass
class Programs:
    """Starts programs with their logs in a folder, notices when one dies, and ends them all."""

    logs: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    watched: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *command: str, environment: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Start a program; its output goes to `<name>.log`."""
        self.logs.mkdir(parents=True, exist_ok=True)
        with (self.logs / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                command, stdout=log, stderr=subprocess.STDOUT, env={**os.environ, **(environment or {})}
            )
        self.running[name] = process
        return process

    def run(self, name: str, *command: str, environment: Mapping[str, str] | None = None) -> str:
        """Run a program to its end; what it printed. Says what it said if it fails."""
        done = subprocess.run(
            command, capture_output=True, text=True, env={**os.environ, **(environment or {})}, check=False
        )
        if done.returncode:
            raise click.ClickException(
                f"{name} failed ({done.returncode}): {done.stderr.strip() or done.stdout.strip()}"
            )
        return done.stdout

    def wait(self, condition: Callable[[], bool], what: str, seconds: float) -> None:
        """Wait for a condition; fails with the log of a program that died meanwhile, or when time is up.

        A node that does not answer is waited for, PATIENCE_S at most.
        """
        answered = time.monotonic()
        deadline = answered + seconds
        while True:
            try:
                if condition():
                    return
                answered = time.monotonic()
            except ChainUnreachable as problem:
                if time.monotonic() > answered + PATIENCE_S:
                    raise click.ClickException(f"{problem} It was waited for {PATIENCE_S:g} s.") from problem
            self.check()
            if time.monotonic() > deadline:
                raise click.ClickException(f"No {what} after {seconds:.0f} s. The logs are in {self.logs}.")
            time.sleep(0.05)

    def check(self) -> None:
        """Fails if a program died, with its log."""
        for name, process in (self.running | self.watched).items():
            if process.poll() not in (None, 0):
                raise click.ClickException(f"The {name} ended ({process.returncode}).{self.tail(name)}")

    def watch(self, name: str, process: subprocess.Popen[bytes]) -> None:
        """Notice when another's process dies; it is not ours to end."""
        self.watched[name] = process

    def tail(self, name: str, lines: int = 15) -> str:
        """The last lines of a program's log."""
        log = self.logs / f"{name}.log"
        said = log.read_text(errors="replace").splitlines()[-lines:] if log.exists() else []
        return "".join(f"\n{line}" for line in said)

    def stop(self, name: str) -> None:
        """End one program."""
        stop(self.running.pop(name))

    def stop_all(self) -> None:
        """End what still runs, the last started first."""
        for name in reversed(list(self.running)):
            self.stop(name)


@contextmanager
def programs(logs: Path) -> Iterator[Programs]:
    """Programs that end with the block."""
    started = Programs(logs)
    try:
        yield started
    finally:
        started.stop_all()


def installed(name: str) -> str:
    """An executable of our own environment."""
    return str(Path(sys.executable).parent / name)


def answers(url: str) -> bool:
    """Whether a web server answers."""
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False


@dataclass(frozen=True)
class Plant:
    """A simulated plant that runs: the ports of its analyzers and of its replay clock."""

    modbus_port: int
    clock_port: int


def start_plant(running: Programs, measured: Measured, delivered: Path) -> Plant:
    """Start the simulated plant, a real Modbus server that answers; what it delivers is written to `delivered`."""
    plant, log = Plant(free_port(), free_port()), running.logs / "plant.log"
    running.start(
        "plant", sys.executable, "-m", "meter.plant", "--csv", measured.source, "--zone", measured.zone,
        "--from", f"{measured.first}", "--to", f"{measured.last}", "--power-kw", str(measured.power_w / 1000),
        "--load-kwh", str(LOAD_KWH), "--host", "127.0.0.1", "--port", str(plant.modbus_port),
        "--clock-port", str(plant.clock_port), "--input-csv", str(delivered),
    )  # fmt: skip
    running.wait(lambda: '"modbus"' in log.read_text(errors="replace"), "ports of the plant", 60)
    return plant


def start_platform(running: Programs, deployment: Path, rpc: str, database: Path) -> str:
    """Start the dApp with its indexer; its address."""
    port = free_port()
    running.start(
        "platform", sys.executable, "-m", "webapp", "--deployment", str(deployment), "--rpc", rpc,
        "--database", str(database), "--port", str(port), "--demo-wallet",
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    running.wait(lambda: answers(f"{url}/healthz"), "answer of the platform", 30)
    return url


def meter_config(folder: Path, plant: Plant, chain: Mapping[str, str | int], platform: str, measured: Measured) -> Path:
    """Write the meter's configuration; its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "meter.toml"
    path.write_text(f"""\
[meter]
data_dir = "data"
keystore = "keystore.json"
time_zone = "{measured.zone}"
max_power_w = {measured.power_w}
cadence_s = {measured.seconds}

[generation]
profile = "circutor-cem-c31"
host = "127.0.0.1"
port = {plant.modbus_port}
device_id = 1

[export]
profile = "carlo-gavazzi-em340"
host = "127.0.0.1"
port = {plant.modbus_port}
device_id = 2

[chain]
rpc = "{chain["rpc"]}"
chain_id = {chain["chain_id"]}
ledger = "{chain["ledger"]}"
registry = "{chain["registry"]}"
agreement = ""

[platform]
url = "{platform}"

[clock]
replay = "127.0.0.1:{plant.clock_port}"
""")
    return path
