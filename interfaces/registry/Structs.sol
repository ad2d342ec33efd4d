// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Day, UtcDay, Wh} from "../../contracts/lib/Units.sol";

/// @notice A rule and its parameters.
struct Clause {
    address rule;
    bytes params;
}

/// @notice All that the parties agree to. Its EIP-712 digest is the agreement's id.
struct Terms {
    bytes32 wordsHash; // keccak256 of the agreement in plain words, which the signed message shows
    address producer;
    address consumer;
    address meter;
    address arbiter; // zero: none
    Day firstDay; // the first of a month: the first day that is billed here
    uint16 firstMonth; // the number of that month in the agreement's life: 1, or n where it is in its month n already
    uint16 months; // of the whole life
    uint16 disputeDays;
    uint16 noticeDays; // after which what one party and the arbiter announced takes effect; zero: only disputes are the arbiter's
    uint16 silenceDays; // of the meter, after which either party may end alone; zero: never
    UtcDay longStopDay; // the last day on which the meter may begin to serve
    bytes3 currency; // ISO 4217
    bytes32 timeZone; // IANA name
    uint64 maxPower; // W
    uint64 maxClaim; // cents, of one party on one statement
    bytes32 documentHash; // salted, or zero
    bytes32 supersedes; // the agreement that these terms replace, once it is handed over to them; zero: none
    uint256 salt;
    Clause[] clauses;
}

enum Status {
    None,
    Proposed,
    Withdrawn,
    Rejected,
    Signed,
    Running,
    Ended,
    HandedOver
}

/// @notice What the registry keeps of an agreement.
struct Agreement {
    Status status;
    uint16 periods; // the number, in its life, of the last closed month; `firstMonth` - 1 before the first
    uint32 proposedBlock;
    uint32 signedBlock; // zero before
    Day boundaryDay; // the meter's last record that a statement took; zero before the opening record
    Day closedThrough; // the last day of the last closed month; the day before the first once the meter serves; zero before
    bool pending; // the account has something for the next statement
    Wh exported; // the meter's register on `boundaryDay`
    Wh generation; // the meter's register on `boundaryDay`
    int256 balance; // cents; positive: the consumer owes
}

/// @notice What stands beside an agreement once something happened to it that no fair month knows.
struct Account {
    uint32 acts; // done or voided so far: the next mutual act has the next number
    Day alarmDay; // the day after the last record when the last alarm was recorded
    int64 exported; // Wh that the next statement bills beyond the meter's
    int64 generation; // Wh that the next statement bills beyond the meter's
    int256 cents; // of acts and awards: a line of the next statement
    int256 lateCentDays; // of payments and awards, for the next statement's `overdueCentDays`
}

/// @notice A closed period. It never changes.
struct Statement {
    int256 amount; // cents; positive: the consumer owes
    Wh generation; // a register of all that was billed: the opening register and every statement's energy
    Wh exported; // as `generation`
    Day lastDay;
    Day boundaryDay; // the meter's last record that this or an earlier statement took; zero: none
    UtcDay closedOn;
    uint32 closedBlock;
    uint32 flags; // `StatementFlags`
}

/// @notice What is claimed of a statement, and whether that was decided.
struct Claims {
    uint64 producer; // cents that it should have been higher; zero: no claim
    uint64 consumer; // cents that it should have been lower; zero: no claim
    bool decided;
}

enum PaymentStatus {
    Unknown,
    Declared,
    Denied,
    Confirmed,
    Refused
}

/// @notice A payment made elsewhere.
struct Payment {
    PaymentStatus status;
    UtcDay declaredOn;
}

/// @notice That the consumer may end the agreement by an exit clause, as its lender was notified.
struct Notice {
    UtcDay day; // zero: none
    uint8 clause;
    bool cured;
    bool isFinal; // it follows one that was cured not long ago: the lender cannot say "cured" again
}

/// @notice What one party and the arbiter signed.
struct Announcement {
    bytes32 digest; // of the act, its lowest 24 bits zero
    bool ends; // the agreement ends; else it is handed over
    UtcDay day; // zero: none
}

/// @notice What both parties do together, or one of them and the arbiter: `ActHash` says how they sign it.
struct Act {
    uint32 number; // the next of the account, from 1: an act holds once; zero: announced by one party and the arbiter
    uint64 until; // the last second in which it may be brought
    int64 generation; // Wh more than the meter says
    int64 exported; // Wh more than the meter says
    int64 cents; // a line of the next statement; positive: the consumer owes
    uint16 settles; // the statement whose dispute this ends; zero: none
    bytes32 successor; // zero: the agreement goes on; its own id: it ends; another: it is handed over to those terms
    bytes32 reason; // hash of what the parties wrote
}

/// @notice What a party, the arbiter, the lender or the meter may ask for by its signature, brought by anyone.
enum Right {
    Withdraw,
    Reject,
    Serve,
    Cancel,
    VoidAct,
    Object,
    Dispute,
    Resolve,
    Declare,
    Confirm,
    Deny,
    Accept,
    Refuse,
    NotifyLender,
    Cure,
    Exit,
    EndInSilence
}

/// @notice A right and what it is used for: `RequestHash` says how it is signed. What a right has no use for is zero.
struct Request {
    Right right;
    uint32 number; // of a statement, an act or a clause
    int64 cents; // of a claim, an award or a payment
    Day day; // of a payment
    bytes32 reference_; // of a payment; hash of the evidence or the reason
    uint64 until; // the last second in which it may be brought
}
