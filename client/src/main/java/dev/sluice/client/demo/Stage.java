package dev.sluice.client.demo;

import dev.sluice.client.console.Progress;
import dev.sluice.client.demo.model.LedgerModel;
import dev.sluice.client.demo.model.Prices;
import dev.sluice.client.sdk.Ack;
import dev.sluice.client.sdk.Answers;
import dev.sluice.client.sdk.SluiceClient;
import dev.sluice.client.sdk.TransactionStatus;
import dev.sluice.client.sdk.Wallet;
import dev.sluice.l1.connection.L1Client;
import dev.sluice.l1.contract.BridgeContract;
import dev.sluice.l1.contract.TestToken;
import dev.sluice.l1.deployment.ChainConfig;
import dev.sluice.l1.deployment.DevnetAccounts;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Uint128;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What all scenes share: connections, wallets with fresh keys, the model, and where progress goes.
 */
final class Stage {
  /** ETH. */
  static final int ETH = 0;

  /** The ERC-20 that a devnet lists. */
  static final int TOKEN = 1;

  /** For one answer of the sequencer, on a busy machine. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final int FIRST_L1_ACCOUNT = DevnetAccounts.FIRST_USER + 10;

  /** A wallet on L2 and the L1 account that funds it. */
  record Participant(Wallet wallet, L1Purse purse) {
    /** The wallet's address as the model names it. */
    String name() {
      return wallet.address().toString();
    }
  }

  /** Something that may take a while to be so. */
  interface Condition {
    /** Whether it is so now. */
    boolean holds() throws IOException, InterruptedException;
  }

  final SluiceClient client;
  final String target;
  final L1Client l1;
  final ChainConfig chain;
  final BridgeContract bridge;
  final TestToken token;
  final DemoSize size;
  final LedgerModel model;
  final L1Bill bill = new L1Bill();
  final Scoreboard scoreboard = new Scoreboard();
  final List<Participant> participants = new ArrayList<>();
  final long firstL1Block;
  private final SecureRandom random = new SecureRandom();
  private final PrintStream progress;
  private final boolean terminal;

  Stage(
      SluiceClient client,
      String target,
      L1Client l1,
      ChainConfig chain,
      DemoSize size,
      PrintStream progress,
      boolean terminal)
      throws IOException {
    this.client = client;
    this.target = target;
    this.l1 = l1;
    this.chain = chain;
    this.bridge = new BridgeContract(l1, chain.bridge());
    this.token = new TestToken(l1, chain.genesis().tokens().get(TOKEN));
    this.size = size;
    this.progress = progress;
    this.terminal = terminal;
    this.model =
        new LedgerModel(
            new Prices(chain.genesis().feeUnits().stream().map(Uint128::toBigInteger).toList()));
    this.firstL1Block = l1.latestBlock().number() + 1;
    for (int i = 0; i < size.wallets; i++) {
      participants.add(
          new Participant(
              new Wallet(client, freshKey()),
              new L1Purse(l1, chain.chainId(), DevnetAccounts.key(FIRST_L1_ACCOUNT + i), bill)));
    }
  }

  /** The participant who does the i-th thing: they take turns. */
  Participant participant(int i) {
    return participants.get(i % participants.size());
  }

  /** A key that nobody has used. */
  PrivateKey freshKey() {
    return PrivateKey.of(randomBytes(PrivateKey.BYTES)).orElseThrow();
  }

  /** An address of whose key nobody knows; for recipients that never sign. */
  Address freshAddress() {
    return Address.of(randomBytes(Address.BYTES));
  }

  /** Fresh random bytes. */
  byte[] randomBytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** A progress bar; the caller closes it. */
  Progress progress(String title, long total) {
    return new Progress(progress, terminal, title, total);
  }

  /**
   * Waits for an answer and insists on inclusion.
   *
   * @throws DemoFailure if it was refused; everything that the demo sends is meant to be taken
   */
  static Ack.Included included(String what, CompletableFuture<Ack> answer) {
    return included(what, Answers.await(answer, PATIENCE));
  }

  /** As above, of an answer that is there. */
  static Ack.Included included(String what, Ack ack) {
    return switch (ack) {
      case Ack.Included included -> included;
      case Ack.Refused refused ->
          throw new DemoFailure(what + " was refused: " + refused.name() + " " + refused.message());
    };
  }

  /**
   * Submits what nobody signs and what is only taken once some time has passed; submits it again as
   * long as that is the refusal.
   *
   * @param early the refusals that mean: later
   */
  void submitWhenDue(String what, SignedTransaction unsigned, Refusal... early)
      throws IOException, InterruptedException {
    await(
        what,
        PATIENCE,
        () -> {
          Ack ack = Answers.await(client.submissions().submit(unsigned), PATIENCE);
          if (ack instanceof Ack.Refused refused
              && Arrays.stream(early).anyMatch(later -> refused.number() == later.number())) {
            return false;
          }
          included(what, ack);
          return true;
        });
  }

  /** The L2 clock at which a transaction was executed: that of its block, in seconds. */
  long clockOf(Ack.Included included) {
    AtomicLong clock = new AtomicLong();
    try {
      // A durable block's receipt is written at once after its acknowledgement.
      await(
          "the receipt of " + included.transactionId(),
          PATIENCE,
          () -> {
            if (client.transaction(included.transactionId())
                instanceof TransactionStatus.InBlock block) {
              clock.set(block.clock());
            }
            return clock.get() != 0;
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoFailure("interrupted");
    }
    return clock.get();
  }

  /** Waits until something is so, looking every 100 ms. */
  static void await(String what, Duration patience, Condition condition)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > deadline) {
        throw new DemoFailure("not within " + patience.toSeconds() + " s: " + what);
      }
      Thread.sleep(100);
    }
  }

  /** An amount as the SDK wants it. */
  static Uint128 amount(BigInteger value) {
    return Uint128.of(value).orElseThrow();
  }

  /** An amount as the SDK wants it. */
  static Uint128 amount(long value) {
    return Uint128.of(value);
  }
}
