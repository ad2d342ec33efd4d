// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Day} from "../contracts/lib/Units.sol";

/// @title A published index, one value a month: a consumer price index, a market's mean price, …
interface IIndex {
    /// @notice The value of a month, given by its first day, in whatever unit the index has: only ratios are used.
    /// @dev It must revert while the value is not published, and may never answer two different values.
    function valueOf(Day month) external view returns (uint64 value);
}
