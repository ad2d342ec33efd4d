"""The contracts with one file changed, compiled as they are published, and laid down where `SOLPACT_BUILD` points.

`Compiler.parts(path)` is what imports a file, however far, the tests' own Solidity included: level by level, what
compiles quickly first; `build(path, text, part)` compiles it. The rest is taken from `interfaces/build.json`
and from one compilation of everything.
"""

import atexit
import json
import shutil
import subprocess
import threading
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from ppa.artifacts import CONTRACTS

ROOT = Path(__file__).resolve().parents[2]
HARNESS = "tests/contracts/solidity"
CODE = ["evm.bytecode.object", "evm.deployedBytecode.object", "abi"]
Contracts = dict[str, dict[str, str]]
LEVELS = ((HARNESS,), ("contracts/clauses/",), ("contracts/",))  # the quickest to compile first


class DoesNotCompile(Exception):
    """What the compiler said, and where: by file, the first byte of each error's source."""

    def __init__(self, message: str, places: dict[str, list[int]]) -> None:
        super().__init__(message)
        self.places = places


@dataclass(frozen=True)
class Compiler:
    """The sources of a repository, and its compiler."""

    root: Path = ROOT

    @cached_property
    def sources(self) -> dict[str, str]:
        """Every Solidity file of ours, by its path from the root."""
        folders = ("contracts", "interfaces", HARNESS)
        paths = sorted(path for folder in folders for path in (self.root / folder).rglob("*.sol"))
        return {path.relative_to(self.root).as_posix(): path.read_text() for path in paths}

    @cached_property
    def trees(self) -> dict[str, dict[str, Any]]:
        """The syntax tree of every file."""
        answer = self._asked(self.sources, {"*": {"": ["ast"]}})
        return {path: unit["ast"] for path, unit in answer["sources"].items()}

    def importers(self, path: str) -> list[str]:
        """The files whose code a file's text may be in: those that import it, however far, and itself."""
        reached = {path}
        while grown := {p for p, tree in self.trees.items() if reached & _imports(tree)} - reached:
            reached |= grown
        return sorted(reached & set(self.sources))

    def parts(self, path: str) -> list[tuple[str, ...]]:
        """The files with contracts that import a file, however far, and itself, level by level; some may be empty."""
        found = [name for name in self.importers(path) if self._deployable(name)]
        return [tuple(name for name in found if level(name) == n) for n in range(len(LEVELS))]

    def _deployable(self, path: str) -> bool:
        nodes = [node for node in self.trees[path]["nodes"] if node["nodeType"] == "ContractDefinition"]
        return any(node["contractKind"] == "contract" and not node["abstract"] for node in nodes)

    def build(self, path: str, text: str, part: tuple[str, ...]) -> Contracts:
        """Code of the contracts in the files of `part`, with this text of one file. Raises DoesNotCompile."""
        return self.compiled({**self.sources, path: text}, {name: {"*": CODE} for name in part})

    def compiled(self, sources: dict[str, str], selection: dict[str, Any], steps: str | None = None) -> Contracts:
        """Code of the contracts selected, of these texts; `steps`: the optimizer's. Raises DoesNotCompile."""
        answer = self._asked(sources, selection, steps)
        return {name: _code(contract) for unit in answer["contracts"].values() for name, contract in unit.items()}

    @cache  # noqa: B019 — one compiler a run
    def original(self, part: tuple[str, ...]) -> Contracts:
        """What `build` gives for files as they are."""
        return self.compiled(self.sources, {name: {"*": CODE} for name in part})

    @cached_property
    def tests(self) -> dict[str, Any]:
        """ABI and creation code of the tests' own contracts, as `tests/evm.py` reads them."""
        selection = {path: {"*": CODE} for path in self.sources if path.startswith(HARNESS)}
        answer = self._asked(self.sources, selection)["contracts"]
        found = {name: contract for path in selection for name, contract in answer.get(path, {}).items()}
        return {name: {"abi": c["abi"], "creation": _code(c)["creation"]} for name, c in found.items()}

    def lay_down(self, folder: Path, changed: Contracts) -> None:
        """A folder that `SOLPACT_BUILD` may name: the published build and the tests' contracts with changed code."""
        build = json.loads((self.root / "interfaces" / "build.json").read_text())
        tests = {name: dict(contract) for name, contract in self.tests.items()}
        for name, code in changed.items():
            if name in CONTRACTS:
                build["contracts"][name] |= code
            elif name in tests:
                tests[name]["creation"] = code["creation"]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "build.json").write_text(json.dumps(build))
        (folder / "tests.json").write_text(json.dumps(tests))
        shutil.copytree(self.root / "interfaces" / "abi", folder / "abi", dirs_exist_ok=True)

    def _asked(self, sources: dict[str, str], selection: dict[str, Any], steps: str | None = None) -> dict[str, Any]:
        compiler = json.loads((ROOT / "interfaces" / "build.json").read_text())["compiler"]
        optimizer: dict[str, Any] = {"enabled": True, "runs": compiler["optimizer_runs"]}
        if steps:
            optimizer["details"] = {"yul": True, "yulDetails": {"stackAllocation": True, "optimizerSteps": steps}}
        question = {
            "language": "Solidity",
            "sources": {path: {"content": text} for path, text in sources.items()},
            "settings": {
                "evmVersion": compiler["evm_version"],
                "viaIR": compiler["via_ir"],
                "optimizer": optimizer,
                "debug": {"debugInfo": []},  # nobody reads it, and without it the compiler is quicker
                "outputSelection": selection,
            },
        }
        return asked(question)


class Solc:
    """A compiler that stays warm: a third quicker from its second question on."""

    def __init__(self) -> None:
        command = [
            str(ROOT / "bin" / "solc"),
            "--standard-json-lines",
            "--base-path",
            ".",
            "--include-path",
            "node_modules",
        ]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        atexit.register(self.close)  # which also keeps it until then, whatever becomes of its thread

    def ask(self, question: str) -> str:
        """The answer, a line of JSON. Raises RuntimeError if the compiler has ended."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(question + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError("The compiler has ended without an answer.")
        return answer

    def close(self) -> None:
        """The end of its input is its end."""
        with self.process:
            pass


_threads = threading.local()


def _warm() -> Solc:
    """This thread's compiler."""
    if not hasattr(_threads, "solc"):
        _threads.solc = Solc()
    solc: Solc = _threads.solc
    return solc


def asked(question: dict[str, Any]) -> dict[str, Any]:
    """The compiler's answer to standard JSON. Raises DoesNotCompile."""
    answer: dict[str, Any] = json.loads(_warm().ask(json.dumps(question)))
    wrong = [error for error in answer.get("errors", []) if error["severity"] == "error"]
    if wrong:
        places: dict[str, list[int]] = {}
        for error in wrong:
            if location := error.get("sourceLocation"):
                places.setdefault(location["file"], []).append(location["start"])
        raise DoesNotCompile("\n".join(error["formattedMessage"] for error in wrong), places)
    return answer


def level(path: str) -> int:
    """Where a file stands in LEVELS."""
    return next(n for n, folders in enumerate(LEVELS) if path.startswith(folders))


def same(one: Contracts, other: Contracts) -> bool:
    """Whether two builds run the same code: apart from the hash of the sources at its end, byte for byte."""
    return {n: _bare(c["creation"]) for n, c in one.items()} == {n: _bare(c["creation"]) for n, c in other.items()}


def _bare(code: str) -> str:
    """Creation code without the metadata, whose length its last two bytes say."""
    return code[: -2 * (int(code[-4:], 16) + 2)] if len(code) > 6 else code


def _code(contract: dict[str, Any]) -> dict[str, str]:
    evm = contract["evm"]
    return {
        "creation": "0x" + evm["bytecode"]["object"],
        "runtime": "0x" + evm["deployedBytecode"]["object"],
    }


def _imports(tree: dict[str, Any]) -> set[str]:
    return {node["absolutePath"] for node in tree["nodes"] if node["nodeType"] == "ImportDirective"}
