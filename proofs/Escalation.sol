// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Money} from "../contracts/lib/Money.sol";

/// @title What is proved of a price's rise from one year to the next, of our own function, for every product of 96 bits
/// @dev The step knows the product of last year's price, 64 bits, and a factor, 32 bits, and nothing else. Where last year's
/// price is spoken of, the product is the price times a million and what it rises by.
contract Escalation {
    uint256 private constant MOST = 2 ** 96;

    function nearest(uint256 product) external pure {
        require(product <= MOST);
        uint256 next = Money.millionthHalfUp(product);
        assert(2 * next * 1e6 <= 2 * product + 1e6);
        assert(2 * next * 1e6 + 1e6 > 2 * product);
    }

    function neverBelowLastYear(uint256 price, uint256 rise) external pure {
        require(price <= 2 ** 64 && rise <= MOST);
        assert(Money.millionthHalfUp(price * 1e6 + rise) >= price);
    }

    function withoutARiseTheSame(uint256 price) external pure {
        require(price <= 2 ** 64);
        assert(Money.millionthHalfUp(price * 1e6) == price);
    }

    function monotone(uint256 a, uint256 b) external pure {
        require(a <= b && b <= MOST);
        assert(Money.millionthHalfUp(a) <= Money.millionthHalfUp(b));
    }
}
