// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Day} from "./Units.sol";

/// @title The civil calendar of 1970-01-01 to 2149-06-06, the days that 16 bits hold
/// @dev Years are counted from 1 March, so that a leap day is the last of its year; and as 2100 is the only year of
/// the range in which the fourth-year rule fails, 29 February 2100 is counted as a day that nobody lived.
library Calendar {
    /// @dev Days from 1968-03-01, the start of a year that begins a cycle of four, to 1970-01-01.
    uint256 private constant BEFORE_1970 = 671;
    /// @dev 1 March 2100, and at the same time the number of the missing 29 February.
    uint256 private constant MARCH_2100 = 47_541;
    uint256 private constant FOUR_YEARS = 1461;

    /// @notice The last day of the month that `day` is in. June 2149 ends beyond 16 bits: hence the wide answer.
    function monthEnd(Day day) internal pure returns (uint256) {
        (uint256 year, uint256 month,) = _split(Day.unwrap(day));
        return _endOf(year, month);
    }

    /// @notice Whether a day is the first of a month.
    function isFirstOfMonth(Day day) internal pure returns (bool) {
        (, uint256 month, uint256 dayOfYear) = _split(Day.unwrap(day));
        return dayOfYear == (153 * month + 2) / 5;
    }

    /// @notice Whether `firstDay` is the first of a month, and the last day of the term of `months` that starts with
    /// its month; for the caller to judge whether that fits 16 bits.
    function term(Day firstDay, uint16 months) internal pure returns (bool isFirst, uint256 lastDay) {
        unchecked {
            (uint256 year, uint256 month, uint256 dayOfYear) = _split(Day.unwrap(firstDay));
            isFirst = dayOfYear == (153 * month + 2) / 5;
            month = month + months - 1;
            lastDay = _endOf(year + month / 12, month % 12);
        }
    }

    /// @notice The month that `day` is in, counted from March 1968.
    function monthOf(Day day) internal pure returns (uint256) {
        (uint256 year, uint256 month,) = _split(Day.unwrap(day));
        return 12 * year + month;
    }

    /// @notice The last day of the month before the one that ends on `monthEnd`; 0 where that would be before 1970.
    function monthEndBefore(Day monthEnd_) internal pure returns (uint256) {
        uint256 end = Day.unwrap(monthEnd_);
        (, uint256 month, uint256 dayOfYear) = _split(end);
        uint256 length = dayOfYear + 1 - (153 * month + 2) / 5;
        return end < length ? 0 : end - length;
    }

    /// @notice The first day of the month that lies `months` before the one that starts on `firstDay`.
    /// @dev Reverts by underflow where that would be before March 1968, and wraps below 1970: the caller has checked.
    function monthsBefore(Day firstDay, uint256 months) internal pure returns (Day) {
        uint256 end = monthOf(firstDay) - months - 1;
        return Day.wrap(uint16(_endOf(end / 12, end % 12) + 1));
    }

    /// @dev Years from March 1968, months from March, days from 1 March. Nothing overflows: `day` has 16 bits. Without
    /// checks a record costs 420 gas less; the calendar is compared with Python's on every day of its range.
    function _split(uint256 day) private pure returns (uint256 year, uint256 month, uint256 dayOfYear) {
        unchecked {
            uint256 shifted = day + BEFORE_1970;
            if (day >= MARCH_2100) ++shifted;
            uint256 quarters = 4 * shifted + 3;
            year = quarters / FOUR_YEARS;
            dayOfYear = quarters % FOUR_YEARS / 4;
            // The whole day of the year is wanted here, not its fraction.
            // slither-disable-next-line divide-before-multiply
            month = (5 * dayOfYear + 2) / 153;
        }
    }

    /// @dev The last day of a month of a year that is counted from March; `month` 11 is February. A year of the range
    /// has at least its first February behind 1970, so nothing goes below zero.
    function _endOf(uint256 year, uint256 month) private pure returns (uint256 day) {
        unchecked {
            day = month == 11 ? FOUR_YEARS * (year + 1) / 4 - 1 : FOUR_YEARS * year / 4 + (153 * month + 155) / 5 - 1;
            if (day >= MARCH_2100 + BEFORE_1970) --day;
            day -= BEFORE_1970;
        }
    }
}
