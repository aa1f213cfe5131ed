package dev.sluice.client.sdk;

import dev.sluice.proto.ProtoValues;
import dev.sluice.proto.v1.Refusal;
import dev.sluice.proto.v1.Voucher;
import dev.sluice.proto.v1.VoucherAckFrame;
import dev.sluice.proto.v1.VoucherFrame;
import dev.sluice.proto.v1.VouchersGrpc.VouchersStub;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Vouchers of any number of channels on their way to the relay, over one bidirectional call. Safe
 * for many threads.
 */
public final class VoucherStream implements AutoCloseable {
  private final FrameStream<
          SignedVoucher, RelayOutcome<SignedVoucher>, VoucherFrame, VoucherAckFrame>
      frames;

  VoucherStream(VouchersStub stub) {
    this.frames =
        new FrameStream<>("sluice-vouchers", new Format(stub), SubmissionStream.WINDOW_DEFAULT);
  }

  /** Sends a voucher; blocks while the window is full. */
  public CompletableFuture<RelayOutcome<SignedVoucher>> send(SignedVoucher voucher) {
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
      implements FrameFormat<
          SignedVoucher, RelayOutcome<SignedVoucher>, VoucherFrame, VoucherAckFrame> {
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
    public List<Result<RelayOutcome<SignedVoucher>>> results(
        VoucherAckFrame answer, List<SignedVoucher> items) {
      Map<Integer, Refusal> refused = new HashMap<>();
      answer.getRefusedList().forEach(one -> refused.put(one.getIndex(), one.getRefusal()));
      return RelayOutcome.ofFrame(items, answer.getAccepted(), refused);
    }
  }
}
