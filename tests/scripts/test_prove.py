"""`make prove`: a proof that holds, one that is refuted, one whose mutant lost its place; a life that fails is kept."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tools.proofs import __main__ as prove
from tools.proofs import model_checker, symbolic

HEAD = "// SPDX-License-Identifier: Apache-2.0\npragma solidity 0.8.37;\n"
TINY = HEAD + "contract Tiny { function f(uint8 a) external pure { assert(uint256(a) + 1 > a); } }"


def test_what_always_holds_is_proved_and_what_does_not_is_refuted() -> None:
    assert model_checker.checked("Tiny", {"proofs/Tiny.sol": TINY}) == model_checker.Verdict(1, 0, 0)
    wrong = TINY.replace("+ 1 > a", "< 255")
    assert model_checker.checked("Tiny", {"proofs/Tiny.sol": wrong}) == model_checker.Verdict(0, 1, 0)


def test_a_source_that_does_not_compile_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="declaration expected"):
        model_checker.checked("Tiny", {"proofs/Tiny.sol": HEAD + "contract Tiny {"})


def test_every_mutant_finds_its_place() -> None:
    for changes in model_checker.PROOFS.values():
        assert changes and all(model_checker.mutant(change) for change in changes)
    with pytest.raises(ValueError, match="must follow it"):
        model_checker.mutant((model_checker.MONEY, "nothing like it", ""))


def test_every_symbolic_mutant_finds_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(symbolic, "FOLDER", tmp_path)
    ours, mutants = symbolic.laid_down("ours", {}), symbolic.laid_down("mutants", symbolic.MUTANT)
    for file in symbolic.MUTANT:
        assert (ours / file).read_text() == (symbolic.ROOT / file).read_text() != (mutants / file).read_text()
    with pytest.raises(ValueError, match="must follow it"):
        symbolic.laid_down("lost", {"contracts/MeterLedger.sol": (("nothing like it", ""),)})


@pytest.mark.parametrize(
    ("ours", "mutants", "held"),
    [({"a": 0}, {"a": 1}, True), ({"a": 1}, {"a": 1}, False), ({"a": 2}, {"a": 1}, False), ({"a": 0}, {"a": 0}, False),
     ({"a": 0, "b": 0}, {"a": 1}, False), ({}, {}, False)],
)  # fmt: skip
def test_a_check_that_is_refuted_undecided_or_cannot_fail_is_no_proof(
    ours: dict[str, int], mutants: dict[str, int], held: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(symbolic, "laid_down", lambda name, _: name)
    monkeypatch.setattr(symbolic, "checked", {"ours": ours, "mutants": mutants}.__getitem__)
    assert symbolic.prove_all() is held


def test_a_life_that_fails_is_kept_and_lived_first_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lived: list[int] = []

    def live(seed: int) -> prove.Lived:
        lived.append(seed)
        tried = Counter({"record": 10})
        return seed, tried, tried, "AssertionError: a cent" if seed == prove.FIRST_SEED + 3 else ""

    monkeypatch.setattr(prove, "KEPT", tmp_path / "kept.json")
    monkeypatch.setattr(prove, "live", live)
    monkeypatch.setattr(prove, "ProcessPoolExecutor", ThreadPoolExecutor)
    assert prove.prove(100) == 1
    assert json.loads((tmp_path / "kept.json").read_text()) == [prove.FIRST_SEED + 3]
    assert "seed 1000003: AssertionError: a cent" in capsys.readouterr().out
    lived.clear()
    prove.prove(100)
    assert lived[0] == prove.FIRST_SEED + 3
