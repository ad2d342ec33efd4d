// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAgreeing} from "../../interfaces/registry/IAgreeing.sol";
import {Agreement, Status, Terms} from "../../interfaces/registry/Structs.sol";
import {pack as packAgreement} from "../lib/AgreementWord.sol";
import {Day, UtcDay} from "../lib/Units.sol";
import {Book} from "./Book.sol";

/// @title Which agreement a meter serves, and which of its days were billed
abstract contract Serving is Book {
    function _serve(address actor, Terms calldata terms) internal {
        address meter = terms.meter;
        require(actor == meter, NotTheMeter(actor, meter));
        (bytes32 id, Agreement memory agreement) = _load(terms, Status.Signed);
        bool carried = Day.unwrap(agreement.closedThrough) > 0;
        if (!carried) {
            require(terms.supersedes == 0, IAgreeing.NotHandedOver(terms.supersedes));
            UtcDay today = _today();
            require(today <= terms.longStopDay, IAgreeing.LongStopPassed(terms.longStopDay, today));
            agreement.closedThrough = Day.wrap(Day.unwrap(terms.firstDay) - 1);
            agreement.periods = terms.firstMonth - 1;
        }
        bytes32 other = _servedBy[meter];
        require(other == 0, IAgreeing.MeterServesAnother(meter, other));
        Day billed = _billedThrough[meter];
        // What a new meter counted in the dark months before it serves is billed too.
        Day lit = carried ? _lastLit(_rootOf(id, terms), agreement) : agreement.closedThrough;
        Day next = Day.wrap(Day.unwrap(lit) + 1);
        require(billed < next, IAgreeing.DaysAlreadyBilled(meter, billed, next));

        agreement.status = Status.Running;
        _agreements[id] = packAgreement(agreement);
        _servedBy[meter] = id;

        emit IAgreeing.Served(id, meter);
    }

    /// @dev Frees the meter of an agreement, if it served it. What was billed of it no other agreement may bill again.
    /// @return served whether it did
    function _free(bytes32 id, Agreement memory agreement, Terms calldata terms) internal returns (bool served) {
        address meter = terms.meter;
        served = _servedBy[meter] == id;
        if (!served) return false;
        delete _servedBy[meter];
        // Of a meter that was not heard of nothing was billed; nor before the first day, but by who went on from another.
        Day heard = agreement.boundaryDay;
        bool billed = terms.firstDay <= heard || (Day.unwrap(heard) > 0 && terms.supersedes != 0);
        if (billed) _billedThrough[meter] = heard;
    }
}
