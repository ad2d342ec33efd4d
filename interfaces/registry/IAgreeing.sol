// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Day, UtcDay} from "../../contracts/lib/Units.sol";
import {Status, Terms} from "./Structs.sol";

/// @title From an offer to a meter that serves
interface IAgreeing {
    /// @notice The whole terms stand in this event, so that any node's logs have them.
    event Proposed(bytes32 indexed id, address indexed producer, address indexed consumer, Terms terms);
    event Signed(bytes32 indexed id);
    /// @notice The meter serves this agreement, and no other until it ends.
    event Served(bytes32 indexed id, address indexed meter);

    error AlreadyProposed(bytes32 id, Status status);
    error ConsumerMissing();
    error MeterMissing();
    error ProducerIsConsumer(address party);
    error PartyAsMeter(address meter);
    error PartyAsArbiter(address arbiter);
    error NotFirstOfMonth(Day firstDay);
    /// @notice A life has at least one month, and its first month here is one of them.
    error NoSuchMonth(uint16 firstMonth, uint16 months);
    /// @notice At most 4,095 months, the life not before 1970, and the last day at most 65,535 (6 June 2149).
    error TermTooLong(Day firstDay, uint16 firstMonth, uint16 months);
    error NoMaxPower();
    /// @notice A claim has at most 47 bits.
    error MaxClaimTooLarge(uint64 maxClaim);
    error NoWords();
    /// @notice Without an arbiter nobody can announce anything with one party.
    error NoticeWithoutArbiter(uint16 noticeDays);
    /// @notice The long-stop day lies within the term.
    error LongStopOutsideTerm(UtcDay longStopDay, Day firstDay, uint256 lastDay);
    error NoClauses();
    error TooManyClauses(uint256 given, uint256 most);
    /// @notice The clause's `check` reverted or did not answer with its own selector; `answer` is the start of its answer.
    error ClauseRefused(uint256 index, bytes answer);
    /// @notice Signatures under terms that supersede none can be brought, and the meter may begin to serve, until the long-stop day.
    error LongStopPassed(UtcDay longStopDay, UtcDay today);
    error MeterServesAnother(address meter, bytes32 id);
    /// @notice An agreement has billed the meter's days through `billed`: no other may bill them again.
    error DaysAlreadyBilled(address meter, Day billed, Day next);
    /// @notice The terms replace an agreement that was not handed over to them yet.
    error NotHandedOver(bytes32 supersedes);

    /// @notice The producer's offer. Refused if the terms make no sense; any clause may refuse its parameters.
    function propose(Terms calldata terms) external returns (bytes32 id);
    /// @notice The consumer agrees to what the producer proposed.
    function sign(Terms calldata terms) external;
    /// @notice Both agree at once: anyone brings their signatures of the terms, until the long-stop day; of terms that supersede others at any time.
    /// @dev A party that brings them needs none of its own; nor does the producer of what it has proposed.
    function agree(Terms calldata terms, bytes calldata producerSignature, bytes calldata consumerSignature)
        external
        returns (bytes32 id);
    /// @notice The meter, configured with the agreement's id, answers that it serves it, until the long-stop day.
    function serve(Terms calldata terms) external;
}
