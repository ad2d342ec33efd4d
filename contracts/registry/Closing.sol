// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClause, Period} from "../../interfaces/IClause.sol";
import {Account, Agreement, Clause, IPPARegistry, Statement, Status, Terms} from "../../interfaces/IPPARegistry.sol";
import {pack as packAccount} from "../lib/AccountWord.sol";
import {pack as packAgreement} from "../lib/AgreementWord.sol";
import {Calendar} from "../lib/Calendar.sol";
import {MeterWord} from "../lib/MeterWord.sol";
import {LARGEST_BILLED_REGISTER, StatementWord, pack as packStatement} from "../lib/StatementWord.sol";
import {Day, Wh} from "../lib/Units.sol";
import {Book} from "./Book.sol";

/// @title From the ledger's word to a statement
abstract contract Closing is Book {
    /// @dev How far before the first day the opening record may be.
    uint256 private constant OPENING_MONTHS = 12;
    /// @dev More than any days of dispute.
    uint256 internal constant ENDING = 2 ** 16;

    /// @inheritdoc IPPARegistry
    function close(Terms calldata terms) external {
        (bytes32 id, Agreement memory agreement) = _load(terms, Status.Running);
        // Empty is meant: nothing is pending.
        // slither-disable-next-line uninitialized-local
        Account memory account;
        bool first = Day.unwrap(agreement.closedDay) == 0;
        if (first || agreement.pending) account = _accounts[id].unpack();
        if (first) {
            require(_open(id, agreement, account, terms), NoOpeningRecord(terms.meter, terms.firstDay));
        }
        Day lastDay = _nextMonthEnd(agreement);
        MeterWord word = ledger.atMonthEnd(terms.meter, lastDay);
        bool settles = _close(id, agreement, account, terms, lastDay, word, terms.disputeDays);
        if (agreement.periods == terms.months) _finish(id, agreement, terms);
        _agreements[id] = packAgreement(agreement);
        if (settles) _accounts[id] = packAccount(account);
    }

    /// @dev Takes the opening registers, the latest word at or before the day before the first, and keeps them as
    /// statement 0, where clauses find them.
    /// @return whether there is such a word; without one nothing changes
    function _open(bytes32 id, Agreement memory agreement, Account memory account, Terms calldata terms)
        internal
        returns (bool)
    {
        uint256 monthEnd = Day.unwrap(terms.firstDay) - 1;
        MeterWord word = MeterWord.wrap(0);
        for (uint256 i = 0; i < OPENING_MONTHS && monthEnd > 0 && word.isEmpty(); ++i) {
            word = ledger.atMonthEnd(terms.meter, Day.wrap(uint16(monthEnd)));
            monthEnd = Calendar.monthEndBefore(Day.wrap(uint16(monthEnd)));
        }
        if (word.isEmpty()) return false;

        agreement.closedDay = Day.wrap(Day.unwrap(terms.firstDay) - 1);
        agreement.boundaryDay = word.day();
        agreement.generation = int64(Wh.unwrap(word.generation()));
        agreement.exported = int64(Wh.unwrap(word.exported()));
        // Empty is meant.
        // slither-disable-next-line uninitialized-local
        Statement memory opening;
        (opening.generation, opening.exported) = (word.generation(), word.exported());
        opening.flags = agreement.boundaryDay < agreement.closedDay ? EARLY_BOUNDARY : 0;
        _keep(id, agreement, 0, opening);
        if (account.nextAct == 0) account.nextAct = 1;
        _accounts[id] = packAccount(account);
        return true;
    }

    /// @dev Opens what has records from its first day on, and closes the months that end before the day `until`: an end or a
    /// handover comes after all that anybody could have closed before it. The caller stores agreement and account.
    function _closeOpen(
        bytes32 id,
        Agreement memory agreement,
        Account memory account,
        Terms calldata terms,
        uint256 until,
        uint256 patience
    ) internal {
        if (agreement.status != Status.Running) return;
        bool opened = Day.unwrap(agreement.closedDay) > 0;
        if (!opened && until >= Day.unwrap(terms.firstDay)) opened = _open(id, agreement, account, terms);
        while (opened && agreement.periods < terms.months) {
            Day lastDay = _nextMonthEnd(agreement);
            if (Day.unwrap(lastDay) >= until) return;
            MeterWord word = ledger.atMonthEnd(terms.meter, lastDay);
            _close(id, agreement, account, terms, lastDay, word, patience + ENDING);
        }
    }

    /// @dev Closes the next period as it ends on `lastDay` with the meter's `word`, empty if the meter was silent. The
    /// caller stores the agreement, and the account if it was settled. A clause that fails is waited for until `patience`
    /// days after the period; with ENDING added, not if it gave nothing in the last statement either.
    function _close(
        bytes32 id,
        Agreement memory agreement,
        Account memory account,
        Terms calldata terms,
        Day lastDay,
        MeterWord word,
        uint256 patience
    ) internal returns (bool settles) {
        settles = account.cents != 0 || account.late != 0;
        uint256 excused = patience < ENDING ? 0 : _statements[id][agreement.periods].flags();
        (Period memory period, Statement memory statement) = _measure(id, agreement, terms, lastDay, word, account.late);
        int256[] memory lines = _assess(period, statement, terms, settles ? 1 : 0, patience % ENDING, excused);
        if (settles) {
            lines[lines.length - 1] = account.cents;
            statement.amount += account.cents;
            (account.cents, account.late, agreement.pending) = (0, 0, false);
        }
        agreement.balance += statement.amount;
        _requireBalance(agreement.balance);

        agreement.periods = period.number;
        _keep(id, agreement, period.number, statement);

        emit Closed(id, period.number, statement, agreement.balance, lines);
    }

    /// @dev No more statements; the caller stores the agreement.
    function _finish(bytes32 id, Agreement memory agreement, Terms calldata terms) internal {
        agreement.status = Status.Ended;
        if (_servedBy[terms.meter] == id) delete _servedBy[terms.meter];
        emit Ended(id);
    }

    /// @dev The last day of the month after what is closed.
    function _nextMonthEnd(Agreement memory agreement) internal pure returns (Day) {
        return Day.wrap(uint16(Calendar.monthEnd(Day.wrap(Day.unwrap(agreement.closedDay) + 1))));
    }

    /// @dev The next period as the ledger tells it, and its statement without money; moves the agreement's registers and
    /// days on to its end.
    function _measure(
        bytes32 id,
        Agreement memory agreement,
        Terms calldata terms,
        Day lastDay,
        MeterWord word,
        int256 late
    ) private view returns (Period memory period, Statement memory statement) {
        StatementWord before = _statements[id][agreement.periods];
        period.firstDay = Day.wrap(Day.unwrap(agreement.closedDay) + 1);
        if (word.isEmpty()) {
            statement.flags = DARK;
        } else {
            (period.generation, period.exported) = _since(agreement, word, terms.maxPower);
            agreement.boundaryDay = word.day();
        }
        if (agreement.boundaryDay < lastDay) statement.flags |= EARLY_BOUNDARY;
        agreement.closedDay = lastDay;

        (period.agreement, period.number, period.months) = (id, agreement.periods + 1, terms.months);
        (period.lastDay, period.boundaryDay) = (lastDay, agreement.boundaryDay);
        unchecked {
            // Both have 44 bits: they cannot wrap.
            period.generationRegister = Wh.wrap(Wh.unwrap(before.generation()) + Wh.unwrap(period.generation));
            period.exportedRegister = Wh.wrap(Wh.unwrap(before.exported()) + Wh.unwrap(period.exported));
        }
        bool fits = Wh.unwrap(period.generationRegister) <= LARGEST_BILLED_REGISTER
            && Wh.unwrap(period.exportedRegister) <= LARGEST_BILLED_REGISTER;
        require(fits, BilledTooMuch(period.generationRegister, period.exportedRegister));
        period.balance = agreement.balance;
        period.overdue = _overdue(agreement.balance - before.amount(), period) + late;
        (statement.generation, statement.exported) = (period.generationRegister, period.exportedRegister);
    }

    /// @dev A statement falls due with the end of the next month: all but the last one's amount is in arrears each day of
    /// the period. A credit bears no interest.
    function _overdue(int256 due, Period memory period) private pure returns (int256) {
        if (due <= 0) return 0;
        unchecked {
            // 58 bits times 16 at most.
            return due * int256(uint256(Day.unwrap(period.lastDay)) + 1 - Day.unwrap(period.firstDay));
        }
    }

    /// @dev The energy since what was billed, refused if the plant cannot have made it. Where an act took more away than
    /// the meter has counted since, nothing is billed and the rest is carried.
    function _since(Agreement memory agreement, MeterWord word, uint64 maxPower)
        private
        pure
        returns (Wh generation, Wh exported)
    {
        int64 more = int64(Wh.unwrap(word.generation())) - agreement.generation;
        if (more > 0) {
            (generation, agreement.generation) = (Wh.wrap(uint64(more)), int64(Wh.unwrap(word.generation())));
        }
        more = int64(Wh.unwrap(word.exported())) - agreement.exported;
        if (more > 0) (exported, agreement.exported) = (Wh.wrap(uint64(more)), int64(Wh.unwrap(word.exported())));
        uint256 elapsed = 24 * (uint256(Day.unwrap(word.day())) - Day.unwrap(agreement.boundaryDay));
        uint256 most = maxPower * elapsed;
        bool possible = Wh.unwrap(generation) <= most && Wh.unwrap(exported) <= most;
        require(possible, EnergyImpossible(Wh.unwrap(generation), Wh.unwrap(exported), most));
    }

    /// @dev Asks each clause for its line, and leaves room for `more` lines. One that still fails `patience` days after the
    /// period's end gives nothing, and a flag; or at once if `excused`, a statement's flags, names it. Only a transaction's
    /// sender may say so: who calls from deep in the stack could let a good clause fail.
    function _assess(
        Period memory period,
        Statement memory statement,
        Terms calldata terms,
        uint256 more,
        uint256 patience,
        uint256 excused
    ) private view returns (int256[] memory lines) {
        Clause[] calldata clauses = terms.clauses;
        lines = new int256[](clauses.length + more);
        for (uint256 i = 0; i < clauses.length; ++i) {
            Clause calldata clause = clauses[i];
            (bool ok, bytes memory answer) = _ask(clause.rule, abi.encodeCall(IClause.assess, (period, clause.params)));
            // An answer is equal or it is not: no clock decides it.
            // slither-disable-next-line incorrect-equality
            int256 line = ok && answer.length == 32 ? abi.decode(answer, (int256)) : type(int256).max;
            // slither-disable-next-line incorrect-equality
            if (line == int48(line)) {
                lines[i] = line;
                statement.amount += line;
            } else {
                // Who pays for the gas is asked, not who has a right.
                // slither-disable-next-line tx-origin
                bool outermost = msg.sender == tx.origin; // solhint-disable-line avoid-tx-origin
                bool waited = outermost && block.timestamp / 1 days > Day.unwrap(period.lastDay) + patience;
                require(waited || excused & (0x10000 << i) != 0, ClauseFailed(i, answer));
                statement.flags |= CLAUSE_FAILED | uint32(0x10000 << i);
            }
        }
    }

    /// @dev Stores a statement of the days and in the block of now.
    function _keep(bytes32 id, Agreement memory agreement, uint256 number, Statement memory statement) private {
        (statement.lastDay, statement.boundaryDay) = (agreement.closedDay, agreement.boundaryDay);
        (statement.closedOn, statement.closedAt) = (_today(), uint32(block.number));
        _statements[id][number] = packStatement(statement);
    }
}
