// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IActing} from "../../interfaces/registry/IActing.sol";
import {Act, Announcement, Terms} from "../../interfaces/registry/Structs.sol";
import {ActHash} from "../lib/ActHash.sol";
import {pack as packAnnouncement} from "../lib/AnnouncementWord.sol";
import {UtcDay} from "../lib/Units.sol";
import {Asking} from "./Asking.sol";
import {Entry} from "./Book.sol";
import {Lapsing} from "./Lapsing.sol";
import {Narrow} from "./Narrow.sol";

/// @title What one party and the arbiter will do after days of notice: a lost key is replaced, a dead meter is left
abstract contract Announcing is Asking, Narrow, Lapsing {
    using ActHash for Act;

    function _announce(
        Terms calldata terms,
        Act memory signedAct,
        address party,
        bytes calldata partySignature,
        bytes calldata arbiterSignature,
        Terms[] calldata successor
    ) internal {
        Entry memory e = _entryThatGoesOn(terms);
        require(terms.noticeDays > 0, IActing.NoNoticeDays());
        _requireParty(party, terms);
        require(block.timestamp <= signedAct.until, IActing.ActExpired(signedAct.until, block.timestamp));
        require(signedAct.number == 0, IActing.WrongActNumber(signedAct.number, 0));
        _requireNarrow(e, terms, signedAct, successor);
        bytes32 digest = signedAct.digest(e.id, _domain());
        if (msg.sender != party) _requireSigned(party, digest, partySignature);
        if (msg.sender != terms.arbiter) _requireSigned(terms.arbiter, digest, arbiterSignature);
        require(!_used[digest], IActing.AlreadyAnnounced(digest));
        Announcement memory pending = _announcements[e.id].unpack();
        // An end waits for nobody: its meter may have spoken again.
        bool free = pending.ends || UtcDay.unwrap(pending.day) == 0 || _hasLapsed(pending.day, terms.noticeDays);
        require(free, IActing.AnnouncementPending(pending.day));

        _used[digest] = true;
        _announcements[e.id] = packAnnouncement(digest, signedAct.successor == e.id, _today());

        emit IActing.Announced(e.id, signedAct, party);
    }
}
