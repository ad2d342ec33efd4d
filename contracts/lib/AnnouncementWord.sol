// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Announcement} from "../../interfaces/registry/Structs.sol";
import {UtcDay} from "./Units.sol";

/// @notice `digest 232 | ends 8 | day 16`, high to low: of the digest the highest bits.
type AnnouncementWord is uint256;

using {unpack} for AnnouncementWord global;

function unpack(AnnouncementWord word) pure returns (Announcement memory a) {
    uint256 w = AnnouncementWord.unwrap(word);
    a.digest = bytes32(w & ~uint256(0xffffff));
    a.ends = w >> 16 & 0xff != 0;
    a.day = UtcDay.wrap(uint16(w));
}

function pack(bytes32 digest, bool ends, UtcDay day) pure returns (AnnouncementWord) {
    return AnnouncementWord.wrap(uint256(digest) & ~uint256(0xffffff) | (ends ? 1 << 16 : 0) | UtcDay.unwrap(day));
}
