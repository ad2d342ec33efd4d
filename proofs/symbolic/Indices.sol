// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IndexPublisher} from "../../contracts/clauses/IndexPublisher.sol";
import {Day} from "../../contracts/lib/Units.sol";
import {Symbols} from "./Symbols.sol";

/// @title Who publishes an index, and that a value stays what it was: for any call and state
contract Indices is Symbols {
    IndexPublisher private index;
    address private publisher;

    function setUp() public {
        publisher = ANY.createAddress("publisher");
        WORLD.assume(publisher != address(0));
        index = new IndexPublisher(publisher, "CPI");
        ANY.enableSymbolicStorage(address(index));
    }

    function check_only_the_publisher_publishes(address caller, Day month, uint64 value) external {
        WORLD.assume(caller != publisher);
        _refused(caller, address(index), abi.encodeCall(index.publish, (month, value)));
    }

    function check_a_value_stays_what_it_was(address caller, Day asked, Day month, uint64 value) external {
        uint64 before = index.valueOf(asked);
        WORLD.prank(caller);
        index.publish(month, value);
        assert(index.valueOf(asked) == before);
    }
}
