// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IActing} from "../../interfaces/registry/IActing.sol";
import {IPaying} from "../../interfaces/registry/IPaying.sol";
import {Payment, PaymentStatus, Status, Terms} from "../../interfaces/registry/Structs.sol";
import {Calendar} from "../lib/Calendar.sol";
import {pack as packPayment} from "../lib/PaymentWord.sol";
import {StatementWord} from "../lib/StatementWord.sol";
import {Day, UtcDay} from "../lib/Units.sol";
import {Book, Entry} from "./Book.sol";
import {Crediting} from "./Crediting.sol";

/// @dev What tells one payment of an agreement from another.
struct Transfer {
    int64 cents; // positive from the consumer, negative from the producer
    Day day;
    bytes32 reference_;
}

/// @title Payments made elsewhere: declared by who paid, confirmed or denied by who was paid, or else decided
abstract contract Paying is Book, Crediting {
    /// @dev Fourteen hours ahead of Greenwich the day begins first.
    uint256 private constant EARLIEST_ZONE = 14 hours;

    function _declare(address actor, Terms calldata terms, Transfer memory t) internal {
        _requireActor(actor, t.cents > 0, terms);
        (Entry memory e, bytes32 key, Payment memory payment) = _read(terms, t);
        require(payment.status == PaymentStatus.Unknown, IPaying.WrongPaymentStatus(key, payment.status));

        (payment.status, payment.declaredOn) = (PaymentStatus.Declared, _today());
        _payments[key] = packPayment(payment);

        emit IPaying.PaymentDeclared(e.id, t.cents, t.day, t.reference_);
    }

    function _confirm(address actor, Terms calldata terms, Transfer memory t) internal {
        _requireActor(actor, t.cents < 0, terms);
        (Entry memory e, bytes32 key, Payment memory payment) = _read(terms, t);
        bool open = payment.status <= PaymentStatus.Denied;
        require(open, IPaying.WrongPaymentStatus(key, payment.status));

        _pay(e, t, key, payment, false);
    }

    function _deny(address actor, Terms calldata terms, Transfer memory t) internal {
        _requireActor(actor, t.cents < 0, terms);
        (Entry memory e, bytes32 key, Payment memory payment) = _read(terms, t);
        require(payment.status == PaymentStatus.Declared, IPaying.WrongPaymentStatus(key, payment.status));

        payment.status = PaymentStatus.Denied;
        _payments[key] = packPayment(payment);

        emit IPaying.PaymentDenied(e.id, t.cents, t.day, t.reference_);
    }

    /// @dev The arbiter decides on what was declared: it came, up to what is owed, or it did not.
    function _decide(address actor, Terms calldata terms, Transfer memory t, bool came) internal {
        require(actor == terms.arbiter, NotTheArbiter(actor, terms.arbiter));
        require(terms.noticeDays > 0, IActing.NoNoticeDays());
        (Entry memory e, bytes32 key, Payment memory payment) = _read(terms, t);
        bool open = payment.status == PaymentStatus.Declared || payment.status == PaymentStatus.Denied;
        require(open, IPaying.WrongPaymentStatus(key, payment.status));
        UtcDay today = _today();
        bool over = UtcDay.unwrap(today) >= uint256(UtcDay.unwrap(payment.declaredOn)) + terms.noticeDays;
        require(over, IPaying.PayeeHasTime(payment.declaredOn, terms.noticeDays, today));
        if (came) {
            int256 balance = e.agreement.balance;
            bool owed = t.cents > 0 ? t.cents <= balance : t.cents >= balance;
            require(owed, IPaying.MoreThanIsOwed(t.cents, balance));
            return _pay(e, t, key, payment, true);
        }

        payment.status = PaymentStatus.Refused;
        _payments[key] = packPayment(payment);

        emit IPaying.PaymentRefused(e.id, t.cents, t.day, t.reference_);
    }

    function _read(Terms calldata terms, Transfer memory t)
        private
        view
        returns (Entry memory e, bytes32 key, Payment memory payment)
    {
        require(t.cents != 0 && t.cents == int48(t.cents), CentsOutside(t.cents));
        require(Day.unwrap(t.day) <= (block.timestamp + EARLIEST_ZONE) / 1 days, IPaying.DayInFuture(t.day));
        e = _entryOfServed(terms);
        key = _key(e.id, t);
        payment = _payments[key].unpack();
    }

    function _pay(Entry memory e, Transfer memory t, bytes32 key, Payment memory payment, bool byArbiter) private {
        payment.status = PaymentStatus.Confirmed;
        _payments[key] = packPayment(payment);
        int256 late = e.agreement.status != Status.Ended ? _late(e, t.cents, t.day) : int256(0);
        e.account.lateCentDays += late;
        e.agreement.balance -= t.cents;
        _requireBalance(e.agreement.balance);
        _store(e);

        emit IPaying.PaymentConfirmed(e.id, t.cents, t.day, t.reference_, byArbiter, late, e.agreement.balance);
    }

    /// @dev What a payment changes in the cent-days of arrears, closed periods being counted as if it had not been made. Its
    /// part that had fallen due was owed from the last closed day to the day of payment, and the part that fell due with the
    /// next month's end from then; on each closed day after the payment it was counted though it was not owed.
    function _late(Entry memory e, int256 cents, Day day) private view returns (int256 late) {
        uint256 number = e.agreement.periods;
        StatementWord last = _statements[e.root][number];
        if (cents < 0 || last.isEmpty()) return 0;
        uint256 until = Day.unwrap(e.agreement.closedThrough);
        uint256 paid = Day.unwrap(day);
        int256 due = e.agreement.balance - last.amount();
        if (paid >= until) {
            late = _part(due, cents) * int256(paid - until);
            uint256 next = Calendar.monthEnd(Day.wrap(uint16(until + 1)));
            if (paid > next) late += (_part(e.agreement.balance, cents) - _part(due, cents)) * int256(paid - next);
        }
        while (paid < until && number > 0) {
            --number;
            StatementWord before = _statements[e.root][number];
            if (before.isEmpty()) break;
            due -= before.amount();
            uint256 since = Day.unwrap(before.lastDay());
            late -= _part(due, cents) * int256(until - (paid > since ? paid : since));
            until = since;
        }
    }

    /// @dev What of a sum a payment pays.
    function _part(int256 sum, int256 cents) private pure returns (int256) {
        return sum <= 0 ? int256(0) : cents < sum ? cents : sum;
    }

    function _requireActor(address actor, bool isConsumer, Terms calldata terms) private pure {
        if (isConsumer) require(actor == terms.consumer, NotTheConsumer(actor, terms.consumer));
        else require(actor == terms.producer, NotTheProducer(actor, terms.producer));
    }

    function _key(bytes32 id, Transfer memory t) internal pure returns (bytes32) {
        return keccak256(abi.encode(id, t.cents, t.day, t.reference_));
    }
}
