"""What went wrong: for programs as JSON (RFC 9457), for people as a page in their language."""

from http import HTTPStatus
from typing import Any

from flask import Flask, Response, json, render_template, request
from werkzeug.exceptions import HTTPException, TooManyRequests
from werkzeug.wrappers import Response as AnyResponse

from ppa.errors import ChainError, NotFound
from webapp.errors import BadUpload, Malformed
from webapp.languages import language, say

MEDIA_TYPE = "application/problem+json"
_RPC = "/rpc"
_FOR_PROGRAMS = ("/api/", _RPC, "/healthz")
_RPC_CODES = {400: -32600, 429: -32005}
_RPC_FAILED = -32603
_OWN_HEADERS = ("Content-Type", "Content-Length")


def register(app: Flask) -> None:
    """Answers every error of an application."""
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(BadUpload, lambda problem: answer(problem.status, str(problem)))
    app.register_error_handler(Malformed, lambda problem: answer(400, str(problem)))
    app.register_error_handler(ChainError, _of_chain)


def answer(status: int, detail: str, *, shown: str = "") -> AnyResponse:
    """A problem where a program asked, and of /rpc also an error of JSON-RPC; a page where a person did.

    The page's sentence is of the status alone, with what is `shown` below.
    """
    if not _is_for_programs(request.path):
        return Response(render_template("error.html", code=status, detail=shown), status)
    body: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    body["detail"] = detail
    if request.path == _RPC:
        error = {"code": _RPC_CODES.get(status, _RPC_FAILED), "message": detail}
        body |= {"jsonrpc": "2.0", "id": None, "error": error}
    return Response(json.dumps(body) + "\n", status, mimetype=MEDIA_TYPE)


def _is_for_programs(path: str) -> bool:
    return path.endswith(".json") or path.startswith(_FOR_PROGRAMS)


def _of_http(problem: HTTPException) -> AnyResponse:
    if problem.code is None or problem.code < 400:
        return problem.get_response()
    found = answer(problem.code, _sentence(problem))
    found.headers.extend((name, value) for name, value in problem.get_headers() if name not in _OWN_HEADERS)
    return found


def _sentence(problem: HTTPException) -> str:
    if isinstance(problem, TooManyRequests):
        return say("error.429")
    return problem.description or HTTPStatus(problem.code or 500).phrase


def _of_chain(problem: ChainError) -> AnyResponse:
    status = 404 if isinstance(problem, NotFound) else 503
    told = problem.told(language())
    return answer(status, told, shown=told)
