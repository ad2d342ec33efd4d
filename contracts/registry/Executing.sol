// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IActing} from "../../interfaces/registry/IActing.sol";
import {Act, Announcement, Terms} from "../../interfaces/registry/Structs.sol";
import {ActHash} from "../lib/ActHash.sol";
import {AnnouncementWord} from "../lib/AnnouncementWord.sol";
import {MeterWord} from "../lib/MeterWord.sol";
import {UtcDay} from "../lib/Units.sol";
import {Entry} from "./Book.sol";
import {Manner} from "./Closing.sol";
import {HandingOver} from "./HandingOver.sol";
import {Lapsing} from "./Lapsing.sol";
import {Narrow} from "./Narrow.sol";

/// @title What was announced is done, once the days of notice are over
abstract contract Executing is HandingOver, Narrow, Lapsing {
    using ActHash for Act;

    function _execute(Terms calldata terms, Act memory signedAct, Terms[] calldata successor) internal {
        Entry memory e = _entryThatGoesOn(terms);
        _requireNoticeOver(e.id, terms.noticeDays, signedAct.digest(e.id, _domain()));
        _requireNarrow(e, terms, signedAct, successor);

        _announcements[e.id] = AnnouncementWord.wrap(0);
        emit IActing.Executed(e.id, signedAct);
        // slither-disable-next-line uninitialized-local
        Manner memory m;
        (m.patience, m.excuses) = (terms.disputeDays, true);
        MeterWord word = _lastWord(e, terms);
        bool ends = signedAct.successor == e.id;
        m.handsOver = !ends;
        _closeOpen(e, terms, m, word);
        if (!ends) _handOver(e, terms, signedAct.successor, successor);
        else if (_goesOn(e.agreement)) _end(e, terms, m, word);
        _store(e);
    }

    function _requireNoticeOver(bytes32 id, uint16 noticeDays, bytes32 digest) private view {
        Announcement memory announced = _announcements[id].unpack();
        bool same = UtcDay.unwrap(announced.day) > 0 && announced.digest == digest & ~bytes32(uint256(0xffffff));
        require(same, IActing.NotAnnounced(digest));
        UtcDay today = _today();
        bool over = UtcDay.unwrap(today) >= uint256(UtcDay.unwrap(announced.day)) + noticeDays;
        require(over, IActing.NoticeNotOver(announced.day, noticeDays, today));
        bool lapsed = _hasLapsed(announced.day, noticeDays);
        require(!lapsed, IActing.NoticeLapsed(announced.day, _lastDayOf(announced.day, noticeDays), today));
    }
}
