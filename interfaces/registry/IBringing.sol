// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Request, Terms} from "./Structs.sol";

/// @title What one signed and anyone brings
interface IBringing {
    /// @notice What an actor signed was brought: its digest holds no more.
    event Brought(bytes32 indexed id, address indexed actor, bytes32 digest);

    /// @notice The request's last second is over.
    error RequestExpired(uint64 until, uint256 timestamp);
    /// @notice A request holds once.
    error AlreadyBrought(bytes32 digest);

    /// @notice Uses a right for `actor`, who signed the request for it, as if it had called itself.
    function bring(Terms calldata terms, Request calldata request, address actor, bytes calldata signature) external;
}
