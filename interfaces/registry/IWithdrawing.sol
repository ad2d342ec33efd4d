// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {UtcDay} from "../../contracts/lib/Units.sol";
import {Terms} from "./Structs.sol";

/// @title What one party takes back, or says no to
interface IWithdrawing {
    event Withdrawn(bytes32 indexed id);
    event Rejected(bytes32 indexed id);
    /// @notice A party cancelled what no meter served in time.
    event Cancelled(bytes32 indexed id, address party);
    /// @notice A party voided the next act's number: nothing signed under it holds.
    event ActVoided(bytes32 indexed id, uint32 number, address party);
    /// @notice A party objected: what was announced will not be.
    event Objected(bytes32 indexed id, address party);

    error LongStopNotPassed(UtcDay longStopDay, UtcDay today);
    /// @notice What was handed over is not cancelled: it ends by an act, after silence, or with its term.
    error WasHandedOver(bytes32 id);
    /// @notice The end of an agreement whose meter is dead cannot be objected to; a record of the meter prevents it.
    error NothingToObjectTo(bytes32 id);

    /// @notice The producer takes an unsigned offer back, or its signature of terms that nobody brought yet.
    function withdraw(Terms calldata terms) external;
    /// @notice The consumer declines, or takes back its signature of terms that nobody brought yet.
    function reject(Terms calldata terms) external;
    /// @notice Either party ends signed terms that no meter served by their long-stop day.
    function cancel(Terms calldata terms) external;
    /// @notice Either party voids the next act's number, so that what was signed under it does not hold.
    function voidAct(Terms calldata terms, uint32 number) external;
    /// @notice Either party says no to an announced handover, before it is done.
    function object(Terms calldata terms) external;
}
