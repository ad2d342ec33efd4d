// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IActing} from "./registry/IActing.sol";
import {IAgreeing} from "./registry/IAgreeing.sol";
import {IBringing} from "./registry/IBringing.sol";
import {IClosing} from "./registry/IClosing.sol";
import {IDisputing} from "./registry/IDisputing.sol";
import {IEnding} from "./registry/IEnding.sol";
import {IPaying} from "./registry/IPaying.sol";
import {IShared} from "./registry/IShared.sol";
import {IViewing} from "./registry/IViewing.sol";
import {IWithdrawing} from "./registry/IWithdrawing.sol";

/// @title What was agreed, what it comes to each month, and what is owed
/// @dev Nobody has power over an agreement but those its terms name: no owner, no pause, no upgrade.
interface IPPARegistry is
    IAgreeing,
    IWithdrawing,
    IClosing,
    IActing,
    IEnding,
    IDisputing,
    IPaying,
    IBringing,
    IViewing,
    IShared
{}
