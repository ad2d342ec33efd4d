// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Statement} from "../../interfaces/IPPARegistry.sol";
import {Day, Wh} from "./Units.sol";

/// @notice `amount 56 | generation 44 | exported 44 | lastDay 16 | boundaryDay 16 | closedOn 16 | closedAt 32 | flags 32`,
/// high to low. Never empty: a statement has a block.
type StatementWord is uint256;

using {amount, generation, exported, lastDay, closedOn, flags, flagged, unpack, isEmpty} for StatementWord global;

/// @dev Billed registers go on where a meter's end: they have 44 bits.
uint64 constant LARGEST_BILLED_REGISTER = 2 ** 44 - 1;

function amount(StatementWord word) pure returns (int256) {
    return int56(uint56(StatementWord.unwrap(word) >> 200));
}

function generation(StatementWord word) pure returns (Wh) {
    return Wh.wrap(uint64(StatementWord.unwrap(word) >> 156) & LARGEST_BILLED_REGISTER);
}

function exported(StatementWord word) pure returns (Wh) {
    return Wh.wrap(uint64(StatementWord.unwrap(word) >> 112) & LARGEST_BILLED_REGISTER);
}

function lastDay(StatementWord word) pure returns (Day) {
    return Day.wrap(uint16(StatementWord.unwrap(word) >> 96));
}

function closedOn(StatementWord word) pure returns (Day) {
    return Day.wrap(uint16(StatementWord.unwrap(word) >> 64));
}

function flags(StatementWord word) pure returns (uint32) {
    return uint32(StatementWord.unwrap(word));
}

/// @dev The word with these flags turned.
function flagged(StatementWord word, uint32 turned) pure returns (StatementWord) {
    return StatementWord.wrap(StatementWord.unwrap(word) ^ turned);
}

function unpack(StatementWord word) pure returns (Statement memory s) {
    uint256 w = StatementWord.unwrap(word);
    s.flags = flags(word);
    s.closedAt = uint32(w >> 32);
    s.closedOn = closedOn(word);
    s.boundaryDay = Day.wrap(uint16(w >> 80));
    s.lastDay = lastDay(word);
    s.exported = exported(word);
    s.generation = generation(word);
    s.amount = amount(word);
}

/// @dev At most 16 lines of 48 bits and an act's of 52 make an amount of at most 54.
function pack(Statement memory s) pure returns (StatementWord) {
    return StatementWord.wrap(
        uint256(s.amount) << 200 | uint256(Wh.unwrap(s.generation)) << 156 | uint256(Wh.unwrap(s.exported)) << 112
            | uint256(Day.unwrap(s.lastDay)) << 96 | uint256(Day.unwrap(s.boundaryDay)) << 80
            | uint256(Day.unwrap(s.closedOn)) << 64 | uint256(s.closedAt) << 32 | uint256(s.flags)
    );
}

function isEmpty(StatementWord word) pure returns (bool) {
    return StatementWord.unwrap(word) == 0;
}
