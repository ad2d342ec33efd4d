// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IActing} from "../../interfaces/registry/IActing.sol";
import {IEnding} from "../../interfaces/registry/IEnding.sol";
import {Notice, Terms} from "../../interfaces/registry/Structs.sol";
import {MeterWord} from "../lib/MeterWord.sol";
import {Day, UtcDay} from "../lib/Units.sol";
import {Entry} from "./Book.sol";
import {Closing, Manner} from "./Closing.sol";
import {Heard} from "./Heard.sol";
import {Lapsing} from "./Lapsing.sol";
import {Pricing} from "./Pricing.sol";

/// @title Ends of one party: by a clause, or after the meter's silence
abstract contract Ending is Closing, Heard, Lapsing, Pricing {
    /// @dev The consumer ends the agreement at the price of an exit clause.
    function _exit(address actor, Terms calldata terms, uint256 clause) internal {
        require(actor == terms.consumer, NotTheConsumer(actor, terms.consumer));
        (Entry memory e, Manner memory m, MeterWord word) = _caughtUp(terms);
        uint256 price = _exitPrice(e.agreement, terms, clause);
        (address lender, uint16 cureDays) = _lenderOf(terms, clause);
        if (lender != address(0)) _requireNotice(e.id, clause, lender, cureDays);

        emit IEnding.Exited(e.id, clause, price);
        e.account.cents += int256(price);
        _end(e, terms, m, word);
        _store(e);
    }

    /// @dev Either party ends the agreement after the silence that the terms name.
    function _endInSilence(address actor, Terms calldata terms) internal {
        _requireParty(actor, terms);
        require(terms.silenceDays > 0, IEnding.NoSilenceDays());
        Day heard = _heard(_entryThatGoesOn(terms), terms);
        _requireSilent(heard, terms.silenceDays);
        (Entry memory e, Manner memory m, MeterWord word) = _caughtUp(terms);

        emit IEnding.EndedInSilence(e.id, actor, heard);
        _end(e, terms, m, word);
        _store(e);
    }

    /// @dev What goes on, all that anybody could close being closed; a clause that failed before is not waited for.
    function _caughtUp(Terms calldata terms) private returns (Entry memory e, Manner memory m, MeterWord word) {
        e = _entryThatGoesOn(terms);
        (m.patience, m.excuses) = (terms.disputeDays, true);
        word = _lastWord(e, terms);
        _closeOpen(e, terms, m, word);
        require(_goesOn(e.agreement), IEnding.TermOver(e.agreement.closedThrough));
    }

    function _requireNotice(bytes32 id, uint256 clause, address lender, uint16 cureDays) private view {
        Notice memory notice = _notices[id].unpack();
        bool notified = UtcDay.unwrap(notice.day) > 0 && notice.clause == clause && !notice.cured;
        require(notified, IEnding.LenderNotNotified(lender));
        UtcDay today = _today();
        bool over = UtcDay.unwrap(today) >= uint256(UtcDay.unwrap(notice.day)) + cureDays;
        require(over, IEnding.CureNotOver(notice.day, cureDays, today));
        bool lapsed = _hasLapsed(notice.day, cureDays);
        require(!lapsed, IActing.NoticeLapsed(notice.day, _lastDayOf(notice.day, cureDays), today));
    }
}
