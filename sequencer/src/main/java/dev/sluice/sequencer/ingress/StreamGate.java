package dev.sluice.sequencer.ingress;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts open streams and refuses more than there may be. Thread-safe. */
public final class StreamGate {
  private final int max;
  private final AtomicInteger open = new AtomicInteger();

  public StreamGate(int max) {
    this.max = max;
  }

  /** Takes a place; throws the status that answers the caller if none is free. */
  void enter() {
    if (open.incrementAndGet() > max) {
      open.decrementAndGet();
      throw tooMany(max);
    }
  }

  void leave() {
    open.decrementAndGet();
  }

  /** Streams open now. */
  public int open() {
    return open.get();
  }

  static StatusRuntimeException tooMany(int max) {
    return Status.RESOURCE_EXHAUSTED
        .withDescription("at most " + max + " streams at once")
        .asRuntimeException();
  }
}
