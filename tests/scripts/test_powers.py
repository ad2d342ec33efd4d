"""docs/powers.md is what the contracts say today, and has a line for each function that changes anything."""

from ppa import artifacts
from ppa.requests import Right
from tools import powers


def test_the_page_is_what_the_contracts_say() -> None:
    assert powers.FILE.read_text() == powers.text()


def test_every_function_that_changes_anything_has_its_line() -> None:
    changing = {
        entry["name"]
        for contract in ("MeterLedger", "PPARegistry", "IndexPublisher")
        for entry in artifacts.abi(contract)
        if entry["type"] == "function" and entry["stateMutability"] == "nonpayable"
    }
    listed = {line.split("`")[1] for line in powers.text().splitlines() if line.startswith("| `")}
    assert listed == changing


def test_every_right_that_a_request_names_is_told_and_no_other() -> None:
    lines = (line.split(" | ") for line in powers.text().splitlines() if line.startswith("| `"))
    assert {cells[0].strip("|` ") for cells in lines if cells[3] == "yes"} == {right.function for right in Right}


def test_a_role_is_told_of_every_function_but_those_that_are_anyones() -> None:
    lines = (line.split(" | ") for line in powers.text().splitlines() if line.startswith("| `"))
    assert {cells[0].strip("|` ") for cells in lines if cells[1] == "anyone"} == {"close", "execute", "alarm"}
