"""`ape run interfaces`: compile the contracts and write what Python and the browser need of them into `interfaces/`.

`interfaces/abi/<Name>.json` is a plain ABI; `interfaces/build.json` has creation and runtime code and where in the
runtime code each immutable stands, by name, so that a verifier can mask it. `--check` writes nothing and fails if a
file is stale.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

import click
from ape import compilers, project

from ppa.artifacts import CONTRACTS

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "interfaces"
SPOKEN = (*CONTRACTS, "IClause", "IIndex")
CODE = ("evm.bytecode.object", "evm.deployedBytecode.object", "evm.deployedBytecode.immutableReferences")
SELECTION = {"*": {"*": ["abi", *CODE], "": ["ast"]}}


def standard_input() -> dict[str, Any]:
    """The standard JSON with which Ape asks the compiler for all contracts."""
    sources = sorted((ROOT / "contracts").rglob("*.sol")) + sorted(FOLDER.rglob("*.sol"))
    given: dict[str, Any]
    (given,) = compilers.solidity.get_standard_input_json(sources, project=project).values()
    return given


def standard_output(given: dict[str, Any]) -> dict[str, Any]:
    """What the compiler answers, with what the generated files need."""
    asked = {**given, "settings": {**given["settings"], "outputSelection": SELECTION}}
    answer = subprocess.run(
        [ROOT / "bin" / "solc", "--standard-json"],
        input=json.dumps(asked),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    output: dict[str, Any] = json.loads(answer.stdout)
    errors = [e["formattedMessage"] for e in output.get("errors", []) if e["severity"] == "error"]
    if errors:
        raise click.ClickException("\n".join(errors))
    return output


def immutable_names(output: dict[str, Any]) -> dict[str, str]:
    """The names of all immutables by the number that the compiler gave their declaration."""
    found = {}

    def visit(node: object) -> None:
        if isinstance(node, dict):
            if node.get("nodeType") == "VariableDeclaration" and node.get("mutability") == "immutable":
                found[str(node["id"])] = node["name"]
            for child in node.values():
                visit(child)
        elif isinstance(node, list):
            for child in node:
                visit(child)

    for source in output["sources"].values():
        visit(source["ast"])
    return found


def files(settings: dict[str, Any], output: dict[str, Any]) -> dict[Path, str]:
    """Every generated file and what must stand in it, by the compiler's settings and its output."""
    names = immutable_names(output)
    contracts = {name: contract for unit in output["contracts"].values() for name, contract in unit.items()}
    build = {
        "format": {"name": "solpact-build", "version": 1},
        "compiler": {
            "version": "0.8.37",
            "evm_version": settings["evmVersion"],
            "via_ir": settings["viaIR"],
            "optimizer_runs": settings["optimizer"]["runs"],
        },
        "contracts": {
            name: {
                "creation": "0x" + contracts[name]["evm"]["bytecode"]["object"],
                "runtime": "0x" + contracts[name]["evm"]["deployedBytecode"]["object"],
                "immutableReferences": {
                    names[number]: places
                    for number, places in contracts[name]["evm"]["deployedBytecode"]["immutableReferences"].items()
                },
            }
            for name in CONTRACTS
        },
    }
    texts: dict[Path, Any] = {FOLDER / "abi" / f"{name}.json": _abi(contracts, name) for name in SPOKEN}
    texts[FOLDER / "build.json"] = build
    return {path: json.dumps(content, indent=1) + "\n" for path, content in texts.items()}


def _abi(contracts: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """A contract's ABI; the registry's is the whole interface, most of which its modules answer."""
    abi: list[dict[str, Any]] = contracts[name]["abi"]
    if name != "PPARegistry":
        return abi
    whole: list[dict[str, Any]] = contracts["IPPARegistry"]["abi"]
    return [*(entry for entry in abi if entry["type"] == "constructor"), *whole]


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail if a file is stale.")
def cli(check: bool) -> None:
    """Write the ABIs and the published code into interfaces/."""
    given = standard_input()
    generated = files(given["settings"], standard_output(given))
    stale = [path for path, text in generated.items() if not path.exists() or path.read_text() != text]
    if check and stale:
        raise click.ClickException(
            "Stale: "
            + ", ".join(str(p.relative_to(ROOT)) for p in stale)
            + ". Run `make interfaces` and commit the result."
        )
    for path, text in generated.items() if stale else ():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    click.echo(f"interfaces/: {len(stale)} of the generated files were stale.")
