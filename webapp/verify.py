"""The page that checks an agreement or an invoice in the visitor's browser, and the public files that it needs."""

from flask import Blueprint, Response, jsonify, render_template, request

from ppa import artifacts, refusals
from ppa.termsfile import terms_to_json
from webapp import queries, security, statements
from webapp.config import settings

bp = Blueprint("verify", __name__)
_ABIS = ("MeterLedger", "PPARegistry", "IClause", "IIndex", "IndexPublisher", *artifacts.CLAUSES)
_SCHEMAS = ("terms", "evidence", "invoice")
_HOUR = {"Cache-Control": "public, max-age=3600"}


@bp.get("/verify")
def page() -> str:
    """Open to anyone. `?rpc=` offers another node, `?agreement=` and `?period=` fill the form.

    The policy lets the page ask that node's origin; the page does once the visitor chooses it.
    """
    rpc = request.args.get("rpc", "").strip()
    origin = security.origin_of(rpc) if rpc else None
    if origin:
        security.allow_origin(origin)
    view = queries.agreement(request.args.get("agreement", ""))
    period = request.args.get("period")
    closed = next((x for x in view.closed if x.period == period), None) if view else None
    data = {
        "agreement": view.id if view else request.args.get("agreement", ""),
        "rpcAsked": rpc,
        "rpcUrl": rpc if origin else "",
        "rpcOrigin": origin,
        "invoice": statements.invoice(view, closed).to_json() if view and closed else None,
        "terms": terms_to_json(view.terms) if view else None,
    }
    return render_template("verify.html", data=data, agreements=queries.every_agreement())


@bp.get("/interfaces/abi.json")
def abis() -> Response:
    """The ABIs that the browser's verifier uses."""
    answer = jsonify({name: artifacts.abi(name) for name in _ABIS})
    answer.headers.update(_HOUR)
    return answer


@bp.get("/interfaces/schemas.json")
def schemas() -> Response:
    """The schemas of the files that the browser's verifier reads: those that ppa checks them against."""
    answer = jsonify({f"solpact-{kind}": artifacts.schema(kind) for kind in _SCHEMAS})
    answer.headers.update(_HOUR)
    return answer


@bp.get("/interfaces/refusals.json")
def sentences() -> Response:
    """What the contracts' errors mean, in both languages."""
    answer = jsonify(refusals.catalogue())
    answer.headers.update(_HOUR)
    return answer


@bp.get("/interfaces/build.json")
def build() -> Response:
    """The published runtime code and where its immutables stand."""
    contracts = {
        name: {
            "runtime": "0x" + artifacts.runtime_code(name).hex(),
            "immutableReferences": {
                key: [{"start": start, "length": length} for start, length in places]
                for key, places in artifacts.immutable_references(name).items()
            },
        }
        for name in artifacts.CONTRACTS
    }
    answer = jsonify({"contracts": contracts})
    answer.headers.update(_HOUR)
    return answer


@bp.get("/deployment.json")
def deployment() -> Response:
    """Where our contracts are."""
    body = {"format": {"name": "solpact-deployment", "version": 1}, **settings().deployment.to_json()}
    return jsonify(body)
