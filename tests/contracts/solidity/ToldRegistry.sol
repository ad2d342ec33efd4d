// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClause, Period} from "../../../interfaces/IClause.sol";
import {Statement} from "../../../interfaces/IPPARegistry.sol";
import {Day, Wh} from "../../../contracts/lib/Units.sol";

/// @title Asks a clause for a line as a registry does, with earlier statements and an index that a test has told it
contract ToldRegistry {
    mapping(uint256 number => Statement) private _statements;
    mapping(Day month => uint64) private _values;

    function tell(uint256 number, uint64 generation, uint64 exported) external {
        _statements[number].generation = Wh.wrap(generation);
        _statements[number].exported = Wh.wrap(exported);
    }

    function publish(Day month, uint64 value) external {
        _values[month] = value;
    }

    function statementOf(bytes32, uint256 number) external view returns (Statement memory) {
        return _statements[number];
    }

    function valueOf(Day month) external view returns (uint64) {
        return _values[month];
    }

    function ask(IClause rule, Period calldata period, bytes calldata params) external view returns (int256) {
        return rule.assess(period, params);
    }
}
