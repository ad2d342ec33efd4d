// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Payment, PaymentStatus} from "../../interfaces/registry/Structs.sol";
import {UtcDay} from "./Units.sol";

/// @notice `(free) 232 | declaredOn 16 | status 8`, high to low.
type PaymentWord is uint256;

using {unpack} for PaymentWord global;

function unpack(PaymentWord word) pure returns (Payment memory p) {
    uint256 w = PaymentWord.unwrap(word);
    p.status = PaymentStatus(uint8(w));
    p.declaredOn = UtcDay.wrap(uint16(w >> 8));
}

function pack(Payment memory p) pure returns (PaymentWord) {
    return PaymentWord.wrap(uint256(UtcDay.unwrap(p.declaredOn)) << 8 | uint256(p.status));
}
