"""What the meter's tests stand on: a configuration, analyzers that show what they are told, servers, a chain."""

import asyncio
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from eth_account import Account
from eth_utils.address import to_checksum_address

from meter.analyzer import Analyzer
from meter.clock import Moment
from meter.collector import Collector
from meter.config import ChainConfig, Config, Wiring
from meter.errors import AnalyzerUnreachable
from meter.initialise import initialise
from meter.plant.replay import Plant
from meter.plant.series import Quarter
from meter.plant.server import PlantServer
from meter.profile import load_profile
from meter.store import Store
from ppa import calendar
from ppa.chain import Chain
from ppa.clauses import EnergyCharge
from ppa.errors import ChainUnreachable
from ppa.terms import Clause, Terms

ROOT = Path(__file__).resolve().parents[2]
ANVIL = ROOT / "node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil"
MADRID = ZoneInfo("Europe/Madrid")
PASSWORD = "correct horse"
CHAIN_ID = 31337
NOON_30_JUNE = 1467280800
DEPLOYER, PRODUCER, CONSUMER, STRANGER = (Account.from_key(bytes([n]) * 32) for n in (1, 2, 3, 4))


def at(text: str) -> int:
    """UTC seconds of a wall time in Madrid."""
    return int(datetime.fromisoformat(text).replace(tzinfo=MADRID).timestamp())


def day(text: str) -> int:
    return calendar.day_of(date.fromisoformat(text))


def config_in(folder: Path, **changes: Any) -> Config:
    """A plant of 100 kW read each quarter-hour; CEM-C31 for generation, EM340 for export."""
    nowhere = "0x" + "11" * 20
    config = Config(
        data_dir=folder / "data",
        keystore=folder / "meter.json",
        time_zone="Europe/Madrid",
        max_power_w=100_000,
        cadence_s=900,
        generation=Wiring("circutor-cem-c31", "127.0.0.1", 1, 1),
        export=Wiring("carlo-gavazzi-em340", "127.0.0.1", 1, 2),
        chain=ChainConfig("http://127.0.0.1:1", CHAIN_ID, to_checksum_address(nowhere), to_checksum_address(nowhere)),
    )
    return replace(config, **changes)


class Dial:
    """A driver that shows a counter (Wh) as its profile's registers; None: it does not answer."""

    def __init__(self, profile: str, wh: int) -> None:
        self.profile, self.wh = load_profile(profile), wh
        self.dead = False

    def read_block(self) -> list[int]:
        if self.dead:
            raise AnalyzerUnreachable(self.profile.name, "does not answer")
        return self.profile.encode(0, self.wh // self.profile.unit_wh)

    def close(self) -> None:
        """Nothing to close."""


class Hands:
    """A clock whose hands the test moves."""

    replays = False

    def __init__(self, now: int) -> None:
        self.time, self.drift_s, self.synchronised = now, 0, True

    def now(self) -> Moment:
        return Moment(self.time, float(self.time - self.drift_s), self.synchronised)

    def next(self, committed: int) -> Moment:
        return self.now()

    def close(self) -> None:
        """Nothing to close."""


@dataclass
class Site:
    """A broker at a plant whose counters and clock the test moves; `start` is a reboot of the collector."""

    config: Config
    clock: Hands
    generation: Dial
    export: Dial
    store: Store
    collector: Collector

    @classmethod
    def opened(cls, folder: Path, now: int = NOON_30_JUNE, generation: int = 48_000_000, export: int = 15_000_000,
               **changes: Any) -> "Site":  # fmt: skip
        config = config_in(folder, **changes)
        clock, one, two = Hands(now), Dial("circutor-cem-c31", generation), Dial("carlo-gavazzi-em340", export)
        initialise(config, PASSWORD, clock, Analyzer(config.generation, one), Analyzer(config.export, two))
        store = Store(config.database)
        return cls(config, clock, one, two, store, _collector(config, store, clock, one, two))

    def start(self) -> None:
        """The collector process ends, anyhow, and another starts."""
        self.store.close()
        self.store = Store(self.config.database)
        self.collector = _collector(self.config, self.store, self.clock, self.generation, self.export)

    def read(self, seconds: int = 900, generation: int = 0, export: int = 0) -> Any:
        """So many seconds later, after so much energy in Wh: one reading."""
        self.clock.time += seconds
        self.generation.wh += generation
        self.export.wh += export
        self.collector.step()
        return self.store.last()

    def until(self, moment: int, generation: int = 0, export: int = 0) -> Any:
        """A reading each quarter-hour up to and at a moment, each after so much energy in Wh."""
        while self.clock.time + 900 <= moment:
            self.read(900, generation, export)
        return self.store.last()

    def finish(self) -> None:
        self.store.close()


def _collector(config: Config, store: Store, clock: Hands, one: Dial, two: Dial) -> Collector:
    return Collector(
        config, store, clock, Analyzer(config.generation, one), Analyzer(config.export, two), pause=lambda _: None
    )


# Servers


class Loop:
    """An event loop in a thread, for servers."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def end(self) -> None:
        async def settle() -> None:
            rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, return_exceptions=True)

        self.run(settle())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()


@contextmanager
def plant_of(quarters: list[Quarter], port: int = 0) -> Iterator[tuple[Plant, PlantServer, int, int, Loop]]:
    """A real Modbus server and its replay clock in this process: plant, server, Modbus port, clock port, its loop."""
    loop, plant = Loop(), Plant(quarters)
    server = PlantServer(plant, port=port)
    modbus, clock = loop.run(server.start())
    try:
        yield plant, server, modbus, clock, loop
    finally:
        loop.run(server.stop())
        loop.end()


@contextmanager
def wire_that(answers: Callable[[bytes], bytes | None]) -> Iterator[int]:
    """A TCP server that answers each Modbus frame as it is told (None: silence); its port. For wrong answers."""
    listener = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def serve() -> None:
        listener.settimeout(0.05)
        while not ended.is_set():
            try:
                stream, _ = listener.accept()
            except TimeoutError:
                continue
            with stream:
                stream.settimeout(0.05)
                while not ended.is_set():
                    try:
                        frame = stream.recv(300)
                    except TimeoutError:
                        continue
                    except OSError:
                        break
                    if not frame:
                        break
                    answer = answers(frame)
                    if answer is not None:
                        stream.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        ended.set()
        thread.join()
        listener.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


# The chain


@contextmanager
def anvil(port: int, *more: str) -> Iterator[str]:
    """Our embedded chain, its clock at noon of 30 June 2016 in Madrid; its URL."""
    options = ["--hardfork", "byzantium", "--gas-price", "0", "--base-fee", "0", "--gas-limit", "800000000"]
    command = [str(ANVIL), *options, "--port", str(port), "--timestamp", str(NOON_30_JUNE), "--silent", *more]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: _answers(url))
        yield url
    finally:
        process.terminate()
        process.wait(10)


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def _answers(url: str) -> bool:
    try:
        return Chain(url).chain_id() == CHAIN_ID
    except ChainUnreachable:
        return False


@dataclass(frozen=True)
class Deployed:
    """Our contracts on an embedded chain."""

    url: str
    chain: Chain
    ledger: str
    registry: str
    charge: str

    @classmethod
    def on(cls, url: str) -> "Deployed":
        chain = Chain(url)
        ledger = _created(chain, "MeterLedger", CHAIN_ID)
        return cls(
            url, chain, ledger, _created(chain, "PPARegistry", CHAIN_ID, ledger), _created(chain, "EnergyCharge")
        )

    def config(self, agreement: str = "", **changes: Any) -> ChainConfig:
        return replace(ChainConfig(self.url, CHAIN_ID, self.ledger, self.registry, agreement), **changes)

    def terms(self, meter: str, salt: int = 1, time_zone: str = "Europe/Madrid") -> Terms:
        return Terms(
            producer=PRODUCER.address,
            consumer=CONSUMER.address,
            meter=meter,
            arbiter="0x" + "00" * 20,
            first_day=day("2016-07-01"),
            months=3,
            dispute_days=30,
            currency="EUR",
            time_zone=time_zone,
            max_power_w=100_000,
            document_hash=bytes(32),
            supersedes=bytes(32),
            salt=salt,
            clauses=(Clause(self.charge, EnergyCharge(80_000).params()),),
        )

    def agree(self, terms: Terms, *acts: str) -> str:
        """The parties' acts ("propose", "sign", …); the agreement's id."""
        for act in acts:
            who = PRODUCER if act in ("propose", "withdraw") else CONSUMER
            self.chain.transact(who, self.chain.function("PPARegistry", self.registry, act, terms.as_tuple()))
        return "0x" + terms.digest(CHAIN_ID, self.registry).hex()


def _created(chain: Chain, name: str, *args: Any) -> str:
    return to_checksum_address(str(chain.transact(DEPLOYER, chain.creation(name, *args)).contract))
