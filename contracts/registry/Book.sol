// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMeterLedger} from "../../interfaces/IMeterLedger.sol";
import {IShared} from "../../interfaces/registry/IShared.sol";
import {Account, Agreement, Status, Terms} from "../../interfaces/registry/Structs.sol";
import {AccountWord, pack as packAccount} from "../lib/AccountWord.sol";
import {AgreementWord, pack as packAgreement} from "../lib/AgreementWord.sol";
import {AnnouncementWord} from "../lib/AnnouncementWord.sol";
import {ClaimsWord} from "../lib/ClaimsWord.sol";
import {NoticeWord} from "../lib/NoticeWord.sol";
import {PaymentWord} from "../lib/PaymentWord.sol";
import {DARK, darkMonths} from "../lib/StatementFlags.sol";
import {StatementWord} from "../lib/StatementWord.sol";
import {TermsHash} from "../lib/TermsHash.sol";
import {Day, UtcDay} from "../lib/Units.sol";

/// @dev An agreement as a transaction works on it: read once, stored once.
struct Entry {
    bytes32 id;
    bytes32 root; // under which its statements stand
    Agreement agreement;
    Account account;
}

/// @title What the registry keeps, for all its parts: they share this storage
abstract contract Book is IShared {
    using TermsHash for Terms;

    /// @dev After so many days without a word from the meter a month is closed without energy, and the meter may be called dead.
    uint256 internal constant DARK_DAYS = 60;

    /// @inheritdoc IShared
    uint256 public immutable chainId;
    /// @inheritdoc IShared
    IMeterLedger public immutable ledger;

    // A module writes what another part only reads.
    // slither-disable-start uninitialized-state
    mapping(bytes32 id => AgreementWord) internal _agreements;
    mapping(bytes32 root => mapping(uint256 number => StatementWord)) internal _statements;
    mapping(address meter => bytes32 id) internal _servedBy;
    mapping(bytes32 id => AccountWord) internal _accounts;
    mapping(bytes32 id => bytes32 root) internal _roots;
    mapping(bytes32 id => uint256 number) internal _inherited;
    mapping(address meter => Day) internal _billedThrough;
    mapping(bytes32 payment => PaymentWord) internal _payments;
    mapping(bytes32 root => mapping(uint256 number => ClaimsWord)) internal _claims;
    mapping(bytes32 id => NoticeWord) internal _notices;
    mapping(bytes32 id => AnnouncementWord) internal _announcements;
    mapping(bytes32 digest => bool) internal _used;

    // slither-disable-end uninitialized-state

    /// @param chainId_ what `eth_chainId` answers: the contract cannot ask (byzantium), so a deployer's mistake shows in
    /// no transaction, but every wallet and verifier refuses to work with it
    constructor(uint256 chainId_, IMeterLedger ledger_) {
        require(address(ledger_).code.length > 0, NoContract(address(ledger_)));
        chainId = chainId_;
        ledger = ledger_;
    }

    /// @dev The EIP-712 domain of the registry, also in its modules, which run at its address.
    function _domain() internal view virtual returns (bytes32);

    /* AN AGREEMENT */

    function _load(Terms calldata terms) internal view returns (bytes32 id, Agreement memory agreement) {
        id = terms.digest(_domain());
        agreement = _agreements[id].unpack();
    }

    function _load(Terms calldata terms, Status needed) internal view returns (bytes32 id, Agreement memory agreement) {
        (id, agreement) = _load(terms);
        require(agreement.status == needed, WrongStatus(id, agreement.status, needed));
    }

    /// @dev With its account: an agreement that has, or had, statements, or waits for a new meter.
    function _entryOfServed(Terms calldata terms) internal view returns (Entry memory e) {
        (e.id, e.agreement) = _load(terms);
        bool served = _goesOn(e.agreement) || e.agreement.status == Status.Ended;
        require(served, WrongStatus(e.id, e.agreement.status, Status.Running));
        _complete(e, terms);
    }

    /// @dev With its account: an agreement whose months are closed.
    function _entryThatGoesOn(Terms calldata terms) internal view returns (Entry memory e) {
        e = _entryOfServed(terms);
        require(_goesOn(e.agreement), WrongStatus(e.id, e.agreement.status, Status.Running));
    }

    function _complete(Entry memory e, Terms calldata terms) internal view {
        e.root = _rootOf(e.id, terms);
        e.account = _accounts[e.id].unpack();
    }

    /// @dev Whether its months are closed: it runs, or was handed over and waits for its meter.
    function _goesOn(Agreement memory agreement) internal pure returns (bool) {
        bool waits = agreement.status == Status.Signed && Day.unwrap(agreement.closedThrough) > 0;
        return agreement.status == Status.Running || waits;
    }

    /// @dev Only terms that supersede others can go on with their numbering.
    function _rootOf(bytes32 id, Terms calldata terms) internal view returns (bytes32) {
        return terms.supersedes == 0 ? id : _rootOf(id);
    }

    function _rootOf(bytes32 id) internal view returns (bytes32 root) {
        root = _roots[id];
        if (root == 0) root = id;
    }

    function _store(Entry memory e) internal {
        Account memory account = e.account;
        require(account.cents == int48(account.cents), CentsOutside(account.cents));
        require(account.lateCentDays == int72(account.lateCentDays), CentsOutside(account.lateCentDays));
        e.agreement.pending = _isPending(account);
        _agreements[e.id] = packAgreement(e.agreement);
        _accounts[e.id] = packAccount(account);
    }

    function _isPending(Account memory account) internal pure returns (bool) {
        return account.cents != 0 || account.lateCentDays != 0 || account.generation != 0 || account.exported != 0;
    }

    function _statement(bytes32 id, bytes32 root, uint256 number) internal view returns (StatementWord word) {
        word = _statements[root][number];
        require(!word.isEmpty(), NoSuchStatement(id, number));
    }

    function _requireParty(address actor, Terms calldata terms) internal pure {
        require(actor == terms.producer || actor == terms.consumer, NotAParty(actor));
    }

    /* DAYS */

    function _today() internal view returns (UtcDay) {
        return UtcDay.wrap(uint16(block.timestamp / 1 days));
    }

    /// @dev Whether more than so many days have passed since the end of a day.
    function _isOver(Day day, uint256 days_) internal view returns (bool) {
        unchecked {
            // Days have 16 bits.
            return block.timestamp / 1 days > Day.unwrap(day) + days_;
        }
    }

    /// @dev The last day of the period of the last statement that was not dark: what the meter said last of this agreement; the
    /// day before the first without any.
    function _lastLit(bytes32 root, Agreement memory agreement) internal view returns (Day) {
        uint256 number = agreement.periods;
        StatementWord last = _statements[root][number];
        if (last.isEmpty()) return agreement.closedThrough;
        // A run of dark months may follow another, of before the meter's first record.
        while (last.flags() & DARK != 0) {
            number -= darkMonths(last.flags());
            last = _statements[root][number];
        }
        return last.lastDay();
    }
}
