"""Headers of real networks (tests/headers.json, also in tests/js/headers.test.js) make their hashes by one rule each.

a recorded header
├── as its node told it: holds, and by the rule of its network alone
├── with any one field changed or kept back: does not
└── with what its rule leaves out changed (committed seals, round): holds; any other part of its extraData: does not
a header that is no header (no hash, no RLP, no hex, lists too deep) ── does not hold, and nothing is raised
a field that we do not know ── undecided, unless the others make the hash
"""

import json
from pathlib import Path
from typing import Any

import pytest
import rlp  # type: ignore[import-untyped]  # rlp ships no types
from eth_utils.crypto import keccak

from ppa.verify.header import hash_holds, unknown_fields

FILE = json.loads((Path(__file__).parent.parent / "headers.json").read_text())
RECORDED: dict[str, dict[str, Any]] = {one["name"]: one for one in FILE["recorded"]}
CHANGED = FILE["changed"]
FIRST = (
    *("parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom", "difficulty"),
    *("number", "gasLimit", "gasUsed", "timestamp", "extraData", "mixHash", "nonce"),
)
LATER = ("baseFeePerGas", "withdrawalsRoot", "blobGasUsed", "excessBlobGas", "parentBeaconBlockRoot", "requestsHash")
NUMBERS = ("difficulty", "number", "gasLimit", "gasUsed", "timestamp", "baseFeePerGas", "blobGasUsed", "excessBlobGas")
RULES = {"IBFT 1", "QBFT", "IBFT 2", "whole"}
FIELDS = [(name, field) for name, one in RECORDED.items() for field in (*FIRST, *LATER) if field in one["header"]]


def data(value: str) -> bytes:
    return bytes.fromhex(value.removeprefix("0x"))


def replaced(rule: str, extra: bytes) -> bytes:
    """What a rule hashes in place of the extra data."""
    if rule == "IBFT 1":
        return extra[:32] + bytes(rlp.encode([*rlp.decode(extra[32:])[:2], []]))
    if rule == "whole":
        return extra
    return bytes(rlp.encode([*rlp.decode(extra)[:3], *([b"", []] if rule == "QBFT" else [])]))


def made(header: dict[str, Any], rule: str) -> str | None:
    """The hash of a header by a rule, worked out beside the verifier."""
    fields = {name: data(header[name]) for name in (*FIRST, *LATER) if name in header and name not in NUMBERS}
    fields |= {name: int(header[name], 16) for name in NUMBERS if name in header}
    try:
        fields["extraData"] = replaced(rule, fields["extraData"])
    except (ValueError, TypeError, rlp.exceptions.RLPException):
        return None
    return "0x" + keccak(rlp.encode([fields[name] for name in (*FIRST, *LATER) if name in fields])).hex()


def test_there_are_headers_of_each_rule_and_fork() -> None:
    assert {one["rule"] for one in RECORDED.values()} == RULES
    assert {len([name for name in LATER if name in one["header"]]) for one in RECORDED.values()} == {0, 1, 2, 5, 6}
    assert all(one["origin"] for one in RECORDED.values())


@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_header_makes_its_hash_by_its_own_rule_and_no_other(name: str) -> None:
    header, rule = RECORDED[name]["header"], RECORDED[name]["rule"]
    assert hash_holds(header) is True
    by = {other for other in RULES if made(header, other) == header["hash"]}
    without_seals = name == "Besu, QBFT, genesis of four validators"
    assert by == {rule} | ({"QBFT"} if without_seals else set())


@pytest.mark.parametrize(("name", "field"), FIELDS)
def test_a_header_with_a_field_changed_or_kept_back_does_not_make_its_hash(name: str, field: str) -> None:
    header = RECORDED[name]["header"]
    told = header[field]
    changed = "0x00" if told == "0x" else told[:-1] + f"{int(told[-1], 16) ^ 1:x}"
    if field != "extraData" or RECORDED[name]["rule"] == "whole":  # the others' end is in the seals: see below
        assert hash_holds({**header, field: changed}) is False
    assert hash_holds({key: value for key, value in header.items() if key != field}) is False
    assert hash_holds({**header, field: None}) is False


@pytest.mark.parametrize("case", CHANGED, ids=lambda case: f"{case['of']}: {case['name']}")
def test_a_changed_header_holds_only_where_its_rule_leaves_the_change_out(case: dict[str, Any]) -> None:
    header = {**RECORDED[case["of"]]["header"], **case["change"]}
    assert hash_holds({name: value for name, value in header.items() if name not in case["without"]}) is case["holds"]


@pytest.mark.parametrize("rule", sorted(RULES - {"whole"}))
def test_lists_in_lists_without_end_are_no_header(rule: str) -> None:
    deep: bytes = b""
    for _ in range(5_000):
        deep = rlp.codec.length_prefix(len(deep), 0xC0) + deep
    header = next(one["header"] for one in RECORDED.values() if one["rule"] == rule)
    for extra in (deep, bytes(32) + deep):
        assert hash_holds({**header, "extraData": "0x" + extra.hex()}) is False


def test_the_unknown_fields_are_named_in_their_order() -> None:
    header = RECORDED["geth, Prague"]["header"]
    assert unknown_fields(header) == []
    assert unknown_fields({**header, "slotNumber": "0x1", "blockAccessListHash": "0x07", "none": None}) == [
        "blockAccessListHash",
        "slotNumber",
    ]
