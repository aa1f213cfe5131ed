// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IInbox, InboxLink} from "./interfaces/IInbox.sol";
import {BatchHeader, IRollup} from "./interfaces/IRollup.sol";
import {BatchHeaders} from "./libraries/BatchHeaders.sol";
import {ChunkData} from "./libraries/ChunkData.sol";
import {Genesis, GenesisHash} from "./libraries/Genesis.sol";

/// @title Rollup
/// @notice Keeps one hash per batch. Removing a batch is one store: everything at or above `head` does not exist.
/// Deployed after the Inbox and before the Bridge and the provers (see Inbox).
contract Rollup is IRollup {
    /// @notice A batch that consumed so many messages may leave an expired one, so that a flood cannot stop posting.
    uint64 public constant FORCED_CONSUMED_ENOUGH = 64;

    uint8 private constant MODE_GENESIS = 0;
    uint8 private constant MODE_CALLDATA = 1;
    /// @dev A development node, where nobody needs protection and a demonstration cannot wait for three days.
    uint256 private constant DEVELOPMENT_CHAIN = 31_337;

    /// @inheritdoc IRollup
    bytes32 public immutable genesisHash;
    /// @inheritdoc IRollup
    bytes32 public immutable genesisRoot;
    /// @inheritdoc IRollup
    IInbox public immutable inbox;
    /// @inheritdoc IRollup
    address public immutable operator;
    /// @notice Bond that a proposer must have, wei.
    uint256 public immutable bondRequired;
    /// @notice Seconds between post and finality.
    uint256 public immutable challengeWindow;
    /// @notice Seconds after which a message must have been consumed, and after which anyone bonded may post.
    uint256 public immutable forcedDeadline;
    /// @notice Seconds that the L2 clock may lie behind L1 at a post.
    uint256 public immutable clockLag;

    // One slot, written at every post.
    /// @inheritdoc IRollup
    uint64 public head;
    /// @dev When the last post was made, and how many messages the Inbox held then: later ones are younger than that post.
    uint64 private postTime;
    uint64 private inboxCountAtPost;

    mapping(uint64 number => bytes32) private headerHashes;
    /// @inheritdoc IRollup
    mapping(address bonder => uint256) public bondOf;
    /// @inheritdoc IRollup
    mapping(address challenger => uint256) public rewardOf;
    /// @inheritdoc IRollup
    mapping(address proposer => uint64) public lastBatchOf;
    /// @inheritdoc IRollup
    mapping(address poster => bool) public isPoster;
    /// @inheritdoc IRollup
    mapping(address prover => bool) public isProver;

    /// @param genesisRoot_ root of the genesis state
    /// @param inbox_ the queue, deployed before
    /// @param posters accounts that post on the operator's bond
    /// @param provers addresses at which the provers will stand
    constructor(
        Genesis memory genesis,
        bytes32 genesisRoot_,
        IInbox inbox_,
        address[] memory posters,
        address[] memory provers
    ) {
        _checkGenesis(genesis);
        if (genesisRoot_ == 0) revert InvalidParameter("genesisRoot");
        genesisHash = GenesisHash.hash(genesis);
        if (inbox_.genesisHash() != genesisHash) revert InvalidParameter("inbox");
        genesisRoot = genesisRoot_;
        inbox = inbox_;
        operator = genesis.operator;
        bondRequired = genesis.bond;
        challengeWindow = genesis.challengeWindow;
        forcedDeadline = genesis.forcedDeadline;
        clockLag = genesis.clockLag;
        for (uint256 i; i < posters.length; ++i) {
            isPoster[posters[i]] = true;
        }
        for (uint256 i; i < provers.length; ++i) {
            isProver[provers[i]] = true;
        }
        BatchHeader memory header;
        header.postRoot = genesisRoot_;
        header.clock = genesis.genesisTime;
        header.l1Time = uint64(block.timestamp);
        header.mode = MODE_GENESIS;
        _store(header);
    }

    function _checkGenesis(Genesis memory genesis) private view {
        if (genesis.stfVersion != 3) revert InvalidParameter("stfVersion");
        if (genesis.tokens[0] != address(0)) revert InvalidParameter("tokens");
        for (uint256 i; i < 4; ++i) {
            if (genesis.feeUnits[i] >= 1 << 96) revert InvalidParameter("feeUnits");
        }
        if (genesis.epochSeconds == 0) revert InvalidParameter("epochSeconds");
        if (genesis.epochsPerMonth == 0 || genesis.epochsPerMonth > 8_640) revert InvalidParameter("epochsPerMonth");
        if (genesis.epochsPerSeed == 0) revert InvalidParameter("epochsPerSeed");
        if (genesis.graceSeconds > genesis.epochSeconds) revert InvalidParameter("graceSeconds");
        if (genesis.committeeSizeLog2 < 3 || genesis.committeeSizeLog2 > 9) {
            revert InvalidParameter("committeeSizeLog2");
        }
        if (
            block.chainid != DEVELOPMENT_CHAIN
                && genesis.protectiveDelay < 2 * (uint256(genesis.forcedDeadline) + genesis.clockLag)
        ) revert InvalidParameter("protectiveDelay");
    }

    /// @inheritdoc IRollup
    function headerHash(uint64 number) public view returns (bytes32) {
        return number < head ? headerHashes[number] : bytes32(0);
    }

    /// @inheritdoc IRollup
    function isFinal(BatchHeader calldata header) external view returns (bool) {
        return headerHash(header.number) == BatchHeaders.hash(header) && _windowOver(header);
    }

    /// @inheritdoc IRollup
    function post(
        BatchHeader calldata previous,
        uint64 blockNumber,
        bytes32 blockAccumulator,
        uint64 clock,
        uint64 inboxPosition,
        bytes32 inboxAccumulator,
        InboxLink calldata nextMessage,
        bytes calldata data
    ) external {
        BatchHeader memory header;
        header.number = head;
        if (previous.number != header.number - 1) revert NotHead(previous.number, header.number - 1);
        header.parent = _requireStored(previous);
        header.proposer = _proposer(previous);

        if (clock < previous.clock || clock > block.timestamp || clock + clockLag < block.timestamp) {
            revert ClockOutOfRange(clock, previous.clock, block.timestamp);
        }
        if (blockNumber <= previous.blockNumber) revert BlockNumberNotIncreasing(blockNumber, previous.blockNumber);
        _checkInbox(previous.inboxPosition, inboxPosition, inboxAccumulator, nextMessage);

        header.blockAccumulator = blockAccumulator;
        header.blockNumber = blockNumber;
        header.inboxPosition = inboxPosition;
        header.clock = clock;
        header.l1Time = uint64(block.timestamp);
        header.mode = MODE_CALLDATA;
        (header.dataHash, header.postRoot, header.chunkCount) = ChunkData.commit(previous.postRoot, data);

        lastBatchOf[header.proposer] = header.number;
        _store(header);
    }

    /// @inheritdoc IRollup
    function convict(BatchHeader calldata header, address challenger) external {
        if (!isProver[msg.sender]) revert NotProver(msg.sender);
        if (header.number == 0) revert GenesisNotConvictable();
        _requireStored(header);
        if (_windowOver(header)) revert BatchIsFinal(header.number);
        head = header.number;
        uint256 slashed = bondOf[header.proposer];
        bondOf[header.proposer] = 0;
        rewardOf[challenger] += slashed / 2;
        emit BatchConvicted(header.number, challenger, header.proposer, slashed);
        emit BondChanged(header.proposer, 0);
        // The other half is burnt, else who is about to be convicted would convict himself and lose nothing.
        _send(address(0), slashed - slashed / 2);
    }

    /// @inheritdoc IRollup
    function depositBond() external payable {
        bondOf[msg.sender] += msg.value;
        emit BondChanged(msg.sender, bondOf[msg.sender]);
    }

    /// @inheritdoc IRollup
    function withdrawBond(BatchHeader calldata lastBatch) external {
        uint256 amount = bondOf[msg.sender];
        if (amount == 0) revert NothingToWithdraw(msg.sender);
        uint64 last = lastBatchOf[msg.sender];
        if (last != 0) {
            // A batch that was removed with somebody else's answers for nothing, but earlier ones may still be open.
            if (last >= head) last = head - 1;
            if (lastBatch.number != last) revert NotLastBatch(lastBatch.number, last);
            _requireStored(lastBatch);
            if (!_windowOver(lastBatch)) revert BondLocked(last);
        }
        bondOf[msg.sender] = 0;
        emit BondChanged(msg.sender, 0);
        _send(msg.sender, amount);
    }

    /// @inheritdoc IRollup
    function withdrawReward() external {
        uint256 amount = rewardOf[msg.sender];
        if (amount == 0) revert NothingToWithdraw(msg.sender);
        rewardOf[msg.sender] = 0;
        _send(msg.sender, amount);
    }

    /// @dev Whose bond answers for the sender's batch.
    function _proposer(BatchHeader calldata previous) private view returns (address) {
        bool operatorBonded = bondOf[operator] >= bondRequired;
        if (operatorBonded && isPoster[msg.sender]) return operator;
        bool permissionless = !operatorBonded || previous.l1Time + forcedDeadline <= block.timestamp;
        if (!permissionless) revert NotPoster(msg.sender);
        if (bondOf[msg.sender] < bondRequired) revert BondTooLow(msg.sender, bondOf[msg.sender], bondRequired);
        return msg.sender;
    }

    function _checkInbox(uint64 previousPosition, uint64 position, bytes32 accumulator, InboxLink calldata next)
        private
        view
    {
        uint64 count = inbox.count();
        if (position < previousPosition || position > count) {
            revert InboxPositionOutOfRange(position, previousPosition, count);
        }
        bytes32 stored = inbox.accumulatorAt(position);
        if (stored != accumulator) revert InboxAccumulatorMismatch(position, accumulator, stored);
        if (position == count || position - previousPosition >= FORCED_CONSUMED_ENOUGH) return;
        // A message that reached the Inbox between the poster's look and this block must not make the post fail.
        if (position >= inboxCountAtPost && postTime + forcedDeadline > block.timestamp) return;
        bytes32 linked =
            keccak256(abi.encodePacked(accumulator, next.messageHash, next.time, next.witnessWeight, next.gasWeight));
        stored = inbox.accumulatorAt(position + 1);
        if (linked != stored) revert NextMessageMismatch(position, linked, stored);
        if (next.time + forcedDeadline <= block.timestamp) revert ForcedMessageExpired(position, next.time);
    }

    function _store(BatchHeader memory header) private {
        bytes32 hash = BatchHeaders.hash(header);
        headerHashes[header.number] = hash;
        head = header.number + 1;
        postTime = header.l1Time;
        inboxCountAtPost = inbox.count();
        emit BatchPosted(header.number, hash, header);
    }

    function _requireStored(BatchHeader calldata header) private view returns (bytes32 hash) {
        hash = BatchHeaders.hash(header);
        bytes32 stored = headerHash(header.number);
        if (hash != stored) revert HeaderMismatch(header.number, hash, stored);
    }

    function _windowOver(BatchHeader calldata header) private view returns (bool) {
        return header.l1Time + challengeWindow <= block.timestamp;
    }

    function _send(address receiver, uint256 amount) private {
        (bool sent,) = receiver.call{value: amount}("");
        if (!sent) revert PaymentFailed(receiver, amount);
    }
}
