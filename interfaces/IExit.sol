// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {UtcDay} from "../contracts/lib/Units.sol";

/// @title A clause that lets the consumer end the agreement alone: for convenience, or by buying the plant
interface IExit {
    /// @notice What it costs to end in the month `number` (from 1), asked on `today` (UTC).
    /// @return price cents that the consumer owes with the last statement
    function exitPrice(uint16 number, UtcDay today, bytes calldata params) external view returns (uint256 price);

    /// @notice Who must have been notified before. It does not depend on the price: one that nobody can say yet takes no right away.
    /// @return lender zero: nobody
    /// @return cureDays the days that the lender then has to cure what is wrong
    function lenderOf(bytes calldata params) external view returns (address lender, uint16 cureDays);
}
