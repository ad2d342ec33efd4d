// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Day, UtcDay} from "../../contracts/lib/Units.sol";
import {PaymentStatus, Terms} from "./Structs.sol";

/// @title Payments made elsewhere: declared by who paid, confirmed by who was paid
interface IPaying {
    /// @notice The payer says that it paid; nothing moves. Cents: positive from the consumer, negative from the producer.
    event PaymentDeclared(bytes32 indexed id, int64 cents, Day day, bytes32 reference_);
    /// @notice The payee says that the money did not come; nothing moves.
    event PaymentDenied(bytes32 indexed id, int64 cents, Day day, bytes32 reference_);
    /// @notice The money came, says the payee or, `byArbiter`, the arbiter: the balance moves, and `lateCentDays` of it had
    /// been in arrears.
    event PaymentConfirmed(
        bytes32 indexed id,
        int64 cents,
        Day day,
        bytes32 reference_,
        bool byArbiter,
        int256 lateCentDays,
        int256 balance
    );
    /// @notice The money did not come, says the arbiter.
    event PaymentRefused(bytes32 indexed id, int64 cents, Day day, bytes32 reference_);

    /// @notice The payment's status is not one from which it could go on so.
    error WrongPaymentStatus(bytes32 payment, PaymentStatus status);
    error DayInFuture(Day day);
    /// @notice The arbiter waits for the payee's word until the days of notice are over.
    error PayeeHasTime(UtcDay declaredOn, uint16 noticeDays, UtcDay today);
    /// @notice The arbiter can say that what is owed was paid, and no more.
    error MoreThanIsOwed(int64 cents, int256 balance);

    /// @notice The payer declares a payment: positive cents from the consumer, negative from the producer.
    function declare(Terms calldata terms, int64 cents, Day day, bytes32 reference_) external;
    /// @notice The payee confirms a payment, declared or not, once: what exceeds the debt is credit.
    function confirm(Terms calldata terms, int64 cents, Day day, bytes32 reference_) external;
    /// @notice The payee denies a declared payment.
    function deny(Terms calldata terms, int64 cents, Day day, bytes32 reference_) external;
    /// @notice The arbiter says that a declared payment came, up to what is owed, after the days of notice.
    function accept(Terms calldata terms, int64 cents, Day day, bytes32 reference_) external;
    /// @notice The arbiter says that a declared payment did not come, after the days of notice.
    function refuse(Terms calldata terms, int64 cents, Day day, bytes32 reference_) external;
}
