// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MeterLedger} from "../../contracts/MeterLedger.sol";
import {PPARegistry} from "../../contracts/PPARegistry.sol";
import {RegistryEnds} from "../../contracts/RegistryEnds.sol";
import {RegistryRights} from "../../contracts/RegistryRights.sol";
import {ActHash} from "../../contracts/lib/ActHash.sol";
import {RequestHash} from "../../contracts/lib/RequestHash.sol";
import {TermsHash} from "../../contracts/lib/TermsHash.sol";
import {Day, UtcDay} from "../../contracts/lib/Units.sol";
import {IPPARegistry} from "../../interfaces/IPPARegistry.sol";
import {Act, Announcement, Clause, Request, Right, Status, Terms} from "../../interfaces/registry/Structs.sol";
import {AnyClause, LENDER, Symbols} from "./Symbols.sol";

/// @title Who may do what: docs/powers.md, of the registry's code and its modules', for any terms, caller and state
/// @dev A party that is a contract (ERC-1271) answers for itself; here parties have keys.
contract Powers is Symbols {
    using ActHash for Act;
    using RequestHash for Request;
    using TermsHash for Terms;

    IPPARegistry private registry;
    address private rule;

    function setUp() public {
        MeterLedger ledger = new MeterLedger(31_337);
        address ends = address(new RegistryEnds(31_337, ledger));
        address rights = address(new RegistryRights(31_337, ledger));
        registry = IPPARegistry(address(new PPARegistry(31_337, ledger, ends, rights)));
        rule = address(new AnyClause());
        ANY.enableSymbolicStorage(address(registry));
        WORLD.warp(24_000 days); // one moment stands for all: the days that are stored, or in terms, are any before and after it
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

    function check_only_the_arbiter_accepts(address caller, int64 cents, Day day, bytes32 reference_) external {
        Terms memory t = _anyTerms(rule);
        WORLD.assume(caller != t.arbiter);
        _refused(caller, address(registry), abi.encodeCall(registry.accept, (t, cents, day, reference_)));
    }

    function check_only_the_arbiter_refuses(address caller, int64 cents, Day day, bytes32 reference_) external {
        Terms memory t = _anyTerms(rule);
        WORLD.assume(caller != t.arbiter);
        _refused(caller, address(registry), abi.encodeCall(registry.refuse, (t, cents, day, reference_)));
    }

    /* THE LENDER: `AnyClause` names it */

    function check_only_the_lender_cures(address caller) external {
        Terms memory t = _certainTerms();
        WORLD.assume(caller != LENDER);
        WORLD.prank(t.consumer);
        registry.notifyLender(t, 0);
        _refused(caller, address(registry), abi.encodeCall(registry.cure, (t)));
    }

    /* EITHER PARTY, PAYER AND PAYEE */

    function check_only_a_party_cancels(address caller) external {
        Terms memory t = _anyTerms(rule);
        WORLD.assume(caller != t.producer && caller != t.consumer);
        _refused(caller, address(registry), abi.encodeCall(registry.cancel, (t)));
    }

    function check_only_a_party_voids_an_act(address caller, uint32 number) external {
        Terms memory t = _anyTerms(rule);
        WORLD.assume(caller != t.producer && caller != t.consumer);
        _refused(caller, address(registry), abi.encodeCall(registry.voidAct, (t, number)));
    }

    function check_only_a_party_objects(address caller) external {
        Terms memory t = _anyTerms(rule);
        WORLD.assume(caller != t.producer && caller != t.consumer);
        _refused(caller, address(registry), abi.encodeCall(registry.object, (t)));
    }

    function check_only_a_party_ends_in_silence(address caller) external {
        Terms memory t = _anyTerms(rule);
        WORLD.assume(caller != t.producer && caller != t.consumer);
        _refused(caller, address(registry), abi.encodeCall(registry.endInSilence, (t)));
    }

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
        WORLD.assume(caller != (cents < 0 ? t.consumer : t.producer));
        _refused(caller, address(registry), abi.encodeCall(registry.confirm, (t, cents, day, reference_)));
    }

    function check_only_the_payee_denies(address caller, int64 cents, Day day, bytes32 reference_) external {
        Terms memory t = _anyTerms(rule);
        WORLD.assume(caller != (cents < 0 ? t.consumer : t.producer));
        _refused(caller, address(registry), abi.encodeCall(registry.deny, (t, cents, day, reference_)));
    }

    /* BOTH TOGETHER */

    function check_nobody_agrees_without_the_producer(address caller, bytes32[4] calldata signed) external {
        Terms memory t = _dated(_anyTerms(rule));
        bytes32 id = registry.idOf(t);
        WORLD.assume(caller != t.producer && _signer(id, signed[0], signed[1]) != t.producer);
        // What the producer proposed by itself it need not sign.
        WORLD.assume(registry.agreementOf(id).status != Status.Proposed);
        _refused(caller, address(registry), _agree(t, signed));
    }

    function check_nobody_agrees_without_the_consumer(address caller, bytes32[4] calldata signed) external {
        Terms memory t = _dated(_anyTerms(rule));
        WORLD.assume(caller != t.consumer && _signer(registry.idOf(t), signed[2], signed[3]) != t.consumer);
        _refused(caller, address(registry), _agree(t, signed));
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

    /* BROUGHT BY ANYONE */

    /// @custom:halmos --loop 17
    function check_nobody_brings_what_the_actor_did_not_sign(
        uint8 right,
        address caller,
        address actor,
        bytes32[2] calldata signed
    ) external {
        (Terms memory t, Request memory r, string memory name) = _anyBrought(right);
        WORLD.assume(_signer(this.digest(t, r, name), signed[0], signed[1]) != actor);
        _refused(caller, address(registry), _bring(t, r, actor, signed));
    }

    /// @custom:halmos --loop 17
    function check_a_brought_right_is_its_actors(uint8 right, address caller, address actor, bytes32[2] calldata signed)
        external
    {
        (Terms memory t, Request memory r,) = _anyBrought(right);
        WORLD.assume(!_may(actor, t, r));
        _refused(caller, address(registry), _bring(t, r, actor, signed));
    }

    /* ONE PARTY AND THE ARBITER */

    function check_nobody_announces_without_a_party(address caller, address party, bytes32[4] calldata signed)
        external
    {
        (Terms memory t, Act memory a) = (_anyTerms(rule), _anyAct());
        bool signs = caller == party || _signer(this.digest(t, a), signed[0], signed[1]) == party;
        WORLD.assume(!signs || (party != t.producer && party != t.consumer));
        _refused(caller, address(registry), _announce(t, a, party, signed, new Terms[](0)));
    }

    function check_nobody_announces_without_the_arbiter(address caller, address party, bytes32[4] calldata signed)
        external
    {
        (Terms memory t, Act memory a) = (_anyTerms(rule), _anyAct());
        WORLD.assume(caller != t.arbiter && _signer(this.digest(t, a), signed[2], signed[3]) != t.arbiter);
        _refused(caller, address(registry), _announce(t, a, party, signed, new Terms[](0)));
    }

    function check_no_energy_and_no_cents_are_announced(address caller, address party, bytes32[4] calldata signed)
        external
    {
        (Terms memory t, Act memory a) = (_anyTerms(rule), _anyAct());
        WORLD.assume(_moves(a));
        _refused(caller, address(registry), _announce(t, a, party, signed, new Terms[](0)));
    }

    function check_no_energy_and_no_cents_are_executed(address caller) external {
        (Terms memory t, Act memory a) = (_anyTerms(rule), _anyAct());
        WORLD.assume(_moves(a));
        _refused(caller, address(registry), abi.encodeCall(registry.execute, (t, a, new Terms[](0))));
    }

    /// @dev One field, the greatest power, stands for all that the hash of the deal covers: the next check asks for each.
    function check_only_the_same_deal_is_announced(bytes32[4] calldata signed) external {
        (Terms memory t, Act memory a, Terms[] memory next) = (_certainTerms(), _nothing(), new Terms[](1));
        next[0] = _certainTerms();
        t.maxPower = uint64(ANY.createUint(64, "maxPower"));
        next[0].maxPower = uint64(ANY.createUint(64, "other"));
        WORLD.assume(t.maxPower != next[0].maxPower);
        a.successor = registry.idOf(next[0]);
        WORLD.assume(a.successor != registry.idOf(t));
        _refused(t.arbiter, address(registry), _announce(t, a, t.producer, signed, next));
    }

    function check_another_deal_has_another_hash() external {
        (Terms memory t, Terms memory n) = (_anyTerms(ANY.createAddress("rule")), _anyTerms(ANY.createAddress("other")));
        bool sameTerm = n.firstDay == t.firstDay && n.firstMonth == t.firstMonth && n.months == t.months;
        bool sameDays = n.disputeDays == t.disputeDays && n.noticeDays == t.noticeDays && n.silenceDays == t.silenceDays
            && UtcDay.unwrap(n.longStopDay) == UtcDay.unwrap(t.longStopDay);
        bool sameBounds = n.maxPower == t.maxPower && n.maxClaim == t.maxClaim;
        bool sameTexts = n.currency == t.currency && n.timeZone == t.timeZone && n.documentHash == t.documentHash;
        bool samePrices =
            n.clauses[0].rule == t.clauses[0].rule && keccak256(n.clauses[0].params) == keccak256(t.clauses[0].params);
        WORLD.assume(!(sameTerm && sameDays && sameBounds && sameTexts && samePrices));
        assert(this.deal(t) != this.deal(n));
    }

    function check_only_what_was_announced_is_executed(address caller) external {
        (Terms memory t, Act memory a) = (_certainTerms(), _anyAct());
        Announcement memory announced = registry.announcementOf(registry.idOf(t));
        uint256 day = UtcDay.unwrap(announced.day);
        bool same = announced.digest == this.digest(t, a) & ~bytes32(uint256(0xffffff));
        WORLD.assume(day == 0 || !same || block.timestamp / 1 days < day + t.noticeDays);
        _refused(caller, address(registry), abi.encodeCall(registry.execute, (t, a, new Terms[](0))));
    }

    function check_without_days_of_notice_the_arbiter_has_disputes_only(
        address caller,
        address party,
        bytes32[4] calldata signed,
        bool accepts
    ) external {
        (Terms memory t, Act memory a) = (_anyTerms(rule), _anyAct());
        t.noticeDays = 0;
        _refused(caller, address(registry), _announce(t, a, party, signed, new Terms[](0)));
        Request memory r = _anyRequest();
        bytes memory accepted = abi.encodeCall(registry.accept, (t, r.cents, r.day, r.reference_));
        bytes memory refused = abi.encodeCall(registry.refuse, (t, r.cents, r.day, r.reference_));
        _refused(caller, address(registry), accepts ? accepted : refused);
    }

    function check_the_arbiter_accepts_no_more_than_is_owed(int64 cents, Day day, bytes32 reference_) external {
        Terms memory t = _certainTerms();
        int256 balance = registry.agreementOf(registry.idOf(t)).balance;
        WORLD.assume(cents > 0 ? cents > balance : cents < balance);
        _refused(t.arbiter, address(registry), abi.encodeCall(registry.accept, (t, cents, day, reference_)));
    }

    function check_the_arbiter_awards_no_more_than_is_claimed(uint16 number, int64 award, bytes32 reason) external {
        Terms memory t = _certainTerms();
        (uint64 producer, uint64 consumer) = this.claims(t, number);
        // Only terms that replace others have another root.
        bytes32 id = registry.idOf(t);
        WORLD.assume(registry.rootOf(id) == id);
        WORLD.assume(award > int256(uint256(producer)) || -int256(award) > int256(uint256(consumer)));
        _refused(t.arbiter, address(registry), abi.encodeCall(registry.resolve, (t, number, award, reason)));
    }

    /* INSIDE */

    function digest(Terms calldata t, Act calldata a) external view returns (bytes32) {
        return a.digest(registry.idOf(t), registry.domainSeparator());
    }

    function digest(Terms calldata t, Request calldata r, string calldata name) external view returns (bytes32) {
        return r.digest(keccak256(bytes(name)), registry.idOf(t), registry.domainSeparator());
    }

    function deal(Terms calldata t) external pure returns (bytes32) {
        return t.dealHash();
    }

    function claims(Terms calldata t, uint16 number) external view returns (uint64 producer, uint64 consumer) {
        bytes32 id = registry.idOf(t);
        (producer, consumer) = (registry.claimsOf(id, number).producer, registry.claimsOf(id, number).consumer);
    }

    /// @dev The calendar is tried elsewhere, on every day.
    function _dated(Terms memory t) private pure returns (Terms memory) {
        (t.firstDay, t.firstMonth, t.months) = (Day.wrap(16_983), 1, 240);
        return t;
    }

    /// @dev Whether an act would move energy or money, or decide a dispute.
    function _moves(Act memory a) private pure returns (bool) {
        return a.generation != 0 || a.exported != 0 || a.cents != 0 || a.settles != 0;
    }

    /// @dev What a check asks nothing of is fixed: the parties, 30 days to dispute and of notice, a clause.
    function _certainTerms() private view returns (Terms memory t) {
        (t.producer, t.consumer, t.meter, t.arbiter) = (address(16), address(17), address(18), address(19));
        (t.disputeDays, t.noticeDays) = (30, 30);
        t.clauses = new Clause[](1);
        t.clauses[0] = Clause(rule, new bytes(96));
        _dated(t);
    }

    /// @dev An act that moves nothing and never expires.
    function _nothing() private pure returns (Act memory a) {
        a.until = type(uint64).max;
    }

    /// @dev A request for one of the rights, the machine trying each, and its name.
    function _anyBrought(uint8 right) private returns (Terms memory t, Request memory r, string memory name) {
        string[17] memory names = [
            "withdraw",
            "reject",
            "serve",
            "cancel",
            "voidAct",
            "object",
            "dispute",
            "resolve",
            "declare",
            "confirm",
            "deny",
            "accept",
            "refuse",
            "notifyLender",
            "cure",
            "exit",
            "endInSilence"
        ];
        WORLD.assume(right < names.length);
        (t, r) = (_anyTerms(rule), _anyRequest());
        for (uint8 i = 0; i < names.length; ++i) {
            if (right == i) (r.right, name) = (Right(i), names[i]);
        }
    }

    /// @dev docs/powers.md, once more; the lender is asked for above.
    function _may(address actor, Terms memory t, Request memory r) private pure returns (bool) {
        Right right = r.right;
        if (right == Right.Cure) return true;
        if (right == Right.Withdraw) return actor == t.producer;
        if (right == Right.Reject || right == Right.NotifyLender || right == Right.Exit) return actor == t.consumer;
        if (right == Right.Serve) return actor == t.meter;
        if (right == Right.Resolve || right == Right.Accept || right == Right.Refuse) return actor == t.arbiter;
        if (right == Right.Declare) return actor == (r.cents > 0 ? t.consumer : t.producer);
        if (right == Right.Confirm || right == Right.Deny) return actor == (r.cents < 0 ? t.consumer : t.producer);
        return actor == t.producer || actor == t.consumer;
    }

    function _agree(Terms memory t, bytes32[4] calldata signed) private view returns (bytes memory) {
        (bytes memory producers, bytes memory consumers) = _signatures(signed);
        return abi.encodeCall(registry.agree, (t, producers, consumers));
    }

    function _act(Terms memory t, Act memory a, bytes32[4] calldata signed) private view returns (bytes memory) {
        (bytes memory producers, bytes memory consumers) = _signatures(signed);
        return abi.encodeCall(registry.act, (t, a, producers, consumers, new Terms[](0)));
    }

    function _announce(Terms memory t, Act memory a, address party, bytes32[4] calldata signed, Terms[] memory next)
        private
        view
        returns (bytes memory)
    {
        (bytes memory partys, bytes memory arbiters) = _signatures(signed);
        return abi.encodeCall(registry.announce, (t, a, party, partys, arbiters, next));
    }

    function _bring(Terms memory t, Request memory r, address actor, bytes32[2] calldata signed)
        private
        view
        returns (bytes memory)
    {
        return abi.encodeCall(registry.bring, (t, r, actor, abi.encodePacked(signed[0], signed[1])));
    }

    function _signatures(bytes32[4] calldata signed) private pure returns (bytes memory, bytes memory) {
        return (abi.encodePacked(signed[0], signed[1]), abi.encodePacked(signed[2], signed[3]));
    }
}
