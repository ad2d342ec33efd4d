// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IActing} from "../../interfaces/registry/IActing.sol";
import {Act, Terms} from "../../interfaces/registry/Structs.sol";
import {TermsHash} from "../lib/TermsHash.sol";
import {Day, UtcDay} from "../lib/Units.sol";
import {Entry} from "./Book.sol";
import {Heard} from "./Heard.sol";

/// @title What one party and the arbiter can do together
abstract contract Narrow is Heard {
    using TermsHash for Terms;

    /// @dev Neither energy nor money; the same deal for other keys, or the end of what is dead.
    function _requireNarrow(Entry memory e, Terms calldata terms, Act memory signedAct, Terms[] calldata successor)
        internal
        view
    {
        bool nothingElse = signedAct.generation == 0 && signedAct.exported == 0 && signedAct.cents == 0
            && signedAct.settles == 0 && signedAct.successor != 0;
        require(nothingElse, IActing.BeyondTheArbiter());
        if (signedAct.successor == e.id) {
            Day heard = _heard(e, terms);
            UtcDay today = _today();
            require(_isOver(heard, DARK_DAYS), IActing.MeterNotDead(heard, DARK_DAYS, today));
            return;
        }
        require(successor.length == 1, IActing.NotTheSuccessor(0, signedAct.successor));
        bytes32 given = successor[0].digest(_domain());
        require(given == signedAct.successor, IActing.NotTheSuccessor(given, signedAct.successor));
        require(successor[0].dealHash() == terms.dealHash(), IActing.NotTheSameDeal());
    }
}
