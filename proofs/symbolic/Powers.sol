// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MeterLedger} from "../../contracts/MeterLedger.sol";
import {PPARegistry} from "../../contracts/PPARegistry.sol";
import {ActHash} from "../../contracts/lib/ActHash.sol";
import {Day} from "../../contracts/lib/Units.sol";
import {Act, Terms} from "../../interfaces/IPPARegistry.sol";
import {AnyClause, Symbols} from "./Symbols.sol";

/// @title Who may act on an agreement: docs/powers.md, of the registry's code, for any terms, caller and state
/// @dev A party that is a contract (ERC-1271) answers for itself; here parties have keys.
contract Powers is Symbols {
    using ActHash for Act;

    PPARegistry private registry;
    address private rule;

    function setUp() public {
        registry = new PPARegistry(31_337, new MeterLedger(31_337));
        rule = address(new AnyClause());
        ANY.enableSymbolicStorage(address(registry));
    }

    /* THE PRODUCER */

    function check_only_the_producer_proposes(address caller) external {
        Terms memory t = _anyTerms(rule);
        WORLD.assume(caller != t.producer);
        _refused(caller, address(registry), abi.encodeCall(registry.propose, (t)));
    }

    function check_only_the_producer_withdraws(address caller) external {
        Terms memory t = _anyTerms(rule);
        WORLD.assume(caller != t.producer);
        _refused(caller, address(registry), abi.encodeCall(registry.withdraw, (t)));
    }

    /* THE CONSUMER */

    function check_only_the_consumer_signs(address caller) external {
        Terms memory t = _anyTerms(rule);
        WORLD.assume(caller != t.consumer);
        _refused(caller, address(registry), abi.encodeCall(registry.sign, (t)));
    }

    function check_only_the_consumer_rejects(address caller) external {
        Terms memory t = _anyTerms(rule);
        WORLD.assume(caller != t.consumer);
        _refused(caller, address(registry), abi.encodeCall(registry.reject, (t)));
    }

    function check_only_the_consumer_notifies_the_lender(address caller, uint256 clause) external {
        Terms memory t = _anyTerms(rule);
        WORLD.assume(caller != t.consumer);
        _refused(caller, address(registry), abi.encodeCall(registry.notifyLender, (t, clause)));
    }

    function check_only_the_consumer_exits(address caller, uint256 clause) external {
        Terms memory t = _anyTerms(rule);
        WORLD.assume(caller != t.consumer);
        _refused(caller, address(registry), abi.encodeCall(registry.exit, (t, clause)));
    }

    /* THE METER AND THE ARBITER */

    function check_only_the_meter_serves(address caller) external {
        Terms memory t = _anyTerms(rule);
        WORLD.assume(caller != t.meter);
        _refused(caller, address(registry), abi.encodeCall(registry.serve, (t)));
    }

    function check_only_the_arbiter_resolves(address caller, uint16 number, int64 award, bytes32 reason) external {
        Terms memory t = _anyTerms(rule);
        WORLD.assume(caller != t.arbiter);
        _refused(caller, address(registry), abi.encodeCall(registry.resolve, (t, number, award, reason)));
    }

    /* EITHER PARTY, PAYER AND PAYEE */

    function check_only_a_party_disputes(address caller, uint16 number, int64 claim, bytes32 evidence) external {
        Terms memory t = _anyTerms(rule);
        WORLD.assume(caller != t.producer && caller != t.consumer);
        _refused(caller, address(registry), abi.encodeCall(registry.dispute, (t, number, claim, evidence)));
    }

    function check_only_the_payer_declares(address caller, int64 cents, Day day, bytes32 reference_) external {
        Terms memory t = _anyTerms(rule);
        WORLD.assume(caller != (cents > 0 ? t.consumer : t.producer));
        _refused(caller, address(registry), abi.encodeCall(registry.declare, (t, cents, day, reference_)));
    }

    function check_only_the_payee_confirms(address caller, int64 cents, Day day, bytes32 reference_) external {
        Terms memory t = _anyTerms(rule);
        WORLD.assume(caller != (cents > 0 ? t.producer : t.consumer));
        _refused(caller, address(registry), abi.encodeCall(registry.confirm, (t, cents, day, reference_)));
    }

    /* BOTH TOGETHER */

    function check_only_a_party_agrees(address caller, bytes32 r, bytes32 vs) external {
        Terms memory t = _anyTerms(rule);
        WORLD.assume(caller != t.producer && caller != t.consumer);
        _refused(caller, address(registry), abi.encodeCall(registry.agree, (t, abi.encodePacked(r, vs))));
    }

    function check_nobody_agrees_without_the_other(bool producerCalls, bytes32 r, bytes32 vs) external {
        Terms memory t = _anyTerms(rule);
        (t.firstDay, t.months) = (Day.wrap(16_983), 240); // the calendar is tried elsewhere, on every day
        (address caller, address other) = producerCalls ? (t.producer, t.consumer) : (t.consumer, t.producer);
        WORLD.assume(_signer(registry.idOf(t), r, vs) != other);
        _refused(caller, address(registry), abi.encodeCall(registry.agree, (t, abi.encodePacked(r, vs))));
    }

    function check_nobody_acts_without_the_producer(address caller, bytes32[4] calldata signed) external {
        (Terms memory t, Act memory a) = (_anyTerms(rule), _anyAct());
        WORLD.assume(caller != t.producer && _signer(this.digest(t, a), signed[0], signed[1]) != t.producer);
        _refused(caller, address(registry), _act(t, a, signed));
    }

    function check_nobody_acts_without_the_consumer(address caller, bytes32[4] calldata signed) external {
        (Terms memory t, Act memory a) = (_anyTerms(rule), _anyAct());
        WORLD.assume(caller != t.consumer && _signer(this.digest(t, a), signed[2], signed[3]) != t.consumer);
        _refused(caller, address(registry), _act(t, a, signed));
    }

    function digest(Terms calldata t, Act calldata a) external view returns (bytes32) {
        return a.digest(registry.idOf(t), registry.domainSeparator());
    }

    function _act(Terms memory t, Act memory a, bytes32[4] calldata signed) private view returns (bytes memory) {
        bytes memory producers = abi.encodePacked(signed[0], signed[1]);
        bytes memory consumers = abi.encodePacked(signed[2], signed[3]);
        return abi.encodeCall(registry.act, (t, a, producers, consumers, new Terms[](0)));
    }
}
