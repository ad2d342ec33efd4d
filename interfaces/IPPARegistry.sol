// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Day, Wh} from "../contracts/lib/Units.sol";
import {IMeterLedger} from "./IMeterLedger.sol";

/// @notice A rule and its parameters.
struct Clause {
    address rule;
    bytes params;
}

/// @notice All that the parties agree to. Its EIP-712 digest is the agreement's id.
struct Terms {
    address producer;
    address consumer;
    address meter;
    address arbiter; // zero: none
    Day firstDay; // the first of a month
    uint16 months;
    uint16 disputeDays;
    bytes3 currency; // ISO 4217
    bytes32 timeZone; // IANA name
    uint64 maxPower; // W
    bytes32 documentHash; // salted, or zero
    bytes32 supersedes; // the agreement that these terms replace, once both parties hand it over; zero: none
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
    uint16 periods; // closed so far
    uint32 proposedAt; // block
    uint32 signedAt; // block; zero before
    Day boundaryDay; // the meter's last record that a statement took
    Day closedDay; // the last day of the last closed period; zero before the first
    bool pending; // the account has something for the next statement
    int64 exported; // the meter's register, in Wh, up to which energy was billed; an act may move it
    int64 generation; // as `exported`; below zero after a new meter that began lower than the old one ended
    int256 balance; // cents; positive: the consumer owes
}

/// @notice What stands beside an agreement once something happened to it that no fair month knows.
struct Account {
    uint16 nextAct; // the number that the next mutual act must have; 1 once something was closed
    Day alarmDay; // the day after the last record when the last alarm was recorded
    Day noticeDay; // when a lender was last notified (UTC)
    uint8 noticeClause; // by which exit clause
    int256 cents; // of acts and awards: a line of the next statement
    int256 late; // cent-days, of payments and awards, for the next statement's `overdue`
}

/// @notice A closed period.
struct Statement {
    int256 amount; // cents; positive: the consumer owes
    Wh generation; // billed by the end of `lastDay`: the meter's register, moved by what acts corrected
    Wh exported; // as `generation`
    Day lastDay;
    Day boundaryDay; // the registers were measured on this day
    Day closedOn; // UTC
    uint32 closedAt; // block
    // 1 EARLY_BOUNDARY, 2 DARK, 4 CLAUSE_FAILED (bits 16 to 31 name the clauses), 8 PRODUCER_CLAIMS, 16 RESOLVED,
    // 32 CONSUMER_CLAIMS; bits 8 to 13: how many bits the greater claim has
    uint32 flags;
}

/// @notice What both parties do together: `ActHash` says how they sign it.
struct Act {
    uint16 number; // the account's `nextAct`: an act holds once
    uint64 until; // the last second in which it may be brought
    int64 generation; // Wh more than the meter says
    int64 exported; // Wh more than the meter says
    int64 cents; // a line of the next statement; positive: the consumer owes
    uint16 settles; // the statement whose dispute this ends; zero: none
    bytes32 successor; // zero: the agreement goes on; its own id: it ends; another: it is handed over to those terms
    bytes32 reason; // hash of what the parties wrote
}

/// @title What was agreed, what it comes to each month, and what is owed
/// @dev Nobody has power over an agreement but those its terms name: no owner, no pause, no upgrade.
interface IPPARegistry {
    /// @notice The whole terms stand in this event, so that any node's logs have them.
    event Proposed(bytes32 indexed id, address indexed producer, address indexed consumer, Terms terms);
    event Withdrawn(bytes32 indexed id);
    event Signed(bytes32 indexed id);
    event Rejected(bytes32 indexed id);
    /// @notice The meter serves this agreement, and no other until it ends.
    event Served(bytes32 indexed id, address indexed meter);
    /// @notice A period was closed: its statement, the line of each clause in the order of the terms, the balance after it.
    event Closed(bytes32 indexed id, uint16 indexed number, Statement statement, int256 balance, int256[] lines);
    /// @notice There will be no more statements; the meter is free again.
    event Ended(bytes32 indexed id);
    /// @notice Both parties did something together.
    event Acted(bytes32 indexed id, Act act);
    /// @notice The balance, the billed registers and what is pending went over to the successor.
    event HandedOver(bytes32 indexed id, bytes32 indexed successor);
    /// @notice The producer claims that a statement should have been higher by so many cents; the consumer, lower (negative).
    event Disputed(bytes32 indexed id, uint16 indexed number, address party, int64 claim, bytes32 evidence);
    /// @notice The arbiter decided: so many cents become a line of the next statement.
    event Resolved(bytes32 indexed id, uint16 indexed number, int64 award, bytes32 reason);
    /// @notice The payer says that it paid; nothing moves. Cents: positive from the consumer, negative from the producer.
    event PaymentDeclared(bytes32 indexed id, int64 cents, Day day, bytes32 reference_);
    /// @notice The payee says that the money came: the balance moves, and `late` cent-days of it had been in arrears.
    event PaymentConfirmed(bytes32 indexed id, int64 cents, Day day, bytes32 reference_, int256 late, int256 balance);
    /// @notice The lender is notified that the consumer may end the agreement once the time to cure has passed.
    event Notified(bytes32 indexed id, address indexed lender, Day day, uint256 clause);
    /// @notice The consumer ended the agreement alone, by a clause of the terms, at its price.
    event Exited(bytes32 indexed id, uint256 clause, uint256 price);
    /// @notice The meter has been silent since the end of this day.
    event Silent(bytes32 indexed id, address indexed meter, Day lastDay);

    /// @notice The caller is not the one whose act this is.
    error NotTheProducer(address caller, address producer);
    error NotTheConsumer(address caller, address consumer);
    error NotTheMeter(address caller, address meter);
    /// @notice The act does not fit the agreement's status.
    error WrongStatus(bytes32 id, Status status, Status needed);
    error AlreadyProposed(bytes32 id, Status status);
    error ConsumerMissing();
    error MeterMissing();
    error ProducerIsConsumer(address party);
    error PartyAsMeter(address meter);
    error NotFirstOfMonth(Day firstDay);
    error NoMonths();
    /// @notice At most 4,095 months, and the last day at most 65,535 (6 June 2149).
    error TermTooLong(Day firstDay, uint16 months);
    error NoMaxPower();
    error NoClauses();
    error TooManyClauses(uint256 given, uint256 most);
    error PartyAsArbiter(address arbiter);
    /// @notice The clause's `check` reverted or did not answer with its own selector; `answer` is what it said.
    error ClauseRefused(uint256 index, bytes answer);
    /// @notice The clause reverted, or its line is not one 32-byte number of at most 48 bits; `answer` is what it said.
    error ClauseFailed(uint256 index, bytes answer);
    /// @notice The transaction has too little gas to give a clause its 500,000.
    error GasTooLow(uint256 left, uint256 needed);
    error MeterServesAnother(address meter, bytes32 id);
    /// @notice The meter has no record in the 12 months before the first day.
    error NoOpeningRecord(address meter, Day firstDay);
    /// @notice More energy than the plant's greatest power gives in the hours since the last boundary day.
    error EnergyImpossible(uint256 generation, uint256 exported, uint256 most);
    /// @notice The balance has 56 bits, sign included.
    error BalanceTooLarge(int256 balance);
    /// @notice The statement does not exist (yet).
    error NoSuchStatement(bytes32 id, uint256 number);
    /// @notice The signature is not the party's: 64 bytes (EIP-2098), or what its contract answers to (ERC-1271).
    error NotSignedBy(address party, bytes32 digest);
    error NotAParty(address caller);
    error NotTheArbiter(address caller, address arbiter);
    /// @notice A signature under terms can be brought until the end of the first day (UTC).
    error SignatureTooLate(Day today, Day firstDay);
    error ActExpired(uint64 until, uint256 timestamp);
    /// @notice Acts are numbered: this one was done, or an earlier one was not.
    error WrongActNumber(uint16 given, uint16 needed);
    /// @notice An ended agreement has no more statements: an act can only move its balance.
    error OnlyCentsLeft();
    /// @notice Nothing was closed yet: there are no billed registers to correct or to hand over.
    error NothingClosed();
    /// @notice A correction this large leaves the registers' 44 bits.
    error CorrectionTooLarge(int256 generation, int256 exported);
    /// @notice What is billed over all corrections has 44 bits: both parties take something back.
    error BilledTooMuch(Wh generation, Wh exported);
    /// @notice Cents of one declaration, claim or act fit 48 bits, sign included, and are not zero where something must move; a
    /// producer's claim is positive, a consumer's negative.
    error CentsOutside(int256 cents);
    /// @notice These terms are not what the agreement can be handed over to.
    error NotTheSuccessor(bytes32 given, bytes32 successor);
    error SupersedesAnother(bytes32 supersedes, bytes32 id);
    error OtherCurrency(bytes3 given, bytes3 needed);
    /// @notice The successor must start where the agreement did and be longer than what is closed, or on the day after.
    error TermDoesNotFollow(Day firstDay, uint16 months);
    /// @notice The terms replace an agreement that was not handed over to them yet.
    error NotHandedOver(bytes32 supersedes);
    /// @notice The term is over by the meter's records: close its last month, there is nothing to leave early.
    error TermOver(Day closedDay, Day recorded);
    /// @notice Both corrected energy that no statement has billed yet: it is billed after the meter's next record.
    error CorrectionNotBilled(int64 generation, int64 exported);
    error NotDisputable(uint256 number, uint256 deadline, uint256 today);
    error AlreadyDisputed(uint256 number);
    /// @notice The dispute does not exist, was resolved or has lapsed.
    error NoOpenDispute(uint256 number);
    /// @notice An award has a claim's sign and no more bits than the greater claim.
    error AwardBeyondClaim(int64 award);
    error PaymentKnown(bytes32 payment);
    error PaymentUnknown(bytes32 payment);
    error DayInFuture(Day day);
    /// @notice The clause names no lender, or it is no exit: `answer` is what it said.
    error NoLender(uint256 clause);
    error NoExit(uint256 clause, bytes answer);
    error LenderNotNotified(address lender);
    error CureNotOver(Day noticeDay, uint16 cureDays, Day today);
    error NotSilent(Day recorded, uint256 silentDays);
    error AlreadyAlarmed(Day recorded);
    /// @notice There is no contract at the ledger's address.
    error NoLedger(address ledger);

    /// @notice The producer's offer. Refused if the terms make no sense; any clause may refuse its parameters.
    function propose(Terms calldata terms) external returns (bytes32 id);
    /// @notice The producer takes an unsigned offer back.
    function withdraw(Terms calldata terms) external;
    /// @notice The consumer agrees. Cannot be undone by one party alone.
    function sign(Terms calldata terms) external;
    /// @notice Proposes and signs at once: one party brings the other's signature of the terms, until the first day.
    function agree(Terms calldata terms, bytes calldata signature) external returns (bytes32 id);
    /// @notice The consumer declines.
    function reject(Terms calldata terms) external;
    /// @notice The meter, configured with the agreement's id, answers that it serves it.
    function serve(Terms calldata terms) external;
    /// @notice Closes the next month: anyone may, no numbers are given. The ledger says the energy, the clauses the money.
    function close(Terms calldata terms) external;

    /// @notice What both parties signed, brought by anyone: a correction, a settlement, an early end, a handover.
    /// @dev A party that brings it signs the transaction: its signature is not looked at.
    /// @param successor the terms that the agreement is handed over to, or none
    function act(
        Terms calldata terms,
        Act calldata deed,
        bytes calldata producerSignature,
        bytes calldata consumerSignature,
        Terms[] calldata successor
    ) external;

    /// @notice A party disputes a statement within `disputeDays` of its closing, once; the rest of it stays due.
    function dispute(Terms calldata terms, uint16 number, int64 claim, bytes32 evidence) external;
    /// @notice The arbiter decides, until twice `disputeDays` after the closing: then the dispute lapses.
    function resolve(Terms calldata terms, uint16 number, int64 award, bytes32 reason) external;

    /// @notice The payer declares a payment: positive cents from the consumer, negative from the producer.
    function declare(Terms calldata terms, int64 cents, Day day, bytes32 reference_) external;
    /// @notice The payee confirms a declared payment, once: what exceeds the debt is credit.
    function confirm(Terms calldata terms, int64 cents, Day day, bytes32 reference_) external;

    /// @notice The consumer notifies the lender that exit clause `clause` names, before it may end the agreement.
    function notifyLender(Terms calldata terms, uint256 clause) external;
    /// @notice The consumer ends the agreement at the price of exit clause `clause`, with a last statement up to the
    /// meter's last record.
    function exit(Terms calldata terms, uint256 clause) external;
    /// @notice Anyone records that the meter has been silent for seven days, once a silence.
    function alarm(Terms calldata terms) external;

    function chainId() external view returns (uint256);
    function ledger() external view returns (IMeterLedger);
    function domainSeparator() external view returns (bytes32);
    /// @notice The EIP-712 digest of the terms: the agreement's id, whether or not it was proposed.
    function idOf(Terms calldata terms) external view returns (bytes32);
    function agreementOf(bytes32 id) external view returns (Agreement memory);
    function accountOf(bytes32 id) external view returns (Account memory);
    /// @notice The agreement whose numbering of statements this one goes on with; zero if none.
    function predecessorOf(bytes32 id) external view returns (bytes32);
    /// @notice 0 unknown, 1 declared, 2 confirmed.
    function paymentOf(bytes32 id, int64 cents, Day day, bytes32 reference_) external view returns (uint256);
    /// @notice Statement `number`; 0 holds the opening registers, and exists once the first period was closed.
    function statementOf(bytes32 id, uint256 number) external view returns (Statement memory);
    /// @notice The agreement that the meter serves; zero if none.
    function servedBy(address meter) external view returns (bytes32);
}
