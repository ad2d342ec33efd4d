"""What is known of a kind of analyzer: one block of registers, and where its two energy counters stand in it."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from meter.errors import BadConfig, InvalidRegister, UnknownProfile

_FUNCTIONS = (3, 4)
_LONGEST_BLOCK = 125


@dataclass(frozen=True)
class Energies:
    """Both counters of an analyzer, in Wh: what it measured in its import and in its export direction."""

    import_wh: int
    export_wh: int


@dataclass(frozen=True)
class Profile:
    """One kind of analyzer. `unit_wh` is the counter's step; `modulus_wh` where it wraps, None if unknown."""

    name: str
    function: int
    address: int
    count: int
    word_order: str
    signed: bool
    unit_wh: int
    import_offset: int
    export_offset: int
    invalid: frozenset[int]
    modulus_wh: int | None = None

    def decode(self, registers: Sequence[int]) -> Energies:
        """The counters in a block of `count` registers. Raises InvalidRegister for a marker or a negative number."""
        return Energies(
            self._counter(registers, self.import_offset, "import"),
            self._counter(registers, self.export_offset, "export"),
        )

    def encode(self, import_units: int, export_units: int) -> list[int]:
        """The block that shows these counters, in the analyzer's own steps: what the simulated plant serves."""
        registers = [0] * self.count
        for offset, units in ((self.import_offset, import_units), (self.export_offset, export_units)):
            words = [units >> 16 & 0xFFFF, units & 0xFFFF]
            registers[offset : offset + 2] = words if self.word_order == "big" else words[::-1]
        return registers

    def _counter(self, registers: Sequence[int], offset: int, which: str) -> int:
        first, second = registers[offset : offset + 2]
        raw = first << 16 | second if self.word_order == "big" else second << 16 | first
        if raw in self.invalid:
            raise InvalidRegister(self.name, f"marks its {which} counter as invalid (0x{raw:08X})")
        if self.signed and raw >= 2**31:
            raise InvalidRegister(self.name, f"shows a negative {which} counter ({raw - 2**32})")
        return raw * self.unit_wh


def known_profiles() -> list[str]:
    """The names that a configuration may use."""
    return sorted(entry.name.removesuffix(".toml") for entry in _folder().iterdir() if entry.name.endswith(".toml"))


@cache
def load_profile(name: str) -> Profile:
    """The profile of a name. Raises UnknownProfile."""
    if name not in known_profiles():
        raise UnknownProfile(name, known_profiles())
    return parse_profile(tomllib.loads((_folder() / f"{name}.toml").read_text(encoding="utf-8")), name)


def parse_profile(body: Mapping[str, Any], name: str) -> Profile:
    """A profile from its TOML tables. Raises BadConfig where it cannot be right."""
    try:
        profile = Profile(
            name=body["name"],
            function=body["function"],
            address=body["address"],
            count=body["count"],
            word_order=body["word_order"],
            signed=body["signed"],
            unit_wh=body["unit_wh"],
            import_offset=body["offsets"]["import"],
            export_offset=body["offsets"]["export"],
            invalid=frozenset(body.get("invalid", ())),
            modulus_wh=body.get("modulus_wh"),
        )
    except (KeyError, TypeError) as problem:
        raise BadConfig(f"Profile {name!r} lacks {problem}.") from problem
    if profile.function not in _FUNCTIONS:
        raise BadConfig(f"Profile {name!r} uses Modbus function {profile.function}; a meter only reads: 3 or 4.")
    if not 2 <= profile.count <= _LONGEST_BLOCK:
        raise BadConfig(f"Profile {name!r} reads {profile.count} registers; a block has 2 to {_LONGEST_BLOCK}.")
    if profile.word_order not in ("big", "little") or profile.unit_wh < 1:
        raise BadConfig(f"Profile {name!r} needs word_order big or little, and unit_wh of at least 1.")
    if max(profile.import_offset, profile.export_offset) + 2 > profile.count:
        raise BadConfig(f"Profile {name!r} has a counter outside its block of {profile.count} registers.")
    return profile


def _folder() -> Any:
    return files("meter.profiles")
