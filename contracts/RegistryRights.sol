// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMeterLedger} from "../interfaces/IMeterLedger.sol";
import {Act, Request, Right, Terms} from "../interfaces/registry/Structs.sol";
import {Day} from "./lib/Units.sol";
import {Announcing} from "./registry/Announcing.sol";
import {Book} from "./registry/Book.sol";
import {Bringing} from "./registry/Bringing.sol";
import {Disputing} from "./registry/Disputing.sol";
import {Module} from "./registry/Module.sol";
import {Noticing} from "./registry/Noticing.sol";
import {Paying, Transfer} from "./registry/Paying.sol";
import {Serving} from "./registry/Serving.sol";
import {Withdrawing} from "./registry/Withdrawing.sol";

/// @title The registry's module for the other rare rights: announcements, disputes, payments, notices
contract RegistryRights is Module, Bringing, Serving, Withdrawing, Announcing, Noticing, Disputing, Paying {
    constructor(uint256 chainId_, IMeterLedger ledger_) Book(chainId_, ledger_) {}

    function withdraw(Terms calldata terms) external {
        _withdraw(msg.sender, terms);
    }

    function reject(Terms calldata terms) external {
        _reject(msg.sender, terms);
    }

    function cancel(Terms calldata terms) external {
        _cancel(msg.sender, terms);
    }

    function voidAct(Terms calldata terms, uint32 number) external {
        _voidAct(msg.sender, terms, number);
    }

    function object(Terms calldata terms) external {
        _object(msg.sender, terms);
    }

    // In memory as it goes on there: 80 bytes less code.
    // solhint-disable-next-line gas-calldata-parameters
    function announce(
        Terms calldata terms,
        Act memory signedAct,
        address party,
        bytes calldata partySignature,
        bytes calldata arbiterSignature,
        Terms[] calldata successor
    ) external {
        _announce(terms, signedAct, party, partySignature, arbiterSignature, successor);
    }

    function dispute(Terms calldata terms, uint16 number, int64 claim, bytes32 evidence) external {
        _dispute(msg.sender, terms, number, claim, evidence);
    }

    function resolve(Terms calldata terms, uint16 number, int64 award, bytes32 reason) external {
        _resolve(msg.sender, terms, number, award, reason);
    }

    function declare(Terms calldata terms, int64 cents, Day day, bytes32 reference_) external {
        _declare(msg.sender, terms, Transfer(cents, day, reference_));
    }

    function confirm(Terms calldata terms, int64 cents, Day day, bytes32 reference_) external {
        _confirm(msg.sender, terms, Transfer(cents, day, reference_));
    }

    function deny(Terms calldata terms, int64 cents, Day day, bytes32 reference_) external {
        _deny(msg.sender, terms, Transfer(cents, day, reference_));
    }

    function accept(Terms calldata terms, int64 cents, Day day, bytes32 reference_) external {
        _decide(msg.sender, terms, Transfer(cents, day, reference_), true);
    }

    function refuse(Terms calldata terms, int64 cents, Day day, bytes32 reference_) external {
        _decide(msg.sender, terms, Transfer(cents, day, reference_), false);
    }

    function notifyLender(Terms calldata terms, uint256 clause) external {
        _notifyLender(msg.sender, terms, clause);
    }

    function cure(Terms calldata terms) external {
        _cure(msg.sender, terms);
    }

    function alarm(Terms calldata terms) external {
        _alarm(terms);
    }

    function _nameHash(Right right) internal pure override returns (bytes32) {
        if (right == Right.Withdraw) return keccak256("withdraw");
        if (right == Right.Reject) return keccak256("reject");
        if (right == Right.Serve) return keccak256("serve");
        if (right == Right.Cancel) return keccak256("cancel");
        if (right == Right.VoidAct) return keccak256("voidAct");
        if (right == Right.Object) return keccak256("object");
        if (right == Right.Dispute) return keccak256("dispute");
        if (right == Right.Resolve) return keccak256("resolve");
        if (right == Right.Declare) return keccak256("declare");
        if (right == Right.Confirm) return keccak256("confirm");
        if (right == Right.Deny) return keccak256("deny");
        if (right == Right.Accept) return keccak256("accept");
        if (right == Right.Refuse) return keccak256("refuse");
        if (right == Right.NotifyLender) return keccak256("notifyLender");
        return keccak256("cure");
    }

    function _use(Terms calldata terms, Request calldata r, address actor) internal override {
        Right right = r.right;
        Transfer memory t = Transfer(r.cents, r.day, r.reference_);
        if (right == Right.Withdraw) _withdraw(actor, terms);
        else if (right == Right.Reject) _reject(actor, terms);
        else if (right == Right.Serve) _serve(actor, terms);
        else if (right == Right.Cancel) _cancel(actor, terms);
        else if (right == Right.VoidAct) _voidAct(actor, terms, r.number);
        else if (right == Right.Object) _object(actor, terms);
        else if (right == Right.Dispute) _dispute(actor, terms, r.number, r.cents, r.reference_);
        else if (right == Right.Resolve) _resolve(actor, terms, r.number, r.cents, r.reference_);
        else if (right == Right.Declare) _declare(actor, terms, t);
        else if (right == Right.Confirm) _confirm(actor, terms, t);
        else if (right == Right.Deny) _deny(actor, terms, t);
        else if (right == Right.Accept) _decide(actor, terms, t, true);
        else if (right == Right.Refuse) _decide(actor, terms, t, false);
        else if (right == Right.NotifyLender) _notifyLender(actor, terms, r.number);
        else _cure(actor, terms);
    }
}
