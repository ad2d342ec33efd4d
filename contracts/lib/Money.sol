// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Period} from "../../interfaces/IClause.sol";
import {MicroPerKWh, Wh} from "./Units.sol";

/// @title Rounding, once per line, half away from zero
library Money {
    /// @notice A year's growth or decay is given in parts per million.
    uint256 internal constant MILLION = 1e6;

    uint8 private constant GENERATION = 1;

    /// @dev 10,000 currency units a kWh.
    uint256 private constant MOST_PRICE = 1e10;
    /// @dev The sum of all yearly escalations: 2,000 %.
    uint256 private constant MOST_GROWTH = 20 * MILLION;

    /// @notice At most 10,000 currency units a kWh.
    error PriceTooLarge(MicroPerKWh price, uint256 most);
    error UnknownBase(uint8 base);
    /// @notice The escalator times the years after the first is at most 20,000,000 parts per million.
    error EscalatorTooLarge(uint32 escalator, uint256 contractYears);

    /// @notice Cents for an energy that may be negative, half a cent away from zero.
    /// @dev 1e7 = 1,000 Wh a kWh × 1e6 millionths a unit / 100 cents a unit. Registers have 40 bits and prices 64: a
    /// product has 104, and nothing overflows.
    function centsHalfAwayFromZero(int256 energy, MicroPerKWh price) internal pure returns (int256) {
        unchecked {
            uint256 size = uint256(energy < 0 ? -energy : energy);
            int256 cents = int256((size * MicroPerKWh.unwrap(price) + 5e6) / 1e7);
            return energy < 0 ? -cents : cents;
        }
    }

    /// @notice Cents for two energies, each at its price, rounded once, half a cent away from zero.
    /// @dev The second energy is not negative. Both products have at most 104 bits.
    function centsHalfAwayFromZero(int256 energy, MicroPerKWh price, int256 more, MicroPerKWh morePrice)
        internal
        pure
        returns (int256)
    {
        unchecked {
            int256 exact = energy * int256(uint256(MicroPerKWh.unwrap(price))) + more
                * int256(uint256(MicroPerKWh.unwrap(morePrice)));
            int256 cents = int256((uint256(exact < 0 ? -exact : exact) + 5e6) / 1e7);
            return exact < 0 ? -cents : cents;
        }
    }

    /// @notice The period's energy that a charge is on: self-consumption (0), signed, or generation (1).
    function energyOf(Period calldata period, uint8 base) internal pure returns (int256 energy) {
        energy = int256(uint256(Wh.unwrap(period.generation)));
        if (base != GENERATION) energy -= int256(uint256(Wh.unwrap(period.exported)));
    }

    function requireBase(uint8 base) internal pure {
        require(base <= GENERATION, UnknownBase(base));
    }

    /// @notice The price of a contract year (from 1): each year's is last year's rounded price raised by `escalator`
    /// parts per million, half up to the millionth.
    /// @dev Cannot overflow 64 bits within the bounds of `requireBounded`.
    function escalatedHalfUp(MicroPerKWh price, uint32 escalator, uint256 year) internal pure returns (MicroPerKWh) {
        return MicroPerKWh.wrap(uint64(raisedHalfUp(MicroPerKWh.unwrap(price), escalator, year)));
    }

    /// @notice An amount of the first contract year, each later one's raised by `escalator` parts per million and rounded
    /// half up.
    function raisedHalfUp(uint256 amount, uint32 escalator, uint256 year) internal pure returns (uint256 current) {
        current = amount;
        unchecked {
            uint256 factor = MILLION + escalator;
            for (uint256 y = 1; y < year; ++y) {
                current = millionthHalfUp(current * factor);
            }
        }
    }

    /// @notice A millionth of a product, rounded half up: the year's step of what rises.
    function millionthHalfUp(uint256 product) internal pure returns (uint256) {
        unchecked {
            return (product + MILLION / 2) / MILLION;
        }
    }

    /// @notice Refuses a price and an escalator that could leave 64 bits within so many contract years.
    /// @dev Without a loop: (1 + e)^n <= exp(e × n) <= exp(20) < 4.9e8, and rounding adds less than half a millionth a
    /// year before it grows: (1e10 + n / 2) × 4.9e8 < 2^64 for the 342 years of the longest term.
    function requireBounded(MicroPerKWh price, uint32 escalator, uint256 contractYears) internal pure {
        requireBounded(price);
        requireBoundedGrowth(escalator, contractYears);
    }

    /// @notice Refuses a price above 10,000 currency units a kWh.
    function requireBounded(MicroPerKWh price) internal pure {
        require(MicroPerKWh.unwrap(price) <= MOST_PRICE, PriceTooLarge(price, MOST_PRICE));
    }

    /// @notice Refuses an escalator that would raise anything by more than exp(20) within so many contract years.
    function requireBoundedGrowth(uint32 escalator, uint256 contractYears) internal pure {
        require(escalator * (contractYears - 1) <= MOST_GROWTH, EscalatorTooLarge(escalator, contractYears));
    }

    /// @notice The guaranteed energy of a contract year (from 1): each year's is last year's less `degradation` parts
    /// per million, rounded down to the Wh.
    /// @dev `degradation` is below a million, as `check` demands; an energy of 64 bits times a million cannot overflow.
    function degradedDown(uint64 energy, uint32 degradation, uint256 year) internal pure returns (uint256 current) {
        current = energy;
        unchecked {
            uint256 factor = MILLION - degradation;
            for (uint256 y = 1; y < year; ++y) {
                current = millionthDown(current * factor);
            }
        }
    }

    /// @notice A millionth of a product, rounded down: the year's step of what falls.
    function millionthDown(uint256 product) internal pure returns (uint256) {
        return product / MILLION;
    }

    /// @notice The contract year (from 1) of a month of the agreement's life (from 1).
    function contractYear(uint16 number) internal pure returns (uint256) {
        return (uint256(number) - 1) / 12 + 1;
    }
}
