// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Clause, Terms} from "../../interfaces/IPPARegistry.sol";
import {Domain} from "./Domain.sol";
import {Day} from "./Units.sol";

/// @title The EIP-712 digest of terms
/// @dev Decoded fields are hashed one by one, never raw calldata: no odd encoding can hash to one thing and mean another.
library TermsHash {
    bytes32 private constant CLAUSE_TYPE = keccak256("Clause(address rule,bytes params)");
    bytes32 private constant TERMS_TYPE = keccak256(
        "Terms(address producer,address consumer,address meter,address arbiter,uint16 firstDay,uint16 months,uint16 disputeDays,bytes3 currency,bytes32 timeZone,uint64 maxPower,bytes32 documentHash,bytes32 supersedes,uint256 salt,Clause[] clauses)Clause(address rule,bytes params)"
    );

    /// @notice The digest that both parties agree to: the agreement's id.
    function digest(Terms calldata terms, bytes32 domainSeparator) internal pure returns (bytes32) {
        return Domain.digest(domainSeparator, _structHash(terms));
    }

    /// @dev Each field is read, and checked to fit its type, by Solidity; put side by side in assembly: `abi.encode` would
    /// check each again, some 1,500 gas a call.
    function _structHash(Terms calldata t) private pure returns (bytes32 hash) {
        (bytes32 termsType, bytes32 clausesHash) = (TERMS_TYPE, _clausesHash(t.clauses));
        uint256 at;
        (address producer, address consumer, address meter, address arbiter) =
            (t.producer, t.consumer, t.meter, t.arbiter);
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            at := mload(0x40)
            mstore(0x40, add(at, 0x1e0))
            mstore(at, termsType)
            mstore(add(at, 0x20), producer)
            mstore(add(at, 0x40), consumer)
            mstore(add(at, 0x60), meter)
            mstore(add(at, 0x80), arbiter)
        }
        (Day firstDay, uint16 months, uint16 disputeDays) = (t.firstDay, t.months, t.disputeDays);
        (bytes3 currency, bytes32 timeZone, uint64 maxPower) = (t.currency, t.timeZone, t.maxPower);
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            mstore(add(at, 0xa0), firstDay)
            mstore(add(at, 0xc0), months)
            mstore(add(at, 0xe0), disputeDays)
            mstore(add(at, 0x100), currency)
            mstore(add(at, 0x120), timeZone)
            mstore(add(at, 0x140), maxPower)
        }
        (bytes32 documentHash, bytes32 supersedes, uint256 salt) = (t.documentHash, t.supersedes, t.salt);
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            mstore(add(at, 0x160), documentHash)
            mstore(add(at, 0x180), supersedes)
            mstore(add(at, 0x1a0), salt)
            mstore(add(at, 0x1c0), clausesHash)
            hash := keccak256(at, 0x1e0)
        }
    }

    /// @dev In assembly: `abi.encode` and `abi.encodePacked` would copy each hash twice, some 400 gas a clause.
    function _clausesHash(Clause[] calldata clauses) private pure returns (bytes32 hash) {
        bytes32 clauseType = CLAUSE_TYPE;
        bytes32[] memory hashes = new bytes32[](clauses.length);
        for (uint256 i = 0; i < clauses.length; ++i) {
            (address rule, bytes calldata params) = (clauses[i].rule, clauses[i].params);
            bytes32 one;
            // solhint-disable-next-line no-inline-assembly
            assembly ("memory-safe") {
                let free := mload(0x40)
                calldatacopy(add(free, 0x60), params.offset, params.length)
                mstore(add(free, 0x40), keccak256(add(free, 0x60), params.length))
                mstore(add(free, 0x20), rule)
                mstore(free, clauseType)
                one := keccak256(free, 0x60)
            }
            hashes[i] = one;
        }
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            hash := keccak256(add(hashes, 0x20), mul(mload(hashes), 0x20))
        }
    }
}
