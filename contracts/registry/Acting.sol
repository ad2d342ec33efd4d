// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Account, Act, Agreement, IPPARegistry, Status, Terms} from "../../interfaces/IPPARegistry.sol";
import {ActHash} from "../lib/ActHash.sol";
import {LARGEST_BILLED} from "../lib/AgreementWord.sol";
import {MeterWord} from "../lib/MeterWord.sol";
import {StatementWord} from "../lib/StatementWord.sol";
import {TermsHash} from "../lib/TermsHash.sol";
import {Day} from "../lib/Units.sol";
import {Ending} from "./Ending.sol";

/// @title What both parties do together: one message, signed by both, brought by anyone
abstract contract Acting is Ending {
    using ActHash for Act;
    using TermsHash for Terms;

    /// @dev In a statement's flags, a bit for each clause.
    uint32 private constant WHICH_FAILED = 0xffff0000;

    /// @inheritdoc IPPARegistry
    function act(
        Terms calldata terms,
        Act calldata deed,
        bytes calldata producerSignature,
        bytes calldata consumerSignature,
        Terms[] calldata successor
    ) external {
        (bytes32 id, Agreement memory agreement) = _loadBilled(terms);
        Account memory account = _accounts[id].unpack();
        require(block.timestamp <= deed.until, ActExpired(deed.until, block.timestamp));
        require(deed.number == account.nextAct, WrongActNumber(deed.number, account.nextAct));
        bytes32 digest = deed.digest(id, domainSeparator);
        if (msg.sender != terms.producer) _requireSigned(terms.producer, digest, producerSignature);
        if (msg.sender != terms.consumer) _requireSigned(terms.consumer, digest, consumerSignature);

        MeterWord word = MeterWord.wrap(0);
        // Both know whether a clause fails. As a literal zero it would make the compiler write each function twice.
        uint256 patience = deed.successor == 0 ? terms.disputeDays : 0;
        if (deed.successor != 0) {
            word = ledger.wordOf(terms.meter);
            uint256 until = Day.unwrap(word.day());
            if (deed.successor != id) ++until;
            _closeOpen(id, agreement, account, terms, until, patience);
        }

        account.nextAct = deed.number + 1;
        emit Acted(id, deed);
        if (deed.settles != 0) _settle(id, deed.settles);
        _credit(agreement, account, deed.cents);
        bool moves = deed.generation != 0 || deed.exported != 0;
        if (agreement.status == Status.Ended) require(!moves && deed.successor == 0, OnlyCentsLeft());
        if (moves) _correct(agreement, deed);
        if (deed.successor == id) {
            _end(id, agreement, account, terms, word, patience);
        } else if (deed.successor != 0) {
            require(successor.length == 1, NotTheSuccessor(0, deed.successor));
            _handOver(id, agreement, account, terms, deed.successor, successor[0]);
        } else {
            _store(id, agreement, account);
        }
    }

    function _settle(bytes32 id, uint256 number) private {
        bytes32 holder = _holder(id, number);
        _statements[holder][number] = _resolved(number, _statements[holder][number]);
    }

    /// @dev Moves the registers up to which energy was billed: the next statement bills so much more, or less.
    function _correct(Agreement memory agreement, Act calldata deed) private pure {
        require(Day.unwrap(agreement.closedDay) > 0, NothingClosed());
        int256 generation = int256(agreement.generation) - deed.generation;
        int256 exported = int256(agreement.exported) - deed.exported;
        bool fits = _fits(generation) && _fits(exported);
        require(fits, CorrectionTooLarge(deed.generation, deed.exported));
        (agreement.generation, agreement.exported) = (int64(generation), int64(exported));
    }

    function _fits(int256 billed) private pure returns (bool) {
        return billed <= LARGEST_BILLED && billed >= -LARGEST_BILLED;
    }

    function _handOver(
        bytes32 id,
        Agreement memory agreement,
        Account memory account,
        Terms calldata terms,
        bytes32 named,
        Terms calldata next
    ) private {
        (bytes32 to, Agreement memory heir) = _load(next, Status.Signed);
        require(to == named, NotTheSuccessor(to, named));
        require(next.supersedes == id, SupersedesAnother(next.supersedes, id));
        require(next.currency == terms.currency, OtherCurrency(next.currency, terms.currency));
        require(Day.unwrap(agreement.closedDay) > 0, NothingClosed());
        bool goesOn = next.firstDay == terms.firstDay && next.months > agreement.periods;
        bool follows = Day.unwrap(next.firstDay) == uint256(Day.unwrap(agreement.closedDay)) + 1;
        require(goesOn || follows, TermDoesNotFollow(next.firstDay, next.months));

        if (goesOn) (heir.periods, _predecessors[to]) = (agreement.periods, id);
        StatementWord last = _statements[id][agreement.periods];
        // Which clauses failed says nothing of the new terms' clauses.
        _statements[to][heir.periods] = last.flagged(last.flags() & WHICH_FAILED);
        (heir.balance, agreement.balance) = (agreement.balance, 0);
        (heir.generation, heir.exported) = (agreement.generation, agreement.exported);
        (heir.closedDay, heir.boundaryDay) = (agreement.closedDay, agreement.boundaryDay);
        // Empty is meant.
        // slither-disable-next-line uninitialized-local
        Account memory moved;
        (moved.nextAct, moved.cents, moved.late) = (1, account.cents, account.late);
        (account.cents, account.late) = (0, 0);
        agreement.status = Status.HandedOver;
        if (_servedBy[terms.meter] == id) {
            delete _servedBy[terms.meter];
            if (next.meter == terms.meter) {
                heir.status = Status.Running;
                _servedBy[next.meter] = to;
            }
        }
        _store(id, agreement, account);
        _store(to, heir, moved);

        emit HandedOver(id, to);
        if (heir.status == Status.Running) emit Served(to, next.meter);
    }
}
