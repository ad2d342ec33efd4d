// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClause, Period} from "../interfaces/IClause.sol";
import {IMeterLedger} from "../interfaces/IMeterLedger.sol";
import {Agreement, Clause, IPPARegistry, Statement, Status, Terms} from "../interfaces/IPPARegistry.sol";
import {AgreementWord, newlyProposed, pack as packAgreement} from "./lib/AgreementWord.sol";
import {Calendar} from "./lib/Calendar.sol";
import {Domain} from "./lib/Domain.sol";
import {MeterWord} from "./lib/MeterWord.sol";
import {StatementWord, pack as packStatement} from "./lib/StatementWord.sol";
import {TermsHash} from "./lib/TermsHash.sol";
import {Day, Wh} from "./lib/Units.sol";

/// @title What was agreed, what it comes to each month, and what is owed
contract PPARegistry is IPPARegistry {
    using TermsHash for Terms;

    uint256 private constant MOST_CLAUSES = 16;
    uint256 private constant MOST_MONTHS = 4095;
    /// @dev What a clause may burn; the rest is what must be left for that, as only 63/64 can be passed on.
    uint256 private constant CLAUSE_GAS = 500_000;
    uint256 private constant CLAUSE_GAS_NEEDED = CLAUSE_GAS * 64 / 63 + 10_000;
    /// @dev How far before the first day the opening record may be.
    uint256 private constant OPENING_MONTHS = 12;
    uint32 private constant EARLY_BOUNDARY = 1;
    uint32 private constant DARK = 2;

    /// @inheritdoc IPPARegistry
    uint256 public immutable chainId;
    /// @inheritdoc IPPARegistry
    IMeterLedger public immutable ledger;
    /// @inheritdoc IPPARegistry
    bytes32 public immutable domainSeparator;

    mapping(bytes32 id => AgreementWord) private _agreements;
    mapping(bytes32 id => mapping(uint256 number => StatementWord)) private _statements;
    mapping(address meter => bytes32 id) private _servedBy;

    /// @param chainId_ what `eth_chainId` answers: the contract cannot ask (byzantium), so a deployer's mistake shows in
    /// no transaction, but every wallet and verifier refuses to work with it
    constructor(uint256 chainId_, IMeterLedger ledger_) {
        require(address(ledger_).code.length > 0, NoLedger(address(ledger_)));
        chainId = chainId_;
        ledger = ledger_;
        domainSeparator = Domain.separator(chainId_, address(this));
    }

    /* AGREEING */

    /// @inheritdoc IPPARegistry
    function propose(Terms calldata terms) external returns (bytes32 id) {
        require(msg.sender == terms.producer, NotTheProducer(msg.sender, terms.producer));
        _checkParties(terms);
        _checkTerm(terms);
        _checkClauses(terms);
        id = terms.digest(domainSeparator);
        Status status = _agreements[id].status();
        require(status == Status.None, AlreadyProposed(id, status));

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
        bytes32 other = _servedBy[msg.sender];
        require(other == 0, MeterServesAnother(msg.sender, other));

        agreement.status = Status.Running;
        _agreements[id] = packAgreement(agreement);
        _servedBy[msg.sender] = id;

        emit Served(id, msg.sender);
    }

    /* CLOSING */

    /// @inheritdoc IPPARegistry
    function close(Terms calldata terms) external {
        (bytes32 id, Agreement memory agreement) = _load(terms, Status.Running);
        if (agreement.periods == 0) _open(id, agreement, terms);
        (Period memory period, uint32 flags) = _measure(id, agreement, terms);
        (int256[] memory lines, int256 amount) = _assess(period, terms.clauses);
        int256 balance = agreement.balance + amount;
        require(balance == int56(balance), BalanceTooLarge(balance));

        agreement.balance = balance;
        agreement.periods = period.number;
        if (period.number == terms.months) agreement.status = Status.Ended;
        Statement memory statement = _statement(agreement, amount, flags);
        _agreements[id] = packAgreement(agreement);
        _statements[id][period.number] = packStatement(statement);
        if (agreement.status == Status.Ended) delete _servedBy[terms.meter];

        emit Closed(id, period.number, statement, balance, lines);
        if (agreement.status == Status.Ended) emit Ended(id);
    }

    /// @dev Takes the opening registers, the latest word at or before the day before the first, and keeps them as
    /// statement 0, where clauses find them.
    function _open(bytes32 id, Agreement memory agreement, Terms calldata terms) private {
        uint256 monthEnd = Day.unwrap(terms.firstDay) - 1;
        agreement.closedDay = Day.wrap(uint16(monthEnd));
        MeterWord word = MeterWord.wrap(0);
        for (uint256 i = 0; i < OPENING_MONTHS && monthEnd > 0 && word.isEmpty(); ++i) {
            word = ledger.atMonthEnd(terms.meter, Day.wrap(uint16(monthEnd)));
            monthEnd = Calendar.monthEndBefore(Day.wrap(uint16(monthEnd)));
        }
        require(!word.isEmpty(), NoOpeningRecord(terms.meter, terms.firstDay));

        (agreement.generation, agreement.exported, agreement.boundaryDay) =
        (word.generation(), word.exported(), word.day());
        uint32 flags = agreement.boundaryDay < agreement.closedDay ? EARLY_BOUNDARY : 0;
        _statements[id][0] = packStatement(_statement(agreement, 0, flags));
    }

    /// @dev The next period as the ledger tells it; moves the agreement's registers and days on to its end.
    function _measure(bytes32 id, Agreement memory agreement, Terms calldata terms)
        private
        view
        returns (Period memory period, uint32 flags)
    {
        period.firstDay = Day.wrap(Day.unwrap(agreement.closedDay) + 1);
        Day lastDay = Day.wrap(uint16(Calendar.monthEnd(period.firstDay)));
        MeterWord word = ledger.atMonthEnd(terms.meter, lastDay);
        if (word.isEmpty()) {
            flags = DARK;
        } else {
            (period.generation, period.exported) = _since(agreement, word, terms.maxPower);
            (agreement.generation, agreement.exported, agreement.boundaryDay) =
            (word.generation(), word.exported(), word.day());
        }
        if (agreement.boundaryDay < lastDay) flags |= EARLY_BOUNDARY;
        agreement.closedDay = lastDay;

        (period.agreement, period.number, period.months) = (id, agreement.periods + 1, terms.months);
        (period.lastDay, period.boundaryDay) = (lastDay, agreement.boundaryDay);
        (period.generationRegister, period.exportedRegister) = (agreement.generation, agreement.exported);
        period.balance = agreement.balance;
    }

    /// @dev The energy since the last boundary day, refused if the plant cannot have made it.
    function _since(Agreement memory agreement, MeterWord word, uint64 maxPower) private pure returns (Wh, Wh) {
        uint64 generation = Wh.unwrap(word.generation()) - Wh.unwrap(agreement.generation);
        uint64 exported = Wh.unwrap(word.exported()) - Wh.unwrap(agreement.exported);
        uint256 elapsed = 24 * (uint256(Day.unwrap(word.day())) - Day.unwrap(agreement.boundaryDay));
        uint256 most = maxPower * elapsed;
        require(generation <= most && exported <= most, EnergyImpossible(Wh.wrap(generation), Wh.wrap(exported), most));
        return (Wh.wrap(generation), Wh.wrap(exported));
    }

    /// @dev Asks each clause for its line.
    function _assess(Period memory period, Clause[] calldata clauses)
        private
        view
        returns (int256[] memory lines, int256 amount)
    {
        lines = new int256[](clauses.length);
        for (uint256 i = 0; i < clauses.length; ++i) {
            Clause calldata clause = clauses[i];
            (bool ok, bytes memory answer) = _ask(clause.rule, abi.encodeCall(IClause.assess, (period, clause.params)));
            require(ok && answer.length == 32, ClauseFailed(i, answer));
            int256 line = abi.decode(answer, (int256));
            require(line == int48(line), ClauseFailed(i, answer));
            lines[i] = line;
            amount += line;
        }
    }

    function _statement(Agreement memory agreement, int256 amount, uint32 flags)
        private
        view
        returns (Statement memory)
    {
        return Statement({
            amount: amount,
            generation: agreement.generation,
            exported: agreement.exported,
            lastDay: agreement.closedDay,
            boundaryDay: agreement.boundaryDay,
            closedAt: uint32(block.number),
            flags: flags
        });
    }

    /* WHAT MUST HOLD */

    function _load(Terms calldata terms, Status needed) private view returns (bytes32 id, Agreement memory agreement) {
        id = terms.digest(domainSeparator);
        agreement = _agreements[id].unpack();
        require(agreement.status == needed, WrongStatus(id, agreement.status, needed));
    }

    function _checkParties(Terms calldata terms) private pure {
        require(terms.consumer != address(0), ConsumerMissing());
        require(terms.meter != address(0), MeterMissing());
        require(terms.producer != terms.consumer, ProducerIsConsumer(terms.producer));
        require(terms.meter != terms.producer && terms.meter != terms.consumer, PartyAsMeter(terms.meter));
        require(terms.supersedes == 0, CannotSupersede(terms.supersedes));
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
            require(ok && answer.length == 32 && bytes32(answer) == IClause.check.selector, ClauseRefused(i, answer));
        }
    }

    /// @dev A static call with the full gas a clause may have, or none: nobody can starve one.
    function _ask(address rule, bytes memory question) private view returns (bool, bytes memory) {
        uint256 left = gasleft();
        require(left >= CLAUSE_GAS_NEEDED, GasTooLow(left, CLAUSE_GAS_NEEDED));
        return rule.staticcall{gas: CLAUSE_GAS}(question);
    }

    /* VIEWS */

    /// @inheritdoc IPPARegistry
    function idOf(Terms calldata terms) external view returns (bytes32) {
        return terms.digest(domainSeparator);
    }

    /// @inheritdoc IPPARegistry
    function agreementOf(bytes32 id) external view returns (Agreement memory) {
        return _agreements[id].unpack();
    }

    /// @inheritdoc IPPARegistry
    function statementOf(bytes32 id, uint256 number) external view returns (Statement memory) {
        StatementWord word = _statements[id][number];
        require(!word.isEmpty(), NoSuchStatement(id, number));
        return word.unpack();
    }

    /// @inheritdoc IPPARegistry
    function servedBy(address meter) external view returns (bytes32) {
        return _servedBy[meter];
    }
}
