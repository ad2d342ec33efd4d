// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IClosing} from "../../interfaces/registry/IClosing.sol";
import {CompactSignature} from "../lib/CompactSignature.sol";
import {Book} from "./Book.sol";

/// @title Calls of contracts that the registry does not trust: clauses, and wallets that are contracts
abstract contract Asking is Book {
    /// @dev What a clause or a wallet may burn; the rest is what must be left for that, as only 63/64 can be passed on.
    uint256 internal constant CALL_GAS = 500_000;
    uint256 private constant CALL_GAS_NEEDED = CALL_GAS * 64 / 63 + 10_000;
    /// @dev Of an answer no more is copied: memory is the caller's to pay.
    uint256 private constant MOST_ANSWER = 256;
    /// @dev Of ERC-1271.
    bytes4 private constant IS_VALID_SIGNATURE = bytes4(keccak256("isValidSignature(bytes32,bytes)"));

    /// @dev A static call with all the gas that the callee may have, or none: nobody can starve it.
    /// @return ok whether it answered, with exactly so many bytes
    /// @return first the first 32 of them
    function _ask(address callee, bytes memory request, uint256 size) internal view returns (bool ok, bytes32 first) {
        _requireGas();
        uint256 callGas = CALL_GAS;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            ok := staticcall(callGas, callee, add(request, 0x20), mload(request), 0, 0x20)
            ok := and(ok, eq(returndatasize(), size))
            first := mload(0)
        }
    }

    function _requireGas() internal view {
        uint256 left = gasleft();
        require(left >= CALL_GAS_NEEDED, IClosing.GasTooLow(left, CALL_GAS_NEEDED));
    }

    /// @dev The start of what the last call answered. In assembly, as Solidity would copy all of it: megabytes cost the caller
    /// millions of gas.
    function _answer() internal pure returns (bytes memory answer) {
        uint256 most = MOST_ANSWER;
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let size := returndatasize()
            if gt(size, most) { size := most }
            answer := mload(0x40)
            mstore(0x40, add(answer, add(most, 0x20)))
            mstore(answer, size)
            returndatacopy(add(answer, 0x20), 0, size)
        }
    }

    /// @dev Refuses what the party did not sign: with its key (the cheaper check first), or as its contract answers.
    function _requireSigned(address party, bytes32 digest, bytes calldata signature) internal view {
        if (signature.length == 64) {
            address signer = CompactSignature.signer(digest, bytes32(signature[:32]), bytes32(signature[32:]));
            if (signer == party && signer != address(0)) return;
        }
        require(party.code.length > 0, NotSignedBy(party, digest));
        bytes memory request = abi.encodeWithSelector(IS_VALID_SIGNATURE, digest, signature);
        (bool ok, bytes32 answer) = _ask(party, request, 32);
        // An answer is equal or it is not: no clock decides it.
        // slither-disable-next-line incorrect-equality
        require(ok && answer == IS_VALID_SIGNATURE, NotSignedBy(party, digest));
    }
}
