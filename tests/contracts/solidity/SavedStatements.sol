// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Day} from "../../../contracts/lib/Units.sol";
import {IClause, Period} from "../../../interfaces/IClause.sol";
import {IIndexPublisher} from "../../../interfaces/IIndexPublisher.sol";
import {IShared} from "../../../interfaces/registry/IShared.sol";
import {Statement} from "../../../interfaces/registry/Structs.sol";

/// @title Calls a clause as a registry does, with the earlier statements and the index that a test has saved
contract SavedStatements {
    mapping(uint256 number => Statement) private _statements;
    mapping(uint256 number => bool) private _saved;
    mapping(Day month => uint64) private _values;

    function save(uint256 number, Statement calldata statement) external {
        _statements[number] = statement;
        _saved[number] = true;
    }

    function publish(Day month, uint64 value) external {
        _values[month] = value;
    }

    function statementOf(bytes32 id, uint256 number) external view returns (Statement memory) {
        require(_saved[number], IShared.NoSuchStatement(id, number));
        return _statements[number];
    }

    function valueOf(Day month) external view returns (uint64) {
        require(_values[month] > 0, IIndexPublisher.NotPublished(month));
        return _values[month];
    }

    function assess(IClause rule, Period calldata period, bytes calldata params)
        external
        view
        returns (int256 line, bool substituted)
    {
        return rule.assess{gas: 500_000}(period, params);
    }
}
