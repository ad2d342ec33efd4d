"""An embedded chain of our own: started on a free port of this machine, ended with us. Never what already listens."""

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from ppa.chain import Chain
from ppa.errors import ChainError
from tools.deploying.well_known import MNEMONIC

ROOT = Path(__file__).resolve().parents[2]
CHAIN_ID = 1337  # what Ape takes for local
GAS_LIMIT = 800_000_000
RULES = ("byzantium", "istanbul", "berlin")


@dataclass(frozen=True)
class EmbeddedChain:
    """A running chain: its URL and its process."""

    url: str
    process: subprocess.Popen[bytes]


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def stop(process: subprocess.Popen[bytes], seconds: float = 10) -> None:
    """Ask a process to end, and end it if it does not."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def embedded_chain(
    kind: str, start: int, *, rules: str = "byzantium", dump: Path | None = None, load: Path | None = None
) -> Iterator[EmbeddedChain]:
    """Anvil or Ganache at price 0 whose first block is of `start` (UTC seconds).

    Anvil writes its whole state to `dump` when it ends, and starts from `load` if given.
    """
    port = free_port()
    command = _anvil(port, start, rules, dump, load) if kind == "anvil" else _ganache(port, start, rules, dump or load)
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url, process, kind)
        yield EmbeddedChain(url, process)
    finally:
        stop(process)


def _anvil(port: int, start: int, rules: str, dump: Path | None, load: Path | None) -> list[str]:
    command = [str(ROOT / "bin" / "anvil"), "--silent", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--chain-id", str(CHAIN_ID), "--hardfork", rules, "--timestamp", str(start)]
    command += ["--gas-price", "0", "--base-fee", "0", "--gas-limit", str(GAS_LIMIT), "--mnemonic", MNEMONIC]
    command += ["--preserve-historical-states"]
    command += ["--dump-state", str(dump)] if dump else []
    return command + (["--load-state", str(load)] if load else [])


def _ganache(port: int, start: int, rules: str, database: Path | None) -> list[str]:
    node = shutil.which("node")
    if node is None:
        raise click.ClickException("Node is missing: install Node 20 or newer.")
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(start))
    program = ROOT / "node_modules" / "ganache" / "dist" / "node" / "cli.js"
    command = [node, str(program), "--logging.quiet", "--server.host", "127.0.0.1", "--server.port", str(port)]
    command += ["--chain.chainId", str(CHAIN_ID), "--chain.networkId", str(CHAIN_ID), "--chain.hardfork", rules]
    command += ["--chain.time", moment, "--miner.defaultGasPrice", "0", "--miner.blockGasLimit", str(GAS_LIMIT)]
    command += ["--wallet.mnemonic", MNEMONIC]
    return command + (["--database.dbPath", str(database)] if database else [])


def _wait_for(url: str, process: subprocess.Popen[bytes], kind: str, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    chain = Chain(url)
    while True:
        try:
            chain.chain_id()
            return
        except ChainError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise click.ClickException(
                    f"{kind} did not start on {url}: run `make setup`, then try again."
                ) from None
            time.sleep(0.05)
