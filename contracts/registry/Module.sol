// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Book} from "./Book.sol";

/// @title Code that the registry runs at its own address
/// @dev Called directly it works on storage of its own, in which nothing was agreed.
abstract contract Module is Book {
    /// @dev The registry's, which it puts behind the calldata: computing it anew costs 500 gas.
    function _domain() internal pure override returns (bytes32 domain) {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            domain := calldataload(sub(calldatasize(), 0x20))
        }
    }
}
