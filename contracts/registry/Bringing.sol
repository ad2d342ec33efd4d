// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBringing} from "../../interfaces/registry/IBringing.sol";
import {Request, Right, Terms} from "../../interfaces/registry/Structs.sol";
import {RequestHash} from "../lib/RequestHash.sol";
import {TermsHash} from "../lib/TermsHash.sol";
import {Asking} from "./Asking.sol";

/// @title What one signed and anyone brings: once, until its second
abstract contract Bringing is IBringing, Asking {
    using RequestHash for Request;
    using TermsHash for Terms;

    /// @inheritdoc IBringing
    function bring(Terms calldata terms, Request calldata request, address actor, bytes calldata signature) external {
        require(block.timestamp <= request.until, RequestExpired(request.until, block.timestamp));
        bytes32 domain = _domain();
        bytes32 id = terms.digest(domain);
        bytes32 digest = request.digest(_nameHash(request.right), id, domain);
        require(!_used[digest], AlreadyBrought(digest));
        _requireSigned(actor, digest, signature);

        _used[digest] = true;
        emit Brought(id, actor, digest);
        _use(terms, request, actor);
    }

    /// @dev Of the name of a right that this module answers for.
    function _nameHash(Right right) internal pure virtual returns (bytes32);

    /// @dev As if the actor had called the right's function itself.
    function _use(Terms calldata terms, Request calldata request, address actor) internal virtual;
}
