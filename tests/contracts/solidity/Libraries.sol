// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

import {AccountWord, pack as packAccount} from "../../../contracts/lib/AccountWord.sol";
import {ActHash} from "../../../contracts/lib/ActHash.sol";
import {AgreementWord, pack as packAgreement} from "../../../contracts/lib/AgreementWord.sol";
import {AnnouncementWord, pack as packAnnouncement} from "../../../contracts/lib/AnnouncementWord.sol";
import {Calendar} from "../../../contracts/lib/Calendar.sol";
import {ClaimsWord, pack as packClaims} from "../../../contracts/lib/ClaimsWord.sol";
import {CompactSignature} from "../../../contracts/lib/CompactSignature.sol";
import {Domain} from "../../../contracts/lib/Domain.sol";
import {MeterWord} from "../../../contracts/lib/MeterWord.sol";
import {Money} from "../../../contracts/lib/Money.sol";
import {NoticeWord, pack as packNotice} from "../../../contracts/lib/NoticeWord.sol";
import {PaymentWord, pack as packPayment} from "../../../contracts/lib/PaymentWord.sol";
import {RequestHash} from "../../../contracts/lib/RequestHash.sol";
import {clauseBit, darkMonths, withDarkMonths} from "../../../contracts/lib/StatementFlags.sol";
import {StatementWord, pack as packStatement} from "../../../contracts/lib/StatementWord.sol";
import {TermsHash} from "../../../contracts/lib/TermsHash.sol";
import {Day, MicroPerKWh, UtcDay, Wh} from "../../../contracts/lib/Units.sol";
import {
    Account,
    Act,
    Agreement,
    Announcement,
    Claims,
    Notice,
    Payment,
    Request,
    Statement,
    Status,
    Terms
} from "../../../interfaces/registry/Structs.sol";

/// @title The libraries, called from outside
contract Libraries {
    using RequestHash for Request;
    using TermsHash for Terms;

    /* CALENDAR: many days in one call */

    /// @notice Of each day from `from`: month end, end of the month before, and whether it is the first of a month.
    function months(uint256 from, uint256 count)
        external
        pure
        returns (uint256[] memory ends, uint256[] memory before, uint256[] memory first)
    {
        (ends, before, first) = (new uint256[](count), new uint256[](count), new uint256[](count));
        for (uint256 i = 0; i < count; ++i) {
            Day day = Day.wrap(uint16(from + i));
            (ends[i], before[i]) = (Calendar.monthEnd(day), Calendar.monthEndBefore(day));
            (bool isFirst,) = Calendar.term(day, 1);
            first[i] = isFirst ? 1 : 0;
        }
    }

    /// @notice The last days of the terms of 1 to `most` months from `day`.
    function termsFrom(uint16 day, uint16 most) external pure returns (uint256[] memory ends) {
        ends = new uint256[](most);
        for (uint16 i = 0; i < most; ++i) {
            (, ends[i]) = Calendar.term(Day.wrap(day), i + 1);
        }
    }

    /// @notice The last day of a term of `count` months from each of `days_`.
    function termsOf(uint16[] calldata days_, uint16 count) external pure returns (uint256[] memory ends) {
        ends = new uint256[](days_.length);
        for (uint256 i = 0; i < days_.length; ++i) {
            (, ends[i]) = Calendar.term(Day.wrap(days_[i]), count);
        }
    }

    function monthsBefore(Day firstDay, uint256 count) external pure returns (Day) {
        return Calendar.monthsBefore(firstDay, count);
    }

    /* WORDS */

    function nextWord(uint256 word, uint64 generation, uint64 exported, uint16 day, bytes32 root)
        external
        pure
        returns (uint256)
    {
        return MeterWord.unwrap(MeterWord.wrap(word).next(Wh.wrap(generation), Wh.wrap(exported), Day.wrap(day), root));
    }

    function meterWord(uint256 word) external pure returns (Wh generation, Wh exported, Day day, bool empty) {
        MeterWord w = MeterWord.wrap(word);
        return (w.generation(), w.exported(), w.day(), w.isEmpty());
    }

    function packedAgreement(Agreement memory agreement) external pure returns (uint256) {
        return AgreementWord.unwrap(packAgreement(agreement));
    }

    function unpackedAgreement(uint256 word) external pure returns (Agreement memory, Status) {
        return (AgreementWord.wrap(word).unpack(), AgreementWord.wrap(word).status());
    }

    function packedAccount(Account memory account) external pure returns (uint256) {
        return AccountWord.unwrap(packAccount(account));
    }

    function unpackedAccount(uint256 word) external pure returns (Account memory, uint256) {
        return (AccountWord.wrap(word).unpack(), word);
    }

    function packedClaims(Claims memory claims) external pure returns (uint256) {
        return ClaimsWord.unwrap(packClaims(claims));
    }

    function unpackedClaims(uint256 word) external pure returns (Claims memory, uint256) {
        return (ClaimsWord.wrap(word).unpack(), word);
    }

    function packedPayment(Payment memory payment) external pure returns (uint256) {
        return PaymentWord.unwrap(packPayment(payment));
    }

    function unpackedPayment(uint256 word) external pure returns (Payment memory, uint256) {
        return (PaymentWord.wrap(word).unpack(), word);
    }

    function packedNotice(Notice memory notice) external pure returns (uint256) {
        return NoticeWord.unwrap(packNotice(notice));
    }

    function unpackedNotice(uint256 word) external pure returns (Notice memory, uint256) {
        return (NoticeWord.wrap(word).unpack(), word);
    }

    function packedAnnouncement(Announcement memory announced) external pure returns (uint256) {
        return AnnouncementWord.unwrap(packAnnouncement(announced.digest, announced.ends, announced.day));
    }

    function unpackedAnnouncement(uint256 word) external pure returns (Announcement memory, uint256) {
        return (AnnouncementWord.wrap(word).unpack(), word);
    }

    /// @notice The dark months in flags, and the flags with another number of them.
    function flags(uint32 flags_, uint32 dark) external pure returns (uint256, uint32) {
        return (darkMonths(flags_), withDarkMonths(flags_, dark));
    }

    function clauseFlag(uint256 index) external pure returns (uint32) {
        return clauseBit(index);
    }

    function actDigest(Act calldata act, bytes32 agreement, uint256 chainId, address registry)
        external
        pure
        returns (bytes32)
    {
        return ActHash.digest(act, agreement, Domain.separator(chainId, registry));
    }

    /// @param right the right by its name, as `Request` is signed
    function requestDigest(
        Request calldata request,
        bytes calldata right,
        bytes32 agreement,
        uint256 chainId,
        address registry
    ) external pure returns (bytes32) {
        return request.digest(keccak256(right), agreement, Domain.separator(chainId, registry));
    }

    function packedStatement(Statement memory statement) external pure returns (uint256) {
        return StatementWord.unwrap(packStatement(statement));
    }

    function unpackedStatement(uint256 word) external pure returns (Statement memory, bool empty) {
        return (StatementWord.wrap(word).unpack(), StatementWord.wrap(word).isEmpty());
    }

    /* MONEY */

    function cents(int256 energy, uint64 price) external pure returns (int256) {
        return Money.centsHalfAwayFromZero(energy, MicroPerKWh.wrap(price));
    }

    function escalated(uint64 price, uint32 escalator, uint256 year) external pure returns (uint64) {
        return MicroPerKWh.unwrap(Money.escalatedHalfUp(MicroPerKWh.wrap(price), escalator, year));
    }

    function degraded(uint64 energy, uint32 degradation, uint256 year) external pure returns (uint256) {
        return Money.degradedDown(energy, degradation, year);
    }

    function contractYear(uint16 number) external pure returns (uint256) {
        return Money.contractYear(number);
    }

    /* TERMS, PROOFS */

    function digest(Terms calldata terms, uint256 chainId, address registry) external pure returns (bytes32) {
        return terms.digest(Domain.separator(chainId, registry));
    }

    function dealHash(Terms calldata terms) external pure returns (bytes32) {
        return terms.dealHash();
    }

    /// @dev What anyone decodes from the same calldata, for odd encodings.
    function decoded(Terms calldata terms) external pure returns (Terms memory) {
        return terms;
    }

    /// @notice Ours, and OpenZeppelin's.
    function signers(bytes32 hash, bytes32 r, bytes32 vs) external pure returns (address ours, address theirs) {
        ours = CompactSignature.signer(hash, r, vs);
        (theirs,,) = ECDSA.tryRecover(hash, r, vs);
    }

    function proved(bytes32[] calldata path, bytes32 root, bytes32 leaf) external pure returns (bool) {
        return MerkleProof.verify(path, root, leaf);
    }
}
