// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Day, UtcDay} from "../../contracts/lib/Units.sol";
import {Act, Terms} from "./Structs.sol";

/// @title What both parties do together, or one of them and the arbiter after days of notice
interface IActing {
    /// @notice Both parties did something together; the balance after it.
    event Acted(bytes32 indexed id, Act act, int256 balance);
    /// @notice One party and the arbiter will end the agreement, or hand it over, after the days of notice.
    event Announced(bytes32 indexed id, Act act, address party);
    /// @notice What was announced was done.
    event Executed(bytes32 indexed id, Act act);
    /// @notice The balance, the meter's registers and what is pending went over to the successor.
    event HandedOver(bytes32 indexed id, bytes32 indexed successor);

    error ActExpired(uint64 until, uint256 timestamp);
    /// @notice Acts are numbered from 1: this one was done or voided, or an earlier one was not.
    error WrongActNumber(uint32 given, uint256 needed);
    /// @notice An ended agreement has no more statements: an act can only move its balance.
    error OnlyCentsLeft();
    /// @notice No meter ever served it: there is nothing to correct or to hand over.
    error NeverServed(bytes32 id);
    /// @notice A correction has 40 bits, sign included, with what was corrected and not billed yet.
    error CorrectionTooLarge(int256 generation, int256 exported);
    /// @notice These terms are not what the agreement can be handed over to.
    error NotTheSuccessor(bytes32 given, bytes32 successor);
    error SupersedesAnother(bytes32 supersedes, bytes32 id);
    error OtherCurrency(bytes3 given, bytes3 needed);
    /// @notice The successor starts in the same month of the same life and is longer than what is closed, or on the day after.
    error TermDoesNotFollow(Day firstDay, uint16 firstMonth, uint16 months);
    /// @notice The terms name no days of notice: the arbiter decides disputes only.
    error NoNoticeDays();
    /// @notice One party and the arbiter can hand over or end, and move neither energy nor money.
    error BeyondTheArbiter();
    /// @notice One party and the arbiter can hand over to the same deal only: other keys, meter and arbiter, nothing else.
    error NotTheSameDeal();
    /// @notice One party and the arbiter can end an agreement only if its meter is dead.
    error MeterNotDead(Day heard, uint256 deadDays, UtcDay today);
    error AlreadyAnnounced(bytes32 digest);
    /// @notice Something else is announced and has not lapsed.
    error AnnouncementPending(UtcDay day);
    /// @notice This was not announced, or an objection ended it.
    error NotAnnounced(bytes32 digest);
    /// @notice It is done when the days of notice are over, and lapses some time after that.
    error NoticeNotOver(UtcDay day, uint16 noticeDays, UtcDay today);
    error NoticeLapsed(UtcDay day, uint256 lastDay, UtcDay today);

    /// @notice What both parties signed, brought by anyone: a correction, a settlement, an early end, a handover.
    /// @dev A party that brings it signs the transaction: its signature is not looked at.
    /// @param successor the terms that the agreement is handed over to, or none
    function act(
        Terms calldata terms,
        Act calldata signedAct,
        bytes calldata producerSignature,
        bytes calldata consumerSignature,
        Terms[] calldata successor
    ) external;

    /// @notice What one party and the arbiter signed, brought by anyone: a handover to the same deal with other keys, meter
    /// or arbiter, or the end of an agreement whose meter is dead.
    function announce(
        Terms calldata terms,
        Act calldata signedAct,
        address party,
        bytes calldata partySignature,
        bytes calldata arbiterSignature,
        Terms[] calldata successor
    ) external;
    /// @notice Anyone does what was announced, once the days of notice are over.
    function execute(Terms calldata terms, Act calldata signedAct, Terms[] calldata successor) external;
}
