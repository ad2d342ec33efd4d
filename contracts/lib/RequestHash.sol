// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Request} from "../../interfaces/registry/Structs.sol";
import {Domain} from "./Domain.sol";

/// @title The EIP-712 digest of a request: what one signs for others to bring
library RequestHash {
    bytes32 private constant REQUEST_TYPE = keccak256(
        "Request(string right,bytes32 agreement,uint32 number,int64 cents,uint16 day,bytes32 reference,uint64 until)"
    );

    /// @notice The digest that the actor signs: the right stands in it by its name, of which this is the hash.
    function digest(Request calldata request, bytes32 nameHash, bytes32 agreement, bytes32 domainSeparator)
        internal
        pure
        returns (bytes32)
    {
        bytes32 structHash = keccak256(
            abi.encode(
                REQUEST_TYPE,
                nameHash,
                agreement,
                request.number,
                request.cents,
                request.day,
                request.reference_,
                request.until
            )
        );
        return Domain.digest(domainSeparator, structHash);
    }
}
