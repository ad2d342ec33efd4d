// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClause} from "../../interfaces/IClause.sol";
import {IAgreeing} from "../../interfaces/registry/IAgreeing.sol";
import {Clause, Status, Terms} from "../../interfaces/registry/Structs.sol";
import {AgreementWord, newlyProposed} from "../lib/AgreementWord.sol";
import {Calendar} from "../lib/Calendar.sol";
import {TermsHash} from "../lib/TermsHash.sol";
import {Day, UtcDay} from "../lib/Units.sol";
import {Asking} from "./Asking.sol";
import {Serving} from "./Serving.sol";

/// @title From an offer to a meter that serves: what every agreement comes by
abstract contract Agreeing is IAgreeing, Asking, Serving {
    using TermsHash for Terms;

    uint256 private constant MOST_CLAUSES = 16;
    uint256 private constant MOST_MONTHS = 4095;
    /// @dev No month is longer: so a life that begins so many months earlier begins after 1970.
    uint256 private constant LONGEST_MONTH = 31;

    /// @inheritdoc IAgreeing
    function propose(Terms calldata terms) external returns (bytes32 id) {
        require(msg.sender == terms.producer, NotTheProducer(msg.sender, terms.producer));
        id = _propose(terms);

        _agreements[id] = newlyProposed(uint32(block.number));
    }

    /// @inheritdoc IAgreeing
    function sign(Terms calldata terms) external {
        require(msg.sender == terms.consumer, NotTheConsumer(msg.sender, terms.consumer));
        bytes32 id = terms.digest(_domain());
        AgreementWord word = _agreements[id];
        require(word.status() == Status.Proposed, WrongStatus(id, word.status(), Status.Proposed));

        _sign(id, word);
    }

    /// @inheritdoc IAgreeing
    function agree(Terms calldata terms, bytes calldata producerSignature, bytes calldata consumerSignature)
        external
        returns (bytes32 id)
    {
        UtcDay today = _today();
        // What supersedes another has no force without an act.
        require(terms.supersedes != 0 || today <= terms.longStopDay, LongStopPassed(terms.longStopDay, today));
        id = terms.digest(_domain());
        AgreementWord word = _agreements[id];
        if (word.status() != Status.Proposed) {
            _propose(terms);
            if (msg.sender != terms.producer) _requireSigned(terms.producer, id, producerSignature);
            word = newlyProposed(uint32(block.number));
        }
        if (msg.sender != terms.consumer) _requireSigned(terms.consumer, id, consumerSignature);

        _sign(id, word);
    }

    /// @inheritdoc IAgreeing
    function serve(Terms calldata terms) external {
        _serve(msg.sender, terms);
    }

    function _sign(bytes32 id, AgreementWord word) private {
        _agreements[id] = word.signed(uint32(block.number));

        emit Signed(id);
    }

    /// @dev The id of terms that make sense and that nobody proposed before, with the event; the caller stores. The event is
    /// emitted in assembly, as its data are the fields that were hashed.
    function _propose(Terms calldata terms) private returns (bytes32) {
        _checkParties(terms);
        _checkTerm(terms);
        _checkClauses(terms);
        (bytes32 id, uint256 at, uint256 size) = terms.proposal(_domain());
        Status status = _agreements[id].status();
        require(status == Status.None, AlreadyProposed(id, status));

        (bytes32 topic, address producer, address consumer) = (Proposed.selector, terms.producer, terms.consumer);
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            log4(at, size, topic, id, producer, consumer)
        }
        return id;
    }

    function _checkParties(Terms calldata terms) private pure {
        (address producer, address consumer, address meter) = (terms.producer, terms.consumer, terms.meter);
        address arbiter = terms.arbiter;
        require(terms.wordsHash != 0, NoWords());
        require(consumer != address(0), ConsumerMissing());
        require(meter != address(0), MeterMissing());
        require(producer != consumer, ProducerIsConsumer(producer));
        require(meter != producer && meter != consumer, PartyAsMeter(meter));
        require(arbiter != producer && arbiter != consumer && arbiter != meter, PartyAsArbiter(arbiter));
        require(arbiter != address(0) || terms.noticeDays == 0, NoticeWithoutArbiter(terms.noticeDays));
    }

    function _checkTerm(Terms calldata terms) private pure {
        (Day firstDay, uint16 firstMonth, uint16 months) = (terms.firstDay, terms.firstMonth, terms.months);
        require(firstMonth > 0 && firstMonth <= months, NoSuchMonth(firstMonth, months));
        (bool isFirstOfMonth, uint256 lastDay) = Calendar.term(firstDay, months - firstMonth + 1);
        require(isFirstOfMonth && Day.unwrap(firstDay) > 0, NotFirstOfMonth(firstDay));
        bool fits = months <= MOST_MONTHS && lastDay <= type(uint16).max
            && Day.unwrap(firstDay) > LONGEST_MONTH * (firstMonth - 1);
        require(fits, TermTooLong(firstDay, firstMonth, months));
        UtcDay longStop = terms.longStopDay;
        bool within = UtcDay.unwrap(longStop) >= Day.unwrap(firstDay) && UtcDay.unwrap(longStop) <= lastDay;
        require(within, LongStopOutsideTerm(longStop, firstDay, lastDay));
        require(terms.maxPower > 0, NoMaxPower());
        require(terms.maxClaim <= uint48(type(int48).max), MaxClaimTooLarge(terms.maxClaim));
    }

    function _checkClauses(Terms calldata terms) private view {
        Clause[] calldata clauses = terms.clauses;
        require(clauses.length > 0, NoClauses());
        require(clauses.length <= MOST_CLAUSES, TooManyClauses(clauses.length, MOST_CLAUSES));
        Day lifeStart = terms.firstDay;
        if (terms.firstMonth > 1) lifeStart = Calendar.monthsBefore(lifeStart, terms.firstMonth - 1);
        for (uint256 i = 0; i < clauses.length; ++i) {
            Clause calldata clause = clauses[i];
            bytes memory request = abi.encodeCall(IClause.check, (lifeStart, terms.months, clause.params));
            (bool ok, bytes32 answer) = _ask(clause.rule, request, 32);
            // An answer is equal or it is not: no clock decides it.
            // slither-disable-next-line incorrect-equality
            ok = ok && answer == IClause.check.selector;
            if (!ok) revert ClauseRefused(i, _answer());
        }
    }
}
