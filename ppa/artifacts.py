"""ABIs, JSON schemas and the published build: package data in a wheel, `interfaces/` in the repository."""

import json
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from ppa.errors import NoBuild, UnknownFormat, WrongCode

CLAUSES = (
    "EnergyCharge",
    "PriceTable",
    "IndexedPrice",
    "ExcessEnergy",
    "GuaranteedGeneration",
    "TakeOrPay",
    "FixedFee",
    "LateInterest",
    "ExitTable",
)
REGISTRY_MODULES = ("RegistryEnds", "RegistryRights")  # code that PPARegistry runs at its own address
DEPLOYED = ("MeterLedger", *REGISTRY_MODULES, "PPARegistry", *CLAUSES)  # once a network, in this order
CONTRACTS = (*DEPLOYED, "IndexPublisher")


@cache
def abi(name: str) -> list[dict[str, Any]]:
    """The ABI of a contract. Raises NoBuild if it is not there."""
    found: list[dict[str, Any]] = _json("abi", f"{name}.json")
    return found


@cache
def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of a file format, such as "terms"."""
    found: dict[str, Any] = _json("schemas", f"{name}.schema.json")
    return found


def creation_code(name: str) -> bytes:
    """The published creation code, without constructor arguments."""
    return bytes.fromhex(_contract(name)["creation"].removeprefix("0x"))


def runtime_code(name: str) -> bytes:
    """The published runtime code; immutables are zero in it."""
    return bytes.fromhex(_contract(name)["runtime"].removeprefix("0x"))


def immutable_references(name: str) -> dict[str, list[tuple[int, int]]]:
    """Where each immutable stands in the runtime code: name to (start, length) in bytes."""
    references = _contract(name)["immutableReferences"]
    return {key: [(place["start"], place["length"]) for place in places] for key, places in references.items()}


def code_matches(name: str, onchain: bytes) -> dict[str, bytes]:
    """The immutables found in code that is the published build in every other byte. Raises WrongCode if it is not."""
    published = runtime_code(name)
    if len(onchain) != len(published):
        raise WrongCode(f"The code has {len(onchain)} bytes, the published {name} has {len(published)}.")
    masked, found = bytearray(onchain), {}
    for key, places in immutable_references(name).items():
        values = {onchain[start : start + length] for start, length in places}
        if len(values) != 1:
            raise WrongCode(f"The immutable {key} of {name} has {len(values)} different values in one code.")
        found[key] = values.pop()
        for start, length in places:
            masked[start : start + length] = bytes(length)
    if bytes(masked) != published:
        place = next(i for i, (ours, theirs) in enumerate(zip(published, masked, strict=True)) if ours != theirs)
        raise WrongCode(f"The code differs from the published {name}, first at byte {place}.")
    return found


def identify(onchain: bytes) -> str | None:
    """The name of the published clause that this code is, None if it is none of ours."""
    return next((name for name in CLAUSES if runtime_code(name) == onchain), None)


def _contract(name: str) -> dict[str, Any]:
    contracts = _build()["contracts"]
    if name not in contracts:
        raise NoBuild(f"The published build has no contract {name}; it has {', '.join(sorted(contracts))}.")
    found: dict[str, Any] = contracts[name]
    return found


@cache
def _build() -> dict[str, Any]:
    build: dict[str, Any] = _json("build.json")
    if build.get("format") != {"name": "solpact-build", "version": 1}:
        raise UnknownFormat("interfaces/build.json", "solpact-build", 1, build.get("format"))
    return build


def _json(*parts: str) -> Any:
    for place in _places():
        path = place.joinpath(*parts)
        if path.is_file():
            return json.loads(path.read_text(encoding="utf-8"))
    raise NoBuild(
        f"{'/'.join(parts)} is not installed: install solpact again, or run `make interfaces` in the repository."
    )


def _places() -> list[Traversable]:
    return [resources.files("ppa") / "interfaces", Path(__file__).resolve().parent.parent / "interfaces"]
