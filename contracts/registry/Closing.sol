// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClause, Period} from "../../interfaces/IClause.sol";
import {IClosing} from "../../interfaces/registry/IClosing.sol";
import {Account, Agreement, Clause, Statement, Status, Terms} from "../../interfaces/registry/Structs.sol";
import {Calendar} from "../lib/Calendar.sol";
import {MeterWord} from "../lib/MeterWord.sol";
import {
    CLAUSE_FAILED,
    DARK,
    EARLY_BOUNDARY,
    IMPOSSIBLE,
    LAST,
    SILENT,
    SUBSTITUTED,
    clauseBit,
    darkRun,
    withDarkMonths
} from "../lib/StatementFlags.sol";
import {LARGEST_BILLED, StatementWord, pack as packStatement} from "../lib/StatementWord.sol";
import {Day, Wh} from "../lib/Units.sol";
import {Asking} from "./Asking.sol";
import {Entry} from "./Book.sol";
import {Serving} from "./Serving.sol";

/// @dev How a period is closed.
struct Manner {
    Day lastDay;
    MeterWord word; // the meter's, at the end; empty: nothing is taken from it
    bool silent; // the meter said nothing of the period's end
    bool last; // the agreement ends with it
    uint256 patience; // the days after the period's end in which a clause that fails is waited for
    bool excuses; // but not one that failed in the last statement too
    bool handsOver; // a successor goes on: no period of it is the last
}

/// @title From the ledger's word to a statement
abstract contract Closing is Asking, Serving {
    /// @dev Where `params` stand in the arguments of `assess`, behind the 17 words of a period and their own place.
    uint256 private constant PARAMS_PLACE = 18 * 32;
    /// @dev Where `waited` stands in a call of `assess`: the selector and ten words come before.
    uint256 private constant WAITED_PLACE = 4 + 10 * 32;
    /// @dev Whether a clause's line rests on a substitute, as it answers; any other answer is none.
    uint256 private constant GIVEN = 0;
    uint256 private constant SUBSTITUTE = 1;
    uint256 private constant NOTHING = 2;

    /// @dev Closes the next month, and ends the agreement with its last one. The account was read if something is pending.
    /// The caller stores.
    function _closeMonth(Entry memory e, Terms calldata terms, Manner memory m) internal {
        m.last = !m.handsOver && _nextNumber(e.agreement) == terms.months;
        _close(e, terms, m);
        if (m.last) _finish(e, terms);
    }

    /// @dev The meter's word of the next month's end. Reverts while it is not settled and the meter not silent for long.
    function _atMonthEnd(Entry memory e, Terms calldata terms, Manner memory m) internal view {
        m.lastDay = _nextMonthEnd(e.agreement);
        m.silent = _isDark(e, terms, m.lastDay);
        if (m.silent) return;
        require(e.agreement.status == Status.Running, IClosing.NotDarkYet(m.lastDay, DARK_DAYS, _today()));
        m.word = ledger.atMonthEnd(terms.meter, m.lastDay);
    }

    /// @dev Whether a month ended long ago, and the meter that serves has said nothing of its end or after.
    function _isDark(Entry memory e, Terms calldata terms, Day lastDay) private view returns (bool) {
        if (!_isOver(lastDay, DARK_DAYS)) return false;
        return e.agreement.status != Status.Running || ledger.wordOf(terms.meter).day() < lastDay;
    }

    /// @dev Closes the months that anybody could close by `word`, the last of the meter: those that end by its day, and the
    /// dark ones. The caller stores.
    function _closeOpen(Entry memory e, Terms calldata terms, Manner memory m, MeterWord word) internal {
        while (_goesOn(e.agreement) && e.agreement.periods < terms.months) {
            m.lastDay = _nextMonthEnd(e.agreement);
            m.silent = _isDark(e, terms, m.lastDay);
            if (!m.silent && m.lastDay > word.day()) return;
            m.word = m.silent ? MeterWord.wrap(0) : ledger.atMonthEnd(terms.meter, m.lastDay);
            _closeMonth(e, terms, m);
        }
    }

    /// @dev The word of a meter that serves; empty if none does.
    function _lastWord(Entry memory e, Terms calldata terms) internal view returns (MeterWord) {
        return e.agreement.status == Status.Running ? ledger.wordOf(terms.meter) : MeterWord.wrap(0);
    }

    /// @dev Ends an agreement whose open months are closed, with a last period up to the meter's last record: it may have no day
    /// of its own. The caller stores.
    function _end(Entry memory e, Terms calldata terms, Manner memory m, MeterWord word) internal {
        m.lastDay = word.day() > e.agreement.closedThrough ? word.day() : e.agreement.closedThrough;
        m.word = word.day() > e.agreement.boundaryDay ? word : MeterWord.wrap(0);
        m.silent = e.agreement.status != Status.Running;
        m.last = true;
        e.agreement.pending = _isPending(e.account);
        _close(e, terms, m);
        _finish(e, terms);
    }

    /// @dev No more statements, and the meter is free; the caller stores.
    function _finish(Entry memory e, Terms calldata terms) internal {
        _free(e.id, e.agreement, terms);
        e.agreement.status = Status.Ended;
        emit IClosing.Ended(e.id, e.agreement.balance);
    }

    function _nextMonthEnd(Agreement memory agreement) internal pure returns (Day) {
        return Day.wrap(uint16(Calendar.monthEnd(_nextDay(agreement))));
    }

    /// @dev Of what goes on: it has a month left, and its days fit 16 bits.
    function _nextDay(Agreement memory agreement) private pure returns (Day) {
        unchecked {
            return Day.wrap(Day.unwrap(agreement.closedThrough) + 1);
        }
    }

    function _nextNumber(Agreement memory agreement) private pure returns (uint16) {
        unchecked {
            return agreement.periods + 1;
        }
    }

    /// @dev Closes the next period.
    function _close(Entry memory e, Terms calldata terms, Manner memory m) internal {
        (Agreement memory agreement, Account memory account) = (e.agreement, e.account);
        StatementWord before = _opened(e, terms, m);
        (bytes memory request, Period memory period) = _newRequest();
        Statement memory statement = _measure(e, terms, m, before, period);
        int256[] memory lines = _assess(e, terms, m, request, statement, before.flags());
        unchecked {
            // 17 lines of 48 bits, and a balance of 56.
            if (account.cents != 0) {
                lines[lines.length - 1] = account.cents;
                statement.amount += account.cents;
            }
            agreement.balance += statement.amount;
        }
        (account.cents, account.lateCentDays) = (0, 0);
        if (agreement.pending) agreement.pending = account.generation != 0 || account.exported != 0;
        _requireBalance(agreement.balance);

        (agreement.periods, agreement.closedThrough) = (period.number, m.lastDay);
        _keep(e, period.number, statement);

        emit IClosing.Closed(e.id, period.number, statement, agreement.balance, lines);
    }

    /* ENERGY */

    /// @dev The statement before the next period. Before the first one the opening statement is kept, where clauses find it;
    /// and a meter that was not heard of yet opens with its registers.
    function _opened(Entry memory e, Terms calldata terms, Manner memory m) private returns (StatementWord before) {
        Agreement memory agreement = e.agreement;
        before = _statements[e.root][agreement.periods];
        if (Day.unwrap(agreement.boundaryDay) == 0 && !m.silent) {
            MeterWord word = ledger.openingAt(terms.meter, _lastLit(e.root, e.agreement));
            if (!word.isEmpty() && word.day() <= m.lastDay) _take(agreement, word);
        }
        if (!before.isEmpty()) return before;

        // Empty is meant.
        // slither-disable-next-line uninitialized-local
        Statement memory opening;
        opening.lastDay = agreement.closedThrough;
        if (Day.unwrap(agreement.boundaryDay) > 0 && agreement.boundaryDay <= opening.lastDay) {
            (opening.generation, opening.exported) = (agreement.generation, agreement.exported);
            opening.boundaryDay = agreement.boundaryDay;
            if (opening.boundaryDay < opening.lastDay) opening.flags = EARLY_BOUNDARY;
        }
        before = _keep(e, agreement.periods, opening);
        emit IClosing.Opened(e.id, agreement.periods, opening);
    }

    /// @dev The next period as the ledger has it, and its statement without money; moves the registers on to its end.
    function _measure(Entry memory e, Terms calldata terms, Manner memory m, StatementWord before, Period memory period)
        private
        pure
        returns (Statement memory statement)
    {
        Agreement memory agreement = e.agreement;
        Day boundaryDay = before.boundaryDay();
        period.firstDay = _nextDay(agreement);
        period.dark = m.word.isEmpty();
        uint32 flags = 0;
        uint256 run = darkRun(before.flags());
        if (Day.unwrap(boundaryDay) > 0) {
            period.darkBefore = uint16(run);
        } else if (Day.unwrap(agreement.boundaryDay) > 0) {
            run = _runSince(agreement.boundaryDay, period.firstDay, run);
            period.darkBefore = uint16(run);
            flags = withDarkMonths(0, run);
        }
        if (period.dark) flags = withDarkMonths(m.silent ? DARK | SILENT : DARK, run + 1);
        else if (!_count(agreement, m.word, terms.maxPower, period)) flags |= IMPOSSIBLE;
        if (agreement.pending) _correct(e.account, period);
        if (Day.unwrap(agreement.boundaryDay) > 0) boundaryDay = agreement.boundaryDay;
        if (boundaryDay < m.lastDay) flags |= EARLY_BOUNDARY;
        if (m.last) flags |= LAST;

        (period.agreement, period.number, period.months) = (e.id, _nextNumber(agreement), terms.months);
        (period.lastDay, period.boundaryDay, period.last) = (m.lastDay, boundaryDay, m.last);
        unchecked {
            // The life's months begin with 1; registers have 44 bits: they cannot wrap.
            period.opening = terms.firstMonth - 1;
            period.generationRegister = Wh.wrap(Wh.unwrap(before.generation()) + Wh.unwrap(period.generation));
            period.exportedRegister = Wh.wrap(Wh.unwrap(before.exported()) + Wh.unwrap(period.exported));
        }
        // The largest one is all ones: no bit of either stands above them.
        uint256 bitsOfBoth = Wh.unwrap(period.generationRegister) | Wh.unwrap(period.exportedRegister);
        require(
            bitsOfBoth <= LARGEST_BILLED, IClosing.BilledTooMuch(period.generationRegister, period.exportedRegister)
        );
        period.balance = agreement.balance;
        unchecked {
            // 56 bits less 56, times 16, and 72.
            period.overdueCentDays = e.account.lateCentDays + _overdue(agreement.balance - before.amount(), period);
        }
        (statement.generation, statement.exported) = (period.generationRegister, period.exportedRegister);
        (statement.lastDay, statement.boundaryDay, statement.flags) = (m.lastDay, boundaryDay, flags);
    }

    /// @dev Of the run of dark months before `firstDay` those that end after the opening record: what it opens is of them too.
    function _runSince(Day opening, Day firstDay, uint256 run) private pure returns (uint256) {
        if (run == 0 || firstDay <= opening) return 0;
        uint256 months = Calendar.monthOf(firstDay) - Calendar.monthOf(Day.wrap(Day.unwrap(opening) + 1));
        return months < run ? months : run;
    }

    /// @dev What the meter counted since the last boundary: passed over where the plant cannot have made it.
    function _count(Agreement memory agreement, MeterWord word, uint256 maxPower, Period memory period)
        private
        pure
        returns (bool possible)
    {
        uint64 generation;
        uint64 exported;
        uint256 most;
        unchecked {
            // A meter's registers and days never go back (MeterLedger); 64 bits times 21: 180 gas less a close.
            generation = Wh.unwrap(word.generation()) - Wh.unwrap(agreement.generation);
            exported = Wh.unwrap(word.exported()) - Wh.unwrap(agreement.exported);
            most = 24 * maxPower * (uint256(Day.unwrap(word.day())) - Day.unwrap(agreement.boundaryDay));
        }
        possible = generation <= most && exported <= most;
        if (possible) (period.generation, period.exported) = (Wh.wrap(generation), Wh.wrap(exported));
        _take(agreement, word);
    }

    /// @dev The meter's registers and their day become those up to which energy was counted.
    function _take(Agreement memory agreement, MeterWord word) private pure {
        (agreement.generation, agreement.exported) = (word.generation(), word.exported());
        agreement.boundaryDay = word.day();
    }

    /// @dev Adds the corrections that wait. Where more was taken away than was counted, nothing is billed and the rest waits.
    function _correct(Account memory account, Period memory period) private pure {
        (period.generation, account.generation) = _corrected(period.generation, account.generation);
        (period.exported, account.exported) = _corrected(period.exported, account.exported);
    }

    function _corrected(Wh counted, int64 correction) private pure returns (Wh billed, int64 rest) {
        int64 sum = int64(Wh.unwrap(counted)) + correction;
        return sum < 0 ? (Wh.wrap(0), sum) : (Wh.wrap(uint64(sum)), int64(0));
    }

    /* MONEY */

    /// @dev A statement falls due with the end of the next month: all but the last one's amount is in arrears each day of
    /// the period. A credit bears no interest.
    function _overdue(int256 due, Period memory period) private pure returns (int256) {
        if (due <= 0) return 0;
        unchecked {
            // 58 bits times 16 at most.
            return due * int256(uint256(Day.unwrap(period.lastDay)) + 1 - Day.unwrap(period.firstDay));
        }
    }

    /// @dev Asks each clause for its line, and leaves room for that of acts. One that still fails when it was waited for long
    /// enough gives nothing, and a flag. Only a transaction's sender may say so: who calls from deep in the stack could let a
    /// good clause fail.
    function _assess(
        Entry memory e,
        Terms calldata terms,
        Manner memory m,
        bytes memory request,
        Statement memory statement,
        uint32 flagsBefore
    ) private view returns (int256[] memory lines) {
        Clause[] calldata clauses = terms.clauses;
        lines = new int256[](e.account.cents == 0 ? clauses.length : clauses.length + 1);
        // Who pays for the gas is asked, not who has a right.
        // slither-disable-next-line tx-origin
        bool outermost = msg.sender == tx.origin; // solhint-disable-line avoid-tx-origin
        bool waited = outermost && _isOver(m.lastDay, m.patience);
        bool excuses = m.excuses && e.agreement.periods > _inherited[e.id];
        for (uint256 i = 0; i < clauses.length; ++i) {
            bool late = waited || (excuses && flagsBefore & clauseBit(i) != 0);
            (int256 line, uint256 answered) = _line(clauses[i], request, late);
            if (answered != GIVEN) {
                if (!late) revert IClosing.ClauseFailed(i, _answer());
                if (answered != SUBSTITUTE) line = 0;
                statement.flags |= clauseBit(i) | (answered == SUBSTITUTE ? SUBSTITUTED : CLAUSE_FAILED);
            }
            lines[i] = line;
            unchecked {
                statement.amount += line; // of 48 bits each
            }
        }
    }

    /// @dev A call of `assess`, with the period behind its selector: there it is filled in, as encoding it costs 400 gas. Behind it
    /// is room for the parameters of any clause, which are shorter than the calldata.
    function _newRequest() private pure returns (bytes memory request, Period memory period) {
        (bytes4 selector, uint256 place) = (IClause.assess.selector, PARAMS_PLACE);
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            request := mload(0x40)
            mstore(0x40, add(request, and(add(calldatasize(), add(place, 0x9f)), not(0x1f))))
            mstore(request, add(place, 4))
            mstore(add(request, 0x20), selector)
            period := add(request, 0x24)
            calldatacopy(period, calldatasize(), place)
            mstore(add(period, sub(place, 0x20)), place)
        }
    }

    /// @dev A clause's line, and whether it is given, a substitute, or none. In assembly, as the request is the same for all
    /// clauses but for its end, and of an answer no more than its 64 bytes is read: 1,000 gas less a clause.
    function _line(Clause calldata clause, bytes memory request, bool waited)
        private
        view
        returns (int256 line, uint256 answered)
    {
        _requireGas();
        (address rule, bytes calldata params) = (clause.rule, clause.params);
        (uint256 callGas, uint256 waitedPlace) = (CALL_GAS, WAITED_PLACE);
        answered = NOTHING;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let data := add(request, 0x20)
            mstore(add(data, waitedPlace), waited)
            let end := add(data, mload(request))
            mstore(end, params.length)
            end := add(end, 0x20)
            calldatacopy(end, params.offset, params.length)
            end := add(end, params.length)
            mstore(end, 0)
            end := add(end, and(sub(0, params.length), 31))
            if staticcall(callGas, rule, data, sub(end, data), 0, 0x40) {
                if eq(returndatasize(), 0x40) {
                    line := mload(0)
                    answered := mload(0x20)
                }
            }
        }
        // What fits is equal to itself cut short: no clock decides it.
        // slither-disable-next-line incorrect-equality
        if (line != int48(line)) answered = NOTHING;
    }

    function _requireBalance(int256 balance) internal pure {
        // What fits is equal to itself cut short: no clock decides it.
        // slither-disable-next-line incorrect-equality
        require(balance == int56(balance), IClosing.BalanceTooLarge(balance));
    }

    /// @dev Stores a statement in the block of now.
    function _keep(Entry memory e, uint256 number, Statement memory statement) private returns (StatementWord word) {
        (statement.closedOn, statement.closedBlock) = (_today(), uint32(block.number));
        word = packStatement(statement);
        _statements[e.root][number] = word;
    }
}
