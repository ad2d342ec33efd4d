// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MeterWord} from "../contracts/lib/MeterWord.sol";
import {Day, Wh} from "../contracts/lib/Units.sol";

/// @notice What a meter says of one local day.
struct DailyRecord {
    Wh generation;
    Wh exported;
    Day day;
    bytes32 readingsRoot;
}

/// @notice A record that a meter signed and anyone may bring.
struct SignedRecord {
    address meter;
    Wh generation;
    Wh exported;
    Day day;
    bytes32 readingsRoot;
    bytes32 r; // compact signature (EIP-2098)
    bytes32 vs;
}

/// @title What was measured: one word of storage a meter, and the hash chain of all its daily records
/// @dev There is no permission list: an account writes only its own chain, and an agreement names the account that it believes.
interface IMeterLedger {
    /// @notice A meter recorded the registers at the end of `day`. With the earlier events of the same meter this is
    /// its whole history: replayed from the empty word it gives the word of today.
    event Recorded(address indexed meter, Day day, Wh generation, Wh exported, bytes32 readingsRoot);

    /// @notice At most one record a local day, in order.
    error DayNotAfterLast(Day last, Day day);
    /// @notice The day is not over yet anywhere on Earth: 14 hours before UTC's midnight is the earliest.
    error DayNotEnded(Day day, uint256 timestamp);
    /// @notice A register is cumulative: it never falls. `last` and `given` are of the generation register.
    error GenerationWentBack(Wh last, Wh given);
    /// @notice A register is cumulative: it never falls. `last` and `given` are of the export register.
    error ExportWentBack(Wh last, Wh given);
    /// @notice A register has 40 bits: at most 1,099,511,627,775 Wh.
    error RegisterTooLarge(Wh given);
    /// @notice The chain's timestamps are not in seconds (Raft's are in nanoseconds).
    error TimestampNotInSeconds(uint256 timestamp);
    /// @notice `recordMany` and `recordSigned` want at least one record.
    error NoRecords();
    /// @notice Record `index` was not signed by its meter, or not on top of its word of today. `signer` is who signed what
    /// would follow that word; zero if nobody can have, as with a malleable signature.
    error NotSignedByMeter(uint256 index, address meter, address signer);
    /// @notice The day is not the last of a month.
    error NotAMonthEnd(Day day);
    /// @notice The meter has neither recorded that very day nor a later month: its last word may still change.
    error MonthNotEnded(Day last, Day monthEnd);

    /// @notice The meter's own transaction, once a day. The first call opens the chain.
    /// @param generation the generation register at the end of `day`
    /// @param exported the export register at the end of `day`
    /// @param readingsRoot binds the day's readings and their summary (formats.md)
    /// @dev Warning: a record cannot be taken back; a wrong one is corrected between the parties, by a line of a later statement.
    function record(Wh generation, Wh exported, Day day, bytes32 readingsRoot) external;

    /// @notice Several days in one transaction, in order, after an outage: all of them or none.
    function recordMany(DailyRecord[] calldata records) external;

    /// @notice Records that meters signed, brought by anyone: all of them or none.
    /// @dev Each meter signs EIP-712 `Record(uint256 last,uint64 generation,uint64 exported,uint16 day,bytes32 readingsRoot)`,
    /// `last` being its whole word before: a signed record holds once, in its place, for this ledger on this chain. A relay
    /// can be late or leave a meter out, but cannot forge, reorder or skip a record.
    /// @dev Warning: a meter that has meanwhile recorded by itself makes the whole batch fail: bring it again without it.
    function recordSigned(SignedRecord[] calldata records) external;

    function chainId() external view returns (uint256);
    /// @notice The EIP-712 domain of records that meters sign.
    function domainSeparator() external view returns (bytes32);

    /// @notice The meter's word of today; the empty word if it has never recorded.
    function wordOf(address meter) external view returns (MeterWord);

    /// @notice The meter's last word of the month that ends on `monthEnd`; the empty word if nothing was recorded in it.
    /// @dev Settled for ever once it answers. No clock is read, so nobody can close a month early.
    function atMonthEnd(address meter, Day monthEnd) external view returns (MeterWord);

    /// @notice The word of the meter's first record; the empty word if it has never recorded.
    function firstOf(address meter) external view returns (MeterWord);

    /// @notice The registers with which an agreement opens whose days before its first end on `monthEnd`: the meter's last word
    /// at or before that day, or else its first word; the empty word if it has never recorded.
    /// @dev `monthEnd` must end a month, else a word of that month may be passed over.
    function openingAt(address meter, Day monthEnd) external view returns (MeterWord);

    /// @notice The word that `records` make of `word`, refusing what `record` would refuse but for the clock. Equality
    /// with the next saved word proves every one of them, their roots included.
    function prove(MeterWord word, DailyRecord[] calldata records) external pure returns (MeterWord);
}
