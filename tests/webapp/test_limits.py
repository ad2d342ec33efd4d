"""How much of the node a client has.

given /rpc
├── when a call is of none of our contracts, or of an index that no agreement names ── it is refused
├── when it asks a named index, or a named appraiser, for a value ── it is passed on, with the gas of a clause
├── when a call never ends ── it ends with its gas
├── when a request makes more work than one may ── it is refused whole
├── when the node does not answer ── the whole request ends in time
├── when a client has asked its share ── 429 with the seconds to wait; others go on
└── when a visitor verifies an agreement again and again ── it is not limited
given turns at the node
├── so many at once, in which of those that wait the client whose last turn was longest ago is next
└── a client that has too many inside is refused; who waits too long is too
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_server
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.exceptions import TooManyRequests
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from ppa import abi
from ppa.chain import Call
from ppa.clauses import ExitTable, IndexedPrice
from ppa.terms import ZERO_ADDRESS, Clause
from tests.webapp.conftest import Site
from tests.webapp.verifying import in_the_browser
from tests.webapp.world import PRODUCER, World
from webapp import limits, turns
from webapp.app import create_app
from webapp.config import Settings
from webapp.indexer import Indexer
from webapp.questions import INDEX_GAS, MOST_WORK
from webapp.turns import AT_ONCE, EACH, WAITING, Turns

VALUE_OF = "0x" + abi.call_data("IIndex", "valueOf", 1).hex()
LOOP = bytes.fromhex("5b600056")  # JUMPDEST PUSH1 0 JUMP
GAS = bytes.fromhex("5a60005260206000f3")  # answers the gas that is left


def deployed(world: World, code: bytes) -> str:
    """The address of a contract of this code."""
    creation = bytes.fromhex(f"60{len(code):02x}600c60003960{len(code):02x}6000f3") + code
    address = world.chain.transact(PRODUCER, Call(None, creation)).contract
    assert address is not None
    return address


def proposed_with(world: World, name: str, clause: Any) -> None:
    world.propose(clauses=(Clause(world.deployment.address(name), clause.params()),), salt=len(name))


def client_of(world: World) -> FlaskClient:
    settings = Settings.load(world.rpc, world.deployment_file, world.folder / "index.sqlite")
    client = create_app(settings).test_client()
    Indexer(settings).step()
    return client


def call(to: object, data: object = VALUE_OF, **more: object) -> dict[str, Any]:
    named = {} if to is None else {"to": to}
    return {"jsonrpc": "2.0", "id": 1, "method": "eth_call", "params": [{**named, "data": data, **more}, "latest"]}


def posted(client: FlaskClient, body: Any, address: str = "127.0.0.1") -> TestResponse:
    return client.post("/rpc", json=body, environ_base={"REMOTE_ADDR": address})


@pytest.mark.parametrize("to", [None, "0x" + "11" * 20, "", "0x", PRODUCER.address, 5, ["0x"]])
@pytest.mark.parametrize("method", ["eth_call", "eth_estimateGas"])
def test_calls_of_what_is_not_ours_are_refused(site: Site, to: object, method: str) -> None:
    error = posted(site.client, {**call(to), "method": method}).json["error"]
    assert error["code"] in (-32600, -32601)


def test_an_index_that_an_agreement_names_is_asked_for_its_values_with_a_clauses_gas(world: World) -> None:
    index, other = deployed(world, GAS), deployed(world, GAS + b"\0")
    proposed_with(world, "IndexedPrice", IndexedPrice(85_000, index, 2, 800_000, 0, 100_000))
    client = client_of(world)
    assert 0 < int(posted(client, call(index.lower())).json["result"], 16) < INDEX_GAS
    assert 0 < int(posted(client, call(index, gas="0xffffffff")).json["result"], 16) < INDEX_GAS
    for refused in (call(other), call(index, "0x"), call(index, "0x12345678"), call(index, input="0x12345678")):
        assert "neither" in posted(client, refused).json["error"]["message"]


def test_an_appraiser_that_an_exit_names_is_asked_for_its_values(world: World) -> None:
    appraiser = deployed(world, GAS)
    proposed_with(world, "ExitTable", ExitTable(ZERO_ADDRESS, 0, appraiser, 100_000, (525_000,)))
    client = client_of(world)
    assert "result" in posted(client, call(appraiser)).json
    assert "neither" in posted(client, call(deployed(world, GAS))).json["error"]["message"]


def test_a_batch_of_calls_that_never_end_ends_with_their_gas(world: World) -> None:
    index = deployed(world, LOOP)
    proposed_with(world, "IndexedPrice", IndexedPrice(85_000, index, 2, 800_000, 0, 100_000))
    client = client_of(world)
    started = time.monotonic()
    answers = posted(client, [call(index)] * (MOST_WORK // 10)).json
    assert len(answers) == MOST_WORK // 10 and all("error" in answer for answer in answers)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("count", [11, 100, 101, 0])
def test_a_batch_that_makes_too_much_work_is_refused_whole(site: Site, count: int) -> None:
    answer = posted(site.client, [call(site.world.registry)] * count)
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert "100 units" in answer.json["error"]["message"]


def test_a_request_ends_in_time_where_the_node_does_not_answer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.rpc.MOST_SECONDS", 0.3)
    with create_server(("127.0.0.1", 0)) as silent:  # it listens and says nothing
        client = client_of(world)
        settings = client.application.config["solpact"]
        object.__setattr__(settings, "rpc", f"http://127.0.0.1:{silent.getsockname()[1]}")
        started = time.monotonic()
        answers = posted(client, [{"id": n, "method": "eth_blockNumber"} for n in range(100)]).json
    assert time.monotonic() - started < 3
    assert [answer["id"] for answer in answers] == list(range(100))
    assert all("does not answer" in answer["error"]["message"] for answer in answers)


@pytest.mark.parametrize(
    ("mine", "others"), [("10.0.0.1", "10.0.0.2"), ("2001:db8::1", "2001:db8:0:1::1"), ("::1", "10.0.0.1")]
)
@pytest.mark.parametrize(("language", "sentence"), [("es", "Desde su dirección"), ("en", "From your address")])
def test_a_client_that_asked_its_share_waits_and_others_do_not(
    world: World, monkeypatch: pytest.MonkeyPatch, mine: str, others: str, language: str, sentence: str
) -> None:
    monkeypatch.setattr(limits, "SHARE", "220 per 10 minutes")
    client = client_of(world)
    client.set_cookie("language", language)
    block = {"id": 1, "method": "eth_blockNumber"}
    assert posted(client, [block] * 100, mine).status_code == 200
    assert posted(client, [block] * 100, mine).status_code == 200
    refused = posted(client, block, mine)
    assert (refused.status_code, refused.mimetype) == (429, "application/problem+json")
    assert 0 < int(refused.headers["Retry-After"]) <= 601
    assert refused.json["detail"] == refused.json["error"]["message"] and refused.json["detail"].startswith(sentence)
    assert posted(client, block, others).status_code == 200
    assert client.get("/agreements", environ_base={"REMOTE_ADDR": mine}).status_code == 200


def test_the_addresses_of_one_network_of_64_bits_are_one_client(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SHARE", "20 per 10 minutes")
    client = client_of(world)
    statuses = [posted(client, {"id": 1, "method": "eth_blockNumber"}, f"2001:db8::{n}").status_code for n in (1, 2)]
    assert statuses == [200, 429]


@contextmanager
def listening(site: Site) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/rpc"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_visitor_who_verifies_an_agreement_again_and_again_is_not_limited(site: Site) -> None:
    with listening(site) as rpc:
        for _ in range(10):
            checks = in_the_browser(site.client, rpc, site.agreement, "2016-07")
            assert all(check["ok"] for check in checks if not check.get("note")), checks


class Going:
    """Threads that take a turn and keep it until they are let go."""

    def __init__(self) -> None:
        self.turns, self.got = Turns(), list[str]()
        self._change, self._free = threading.Condition(), 0
        self._threads: list[threading.Thread] = []

    def enters(self, client: str) -> None:
        """Gives the client's thread time to stand in the line, or to have its turn."""
        inside = self.turns._inside.total()
        thread = threading.Thread(target=self._takes, args=(client,))
        thread.start()
        self._threads.append(thread)
        while self.turns._inside.total() == inside:
            time.sleep(0.001)

    def _takes(self, client: str) -> None:
        with self.turns.of(client), self._change:
            self.got.append(client)
            self._change.notify_all()
            assert self._change.wait_for(lambda: self._free > 0, 20)
            self._free -= 1

    def until(self, count: int) -> list[str]:
        """Who had a turn, once so many had."""
        with self._change:
            assert self._change.wait_for(lambda: len(self.got) >= count, 20)
            return list(self.got)

    def let_go(self, count: int = 1) -> None:
        with self._change:
            self._free += count
            self._change.notify_all()

    def end(self) -> None:
        self.let_go(len(self._threads))
        for thread in self._threads:
            thread.join()


@pytest.fixture
def going() -> Iterator[Going]:
    found = Going()
    yield found
    found.end()


def test_of_those_that_wait_the_client_whose_turn_was_longest_ago_is_next(going: Going) -> None:
    greedy = [f"greedy-{n}" for n in range(AT_ONCE)]
    for client in [*greedy, *greedy, "visitor"]:
        going.enters(client)
    assert sorted(going.until(AT_ONCE)) == greedy
    going.let_go()
    assert going.until(AT_ONCE + 1)[-1] == "visitor"


def test_a_client_with_too_many_inside_is_refused_and_another_is_not(going: Going) -> None:
    for _ in range(EACH):
        going.enters("greedy")
    with pytest.raises(TooManyRequests) as refused, going.turns.of("greedy"):
        pass
    assert refused.value.retry_after == 1
    going.enters("visitor")


def test_no_more_wait_than_there_are_threads_to_spare(going: Going) -> None:
    for n in range(AT_ONCE + WAITING):
        going.enters(f"client {n}")
    with pytest.raises(TooManyRequests), going.turns.of("one more"):
        pass


def test_who_waits_too_long_is_refused_and_leaves_the_line(going: Going, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(AT_ONCE):
        going.enters(f"client {n}")
    monkeypatch.setattr(turns, "_PATIENCE_S", 0.01)
    with pytest.raises(TooManyRequests), going.turns.of("visitor"):
        pass
    going.let_go(AT_ONCE)
    for thread in going._threads:
        thread.join()
    with going.turns.of("visitor"):
        pass


def test_the_threads_of_the_server_are_more_than_those_that_ask_the_node(tmp_path: Path) -> None:
    from webapp.__main__ import THREADS

    assert THREADS > AT_ONCE + WAITING
