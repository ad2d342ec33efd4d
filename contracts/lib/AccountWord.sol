// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Account} from "../../interfaces/registry/Structs.sol";
import {Day} from "./Units.sol";

/// @notice `(free) 8 | lateCentDays 72 | cents 48 | generation 40 | exported 40 | alarmDay 16 | acts 32`, high to low; the first
/// four are signed.
type AccountWord is uint256;

using {unpack} for AccountWord global;

function unpack(AccountWord word) pure returns (Account memory) {
    uint256 w = AccountWord.unwrap(word);
    return Account({
        acts: uint32(w),
        alarmDay: Day.wrap(uint16(w >> 32)),
        exported: int40(uint40(w >> 48)),
        generation: int40(uint40(w >> 88)),
        cents: int48(uint48(w >> 128)),
        lateCentDays: int72(uint72(w >> 176))
    });
}

/// @dev The caller has checked that each field fits its bits, sign included.
function pack(Account memory a) pure returns (AccountWord) {
    return AccountWord.wrap(
        uint256(uint72(uint256(a.lateCentDays))) << 176 | uint256(uint48(uint256(a.cents))) << 128
            | uint256(uint40(uint64(a.generation))) << 88 | uint256(uint40(uint64(a.exported))) << 48
            | uint256(Day.unwrap(a.alarmDay)) << 32 | uint256(a.acts)
    );
}
