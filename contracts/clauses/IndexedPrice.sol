// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClause, Period} from "../../interfaces/IClause.sol";
import {IIndex} from "../../interfaces/IIndex.sol";
import {Calendar} from "../lib/Calendar.sol";
import {Money} from "../lib/Money.sol";
import {Day, MicroPerKWh} from "../lib/Units.sol";

/// @title So much per kWh, following an index from contract year to contract year, between a floor and a cap
/// @dev price(y) = price × (1 + share × (I(y) − I(1)) / I(1)), half up to the millionth, at least `floor`, at most `cap`;
/// I(y) is the index of the month that lies `lag` months before contract year y of the life. A value that is not published
/// makes the month wait; where it has waited long enough, the value of the latest earlier contract year that has one is
/// taken as a substitute. I(1) has none. Example: 0.10 EUR, 80 % of an index that went from 100 to 105: 0.104 EUR; if
/// nothing is published for the year after, 0.104 EUR again, as a substitute.
contract IndexedPrice is IClause {
    struct Params {
        MicroPerKWh price; // of the first contract year
        IIndex index;
        uint8 lag; // months
        uint32 share; // of the price that follows the index, parts per million
        MicroPerKWh floor; // zero: none
        MicroPerKWh cap; // above zero; equal to the floor: a fixed price from the second year on
        uint8 base; // 0 self-consumption, 1 generation
    }

    uint256 private constant LENGTH = 224;
    uint8 private constant MOST_LAG = 24;

    error PriceIsZero();
    error NoIndex(address index);
    error LagTooLong(uint8 lag, uint8 most);
    /// @notice The index's first month would lie before 1970.
    error LagBefore1970(Day firstDay, uint8 lag);
    error ShareOutside(uint32 share);
    error CapIsZero();
    error FloorAboveCap(MicroPerKWh floor, MicroPerKWh cap);

    /// @inheritdoc IClause
    function assess(Period calldata period, bytes calldata params) external view returns (int256, bool) {
        Params memory p = abi.decode(params, (Params));
        (MicroPerKWh price, bool substituted) = _price(p, period);

        return (Money.centsHalfAwayFromZero(Money.energyOf(period, p.base), price), substituted);
    }

    /// @inheritdoc IClause
    function check(Day firstDay, uint16, bytes calldata params) external view returns (bytes4) {
        require(params.length == LENGTH, WrongLength(LENGTH, params.length));
        Params memory p = abi.decode(params, (Params));
        require(MicroPerKWh.unwrap(p.price) > 0, PriceIsZero());
        Money.requireBounded(p.price);
        require(address(p.index).code.length > 0, NoIndex(address(p.index)));
        require(p.lag <= MOST_LAG, LagTooLong(p.lag, MOST_LAG));
        require(Day.unwrap(firstDay) >= uint256(p.lag) * 31, LagBefore1970(firstDay, p.lag));
        require(p.share > 0 && p.share <= Money.MILLION, ShareOutside(p.share));
        require(MicroPerKWh.unwrap(p.cap) > 0, CapIsZero());
        require(MicroPerKWh.unwrap(p.floor) <= MicroPerKWh.unwrap(p.cap), FloorAboveCap(p.floor, p.cap));
        Money.requireBounded(p.cap);
        Money.requireBase(p.base);

        return IClause.check.selector;
    }

    /// @dev The first contract year's price is the agreed one; no index is asked for it.
    function _price(Params memory p, Period calldata period) private view returns (MicroPerKWh, bool) {
        uint256 year = Money.contractYear(period.number);
        if (year == 1) return (p.price, false);
        uint256 first = p.index.valueOf(_month(p, period, 1));
        (uint256 now_, uint256 found) = _latest(p, period, year, first);
        uint256 whole = Money.MILLION * first;
        uint256 moved = (Money.MILLION - p.share) * first + p.share * now_;
        uint256 price = (MicroPerKWh.unwrap(p.price) * moved + whole / 2) / whole;

        uint256 least = MicroPerKWh.unwrap(p.floor);
        uint256 most = MicroPerKWh.unwrap(p.cap);
        return (MicroPerKWh.wrap(uint64(price < least ? least : price > most ? most : price)), found < year);
    }

    /// @dev The index of a contract year, or, if the days of waiting are over, of the latest year before that has one; and
    /// of which year it is. That I(1) has just been read shows that a failure is the index's own: neither gas nor the depth
    /// of the stack is short.
    function _latest(Params memory p, Period calldata period, uint256 year, uint256 first)
        private
        view
        returns (uint256, uint256)
    {
        if (!period.waited) return (p.index.valueOf(_month(p, period, year)), year);
        for (uint256 y = year; y > 1; --y) {
            try p.index.valueOf(_month(p, period, y)) returns (uint64 value) {
                return (value, y);
            } catch {}
        }
        return (first, 1);
    }

    /// @dev The first day of the month whose index is a contract year's.
    function _month(Params memory p, Period calldata period, uint256 year) private pure returns (Day) {
        return Calendar.monthsBefore(period.firstDay, uint256(period.number) - 1 + p.lag - 12 * (year - 1));
    }
}
