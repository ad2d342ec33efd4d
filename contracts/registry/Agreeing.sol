// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClause} from "../../interfaces/IClause.sol";
import {Agreement, Clause, IPPARegistry, Status, Terms} from "../../interfaces/IPPARegistry.sol";
import {newlyProposed, pack as packAgreement} from "../lib/AgreementWord.sol";
import {Calendar} from "../lib/Calendar.sol";
import {TermsHash} from "../lib/TermsHash.sol";
import {Day} from "../lib/Units.sol";
import {Book} from "./Book.sol";

/// @title From an offer to a meter that serves
abstract contract Agreeing is Book {
    using TermsHash for Terms;

    uint256 private constant MOST_CLAUSES = 16;
    uint256 private constant MOST_MONTHS = 4095;

    /// @inheritdoc IPPARegistry
    function propose(Terms calldata terms) external returns (bytes32 id) {
        require(msg.sender == terms.producer, NotTheProducer(msg.sender, terms.producer));
        id = _new(terms);

        _agreements[id] = newlyProposed(uint32(block.number));

        emit Proposed(id, terms.producer, terms.consumer, terms);
    }

    /// @inheritdoc IPPARegistry
    function withdraw(Terms calldata terms) external {
        require(msg.sender == terms.producer, NotTheProducer(msg.sender, terms.producer));
        (bytes32 id, Agreement memory agreement) = _load(terms, Status.Proposed);

        agreement.status = Status.Withdrawn;
        _agreements[id] = packAgreement(agreement);

        emit Withdrawn(id);
    }

    /// @inheritdoc IPPARegistry
    function sign(Terms calldata terms) external {
        require(msg.sender == terms.consumer, NotTheConsumer(msg.sender, terms.consumer));
        (bytes32 id, Agreement memory agreement) = _load(terms, Status.Proposed);

        agreement.status = Status.Signed;
        agreement.signedAt = uint32(block.number);
        _agreements[id] = packAgreement(agreement);

        emit Signed(id);
    }

    /// @inheritdoc IPPARegistry
    function agree(Terms calldata terms, bytes calldata signature) external returns (bytes32 id) {
        require(msg.sender == terms.producer || msg.sender == terms.consumer, NotAParty(msg.sender));
        Day today = _today();
        require(terms.supersedes != 0 || today <= terms.firstDay, SignatureTooLate(today, terms.firstDay));
        id = _new(terms);
        _requireSigned(msg.sender == terms.producer ? terms.consumer : terms.producer, id, signature);

        // Empty is meant.
        // slither-disable-next-line uninitialized-local
        Agreement memory agreement;
        agreement.status = Status.Signed;
        (agreement.proposedAt, agreement.signedAt) = (uint32(block.number), uint32(block.number));
        _agreements[id] = packAgreement(agreement);

        emit Proposed(id, terms.producer, terms.consumer, terms);
        emit Signed(id);
    }

    /// @inheritdoc IPPARegistry
    function reject(Terms calldata terms) external {
        require(msg.sender == terms.consumer, NotTheConsumer(msg.sender, terms.consumer));
        (bytes32 id, Agreement memory agreement) = _load(terms, Status.Proposed);

        agreement.status = Status.Rejected;
        _agreements[id] = packAgreement(agreement);

        emit Rejected(id);
    }

    /// @inheritdoc IPPARegistry
    function serve(Terms calldata terms) external {
        require(msg.sender == terms.meter, NotTheMeter(msg.sender, terms.meter));
        (bytes32 id, Agreement memory agreement) = _load(terms, Status.Signed);
        bool carried = Day.unwrap(agreement.closedDay) > 0;
        require(terms.supersedes == 0 || carried, NotHandedOver(terms.supersedes));
        bytes32 other = _servedBy[msg.sender];
        require(other == 0, MeterServesAnother(msg.sender, other));

        agreement.status = Status.Running;
        _agreements[id] = packAgreement(agreement);
        _servedBy[msg.sender] = id;

        emit Served(id, msg.sender);
    }

    /// @dev The id of terms that make sense and that nobody proposed before.
    function _new(Terms calldata terms) private view returns (bytes32 id) {
        _checkParties(terms);
        _checkTerm(terms);
        _checkClauses(terms);
        id = terms.digest(domainSeparator);
        Status status = _agreements[id].status();
        require(status == Status.None, AlreadyProposed(id, status));
    }

    function _checkParties(Terms calldata terms) private pure {
        (address producer, address consumer, address meter) = (terms.producer, terms.consumer, terms.meter);
        address arbiter = terms.arbiter;
        require(consumer != address(0), ConsumerMissing());
        require(meter != address(0), MeterMissing());
        require(producer != consumer, ProducerIsConsumer(producer));
        require(meter != producer && meter != consumer, PartyAsMeter(meter));
        require(arbiter != producer && arbiter != consumer && arbiter != meter, PartyAsArbiter(arbiter));
    }

    function _checkTerm(Terms calldata terms) private pure {
        (bool isFirstOfMonth, uint256 lastDay) = Calendar.term(terms.firstDay, terms.months);
        require(isFirstOfMonth && Day.unwrap(terms.firstDay) > 0, NotFirstOfMonth(terms.firstDay));
        require(terms.months > 0, NoMonths());
        require(terms.months <= MOST_MONTHS && lastDay <= type(uint16).max, TermTooLong(terms.firstDay, terms.months));
        require(terms.maxPower > 0, NoMaxPower());
    }

    function _checkClauses(Terms calldata terms) private view {
        Clause[] calldata clauses = terms.clauses;
        require(clauses.length > 0, NoClauses());
        require(clauses.length <= MOST_CLAUSES, TooManyClauses(clauses.length, MOST_CLAUSES));
        for (uint256 i = 0; i < clauses.length; ++i) {
            Clause calldata clause = clauses[i];
            (bool ok, bytes memory answer) =
                _ask(clause.rule, abi.encodeCall(IClause.check, (terms.firstDay, terms.months, clause.params)));
            // An answer is equal or it is not: no clock decides it.
            // slither-disable-next-line incorrect-equality
            require(ok && answer.length == 32 && bytes32(answer) == IClause.check.selector, ClauseRefused(i, answer));
        }
    }
}
