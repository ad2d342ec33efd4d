"""A small, fast chain for tests: pyrevm under the byzantium rules, with calls, errors and events decoded.

`Chain().deploy("MeterLedger")` gives a `Contract` whose functions are Python functions: a view answers its value, a
transaction a `Receipt`. Structs become named tuples, addresses lower-case text, bytes bytes. What the code refuses is a
`Refused` with the error's name and arguments:

    Exception
    └── Stopped         the call did not succeed
        ├── Refused     it reverted: name, args, raw
        └── Halted      it ran out of gas, met an invalid opcode, …: reason

Codecs are made once per signature, and words of static types are packed by hand: over 20,000 transactions a second.
"""

import hashlib
import json
import os
import re
import subprocess
from collections import namedtuple
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any, ClassVar

import pyrevm
from eth_abi import decode as abi_decode
from eth_utils import keccak

ROOT = Path(__file__).resolve().parent.parent
TEST_SOURCES = ROOT / "tests" / "contracts" / "solidity"
COMPILED = ROOT / ".build" / "tests"
OTHER_BUILD = os.environ.get("SOLPACT_BUILD")  # where `make mutate` and `make coverage` lay down changed contracts
PUBLISHED = Path(OTHER_BUILD or ROOT / "interfaces")
NOBODY = "0x" + "00" * 20
CHAIN_ID = 31337
GAS = 100_000_000


class Stopped(Exception):
    """A call that did not succeed."""


class Refused(Stopped):
    """A revert. `name` is the error's, `args` its arguments by name, `contracts` those whose ABI has the error."""

    def __init__(self, raw: bytes) -> None:
        found = errors().get(raw[:4]) if len(raw) >= 4 else None
        self.raw = raw
        self.name = found.name if found else "0x" + raw.hex()
        self.contracts = found.contracts if found else ()
        self.given = dict(zip(found.names, found.decode(raw[4:]), strict=True)) if found else {}
        super().__init__(f"{self.name}({', '.join(f'{k}={v!r}' for k, v in self.given.items())})")


class Halted(Stopped):
    """The machine stopped the call: out of gas, an invalid opcode, …"""


# ---------------------------------------------------------------------------------------------------------- codecs


def _type(param: dict[str, Any]) -> str:
    """The canonical type of an ABI parameter, tuples spelt out."""
    kind: str = param["type"]
    if not kind.startswith("tuple"):
        return kind
    return f"({','.join(_type(c) for c in param['components'])}){kind[5:]}"


def _parts(param: dict[str, Any]) -> list[dict[str, Any]] | None:
    """A struct's fields, a fixed array's items; None for any other type."""
    kind = param["type"]
    if kind == "tuple":
        return list(param["components"])
    fixed = re.fullmatch(r"(.+)\[(\d+)\]", kind)
    return [{**param, "type": fixed[1], "name": f"item{i}"} for i in range(int(fixed[2]))] if fixed else None


def _static_size(param: dict[str, Any]) -> int | None:
    """How many words a parameter of static size takes; None if its size is dynamic."""
    kind = param["type"]
    parts = _parts(param)
    if parts is not None:
        sizes = [_static_size(part) for part in parts]
        return None if None in sizes else sum(s for s in sizes if s is not None)
    return None if kind in ("bytes", "string") or kind.endswith("]") else 1


@cache
def _row(names: tuple[str, ...]) -> Any:
    return namedtuple("Struct", names, rename=True)


def _word_reader(kind: str) -> Callable[[bytes], Any]:
    """What makes a value of one word."""
    if kind == "address":
        return lambda w: "0x" + w[12:].hex()
    if kind == "bool":
        return lambda w: w[31] == 1
    if kind.startswith("bytes"):
        size = int(kind[5:])
        return lambda w: w[:size]
    signed = kind.startswith("int")
    return lambda w: int.from_bytes(w, "big", signed=signed)


def _static_reader(param: dict[str, Any]) -> Callable[[bytes, int], tuple[Any, int]]:
    parts = _parts(param)
    if parts is None:
        read = _word_reader(param["type"])
        return lambda data, at: (read(data[at : at + 32]), at + 32)
    readers = [_static_reader(part) for part in parts]
    row = _row(tuple(part["name"] for part in parts))

    def struct(data: bytes, at: int) -> tuple[Any, int]:
        values = []
        for reader in readers:
            value, at = reader(data, at)
            values.append(value)
        return row(*values), at

    return struct


def _named(param: dict[str, Any], value: Any) -> Any:
    """A value of eth_abi with its structs as named tuples."""
    kind = param["type"]
    if kind.endswith("]"):
        inner = {**param, "type": kind[: kind.rindex("[")]}
        return tuple(_named(inner, v) for v in value)
    if kind == "tuple":
        parts = param["components"]
        return _row(tuple(c["name"] for c in parts))(*(_named(c, v) for c, v in zip(parts, value, strict=True)))
    return value


def _decoder(params: Sequence[dict[str, Any]]) -> Callable[[bytes], tuple[Any, ...]]:
    if all(_static_size(p) is not None for p in params):
        reader = _static_reader({"type": "tuple", "components": [{**p, "name": f"f{i}"} for i, p in enumerate(params)]})
        return lambda data: tuple(reader(data, 0)[0])
    types = [_type(p) for p in params]
    return lambda data: tuple(_named(p, v) for p, v in zip(params, abi_decode(types, data), strict=True))


def _word(kind: str, value: Any) -> bytes:
    if kind == "address":
        return bytes(12) + bytes.fromhex(value[2:])
    if kind.startswith("bytes"):
        return bytes(value.ljust(32, b"\0"))
    return int(value).to_bytes(32, "big", signed=kind.startswith("int"))


def _packer(param: dict[str, Any]) -> Callable[[Any], bytes]:
    """What packs a value of one parameter, without the offset that a dynamic one has in its holder."""
    kind = param["type"]
    if kind.endswith("[]"):
        item = {**param, "type": kind[:-2]}
        return lambda values: len(values).to_bytes(32, "big") + _row_packer([item] * len(values))(values)
    parts = _parts(param)
    if parts is not None:
        return _row_packer(parts)
    if kind == "bytes":
        return lambda value: len(value).to_bytes(32, "big") + value + bytes(-len(value) % 32)
    return lambda value: _word(kind, value)


def _row_packer(params: Sequence[dict[str, Any]]) -> Callable[[Sequence[Any]], bytes]:
    """What packs values one after the other: static ones in place, dynamic ones behind, by offset."""
    packers = [_packer(p) for p in params]
    sizes = [_static_size(p) for p in params]
    head = 32 * sum(1 if size is None else size for size in sizes)

    def pack(values: Sequence[Any]) -> bytes:
        front, back = [], []
        at = head
        for size, packer, value in zip(sizes, packers, values, strict=True):
            packed = packer(value)
            if size is None:
                front.append(at.to_bytes(32, "big"))
                back.append(packed)
                at += len(packed)
            else:
                front.append(packed)
        return b"".join(front + back)

    return pack


def _encoder(params: Sequence[dict[str, Any]]) -> Callable[[tuple[Any, ...]], bytes]:
    pack = _row_packer(params)
    if all(_static_size(p) is not None for p in params):
        return pack
    kept = lru_cache(maxsize=4096)(pack)
    return lambda args: kept(args) if _hashable(args) else pack(args)


def _hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


@dataclass(frozen=True)
class Signature:
    """A function, error or event of an ABI."""

    name: str
    names: tuple[str, ...]
    selector: bytes
    encode: Callable[[tuple[Any, ...]], bytes]
    decode: Callable[[bytes], tuple[Any, ...]]
    outputs: Callable[[bytes], tuple[Any, ...]]
    view: bool = False
    single: bool = False
    contracts: tuple[str, ...] = ()
    indexed: tuple[bool, ...] = ()

    def call(self, *args: Any) -> bytes:
        """Selector and arguments."""
        return self.selector + self.encode(args)


def signature(entry: dict[str, Any], contracts: tuple[str, ...] = ()) -> Signature:
    """What is needed to speak one entry of an ABI."""
    inputs, outputs = entry["inputs"], entry.get("outputs", [])
    topic = keccak(text=f"{entry['name']}({','.join(_type(p) for p in inputs)})")
    is_event = entry["type"] == "event"
    return Signature(
        name=entry["name"],
        names=tuple(p["name"] for p in inputs),
        selector=topic if is_event else topic[:4],
        encode=_encoder(inputs),
        decode=_decoder([p for p in inputs if not p.get("indexed")]),
        outputs=_decoder(outputs),
        view=entry.get("stateMutability") in ("view", "pure"),
        single=len(outputs) == 1,
        contracts=contracts,
        indexed=tuple(p.get("indexed", False) for p in inputs),
    )


# ------------------------------------------------------------------------------------------------ published, compiled


@cache
def published() -> dict[str, dict[str, Any]]:
    """ABI, creation and runtime code of the published contracts, as interfaces/ has them, or another build's."""
    build = json.loads((PUBLISHED / "build.json").read_text())["contracts"]
    abis = {name: json.loads((PUBLISHED / "abi" / f"{name}.json").read_text()) for name in build}
    return {name: {**build[name], "abi": abis[name]} for name in build}


@cache
def compiled() -> dict[str, dict[str, Any]]:
    """ABI and creation code of the test-only Solidity, compiled as the contracts are, kept by its content's hash."""
    if OTHER_BUILD:
        return dict(json.loads((PUBLISHED / "tests.json").read_text()))
    ours = sorted(TEST_SOURCES.glob("*.sol"))
    rest = sorted(p for folder in ("contracts", "interfaces") for p in (ROOT / folder).rglob("*.sol"))
    seal = hashlib.sha256(b"".join(p.read_bytes() for p in [*ours, *rest])).hexdigest()[:16]
    file = COMPILED / f"{seal}.json"
    if not file.exists():
        COMPILED.mkdir(parents=True, exist_ok=True)
        waiting = file.with_suffix(".part")
        waiting.write_text(json.dumps(_compile(ours)))
        waiting.replace(file)
    answer: dict[str, dict[str, Any]] = json.loads(file.read_text())
    return answer


def _compile(sources: list[Path]) -> dict[str, Any]:
    names = [str(p.relative_to(ROOT)) for p in sources]
    question = {
        "language": "Solidity",
        "sources": {name: {"content": (ROOT / name).read_text()} for name in names},
        "settings": {
            "evmVersion": "byzantium",
            "viaIR": True,
            "optimizer": {"enabled": True, "runs": 6_000},
            "outputSelection": {name: {"*": ["abi", "evm.bytecode.object"]} for name in names},
        },
    }
    ran = subprocess.run(
        [str(ROOT / "bin" / "solc"), "--standard-json", "--base-path", ".", "--include-path", "node_modules"],
        input=json.dumps(question),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    output = json.loads(ran.stdout)
    wrong = [e["formattedMessage"] for e in output.get("errors", []) if e["severity"] == "error"]
    assert not wrong, "\n".join(wrong)
    found = {name: c for unit in output["contracts"].values() for name, c in unit.items()}
    return {n: {"abi": c["abi"], "creation": "0x" + c["evm"]["bytecode"]["object"]} for n, c in found.items()}


@cache
def errors() -> dict[bytes, Signature]:
    """Every error of the published contracts, and the compiler's two, by selector."""
    holders: dict[str, list[str]] = {}
    entries: dict[str, dict[str, Any]] = {}
    for contract, artifact in published().items():
        for entry in artifact["abi"]:
            if entry["type"] == "error":
                key = json.dumps([entry["name"], [_type(p) for p in entry["inputs"]]])
                holders.setdefault(key, []).append(contract)
                entries[key] = entry
    found = [signature(entries[key], tuple(holders[key])) for key in entries]
    for name, argument, kind in (("Panic", "code", "uint256"), ("Error", "text", "string")):
        found.append(signature({"type": "error", "name": name, "inputs": [{"name": argument, "type": kind}]}))
    return {s.selector: s for s in found}


def error_data(name: str, *args: Any) -> bytes:
    """What a contract that refuses with this error answers."""
    return next(s for s in errors().values() if s.name == name).call(*args)


@cache
def _events() -> dict[bytes, tuple[Signature, list[dict[str, Any]]]]:
    entries = [e for artifact in published().values() for e in artifact["abi"] if e["type"] == "event"]
    return {(s := signature(e)).selector: (s, e["inputs"]) for e in entries}


# ------------------------------------------------------------------------------------------------------------- chain


@dataclass(frozen=True)
class Event:
    """A decoded event."""

    name: str
    args: dict[str, Any]


def event(name: str, **args: Any) -> Event:
    """An event as a test expects it."""
    return Event(name, args)


@dataclass
class Receipt:
    """What a transaction did."""

    output: bytes
    gas_used: int
    logs: list[Any] = field(repr=False)
    value: Any = None

    @cached_property
    def events(self) -> list[Event]:
        """Decoded, in order."""
        return [_event_of(log) for log in self.logs]


def _event_of(log: Any) -> Event:
    topics, data = log.data
    sign, inputs = _events()[topics[0]]
    quick, rest = iter(topics[1:]), iter(sign.decode(data))
    values = (_word_reader(p["type"])(next(quick)) if p["indexed"] else next(rest) for p in inputs)
    return Event(sign.name, dict(zip(sign.names, values, strict=True)))


_OUTPUT = re.compile(r"^Revert \{ gas_used: \d+, output: 0x([0-9a-f]*) \}")


def _stopped(error: RuntimeError) -> Stopped:
    found = _OUTPUT.match(str(error))
    return Refused(bytes.fromhex(found[1])) if found else Halted(str(error))


class Chain:
    """A chain of one process: `time` (UTC seconds) and `block` are set, never move by themselves."""

    observers: ClassVar[list[Callable[["Chain"], None]]] = []  # who is told of every new chain

    def __init__(self, time: int = 1_467_331_200, block: int = 1) -> None:
        self._time, self._block = time, block
        size = pyrevm.CfgEnv(limit_contract_code_size=2**20 if OTHER_BUILD else None)
        env = pyrevm.Env(cfg=size, block=pyrevm.BlockEnv(number=block, timestamp=time))
        self.evm = pyrevm.EVM(spec_id="Byzantium", env=env, gas_limit=2**63)
        self.transactions = 0
        for told in self.observers:
            told(self)

    @property
    def time(self) -> int:
        """The next transactions' timestamp."""
        return self._time

    @time.setter
    def time(self, value: int) -> None:
        self._time = value
        self.evm.set_block_env(pyrevm.BlockEnv(number=self._block, timestamp=value))

    @property
    def block(self) -> int:
        """The next transactions' block number."""
        return self._block

    @block.setter
    def block(self, value: int) -> None:
        self._block = value
        self.evm.set_block_env(pyrevm.BlockEnv(number=value, timestamp=self._time))

    def deploy(self, name: str, *args: Any, sender: str = "0x" + "de" * 20) -> "Contract":
        """A published contract, or one of the tests' own."""
        artifact = published().get(name) or compiled()[name]
        inputs = next((e["inputs"] for e in artifact["abi"] if e["type"] == "constructor"), [])
        code = bytes.fromhex(artifact["creation"][2:]) + _encoder(inputs)(args)
        try:
            address = self.evm.deploy(sender, code)
        except RuntimeError as error:
            raise _stopped(error) from None
        return Contract(self, address, functions(name))

    def destroy(self, address: str) -> None:
        """Takes a contract's code away, as SELFDESTRUCT does after its transaction (pyrevm's journal keeps it)."""
        self.evm.insert_account_info(address, pyrevm.AccountInfo(nonce=0, code=b""))

    def send(self, sender: str, to: str, data: bytes, gas: int = GAS) -> Receipt:
        """A transaction. Raises Stopped if it does not succeed."""
        self.transactions += 1
        try:
            output = self.evm.message_call(sender, to, data, gas=gas)
        except RuntimeError as error:
            raise _stopped(error) from None
        result = self.evm.result
        return Receipt(output, result.gas_used, result.logs)

    def call(self, to: str, data: bytes, sender: str = NOBODY, gas: int = 2**62) -> bytes:
        """A call that leaves no trace. Raises Stopped if it does not succeed."""
        try:
            return bytes(self.evm.message_call(sender, to, data, gas=gas, is_static=True))
        except RuntimeError as error:
            raise _stopped(error) from None


@cache
def functions(name: str) -> dict[str, Signature]:
    """The functions of a contract, by name."""
    artifact = published().get(name) or compiled()[name]
    return {e["name"]: signature(e) for e in artifact["abi"] if e["type"] == "function"}


class Contract:
    """A deployed contract. Its functions are attributes: `ledger.record(…, sender=meter)`, `ledger.wordOf(meter)`."""

    def __init__(self, chain: Chain, address: str, known: dict[str, Signature]) -> None:
        self.chain, self.address, self.functions = chain, address.lower(), known

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__") or name not in self.functions:
            raise AttributeError(name)
        bound = self._view(self.functions[name]) if self.functions[name].view else self._act(self.functions[name])
        setattr(self, name, bound)
        return bound

    def _view(self, sign: Signature) -> Callable[..., Any]:
        def view(*args: Any, sender: str = NOBODY, gas: int = 2**62) -> Any:
            values = sign.outputs(self.chain.call(self.address, sign.selector + sign.encode(args), sender, gas))
            return values[0] if sign.single else values

        return view

    def _act(self, sign: Signature) -> Callable[..., Receipt]:
        def act(*args: Any, sender: str, gas: int = GAS) -> Receipt:
            receipt = self.chain.send(sender, self.address, sign.selector + sign.encode(args), gas)
            receipt.value = sign.outputs(receipt.output)[0] if sign.single else None
            return receipt

        return act


@contextmanager
def refuses(name: str, **args: Any) -> Iterator[None]:
    """What stands inside is refused with this error and exactly these arguments.

    `name` may say whose error it is, `EnergyCharge.PriceIsZero`, where several contracts have one of that name.
    """
    holder, _, error = name.rpartition(".")
    try:
        yield
    except Refused as refused:
        assert refused.name == error, f"{error} was expected, not {refused}"
        assert not holder or holder in refused.contracts, f"{refused} is not an error of {holder}"
        assert refused.given == args, f"{error} was expected with {args}, not with {refused.given}"
    else:
        raise AssertionError(f"{error} was expected, and nothing was refused")
