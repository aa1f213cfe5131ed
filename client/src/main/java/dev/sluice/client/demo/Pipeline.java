package dev.sluice.client.demo;

import dev.sluice.client.console.Progress;
import dev.sluice.client.sdk.Ack;
import dev.sluice.client.sdk.Wallet;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * Transactions of wallets that take turns, many in flight, each answer handled in the order of
 * sending. Closing it waits for the rest. What is in flight stays within what the sequencer keeps
 * per account.
 */
final class Pipeline implements AutoCloseable {
  private record InFlight(String what, Wallet.Sent sent, Consumer<Ack.Included> then) {}

  private final int inFlightMax;
  private final Progress progress;
  private final Deque<InFlight> inFlight = new ArrayDeque<>();

  Pipeline(Stage stage, Progress progress) {
    int perAccount = Math.max(1, stage.client.status().getLimits().getAccountPendingMax() / 2);
    this.inFlightMax = Math.min(2_000, perAccount * stage.participants.size());
    this.progress = progress;
  }

  /** Hands over a transaction that was sent; {@code then} gets its inclusion. */
  void add(String what, Wallet.Sent sent, Consumer<Ack.Included> then) {
    inFlight.addLast(new InFlight(what, sent, then));
    if (inFlight.size() >= inFlightMax) {
      handleOldest();
    }
  }

  private void handleOldest() {
    InFlight oldest = inFlight.removeFirst();
    oldest.then.accept(Stage.included(oldest.what, oldest.sent.answer()));
    progress.step();
  }

  @Override
  public void close() {
    while (!inFlight.isEmpty()) {
      handleOldest();
    }
  }
}
