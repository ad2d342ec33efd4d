// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClause, Period} from "../../interfaces/IClause.sol";
import {IPPARegistry, Statement} from "../../interfaces/IPPARegistry.sol";
import {Money} from "../lib/Money.sol";
import {Day, MicroPerKWh, Wh} from "../lib/Units.sol";

/// @title The consumer takes so much energy every so many months or pays for it, and may take what it paid for later
/// @dev Beside an energy charge. Windows do not overlap; each is assessed with its last month. What was consumed below the
/// minimum M is paid; what is consumed above it later is free until the bank is used up: bank(k) is the largest shortfall
/// of any run of up to `makeUp` windows that ends with window k, max over j of j × M − (consumption of the last j),
/// so that it is read from two registers a window and nothing is stored. Example: M 1,000 kWh at 0.10 EUR, 600 kWh taken:
/// +40.00; then 1,300 taken: −30.00; then 1,300 again: −10.00, and the bank is empty. A window whose last month ends early
/// has the minimum of its days.
/// @dev Warning: after an amendment the bank looks back at windows before it, by its minimum.
contract TakeOrPay is IClause {
    struct Params {
        uint64 minimum; // Wh a window
        uint16 window; // months
        uint16 makeUp; // windows that a right to make-up energy lasts; zero: none
        MicroPerKWh price; // of the first contract year
        uint32 escalator; // parts per million a contract year
    }

    uint256 private constant LENGTH = 160;
    /// @dev Each window is a call of some 4,500 gas, of the 500,000 that a clause has, and of 2,100 more for each handover since.
    uint16 private constant MOST_MAKE_UP = 24;

    error MinimumIsZero();
    error PriceIsZero();
    error WindowOutsideTerm(uint16 window, uint16 months);
    error MakeUpTooLong(uint16 makeUp, uint16 most);
    /// @notice The line of a window without any consumption would not fit.
    error LineTooLarge(int256 cents);

    /// @inheritdoc IClause
    function assess(Period calldata period, bytes calldata params) external view returns (int256) {
        Params memory p = abi.decode(params, (Params));
        if (period.number % p.window != 0) return 0;
        int256 end = _consumed(period.generationRegister, period.exportedRegister);
        int256 start = _at(period, period.number - p.window);
        int256 missing = int256(Money.partDown(p.minimum, period, p.window)) - (end - start);
        if (missing < 0) {
            int256 bank = _bank(period, p, start);
            if (missing < -bank) missing = -bank;
        }

        return Money.centsHalfAwayFromZero(
            missing, Money.escalatedHalfUp(p.price, p.escalator, Money.contractYear(period.number))
        );
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

    /// @dev The bank before this window: `start` is the consumption register at its start.
    function _bank(Period calldata period, Params memory p, int256 start) private view returns (int256 bank) {
        uint256 windows = uint256(period.number) / p.window - 1;
        if (windows > p.makeUp) windows = p.makeUp;
        for (uint256 j = 1; j <= windows; ++j) {
            int256 taken = start - _at(period, period.number - (j + 1) * p.window);
            int256 shortfall = int256(j * p.minimum) - taken;
            if (shortfall > bank) bank = shortfall;
        }
    }

    /// @dev The consumption register at the end of an earlier month.
    function _at(Period calldata period, uint256 number) private view returns (int256) {
        Statement memory s = IPPARegistry(msg.sender).statementOf(period.agreement, number);
        return _consumed(s.generation, s.exported);
    }

    function _consumed(Wh generation, Wh exported) private pure returns (int256) {
        return int256(uint256(Wh.unwrap(generation))) - int256(uint256(Wh.unwrap(exported)));
    }
}
