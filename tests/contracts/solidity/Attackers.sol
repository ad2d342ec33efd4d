// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Day} from "../../../contracts/lib/Units.sol";
import {IClause, Period} from "../../../interfaces/IClause.sol";
import {IPPARegistry} from "../../../interfaces/IPPARegistry.sol";
import {Agreement} from "../../../interfaces/registry/Structs.sol";

/// @title A rule that accepts anything
abstract contract Accepting {
    function check(Day, uint16, bytes calldata) external pure returns (bytes4) {
        return IClause.check.selector;
    }
}

/// @title Its author changes the line after both have signed
contract FickleClause is Accepting {
    int256 private _line;

    function set(int256 line) external {
        _line = line;
    }

    function assess(Period calldata, bytes calldata) external view returns (int256, bool) {
        return (_line, false);
    }
}

/// @title Its line is the gas that it was given
contract GasClause is Accepting {
    function assess(Period calldata, bytes calldata) external view returns (int256, bool) {
        return (int256(gasleft()), false);
    }
}

/// @title Gives its line, but not in a last period
contract ClingingClause is Accepting {
    function assess(Period calldata period, bytes calldata) external pure returns (int256, bool) {
        require(!period.last, "stay");
        return (1, false);
    }
}

/// @title Its line depends on the transaction: 1 for one that `friend` sends, plus 2 at an odd second
contract PartialClause is Accepting {
    function assess(Period calldata, bytes calldata params) external view returns (int256 line, bool substituted) {
        if (tx.origin == abi.decode(params, (address))) line = 1;
        line += 2 * int256(block.timestamp % 2);
    }
}

/// @title Answers its selector to every call, so also where a line is wanted
contract ParrotClause {
    fallback() external {
        bytes4 selector = IClause.check.selector;
        assembly {
            mstore(0, selector)
            return(0, 32)
        }
    }
}

/// @title Its line is 0 where it can read the opening statement, 1 where it cannot
contract SwallowingClause is Accepting {
    function assess(Period calldata period, bytes calldata) external view returns (int256, bool) {
        try IPPARegistry(msg.sender).statementOf(period.agreement, 0) {
            return (0, false);
        } catch {
            return (1, false);
        }
    }
}

/// @title Its line is what its registry says of the agreement during the call: periods and status
contract PeepingClause is Accepting {
    function assess(Period calldata period, bytes calldata) external view returns (int256 line, bool substituted) {
        IPPARegistry registry = IPPARegistry(msg.sender);
        line = int256(uint256(registry.agreementOf(period.agreement).periods)) * 16
            + int256(uint256(registry.agreementOf(period.agreement).status));
    }
}

/// @title Calls from within: so many times in one transaction, or from so deep in the stack
contract Caller {
    function many(uint256 times, address to, bytes calldata question) external {
        for (uint256 i = 0; i < times; ++i) {
            _call(to, question);
        }
    }

    function deep(uint256 depth, address to, bytes calldata question) external {
        if (depth == 0) _call(to, question);
        else Caller(this).deep(depth - 1, to, question);
    }

    function _call(address to, bytes calldata question) private {
        (bool ok, bytes memory answer) = to.call(question);
        if (!ok) assembly { revert(add(answer, 32), mload(answer)) }
    }
}

/// @title A wallet that answers ERC-1271's call as a test says
contract Wallet {
    uint256 private _mood;

    function become(uint256 mood) external {
        _mood = mood;
    }

    /// @dev Moods: 0 no, 1 reverts, 2 a short answer, 3 burns its gas, 4 yes.
    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        if (_mood == 1) revert("not mine");
        if (_mood == 2) {
            assembly {
                mstore(0, 0x1626ba7e00000000000000000000000000000000000000000000000000000000)
                return(0, 4)
            }
        }
        if (_mood == 3) while (true) {}
        return _mood == 4 ? this.isValidSignature.selector : bytes4(0);
    }

    function asked(bytes32 digest, bytes calldata signature) external view returns (bool) {
        return this.isValidSignature(digest, signature) == this.isValidSignature.selector;
    }
}

/// @title A wallet that uses the moment in which it is asked: it says yes only if its call back came through
contract CallingWallet {
    bytes private _question;

    function set(bytes calldata question) external {
        _question = question;
    }

    function isValidSignature(bytes32, bytes calldata) external returns (bytes4) {
        (bool ok,) = msg.sender.call(_question);
        return ok ? this.isValidSignature.selector : bytes4(0);
    }
}
