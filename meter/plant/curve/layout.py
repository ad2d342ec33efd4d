"""How a load curve's file is laid out: separator, header, columns, units; guessed from it unless the user says."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from meter.errors import BadSeries
from meter.plant.curve.columns import NO_EXPORT, energy_column, plain, time_columns, times_said, unit_of

SEPARATORS = {";": "semicolons", ",": "commas", "\t": "tabs"}
_TITLE_LINES = 20  # lines of titles that may stand above the header


@dataclass(frozen=True)
class Options:
    """What the user says of a file; what is empty is guessed. `time` may be two columns, "date+hour"."""

    zone: str = "Europe/Madrid"
    time: str = ""
    generation: str = ""
    export: str = ""
    unit: str = ""
    decimal: str = ""
    labels: str = ""


@dataclass(frozen=True)
class Layout:
    """A file's separator, its header and on which line it is, and the columns' numbers; units of both energies."""

    separator: str
    line: int
    header: tuple[str, ...]
    time: tuple[int, ...]
    generation: int
    export: int | None
    units: tuple[str, str]
    times_said: str | None

    def summary(self) -> str:
        """The columns, for the user."""
        time = " + ".join(repr(self.header[i]) for i in self.time)
        export = "none" if self.export is None else f"{self.header[self.export]!r} in {self.units[1]}"
        return (
            f"separated by {SEPARATORS[self.separator]}; time {time}; generation {self.header[self.generation]!r} "
            f"in {self.units[0]}; export {export}"
        )


@dataclass(frozen=True)
class Cells:
    """One row's cells that count, and its line in the file."""

    line: int
    time: tuple[str, ...]
    generation: str
    export: str


def read_text(path: Path) -> str:
    """The file's text. Raises BadSeries if it is empty or not UTF-8."""
    try:
        raw = path.read_bytes()
    except OSError as problem:
        raise BadSeries(f"{path} cannot be read: {problem.strerror}.") from problem
    if raw.startswith(b"PK\x03\x04"):
        raise BadSeries(f"{path} is a workbook or an archive: save the table as CSV (UTF-8) and give that file.")
    try:
        text = raw.decode("utf-8-sig")
        where = text.find("\0")
    except UnicodeDecodeError as problem:
        text, where = "", problem.start
    if where >= 0:
        line = raw.count(b"\n", 0, where) + 1
        raise BadSeries(f"Line {line} of {path} is not UTF-8 text: save the file as CSV UTF-8 and give that file.")
    if not text.strip():
        raise BadSeries(f"{path} is empty: export it again.")
    return text


def layout_of(lines: Sequence[str], options: Options, path: Path) -> Layout:
    """The layout of a file's lines: the first line that names a time and a generation is the header."""
    problem = BadSeries("")
    for line, text in enumerate(lines[:_TITLE_LINES], 1):
        for separator in SEPARATORS:
            header = _cells(text, separator)
            if len(header) < 2:
                continue
            try:
                if found := _laid_out(separator, line, header, options):
                    return found
            except BadSeries as refused:
                if not _is_header(header):
                    problem = problem if problem.args[0] else BadSeries(f"{path}: {refused}")
                    continue
                raise BadSeries(f"Line {line} of {path}: {refused}") from refused
    if problem.args[0]:
        raise problem
    raise BadSeries(
        f"{path} has no line that names a time and a generation; its line 1 is {lines[0].strip()[:120]!r}. "
        'Name the columns: READ=\'--time "…" --generation "…" --export "…"\'.'
    )


def _cells(text: str, separator: str) -> tuple[str, ...]:
    try:
        return tuple(cell.strip() for cell in next(csv.reader([text], delimiter=separator), []))
    except csv.Error:  # longer than any header
        return ()


def _is_header(header: Sequence[str]) -> bool:
    """Whether a line has the name of some column that is known."""
    return any(plain(name) and _is_known(name) for name in header)


def _is_known(name: str) -> bool:
    columns = (energy_column([name], "", role) for role in ("generation", "export"))
    return time_columns([name], "") is not None or any(column is not None for column in columns)


def _laid_out(separator: str, line: int, header: tuple[str, ...], options: Options) -> Layout | None:
    time = time_columns(header, options.time)
    generation = energy_column(header, options.generation, "generation")
    export = None if options.export == NO_EXPORT else energy_column(header, options.export, "export")
    if time is None or generation is None:
        if (time is None) != (generation is None) and export is not None:
            missing = "time" if time is None else "generation"
            raise BadSeries(f"no column is known as {missing}: name it, READ='--{missing} \"…\"'; {_there(header)}")
        return None
    if export is None and options.export != NO_EXPORT:
        raise BadSeries(
            "no column is known as the energy exported to the grid: name it, READ='--export \"…\"', or say that there "
            f"is none, READ='--export none'; {_there(header)}"
        )
    units = tuple(_unit(header[i], options.unit) for i in (generation, generation if export is None else export))
    said = times_said(header[i] for i in time)
    return Layout(separator, line, header, time, generation, export, (units[0], units[1]), said)


def _there(header: Sequence[str]) -> str:
    return f"there are: {', '.join(header)}."


def _unit(name: str, given: str) -> str:
    said = unit_of(name)
    unit = said or given
    if not unit:
        raise BadSeries(f"column {name!r} does not say its unit: say it, READ='--unit kWh' (or Wh, W, kW).")
    if given not in ("", unit):
        raise BadSeries(f"column {name!r} says {said}, --unit says {given}: leave --unit out, or correct the header.")
    return unit


def rows(lines: Sequence[str], layout: Layout, path: Path) -> Iterator[Cells]:
    """The rows below the header that are not empty."""
    reader = csv.reader(lines[layout.line :], delimiter=layout.separator, strict=True)
    needed = max(*layout.time, layout.generation, layout.export or 0) + 1
    try:
        for cells in reader:
            line = layout.line + reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) < needed or any(cell.strip() for cell in cells[len(layout.header) :]):
                raise BadSeries(
                    f"Line {line} of {path} has {len(cells)} cells, its header {len(layout.header)}: a value with a "
                    "decimal comma between commas needs quotation marks, or another separator."
                )
            export = "0" if layout.export is None else cells[layout.export].strip()
            yield Cells(line, tuple(cells[i].strip() for i in layout.time), cells[layout.generation].strip(), export)
    except csv.Error as problem:
        raise BadSeries(f"Line {layout.line + reader.line_num} of {path} is not CSV: {problem}.") from problem
