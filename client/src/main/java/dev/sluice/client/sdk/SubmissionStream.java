package dev.sluice.client.sdk;

import com.google.protobuf.UnsafeByteOperations;
import dev.sluice.primitives.codec.WireCodec;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.proto.v1.AckFrame;
import dev.sluice.proto.v1.Confirmation;
import dev.sluice.proto.v1.Inclusion;
import dev.sluice.proto.v1.SubmissionGrpc.SubmissionStub;
import dev.sluice.proto.v1.SubmitFrame;
import dev.sluice.proto.v1.TransactionResult;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Signed transactions in, verified acknowledgements out, over one bidirectional call. Transactions
 * are taken in the order of the calls of {@link #submit}; those of one account must carry
 * consecutive nonces. Safe for many threads.
 */
public final class SubmissionStream implements AutoCloseable {
  /** Transactions without an answer, unless a caller says otherwise: what 8 full frames hold. */
  public static final int WINDOW_DEFAULT = 8 * FrameStream.FRAME_ITEMS_MAX;

  /** A transaction ready to send, with what its answer is checked against. */
  private record Outgoing(byte[] wire, @Nullable SignedTransaction signed) {}

  private final FrameStream<Outgoing, Ack, SubmitFrame, AckFrame> frames;

  SubmissionStream(SubmissionStub stub, Chain chain, int windowTransactions) {
    this.frames =
        new FrameStream<>("sluice-submission", new Format(stub, chain), windowTransactions);
  }

  /**
   * Sends a transaction; blocks while the window is full.
   *
   * @return completes with a verified answer; fails with {@link UnreachableException} if the stream
   *     breaks before the answer, and with {@link DishonestSequencerException} if the answer does
   *     not prove what it says
   */
  public CompletableFuture<Ack> submit(SignedTransaction signed) {
    return frames.submit(new Outgoing(WireCodec.encode(signed), signed));
  }

  /**
   * Sends bytes as they are, for pre-signed load and for tests of refusals. The inclusion is
   * verified, but not compared with a transaction.
   */
  public CompletableFuture<Ack> submitRaw(byte[] wire) {
    return frames.submit(new Outgoing(wire, null));
  }

  /** Whether it still takes transactions. */
  public boolean isOpen() {
    return frames.isOpen();
  }

  /** Takes no more transactions, waits at most 30 s for the answers, and ends the call. */
  @Override
  public void close() {
    frames.close();
  }

  private record Format(SubmissionStub stub, AckVerifier verifier, PostedForm postedForm)
      implements FrameFormat<Outgoing, Ack, SubmitFrame, AckFrame> {
    Format(SubmissionStub stub, Chain chain) {
      this(stub, new AckVerifier(chain), new PostedForm(chain));
    }

    @Override
    public StreamObserver<SubmitFrame> open(StreamObserver<AckFrame> answers) {
      return stub.submit(answers);
    }

    @Override
    public SubmitFrame frame(long id, List<Outgoing> items) {
      SubmitFrame.Builder frame = SubmitFrame.newBuilder().setFrameId(id);
      items.forEach(item -> frame.addTransactions(UnsafeByteOperations.unsafeWrap(item.wire)));
      return frame.build();
    }

    @Override
    public long frameId(AckFrame answer) {
      return answer.getFrameId();
    }

    @Override
    public boolean isComplete(AckFrame answer) {
      return answer.getComplete();
    }

    @Override
    public List<Result<Ack>> results(AckFrame answer, List<Outgoing> items) {
      for (TransactionResult result : answer.getResultsList()) {
        if (result.getIndex() < 0 || result.getIndex() >= items.size()) {
          throw new DishonestSequencerException(
              "an answer to transaction " + result.getIndex() + " of " + items.size());
        }
      }
      List<Ack> acks =
          acks(
              answer.getResultsList(),
              answer.getConfirmation(),
              answer.getResultsList().stream().map(result -> items.get(result.getIndex())).toList(),
              verifier,
              postedForm);
      List<Result<Ack>> results = new ArrayList<>(acks.size());
      for (int i = 0; i < acks.size(); i++) {
        results.add(new Result<>(answer.getResults(i).getIndex(), acks.get(i)));
      }
      return results;
    }
  }

  /** The verified answer to one transaction that was submitted alone. */
  static Ack ack(
      TransactionResult result, Confirmation confirmation, SignedTransaction signed, Chain chain) {
    return acks(
            List.of(result),
            confirmation,
            List.of(new Outgoing(WireCodec.encode(signed), signed)),
            new AckVerifier(chain),
            new PostedForm(chain))
        .getFirst();
  }

  private static List<Ack> acks(
      List<TransactionResult> results,
      Confirmation confirmation,
      List<Outgoing> sent,
      AckVerifier verifier,
      PostedForm postedForm) {
    List<Inclusion> inclusions =
        results.stream()
            .filter(TransactionResult::hasIncluded)
            .map(TransactionResult::getIncluded)
            .toList();
    SoftConfirmation confirmed =
        inclusions.isEmpty() ? null : verifier.verify(confirmation, inclusions);
    List<Ack> acks = new ArrayList<>(results.size());
    for (int i = 0; i < results.size(); i++) {
      TransactionResult result = results.get(i);
      acks.add(
          switch (result.getOutcomeCase()) {
            case REFUSED -> Ack.Refused.of(result.getRefused());
            case INCLUDED -> included(result.getIncluded(), sent.get(i), confirmed, postedForm);
            case OUTCOME_NOT_SET ->
                throw new DishonestSequencerException("an answer that says nothing");
          });
    }
    return acks;
  }

  private static Ack.Included included(
      Inclusion inclusion,
      Outgoing sent,
      @Nullable SoftConfirmation confirmed,
      PostedForm postedForm) {
    byte[] posted = inclusion.getPosted().toByteArray();
    if (confirmed == null || (sent.signed != null && !postedForm.says(posted, sent.signed))) {
      throw new DishonestSequencerException(
          "block "
              + inclusion.getBlockNumber()
              + " does not hold what was signed: "
              + Bytes.wrap(posted));
    }
    return new Ack.Included(
        Keccak256.hash32(sent.wire),
        inclusion.getBlockNumber(),
        inclusion.getPosition(),
        Bytes.wrap(posted),
        confirmed);
  }
}
