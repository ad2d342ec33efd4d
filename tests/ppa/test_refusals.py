"""What the contracts' errors mean.

every error of every published ABI
├── it has a sentence in Spanish and English, of arguments that it has; no sentence is of another error
├── it is shown with its arguments as people read them, the same by ppa and by the browser
└── its exception says the sentence in the reader's language, with the error's name and arguments behind it
given revert bytes that are empty, unknown, cut short, of the compiler, or of a clause inside others
└── they have a sentence, the same by both
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from eth_abi.abi import encode

from ppa import abi, artifacts, refusals
from ppa.text import LANGUAGES, Language
from webapp import vendor, verify

ROOT = Path(__file__).resolve().parents[2]
BUILT_IN = {
    "Error": ("string message",),
    "Panic": ("uint256 code",),
    refusals.NO_REASON: (),
    refusals.UNKNOWN: ("bytes data",),
}
PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")

Parts = tuple[str, ...]  # type and name of each argument


def published() -> list[tuple[str, Parts]]:
    """Every error of every ABI in `interfaces/abi`, each form once: its name and arguments."""
    found = {
        (entry["name"], tuple(f"{part['type']} {part['name']}" for part in entry["inputs"]))
        for path in (ROOT / "interfaces" / "abi").glob("*.json")
        for entry in json.loads(path.read_text(encoding="utf-8"))
        if entry["type"] == "error"
    }
    return sorted(found)


ERRORS = published()
SENTENCES = refusals.catalogue()["errors"]


def bytes_of(name: str, parts: Parts, values: list[Any]) -> bytes:
    """Revert bytes."""
    types = [part.split()[0] for part in parts]
    return abi._selector({"name": name, "inputs": [{"type": kind} for kind in types]}) + encode(types, values)


def value(kind: str, size: int, clause: bytes = b"") -> Any:
    """A value of a type: its smallest (0), its greatest (2), or one in between; an answer of a clause is `clause`."""
    if kind.startswith(("uint", "int")):
        signed, bits = kind[0] == "i", int(kind.lstrip("uint"))
        least, most = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
        return (least, min(most, 5 if bits == 8 else 16_983), most)[size]
    if kind.startswith("bytes") and kind != "bytes":
        return b"EUR".ljust(int(kind[5:]), b"\1") if size == 1 else bytes([255 * size // 2]) * int(kind[5:])
    return {"address": f"0x{size:040x}", "bytes": clause, "string": "a sentence"}[kind]


INNER = bytes_of("WindowOutsideTerm", ("uint16 window", "uint16 months"), [3, 1])
REFUSALS = [
    bytes_of(name, parts, [value(part.split()[0], size, INNER) for part in parts])
    for name, parts in ERRORS
    for size in range(3)
]


def nested(depth: int) -> bytes:
    """Refusals of clauses inside one another."""
    data = INNER
    for _ in range(depth):
        data = bytes_of("ClauseFailed", ("uint256 index", "bytes answer"), [0, data])
    return data


ODD = {
    "empty": b"",
    "unknown": bytes.fromhex("01020304"),
    "shorter than a selector": b"\1",
    "cut short": REFUSALS[0][:-1],
    "a sentence": bytes_of("Error", ("string message",), ["Not today"]),
    "a sentence that is no UTF-8": bytes_of("Error", ("bytes message",), [b"\xff"]).replace(
        abi._selector({"name": "Error", "inputs": [{"type": "bytes"}]}), bytes.fromhex("08c379a0")
    ),
    "a panic": bytes_of("Panic", ("uint256 code",), [0x11]),
    "a clause that said nothing": bytes_of("ClauseFailed", ("uint256 index", "bytes answer"), [0, b""]),
    "a clause that answered more than is copied": nested(20),
    "a thousand clauses inside one another": nested(1000),
}


@pytest.mark.parametrize(("name", "parts"), [*ERRORS, *BUILT_IN.items()], ids=str)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_has_a_sentence_of_arguments_that_it_has(name: str, parts: Parts, language: Language) -> None:
    sentence = SENTENCES[name][language]
    named = PLACE.findall(sentence)
    assert len(PLACE.sub("", sentence)) > 15 or name == "Error"
    assert "{" not in PLACE.sub("", sentence)
    assert {argument for argument, _ in named} <= {part.split()[1] for part in parts}
    assert {unit or None for _, unit in named} <= set(refusals.UNITS)


@pytest.mark.parametrize("name", sorted(SENTENCES))
def test_both_languages_show_the_same_arguments_in_the_same_units(name: str) -> None:
    assert set(SENTENCES[name]) == set(LANGUAGES)
    assert len({tuple(sorted(PLACE.findall(SENTENCES[name][language]))) for language in LANGUAGES}) == 1


def test_no_sentence_is_of_an_error_that_does_not_exist() -> None:
    assert set(SENTENCES) == {name for name, _ in ERRORS} | set(BUILT_IN)


def test_the_words_of_states_are_as_many_as_the_contracts_states() -> None:
    source = (ROOT / "interfaces" / "registry" / "Structs.sol").read_text(encoding="utf-8")
    for name, kind in (("Status", "status"), ("PaymentStatus", "payment")):
        members = re.search(rf"enum {name} \{{([^}}]*)\}}", source)
        assert members
        for language in LANGUAGES:
            assert len(refusals.catalogue()["states"][kind][language]) == len(members[1].split(","))


def test_the_browser_says_of_every_refusal_what_ppa_says() -> None:
    vendor.copy()
    given = [*REFUSALS, *ODD.values()]
    abis = {name: artifacts.abi(name) for name in verify._ABIS}
    told = json.dumps(
        {"refusals": ["0x" + data.hex() for data in given], "abis": abis, "catalogue": refusals.catalogue()}
    )
    program = ["node", str(ROOT / "tests" / "js" / "sentences.mjs")]
    done = subprocess.run(program, input=told, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    for data, theirs in zip(given, json.loads(done.stdout), strict=True):
        problem = abi.reverted(data)
        assert theirs == {language: problem.sentence(language) for language in LANGUAGES}, problem.call


def test_ape_in_the_same_process_makes_no_reader_lenient() -> None:
    reads = f"print(abi.reverted(bytes.fromhex('{ODD['cut short'].hex()}')).call)"
    program = [sys.executable, "-c", f"import ape.utils.abi; from ppa import abi; {reads}"]
    done = subprocess.run(program, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.startswith("unknown error(")


@pytest.mark.parametrize(
    ("name", "values", "spanish", "english"),
    [
        ("DayNotAfterLast", [16_983, 16_982], ["01/07/2016", "30/06/2016"], ["2016-07-01", "2016-06-30"]),
        ("RequestExpired", [1_467_331_200, 0], ["01/07/2016 00:00 UTC"], ["2016-07-01 00:00 UTC"]),
        ("GenerationWentBack", [1_234_567, 0], ["1.234,567 kWh", "0 kWh"], ["1,234.567 kWh", "0 kWh"]),
        ("ClaimOutside", [-123_456, 50], ["-1.234,56", "0,50"], ["-1,234.56", "0.50"]),
        ("FloorAboveCap", [85_000, 9_000], ["0,085", "0,009"], ["0.085", "0.009"]),
        ("RateOutside", [1_250_000], ["125 %"], ["125 %"]),
        ("OtherCurrency", [b"EUR", b"USD"], ["EUR", "USD"], ["EUR", "USD"]),
        ("WrongStatus", [b"", 1, 5], ["«propuesto»", "«en marcha»"], ['"proposed"', '"running"']),
        ("WrongPaymentStatus", [b"", 2], ["«negado»"], ['"denied"']),
        ("ClauseRefused", [1, INNER], ["cláusula 2", "ventana es de 3 meses"], ["Clause 2", "window is of 3 months"]),
    ],
)
def test_arguments_are_shown_as_people_read_them(
    name: str, values: list[Any], spanish: list[str], english: list[str]
) -> None:
    parts = next(parts for error, parts in ERRORS if error == name)
    problem = abi.reverted(bytes_of(name, parts, values))
    assert all(part in problem.told("es") and part in problem.sentence("es") for part in spanish)
    assert all(part in problem.told("en") and part in problem.sentence("en") for part in english)
    assert problem.told("es").startswith("El contrato lo rechaza: ") and problem.told("es").endswith(
        f"({problem.call})"
    )
    assert problem.call.startswith(f"{name}({parts[0].split()[1]}=")


@pytest.mark.parametrize("name", ODD)
def test_odd_revert_bytes_have_a_sentence_too(name: str) -> None:
    problem = abi.reverted(ODD[name])
    assert all(problem.sentence(language) in problem.told(language) for language in LANGUAGES)
