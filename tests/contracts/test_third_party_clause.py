"""A third party's clause works without a change of ours: this test writes one, compiles it and deploys it.

It charges by the square of the energy, which none of ours does; it reads an earlier statement from its caller.
"""

import json
import subprocess

import pytest
from eth_abi import encode
from eth_utils import keccak

from tests.contracts.signing import closing
from tests.contracts.world import PRODUCER, Clause, World
from tests.evm import ROOT, Chain, refuses

SOURCE = """// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.0;

import {IClause, Period} from "interfaces/IClause.sol";
import {IPPARegistry} from "interfaces/IPPARegistry.sol";
import {Day, Wh} from "contracts/lib/Units.sol";

contract Squares is IClause {
    error DivisorIsZero();

    function assess(Period calldata p, bytes calldata params) external view returns (int256, bool) {
        uint256 divisor = abi.decode(params, (uint256));
        Wh before = IPPARegistry(msg.sender).statementOf(p.agreement, p.number - 1).generation;
        uint256 made = Wh.unwrap(p.generationRegister) - Wh.unwrap(before);
        return (int256(made * made / divisor), false);
    }

    function check(Day, uint16, bytes calldata params) external pure returns (bytes4) {
        if (params.length != 32) revert WrongLength(32, params.length);
        if (abi.decode(params, (uint256)) == 0) revert DivisorIsZero();
        return IClause.check.selector;
    }
}
"""


@pytest.fixture(scope="module")
def code():
    """The creation code, by the same compiler with nobody's settings."""
    sources = {"Squares.sol": {"content": SOURCE}}
    for folder in ("interfaces", "interfaces/registry", "contracts/lib"):
        for file in (ROOT / folder).glob("*.sol"):
            sources[str(file.relative_to(ROOT))] = {"content": file.read_text()}
    wanted = {"*": {"*": ["evm.bytecode.object"]}}
    given = {
        "language": "Solidity",
        "sources": sources,
        "settings": {"evmVersion": "byzantium", "outputSelection": wanted},
    }
    ran = subprocess.run(
        [ROOT / "bin" / "solc", "--standard-json"], input=json.dumps(given), capture_output=True, text=True, check=True
    )
    output = json.loads(ran.stdout)
    assert not [e for e in output.get("errors", ()) if e["severity"] == "error"]
    return bytes.fromhex(output["contracts"]["Squares.sol"]["Squares"]["evm"]["bytecode"]["object"])


def squares(world: World, code: bytes, divisor: int) -> Clause:
    """The clause, deployed."""
    return Clause(deployed(world.chain, code), encode(["uint256"], [divisor]))


def deployed(chain: Chain, code: bytes) -> str:
    """The address of new code."""
    return str(chain.evm.deploy(PRODUCER, code)).lower()


def test_it_is_agreed_and_gives_its_line(world, code):
    terms, _ = world.running(clauses=(world.clause(), squares(world, code, 10**9)))
    world.record_month_ends((1_000_000, 0), (2_000_000, 0), (4_000_000, 0))
    assert [closing(world, terms)["lines"] for _ in range(2)] == [(10_000, 1_000), (20_000, 4_000)]


def test_it_refuses_what_makes_no_sense_to_it(world, code):
    clause = squares(world, code, 0)
    with refuses("ClauseRefused", index=0, answer=keccak(text="DivisorIsZero()")[:4]):
        world.proposed(clauses=(clause,))
    length = keccak(text="WrongLength(uint256,uint256)")[:4] + encode(["uint256", "uint256"], [32, 31])
    with refuses("ClauseRefused", index=0, answer=length):
        world.proposed(clauses=(clause._replace(params=bytes(31)),))
