"""A node that tells of another transaction for a record, in its log, its hash and its fields alike; both verifiers.

signed by the meter with the same calldata
├── of type 0 (with and without a chain), 1, 2 or 4: it holds
├── of another chain: refused, of whatever type
├── of a type that no program of ours reads: undecided, and the sentence names the type
└── with a field or an authorization that is not in its hash, a v of no key, or the other s: refused
signed by another ── refused, of whatever type
the opening statement
└── in another block than the first close: refused, also where storage and view agree with it
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import rlp  # type: ignore[import-untyped]  # rlp ships no types
from eth_account.signers.local import LocalAccount
from eth_utils.crypto import keccak

from ppa import abi, calendar
from ppa.storage_words import StatementWord
from ppa.verify import Report, slots
from tests.ppa.test_verify import failing, found, lying
from tests.ppa.world import METER, STRANGER, World

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
TYPES = (0, 1, 2, 4)
Change = Callable[[dict[str, Any]], None]


def signed(key: LocalAccount, call: dict[str, Any], kind: int, chain_id: int | None) -> dict[str, Any]:
    """A transaction of a type with the same call, as a node gives it."""
    made: dict[str, Any] = {"nonce": 3, "gas": 500_000, "to": call["to"], "value": 0, "data": call["input"]}
    if kind in (0, 1):
        made |= {"gasPrice": 7}
    else:
        made |= {"maxFeePerGas": 7, "maxPriorityFeePerGas": 0}
    made |= {} if chain_id is None else {"chainId": chain_id}
    if kind:
        made |= {"type": kind, "accessList": [{"address": call["to"], "storageKeys": ["0x" + "07" * 32]}]}
    if kind == 4:
        other = {"chainId": 0, "address": "0x" + "11" * 20, "nonce": 0}
        made |= {"authorizationList": [STRANGER.sign_authorization(other)]}
    done = key.sign_transaction(made)
    told = {name: hex(value) if isinstance(value, int) else value for name, value in made.items() if name != "data"}
    told |= {"type": hex(kind), "input": call["input"], "hash": "0x" + done.hash.hex()}
    told |= {name: hex(getattr(done, name)) for name in ("v", "r", "s")}
    if kind == 4:
        one = made["authorizationList"][0]
        names = ("chainId", "nonce", "yParity", "r", "s")
        values = (one.chain_id, one.nonce, one.y_parity, one.r, one.s)
        told["authorizationList"] = [
            {"address": "0x" + one.address.hex(), **dict(zip(names, map(hex, values), strict=True))}
        ]
    return told


def told_instead(world: World, other: dict[str, Any]) -> Report:
    """The report where a node tells of another transaction for the meter's 31st record."""
    logged = world.chain.records(world.ledger, METER.address)[30]

    def lie(method: str, params: Any, result: Any) -> Any:
        if method == "eth_getLogs":
            mine = {"transactionHash": other["hash"]}
            return [log | (mine if log["transactionHash"] == logged.transaction else {}) for log in result]
        if method == "eth_getBlockByNumber" and result["hash"] == logged.block_hash:
            return result | {"transactions": [other["hash"]]}
        if method == "eth_getTransactionByBlockNumberAndIndex" and result["hash"] == logged.transaction:
            return other
        return result

    return lying(world, lie)


def call_of(world: World) -> dict[str, Any]:
    logged = world.chain.records(world.ledger, METER.address)[30]
    raw = world.chain.request("eth_getTransactionByHash", logged.transaction)
    return {"to": world.ledger, "input": raw["input"]}


@pytest.mark.parametrize("kind", TYPES)
def test_a_transaction_of_the_meter_holds_in_each_type(world: World, kind: int) -> None:
    other = signed(METER, call_of(world), kind, world.chain.chain_id())
    report = told_instead(world, other)
    assert report.exit_status == 0, report.to_text()


def test_a_transaction_of_the_meter_without_a_chain_holds(world: World) -> None:
    report = told_instead(world, signed(METER, call_of(world), 0, None))
    assert report.exit_status == 0, report.to_text()


@pytest.mark.parametrize("kind", TYPES)
def test_a_transaction_of_another_chain_is_refused(world: World, kind: int) -> None:
    report = told_instead(world, signed(METER, call_of(world), kind, 1))
    assert failing(report) == ("records",)
    assert "no está bien firmada" in found(report)


@pytest.mark.parametrize("kind", TYPES)
def test_a_transaction_of_a_stranger_is_refused(world: World, kind: int) -> None:
    report = told_instead(world, signed(STRANGER, call_of(world), kind, world.chain.chain_id()))
    assert failing(report) == ("records",)
    assert f"la firmó {STRANGER.address}" in found(report)


@pytest.mark.parametrize("kind", [3, 5, 0x7E])
def test_a_transaction_of_an_unknown_type_is_undecided_and_its_type_is_said(world: World, kind: int) -> None:
    other = signed(METER, call_of(world), 2, world.chain.chain_id()) | {"type": hex(kind)}
    report = told_instead(world, other)
    assert (report.exit_status, report.broken_links) == (2, ("records",)), report.to_text()
    assert f"es de tipo {kind}, que este programa no sabe comprobar" in found(report)


def encoded(raw: dict[str, Any], *signature: str) -> bytes:
    """A transaction of type 4, with or without its signature."""

    def number(value: str) -> bytes:
        return int(value, 16).to_bytes((int(value, 16).bit_length() + 7) // 8)

    def data(value: str) -> bytes:
        return bytes.fromhex(value[2:])

    names = ("nonce", "yParity", "r", "s")
    authorizations = [
        [number(one["chainId"]), data(one["address"]), *(number(one[name]) for name in names)]
        for one in raw["authorizationList"]
    ]
    access = [[data(one["address"]), [data(key) for key in one["storageKeys"]]] for one in raw["accessList"]]
    names = ("chainId", "nonce", "maxPriorityFeePerGas", "maxFeePerGas", "gas")
    fields = [*(number(raw[name]) for name in names), data(raw["to"]), b"", data(raw["input"]), access, authorizations]
    return b"\4" + rlp.encode([*fields, *(number(raw[name]) for name in signature)])


def rehashed(raw: dict[str, Any]) -> dict[str, Any]:
    """With the hash that its fields make."""
    return raw | {"hash": "0x" + keccak(encoded(raw, "v", "r", "s")).hex()}


def test_an_authorization_that_the_chain_passes_over_does_no_harm(world: World) -> None:
    other = signed(METER, call_of(world), 4, world.chain.chain_id())
    assert rehashed(other) == other
    other["authorizationList"][0] |= {"chainId": "0x9", "yParity": "0xff", "r": "0x0", "s": hex(2**256 - 1)}
    by_meter = METER.unsafe_sign_hash(keccak(encoded(other)))
    other |= {"v": hex(by_meter.v - 27), "r": hex(by_meter.r), "s": hex(by_meter.s)}
    report = told_instead(world, rehashed(other))
    assert report.exit_status == 0, report.to_text()


REHASHED: dict[str, Change] = {
    "the other s": lambda raw: raw.update(s=hex(ORDER - int(raw["s"], 16)), v=hex(int(raw["v"], 16) ^ 1)),
    "a parity of 2": lambda raw: raw.update(v="0x2"),
    "a parity of 27": lambda raw: raw.update(v=hex(27 + int(raw["v"], 16))),
    "no r": lambda raw: raw.update(r="0x0"),
    "an r beyond the order": lambda raw: raw.update(r=hex(ORDER)),
    "an r of no point": lambda raw: raw.update(r="0x5"),
    "a short receiver": lambda raw: raw.update(to=raw["to"][:-2]),
}


@pytest.mark.parametrize("name", REHASHED)
def test_a_transaction_that_no_key_can_have_signed_is_refused(world: World, name: str) -> None:
    other = signed(METER, call_of(world), 4, world.chain.chain_id())
    REHASHED[name](other)
    report = told_instead(world, rehashed(other))
    assert failing(report) == ("records",)
    assert "no está bien firmada" in found(report)


def flipped(raw: dict[str, Any], place: str) -> None:
    raw[place] = hex(int(raw[place], 16) ^ 1)


CHANGES: dict[str, tuple[int, Change]] = {
    "another nonce": (4, lambda raw: flipped(raw, "nonce")),
    "another fee": (4, lambda raw: flipped(raw, "maxFeePerGas")),
    "no access list": (4, lambda raw: raw.update(accessList=[])),
    "no authorization": (4, lambda raw: raw.update(authorizationList=[])),
    "another authorization": (4, lambda raw: flipped(raw["authorizationList"][0], "nonce")),
    "an authorization twice": (4, lambda raw: raw["authorizationList"].append(raw["authorizationList"][0])),
    "half an authorization": (4, lambda raw: raw["authorizationList"][0].pop("s")),
    "authorizations that are no list": (4, lambda raw: raw.update(authorizationList="0x")),
    "no authorizations at all": (4, lambda raw: raw.pop("authorizationList")),
    "said to be of type 2": (4, lambda raw: raw.update(type="0x2")),
    "said to be of type 4": (2, lambda raw: raw.update(type="0x4", authorizationList=[])),
    "a type that is no number": (4, lambda raw: raw.update(type="four")),
    "another parity": (4, lambda raw: flipped(raw, "v")),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_transaction_whose_fields_do_not_make_its_hash_is_refused(world: World, name: str) -> None:
    kind, change = CHANGES[name]
    other = signed(METER, call_of(world), kind, world.chain.chain_id())
    change(other)
    report = told_instead(world, other)
    assert failing(report) == ("records",)
    assert "no está bien firmada" in found(report)


# The opening statement


@pytest.mark.parametrize("agreeing", [False, True], ids=["the log alone", "storage and view too"])
def test_an_opening_statement_outside_the_block_of_the_first_close_is_refused(world: World, agreeing: bool) -> None:
    before = world.chain.records(world.ledger, METER.address)[10]
    place, opened = hex(before.block), abi.topic("PPARegistry", "Opened")
    view = "0x" + abi.call_data("PPARegistry", "statementOf", world.id, 0).hex()
    slot = slots.statement(world.id, 0)
    day = calendar.utc_day(world.chain.block(before.block).timestamp)

    def moved(words: str) -> str:
        """A statement's words, closed in that block."""
        at = 2 + 5 * 64  # after amount, registers and days
        return f"{words[:at]}{day:064x}{before.block:064x}{words[at + 128 :]}"

    def lie(method: str, params: Any, result: Any) -> Any:
        if method == "eth_getLogs":
            there = {"blockNumber": place, "blockHash": before.block_hash, "transactionHash": before.transaction}
            there |= {"logIndex": "0x9"}
            return [log | there | {"data": moved(log["data"])} if log["topics"][0] == opened else log for log in result]
        if agreeing and method == "eth_call" and params[0]["data"] == view:
            return moved(result)
        if agreeing and method == "eth_getStorageAt" and int(params[1], 16) == slot:
            word = StatementWord.unpack(int(result, 16))
            return f"0x{replace(word, closed_block=before.block, closed_on=day).pack():064x}"
        return result

    report = lying(world, lie)
    assert failing(report) == ("statement",)
    if agreeing:
        assert "la apertura no es del primer cierre" in found(report)
