// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IKindModule} from "../interfaces/IKindModule.sol";
import {IRollup} from "../interfaces/IRollup.sol";
import {Domain} from "../libraries/Domain.sol";
import {Genesis, GenesisHash} from "../libraries/Genesis.sol";

/// @notice What modules have in common: the deployment's identity and the parameters of genesis that the kinds read.
abstract contract KindModule is IKindModule {
    /// @inheritdoc IKindModule
    bytes32 public immutable genesisHash;
    /// @inheritdoc IKindModule
    bytes32 public immutable domainSeparator;

    /// @dev Least close delay and window, seconds.
    uint256 internal immutable protectiveDelay;
    uint256 private immutable feeUnit0;
    uint256 private immutable feeUnit1;
    uint256 private immutable feeUnit2;
    uint256 private immutable feeUnit3;
    uint256 private immutable genesisTime;
    uint256 private immutable epochSeconds;
    uint256 private immutable epochsPerMonth;

    constructor(Genesis memory genesis, IRollup rollup) {
        genesisHash = GenesisHash.hash(genesis);
        if (rollup.genesisHash() != genesisHash) revert WrongDeployment();
        domainSeparator = Domain.separator(address(rollup));
        protectiveDelay = genesis.protectiveDelay;
        feeUnit0 = genesis.feeUnits[0];
        feeUnit1 = genesis.feeUnits[1];
        feeUnit2 = genesis.feeUnits[2];
        feeUnit3 = genesis.feeUnits[3];
        genesisTime = genesis.genesisTime;
        epochSeconds = genesis.epochSeconds;
        epochsPerMonth = genesis.epochsPerMonth;
    }

    /// @dev price of a kind whose multiplier is 1 (docs/protocol.md §2).
    function _feeUnit(uint256 token) internal view returns (uint256) {
        if (token < 2) return token == 0 ? feeUnit0 : feeUnit1;
        return token == 2 ? feeUnit2 : feeUnit3;
    }

    /// @dev epoch of a clock, which is never before genesis
    function _epoch(uint256 clock) internal view returns (uint256) {
        return (clock - genesisTime) / epochSeconds;
    }

    /// @dev month of an epoch
    function _month(uint256 epoch) internal view returns (uint256) {
        return epoch / epochsPerMonth;
    }

    /// @dev clock at which an epoch is over
    function _epochEnd(uint256 epoch) internal view returns (uint256) {
        return genesisTime + (epoch + 1) * epochSeconds;
    }
}
