"""What `interfaces/` publishes is what Ape compiles from `contracts/`, and every error and invariant has its test.

build.json
├── its creation and runtime code are Ape's own, byte for byte (ethereum:local:test)
├── the script that writes it asks the compiler what Ape asks
├── its immutables stand where the deployed code has them
├── the registry and each of its modules have less than 20,000 bytes
└── none of the generated files is stale
this folder
├── every error of the ABIs is met by some test, by name
├── docs/invariants.md and the `i7_…` names agree, both ways
└── docs/attacks.md answers each attempt by a test that is there, or by a line of docs/assumptions.md
"""

import ast
import importlib.util
import re
from pathlib import Path

import ape
import pytest

from tests.contracts.compiling import Compilation
from tests.evm import CHAIN_ID, ROOT, errors, published

HERE = Path(__file__).parent
MODULES = ["RegistryEnds", "RegistryRights"]
REGISTRY = ["PPARegistry", *MODULES]
MOST_BYTES = 20_000


def as_hex(code):
    """A bytecode of Ape's as text."""
    return "0x" + str(code.bytecode).removeprefix("0x")


@pytest.fixture(scope="module")
def compilation():
    """All of the contracts, as Ape compiles them."""
    return Compilation()


@pytest.fixture
def project(compilation):
    return compilation.project


@pytest.fixture
def script():
    """The script that writes the generated files."""
    spec = importlib.util.spec_from_file_location("interfaces_script", ROOT / "scripts" / "interfaces.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


@pytest.mark.parametrize("name", published())
def test_the_published_code_is_what_ape_compiles(project, name):
    compiled = project.contracts[name]
    assert as_hex(compiled.deployment_bytecode) == published()[name]["creation"]
    assert as_hex(compiled.runtime_bytecode) == published()[name]["runtime"]


def test_the_script_asks_the_compiler_what_ape_asks(compilation, script):
    assert script.standard_input() == compilation.question


def test_no_generated_file_of_interfaces_is_stale(compilation, script):
    files = script.files(compilation.question["settings"], compilation.answer)
    stale = [path.name for path, text in files.items() if not path.exists() or path.read_text() != text]
    assert not stale, "run `make interfaces` and commit the result"


def test_a_contract_deployed_through_ape_is_the_one_that_is_published(project):
    with ape.networks.ethereum.local.use_provider("test"):
        deployer = ape.accounts.test_accounts[0]
        ledger = deployer.deploy(project.MeterLedger, CHAIN_ID)
        modules = [deployer.deploy(project.contracts[name], CHAIN_ID, ledger) for name in MODULES]
        registry = deployer.deploy(project.PPARegistry, CHAIN_ID, ledger, *modules)
        for name, contract in zip(["MeterLedger", *REGISTRY], [ledger, registry, *modules], strict=True):
            assert masked(name, contract.code) == masked(name, bytes.fromhex(published()[name]["runtime"][2:]))
        assert (registry.chainId(), registry.ledger()) == (CHAIN_ID, ledger.address)


def masked(name, code):
    """A contract's code without its immutables."""
    out = bytearray(code)
    for places in published()[name]["immutableReferences"].values():
        for place in places:
            out[place["start"] : place["start"] + place["length"]] = bytes(place["length"])
    return bytes(out)


def word_of(address):
    """An address as an immutable holds it."""
    return bytes(12) + bytes.fromhex(address[2:])


@pytest.mark.parametrize("name", ["MeterLedger", *REGISTRY])
def test_the_immutables_stand_where_the_build_says(world, name):
    registry = world.registry
    addresses = [world.ledger.address, registry.address, registry.ends(), registry.rights()]
    code = world.chain.evm.get_code(dict(zip(["MeterLedger", *REGISTRY], addresses, strict=True))[name])
    expected = {"chainId": CHAIN_ID.to_bytes(32, "big")}
    if name in REGISTRY:
        expected["ledger"] = word_of(world.ledger.address)
    if name == "MeterLedger":
        expected["domainSeparator"] = world.ledger.domainSeparator()
    if name == "PPARegistry":
        expected["domainSeparator"] = registry.domainSeparator()
        expected |= {"ends": word_of(registry.ends()), "rights": word_of(registry.rights())}
    places = published()[name]["immutableReferences"]
    assert set(places) == set(expected)
    for name, value in expected.items():
        assert {bytes(code[p["start"] : p["start"] + p["length"]]) for p in places[name]} == {value}


@pytest.mark.parametrize("name", REGISTRY)
def test_each_part_of_the_registry_is_under_20_000_bytes(name):
    assert len(published()[name]["runtime"]) // 2 - 1 < MOST_BYTES


def refused_names():
    """Every name that a test of this folder gives to `refuses`, or to a table of `error` arguments."""
    for file in HERE.glob("test_*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def test_every_error_of_the_contracts_is_met_by_a_test():
    named = set(refused_names())
    missing = []
    for error in errors().values():
        holders = {"PPARegistry" if contract in MODULES else contract for contract in error.contracts}
        qualified = {f"{holder}.{error.name}" for holder in holders}
        shared = len(holders) > 1
        if holders and not (qualified <= named if shared else named & {error.name, *qualified}):
            missing.append(error.name)
    assert not missing


NAME = re.compile(r"def (?:test_)?((?:i\d+_)+)\w+\(")


def numbers_of_tests():
    """Which invariants each file's tests and state machines name."""
    for file in HERE.glob("test_*.py"):
        for prefix in NAME.findall(file.read_text()):
            for number in re.findall(r"i(\d+)_", prefix):
                yield int(number), f"tests/contracts/{file.name}"


def test_every_invariant_has_its_test_and_every_test_its_invariant():
    text = (ROOT / "docs" / "invariants.md").read_text()
    written: dict[int, set[str]] = {}
    for paragraph in re.split(r"\n(?=\d+\. )", text)[1:]:
        number = int(paragraph.split(".", 1)[0])
        written[number] = set(re.findall(r"`(tests/contracts/\w+\.py)`", paragraph))
    bound: dict[int, set[str]] = {}
    for number, file in numbers_of_tests():
        bound.setdefault(number, set()).add(file)
    assert sorted(written) == list(range(1, len(written) + 1))
    assert written == bound


def test_every_attempt_of_the_attack_review_has_an_answer_that_is_there():
    text = (ROOT / "docs" / "attacks.md").read_text()
    defined = re.compile(r"^def (test_\w+)\(", re.MULTILINE)
    tests = {f"{file.name}::{name}" for file in HERE.glob("test_*.py") for name in defined.findall(file.read_text())}
    lines = set(re.findall(r"^- (\*\*.+?\*\*)", (ROOT / "docs" / "assumptions.md").read_text(), re.MULTILINE))
    rows = [row.strip("|").split("|") for row in re.findall(r"^\| .+ \|$", text, re.MULTILINE)]
    answers = [row[2].strip() for row in rows if row[2].strip() != "answer"]
    named = [one for answer in answers for one in answer.split(", ")]
    assert len(answers) > 50 and not [one for one in named if one.strip("`") not in tests and one not in lines]
