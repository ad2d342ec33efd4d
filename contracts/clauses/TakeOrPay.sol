// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClause, Period} from "../../interfaces/IClause.sol";
import {Statement} from "../../interfaces/registry/Structs.sol";
import {Money} from "../lib/Money.sol";
import {Day, MicroPerKWh, Wh} from "../lib/Units.sol";
import {Span, Windows} from "../lib/Windows.sol";

/// @title The consumer takes so much energy every so many months or pays for it, and may take what it paid for later
/// @dev Beside an energy charge. Windows do not overlap; `Windows` says when each is assessed. What was consumed below the
/// minimum M, by days where the span is not a whole window, is paid; what is consumed above it later is free until the bank is used up: bank(k) is the largest shortfall
/// of any run of up to `makeUp` windows that ends with window k, max over j of j × M − (consumption of the last j),
/// so that it is read from two registers a window and nothing is stored. Example: M 1,000 kWh at 0.10 EUR, 600 kWh taken:
/// +40.00; then 1,300 taken: −30.00; then 1,300 again: −10.00, and the bank is empty.
/// @dev A window that ended in a dark month is no start of a run: the bank is the largest of the others.
/// @dev Warning: after an amendment that goes on with the numbering the bank looks back at windows before it, by its minimum.
/// Of what was before the opening statement nothing is known: an agreement that begins in month n of its life, or anew on
/// other terms, begins with an empty bank, to which a window that began before the opening adds nothing.
contract TakeOrPay is IClause {
    struct Params {
        uint64 minimum; // Wh a window
        uint16 window; // months
        uint16 makeUp; // windows that a right to make-up energy lasts; zero: none
        MicroPerKWh price; // of the first contract year
        uint32 escalator; // parts per million a contract year
    }

    uint256 private constant LENGTH = 160;
    /// @dev Each window is a call of some 4,500 gas, of the 500,000 that a clause has, however often the agreement was amended;
    /// and so is each dark month between the end of a window and the next record.
    uint16 private constant MOST_MAKE_UP = 24;

    error MinimumIsZero();
    error PriceIsZero();
    error WindowOutsideTerm(uint16 window, uint16 months);
    error MakeUpTooLong(uint16 makeUp, uint16 most);
    /// @notice The line of a window without any consumption would not fit.
    error LineTooLarge(int256 cents);

    /// @inheritdoc IClause
    function assess(Period calldata period, bytes calldata params) external view returns (int256, bool) {
        Params memory p = abi.decode(params, (Params));
        if (!Windows.isDue(period, p.window)) return (0, false);
        (Span memory span, Statement memory first) = Windows.spanOf(period, p.window);
        int256 start = _consumed(first.generation, first.exported);
        int256 taken = _consumed(period.generationRegister, period.exportedRegister) - start;
        int256 missing = int256(Windows.partDown(p.minimum, period, p.window, span, first)) - taken;
        if (missing < 0) {
            int256 bank = _bank(period, p, span.before, start);
            if (missing < -bank) missing = -bank;
        }
        MicroPerKWh price = Money.escalatedHalfUp(p.price, p.escalator, Money.contractYear(period.number));

        return (Money.centsHalfAwayFromZero(missing, price), false);
    }

    /// @inheritdoc IClause
    function check(Day, uint16 months, bytes calldata params) external pure returns (bytes4) {
        require(params.length == LENGTH, WrongLength(LENGTH, params.length));
        Params memory p = abi.decode(params, (Params));
        require(p.minimum > 0, MinimumIsZero());
        require(MicroPerKWh.unwrap(p.price) > 0, PriceIsZero());
        require(p.window > 0 && p.window <= months, WindowOutsideTerm(p.window, months));
        require(p.makeUp <= MOST_MAKE_UP, MakeUpTooLong(p.makeUp, MOST_MAKE_UP));
        uint256 contractYears = Money.contractYear(months);
        Money.requireBounded(p.price, p.escalator, contractYears);
        MicroPerKWh dearest = Money.escalatedHalfUp(p.price, p.escalator, contractYears);
        int256 most = Money.centsHalfAwayFromZero(int256(uint256(p.minimum)), dearest);
        require(most <= type(int48).max, LineTooLarge(most));

        return IClause.check.selector;
    }

    /// @dev The bank after the month `before`, the windows' last before the span; `start` is the consumption register at
    /// the span's start.
    function _bank(Period calldata period, Params memory p, uint256 before, int256 start)
        private
        view
        returns (int256 bank)
    {
        uint256 windows = before < period.opening ? 0 : (before - period.opening) / p.window;
        if (windows > p.makeUp) windows = p.makeUp;
        for (uint256 j = 1; j <= windows; ++j) {
            Statement memory s = Windows.statementOf(period, before - j * p.window);
            // Before the meter's first record nothing was promised.
            if (Windows.isDark(s) || Day.unwrap(s.boundaryDay) == 0) continue;
            int256 shortfall = int256(j * p.minimum) - (start - _consumed(s.generation, s.exported));
            if (shortfall > bank) bank = shortfall;
        }
    }

    function _consumed(Wh generation, Wh exported) private pure returns (int256) {
        return int256(uint256(Wh.unwrap(generation))) - int256(uint256(Wh.unwrap(exported)));
    }
}
