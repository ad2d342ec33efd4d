"""Files that leave the house.

a file ── written and read: the same, signed terms with their signature
       ├─ of an unknown format, version or kind: refused with a sentence
       ├─ not JSON, not whole, with a fraction, a name twice, a mistyped address: refused
       └─ whose writing is cut short: the old one stays
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from ppa import artifacts, files, jsonfile
from ppa.deployment import Deployment, Site
from ppa.errors import BadFile, BadTerms, NoBuild, UnknownFormat, WrongCode
from ppa.invoice import Invoice, InvoiceLine, differences
from ppa.terms import Clause, Terms
from ppa.termsfile import TermsFile

ONE, TWO, THREE = ("0x" + f"{n:040d}" for n in (1, 2, 3))
TERMS = TermsFile(
    31337,
    "0x" + "ab" * 32,
    ONE,
    b"\1" * 32,
    Terms(ONE, TWO, THREE, 16_983, 3, 2**64 - 1, (Clause(ONE, b"x"),), words_hash=b"\2" * 32),
    "Contrato.\n\nPrecio: 0,085 €.",
    "es",
)
INVOICE = Invoice(1, ONE, b"\2" * 32, "2016-07", 1, "EUR", 2**60, 5, 2**60 - 5, (InvoiceLine(1, TWO, -7),), -7, 9)
DEPLOYMENT = Deployment(1, "0x" + "00" * 32, "anvil", "", {"MeterLedger": Site(ONE, 1, (5, "x"), "0x" + "11" * 32)})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "file.json"


def changed(path: Path, **fields: Any) -> Path:
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))
    return path


def test_terms_written_are_terms_read(path: Path) -> None:
    files.write_terms(path, TERMS)
    assert files.read_terms(path) == TERMS
    assert json.loads(path.read_text())["terms"]["max_power_w"] == str(2**64 - 1)


@pytest.mark.parametrize("signature", [b"\7" * 64, b""])
def test_signed_terms_written_are_signed_terms_read(path: Path, signature: bytes) -> None:
    files.write_terms(path, replace(TERMS, signature=signature))
    assert files.read_terms(path) == replace(TERMS, signature=signature)
    assert json.loads(path.read_text())["signature"] == "0x" + signature.hex()


def test_terms_that_nobody_signed_do_not_name_a_signature(path: Path) -> None:
    files.write_terms(path, TERMS)
    assert "signature" not in json.loads(path.read_text()) and files.read_terms(path).signature is None


@pytest.mark.parametrize("signature", [None, 7, "", "7777", "0x7", "0xGG", "0xAB", ["0x77"]])
def test_a_signature_that_is_not_bytes_is_refused(path: Path, signature: object) -> None:
    files.write_terms(path, TERMS)
    with pytest.raises(BadFile, match="at signature"):
        files.read_terms(changed(path, signature=signature))


def test_an_invoice_written_is_the_invoice_read(path: Path) -> None:
    files.write_invoice(path, INVOICE)
    assert files.read_invoice(path) == INVOICE


def test_a_deployment_written_is_the_deployment_read(path: Path) -> None:
    files.write_deployment(path, DEPLOYMENT)
    assert files.read_deployment(path) == DEPLOYMENT
    assert DEPLOYMENT.name_of(ONE) == "MeterLedger"
    with pytest.raises(BadFile, match="no PPARegistry"):
        DEPLOYMENT.address("PPARegistry")


@pytest.mark.parametrize("version", [0, 2, "1", None])
def test_a_file_of_an_unknown_version_is_refused_with_a_sentence(path: Path, version: object) -> None:
    files.write_terms(path, TERMS)
    changed(path, format={"name": "solpact-terms", "version": version})
    with pytest.raises(UnknownFormat, match="this program reads 'solpact-terms' version 1"):
        files.read_terms(path)


def test_a_file_of_another_kind_is_refused(path: Path) -> None:
    files.write_invoice(path, INVOICE)
    with pytest.raises(UnknownFormat, match="solpact-invoice"):
        files.read_terms(path)


@pytest.mark.parametrize("content", ["", "[]", "nonsense", '{"format": 1.5}', '{"a": 1, "a": 2}', '{"a": NaN}'])
def test_what_is_not_our_json_is_refused(path: Path, content: str) -> None:
    path.parent.mkdir()
    path.write_text(content)
    with pytest.raises(BadFile):
        files.read_terms(path)


def test_a_file_that_is_not_there_is_refused(path: Path) -> None:
    with pytest.raises(BadFile, match="cannot be read"):
        files.read_terms(path)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("chain_id", -1),
        ("chain_id", 1.0),
        ("chain_id", 2**53 + 1),
        ("id", "0x12"),
        ("registry", None),
        ("more", 1),
        ("language", "fr"),
        ("words", 7),
    ],
)
def test_a_field_that_the_schema_does_not_know_is_refused(path: Path, field: str, value: object) -> None:
    files.write_terms(path, TERMS)
    with pytest.raises(BadFile):
        files.read_terms(changed(path, **{field: value}))


def test_malformed_terms_are_refused_with_a_sentence(path: Path) -> None:
    files.write_terms(path, TERMS)
    body = json.loads(path.read_text())["terms"]
    with pytest.raises(BadTerms, match="2016-02-30 is not a date"):
        files.read_terms(changed(path, terms={**body, "first_day": "2016-02-30"}))
    with pytest.raises(BadTerms, match="2016-09-31 is not a date"):
        files.read_terms(changed(path, terms={**body, "long_stop_day": "2016-09-31"}))
    with pytest.raises(BadFile, match="checksum form"):
        files.read_terms(changed(path, terms={**body, "producer": "0x" + "aB" * 20}))


def test_a_write_that_fails_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files.write_terms(path, TERMS)
    before = path.read_text()

    def no_disk(_: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(jsonfile.os, "fsync", no_disk)
    with pytest.raises(OSError, match="no space"):
        files.write_invoice(path, INVOICE)
    assert path.read_text() == before
    assert [found.name for found in path.parent.iterdir()] == ["file.json"]


def test_schemas_are_valid_and_named_by_their_format() -> None:
    for kind in ("terms", "invoice", "evidence", "deployment", "day"):
        schema = artifacts.schema(kind)
        jsonschema_rs.meta.validate(schema)
        assert schema["properties"]["format"]["properties"]["name"]["const"] == f"solpact-{kind}"


def test_an_artifact_that_is_not_there_is_refused() -> None:
    with pytest.raises(NoBuild, match="not installed"):
        artifacts.abi("Nothing")
    with pytest.raises(NoBuild, match="no contract Nothing"):
        artifacts.runtime_code("Nothing")


def test_code_is_compared_with_immutables_masked() -> None:
    code = bytearray(artifacts.runtime_code("PPARegistry"))
    for start, length in artifacts.immutable_references("PPARegistry")["ledger"]:
        code[start : start + length] = b"\x07" * length
    assert artifacts.code_matches("PPARegistry", bytes(code))["ledger"] == b"\x07" * 32
    code[artifacts.immutable_references("PPARegistry")["ledger"][0][0]] ^= 1
    with pytest.raises(WrongCode, match="ledger"):
        artifacts.code_matches("PPARegistry", bytes(code))


@pytest.mark.parametrize("change", [lambda code: code[:-1], lambda code: bytes([code[0] ^ 1]) + code[1:]])
def test_other_code_is_refused(change: Any) -> None:
    with pytest.raises(WrongCode):
        artifacts.code_matches("MeterLedger", change(artifacts.runtime_code("MeterLedger")))


def test_an_equal_invoice_has_no_differences_and_each_change_has_its_sentence() -> None:
    assert differences(INVOICE, INVOICE) == []
    dear = Invoice(**{**vars(INVOICE), "lines": (InvoiceLine(1, TWO, -6),), "generation_wh": 2**60 + 1000})
    found = differences(dear, INVOICE)
    assert found[0].sentence("es") == "Difiere en 0,01 €: línea 1 (-0,06 € en vez de -0,07 €)"
    assert found[0].sentence("en") == "Differs by 0.01 EUR: line 1 (-0.06 EUR instead of -0.07 EUR)"
    assert found[1].sentence("es").startswith("Difiere en 1 kWh: energía generada")
    other = Invoice(**{**vars(INVOICE), "period": "2016-08", "lines": ()})
    assert [d.field for d in differences(other, INVOICE)] == ["period", "lines"]
    assert "2016-08 instead of 2016-07" in differences(other, INVOICE)[0].sentence("en")
