// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMeterLedger} from "../IMeterLedger.sol";
import {Status} from "./Structs.sol";

/// @title What all parts of the registry share: refusals, and where they are
interface IShared {
    /// @notice The actor is not the one whose right this is.
    error NotTheProducer(address actor, address producer);
    error NotTheConsumer(address actor, address consumer);
    error NotTheMeter(address actor, address meter);
    error NotTheArbiter(address actor, address arbiter);
    error NotAParty(address actor);
    /// @notice The right does not fit the agreement's status.
    error WrongStatus(bytes32 id, Status status, Status needed);
    /// @notice The signature is not the party's: 64 bytes (EIP-2098), or what its contract answers to (ERC-1271).
    error NotSignedBy(address party, bytes32 digest);
    /// @notice The statement does not exist (yet).
    error NoSuchStatement(bytes32 id, uint256 number);
    /// @notice Cents of one payment or act fit 48 bits, sign included, and are not zero where something must move; cent-days
    /// fit 72.
    error CentsOutside(int256 cents);
    /// @notice There is no contract at the address.
    error NoContract(address missing);

    /// @notice What `eth_chainId` answers.
    function chainId() external view returns (uint256);
    /// @notice Where meters record.
    function ledger() external view returns (IMeterLedger);
}
