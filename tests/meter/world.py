"""What the meter's tests stand on: a configuration, analyzers that show what they are told, a clock, a broker."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from eth_utils.address import to_checksum_address

from meter.analyzer import Analyzer
from meter.clock import Moment
from meter.collector import Collector
from meter.config import ChainConfig, Config, Wiring
from meter.errors import AnalyzerUnreachable
from meter.initialise import initialise
from meter.profile import load_profile
from meter.store import Store
from ppa import calendar

ROOT = Path(__file__).resolve().parents[2]
MADRID = ZoneInfo("Europe/Madrid")
PASSWORD = "correct horse"
CHAIN_ID = 31337
NOON_30_JUNE = 1467280800


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
