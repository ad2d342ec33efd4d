// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Agreement, Status} from "../../interfaces/IPPARegistry.sol";
import {Day, Wh} from "./Units.sol";

/// @notice `balance 56 | flags 8 | generation 40 | exported 40 | closedDay 16 | boundaryDay 16 | signedAt 32 |
/// proposedAt 32 | periods 12 | status 4`, high to low.
type AgreementWord is uint256;

using {status, unpack} for AgreementWord global;

function status(AgreementWord word) pure returns (Status) {
    return Status(uint8(AgreementWord.unwrap(word)) & 0xf);
}

function unpack(AgreementWord word) pure returns (Agreement memory a) {
    uint256 w = AgreementWord.unwrap(word);
    a.status = Status(uint8(w) & 0xf);
    a.periods = uint16(w >> 4) & 0xfff;
    a.proposedAt = uint32(w >> 16);
    a.signedAt = uint32(w >> 48);
    a.boundaryDay = Day.wrap(uint16(w >> 80));
    a.closedDay = Day.wrap(uint16(w >> 96));
    a.exported = Wh.wrap(uint40(w >> 112));
    a.generation = Wh.wrap(uint40(w >> 152));
    a.flags = uint8(w >> 192);
    a.balance = int256(w) >> 200;
}

/// @dev The word of an agreement that was proposed in a block, and nothing else yet.
function newlyProposed(uint32 block_) pure returns (AgreementWord) {
    return AgreementWord.wrap(uint256(block_) << 16 | uint256(Status.Proposed));
}

/// @dev The caller has checked that the balance fits 56 bits, the registers 40 and the number of periods 12.
function pack(Agreement memory a) pure returns (AgreementWord) {
    return AgreementWord.wrap(
        uint256(a.balance) << 200 | uint256(a.flags) << 192 | uint256(Wh.unwrap(a.generation)) << 152
            | uint256(Wh.unwrap(a.exported)) << 112 | uint256(Day.unwrap(a.closedDay)) << 96
            | uint256(Day.unwrap(a.boundaryDay)) << 80 | uint256(a.signedAt) << 48 | uint256(a.proposedAt) << 16
            | uint256(a.periods) << 4 | uint256(a.status)
    );
}
