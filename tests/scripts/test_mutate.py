"""`make mutate`: which mutants a text has, which compile to something else, and what is kept of them.

a mutant
├── each operator changes what it should, in a tiny contract, and one thing only
├── its id stays when lines above it come or go, and goes when its own line changes
└── a text is never listed twice
a build
├── another text that means the same is the same code; another meaning is not
├── a text that does not compile is refused
├── what imports a file, however far, is compiled with it
└── what is laid down is what tests/evm.py reads
the book
├── a verdict is found again, in another run
├── it does not hold for another text, or without the test that killed; a survivor's not under other tests
├── docs/mutants.md gives ids and reasons; an entry without its mutant, or of one that is killed, is told
└── the score counts what the tests could have noticed
a metamutant
├── holds all mutants but those of constants, loops' heads, constructors and modifiers
├── does what the original does while all are asleep, and what the mutant does that is awake
└── an error of the compiler is told to be its mutant's
the witnesses
├── of a mutant are the tests that ran its innermost statement; first what is quick and does little else
├── take, where they rest on what other tests of their file have made, as long as these together
├── of one outside of any statement are those that ran anything of what imports its file
└── are of the level of what they do more with than deploy it: harness, clauses, ledger and registry
the tests on a mutant
├── together with others: the first test that fails is named, also on a chain made when its module was imported
├── a test that fails though all mutants are asleep kills none
├── a test that does not end is ended; a process that breaks down is no answer
└── one that matters is killed, by a test that is named; one that only the metadata shows is the same
"""

from dataclasses import replace
from pathlib import Path

import pyrevm
import pytest
from eth_utils import keccak

from tests.scripts.commands import ROOT
from tools.coverage.traced_run import Trail, taken_alone
from tools.coverage.traces import Trace
from tools.mutation import __main__ as mutate
from tools.mutation.book import Book, Verdict, complaints, harmless, scores, seal
from tools.mutation.judge import Judge
from tools.mutation.metamutant import FIRST, PATH, SOURCE, culprits, metamutant
from tools.mutation.mutants import Mutant, mutants
from tools.mutation.runs import run_awake
from tools.mutation.witnesses import Witnesses
from tools.solidity.builds import CODE, Compiler, DoesNotCompile, same

HEAD = "// SPDX-License-Identifier: Apache-2.0\npragma solidity 0.8.37;\n"
LIBRARY = "library Half { function down(uint256 a) internal pure returns (uint256) { return a / 2; } }"
TINY = """
import {Half} from "./Half.sol";

type Day is uint16;

contract Tiny {
    uint256 private constant MOST = 7;
    event Told(uint256 value);
    error TooMuch(uint256 value);
    bool private _open;
    uint256 private _sum;

    modifier once() {
        require(!_open);
        _;
    }

    function open(bool known) external once {
        if (known && MOST > 5) _open = true;
        else _open = false;
    }

    function add(uint256 value) external returns (uint256) {
        require(value <= MOST, TooMuch(value));
        for (uint256 i = 0; i < 2; ++i) {
            _sum += Half.down(value) << 1;
        }
        emit Told(value);
        return _sum;
    }

    function first() external pure returns (Day) {
        return Day.wrap(1);
    }
}
"""


def compiler(folder: Path, **files: str) -> Compiler:
    """A repository with these contracts."""
    (folder / "contracts").mkdir(parents=True)
    for name, text in {"Half": LIBRARY, "Tiny": TINY, **files}.items():
        (folder / "contracts" / f"{name}.sol").write_text(HEAD + text)
    return Compiler(folder)


def of(made: Compiler, name: str = "Tiny") -> list[Mutant]:
    path = f"contracts/{name}.sol"
    return mutants(path, made.sources[path], made.trees[path])


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Compiler:
    return compiler(tmp_path_factory.mktemp("tiny"))


# -------------------------------------------------------------------------------------------------------- the mutants

EXPECTED = {
    ("comparison", ">", ">="), ("comparison", ">", "<="), ("comparison", "<=", "<"), ("comparison", "<=", ">"),
    ("comparison", "<", "<="), ("comparison", "<", ">="),
    ("arithmetic", "+=", "-="), ("shift", "<<", ">>"), ("step", "++", "--"),
    ("logic", "&&", "||"), ("logic", "!", ""),
    ("condition", "known && MOST > 5", "!(known && MOST > 5)"),
    ("constant", "7", "(7 + 1)"), ("constant", "7", "(7 - 1)"),
    ("constant", "5", "(5 + 1)"), ("constant", "5", "(5 - 1)"),
    ("constant", "2", "(2 + 1)"), ("constant", "2", "(2 - 1)"),
    ("constant", "1", "(1 + 1)"), ("constant", "1", "(1 - 1)"),
    ("constant", "0", "(0 + 1)"), ("constant", "true", "false"), ("constant", "false", "true"),
    ("statement", "require(!_open);", "{}"), ("statement", "require(value <= MOST, TooMuch(value));", "{}"),
    ("statement", "_open = true;", "{}"), ("statement", "_open = false;", "{}"),
    ("statement", "_sum += Half.down(value) << 1;", "{}"), ("statement", "emit Told(value);", "{}"),
    ("answer", "_sum", "0"), ("answer", "Day.wrap(1)", "Day.wrap(0)"),
    ("else", "\n        else _open = false;", ""), ("modifier", "once", ""),
}  # fmt: skip


def test_each_operator_changes_what_it_should(tiny: Compiler) -> None:
    assert {(m.edit.operator, m.old, m.edit.new) for m in of(tiny)} == EXPECTED
    assert {(m.old, m.edit.new) for m in of(tiny, "Half")} == {
        ("/", "*"), ("2", "(2 + 1)"), ("2", "(2 - 1)"), ("a / 2", "0"),
    }  # fmt: skip


DEAL = """
struct Terms { address producer; address consumer; address meter; address arbiter; uint16 months; }
struct Act { int64 generation; int64 exported; }

contract Deal {
    event Told(address from, address to, int64 energy);
    error NotTheProducer(address actor);
    mapping(bytes32 => bool) private _used;

    function act(Terms calldata terms, Act calldata a, bytes32 digest) external {
        require(msg.sender == terms.producer, NotTheProducer(msg.sender));
        require(!_used[digest]);
        _used[digest] = true;
        emit Told(terms.producer, terms.meter, a.generation);
    }

    function _bring(address actor, Terms calldata terms) internal view {
        if (msg.sender != terms.arbiter || terms.months > 1) require(actor == terms.arbiter);
    }

    function recorded(address meter, address signer) external pure { require(signer == meter); }

    function signed(address signer) external view {
        address meter = signer;
        require(_used[bytes32(uint256(uint160(meter)))]);
    }
}
"""
SEMANTIC = {
    ("role", "msg.sender == terms.producer", "msg.sender == terms.producer || msg.sender == terms.consumer"),
    *{("role", "!_used[digest]", f"!_used[digest] || msg.sender == terms.{p}") for p in ("producer", "consumer")},
    *{
        ("role", "actor == terms.arbiter", f"actor == terms.arbiter || actor == terms.{p}")
        for p in ("producer", "consumer")
    },
    *{
        ("role", "msg.sender != terms.arbiter || terms.months > 1",
         f"(msg.sender != terms.arbiter || terms.months > 1) && actor != terms.{p}")
        for p in ("producer", "consumer")
    },
    ("role", "_used[bytes32(uint256(uint160(meter)))]",
     "_used[bytes32(uint256(uint160(meter)))] || msg.sender == meter"),
    ("party", "producer", "consumer"), ("party", "meter", "arbiter"), ("party", "arbiter", "meter"),
    ("field", "generation", "exported"), ("field", "months", "firstMonth"),
    ("event", "terms.producer, terms.meter", "terms.meter, terms.producer"),
    ("order", "require(!_used[digest]);\n        _used[digest] = true;",
     "_used[digest] = true;\n        require(!_used[digest]);"),
}  # fmt: skip


def test_what_a_contract_means_is_changed_too(tmp_path: Path) -> None:
    made = of(compiler(tmp_path / "deal", Deal=DEAL), "Deal")
    kinds = {"role", "party", "field", "event", "order"}
    assert {(m.edit.operator, m.old, m.edit.new) for m in made if m.edit.operator in kinds} == SEMANTIC


def test_a_mutant_is_one_change_and_no_two_are_the_same(tiny: Compiler) -> None:
    source = tiny.sources["contracts/Tiny.sol"]
    texts = [m.applied(source) for m in of(tiny)]
    assert len({*texts, source}) == len(texts) + 1
    assert len({m.id for m in of(tiny)}) == len(texts)
    for mutant, text in zip(of(tiny), texts, strict=True):
        start = mutant.edit.start
        assert text[start:].startswith(mutant.edit.new)
        assert text[:start] + mutant.old + text[start + len(mutant.edit.new) :] == source


def test_an_id_stays_when_other_lines_change_and_goes_with_its_own(tiny: Compiler, tmp_path: Path) -> None:
    longer = compiler(tmp_path / "longer", Tiny=TINY.replace("contract Tiny", "// naïve\n\ncontract Tiny"))
    other = compiler(tmp_path / "other", Tiny=TINY.replace("MOST = 7", "MOST = 8"))
    assert [m.id for m in of(longer)] == [m.id for m in of(tiny)]
    assert [m.line for m in of(longer)] == [m.line + 2 for m in of(tiny)]
    gone = {m.id for m in of(tiny)} - {m.id for m in of(other)}
    assert {(m.old, m.edit.new) for m in of(tiny) if m.id in gone} == {("7", "(7 + 1)"), ("7", "(7 - 1)")}


# --------------------------------------------------------------------------------------------------------- the builds


def test_what_means_the_same_is_the_same_code_and_what_does_not_is_not(tiny: Compiler) -> None:
    path, part = "contracts/Tiny.sol", ("contracts/Tiny.sol",)
    original = tiny.original(part)
    assert same(original, tiny.build(path, tiny.sources[path] + "// a remark\n", part))
    changed = {(m.old, m.edit.new): m.applied(tiny.sources[path]) for m in of(tiny)}
    assert same(original, tiny.build(path, changed[(">", ">=")], part))
    assert not same(original, tiny.build(path, changed[("<=", "<")], part))


def test_what_does_not_compile_is_refused(tiny: Compiler) -> None:
    with pytest.raises(DoesNotCompile, match="ParserError"):
        tiny.build("contracts/Tiny.sol", "contract {", ("contracts/Tiny.sol",))


def test_what_imports_a_file_is_compiled_with_it(tiny: Compiler) -> None:
    assert tiny.importers("contracts/Half.sol") == ["contracts/Half.sol", "contracts/Tiny.sol"]
    assert tiny.importers("contracts/Tiny.sol") == ["contracts/Tiny.sol"]
    assert tiny.parts("contracts/Half.sol") == [(), (), ("contracts/Tiny.sol",)]
    changed = tiny.build("contracts/Half.sol", HEAD + LIBRARY.replace("/ 2", "/ 3"), ("contracts/Tiny.sol",))
    assert not same(changed, tiny.original(("contracts/Tiny.sol",)))


def test_what_compiles_quickly_comes_first() -> None:
    harness, clauses, rest = Compiler().parts("contracts/lib/Calendar.sol")
    assert "tests/contracts/solidity/Libraries.sol" in harness
    assert "contracts/clauses/FixedFee.sol" in clauses
    names = ("MeterLedger", "PPARegistry", "RegistryEnds", "RegistryRights")
    assert rest == tuple(f"contracts/{name}.sol" for name in names)


# ----------------------------------------------------------------------------------------------------------- the book


def told(what: str, text: str = "text") -> Verdict:
    return Verdict(what, text, "tests" * (what == "survived"), "a test" * (what == "killed"))


def test_a_verdict_is_found_again_and_holds_for_what_it_was_found_for(tiny: Compiler, tmp_path: Path) -> None:
    killed, survived, new, gone = of(tiny)[:4]
    book = Book.opened(tmp_path / "build" / "mutants.json")
    for mutant, what in ((killed, "killed"), (survived, "survived"), (gone, "timeout")):
        book.write(mutant, told(what))
    book.keep([killed, survived, new])
    book = Book.opened(book.file)
    assert set(book.verdicts) == {killed.id, survived.id}
    assert len(book.file.read_text().splitlines()) == 4
    assert book.known(killed, "text", "other tests", ["a test"]) == told("killed")
    assert book.known(killed, "text", "tests", ["another test"]) is None
    assert book.known(killed, "other text", "tests", ["a test"]) is None
    assert book.known(survived, "text", "tests", []) == told("survived")
    assert book.known(survived, "text", "other tests", []) is None
    assert book.known(new, "text", "tests", []) is None


def test_a_seal_tells_texts_and_where_one_ends_apart() -> None:
    assert len({seal("ab", "c"), seal("a", "bc"), seal("abc"), seal("ab", "c", "")}) == 4


def test_the_list_of_the_harmless_is_read_and_its_stale_entries_told(tiny: Compiler) -> None:
    alive, dead, unasked = of(tiny)[:3]
    text = (
        f"# Head\n\n- `{alive.id}`, `{dead.id}` — one\n  reason.\n- `{unasked.id}` — another.\n- `0badc0de` — gone.\n"
    )
    listed = harmless(text)
    assert listed == {alive.id: "one", dead.id: "one", unasked.id: "another.", "0badc0de": "gone."}
    verdicts = {alive.id: told("survived"), dead.id: told("killed")}
    first, second = complaints(listed, of(tiny), verdicts)
    assert first.startswith(f"{dead.id} is listed in docs/mutants.md, but is killed a test")
    assert second.startswith("0badc0de is listed in docs/mutants.md, and there is no such mutant")


def test_the_score_counts_what_the_tests_could_have_noticed(tiny: Compiler) -> None:
    what = ["killed", "timeout", "survived", "survived", "stillborn", "same"]
    asked = of(tiny)[: len(what)]
    verdicts = {m.id: told(w) for m, w in zip(asked, what, strict=True)}
    table = scores(of(tiny), verdicts, [asked[2].id])
    assert list(table) == ["contracts/Tiny.sol", "all"]
    assert (table["all"].killed, table["all"].asked) == (2, 3)
    assert str(table["all"]).startswith(" 66.7 %  2/3  (6 mutants: 1 killed, 1 timeout, 1 survived, 1 stillborn")
    assert scores([], {}, [])["all"].percent == 100


def test_a_sample_is_the_same_for_the_same_seed(tiny: Compiler) -> None:
    every = [*of(tiny), *of(tiny, "Half")]
    assert mutate.chosen(every, ("contracts/Half.sol",), None, 1) == of(tiny, "Half")
    one, again, other = (mutate.chosen(every, (), 5, seed) for seed in (1, 1, 2))
    assert one == again != other
    assert len(one) == 5
    assert mutate.chosen(every, (), 1_000, 1) == every


# ------------------------------------------------------------------------------------------------------ the metamutant

TINY_AT, NOBODY = "0x" + "11" * 20, "0x" + "22" * 20
CALLS = [("open(bool)", True), ("open(bool)", False), ("add(uint256)", 6), ("add(uint256)", 7), ("add(uint256)", 8)]
CALLS += [("first()", 0), ("open(bool)", True)]


def ways(code: str, awake: int = 0) -> list[object]:
    """What a contract answers to a story of calls, and what it emits."""
    evm = pyrevm.EVM(spec_id="Byzantium", gas_limit=2**63)
    evm.insert_account_info(TINY_AT, pyrevm.AccountInfo(code=bytes.fromhex(code[2:])))
    if awake:
        evm.insert_account_info(f"0x{FIRST + awake:040x}", pyrevm.AccountInfo(balance=1))
    said: list[object] = []
    for name, value in CALLS:
        data = keccak(text=name)[:4] + int(value).to_bytes(32, "big")
        try:
            said.append(bytes(evm.message_call(NOBODY, TINY_AT, data)))
            said.append([log.data for log in evm.result.logs])
        except RuntimeError as error:
            said.append(str(error).split("output: ")[-1])
    return said


def runtime(made: Compiler, sources: dict[str, str]) -> str:
    return made.compiled({**made.sources, **sources}, {"contracts/Tiny.sol": {"*": CODE}})["Tiny"]["runtime"]


def test_a_metamutant_holds_all_but_constants_heads_and_modifiers(tiny: Compiler) -> None:
    path = "contracts/Tiny.sol"
    numbered = dict(enumerate(of(tiny), 1))
    inside = metamutant(path, tiny.sources[path], tiny.trees[path], numbered.items())[1]
    left = {(m.old, m.edit.new) for number, m in numbered.items() if number not in inside}
    assert left == {("7", "(7 + 1)"), ("7", "(7 - 1)"), ("0", "(0 + 1)"), ("++", "--"), ("once", "")}


@pytest.mark.parametrize("name", ["Tiny", "Half"])
def test_each_mutant_of_a_metamutant_does_what_it_does_alone(tiny: Compiler, name: str) -> None:
    path = f"contracts/{name}.sol"
    numbered = dict(enumerate(of(tiny, name), 1))
    text, inside = metamutant(path, tiny.sources[path], tiny.trees[path], numbered.items())
    code = runtime(tiny, {path: text, PATH: SOURCE})
    original = ways(runtime(tiny, {}))
    assert ways(code) == original
    for number in sorted(inside):
        alone = ways(runtime(tiny, {path: numbered[number].applied(tiny.sources[path])}))
        assert ways(code, number) == alone, numbered[number]
    assert sum(ways(code, number) != original for number in inside) > len(inside) / 2


def test_an_error_of_the_compiler_is_told_to_be_its_mutants(tiny: Compiler) -> None:
    path = "contracts/Tiny.sol"
    first, second, third = (m for m in of(tiny) if m.edit.operator == "statement" and "_open" in m.old)
    wrong = Mutant(second.id, path, second.line, second.old, replace(second.edit, new="_open = 3;"))
    numbered = [(1, first), (2, wrong), (3, third)]
    text, inside = metamutant(path, tiny.sources[path], tiny.trees[path], numbered)
    assert inside == {1, 2, 3}
    with pytest.raises(DoesNotCompile) as error:
        runtime(tiny, {path: text, PATH: SOURCE})
    assert culprits(text, error.value.places[path]) == {2}
    assert culprits(text, [0, len(text.encode()) - 1]) == set()


# ------------------------------------------------------------------------------------------------------ the witnesses


def trace(path: str, text: str, source: str, function: str = "f") -> Trace:
    start = source.index(text)
    return Trace(path, 1, function, start, start + len(text), text)


def test_the_tests_that_ran_the_statement_are_asked_the_narrowest_first(tiny: Compiler) -> None:
    path, source = "contracts/Tiny.sol", tiny.sources["contracts/Tiny.sol"]
    loop = source[source.index("for (") : source.index("emit Told")].rstrip()
    traces = [trace(path, loop, source), trace(path, "_sum += Half.down(value) << 1;", source)]
    traces.append(trace("contracts/Half.sol", "return a / 2;", tiny.sources["contracts/Half.sol"]))
    slow, quick, outer = (
        Trail(name, time, seen) for name, time, seen in (("s", 2, [0, 1]), ("q", 1, [0, 1]), ("o", 0.1, [0]))
    )
    elsewhere = Trail("e", 0.2, [])
    witnesses = Witnesses(tiny, traces, [slow, quick, outer, elsewhere])
    by_change = {(m.old, m.edit.new): m for m in of(tiny)}
    assert witnesses.of(by_change[("+=", "-=")]) == [quick, slow]
    assert witnesses.of(by_change[("++", "--")]) == [outer, quick, slow]
    assert witnesses.of(by_change[("7", "(7 + 1)")]) == [outer, quick, slow]  # a constant: whoever runs the file


def test_what_rests_on_others_takes_as_long_as_its_file() -> None:
    lines = [
        {"test": f"{file}::{name}", "seconds": seconds, "seen": [], "rests": rests}
        for file, name, seconds, rests in (
            ("a", "makes", 2.0, False),
            ("a", "reads", 0.5, True),
            ("b", "x", 1.0, False),
        )
    ]
    assert [trail.seconds + trail.rests_on for trail in taken_alone(lines)] == [2.0, 3.0, 1.0]


def test_a_test_is_of_the_level_of_what_it_does_more_with_than_deploy() -> None:
    paths = (
        ("contracts/lib/Money.sol", "cents"),
        ("contracts/registry/Book.sol", "constructor"),
        ("contracts/clauses/FixedFee.sol", "assess"),
        ("contracts/MeterLedger.sol", "record"),
    )
    traces = [Trace(path, 1, function, 0, 1, "") for path, function in paths]
    witnesses = Witnesses(Compiler(), traces, [])
    levels = [witnesses.level(Trail("t", 1, seen)) for seen in ([0], [0, 1], [0, 1, 2], [2, 3], [])]
    assert levels == [0, 0, 1, 2, 0]


# ------------------------------------------------------------------------------------------------------ the real thing


def test_the_list_in_docs_names_only_mutants_that_are_there() -> None:
    made = Compiler()
    every = [
        m
        for path in made.sources
        if path.startswith("contracts/")
        for m in mutants(path, made.sources[path], made.trees[path])
    ]
    listed = harmless((ROOT / "docs" / "mutants.md").read_text())
    assert not complaints(listed, every, {})


@pytest.mark.tool
def test_the_first_that_fails_with_a_mutant_awake_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Compiler().lay_down(tmp_path, {})
    monkeypatch.setattr("tools.mutation.runs._limit", lambda trail: 2)
    good, shared, new, end, breaks, bad = (
        Trail(f"tests/scripts/awake_examples.py::test_{name}", 1, [])
        for name in ("good", "of_a_shared_chain", "of_a_new_chain", "without_end", "that_breaks", "bad")
    )
    some = [good, shared, new, end, breaks]
    found = run_awake(tmp_path, [(number, [*some, bad][: 5 + (number == 5)]) for number in range(6)])
    assert found == [
        ("survived", ""),
        ("killed", shared.test),
        ("killed", new.test),
        ("timeout", ""),
        ("killed", "signal 11"),
        ("killed", bad.test),
    ]


NAMES = ("test_an_energy_charge_has_exactly_96_bytes[95]", "test_an_energy_charge_without_price_is_refused")


@pytest.mark.tool
def test_a_mutant_that_matters_is_killed_by_a_test_that_is_named(tmp_path: Path) -> None:
    made = Compiler()
    path = "contracts/clauses/EnergyCharge.sol"
    source = made.sources[path]
    asked = [
        m
        for m in mutants(path, source, made.trees[path])
        if m.old == "require(MicroPerKWh.unwrap(p.price) > 0, PriceIsZero());"
    ]
    tests = [Trail(f"tests/contracts/test_clauses.py::{name}", 1, [0]) for name in NAMES]
    statement = trace(path, asked[0].old, source)
    witnesses = Witnesses(made, [statement], tests)
    judge = Judge(made, witnesses, Book.opened(tmp_path / "mutants.json"), "tests")
    (verdict,) = mutate.judge_all(judge, asked).values()
    assert (verdict.what, verdict.by) == ("killed", f"test_clauses.py::{NAMES[1]}")
    assert dict(judge.verdicts(asked)) == {asked[0]: Book.opened(tmp_path / "mutants.json").verdicts[asked[0].id]}


@pytest.mark.tool
def test_a_test_that_only_deploys_is_asked_of_a_constructor(tmp_path: Path) -> None:
    made = Compiler()
    path, name = "contracts/MeterLedger.sol", "test_the_domain_is_the_ledgers_own_on_its_chain"
    source = made.sources[path]
    asked = [m for m in mutants(path, source, made.trees[path]) if (m.old, m.edit.new) == ("chainId = chainId_;", "{}")]
    statement = trace(path, asked[0].old, source, "constructor")
    witnesses = Witnesses(made, [statement], [Trail(f"tests/contracts/test_signed_records.py::{name}", 1, [0])])
    judge = Judge(made, witnesses, Book.opened(tmp_path / "mutants.json"), "tests")
    (verdict,) = mutate.judge_all(judge, asked).values()
    assert (verdict.what, verdict.by) == ("killed", f"test_signed_records.py::{name}")
