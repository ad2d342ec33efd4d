"""docs/powers.md is what the contracts say today, and has a line for each function that changes anything."""

from ppa import artifacts
from scripts import powers


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
