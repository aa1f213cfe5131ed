package dev.sluice.client.sdk;

import dev.sluice.proto.ProtoValues;
import dev.sluice.proto.v1.Refusal;
import dev.sluice.proto.v1.Tick;
import dev.sluice.proto.v1.TickAckFrame;
import dev.sluice.proto.v1.TickFrame;
import dev.sluice.proto.v1.TicksGrpc.TicksStub;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Ticks of any number of channels on their way to the relay, over one bidirectional call. Safe for
 * many threads.
 */
public final class TickStream implements AutoCloseable {
  private final FrameStream<ChannelTick, RelayOutcome<ChannelTick>, TickFrame, TickAckFrame> frames;

  TickStream(TicksStub stub) {
    this.frames =
        new FrameStream<>("sluice-ticks", new Format(stub), SubmissionStream.WINDOW_DEFAULT);
  }

  /** Sends a tick; blocks while the window is full. */
  public CompletableFuture<RelayOutcome<ChannelTick>> send(ChannelTick tick) {
    return frames.submit(tick);
  }

  /** Takes no more ticks, waits at most 30 s for the answers, and ends the call. */
  @Override
  public void close() {
    frames.close();
  }

  static Tick toProto(ChannelTick tick) {
    return Tick.newBuilder()
        .setChannel((int) tick.channelIndex())
        .setPosition(tick.position())
        .setTick(ProtoValues.bytes(tick.value()))
        .build();
  }

  private record Format(TicksStub stub)
      implements FrameFormat<ChannelTick, RelayOutcome<ChannelTick>, TickFrame, TickAckFrame> {
    @Override
    public StreamObserver<TickFrame> open(StreamObserver<TickAckFrame> answers) {
      return stub.send(answers);
    }

    @Override
    public TickFrame frame(long id, List<ChannelTick> items) {
      TickFrame.Builder frame = TickFrame.newBuilder().setFrameId(id);
      items.forEach(item -> frame.addTicks(toProto(item)));
      return frame.build();
    }

    @Override
    public long frameId(TickAckFrame answer) {
      return answer.getFrameId();
    }

    @Override
    public boolean isComplete(TickAckFrame answer) {
      return true;
    }

    @Override
    public List<Result<RelayOutcome<ChannelTick>>> results(
        TickAckFrame answer, List<ChannelTick> items) {
      Map<Integer, Refusal> refused = new HashMap<>();
      answer.getRefusedList().forEach(one -> refused.put(one.getIndex(), one.getRefusal()));
      return RelayOutcome.ofFrame(items, answer.getAccepted(), refused);
    }
  }
}
