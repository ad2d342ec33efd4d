// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev The flags of a statement, beside a count of dark months (bits 8 to 15) and which clauses failed or gave a substitute (bits
/// 16 to 31).
uint32 constant EARLY_BOUNDARY = 1; // the boundary day is before the last day
uint32 constant DARK = 2; // nothing was taken from the meter
uint32 constant CLAUSE_FAILED = 4; // a clause gave nothing
uint32 constant SUBSTITUTED = 8; // a clause's line rests on a substitute
uint32 constant SILENT = 16; // closed before the meter said anything of the month's end
uint32 constant IMPOSSIBLE = 32; // a record with more energy than the plant can make was passed over
uint32 constant LAST = 64; // the agreement ended with it

uint256 constant MOST_DARK_MONTHS = 255;

/// @dev Of a dark statement: how many months in a row, it included, were dark; of one that takes the meter's first record: how many
/// dark months right before it have energy in it.
function darkMonths(uint256 flags) pure returns (uint256) {
    return flags >> 8 & MOST_DARK_MONTHS;
}

/// @dev How many months in a row, the statement's included, were dark; none if it was not.
function darkRun(uint256 flags) pure returns (uint256) {
    unchecked {
        // One bit, times eight.
        return (flags >> 1 & 1) * darkMonths(flags);
    }
}

/// @dev The flags with a count of dark months.
function withDarkMonths(uint32 flags, uint256 months) pure returns (uint32) {
    return flags | uint32(months > MOST_DARK_MONTHS ? MOST_DARK_MONTHS : months) << 8;
}

/// @dev The bit of a clause.
function clauseBit(uint256 index) pure returns (uint32) {
    return uint32(0x10000 << index);
}
