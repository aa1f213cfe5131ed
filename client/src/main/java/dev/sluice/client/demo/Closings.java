package dev.sluice.client.demo;

import dev.sluice.client.console.Progress;
import dev.sluice.client.demo.Stage.Participant;
import dev.sluice.client.demo.model.Check;
import dev.sluice.client.demo.model.LedgerModel;
import dev.sluice.client.sdk.ChannelView;
import dev.sluice.client.sdk.Wallet;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction.ChannelCloseFinalize;
import dev.sluice.primitives.value.Hash32;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The end of channels of every meter: the payer starts, time passes, anybody finishes. */
final class Closings {
  /** A channel and who opened it. */
  record Closing(Participant payer, int token, Hash32 id) {
    /** Its id as the model names it. */
    String name() {
      return id.toString();
    }
  }

  private Closings() {}

  /** Closes all of them, and compares every leaf afterwards. */
  static List<Check> play(Stage stage, String what, List<Closing> channels)
      throws IOException, InterruptedException {
    try (Progress progress = stage.progress(what + " closing", channels.size());
        Pipeline pipeline = new Pipeline(stage, progress)) {
      for (Closing channel : channels) {
        Wallet wallet = channel.payer.wallet();
        pipeline.add(
            "closing a channel",
            wallet.submit(wallet.drafts().channelClose(channel.id, channel.token)),
            ack ->
                stage.model.startClose(channel.name(), channel.payer.name(), stage.clockOf(ack)));
      }
    }
    Map<String, LedgerModel.ChannelView> actual = new HashMap<>();
    try (Progress progress = stage.progress(what + " closed", channels.size())) {
      for (Closing channel : channels) {
        stage.submitWhenDue(
            "finalizing a channel",
            SignedTransaction.unsigned(new ChannelCloseFinalize(channel.id)),
            Refusal.CLOSE_DELAY_RUNNING);
        stage.model.finalizeClose(channel.name());
        progress.step();
      }
    }
    for (Closing channel : channels) {
      ChannelView view = stage.client.channel(channel.id).orElseThrow();
      actual.put(
          channel.name(),
          new LedgerModel.ChannelView(
              view.state().getNumber(),
              view.deposit().toBigInteger(),
              view.claimed().toBigInteger()));
    }
    return stage.model.checkChannels(channels.stream().map(Closing::name).toList(), actual);
  }
}
