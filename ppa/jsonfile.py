"""JSON on disk: checked against its schema, its format and version; integers above 2^53 are decimal strings."""

import json
import os
import re
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from eth_utils.address import is_checksum_address
from jsonschema_rs import Draft202012Validator, ValidationError, ValidationErrorKind

from ppa import artifacts
from ppa.errors import BadFile, UnknownFormat

VERSION = 1
_EXACT = 2**53
_PLACE_LENGTH = 80  # of a field's name in a sentence: the file may have any


@cache
def _validator(kind: str) -> Draft202012Validator:
    return Draft202012Validator(artifacts.schema(kind))


def read(path: str | os.PathLike[str], kind: str) -> dict[str, Any]:
    """A file of a kind ("terms", "invoice", "evidence", "deployment"). Raises BadFile or UnknownFormat."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as problem:
        raise BadFile(f"{path} cannot be read: {problem.strerror}.") from problem
    except UnicodeDecodeError as problem:
        raise BadFile(f"{path} is not text that we read: {problem}.") from problem
    return parse(text, kind, str(path))


def parse(text: str, kind: str, where: str = "The file") -> dict[str, Any]:
    """As `read`, from text. `where` names it in messages."""
    try:
        found = json.loads(text, parse_float=_no_fraction, parse_constant=_no_fraction, object_pairs_hook=_unique_names)
    except (ValueError, RecursionError) as problem:
        raise BadFile(f"{where} is not JSON that we read: {problem}.") from problem
    return checked(found, kind, where)


def checked(found: Any, kind: str, where: str = "The file") -> dict[str, Any]:
    """The object, if it is of this kind and version and as its schema says. Raises BadFile or UnknownFormat."""
    name = f"solpact-{kind}"
    given = found.get("format") if isinstance(found, dict) else None
    if given != {"name": name, "version": VERSION}:
        raise UnknownFormat(where, name, VERSION, given)
    problem = next(_validator(kind).iter_errors(found), None)
    if problem is not None:
        raise BadFile(f"{where} is not a {name} file: at {_place(problem)}, {problem.message[:200]}.")
    checked_object: dict[str, Any] = found
    return checked_object


def write(path: str | os.PathLike[str], kind: str, body: Mapping[str, Any]) -> None:
    """Writes a file whole or not at all. Raises BadFile if the body is not what the schema says."""
    whole = {"format": {"name": f"solpact-{kind}", "version": VERSION}, **body}
    checked(whole, kind, str(path))
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(json.dumps(whole, indent=1, ensure_ascii=False) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def integer(value: int) -> int | str:
    """As it stands in a file: a decimal string where JSON readers lose digits."""
    return int(value) if abs(value) <= _EXACT else str(int(value))


def hexed(value: bytes) -> str:
    """Bytes as 0x…"""
    return "0x" + value.hex()


def unhexed(value: str) -> bytes:
    """Bytes of 0x… (the schema has checked the form)."""
    return bytes.fromhex(value[2:])


def address(value: str, name: str) -> str:
    """An address of a file. Raises BadFile if it is not in checksum form."""
    if not is_checksum_address(value):
        raise BadFile(f"The {name} {value} is not in checksum form: a digit may be mistyped.")
    return value


def _place(problem: ValidationError) -> str:
    """Where in the file something is wrong: the field itself, also one that is missing or that no schema has."""
    parts = list(problem.instance_path)
    if isinstance(problem.kind, ValidationErrorKind.Required):
        parts.append(problem.kind.property)
    elif isinstance(problem.kind, ValidationErrorKind.AdditionalProperties):
        parts.append(problem.kind.unexpected[0])
    return re.sub(r"[^ -~]", "?", "/".join(map(str, parts)))[:_PLACE_LENGTH] or "its top"


def _no_fraction(text: str) -> Any:
    raise ValueError(f"{text} is not an integer, and all our numbers are")


def _unique_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    for name in found:
        name.encode()  # refuses half a character, which JSON can write
    return found
