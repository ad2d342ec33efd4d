"""A real chain for the web's tests: Anvil with our contracts, an agreement with a meter that recorded three months.

Everything is sent and signed as in life: producer, consumer and meter are three keys, the days have leaves and roots.
"""

import gzip
import hashlib
import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_account.messages import encode_defunct
from eth_account.signers.local import LocalAccount

from ppa import calendar, files, wording
from ppa.artifacts import DEPLOYED
from ppa.chain import Chain
from ppa.clauses import EnergyCharge, GuaranteedGeneration
from ppa.days import DayReadings
from ppa.deployment import Deployment, Site, code_hash, constructor_arguments
from ppa.errors import ChainUnreachable
from ppa.readings import DaySummary, Reading, ReadingFlag
from ppa.records import DailyRecord
from ppa.terms import Clause, Terms
from ppa.termsfile import TermsFile
from ppa.text import Language

ROOT = Path(__file__).resolve().parents[2]
ANVIL = ROOT / "node_modules" / "@foundry-rs" / "anvil-linux-amd64" / "bin" / "anvil"
FREE_GAS = ["--hardfork", "byzantium", "--gas-price", "0", "--base-fee", "0", "--gas-limit", "800000000"]
START = 1_467_280_800  # 2016-06-30 12:00 in Madrid
FIRST_DAY = calendar.day_of(date(2016, 7, 1))
TIME_ZONE = "Europe/Madrid"
MNEMONIC = "test test test test test test test test test test test junk"
CHAIN_ID = 31337
Account.enable_unaudited_hdwallet_features()


def role(index: int) -> LocalAccount:
    """A key of the well-known test mnemonic: 0 deployer, 1 producer, 2 consumer, 3 meter, 4 stranger."""
    account: LocalAccount = Account.from_mnemonic(MNEMONIC, account_path=f"m/44'/60'/0'/0/{index}")
    return account


DEPLOYER, PRODUCER, CONSUMER, METER, STRANGER = (role(index) for index in range(5))


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def anvil() -> Iterator[str]:
    """An Anvil of ours from start to end; its URL."""
    port = free_port()
    process = subprocess.Popen(
        [str(ANVIL), *FREE_GAS, "--port", str(port), "--timestamp", str(START), "--silent"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(url: str) -> None:
    for _ in range(200):
        try:
            Chain(url).chain_id()
            return
        except ChainUnreachable:
            time.sleep(0.05)
    raise RuntimeError("Anvil did not start.")


def day_readings(
    day: int, generation: int, exported: int, made: int, sent: int, *, opening: bool = False
) -> DayReadings:
    """A day of quarter-hours whose registers, in Wh, grow by `made` and `sent` to what is given."""
    start, end = calendar.day_bounds(day, TIME_ZONE)
    if opening:
        leaves: list[Reading] = [Reading(end - 43_200, generation, exported, ReadingFlag.OPENING)]
    else:
        count = (end - start) // 900
        leaves = [
            Reading(start + 900 * i, generation - made + made * i // count, exported - sent + sent * i // count)
            for i in range(1, count + 1)
        ]
    summary = DaySummary(1, len(leaves), end - start, end - start, int(leaves[0].flags), bytes(32))
    return DayReadings(day, summary, tuple(leaves))


def day_upload(
    meter: LocalAccount, readings: DayReadings, record: DailyRecord, chain_id: int = CHAIN_ID
) -> tuple[bytes, dict[str, str]]:
    """The compressed body and the headers that a meter posts."""
    body = {
        "format": {"name": "solpact-day", "version": 1},
        "chain_id": chain_id,
        "meter": meter.address,
        "generation_wh": record.generation_wh,
        "exported_wh": record.exported_wh,
        "readings_root": "0x" + record.readings_root.hex(),
        **readings.to_json(),
    }
    packed = gzip.compress(json.dumps(body).encode(), mtime=0)
    return packed, signed_headers(meter, record.day, packed, chain_id)


def signed_headers(meter: LocalAccount, day: int, packed: bytes, chain_id: int = CHAIN_ID) -> dict[str, str]:
    """The three headers of a post, signed."""
    digest = hashlib.sha256(packed).hexdigest()
    message = encode_defunct(text=f"SOLPACT1\nPOST\n/api/v1/days\n{chain_id}\n{day}\n{digest}")
    signature = "0x" + bytes(meter.sign_message(message).signature).hex()
    return {"X-Meter": meter.address, "X-Day": str(day), "X-Signature": signature, "Content-Encoding": "gzip"}


@dataclass
class World:
    """The chain, our contracts on it, and what the three roles do."""

    rpc: str
    folder: Path
    chain: Chain = field(init=False)
    deployment: Deployment = field(init=False)
    days: dict[int, tuple[DayReadings, DailyRecord]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chain = Chain(self.rpc)
        self.deployment = self._deploy()
        files.write_deployment(self.deployment_file, self.deployment)

    @property
    def deployment_file(self) -> Path:
        """The deployment's file."""
        return self.folder / "deployment.json"

    @property
    def registry(self) -> str:
        """The registry's address."""
        return self.deployment.address("PPARegistry")

    @property
    def ledger(self) -> str:
        """The ledger's address."""
        return self.deployment.address("MeterLedger")

    def _deploy(self) -> Deployment:
        sites: dict[str, Site] = {}
        for name in DEPLOYED:
            arguments = constructor_arguments(name, CHAIN_ID, sites)
            receipt = self.chain.transact(DEPLOYER, self.chain.creation(name, *arguments))
            assert receipt.contract is not None
            address = Account.from_key(DEPLOYER.key).address and _checksum(receipt.contract)
            sites[name] = Site(address, receipt.block, arguments, code_hash(self.chain.code(address)))
        return Deployment(CHAIN_ID, self.chain.genesis_hash(), "test", "none", sites)

    def terms(self, **changes: Any) -> Terms:
        """Three months from July 2016, an energy charge and a guarantee, with their words."""
        charge = Clause(self.deployment.address("EnergyCharge"), EnergyCharge(85_000, 20_000, 0).params())
        guarantee = GuaranteedGeneration(30_000_000, 3, 5_000, 40_000)
        promise = Clause(self.deployment.address("GuaranteedGeneration"), guarantee.params())
        usual = Terms(PRODUCER.address, CONSUMER.address, METER.address, FIRST_DAY, 3, 100_000, (charge, promise))
        return self.worded(replace(usual, **{"dispute_days": 30, "long_stop_day": -1, **changes}))

    def worded(self, terms: Terms, language: Language = "es") -> Terms:
        """Terms with the hash of their words."""
        return wording.worded(terms, self.rules, language)[0]

    @property
    def rules(self) -> dict[str, str]:
        """The published contract at each address."""
        return {site.address: name for name, site in self.deployment.contracts.items()}

    def file_of(self, terms: Terms, signature: bytes | None = None) -> TermsFile:
        """The terms as they stand in a file."""
        language, words = wording.regenerated(terms, self.rules)
        place = (CHAIN_ID, self.deployment.genesis, self.registry, terms.digest(CHAIN_ID, self.registry))
        return TermsFile(*place, terms, words, language, signature)

    def act(self, who: LocalAccount, name: str, terms: Terms) -> int:
        """One of the registry's functions; the block."""
        return self.chain.transact(who, self.chain.function("PPARegistry", self.registry, name, terms.as_tuple())).block

    def id_of(self, terms: Terms) -> str:
        """The agreement's id."""
        return "0x" + terms.digest(CHAIN_ID, self.registry).hex()

    def propose(self, **changes: Any) -> Terms:
        """The producer proposes."""
        terms = self.terms(**changes)
        self.act(PRODUCER, "propose", terms)
        return terms

    def record(self, meter: LocalAccount, readings: DayReadings) -> DailyRecord:
        """The meter records a day after its local midnight, and we keep its leaves."""
        made = readings.record()
        self.chain.set_next_block_time(calendar.day_bounds(made.day, TIME_ZONE)[1] + 300)
        arguments = (made.generation_wh, made.exported_wh, made.day, made.readings_root)
        self.chain.transact(meter, self.chain.function("MeterLedger", self.ledger, "record", *arguments))
        self.days[made.day] = (readings, made)
        return made

    def run_meter(self, meter: LocalAccount, last: date, *, every: int = 1) -> None:
        """Opening record on 30 June, then a record each `every` days, month ends always, to `last`."""
        generation, exported, day, end = 1_234_567, 345_600, FIRST_DAY - 1, calendar.day_of(last)
        self.record(meter, day_readings(day, generation, exported, 0, 0, opening=True))
        kept = day
        for day in range(FIRST_DAY, end + 1):
            if (day - FIRST_DAY) % every and day != calendar.month_end(day) and day != end:
                continue
            made, sent = (day - kept) * (150_000 + 7 * (day % 31)), (day - kept) * (20_000 + 11 * (day % 29))
            generation, exported, kept = generation + made, exported + sent, day
            self.record(meter, day_readings(day, generation, exported, made, sent))


def _checksum(address: str) -> str:
    from eth_utils.address import to_checksum_address

    return to_checksum_address(address)


def running_agreement(world: World, *, closes: int = 1) -> Terms:
    """Proposed, signed, served, measured to September's end with a few days a month, and so many months closed."""
    terms = world.propose()
    world.act(CONSUMER, "sign", terms)
    world.act(METER, "serve", terms)
    world.run_meter(METER, date(2016, 9, 30), every=10)
    for _ in range(closes):
        world.act(STRANGER, "close", terms)
    return terms
