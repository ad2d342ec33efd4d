"""The main job, run once as a user types it, and judged from outside.

demo
├── when it ends
│   ├── its last line is one JSON object that says verified
│   ├── the monthly energies are those of what was delivered to the analyzers, in each analyzer's steps
│   ├── what the wallets showed stands in the terms, in Spanish and in English
│   └── the second agreement's plant started late, its consumer's key was replaced, its last month closed in silence
├── verify
│   ├── all holds of each agreement, also without the platform's database
│   ├── each tampering is caught in each agreement and its link named
│   ├── when an invoice of another agreement is given it differs
│   └── when the node does not answer, or there is no chain, it says that it could not check
└── this file imports nothing of Solpact: it integrates the input by itself
"""

import csv
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.scripts.commands import run

DARK, SILENT = 2, 16  # flags of a statement
STEP_WH = {"generation_wh": 1, "export_wh": 100}  # what a step of the CEM-C31's and of the EM340's counter is worth


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    yield tmp_path_factory.mktemp("demo") / "kept"


@pytest.fixture(scope="module")
def result(folder: Path) -> dict[str, Any]:
    done = run("demo", "--once", "--folder", str(folder))
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def steps_of_month(rows: list[dict[str, str]], column: str, month: str) -> int:
    """Wh that the counter's steps show for a month: whole steps up to its end, less those up to its start."""
    step = STEP_WH[column]
    before = sum((Decimal(row[column]) for row in rows if row["interval_start"][:7] < month), Decimal(0))
    within = sum((Decimal(row[column]) for row in rows if row["interval_start"][:7] == month), Decimal(0))
    return int((before + within) // step - before // step) * step


def test_the_last_line_is_one_json_object_that_says_verified(result: dict[str, Any]) -> None:
    assert result["verified"] is True
    assert [statement["period"] for statement in result["statements"]] == ["2016-07", "2016-08", "2016-09"]
    assert all(sum(s["lines_cents"]) == s["amount_cents"] for s in result["statements"])


def test_monthly_energies_equal_an_independent_integration_of_the_input(result: dict[str, Any], folder: Path) -> None:
    rows = list(csv.DictReader((folder / "input.csv").read_text().splitlines()))
    assert len(rows) == 92 * 96
    for statement in result["statements"]:
        assert statement["generation_wh"] == steps_of_month(rows, "generation_wh", statement["period"])
        assert statement["export_wh"] == steps_of_month(rows, "export_wh", statement["period"])
        assert statement["consumption_wh"] == statement["generation_wh"] - statement["export_wh"]


def test_the_july_amount_is_the_price_times_the_consumption(result: dict[str, Any]) -> None:
    july = result["statements"][0]
    exact = Decimal(july["consumption_wh"]) / 1000 * Decimal("0.095") * 100
    assert july["lines_cents"][0] == int((exact + Decimal("0.5")) // 1)


def kept(folder: Path, name: str) -> dict[str, Any]:
    """A file that the demo left."""
    found: dict[str, Any] = json.loads((folder / name).read_text())
    return found


@pytest.mark.usefixtures("result")
def test_what_the_wallets_showed_is_in_spanish_and_in_english(folder: Path) -> None:
    shown = [kept(folder, name)["words"].splitlines()[0] for name in ("terms.json", "late/terms.json")]
    assert shown == [
        "Contrato de energía solar entre un productor y un consumidor.",
        "Solar energy agreement between a producer and a consumer.",
    ]


@pytest.mark.usefixtures("result")
def test_a_plant_that_starts_late_is_billed_from_its_first_day(folder: Path) -> None:
    terms, invoice = kept(folder, "late/terms.json")["terms"], kept(folder, "late/invoices/2016-11.json")
    rows = list(csv.DictReader((folder / "late" / "input.csv").read_text().splitlines()))
    assert terms["first_day"] == "2016-11-01"
    assert rows[0]["interval_start"][:10] == "2016-11-21"
    assert invoice["generation_wh"] == steps_of_month(rows, "generation_wh", "2016-11") > 0
    assert invoice["exported_wh"] == steps_of_month(rows, "export_wh", "2016-11")


@pytest.mark.usefixtures("result")
def test_a_lost_key_is_replaced_and_nothing_else(folder: Path) -> None:
    old, new = (kept(folder, f"{name}/terms.json") for name in ("late", "new-key"))
    differing = {field for field, value in old["terms"].items() if value != new["terms"][field]}
    assert differing == {"consumer", "supersedes", "words_hash"}
    assert new["terms"]["supersedes"] == old["id"]


@pytest.mark.usefixtures("result")
def test_a_month_without_records_is_closed_in_silence(folder: Path) -> None:
    statement = kept(folder, "new-key/evidence.json")["statements"][-1]
    assert statement["flags"] & (DARK | SILENT) == DARK | SILENT
    assert kept(folder, "new-key/invoices/2016-12.json")["generation_wh"] == 0


@pytest.mark.usefixtures("result")
def test_verify_holds_also_without_the_platforms_database(folder: Path) -> None:
    for kept in folder.glob("platform.sqlite*"):
        kept.unlink()
    done = run("verify", "--folder", str(folder))
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("Verificado: todo coincide.") == 3
    assert "Contrato verificado" in done.stdout
    assert "Lo que esto no demuestra" in done.stdout


@pytest.mark.usefixtures("result")
@pytest.mark.parametrize(
    ("thing", "link"), [("root", "records"), ("register", "records"), ("price", "terms"), ("cent", "invoice")]
)
def test_each_tampering_is_caught_and_its_link_named(folder: Path, thing: str, link: str) -> None:
    done = run("verify", "--folder", str(folder), "--tamper", thing, "--json")
    assert done.returncode == 1, done.stdout
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(reports) == 3
    for report in reports:
        assert link in {check["link"] for check in report["checks"] if check["ok"] is False}


@pytest.mark.usefixtures("result")
def test_one_cent_more_differs_by_one_cent_in_line_1(folder: Path) -> None:
    done = run("verify", "--folder", str(folder), "--tamper", "cent")
    assert "Difiere en 0,01 €: línea 1" in done.stdout


@pytest.mark.usefixtures("result")
def test_an_invoice_of_another_agreement_differs(folder: Path, tmp_path: Path) -> None:
    invoice = json.loads((folder / "invoices" / "2016-07.json").read_text())
    invoice["agreement"] = "0x" + "17" * 32
    other = tmp_path / "other.json"
    other.write_text(json.dumps(invoice))
    done = run("verify", "--folder", str(folder), "--invoice", str(other))
    assert done.returncode == 1
    assert "contrato" in done.stdout


@pytest.mark.usefixtures("result")
def test_a_node_that_does_not_answer_means_that_it_could_not_be_checked(folder: Path) -> None:
    done = run("verify", "--folder", str(folder), "--rpc", "http://127.0.0.1:9")
    assert done.returncode == 2
    assert "http://127.0.0.1:9" in done.stdout + done.stderr


def test_without_a_demo_it_says_what_to_do(tmp_path: Path) -> None:
    done = run("verify", "--folder", str(tmp_path))
    assert done.returncode == 2
    assert "make demo" in done.stderr
