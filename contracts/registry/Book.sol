// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMeterLedger} from "../../interfaces/IMeterLedger.sol";
import {Account, Agreement, IPPARegistry, Statement, Status, Terms} from "../../interfaces/IPPARegistry.sol";
import {AccountWord, pack as packAccount} from "../lib/AccountWord.sol";
import {AgreementWord, pack as packAgreement} from "../lib/AgreementWord.sol";
import {CompactSignature} from "../lib/CompactSignature.sol";
import {Domain} from "../lib/Domain.sol";
import {StatementWord} from "../lib/StatementWord.sol";
import {TermsHash} from "../lib/TermsHash.sol";
import {Day} from "../lib/Units.sol";

/// @title What the registry keeps, and what its parts share
abstract contract Book is IPPARegistry {
    using TermsHash for Terms;

    /// @dev What a clause or a wallet may burn; the rest is what must be left for that, as only 63/64 can be passed on.
    uint256 private constant CALL_GAS = 500_000;
    uint256 private constant CALL_GAS_NEEDED = CALL_GAS * 64 / 63 + 10_000;
    /// @dev Of ERC-1271.
    bytes4 private constant IS_VALID_SIGNATURE = bytes4(keccak256("isValidSignature(bytes32,bytes)"));

    uint32 internal constant EARLY_BOUNDARY = 1;
    uint32 internal constant DARK = 2;
    uint32 internal constant CLAUSE_FAILED = 4;
    uint32 internal constant PRODUCER_CLAIMS = 8;
    uint32 internal constant RESOLVED = 16;
    uint32 internal constant CONSUMER_CLAIMS = 32;

    /// @inheritdoc IPPARegistry
    uint256 public immutable chainId;
    /// @inheritdoc IPPARegistry
    IMeterLedger public immutable ledger;
    /// @inheritdoc IPPARegistry
    bytes32 public immutable domainSeparator;

    mapping(bytes32 id => AgreementWord) internal _agreements;
    mapping(bytes32 id => mapping(uint256 number => StatementWord)) internal _statements;
    mapping(address meter => bytes32 id) internal _servedBy;
    mapping(bytes32 id => AccountWord) internal _accounts;
    mapping(bytes32 id => bytes32) internal _predecessors;
    mapping(bytes32 payment => uint256) internal _payments;

    /// @param chainId_ what `eth_chainId` answers: the contract cannot ask (byzantium), so a deployer's mistake shows in
    /// no transaction, but every wallet and verifier refuses to work with it
    constructor(uint256 chainId_, IMeterLedger ledger_) {
        require(address(ledger_).code.length > 0, NoLedger(address(ledger_)));
        chainId = chainId_;
        ledger = ledger_;
        domainSeparator = Domain.separator(chainId_, address(this));
    }

    function _load(Terms calldata terms, Status needed) internal view returns (bytes32 id, Agreement memory agreement) {
        id = terms.digest(domainSeparator);
        agreement = _agreements[id].unpack();
        require(agreement.status == needed, WrongStatus(id, agreement.status, needed));
    }

    /// @dev An agreement that has, or had, statements: also one that waits for the new meter to serve its successor.
    function _loadBilled(Terms calldata terms) internal view returns (bytes32 id, Agreement memory agreement) {
        id = terms.digest(domainSeparator);
        agreement = _agreements[id].unpack();
        bool carried = agreement.status == Status.Signed && Day.unwrap(agreement.closedDay) > 0;
        bool billed = agreement.status == Status.Running || agreement.status == Status.Ended || carried;
        require(billed, WrongStatus(id, agreement.status, Status.Running));
    }

    /// @dev The agreement under which a statement is stored: this one, or one that it goes on from.
    function _holder(bytes32 id, uint256 number) internal view returns (bytes32 holder) {
        holder = id;
        while (_statements[holder][number].isEmpty()) {
            holder = _predecessors[holder];
            require(holder != 0, NoSuchStatement(id, number));
        }
    }

    /// @dev Cents of an act or an award: a line of the next statement, or at once a part of the last balance.
    function _credit(Agreement memory agreement, Account memory account, int256 cents) internal pure {
        if (agreement.status == Status.Ended) {
            agreement.balance += cents;
            _requireBalance(agreement.balance);
        } else {
            account.cents += cents;
            _requireCents(account.cents);
        }
    }

    function _store(bytes32 id, Agreement memory agreement, Account memory account) internal {
        require(account.late == int80(account.late), CentsOutside(account.late));
        agreement.pending = account.cents != 0 || account.late != 0;
        _agreements[id] = packAgreement(agreement);
        _accounts[id] = packAccount(account);
    }

    /// @dev The word of a statement whose open dispute comes to its end.
    function _resolved(uint256 number, StatementWord statement) internal pure returns (StatementWord) {
        uint32 flags = statement.flags();
        bool open = flags & (PRODUCER_CLAIMS | CONSUMER_CLAIMS) != 0 && flags & RESOLVED == 0;
        require(open, NoOpenDispute(number));
        return statement.flagged(RESOLVED);
    }

    /// @dev A static call with the full gas that the called may have, or none: nobody can starve it.
    function _ask(address whom, bytes memory question) internal view returns (bool, bytes memory) {
        uint256 left = gasleft();
        require(left >= CALL_GAS_NEEDED, GasTooLow(left, CALL_GAS_NEEDED));
        return whom.staticcall{gas: CALL_GAS}(question);
    }

    /// @dev Refuses what the party did not sign: with its key (the cheaper question first), or as its contract answers.
    function _requireSigned(address party, bytes32 digest, bytes calldata signature) internal view {
        if (signature.length == 64) {
            address signer = CompactSignature.signer(digest, bytes32(signature[:32]), bytes32(signature[32:]));
            if (signer == party && signer != address(0)) return;
        }
        require(party.code.length > 0, NotSignedBy(party, digest));
        (bool ok, bytes memory answer) = _ask(party, abi.encodeWithSelector(IS_VALID_SIGNATURE, digest, signature));
        // An answer is equal or it is not: no clock decides it.
        // slither-disable-next-line incorrect-equality
        bool valid = ok && answer.length == 32 && bytes32(answer) == IS_VALID_SIGNATURE;
        require(valid, NotSignedBy(party, digest));
    }

    function _requireBalance(int256 balance) internal pure {
        // What fits is equal to itself cut short: no clock decides it.
        // slither-disable-next-line incorrect-equality
        require(balance == int56(balance), BalanceTooLarge(balance));
    }

    function _requireCents(int256 cents) internal pure {
        // slither-disable-next-line incorrect-equality
        require(cents == int48(cents), CentsOutside(cents));
    }

    /// @dev The day in Greenwich.
    function _today() internal view returns (Day) {
        return Day.wrap(uint16(block.timestamp / 1 days));
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
    function accountOf(bytes32 id) external view returns (Account memory) {
        return _accounts[id].unpack();
    }

    /// @inheritdoc IPPARegistry
    function statementOf(bytes32 id, uint256 number) external view returns (Statement memory) {
        return _statements[_holder(id, number)][number].unpack();
    }

    /// @inheritdoc IPPARegistry
    function predecessorOf(bytes32 id) external view returns (bytes32) {
        return _predecessors[id];
    }

    /// @inheritdoc IPPARegistry
    function servedBy(address meter) external view returns (bytes32) {
        return _servedBy[meter];
    }
}
