// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClause, Period} from "../../interfaces/IClause.sol";
import {IExit} from "../../interfaces/IExit.sol";
import {IIndex} from "../../interfaces/IIndex.sol";
import {Calendar} from "../lib/Calendar.sol";
import {Money} from "../lib/Money.sol";
import {Day, UtcDay} from "../lib/Units.sol";

/// @title What it costs the consumer to end early or to buy the plant, by contract year
/// @dev As in the PPA of Redwood City (1.35): fee = T[y] per W × size, half a cent up. A buy-out is at least what an
/// appraiser published for the month, if the terms name one: max(FMV, T[y]). Its monthly line is zero. Example: 100 kW at
/// 0.525 EUR/W in year 3: 52,500.00 EUR; appraised at 60,000.00 EUR: 60,000.00 EUR.
contract ExitTable is IClause, IExit {
    struct Params {
        address lender; // must have been notified; zero: none
        uint16 cureDays;
        address appraiser; // an IIndex of cents by month; zero: none
        uint64 size; // W
        uint64[] prices; // 1e-6 currency units a W, of every contract year of the life
    }

    /// @dev The struct's place, four fields, the array's place and length.
    uint256 private constant WORDS_BESIDE_PRICES = 7;
    /// @dev 1e6 millionths a unit / 100 cents a unit.
    uint256 private constant MICRO_PER_CENT = 1e4;

    /// @notice The parameters are not encoded as `abi.encode` does.
    error NotCanonical();
    error SizeIsZero();
    error NoLenderToCure(uint16 cureDays);
    error NoAppraiser(address appraiser);
    /// @notice A price would not fit a line.
    error PriceTooLarge(uint256 year, uint256 cents);

    /// @inheritdoc IExit
    function exitPrice(uint16 number, UtcDay today, bytes calldata params) external view returns (uint256 price) {
        Params memory p = abi.decode(params, (Params));
        price = _cents(p, Money.contractYear(number));
        if (p.appraiser != address(0)) {
            Day month = Calendar.monthsBefore(Day.wrap(UtcDay.unwrap(today)), 0);
            uint256 appraised = IIndex(p.appraiser).valueOf(month);
            if (appraised > price) price = appraised;
        }
    }

    /// @inheritdoc IExit
    function lenderOf(bytes calldata params) external pure returns (address lender, uint16 cureDays) {
        Params memory p = abi.decode(params, (Params));
        return (p.lender, p.cureDays);
    }

    /// @inheritdoc IClause
    function assess(Period calldata, bytes calldata) external pure returns (int256, bool) {
        return (0, false);
    }

    /// @inheritdoc IClause
    function check(Day, uint16 months, bytes calldata params) external view returns (bytes4) {
        uint256 contractYears = Money.contractYear(months);
        uint256 length = 32 * (WORDS_BESIDE_PRICES + contractYears);
        require(params.length == length, WrongLength(length, params.length));
        Params memory p = abi.decode(params, (Params));
        require(keccak256(abi.encode(p)) == keccak256(params), NotCanonical());
        require(p.size > 0, SizeIsZero());
        require(p.lender != address(0) || p.cureDays == 0, NoLenderToCure(p.cureDays));
        require(p.appraiser == address(0) || p.appraiser.code.length > 0, NoAppraiser(p.appraiser));
        for (uint256 y = 1; y <= contractYears; ++y) {
            uint256 cents = _cents(p, y);
            require(cents <= uint48(type(int48).max), PriceTooLarge(y, cents));
        }

        return IClause.check.selector;
    }

    function _cents(Params memory p, uint256 year) private pure returns (uint256) {
        return (uint256(p.size) * p.prices[year - 1] + MICRO_PER_CENT / 2) / MICRO_PER_CENT;
    }
}
