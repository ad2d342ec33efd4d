// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Agreement, Status} from "../../interfaces/IPPARegistry.sol";
import {Day} from "./Units.sol";

/// @notice `balance 56 | generation 44 | exported 44 | closedDay 16 | boundaryDay 16 | signedAt 32 | proposedAt 32 |
/// periods 12 | pending 1 | status 3`, high to low. Balance and registers are signed.
type AgreementWord is uint256;

using {status, unpack} for AgreementWord global;

/// @dev The registers up to which energy was billed have 44 bits, sign included: an act may move them below zero.
int256 constant LARGEST_BILLED = 2 ** 43 - 1;

function status(AgreementWord word) pure returns (Status) {
    return Status(uint8(AgreementWord.unwrap(word)) & 7);
}

function unpack(AgreementWord word) pure returns (Agreement memory a) {
    uint256 w = AgreementWord.unwrap(word);
    a.status = Status(uint8(w) & 7);
    a.pending = w & 8 != 0;
    a.periods = uint16(w >> 4) & 0xfff;
    a.proposedAt = uint32(w >> 16);
    a.signedAt = uint32(w >> 48);
    a.boundaryDay = Day.wrap(uint16(w >> 80));
    a.closedDay = Day.wrap(uint16(w >> 96));
    a.exported = _signed44(w >> 112);
    a.generation = _signed44(w >> 156);
    a.balance = int56(uint56(w >> 200));
}

/// @dev The lowest 44 bits, which are a number with its sign. A signed shift is dear where there are no shifts (byzantium).
function _signed44(uint256 bits) pure returns (int64) {
    unchecked {
        return int64(uint64(bits & 2 ** 44 - 1 ^ 2 ** 43)) - 2 ** 43;
    }
}

/// @dev The word of an agreement that was proposed in a block, and nothing else yet.
function newlyProposed(uint32 block_) pure returns (AgreementWord) {
    return AgreementWord.wrap(uint256(block_) << 16 | uint256(Status.Proposed));
}

/// @dev The caller has checked that the balance fits 56 bits, the registers 44, each with its sign, and the number of
/// periods 12.
function pack(Agreement memory a) pure returns (AgreementWord) {
    return AgreementWord.wrap(
        uint256(a.balance) << 200 | (uint256(int256(a.generation)) & (2 ** 44 - 1)) << 156
            | (uint256(int256(a.exported)) & (2 ** 44 - 1)) << 112 | uint256(Day.unwrap(a.closedDay)) << 96
            | uint256(Day.unwrap(a.boundaryDay)) << 80 | uint256(a.signedAt) << 48 | uint256(a.proposedAt) << 16
            | uint256(a.periods) << 4 | (a.pending ? 8 : 0) | uint256(a.status)
    );
}
