package dev.sluice.sequencer;

import dev.sluice.l1.deployment.ChainConfig;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.sequencer.ingress.FeedEndpoint;
import dev.sluice.sequencer.ingress.HeartbeatEndpoint;
import dev.sluice.sequencer.ingress.IngressLimits;
import dev.sluice.sequencer.ingress.Intake;
import dev.sluice.sequencer.ingress.QueryEndpoint;
import dev.sluice.sequencer.ingress.StreamGate;
import dev.sluice.sequencer.ingress.StreamThreads;
import dev.sluice.sequencer.ingress.SubmissionEndpoint;
import dev.sluice.sequencer.ingress.TickEndpoint;
import dev.sluice.sequencer.ingress.VoucherEndpoint;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A {@link TestNode} with every service on a real socket. */
final class GrpcNode implements AutoCloseable {
  final TestNode node;
  final ManagedChannel channel;
  private final ExecutorService threads;
  private final Server server;

  GrpcNode(Path directory) throws IOException {
    node = new TestNode(directory);
    threads = Executors.newVirtualThreadPerTaskExecutor();
    Sequencer sequencer = node.sequencer;
    StreamThreads streams = new StreamThreads(threads);
    IngressLimits limits = IngressLimits.DEFAULT;
    StreamGate gate = new StreamGate(limits.streamsMax());
    ChainConfig chain =
        new ChainConfig(
            31_337,
            TestNode.genesis(),
            TestNode.ROLLUP,
            TestNode.ROLLUP,
            TestNode.ROLLUP,
            TestNode.ROLLUP,
            Hash32.ZERO,
            1,
            TestNode.GENESIS_TIME);
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .maxInboundMessageSize(4 << 20)
            .addService(
                new SubmissionEndpoint(
                    new Intake(sequencer.verifier(), sequencer.pool()), limits, gate))
            .addService(new FeedEndpoint(sequencer.feed(), gate, streams))
            .addService(new HeartbeatEndpoint(sequencer.heartbeats(), limits, gate, streams))
            .addService(
                new TickEndpoint(sequencer.ticks(), sequencer.claims(), limits, gate, streams))
            .addService(
                new VoucherEndpoint(
                    sequencer.vouchers(), sequencer.claims(), limits, gate, streams))
            .addService(new QueryEndpoint(sequencer, chain, limits, streams))
            .build()
            .start();
    channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
  }

  /** Answers of a stream, in order. */
  static final class Answers<A> implements StreamObserver<A> {
    final LinkedBlockingQueue<A> queue = new LinkedBlockingQueue<>();
    final LinkedBlockingQueue<Status> end = new LinkedBlockingQueue<>();

    A next() throws InterruptedException {
      A answer = queue.poll(30, TimeUnit.SECONDS);
      if (answer == null) {
        throw new AssertionError("no answer; the stream ended with " + end);
      }
      return answer;
    }

    @Override
    public void onNext(A answer) {
      queue.add(answer);
    }

    @Override
    public void onError(Throwable error) {
      end.add(Status.fromThrowable(error));
    }

    @Override
    public void onCompleted() {
      end.add(Status.OK);
    }
  }

  @Override
  public void close() throws IOException {
    channel.shutdownNow();
    server.shutdownNow();
    threads.shutdownNow();
    node.close();
  }
}
