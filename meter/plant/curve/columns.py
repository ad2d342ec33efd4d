"""Which column of a load curve is what: by its name, in Spanish or English, or as the user says."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from meter.errors import BadSeries

UNITS = ("Wh", "kWh", "W", "kW")
NO_EXPORT = "none"

_DATE = {"fecha", "date", "dia", "day"}
_HOUR = {"hora", "hour", "time"}
_TIME = {
    *("time", "timestamp", "datetime", "date time", "date and time", "statistical period", "measured on"),
    *("start", "start time", "interval start", "end", "end time", "interval end", "date", "fecha"),
    *("fecha hora", "fecha y hora", "hora de inicio", "hora de fin", "inicio", "fin", "periodo estadistico"),
}
_GENERATION = {
    *("generation", "production", "system production", "solar production", "pv production", "yield", "pv yield"),
    *("inverter yield", "generated", "generated energy", "ac power", "pv power", "generation power"),
    *("generacion", "generada", "energia generada", "produccion", "produccion del sistema", "energia producida"),
    *("produccion fv", "rendimiento fv", "rendimiento fotovoltaico", "potencia generada"),
}
_EXPORT = {
    *("export", "exported", "exported energy", "export power", "feed in", "feed in energy", "feed in to grid"),
    *("feed in power", "surplus", "exportacion", "exportada", "energia exportada", "vertida", "energia vertida"),
    *("excedentes", "energia excedentaria", "inyeccion a la red", "energia inyectada"),
}
_UNIT = re.compile(r"(?<![a-z])(kwh|wh|kw|w)(?![a-z])")
_ENDS = re.compile(r"\b(end|fin|hasta|until)\b")
_STARTS = re.compile(r"\b(start|inicio|desde|from)\b")


def plain(name: str) -> str:
    """A column's name without accents, capitals, signs and unit."""
    return " ".join(_UNIT.sub(" ", _simple(name)).split())


def unit_of(name: str) -> str | None:
    """The unit that a column's name says: the last of UNITS in it."""
    found = _UNIT.findall(_simple(name))
    return {unit.lower(): unit for unit in UNITS}[found[-1]] if found else None


def times_said(names: Iterable[str]) -> str | None:
    """Whether the names say that a time is an interval's "start" or its "end"."""
    text = " ".join(plain(name) for name in names)
    starts, ends = bool(_STARTS.search(text)), bool(_ENDS.search(text))
    return None if starts == ends else "start" if starts else "end"


def time_columns(header: Sequence[str], given: str) -> tuple[int, ...] | None:
    """The column of the time, or those of date and hour. None if no name says it."""
    if given:
        return tuple(_named(header, name.strip(), "time") for name in given.split("+"))
    names = [plain(name) for name in header]
    dates, hours = ([i for i, name in enumerate(names) if name in known] for known in (_DATE, _HOUR))
    if len(dates) == len(hours) == 1:
        return dates[0], hours[0]
    found = [i for i, name in enumerate(names) if name in _TIME]
    return (_only(header, found, "time"),) if found else None


def energy_column(header: Sequence[str], given: str, role: str) -> int | None:
    """The column of "generation" or "export". None if no name says it."""
    if given:
        return _named(header, given, role)
    known = _GENERATION if role == "generation" else _EXPORT
    found = [i for i, name in enumerate(header) if plain(name) in known]
    return _only(header, found, role) if found else None


def _named(header: Sequence[str], given: str, role: str) -> int:
    found = [i for i, name in enumerate(header) if name.strip().casefold() == given.strip().casefold()]
    if not found:
        raise BadSeries(f"there is no column {given!r}, named with --{role}; there are: {', '.join(header)}.")
    return _only(header, found, role)


def _only(header: Sequence[str], found: Sequence[int], role: str) -> int:
    if len(found) > 1:
        names = " and ".join(repr(header[i]) for i in found)
        if len({header[i] for i in found}) == 1:
            raise BadSeries(f"two columns have the name {header[found[0]]!r}: rename the one that is not {role}.")
        raise BadSeries(f"{names} may each be the {role}: say which, READ='--{role} \"{header[found[0]]}\"'.")
    return found[0]


def _simple(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[^a-z0-9]+", " ", "".join(c for c in letters if not unicodedata.combining(c)))
