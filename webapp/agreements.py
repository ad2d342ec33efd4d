"""Pages of agreements: the list, a proposal, an offer in a file, the consumer's signature, one agreement."""

import json

from flask import Blueprint, Response, abort, render_template, request

from ppa import jsonfile
from ppa.clauses import KNOWN
from ppa.errors import BadTerms, ChainError, PpaError
from ppa.evidence import collect
from ppa.jsonfile import unhexed
from ppa.termsfile import TermsFile, terms_to_json
from webapp import days, flags, languages, pending, queries
from webapp.config import settings

bp = Blueprint("agreements", __name__, url_prefix="/agreements")


@bp.get("")
def every() -> str:
    """All agreements, newest first; the page asks which of them wait for the visitor."""
    return render_template("agreements.html", agreements=queries.every_agreement())


@bp.get("/new")
def propose() -> str:
    """The form left, the exact terms and their hash right; both made in the browser."""
    data = {"clauses": _known_clauses(), "meter": request.args.get("meter", "")}
    return render_template("propose.html", data=data)


@bp.get("/offer")
def offer() -> str:
    """Terms that one party signed, in a file: the other reads them and agrees in one transaction."""
    return render_template("offer.html", data={"clauses": _known_clauses()})


@bp.get("/<identifier>")
def one(identifier: str) -> str:
    """Timeline, chart, statements."""
    view = find(identifier)
    chart = {
        "labels": [languages.month(period.first_day) for period in view.closed],
        "consumption": [period.consumption_wh / 1000 for period in view.closed],
        "exported": [period.exported_wh / 1000 for period in view.closed],
    }
    data = {**script_data(view), "chart": chart}
    special = {period.period: special_of(view, period) for period in view.closed}
    waits = {
        "announcement": pending.announcement(view) or pending.takeover(view),
        "notice": pending.lenders_notice(view),
    }
    return render_template("agreement.html", a=view, data=data, lines=clause_lines(view), special=special, **waits)


@bp.get("/<identifier>/sign")
def sign(identifier: str) -> str:
    """What the consumer reads before signing: a sentence a clause, an example month, the call and the hash."""
    view = find(identifier)
    return render_template("sign.html", a=view, data=script_data(view), lines=clause_lines(view))


@bp.get("/<identifier>/terms.json")
def terms(identifier: str) -> Response:
    """The terms as a file that any verifier reads. 409 if their words are not what their fields say."""
    view, deployment = find(identifier), settings().deployment
    try:
        language, words = view.words()
    except BadTerms as problem:
        abort(409, problem.told(languages.language()))
    place = (deployment.chain_id, deployment.genesis, deployment.address("PPARegistry"), unhexed(view.id))
    body = TermsFile(*place, view.terms, words, language).to_json()
    return download("terms", body, f"terms-{view.id[2:10]}.json")


@bp.get("/<identifier>/evidence.json")
def evidence(identifier: str) -> Response:
    """All that a verifier without our servers needs. 404 while the agreement is not signed."""
    view = find(identifier)
    try:
        found = collect(settings().chain(), settings().deployment, unhexed(view.id), days.source(view.terms.meter))
    except ChainError:
        raise
    except PpaError as problem:
        abort(409, problem.told(languages.language()))
    return download("evidence", found.to_json(), f"evidence-{view.id[2:10]}.json")


def _known_clauses() -> dict[str, str]:
    return {name: settings().deployment.address(name) for name in KNOWN}


def find(identifier: str) -> queries.AgreementView:
    """An agreement of the index. Aborts with 404."""
    return queries.agreement(identifier) or abort(404, languages.say("error.404"))


def clause_lines(view: queries.AgreementView) -> list[dict[str, str | None]]:
    """One plain sentence a clause; where we do not know it, that is the sentence."""
    unknown = languages.say("clause.unknown")
    return [
        {
            "rule": rule,
            "name": name,
            "sentence": kind.sentence(languages.language(), view.terms.currency) if kind else unknown,
        }
        for rule, name, kind in view.clauses()
    ]


def script_data(view: queries.AgreementView) -> dict[str, object]:
    """What a page's script needs of an agreement; `names`: the published clause at each address."""
    names = {rule: name for rule, name, _ in view.clauses()}
    return {"id": view.id, "status": view.status, "terms": terms_to_json(view.terms), "names": names}


def special_of(view: queries.AgreementView, closed: queries.ClosedPeriod) -> list[str]:
    """What is special about a month, a sentence each."""
    said = flags.in_words(closed.statement.flags, view.clause_names())
    return [*said, *flags.claims_in_words(closed.claims, view.terms.currency)]


def download(kind: str, body: dict[str, object], name: str) -> Response:
    """A file of ours, checked against its schema before it leaves."""
    whole = {"format": {"name": f"solpact-{kind}", "version": jsonfile.VERSION}, **body}
    jsonfile.checked(whole, kind, name)
    text = json.dumps(whole, indent=1, ensure_ascii=False) + "\n"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, mimetype="application/json", headers=headers)
