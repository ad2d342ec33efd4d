// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MeterWord} from "../contracts/lib/MeterWord.sol";
import {Day, Wh} from "../contracts/lib/Units.sol";

/// @title What is proved of the order of a meter's days, of our own functions, for every word and record
/// @dev The ledger lets a record follow where `day > last.day()`, and keeps `last.next(…)`.
contract Order {
    function _next(uint256 word, uint64 generation, uint64 exported, Day day, bytes32 root)
        private
        pure
        returns (MeterWord)
    {
        require(generation < 2 ** 40 && exported < 2 ** 40);
        return MeterWord.wrap(word).next(Wh.wrap(generation), Wh.wrap(exported), day, root);
    }

    function aWordsDayIsItsRecords(uint256 word, uint64 generation, uint64 exported, Day day, bytes32 root)
        external
        pure
    {
        assert(Day.unwrap(_next(word, generation, exported, day, root).day()) == Day.unwrap(day));
    }

    function whatFollowsIsLater(uint256 word, uint64 generation, uint64 exported, Day day, bytes32 root) external pure {
        require(day > MeterWord.wrap(word).day());
        assert(Day.unwrap(_next(word, generation, exported, day, root).day()) > uint16(word));
    }
}
