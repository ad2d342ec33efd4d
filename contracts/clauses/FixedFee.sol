// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClause, Period} from "../../interfaces/IClause.sol";
import {Calendar} from "../lib/Calendar.sol";
import {Money} from "../lib/Money.sol";
import {Day} from "../lib/Units.sol";

/// @title So much a month, whatever was measured: maintenance, or the rent of a roof if negative
/// @dev A month that ends early is charged by its days, half a cent away from zero. Each contract year's fee is last
/// year's rounded fee raised by `escalator`. A month without energy is charged as any other. Example: 31.00 EUR a month,
/// ended on 10 July: 10.00 EUR.
contract FixedFee is IClause {
    struct Params {
        int64 fee; // cents a month; positive: the consumer owes
        uint32 escalator; // parts per million a contract year
    }

    uint256 private constant LENGTH = 64;

    error FeeIsZero();
    /// @notice The fee of the last year would not fit a line.
    error FeeTooLarge(uint256 cents);

    /// @inheritdoc IClause
    function assess(Period calldata period, bytes calldata params) external pure returns (int256, bool) {
        Params memory p = abi.decode(params, (Params));
        uint256 size = _feeOfYear(p, Money.contractYear(period.number));
        uint256 days_ = uint256(Day.unwrap(period.lastDay)) + 1 - Day.unwrap(period.firstDay);
        uint256 daysOfMonth = Calendar.monthEnd(period.firstDay) + 1 - Day.unwrap(period.firstDay);
        uint256 cents = (2 * size * days_ + daysOfMonth) / (2 * daysOfMonth);

        return (p.fee < 0 ? -int256(cents) : int256(cents), false);
    }

    /// @inheritdoc IClause
    function check(Day, uint16 months, bytes calldata params) external pure returns (bytes4) {
        require(params.length == LENGTH, WrongLength(LENGTH, params.length));
        Params memory p = abi.decode(params, (Params));
        require(p.fee != 0, FeeIsZero());
        Money.requireBoundedGrowth(p.escalator, Money.contractYear(months));
        uint256 most = _feeOfYear(p, Money.contractYear(months));
        require(most <= uint48(type(int48).max), FeeTooLarge(most));

        return IClause.check.selector;
    }

    function _feeOfYear(Params memory p, uint256 year) private pure returns (uint256) {
        return Money.raisedHalfUp(uint256(p.fee < 0 ? -int256(p.fee) : int256(p.fee)), p.escalator, year);
    }
}
