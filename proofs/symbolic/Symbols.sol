// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Day, UtcDay} from "../../contracts/lib/Units.sol";
import {IClause} from "../../interfaces/IClause.sol";
import {Act, Clause, Request, Terms} from "../../interfaces/registry/Structs.sol";

/// @dev Who lent to the plant, as `AnyClause` answers.
address constant LENDER = address(1);

/// @title What the symbolic machine can be told (halmos)
interface Machine {
    function assume(bool condition) external;
    function prank(address caller) external;
    function warp(uint256 timestamp) external;
    function createBytes(uint256 length, string calldata name) external returns (bytes memory);
    function createBytes32(string calldata name) external returns (bytes32);
    function createUint(uint256 bits, string calldata name) external returns (uint256);
    function createAddress(string calldata name) external returns (address);
    function enableSymbolicStorage(address target) external;
}

/// @title Any terms, any act, any state of a contract
abstract contract Symbols {
    Machine internal constant WORLD = Machine(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
    Machine internal constant ANY = Machine(0xF3993A62377BCd56AE39D773740A5390411E8BC9);

    /// @dev With one clause, which `rule` answers.
    function _anyTerms(address rule) internal returns (Terms memory t) {
        t.wordsHash = ANY.createBytes32("wordsHash");
        t.producer = ANY.createAddress("producer");
        t.consumer = ANY.createAddress("consumer");
        t.meter = ANY.createAddress("meter");
        t.arbiter = ANY.createAddress("arbiter");
        t.firstDay = Day.wrap(uint16(ANY.createUint(16, "firstDay")));
        t.firstMonth = uint16(ANY.createUint(16, "firstMonth"));
        t.months = uint16(ANY.createUint(16, "months"));
        t.disputeDays = uint16(ANY.createUint(16, "disputeDays"));
        t.noticeDays = uint16(ANY.createUint(16, "noticeDays"));
        t.silenceDays = uint16(ANY.createUint(16, "silenceDays"));
        t.longStopDay = UtcDay.wrap(uint16(ANY.createUint(16, "longStopDay")));
        t.currency = bytes3(ANY.createBytes32("currency"));
        t.timeZone = ANY.createBytes32("timeZone");
        t.maxPower = uint64(ANY.createUint(64, "maxPower"));
        t.maxClaim = uint64(ANY.createUint(64, "maxClaim"));
        t.documentHash = ANY.createBytes32("documentHash");
        t.supersedes = ANY.createBytes32("supersedes");
        t.salt = ANY.createUint(256, "salt");
        t.clauses = new Clause[](1);
        t.clauses[0] = Clause(rule, ANY.createBytes(96, "params"));
    }

    function _anyAct() internal returns (Act memory a) {
        a.number = uint32(ANY.createUint(32, "number"));
        a.until = uint64(ANY.createUint(64, "until"));
        a.generation = int64(uint64(ANY.createUint(64, "generation")));
        a.exported = int64(uint64(ANY.createUint(64, "exported")));
        a.cents = int64(uint64(ANY.createUint(64, "cents")));
        a.settles = uint16(ANY.createUint(16, "settles"));
        a.successor = ANY.createBytes32("successor");
        a.reason = ANY.createBytes32("reason");
    }

    /// @dev Of no right yet.
    function _anyRequest() internal returns (Request memory r) {
        r.number = uint32(ANY.createUint(32, "number"));
        r.cents = int64(uint64(ANY.createUint(64, "cents")));
        r.day = Day.wrap(uint16(ANY.createUint(16, "day")));
        r.reference_ = ANY.createBytes32("reference");
        r.until = uint64(ANY.createUint(64, "until"));
    }

    /// @dev Who signed, as the machine has it: some account for each digest and signature, and nobody knows which.
    function _signer(bytes32 digest, bytes32 r, bytes32 vs) internal pure returns (address) {
        return ecrecover(digest, uint8(27 + (uint256(vs) >> 255)), r, bytes32(uint256(vs) & type(uint256).max >> 1));
    }

    /// @dev The call is refused, whoever calls and whatever the state.
    function _refused(address caller, address target, bytes memory call_) internal {
        WORLD.prank(caller);
        (bool done,) = target.call(call_);
        assert(!done);
    }
}

/// @title A clause that accepts everything, and lets the consumer leave for nothing once the lender was notified
contract AnyClause {
    function check(Day, uint16, bytes calldata) external pure returns (bytes4) {
        return IClause.check.selector;
    }

    function exitPrice(uint16, UtcDay, bytes calldata) external pure returns (uint256) {
        return 0;
    }

    function lenderOf(bytes calldata) external pure returns (address, uint16) {
        return (LENDER, 0);
    }
}
