// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {IBridge} from "../../src/interfaces/IBridge.sol";
import {IChunkProver} from "../../src/interfaces/IChunkProver.sol";
import {InboxLink} from "../../src/interfaces/IInbox.sol";
import {BatchHeader, IRollup} from "../../src/interfaces/IRollup.sol";
import {Deployment} from "../Deployment.sol";
import {Encode} from "../reference/Encode.sol";
import {ReferenceState} from "../reference/ReferenceState.sol";

/// @notice What the central calls cost as whole L1 transactions: intrinsic gas, calldata (EIP-7623) and execution. The figures
/// are kept in snapshots/gas.json; refunds are left out.
contract GasTest is Deployment {
    uint256 private constant PAYMENTS = 52;
    uint128 private constant START = 10 ether;

    function _snapshot(string memory name, bytes memory call, uint256 execution) private returns (uint256 total) {
        uint256 tokens;
        for (uint256 i; i < call.length; ++i) {
            tokens += call[i] == 0 ? 1 : 4;
        }
        uint256 standard = 21_000 + 4 * tokens + execution;
        uint256 floor = 21_000 + 10 * tokens;
        total = standard > floor ? standard : floor;
        vm.snapshotValue("gas", name, total);
    }

    function _measure(string memory name, address sender, address target, bytes memory call)
        private
        returns (uint256 total)
    {
        vm.prank(sender);
        uint256 gasBefore = gasleft();
        (bool done, bytes memory reason) = target.call(call);
        uint256 execution = gasBefore - gasleft();
        if (!done) {
            assembly {
                revert(add(reason, 0x20), mload(reason))
            }
        }
        return _snapshot(name, call, execution);
    }

    /// @dev 2^20 accounts, of which `owners` are known.
    function _filled(uint256 owners) private {
        _prepare();
        bytes32 domain = _domain();
        ReferenceState s = new ReferenceState(domain, _feeUnits(), _listed(), genesis.genesisTime, genesis.feeRecipient);
        address[] memory list = new address[](owners);
        for (uint256 i; i < owners; ++i) {
            list[i] = vm.addr(10_000 + i);
        }
        s.fill(list, 10_000, START);
        _create(s);
        _bond();
    }

    /// @dev The sender's and recipient's accounts are all different, the worst case.
    function _payments() private view returns (bytes memory) {
        bytes[] memory posted = new bytes[](PAYMENTS);
        for (uint32 i; i < PAYMENTS; ++i) {
            uint32 to = uint32(PAYMENTS) + i;
            Payment memory p =
                Payment(1, 10_000 + i, (i + 1) * 10_000, 0, vm.addr(10_000 + to), 0, uint128(1 + i) * 1 gwei, 0);
            posted[i] = _posted(p, (to + 1) * 10_000);
        }
        return Encode.blockOf(0, posted);
    }

    function test_dispute_ofAFullTransferChunk_at2Pow20Accounts() public {
        _filled(2 * PAYMENTS);
        Chunk memory c = _chunk(_payments());
        assertEq(prover.postRootOf(c.preRoot, 0, c.payload, c.witness), c.postRoot, "root");
        assertEq(state.account(10_000).balance[0], START - 2 gwei, "applied");
        c.postRoot = keccak256("wrong");
        BatchHeader memory header = _post(_one(c));
        bytes memory call = abi.encodeCall(
            IChunkProver.proveChunk, (header, 0, c.preRoot, c.postRoot, new bytes32[](0), c.payload, c.witness)
        );
        vm.snapshotValue("gas", "dispute_52_transfers_calldata_bytes", call.length);
        uint256 total = _measure("dispute_52_transfers", CHALLENGER, address(prover), call);
        assertEq(rollup.head(), 1, "removed");
        assertTrue(total <= 2_400_000, "the aim: at most 2.4 M gas in all");
        assertTrue(call.length < 131_072 - 200, "fits a public mempool");
    }

    function test_post_ofAFullBatch() public {
        _filled(2 * PAYMENTS);
        bytes memory payload = _payments();
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

    /// @dev 66 withdrawals by one account, to addresses that are new on L1; the batch is final.
    function _withdrawals(uint8 token_) private returns (BatchHeader memory header) {
        _deploy();
        _depositEth(ALICE, START);
        _depositToken(ALICE, 1e12);
        Chunk[] memory chunks = new Chunk[](3);
        chunks[0] = _chunk(Encode.blockOf(0, Encode.list(_run(2, 1))));
        for (uint64 c = 1; c < 3; ++c) {
            bytes[] memory posted = new bytes[](33);
            for (uint64 i; i < 33; ++i) {
                uint64 nonce = (c - 1) * 33 + i;
                posted[i] =
                    _postedNamed(Payment(2, ALICE_KEY, 1, nonce, vm.addr(500 + nonce), token_, 1_000 + nonce, 0));
            }
            chunks[c] = _chunk(Encode.blockOf(0, posted));
        }
        header = _post(chunks);
        vm.warp(header.l1Time + WINDOW);
    }

    function _claims(string memory kind, uint8 token_) private {
        BatchHeader memory header = _withdrawals(token_);
        uint256[] memory keys = new uint256[](1);
        keys[0] = 2 << 32;
        (uint40[] memory masks, bytes32[] memory siblings) = state.prove(keys);
        _measure(
            string.concat("claim_first_of_a_word_", kind),
            BOB,
            address(bridge),
            abi.encodeCall(IBridge.claim, (header, 0, vm.addr(500), token_, 1_000, masks[0], siblings))
        );
        keys[0] += 1;
        (masks, siblings) = state.prove(keys);
        _measure(
            string.concat("claim_single_", kind),
            BOB,
            address(bridge),
            abi.encodeCall(IBridge.claim, (header, 1, vm.addr(501), token_, 1_001, masks[0], siblings))
        );
        keys = new uint256[](64);
        for (uint256 i; i < 64; ++i) {
            keys[i] = (2 << 32) + 2 + i;
        }
        (masks, siblings) = state.prove(keys);
        bytes memory leaves;
        for (uint32 i; i < 64; ++i) {
            leaves = abi.encodePacked(leaves, 2 + i, masks[i], state.withdrawals(2 + i));
        }
        string memory name = string.concat("claim_batch_64_", kind);
        uint256 total =
            _measure(name, BOB, address(bridge), abi.encodeCall(IBridge.claimBatch, (header, leaves, siblings)));
        vm.snapshotValue("gas", string.concat(name, "_each"), total / 64);
    }

    function test_claims_ofEth() public {
        _claims("eth", 0);
    }

    function test_claims_ofAToken() public {
        _claims("token", 1);
    }

    function test_inbox_entries() public {
        _deploy();
        vm.deal(ALICE, 10 ether);
        vm.prank(ALICE);
        bridge.depositEth{value: 1}(ALICE);
        vm.prank(ALICE);
        uint256 gasBefore = gasleft();
        bridge.depositEth{value: 1}(ALICE);
        _snapshot("deposit_eth", abi.encodeCall(IBridge.depositEth, (ALICE)), gasBefore - gasleft());
    }
}
