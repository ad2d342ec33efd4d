// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IActing} from "../../interfaces/registry/IActing.sol";
import {IDisputing} from "../../interfaces/registry/IDisputing.sol";
import {Account, Act, Claims, Status, Terms} from "../../interfaces/registry/Structs.sol";
import {ActHash} from "../lib/ActHash.sol";
import {ClaimsWord, pack as packClaims} from "../lib/ClaimsWord.sol";
import {MeterWord} from "../lib/MeterWord.sol";
import {Day} from "../lib/Units.sol";
import {Entry} from "./Book.sol";
import {Manner} from "./Closing.sol";
import {HandingOver} from "./HandingOver.sol";

/// @title What both parties do together: one message, signed by both, brought by anyone
abstract contract Acting is HandingOver {
    using ActHash for Act;

    function _act(
        Terms calldata terms,
        Act memory signedAct,
        bytes calldata producerSignature,
        bytes calldata consumerSignature,
        Terms[] calldata successor
    ) internal {
        Entry memory e = _entryOfSigned(terms);
        require(block.timestamp <= signedAct.until, IActing.ActExpired(signedAct.until, block.timestamp));
        uint256 number = uint256(e.account.acts) + 1;
        require(signedAct.number == number, IActing.WrongActNumber(signedAct.number, number));
        bytes32 digest = signedAct.digest(e.id, _domain());
        if (msg.sender != terms.producer) _requireSigned(terms.producer, digest, producerSignature);
        if (msg.sender != terms.consumer) _requireSigned(terms.consumer, digest, consumerSignature);

        MeterWord word = MeterWord.wrap(0);
        bool ends = signedAct.successor == e.id;
        if (signedAct.successor != 0) word = _catchUp(e, terms, ends);
        e.account.acts = signedAct.number;
        if (signedAct.settles != 0) _settle(e, signedAct.settles);
        _adjust(e, signedAct);
        emit IActing.Acted(e.id, signedAct, e.agreement.balance);

        if (ends) _endServed(e, terms, word);
        else if (signedAct.successor != 0) _handOver(e, terms, signedAct.successor, successor);
        _store(e);
    }

    /// @dev Also what both signed and no meter serves: they can end it.
    function _entryOfSigned(Terms calldata terms) private view returns (Entry memory e) {
        (e.id, e.agreement) = _load(terms);
        Status status = e.agreement.status;
        bool signed = status == Status.Signed || status == Status.Running || status == Status.Ended;
        require(signed, WrongStatus(e.id, status, Status.Running));
        _complete(e, terms);
    }

    /// @dev Closes what is open. Both know whether a clause fails: it is not waited for.
    function _catchUp(Entry memory e, Terms calldata terms, bool ends) private returns (MeterWord word) {
        require(e.agreement.status != Status.Ended, IActing.OnlyCentsLeft());
        word = _lastWord(e, terms);
        // slither-disable-next-line uninitialized-local
        Manner memory m;
        m.handsOver = !ends;
        _closeOpen(e, terms, m, word);
    }

    /// @dev What no meter ever served has nothing to close; what ended with its term, nothing to end.
    function _endServed(Entry memory e, Terms calldata terms, MeterWord word) private {
        // slither-disable-next-line uninitialized-local
        Manner memory m;
        if (_goesOn(e.agreement)) return _end(e, terms, m, word);
        if (e.agreement.status == Status.Ended) return;
        e.agreement.balance += e.account.cents;
        e.account.cents = 0;
        _finish(e, terms);
    }

    function _settle(Entry memory e, uint256 number) private {
        ClaimsWord word = _claims[e.root][number];
        Claims memory claims = word.unpack();
        bool open = ClaimsWord.unwrap(word) != 0 && !claims.decided;
        require(open, IDisputing.NoOpenDispute(number));
        claims.decided = true;
        _claims[e.root][number] = packClaims(claims);
    }

    /// @dev Energy waits for the next statement, as do cents; an ended agreement has none.
    function _adjust(Entry memory e, Act memory signedAct) private pure {
        require(signedAct.cents == int48(signedAct.cents), CentsOutside(signedAct.cents));
        bool moves = signedAct.generation != 0 || signedAct.exported != 0;
        if (e.agreement.status == Status.Ended) {
            // Its term may have ended just now, with the months that were open: then there is nothing else to end.
            require(!moves, IActing.OnlyCentsLeft());
            e.agreement.balance += signedAct.cents;
            _requireBalance(e.agreement.balance);
            return;
        }
        // What no meter ever served both can end, and nothing else.
        bool served = Day.unwrap(e.agreement.closedThrough) > 0;
        require(served || (!moves && signedAct.successor == e.id), IActing.NeverServed(e.id));
        Account memory account = e.account;
        int256 generation;
        int256 exported;
        unchecked {
            // 64 bits each: 150 gas less an act.
            account.cents += signedAct.cents;
            generation = int256(account.generation) + signedAct.generation;
            exported = int256(account.exported) + signedAct.exported;
        }
        bool fits = generation == int40(generation) && exported == int40(exported);
        require(fits, IActing.CorrectionTooLarge(generation, exported));
        (account.generation, account.exported) = (int64(generation), int64(exported));
    }
}
