// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClause, Period} from "../../interfaces/IClause.sol";
import {Calendar} from "../lib/Calendar.sol";
import {Money} from "../lib/Money.sol";
import {Day, MicroPerKWh} from "../lib/Units.sol";

/// @title So much per kWh up to a share of the expected energy, another price above it
/// @dev In place of an energy charge; one rounding for both parts. Idaho Power's firm energy form pays 110 % of the
/// estimate at the contract's price and the rest at a lower one. The expectation falls each contract year, and is pro rata
/// by days in a month that ends early. That of dark months counts for the record that follows them: the meter's silence
/// makes nothing dearer or cheaper. Example: 10,000 kWh expected, 110 %, 0.10 and 0.06 EUR, 12,000 kWh made:
/// 11,000 × 0.10 + 1,000 × 0.06 = 1,160.00 EUR; 24,000 made after a dark month: 22,000 × 0.10 + 2,000 × 0.06 = 2,320.00 EUR.
contract ExcessEnergy is IClause {
    struct Params {
        MicroPerKWh price; // of the first contract year
        uint32 escalator; // of `price`, parts per million a contract year
        MicroPerKWh excessPrice; // of every year
        uint32 share; // of the expected energy that has the first price, parts per million
        uint32 degradation; // of the expected energy, parts per million a contract year
        uint8 base; // 0 self-consumption, 1 generation
        uint64[12] expected; // Wh of the first year's months, from the first month of the life
    }

    uint256 private constant LENGTH = 576;
    uint32 private constant MOST_SHARE = 10_000_000;

    error PriceIsZero();
    error ShareOutside(uint32 share);
    error DegradationTooLarge(uint32 degradation);
    /// @notice More than 40 bits of Wh a month: no register could reach it.
    error ExpectedTooLarge(uint256 month, uint64 energy);
    error NothingExpected();

    /// @inheritdoc IClause
    function assess(Period calldata period, bytes calldata params) external pure returns (int256, bool) {
        Params memory p = abi.decode(params, (Params));
        MicroPerKWh price = Money.escalatedHalfUp(p.price, p.escalator, Money.contractYear(period.number));
        int256 energy = Money.energyOf(period, p.base);
        int256 most = int256(_limit(p, period));
        int256 excess = energy > most ? energy - most : int256(0);

        return (Money.centsHalfAwayFromZero(energy - excess, price, excess, p.excessPrice), false);
    }

    /// @inheritdoc IClause
    function check(Day, uint16 months, bytes calldata params) external pure returns (bytes4) {
        require(params.length == LENGTH, WrongLength(LENGTH, params.length));
        Params memory p = abi.decode(params, (Params));
        require(MicroPerKWh.unwrap(p.price) > 0, PriceIsZero());
        Money.requireBounded(p.price, p.escalator, Money.contractYear(months));
        Money.requireBounded(p.excessPrice);
        require(p.share > 0 && p.share <= MOST_SHARE, ShareOutside(p.share));
        require(p.degradation < Money.MILLION, DegradationTooLarge(p.degradation));
        Money.requireBase(p.base);
        uint256 sum = 0;
        for (uint256 m = 0; m < 12; ++m) {
            require(p.expected[m] <= type(uint40).max, ExpectedTooLarge(m, p.expected[m]));
            sum += p.expected[m];
        }
        require(sum > 0, NothingExpected());

        return IClause.check.selector;
    }

    /// @dev What has the first price: of the period and of the dark months right before, each rounded down to the Wh.
    function _limit(Params memory p, Period calldata period) private pure returns (uint256 limit) {
        uint16 from = period.number - period.darkBefore;
        for (uint16 number = from; number < period.number; ++number) {
            limit += _expected(p, from, number) * p.share / Money.MILLION;
        }
        uint256 days_ = uint256(Day.unwrap(period.lastDay)) + 1 - Day.unwrap(period.firstDay);
        uint256 daysOfMonth = Calendar.monthEnd(period.firstDay) + 1 - Day.unwrap(period.firstDay);
        limit += _expected(p, from, period.number) * p.share * days_ / (Money.MILLION * daysOfMonth);
    }

    /// @dev What is expected in a month, for one month after the other `from` the first: after a year each is one step of
    /// degradation from the same month of the year before, which `p.expected` then has.
    function _expected(Params memory p, uint256 from, uint16 number) private pure returns (uint256 energy) {
        uint256 month = (uint256(number) - 1) % 12;
        uint256 year = number < from + 12 ? Money.contractYear(number) : 2;
        energy = Money.degradedDown(p.expected[month], p.degradation, year);
        p.expected[month] = uint64(energy);
    }
}
