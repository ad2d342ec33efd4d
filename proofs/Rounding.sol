// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Money} from "../contracts/lib/Money.sol";
import {MicroPerKWh} from "../contracts/lib/Units.sol";

/// @title What is proved of the rounding of a line, of our own function, for every product of an energy and a price of 80 bits
/// @dev A line rounds the product of energy and price and knows neither apart from it: a price of one and an "energy" of
/// up to 80 bits stand for every pair (44 bits times 34). Two energies at one price add up as their products do, and what
/// holds above zero holds below it by symmetry.
contract Rounding {
    int256 private constant MOST = 2 ** 80;

    function _round(int256 product) private pure returns (int256) {
        return Money.centsHalfAwayFromZero(product, MicroPerKWh.wrap(1));
    }

    function nearest(int256 product) external pure {
        require(product >= 0 && product <= MOST);
        int256 twice = 2 * (_round(product) * 1e7 - product);
        assert(twice <= 1e7 && twice >= -1e7);
    }

    function symmetric(int256 product) external pure {
        require(product >= 0 && product <= MOST);
        assert(_round(-product) == -_round(product));
    }

    function ofItsSign(int256 product) external pure {
        require(product >= 0 && product <= MOST);
        int256 cents = _round(product);
        assert(product >= 0 ? cents >= 0 : cents <= 0);
    }

    function halfACentAwayFromZero(int256 cents) external pure {
        require(cents >= 0 && cents <= 2 ** 80);
        assert(_round(cents * 1e7 + 5e6) == cents + 1);
        assert(_round(cents * 1e7 + 5e6 - 1) == cents);
    }

    function additiveToACent(int256 a, int256 b) external pure {
        require(a >= 0 && a <= MOST && b >= 0 && b <= MOST);
        int256 apart = _round(a) + _round(b);
        int256 whole = _round(a + b);
        assert(apart - whole <= 1 && whole - apart <= 1);
    }

    function monotone(int256 a, int256 b) external pure {
        require(a >= 0 && a <= b && b <= MOST);
        assert(_round(a) <= _round(b));
    }
}
