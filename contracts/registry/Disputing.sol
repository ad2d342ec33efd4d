// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Account, Agreement, IPPARegistry, Status, Terms} from "../../interfaces/IPPARegistry.sol";
import {Calendar} from "../lib/Calendar.sol";
import {StatementWord} from "../lib/StatementWord.sol";
import {Day} from "../lib/Units.sol";
import {Book} from "./Book.sol";

/// @title A party says that a statement is wrong, and an arbiter decides
abstract contract Disputing is Book {
    uint256 private constant CLAIM_PLACE = 8;
    uint256 private constant CLAIM_MASK = 63;

    /// @inheritdoc IPPARegistry
    function dispute(Terms calldata terms, uint16 number, int64 claim, bytes32 evidence) external {
        require(msg.sender == terms.producer || msg.sender == terms.consumer, NotAParty(msg.sender));
        require(claim != 0 && (claim < 0) == (msg.sender == terms.consumer), CentsOutside(claim));
        _requireCents(claim);
        (bytes32 id,) = _loadBilled(terms);
        bytes32 holder = _holder(id, number);
        StatementWord statement = _statements[holder][number];
        _requireUntil(number, statement, terms.disputeDays);
        uint32 flag = claim < 0 ? CONSUMER_CLAIMS : PRODUCER_CLAIMS;
        require(statement.flags() & (flag | RESOLVED) == 0, AlreadyDisputed(number));

        uint256 known = _claimed(statement);
        uint256 size = _bits(claim);
        _statements[holder][number] =
            statement.flagged(flag | (size > known ? uint32((size ^ known) << CLAIM_PLACE) : 0));

        emit Disputed(id, number, msg.sender, claim, evidence);
    }

    /// @inheritdoc IPPARegistry
    function resolve(Terms calldata terms, uint16 number, int64 award, bytes32 reason) external {
        require(msg.sender == terms.arbiter, NotTheArbiter(msg.sender, terms.arbiter));
        (bytes32 id, Agreement memory agreement) = _loadBilled(terms);
        bytes32 holder = _holder(id, number);
        StatementWord statement = _statements[holder][number];
        _statements[holder][number] = _resolved(number, statement);
        _requireUntil(number, statement, 2 * uint256(terms.disputeDays));
        bool claimed = statement.flags() & (award < 0 ? CONSUMER_CLAIMS : PRODUCER_CLAIMS) != 0;
        bool within = award == 0 || claimed && _bits(award) <= _claimed(statement);
        require(within, AwardBeyondClaim(award));

        Account memory account = _accounts[id].unpack();
        _credit(agreement, account, award);
        if (agreement.status != Status.Ended) account.late += award * _daysLate(agreement, statement);
        _store(id, agreement, account);

        emit Resolved(id, number, award, reason);
    }

    /// @dev From when the statement fell due until the award does, with the statement after the next.
    function _daysLate(Agreement memory agreement, StatementWord statement) private pure returns (int256) {
        Day due = _dueAfter(_dueAfter(agreement.closedDay));
        return int256(uint256(Day.unwrap(due))) - int256(uint256(Day.unwrap(_dueAfter(statement.lastDay()))));
    }

    /// @dev The last day of the month after a month's last day.
    function _dueAfter(Day monthEnd) private pure returns (Day) {
        return Day.wrap(uint16(Calendar.monthEnd(Day.wrap(Day.unwrap(monthEnd) + 1))));
    }

    /// @dev How many bits the greater claim has.
    function _claimed(StatementWord statement) private pure returns (uint256) {
        return uint256(statement.flags()) >> CLAIM_PLACE & CLAIM_MASK;
    }

    function _requireUntil(uint256 number, StatementWord statement, uint256 days_) private view {
        uint256 deadline = uint256(Day.unwrap(statement.closedOn())) + days_;
        uint256 today = block.timestamp / 1 days;
        require(today <= deadline, NotDisputable(number, deadline, today));
    }

    /// @dev How many bits the size of some cents has.
    function _bits(int64 cents) private pure returns (uint256 bits) {
        for (uint256 size = uint64(cents < 0 ? -cents : cents); size > 0; size /= 2) {
            ++bits;
        }
    }
}
