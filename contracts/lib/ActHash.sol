// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Act} from "../../interfaces/IPPARegistry.sol";
import {Domain} from "./Domain.sol";

/// @title The EIP-712 digest of a mutual act: what both parties sign
library ActHash {
    bytes32 private constant ACT_TYPE = keccak256(
        "Act(bytes32 agreement,uint16 number,uint64 until,int64 generation,int64 exported,int64 cents,uint16 settles,bytes32 successor,bytes32 reason)"
    );

    /// @dev Each field is read, and checked to fit its type, by Solidity; put side by side in assembly: 400 gas an act.
    function digest(Act calldata act, bytes32 agreement, bytes32 domainSeparator) internal pure returns (bytes32) {
        bytes32 actType = ACT_TYPE;
        (uint16 number_, uint64 until, int64 generation, int64 exported) =
            (act.number, act.until, act.generation, act.exported);
        (int64 cents, uint16 settles, bytes32 successor, bytes32 reason) =
            (act.cents, act.settles, act.successor, act.reason);
        bytes32 structHash;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, actType)
            mstore(add(free, 0x20), agreement)
            mstore(add(free, 0x40), number_)
            mstore(add(free, 0x60), until)
            mstore(add(free, 0x80), generation)
            mstore(add(free, 0xa0), exported)
            mstore(add(free, 0xc0), cents)
            mstore(add(free, 0xe0), settles)
            mstore(add(free, 0x100), successor)
            mstore(add(free, 0x120), reason)
            structHash := keccak256(free, 0x140)
        }
        return Domain.digest(domainSeparator, structHash);
    }
}
