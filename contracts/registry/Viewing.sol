// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IViewing} from "../../interfaces/registry/IViewing.sol";
import {
    Account,
    Agreement,
    Announcement,
    Claims,
    Notice,
    Payment,
    Statement,
    Terms
} from "../../interfaces/registry/Structs.sol";
import {TermsHash} from "../lib/TermsHash.sol";
import {Day} from "../lib/Units.sol";
import {Book} from "./Book.sol";

/// @title What the registry keeps, for anyone to read
abstract contract Viewing is IViewing, Book {
    using TermsHash for Terms;

    /// @inheritdoc IViewing
    function idOf(Terms calldata terms) external view returns (bytes32) {
        return terms.digest(_domain());
    }

    /// @inheritdoc IViewing
    function agreementOf(bytes32 id) external view returns (Agreement memory) {
        return _agreements[id].unpack();
    }

    /// @inheritdoc IViewing
    function accountOf(bytes32 id) external view returns (Account memory) {
        return _accounts[id].unpack();
    }

    /// @inheritdoc IViewing
    function rootOf(bytes32 id) external view returns (bytes32) {
        return _rootOf(id);
    }

    /// @inheritdoc IViewing
    function statementOf(bytes32 id, uint256 number) external view returns (Statement memory) {
        return _statement(id, _rootOf(id), number).unpack();
    }

    /// @inheritdoc IViewing
    function claimsOf(bytes32 id, uint256 number) external view returns (Claims memory) {
        return _claims[_rootOf(id)][number].unpack();
    }

    /// @inheritdoc IViewing
    function paymentOf(bytes32 id, int64 cents, Day day, bytes32 reference_) external view returns (Payment memory) {
        return _payments[keccak256(abi.encode(id, cents, day, reference_))].unpack();
    }

    /// @inheritdoc IViewing
    function noticeOf(bytes32 id) external view returns (Notice memory) {
        return _notices[id].unpack();
    }

    /// @inheritdoc IViewing
    function announcementOf(bytes32 id) external view returns (Announcement memory) {
        return _announcements[id].unpack();
    }

    /// @inheritdoc IViewing
    function servedBy(address meter) external view returns (bytes32) {
        return _servedBy[meter];
    }

    /// @inheritdoc IViewing
    function billedThrough(address meter) external view returns (Day) {
        return _billedThrough[meter];
    }

    /// @inheritdoc IViewing
    function isUsed(bytes32 digest) external view returns (bool) {
        return _used[digest];
    }
}
