// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEnding} from "../../interfaces/registry/IEnding.sol";
import {Account, Notice, Terms} from "../../interfaces/registry/Structs.sol";
import {pack as packAccount} from "../lib/AccountWord.sol";
import {pack as packNotice} from "../lib/NoticeWord.sol";
import {Day, UtcDay} from "../lib/Units.sol";
import {Entry} from "./Book.sol";
import {Heard} from "./Heard.sol";
import {Lapsing} from "./Lapsing.sol";
import {Pricing} from "./Pricing.sol";

/// @title Notice to a lender, and the alarm of a silent meter
abstract contract Noticing is Pricing, Heard, Lapsing {
    /// @dev A meter behind a bad line is silent for days: then somebody should look.
    uint256 private constant SILENT_DAYS = 7;

    function _notifyLender(address actor, Terms calldata terms, uint256 clause) internal {
        require(actor == terms.consumer, NotTheConsumer(actor, terms.consumer));
        Entry memory e = _entryThatGoesOn(terms);
        (address lender, uint16 cureDays) = _lenderOf(terms, clause);
        require(lender != address(0), IEnding.NoLender(clause));
        Notice memory notice = _notices[e.id].unpack();
        // A lender cures once: of a notice soon after it has no word any more, else it could bar the exit for ever.
        notice.isFinal =
            notice.clause == clause && (notice.cured || notice.isFinal) && !_hasLapsed(notice.day, cureDays);
        (notice.day, notice.clause, notice.cured) = (_today(), uint8(clause), false);

        _notices[e.id] = packNotice(notice);

        emit IEnding.Notified(e.id, lender, notice.day, clause, notice.isFinal);
    }

    function _cure(address actor, Terms calldata terms) internal {
        Entry memory e = _entryThatGoesOn(terms);
        Notice memory notice = _notices[e.id].unpack();
        bool open = UtcDay.unwrap(notice.day) > 0 && !notice.cured && !notice.isFinal;
        require(open, IEnding.NothingToCure(e.id));
        (address lender, uint16 cureDays) = _lenderOf(terms, notice.clause);
        require(actor == lender, IEnding.NotTheLender(actor, lender));
        bool inTime = block.timestamp / 1 days <= uint256(UtcDay.unwrap(notice.day)) + cureDays;
        require(inTime, IEnding.NothingToCure(e.id));

        notice.cured = true;
        _notices[e.id] = packNotice(notice);

        emit IEnding.Cured(e.id, lender);
    }

    function _alarm(Terms calldata terms) internal {
        Entry memory e = _entryThatGoesOn(terms);
        Day heard = _heard(e, terms);
        _requireSilent(heard, SILENT_DAYS);
        Account memory account = e.account;
        Day mark = Day.wrap(Day.unwrap(heard) + 1);
        require(!(account.alarmDay == mark), IEnding.AlreadyAlarmed(heard));

        account.alarmDay = mark;
        _accounts[e.id] = packAccount(account);

        emit IEnding.Silent(e.id, terms.meter, heard);
    }
}
