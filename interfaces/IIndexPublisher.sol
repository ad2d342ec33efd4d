// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Day} from "../contracts/lib/Units.sol";
import {IIndex} from "./IIndex.sol";

/// @title An index whose values one account publishes, each once
/// @dev Warning: who names this contract in terms trusts its publisher to be right and to go on. It cannot take a value
/// back, nor tell two parties different ones.
interface IIndexPublisher is IIndex {
    event Published(Day indexed month, uint64 value);

    error PublisherMissing();
    error NotThePublisher(address caller, address publisher);
    error NotAMonth(Day month);
    error ValueIsZero();
    error AlreadyPublished(Day month, uint64 value);
    error NotPublished(Day month);

    /// @notice Publishes the value of a month, for ever.
    function publish(Day month, uint64 value) external;

    function publisher() external view returns (address);
    /// @notice What the index is, in ASCII: for people.
    function name() external view returns (bytes32);
}
