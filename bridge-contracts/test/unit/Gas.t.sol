// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IBridge} from "../../src/interfaces/IBridge.sol";
import {IChunkProver} from "../../src/interfaces/IChunkProver.sol";
import {InboxLink} from "../../src/interfaces/IInbox.sol";
import {BatchHeader, IRollup} from "../../src/interfaces/IRollup.sol";
import {Deployment} from "../Deployment.sol";
import {GasBars} from "../GasBars.sol";
import {Encode} from "../reference/Encode.sol";
import {FilledState} from "../reference/FilledState.sol";

/// @notice What the central calls cost as whole L1 transactions. Those that have a bar are kept in gas.json, the others in
/// snapshots/gas.json.
contract GasTest is Deployment, GasBars {
    uint256 private constant PAYMENTS = 52;
    uint256 private constant PUBLIC_MEMPOOL_MAX = 131_072;

    function _measure(string memory name, address sender, address target, bytes memory call)
        private
        returns (uint256 total)
    {
        total = _transactionGas(sender, target, call);
        vm.snapshotValue("gas", name, total);
    }

    /// @dev `count` accounts and withdrawals; the owners' accounts are known and have four balances, none of them round.
    function _filled(uint32[] memory indices, uint32 count) private {
        _prepare();
        address[] memory owners = new address[](indices.length);
        for (uint256 i; i < owners.length; ++i) {
            owners[i] = vm.addr(_key(i));
        }
        uint128[4] memory balance =
            [uint128(9_876_543_210_123_456_789), 1_234_567_890_123, 987_654_321_987_654_321, 1_111_111_111_111_111_111];
        _create(
            new FilledState(
                _domain(),
                _feeUnits(),
                _listed(),
                genesis.genesisTime,
                genesis.feeRecipient,
                owners,
                indices,
                balance,
                count
            )
        );
        _bond();
    }

    function _key(uint256 owner) private pure returns (uint256) {
        return 10_000 + owner;
    }

    /// @dev Spread over the accounts of [from, to).
    function _spread(uint256 number, uint256 from, uint256 to) private pure returns (uint32[] memory indices) {
        indices = new uint32[](number);
        for (uint256 i; i < number; ++i) {
            indices[i] = uint32(from + (2 * i + 1) * (to - from) / (2 * number));
        }
    }

    /// @dev Account i pays account 52 + i of the list: the senders and recipients are all different, the worst case.
    function _payments(uint32[] memory indices) private view returns (bytes memory) {
        bytes[] memory posted = new bytes[](PAYMENTS);
        for (uint256 i; i < PAYMENTS; ++i) {
            uint256 to = PAYMENTS + i;
            Payment memory p = Payment(1, _key(i), indices[i], 0, vm.addr(_key(to)), 0, uint128(1 + i % 31) * 1 gwei, 0);
            posted[i] = _posted(p, indices[to]);
        }
        return Encode.blockOf(0, posted);
    }

    /// @dev Convicts who claims another root of a chunk.
    function _dispute(bytes memory payload) private returns (uint256 gas, uint256 size) {
        Chunk memory c = _chunk(payload);
        assertEq(prover.postRootOf(c.preRoot, 0, c.payload, c.witness), c.postRoot, "root");
        c.postRoot = keccak256("wrong");
        BatchHeader memory header = _post(_one(c));
        bytes memory call = abi.encodeCall(
            IChunkProver.proveChunk, (header, 0, c.preRoot, c.postRoot, new bytes32[](0), c.payload, c.witness)
        );
        gas = _transactionGas(CHALLENGER, address(prover), call);
        size = call.length;
        assertEq(rollup.head(), 1, "removed");
        assertTrue(size < PUBLIC_MEMPOOL_MAX - 200, "fits a public mempool");
    }

    /// forge-config: default.isolate = true
    function test_dispute_of52Payments_at2Pow20Accounts() public {
        uint32[] memory indices = _spread(2 * PAYMENTS, 0, 1 << 20);
        _filled(indices, 1 << 20);
        bytes memory payload = _payments(indices);
        (uint256 gas,) = _dispute(payload);
        for (uint256 i; i < indices.length; ++i) {
            assertEq(state.account(indices[i]).nonce, i < PAYMENTS ? 1 : 0, "applied");
        }
        _keep("dispute_52_payments", gas, 2_400_000);
    }

    /// @dev All indices that a chunk has room for are five bytes long (not below 2^29): those of 26 recipients.
    /// forge-config: default.isolate = true
    function test_dispute_of52Payments_at2Pow32Accounts() public {
        uint32[] memory low = _spread(PAYMENTS + PAYMENTS / 2, 0, 1 << 29);
        uint32[] memory high = _spread(PAYMENTS / 2, 1 << 29, type(uint32).max);
        uint32[] memory indices = new uint32[](2 * PAYMENTS);
        for (uint256 i; i < indices.length; ++i) {
            indices[i] = i < low.length ? low[i] : high[i - low.length];
        }
        _filled(indices, type(uint32).max);
        bytes memory payload = _payments(indices);
        assertTrue(payload.length <= 3_934 && payload.length > 3_934 - 52, "as many long indices as fit");
        (, uint256 size) = _dispute(payload);
        for (uint256 i; i < indices.length; ++i) {
            assertEq(state.account(indices[i]).nonce, i < PAYMENTS ? 1 : 0, "applied");
        }
        _keep("dispute_52_payments_calldata_bytes", size, 118_000);
    }

    /// forge-config: default.isolate = true
    function test_post_ofAFullBatch() public {
        uint32[] memory indices = _spread(2 * PAYMENTS, 0, 1 << 20);
        _filled(indices, 1 << 20);
        bytes memory payload = _payments(indices);
        Chunk[] memory chunks = new Chunk[](30);
        for (uint256 i; i < chunks.length; ++i) {
            chunks[i] = Chunk(payload, 0, keccak256(abi.encode(i)), "");
        }
        bytes memory one = _data(_one(chunks[0]));
        bytes memory thirty = _data(chunks);
        InboxLink memory none;
        uint256 snapshot = vm.snapshotState();
        _measure(
            "post_1_chunk_52_transfers",
            POSTER,
            address(rollup),
            abi.encodeCall(IRollup.post, (last, 1, "blocks", last.clock, 0, 0, none, one))
        );
        vm.revertToState(snapshot);
        _measure(
            "post_30_chunks_1560_transfers",
            POSTER,
            address(rollup),
            abi.encodeCall(IRollup.post, (last, 1, "blocks", last.clock, 0, 0, none, thirty))
        );
    }

    uint256 private constant CLAIMS = 66;

    /// @dev Withdrawals by as many accounts, each to its owner; the batch is final.
    /// @param held what each of them holds of the token on L1 before
    function _withdrawals(uint8 token_, uint256 held) private returns (BatchHeader memory header) {
        uint32[] memory indices = _spread(CLAIMS, 0, 1 << 20);
        _filled(indices, 1 << 20);
        if (token_ == 0) _depositEth(ALICE, 1 ether);
        else _depositToken(ALICE, 1 ether);
        for (uint256 i; i < CLAIMS; ++i) {
            if (token_ == 0) vm.deal(vm.addr(_key(i)), held);
            else if (held != 0) token.mint(vm.addr(_key(i)), held);
        }
        Chunk[] memory chunks = new Chunk[](2);
        for (uint256 c; c < 2; ++c) {
            bytes[] memory posted = new bytes[](CLAIMS / 2);
            for (uint256 i; i < CLAIMS / 2; ++i) {
                uint256 n = c * CLAIMS / 2 + i;
                posted[i] = _posted(Payment(2, _key(n), indices[n], 0, vm.addr(_key(n)), token_, _amount(n), 0), 0);
            }
            chunks[c] = _chunk(Encode.blockOf(0, posted));
        }
        assertEq(state.withdrawalCount(), CLAIMS, "withdrawals");
        header = _post(chunks);
        vm.warp(header.l1Time + WINDOW);
    }

    function _amount(uint256 claim) private pure returns (uint128) {
        return uint128(123_456_789_012 + claim);
    }

    /// @dev One that is the first of its word of the bitmap, one more of the word, and the other 64 at once.
    /// @return first of them
    /// @return single
    /// @return batch
    function _claims(uint8 token_, uint256 held) private returns (uint256 first, uint256 single, uint256 batch) {
        BatchHeader memory header = _withdrawals(token_, held);
        first = _claimOne(header, 0, token_);
        single = _claimOne(header, 1, token_);
        uint256[] memory keys = new uint256[](CLAIMS - 2);
        for (uint256 i; i < keys.length; ++i) {
            keys[i] = (2 << 32) + (1 << 20) + 2 + i;
        }
        (uint40[] memory masks, bytes32[] memory siblings) = state.prove(keys);
        bytes memory leaves;
        for (uint256 i; i < keys.length; ++i) {
            leaves = abi.encodePacked(leaves, uint32(keys[i]), masks[i], state.withdrawals(2 + i));
        }
        uint256 custody = bridge.custodyOf(token_);
        batch = _transactionGas(BOB, address(bridge), abi.encodeCall(IBridge.claimBatch, (header, leaves, siblings)));
        for (uint256 i = 2; i < CLAIMS; ++i) {
            assertTrue(bridge.isClaimed(uint32((1 << 20) + i)), "claimed");
            custody -= _amount(i);
        }
        assertEq(bridge.custodyOf(token_), custody, "custody");
    }

    function _claimOne(BatchHeader memory header, uint32 n, uint8 token_) private returns (uint256) {
        uint256[] memory keys = new uint256[](1);
        keys[0] = (2 << 32) + (1 << 20) + n;
        (uint40[] memory masks, bytes32[] memory siblings) = state.prove(keys);
        bytes memory call = abi.encodeCall(
            IBridge.claim, (header, uint32(keys[0]), vm.addr(_key(n)), token_, _amount(n), masks[0], siblings)
        );
        return _transactionGas(BOB, address(bridge), call);
    }

    /// forge-config: default.isolate = true
    function test_claims_ofAToken_byHolders() public {
        (uint256 first, uint256 single, uint256 batch) = _claims(1, 1);
        for (uint256 i; i < CLAIMS; ++i) {
            assertEq(token.balanceOf(vm.addr(_key(i))), 1 + _amount(i), "paid");
        }
        vm.snapshotValue("gas", "claim_first_of_a_word", first);
        _keep("claim_single", single, 90_000);
        _keep("claim_batch_64_each", (batch + 63) / 64, 25_000);
    }

    /// @dev The dearer: a new slot for everyone's balance.
    /// forge-config: default.isolate = true
    function test_claims_ofAToken_byNewHolders() public {
        (, uint256 single, uint256 batch) = _claims(1, 0);
        vm.snapshotValue("gas", "claim_single_new_holder", single);
        vm.snapshotValue("gas", "claim_batch_64_new_holders", batch);
    }

    /// @dev The dearest: a new account for everyone.
    /// forge-config: default.isolate = true
    function test_claims_ofEth_byNewAccounts() public {
        (, uint256 single, uint256 batch) = _claims(0, 0);
        for (uint256 i; i < CLAIMS; ++i) {
            assertEq(vm.addr(_key(i)).balance, _amount(i), "paid");
        }
        vm.snapshotValue("gas", "claim_single_eth_new_account", single);
        vm.snapshotValue("gas", "claim_batch_64_eth_new_accounts", batch);
    }

    /// forge-config: default.isolate = true
    function test_deposit_ofEth() public {
        _deploy();
        vm.deal(ALICE, 10 ether);
        vm.startPrank(ALICE);
        bridge.depositEth{value: 1}(ALICE);
        bridge.depositEth{value: 1}(ALICE);
        vm.stopPrank();
        vm.snapshotValue("gas", "deposit_eth", vm.lastCallGas().gasTotalUsed);
    }
}
