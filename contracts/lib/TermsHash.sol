// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Clause, Terms} from "../../interfaces/IPPARegistry.sol";

/// @title The EIP-712 digest of terms
/// @dev Decoded fields are hashed one by one, never raw calldata: no odd encoding can hash to one thing and mean another.
library TermsHash {
    bytes32 private constant CLAUSE_TYPE = keccak256("Clause(address rule,bytes params)");
    bytes32 private constant TERMS_TYPE = keccak256(
        "Terms(address producer,address consumer,address meter,address arbiter,uint16 firstDay,uint16 months,uint16 disputeDays,bytes3 currency,bytes32 timeZone,uint64 maxPower,bytes32 documentHash,bytes32 supersedes,uint256 salt,Clause[] clauses)Clause(address rule,bytes params)"
    );

    /// @notice The digest that both parties agree to: the agreement's id.
    function digest(Terms calldata terms, bytes32 domainSeparator) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", domainSeparator, _structHash(terms)));
    }

    function _structHash(Terms calldata t) private pure returns (bytes32) {
        return keccak256(
            abi.encode(
                TERMS_TYPE,
                t.producer,
                t.consumer,
                t.meter,
                t.arbiter,
                t.firstDay,
                t.months,
                t.disputeDays,
                t.currency,
                t.timeZone,
                t.maxPower,
                t.documentHash,
                t.supersedes,
                t.salt,
                _clausesHash(t.clauses)
            )
        );
    }

    function _clausesHash(Clause[] calldata clauses) private pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](clauses.length);
        for (uint256 i = 0; i < clauses.length; ++i) {
            Clause calldata clause = clauses[i];
            hashes[i] = keccak256(abi.encode(CLAUSE_TYPE, clause.rule, keccak256(clause.params)));
        }
        return keccak256(abi.encodePacked(hashes));
    }
}
