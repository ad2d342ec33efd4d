// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClosing} from "../../interfaces/registry/IClosing.sol";
import {Status} from "../../interfaces/registry/Structs.sol";
import {Book, Entry} from "./Book.sol";

/// @title Cents beside the statements
abstract contract Crediting is Book {
    /// @dev A line of the next statement; an ended agreement has none, so that its balance moves at once.
    function _credit(Entry memory e, int256 cents) internal pure {
        if (e.agreement.status == Status.Ended) {
            e.agreement.balance += cents;
            _requireBalance(e.agreement.balance);
        } else {
            e.account.cents += cents;
        }
    }

    function _requireBalance(int256 balance) internal pure {
        // What fits is equal to itself cut short: no clock decides it.
        // slither-disable-next-line incorrect-equality
        require(balance == int56(balance), IClosing.BalanceTooLarge(balance));
    }
}
