// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClause, Period} from "../../interfaces/IClause.sol";
import {Money} from "../lib/Money.sol";
import {Day, MicroPerKWh} from "../lib/Units.sol";

/// @title So much per kWh, of what was consumed on site or of all that was generated, rising each contract year
/// @dev Self-consumption = generation − export, signed: where more was exported than generated the line is negative.
/// Example: 0.10 EUR, rising by 2 %; 1,000 kWh generated and 200 exported in month 13: 800 × 0.102 = 81.60 EUR.
contract EnergyCharge is IClause {
    struct Params {
        MicroPerKWh price; // of the first contract year
        uint32 escalator; // parts per million a contract year
        uint8 base; // 0 self-consumption, 1 generation
    }

    uint256 private constant LENGTH = 96;

    error PriceIsZero();

    /// @inheritdoc IClause
    function assess(Period calldata period, bytes calldata params) external pure returns (int256, bool) {
        Params memory p = abi.decode(params, (Params));
        MicroPerKWh price = Money.escalatedHalfUp(p.price, p.escalator, Money.contractYear(period.number));

        return (Money.centsHalfAwayFromZero(Money.energyOf(period, p.base), price), false);
    }

    /// @inheritdoc IClause
    function check(Day, uint16 months, bytes calldata params) external pure returns (bytes4) {
        require(params.length == LENGTH, WrongLength(LENGTH, params.length));
        Params memory p = abi.decode(params, (Params));
        require(MicroPerKWh.unwrap(p.price) > 0, PriceIsZero());
        Money.requireBase(p.base);
        Money.requireBounded(p.price, p.escalator, Money.contractYear(months));

        return IClause.check.selector;
    }
}
