// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Who signed, from a compact signature (EIP-2098: r, and s with the parity of y in its highest bit)
/// @dev Ours, so that deployed code needs no package at compile time; the tests compare it with OpenZeppelin's ECDSA.
library CompactSignature {
    /// @dev Half of secp256k1's order: the greater of the two s that would do is refused (EIP-2).
    uint256 private constant HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    /// @notice The signer of a digest; zero if nobody can have signed it so.
    function signer(bytes32 digest, bytes32 r, bytes32 vs) internal pure returns (address) {
        uint256 s = uint256(vs) & type(uint256).max >> 1;
        if (s > HALF_ORDER) return address(0);
        return ecrecover(digest, uint8(27 + (uint256(vs) >> 255)), r, bytes32(s));
    }
}
