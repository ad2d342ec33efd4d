"""`python -m tools.flood [--seconds 30]`: what other visitors wait for while 8 clients ask /rpc as much as they can.

A real server on a real chain. Each hostile client has an address of its own and asks, on four connections and without a
pause, what makes the node work most: endless calls, views of the registry, every log, blocks, an index that never ends.
Prints the visitors' p50 and p99, alone and beside the flood; exit 1 if p99 is over a second or a visitor is refused.
"""

import argparse
import http.client
import itertools
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ppa import abi
from ppa.chain import Call
from ppa.clauses import IndexedPrice
from ppa.terms import Clause
from tests.webapp.world import CONSUMER, PRODUCER, World, anvil, free_port, running_agreement

MOST_S = 1.0
CLIENTS, CONNECTIONS = 8, 4
LOOP = bytes.fromhex("5b600056")  # JUMPDEST PUSH1 0 JUMP
DEPLOYS_LOOP = bytes.fromhex("6004600c60003960046000f3") + LOOP
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Asked:
    """A request: the path, and the body of a post."""

    path: str
    body: bytes | None = None


def rpc(*questions: tuple[str, list[Any]]) -> Asked:
    """A post to /rpc, a batch where there are several questions."""
    bodies = [{"jsonrpc": "2.0", "id": i, "method": m, "params": p} for i, (m, p) in enumerate(questions)]
    return Asked("/rpc", json.dumps(bodies if len(bodies) > 1 else bodies[0]).encode())


def hostile(world: World, agreement: bytes, index: str) -> list[Asked]:
    """What makes the node work most."""
    registry, view = world.registry, "0x" + abi.call_data("PPARegistry", "statementOf", agreement, 1).hex()
    value = "0x" + abi.call_data("IIndex", "valueOf", 1).hex()
    logs: dict[str, Any] = {"address": registry, "fromBlock": "0x0", "toBlock": "latest"}
    return [
        rpc(*[("eth_call", [{"data": "0x" + LOOP.hex()}, "latest"])] * 100),  # 9.7 kB
        rpc(*[("eth_call", [{"to": index, "data": value}, "latest"])] * 10),
        rpc(*[("eth_call", [{"to": registry, "data": view}, "latest"])] * 10),
        rpc(("eth_getLogs", [logs]), ("eth_getLogs", [{**logs, "address": world.ledger}])),
        rpc(*[("eth_getBlockByNumber", ["latest", False])] * 100),
        rpc(("eth_estimateGas", [{"to": registry, "data": view}])),
    ]


def visits(world: World, agreement: bytes) -> list[Asked]:
    """What a visitor's browser asks for, page after page."""
    place, view = f"/agreements/0x{agreement.hex()}", abi.call_data("PPARegistry", "statementOf", agreement, 1)
    pages = ["/agreements", place, f"{place}/statements/1", "/verify", "/static/css/app.css", "/deployment.json"]
    call = {"to": world.registry, "data": "0x" + view.hex()}
    return [*map(Asked, pages), rpc(("eth_chainId", [])), rpc(("eth_call", [call, "latest"]))]


def send(connection: http.client.HTTPConnection, asked: Asked) -> int:
    """The status of an answer that was read to its end."""
    connection.request("POST" if asked.body else "GET", asked.path, asked.body, JSON if asked.body else {})
    answer = connection.getresponse()
    answer.read()
    return answer.status


def attack(port: int, asked: list[Asked], seconds: float, told: Any) -> None:
    """The hostile clients, which have machines of their own: here they give way to the server."""
    os.nice(10)
    until, found = time.monotonic() + seconds, Counter[int]()

    def hammer(client: int, first: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, source_address=(f"127.0.0.{client + 2}", 0))
        for one in itertools.islice(itertools.cycle(asked), first, None):
            if time.monotonic() > until:
                break
            found[send(connection, one)] += 1
        connection.close()

    threads = [threading.Thread(target=hammer, args=divmod(i, CONNECTIONS)) for i in range(CLIENTS * CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told.put(dict(found))


def waits(port: int, asked: list[Asked], seconds: float) -> tuple[dict[str, list[float]], Counter[int]]:
    """Seconds of each answer, by path, to a visitor who asks one thing after another, and the statuses."""
    until, statuses = time.monotonic() + seconds, Counter[int]()
    found: dict[str, list[float]] = {one.path: [] for one in asked}
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for one in itertools.cycle(asked):
        started = time.monotonic()
        if started > until:
            break
        statuses[send(connection, one)] += 1
        found[one.path].append(time.monotonic() - started)
    connection.close()
    return found, statuses


@contextmanager
def served(world: World) -> Iterator[int]:
    """The web server as it is run, and its port."""
    port = free_port()
    files = ["--deployment", str(world.deployment_file), "--database", str(world.folder / "index.sqlite")]
    command = [sys.executable, "-m", "webapp", "--rpc", world.rpc, "--port", str(port), "--poll", "0.2", *files]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout and server.stdout.readline()
            yield port
        finally:
            server.terminate()


def wait_for_index(port: int, agreement: bytes) -> None:
    """Until the pages know an agreement."""
    connection, until = http.client.HTTPConnection("127.0.0.1", port), time.monotonic() + 30
    while time.monotonic() < until:
        try:
            if send(connection, Asked(f"/api/v1/agreements/0x{agreement.hex()}")) == 200:
                return
        except OSError:
            connection.close()
        time.sleep(0.05)
    raise SystemExit("The index did not read the agreement.")


def prepared(world: World) -> tuple[bytes, str]:
    """An agreement with closed months, and the index without end that another one names."""
    terms = running_agreement(world)
    index = world.chain.transact(PRODUCER, Call(None, DEPLOYS_LOOP)).contract
    assert index is not None
    clause = Clause(
        world.deployment.address("IndexedPrice"), IndexedPrice(85_000, index, 2, 800_000, 0, 100_000).params()
    )
    other = world.worded(world.terms(salt=9, clauses=(clause,)))
    world.act(PRODUCER, "propose", other)
    world.act(CONSUMER, "reject", other)
    return bytes.fromhex(world.id_of(terms)[2:]), index


def shown(name: str, found: Mapping[str, list[float]]) -> float:
    """Prints how long the answers took, of all paths and of each; p99 of all."""
    everything = [one for several in found.values() for one in several]
    print(f"{name}: {len(everything)} answers")
    for path, several in (("all", everything), *found.items()):
        middle, last = statistics.median(several), p99(several)
        print(f"  p50 {1000 * middle:5.0f} ms, p99 {1000 * last:5.0f} ms  {path[:22]}{path[76:]}")
    return p99(everything)


def p99(found: list[float]) -> float:
    """What one in a hundred answers takes longer than."""
    return statistics.quantiles(found, n=100, method="inclusive")[98]


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tools.flood", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--seconds", type=float, default=30.0, help="of each of the two measurements")
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder, anvil() as node:
        world = World(node, Path(folder))
        agreement, index = prepared(world)
        with served(world) as port:
            wait_for_index(port, agreement)
            asked, worst = visits(world, agreement), hostile(world, agreement, index)
            shown("alone", waits(port, asked, seconds)[0])
            told: Any = multiprocessing.Queue()
            flood = multiprocessing.Process(target=attack, args=(port, worst, seconds, told))
            flood.start()
            found, statuses = waits(port, asked, seconds)
            answered: Mapping[int, int] = told.get()
            flood.join()
    print(f"the flood was answered {sum(answered.values())} times: {answered}")
    last = shown(f"beside {CLIENTS} hostile clients", found)
    if last > MOST_S or set(statuses) != {200}:
        sys.exit(f"A visitor waits up to {last:.2f} s (at most {MOST_S:.0f} s); statuses {dict(statuses)}.")


if __name__ == "__main__":
    main()
