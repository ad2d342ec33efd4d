// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccountWord, pack as packAccount} from "../../contracts/lib/AccountWord.sol";
import {AgreementWord, newlyProposed, pack as packAgreement} from "../../contracts/lib/AgreementWord.sol";
import {AnnouncementWord, pack as packAnnouncement} from "../../contracts/lib/AnnouncementWord.sol";
import {ClaimsWord, pack as packClaims} from "../../contracts/lib/ClaimsWord.sol";
import {LARGEST_REGISTER, MeterWord} from "../../contracts/lib/MeterWord.sol";
import {NoticeWord, pack as packNotice} from "../../contracts/lib/NoticeWord.sol";
import {PaymentWord, pack as packPayment} from "../../contracts/lib/PaymentWord.sol";
import {LARGEST_BILLED, StatementWord, pack as packStatement} from "../../contracts/lib/StatementWord.sol";
import {Day, UtcDay, Wh} from "../../contracts/lib/Units.sol";
import {
    Account,
    Agreement,
    Announcement,
    Claims,
    Notice,
    Payment,
    Statement,
    Status
} from "../../interfaces/registry/Structs.sol";

/// @title Each word gives back what was packed into it, for every value of every field together
contract Words {
    function check_an_agreement_comes_back(Agreement calldata a) external pure {
        Agreement memory given = a;
        bool registers =
            Wh.unwrap(given.generation) <= LARGEST_REGISTER && Wh.unwrap(given.exported) <= LARGEST_REGISTER;
        if (!registers || given.balance != int56(given.balance) || given.periods >= 4096) return;
        Agreement memory back = packAgreement(given).unpack();
        assert(back.status == given.status && back.pending == given.pending && back.periods == given.periods);
        assert(back.proposedBlock == given.proposedBlock && back.signedBlock == given.signedBlock);
        assert(back.boundaryDay == given.boundaryDay && back.closedThrough == given.closedThrough);
        assert(Wh.unwrap(back.generation) == Wh.unwrap(given.generation));
        assert(Wh.unwrap(back.exported) == Wh.unwrap(given.exported));
        assert(back.balance == given.balance);
        assert(packAgreement(given).status() == given.status);
    }

    function check_a_new_proposal_is_that_alone(uint32 block_) external pure {
        Agreement memory expected;
        (expected.status, expected.proposedBlock) = (Status.Proposed, block_);
        assert(AgreementWord.unwrap(newlyProposed(block_)) == AgreementWord.unwrap(packAgreement(expected)));
    }

    function check_a_signature_changes_status_and_block_alone(uint256 word, uint32 block_) external pure {
        Agreement memory expected = AgreementWord.wrap(word).unpack();
        if (expected.status != Status.Proposed || expected.signedBlock != 0) return;
        (expected.status, expected.signedBlock) = (Status.Signed, block_);
        uint256 free = word >> 248 << 248;
        assert(
            AgreementWord.unwrap(AgreementWord.wrap(word).signed(block_))
                == AgreementWord.unwrap(packAgreement(expected)) | free
        );
    }

    function check_a_statement_comes_back(Statement calldata s) external pure {
        Statement memory given = s;
        bool registers = Wh.unwrap(given.generation) <= LARGEST_BILLED && Wh.unwrap(given.exported) <= LARGEST_BILLED;
        if (!registers || given.amount != int56(given.amount)) return;
        StatementWord word = packStatement(given);
        Statement memory back = word.unpack();
        assert(back.amount == given.amount && back.flags == given.flags && back.closedBlock == given.closedBlock);
        assert(Wh.unwrap(back.generation) == Wh.unwrap(given.generation));
        assert(Wh.unwrap(back.exported) == Wh.unwrap(given.exported));
        assert(back.lastDay == given.lastDay && back.boundaryDay == given.boundaryDay);
        assert(UtcDay.unwrap(back.closedOn) == UtcDay.unwrap(given.closedOn));
        assert(given.closedBlock == 0 || !word.isEmpty());
    }

    function check_an_account_comes_back(Account calldata a) external pure {
        Account memory given = a;
        bool energy = given.generation == int40(given.generation) && given.exported == int40(given.exported);
        bool money = given.cents == int48(given.cents) && given.lateCentDays == int72(given.lateCentDays);
        if (!energy || !money) return;
        Account memory back = packAccount(given).unpack();
        assert(back.acts == given.acts && back.alarmDay == given.alarmDay);
        assert(back.generation == given.generation && back.exported == given.exported);
        assert(back.cents == given.cents && back.lateCentDays == given.lateCentDays);
    }

    function check_claims_come_back(Claims calldata c) external pure {
        Claims memory given = c;
        if (given.producer != uint48(given.producer) || given.consumer != uint48(given.consumer)) return;
        Claims memory back = packClaims(given).unpack();
        assert(back.producer == given.producer && back.consumer == given.consumer && back.decided == given.decided);
    }

    function check_a_payment_comes_back(Payment calldata p) external pure {
        Payment memory back = packPayment(p).unpack();
        assert(back.status == p.status && UtcDay.unwrap(back.declaredOn) == UtcDay.unwrap(p.declaredOn));
    }

    function check_a_notice_comes_back(Notice calldata n) external pure {
        Notice memory back = packNotice(n).unpack();
        assert(UtcDay.unwrap(back.day) == UtcDay.unwrap(n.day) && back.clause == n.clause);
        assert(back.cured == n.cured && back.isFinal == n.isFinal);
    }

    function check_an_announcement_comes_back(bytes32 digest, bool ends, UtcDay day) external pure {
        Announcement memory back = packAnnouncement(digest, ends, day).unpack();
        assert(back.digest == digest & ~bytes32(uint256(0xffffff)));
        assert(back.ends == ends && UtcDay.unwrap(back.day) == UtcDay.unwrap(day));
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
