// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The EIP-712 domain of our contracts: what is signed for one contract on one chain holds nowhere else
library Domain {
    bytes32 private constant TYPE =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    /// @notice The domain separator of a contract.
    function separator(uint256 chainId, address verifyingContract) internal pure returns (bytes32) {
        return keccak256(abi.encode(TYPE, keccak256("Solpact"), keccak256("1"), chainId, verifyingContract));
    }
}
