// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDisputing} from "../../interfaces/registry/IDisputing.sol";
import {Agreement, Claims, Status, Terms} from "../../interfaces/registry/Structs.sol";
import {Calendar} from "../lib/Calendar.sol";
import {ClaimsWord, pack as packClaims} from "../lib/ClaimsWord.sol";
import {StatementWord} from "../lib/StatementWord.sol";
import {Day, UtcDay} from "../lib/Units.sol";
import {Book, Entry} from "./Book.sol";
import {Crediting} from "./Crediting.sol";

/// @title A party says that a statement is wrong, and an arbiter decides
/// @dev A statement that exists has a number of 12 bits.
abstract contract Disputing is Book, Crediting {
    function _dispute(address actor, Terms calldata terms, uint256 number, int64 claim, bytes32 evidence) internal {
        bool byConsumer = actor == terms.consumer;
        _requireParty(actor, terms);
        uint256 size = _size(claim);
        bool sensible = claim != 0 && (claim < 0) == byConsumer && size <= terms.maxClaim;
        require(sensible, IDisputing.ClaimOutside(claim, terms.maxClaim));
        (bytes32 id, Agreement memory agreement) = _load(terms);
        bool served = _goesOn(agreement) || agreement.status == Status.Ended;
        require(served, WrongStatus(id, agreement.status, Status.Running));
        bytes32 root = _rootOf(id, terms);
        _requireUntil(number, _statement(id, root, number), terms.disputeDays);
        Claims memory claims = _claims[root][number].unpack();
        bool isNew = !claims.decided && (byConsumer ? claims.consumer : claims.producer) == 0;
        require(isNew, IDisputing.AlreadyDisputed(number));

        if (byConsumer) claims.consumer = uint64(size);
        else claims.producer = uint64(size);
        _claims[root][number] = packClaims(claims);

        emit IDisputing.Disputed(id, uint16(number), actor, claim, evidence);
    }

    function _resolve(address actor, Terms calldata terms, uint256 number, int64 award, bytes32 reason) internal {
        require(actor == terms.arbiter, NotTheArbiter(actor, terms.arbiter));
        Entry memory e = _entryOfServed(terms);
        StatementWord statement = _statement(e.id, e.root, number);
        ClaimsWord word = _claims[e.root][number];
        Claims memory claims = word.unpack();
        bool open = ClaimsWord.unwrap(word) != 0 && !claims.decided;
        require(open, IDisputing.NoOpenDispute(number));
        _requireUntil(number, statement, 2 * uint256(terms.disputeDays));
        uint64 claim = award < 0 ? claims.consumer : claims.producer;
        require(_size(award) <= claim, IDisputing.AwardBeyondClaim(award, claim));

        claims.decided = true;
        _claims[e.root][number] = packClaims(claims);
        _credit(e, award);
        int256 late = 0;
        if (e.agreement.status != Status.Ended) late = award * _daysLate(e.agreement, statement);
        e.account.lateCentDays += late;
        _store(e);

        emit IDisputing.Resolved(e.id, uint16(number), award, reason, late, e.agreement.balance);
    }

    function _size(int64 cents) private pure returns (uint256) {
        return uint256(cents < 0 ? -int256(cents) : int256(cents));
    }

    /// @dev From when the statement fell due until the award does, with the statement after the next.
    function _daysLate(Agreement memory agreement, StatementWord statement) private pure returns (int256) {
        Day due = _dueAfter(_dueAfter(agreement.closedThrough));
        return int256(uint256(Day.unwrap(due))) - int256(uint256(Day.unwrap(_dueAfter(statement.lastDay()))));
    }

    /// @dev The last day of the month after a month's last day.
    function _dueAfter(Day lastDay) private pure returns (Day) {
        return Day.wrap(uint16(Calendar.monthEnd(Day.wrap(Day.unwrap(lastDay) + 1))));
    }

    function _requireUntil(uint256 number, StatementWord statement, uint256 days_) private view {
        uint256 deadline = uint256(UtcDay.unwrap(statement.closedOn())) + days_;
        uint256 today = block.timestamp / 1 days;
        require(today <= deadline, IDisputing.NotDisputable(number, deadline, today));
    }
}
