// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Agreement, Status} from "../../interfaces/registry/Structs.sol";
import {LARGEST_REGISTER} from "./MeterWord.sol";
import {Day, Wh} from "./Units.sol";

/// @notice `(free) 8 | balance 56 | generation 40 | exported 40 | closedThrough 16 | boundaryDay 16 | signedBlock 32 |
/// proposedBlock 32 | periods 12 | pending 1 | status 3`, high to low; the balance is signed.
type AgreementWord is uint256;

using {status, signed, unpack} for AgreementWord global;

function status(AgreementWord word) pure returns (Status) {
    return Status(uint8(AgreementWord.unwrap(word)) & 7);
}

function unpack(AgreementWord word) pure returns (Agreement memory) {
    uint256 w = AgreementWord.unwrap(word);
    return Agreement({
        status: Status(uint8(w) & 7),
        periods: uint16(w >> 4) & 0xfff,
        proposedBlock: uint32(w >> 16),
        signedBlock: uint32(w >> 48),
        boundaryDay: Day.wrap(uint16(w >> 80)),
        closedThrough: Day.wrap(uint16(w >> 96)),
        pending: w & 8 != 0,
        exported: Wh.wrap(uint64(w >> 112) & LARGEST_REGISTER),
        generation: Wh.wrap(uint64(w >> 152) & LARGEST_REGISTER),
        balance: int56(uint56(w >> 192))
    });
}

/// @dev The word of an agreement that was proposed in a block, and nothing else yet.
function newlyProposed(uint32 block_) pure returns (AgreementWord) {
    return AgreementWord.wrap(uint256(block_) << 16 | uint256(Status.Proposed));
}

/// @dev The word of what was proposed, or newly proposed, once both have signed it in a block.
function signed(AgreementWord word, uint32 block_) pure returns (AgreementWord) {
    return AgreementWord.wrap(
        AgreementWord.unwrap(word) ^ (uint256(block_) << 48 | uint256(Status.Proposed) ^ uint256(Status.Signed))
    );
}

/// @dev The caller has checked that the balance fits 56 bits, sign included; registers are a meter's, of 40 bits, and months
/// have 12.
function pack(Agreement memory a) pure returns (AgreementWord) {
    return AgreementWord.wrap(
        uint256(uint56(uint256(a.balance))) << 192 | uint256(Wh.unwrap(a.generation)) << 152
            | uint256(Wh.unwrap(a.exported)) << 112 | uint256(Day.unwrap(a.closedThrough)) << 96
            | uint256(Day.unwrap(a.boundaryDay)) << 80 | uint256(a.signedBlock) << 48 | uint256(a.proposedBlock) << 16
            | uint256(a.periods) << 4 | (a.pending ? 8 : 0) | uint256(a.status)
    );
}
