// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @notice Everything that a deployment fixes for ever (docs/protocol.md §2). Times in seconds.
/// @param chainName ASCII, right-padded with zeros
/// @param stfVersion version of the state-transition function: 3
/// @param tokens token addresses by index; index 0 is ETH and is the zero address, a later zero is a token not listed
/// @param feeUnits the price of one unit of work per token, in base units, each < 2^96
/// @param genesisTime L1 time at which epoch 0 begins
/// @param epochSeconds length of a heartbeat epoch
/// @param epochsPerMonth epochs of a service month, at most 8,640
/// @param epochsPerSeed epochs that share one seed
/// @param graceSeconds how long after an epoch its record may come, at most `epochSeconds`
/// @param committeeSizeLog2 3…9
/// @param protectiveDelay the least close delay of a channel and window of a job
/// @param challengeWindow time between the post of a batch and its finality
/// @param forcedDeadline age at which an inbox message must have been consumed
/// @param clockLag how far the L2 clock of a batch may lie behind L1 at its post
/// @param freezeDelay reserved for the escape hatch
/// @param bond what a proposer must have locked, in wei
/// @param operator owns the bond that answers for the posters' batches
/// @param feeRecipient owner of account 0
struct Genesis {
    bytes32 chainName;
    uint16 stfVersion;
    address[4] tokens;
    uint128[4] feeUnits;
    uint64 genesisTime;
    uint32 epochSeconds;
    uint32 epochsPerMonth;
    uint32 epochsPerSeed;
    uint32 graceSeconds;
    uint8 committeeSizeLog2;
    uint32 protectiveDelay;
    uint32 challengeWindow;
    uint32 forcedDeadline;
    uint32 clockLag;
    uint32 freezeDelay;
    uint128 bond;
    address operator;
    address feeRecipient;
}

/// @notice The identity of a deployment.
library GenesisHash {
    /// @return H(abi.encode(Genesis)), docs/protocol.md §2
    function hash(Genesis memory genesis) internal pure returns (bytes32) {
        return keccak256(abi.encode(genesis));
    }
}
