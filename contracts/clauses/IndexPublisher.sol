// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IIndex} from "../../interfaces/IIndex.sol";
import {IIndexPublisher} from "../../interfaces/IIndexPublisher.sol";
import {Calendar} from "../lib/Calendar.sol";
import {Day} from "../lib/Units.sol";

/// @title An index whose values one account publishes, each once
contract IndexPublisher is IIndexPublisher {
    /// @inheritdoc IIndexPublisher
    address public immutable publisher;
    /// @inheritdoc IIndexPublisher
    bytes32 public immutable name;

    mapping(Day month => uint64 value) private _values;

    constructor(address publisher_, bytes32 name_) {
        require(publisher_ != address(0), PublisherMissing());
        publisher = publisher_;
        name = name_;
    }

    /// @inheritdoc IIndexPublisher
    function publish(Day month, uint64 value) external {
        require(msg.sender == publisher, NotThePublisher(msg.sender, publisher));
        require(Calendar.isFirstOfMonth(month), NotAMonth(month));
        require(value > 0, ValueIsZero());
        require(_values[month] == 0, AlreadyPublished(month, _values[month]));

        _values[month] = value;

        emit Published(month, value);
    }

    /// @inheritdoc IIndex
    function valueOf(Day month) external view returns (uint64 value) {
        value = _values[month];
        require(value > 0, NotPublished(month));
    }
}
