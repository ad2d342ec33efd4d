// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EnergyCharge} from "../../../contracts/clauses/EnergyCharge.sol";
import {ExcessEnergy} from "../../../contracts/clauses/ExcessEnergy.sol";
import {ExitTable} from "../../../contracts/clauses/ExitTable.sol";
import {FixedFee} from "../../../contracts/clauses/FixedFee.sol";
import {GuaranteedGeneration} from "../../../contracts/clauses/GuaranteedGeneration.sol";
import {IndexedPrice} from "../../../contracts/clauses/IndexedPrice.sol";
import {LateInterest} from "../../../contracts/clauses/LateInterest.sol";
import {PriceTable} from "../../../contracts/clauses/PriceTable.sol";
import {TakeOrPay} from "../../../contracts/clauses/TakeOrPay.sol";

/// @title Each clause's own struct, encoded
contract Encodings {
    function energyCharge(EnergyCharge.Params calldata p) external pure returns (bytes memory) {
        return abi.encode(p);
    }

    function priceTable(PriceTable.Params calldata p) external pure returns (bytes memory) {
        return abi.encode(p);
    }

    function indexedPrice(IndexedPrice.Params calldata p) external pure returns (bytes memory) {
        return abi.encode(p);
    }

    function excessEnergy(ExcessEnergy.Params calldata p) external pure returns (bytes memory) {
        return abi.encode(p);
    }

    function guaranteedGeneration(GuaranteedGeneration.Params calldata p) external pure returns (bytes memory) {
        return abi.encode(p);
    }

    function takeOrPay(TakeOrPay.Params calldata p) external pure returns (bytes memory) {
        return abi.encode(p);
    }

    function lateInterest(LateInterest.Params calldata p) external pure returns (bytes memory) {
        return abi.encode(p);
    }

    function exitTable(ExitTable.Params calldata p) external pure returns (bytes memory) {
        return abi.encode(p);
    }

    function fixedFee(FixedFee.Params calldata p) external pure returns (bytes memory) {
        return abi.encode(p);
    }
}
