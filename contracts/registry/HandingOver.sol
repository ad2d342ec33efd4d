// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IActing} from "../../interfaces/registry/IActing.sol";
import {IAgreeing} from "../../interfaces/registry/IAgreeing.sol";
import {Account, Agreement, Statement, Status, Terms} from "../../interfaces/registry/Structs.sol";
import {pack as packAccount} from "../lib/AccountWord.sol";
import {pack as packAgreement} from "../lib/AgreementWord.sol";
import {ClaimsWord} from "../lib/ClaimsWord.sol";
import {EARLY_BOUNDARY} from "../lib/StatementFlags.sol";
import {StatementWord, pack as packStatement} from "../lib/StatementWord.sol";
import {Day} from "../lib/Units.sol";
import {Entry} from "./Book.sol";
import {Closing} from "./Closing.sol";

/// @title From an agreement to its successor
abstract contract HandingOver is Closing {
    /// @dev Balance, registers and what is pending go to the successor, which must be signed; the caller stores the agreement
    /// itself, whose open months were closed.
    function _handOver(Entry memory e, Terms calldata terms, bytes32 named, Terms[] calldata successor) internal {
        require(successor.length == 1, IActing.NotTheSuccessor(0, named));
        Terms calldata next = successor[0];
        (bytes32 to, Agreement memory heir) = _load(next, Status.Signed);
        require(to == named, IActing.NotTheSuccessor(to, named));
        require(next.supersedes == e.id, IActing.SupersedesAnother(next.supersedes, e.id));
        require(next.currency == terms.currency, IActing.OtherCurrency(next.currency, terms.currency));

        _number(e, terms, to, heir, next);
        bool served = _free(e.id, e.agreement, terms);
        _move(e, heir, next.meter == terms.meter);
        if (served && next.meter == terms.meter) {
            heir.status = Status.Running;
            _servedBy[next.meter] = to;
        }
        Account memory account = _accounts[to].unpack(); // numbers of acts may have been voided already
        (account.cents, account.lateCentDays) = (e.account.cents, e.account.lateCentDays);
        (account.generation, account.exported) = (e.account.generation, e.account.exported);
        (e.account.cents, e.account.lateCentDays, e.account.generation, e.account.exported) = (0, 0, 0, 0);
        heir.pending = _isPending(account);
        _agreements[to] = packAgreement(heir);
        _accounts[to] = packAccount(account);

        emit IActing.HandedOver(e.id, to);
        if (heir.status == Status.Running) emit IAgreeing.Served(to, next.meter);
    }

    /// @dev The successor goes on in the same numbering, or begins its own with a copy of the last statement and its claims.
    function _number(Entry memory e, Terms calldata terms, bytes32 to, Agreement memory heir, Terms calldata next)
        private
    {
        (uint16 periods, Day closedThrough) = (e.agreement.periods, e.agreement.closedThrough);
        bool goesOn = next.firstDay == terms.firstDay && next.firstMonth == terms.firstMonth && next.months > periods;
        bool follows = Day.unwrap(next.firstDay) == uint256(Day.unwrap(closedThrough)) + 1;
        require(goesOn || follows, IActing.TermDoesNotFollow(next.firstDay, next.firstMonth, next.months));

        heir.periods = goesOn ? periods : next.firstMonth - 1;
        // Which clauses failed says nothing of the new terms' clauses.
        _inherited[to] = heir.periods;
        StatementWord last = _statements[e.root][periods];
        if (goesOn) {
            _roots[to] = e.root;
        } else if (!last.isEmpty()) {
            Statement memory opening = last.unpack();
            opening.flags &= EARLY_BOUNDARY;
            _statements[to][heir.periods] = packStatement(opening);
            ClaimsWord claims = _claims[e.root][periods];
            if (ClaimsWord.unwrap(claims) != 0) _claims[to][heir.periods] = claims;
        }
    }

    function _move(Entry memory e, Agreement memory heir, bool sameMeter) private pure {
        Agreement memory agreement = e.agreement;
        (heir.balance, agreement.balance) = (agreement.balance, 0);
        heir.closedThrough = agreement.closedThrough;
        if (sameMeter) {
            heir.boundaryDay = agreement.boundaryDay;
            (heir.generation, heir.exported) = (agreement.generation, agreement.exported);
        }
        agreement.status = Status.HandedOver;
    }
}
