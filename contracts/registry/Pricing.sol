// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IExit} from "../../interfaces/IExit.sol";
import {IEnding} from "../../interfaces/registry/IEnding.sol";
import {Agreement, Clause, Terms} from "../../interfaces/registry/Structs.sol";
import {Asking} from "./Asking.sol";

/// @title What an exit clause says
abstract contract Pricing is Asking {
    /// @dev Of leaving in the next month.
    function _exitPrice(Agreement memory agreement, Terms calldata terms, uint256 index)
        internal
        view
        returns (uint256 price)
    {
        Clause calldata clause = _exitClause(terms, index);
        bytes memory request = abi.encodeCall(IExit.exitPrice, (agreement.periods + 1, _today(), clause.params));
        bytes memory answer = _answerOf(clause, index, request, 32);
        price = abi.decode(answer, (uint256));
        require(price <= uint48(type(int48).max), IEnding.NoExit(index, answer));
    }

    /// @dev Of who must have been notified before.
    function _lenderOf(Terms calldata terms, uint256 index) internal view returns (address lender, uint16 cureDays) {
        Clause calldata clause = _exitClause(terms, index);
        bytes memory request = abi.encodeCall(IExit.lenderOf, (clause.params));
        bytes memory answer = _answerOf(clause, index, request, 64);
        (uint256 who, uint256 days_) = abi.decode(answer, (uint256, uint256));
        require(who <= type(uint160).max && days_ <= type(uint16).max, IEnding.NoExit(index, answer));
        return (address(uint160(who)), uint16(days_));
    }

    function _exitClause(Terms calldata terms, uint256 index) private pure returns (Clause calldata) {
        require(index < terms.clauses.length, IEnding.NoExit(index, ""));
        return terms.clauses[index];
    }

    function _answerOf(Clause calldata clause, uint256 index, bytes memory request, uint256 size)
        private
        view
        returns (bytes memory answer)
    {
        (bool ok,) = _ask(clause.rule, request, size);
        answer = _answer();
        require(ok, IEnding.NoExit(index, answer));
    }
}
