"""A real chain for ppa: Anvil, byzantium, price 0, in June 2016; and a plant's whole story on it."""

import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ppa.chain import Chain
from ppa.deployment import Deployment
from ppa.errors import ChainUnreachable
from tests.ppa.lives import Life, begun
from tests.ppa.world import DEPLOYED_AT, World, closed_world, deploy

MODULES = Path(__file__).resolve().parents[2] / "node_modules"
ANVIL = MODULES / "@foundry-rs/anvil-linux-amd64/bin/anvil"
GANACHE = MODULES / "ganache/dist/node/cli.js"
GANACHE_FLAGS = ["--chain.chainId", "1337", "--chain.hardfork", "byzantium", "--miner.defaultGasPrice", "0x0"]
GANACHE_FLAGS += ["--miner.blockGasLimit", "0x2faf0800", "--chain.time", "2016-06-30T10:00:00Z", "--logging.quiet"]
FLAGS = ["--hardfork", "byzantium", "--gas-price", "0", "--base-fee", "0", "--gas-limit", "800000000", "--silent"]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def anvil() -> Iterator[str]:
    """The URL of an Anvil of our own."""
    port = free_port()
    yield from served([str(ANVIL), *FLAGS, "--port", str(port), "--timestamp", str(DEPLOYED_AT)], port)


@pytest.fixture(scope="session")
def ganache() -> Iterator[Chain]:
    """A Ganache of our own."""
    port = free_port()
    for url in served(["node", str(GANACHE), *GANACHE_FLAGS, "--server.port", str(port)], port):
        yield Chain(url)


def served(command: list[str], port: int) -> Iterator[str]:
    """Starts a node, gives its URL once it answers, ends it."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                Chain(url).chain_id()
                break
            except ChainUnreachable:
                time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="session")
def site_of_lives() -> Iterator[tuple[Chain, Deployment]]:
    """A chain for short lives, and our contracts on it."""
    port = free_port()
    for url in served([str(ANVIL), *FLAGS, "--port", str(port), "--timestamp", str(DEPLOYED_AT)], port):
        yield Chain(url), deploy(Chain(url))


@pytest.fixture
def early(site_of_lives: tuple[Chain, Deployment]) -> Iterator[Chain]:
    """A chain on which no term has begun; what a test does on it, its time included, is undone."""
    chain = site_of_lives[0]
    kept = chain.request("evm_snapshot")
    yield chain
    assert chain.request("evm_revert", kept)


@pytest.fixture
def site(site_of_lives: tuple[Chain, Deployment]) -> Deployment:
    """Our contracts on the chain for short lives."""
    return site_of_lives[1]


@pytest.fixture
def life(early: Chain, site: Deployment) -> Life:
    """A new agreement that runs, with its opening record."""
    return begun(early, site)


@pytest.fixture(scope="session")
def chain(anvil: str) -> Chain:
    """The chain behind our Anvil."""
    return Chain(anvil)


@pytest.fixture(scope="session")
def world(chain: Chain) -> World:
    """Contracts deployed, terms signed and served, July to September recorded and closed. Nobody changes it."""
    return closed_world(chain)
