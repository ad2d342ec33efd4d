// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClause, Period} from "../../interfaces/IClause.sol";
import {Statement} from "../../interfaces/registry/Structs.sol";
import {Money} from "../lib/Money.sol";
import {Day, MicroPerKWh, Wh} from "../lib/Units.sol";
import {Span, Windows} from "../lib/Windows.sol";

/// @title The producer promises so much energy every so many months, and refunds what is missing at a price
/// @dev Windows do not overlap; `Windows` says when each is assessed. What was generated is the difference of the registers
/// at the span's two ends. One that is shorter or longer than a window, where the agreement begins or ends within a window
/// or a meter was silent, has the promise by its days. Example: 9,000 kWh from July to September at 0.05 EUR, 8,000
/// generated: −50.00 EUR. Ended on 15 August, after 46 of the 92 days, with 4,000: 4,500 were promised: −25.00 EUR.
contract GuaranteedGeneration is IClause {
    struct Params {
        uint64 energy; // Wh of a window in the first contract year
        uint16 window; // months
        uint32 degradation; // parts per million a contract year
        MicroPerKWh price; // of a missing kWh
    }

    uint256 private constant LENGTH = 128;

    error EnergyIsZero();
    error PriceIsZero();
    /// @notice A window has at least one month and no more than the life.
    error WindowOutsideTerm(uint16 window, uint16 months);
    /// @notice Degradation is below 1,000,000 parts per million.
    error DegradationTooLarge(uint32 degradation);

    /// @notice The refund of a window without any generation would not fit a line.
    error RefundTooLarge(int256 cents);

    /// @inheritdoc IClause
    function assess(Period calldata period, bytes calldata params) external view returns (int256, bool) {
        Params memory p = abi.decode(params, (Params));
        if (!Windows.isDue(period, p.window)) return (0, false);
        (Span memory span, Statement memory first) = Windows.spanOf(period, p.window);
        uint256 made = Wh.unwrap(period.generationRegister) - Wh.unwrap(first.generation);
        uint256 promised = Money.degradedDown(p.energy, p.degradation, Money.contractYear(period.number));
        promised = Windows.partDown(promised, period, p.window, span, first);
        if (made >= promised) return (0, false);

        return (Money.centsHalfAwayFromZero(int256(made) - int256(promised), p.price), false);
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
