// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {ReferenceState} from "./ReferenceState.sol";

/// @notice A state of `count` accounts and `count` withdrawals, of which the given accounts are known; the others are alike.
/// @dev Filled by the constructor: whoever foretells addresses by its nonce makes no call in between.
contract FilledState is ReferenceState {
    /// @param indices strictly ascending, not 0
    constructor(
        bytes32 domain_,
        uint256[4] memory feeUnits_,
        bool[4] memory listed_,
        uint64 time,
        address owner,
        address[] memory owners,
        uint32[] memory indices,
        uint128[4] memory balance,
        uint32 count
    ) ReferenceState(domain_, feeUnits_, listed_, time, owner) {
        filled = count;
        for (uint256 i; i < owners.length; ++i) {
            accountCount = indices[i];
            accounts[_open(owners[i])].balance = balance;
        }
        accountCount = count;
    }
}
