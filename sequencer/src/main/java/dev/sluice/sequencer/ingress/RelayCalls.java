package dev.sluice.sequencer.ingress;

import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.proto.ProtoValues;
import dev.sluice.proto.v1.SettleAnswer;
import dev.sluice.proto.v1.SettleIncluded;
import dev.sluice.sequencer.admission.Rejection;
import dev.sluice.sequencer.confirmation.FrameAnswer;
import dev.sluice.sequencer.relay.ClaimDesk;
import dev.sluice.sequencer.relay.PayeeQueue;
import dev.sluice.sequencer.relay.Promise;
import dev.sluice.sequencer.relay.Relay;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** What the services of vouchers and ticks have in common. */
final class RelayCalls {
  private static final int DELIVERIES_PER_MESSAGE = 1_024;
  private static final long POLL_MILLIS = 1_000;

  private RelayCalls() {}

  /**
   * Relays what of a frame is well-formed.
   *
   * @param promises in the frame's order; empty where one is malformed
   * @param refuse takes the index of each refused one, in any order
   * @return how many were accepted
   */
  static <P extends Promise> int accept(
      Relay<P> relay, List<Parsed<P>> promises, BiConsumer<Integer, Rejection> refuse) {
    List<P> wellFormed = new ArrayList<>(promises.size());
    int[] indices = new int[promises.size()];
    for (int i = 0; i < promises.size(); i++) {
      switch (promises.get(i)) {
        case Parsed.Promised<P>(P promise) -> {
          indices[wellFormed.size()] = i;
          wellFormed.add(promise);
        }
        case Parsed.Malformed<P>(Rejection rejection) -> refuse.accept(i, rejection);
      }
    }
    int accepted = 0;
    List<Optional<Rejection>> answers = relay.accept(wellFormed);
    for (int i = 0; i < answers.size(); i++) {
      if (answers.get(i).isPresent()) {
        refuse.accept(indices[i], answers.get(i).get());
      } else {
        accepted++;
      }
    }
    return accepted;
  }

  /** An item of a frame. */
  sealed interface Parsed<P extends Promise> {
    record Promised<P extends Promise>(P promise) implements Parsed<P> {}

    record Malformed<P extends Promise>(Rejection rejection) implements Parsed<P> {}

    static <P extends Promise> Parsed<P> malformed(String message) {
      return new Malformed<>(Refusals.malformed(message));
    }
  }

  /** Writes what a payee is promised until he goes or is too slow. */
  static <P extends Promise, A> void deliver(
      Relay<P> relay,
      List<Integer> payeeAccounts,
      List<Integer> channels,
      Predicate<P> isWanted,
      PushCall<A> call,
      Function<List<PayeeQueue.Delivery<P>>, A> message)
      throws InterruptedException {
    PayeeQueue<P> queue =
        relay
            .subscribe(unsigned(payeeAccounts), unsigned(channels), isWanted)
            .orElseThrow(
                () ->
                    Status.RESOURCE_EXHAUSTED
                        .withDescription("too many payees are connected")
                        .asRuntimeException());
    try {
      while (call.isOpen() && !queue.overflowed()) {
        List<PayeeQueue.Delivery<P>> deliveries = queue.take(DELIVERIES_PER_MESSAGE, POLL_MILLIS);
        if (!deliveries.isEmpty() && !call.send(message.apply(deliveries))) {
          return;
        }
      }
      if (queue.overflowed()) {
        throw Status.RESOURCE_EXHAUSTED
            .withDescription("the reader is too slow; open it again for what is the latest")
            .asRuntimeException();
      }
    } finally {
      relay.unsubscribe(queue);
    }
  }

  private static Set<Long> unsigned(List<Integer> indices) {
    Set<Long> unsigned = new HashSet<>();
    indices.forEach(index -> unsigned.add(Integer.toUnsignedLong(index)));
    return unsigned;
  }

  /** The answer to a request to claim. */
  static SettleAnswer message(ClaimDesk.Claim claim) {
    FrameAnswer answer = claim.answer();
    if (answer.included().isEmpty()) {
      return SettleAnswer.newBuilder()
          .setRefused(Refusals.message(answer.refused().getFirst().rejection()))
          .build();
    }
    SettleIncluded.Builder included =
        SettleIncluded.newBuilder()
            .setTransactionId(ProtoValues.bytes(Keccak256.hash32(claim.wire())))
            .setInclusion(AckMessages.inclusion(answer.included().getFirst()))
            .setAmount(ProtoValues.bytes(claim.amount()));
    answer.confirmation().ifPresent(c -> included.setConfirmation(AckMessages.confirmation(c)));
    return SettleAnswer.newBuilder().setIncluded(included).build();
  }
}
