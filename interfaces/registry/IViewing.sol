// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Day} from "../../contracts/lib/Units.sol";
import {Account, Agreement, Announcement, Claims, Notice, Payment, Statement, Terms} from "./Structs.sol";

/// @title What the registry keeps
interface IViewing {
    function domainSeparator() external view returns (bytes32);
    /// @notice The module that answers for acts and ends.
    function ends() external view returns (address);
    /// @notice The module that answers for the other rare rights.
    function rights() external view returns (address);

    /// @notice The EIP-712 digest of the terms: the agreement's id, whether or not it was proposed.
    function idOf(Terms calldata terms) external view returns (bytes32);
    function agreementOf(bytes32 id) external view returns (Agreement memory);
    function accountOf(bytes32 id) external view returns (Account memory);
    /// @notice The agreement under whose id the statements are stored: this one, or the first of those it goes on from.
    function rootOf(bytes32 id) external view returns (bytes32);
    /// @notice Statement `number`; `firstMonth` - 1 is the opening, and exists once the first period was closed.
    function statementOf(bytes32 id, uint256 number) external view returns (Statement memory);
    function claimsOf(bytes32 id, uint256 number) external view returns (Claims memory);
    function paymentOf(bytes32 id, int64 cents, Day day, bytes32 reference_) external view returns (Payment memory);
    function noticeOf(bytes32 id) external view returns (Notice memory);
    function announcementOf(bytes32 id) external view returns (Announcement memory);
    /// @notice The agreement that the meter serves; zero if none.
    function servedBy(address meter) external view returns (bytes32);
    /// @notice The last of the meter's days that an agreement which it served and left has billed; zero if none.
    function billedThrough(address meter) external view returns (Day);
    /// @notice Whether an announced act or a brought request, by its digest, was used.
    function isUsed(bytes32 digest) external view returns (bool);
}
