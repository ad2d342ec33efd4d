"""Proofs by solc's model checker (CHC) with the z3 that is inside npm solc's WASM: nothing to install beside it.

A proof is a contract of `proofs/` whose assertions hold for every input; each has mutants, changes of our own library,
of which at least one assertion must be refuted with a counterexample: a proof that cannot fail is none. What it
cannot decide ("might happen") counts as not proved.
"""

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MONEY = "contracts/lib/Money.sol"
ROUNDED = "int256 cents = int256((size * MicroPerKWh.unwrap(price) + 5e6) / 1e7);"
SIGNED = "return energy < 0 ? -cents : cents;"
RISEN = "return (product + MILLION / 2) / MILLION;"
FALLEN = "return product / MILLION;"
# contract: changes of a file that its proof must refute
PROOFS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "Degradation": ((MONEY, FALLEN, FALLEN.replace(" / ", " / 2 / ")),),
    "Escalation": (
        (MONEY, RISEN, RISEN.replace("MILLION / 2", "MILLION / 3")),
        (MONEY, RISEN, RISEN.replace("product + MILLION / 2", "product")),
    ),
    "Rounding": ((MONEY, ROUNDED, ROUNDED.replace("5e6", "4e6")), (MONEY, SIGNED, "return cents;")),
}
_SAFE, _BROKEN = "Assertion violation check is safe", "Assertion violation happens here"
_UNDECIDED = "Assertion violation might happen here"


@dataclass(frozen=True)
class Verdict:
    """How many assertions hold, are broken by a counterexample, or could not be decided."""

    proved: int
    refuted: int
    undecided: int


def checked(contract: str, changes: dict[str, str]) -> Verdict:
    """What the checker says of `proofs/<contract>.sol`, some sources changed. Raises RuntimeError if solc fails."""
    files = [*ROOT.glob("contracts/lib/*.sol"), *ROOT.glob("interfaces/**/*.sol"), *ROOT.glob("proofs/*.sol")]
    sources = {str(file.relative_to(ROOT)): {"content": file.read_text()} for file in files}
    sources |= {name: {"content": text} for name, text in changes.items()}
    checker = {"engine": "chc", "solvers": ["z3"], "targets": ["assert"], "showProvedSafe": True, "showUnproved": True}
    checker["contracts"] = {f"proofs/{contract}.sol": [contract]}
    settings = {"evmVersion": "byzantium", "modelChecker": checker}
    given = json.dumps({"language": "Solidity", "sources": sources, "settings": settings})
    command = ["node", "proofs/check.mjs"]
    told = subprocess.run(command, input=given, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    problems = json.loads(told[told.index("{") :]).get("errors", [])
    failed = [problem["formattedMessage"] for problem in problems if problem["severity"] == "error"]
    if failed:
        raise RuntimeError("\n".join(failed))
    said = [problem["message"] for problem in problems]
    return Verdict(*(sum(text in one for one in said) for text in (_SAFE, _BROKEN, _UNDECIDED)))


def mutant(change: tuple[str, str, str]) -> dict[str, str]:
    """A file with a change. Raises ValueError if what is to be changed is not there."""
    file, old, new = change
    text = (ROOT / file).read_text()
    if old not in text:
        raise ValueError(f"{file} has no {old!r}: the mutant of proofs must follow it.")
    return {file: text.replace(old, new)}


def prove_all() -> bool:
    """Every proof and every mutant, two at a time, printed; whether all hold and all mutants are refuted."""
    with ThreadPoolExecutor(2) as pool:
        proofs = {name: pool.submit(checked, name, {}) for name in PROOFS}
        mutants = [(name, pool.submit(checked, name, mutant(change))) for name in PROOFS for change in PROOFS[name]]
    held = True
    for name, proof in proofs.items():
        verdict = proof.result()
        killed = [one.result().refuted > 0 for owner, one in mutants if owner == name]
        held &= verdict.proved > 0 and not verdict.refuted and not verdict.undecided and all(killed)
        print(
            f"{name}: {verdict.proved} proved, {verdict.refuted} refuted, {verdict.undecided} not decided; "
            f"{sum(killed)} of {len(killed)} mutants refuted",
            flush=True,
        )
    return held
