package dev.sluice.client.bench;

import dev.sluice.client.console.Progress;
import dev.sluice.client.sdk.AccountView;
import dev.sluice.client.sdk.Ack;
import dev.sluice.client.sdk.Answers;
import dev.sluice.client.sdk.SluiceClient;
import dev.sluice.client.sdk.Wallet;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.proto.v1.Limits;
import dev.sluice.proto.v1.SubmitFrame;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntFunction;

/**
 * Funded accounts, what they have signed, and the streams that carry it: prepared first, then run
 * against the clock.
 */
final class Load {
  private static final int FRAME_TRANSACTIONS = 1_000;
  private static final int WINDOW_FRAMES = 8;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** How long the fullest answers of the last frames may take after the clock has stopped. */
  private static final Duration SAMPLE = Duration.ofSeconds(1);

  private final SluiceClient client;
  private final String target;
  private final int streams;
  private final List<PrivateKey> keys = new ArrayList<>();
  private final List<PrivateKey> secretNonces = new ArrayList<>();
  private final long seed;

  /**
   * A load of {@code accounts} accounts on {@code streams} streams; nothing happens yet.
   *
   * @param seed of keys and recipients
   */
  Load(SluiceClient client, String target, int accounts, int streams, long seed) {
    this.client = client;
    this.target = target;
    this.streams = streams;
    this.seed = seed;
    Random random = new Random(seed);
    for (int i = 0; i < accounts; i++) {
      keys.add(key(random));
      secretNonces.add(key(random));
    }
  }

  private static PrivateKey key(Random random) {
    byte[] secret = new byte[PrivateKey.BYTES];
    random.nextBytes(secret);
    secret[0] &= 0x7f; // below the group's order
    return PrivateKey.of(secret).orElseThrow();
  }

  /**
   * What one account needs for its share of {@code transfers}: 1 wei and the price for each, and
   * some to spare.
   */
  BigInteger budgetWei(long transfers) {
    BigInteger each = price().toBigInteger().add(BigInteger.ONE);
    return each.multiply(BigInteger.valueOf(transfers / keys.size() + FRAME_TRANSACTIONS));
  }

  private Uint128 price() {
    return client.chain().price(TransactionKind.TRANSFER, 0);
  }

  /** Gives every account its budget by transfers from {@code funder}. */
  void fund(Wallet funder, BigInteger budgetWei, Progress progress) {
    int inFlightMax = Math.max(1, client.status().getLimits().getAccountPendingMax() / 2);
    List<CompletableFuture<Ack>> inFlight = new ArrayList<>();
    for (PrivateKey key : keys) {
      inFlight.add(
          funder
              .submit(
                  funder.drafts().transfer(key.address(), 0, Uint128.of(budgetWei).orElseThrow()))
              .answer());
      if (inFlight.size() >= inFlightMax) {
        settle(inFlight, progress);
      }
    }
    settle(inFlight, progress);
  }

  private static void settle(List<CompletableFuture<Ack>> inFlight, Progress progress) {
    for (CompletableFuture<Ack> answer : inFlight) {
      Answers.await(answer, PATIENCE).orElseThrow();
      progress.step();
    }
    inFlight.clear();
  }

  /**
   * Signs {@code transfers} in all, on as many threads as there are streams; one list of frames per
   * stream.
   */
  List<List<SubmitFrame>> presign(long transfers, Progress progress) throws InterruptedException {
    long framesEach = Math.max(1, transfers / streams / FRAME_TRANSACTIONS);
    return onEach(
        stream -> {
          List<Presigner.Payer> payers = new ArrayList<>();
          for (int i = stream; i < keys.size(); i += streams) {
            AccountView account = client.accounts(keys.get(i).address()).getFirst();
            payers.add(
                new Presigner.Payer(
                    account.index(), account.nonce(), keys.get(i), secretNonces.get(i)));
          }
          Presigner presigner =
              new Presigner(client.chain().typedData(), price(), payers, seed + stream);
          List<SubmitFrame> frames = new ArrayList<>();
          for (long id = 0; id < framesEach; id++) {
            frames.add(presigner.frame(id, FRAME_TRANSACTIONS));
            progress.step(FRAME_TRANSACTIONS);
          }
          return frames;
        });
  }

  /** How many transfers the sequencer's limits let be in flight on one stream, in frames. */
  private int windowFrames() {
    Limits limits = client.status().getLimits();
    long perAccount =
        (long) limits.getAccountPendingMax() * keys.size() / streams / FRAME_TRANSACTIONS;
    long pool = (long) limits.getPoolTransactionsMax() / streams / FRAME_TRANSACTIONS;
    long window =
        Math.min(
            Math.min(perAccount, pool), Math.min(WINDOW_FRAMES, limits.getFramesInFlightMax()));
    if (window < 1) {
      throw new IllegalStateException(
          "the sequencer's limits do not allow a frame of "
              + FRAME_TRANSACTIONS
              + " per stream: more accounts, or fewer streams");
    }
    return (int) window;
  }

  /** What a run counted. */
  record Counted(long transfers, double seconds) {}

  /** Looks at the sequencer from time to time. */
  interface Observer {
    /** Called about once per second of the measured time. */
    void second(double seconds) throws IOException;
  }

  /** Runs the frames: a warm-up, then the measured time, or less if the input ends first. */
  Counted run(List<List<SubmitFrame>> frames, Duration warmUp, Duration measured, Observer observer)
      throws IOException, InterruptedException {
    int window = windowFrames();
    LongAdder included = new LongAdder();
    AtomicBoolean stop = new AtomicBoolean();
    List<ManagedChannel> channels = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> senders = new ArrayList<>();
      for (List<SubmitFrame> input : frames) {
        ManagedChannel channel = NettyChannelBuilder.forTarget(target).usePlaintext().build();
        channels.add(channel);
        LoadStream stream = new LoadStream(channel, window, included);
        Iterator<SubmitFrame> iterator = input.iterator();
        senders.add(threads.submit(() -> stream.send(iterator, stop)));
      }
      sleepUnlessDone(senders, warmUp);
      long begun = System.nanoTime();
      long before = included.sum();
      while (System.nanoTime() - begun < measured.toNanos()
          && senders.stream().noneMatch(Future::isDone)) {
        observer.second((System.nanoTime() - begun) / 1e9);
        sleepUnlessDone(senders, SAMPLE);
      }
      double seconds = (System.nanoTime() - begun) / 1e9;
      long transfers = included.sum() - before;
      stop.set(true);
      for (Future<Boolean> sender : senders) {
        sender.get(); // its failure is the run's
      }
      return new Counted(transfers, seconds);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a stream failed: " + e.getMessage(), e);
    } finally {
      channels.forEach(ManagedChannel::shutdownNow);
    }
  }

  private static void sleepUnlessDone(List<Future<Boolean>> senders, Duration duration)
      throws InterruptedException {
    long end = System.nanoTime() + duration.toNanos();
    while (System.nanoTime() < end && senders.stream().noneMatch(Future::isDone)) {
      Thread.sleep(Math.min(100, Math.max(1, (end - System.nanoTime()) / 1_000_000)));
    }
  }

  private <T> List<T> onEach(IntFunction<T> work) throws InterruptedException {
    try (ExecutorService threads = Executors.newFixedThreadPool(streams)) {
      List<Future<T>> running = new ArrayList<>();
      for (int stream = 0; stream < streams; stream++) {
        int number = stream;
        running.add(threads.submit(() -> work.apply(number)));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> each : running) {
        results.add(each.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw new IllegalStateException("signing failed", e);
    }
  }
}
