// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {UtcDay} from "../lib/Units.sol";
import {Book} from "./Book.sol";

/// @title How long what was given notice of can be done
abstract contract Lapsing is Book {
    /// @dev After the days that a notice must wait, so many more: then it lapses.
    uint256 private constant NOTICE_LASTS = 180;

    function _lastDayOf(UtcDay noticeDay, uint256 waits) internal pure returns (uint256) {
        return UtcDay.unwrap(noticeDay) + waits + NOTICE_LASTS;
    }

    function _hasLapsed(UtcDay noticeDay, uint256 waits) internal view returns (bool) {
        return block.timestamp / 1 days > _lastDayOf(noticeDay, waits);
    }
}
