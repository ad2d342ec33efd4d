// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Notice} from "../../interfaces/registry/Structs.sol";
import {UtcDay} from "./Units.sol";

/// @notice `(free) 222 | isFinal 1 | cured 1 | clause 16 | day 16`, high to low.
type NoticeWord is uint256;

using {unpack} for NoticeWord global;

function unpack(NoticeWord word) pure returns (Notice memory n) {
    uint256 w = NoticeWord.unwrap(word);
    n.day = UtcDay.wrap(uint16(w));
    n.clause = uint8(w >> 16);
    n.cured = w >> 32 & 1 != 0;
    n.isFinal = w >> 33 & 1 != 0;
}

function pack(Notice memory n) pure returns (NoticeWord) {
    return NoticeWord.wrap(
        (n.isFinal ? 1 << 33 : 0) | (n.cured ? 1 << 32 : 0) | uint256(n.clause) << 16 | UtcDay.unwrap(n.day)
    );
}
