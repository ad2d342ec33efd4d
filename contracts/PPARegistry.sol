// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMeterLedger} from "../interfaces/IMeterLedger.sol";
import {IActing} from "../interfaces/registry/IActing.sol";
import {IBringing} from "../interfaces/registry/IBringing.sol";
import {IEnding} from "../interfaces/registry/IEnding.sol";
import {Right} from "../interfaces/registry/Structs.sol";
import {Domain} from "./lib/Domain.sol";
import {Agreeing} from "./registry/Agreeing.sol";
import {Book} from "./registry/Book.sol";
import {Monthly} from "./registry/Monthly.sol";
import {Viewing} from "./registry/Viewing.sol";

/// @title What was agreed, what it comes to each month, and what is owed
/// @dev The whole of `IPPARegistry` at one address. What every agreement comes by, and every month, is answered here, so that it
/// pays for no detour, nor for looking through the rest; the rare rights by two modules, whose addresses never change and whose
/// code runs on this contract's storage:
///
/// propose, sign, agree, serve (Agreeing), close (Monthly), all views (Viewing): here
/// act, execute, exit, endInSilence, and `bring` of the last two: `ends`
/// all others: `rights`
contract PPARegistry is Agreeing, Monthly, Viewing {
    bytes32 public immutable domainSeparator;
    address public immutable ends;
    address public immutable rights;

    /// @dev Where `right` stands in the calldata of `bring`: behind the selector and the place of the terms.
    uint256 private constant RIGHT_PLACE = 36;

    constructor(uint256 chainId_, IMeterLedger ledger_, address ends_, address rights_) Book(chainId_, ledger_) {
        require(ends_.code.length > 0, NoContract(ends_));
        require(rights_.code.length > 0, NoContract(rights_));
        domainSeparator = Domain.separator(chainId_, address(this));
        (ends, rights) = (ends_, rights_);
    }

    /// @dev A module's answer to whatever is not answered here. It finds the domain behind the calldata.
    // It gives the call on, and nothing else.
    // solhint-disable-next-line no-complex-fallback
    fallback() external {
        (address module, bytes32 domain) = (_isOfEnds() ? ends : rights, domainSeparator);
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, 0, calldatasize())
            mstore(add(free, calldatasize()), domain)
            let ok := delegatecall(gas(), module, free, add(calldatasize(), 0x20), 0, 0)
            returndatacopy(free, 0, returndatasize())
            if iszero(ok) { revert(free, returndatasize()) }
            return(free, returndatasize())
        }
    }

    function _domain() internal view override returns (bytes32) {
        return domainSeparator;
    }

    /// @dev Whether the call is of what closes open months first.
    function _isOfEnds() private pure returns (bool) {
        bytes4 called = msg.sig;
        if (called == IActing.act.selector || called == IActing.execute.selector) return true;
        if (called != IBringing.bring.selector) {
            return called == IEnding.exit.selector || called == IEnding.endInSilence.selector;
        }
        uint256 right;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            right := calldataload(RIGHT_PLACE)
        }
        return right >= uint256(Right.Exit);
    }
}
