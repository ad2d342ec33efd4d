// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Day, Wh} from "../contracts/lib/Units.sol";

/// @notice What a clause is told of the month that it assesses.
struct Period {
    bytes32 agreement;
    uint16 number; // from 1
    uint16 months; // of the whole term
    Day firstDay;
    Day lastDay;
    Day boundaryDay; // the last day that has a record: the registers are of this day
    Wh generation; // of this period
    Wh exported; // of this period
    Wh generationRegister; // at the period's end
    Wh exportedRegister; // at the period's end
    int256 balance; // cents, before this statement
    int256 overdue; // cent-days in arrears, before this statement
}

/// @title One rule of an agreement: turns metered energy into a line of money
/// @dev Stateless, deployed once, named in the terms with its parameters. It is called with 500,000 gas; a clause that
/// calls others must let their failure be its own: one that swallows it could be starved by the depth of the stack. One that
/// looks over a longer window reads earlier statements back from its caller: `IPPARegistry(msg.sender).statementOf(id, n)`.
interface IClause {
    /// @notice The parameters are not `abi.encode` of the clause's own struct, of exactly that length.
    error WrongLength(uint256 expected, uint256 given);

    /// @notice The line of the period, in minor currency units (cents); positive: the consumer owes.
    /// @dev It must fit 48 bits, sign included.
    function assess(Period calldata period, bytes calldata params) external view returns (int256 line);

    /// @notice Reverts with the reason if the parameters make no sense; answers its own selector otherwise.
    function check(Day firstDay, uint16 months, bytes calldata params) external view returns (bytes4);
}
