"""Spanish (default) and English: two plain catalogues of the same keys, for templates and scripts alike."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from flask import Blueprint, g, redirect, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from ppa import calendar, text
from ppa.text import LANGUAGES, Language
from webapp import config

bp = Blueprint("languages", __name__)
_FOLDER = Path(__file__).parent / "i18n"
_COOKIE = "language"
_YEAR_S = 365 * 86_400


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Every text of a language, by key."""
    found: dict[str, str] = json.loads((_FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return found


def language() -> Language:
    """The language of this request: `?lang=`, else the visitor's choice, else Spanish."""
    if "language" not in g:
        asked = request.args.get("lang") or request.cookies.get(_COOKIE)
        g.language = asked if asked in LANGUAGES else "es"
    found: Language = g.language
    return found


def say(key: str, **values: object) -> str:
    """The text of a key in this request's language, its {names} filled."""
    return catalogue(language())[key].format(**values)


@bp.get("/language/<code>")
def choose(code: str) -> Response:
    """Keeps the choice in a cookie and goes back to a page of ours."""
    try:
        back = urlsplit(request.referrer or "")
    except ValueError:  # no address at all
        back = urlsplit("")
    here = back.netloc == request.host and back.path.startswith("/") and not back.path.startswith("//")
    target = back.path + (f"?{back.query}" if back.query else "") if here else url_for("home")
    answer = redirect(target)
    if code in LANGUAGES:
        answer.set_cookie(_COOKIE, code, max_age=_YEAR_S, samesite="Lax", httponly=True)
    return answer


def month(day: int) -> str:
    """The month of a day in words: "julio de 2016"."""
    pattern = "MMMM 'de' y" if language() == "es" else "MMMM y"
    return format_date(calendar.date_of(day), pattern, locale=language())


def date(day: int) -> str:
    """A civil day in words: "1 de julio de 2016"."""
    return format_date(calendar.date_of(day), "long", locale=language())


def moment(seconds: int, time_zone: str = "Europe/Madrid") -> str:
    """A moment (UTC seconds) in the plant's time zone."""
    zone = ZoneInfo(time_zone)
    return format_datetime(datetime.fromtimestamp(seconds, UTC), "d MMM y, HH:mm", tzinfo=zone, locale=language())


def short(identifier: str) -> Markup:
    """An address or hash, shortened; the whole of it is in its title."""
    shown = f"{identifier[:6]}…{identifier[-4:]}"
    return Markup('<code class="id" title="{}">{}</code>').format(identifier, shown)


def words_for_templates() -> dict[str, Any]:
    """What every template may use."""
    here = language()
    deployment = config.settings().deployment
    return {
        "t": say,
        "language": here,
        "month": month,
        "date": date,
        "moment": moment,
        "short": short,
        "euros": lambda cents, currency="EUR": text.money(cents, here, currency),
        "kwh": lambda wh: text.energy(wh, here),
        "page": {
            "language": here,
            "texts": catalogue(here),
            "chainId": deployment.chain_id,
            "genesis": deployment.genesis,
            "network": deployment.network,
            "contracts": {name: site.address for name, site in deployment.contracts.items()},
            "demoWallet": config.settings().demo_wallet,
            "rpc": url_for("rpc.ask"),
        },
    }
