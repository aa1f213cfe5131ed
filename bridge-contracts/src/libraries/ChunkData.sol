// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IRollup} from "../interfaces/IRollup.sol";
import {Merkle} from "./Merkle.sol";

/// @notice The commitment to the chunks of a batch in calldata (docs/protocol.md §8).
library ChunkData {
    uint256 internal constant CHUNKS_MAX = 512;
    /// @dev postRoot x32 | length u16
    uint256 private constant CHUNK_HEAD = 34;

    /// @notice Hash of one chunk with the roots around it.
    function leaf(bytes32 preRoot, bytes32 postRoot, bytes32 payloadHash) internal pure returns (bytes32) {
        return keccak256(abi.encode(preRoot, postRoot, payloadHash));
    }

    /// @notice Cuts the data into chunks and hashes them.
    /// @param preRoot root before the first chunk
    /// @return dataHash root over the chunk leaves
    /// @return postRoot claimed by the last chunk
    /// @return chunkCount 1…512
    function commit(bytes32 preRoot, bytes calldata data)
        internal
        pure
        returns (bytes32 dataHash, bytes32 postRoot, uint32 chunkCount)
    {
        bytes32[] memory nodes = new bytes32[](CHUNKS_MAX + 1);
        uint256 count;
        uint256 offset;
        while (offset < data.length) {
            if (count == CHUNKS_MAX) revert IRollup.TooManyChunks();
            uint256 end = offset + CHUNK_HEAD;
            if (end > data.length) revert IRollup.DataTruncated(offset);
            uint256 length = uint16(bytes2(data[offset + 32:end]));
            if (end + length > data.length) revert IRollup.DataTruncated(offset);
            postRoot = bytes32(data[offset:offset + 32]);
            if (postRoot == 0) revert IRollup.ZeroRoot(count);
            nodes[count++] = leaf(preRoot, postRoot, _hash(data[end:end + length]));
            preRoot = postRoot;
            offset = end + length;
        }
        if (count == 0) revert IRollup.NoChunks();
        chunkCount = uint32(count);
        dataHash = Merkle.root(nodes, count);
    }

    /// @notice The root to which a leaf and its path lead.
    /// @param index of the leaf, < count
    /// @param path siblings from the leaf up, zeros included
    /// @return root 0 if the path has the wrong length
    function rootOf(bytes32 leafHash, uint256 index, uint256 count, bytes32[] calldata path)
        internal
        pure
        returns (bytes32 root)
    {
        root = leafHash;
        uint256 level;
        for (uint256 width = count; width > 1; width = (width + 1) >> 1) {
            if (level == path.length) return 0;
            bytes32 sibling = path[level++];
            root = index & 1 == 0 ? keccak256(abi.encode(root, sibling)) : keccak256(abi.encode(sibling, root));
            index >>= 1;
        }
        if (level != path.length) return 0;
    }

    /// @dev Hashes in one scratch area above the free memory, which is not moved: hundreds of copies would be paid for.
    function _hash(bytes calldata payload) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let scratch := mload(0x40)
            calldatacopy(scratch, payload.offset, payload.length)
            hash := keccak256(scratch, payload.length)
        }
    }
}
