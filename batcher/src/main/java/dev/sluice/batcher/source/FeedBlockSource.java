package dev.sluice.batcher.source;

import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.block.BlockCommitment;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.weight.Weight;
import dev.sluice.proto.ProtoBlocks;
import dev.sluice.proto.ProtoValues;
import dev.sluice.proto.v1.BlocksRequest;
import dev.sluice.proto.v1.FeedBlock;
import dev.sluice.proto.v1.FeedGrpc;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The sequencer's {@code Feed.Blocks} stream. When it breaks it is opened again at the first block
 * that was not taken.
 */
public final class FeedBlockSource implements BlockSource {
  /** Blocks that wait here: 256 of at most 3,934 bytes and their messages. */
  private static final int WAITING_MAX = 256;

  private static final long POLL_MILLIS = 100;
  private static final long REOPEN_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final ManagedChannel channel;
  private final int committeeSizeLog2;
  private @Nullable Subscription subscription;
  private long next = 1;
  private long brokenAt;
  private Optional<String> trouble = Optional.empty();

  /** The channel stays the caller's. */
  public FeedBlockSource(ManagedChannel channel, int committeeSizeLog2) {
    this.channel = channel;
    this.committeeSizeLog2 = committeeSizeLog2;
  }

  @Override
  public void seek(long first) {
    if (subscription != null) {
      subscription.cancel();
    }
    next = first;
    subscription = null;
    brokenAt = System.nanoTime() - REOPEN_AFTER_NANOS;
  }

  @Override
  public Optional<SourcedBlock> poll() throws InterruptedException {
    Subscription open = subscription;
    if (open == null) {
      if (System.nanoTime() - brokenAt < REOPEN_AFTER_NANOS) {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        return Optional.empty();
      }
      open = new Subscription();
      subscription = open;
      FeedGrpc.newStub(channel).blocks(BlocksRequest.newBuilder().setFrom(next).build(), open);
    }
    FeedBlock message = open.blocks.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
    if (message == null) {
      if (open.ended && open.blocks.isEmpty()) {
        subscription = null;
        brokenAt = System.nanoTime();
        trouble = open.reason;
      }
      return Optional.empty();
    }
    trouble = Optional.empty();
    open.requestOne();
    SourcedBlock block = read(message);
    if (block.number() != next) {
      throw new IllegalStateException(
          "the feed gave block " + block.number() + ", expected " + next);
    }
    next++;
    return Optional.of(block);
  }

  @Override
  public Optional<String> trouble() {
    return trouble;
  }

  @Override
  public void close() {
    if (subscription != null) {
      subscription.cancel();
    }
  }

  /**
   * Checks what can be checked without a state: forms, the commitment and the accumulator's last
   * link are consistent.
   */
  private SourcedBlock read(FeedBlock message) {
    Optional<BlockCommitment> commitment = ProtoBlocks.commitment(message.getHeader());
    Optional<Block> block =
        Block.decode(message.getBlock().toByteArray(), committeeSizeLog2).toOptional();
    Optional<Hash32> accumulator = ProtoValues.hash32(message.getBlockAccumulator());
    Optional<Hash32> preRoot = ProtoValues.hash32(message.getPreRoot());
    Optional<Hash32> postRoot = ProtoValues.hash32(message.getPostRoot());
    if (commitment.isEmpty()
        || block.isEmpty()
        || accumulator.isEmpty()
        || preRoot.isEmpty()
        || postRoot.isEmpty()) {
      throw new IllegalStateException("the feed gave a malformed block at " + next);
    }
    if (!block.get().transactionTree().root().equals(commitment.get().txRoot())) {
      throw new IllegalStateException(
          "block " + next + " of the feed does not have its transaction root");
    }
    return new SourcedBlock(
        block.get(),
        commitment.get(),
        accumulator.get(),
        preRoot.get(),
        postRoot.get(),
        new Weight(message.getInboxWitnessWeight(), message.getInboxGasWeight()));
  }

  /**
   * One open stream with manual flow control, so that a slow batcher slows the feed and not the
   * heap.
   */
  private static final class Subscription
      implements ClientResponseObserver<BlocksRequest, FeedBlock> {
    private final BlockingQueue<FeedBlock> blocks = new ArrayBlockingQueue<>(WAITING_MAX);
    private volatile boolean ended;
    private volatile Optional<String> reason = Optional.empty();
    private volatile @Nullable ClientCallStreamObserver<BlocksRequest> call;

    @Override
    public void beforeStart(ClientCallStreamObserver<BlocksRequest> stream) {
      call = stream;
      stream.disableAutoRequestWithInitial(WAITING_MAX);
    }

    @Override
    public void onNext(FeedBlock block) {
      // Never full: only as many are requested as were taken.
      blocks.add(block);
    }

    @Override
    public void onError(Throwable broken) {
      reason = Optional.of("the sequencer's feed is away: " + broken.getMessage());
      ended = true;
    }

    @Override
    public void onCompleted() {
      ended = true;
    }

    private void requestOne() {
      ClientCallStreamObserver<BlocksRequest> open = call;
      if (open != null) {
        open.request(1);
      }
    }

    private void cancel() {
      ClientCallStreamObserver<BlocksRequest> open = call;
      if (open != null) {
        open.cancel("not needed any more", null);
      }
    }
  }
}
