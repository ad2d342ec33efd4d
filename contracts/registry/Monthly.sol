// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClosing} from "../../interfaces/registry/IClosing.sol";
import {Account, Agreement, Status, Terms} from "../../interfaces/registry/Structs.sol";
import {pack as packAccount} from "../lib/AccountWord.sol";
import {pack as packAgreement} from "../lib/AgreementWord.sol";
import {Entry} from "./Book.sol";
import {Closing, Manner} from "./Closing.sol";

/// @title What anyone does each month
abstract contract Monthly is IClosing, Closing {
    /// @inheritdoc IClosing
    function close(Terms calldata terms) external {
        (bytes32 id, Agreement memory agreement) = _load(terms);
        require(_goesOn(agreement), WrongStatus(id, agreement.status, Status.Running));
        // Empty is meant: nothing is pending.
        // slither-disable-next-line uninitialized-local
        Account memory account;
        bool pending = agreement.pending;
        if (pending) account = _accounts[id].unpack();
        Entry memory e = Entry(id, _rootOf(id, terms), agreement, account);
        // slither-disable-next-line uninitialized-local
        Manner memory m;
        m.patience = terms.disputeDays;
        _atMonthEnd(e, terms, m);

        _closeMonth(e, terms, m);
        _agreements[id] = packAgreement(agreement);
        if (pending) _accounts[id] = packAccount(account);
    }
}
