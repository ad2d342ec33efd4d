// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Account} from "../../interfaces/IPPARegistry.sol";
import {Day} from "./Units.sol";

/// @notice `late 80 | cents 56 | free 64 | noticeClause 8 | noticeDay 16 | alarmDay 16 | nextAct 16`, high to low. Late and cents are signed.
type AccountWord is uint256;

using {unpack} for AccountWord global;

function unpack(AccountWord word) pure returns (Account memory a) {
    uint256 w = AccountWord.unwrap(word);
    a.nextAct = uint16(w);
    a.alarmDay = Day.wrap(uint16(w >> 16));
    a.noticeDay = Day.wrap(uint16(w >> 32));
    a.noticeClause = uint8(w >> 48);
    a.cents = int56(uint56(w >> 120));
    a.late = int80(uint80(w >> 176));
}

/// @dev The caller has checked that the cents fit 52 bits and the cent-days 80, each with its sign.
function pack(Account memory a) pure returns (AccountWord) {
    return AccountWord.wrap(
        uint256(a.late) << 176 | (uint256(a.cents) & (2 ** 56 - 1)) << 120 | uint256(a.noticeClause) << 48
            | uint256(Day.unwrap(a.noticeDay)) << 32 | uint256(Day.unwrap(a.alarmDay)) << 16 | uint256(a.nextAct)
    );
}
