"""What the how-tos' examples make works.

an analyzer's profile ── the meter's loader reads it, and a simulated analyzer answers by it on a socket
a clause ── compiles, prices a month on a real EVM, and refuses parameters that make no sense
a language ── Python and JavaScript make the same words in it, which are found again
a page ── its template and its texts are whole
a network ── Ape takes its configuration
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from ape_networks.config import NetworksConfig
from eth_abi import encode
from eth_utils import keccak
from jinja2 import Environment

from meter import profile
from meter.analyzer import TcpBlockReader
from meter.errors import BadConfig
from meter.plant.replay import Counter, Plant, SimulatedAnalyzer
from meter.plant.series import Interval
from meter.plant.server import PlantServer
from ppa.text import LANGUAGES
from tests.contracts.clause_lines import period_of
from tests.evm import Chain, Contract, Refused, functions
from tests.meter.wires import Loop
from tests.scripts.howtos import FOLDER, ROOT, block, follow
from webapp import vendor


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The example's profile, where the loader finds it; its name."""
    (tmp_path / "example-e100.toml").write_text(block("add-an-analyzer.md", "meter/profiles/example-e100.toml"))
    monkeypatch.setattr(profile, "_folder", lambda: tmp_path)
    monkeypatch.setattr(profile, "load_profile", profile.load_profile.__wrapped__)
    return "example-e100"


def test_the_examples_profile_is_read_and_a_simulated_analyzer_answers_by_it(example: str) -> None:
    loop = Loop()
    shown = SimulatedAnalyzer(profile.load_profile(example), Counter(7, 10_000), Counter(100_000, 10_000))
    server = PlantServer(Plant([Interval(1_467_324_000, 0, 0)], shown, shown))
    try:
        port, _ = loop.run(server.start())
        reader = TcpBlockReader("127.0.0.1", port, 1, shown.profile)
        assert shown.profile.decode(reader.read_block()) == profile.Energies(70, 1_000_000)
        reader.close()
    finally:
        loop.run(server.stop())
        loop.end()


def test_the_examples_golden_registers_are_read_by_its_profile(example: str) -> None:
    names = {"load_profile": profile.load_profile, "Energies": profile.Energies}
    exec(block("add-an-analyzer.md", "tests/meter/test_profile.py"), names)
    names["test_the_e100_counts_tens_of_wh_high_word_first"]()


def test_the_examples_profile_with_a_counter_outside_its_block_is_refused(example: str, tmp_path: Path) -> None:
    file = tmp_path / f"{example}.toml"
    file.write_text(file.read_text().replace("count = 6", "count = 5"))
    with pytest.raises(BadConfig, match="outside its block"):
        profile.load_profile(example)


@pytest.fixture(scope="module")
def credit() -> Contract:
    """The example's clause, compiled without the optimizer and deployed."""
    file = "contracts/clauses/ExportCredit.sol"
    sources = {file: {"content": block("add-a-clause.md", file)}}
    for folder in ("interfaces", "interfaces/registry", "contracts/lib"):
        for path in (ROOT / folder).glob("*.sol"):
            sources[str(path.relative_to(ROOT))] = {"content": path.read_text()}
    settings = {"evmVersion": "byzantium", "outputSelection": {file: {"*": ["evm.bytecode.object"]}}}
    asked = json.dumps({"language": "Solidity", "sources": sources, "settings": settings})
    ran = subprocess.run(
        [ROOT / "bin" / "solc", "--standard-json"], input=asked, capture_output=True, text=True, check=True
    )
    output = json.loads(ran.stdout)
    assert not [e["formattedMessage"] for e in output.get("errors", ()) if e["severity"] == "error"]
    code = bytes.fromhex(output["contracts"][file]["ExportCredit"]["evm"]["bytecode"]["object"])
    chain = Chain()
    return Contract(chain, str(chain.evm.deploy("0x" + "de" * 20, code)), functions("EnergyCharge"))


def test_the_examples_clause_prices_a_month(credit: Contract) -> None:
    period = period_of(generation=2_000_000, exported=1_000_000)
    assert credit.assess(period.as_tuple(), encode(["uint64"], [30_000])) == (-3_000, False)


@pytest.mark.parametrize(
    ("params", "error"),
    [(bytes(32), "CreditIsZero()"), (bytes(31), "WrongLength(uint256,uint256)")],
    ids=["no price", "too short"],
)
def test_the_examples_clause_refuses_what_makes_no_sense(credit: Contract, params: bytes, error: str) -> None:
    with pytest.raises(Refused) as refused:
        credit.check(17_000, 12, params)
    assert refused.value.raw[:4] == keccak(text=error)[:4]


@pytest.fixture(scope="module")
def with_catalan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tree in which the how-to of languages was followed."""
    tree = tmp_path_factory.mktemp("language")
    unneeded = shutil.ignore_patterns("vendor", "__pycache__")
    for folder in ("ppa", "webapp", "interfaces", "tests/words"):
        shutil.copytree(ROOT / folder, tree / folder, ignore=unneeded)
    (tree / "tests" / "js").mkdir()
    for file in ("tests/__init__.py", "tests/wordings.py", "tests/js/words.mjs"):
        shutil.copy(ROOT / file, tree / file)
    vendor.copy()
    (tree / "webapp" / "static" / "vendor").symlink_to(ROOT / "webapp" / "static" / "vendor")
    follow(FOLDER / "add-a-language.md", tree)
    return tree


IN_CATALAN = """
import json
from ppa import refusals, wording
from ppa.termsfile import terms_from_json
from tests import wordings
from webapp.languages import catalogue
cases = wordings.some("a language", 20)
for case in cases:
    terms, words = wording.worded(terms_from_json(case["terms"]), case["rules"], "ca")
    assert wording.regenerated(terms, case["rules"]) == ("ca", words)
assert catalogue("en")["nav.other_code"] == "ca" and catalogue("ca")["nav.other_code"] == "es"
assert refusals.sentence("PriceIsZero", {}, "ca")
print(json.dumps([cases, [wordings.words(case) for case in cases]]))
"""


def test_in_a_new_language_python_and_javascript_make_the_same_words(with_catalan: Path) -> None:
    python = subprocess.run(
        [sys.executable, "-c", IN_CATALAN], cwd=with_catalan, capture_output=True, text=True, check=False
    )
    assert python.returncode == 0, python.stderr
    cases, ours = json.loads(python.stdout)
    node = subprocess.run(
        ["node", "tests/js/words.mjs"], cwd=with_catalan, input=json.dumps(cases), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert node.returncode == 0, node.stderr
    assert json.loads(node.stdout) == ours
    assert all(words["ca"].startswith("Contracte d'energia solar") for words in ours)
    assert (with_catalan / "tests" / "words" / "goes_on.ca.txt").exists()


def test_the_examples_page_is_whole() -> None:
    template = block("add-a-page.md", "webapp/templates/contracts.html")
    Environment(autoescape=True).parse(template)
    compile(block("add-a-page.md", "webapp/verify.py"), "verify.py", "exec")
    named = set(re.findall(r't\("([\w.]+)"\)', template))
    for language in LANGUAGES:
        added = json.loads("{" + block("add-a-page.md", f"webapp/i18n/{language}.json").rstrip().rstrip(",") + "}")
        assert set(added) == named


def test_the_examples_network_is_one_that_ape_takes() -> None:
    given = yaml.safe_load(block("add-a-network.md", "ape-config.yaml"))
    (network,) = NetworksConfig(**given["networks"]).custom
    assert (network.name, network.chain_id, network.ecosystem) == ("plant", 83_584_648_538, "ethereum")
    assert set(given["node"]["ethereum"]) == {network.name}
