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

    /// @notice The EIP-712 digest of a struct's hash under a domain separator.
    /// @dev In assembly: 66 bytes at the free memory, which stays free.
    function digest(bytes32 domainSeparator, bytes32 structHash) internal pure returns (bytes32 hash) {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, hex"1901")
            mstore(add(free, 2), domainSeparator)
            mstore(add(free, 34), structHash)
            hash := keccak256(free, 66)
        }
    }
}
