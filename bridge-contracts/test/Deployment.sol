// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Bridge} from "../src/Bridge.sol";
import {Inbox} from "../src/Inbox.sol";
import {Rollup} from "../src/Rollup.sol";
import {InboxLink} from "../src/interfaces/IInbox.sol";
import {BatchHeader} from "../src/interfaces/IRollup.sol";
import {Genesis} from "../src/libraries/Genesis.sol";
import {ChannelKinds} from "../src/modules/ChannelKinds.sol";
import {DeviceKinds} from "../src/modules/DeviceKinds.sol";
import {JobKinds} from "../src/modules/JobKinds.sol";
import {ChunkProver} from "../src/provers/ChunkProver.sol";
import {SilentToken} from "../src/test-tokens/SilentToken.sol";
import {TestToken} from "../src/test-tokens/TestToken.sol";
import {SluiceTest, Vm} from "./SluiceTest.sol";
import {Encode} from "./reference/Encode.sol";
import {ReferenceState} from "./reference/ReferenceState.sol";

/// @notice The seven contracts as a deployer makes them, the reference state beside them, and the words of the tests.
abstract contract Deployment is SluiceTest {
    uint256 internal constant FEE_KEY = 0xfee;
    uint256 internal constant ALICE_KEY = 0xa11ce;
    uint256 internal constant BOB_KEY = 0xb0b;
    uint256 internal constant FORCED_FEE = 0.001 ether;
    uint256 internal constant BOND = 1 ether;
    uint64 internal constant WINDOW = 1 hours;
    uint64 internal constant DEADLINE = 1 days;

    address internal immutable OPERATOR = vm.addr(0x0e);
    address internal immutable POSTER = vm.addr(0x9057);
    address internal immutable CHALLENGER = vm.addr(0xc4a1);
    address internal immutable ALICE = vm.addr(ALICE_KEY);
    address internal immutable BOB = vm.addr(BOB_KEY);

    Genesis internal genesis;
    TestToken internal token;
    SilentToken internal silent;
    Inbox internal inbox;
    Rollup internal rollup;
    Bridge internal bridge;
    ChannelKinds internal channelKinds;
    JobKinds internal jobKinds;
    DeviceKinds internal deviceKinds;
    ChunkProver internal prover;
    ReferenceState internal state;
    BatchHeader internal last;

    function _deploy() internal {
        _prepare();
        _create(new ReferenceState(_domain(), _feeUnits(), _listed(), genesis.genesisTime, genesis.feeRecipient));
        _bond();
    }

    /// @dev Time, tokens and parameters.
    function _prepare() internal {
        vm.warp(1_800_000_000);
        token = new TestToken();
        silent = new SilentToken();
        genesis.chainName = "sluice-test";
        genesis.stfVersion = 3;
        genesis.tokens = [address(0), address(token), address(silent), address(0)];
        genesis.feeUnits = [uint128(1 gwei), 100, 50, 7];
        genesis.genesisTime = uint64(vm.getBlockTimestamp());
        genesis.epochSeconds = 300;
        genesis.epochsPerMonth = 8_640;
        genesis.epochsPerSeed = 12;
        genesis.graceSeconds = 300;
        genesis.committeeSizeLog2 = 9;
        genesis.protectiveDelay = 72 hours;
        genesis.challengeWindow = uint32(WINDOW);
        genesis.forcedDeadline = uint32(DEADLINE);
        genesis.clockLag = 12 hours;
        genesis.freezeDelay = 7 days;
        genesis.bond = uint128(BOND);
        genesis.operator = OPERATOR;
        genesis.feeRecipient = vm.addr(FEE_KEY);
    }

    /// @dev One deployer, seven nonces in a row: Inbox, Rollup, Bridge, ChannelKinds, JobKinds, DeviceKinds, ChunkProver.
    function _create(ReferenceState state_) internal {
        state = state_;
        _create(state.root());
    }

    function _create(bytes32 genesisRoot) internal {
        uint256 nonce = vm.getNonce(address(this));
        inbox = new Inbox(genesis, vm.computeCreateAddress(address(this), nonce + 2), FORCED_FEE);
        address[] memory posters = new address[](1);
        posters[0] = POSTER;
        address[] memory provers = new address[](2);
        provers[0] = vm.computeCreateAddress(address(this), nonce + 6);
        provers[1] = address(this); // so that tests of the Rollup convict without a proof
        vm.recordLogs();
        rollup = new Rollup(genesis, genesisRoot, inbox, posters, provers);
        last = _postedHeader();
        bridge = new Bridge(genesis, inbox, rollup);
        channelKinds = new ChannelKinds(genesis, rollup);
        jobKinds = new JobKinds(genesis, rollup);
        deviceKinds = new DeviceKinds(genesis, rollup);
        prover = new ChunkProver(genesis, rollup, inbox, channelKinds, jobKinds, deviceKinds);
    }

    function _bond() internal {
        vm.deal(OPERATOR, BOND);
        vm.prank(OPERATOR);
        rollup.depositBond{value: BOND}();
    }

    function _feeUnits() internal view returns (uint256[4] memory units) {
        for (uint256 i; i < 4; ++i) {
            units[i] = genesis.feeUnits[i];
        }
    }

    function _listed() internal view returns (bool[4] memory listed) {
        for (uint256 i; i < 4; ++i) {
            listed[i] = i == 0 || genesis.tokens[i] != address(0);
        }
    }

    /// @dev The domain names the Rollup, which stands two creations after the reference state (Inbox, then Rollup).
    function _domain() internal view returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Sluice"),
                keccak256("1"),
                block.chainid,
                vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 2)
            )
        );
    }

    function _headerHash(BatchHeader memory header) internal pure returns (bytes32) {
        return keccak256(abi.encode(header));
    }

    /// @dev From the event, as everybody learns it.
    function _postedHeader() internal returns (BatchHeader memory header) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) {
            if (
                logs[i].topics[0]
                    == keccak256(
                        "BatchPosted(uint64,bytes32,(bytes32,bytes32,bytes32,bytes32,uint64,uint64,uint64,uint64,uint64,uint32,uint8,address))"
                    )
            ) {
                header = abi.decode(logs[i].data, (BatchHeader));
                assertEq(logs[i].topics[2], _headerHash(header), "hash in the event");
            }
        }
    }

    // --- L1 to L2

    function _depositEth(address owner, uint128 amount) internal {
        vm.deal(address(this), amount);
        bridge.depositEth{value: amount}(owner);
        _queued(1, abi.encodePacked(uint8(0), amount, owner));
    }

    function _depositToken(address owner, uint128 amount) internal {
        token.mint(address(this), amount);
        token.approve(address(bridge), amount);
        bridge.depositToken(1, amount, owner);
        _queued(1, abi.encodePacked(uint8(1), amount, owner));
    }

    function _forceWire(bytes memory wire) internal {
        vm.deal(address(this), FORCED_FEE);
        inbox.forceTransaction{value: FORCED_FEE}(wire);
        _queued(2, wire);
    }

    function _takeSeed() internal {
        inbox.takeSeed();
        _queued(3, abi.encodePacked(inbox.lastSeedPeriodPlusOne() - 1, block.prevrandao));
    }

    function _queued(uint8 kind, bytes memory payload) private {
        bytes32 accumulator = state.queue(kind, payload, uint64(vm.getBlockTimestamp()));
        assertEq(inbox.accumulatorAt(uint64(state.messageCount())), accumulator, "accumulator");
    }

    function _link(uint64 position) internal view returns (InboxLink memory link) {
        if (position == state.messageCount()) return link;
        (uint8 kind, bytes memory payload, uint64 time, uint64 witnessWeight, uint64 gasWeight,) =
            state.messages(position);
        return InboxLink(keccak256(abi.encodePacked(kind, payload)), time, witnessWeight, gasWeight);
    }

    // --- signing and encoding

    struct Payment {
        uint256 kind;
        uint256 key;
        uint32 account;
        uint64 nonce;
        address to;
        uint8 token;
        uint128 amount;
        uint128 maxFee; // 0: the price
    }

    function _price(Payment memory p) internal view returns (uint128) {
        return uint128(genesis.feeUnits[p.token] * p.kind);
    }

    function _digest(Payment memory p) internal view returns (bytes32) {
        bytes32 typeHash = p.kind == 1
            ? keccak256("Transfer(uint32 account,uint64 nonce,address to,uint8 token,uint128 amount,uint128 maxFee)")
            : keccak256("Withdraw(uint32 account,uint64 nonce,address to,uint8 token,uint128 amount,uint128 maxFee)");
        uint128 maxFee = p.maxFee == 0 ? _price(p) : p.maxFee;
        bytes32 structHash = keccak256(abi.encode(typeHash, p.account, p.nonce, p.to, p.token, p.amount, maxFee));
        return keccak256(abi.encodePacked(hex"1901", prover.domainSeparator(), structHash));
    }

    function _signature(Payment memory p) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(p.key, _digest(p));
        return abi.encodePacked(r, uint256(s) | uint256(v - 27) << 255);
    }

    function _head(Payment memory p, bool named) private pure returns (bytes memory) {
        uint8 flags = p.token << 2 | (p.maxFee == 0 ? 0 : 2) | (named ? 1 : 0);
        return abi.encodePacked(uint8(p.kind << 4) | flags, Encode.varint(p.account));
    }

    function _tail(Payment memory p) private view returns (bytes memory) {
        return
            abi.encodePacked(
                Encode.amount(p.amount), p.maxFee == 0 ? bytes("") : Encode.amount(p.maxFee), _signature(p)
            );
    }

    /// @dev To an account that exists (Transfer), or to the sender's owner (Withdraw).
    function _posted(Payment memory p, uint32 recipient) internal view returns (bytes memory) {
        return abi.encodePacked(_head(p, false), p.kind == 1 ? Encode.varint(recipient) : bytes(""), _tail(p));
    }

    /// @dev To an address: a new account (Transfer), or anybody on L1 (Withdraw).
    function _postedNamed(Payment memory p) internal view returns (bytes memory) {
        return abi.encodePacked(_head(p, true), p.to, _tail(p));
    }

    function _wire(Payment memory p) internal view returns (bytes memory) {
        uint128 maxFee = p.maxFee == 0 ? _price(p) : p.maxFee;
        return abi.encodePacked(uint8(p.kind), p.account, p.nonce, p.to, p.token, p.amount, maxFee, _signature(p));
    }

    function _run(uint256 count, uint32 hint) internal pure returns (bytes memory) {
        uint32[] memory hints = new uint32[](count);
        for (uint256 i; i < count; ++i) {
            hints[i] = hint;
        }
        return Encode.run(hints);
    }

    // --- batches

    struct Chunk {
        bytes payload;
        bytes32 preRoot;
        bytes32 postRoot;
        bytes witness;
    }

    /// @dev Executes a chunk in the reference state.
    function _chunk(bytes memory payload) internal returns (Chunk memory c) {
        c.payload = payload;
        (, c.preRoot, c.postRoot, c.witness) = state.run(payload, uint64(state.messageCount()));
    }

    function _data(Chunk[] memory chunks) internal pure returns (bytes memory data) {
        for (uint256 i; i < chunks.length; ++i) {
            data = abi.encodePacked(data, chunks[i].postRoot, uint16(chunks[i].payload.length), chunks[i].payload);
        }
    }

    /// @dev Posts chunks that were just executed, with the reference state's position, clock and numbers.
    function _post(Chunk[] memory chunks) internal returns (BatchHeader memory header) {
        uint64 position = state.inboxPosition();
        uint64 number = state.blockNumber();
        return _postAs(chunks, position, number > last.blockNumber ? number : last.blockNumber + 1);
    }

    function _postAs(Chunk[] memory chunks, uint64 position, uint64 number) internal returns (BatchHeader memory) {
        bytes32 accumulator = inbox.accumulatorAt(position);
        InboxLink memory link = _link(position);
        bytes32 blocks = state.blockAccumulator();
        uint64 clock = state.clock();
        bytes memory data = _data(chunks);
        vm.recordLogs();
        vm.prank(POSTER);
        rollup.post(last, number, blocks, clock, position, accumulator, link, data);
        last = _postedHeader();
        return last;
    }

    function _one(Chunk memory c) internal pure returns (Chunk[] memory chunks) {
        chunks = new Chunk[](1);
        chunks[0] = c;
    }

    function _path(Chunk[] memory chunks, uint256 index) internal pure returns (bytes32[] memory path) {
        uint256 depth;
        while (1 << depth < chunks.length) ++depth;
        bytes32[] memory nodes = new bytes32[](1 << depth);
        for (uint256 i; i < chunks.length; ++i) {
            nodes[i] = keccak256(abi.encodePacked(chunks[i].preRoot, chunks[i].postRoot, keccak256(chunks[i].payload)));
        }
        path = new bytes32[](depth);
        for (uint256 level; level < depth; ++level) {
            path[level] = nodes[index ^ 1];
            for (uint256 i; i < nodes.length >> (level + 1); ++i) {
                bool empty = nodes[2 * i] == 0 && nodes[2 * i + 1] == 0;
                nodes[i] = empty ? bytes32(0) : keccak256(abi.encodePacked(nodes[2 * i], nodes[2 * i + 1]));
            }
            index >>= 1;
        }
    }

    /// @dev A batch whose only chunk consumes all messages that are queued; deposits open accounts.
    function _postInbox() internal returns (Chunk memory c) {
        uint256 count = state.messageCount() - state.inboxPosition();
        c = _chunk(Encode.blockOf(0, Encode.list(_run(count, type(uint32).max))));
        _post(_one(c));
    }
}
