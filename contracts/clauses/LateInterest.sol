// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClause, Period} from "../../interfaces/IClause.sol";
import {Money} from "../lib/Money.sol";
import {Day} from "../lib/Units.sol";

/// @title Simple interest on what was in arrears, interest that fell due itself included, by the day
/// @dev I = A × r × days / 365 (or 360), with A × days summed by the registry as `overdueCentDays`. Example: 1,000.00 EUR
/// 30 days late at 8 %: 100,000 × 30 × 0.08 / 365 = 657.53 cents: 6.58 EUR.
contract LateInterest is IClause {
    struct Params {
        uint32 rate; // parts per million a year
        uint16 dayCount; // 365 or 360
    }

    uint256 private constant LENGTH = 64;

    error RateOutside(uint32 rate);
    error UnknownDayCount(uint16 dayCount);

    /// @inheritdoc IClause
    function assess(Period calldata period, bytes calldata params) external pure returns (int256, bool) {
        Params memory p = abi.decode(params, (Params));
        int256 overdue = period.overdueCentDays;
        uint256 size = uint256(overdue < 0 ? -overdue : overdue);
        uint256 year = Money.MILLION * p.dayCount;
        uint256 cents = (2 * size * p.rate + year) / (2 * year);

        return (overdue < 0 ? -int256(cents) : int256(cents), false);
    }

    /// @inheritdoc IClause
    function check(Day, uint16, bytes calldata params) external pure returns (bytes4) {
        require(params.length == LENGTH, WrongLength(LENGTH, params.length));
        Params memory p = abi.decode(params, (Params));
        require(p.rate > 0 && p.rate <= Money.MILLION, RateOutside(p.rate));
        require(p.dayCount == 365 || p.dayCount == 360, UnknownDayCount(p.dayCount));

        return IClause.check.selector;
    }
}
