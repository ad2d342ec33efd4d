"""`make coverage`: what a trace stands for, and what is seen of it.

traces
├── each statement, each outcome of a condition and of each side of && and || has one, where it stands in the text
├── the contract does what it did without them
└── what ran before a refusal is seen, and the refusal itself; in a call that changes nothing too
the score
├── a line counts if all that begins in it ran; a condition has two branches
└── a require that never refused is told with its line
the trails
└── every test that ran has one, and the chain that it made is in it
"""

import json
import os
import subprocess
import sys

import pyrevm
import pytest
from eth_utils import keccak

from tests.scripts.commands import ROOT
from tools.coverage.__main__ import score, table
from tools.coverage.traces import FIRST, PATH, SOURCE, Trace, traced
from tools.solidity.builds import CODE, Compiler

TEXT = """// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

contract Tiny {
    error TooMuch(uint256 value);
    uint256 public sum;

    function add(uint256 value) external returns (uint256) {
        require(value <= 7, TooMuch(value));
        if (value == 3 || sum > 10) sum += 1;
        else if (value == 4) return 0;
        for (uint256 i = 0; i < 2; ++i) {
            sum += value; sum += value % 2 == 0 ? 1 : 2;
        }
        return sum;
    }

    function low(uint256 value) external pure returns (bool) {
        unchecked {
            return value < 2 && value != 1;
        }
    }
}
"""
PLACE = "contracts/Tiny.sol"
NOBODY, TINY = "0x" + "00" * 20, "0x" + "71" * 20


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The traces, the traced code and the code as it was."""
    root = tmp_path_factory.mktemp("tiny")
    (root / "contracts").mkdir()
    (root / PLACE).write_text(TEXT)
    compiler = Compiler(root)
    text, traces = traced(PLACE, TEXT, compiler.trees[PLACE], 0)
    codes = [
        compiler.compiled(sources, {PLACE: {"*": CODE}})["Tiny"]["runtime"]
        for sources in ({PLACE: text, PATH: SOURCE}, compiler.sources)
    ]
    return traces, *(bytes.fromhex(code[2:]) for code in codes)


class Tiny:
    """The contract on a machine of its own."""

    def __init__(self, code: bytes) -> None:
        self.evm = pyrevm.EVM(spec_id="Byzantium", gas_limit=2**63)
        self.evm.insert_account_info(TINY, pyrevm.AccountInfo(code=code))

    def call(self, name: str, value: int, *, static: bool = False) -> bytes | str:
        """What it answers, or that it refuses."""
        data = keccak(text=f"{name}(uint256)")[:4] + value.to_bytes(32, "big")
        try:
            return bytes(self.evm.message_call(NOBODY, TINY, data, is_static=static))
        except RuntimeError as error:
            return str(error).split("output: ")[1]

    def seen(self, traces: list[Trace]) -> list[str]:
        """Texts of what it came by, with the outcome of a condition."""
        numbers = sorted(number for a in self.evm.db_accounts if 0 <= (number := int(a, 16) - FIRST) < len(traces))
        return [told(traces[number]) for number in numbers]


def told(trace: Trace) -> str:
    return trace.text if trace.outcome is None else f"{trace.text}? {trace.outcome}"


def test_every_statement_and_every_outcome_has_a_trace(made):
    traces = [(trace.line, told(trace)) for trace in made[0] if trace.outcome is not False]
    first_words = sorted((line, text.split(";")[0].split(" {")[0]) for line, text in traces)
    assert first_words == sorted(
        [
            (9, "require(value <= 7, TooMuch(value))"),
            (9, "value <= 7? True"),
            (10, "if (value == 3 || sum > 10) sum += 1"),
            (10, "value == 3 || sum > 10? True"),
            (10, "value == 3? True"),
            (10, "sum > 10? True"),
            (10, "sum += 1"),
            (11, "if (value == 4) return 0"),
            (11, "value == 4? True"),
            (11, "return 0"),
            (12, "for (uint256 i = 0"),
            (12, "i < 2? True"),
            (13, "sum += value"),
            (13, "sum += value % 2 == 0 ? 1 : 2"),
            (13, "value % 2 == 0? True"),
            (15, "return sum"),
            (20, "return value < 2 && value != 1"),
            (20, "value < 2? True"),
            (20, "value != 1? True"),
        ]
    )
    assert all(TEXT[t.start : t.end] == t.text and TEXT[: t.start].count("\n") + 1 == t.line for t in made[0])


def test_it_does_what_it_did(made):
    _, with_traces, without = made
    one, other = Tiny(with_traces), Tiny(without)
    for name in ("add", "low"):
        for value in (*range(9), 3, 2, 2**256 - 1):
            assert one.call(name, value) == other.call(name, value), (name, value)


def test_what_a_refusal_undid_is_seen(made):
    traces, code, _ = made
    tiny = Tiny(code)
    assert tiny.call("add", 8).startswith("0x")
    assert tiny.seen(traces) == ["require(value <= 7, TooMuch(value))", "value <= 7? False"]


def test_what_a_call_without_a_trace_does_is_seen(made):
    traces, code, _ = made
    tiny = Tiny(code)
    tiny.call("low", 2, static=True)
    assert tiny.seen(traces) == ["return value < 2 && value != 1", "value < 2? False"]
    tiny.call("low", 1, static=True)
    assert tiny.seen(traces)[1:] == ["value < 2? False", "value < 2? True", "value != 1? False"]


def test_a_line_counts_whole_and_a_condition_twice(made):
    traces = dict(enumerate(made[0]))
    of = {told(trace): number for number, trace in traces.items()}
    assert vars(score(traces, set())) == {"lines": (0, 7), "branches": (0, 18), "refusals": (0, 1)}
    assert score(traces, {of["sum += value"]}).lines == (0, 7)
    both = {of["sum += value"], of["sum += value % 2 == 0 ? 1 : 2"], of["value <= 7? True"]}
    assert vars(score(traces, both)) == {"lines": (1, 7), "branches": (1, 18), "refusals": (0, 1)}
    assert score(traces, {of["value <= 7? False"]}).refusals == (1, 1)
    assert vars(score(traces, set(traces))) == {"lines": (7, 7), "branches": (18, 18), "refusals": (1, 1)}
    assert "100.0 % of lines, 100.0 % of branches, 100.0 % of refusals" in table(made[0], set(traces))[-1]


def test_what_was_missed_is_told_with_its_place(made):
    missed = {told(trace): str(trace) for trace in made[0]}
    assert missed["value <= 7? False"] == "contracts/Tiny.sol:9 `value <= 7` was never false"
    assert missed["return 0"] == "contracts/Tiny.sol:11 `return 0` never ran"


def touching(chain: str, trace: int) -> str:
    return f"{chain}.call('0x' + '{FIRST + trace:040x}', b'')\n"


def test_every_test_has_its_trail_and_shares_the_chains_of_its_file_only(tmp_path):
    (tmp_path / "test_a.py").write_text(
        "from tests.evm import Chain\n"
        "SHARED = Chain()\n"
        f"def test_first(): {touching('Chain()', 5)}"
        f"def test_shares(): {touching('SHARED', 6)}"
        "def test_shares_too(): pass\n"
    )
    (tmp_path / "test_b.py").write_text(
        f"from tests.evm import Chain\ndef test_alone(): {touching('Chain()', 7)}def test_nothing(): pass\n"
    )
    options = ("-c", str(ROOT / "pyproject.toml"), "-p", "tests.trails", "-p", "no:xdist", "-p", "no:cacheprovider")
    environment = {**os.environ, "SOLPACT_TRAILS": str(tmp_path), "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(tmp_path)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    lines = [json.loads(line) for trail in tmp_path.glob("*.jsonl") for line in trail.read_text().splitlines()]
    assert {line["test"].split("::")[1]: line["seen"] for line in lines} == {
        "test_first": [5],
        "test_shares": [6],
        "test_shares_too": [6],
        "test_alone": [7],
        "test_nothing": [],
    }
