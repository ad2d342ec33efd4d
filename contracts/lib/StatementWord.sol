// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Statement} from "../../interfaces/registry/Structs.sol";
import {Day, UtcDay, Wh} from "./Units.sol";

/// @notice `amount 56 | generation 44 | exported 44 | lastDay 16 | boundaryDay 16 | closedOn 16 | closedBlock 32 | flags 32`,
/// high to low; the amount is signed. Never empty: a statement has a block. Written once.
type StatementWord is uint256;

using {amount, generation, exported, lastDay, boundaryDay, closedOn, flags, unpack, isEmpty} for StatementWord global;

/// @dev What was billed over all meters and corrections has 44 bits.
uint64 constant LARGEST_BILLED = 2 ** 44 - 1;

function amount(StatementWord word) pure returns (int256) {
    return int56(uint56(StatementWord.unwrap(word) >> 200));
}

function generation(StatementWord word) pure returns (Wh) {
    return Wh.wrap(uint64(StatementWord.unwrap(word) >> 156) & LARGEST_BILLED);
}

function exported(StatementWord word) pure returns (Wh) {
    return Wh.wrap(uint64(StatementWord.unwrap(word) >> 112) & LARGEST_BILLED);
}

function lastDay(StatementWord word) pure returns (Day) {
    return Day.wrap(uint16(StatementWord.unwrap(word) >> 96));
}

function boundaryDay(StatementWord word) pure returns (Day) {
    return Day.wrap(uint16(StatementWord.unwrap(word) >> 80));
}

function closedOn(StatementWord word) pure returns (UtcDay) {
    return UtcDay.wrap(uint16(StatementWord.unwrap(word) >> 64));
}

function flags(StatementWord word) pure returns (uint32) {
    return uint32(StatementWord.unwrap(word));
}

function unpack(StatementWord word) pure returns (Statement memory s) {
    uint256 w = StatementWord.unwrap(word);
    s.flags = flags(word);
    s.closedBlock = uint32(w >> 32);
    s.closedOn = closedOn(word);
    s.boundaryDay = boundaryDay(word);
    s.lastDay = lastDay(word);
    s.exported = exported(word);
    s.generation = generation(word);
    s.amount = amount(word);
}

/// @dev The caller has checked that both registers fit 44 bits. At most 17 lines of 48 bits make an amount of at most 53.
function pack(Statement memory s) pure returns (StatementWord) {
    return StatementWord.wrap(
        uint256(s.amount) << 200 | uint256(Wh.unwrap(s.generation)) << 156 | uint256(Wh.unwrap(s.exported)) << 112
            | uint256(Day.unwrap(s.lastDay)) << 96 | uint256(Day.unwrap(s.boundaryDay)) << 80
            | uint256(UtcDay.unwrap(s.closedOn)) << 64 | uint256(s.closedBlock) << 32 | uint256(s.flags)
    );
}

function isEmpty(StatementWord word) pure returns (bool) {
    return StatementWord.unwrap(word) == 0;
}
