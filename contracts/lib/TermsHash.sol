// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Clause, Terms} from "../../interfaces/registry/Structs.sol";
import {Domain} from "./Domain.sol";
import {Day, UtcDay} from "./Units.sol";

/// @title The EIP-712 digest of terms
/// @dev Decoded fields are hashed one by one, never raw calldata: no odd encoding can hash to one thing and mean another.
library TermsHash {
    bytes32 private constant CLAUSE_TYPE = keccak256("Clause(address rule,bytes params)");
    bytes32 private constant TERMS_TYPE = keccak256(
        "Terms(string words,address producer,address consumer,address meter,address arbiter,uint16 firstDay,uint16 firstMonth,uint16 months,uint16 disputeDays,uint16 noticeDays,uint16 silenceDays,uint16 longStopDay,bytes3 currency,bytes32 timeZone,uint64 maxPower,uint64 maxClaim,bytes32 documentHash,bytes32 supersedes,uint256 salt,Clause[] clauses)Clause(address rule,bytes params)"
    );

    /// @notice The digest that both parties agree to: the agreement's id.
    function digest(Terms calldata terms, bytes32 domainSeparator) internal pure returns (bytes32) {
        return Domain.digest(domainSeparator, _hash(_fields(terms)));
    }

    /// @notice The digest, and the terms' ABI encoding in memory, as the event of a proposal has it.
    /// @dev Made of the fields that were hashed, as reading and checking each once more costs 900 gas: the clauses' encoding is
    /// written behind them, its first two words (length and place) where salt and the clauses' place then stand.
    function proposal(Terms calldata terms, bytes32 domainSeparator)
        internal
        pure
        returns (bytes32 id, uint256 at, uint256 size)
    {
        at = _fields(terms);
        id = Domain.digest(domainSeparator, _hash(at));
        uint256 salt = terms.salt;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            mstore(0x40, add(at, 0x260))
        }
        bytes memory clauses = abi.encode(terms.clauses);
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            size := add(mload(clauses), 0x280)
            mstore(at, 0x20)
            mstore(clauses, salt)
            mstore(add(clauses, 0x20), 0x280)
        }
    }

    /// @notice The same for terms that differ in keys, meter and arbiter alone; and in the words that name them, in what they
    /// supersede and in their salt.
    function dealHash(Terms calldata terms) internal pure returns (bytes32) {
        uint256 at = _fields(terms);
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            // words and parties, then supersedes and salt: all the rest is in between
            calldatacopy(add(at, 0x20), calldatasize(), 0xa0)
            calldatacopy(add(at, 0x240), calldatasize(), 0x40)
        }
        return _hash(at);
    }

    /// @dev Each field is read, and checked to fit its type, by Solidity; put side by side in assembly: `abi.encode` would
    /// check each again, some 1,500 gas a call.
    function _fields(Terms calldata t) private pure returns (uint256 at) {
        (bytes32 termsType, bytes32 wordsHash) = (TERMS_TYPE, t.wordsHash);
        bytes32 clausesHash = _clausesHash(t.clauses);
        (address producer, address consumer, address meter, address arbiter) =
            (t.producer, t.consumer, t.meter, t.arbiter);
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            at := mload(0x40)
            mstore(0x40, add(at, 0x2a0))
            mstore(at, termsType)
            mstore(add(at, 0x20), wordsHash)
            mstore(add(at, 0x40), producer)
            mstore(add(at, 0x60), consumer)
            mstore(add(at, 0x80), meter)
            mstore(add(at, 0xa0), arbiter)
        }
        (Day firstDay, uint16 firstMonth, uint16 months) = (t.firstDay, t.firstMonth, t.months);
        (uint16 disputeDays, uint16 noticeDays) = (t.disputeDays, t.noticeDays);
        (uint16 silenceDays, UtcDay longStopDay) = (t.silenceDays, t.longStopDay);
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            mstore(add(at, 0xc0), firstDay)
            mstore(add(at, 0xe0), firstMonth)
            mstore(add(at, 0x100), months)
            mstore(add(at, 0x120), disputeDays)
            mstore(add(at, 0x140), noticeDays)
            mstore(add(at, 0x160), silenceDays)
            mstore(add(at, 0x180), longStopDay)
        }
        (bytes3 currency, bytes32 timeZone) = (t.currency, t.timeZone);
        (uint64 maxPower, uint64 maxClaim) = (t.maxPower, t.maxClaim);
        (bytes32 documentHash, bytes32 supersedes, uint256 salt) = (t.documentHash, t.supersedes, t.salt);
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            mstore(add(at, 0x1a0), currency)
            mstore(add(at, 0x1c0), timeZone)
            mstore(add(at, 0x1e0), maxPower)
            mstore(add(at, 0x200), maxClaim)
            mstore(add(at, 0x220), documentHash)
            mstore(add(at, 0x240), supersedes)
            mstore(add(at, 0x260), salt)
            mstore(add(at, 0x280), clausesHash)
        }
    }

    function _hash(uint256 at) private pure returns (bytes32 hash) {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            hash := keccak256(at, 0x2a0)
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
