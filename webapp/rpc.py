"""The same-origin JSON-RPC: what a verifier must ask, and nothing else. A real wallet brings its own node."""

from typing import Any

from flask import Blueprint, Response, jsonify

from ppa.errors import ChainError, ChainUnreachable, Reverted
from webapp import questions, turns
from webapp.config import settings
from webapp.errors import Malformed, NotAllowed
from webapp.questions import Question

bp = Blueprint("rpc", __name__)
MOST_SECONDS = 5.0
INVALID, NOT_ALLOWED = -32600, -32601
_REFUSED, _REVERTED = -32000, 3


@bp.post("/rpc")
def ask() -> Response:
    """One question, or a list of them, answered in a few seconds or told that the node did not."""
    asked = questions.asked()
    several = asked if isinstance(asked, list) else [asked]
    passed = [(question.method, question.params) for question in several if not question.problem]
    with turns.turn():
        results = iter(settings().chain(MOST_SECONDS).request_each(passed, MOST_SECONDS))
    answers = [_answer(question, question.problem or next(results)) for question in several]
    return jsonify(answers if isinstance(asked, list) else answers[0])


def _answer(question: Question, found: Any) -> dict[str, Any]:
    head = {"jsonrpc": "2.0", "id": question.identifier}
    return {**head, "error": _error(found)} if isinstance(found, Exception) else {**head, "result": found}


def _error(problem: Exception) -> dict[str, Any]:
    match problem:
        case Malformed():
            return {"code": INVALID, "message": str(problem)}
        case NotAllowed():
            return {"code": NOT_ALLOWED, "message": str(problem)}
        case Reverted():
            message = f"execution reverted: {problem}"
            return {"code": _REVERTED, "message": message, "data": "0x" + problem.data.hex()}
        case ChainUnreachable():
            return {"code": _REFUSED, "message": "The platform's node does not answer."}
        case ChainError():
            return {"code": _REFUSED, "message": str(problem)}
        case _:
            raise problem
