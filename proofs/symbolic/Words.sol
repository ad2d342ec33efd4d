// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccountWord, pack as packAccount} from "../../contracts/lib/AccountWord.sol";
import {AgreementWord, LARGEST_BILLED, pack as packAgreement} from "../../contracts/lib/AgreementWord.sol";
import {MeterWord} from "../../contracts/lib/MeterWord.sol";
import {LARGEST_BILLED_REGISTER, StatementWord, pack as packStatement} from "../../contracts/lib/StatementWord.sol";
import {Day, Wh} from "../../contracts/lib/Units.sol";
import {Account, Agreement, Statement, Status} from "../../interfaces/IPPARegistry.sol";

/// @title Each word gives back what was packed into it, for every value of every field together
contract Words {
    function check_an_agreement_comes_back(Agreement calldata a) external pure {
        Agreement memory given = a;
        bool registers = given.generation <= LARGEST_BILLED && given.generation >= -LARGEST_BILLED - 1
            && given.exported <= LARGEST_BILLED && given.exported >= -LARGEST_BILLED - 1;
        if (!registers || given.balance != int56(given.balance) || given.periods >= 4096) return;
        Agreement memory back = packAgreement(given).unpack();
        assert(back.status == given.status && back.pending == given.pending && back.periods == given.periods);
        assert(back.proposedAt == given.proposedAt && back.signedAt == given.signedAt);
        assert(Day.unwrap(back.boundaryDay) == Day.unwrap(given.boundaryDay));
        assert(Day.unwrap(back.closedDay) == Day.unwrap(given.closedDay));
        assert(back.generation == given.generation && back.exported == given.exported);
        assert(back.balance == given.balance);
        assert(packAgreement(given).status() == given.status);
    }

    function check_a_statement_comes_back(Statement calldata s) external pure {
        Statement memory given = s;
        bool registers = Wh.unwrap(given.generation) <= LARGEST_BILLED_REGISTER
            && Wh.unwrap(given.exported) <= LARGEST_BILLED_REGISTER;
        if (!registers || given.amount != int56(given.amount)) return;
        Statement memory back = packStatement(given).unpack();
        assert(back.amount == given.amount && back.flags == given.flags && back.closedAt == given.closedAt);
        assert(
            Wh.unwrap(back.generation) == Wh.unwrap(given.generation)
                && Wh.unwrap(back.exported) == Wh.unwrap(given.exported)
        );
        assert(
            Day.unwrap(back.lastDay) == Day.unwrap(given.lastDay)
                && Day.unwrap(back.boundaryDay) == Day.unwrap(given.boundaryDay)
        );
        assert(Day.unwrap(back.closedOn) == Day.unwrap(given.closedOn));
    }

    function check_an_account_comes_back(Account calldata a) external pure {
        Account memory given = a;
        if (given.cents != int56(given.cents) || given.late != int80(given.late)) return;
        Account memory back = packAccount(given).unpack();
        assert(
            back.nextAct == given.nextAct && back.cents == given.cents && back.late == given.late
                && back.noticeClause == given.noticeClause
        );
        assert(
            Day.unwrap(back.alarmDay) == Day.unwrap(given.alarmDay)
                && Day.unwrap(back.noticeDay) == Day.unwrap(given.noticeDay)
        );
    }

    function check_a_turned_flag_leaves_the_rest_of_a_statement(uint256 word, uint32 turned) external pure {
        Statement memory before = StatementWord.wrap(word).unpack();
        Statement memory now_ = StatementWord.wrap(word).flagged(turned).unpack();
        assert(now_.flags == before.flags ^ turned && now_.amount == before.amount && now_.closedAt == before.closedAt);
        assert(
            Wh.unwrap(now_.generation) == Wh.unwrap(before.generation)
                && Wh.unwrap(now_.exported) == Wh.unwrap(before.exported)
        );
    }

    function check_a_meters_word_has_its_record(uint256 word, uint40 generation, uint40 exported, Day day, bytes32 root)
        external
        pure
    {
        MeterWord now_ = MeterWord.wrap(word).next(Wh.wrap(generation), Wh.wrap(exported), day, root);
        assert(Wh.unwrap(now_.generation()) == generation && Wh.unwrap(now_.exported()) == exported);
        assert(Day.unwrap(now_.day()) == Day.unwrap(day));
        assert(MeterWord.unwrap(now_) >> 96 == uint256(keccak256(abi.encode(root, word))) >> 96);
    }
}
