"""A real Anvil for the meter's tests, with our contracts on it and two parties to agree."""

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from eth_account import Account
from eth_utils.address import to_checksum_address

from meter.config import ChainConfig
from ppa import wording
from ppa.chain import Chain
from ppa.clauses import EnergyCharge
from ppa.errors import ChainUnreachable
from ppa.terms import Clause, Terms
from tests.meter.world import CHAIN_ID, NOON_30_JUNE, ROOT, day

ANVIL = ROOT / "node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil"
DEPLOYER, PRODUCER, CONSUMER, STRANGER = (Account.from_key(bytes([n]) * 32) for n in (1, 2, 3, 4))


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
        modules = [_created(chain, name, CHAIN_ID, ledger) for name in ("RegistryEnds", "RegistryRights")]
        registry = _created(chain, "PPARegistry", CHAIN_ID, ledger, *modules)
        return cls(url, chain, ledger, registry, _created(chain, "EnergyCharge"))

    def config(self, agreement: str = "", **changes: Any) -> ChainConfig:
        return replace(ChainConfig(self.url, CHAIN_ID, self.ledger, self.registry, agreement), **changes)

    def terms(self, meter: str, salt: int = 1, time_zone: str = "Europe/Madrid", **changes: Any) -> Terms:
        terms = Terms(
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
        return wording.worded(replace(terms, **changes), {self.charge: "EnergyCharge"}, "es")[0]

    def agree(self, terms: Terms, *acts: str) -> str:
        """The parties' acts ("propose", "sign", …); the agreement's id."""
        for act in acts:
            who = PRODUCER if act in ("propose", "withdraw") else CONSUMER
            self.chain.transact(who, self.chain.function("PPARegistry", self.registry, act, terms.as_tuple()))
        return "0x" + terms.digest(CHAIN_ID, self.registry).hex()


def _created(chain: Chain, name: str, *args: Any) -> str:
    return to_checksum_address(str(chain.transact(DEPLOYER, chain.creation(name, *args)).contract))
