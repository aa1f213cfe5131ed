package dev.sluice.client.sdk;

import com.google.protobuf.UnsafeByteOperations;
import dev.sluice.primitives.crypto.BlsSignature;
import dev.sluice.primitives.crypto.Secp256k1;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.typeddata.SignedStatement;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.proto.v1.Heartbeat;
import dev.sluice.proto.v1.HeartbeatAckFrame;
import dev.sluice.proto.v1.HeartbeatFrame;
import dev.sluice.proto.v1.HeartbeatReceipt;
import dev.sluice.proto.v1.HeartbeatResult;
import dev.sluice.proto.v1.HeartbeatsGrpc.HeartbeatsStub;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Heartbeats of any number of devices over one bidirectional call; every receipt is verified. Safe
 * for many threads.
 */
public final class HeartbeatStream implements AutoCloseable {
  private record Beat(Device device, long epoch, BlsSignature signature) {}

  private final Chain chain;
  private final FrameStream<Beat, HeartbeatOutcome, HeartbeatFrame, HeartbeatAckFrame> frames;

  HeartbeatStream(HeartbeatsStub stub, Chain chain) {
    this.chain = chain;
    this.frames =
        new FrameStream<>(
            "sluice-heartbeats", new Format(stub, chain), SubmissionStream.WINDOW_DEFAULT);
  }

  /** Signs and sends the heartbeat of a device for one epoch. */
  public CompletableFuture<HeartbeatOutcome> beat(Device device, long epoch, Hash32 beacon) {
    return frames.submit(new Beat(device, epoch, device.heartbeat(chain, epoch, beacon)));
  }

  /** Whether it still takes heartbeats. */
  public boolean isOpen() {
    return frames.isOpen();
  }

  /** Takes no more heartbeats, waits at most 30 s for the answers, and ends the call. */
  @Override
  public void close() {
    frames.close();
  }

  private record Format(HeartbeatsStub stub, Chain chain)
      implements FrameFormat<Beat, HeartbeatOutcome, HeartbeatFrame, HeartbeatAckFrame> {
    @Override
    public StreamObserver<HeartbeatFrame> open(StreamObserver<HeartbeatAckFrame> answers) {
      return stub.send(answers);
    }

    @Override
    public HeartbeatFrame frame(long id, List<Beat> items) {
      HeartbeatFrame.Builder frame = HeartbeatFrame.newBuilder().setFrameId(id);
      for (Beat beat : items) {
        frame.addHeartbeats(
            Heartbeat.newBuilder()
                .setProvider((int) beat.device.index())
                .setEpoch((int) beat.epoch)
                .setSignature(UnsafeByteOperations.unsafeWrap(beat.signature.toBytes())));
      }
      return frame.build();
    }

    @Override
    public long frameId(HeartbeatAckFrame answer) {
      return answer.getFrameId();
    }

    @Override
    public boolean isComplete(HeartbeatAckFrame answer) {
      return true;
    }

    @Override
    public List<Result<HeartbeatOutcome>> results(HeartbeatAckFrame answer, List<Beat> items) {
      if (answer.getResultsCount() != items.size()) {
        throw new DishonestSequencerException(
            answer.getResultsCount() + " answers to " + items.size() + " heartbeats");
      }
      List<Result<HeartbeatOutcome>> results = new ArrayList<>(items.size());
      for (int i = 0; i < items.size(); i++) {
        results.add(new Result<>(i, outcome(answer.getResults(i), items.get(i))));
      }
      return results;
    }

    private HeartbeatOutcome outcome(HeartbeatResult result, Beat beat) {
      return switch (result.getOutcomeCase()) {
        case REFUSED -> new HeartbeatOutcome.Refused(Ack.Refused.of(result.getRefused()));
        case RECEIPT -> counted(result.getReceipt(), beat);
        case OUTCOME_NOT_SET ->
            throw new DishonestSequencerException("an answer that says nothing");
      };
    }

    private HeartbeatOutcome.Counted counted(HeartbeatReceipt receipt, Beat beat) {
      Hash32 provider = ProtoFields.hash(receipt.getProviderId());
      long epoch = ProtoFields.u32(receipt.getEpoch());
      WalletSignature signature = ProtoFields.signature(receipt.getSignature());
      Hash32 digest =
          chain
              .typedData()
              .digest(
                  new SignedStatement.HeartbeatReceipt(provider, epoch, receipt.getReceivedAt()));
      boolean honest =
          provider.equals(beat.device.id())
              && epoch == beat.epoch
              && Secp256k1.recoverAddress(digest, signature.toBytes())
                  .filter(chain.sequencer()::equals)
                  .isPresent();
      if (!honest) {
        throw new DishonestSequencerException(
            "the receipt of provider "
                + beat.device.id()
                + " for epoch "
                + beat.epoch
                + " is not worth anything");
      }
      return new HeartbeatOutcome.Counted(provider, epoch, receipt.getReceivedAt(), signature);
    }
  }
}
