// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @notice What is needed, beside the accumulator before it, to hash one more message into the accumulator.
/// @param messageHash H(kind u8 | payload)
/// @param time timestamp of the L1 block that queued the message
/// @param witnessWeight cumulative over all messages up to and including this one, bytes (docs/protocol.md §9)
/// @param gasWeight cumulative likewise, gas
struct InboxLink {
    bytes32 messageHash;
    uint64 time;
    uint64 witnessWeight;
    uint64 gasWeight;
}

/// @title The queue from L1 to L2 (docs/protocol.md §7)
/// @notice Messages are consumed by L2 strictly in order. L1 keeps one accumulator per position; the payloads are in the events.
interface IInbox {
    /// @notice Emitted for every message.
    /// @param index position of the message; the first is 0
    /// @param kind 1 deposit, 2 forced transaction, 3 seed
    /// @param payload the message's bytes
    /// @param time timestamp of this L1 block
    /// @param witnessWeight cumulative, this message included
    /// @param gasWeight cumulative, this message included
    /// @param accumulator `accumulatorAt(index + 1)`
    event MessageQueued(
        uint64 indexed index,
        uint8 kind,
        bytes payload,
        uint64 time,
        uint64 witnessWeight,
        uint64 gasWeight,
        bytes32 accumulator
    );

    /// @notice Thrown when somebody other than the Bridge enqueues a deposit.
    error NotBridge(address sender);
    /// @notice Thrown when a forced transaction has no byte or more than `most` bytes.
    error ForcedLengthOutOfRange(uint256 length, uint256 most);
    /// @notice Thrown when a forced transaction does not pay exactly the fee, in wei.
    error WrongForcedFee(uint256 sent, uint256 expected);
    /// @notice Thrown when the seed of this period has already been taken.
    error SeedAlreadyTaken(uint32 period);
    /// @notice Thrown when a seed is asked for before `genesisTime`.
    error BeforeGenesis(uint256 time, uint64 genesisTime);
    /// @notice Thrown when the accumulator at a position after the last is asked for.
    error PositionUnknown(uint64 position, uint64 count);

    /// @notice Number of messages queued so far.
    function count() external view returns (uint64);

    /// @notice The accumulator over the first `position` messages; that at 0 is 0. Reverts after the last position.
    function accumulatorAt(uint64 position) external view returns (bytes32);

    /// @notice Queues a deposit message. Only the Bridge, after it has received the amount, may call it.
    /// @param token 0…3
    /// @param amount base units
    /// @param owner the address whose L2 account is credited
    function enqueueDeposit(uint8 token, uint128 amount, address owner) external;

    /// @notice Queues a transaction that the sequencer must include within `forcedDeadline`. Anyone may call it; the fee is burnt.
    /// @param wire the transaction's wire form (docs/protocol.md §4), 1…1,024 bytes; a malformed one is consumed without effect
    /// @return index position of the message
    function forceTransaction(bytes calldata wire) external payable returns (uint64 index);

    /// @notice Stores this block's `prevrandao` as the seed of the current period; once per period, by anyone.
    /// @return index position of the message
    function takeSeed() external returns (uint64 index);

    /// @notice The last period whose seed was taken, plus one; 0 before the first.
    function lastSeedPeriodPlusOne() external view returns (uint32);

    /// @notice Price of a forced transaction, wei.
    function forcedFee() external view returns (uint256);

    /// @notice The contract that may enqueue deposits.
    function bridge() external view returns (address);

    /// @notice Identity of the deployment, docs/protocol.md §2.
    function genesisHash() external view returns (bytes32);
}
