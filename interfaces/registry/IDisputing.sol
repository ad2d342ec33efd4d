// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Terms} from "./Structs.sol";

/// @title A party says that a statement is wrong, and an arbiter decides
interface IDisputing {
    /// @notice The producer claims that a statement should have been higher by so many cents; the consumer, lower (negative).
    event Disputed(bytes32 indexed id, uint16 indexed number, address party, int64 claim, bytes32 evidence);
    /// @notice The arbiter decided: so many cents become a line of the next statement, in arrears for so many cent-days.
    event Resolved(
        bytes32 indexed id, uint16 indexed number, int64 award, bytes32 reason, int256 lateCentDays, int256 balance
    );

    /// @notice A claim has the sign of its party, is not zero and at most what the terms say.
    error ClaimOutside(int64 claim, uint64 maxClaim);
    /// @notice It is too late to dispute the statement, or to decide on it.
    error NotDisputable(uint256 number, uint256 deadline, uint256 today);
    error AlreadyDisputed(uint256 number);
    /// @notice The dispute does not exist or was decided.
    error NoOpenDispute(uint256 number);
    /// @notice An award is within the claim of its side.
    error AwardBeyondClaim(int64 award, uint64 claim);

    /// @notice A party disputes a statement within `disputeDays` of its closing, once; the rest of it stays due.
    function dispute(Terms calldata terms, uint16 number, int64 claim, bytes32 evidence) external;
    /// @notice The arbiter decides, until twice `disputeDays` after the closing: then the dispute lapses.
    function resolve(Terms calldata terms, uint16 number, int64 award, bytes32 reason) external;
}
