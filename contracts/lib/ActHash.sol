// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Act} from "../../interfaces/registry/Structs.sol";
import {Domain} from "./Domain.sol";

/// @title The EIP-712 digest of an act: what both parties sign, or one of them and the arbiter
library ActHash {
    bytes32 private constant ACT_TYPE = keccak256(
        "Act(bytes32 agreement,uint32 number,uint64 until,int64 generation,int64 exported,int64 cents,uint16 settles,bytes32 successor,bytes32 reason)"
    );

    /// @notice The digest under a registry's domain.
    function digest(Act memory act, bytes32 agreement, bytes32 domainSeparator) internal pure returns (bytes32) {
        bytes32 structHash = keccak256(
            abi.encode(
                ACT_TYPE,
                agreement,
                act.number,
                act.until,
                act.generation,
                act.exported,
                act.cents,
                act.settles,
                act.successor,
                act.reason
            )
        );
        return Domain.digest(domainSeparator, structHash);
    }
}
