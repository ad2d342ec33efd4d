"""The platform's API: meters post days, pages and programs read them."""

from flask import Blueprint, Response, abort, jsonify, request

from ppa.errors import ChainUnreachable
from webapp import days, queries
from webapp.errors import BadUpload

bp = Blueprint("api", __name__, url_prefix="/api/v1")


@bp.post("/days")
def post_day() -> tuple[Response, int]:
    """201 stored, 200 duplicate; 400, 401, 409, 413, 425 with the reason in `error`; 503 while the node is away."""
    header = request.headers.get
    given = days.Upload(request.get_data(), header("X-Meter", ""), header("X-Day", ""), header("X-Signature", ""))
    try:
        fresh = days.accept(given)
    except BadUpload as problem:
        return jsonify(error=str(problem)), problem.status
    except ChainUnreachable as problem:
        return jsonify(error=str(problem)), 503
    return (jsonify(stored=True), 201) if fresh else (jsonify(duplicate=True), 200)


@bp.get("/meters/<meter>/days/<int:day>")
def get_day(meter: str, day: int) -> Response:
    """A day's summary and leaves, as the meter posted them."""
    return jsonify(days.stored(meter, day) or abort(404))


@bp.get("/agreements/<identifier>")
def get_agreement(identifier: str) -> Response:
    """Where an agreement stands, for a page that waits for the index."""
    view = queries.agreement(identifier) or abort(404)
    return jsonify(id=view.id, status=view.status, periods=len(view.closed), balance_cents=view.balance_cents)


@bp.get("/requests/<consumer>")
def get_requests(consumer: str) -> Response:
    """Proposals that wait for an account's signature."""
    found = queries.waiting_for(consumer)
    return jsonify([{"id": view.id, "producer": view.terms.producer, "months": view.months} for view in found])
