package dev.sluice.state.execution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.block.EncodedTransaction;
import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.codec.WireCodec;
import dev.sluice.primitives.crypto.Bls12381;
import dev.sluice.primitives.crypto.BlsSecretKey;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.crypto.NodeHasher;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.crypto.Secp256k1;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.inbox.InboxMessage;
import dev.sluice.primitives.state.LeafType;
import dev.sluice.primitives.transaction.Ids;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.primitives.weight.Weight;
import dev.sluice.state.ledger.Channels;
import dev.sluice.state.ledger.Ledger;
import dev.sluice.state.transition.QueuedMessage;
import dev.sluice.state.transition.TransitionOutcome;
import dev.sluice.state.transition.VerifiedTransaction;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * A small chain in the words of the domain: wallets by name, money from L1, one transaction per
 * call.
 */
final class TestChain {
  static final long START = 1_700_000_000L;
  static final Address TOKEN = new Address(1, 2, 3);
  static final TypedData DOMAIN = new TypedData(31_337, new Address(7, 7, 7));
  static final PrivateKey RECIPIENT = wallet("fee recipient");
  static final Hash32 RESULT = new Hash32(1, 2, 3, 4);
  static final Genesis GENESIS =
      new Genesis(
          "sluice-devnet",
          Genesis.STF_VERSION,
          List.of(Address.ZERO, TOKEN, Address.ZERO, Address.ZERO),
          List.of(Uint128.of(10), Uint128.of(100), Uint128.of(1), Uint128.of(1)),
          START,
          10,
          60,
          1,
          10,
          3,
          5,
          5,
          86_400,
          43_200,
          604_800,
          Uint128.of(1_000_000),
          new Address(9, 9, 9),
          RECIPIENT.address());

  final BlockExecutor executor;
  final Ledger ledger;
  final List<QueuedMessage> inbox = new ArrayList<>();
  final List<ExecutedBlock> blocks = new ArrayList<>();
  Uint128[] deposited = {Uint128.ZERO, Uint128.ZERO, Uint128.ZERO, Uint128.ZERO};
  private Weight inboxWeight = Weight.ZERO;

  TestChain() {
    this(new BlockExecutor(Ledger.genesis(GENESIS, NodeHasher.plain()), DOMAIN));
  }

  TestChain(BlockExecutor executor) {
    this.executor = executor;
    this.ledger = executor.ledger();
  }

  static PrivateKey wallet(String name) {
    return PrivateKey.of(Keccak256.hash(name.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .orElseThrow();
  }

  static BlsSecretKey device(int number) {
    byte[] seed = new byte[32];
    seed[0] = (byte) number;
    seed[1] = (byte) (number >>> 8);
    return BlsSecretKey.fromSeed(seed).orElseThrow();
  }

  static Uint128 units(long value) {
    return Uint128.of(value);
  }

  static Uint128 price(TransactionKind kind, int token) {
    return GENESIS.price(kind, token);
  }

  /** Queues a message in the inbox, not yet consumed. */
  void queue(InboxMessage message) {
    inboxWeight = inboxWeight.plus(Weight.of(message));
    inbox.add(
        new QueuedMessage(
            message, START + inbox.size(), inboxWeight.witnessBytes(), inboxWeight.gas()));
  }

  List<QueuedMessage> unconsumed() {
    return inbox.subList((int) ledger.meta().inboxPosition(), inbox.size());
  }

  /** Consumes everything queued, in as many blocks as it needs. */
  List<Receipt> consume() {
    List<Receipt> receipts = new ArrayList<>();
    while (!unconsumed().isEmpty()) {
      BlockInProgress block = executor.begin(0);
      int taken = block.addMessages(unconsumed());
      assertEquals(true, taken > 0, "a message must fit an empty block");
      receipts.addAll(seal(block).receipts());
    }
    return receipts;
  }

  ExecutedBlock seal(BlockInProgress block) {
    ExecutedBlock sealed = block.seal();
    blocks.add(sealed);
    return sealed;
  }

  /** Consumes a forced message with the right hint; null for one that applies. */
  void force(byte[] wire, @Nullable Refusal expected) {
    queue(new InboxMessage.Forced(Bytes.wrap(wire)));
    assertForced(expected, consume().getLast().outcome());
  }

  /** Consumes a forced message with a hint that may be wrong. */
  void force(SignedTransaction signed, long hint, @Nullable Refusal expected) {
    queue(new InboxMessage.Forced(Bytes.wrap(WireCodec.encode(signed))));
    Block block =
        new Block(
            0,
            List.of(EncodedTransaction.of(new PostedTransaction.L1MessageRun(List.of(hint)), 3)));
    ExecutedBlock executed = executor.execute(block, unconsumed());
    blocks.add(executed);
    assertForced(expected, executed.receipts().getLast().outcome());
  }

  private void assertForced(@Nullable Refusal expected, TransitionOutcome outcome) {
    if (expected == null) {
      assertInstanceOf(TransitionOutcome.Applied.class, outcome);
    } else {
      assertEquals(new TransitionOutcome.Rejected(expected), outcome);
    }
    audit();
  }

  /** Deposits and consumes; returns the credited account. */
  int deposit(PrivateKey owner, int token, long amount) {
    queue(new InboxMessage.Deposit(token, units(amount), owner.address()));
    deposited[token] = deposited[token].plus(units(amount));
    Receipt receipt = consume().getLast();
    return (int) assertInstanceOf(TransitionOutcome.Applied.class, receipt.outcome()).account();
  }

  static SignedTransaction sign(PrivateKey key, Transaction.WalletSigned transaction) {
    return new SignedTransaction(
        transaction, WalletSignature.of(Secp256k1.sign(DOMAIN.digest(transaction), key)));
  }

  static SignedTransaction voucher(PrivateKey key, Hash32 channel, long amount) {
    Transaction.VoucherClaim claim = new Transaction.VoucherClaim(channel, units(amount));
    return new SignedTransaction(
        claim, WalletSignature.of(Secp256k1.sign(DOMAIN.digest(claim), key)));
  }

  /**
   * Puts one transaction alone into a block after {@code seconds}; if it is refused there is no
   * block.
   */
  Attempt submit(SignedTransaction signed, long seconds) {
    BlockInProgress block = executor.begin(seconds);
    Attempt attempt = block.add(VerifiedTransaction.verify(signed, DOMAIN).orElseThrow());
    switch (attempt) {
      case Attempt.Included _ -> seal(block);
      case Attempt.Refused _, Attempt.Full _ -> block.abandon();
    }
    return attempt;
  }

  TransitionOutcome.Applied applies(SignedTransaction signed) {
    return applies(signed, 0);
  }

  TransitionOutcome.Applied applies(SignedTransaction signed, long seconds) {
    Attempt attempt = submit(signed, seconds);
    Receipt receipt =
        assertInstanceOf(Attempt.Included.class, attempt, signed.toString()).receipt();
    audit();
    return assertInstanceOf(TransitionOutcome.Applied.class, receipt.outcome());
  }

  void refuses(Refusal expected, SignedTransaction signed) {
    refuses(expected, signed, 0);
  }

  /** The refusal, and that nothing whatever has changed. */
  void refuses(Refusal expected, SignedTransaction signed, long seconds) {
    Hash32 before = executor.root();
    assertEquals(new Attempt.Refused(expected), submit(signed, seconds));
    assertEquals(before, executor.root(), "a refusal must not change the state");
  }

  void audit() {
    for (int token = 0; token < 4; token++) {
      assertEquals(deposited[token], CustodyAudit.of(ledger, token).total(), "custody of " + token);
    }
  }

  long nonce(int account) {
    return ledger.accounts().nonce(account);
  }

  long balance(int account, int token) {
    return ledger.accounts().balance(account, token).lo();
  }

  void tick(long seconds) {
    // A block is never empty, so time passes with a deposit of nothing.
    queue(new InboxMessage.Deposit(0, Uint128.ZERO, RECIPIENT.address()));
    BlockInProgress block = executor.begin(seconds);
    assertEquals(1, block.addMessages(unconsumed()));
    seal(block);
  }

  Transaction.Transfer transfer(int account, Address to, int token, long amount) {
    return new Transaction.Transfer(
        account, nonce(account), to, token, units(amount), price(TransactionKind.TRANSFER, token));
  }

  Transaction.Withdraw withdraw(int account, Address to, int token, long amount) {
    return new Transaction.Withdraw(
        account, nonce(account), to, token, units(amount), price(TransactionKind.WITHDRAW, token));
  }

  Transaction.ChannelOpen channelOpen(
      int account, Address payee, int token, long deposit, Address voucherKey) {
    return channelOpen(
        account,
        payee,
        token,
        units(deposit),
        Transaction.METER_VOUCHER,
        Channels.paddedKey(voucherKey),
        Uint128.ZERO);
  }

  Transaction.ChannelOpen channelOpen(
      int account,
      Address payee,
      int token,
      Uint128 deposit,
      int meter,
      Hash32 meterKey,
      Uint128 rate) {
    return new Transaction.ChannelOpen(
        account,
        nonce(account),
        payee,
        token,
        deposit,
        meter,
        meterKey,
        rate,
        5,
        price(TransactionKind.CHANNEL_OPEN, token));
  }

  Transaction.ChannelCloseStart closeStart(int account, Hash32 channel, int token) {
    return new Transaction.ChannelCloseStart(
        account, nonce(account), channel, price(TransactionKind.CHANNEL_CLOSE, token));
  }

  Transaction.ProviderRegister register(
      int account, PrivateKey owner, Address payout, int token, BlsSecretKey device) {
    byte[] key = device.publicKey().toBytes();
    byte[] message =
        Ids.possessionMessage(DOMAIN.domainSeparator(), owner.address(), key).toBytes();
    return new Transaction.ProviderRegister(
        account,
        nonce(account),
        payout,
        3,
        0xff,
        0x8928308280fffffL,
        token,
        units(5),
        Bytes.wrap(key),
        Bytes.wrap(Bls12381.sign(device, message, Bls12381.Domain.POSSESSION).toBytes()),
        price(TransactionKind.PROVIDER_REGISTER, token));
  }

  Transaction.ProviderUpdate update(
      int account, Hash32 provider, Address payout, int token, long cell, boolean retire) {
    return new Transaction.ProviderUpdate(
        account,
        nonce(account),
        provider,
        payout,
        cell,
        units(9),
        new Hash32(4, 4, 4, 4),
        retire,
        price(TransactionKind.PROVIDER_UPDATE, token));
  }

  Transaction.JobOpen jobOpen(int account, Hash32 provider, int token, long escrow) {
    return jobOpen(
        account, List.of(provider), 0, token, escrow, Transaction.MODE_BUYER, Hash32.ZERO);
  }

  Transaction.JobOpen jobOpen(
      int account,
      List<Hash32> providers,
      int quorum,
      int token,
      long escrow,
      int mode,
      Hash32 expected) {
    return new Transaction.JobOpen(
        account,
        nonce(account),
        providers,
        quorum,
        token,
        units(escrow),
        mode,
        Hash32.ZERO,
        expected,
        ledger.meta().clock() + 100,
        5,
        2_500,
        price(TransactionKind.JOB_OPEN, token));
  }

  Transaction.JobResult jobResult(int account, Hash32 job, int token) {
    return jobResult(account, job, 0, token, RESULT);
  }

  Transaction.JobResult jobResult(int account, Hash32 job, int member, int token, Hash32 result) {
    return new Transaction.JobResult(
        account, nonce(account), job, member, result, price(TransactionKind.JOB_RESULT, token));
  }

  Transaction.JobReveal jobReveal(
      int account, Hash32 job, int member, int token, Hash32 result, Hash32 salt) {
    return new Transaction.JobReveal(
        account,
        nonce(account),
        job,
        member,
        result,
        salt,
        price(TransactionKind.JOB_RESULT, token));
  }

  /**
   * Puts one transaction alone into a block as posted, so that it stays there if it is refused; a
   * refusal changes nothing but the block's own fields of the meta leaf.
   */
  TransitionOutcome post(PostedTransaction posted) {
    Block block = new Block(0, List.of(EncodedTransaction.of(posted, 3)));
    byte[][] before = preimages();
    ExecutedBlock executed = executor.execute(block, List.of());
    blocks.add(executed);
    TransitionOutcome outcome = executed.receipts().getFirst().outcome();
    if (outcome instanceof TransitionOutcome.Rejected) {
      byte[][] after = preimages();
      assertEquals(before.length, after.length);
      for (int i = 1; i < before.length; i++) {
        assertArrayEquals(before[i], after[i]);
      }
    }
    audit();
    return outcome;
  }

  private byte[][] preimages() {
    List<byte[]> all = new ArrayList<>();
    for (LeafType type : LeafType.values()) {
      for (int i = 0; i < ledger.count(type); i++) {
        all.add(ledger.leaf(type, i));
      }
    }
    return all.toArray(new byte[0][]);
  }

  /** Executes every block again from its posted bytes and compares everything. */
  void assertReplays() {
    BlockExecutor follower = new BlockExecutor(Ledger.genesis(GENESIS, NodeHasher.plain()), DOMAIN);
    int consumed = 0;
    for (ExecutedBlock block : blocks) {
      Block decoded = Block.decode(block.record().block().encode(), 3).orElseThrow();
      ExecutedBlock replayed = follower.execute(decoded, inbox.subList(consumed, inbox.size()));
      consumed += replayed.record().messages().size();
      assertEquals(block.record(), replayed.record());
      assertEquals(block.receipts(), replayed.receipts());
      assertEquals(block.record(), BlockRecord.decode(block.encodedRecord(), 3).orElseThrow());
      for (Receipt receipt : replayed.receipts()) {
        assertEquals(receipt, Receipt.decode(receipt.encode()).orElseThrow());
      }
    }
    assertEquals(executor.root(), follower.root());
    assertEquals(
        BigInteger.valueOf(blocks.size()), BigInteger.valueOf(ledger.meta().blockNumber()));
  }
}
