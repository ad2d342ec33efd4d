"""What is asked of the same-origin node: questions of JSON-RPC, read with suspicion, each with the work that it makes.

A verifier asks the views of our contracts, the values of the indexes that agreements name, and what any node tells of
blocks, logs, code and storage.
"""

from dataclasses import dataclass, replace
from typing import Any

from eth_utils.address import is_hex_address
from flask import Request, g, request
from werkzeug.exceptions import HTTPException

from ppa import abi
from webapp import queries
from webapp.config import settings
from webapp.errors import Malformed, NotAllowed

MOST_BYTES = 256 * 1024
MOST_WORK = 100
CALL_GAS = 2_000_000
INDEX_GAS = 500_000  # what a clause has in all
ESTIMATE_GAS = 16_000_000  # what ends or closes takes at most 10,000,000 (bench/results.json)
_READ = {
    "eth_blockNumber": 1,
    "eth_call": 10,
    "eth_chainId": 1,
    "eth_estimateGas": 100,
    "eth_getBlockByNumber": 1,
    "eth_getCode": 1,
    "eth_getLogs": 50,
    "eth_getStorageAt": 1,
    "eth_getTransactionByBlockNumberAndIndex": 1,
    "eth_getTransactionReceipt": 1,
}
_DEMO = {"eth_getTransactionCount": 1, "eth_sendRawTransaction": 10}
_MOST_DEPTH = 4  # topics within a filter within the parameters
_HOW = f"Ask with a JSON-RPC object, or a list of them that makes at most {MOST_WORK} units of work."


@dataclass(frozen=True)
class Question:
    """One question as it goes to the node, or the `problem` why it does not; `work`: how much it asks of the node."""

    identifier: str | int | None
    method: str
    params: tuple[Any, ...] = ()
    problem: Malformed | NotAllowed | None = None

    @property
    def work(self) -> int:
        """Units: 1 for a look-up."""
        return 1 if self.problem else {**_READ, **_DEMO}[self.method]


def asked() -> Question | list[Question]:
    """What this request asks: one question or several. Raises Malformed, or a 4xx of HTTP."""
    if "asked" not in g:
        try:
            g.asked = _asked(request)
        except (Malformed, HTTPException) as problem:
            g.asked = problem
    if isinstance(g.asked, Exception):
        raise g.asked
    found: Question | list[Question] = g.asked
    return found


def work() -> int:
    """The work of this request; what cannot be read makes none."""
    try:
        found = asked()
    except (Malformed, HTTPException):
        return 0
    return sum(question.work for question in found) if isinstance(found, list) else found.work


def _asked(given: Request) -> Question | list[Question]:
    given.max_content_length = MOST_BYTES
    try:
        body = given.get_json(force=True, silent=True)
    except RecursionError as problem:
        raise Malformed("The request is nested too deep.") from problem
    several = body if isinstance(body, list) else [body]
    if not 1 <= len(several) <= MOST_WORK:
        raise Malformed(_HOW)
    found = [_question(one) for one in several]
    if all(isinstance(question.problem, Malformed) for question in found):
        raise Malformed(str(found[0].problem))
    if sum(question.work for question in found) > MOST_WORK:
        raise Malformed(_HOW)
    return found if isinstance(body, list) else found[0]


def _question(body: Any) -> Question:
    identifier = body.get("id") if isinstance(body, dict) else None
    if isinstance(identifier, bool) or not isinstance(identifier, str | int | None):
        identifier = None
    found = Question(identifier, "")
    try:
        return _allowed(found, body)
    except (Malformed, NotAllowed) as problem:
        return replace(found, problem=problem)


def _allowed(found: Question, body: Any) -> Question:
    if not isinstance(body, dict):
        raise Malformed(_HOW)
    if not isinstance(body.get("method"), str):
        raise Malformed("This read-only node passes on what has a text as its `method`.")
    method, params = body["method"], body.get("params", [])
    if not isinstance(params, list) or not _is_plain(params, _MOST_DEPTH):
        raise Malformed("The parameters are a list of texts, true, false, null, and objects and lists of those.")
    if method not in _READ and not (settings().demo_wallet and method in _DEMO):
        raise NotAllowed(f"This read-only node does not pass {method[:40]} on; a wallet brings its own node.")
    if method == "eth_getBlockByNumber" and params[1:] != [False]:
        raise NotAllowed("eth_getBlockByNumber is passed on with a block and false: without its transactions' fields.")
    if method == "eth_getLogs":
        _check_logs(params)
    if method in ("eth_call", "eth_estimateGas"):
        params = _checked_call(method, params)
    return replace(found, method=method, params=tuple(params))


def _is_plain(value: Any, depth: int) -> bool:
    """Whether a node can read a parameter: no number belongs in any that we pass on."""
    if isinstance(value, list | dict):
        inside = value if isinstance(value, list) else [*value, *value.values()]
        return depth > 0 and all(_is_plain(one, depth - 1) for one in inside)
    return value is None or isinstance(value, bool) or (isinstance(value, str) and value.isascii())


def _check_logs(params: list[Any]) -> None:
    wanted = params[0] if len(params) == 1 and isinstance(params[0], dict) else {}
    address, topics = wanted.get("address"), wanted.get("topics")
    ours = isinstance(address, str) and settings().deployment.name_of(address) is not None
    of_an_index = isinstance(address, str) and isinstance(topics, list) and topics[:1] == [_published()]
    if not (ours or of_an_index):
        raise NotAllowed(
            "eth_getLogs is passed on for one of our contracts or for an index's values: give its address."
        )


def _published() -> str:
    """The topic of an index's values: an agreement may name any index."""
    return abi.topic("IndexPublisher", "Published")


def _checked_call(method: str, params: list[Any]) -> list[Any]:
    if not 1 <= len(params) <= 2 or not isinstance(params[0], dict):
        raise NotAllowed(f"{method} is passed on with a transaction and a block, without overrides.")
    kept = {key: params[0][key] for key in ("from", "to", "data", "input") if key in params[0]}
    to, data = kept.get("to"), [kept[key] for key in ("data", "input") if key in kept]
    if not all(isinstance(value, str) for value in kept.values()) or not isinstance(to, str):
        raise NotAllowed(f"{method} is passed on to one of our contracts: give its address in `to`.")
    if settings().deployment.name_of(to) is not None:
        gas = CALL_GAS if method == "eth_call" else ESTIMATE_GAS
    elif method == "eth_call" and _asks_an_index(to, data):
        gas = INDEX_GAS
    else:
        raise NotAllowed(
            f"{method} is passed on to our contracts, and to an index that an agreement names for its values; "
            f"{to[:42]} is neither."
        )
    return [{**kept, "gas": hex(gas)}, *params[1:]]


def _asks_an_index(to: str, data: list[str]) -> bool:
    """Whether this is the one question that the verifier asks of a contract that is not ours."""
    value_of = "0x" + abi.call_data("IIndex", "valueOf", 0)[:4].hex()
    return bool(data) and all(d.startswith(value_of) for d in data) and is_hex_address(to) and queries.names_index(to)
