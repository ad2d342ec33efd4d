// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IExit} from "../../interfaces/IExit.sol";
import {Account, Agreement, Clause, IPPARegistry, Status, Terms} from "../../interfaces/IPPARegistry.sol";
import {pack as packAccount} from "../lib/AccountWord.sol";
import {MeterWord} from "../lib/MeterWord.sol";
import {Day, Wh} from "../lib/Units.sol";
import {Closing} from "./Closing.sol";

/// @title Ends before the term's: by a clause, with notice to a lender; and the alarm of a silent meter
abstract contract Ending is Closing {
    /// @dev A meter behind a bad line is silent for days: then somebody should look.
    uint256 private constant SILENT_DAYS = 7;

    /// @inheritdoc IPPARegistry
    function notifyLender(Terms calldata terms, uint256 clause) external {
        (bytes32 id, Agreement memory agreement) = _loadByConsumer(terms);
        Day today = _today();
        (, address lender,) = _exitPrice(agreement, terms, clause, today);
        require(lender != address(0), NoLender(clause));

        Account memory account = _accounts[id].unpack();
        (account.noticeDay, account.noticeClause) = (today, uint8(clause));
        _accounts[id] = packAccount(account);

        emit Notified(id, lender, today, clause);
    }

    /// @inheritdoc IPPARegistry
    function exit(Terms calldata terms, uint256 clause) external {
        (bytes32 id, Agreement memory agreement) = _loadByConsumer(terms);
        Day today = _today();
        Account memory account = _accounts[id].unpack();
        MeterWord word = ledger.wordOf(terms.meter);
        _closeOpen(id, agreement, account, terms, uint256(Day.unwrap(word.day())) + 1, terms.disputeDays);
        require(agreement.periods < terms.months, TermOver(agreement.closedDay, word.day()));
        (uint256 price, address lender, uint16 cureDays) = _exitPrice(agreement, terms, clause, today);
        if (lender != address(0)) {
            Day notice = account.noticeDay;
            require(Day.unwrap(notice) > 0 && account.noticeClause == clause, LenderNotNotified(lender));
            bool cured = Day.unwrap(today) >= uint256(Day.unwrap(notice)) + cureDays;
            require(cured, CureNotOver(notice, cureDays, today));
        }

        emit Exited(id, clause, price);
        _credit(agreement, account, int256(price));
        _end(id, agreement, account, terms, word, terms.disputeDays);
    }

    /// @inheritdoc IPPARegistry
    function alarm(Terms calldata terms) external {
        (bytes32 id, Agreement memory agreement) = _load(terms, Status.Running);
        uint256 recorded = Day.unwrap(ledger.wordOf(terms.meter).day());
        uint256 closed = Day.unwrap(agreement.closedDay);
        if (closed == 0) closed = Day.unwrap(terms.firstDay) - 1;
        if (recorded < closed) recorded = closed;
        Day last = Day.wrap(uint16(recorded));
        require(block.timestamp / 1 days > recorded + SILENT_DAYS, NotSilent(last, SILENT_DAYS));
        Account memory account = _accounts[id].unpack();
        Day mark = Day.wrap(uint16(recorded) + 1);
        require(!(account.alarmDay == mark), AlreadyAlarmed(last));

        account.alarmDay = mark;
        _accounts[id] = packAccount(account);

        emit Silent(id, terms.meter, last);
    }

    /// @dev Ends an agreement whose open months are closed: a last statement up to the meter's last record, with the
    /// account's cents; where nothing was recorded since the last one, the cents go into the balance. A correction of energy
    /// waits for the record that bills it.
    function _end(
        bytes32 id,
        Agreement memory agreement,
        Account memory account,
        Terms calldata terms,
        MeterWord word,
        uint256 patience
    ) internal {
        bool measured = agreement.status == Status.Running && Day.unwrap(agreement.closedDay) > 0;
        Day recorded = word.day();
        if (measured && recorded > agreement.closedDay && agreement.periods < terms.months) {
            _close(id, agreement, account, terms, recorded, word, patience + ENDING);
        }
        if (measured && !(recorded < agreement.boundaryDay)) {
            bool billed = agreement.generation == int64(Wh.unwrap(word.generation()))
                && agreement.exported == int64(Wh.unwrap(word.exported()));
            require(billed, CorrectionNotBilled(agreement.generation, agreement.exported));
        }
        _finish(id, agreement, terms);
        _credit(agreement, account, account.cents);
        (account.cents, account.late) = (0, 0);
        _store(id, agreement, account);
    }

    function _loadByConsumer(Terms calldata terms) private view returns (bytes32 id, Agreement memory agreement) {
        require(msg.sender == terms.consumer, NotTheConsumer(msg.sender, terms.consumer));
        return _load(terms, Status.Running);
    }

    function _exitPrice(Agreement memory agreement, Terms calldata terms, uint256 index, Day today)
        private
        view
        returns (uint256 price, address lender, uint16 cureDays)
    {
        require(index < terms.clauses.length, NoExit(index, ""));
        Clause calldata clause = terms.clauses[index];
        (bool ok, bytes memory answer) =
            _ask(clause.rule, abi.encodeCall(IExit.exitPrice, (agreement.periods + 1, today, clause.params)));
        // An answer is equal or it is not: no clock decides it.
        // slither-disable-next-line incorrect-equality
        require(ok && answer.length == 96, NoExit(index, answer));
        (price, lender, cureDays) = abi.decode(answer, (uint256, address, uint16));
        require(price <= uint48(type(int48).max), NoExit(index, answer));
    }
}
