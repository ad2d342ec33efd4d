// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMeterLedger} from "../interfaces/IMeterLedger.sol";
import {Act, Request, Right, Terms} from "../interfaces/registry/Structs.sol";
import {Acting} from "./registry/Acting.sol";
import {Book} from "./registry/Book.sol";
import {Bringing} from "./registry/Bringing.sol";
import {Ending} from "./registry/Ending.sol";
import {Executing} from "./registry/Executing.sol";
import {Module} from "./registry/Module.sol";

/// @title The registry's module for what closes open months first: acts of both, what was announced, ends of one party
contract RegistryEnds is Module, Bringing, Acting, Executing, Ending {
    constructor(uint256 chainId_, IMeterLedger ledger_) Book(chainId_, ledger_) {}

    function act(
        Terms calldata terms,
        Act calldata signedAct,
        bytes calldata producerSignature,
        bytes calldata consumerSignature,
        Terms[] calldata successor
    ) external {
        _act(terms, signedAct, producerSignature, consumerSignature, successor);
    }

    function execute(Terms calldata terms, Act calldata signedAct, Terms[] calldata successor) external {
        _execute(terms, signedAct, successor);
    }

    function exit(Terms calldata terms, uint256 clause) external {
        _exit(msg.sender, terms, clause);
    }

    function endInSilence(Terms calldata terms) external {
        _endInSilence(msg.sender, terms);
    }

    function _nameHash(Right right) internal pure override returns (bytes32) {
        return right == Right.Exit ? keccak256("exit") : keccak256("endInSilence");
    }

    function _use(Terms calldata terms, Request calldata request, address actor) internal override {
        if (request.right == Right.Exit) _exit(actor, terms, request.number);
        else _endInSilence(actor, terms);
    }
}
