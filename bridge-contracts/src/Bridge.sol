// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IBridge} from "./interfaces/IBridge.sol";
import {IERC20} from "./interfaces/IERC20.sol";
import {IInbox} from "./interfaces/IInbox.sol";
import {BatchHeader, IRollup} from "./interfaces/IRollup.sol";
import {Genesis, GenesisHash} from "./libraries/Genesis.sol";
import {LeafType} from "./libraries/LeafType.sol";
import {Multiproof} from "./libraries/Multiproof.sol";

/// @title Bridge
/// @notice Deployed after the Inbox and the Rollup (see Inbox).
contract Bridge is IBridge {
    /// @notice Gas that a recipient of ETH gets: enough for a contract wallet's event, too little to burn a batch claim.
    uint256 public constant ETH_PUSH_GAS = 30_000;
    /// @notice Gas that a token gets for one transfer.
    uint256 public constant TOKEN_PUSH_GAS = 200_000;
    /// @dev What must be left before a push so that the push really has its gas: EIP-150 keeps a 64th back, a call with
    /// value to a new account costs 36,600 beforehand, and a failed push still has to write the credit.
    uint256 private constant PUSH_RESERVE = 70_000;

    /// @dev index u32 | mask u40 | recipient x20 | token u8 | amount u128
    uint256 private constant CLAIM_LEAF = 46;
    /// @dev recipient x20 | token u8 | amount u128
    uint256 private constant WITHDRAWAL_LEAF = 37;

    /// @inheritdoc IBridge
    bytes32 public immutable genesisHash;
    /// @notice The queue that deposits go through.
    IInbox public immutable inbox;
    /// @notice Whose final batches the claims are proven against.
    IRollup public immutable rollup;

    address private immutable token1;
    address private immutable token2;
    address private immutable token3;

    uint256[4] private custody;
    mapping(uint256 word => uint256 bits) private claimed;
    mapping(uint8 token => mapping(address recipient => uint256)) private credits;
    bool private transient entered;

    constructor(Genesis memory genesis, IInbox inbox_, IRollup rollup_) {
        genesisHash = GenesisHash.hash(genesis);
        if (
            inbox_.genesisHash() != genesisHash || rollup_.genesisHash() != genesisHash
                || inbox_.bridge() != address(this) || address(rollup_.inbox()) != address(inbox_)
        ) revert WrongDeployment();
        inbox = inbox_;
        rollup = rollup_;
        token1 = genesis.tokens[1];
        token2 = genesis.tokens[2];
        token3 = genesis.tokens[3];
    }

    modifier notReentered() {
        if (entered) revert Reentered();
        entered = true;
        _;
        entered = false;
    }

    /// @inheritdoc IBridge
    function depositEth(address owner) external payable notReentered {
        if (msg.value > type(uint128).max) revert CustodyCapExceeded(0, custody[0], msg.value);
        _deposit(0, uint128(msg.value), owner);
    }

    /// @inheritdoc IBridge
    function depositToken(uint8 token, uint128 amount, address owner) external notReentered {
        address erc20 = tokenAddress(token);
        if (erc20 == address(0)) revert TokenNotListed(token);
        uint256 balanceBefore = IERC20(erc20).balanceOf(address(this));
        if (!_call(erc20, gasleft(), abi.encodeCall(IERC20.transferFrom, (msg.sender, address(this), amount)))) {
            revert TransferFailed(erc20, msg.sender, amount);
        }
        uint256 balance = IERC20(erc20).balanceOf(address(this));
        // A token that takes a fee would leave custody short; one that pays the Bridge during the call is refused as well.
        if (balance < balanceBefore || balance - balanceBefore != amount) {
            revert WrongAmountDelivered(erc20, balance < balanceBefore ? 0 : balance - balanceBefore, amount);
        }
        _deposit(token, amount, owner);
    }

    function _deposit(uint8 token, uint128 amount, address owner) private {
        if (amount == 0) revert ZeroAmount();
        if (owner == address(0)) revert ZeroOwner();
        uint256 held = custody[token];
        if (held + amount > type(uint128).max) revert CustodyCapExceeded(token, held, amount);
        custody[token] = held + amount;
        uint64 index = inbox.count();
        inbox.enqueueDeposit(token, amount, owner);
        emit Deposited(index, msg.sender, owner, token, amount);
    }

    /// @inheritdoc IBridge
    function claim(
        BatchHeader calldata header,
        uint32 index,
        address recipient,
        uint8 token,
        uint128 amount,
        uint40 mask,
        bytes32[] calldata siblings
    ) external notReentered {
        if (!rollup.isFinal(header)) revert BatchNotFinal(header.number);
        uint256[4] memory entry;
        entry[0] = Multiproof.key(LeafType.WITHDRAWAL, index);
        entry[1] = mask;
        entry[2] = uint256(keccak256(abi.encodePacked(recipient, token, amount)));
        uint256 entries;
        assembly ("memory-safe") {
            entries := entry
        }
        _checkProof(entries, 1, siblings, header.postRoot);
        if (isClaimed(index)) revert AlreadyClaimed(index);
        claimed[index >> 8] |= 1 << (index & 0xff);
        _requireListed(token);
        custody[token] -= amount;
        _pay(index, recipient, token, amount);
    }

    /// @inheritdoc IBridge
    function claimBatch(BatchHeader calldata header, bytes calldata leaves, bytes32[] calldata siblings)
        external
        notReentered
    {
        if (!rollup.isFinal(header)) revert BatchNotFinal(header.number);
        if (leaves.length == 0 || leaves.length % CLAIM_LEAF != 0) revert LeavesMalformed(leaves.length);
        uint256 count = leaves.length / CLAIM_LEAF;
        _checkProof(_claimEntries(leaves, count), count, siblings, header.postRoot);

        // The indices ascend, so each word of the bitmap is read and written once, and custody once per token. All is marked
        // and taken out of custody before anything is paid.
        uint256 word = type(uint256).max;
        uint256 bits;
        uint256[4] memory sums;
        for (uint256 i; i < count; ++i) {
            bytes calldata leaf = leaves[i * CLAIM_LEAF:];
            uint32 index = uint32(bytes4(leaf));
            if (index >> 8 != word) {
                if (i != 0) claimed[word] = bits;
                word = index >> 8;
                bits = claimed[word];
            }
            uint256 bit = 1 << (index & 0xff);
            if (bits & bit != 0) revert AlreadyClaimed(index);
            bits |= bit;
            uint8 token = uint8(leaf[29]);
            _requireListed(token);
            sums[token] += uint128(bytes16(leaf[30:46]));
        }
        claimed[word] = bits;
        for (uint256 token; token < 4; ++token) {
            if (sums[token] != 0) custody[token] -= sums[token];
        }
        for (uint256 i; i < count; ++i) {
            bytes calldata leaf = leaves[i * CLAIM_LEAF:];
            _pay(uint32(bytes4(leaf)), address(bytes20(leaf[9:29])), uint8(leaf[29]), uint128(bytes16(leaf[30:46])));
        }
    }

    /// @dev Multiproof entries of the leaves, hash before and after the same.
    function _claimEntries(bytes calldata leaves, uint256 count) private pure returns (uint256 entries) {
        uint256 withdrawalType = LeafType.WITHDRAWAL;
        assembly ("memory-safe") {
            entries := mload(0x40)
            let scratch := add(entries, mul(count, 0x80))
            mstore(0x40, scratch)
            let leaf := leaves.offset
            for { let entry := entries } lt(entry, scratch) { entry := add(entry, 0x80) } {
                let head := calldataload(leaf)
                mstore(entry, or(shl(32, withdrawalType), shr(224, head)))
                mstore(add(entry, 0x20), and(shr(184, head), 0xffffffffff))
                calldatacopy(scratch, add(leaf, 9), WITHDRAWAL_LEAF)
                mstore(add(entry, 0x40), keccak256(scratch, WITHDRAWAL_LEAF))
                leaf := add(leaf, CLAIM_LEAF)
            }
        }
    }

    function _checkProof(uint256 entries, uint256 count, bytes32[] calldata siblings, bytes32 root) private pure {
        uint256 stream;
        assembly ("memory-safe") {
            stream := siblings.offset
        }
        (bytes32 computed,) = Multiproof.roots(entries, count, Multiproof.ENTRY, stream, stream + 32 * siblings.length);
        if (computed != root) revert WrongProof(computed, root);
    }

    function _requireListed(uint8 token) private view {
        if (token != 0 && tokenAddress(token) == address(0)) revert TokenNotListed(token);
    }

    /// @dev Pays, or holds a credit if the push fails. The withdrawal is already marked as claimed and out of custody.
    function _pay(uint32 index, address recipient, uint8 token, uint128 amount) private {
        emit Claimed(index, recipient, token, amount);
        uint256 gasLimit = token == 0 ? ETH_PUSH_GAS : TOKEN_PUSH_GAS;
        uint256 required = gasLimit + gasLimit / 32 + PUSH_RESERVE;
        if (gasleft() < required) revert GasTooLow(gasleft(), required);
        bool paid = token == 0
            ? _sendEth(recipient, amount, gasLimit)
            : _call(tokenAddress(token), gasLimit, abi.encodeCall(IERC20.transfer, (recipient, amount)));
        if (!paid) {
            custody[token] += amount;
            credits[token][recipient] += amount;
            emit CreditHeld(recipient, token, amount);
        }
    }

    /// @inheritdoc IBridge
    function withdrawCredit(uint8 token) external notReentered {
        address erc20 = tokenAddress(token);
        uint256 amount = credits[token][msg.sender];
        if (amount == 0) revert NoCredit(token, msg.sender);
        credits[token][msg.sender] = 0;
        custody[token] -= amount;
        emit CreditWithdrawn(msg.sender, token, amount);
        bool paid = token == 0
            ? _sendEth(msg.sender, amount, gasleft())
            : _call(erc20, gasleft(), abi.encodeCall(IERC20.transfer, (msg.sender, amount)));
        if (!paid) revert PaymentFailed(msg.sender, amount);
    }

    /// @inheritdoc IBridge
    function isClaimed(uint32 index) public view returns (bool) {
        return claimed[index >> 8] >> (index & 0xff) & 1 == 1;
    }

    /// @inheritdoc IBridge
    function creditOf(uint8 token, address recipient) external view returns (uint256) {
        return credits[token][recipient];
    }

    /// @inheritdoc IBridge
    function custodyOf(uint8 token) external view returns (uint256) {
        return token < 4 ? custody[token] : 0;
    }

    /// @inheritdoc IBridge
    function tokenAddress(uint8 token) public view returns (address) {
        if (token == 1) return token1;
        if (token == 2) return token2;
        return token == 3 ? token3 : address(0);
    }

    /// @dev Nothing of what the recipient returns is copied: it could be long enough to burn the rest of the gas.
    function _sendEth(address recipient, uint256 amount, uint256 gasLimit) private returns (bool sent) {
        assembly ("memory-safe") {
            sent := call(gasLimit, recipient, amount, 0, 0, 0, 0)
        }
    }

    /// @dev True if the call succeeds and returns nothing from a contract, or a word that is one.
    function _call(address token, uint256 gasLimit, bytes memory data) private returns (bool) {
        bool succeeded;
        uint256 size;
        uint256 word;
        assembly ("memory-safe") {
            succeeded := call(gasLimit, token, 0, add(data, 0x20), mload(data), 0, 0x20)
            size := returndatasize()
            word := mload(0)
        }
        return succeeded && (size == 0 ? token.code.length != 0 : size >= 32 && word == 1);
    }
}
