"""The broker's configuration: a TOML file, read once at a start."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import rfc8785
from eth_utils.address import is_checksum_address
from eth_utils.crypto import keccak

from meter.errors import BadConfig
from meter.profile import load_profile
from ppa.calendar import zone
from ppa.errors import BadDay

_SECTIONS = ("meter", "generation", "export", "chain", "platform", "clock")


@dataclass(frozen=True)
class Wiring:
    """Where an analyzer is, of what kind, and whether its CTs face the other way."""

    profile: str
    host: str
    port: int
    device_id: int = 1
    flip: bool = False


@dataclass(frozen=True)
class ChainConfig:
    """The chain, our two contracts on it, and the agreement that this meter serves ("" until it is known)."""

    rpc: str
    chain_id: int
    ledger: str
    registry: str
    agreement: str = ""


@dataclass(frozen=True)
class Config:
    """Everything. Paths are absolute; power in W, cadence in seconds."""

    data_dir: Path
    keystore: Path
    time_zone: str
    max_power_w: int
    cadence_s: int
    generation: Wiring
    export: Wiring
    chain: ChainConfig
    platform_url: str = ""
    replay: str = ""

    def digest(self) -> bytes:
        """keccak256 of the RFC 8785 JSON of all that bears on the measurement: no secrets, no paths, no servers."""
        body: dict[str, Any] = {
            "time_zone": self.time_zone,
            "max_power_w": self.max_power_w,
            "cadence_s": self.cadence_s,
            "generation": asdict(self.generation),
            "export": asdict(self.export),
            "chain_id": self.chain.chain_id,
            "ledger": self.chain.ledger,
            "registry": self.chain.registry,
            "agreement": self.chain.agreement,
        }
        return keccak(rfc8785.dumps(body))

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.data_dir / "meter.sqlite"


def load_config(path: str | Path) -> Config:
    """The configuration in a file; its relative paths are seen from there. Raises BadConfig or UnknownProfile."""
    path = Path(path)
    try:
        body = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise BadConfig(f"The configuration {path} cannot be read: {problem.strerror}.") from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadConfig(f"The configuration {path} is not TOML: {problem}.") from problem
    return parse_config(body, path.resolve().parent)


def parse_config(body: Mapping[str, Any], folder: Path) -> Config:
    """The configuration in TOML tables. Raises BadConfig, naming the field."""
    _only(body, _SECTIONS, "the file")
    meter, chain = _section(body, "meter"), _section(body, "chain")
    _only(meter, ("data_dir", "keystore", "time_zone", "max_power_w", "cadence_s"), "[meter]")
    _only(chain, ("rpc", "chain_id", "ledger", "registry", "agreement"), "[chain]")
    config = Config(
        data_dir=folder / _text(meter, "meter", "data_dir"),
        keystore=folder / _text(meter, "meter", "keystore"),
        time_zone=_text(meter, "meter", "time_zone"),
        max_power_w=_number(meter, "meter", "max_power_w", 1, 2**40),
        cadence_s=_number(meter, "meter", "cadence_s", 1, 3600),
        generation=_wiring(body, "generation"),
        export=_wiring(body, "export"),
        chain=ChainConfig(
            rpc=_text(chain, "chain", "rpc"),
            chain_id=_number(chain, "chain", "chain_id", 1, 2**53),
            ledger=_address(chain, "ledger"),
            registry=_address(chain, "registry"),
            agreement=_agreement(chain),
        ),
        platform_url=_optional(body, "platform", "url").rstrip("/"),
        replay=_optional(body, "clock", "replay"),
    )
    try:
        zone(config.time_zone)
    except BadDay as problem:
        raise BadConfig(f"[meter] time_zone: {problem}") from problem
    if config.generation == config.export:
        raise BadConfig("[generation] and [export] are the same analyzer: each needs its own.")
    if config.replay:
        split_address(config.replay)
    return config


def split_address(text: str) -> tuple[str, int]:
    """Host and port of "host:port". Raises BadConfig."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit():
        raise BadConfig(f'[clock] replay is {text!r}; write it as "127.0.0.1:5020".')
    return host, int(port)


def _wiring(body: Mapping[str, Any], name: str) -> Wiring:
    section = _section(body, name)
    _only(section, ("profile", "host", "port", "device_id", "flip"), f"[{name}]")
    flip = section.get("flip", False)
    if not isinstance(flip, bool):
        raise BadConfig(f"[{name}] flip is {flip!r}; write true or false.")
    profile = _text(section, name, "profile")
    load_profile(profile)
    return Wiring(
        profile,
        _text(section, name, "host"),
        _number(section, name, "port", 1, 65535),
        _number(section, name, "device_id", 0, 255),
        flip,
    )


def _section(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    section = body.get(name)
    if not isinstance(section, dict):
        raise BadConfig(f"The configuration has no section [{name}].")
    return section


def _optional(body: Mapping[str, Any], name: str, setting: str) -> str:
    """The one setting of a section that may be left out."""
    section = _section({name: {}, **body}, name)
    _only(section, (setting,), f"[{name}]")
    return _text(section, name, setting, "")


def _only(section: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    for name in section:
        if name not in known:
            raise BadConfig(f"{name!r} in {where} is not a setting. Known are: {', '.join(known)}.")


def _text(section: Mapping[str, Any], where: str, name: str, default: str | None = None) -> str:
    value = section.get(name, default)
    if not isinstance(value, str) or (not value and default is None):
        raise BadConfig(f"[{where}] {name} is {value!r}; a text is needed.")
    return value


def _number(section: Mapping[str, Any], where: str, name: str, least: int, most: int) -> int:
    value = section.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise BadConfig(f"[{where}] {name} is {value!r}; a whole number from {least} to {most} is needed.")
    return value


def _address(section: Mapping[str, Any], name: str) -> str:
    value = _text(section, "chain", name)
    if not is_checksum_address(value):
        raise BadConfig(f"[chain] {name} is {value!r}, not an address in checksum form: a digit may be mistyped.")
    return value


def _agreement(section: Mapping[str, Any]) -> str:
    value = _text(section, "chain", "agreement", "")
    digits = value.removeprefix("0x")
    if value and (not value.startswith("0x") or len(digits) != 64 or set(digits.lower()) - set("0123456789abcdef")):
        raise BadConfig(f"[chain] agreement is {value!r}; it is the id: 0x and 64 hexadecimal digits, or empty.")
    return value.lower()
