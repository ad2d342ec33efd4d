// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Day, Wh} from "./Units.sol";

/// @notice `head (160) | generation (40) | exported (40) | day (16)`, high to low. The head commits to every record
/// before it, registers included; the empty word is a meter that has never recorded.
type MeterWord is uint256;

using {next, generation, exported, day, isEmpty} for MeterWord global;

uint64 constant LARGEST_REGISTER = 2 ** 40 - 1;

/// @dev The word after a record. The caller has checked that both registers fit 40 bits.
function next(MeterWord word, Wh generation_, Wh exported_, Day day_, bytes32 readingsRoot) pure returns (MeterWord) {
    uint256 link = uint256(keccak256(abi.encode(readingsRoot, MeterWord.unwrap(word))));
    return MeterWord.wrap(
        link / 2 ** 96 * 2 ** 96 + uint256(Wh.unwrap(generation_)) * 2 ** 56 + uint256(Wh.unwrap(exported_)) * 2 ** 16
            + Day.unwrap(day_)
    );
}

function generation(MeterWord word) pure returns (Wh) {
    return Wh.wrap(uint40(MeterWord.unwrap(word) >> 56));
}

function exported(MeterWord word) pure returns (Wh) {
    return Wh.wrap(uint40(MeterWord.unwrap(word) >> 16));
}

function day(MeterWord word) pure returns (Day) {
    return Day.wrap(uint16(MeterWord.unwrap(word)));
}

function isEmpty(MeterWord word) pure returns (bool) {
    return MeterWord.unwrap(word) == 0;
}
