// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEnding} from "../../interfaces/registry/IEnding.sol";
import {Status, Terms} from "../../interfaces/registry/Structs.sol";
import {Day, UtcDay} from "../lib/Units.sol";
import {Book, Entry} from "./Book.sol";

/// @title How long a meter has been silent
abstract contract Heard is Book {
    /// @dev The last day of which the meter that serves has said something; at least up to when the agreement heard of one.
    function _heard(Entry memory e, Terms calldata terms) internal view returns (Day heard) {
        heard = _lastLit(e.root, e.agreement);
        if (e.agreement.status != Status.Running) return heard;
        Day recorded = ledger.wordOf(terms.meter).day();
        if (recorded > heard) heard = recorded;
    }

    function _requireSilent(Day heard, uint256 days_) internal view {
        UtcDay today = _today();
        require(_isOver(heard, days_), IEnding.NotSilent(heard, days_, today));
    }
}
