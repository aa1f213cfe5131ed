// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

/// @notice One transaction as `ChunkProver` hands it to a module, with what it reads of the state. Everything that
/// docs/protocol.md §6.1 asks of all kinds has passed: what it names exists, nonce, signature, token, fee, balance, and there is
/// room for every leaf that it may append (CAPACITY_EXHAUSTED). The module makes the kind's own checks and computes the effects.
/// @param kind 3…7, 9…12
/// @param variant 4: the claim's meter; 5: 0 start, 1 finalize; 11: 0 result, 1 reveal; 12: the verdict; else 0
/// @param clock L2 clock, seconds
/// @param owner of the signing account; zero if nobody signs with a wallet
/// @param id of the channel, provider or job that kinds 3, 6, 10 open
/// @param recipient account index of payee (3) or payout (6, 7); the index that it will get if it is opened by this transaction
/// @param fields of signed kinds: the words of the EIP-712 struct (§4) in their order, without the type hash, addresses and ids
/// filled in from the state, an array or `bytes` field as its hash; `maxFee` is the last. Not signed by a wallet: 4 time
/// (channel id); 4 voucher (channel id, amount); 4 ticks (channel id, position, steps, tick); 5 finalize (channel id); 9 nothing;
/// 12 silence, time-out (job id)
/// @param indices of the leaves, within their types
/// @param leaves preimages (§3), empty for a leaf that does not exist yet and that the transaction may append. 3: channel (new).
/// 4, 5: channel. 6: provider (new), committee (new if its slot is 0), counters (likewise). 7: provider. 9: seeds, then of each
/// committee in order: committee, counters. 10: job (new), in mode 2 quorum (new), then the providers. 11: job, provider (in mode
/// 2 of the member that the transaction names), in mode 2 quorum. 12: job, then by mode and verdict: the quorum (time-out in
/// mode 2), the provider (verdicts 0 to 2 in other modes), or nothing
struct Step {
    uint256 kind;
    uint256 variant;
    uint256 clock;
    address owner;
    bytes32 id;
    uint256 recipient;
    uint256[] fields;
    uint256[] indices;
    bytes[] leaves;
}

/// @notice What is added to an account's balance of the effects' token.
struct Credit {
    uint256 account;
    uint256 amount;
}

/// @notice What a transaction does beside what all wallet-signed kinds do. `ChunkProver` does that: it sweeps the fees if the
/// signer is the fee recipient (not in kind 12), moves the nonce, debits deposit or escrow and price, collects the price, opens the
/// recipient's account.
/// @param refusal number of docs/protocol.md §6.3, and then nothing else counts; 0 if the transaction applies
/// @param token of fee and credits
/// @param fee that goes to the fee balances and that the signer does not pay: out of a claim, a deposit or an escrow
/// @param credits applied in order
/// @param leaves new preimages in the order of the step's leaves; empty (or the array shorter) where nothing changes
struct Effects {
    uint256 refusal;
    uint256 token;
    uint256 fee;
    Credit[] credits;
    bytes[] leaves;
}

/// @title Some kinds of transactions (docs/protocol.md §6.2, §10)
/// @notice Stateless, and bound to one deployment. What it answers follows from its arguments alone; it reverts if the proof is wrong or
/// incomplete or gas runs short, never because the transaction is bad.
interface IKindModule {
    /// @notice Thrown by the constructor when the Rollup belongs to another deployment.
    error WrongDeployment();
    /// @notice Thrown for a kind of another module.
    error NotOfThisModule(uint256 kind);
    /// @notice Thrown when a leaf is shorter than its type.
    error LeafTruncated();
    /// @notice Thrown when a transaction's proof has not the length that the transaction needs (0 if it is refused without one).
    error WrongProofLength(uint256 length, uint256 expected);
    /// @notice Thrown when a transaction's proof does not lead to the root in the leaf.
    error WrongProof(bytes32 root, bytes32 expected);
    /// @notice Thrown when a precompile could not run, for lack of gas.
    error GasTooLow();

    /// @notice Executes a transaction.
    /// @param data 4 voucher: signature x64; 6: deviceKey x96 | possession x192; 9: the posted bytes, well-formed; else empty
    /// @param proof of kinds 6 and 9 (docs/protocol.md §10); empty if the transaction is refused without it
    function run(Step calldata step, bytes calldata data, bytes calldata proof) external view returns (Effects memory);

    /// @notice Identity of the deployment, docs/protocol.md §2.
    function genesisHash() external view returns (bytes32);

    /// @notice EIP-712 domain separator, docs/protocol.md §1.
    function domainSeparator() external view returns (bytes32);
}
