// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.37;

import {Inbox} from "../../src/Inbox.sol";
import {Rollup} from "../../src/Rollup.sol";
import {IChunkProver} from "../../src/interfaces/IChunkProver.sol";
import {InboxLink} from "../../src/interfaces/IInbox.sol";
import {BatchHeader, IRollup} from "../../src/interfaces/IRollup.sol";
import {Multiproof} from "../../src/libraries/Multiproof.sol";
import {ChannelKinds} from "../../src/modules/ChannelKinds.sol";
import {DeviceKinds} from "../../src/modules/DeviceKinds.sol";
import {JobKinds} from "../../src/modules/JobKinds.sol";
import {ChunkProver} from "../../src/provers/ChunkProver.sol";
import {Deployment} from "../Deployment.sol";
import {Encode} from "../reference/Encode.sol";
import {RollupName} from "../reference/RollupName.sol";
import {ReferenceState} from "../reference/ReferenceState.sol";

/// @notice Re-execution, kind by kind: the prover's root is the reference state's, and the reference state is what the test says.
contract ChunkProverTest is Deployment {
    uint32 private constant ALICE_ACCOUNT = 1;
    uint32 private constant BOB_ACCOUNT = 2;
    uint128 private constant START = 10 ether;
    uint128 private constant FEE = 1 gwei;

    function setUp() public {
        _prepare();
        bytes32 domain = _domain();
        ReferenceState s = new ReferenceState(domain, _feeUnits(), _listed(), genesis.genesisTime, genesis.feeRecipient);
        s.seedAccount(ALICE, 0, START);
        s.seedAccount(BOB, 1, 5_000);
        // Neighbours that no chunk of these tests touches, so that witnesses have siblings.
        for (uint256 i; i < 5; ++i) {
            s.seedAccount(vm.addr(77 + i), 0, 1);
        }
        _create(s);
        _bond();
    }

    function _transfer(uint128 amount) private view returns (Payment memory) {
        return Payment(1, ALICE_KEY, ALICE_ACCOUNT, 0, BOB, 0, amount, 0);
    }

    /// @dev Executes in both; they must agree.
    function _both(bytes memory payload) private returns (ReferenceState.Outcome outcome) {
        uint64 end = uint64(state.messageCount());
        bytes32 preRoot;
        bytes32 postRoot;
        bytes memory witness;
        (outcome, preRoot, postRoot, witness) = state.run(payload, end);
        assertEq(prover.postRootOf(preRoot, end, payload, witness), postRoot, "root");
    }

    function _applied(bytes memory transaction) private {
        assertTrue(_both(Encode.blockOf(3, Encode.list(transaction))) == ReferenceState.Outcome.Applied, "applied");
    }

    function _balance(uint32 index, uint8 token_) private view returns (uint256) {
        return state.account(index).balance[token_];
    }

    function _assertRefused(bytes memory transaction) private {
        bytes32 leaf = keccak256(abi.encode(state.account(ALICE_ACCOUNT)));
        uint32 accounts = state.accountCount();
        _applied(transaction);
        assertEq(keccak256(abi.encode(state.account(ALICE_ACCOUNT))), leaf, "the sender is as before");
        assertEq(state.accountCount(), accounts, "no account");
        assertEq(state.withdrawalCount(), 0, "no withdrawal");
        assertEq(state.blockNumber(), 1, "the block counts");
    }

    // --- Transfer

    function test_transfer_movesAmountAndFee(uint128 amount) public {
        amount = uint128(bound(amount, 0, START - FEE));
        _applied(_posted(_transfer(amount), BOB_ACCOUNT));
        assertEq(_balance(ALICE_ACCOUNT, 0), START - FEE - amount, "alice");
        assertEq(_balance(BOB_ACCOUNT, 0), amount, "bob");
        assertEq(state.account(ALICE_ACCOUNT).nonce, 1, "nonce");
        assertEq(state.fees(0), FEE, "fees");
        assertEq(state.clock(), genesis.genesisTime + 3, "clock");
    }

    function test_transfer_ofAToken() public {
        Payment memory p = Payment(1, BOB_KEY, BOB_ACCOUNT, 0, ALICE, 1, 4_900, 0);
        _applied(_posted(p, ALICE_ACCOUNT));
        assertEq(_balance(ALICE_ACCOUNT, 1), 4_900, "alice");
        assertEq(_balance(BOB_ACCOUNT, 1), 0, "bob");
        assertEq(state.fees(1), 100, "fees");
    }

    function test_transfer_opensAnAccount() public {
        Payment memory p = _transfer(1 ether);
        p.to = address(0x1234);
        uint32 index = state.accountCount();
        _applied(_postedNamed(p));
        assertEq(state.account(index).owner, address(0x1234), "owner");
        assertEq(_balance(index, 0), 1 ether, "balance");
    }

    function test_transfer_toNewAccount_thenFromIt_inOneChunk() public {
        Payment memory p = _transfer(1 ether);
        p.to = vm.addr(0x99);
        uint32 index = state.accountCount();
        Payment memory back = Payment(1, 0x99, index, 0, ALICE, 0, 0.5 ether, 0);
        _both(Encode.blockOf(0, Encode.list(_postedNamed(p), _posted(back, ALICE_ACCOUNT))));
        assertEq(_balance(index, 0), 0.5 ether - FEE, "new account");
        assertEq(_balance(ALICE_ACCOUNT, 0), START - FEE - 0.5 ether, "alice");
    }

    function test_transfer_toOneself() public {
        Payment memory p = _transfer(1 ether);
        p.to = ALICE;
        _applied(_posted(p, ALICE_ACCOUNT));
        assertEq(_balance(ALICE_ACCOUNT, 0), START - FEE, "only the fee is gone");
    }

    function test_transfer_withAMaximumAboveThePrice() public {
        Payment memory p = _transfer(1 ether);
        p.maxFee = 1 ether;
        _applied(_posted(p, BOB_ACCOUNT));
        assertEq(_balance(ALICE_ACCOUNT, 0), START - FEE - 1 ether, "the price is paid, not the maximum");
    }

    function test_transfer_isRefused_whenFeeIsAboveMaximum() public {
        Payment memory p = _transfer(1 ether);
        p.maxFee = FEE - 1;
        _assertRefused(_posted(p, BOB_ACCOUNT));
    }

    function test_transfer_isRefused_whenBalanceIsShortByOne() public {
        _assertRefused(_posted(_transfer(START - FEE + 1), BOB_ACCOUNT));
    }

    function test_transfer_isRefused_whenAmountIsHuge() public {
        _assertRefused(_posted(_transfer(type(uint128).max), BOB_ACCOUNT));
    }

    function test_transfer_isRefused_whenTokenIsNotListed() public {
        state.setBalance(ALICE_ACCOUNT, 3, 1_000);
        Payment memory p = _transfer(5);
        p.token = 3;
        _assertRefused(_posted(p, BOB_ACCOUNT));
    }

    function test_transfer_isRefused_whenAccountIsUnknown() public {
        Payment memory p = _transfer(1);
        p.account = state.accountCount();
        _assertRefused(_posted(p, BOB_ACCOUNT));
        p.account = type(uint32).max;
        assertTrue(
            _both(Encode.blockOf(0, Encode.list(_posted(p, BOB_ACCOUNT)))) == ReferenceState.Outcome.Applied, "max"
        );
    }

    function test_transfer_isRefused_whenRecipientIsUnknown() public {
        _assertRefused(_posted(_transfer(1), state.accountCount()));
    }

    function test_transfer_isRefused_whenNonceIsAnother() public {
        Payment memory p = _transfer(1);
        p.nonce = 1;
        _assertRefused(_posted(p, BOB_ACCOUNT));
    }

    function test_transfer_isRefused_theSecondTime() public {
        bytes memory posted = _posted(_transfer(1 ether), BOB_ACCOUNT);
        _both(Encode.blockOf(0, Encode.list(posted, posted)));
        assertEq(_balance(BOB_ACCOUNT, 0), 1 ether, "once");
    }

    function test_transfer_isRefused_whenSignedBySomebodyElse() public {
        Payment memory p = _transfer(1);
        p.key = BOB_KEY;
        _assertRefused(_posted(p, BOB_ACCOUNT));
    }

    function test_transfer_isRefused_whenRecipientWasSwapped() public {
        // Alice signs for Bob; the sequencer posts another index.
        _assertRefused(_posted(_transfer(1), 3));
    }

    function test_transfer_isRefused_whenABitOfTheSignatureIsFlipped(uint256 bit) public {
        bytes memory posted = _posted(_transfer(1), BOB_ACCOUNT);
        bit = bound(bit, 0, 511);
        posted[posted.length - 64 + bit / 8] ^= bytes1(uint8(1 << bit % 8));
        _assertRefused(posted);
    }

    function test_transfer_isRefused_whenSignatureIsZero() public {
        bytes memory posted = _posted(_transfer(1), BOB_ACCOUNT);
        for (uint256 i = posted.length - 64; i < posted.length; ++i) {
            posted[i] = 0;
        }
        _assertRefused(posted);
    }

    /// @dev EIP-2098 has room for s < 2^255, a little more than half the order: an account whose owner is whatever such a
    /// signature recovers would be its victim.
    function test_transfer_isRefused_whenSIsAboveHalfTheOrder() public {
        uint256 half = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;
        for (uint256 above; above < 2; ++above) {
            uint256 snapshot = vm.snapshotState();
            uint32 index = state.accountCount();
            Payment memory p = Payment(1, ALICE_KEY, index, 0, BOB, 0, 1 ether, 0);
            (, bytes32 r,) = vm.sign(ALICE_KEY, keccak256("any point"));
            address owner = ecrecover(_digest(p), 27, r, bytes32(half + above));
            assertTrue(owner != address(0), "recovers");
            state.seedAccount(owner, 0, START);
            _applied(
                abi.encodePacked(
                    hex"10", Encode.varint(index), Encode.varint(BOB_ACCOUNT), Encode.amount(1 ether), r, half + above
                )
            );
            assertEq(_balance(BOB_ACCOUNT, 0), above == 0 ? 1 ether : 0, "only the low one pays");
            vm.revertToState(snapshot);
        }
    }

    /// @dev Signed for another chain, for another Rollup, for another version: the same words otherwise.
    function test_transfer_isRefused_whenDomainIsAnother() public {
        bytes32 typeHash =
            keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
        bytes32 name = keccak256("Sluice");
        bytes32 version = keccak256("1");
        bytes32[4] memory domains = [
            keccak256(abi.encode(typeHash, name, version, block.chainid, rollup)),
            keccak256(abi.encode(typeHash, name, version, block.chainid + 1, rollup)),
            keccak256(abi.encode(typeHash, name, version, block.chainid, bridge)),
            keccak256(abi.encode(typeHash, name, keccak256("2"), block.chainid, rollup))
        ];
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256("Transfer(uint32 account,uint64 nonce,address to,uint8 token,uint128 amount,uint128 maxFee)"),
                ALICE_ACCOUNT,
                uint256(0),
                BOB,
                uint256(0),
                uint256(1),
                FEE
            )
        );
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < 4; ++i) {
            (uint8 v, bytes32 r, bytes32 s) =
                vm.sign(ALICE_KEY, keccak256(abi.encodePacked(hex"1901", domains[i], structHash)));
            bytes memory posted =
                abi.encodePacked(hex"10", uint8(1), uint8(2), hex"0001", r, uint256(s) | uint256(v - 27) << 255);
            if (i == 0) {
                _applied(posted);
                assertEq(_balance(BOB_ACCOUNT, 0), 1, "in its own domain");
            } else {
                _assertRefused(posted);
            }
            vm.revertToState(snapshot);
        }
    }

    /// @dev The other solution of the same signature: n - s with the other parity, as far as 255 bits hold it.
    function test_transfer_isRefused_whenSIsTheTwin() public {
        uint256 order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
        bytes32 digest = _digest(_transfer(1));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ALICE_KEY, digest);
        uint256 twin = order - uint256(s);
        assertEq(ecrecover(digest, v ^ 7, r, bytes32(twin)), ALICE, "27 and 28 swapped: it is Alice's as well");
        _assertRefused(
            abi.encodePacked(
                hex"10", uint8(1), uint8(2), hex"0001", r, twin << 1 >> 1 | uint256(v == 27 ? 1 : 0) << 255
            )
        );
    }

    function test_transfer_isRefused_forOwnerZero() public {
        // An invalid signature "recovers" zero; that must not be the signature of the zero address.
        uint32 index = state.accountCount();
        state.seedAccount(address(0), 0, START);
        bytes memory posted = abi.encodePacked(
            hex"10", Encode.varint(index), Encode.varint(BOB_ACCOUNT), Encode.amount(1), new bytes(64)
        );
        _applied(posted);
        assertEq(_balance(BOB_ACCOUNT, 0), 0, "nothing moved");
    }

    function test_transfer_isRefused_whenAccountsAreFull() public {
        state.setAccountCount(type(uint32).max);
        Payment memory p = _transfer(1);
        p.to = address(5);
        _assertRefused(_postedNamed(p));
    }

    function test_feeRecipient_sweepsTheFees() public {
        state.setFees(0, 3 ether);
        state.setFees(2, 9);
        Payment memory p = Payment(1, FEE_KEY, 0, 0, BOB, 0, 3 ether - FEE, 0);
        _applied(_posted(p, BOB_ACCOUNT));
        assertEq(_balance(BOB_ACCOUNT, 0), 3 ether - FEE, "bob");
        assertEq(_balance(0, 0), 0, "all of it was spent");
        assertEq(_balance(0, 2), 9, "the other token");
        assertEq(state.fees(0), FEE, "its own fee");
        assertEq(state.fees(2), 0, "swept");
    }

    function test_feeRecipient_doesNotSweep_whenRefused() public {
        state.setFees(0, 3 ether);
        Payment memory p = Payment(1, FEE_KEY, 0, 0, BOB, 0, 3 ether, 0);
        _applied(_posted(p, BOB_ACCOUNT));
        assertEq(state.fees(0), 3 ether, "not swept");
    }

    function test_feeRecipient_paysItself() public {
        state.setFees(0, 3 ether);
        Payment memory p = Payment(1, FEE_KEY, 0, 0, vm.addr(FEE_KEY), 0, 1 ether, 0);
        _applied(_posted(p, 0));
        assertEq(_balance(0, 0), 3 ether - FEE, "balance");
    }

    // --- Withdraw

    function test_withdraw_appendsALeaf() public {
        Payment memory p = Payment(2, ALICE_KEY, ALICE_ACCOUNT, 0, ALICE, 0, 1 ether, 0);
        Payment memory q = Payment(2, ALICE_KEY, ALICE_ACCOUNT, 1, address(0xbeef), 0, 2 ether, 3 gwei);
        _both(Encode.blockOf(0, Encode.list(_posted(p, 0), _postedNamed(q))));
        assertEq(state.withdrawalCount(), 2, "withdrawals");
        assertEq(state.withdrawals(0), abi.encodePacked(ALICE, uint8(0), uint128(1 ether)), "to the owner");
        assertEq(state.withdrawals(1), abi.encodePacked(address(0xbeef), uint8(0), uint128(2 ether)), "to another");
        assertEq(_balance(ALICE_ACCOUNT, 0), START - 3 ether - 4 * FEE, "two units of fee each");
    }

    function test_withdraw_isRefused_whenAmountIsZero() public {
        _assertRefused(_posted(Payment(2, ALICE_KEY, ALICE_ACCOUNT, 0, ALICE, 0, 0, 0), 0));
    }

    function test_withdraw_isRefused_whenBalanceIsShort() public {
        _assertRefused(_posted(Payment(2, ALICE_KEY, ALICE_ACCOUNT, 0, ALICE, 0, START - FEE, 0), 0));
    }

    function test_withdraw_isRefused_whenSignedAsTransfer() public {
        Payment memory p = _transfer(1 ether);
        p.to = ALICE;
        bytes memory posted = _posted(p, ALICE_ACCOUNT);
        bytes memory signature = new bytes(64);
        for (uint256 i; i < 64; ++i) {
            signature[i] = posted[posted.length - 64 + i];
        }
        _assertRefused(abi.encodePacked(hex"20", Encode.varint(ALICE_ACCOUNT), Encode.amount(1 ether), signature));
    }

    // --- inbox messages

    function test_deposit_creditsTheHintedAccount() public {
        _depositEth(ALICE, 7);
        _applied(_run(1, ALICE_ACCOUNT));
        assertEq(_balance(ALICE_ACCOUNT, 0), START + 7, "alice");
        assertEq(state.inboxPosition(), 1, "position");
    }

    function test_deposit_opensAnAccount_whenHintIsOfAnother() public {
        _depositToken(ALICE, 7);
        uint32 index = state.accountCount();
        _applied(_run(1, BOB_ACCOUNT));
        assertEq(_balance(index, 1), 7, "new account");
        assertEq(state.account(index).owner, ALICE, "owner");
    }

    function test_deposit_opensAnAccount_whenHintIsOutOfRange() public {
        _depositEth(ALICE, 7);
        uint32 index = state.accountCount();
        _applied(_run(1, index));
        assertEq(_balance(index, 0), 7, "new account");
    }

    /// @dev A hint may be written longer than it needs; from 2^32 on it is none, whatever its form.
    function test_deposit_takesAHint_inAnyForm() public {
        _depositEth(ALICE, 7);
        for (uint256 further; further < 8; ++further) {
            uint256 snapshot = vm.snapshotState();
            _applied(abi.encodePacked(hex"0001", Encode.varintOf(ALICE_ACCOUNT, further)));
            assertEq(_balance(ALICE_ACCOUNT, 0), START + 7, "alice");
            vm.revertToState(snapshot);
            if (further < 4) continue;
            _malformed(
                Encode.blockOf(0, Encode.list(abi.encodePacked(hex"0001", Encode.varintOf(1 << 32 | 1, further))))
            );
        }
        assertEq(_balance(ALICE_ACCOUNT, 0), START, "nothing came of the malformed ones");
    }

    function test_deposit_goesToAccount0_whenAccountsAreFull() public {
        state.setAccountCount(type(uint32).max);
        _depositEth(address(0x77), 7);
        _applied(_run(1, BOB_ACCOUNT));
        assertEq(_balance(0, 0), 7, "account 0");
    }

    function test_deposits_fillOneAnothersAccounts_inOneRun() public {
        uint32 index = state.accountCount();
        _depositEth(address(0x77), 7);
        _depositToken(address(0x77), 8);
        _applied(_run(2, index));
        assertEq(_balance(index, 0), 7, "eth");
        assertEq(_balance(index, 1), 8, "token");
        assertEq(state.accountCount(), index + 1, "one account");
    }

    function test_seeds_shift() public {
        for (uint256 i; i < 5; ++i) {
            vm.prevrandao(keccak256(abi.encode(i)));
            _takeSeed();
            vm.warp(vm.getBlockTimestamp() + 3_600);
        }
        _applied(_run(5, 0));
        assertEq(
            state.seeds(),
            abi.encodePacked(
                uint32(2),
                keccak256(abi.encode(2)),
                uint32(3),
                keccak256(abi.encode(3)),
                uint32(4),
                keccak256(abi.encode(4))
            ),
            "the last three"
        );
    }

    function test_forcedTransfer_toTheHintedAccount() public {
        _forceWire(_wire(_transfer(1 ether)));
        _applied(_run(1, BOB_ACCOUNT));
        assertEq(_balance(BOB_ACCOUNT, 0), 1 ether, "bob");
    }

    function test_forcedTransfer_opensAnAccount_whenHintIsWrong() public {
        _forceWire(_wire(_transfer(1 ether)));
        uint32 index = state.accountCount();
        _applied(_run(1, 4));
        assertEq(_balance(index, 0), 1 ether, "new account");
        assertEq(state.account(index).owner, BOB, "owner");
    }

    function test_forcedWithdraw_appendsALeaf() public {
        _forceWire(_wire(Payment(2, ALICE_KEY, ALICE_ACCOUNT, 0, address(0xbeef), 0, 1 ether, 0)));
        _applied(_run(1, 0));
        assertEq(state.withdrawals(0), abi.encodePacked(address(0xbeef), uint8(0), uint128(1 ether)), "leaf");
    }

    function test_forcedTransfer_isRefused_whenNonceIsAnother() public {
        Payment memory p = _transfer(1 ether);
        p.nonce = 1;
        _forceWire(_wire(p));
        _assertRefused(_run(1, BOB_ACCOUNT));
    }

    function test_forcedTransfer_isRefused_whenAccountIsUnknown() public {
        Payment memory p = _transfer(1 ether);
        p.account = 1_000;
        _forceWire(_wire(p));
        _assertRefused(_run(1, BOB_ACCOUNT));
    }

    function test_forced_isConsumedWithoutEffect_whenMalformed(bytes memory wire, uint8 pick) public {
        bytes memory good = _wire(_transfer(1 ether));
        pick = uint8(bound(pick, 0, 6));
        if (pick == 0) wire = abi.encodePacked(good, uint8(0)); // trailing byte
        if (pick == 1) wire = _cut(good, 129);
        if (pick == 2) good[33] = 0x04; // token 4
        if (pick == 3) good[0] = 0x09; // not submittable
        if (pick == 4) good[0] = 0x00;
        if (pick == 5) good[0] = 0x0d; // unknown
        if (pick >= 2 && pick < 6) wire = good;
        if (pick == 6 && (wire.length == 0 || wire.length > 1_024 || wire.length == 130)) wire = hex"01";
        if (pick == 6) wire[0] &= 0x01;
        _forceWire(wire);
        _assertRefused(_run(1, BOB_ACCOUNT));
        assertEq(state.inboxPosition(), 1, "consumed");
    }

    function _cut(bytes memory data, uint256 length) private pure returns (bytes memory out) {
        out = new bytes(length);
        for (uint256 i; i < length; ++i) {
            out[i] = data[i];
        }
    }

    function test_forced_ofEveryKind_isConsumedWithoutEffect_whenItNamesNothing() public {
        uint16[14] memory lengths = [uint16(183), 34, 114, 76, 126, 34, 202, 223, 159, 191, 112, 112, 34, 34];
        uint16[14] memory kinds = // kind and variant
            [0x300, 0x400, 0x401, 0x402, 0x500, 0x501, 0x700, 0xaff, 0xb00, 0xb01, 0xc00, 0xc01, 0xc02, 0xc03];
        for (uint256 i; i < 14; ++i) {
            bytes memory wire = new bytes(lengths[i]);
            wire[0] = bytes1(uint8(kinds[i] >> 8));
            wire[1] = bytes1(uint8(kinds[i]));
            if (kinds[i] == 0xaff) wire[13] = 0x01; // one provider
            if (kinds[i] == 0x300) wire[1] = 0xff; // account
            if (kinds[i] == 0x402) wire[43] = 0x01; // steps
            uint256 snapshot = vm.snapshotState();
            _forceWire(wire);
            _assertRefused(_run(1, 0xffffffff));
            assertEq(state.inboxPosition(), 1, "consumed");
            vm.revertToState(snapshot);
        }
    }

    function test_forcedRegistration_needsAProof_evenIfItIsRefused() public {
        bytes memory wire = new bytes(436);
        wire[0] = 0x06;
        wire[1] = 0xff;
        _forceWire(wire);
        bytes memory payload = Encode.blockOf(0, Encode.list(_run(1, 0)));
        (, bytes32 preRoot, bytes32 postRoot, bytes memory witness) = state.run(payload, 1);
        vm.expectRevert(IChunkProver.WrongProofCount.selector);
        prover.postRootOf(preRoot, 1, payload, witness);
        // The count of proofs stands where the messages end: leaves, count, one message.
        uint256 place = _proofCountAt(witness);
        assertEq(prover.postRootOf(preRoot, 1, payload, _withEmptyProofs(witness, place, 1)), postRoot, "refused");
        vm.expectRevert(IChunkProver.WrongProofCount.selector);
        prover.postRootOf(preRoot, 1, payload, _withEmptyProofs(witness, place, 2));
    }

    /// @dev of a witness of the three meta leaves and one forced registration
    function _proofCountAt(bytes memory witness) private pure returns (uint256 place) {
        place = 2;
        uint256 leaves = uint8(witness[1]);
        for (uint256 i; i < leaves; ++i) {
            uint256 head = uint8(witness[place]);
            uint256 index = uint8(witness[place + 4]);
            uint256 length = head == 0 ? (index == 0 ? 128 : index == 1 ? 68 : 108) : head == 1 ? 96 : 0;
            place += 10 + length;
        }
        return place + 2 + 27 + 436;
    }

    function _withEmptyProofs(bytes memory witness, uint256 place, uint16 count) private pure returns (bytes memory) {
        bytes memory rest = new bytes(witness.length - place - 2);
        for (uint256 i; i < rest.length; ++i) {
            rest[i] = witness[place + 2 + i];
        }
        return abi.encodePacked(_cut(witness, place), count, new bytes(4 * uint256(count)), rest);
    }

    // --- blocks

    function test_blocks_followOneAnother() public {
        bytes memory first = Encode.blockOf(3, Encode.list(_posted(_transfer(1), BOB_ACCOUNT)));
        Payment memory p = _transfer(2);
        p.nonce = 1;
        bytes memory second = Encode.blockOf(type(uint32).max, Encode.list(_posted(p, BOB_ACCOUNT)));
        _both(abi.encodePacked(first, second));
        assertEq(state.blockNumber(), 2, "blocks");
        assertEq(state.clock(), uint256(genesis.genesisTime) + 3 + type(uint32).max, "clock");
        _both(first);
        assertEq(state.blockNumber(), 3, "a later chunk");
    }

    function test_blocks_withAnyCountOfTransactions(uint256 count) public {
        count = bound(count, 1, 33);
        bytes[] memory posted = new bytes[](count);
        for (uint64 i; i < count; ++i) {
            Payment memory p = _transfer(1 + i);
            p.nonce = i;
            posted[i] = _posted(p, BOB_ACCOUNT);
        }
        _both(Encode.blockOf(0, posted));
        assertEq(state.account(ALICE_ACCOUNT).nonce, count, "all");
    }

    function test_varints_mayBeLongerThanNeeded() public {
        Payment memory p = _transfer(1_000);
        bytes memory signature = _signature(p);
        _applied(
            abi.encodePacked(
                hex"10",
                Encode.varintOf(ALICE_ACCOUNT, 7),
                Encode.varintOf(BOB_ACCOUNT, 3),
                uint8(1),
                Encode.varintOf(100, 2),
                signature
            )
        );
        assertEq(_balance(BOB_ACCOUNT, 0), 1_000, "bob");
    }

    function test_amounts_mayBeRaw() public {
        bytes memory signature = _signature(_transfer(1_000));
        _applied(abi.encodePacked(hex"10", uint8(1), uint8(2), uint8(255), uint128(1_000), signature));
        assertEq(_balance(BOB_ACCOUNT, 0), 1_000, "bob");
    }

    // --- malformed, over-weight, over-run

    function _malformed(bytes memory payload) private {
        bytes32 root = state.root();
        assertTrue(_both(payload) == ReferenceState.Outcome.Malformed, "malformed");
        // The witness is not even looked at.
        assertEq(prover.postRootOf(root, 0, payload, "junk"), root, "no-op");
    }

    function test_chunk_isNoOp_whenEmptyOrTooLong() public {
        _malformed("");
        bytes[] memory posted = new bytes[](1);
        posted[0] = _run(64, 1);
        bytes memory payload;
        while (payload.length <= 3_934) payload = abi.encodePacked(payload, Encode.blockOf(0, posted));
        _malformed(payload);
    }

    function test_chunk_isNoOp_whenCutAnywhere() public {
        bytes memory payload =
            Encode.blockOf(3, Encode.list(_posted(_transfer(1), BOB_ACCOUNT), _posted(_transfer(1), BOB_ACCOUNT)));
        bytes32 root = state.root();
        for (uint256 i; i < payload.length; ++i) {
            assertEq(prover.postRootOf(root, 0, _cut(payload, i), "junk"), root, "cut");
        }
        // What follows in the call's data is not read as if it belonged to the payload.
        assertEq(prover.postRootOf(root, 0, _cut(payload, payload.length - 64), _cut(payload, 64)), root, "no overlap");
        _malformed(abi.encodePacked(payload, uint8(0)));
        _malformed(abi.encodePacked(payload, new bytes(6)));
    }

    function test_chunk_isNoOp_whenMalformed() public {
        bytes memory signature = new bytes(64);
        bytes[14] memory transactions = [
            bytes(hex"010101"), // flag on a run
            hex"020101",
            hex"0000", // run of none
            abi.encodePacked(hex"00", Encode.varint(65), new bytes(65)),
            abi.encodePacked(hex"0001", Encode.varint(1 << 32)), // hint is no index
            abi.encodePacked(hex"10", Encode.varint(1 << 32), hex"020000", signature),
            abi.encodePacked(hex"1001", Encode.varint(1 << 32), hex"0000", signature),
            abi.encodePacked(hex"10010227", uint8(1), signature), // exponent 39
            abi.encodePacked(hex"100102fe", uint8(1), signature),
            abi.encodePacked(hex"10010226", Encode.varint(4), signature), // 4 * 10^38 >= 2^128
            abi.encodePacked(hex"120102000026", Encode.varint(4), signature), // maximum fee likewise
            hex"71",
            hex"80",
            hex"d0"
        ];
        for (uint256 i; i < transactions.length; ++i) {
            _malformed(Encode.blockOf(0, Encode.list(transactions[i])));
        }
        _malformed(new bytes(6)); // no transactions
        // A malformed end undoes the beginning.
        _malformed(abi.encodePacked(Encode.blockOf(0, Encode.list(_posted(_transfer(1), BOB_ACCOUNT))), new bytes(6)));
    }

    function _record(uint8 count, bytes memory attendances) private pure returns (bytes memory) {
        return Encode.blockOf(0, Encode.list(abi.encodePacked(hex"90", uint8(3), count, attendances, new bytes(192))));
    }

    /// @dev An aggregate over somebody counted twice, or over other counts than those named, is not even a record.
    function test_chunk_isNoOp_whenARecordNamesSomebodyTwice() public {
        bytes32 root = state.root();
        bytes[11] memory records = [
            _record(
                1,
                hex"0000020001" // a slot twice
                hex"0001"
            ),
            _record(
                1,
                hex"0000020002" // descending
                hex"0001"
            ),
            _record(1, hex"0000010200"), // slot 512
            _record(1, abi.encodePacked(hex"0000", Encode.varint(513), new bytes(1_026))),
            _record(
                1,
                hex"0000030001" // three named, two follow
                hex"0002"
            ),
            _record(
                1,
                hex"0000010001" // one named, two follow
                hex"0002"
            ),
            _record(
                2,
                hex"000000" // a committee twice
                hex"000000"
            ),
            _record(
                2,
                hex"010000" // descending
                hex"000000"
            ),
            _record(2, hex"000000"), // two named, one follows
            _record(0, ""),
            _record(1, hex"0002") // no such format
        ];
        for (uint256 i; i < records.length; ++i) {
            assertEq(prover.postRootOf(root, 0, records[i], "junk"), root, "no-op");
        }
        bytes[2] memory wellFormed = [_record(1, hex"0000020001" hex"0002"), _record(2, hex"000000" hex"010000")];
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert();
            prover.postRootOf(root, 0, wellFormed[i], "junk"); // a record: its witness is asked for
        }
    }

    function _transfers(uint256 count) private view returns (bytes memory) {
        bytes[] memory posted = new bytes[](count);
        for (uint64 i; i < count; ++i) {
            Payment memory p = _transfer(1);
            p.nonce = i;
            posted[i] = _posted(p, BOB_ACCOUNT);
        }
        return Encode.blockOf(0, posted);
    }

    function test_chunk_isNoOp_whenOverWeightByItsBytes() public {
        // 6,000 + n * (69 + 1,940) <= 115,000 for n = 54
        assertTrue(_both(_transfers(55)) == ReferenceState.Outcome.OverWeight, "55");
        assertEq(_balance(BOB_ACCOUNT, 0), 0, "no effect");
        assertTrue(_both(_transfers(54)) == ReferenceState.Outcome.Applied, "54");
        assertEq(_balance(BOB_ACCOUNT, 0), 54, "all");
    }

    function test_chunk_isNoOp_whenOverWeightInGas() public {
        // 400,000 + 2,000 + n * 8,000 > 10,000,000 for n = 1,200 runs of three bytes
        bytes[] memory runs = new bytes[](1_200);
        for (uint256 i; i < runs.length; ++i) {
            runs[i] = hex"000100";
        }
        assertTrue(_both(Encode.blockOf(0, runs)) == ReferenceState.Outcome.OverWeight, "over-weight");
    }

    function _eth(uint256 count) private {
        for (uint256 i; i < count; ++i) {
            _depositEth(ALICE, 1);
        }
    }

    function test_chunk_isNoOp_whenOverWeightByItsMessages() public {
        _eth(60);
        bytes memory payload = Encode.blockOf(0, Encode.list(_run(60, ALICE_ACCOUNT)));
        uint256 snapshot = vm.snapshotState();
        assertTrue(_both(payload) == ReferenceState.Outcome.OverWeight, "60 deposits");
        vm.revertToState(snapshot);
        assertTrue(
            _both(Encode.blockOf(0, Encode.list(_run(53, ALICE_ACCOUNT)))) == ReferenceState.Outcome.Applied, "53"
        );
        assertEq(_balance(ALICE_ACCOUNT, 0), START + 53, "alice");
    }

    function test_chunk_isProvenOverWeight_byItsLastMessageAlone() public {
        _eth(60);
        bytes memory payload = Encode.blockOf(0, Encode.list(_run(60, ALICE_ACCOUNT)));
        (, bytes32 preRoot,, bytes memory witness) = state.run(payload, 60);
        // leaves: 2 + 10 + 128; then the count and 60 messages of 27 + 37 bytes
        uint256 leaves = 2 + 10 + 128;
        uint256 message = 27 + 37;
        bytes memory short = abi.encodePacked(
            _cut(witness, leaves), uint16(1), _slice(witness, leaves + 2 + 59 * message, witness.length)
        );
        assertEq(prover.postRootOf(preRoot, 60, payload, short), preRoot, "no-op");
        // Not the last one:
        short = abi.encodePacked(
            _cut(witness, leaves),
            uint16(1),
            _slice(witness, leaves + 2, leaves + 2 + message),
            _slice(witness, leaves + 2 + 60 * message, witness.length)
        );
        vm.expectRevert();
        prover.postRootOf(preRoot, 60, payload, short);
    }

    function _slice(bytes memory data, uint256 from, uint256 to) private pure returns (bytes memory out) {
        out = new bytes(to - from);
        for (uint256 i = from; i < to; ++i) {
            out[i - from] = data[i];
        }
    }

    function test_chunk_hasNoRoot_whenItPassesTheBatchsPosition() public {
        _eth(2);
        bytes memory payload = Encode.blockOf(0, Encode.list(_run(2, ALICE_ACCOUNT)));
        (ReferenceState.Outcome outcome, bytes32 preRoot,, bytes memory witness) = state.run(payload, 1);
        assertTrue(outcome == ReferenceState.Outcome.OverRun, "over-run");
        assertEq(prover.postRootOf(preRoot, 1, payload, witness), bytes32(0), "no root");
    }

    // --- conviction

    /// @dev Three chunks; the claim of the `wrong`th and all after it is wrong (3: none).
    function _postThree(uint256 wrong) private returns (Chunk[] memory chunks, BatchHeader memory header) {
        chunks = new Chunk[](3);
        for (uint64 i; i < 3; ++i) {
            Payment memory p = _transfer(1 + i);
            p.nonce = i;
            chunks[i] = _chunk(Encode.blockOf(0, Encode.list(_posted(p, BOB_ACCOUNT))));
            if (i != 0) chunks[i].preRoot = chunks[i - 1].postRoot;
            if (i == wrong) chunks[i].postRoot = keccak256("wrong");
        }
        header = _post(chunks);
    }

    function _prove(BatchHeader memory header, Chunk[] memory chunks, uint256 index) private {
        bytes32[] memory path = _path(chunks, index);
        Chunk memory c = chunks[index];
        vm.prank(CHALLENGER);
        prover.proveChunk(header, uint32(index), c.preRoot, c.postRoot, path, c.payload, c.witness);
    }

    function test_proveChunk_convictsAWrongRoot() public {
        for (uint256 wrong; wrong < 3; ++wrong) {
            uint256 snapshot = vm.snapshotState();
            BatchHeader memory before = last;
            (Chunk[] memory chunks, BatchHeader memory header) = _postThree(wrong);
            vm.expectEmit();
            emit IRollup.BatchConvicted(1, CHALLENGER, OPERATOR, BOND);
            _prove(header, chunks, wrong);
            assertEq(rollup.head(), 1, "removed");
            assertEq(rollup.bondOf(OPERATOR), 0, "slashed");
            assertEq(rollup.rewardOf(CHALLENGER), BOND / 2, "rewarded");
            vm.expectRevert(
                abi.encodeWithSelector(IChunkProver.HeaderMismatch.selector, 1, _headerHash(header), bytes32(0))
            );
            _provePlain(header, chunks, wrong);
            vm.revertToState(snapshot);
            last = before;
        }
    }

    /// @dev Without the prank, for expectRevert.
    function _provePlain(BatchHeader memory header, Chunk[] memory chunks, uint256 index) private {
        Chunk memory c = chunks[index];
        prover.proveChunk(header, uint32(index), c.preRoot, c.postRoot, _path(chunks, index), c.payload, c.witness);
    }

    function test_proveChunk_revertsWhen_theClaimIsRight() public {
        (Chunk[] memory chunks, BatchHeader memory header) = _postThree(3);
        for (uint256 i; i < 3; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IChunkProver.ClaimIsRight.selector, chunks[i].postRoot));
            _provePlain(header, chunks, i);
        }
    }

    function test_proveChunk_revertsWhen_batchIsFinal() public {
        (Chunk[] memory chunks, BatchHeader memory header) = _postThree(1);
        vm.warp(header.l1Time + WINDOW);
        vm.expectRevert(abi.encodeWithSelector(IRollup.BatchIsFinal.selector, 1));
        _provePlain(header, chunks, 1);
    }

    function test_proveChunk_revertsWhen_bindingIsWrong(uint256 what, bytes32 how) public {
        (Chunk[] memory chunks, BatchHeader memory header) = _postThree(3);
        what = bound(what, 0, 9);
        uint256 index = uint256(how) % 3;
        Chunk memory c = chunks[index];
        bytes32[] memory path = _path(chunks, index);
        uint32 shown = uint32(index);
        if (what == 0) header.postRoot = how;
        if (what == 1) header.chunkCount += 1;
        if (what == 2) c.preRoot = how;
        if (what == 3) c.postRoot = how;
        if (what == 4) path[uint256(how) % 2] = how;
        if (what == 5) path = new bytes32[](uint256(how) % 2 == 0 ? 1 : 3);
        if (what == 6) c.payload = abi.encodePacked(c.payload, uint8(0));
        if (what == 7) shown = uint32((index + 1) % 3);
        if (what == 8) shown += 3;
        if (what == 9) c.payload = _cut(c.payload, uint256(how) % c.payload.length);
        vm.expectRevert();
        prover.proveChunk(header, shown, c.preRoot, c.postRoot, path, c.payload, c.witness);
    }

    function test_proveChunk_revertsWhen_anyFieldOfTheHeaderIsChanged() public {
        (Chunk[] memory chunks, BatchHeader memory header) = _postThree(1);
        for (uint256 field; field < 12; ++field) {
            BatchHeader memory h = abi.decode(abi.encode(header), (BatchHeader));
            if (field == 0) h.parent ^= bytes32(uint256(1));
            if (field == 1) h.dataHash ^= bytes32(uint256(1));
            if (field == 2) h.postRoot ^= bytes32(uint256(1));
            if (field == 3) h.blockAccumulator ^= bytes32(uint256(1));
            if (field == 4) h.number = 0;
            if (field == 5) h.blockNumber += 1;
            if (field == 6) h.inboxPosition += 1;
            if (field == 7) h.clock += 1;
            if (field == 8) h.l1Time += 1; // longer open than it is
            if (field == 9) h.chunkCount = 2;
            if (field == 10) h.mode = 2;
            if (field == 11) h.proposer = ALICE; // somebody else's bond
            vm.expectRevert(
                abi.encodeWithSelector(
                    IChunkProver.HeaderMismatch.selector, h.number, _headerHash(h), rollup.headerHash(h.number)
                )
            );
            _provePlain(h, chunks, 1);
        }
        _prove(header, chunks, 1);
        assertEq(rollup.head(), 1, "as it is it convicts");
    }

    function test_proveChunk_revertsWhen_chunkIsUnknown() public {
        (Chunk[] memory chunks, BatchHeader memory header) = _postThree(3);
        vm.expectRevert(abi.encodeWithSelector(IChunkProver.ChunkUnknown.selector, 3, 3));
        prover.proveChunk(header, 3, 0, 0, _path(chunks, 0), "", "");
    }

    function test_proveChunk_revertsWhen_batchIsGenesis() public {
        vm.expectRevert(abi.encodeWithSelector(IChunkProver.ModeNotProvable.selector, 0));
        prover.proveChunk(last, 0, 0, 0, new bytes32[](0), "", "");
    }

    function test_contracts_fitTheLimitOfCode() public view {
        address[7] memory all = [
            address(inbox),
            address(rollup),
            address(bridge),
            address(channelKinds),
            address(jobKinds),
            address(deviceKinds),
            address(prover)
        ];
        for (uint256 i; i < 7; ++i) {
            assertTrue(all[i].code.length != 0 && all[i].code.length <= 24_576, "EIP-170");
        }
    }

    function test_constructor_revertsWhen_deploymentIsAnother() public {
        vm.expectRevert(IChunkProver.WrongDeployment.selector);
        new ChunkProver(genesis, rollup, inbox, channelKinds, jobKinds, deviceKinds); // not the prover that the Rollup knows
        genesis.bond += 1;
        vm.expectRevert(IChunkProver.WrongDeployment.selector);
        new ChunkProver(genesis, rollup, inbox, channelKinds, jobKinds, deviceKinds);
    }

    function test_constructor_revertsWhen_aModuleIsOfAnotherDeployment() public {
        RollupName other = new RollupName(rollup.genesisHash());
        JobKinds stranger = new JobKinds(genesis, IRollup(address(other)));
        address[] memory posters = new address[](1);
        address[] memory provers = new address[](2);
        uint256 nonce = vm.getNonce(address(this));
        Inbox ofIt = new Inbox(genesis, address(1), FORCED_FEE);
        for (uint256 i; i < 2; ++i) {
            provers[i] = vm.computeCreateAddress(address(this), nonce + 4 + i);
        }
        Rollup itsRollup = new Rollup(genesis, state.root(), ofIt, posters, provers);
        ChannelKinds c = new ChannelKinds(genesis, itsRollup);
        DeviceKinds d = new DeviceKinds(genesis, itsRollup);
        vm.expectRevert(IChunkProver.WrongDeployment.selector);
        new ChunkProver(genesis, itsRollup, ofIt, c, stranger, d);
    }

    function test_proveChunk_convictsAnOverRun() public {
        _eth(2);
        bytes memory payload = Encode.blockOf(0, Encode.list(_run(2, ALICE_ACCOUNT)));
        Chunk memory c = Chunk(payload, state.root(), keccak256("claim"), "");
        (,,, c.witness) = state.run(payload, 1);
        BatchHeader memory header = _postAs(_one(c), 1, 1);
        _prove(header, _one(c), 0);
        assertEq(rollup.head(), 1, "removed");
    }

    /// @dev Empty, of one byte, and as long as the length's two bytes let it be.
    function test_proveChunk_convictsAnEffectOfAMalformedChunk() public {
        bytes[3] memory payloads = [bytes(""), hex"ff", new bytes(65_535)];
        for (uint256 i; i < 3; ++i) {
            uint256 snapshot = vm.snapshotState();
            BatchHeader memory before = last;
            Chunk memory c = Chunk(payloads[i], state.root(), keccak256("claim"), hex"000000000000");
            BatchHeader memory header = _postAs(_one(c), 0, 1);
            _prove(header, _one(c), 0);
            assertEq(rollup.head(), 1, "removed");
            vm.revertToState(snapshot);
            last = before;
        }
    }

    function test_proveChunk_leavesAMalformedChunk_thatClaimsNothing() public {
        bytes32 root = state.root();
        Chunk memory c = Chunk(hex"ff", root, root, hex"000000000000");
        BatchHeader memory header = _postAs(_one(c), 0, 1);
        vm.expectRevert(abi.encodeWithSelector(IChunkProver.ClaimIsRight.selector, root));
        _provePlain(header, _one(c), 0);
    }

    /// @dev A chunk with everything in it: messages, opened accounts, withdrawals, siblings.
    function _rich() private returns (bytes memory payload) {
        _depositEth(address(0x77), 7);
        _forceWire(_wire(_transfer(1 ether)));
        _takeSeed();
        Payment memory p = _transfer(2 ether);
        p.nonce = 1;
        p.to = address(0x1234);
        Payment memory w = Payment(2, ALICE_KEY, ALICE_ACCOUNT, 2, ALICE, 0, 1 ether, 0);
        bytes[] memory posted = new bytes[](3);
        posted[0] = _run(3, BOB_ACCOUNT);
        posted[1] = _postedNamed(p);
        posted[2] = _posted(w, 0);
        return Encode.blockOf(0, posted);
    }

    function test_honestChunk_isNeverConvicted_byAChangedWitness() public {
        Chunk memory c = _chunk(_rich());
        BatchHeader memory header = _post(_one(c));
        bytes32[] memory path = new bytes32[](0);
        assertEq(prover.postRootOf(c.preRoot, 3, c.payload, c.witness), c.postRoot, "as it is");
        for (uint256 i; i < c.witness.length; ++i) {
            bytes1 right = c.witness[i];
            for (uint256 b; b < 8; b += 7) {
                c.witness[i] = right ^ bytes1(uint8(1 << b));
                (bool done,) = address(prover)
                    .call(
                        abi.encodeCall(
                            IChunkProver.proveChunk, (header, 0, c.preRoot, c.postRoot, path, c.payload, c.witness)
                        )
                    );
                assertTrue(!done, "convicted");
            }
            c.witness[i] = right;
        }
        for (uint256 i; i < c.witness.length; i += 3) {
            (bool done,) = address(prover)
                .call(
                    abi.encodeCall(
                        IChunkProver.proveChunk, (header, 0, c.preRoot, c.postRoot, path, c.payload, _cut(c.witness, i))
                    )
                );
            assertTrue(!done, "convicted by a cut one");
        }
        vm.expectRevert(abi.encodeWithSelector(Multiproof.MultiproofMalformed.selector));
        prover.proveChunk(
            header, 0, c.preRoot, c.postRoot, path, c.payload, abi.encodePacked(c.witness, bytes32("surplus"))
        );
        assertEq(rollup.head(), 2, "stands");
    }

    /// @dev The leaves of a witness as they stand in it.
    function _leafRecords(bytes memory witness) private pure returns (bytes[] memory records, bytes memory rest) {
        records = new bytes[](uint256(uint8(witness[0])) << 8 | uint8(witness[1]));
        uint256 place = 2;
        for (uint256 i; i < records.length; ++i) {
            uint256 leafType = uint8(witness[place]);
            uint256 index = uint8(witness[place + 4]);
            uint256 length = leafType == 0 ? (index == 0 ? 128 : index == 1 ? 68 : 108) : leafType == 1 ? 96 : 0;
            assertTrue(leafType >> 7 == 1 || length != 0, "known");
            records[i] = _slice(witness, place, place + 10 + length);
            place += 10 + length;
        }
        rest = _slice(witness, place, witness.length);
    }

    function _joined(bytes[] memory records, bytes memory rest) private pure returns (bytes memory out) {
        out = abi.encodePacked(uint16(records.length));
        for (uint256 i; i < records.length; ++i) {
            out = abi.encodePacked(out, records[i]);
        }
        return abi.encodePacked(out, rest);
    }

    function test_honestChunk_isNeverConvicted_byLeavesUnsortedTwiceOrMissing() public {
        Chunk memory c = _chunk(_rich());
        BatchHeader memory header = _post(_one(c));
        (bytes[] memory records, bytes memory rest) = _leafRecords(c.witness);
        assertEq(_joined(records, rest), c.witness, "taken apart and put together");
        for (uint256 i; i < records.length; ++i) {
            for (uint256 how; how < 3; ++how) {
                if (how == 0 && i + 1 == records.length) continue;
                bytes[] memory wrong = new bytes[](how == 0 ? records.length : records.length + how * 2 - 3);
                for (uint256 k; k < wrong.length; ++k) {
                    if (how == 0) wrong[k] = records[k == i ? i + 1 : k == i + 1 ? i : k]; // swapped
                    if (how == 1) wrong[k] = records[k < i ? k : k + 1]; // missing
                    if (how == 2) wrong[k] = records[k <= i ? k : k - 1]; // twice
                }
                c.witness = _joined(wrong, rest);
                (bool done,) = address(prover)
                    .call(
                        abi.encodeCall(
                            IChunkProver.proveChunk,
                            (header, 0, c.preRoot, c.postRoot, new bytes32[](0), c.payload, c.witness)
                        )
                    );
                assertTrue(!done, "convicted");
            }
        }
        assertEq(rollup.head(), 2, "stands");
    }

    function test_honestChunk_isNeverConvicted_byAnotherChunksWitness() public {
        (Chunk[] memory chunks, BatchHeader memory header) = _postThree(3);
        for (uint256 i; i < 3; ++i) {
            for (uint256 j; j < 3; ++j) {
                Chunk memory c = chunks[i];
                vm.expectRevert();
                prover.proveChunk(
                    header, uint32(i), c.preRoot, c.postRoot, _path(chunks, i), c.payload, chunks[j].witness
                );
            }
        }
    }

    function test_verdict_isNeverWrong_atAnyGasLimit() public {
        Chunk memory c = _chunk(_rich());
        bytes32[] memory path = new bytes32[](0);
        BatchHeader memory header = _post(_one(c));
        bytes memory honest =
            abi.encodeCall(IChunkProver.proveChunk, (header, 0, c.preRoot, c.postRoot, path, c.payload, c.witness));
        bytes memory root = abi.encodeCall(IChunkProver.postRootOf, (c.preRoot, 3, c.payload, c.witness));
        uint256 finished;
        for (uint256 gasLimit = 20_000; gasLimit < 250_000; gasLimit += 997) {
            (bool done, bytes memory result) = address(prover).call{gas: gasLimit}(root);
            if (done) ++finished;
            assertTrue(!done || abi.decode(result, (bytes32)) == c.postRoot, "a root for lack of gas");
            (done,) = address(prover).call{gas: gasLimit}(honest);
            assertTrue(!done, "convicted for lack of gas");
        }
        assertTrue(finished != 0, "the sweep reached the end");
    }

    // --- data corruption

    /// @dev Whatever one byte of a posted chunk becomes, prover and reference agree on its root.
    function test_corruptedChunk_hasOneRoot_atEveryByte() public {
        bytes memory payload = _rich();
        uint256 snapshot = vm.snapshotState();
        uint256 applied;
        uint256 foreign;
        for (uint256 i; i < payload.length; ++i) {
            for (uint256 b; b < 8; b += 3) {
                bytes1 right = payload[i];
                payload[i] = right ^ bytes1(uint8(1 << b));
                try state.run(payload, 3) returns (
                    ReferenceState.Outcome outcome, bytes32 preRoot, bytes32 postRoot, bytes memory witness
                ) {
                    if (outcome == ReferenceState.Outcome.Applied) ++applied;
                    assertEq(prover.postRootOf(preRoot, 3, payload, witness), postRoot, "root");
                } catch {
                    ++foreign;
                    _assertForeign(payload, 3);
                }
                payload[i] = right;
                vm.revertToState(snapshot);
            }
        }
        assertTrue(applied > 100 && foreign > 0, "the corruption reached further than the decoder");
    }

    /// forge-config: default.fuzz.runs = 1000
    function test_decoder_isTotal_onRandomBytes(bytes memory random, uint8 kinds) public {
        // Mostly head bytes that the decoder goes on from.
        if (random.length > 7) {
            random[0] = 0;
            random[1] = bytes1(kinds % 4);
            random[6] = bytes1(uint8(random[6]) & 0x2f);
            random[7] = bytes1(uint8(random[7]) & 0x1f);
        }
        try state.run(random, 0) returns (
            ReferenceState.Outcome, bytes32 preRoot, bytes32 postRoot, bytes memory witness
        ) {
            assertEq(prover.postRootOf(preRoot, 0, random, witness), postRoot, "root");
        } catch (bytes memory reason) {
            assertTrue(bytes4(reason) == ReferenceState.Foreign.selector, "foreign");
            _assertForeign(random, 0);
        }
    }

    /// @dev A payload with kinds that the reference does not know is malformed, or its meta leaf is asked for: no other end.
    function _assertForeign(bytes memory payload, uint64 end) private {
        bytes32 root = keccak256("root");
        (bool done, bytes memory said) =
            address(prover).call(abi.encodeCall(IChunkProver.postRootOf, (root, end, payload, hex"000000000000")));
        if (done) {
            assertEq(abi.decode(said, (bytes32)), root, "no-op");
        } else {
            assertEq(
                keccak256(said), keccak256(abi.encodeWithSelector(IChunkProver.WitnessLeafMissing.selector, 0)), "meta"
            );
        }
    }

    /// forge-config: default.fuzz.runs = 100
    function test_randomChunks_haveTheReferencesRoots(uint256 seed) public {
        uint256[4] memory keys = [FEE_KEY, ALICE_KEY, BOB_KEY, 77];
        for (uint256 chunk; chunk < 3; ++chunk) {
            bytes[] memory posted = new bytes[](1 + _draw(seed, chunk, 0, 8));
            uint64[4] memory nonces;
            for (uint32 i; i < 4; ++i) {
                nonces[i] = state.account(i).nonce;
            }
            uint256 queued = state.messageCount() - state.inboxPosition();
            for (uint256 i; i < posted.length; ++i) {
                uint256 r = uint256(keccak256(abi.encode(seed, chunk, i)));
                uint32 from = uint32(r % 4);
                uint32 to = uint32((r >> 8) % 9);
                Payment memory p = Payment({
                    kind: 1 + (r >> 16) % 2,
                    key: keys[(r >> 24) % 16 == 0 ? 0 : from],
                    account: from,
                    nonce: nonces[from],
                    to: state.account(to).owner,
                    token: uint8((r >> 32) % 8 == 0 ? (r >> 40) % 4 : from == 2 ? 1 : 0),
                    amount: uint128((r >> 48) % (from == 2 ? 1_500 : 3 ether)),
                    maxFee: uint128((r >> 120) % 4 == 0 ? (r >> 128) % 4 gwei : 0)
                });
                if ((r >> 200) % 5 == 0) {
                    if (queued == 0) {
                        if ((r >> 208) % 3 == 0) _depositEth(p.to == address(0) ? ALICE : p.to, 1 + p.amount);
                        else _forceWire(_wire(p));
                        queued = 1;
                    }
                    posted[i] = _run(queued, to);
                    queued = 0;
                } else if (p.kind == 1 && (r >> 216) % 4 == 0) {
                    p.to = address(uint160(r));
                    posted[i] = _postedNamed(p);
                } else {
                    if (p.kind == 2) p.to = state.account(from).owner;
                    posted[i] = _posted(p, to);
                }
                if ((r >> 224) % 3 != 0) ++nonces[from];
            }
            _both(Encode.blockOf(uint32(chunk), posted));
        }
    }

    function _draw(uint256 seed, uint256 a, uint256 b, uint256 size) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, a, b, "draw"))) % size;
    }

    // --- the end of a batch

    function _proveEnd(BatchHeader memory header) private {
        (uint40 mask, bytes32[] memory siblings) = _metaProof();
        bytes memory meta = state.metaLeaf();
        vm.prank(CHALLENGER);
        prover.proveEnd(header, mask, siblings, meta);
    }

    function _metaProof() private view returns (uint40 mask, bytes32[] memory siblings) {
        uint256[] memory keys = new uint256[](1);
        (uint40[] memory masks, bytes32[] memory list) = state.prove(keys);
        return (masks[0], list);
    }

    function test_proveEnd_convictsALyingHeader() public {
        _eth(2);
        Chunk memory c = _chunk(Encode.blockOf(3, Encode.list(_run(1, ALICE_ACCOUNT))));
        vm.warp(vm.getBlockTimestamp() + 100);
        uint64 position = state.inboxPosition();
        uint64 number = state.blockNumber();
        uint64 clock = state.clock();
        bytes32 blocks = state.blockAccumulator();
        for (uint256 lie; lie < 4; ++lie) {
            uint256 snapshot = vm.snapshotState();
            BatchHeader memory before = last;
            uint64 p = lie == 0 ? position + 1 : position;
            bytes32 accumulator = inbox.accumulatorAt(p);
            InboxLink memory link = _link(p);
            vm.recordLogs();
            vm.prank(POSTER);
            rollup.post(
                before,
                lie == 1 ? number + 1 : number,
                lie == 2 ? keccak256("blocks") : blocks,
                lie == 3 ? clock + 1 : clock,
                p,
                accumulator,
                link,
                _data(_one(c))
            );
            BatchHeader memory header = _postedHeader();
            _proveEnd(header);
            assertEq(rollup.head(), 1, "removed");
            assertEq(rollup.rewardOf(CHALLENGER), BOND / 2, "rewarded");
            vm.revertToState(snapshot);
        }
    }

    function test_proveEnd_revertsWhen_theHeaderIsRight() public {
        _eth(2);
        Chunk memory c = _chunk(Encode.blockOf(0, Encode.list(_run(1, ALICE_ACCOUNT))));
        BatchHeader memory header = _post(_one(c));
        (uint40 mask, bytes32[] memory siblings) = _metaProof();
        bytes memory meta = state.metaLeaf();
        vm.expectRevert(abi.encodeWithSelector(IChunkProver.ClaimIsRight.selector, header.postRoot));
        prover.proveEnd(header, mask, siblings, meta);
        // No byte of it helps.
        for (uint256 i; i < meta.length; ++i) {
            meta[i] ^= 0x01;
            vm.expectRevert();
            prover.proveEnd(header, mask, siblings, meta);
            meta[i] ^= 0x01;
        }
        for (uint256 i; i < 40; ++i) {
            vm.expectRevert();
            prover.proveEnd(header, mask ^ uint40(1 << i), siblings, meta);
        }
        vm.expectRevert(abi.encodeWithSelector(IChunkProver.WitnessLeafInvalid.selector, 0));
        prover.proveEnd(header, mask, siblings, abi.encodePacked(meta, uint8(0)));
        siblings[0] ^= bytes32(uint256(1));
        vm.expectRevert();
        prover.proveEnd(header, mask, siblings, meta);
    }

    function test_proveEnd_revertsWhen_headerIsUnknown() public {
        Chunk memory c = _chunk(Encode.blockOf(0, Encode.list(_posted(_transfer(1), BOB_ACCOUNT))));
        BatchHeader memory header = _post(_one(c));
        header.clock += 1;
        vm.expectRevert(
            abi.encodeWithSelector(IChunkProver.HeaderMismatch.selector, 1, _headerHash(header), rollup.headerHash(1))
        );
        prover.proveEnd(header, 0, new bytes32[](0), new bytes(128));
    }
}
