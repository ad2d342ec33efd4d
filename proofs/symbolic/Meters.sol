// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MeterLedger} from "../../contracts/MeterLedger.sol";
import {Domain} from "../../contracts/lib/Domain.sol";
import {MeterWord} from "../../contracts/lib/MeterWord.sol";
import {Day, Wh} from "../../contracts/lib/Units.sol";
import {DailyRecord, SignedRecord} from "../../interfaces/IMeterLedger.sol";
import {Symbols} from "./Symbols.sol";

/// @title Who writes a meter's word, and how it moves: of the ledger's code, for any record, caller and state
contract Meters is Symbols {
    bytes32 private constant RECORD_TYPE =
        keccak256("Record(uint256 last,uint64 generation,uint64 exported,uint16 day,bytes32 readingsRoot)");

    MeterLedger private ledger;

    function setUp() public {
        ledger = new MeterLedger(31_337);
        ANY.enableSymbolicStorage(address(ledger));
        WORLD.warp(65_550 days); // every day that 16 bits hold has ended: at no time the ledger takes more records
    }

    function check_a_record_is_of_its_sender_alone(address caller, address other, DailyRecord calldata next) external {
        WORLD.assume(caller != other);
        MeterWord before = ledger.wordOf(other);
        WORLD.prank(caller);
        ledger.record(next.generation, next.exported, next.day, next.readingsRoot);
        assert(MeterWord.unwrap(ledger.wordOf(other)) == MeterWord.unwrap(before));
    }

    function check_a_record_moves_registers_and_day_on(address caller, DailyRecord calldata next) external {
        MeterWord before = ledger.wordOf(caller);
        WORLD.prank(caller);
        ledger.record(next.generation, next.exported, next.day, next.readingsRoot);
        MeterWord now_ = ledger.wordOf(caller);
        assert(
            now_.day() > before.day() && now_.generation() >= before.generation()
                && now_.exported() >= before.exported()
        );
        assert(
            Wh.unwrap(now_.generation()) == Wh.unwrap(next.generation)
                && Wh.unwrap(now_.exported()) == Wh.unwrap(next.exported)
        );
        assert(Day.unwrap(now_.day()) == Day.unwrap(next.day));
    }

    function check_what_a_meter_did_not_sign_is_refused(address caller, SignedRecord calldata next) external {
        MeterWord last = ledger.wordOf(next.meter);
        bytes32 structHash =
            keccak256(abi.encode(RECORD_TYPE, last, next.generation, next.exported, next.day, next.readingsRoot));
        WORLD.assume(_signer(Domain.digest(ledger.domainSeparator(), structHash), next.r, next.vs) != next.meter);
        SignedRecord[] memory records = new SignedRecord[](1);
        records[0] = next;
        _refused(caller, address(ledger), abi.encodeCall(ledger.recordSigned, (records)));
    }

    function check_a_signed_record_is_of_its_meter_alone(address other, SignedRecord calldata next) external {
        WORLD.assume(other != next.meter);
        MeterWord before = ledger.wordOf(other);
        SignedRecord[] memory records = new SignedRecord[](1);
        records[0] = next;
        ledger.recordSigned(records);
        assert(MeterWord.unwrap(ledger.wordOf(other)) == MeterWord.unwrap(before));
    }

    function check_a_meters_first_word_stays_what_it_was(address caller, DailyRecord calldata next) external {
        MeterWord first = ledger.firstOf(caller);
        WORLD.assume(!ledger.wordOf(caller).isEmpty());
        WORLD.prank(caller);
        ledger.record(next.generation, next.exported, next.day, next.readingsRoot);
        assert(MeterWord.unwrap(ledger.firstOf(caller)) == MeterWord.unwrap(first));
    }

    /// @dev Either later days were recorded, or the answer is the meter's word of today: so it is whenever a month answers, and
    /// so it stays.
    function check_a_month_that_answered_stays_what_it_was(address caller, Day monthEnd, DailyRecord calldata next)
        external
    {
        (MeterWord answer, MeterWord last) = (ledger.atMonthEnd(caller, monthEnd), ledger.wordOf(caller));
        bool isLast = last.day() == monthEnd && MeterWord.unwrap(answer) == MeterWord.unwrap(last);
        WORLD.assume(last.day() > monthEnd || isLast);
        WORLD.prank(caller);
        ledger.record(next.generation, next.exported, next.day, next.readingsRoot);
        assert(MeterWord.unwrap(ledger.atMonthEnd(caller, monthEnd)) == MeterWord.unwrap(answer));
        assert(ledger.wordOf(caller).day() > monthEnd);
    }
}
