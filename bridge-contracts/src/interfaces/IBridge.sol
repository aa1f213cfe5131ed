// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {BatchHeader} from "./IRollup.sol";

/// @title The custody of everything that L2 accounts for (docs/protocol.md §10)
/// @notice Deposits go through the Inbox; withdrawals are leaves of the state tree of a final batch, each paid once.
interface IBridge {
    /// @notice Emitted when a deposit was received and queued.
    event Deposited(
        uint64 indexed inboxIndex, address indexed from, address indexed owner, uint8 token, uint128 amount
    );

    /// @notice Emitted when a withdrawal was claimed, paid or held as credit.
    event Claimed(uint32 indexed index, address indexed recipient, uint8 token, uint128 amount);

    /// @notice Emitted when a push failed: the recipient pulls it with `withdrawCredit`.
    event CreditHeld(address indexed recipient, uint8 token, uint128 amount);

    /// @notice Emitted when a credit was pulled.
    event CreditWithdrawn(address indexed recipient, uint8 token, uint256 amount);

    /// @notice Thrown by the constructor when the other contracts belong to another deployment.
    error WrongDeployment();
    /// @notice Thrown when an entry is called while another runs.
    error Reentered();
    /// @notice Thrown when nothing is deposited.
    error ZeroAmount();
    /// @notice Thrown when a deposit names nobody.
    error ZeroOwner();
    /// @notice Thrown when the token is not in genesis (or is ETH where a token is wanted).
    error TokenNotListed(uint8 token);
    /// @notice Thrown when custody would pass 2^128 − 1.
    error CustodyCapExceeded(uint8 token, uint256 custody, uint256 amount);
    /// @notice Thrown when a token's `transferFrom` fails.
    error TransferFailed(address token, address from, uint256 amount);
    /// @notice Thrown when a token delivers another amount than was asked for.
    error WrongAmountDelivered(address token, uint256 delivered, uint256 expected);
    /// @notice Thrown when the batch is unknown or its challenge window is not over.
    error BatchNotFinal(uint64 number);
    /// @notice Thrown when the proof does not lead to the batch's root.
    error WrongProof(bytes32 computed, bytes32 root);
    /// @notice Thrown when the leaves of a batch claim are none or not whole.
    error LeavesMalformed(uint256 length);
    /// @notice Thrown when a withdrawal was claimed before.
    error AlreadyClaimed(uint32 index);
    /// @notice Thrown when too little gas is left to push fairly; a recipient must not be put off with a credit for lack of gas.
    error GasTooLow(uint256 left, uint256 required);
    /// @notice Thrown when there is no credit.
    error NoCredit(uint8 token, address recipient);
    /// @notice Thrown when a credit cannot be paid.
    error PaymentFailed(address recipient, uint256 amount);

    /// @notice Deposits the ETH sent for the L2 account of `owner`.
    function depositEth(address owner) external payable;

    /// @notice Deposits an allowed amount of a token; tokens that return nothing are fine, a token that delivers another amount reverts.
    /// @param token 1…3
    /// @param amount base units
    /// @param owner the address whose L2 account is credited
    function depositToken(uint8 token, uint128 amount, address owner) external;

    /// @notice Pays one withdrawal; anyone may call it. If the push fails the recipient gets a credit.
    /// @param header a final batch
    /// @param index of the withdrawal leaf
    /// @param recipient who is paid, as in the leaf
    /// @param token 0…3, as in the leaf
    /// @param amount base units, as in the leaf
    /// @param mask bit l is set if the sibling at level l is not zero
    /// @param siblings those that are not zero, from the leaf up
    function claim(
        BatchHeader calldata header,
        uint32 index,
        address recipient,
        uint8 token,
        uint128 amount,
        uint40 mask,
        bytes32[] calldata siblings
    ) external;

    /// @notice Pays many withdrawals of one final batch with one multiproof (docs/protocol.md §3); all or nothing.
    /// @param leaves n × (index u32 | mask u40 | recipient x20 | token u8 | amount u128), indices strictly ascending
    /// @param siblings in depth-first order
    function claimBatch(BatchHeader calldata header, bytes calldata leaves, bytes32[] calldata siblings) external;

    /// @notice Whether a withdrawal was claimed.
    function isClaimed(uint32 index) external view returns (bool);

    /// @notice What failed pushes left for a recipient, base units.
    function creditOf(uint8 token, address recipient) external view returns (uint256);

    /// @notice Pays the sender's credit in a token.
    function withdrawCredit(uint8 token) external;

    /// @notice Deposited minus paid, base units; never above 2^128 − 1.
    function custodyOf(uint8 token) external view returns (uint256);

    /// @notice Address of a token; zero for ETH and for a token that is not listed.
    function tokenAddress(uint8 token) external view returns (address);

    /// @notice Identity of the deployment, docs/protocol.md §2.
    function genesisHash() external view returns (bytes32);
}
