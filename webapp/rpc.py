"""The same-origin JSON-RPC: what a verifier must ask, and nothing else. A real wallet brings its own node."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from ppa import abi
from ppa.errors import ChainUnreachable, PpaError, Refused, Reverted
from webapp.config import settings
from webapp.errors import NotAllowed

bp = Blueprint("rpc", __name__)
MOST_QUESTIONS = 100
MOST_CALL_GAS = 50_000_000
_READ = {
    "eth_blockNumber",
    "eth_call",
    "eth_chainId",
    "eth_estimateGas",
    "eth_getBlockByNumber",
    "eth_getCode",
    "eth_getLogs",
    "eth_getStorageAt",
    "eth_getTransactionByBlockNumberAndIndex",
    "eth_getTransactionReceipt",
}
_DEMO = {"eth_getTransactionCount", "eth_sendRawTransaction"}
_REFUSED, _NOT_ALLOWED, _REVERTED = -32000, -32601, 3


@bp.post("/rpc")
def ask() -> Response:
    """One question, or a list of at most 100."""
    body = request.get_json(force=True, silent=True)
    if isinstance(body, list) and len(body) <= MOST_QUESTIONS:
        return jsonify([_answer(question) for question in body])
    return jsonify(_answer(body))


def _answer(question: Any) -> dict[str, Any]:
    identifier = question.get("id") if isinstance(question, dict) else None
    head = {"jsonrpc": "2.0", "id": identifier}
    try:
        method, params = _allowed(question)
        return {**head, "result": settings().chain().request(method, *params)}
    except NotAllowed as problem:
        error: dict[str, Any] = {"code": _NOT_ALLOWED, "message": str(problem)}
    except Reverted as problem:
        error = {"code": _REVERTED, "message": f"execution reverted: {problem}", "data": "0x" + problem.data.hex()}
    except ChainUnreachable:
        error = {"code": _REFUSED, "message": "The platform's node does not answer."}
    except (Refused, PpaError) as problem:
        error = {"code": _REFUSED, "message": str(problem)}
    return {**head, "error": error}


def _allowed(question: Any) -> tuple[str, list[Any]]:
    if not isinstance(question, dict) or not isinstance(question.get("params", []), list):
        raise NotAllowed(f"Ask with a JSON-RPC object or a list of at most {MOST_QUESTIONS} of them.")
    method, params = question.get("method"), list(question.get("params", []))
    if method not in _READ and not (settings().demo_wallet and method in _DEMO):
        raise NotAllowed(f"This read-only node does not pass {method} on; a wallet brings its own node.")
    if method == "eth_getLogs":
        _check_logs(params)
    if method in ("eth_call", "eth_estimateGas"):
        params = _checked_call(method, params)
    return str(method), params


def _check_logs(params: list[Any]) -> None:
    asked = params[0] if len(params) == 1 and isinstance(params[0], dict) else {}
    address, topics = asked.get("address"), asked.get("topics")
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
        raise NotAllowed("eth_call is passed on with a transaction and a block, without overrides.")
    kept = {key: params[0][key] for key in ("from", "to", "data", "input") if key in params[0]}
    gas = {"gas": hex(MOST_CALL_GAS)} if method == "eth_call" else {}
    return [{**kept, **gas}, *params[1:]]
