// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {BatchHeader} from "./IRollup.sol";

/// @title Re-execution of one chunk on L1 (docs/protocol.md §6, §8–§10)
/// @notice Calldata mode, every transaction kind. A call either convicts a batch whose claim is wrong, or reverts: a bad witness never convicts.
interface IChunkProver {
    /// @notice Thrown by the constructor when one of the other contracts belongs to another deployment.
    error WrongDeployment();
    /// @notice Thrown when the header is not stored.
    error HeaderMismatch(uint64 number, bytes32 given, bytes32 stored);
    /// @notice Thrown when the batch is not in calldata mode.
    error ModeNotProvable(uint8 mode);
    /// @notice Thrown when the batch has no such chunk.
    error ChunkUnknown(uint32 chunkIndex, uint32 chunkCount);
    /// @notice Thrown when roots, payload and path do not lead to the header's `dataHash`.
    error WrongChunk(bytes32 computed, bytes32 dataHash);
    /// @notice Thrown when the claim is right.
    error ClaimIsRight(bytes32 root);
    /// @notice Thrown when the witness ends early.
    error WitnessTruncated();
    /// @notice Thrown when a leaf of the witness has a key that this prover does not know, or comes out of order.
    error WitnessLeafInvalid(uint256 key);
    /// @notice Thrown when the witness lacks a leaf that execution needs, or has it in the wrong state.
    error WitnessLeafMissing(uint256 key);
    /// @notice Thrown when the witness's leaves and siblings do not lead to the root before.
    error WrongWitnessRoot(bytes32 computed, bytes32 expected);
    /// @notice Thrown when the witness's messages are not those of the Inbox.
    error WrongMessages(bytes32 computed, bytes32 expected);
    /// @notice Thrown when the witness has another number of messages than the chunk consumes.
    error WrongMessageCount(uint256 given, uint256 expected);
    /// @notice Thrown when the witness has more or fewer proofs than the chunk has transactions of kinds 6 and 9.
    error WrongProofCount();

    /// @notice Convicts the batch if the root after the chunk is not the claimed one.
    /// @param header the batch
    /// @param chunkIndex of the chunk in it
    /// @param preRoot root before the chunk
    /// @param claimedRoot root claimed after it
    /// @param path siblings of the chunk's leaf under `dataHash`, from the leaf up, zeros included
    /// @param payload the chunk
    /// @param witness docs/protocol.md §10
    function proveChunk(
        BatchHeader calldata header,
        uint32 chunkIndex,
        bytes32 preRoot,
        bytes32 claimedRoot,
        bytes32[] calldata path,
        bytes calldata payload,
        bytes calldata witness
    ) external;

    /// @notice Convicts the batch if the meta leaf of its last root contradicts its header.
    /// @param mask of the meta leaf's path
    /// @param siblings of the meta leaf's path, zeros left out
    /// @param metaLeaf the preimage, 128 bytes
    function proveEnd(BatchHeader calldata header, uint40 mask, bytes32[] calldata siblings, bytes calldata metaLeaf)
        external;

    /// @notice The root after a chunk: what `proveChunk` compares with the claim. For dry runs.
    /// @param preRoot root before the chunk
    /// @param inboxPositionEnd the batch header's inbox position
    /// @return postRoot 0 if the chunk consumes messages beyond that position
    function postRootOf(bytes32 preRoot, uint64 inboxPositionEnd, bytes calldata payload, bytes calldata witness)
        external
        view
        returns (bytes32 postRoot);

    /// @notice Identity of the deployment, docs/protocol.md §2.
    function genesisHash() external view returns (bytes32);
}
