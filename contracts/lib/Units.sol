// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Active energy, in watt-hours.
type Wh is uint64;

/// @notice A civil day in the plant's time zone, counted from 1970-01-01 (day 0).
type Day is uint16;

/// @notice A day in Greenwich, counted from 1970-01-01 (day 0): a block's timestamp divided by 86,400.
type UtcDay is uint16;

/// @notice A price, in millionths of a currency unit per kilowatt-hour.
type MicroPerKWh is uint64;

using {whAtLeast as >=} for Wh global;
using {dayAfter as >, dayBefore as <, dayAtMost as <=, sameDay as ==} for Day global;
using {utcDayAtMost as <=} for UtcDay global;

function whAtLeast(Wh a, Wh b) pure returns (bool) {
    return Wh.unwrap(a) >= Wh.unwrap(b);
}

function dayAfter(Day a, Day b) pure returns (bool) {
    return Day.unwrap(a) > Day.unwrap(b);
}

function dayBefore(Day a, Day b) pure returns (bool) {
    return Day.unwrap(a) < Day.unwrap(b);
}

function dayAtMost(Day a, Day b) pure returns (bool) {
    return Day.unwrap(a) <= Day.unwrap(b);
}

function sameDay(Day a, Day b) pure returns (bool) {
    return Day.unwrap(a) == Day.unwrap(b);
}

function utcDayAtMost(UtcDay a, UtcDay b) pure returns (bool) {
    return UtcDay.unwrap(a) <= UtcDay.unwrap(b);
}
