// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Statement} from "../../interfaces/IPPARegistry.sol";
import {Day, Wh} from "./Units.sol";

/// @notice `amount 64 | generation 48 | exported 48 | lastDay 16 | boundaryDay 16 | closedAt 32 | flags 32`, high to low.
/// Never empty: a statement has a block.
type StatementWord is uint256;

using {unpack, isEmpty} for StatementWord global;

function unpack(StatementWord word) pure returns (Statement memory s) {
    uint256 w = StatementWord.unwrap(word);
    s.flags = uint32(w);
    s.closedAt = uint32(w >> 32);
    s.boundaryDay = Day.wrap(uint16(w >> 64));
    s.lastDay = Day.wrap(uint16(w >> 80));
    s.exported = Wh.wrap(uint48(w >> 96));
    s.generation = Wh.wrap(uint48(w >> 144));
    s.amount = int256(w) >> 192;
}

/// @dev At most 16 lines of 48 bits make an amount of at most 52.
function pack(Statement memory s) pure returns (StatementWord) {
    return StatementWord.wrap(
        uint256(s.amount) << 192 | uint256(Wh.unwrap(s.generation)) << 144 | uint256(Wh.unwrap(s.exported)) << 96
            | uint256(Day.unwrap(s.lastDay)) << 80 | uint256(Day.unwrap(s.boundaryDay)) << 64 | uint256(s.closedAt)
            << 32 | uint256(s.flags)
    );
}

function isEmpty(StatementWord word) pure returns (bool) {
    return StatementWord.unwrap(word) == 0;
}
