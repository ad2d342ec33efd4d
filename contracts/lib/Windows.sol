// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Period} from "../../interfaces/IClause.sol";
import {IPPARegistry} from "../../interfaces/IPPARegistry.sol";
import {Statement} from "../../interfaces/registry/Structs.sol";
import {Calendar} from "./Calendar.sol";
import {DARK, darkMonths} from "./StatementFlags.sol";
import {Day} from "./Units.sol";

/// @notice Where what a period assesses starts.
struct Span {
    uint256 before; // the number of the last month before the window that is assessed
    uint256 number; // of the statement after whose record the span starts: `before`, or later where that is missing or dark
}

/// @title When windows of months are assessed, and what of a promise falls on them
/// @dev A window ends with every month of the life whose number is a multiple of the window. It is assessed with the first
/// period that is not dark from that month on, by the days from record to record: who keeps records back, or switches the meter
/// off, gains nothing. What of a window is open when the agreement ends is assessed so with the last period. For clauses only:
/// they read statements from their caller.
library Windows {
    /// @notice Whether something is assessed with this period. No statement is read for it.
    function isDue(Period calldata period, uint256 window) internal pure returns (bool) {
        if (period.last) return true;
        if (period.darkBefore == 0) return period.number % window == 0 && !period.dark;
        return !period.dark && period.number / window != _lastNotDark(period) / window;
    }

    /// @notice The span that a period assesses in which something is due, and the statement that it starts with.
    /// @dev One read where the month before the window was not dark. Reverts where its caller has no such statement.
    function spanOf(Period calldata period, uint256 window)
        internal
        view
        returns (Span memory span, Statement memory start)
    {
        uint256 notDark = _lastNotDark(period);
        span.before = notDark - notDark % window;
        uint256 first = span.before < period.opening ? period.opening : span.before;
        (span.number, start) = (first, statementOf(period, first));
        while (Day.unwrap(start.boundaryDay) == 0) {
            if (++span.number == period.number) {
                span.number = notDark;
                return (span, statementOf(period, notDark));
            }
            start = statementOf(period, span.number);
        }
        if (span.number > first) {
            // Before the meter's first record nothing is promised: the span starts with that record's month.
            uint256 unheard = span.number - darkMonths(start.flags) - (isDark(start) ? 0 : 1);
            if (unheard >= first) {
                span.number = unheard;
                return (span, statementOf(period, unheard));
            }
        }
        while (isDark(start)) {
            start = statementOf(period, ++span.number);
        }
    }

    /// @notice What of a window's energy falls on the span, by days, rounded down to the Wh.
    function partDown(uint256 energy, Period calldata period, uint256 window, Span memory span, Statement memory start)
        internal
        pure
        returns (uint256)
    {
        Day since = Day.unwrap(start.boundaryDay) == 0 ? start.lastDay : start.boundaryDay;
        // The span is the window: most periods need no calendar.
        bool whole = period.number == span.before + window && span.number == span.before;
        if (whole && !period.last && since == start.lastDay && period.boundaryDay == period.lastDay) return energy;
        Day first = Calendar.monthsBefore(period.firstDay, period.number - 1 - span.before);
        // It is the first of a month: only the end is asked for.
        // slither-disable-next-line unused-return
        (, uint256 end) = Calendar.term(first, uint16(window));
        uint256 days_ = period.boundaryDay < since ? 0 : Day.unwrap(period.boundaryDay) - Day.unwrap(since);
        return energy * days_ / (end + 1 - Day.unwrap(first));
    }

    /// @notice An earlier statement of the agreement, from the clause's caller.
    function statementOf(Period calldata period, uint256 number) internal view returns (Statement memory) {
        return IPPARegistry(msg.sender).statementOf(period.agreement, number);
    }

    function isDark(Statement memory statement) internal pure returns (bool) {
        return statement.flags & DARK != 0;
    }

    /// @dev The number of the last statement before the period that was not dark; the opening one counts as such, and any before
    /// the meter's first record.
    function _lastNotDark(Period calldata period) private pure returns (uint256) {
        return uint256(period.number) - 1 - period.darkBefore;
    }
}
