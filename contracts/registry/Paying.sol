// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Account, Agreement, IPPARegistry, Status, Terms} from "../../interfaces/IPPARegistry.sol";
import {Calendar} from "../lib/Calendar.sol";
import {StatementWord} from "../lib/StatementWord.sol";
import {Day} from "../lib/Units.sol";
import {Book} from "./Book.sol";

/// @title Payments made elsewhere, declared by who paid and confirmed by who was paid
abstract contract Paying is Book {
    uint256 private constant DECLARED = 1;
    uint256 private constant CONFIRMED = 2;

    /// @inheritdoc IPPARegistry
    function declare(Terms calldata terms, int64 cents, Day day, bytes32 reference_) external {
        _requireCaller(cents > 0 ? terms.consumer : terms.producer, terms);
        require(cents != 0, CentsOutside(cents));
        _requireCents(cents);
        // Fourteen hours ahead of Greenwich it is that day already.
        require(Day.unwrap(day) <= (block.timestamp + 14 hours) / 1 days, DayInFuture(day));
        (bytes32 id,) = _loadBilled(terms);
        bytes32 payment = _payment(id, cents, day, reference_);
        require(_payments[payment] == 0, PaymentKnown(payment));

        _payments[payment] = DECLARED;

        emit PaymentDeclared(id, cents, day, reference_);
    }

    /// @inheritdoc IPPARegistry
    function confirm(Terms calldata terms, int64 cents, Day day, bytes32 reference_) external {
        _requireCaller(cents > 0 ? terms.producer : terms.consumer, terms);
        (bytes32 id, Agreement memory agreement) = _loadBilled(terms);
        bytes32 payment = _payment(id, cents, day, reference_);
        require(_payments[payment] == DECLARED, PaymentUnknown(payment));

        _payments[payment] = CONFIRMED;
        Account memory account = _accounts[id].unpack();
        int256 late = agreement.status != Status.Ended ? _late(id, agreement, cents, day) : int256(0);
        account.late += late;
        agreement.balance -= cents;
        _requireBalance(agreement.balance);
        _store(id, agreement, account);

        emit PaymentConfirmed(id, cents, day, reference_, late, agreement.balance);
    }

    /// @inheritdoc IPPARegistry
    function paymentOf(bytes32 id, int64 cents, Day day, bytes32 reference_) external view returns (uint256) {
        return _payments[_payment(id, cents, day, reference_)];
    }

    /// @dev What a payment changes in the cent-days of arrears, closed periods being counted as if it had not been made. Its
    /// part that had fallen due was owed from the last closed day to the day of payment, and the part that fell due with the
    /// next month's end from then; on each closed day after the payment it was counted though it was not owed.
    function _late(bytes32 id, Agreement memory agreement, int256 cents, Day day) private view returns (int256 late) {
        uint256 number = agreement.periods;
        uint256 last = Day.unwrap(agreement.closedDay);
        if (cents < 0 || last == 0) return 0;
        uint256 paid = Day.unwrap(day);
        int256 due = agreement.balance - _statements[id][number].amount();
        if (paid >= last) {
            late = _part(due, cents) * int256(paid - last);
            uint256 next = Calendar.monthEnd(Day.wrap(uint16(last + 1)));
            if (paid > next) late += (_part(agreement.balance, cents) - _part(due, cents)) * int256(paid - next);
        }
        while (paid < last && number > 0) {
            --number;
            StatementWord before = _statements[_holder(id, number)][number];
            due -= before.amount();
            uint256 since = Day.unwrap(before.lastDay());
            late -= _part(due, cents) * int256(last - (paid > since ? paid : since));
            last = since;
        }
    }

    /// @dev What of a sum a payment pays.
    function _part(int256 sum, int256 cents) private pure returns (int256) {
        return sum <= 0 ? int256(0) : cents < sum ? cents : sum;
    }

    function _requireCaller(address needed, Terms calldata terms) private view {
        if (needed == terms.producer) require(msg.sender == needed, NotTheProducer(msg.sender, needed));
        else require(msg.sender == needed, NotTheConsumer(msg.sender, needed));
    }

    function _payment(bytes32 id, int64 cents, Day day, bytes32 reference_) private pure returns (bytes32) {
        return keccak256(abi.encode(id, cents, day, reference_));
    }
}
