// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IActing} from "../../interfaces/registry/IActing.sol";
import {IClosing} from "../../interfaces/registry/IClosing.sol";
import {IWithdrawing} from "../../interfaces/registry/IWithdrawing.sol";
import {Account, Agreement, Announcement, Status, Terms} from "../../interfaces/registry/Structs.sol";
import {pack as packAccount} from "../lib/AccountWord.sol";
import {pack as packAgreement} from "../lib/AgreementWord.sol";
import {AnnouncementWord} from "../lib/AnnouncementWord.sol";
import {Day, UtcDay} from "../lib/Units.sol";
import {Book} from "./Book.sol";

/// @title What one party takes back, or says no to
abstract contract Withdrawing is Book {
    function _withdraw(address actor, Terms calldata terms) internal {
        require(actor == terms.producer, NotTheProducer(actor, terms.producer));
        emit IWithdrawing.Withdrawn(_drop(terms, Status.Withdrawn));
    }

    function _reject(address actor, Terms calldata terms) internal {
        require(actor == terms.consumer, NotTheConsumer(actor, terms.consumer));
        emit IWithdrawing.Rejected(_drop(terms, Status.Rejected));
    }

    /// @dev Terms that nobody proposed can be dropped too: a signature of them may be on its way.
    function _drop(Terms calldata terms, Status dropped) private returns (bytes32 id) {
        Agreement memory agreement;
        (id, agreement) = _load(terms);
        bool unsigned = agreement.status == Status.None || agreement.status == Status.Proposed;
        require(unsigned, WrongStatus(id, agreement.status, Status.Proposed));
        agreement.status = dropped;
        _agreements[id] = packAgreement(agreement);
    }

    function _cancel(address actor, Terms calldata terms) internal {
        _requireParty(actor, terms);
        (bytes32 id, Agreement memory agreement) = _load(terms, Status.Signed);
        require(Day.unwrap(agreement.closedThrough) == 0, IWithdrawing.WasHandedOver(id));
        UtcDay today = _today();
        require(!(today <= terms.longStopDay), IWithdrawing.LongStopNotPassed(terms.longStopDay, today));

        agreement.status = Status.Ended;
        _agreements[id] = packAgreement(agreement);

        emit IWithdrawing.Cancelled(id, actor);
        emit IClosing.Ended(id, agreement.balance);
    }

    /// @dev What both signed under the number does not hold any more.
    function _voidAct(address actor, Terms calldata terms, uint32 number) internal {
        _requireParty(actor, terms);
        (bytes32 id, Agreement memory agreement) = _load(terms);
        Status status = agreement.status;
        bool signed = status == Status.Signed || status == Status.Running || status == Status.Ended;
        require(signed, WrongStatus(id, status, Status.Running));
        Account memory account = _accounts[id].unpack();
        uint256 next = uint256(account.acts) + 1;
        require(number == next, IActing.WrongActNumber(number, next));

        account.acts = number;
        _accounts[id] = packAccount(account);

        emit IWithdrawing.ActVoided(id, number, actor);
    }

    function _object(address actor, Terms calldata terms) internal {
        _requireParty(actor, terms);
        (bytes32 id,) = _load(terms);
        Announcement memory announced = _announcements[id].unpack();
        require(UtcDay.unwrap(announced.day) > 0 && !announced.ends, IWithdrawing.NothingToObjectTo(id));

        _announcements[id] = AnnouncementWord.wrap(0);

        emit IWithdrawing.Objected(id, actor);
    }
}
