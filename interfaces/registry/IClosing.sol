// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Day, UtcDay, Wh} from "../../contracts/lib/Units.sol";
import {Statement, Terms} from "./Structs.sol";

/// @title From the ledger's word to a statement
interface IClosing {
    /// @notice A period was closed: its statement, the line of each clause in the order of the terms, then that of acts and
    /// awards if there is one; and the balance after it.
    event Closed(bytes32 indexed id, uint16 indexed number, Statement statement, int256 balance, int256[] lines);
    /// @notice The opening statement: what the meter's registers were before the first period.
    event Opened(bytes32 indexed id, uint16 indexed number, Statement statement);
    /// @notice There will be no more statements; the meter is free again.
    event Ended(bytes32 indexed id, int256 balance);

    /// @notice The clause reverted, or its answer is not a line of at most 48 bits; `answer` is the start of its answer.
    error ClauseFailed(uint256 index, bytes answer);
    /// @notice The transaction has too little gas to give a clause its 500,000.
    error GasTooLow(uint256 left, uint256 needed);
    /// @notice No meter serves it: its months are closed without energy, each so many days after its end.
    error NotDarkYet(Day lastDay, uint256 darkDays, UtcDay today);
    /// @notice The balance has 56 bits, sign included.
    error BalanceTooLarge(int256 balance);
    /// @notice What is billed over all corrections has 44 bits: both parties take something back.
    error BilledTooMuch(Wh generation, Wh exported);

    /// @notice Closes the next month: anyone may, no numbers are given. The ledger says the energy, the clauses the money.
    function close(Terms calldata terms) external;
}
