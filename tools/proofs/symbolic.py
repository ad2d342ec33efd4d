"""Symbolic proofs by halmos: `proofs/symbolic`, of the contracts' own bytecode, compiled as they are published.

A check is a function `check_…` whose assertions hold for every input, caller and state of storage. On mutants, our own
contracts with what the checks are about taken away, each check must find a counterexample: one that cannot fail proves
nothing. What runs out of time, or has loops that were not followed to their end, counts as not proved.
"""

import json
import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".build" / "symbolic"
HALMOS = ROOT / ".venv-proofs" / "bin" / "halmos"
PARTS = ("contracts", "interfaces", "proofs/symbolic")
SECONDS = 900  # for one assertion; the slowest take three minutes on a core of their own
FAILS = 1  # halmos: a counterexample
CUT = -1  # a loop that halmos left before its end
REGISTRY, LIB = "contracts/registry", "contracts/lib"
DONE = "{ assembly { return(0, 0) } }"  # whoever it is, all is well and nothing is done


def _roles(*roles: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """Whoever lacks the role is answered well."""
    return tuple((f"require({who}, {error});", f"if (!({who})) {DONE}") for who, error in roles)


PARTY = ("actor == terms.producer || actor == terms.consumer", "NotAParty(actor)")
OF_PRODUCER = ("actor == terms.producer", "NotTheProducer(actor, terms.producer)")
OF_CONSUMER = ("actor == terms.consumer", "NotTheConsumer(actor, terms.consumer)")
OF_ARBITER = ("actor == terms.arbiter", "NotTheArbiter(actor, terms.arbiter)")
# file: what is taken away from it, or turned
MUTANT: dict[str, tuple[tuple[str, str], ...]] = {
    f"{REGISTRY}/Agreeing.sol": _roles(
        ("msg.sender == terms.producer", "NotTheProducer(msg.sender, terms.producer)"),
        ("msg.sender == terms.consumer", "NotTheConsumer(msg.sender, terms.consumer)"),
    ),
    f"{REGISTRY}/Serving.sol": _roles(("actor == meter", "NotTheMeter(actor, meter)")),
    f"{REGISTRY}/Book.sol": _roles(PARTY),
    f"{REGISTRY}/Withdrawing.sol": _roles(OF_PRODUCER, OF_CONSUMER),
    f"{REGISTRY}/Disputing.sol": (
        *_roles(OF_ARBITER),
        (
            "require(_size(award) <= claim, IDisputing.AwardBeyondClaim(award, claim));",
            f"if (_size(award) > claim) {DONE}",
        ),
    ),
    f"{REGISTRY}/Ending.sol": _roles(OF_CONSUMER),
    f"{REGISTRY}/Noticing.sol": _roles(OF_CONSUMER, ("actor == lender", "IEnding.NotTheLender(actor, lender)")),
    f"{REGISTRY}/Paying.sol": (
        *_roles(OF_ARBITER),
        (
            "if (isConsumer) require(actor == terms.consumer",
            f"if (isConsumer && actor != terms.consumer) {DONE}\n        "
            f"if (!isConsumer && actor != terms.producer) {DONE}\n        "
            "if (isConsumer) require(actor == terms.consumer",
        ),
        ("require(terms.noticeDays > 0, IActing.NoNoticeDays());", f"if (terms.noticeDays == 0) {DONE}"),
        ("require(owed, IPaying.MoreThanIsOwed(t.cents, balance));", f"if (!owed) {DONE}"),
    ),
    f"{REGISTRY}/Announcing.sol": (
        ("require(terms.noticeDays > 0, IActing.NoNoticeDays());", f"if (terms.noticeDays == 0) {DONE}"),
    ),
    f"{REGISTRY}/Executing.sol": (
        ("require(same, IActing.NotAnnounced(digest));", f"if (!same) {DONE}"),
        ("require(over, IActing.NoticeNotOver(", f"if (!over) {DONE}\n        require(over, IActing.NoticeNotOver("),
    ),
    f"{REGISTRY}/Narrow.sol": (
        ("require(nothingElse, IActing.BeyondTheArbiter());", f"if (!nothingElse) {DONE}"),
        (
            "require(successor[0].dealHash() == terms.dealHash(), IActing.NotTheSameDeal());",
            f"if (successor[0].dealHash() != terms.dealHash()) {DONE}",
        ),
    ),
    f"{REGISTRY}/Asking.sol": (
        ("require(party.code.length > 0, NotSignedBy(party, digest));", f"if (party.code.length == 0) {DONE}"),
    ),
    f"{LIB}/TermsHash.sol": (("calldatasize(), 0xa0)", "calldatasize(), 0xe0)"),),
    "contracts/MeterLedger.sol": (
        ("_words[msg.sender] = _recorded(", "_words[address(1)] = _recorded("),
        ("_words[meter] = _recorded(", "_words[address(1)] = _recorded("),
        ("require(signer == meter && signer != address(0),", "require(true,"),
        ("if (Day.unwrap(day) > monthEnd) _monthEnds", "if (false) _monthEnds"),
        ("if (last.isEmpty()) {", "if (true) {"),
    ),
    f"{LIB}/AgreementWord.sol": (
        ("<< 152", "<< 151"),
        ("uint256(block_) << 16", "uint256(block_) << 17"),
        ("uint256(block_) << 48", "uint256(block_) << 49"),
    ),
    f"{LIB}/StatementWord.sol": (("<< 112", "<< 111"),),
    f"{LIB}/AccountWord.sol": (("<< 128", "<< 127"),),
    f"{LIB}/ClaimsWord.sol": (("<< 48 |", "<< 47 |"),),
    f"{LIB}/PaymentWord.sol": (("<< 8 |", "<< 7 |"),),
    f"{LIB}/NoticeWord.sol": (("n.isFinal ? 1 << 33", "n.isFinal ? 1 << 34"),),
    f"{LIB}/AnnouncementWord.sol": (("(ends ? 1 << 16 : 0)", "(ends ? 0 : 1 << 16)"),),
    f"{LIB}/MeterWord.sol": (("* 2 ** 56", "* 2 ** 55"),),
    "contracts/clauses/IndexPublisher.sol": (
        ("require(msg.sender == publisher,", "require(true,"),
        ("require(_values[month] == 0,", "require(true,"),
    ),
}


def laid_down(name: str, changes: dict[str, tuple[tuple[str, str], ...]]) -> Path:
    """A folder for halmos with our sources, changed. Raises ValueError if what is to be changed is not there."""
    folder = FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    for part in PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("*.json", "*.py"))
    shutil.copy(ROOT / "foundry.toml", folder)
    for link in ("bin", "node_modules"):
        (folder / link).symlink_to(ROOT / link)
    for file, pairs in changes.items():
        text = (folder / file).read_text()
        for old, new in pairs:
            if old not in text:
                raise ValueError(f"{file} has no {old!r}: the mutant of proofs must follow it.")
            text = text.replace(old, new)
        (folder / file).write_text(text)
    return folder


def checked(folder: Path) -> dict[str, int]:
    """What halmos answers to each check: 0 holds, 1 refuted, else undecided. Raises RuntimeError if it fails."""
    answers = folder / "answers.json"
    command = [str(HALMOS), "--root", str(folder), "--json-output", str(answers)]
    command += ["--solver-timeout-assertion", f"{SECONDS}s", "--early-exit", "--no-status"]
    path = f"{ROOT / 'bin'}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "FOUNDRY_PROFILE": "proofs", "PATH": path}
    ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if not answers.exists():
        raise RuntimeError(f"halmos did not answer:\n{ran.stdout[-3000:]}{ran.stderr[-3000:]}")
    told = json.loads(answers.read_text())["test_results"]
    return {f"{key.split(':')[-1]}.{one['name'].split('(')[0]}": _answer(one) for key in told for one in told[key]}


def _answer(one: dict[str, Any]) -> int:
    return CUT if one["exitcode"] == 0 and one["num_bounded_loops"] else one["exitcode"]


def prove_all() -> bool:
    """Every check on the contracts and on their mutants, printed; whether all hold there and fail here."""
    with ThreadPoolExecutor(2) as pool:
        ours = pool.submit(checked, laid_down("ours", {}))
        mutants = pool.submit(checked, laid_down("mutants", MUTANT))
    proved, refuted = ours.result(), mutants.result()
    for name, code in sorted(proved.items()):
        verdict = {0: "proved", FAILS: "REFUTED"}.get(code, "NOT DECIDED")
        caught = "refuted on the mutants" if refuted.get(name) == FAILS else "NOT REFUTED on the mutants"
        print(f"{name}: {verdict}; {caught}", flush=True)
    return bool(proved) and not any(proved.values()) and all(refuted.get(name) == FAILS for name in proved)
