// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Day, UtcDay} from "../../contracts/lib/Units.sol";
import {Terms} from "./Structs.sol";

/// @title Ends of one party, and the alarm of a silent meter
interface IEnding {
    /// @notice The lender is notified that the consumer may end the agreement once the time to cure has passed.
    event Notified(bytes32 indexed id, address indexed lender, UtcDay day, uint256 clause, bool isFinal);
    /// @notice The lender says that it cured what was wrong: its notice holds no more.
    event Cured(bytes32 indexed id, address indexed lender);
    /// @notice The consumer ends the agreement alone, by a clause of the terms; its price is in the last statement.
    event Exited(bytes32 indexed id, uint256 clause, uint256 price);
    /// @notice A party ends the agreement alone, as the meter has been silent since the end of this day.
    event EndedInSilence(bytes32 indexed id, address party, Day heard);
    /// @notice The meter has been silent since the end of this day.
    event Silent(bytes32 indexed id, address indexed meter, Day heard);

    /// @notice The term is over by the meter's records or by time: close its last month, there is nothing to leave early.
    error TermOver(Day closedThrough);
    /// @notice The clause names no lender, or it is no exit: `answer` is the start of its answer.
    error NoLender(uint256 clause);
    error NoExit(uint256 clause, bytes answer);
    error LenderNotNotified(address lender);
    error CureNotOver(UtcDay noticeDay, uint16 cureDays, UtcDay today);
    /// @notice The lender's time to say "cured" is over, or it said so of the notice before.
    error NothingToCure(bytes32 id);
    error NotTheLender(address actor, address lender);
    /// @notice The terms name no days of silence after which a party may end alone.
    error NoSilenceDays();
    error NotSilent(Day heard, uint256 silentDays, UtcDay today);
    error AlreadyAlarmed(Day heard);

    /// @notice The consumer notifies the lender that exit clause `clause` names, before it may end the agreement.
    function notifyLender(Terms calldata terms, uint256 clause) external;
    /// @notice The lender says, within its days, that it cured what was wrong.
    function cure(Terms calldata terms) external;
    /// @notice The consumer ends the agreement at the price of exit clause `clause`, with a last statement up to the
    /// meter's last record.
    function exit(Terms calldata terms, uint256 clause) external;
    /// @notice Either party ends the agreement after the meter's silence that the terms name.
    function endInSilence(Terms calldata terms) external;
    /// @notice Anyone records that the meter has been silent for seven days, once a silence.
    function alarm(Terms calldata terms) external;
}
