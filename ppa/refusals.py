"""What a contract's refusal means, in Spanish and English: what was wrong, and what to do next.

`refusals.json` has a sentence for each error of our ABIs. `{day:date}` stands for the argument `day`, shown as a date;
an argument without a unit is shown as it is. The browser reads the same file.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from importlib import resources
from typing import Any

from ppa import text
from ppa.text import Language

NO_REASON, UNKNOWN = "no reason given", "unknown error"
_PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")
_DAY_S = 86_400
_LAST_DAY = 2_932_896  # 9999-12-31, the last that a date can be


@cache
def catalogue() -> Mapping[str, Any]:
    """`errors`: sentences by error and language; `states`: the words of the contracts' enumerations, in their order."""
    found: dict[str, Any] = json.loads(resources.files("ppa").joinpath("refusals.json").read_text(encoding="utf-8"))
    return found


def sentence(name: str, arguments: Mapping[str, Any], language: Language) -> str:
    """The sentence of an error, its arguments as people read them."""
    template: str = catalogue()["errors"][name][language]
    return _PLACE.sub(lambda place: UNITS[place[2]](arguments[place[1]], language), template).strip()


def plain(value: object) -> str:
    """An argument as it is: bytes in hexadecimal."""
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)


def _date(day: int, language: Language) -> str:
    return _moment(day * _DAY_S, language, "")


def _moment(seconds: int, language: Language, clock: str = " %H:%M UTC") -> str:
    if not 0 <= seconds < (_LAST_DAY + 1) * _DAY_S:
        return str(seconds)
    date = "%d/%m/%Y" if language == "es" else "%Y-%m-%d"
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).strftime(date + clock)


def _state(kind: str, value: int, language: Language) -> str:
    words = catalogue()["states"][kind][language]
    return str(words[value]) if value < len(words) else str(value)


UNITS: Mapping[str | None, Callable[[Any, Language], str]] = {
    None: lambda value, _: plain(value),
    "date": _date,  # a civil day
    "moment": _moment,  # UTC seconds
    "money": lambda cents, language: text.decimal(cents, 2, language, 2),  # the error does not say the currency
    "energy": text.energy,
    "price": lambda micro, language: text.decimal(micro, 6, language, 2),
    "percent": text.percent,
    "place": lambda index, _: str(index + 1),  # people count from 1
    "currency": lambda code, _: code.decode("latin-1"),
    "status": partial(_state, "status"),
    "payment": partial(_state, "payment"),
    "refusal": lambda inner, language: str(inner.sentence(language)),  # what a clause answered
}
