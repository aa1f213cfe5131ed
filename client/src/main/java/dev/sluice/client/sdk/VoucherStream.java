package dev.sluice.client.sdk;

import dev.sluice.proto.ProtoValues;
import dev.sluice.proto.v1.Voucher;
import dev.sluice.proto.v1.VoucherAckFrame;
import dev.sluice.proto.v1.VoucherFrame;
import dev.sluice.proto.v1.VoucherRefusal;
import dev.sluice.proto.v1.VouchersGrpc.VouchersStub;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Vouchers of any number of channels on their way to the relay, over one bidirectional call. Safe
 * for many threads.
 */
public final class VoucherStream implements AutoCloseable {
  private final FrameStream<SignedVoucher, VoucherOutcome, VoucherFrame, VoucherAckFrame> frames;

  VoucherStream(VouchersStub stub) {
    this.frames =
        new FrameStream<>("sluice-vouchers", new Format(stub), SubmissionStream.WINDOW_DEFAULT);
  }

  /** Sends a voucher; blocks while the window is full. */
  public CompletableFuture<VoucherOutcome> send(SignedVoucher voucher) {
    return frames.submit(voucher);
  }

  /** Takes no more vouchers, waits at most 30 s for the answers, and ends the call. */
  @Override
  public void close() {
    frames.close();
  }

  static Voucher toProto(SignedVoucher voucher) {
    return Voucher.newBuilder()
        .setChannel((int) voucher.channelIndex())
        .setAmount(ProtoValues.bytes(voucher.amount()))
        .setSignature(ProtoValues.bytes(voucher.signature()))
        .build();
  }

  private record Format(VouchersStub stub)
      implements FrameFormat<SignedVoucher, VoucherOutcome, VoucherFrame, VoucherAckFrame> {
    @Override
    public StreamObserver<VoucherFrame> open(StreamObserver<VoucherAckFrame> answers) {
      return stub.send(answers);
    }

    @Override
    public VoucherFrame frame(long id, List<SignedVoucher> items) {
      VoucherFrame.Builder frame = VoucherFrame.newBuilder().setFrameId(id);
      items.forEach(item -> frame.addVouchers(toProto(item)));
      return frame.build();
    }

    @Override
    public long frameId(VoucherAckFrame answer) {
      return answer.getFrameId();
    }

    @Override
    public boolean isComplete(VoucherAckFrame answer) {
      return true;
    }

    @Override
    public List<Result<VoucherOutcome>> results(VoucherAckFrame answer, List<SignedVoucher> items) {
      List<Result<VoucherOutcome>> results = new ArrayList<>(items.size());
      for (int i = 0; i < items.size(); i++) {
        results.add(new Result<>(i, new VoucherOutcome.Accepted(items.get(i))));
      }
      for (VoucherRefusal refused : answer.getRefusedList()) {
        int index = refused.getIndex();
        if (index < 0 || index >= items.size()) {
          throw new DishonestSequencerException(
              "an answer to voucher " + index + " of " + items.size());
        }
        Ack.Refused refusal = Ack.Refused.of(refused.getRefusal());
        results.set(
            index, new Result<>(index, new VoucherOutcome.Refused(items.get(index), refusal)));
      }
      if (answer.getAccepted() + answer.getRefusedCount() != items.size()) {
        throw new DishonestSequencerException(
            answer.getAccepted()
                + " vouchers accepted and "
                + answer.getRefusedCount()
                + " refused of "
                + items.size());
      }
      return results;
    }
  }
}
