package dev.sluice.sequencer.ingress;

import dev.sluice.proto.v1.BlocksRequest;
import dev.sluice.proto.v1.FeedBlock;
import dev.sluice.proto.v1.FeedGrpc;
import dev.sluice.sequencer.feed.BlockFeed;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/** {@code sluice.v1.Feed}. */
@GrpcService
public class FeedEndpoint extends FeedGrpc.FeedImplBase {
  private static final long POLL_MILLIS = 1_000;

  private final BlockFeed feed;
  private final StreamGate gate;
  private final ExecutorService threads;

  public FeedEndpoint(BlockFeed feed, StreamGate gate, StreamThreads threads) {
    this.feed = feed;
    this.gate = gate;
    this.threads = threads.executor();
  }

  @Override
  public void blocks(BlocksRequest request, StreamObserver<FeedBlock> response) {
    long from = request.getFrom();
    long head = feed.head();
    if (from < 1 || from > head + 1) {
      response.onError(
          Status.OUT_OF_RANGE
              .withDescription("from " + from + ", blocks are 1 to " + head)
              .asRuntimeException());
      return;
    }
    PushCall.open(response, gate, threads, call -> push(call, from));
  }

  private void push(PushCall<FeedBlock> call, long from) throws InterruptedException {
    long next = from;
    while (call.isOpen()) {
      if (feed.await(next, POLL_MILLIS)) {
        Optional<BlockFeed.Fed> fed = feed.block(next);
        if (fed.isEmpty()) {
          throw new IllegalStateException("block " + next + " is missing");
        }
        if (!call.send(FeedMessages.block(feed, fed.get()))) {
          return;
        }
        next++;
      }
    }
  }
}
