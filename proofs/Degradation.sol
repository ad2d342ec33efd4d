// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Money} from "../contracts/lib/Money.sol";

/// @title What is proved of a promise's fall from one year to the next, of our own function, for every product of 96 bits
/// @dev As in Escalation.sol.
contract Degradation {
    uint256 private constant MOST = 2 ** 96;

    function down(uint256 product) external pure {
        require(product <= MOST);
        uint256 next = Money.millionthDown(product);
        assert(next * 1e6 <= product);
        assert(next * 1e6 + 1e6 > product);
    }

    function neverAboveLastYear(uint256 energy, uint256 fall) external pure {
        require(energy <= 2 ** 64 && fall <= energy * 1e6);
        assert(Money.millionthDown(energy * 1e6 - fall) <= energy);
    }

    function monotone(uint256 a, uint256 b) external pure {
        require(a <= b && b <= MOST);
        assert(Money.millionthDown(a) <= Money.millionthDown(b));
    }
}
