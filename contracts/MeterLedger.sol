// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DailyRecord, IMeterLedger, SignedRecord} from "../interfaces/IMeterLedger.sol";
import {Calendar} from "./lib/Calendar.sol";
import {CompactSignature} from "./lib/CompactSignature.sol";
import {Domain} from "./lib/Domain.sol";
import {LARGEST_REGISTER, MeterWord} from "./lib/MeterWord.sol";
import {Day, Wh} from "./lib/Units.sol";

/// @title What was measured
contract MeterLedger is IMeterLedger {
    /// @dev A day ends first where clocks are furthest ahead of UTC: by 14 hours.
    uint256 private constant EARLIEST_ZONE = 14 hours;

    /// @dev The end of the last day that 16 bits hold: a later timestamp counts something else than seconds.
    uint256 private constant LATEST_SECOND = 65_536 days;

    /// @dev The key of a meter's first word among its month ends: day 0 ends no month.
    uint256 private constant OPENING = 0;

    bytes32 private constant RECORD_TYPE =
        keccak256("Record(uint256 last,uint64 generation,uint64 exported,uint16 day,bytes32 readingsRoot)");

    /// @inheritdoc IMeterLedger
    uint256 public immutable chainId;
    /// @inheritdoc IMeterLedger
    bytes32 public immutable domainSeparator;

    mapping(address meter => MeterWord) private _words;
    mapping(address meter => mapping(uint256 monthEnd => MeterWord)) private _monthEnds;

    /// @param chainId_ what `eth_chainId` answers: the contract cannot ask (byzantium)
    constructor(uint256 chainId_) {
        require(block.timestamp < LATEST_SECOND, TimestampNotInSeconds(block.timestamp));
        chainId = chainId_;
        domainSeparator = Domain.separator(chainId_, address(this));
    }

    /* RECORDS */

    /// @inheritdoc IMeterLedger
    function record(Wh generation, Wh exported, Day day, bytes32 readingsRoot) external {
        MeterWord last = _words[msg.sender];

        _words[msg.sender] = _recorded(msg.sender, last, generation, exported, day, readingsRoot);
    }

    /// @inheritdoc IMeterLedger
    function recordMany(DailyRecord[] calldata records) external {
        require(records.length > 0, NoRecords());
        MeterWord word = _words[msg.sender];

        for (uint256 i = 0; i < records.length; ++i) {
            DailyRecord calldata next = records[i];
            word = _recorded(msg.sender, word, next.generation, next.exported, next.day, next.readingsRoot);
        }
        _words[msg.sender] = word;
    }

    /// @inheritdoc IMeterLedger
    function recordSigned(SignedRecord[] calldata records) external {
        require(records.length > 0, NoRecords());

        for (uint256 i = 0; i < records.length; ++i) {
            SignedRecord calldata next = records[i];
            // Each field is read, and checked to fit its type, once.
            (address meter, Wh generation, Wh exported, Day day) =
                (next.meter, next.generation, next.exported, next.day);
            bytes32 root = next.readingsRoot;
            MeterWord last = _words[meter];
            bytes32 digest = Domain.digest(domainSeparator, _structHash(last, generation, exported, day, root));
            address signer = CompactSignature.signer(digest, next.r, next.vs);
            require(signer == meter && signer != address(0), NotSignedByMeter(i, meter, signer));
            _words[meter] = _recorded(meter, last, generation, exported, day, root);
        }
    }

    /* VIEWS */

    /// @inheritdoc IMeterLedger
    function wordOf(address meter) external view returns (MeterWord) {
        return _words[meter];
    }

    /// @inheritdoc IMeterLedger
    function atMonthEnd(address meter, Day monthEnd) external view returns (MeterWord) {
        MeterWord saved = _monthEnds[meter][Day.unwrap(monthEnd)];
        if (!saved.isEmpty()) return saved;
        require(Calendar.monthEnd(monthEnd) == Day.unwrap(monthEnd), NotAMonthEnd(monthEnd));
        MeterWord last = _words[meter];
        if (last.day() > monthEnd) return saved;
        require(last.day() == monthEnd, MonthNotEnded(last.day(), monthEnd));
        return last;
    }

    /// @inheritdoc IMeterLedger
    function firstOf(address meter) external view returns (MeterWord) {
        return _monthEnds[meter][OPENING];
    }

    /// @inheritdoc IMeterLedger
    function openingAt(address meter, Day monthEnd) external view returns (MeterWord word) {
        MeterWord first = _monthEnds[meter][OPENING];
        if (first.isEmpty() || first.day() > monthEnd) return first;
        word = _words[meter];
        if (word.day() <= monthEnd) return word;
        // The first record's month or a later one has a saved word: the loop ends.
        uint256 end = Day.unwrap(monthEnd);
        word = _monthEnds[meter][end];
        while (word.isEmpty()) {
            end = Calendar.monthEndBefore(Day.wrap(uint16(end)));
            word = _monthEnds[meter][end];
        }
    }

    /// @inheritdoc IMeterLedger
    function prove(MeterWord word, DailyRecord[] calldata records) external pure returns (MeterWord) {
        for (uint256 i = 0; i < records.length; ++i) {
            DailyRecord calldata next = records[i];
            word = _linked(word, next.generation, next.exported, next.day, next.readingsRoot);
        }
        return word;
    }

    /* INSIDE */

    /// @dev What the meter signs: the record and the whole word that it follows. In assembly: 100 gas less a record.
    function _structHash(MeterWord last, Wh generation, Wh exported, Day day, bytes32 root)
        private
        pure
        returns (bytes32 hash)
    {
        bytes32 recordType = RECORD_TYPE;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, recordType)
            mstore(add(free, 0x20), last)
            mstore(add(free, 0x40), generation)
            mstore(add(free, 0x60), exported)
            mstore(add(free, 0x80), day)
            mstore(add(free, 0xa0), root)
            hash := keccak256(free, 0xc0)
        }
    }

    /// @dev A record of a meter: checked, told, and the old word kept if it was the last of its month.
    function _recorded(address meter, MeterWord last, Wh generation, Wh exported, Day day, bytes32 readingsRoot)
        private
        returns (MeterWord word)
    {
        uint256 ended;
        unchecked {
            ended = (uint256(Day.unwrap(day)) + 1) * 1 days; // 16 bits times 17: 70 gas less a record
        }
        require(block.timestamp + EARLIEST_ZONE >= ended, DayNotEnded(day, block.timestamp));
        word = _linked(last, generation, exported, day, readingsRoot);

        if (last.isEmpty()) {
            _monthEnds[meter][OPENING] = word;
        } else {
            uint256 monthEnd = Calendar.monthEnd(last.day());
            if (Day.unwrap(day) > monthEnd) _monthEnds[meter][monthEnd] = last;
        }

        emit Recorded(meter, day, generation, exported, readingsRoot);
    }

    /// @dev The word after a record that may follow.
    function _linked(MeterWord last, Wh generation, Wh exported, Day day, bytes32 readingsRoot)
        private
        pure
        returns (MeterWord)
    {
        require(day > last.day(), DayNotAfterLast(last.day(), day));
        require(generation >= last.generation(), GenerationWentBack(last.generation(), generation));
        require(exported >= last.exported(), ExportWentBack(last.exported(), exported));
        require(Wh.unwrap(generation) <= LARGEST_REGISTER, RegisterTooLarge(generation));
        require(Wh.unwrap(exported) <= LARGEST_REGISTER, RegisterTooLarge(exported));

        return last.next(generation, exported, day, readingsRoot);
    }
}
