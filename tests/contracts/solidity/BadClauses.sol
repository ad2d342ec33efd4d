// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Day, UtcDay} from "../../../contracts/lib/Units.sol";
import {IClause, Period} from "../../../interfaces/IClause.sol";

/// @title A clause that does what its parameters say: 32 bytes of how it checks, 32 of how it assesses, 32 of an argument
contract OddClause is IClause {
    uint256 private constant GOOD = 0; // assess: the argument is the line
    uint256 private constant REVERTS = 1;
    uint256 private constant REVERTS_EMPTY = 2;
    uint256 private constant LENGTH = 3; // answers as many bytes as the argument says
    uint256 private constant BURNS = 4;
    uint256 private constant INVALID = 5;
    uint256 private constant WRONG = 6; // answers the argument
    uint256 private constant BURNS_ALMOST = 7; // answers well after most of its gas is gone
    uint256 private constant SHOWS_GAS = 8; // answers one more than the argument if it was given less than it is due
    uint256 private constant SUBSTITUTES = 9; // says that the argument is a substitute
    uint256 private constant SUBSTITUTES_WAITED = 10; // reverts until it was waited for, then as SUBSTITUTES
    uint256 private constant NO_BOOLEAN = 11; // says neither yes nor no of whether the argument is a substitute
    uint256 private constant REVERTS_LENGTH = 12; // reverts with as many bytes as the argument says

    error NoReason(uint256 why);

    function assess(Period calldata period, bytes calldata params) external view returns (int256, bool) {
        (, uint256 how, uint256 argument) = abi.decode(params, (uint256, uint256, uint256));
        if (how == SHOWS_GAS && gasleft() < 498_000) ++argument;
        _act(how, argument);
        require(how != SUBSTITUTES_WAITED || period.waited, NoReason(argument));
        if (how == NO_BOOLEAN) {
            assembly {
                mstore(0, argument)
                mstore(32, 2)
                return(0, 64)
            }
        }
        return (int256(argument), how == SUBSTITUTES || how == SUBSTITUTES_WAITED);
    }

    function check(Day, uint16, bytes calldata params) external view returns (bytes4) {
        (uint256 how,, uint256 argument) = abi.decode(params, (uint256, uint256, uint256));
        _act(how, argument);
        return IClause.check.selector;
    }

    function _act(uint256 how, uint256 argument) private view {
        require(how != REVERTS, NoReason(argument));
        if (how == REVERTS_EMPTY) assembly { revert(0, 0) }
        if (how == LENGTH) assembly { return(mload(0x40), argument) }
        if (how == REVERTS_LENGTH) assembly { revert(mload(0x40), argument) }
        if (how == BURNS) while (true) {}
        if (how == INVALID) assembly { invalid() }
        if (how == WRONG) {
            assembly {
                mstore(0, argument)
                return(0, 32)
            }
        }
        if (how == BURNS_ALMOST) while (gasleft() > 2_000) {}
    }
}

/// @title Answers with the most memory that its gas allows
contract BombClause {
    fallback() external {
        assembly { return(0x80, 480000) }
    }
}

/// @title Counts its calls: a static call forbids it
contract WritingClause {
    uint256 public asked;

    function check(Day, uint16, bytes calldata) external pure returns (bytes4) {
        return IClause.check.selector;
    }

    function assess(Period calldata, bytes calldata) external returns (int256, bool) {
        return (int256(++asked), false);
    }
}

/// @title Tries to close its own agreement again from within: its parameters are the terms' calldata for `close`
contract ReentrantClause {
    bytes private _question;

    function set(bytes calldata question) external {
        _question = question;
    }

    function check(Day, uint16, bytes calldata) external pure returns (bytes4) {
        return IClause.check.selector;
    }

    function assess(Period calldata, bytes calldata) external returns (int256 line, bool substituted) {
        (bool ok,) = msg.sender.call(_question);
        line = ok ? int256(1) : int256(0);
    }
}

/// @title Answers one field of the period that it is given, by number
contract EchoClause {
    function check(Day, uint16, bytes calldata) external pure returns (bytes4) {
        return IClause.check.selector;
    }

    function assess(Period calldata p, bytes calldata params) external pure returns (int256, bool) {
        uint256 field = abi.decode(params, (uint256));
        uint256 word;
        assembly { word := calldataload(add(p, mul(32, field))) }
        return (int256(field == 0 ? uint256(uint40(uint256(word))) : word), false);
    }
}

/// @title An exit that answers what a test says
contract OddExit is IClause {
    bytes private _price;
    bytes private _lender;

    function say(bytes calldata price, bytes calldata lender) external {
        (_price, _lender) = (price, lender);
    }

    function exitPrice(uint16, UtcDay, bytes calldata) external view {
        _give(_price);
    }

    function lenderOf(bytes calldata) external view {
        _give(_lender);
    }

    function _give(bytes memory answer) private pure {
        assembly {
            return(add(answer, 32), mload(answer))
        }
    }

    function assess(Period calldata, bytes calldata) external pure returns (int256, bool) {
        return (0, false);
    }

    function check(Day, uint16, bytes calldata) external pure returns (bytes4) {
        return IClause.check.selector;
    }
}
