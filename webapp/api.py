"""The platform's API: meters post days, pages and programs read them."""

from flask import Blueprint, Response, abort, jsonify, request

from ppa.errors import BadReading
from webapp import days, queries

bp = Blueprint("api", __name__, url_prefix="/api/v1")


@bp.post("/days")
def post_day() -> tuple[Response, int]:
    """201 stored, 200 duplicate. A problem: 400, 401, 409, 413; 425 and 503 for a day to be sent again later."""
    header = request.headers.get
    given = days.Upload(request.get_data(), header("X-Meter", ""), header("X-Day", ""), header("X-Signature", ""))
    return (jsonify(stored=True), 201) if days.accept(given) else (jsonify(duplicate=True), 200)


@bp.get("/meters/<meter>/days/<day>")
def get_day(meter: str, day: str) -> Response:
    """A day's summary and leaves, as the meter posted them. 404 if it did not; 409 if they cannot be read."""
    number = days.number(day)
    try:
        found = None if number is None else days.stored(meter, number)
    except BadReading as problem:
        abort(409, str(problem))
    return jsonify(found or abort(404, "The platform has no readings of this meter and day."))


@bp.get("/agreements/<identifier>")
def get_agreement(identifier: str) -> Response:
    """Where an agreement stands, for a page that waits for the index."""
    view = queries.agreement(identifier) or abort(404, "The index has no such agreement.")
    return jsonify(id=view.id, status=view.status, periods=len(view.closed), balance_cents=view.balance_cents)


@bp.get("/requests/<consumer>")
def get_requests(consumer: str) -> Response:
    """Proposals that wait for an account's signature."""
    found = queries.waiting_for(consumer)
    return jsonify([{"id": view.id, "producer": view.terms.producer, "months": view.months} for view in found])
