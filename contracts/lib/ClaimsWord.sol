// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Claims} from "../../interfaces/registry/Structs.sol";

/// @notice `(free) 159 | decided 1 | producer 48 | consumer 48`, high to low.
type ClaimsWord is uint256;

using {unpack} for ClaimsWord global;

function unpack(ClaimsWord word) pure returns (Claims memory c) {
    uint256 w = ClaimsWord.unwrap(word);
    c.consumer = uint48(w);
    c.producer = uint48(w >> 48);
    c.decided = w >> 96 & 1 != 0;
}

/// @dev The caller has checked that a claim has 48 bits.
function pack(Claims memory c) pure returns (ClaimsWord) {
    return ClaimsWord.wrap((c.decided ? 1 << 96 : 0) | uint256(c.producer) << 48 | uint256(c.consumer));
}
