package dev.sluice.sequencer.ingress;

import com.google.protobuf.ByteString;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.proto.ProtoValues;
import dev.sluice.proto.v1.AckFrame;
import dev.sluice.proto.v1.SubmissionGrpc;
import dev.sluice.proto.v1.SubmitFrame;
import dev.sluice.proto.v1.SubmitOneAnswer;
import dev.sluice.proto.v1.SubmitOneRequest;
import dev.sluice.sequencer.confirmation.FrameAnswer;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import java.util.List;

/** {@code sluice.v1.Submission}. */
@GrpcService
public class SubmissionEndpoint extends SubmissionGrpc.SubmissionImplBase {
  private static final System.Logger LOG = System.getLogger(SubmissionEndpoint.class.getName());

  private final Intake intake;
  private final IngressLimits limits;
  private final StreamGate gate;

  public SubmissionEndpoint(Intake intake, IngressLimits limits, StreamGate gate) {
    this.intake = intake;
    this.limits = limits;
    this.gate = gate;
  }

  @Override
  public StreamObserver<SubmitFrame> submit(StreamObserver<AckFrame> response) {
    Intake.Sequence sequence = intake.sequence();
    return FrameCall.open(response, limits, gate, (frame, call) -> submit(frame, call, sequence));
  }

  private void submit(
      SubmitFrame frame, FrameCall<SubmitFrame, AckFrame> call, Intake.Sequence sequence) {
    int count = frame.getTransactionsCount();
    if (count > limits.frameItemsMax()) {
      throw Refusals.tooLarge("transactions", count, limits.frameItemsMax());
    }
    if (frame.getSerializedSize() > limits.messageBytesMax()) {
      throw Refusals.tooLarge("bytes", frame.getSerializedSize(), limits.messageBytesMax());
    }
    if (count == 0) {
      call.answer(
          AckFrame.newBuilder().setFrameId(frame.getFrameId()).setComplete(true).build(), true);
      return;
    }
    Unanswered unanswered = new Unanswered(count);
    Unanswered.Sender sender =
        (answer, complete) -> call.answer(ack(frame.getFrameId(), answer, complete), complete);
    List<byte[]> wires = frame.getTransactionsList().stream().map(ByteString::toByteArray).toList();
    sequence
        .submit(wires, answer -> unanswered.answer(answer, sender))
        .exceptionally(
            failure -> {
              call.fail(failure);
              return null;
            });
  }

  private static AckFrame ack(long frameId, FrameAnswer answer, boolean complete) {
    AckFrame.Builder ack =
        AckFrame.newBuilder()
            .setFrameId(frameId)
            .addAllResults(AckMessages.results(answer))
            .setComplete(complete);
    answer.confirmation().ifPresent(c -> ack.setConfirmation(AckMessages.confirmation(c)));
    return ack.build();
  }

  @Override
  public void submitOne(SubmitOneRequest request, StreamObserver<SubmitOneAnswer> response) {
    byte[] wire = request.getTransaction().toByteArray();
    intake
        .sequence()
        .submit(
            List.of(wire),
            answer -> {
              response.onNext(one(wire, answer));
              response.onCompleted();
            })
        .exceptionally(
            failure -> {
              LOG.log(System.Logger.Level.ERROR, "a submission failed", failure);
              response.onError(
                  Status.INTERNAL.withDescription("see the server's log").asRuntimeException());
              return null;
            });
  }

  private static SubmitOneAnswer one(byte[] wire, FrameAnswer answer) {
    SubmitOneAnswer.Builder message =
        SubmitOneAnswer.newBuilder()
            .setTransactionId(ProtoValues.bytes(Keccak256.hash32(wire)))
            .setResult(AckMessages.results(answer).getFirst());
    answer.confirmation().ifPresent(c -> message.setConfirmation(AckMessages.confirmation(c)));
    return message.build();
  }
}
