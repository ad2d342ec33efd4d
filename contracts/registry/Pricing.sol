// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IExit} from "../../interfaces/IExit.sol";
import {IEnding} from "../../interfaces/registry/IEnding.sol";
import {Agreement, Clause, Terms} from "../../interfaces/registry/Structs.sol";
import {UtcDay} from "../lib/Units.sol";
import {Asking} from "./Asking.sol";

/// @title What an exit clause says of leaving in the next month
abstract contract Pricing is Asking {
    function _exitPrice(Agreement memory agreement, Terms calldata terms, uint256 index)
        internal
        view
        returns (uint256 price, address lender, uint16 cureDays)
    {
        require(index < terms.clauses.length, IEnding.NoExit(index, ""));
        Clause calldata clause = terms.clauses[index];
        UtcDay today = _today();
        bytes memory request = abi.encodeCall(IExit.exitPrice, (agreement.periods + 1, today, clause.params));
        (bool ok,) = _ask(clause.rule, request, 96);
        bytes memory answer = _answer();
        require(ok, IEnding.NoExit(index, answer));
        (price, lender, cureDays) = abi.decode(answer, (uint256, address, uint16));
        require(price <= uint48(type(int48).max), IEnding.NoExit(index, answer));
    }
}
