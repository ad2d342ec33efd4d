"""Every route, given what no page of ours sends.

given a route that programs read
├── when a part of its path, a header, its query, its body or its method is odd
│   └── it answers, or refuses with 4xx and a problem of RFC 9457, never with 500 nor a page
└── when what asks the node is odd JSON-RPC ── the problem is also an error of JSON-RPC
given a route that people read ── the same, with a short page
given a route that is in no table here ── the test says so
given that something of ours fails ── 500, as a problem too
"""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from tests.webapp.conftest import Site
from tests.webapp.world import FIRST_DAY, METER, PRODUCER, signed_headers
from webapp.questions import MOST_BYTES

PROBLEM = "application/problem+json"
MOST_PROBLEM_BYTES, MOST_PAGE_BYTES = 2_000, 10_000

# route: whether programs read it
ROUTES: dict[str, bool] = {
    "/": False,
    "/agreements": False,
    "/agreements/new": False,
    "/agreements/offer": False,
    "/agreements/<identifier>": False,
    "/agreements/<identifier>/sign": False,
    "/agreements/<identifier>/terms.json": True,
    "/agreements/<identifier>/evidence.json": True,
    "/agreements/<identifier>/statements/<which>": False,
    "/agreements/<identifier>/statements/<which>/print": False,
    "/agreements/<identifier>/statements/<which>/invoice.json": True,
    "/api/v1/days": True,
    "/api/v1/meters/<meter>/days/<day>": True,
    "/api/v1/agreements/<identifier>": True,
    "/api/v1/requests/<consumer>": True,
    "/deployment.json": True,
    "/healthz": True,
    "/interfaces/abi.json": True,
    "/interfaces/build.json": True,
    "/interfaces/refusals.json": True,
    "/interfaces/schemas.json": True,
    "/language/<code>": False,
    "/rpc": True,
    "/static/<path:filename>": False,
    "/verify": False,
}
FOR_PROGRAMS = [route for route, programs in ROUTES.items() if programs]

DEEP = "[" * 100_000 + "]" * 100_000
DIGITS = "9" * 5_000
ODD_TEXTS = {
    "nothing": "%20",
    "digits": DIGITS,
    "just too large": "65536",
    "of 64 bits": str(2**63),
    "below zero": "-1",
    "a fraction": "1.5",
    "another script's digit": quote("٣"),
    "a power": quote("²"),
    "a nought byte": "%00",
    "no character": "%ff",
    "half a character": "%ed%a0%80",
    "long": "0x" + "f" * 20_000,
    "a climb": "..%2f..%2fetc",
    "a quote": quote("' OR 1=1 --"),
    "a template": quote("{{ 7 * 7 }} {0} %s"),
    "a name of Python": "__class__",
}
ODD_HEADERS: dict[str, str] = {
    "X-Day": DIGITS,
    "X-Meter": "0x" + "g" * 40,
    "X-Signature": "0x" + "ff" * 65,
    "Referer": "http://[",
    "Cookie": "language=%00; language=\x01",
    "Host": "[",
    "Content-Length": "many",
    "Content-Type": "application/json; charset=none",
    "Content-Encoding": "br",
    "Accept": "*/*;q=x",
    "Range": "bytes=9-1,-",
    "If-Modified-Since": "yesterday",
    "If-None-Match": '"' * 99,
    "X-Forwarded-For": DIGITS,
    "Authorization": "Basic \x01",
}
CALL = {"to": PRODUCER.address, "data": "0x"}
ODD_BODIES: dict[str, str | bytes] = {
    "nothing": "",
    "half": "{",
    "deep": DEEP,
    "deep and open": "[" * 100_000,
    "deep objects": '{"a":' * 50_000 + "1" + "}" * 50_000,
    "digits": DIGITS,
    "beyond all numbers": "1e99999",
    "no number": "NaN",
    "null": "null",
    "a list": "[]",
    "a list of nothing": "[null]",
    "a list of lists": "[[], [[]]]",
    "no characters": b"\xff\xfe",
    "a mark of order": b'\xef\xbb\xbf{"method": "x"}',
    "large": " " * (MOST_BYTES + 1),
    "very large": " " * (5 * 1024 * 1024),
    "a method that is a list": '{"method": ["x"]}',
    "a method that is an object": '{"method": {"eth_call": 1}}',
    "a method that is deep": '{"method": ' + "[" * 500 + "]" * 500 + "}",
    "a method that is a number": f'{{"method": {DIGITS[:4000]}}}',
    "a method that is half a character": '{"method": "\\ud800"}',
    "a long method": json.dumps({"method": "x" * 100_000}),
    "a deep id": '{"id": ' + "[" * 500 + "]" * 500 + ', "method": "x"}',
    "a large id": f'{{"id": {DIGITS[:4000]}, "method": "x"}}',
    "an id that is no number": '{"id": NaN, "method": "x"}',
    "parameters that are no list": '{"method": "eth_call", "params": {"0": 1}}',
    "deep parameters": '{"method": "eth_chainId", "params": ' + "[" * 500 + "]" * 500 + "}",
    "a batch of odd ones": json.dumps([{"method": ["x"]}, {"method": "x", "id": [[]]}, 3, "x", None, [[]]]),
}
METHODS = (
    "eth_blockNumber", "eth_call", "eth_chainId", "eth_estimateGas", "eth_getBlockByNumber", "eth_getCode",
    "eth_getLogs", "eth_getStorageAt", "eth_getTransactionByBlockNumberAndIndex", "eth_getTransactionReceipt",
)  # fmt: skip
ODD_PARAMS: list[list[Any]] = [
    [],
    [None],
    [{}],
    [[]],
    [1],
    [2**4000],
    ["0x"],
    ["\ud800", "ñ"],
    ["x" * 10_000, "y"],
    [{"to": ["0x"]}],
    [{"to": {"a": 1}, "data": []}, []],
    [{"address": {"a": 1}}],
    [{"address": "0x", "topics": [[[[[]]]]]}],
    [{"address": "0x", "topics": 5, "fromBlock": {}}],
    [{**CALL, "gas": -1, "input": 5}, {"blockHash": "0x"}],
    [CALL, "latest", {}, {}],
]


def is_fine(answer: TestResponse, route: str) -> None:
    """It is answered, or refused as this route refuses."""
    assert answer.status_code < 500, (answer.status_code, answer.text[:300])
    if answer.status_code >= 400:
        (is_a_problem if ROUTES[route] else is_a_short_page)(answer)


def is_a_problem(answer: TestResponse) -> dict[str, Any]:
    found: dict[str, Any] = answer.json
    assert answer.mimetype == PROBLEM and len(answer.data) < MOST_PROBLEM_BYTES
    assert {"type", "title", "status", "detail"} <= set(found) and found["status"] == answer.status_code
    return found


def is_a_short_page(answer: TestResponse) -> None:
    assert answer.mimetype == "text/html" and len(answer.data) < MOST_PAGE_BYTES


def filled(site: Site, route: str, **odd: str) -> str:
    """A route's path: right values, but for the odd ones."""
    right = {
        "identifier": site.agreement, "which": "2016-07", "meter": METER.address, "day": str(FIRST_DAY),
        "consumer": PRODUCER.address, "code": "es", "path:filename": "css/app.css",
    }  # fmt: skip
    for name, value in {**right, **odd}.items():
        route = route.replace(f"<{name}>", value)
    return route


def names_in(route: str) -> list[str]:
    return [part.split(">")[0] for part in route.split("<")[1:]]


def test_every_route_is_in_the_table(site: Site) -> None:
    assert {rule.rule for rule in site.app.url_map.iter_rules()} == set(ROUTES)


@pytest.mark.parametrize("odd", ODD_TEXTS)
@pytest.mark.parametrize(("route", "name"), [(route, name) for route in ROUTES for name in names_in(route)])
def test_an_odd_part_of_a_path(site: Site, route: str, name: str, odd: str) -> None:
    is_fine(site.client.get(filled(site, route, **{name: ODD_TEXTS[odd]})), route)


@pytest.mark.parametrize("odd", ODD_TEXTS)
@pytest.mark.parametrize("route", ROUTES)
def test_an_odd_query(site: Site, route: str, odd: str) -> None:
    names = ("lang", "rpc", "agreement", "period", "meter", "a")
    query = "&".join(f"{name}={ODD_TEXTS[odd]}" for name in names)
    with site.client.get(f"{filled(site, route)}?{query}") as answer:
        is_fine(answer, route)


@pytest.mark.parametrize("header", ODD_HEADERS)
@pytest.mark.parametrize("route", ROUTES)
def test_an_odd_header(site: Site, route: str, header: str) -> None:
    for method in ("GET", "POST"):
        with site.client.open(filled(site, route), method=method, headers={header: ODD_HEADERS[header]}) as answer:
            is_fine(answer, route)


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "TRACE", "BREW"])
@pytest.mark.parametrize("route", ROUTES)
def test_another_method(site: Site, route: str, method: str) -> None:
    answer = site.client.open(filled(site, route), method=method)
    assert answer.status_code == 405 and answer.headers["Allow"]
    is_fine(answer, route)


@pytest.mark.parametrize("odd", ODD_BODIES)
@pytest.mark.parametrize("route", FOR_PROGRAMS)
def test_an_odd_body(site: Site, route: str, odd: str) -> None:
    answer = site.client.post(filled(site, route), data=ODD_BODIES[odd])
    is_fine(answer, route)
    if route == "/rpc":
        assert "error" in json.dumps(answer.json)
        assert answer.status_code >= 400 or answer.mimetype == "application/json"
    else:
        assert answer.status_code >= 400


@pytest.mark.parametrize("odd", ODD_BODIES)
def test_an_odd_body_that_a_meter_signed(site: Site, odd: str) -> None:
    body = ODD_BODIES[odd]
    packed = body.encode() if isinstance(body, str) else body
    answer = site.client.post("/api/v1/days", data=packed, headers=signed_headers(METER, FIRST_DAY, packed))
    assert answer.status_code in (400, 413)
    is_a_problem(answer)


@pytest.mark.parametrize("value", [*ODD_TEXTS.values(), "é", "0x" + "ff" * 65, "0x" + "00" * 65, "0x"])
@pytest.mark.parametrize("header", ["X-Day", "X-Meter", "X-Signature"])
def test_an_odd_header_of_a_signed_day(site: Site, header: str, value: str) -> None:
    headers = {**signed_headers(METER, FIRST_DAY, b"{}"), header: value}
    answer = site.client.post("/api/v1/days", data=b"{}", headers=headers)
    assert answer.status_code in (400, 401)
    is_a_problem(answer)


@pytest.mark.parametrize("odd", [name for name in ODD_BODIES if name != "a batch of odd ones"])
def test_odd_json_rpc_is_a_problem_and_an_error_of_json_rpc(site: Site, odd: str) -> None:
    answer = site.client.post("/rpc", data=ODD_BODIES[odd])
    if answer.status_code == 200:  # well formed, and refused or answered in words
        assert answer.mimetype == "application/json" and answer.json["jsonrpc"] == "2.0"
        return
    found = is_a_problem(answer)
    assert (found["jsonrpc"], found["id"], found["error"]["message"]) == ("2.0", None, found["detail"])


def every_question() -> Iterator[tuple[str, int]]:
    return ((method, index) for method in METHODS for index in range(len(ODD_PARAMS)))


@pytest.mark.parametrize(("method", "index"), every_question())
def test_odd_parameters_alone_and_in_a_batch(site: Site, method: str, index: int) -> None:
    question = {"id": 1, "method": method, "params": ODD_PARAMS[index]}
    client, another = site.client, {"REMOTE_ADDR": "10.0.0.1"}  # whose share no other test has
    is_fine(client.post("/rpc", json=question, environ_base=another), "/rpc")
    batch = client.post("/rpc", json=[question, {"id": 2, "method": "eth_chainId"}], environ_base=another)
    is_fine(batch, "/rpc")
    if batch.status_code == 200:
        assert [answer["id"] for answer in batch.json] == [1, 2] and batch.json[1]["result"] == "0x7a69"


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1/nothing", "/api/v1/days/", "/nothing.json", "/rpc/", "/x"])
def test_what_no_route_has(site: Site, path: str) -> None:
    answer = site.client.get(path)
    assert answer.status_code == 404
    (is_a_short_page if path in ("/api", "/x") else is_a_problem)(answer)


@pytest.mark.parametrize("route", FOR_PROGRAMS)
def test_a_failure_of_ours_is_a_problem_too(site: Site, monkeypatch: pytest.MonkeyPatch, route: str) -> None:
    def fails(**_: Any) -> None:
        raise ZeroDivisionError

    rule = next(rule for rule in site.app.url_map.iter_rules() if rule.rule == route)
    monkeypatch.setitem(site.app.view_functions, rule.endpoint, fails)
    answer = site.client.open(filled(site, route), method="POST" if rule.methods and "POST" in rule.methods else "GET")
    assert answer.status_code == 500 and is_a_problem(answer)["title"] == "Internal Server Error"
