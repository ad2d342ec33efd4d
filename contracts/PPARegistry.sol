// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMeterLedger} from "../interfaces/IMeterLedger.sol";
import {Acting} from "./registry/Acting.sol";
import {Agreeing} from "./registry/Agreeing.sol";
import {Book} from "./registry/Book.sol";
import {Disputing} from "./registry/Disputing.sol";
import {Paying} from "./registry/Paying.sol";

/// @title What was agreed, what it comes to each month, and what is owed
contract PPARegistry is Agreeing, Acting, Disputing, Paying {
    constructor(uint256 chainId_, IMeterLedger ledger_) Book(chainId_, ledger_) {}
}
