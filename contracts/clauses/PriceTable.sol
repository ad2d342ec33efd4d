// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClause, Period} from "../../interfaces/IClause.sol";
import {Money} from "../lib/Money.sol";
import {Day, MicroPerKWh} from "../lib/Units.sol";

/// @title So much per kWh in each contract year, as a table says
/// @dev SAPC's solar PPA v1.1 (2014) prints such a table of 20 rows. Example: 0.10 EUR in year 1 and 0.11 in year 2;
/// 1,234,565 Wh of month 13 are 135.80 EUR (13,580.215 cents).
contract PriceTable is IClause {
    struct Params {
        uint8 base; // 0 self-consumption, 1 generation
        MicroPerKWh[] prices; // of every contract year of the life
    }

    /// @dev The struct's place, the base, the array's place and length.
    uint256 private constant WORDS_BESIDE_PRICES = 4;

    /// @notice The parameters are not encoded as `abi.encode` does.
    error NotCanonical();

    /// @inheritdoc IClause
    function assess(Period calldata period, bytes calldata params) external pure returns (int256, bool) {
        Params memory p = abi.decode(params, (Params));
        MicroPerKWh price = p.prices[Money.contractYear(period.number) - 1];

        return (Money.centsHalfAwayFromZero(Money.energyOf(period, p.base), price), false);
    }

    /// @inheritdoc IClause
    function check(Day, uint16 months, bytes calldata params) external pure returns (bytes4) {
        uint256 contractYears = Money.contractYear(months);
        uint256 length = 32 * (WORDS_BESIDE_PRICES + contractYears);
        require(params.length == length, WrongLength(length, params.length));
        Params memory p = abi.decode(params, (Params));
        require(keccak256(abi.encode(p)) == keccak256(params), NotCanonical());
        Money.requireBase(p.base);
        for (uint256 y = 0; y < contractYears; ++y) {
            Money.requireBounded(p.prices[y]);
        }

        return IClause.check.selector;
    }
}
