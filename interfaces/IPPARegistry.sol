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
    bytes32 supersedes; // zero until amendments exist
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
    Ended
}

/// @notice What the registry keeps of an agreement.
struct Agreement {
    Status status;
    uint16 periods; // closed so far
    uint32 proposedAt; // block
    uint32 signedAt; // block; zero before
    Day boundaryDay; // the registers below were measured on this day
    Day closedDay; // the last day of the last closed period; zero before the first
    Wh exported;
    Wh generation;
    uint8 flags; // none are used yet
    int256 balance; // cents; positive: the consumer owes
}

/// @notice A closed period.
struct Statement {
    int256 amount; // cents; positive: the consumer owes
    Wh generation; // register at the end of `lastDay`
    Wh exported; // register at the end of `lastDay`
    Day lastDay;
    Day boundaryDay; // the registers were measured on this day
    uint32 closedAt; // block
    uint32 flags; // 1 EARLY_BOUNDARY, 2 DARK
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
    /// @notice The last period of the term was closed; the meter is free again.
    event Ended(bytes32 indexed id);

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
    /// @notice Amendments do not exist yet: `supersedes` must be zero.
    error CannotSupersede(bytes32 supersedes);
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
    error EnergyImpossible(Wh generation, Wh exported, uint256 most);
    /// @notice The balance has 56 bits, sign included.
    error BalanceTooLarge(int256 balance);
    /// @notice The statement does not exist (yet).
    error NoSuchStatement(bytes32 id, uint256 number);
    /// @notice There is no contract at the ledger's address.
    error NoLedger(address ledger);

    /// @notice The producer's offer. Refused if the terms make no sense; any clause may refuse its parameters.
    function propose(Terms calldata terms) external returns (bytes32 id);
    /// @notice The producer takes an unsigned offer back.
    function withdraw(Terms calldata terms) external;
    /// @notice The consumer agrees. Cannot be undone by one party alone.
    function sign(Terms calldata terms) external;
    /// @notice The consumer declines.
    function reject(Terms calldata terms) external;
    /// @notice The meter, configured with the agreement's id, answers that it serves it.
    function serve(Terms calldata terms) external;
    /// @notice Closes the next month: anyone may, no numbers are given. The ledger says the energy, the clauses the money.
    function close(Terms calldata terms) external;

    function chainId() external view returns (uint256);
    function ledger() external view returns (IMeterLedger);
    function domainSeparator() external view returns (bytes32);
    /// @notice The EIP-712 digest of the terms: the agreement's id, whether or not it was proposed.
    function idOf(Terms calldata terms) external view returns (bytes32);
    function agreementOf(bytes32 id) external view returns (Agreement memory);
    /// @notice Statement `number`; 0 holds the opening registers, and exists once the first period was closed.
    function statementOf(bytes32 id, uint256 number) external view returns (Statement memory);
    /// @notice The agreement that the meter serves; zero if none.
    function servedBy(address meter) external view returns (bytes32);
}
