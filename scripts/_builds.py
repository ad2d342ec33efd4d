"""The contracts with one file changed, compiled as they are published, and laid down where `SOLPACT_BUILD` points.

`Compiler.build(path, text)` compiles what imports the file, however far, the tests' own Solidity included. The rest is
taken from `interfaces/build.json` and from one compilation of everything.
"""

import json
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from ppa.artifacts import CONTRACTS

ROOT = Path(__file__).resolve().parent.parent
HARNESS = "tests/contracts/solidity"
CODE = ["evm.bytecode.object", "evm.deployedBytecode.object", "abi"]
Contracts = dict[str, dict[str, str]]


class DoesNotCompile(Exception):
    """What the compiler said."""


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

    def build(self, path: str, text: str) -> Contracts:
        """Code of all contracts that a file's text may be in, with this text. Raises DoesNotCompile."""
        selection = {name: {"*": CODE} for name in self.importers(path)}
        return self.compiled({**self.sources, path: text}, selection)

    def compiled(self, sources: dict[str, str], selection: dict[str, Any]) -> Contracts:
        """Code of the contracts selected, of these texts. Raises DoesNotCompile."""
        answer = self._asked(sources, selection)
        return {name: _code(contract) for unit in answer["contracts"].values() for name, contract in unit.items()}

    @cache  # noqa: B019 — one compiler a run
    def original(self, path: str) -> Contracts:
        """What `build` gives for the file as it is."""
        return self.build(path, self.sources[path])

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

    def _asked(self, sources: dict[str, str], selection: dict[str, Any]) -> dict[str, Any]:
        compiler = json.loads((ROOT / "interfaces" / "build.json").read_text())["compiler"]
        question = {
            "language": "Solidity",
            "sources": {path: {"content": text} for path, text in sources.items()},
            "settings": {
                "evmVersion": compiler["evm_version"],
                "viaIR": compiler["via_ir"],
                "optimizer": {"enabled": True, "runs": compiler["optimizer_runs"]},
                "outputSelection": selection,
            },
        }
        command = [str(ROOT / "bin" / "solc"), "--standard-json", "--base-path", ".", "--include-path", "node_modules"]
        ran = subprocess.run(
            command, input=json.dumps(question), cwd=ROOT, capture_output=True, text=True, check=True, timeout=300
        )
        answer: dict[str, Any] = json.loads(ran.stdout)
        wrong = [e["formattedMessage"] for e in answer.get("errors", []) if e["severity"] == "error"]
        if wrong:
            raise DoesNotCompile("\n".join(wrong))
        return answer


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
