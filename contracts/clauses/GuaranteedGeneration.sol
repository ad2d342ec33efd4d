// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClause, Period} from "../../interfaces/IClause.sol";
import {IPPARegistry} from "../../interfaces/IPPARegistry.sol";
import {Money} from "../lib/Money.sol";
import {Day, MicroPerKWh, Wh} from "../lib/Units.sol";

/// @title The producer promises so much energy every so many months, and refunds what is missing at a price
/// @dev Windows do not overlap; each is assessed with its last period, and months after the last whole window are not
/// guaranteed. What was generated is the difference of the registers at the window's two ends. A window whose last month
/// ends early has the promise of its days.
contract GuaranteedGeneration is IClause {
    struct Params {
        uint64 energy; // Wh of the first window
        uint16 window; // months
        uint32 degradation; // parts per million a contract year
        MicroPerKWh price; // of a missing kWh
    }

    uint256 private constant LENGTH = 128;

    error EnergyIsZero();
    error PriceIsZero();
    /// @notice A window has at least one month and no more than the term.
    error WindowOutsideTerm(uint16 window, uint16 months);
    /// @notice Degradation is below 1,000,000 parts per million.
    error DegradationTooLarge(uint32 degradation);

    /// @notice The refund of a window without any generation would not fit a line.
    error RefundTooLarge(int256 cents);

    /// @inheritdoc IClause
    function assess(Period calldata period, bytes calldata params) external view returns (int256) {
        Params memory p = abi.decode(params, (Params));
        if (period.number % p.window != 0) return 0;
        Wh opening = IPPARegistry(msg.sender).statementOf(period.agreement, period.number - p.window).generation;
        uint256 made = Wh.unwrap(period.generationRegister) - Wh.unwrap(opening);
        uint256 promised = Money.degradedDown(p.energy, p.degradation, Money.contractYear(period.number));
        promised = Money.partDown(promised, period, p.window);

        return made >= promised ? int256(0) : Money.centsHalfAwayFromZero(int256(made) - int256(promised), p.price);
    }

    /// @inheritdoc IClause
    function check(Day, uint16 months, bytes calldata params) external pure returns (bytes4) {
        require(params.length == LENGTH, WrongLength(LENGTH, params.length));
        Params memory p = abi.decode(params, (Params));
        require(p.energy > 0, EnergyIsZero());
        require(MicroPerKWh.unwrap(p.price) > 0, PriceIsZero());
        require(p.window > 0 && p.window <= months, WindowOutsideTerm(p.window, months));
        require(p.degradation < Money.MILLION, DegradationTooLarge(p.degradation));
        int256 most = Money.centsHalfAwayFromZero(int256(uint256(p.energy)), p.price);
        require(most <= type(int48).max, RefundTooLarge(most));

        return IClause.check.selector;
    }
}
