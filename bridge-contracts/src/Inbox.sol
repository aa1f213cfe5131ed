// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IInbox} from "./interfaces/IInbox.sol";
import {Genesis, GenesisHash} from "./libraries/Genesis.sol";
import {Weights} from "./libraries/Weights.sol";

/// @title Inbox
/// @notice The first of the contracts that one deployer makes in this order: Inbox, Rollup, Bridge, ChannelKinds, JobKinds,
/// DeviceKinds, ChunkProver (nonces n … n + 6). Those that must know a later one know it by its precomputed address.
contract Inbox is IInbox {
    /// @notice Longest forced transaction, bytes.
    uint256 public constant FORCED_LENGTH_MAX = 1_024;

    uint8 private constant KIND_DEPOSIT = 1;
    uint8 private constant KIND_FORCED = 2;
    uint8 private constant KIND_SEED = 3;

    /// @inheritdoc IInbox
    address public immutable bridge;
    /// @inheritdoc IInbox
    uint256 public immutable forcedFee;
    /// @inheritdoc IInbox
    bytes32 public immutable genesisHash;

    uint64 private immutable genesisTime;
    uint256 private immutable seedPeriodSeconds;

    // One slot, written once per message.
    /// @inheritdoc IInbox
    uint64 public count;
    uint64 private witnessWeight;
    uint64 private gasWeight;
    /// @inheritdoc IInbox
    uint32 public lastSeedPeriodPlusOne;

    mapping(uint64 position => bytes32) private accumulators;

    /// @param bridge_ address at which the Bridge will stand
    /// @param forcedFee_ price of a forced transaction, wei
    constructor(Genesis memory genesis, address bridge_, uint256 forcedFee_) {
        bridge = bridge_;
        forcedFee = forcedFee_;
        genesisHash = GenesisHash.hash(genesis);
        genesisTime = genesis.genesisTime;
        seedPeriodSeconds = uint256(genesis.epochSeconds) * genesis.epochsPerSeed;
    }

    /// @inheritdoc IInbox
    function accumulatorAt(uint64 position) external view returns (bytes32) {
        if (position > count) revert PositionUnknown(position, count);
        return accumulators[position];
    }

    /// @inheritdoc IInbox
    function enqueueDeposit(uint8 token, uint128 amount, address owner) external {
        if (msg.sender != bridge) revert NotBridge(msg.sender);
        _enqueue(KIND_DEPOSIT, abi.encodePacked(token, amount, owner), Weights.DEPOSIT_WITNESS, Weights.DEPOSIT_GAS);
    }

    /// @inheritdoc IInbox
    function forceTransaction(bytes calldata wire) external payable returns (uint64 index) {
        if (wire.length == 0 || wire.length > FORCED_LENGTH_MAX) {
            revert ForcedLengthOutOfRange(wire.length, FORCED_LENGTH_MAX);
        }
        if (msg.value != forcedFee) revert WrongForcedFee(msg.value, forcedFee);
        return _enqueue(KIND_FORCED, wire, Weights.FORCED_WITNESS, Weights.FORCED_GAS);
    }

    /// @inheritdoc IInbox
    function takeSeed() external returns (uint64 index) {
        if (block.timestamp < genesisTime) revert BeforeGenesis(block.timestamp, genesisTime);
        uint32 period = uint32((block.timestamp - genesisTime) / seedPeriodSeconds);
        if (period < lastSeedPeriodPlusOne) revert SeedAlreadyTaken(period);
        lastSeedPeriodPlusOne = period + 1;
        return _enqueue(
            KIND_SEED, abi.encodePacked(period, bytes32(block.prevrandao)), Weights.SEED_WITNESS, Weights.SEED_GAS
        );
    }

    function _enqueue(uint8 kind, bytes memory payload, uint64 witnessBytes, uint64 gasUnits)
        private
        returns (uint64 index)
    {
        index = count;
        uint64 witness = witnessWeight + witnessBytes;
        uint64 gasTotal = gasWeight + gasUnits;
        uint64 time = uint64(block.timestamp);
        bytes32 accumulator = keccak256(
            abi.encodePacked(accumulators[index], keccak256(abi.encodePacked(kind, payload)), time, witness, gasTotal)
        );
        count = index + 1;
        witnessWeight = witness;
        gasWeight = gasTotal;
        accumulators[index + 1] = accumulator;
        emit MessageQueued(index, kind, payload, time, witness, gasTotal, accumulator);
    }
}
