"""A month's statement: the walk from the amount to the reading, its invoice as JSON and for the printer."""

from flask import Blueprint, Response, abort, render_template

from ppa.invoice import Invoice, invoice_of
from ppa.jsonfile import unhexed
from webapp import languages, queries
from webapp.agreements import clause_lines, download, find, script_data, special_of
from webapp.config import settings
from webapp.queries import AgreementView, ClosedPeriod

bp = Blueprint("statements", __name__, url_prefix="/agreements/<identifier>/statements")


@bp.get("/<which>")
def one(identifier: str, which: str) -> str:
    """`which`: the month ("2016-07") or the statement's number in the agreement's life."""
    view, closed = _find(identifier, which)
    data = {
        **script_data(view),
        "number": closed.statement.number,
        "period": closed.period,
        "invoice": invoice(view, closed).to_json(),
        "sentences": [line["sentence"] for line in clause_lines(view)],
    }
    whole = {"lines": clause_lines(view), "special": special_of(view, closed)}
    return render_template("statement.html", a=view, s=closed, data=data, **whole)


@bp.get("/<which>/invoice.json")
def invoice_file(identifier: str, which: str) -> Response:
    """The invoice that equals the statement."""
    view, closed = _find(identifier, which)
    return download("invoice", invoice(view, closed).to_json(), f"invoice-{closed.period}.json")


@bp.get("/<which>/print")
def printed(identifier: str, which: str) -> str:
    """The same for paper: a statement without taxes, which is not an invoice in the law's sense."""
    view, closed = _find(identifier, which)
    whole = {"invoice": invoice(view, closed), "lines": clause_lines(view), "special": special_of(view, closed)}
    return render_template("print.html", a=view, s=closed, data={}, **whole)


def invoice(view: AgreementView, closed: ClosedPeriod) -> Invoice:
    """The invoice of a closed period."""
    deployment = settings().deployment
    return invoice_of(
        closed.statement,
        closed.previous,
        closed.lines,
        terms=view.terms,
        chain_id=deployment.chain_id,
        registry=deployment.address("PPARegistry"),
        agreement=unhexed(view.id),
    )


def _find(identifier: str, which: str) -> tuple[queries.AgreementView, ClosedPeriod]:
    view = find(identifier)
    found = (closed for closed in view.closed if which in (closed.period, str(closed.statement.number)))
    return view, next(found, None) or abort(404, languages.say("error.404"))
