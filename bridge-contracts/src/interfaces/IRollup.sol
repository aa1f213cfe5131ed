// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IInbox, InboxLink} from "./IInbox.sol";

/// @notice What L1 keeps of a batch, as one hash (docs/protocol.md §8).
/// @param parent hash of the previous header
/// @param dataHash root over the chunk leaves
/// @param postRoot claimed state root after the last chunk
/// @param blockAccumulator after the last block
/// @param number 0 is genesis
/// @param blockNumber of the last block
/// @param inboxPosition messages consumed up to the end of this batch
/// @param clock L2 clock after the last block
/// @param l1Time timestamp of the L1 block of the post
/// @param chunkCount 1…512; 0 in genesis
/// @param mode 0 genesis, 1 calldata
/// @param proposer whose bond answers for it
struct BatchHeader {
    bytes32 parent;
    bytes32 dataHash;
    bytes32 postRoot;
    bytes32 blockAccumulator;
    uint64 number;
    uint64 blockNumber;
    uint64 inboxPosition;
    uint64 clock;
    uint64 l1Time;
    uint32 chunkCount;
    uint8 mode;
    address proposer;
}

/// @title Batches, bonds and finality (docs/protocol.md §8, §10)
/// @notice A post is optimistic: it is final `challengeWindow` seconds later unless a prover convicts it, which removes it and all after it.
interface IRollup {
    /// @notice Emitted for every batch, and by the constructor for genesis.
    event BatchPosted(uint64 indexed number, bytes32 indexed headerHash, BatchHeader header);

    /// @notice Emitted when a batch and all later ones were removed; half of `slashed` wei is the challenger's, the rest is burnt.
    event BatchConvicted(uint64 indexed number, address indexed challenger, address indexed proposer, uint256 slashed);

    /// @notice Emitted when a bond changes; `amount` is the new bond in wei.
    event BondChanged(address indexed bonder, uint256 amount);

    /// @notice Thrown by the constructor when a parameter is out of range; `name` is its field in Genesis, or the argument.
    error InvalidParameter(bytes32 name);
    /// @notice Thrown when the header given is not the stored one of that number.
    error HeaderMismatch(uint64 number, bytes32 given, bytes32 stored);
    /// @notice Thrown when the previous header given is not that of the last batch.
    error NotHead(uint64 number, uint64 expected);
    /// @notice Thrown when the sender is no poster of a bonded operator and the permissionless stage does not hold.
    error NotPoster(address sender);
    /// @notice Thrown in the permissionless stage when the sender's bond is short.
    error BondTooLow(address bonder, uint256 bond, uint256 required);
    /// @notice Thrown when the clock moves back, runs ahead of L1 or lags more than `clockLag` behind it.
    error ClockOutOfRange(uint64 clock, uint64 previousClock, uint256 l1Time);
    /// @notice Thrown when a batch has no block.
    error BlockNumberNotIncreasing(uint64 blockNumber, uint64 previousBlockNumber);
    /// @notice Thrown when the inbox position moves back or past the last message.
    error InboxPositionOutOfRange(uint64 position, uint64 previousPosition, uint64 count);
    /// @notice Thrown when the Inbox holds another accumulator at the position.
    error InboxAccumulatorMismatch(uint64 position, bytes32 given, bytes32 stored);
    /// @notice Thrown when `nextMessage` is not the first message left.
    error NextMessageMismatch(uint64 position, bytes32 given, bytes32 stored);
    /// @notice Thrown when a message past its deadline is left although the batch consumed fewer than 64.
    error ForcedMessageExpired(uint64 position, uint64 time);
    /// @notice Thrown when there is no chunk.
    error NoChunks();
    /// @notice Thrown when there are more than 512 chunks.
    error TooManyChunks();
    /// @notice Thrown when the last chunk is cut off; `offset` is where it begins.
    error DataTruncated(uint256 offset);
    /// @notice Thrown when a claimed root is zero.
    error ZeroRoot(uint256 chunkIndex);
    /// @notice Thrown when somebody other than a prover convicts.
    error NotProver(address sender);
    /// @notice Thrown when genesis is to be convicted.
    error GenesisNotConvictable();
    /// @notice Thrown when a final batch is to be convicted.
    error BatchIsFinal(uint64 number);
    /// @notice Thrown when a bond is withdrawn while a batch that it answers for is not final.
    error BondLocked(uint64 number);
    /// @notice Thrown when the header shown for a bond withdrawal is not that of the bonder's last batch.
    error NotLastBatch(uint64 number, uint64 expected);
    /// @notice Thrown when there is nothing to withdraw.
    error NothingToWithdraw(address account);
    /// @notice Thrown when the receiver refuses the ETH.
    error PaymentFailed(address receiver, uint256 amount);

    /// @notice Posts a batch. Checks, in this order: `previous` is the last header; the sender may post; clock; block number;
    /// inbox position, accumulator and deadline; the data's form.
    /// @param previous header of batch `head() - 1`
    /// @param blockNumber of the last block
    /// @param blockAccumulator after the last block
    /// @param clock L2 clock after the last block
    /// @param inboxPosition messages consumed up to the end of the batch
    /// @param inboxAccumulator the accumulator there
    /// @param nextMessage link of the first message that is left; ignored if none is left
    /// @param data chunks one after the other: postRoot x32 | length u16 | payload
    function post(
        BatchHeader calldata previous,
        uint64 blockNumber,
        bytes32 blockAccumulator,
        uint64 clock,
        uint64 inboxPosition,
        bytes32 inboxAccumulator,
        InboxLink calldata nextMessage,
        bytes calldata data
    ) external;

    /// @notice Number of batches including genesis: the number of the next batch.
    function head() external view returns (uint64);

    /// @notice Hash of a header, `H(abi.encode(header))`; 0 if there is no such batch (any more).
    function headerHash(uint64 number) external view returns (bytes32);

    /// @notice Whether the header is stored and its challenge window is over.
    function isFinal(BatchHeader calldata header) external view returns (bool);

    /// @notice Removes a batch that is not final, and all after it; takes its proposer's bond. Provers only.
    /// @param challenger is credited half of the bond
    function convict(BatchHeader calldata header, address challenger) external;

    /// @notice Adds the value sent to the sender's bond.
    function depositBond() external payable;

    /// @notice Pays the sender's whole bond back. Who has proposed shows the header of the last batch that it answers for
    /// (the last of all if that one is gone), which must be final; it is ignored for who never proposed.
    function withdrawBond(BatchHeader calldata lastBatch) external;

    /// @notice Pays the sender's rewards from convictions.
    function withdrawReward() external;

    /// @notice Bond in wei.
    function bondOf(address bonder) external view returns (uint256);

    /// @notice Rewards not yet withdrawn, in wei.
    function rewardOf(address challenger) external view returns (uint256);

    /// @notice Number of the last batch that this bond answered for; 0 if none.
    function lastBatchOf(address proposer) external view returns (uint64);

    /// @notice Identity of the deployment, docs/protocol.md §2.
    function genesisHash() external view returns (bytes32);

    /// @notice State root of genesis.
    function genesisRoot() external view returns (bytes32);

    /// @notice The queue whose messages the batches consume.
    function inbox() external view returns (IInbox);

    /// @notice Owner of the bond that answers for the posters' batches.
    function operator() external view returns (address);

    /// @notice Whether this account may post for the operator.
    function isPoster(address poster) external view returns (bool);

    /// @notice Whether this contract may convict.
    function isProver(address prover) external view returns (bool);
}
