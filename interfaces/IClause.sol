// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Day, Wh} from "../contracts/lib/Units.sol";

/// @notice What a clause is given of the period that it assesses.
struct Period {
    bytes32 agreement;
    uint16 number; // of this month in the agreement's life, from 1
    uint16 months; // of the whole life
    uint16 opening; // the number of the opening statement: no earlier one exists
    uint16 darkBefore; // how many dark months right before this one have their energy in it, or in the next record's
    Day firstDay;
    Day lastDay; // the day before `firstDay` in a last period without a day of its own
    Day boundaryDay; // the meter's last record that was taken; zero: none yet
    bool dark; // nothing was taken from the meter in this period
    bool last; // the agreement ends with this period
    bool waited; // the days of waiting for what is missing are over: a clause may give a substitute
    Wh generation; // of this period
    Wh exported; // of this period
    Wh generationRegister; // billed by the period's end
    Wh exportedRegister; // billed by the period's end
    int256 balance; // cents, before this statement
    int256 overdueCentDays; // in arrears, before this statement
}

/// @title One rule of an agreement: turns metered energy into a line of money
/// @dev Stateless, deployed once, named in the terms with its parameters. It is called with 500,000 gas; a clause that
/// calls others must let their failure be its own unless `waited`: one that swallows it could be starved by the depth of the
/// stack. One that looks over a longer window reads earlier statements back from its caller:
/// `IPPARegistry(msg.sender).statementOf(id, n)`.
interface IClause {
    /// @notice The parameters are not `abi.encode` of the clause's own struct, of exactly that length.
    error WrongLength(uint256 expected, uint256 given);

    /// @notice The line of the period, in minor currency units (cents); positive: the consumer owes.
    /// @dev The answer is exactly these 64 bytes, and the line fits 48 bits, sign included.
    /// @return line cents
    /// @return substituted whether the line rests on a substitute for something that was missing; only where `waited`
    function assess(Period calldata period, bytes calldata params) external view returns (int256 line, bool substituted);

    /// @notice Reverts with the reason if the parameters make no sense; answers its own selector otherwise.
    /// @param firstDay the first day of the agreement's life, which may lie before the first day that is billed here
    /// @param months of the whole life
    function check(Day firstDay, uint16 months, bytes calldata params) external view returns (bytes4);
}
