package dev.sluice.client.demo;

import dev.sluice.client.console.Progress;
import dev.sluice.client.demo.Stage.Participant;
import dev.sluice.client.demo.model.Check;
import dev.sluice.client.sdk.Ack;
import dev.sluice.client.sdk.Answers;
import dev.sluice.client.sdk.Device;
import dev.sluice.client.sdk.JobTerms;
import dev.sluice.client.sdk.ProviderChange;
import dev.sluice.client.sdk.ProviderView;
import dev.sluice.client.sdk.Wallet;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Devices that ask another price, pay somebody else, are reached elsewhere; every other one also
 * moves, and the last one retires and gets no job any more.
 */
final class UpdateScene {
  private static final int DEVICES_MAX = 10;
  private static final long CELL = 0x8928308283bffffL;
  private static final long AMPLE_SECONDS = 3_600;

  private UpdateScene() {}

  /** As {@link JobScene#play}; after all jobs, because devices are not what they were. */
  static void play(Stage stage, List<Device> devices) throws IOException {
    int count = Math.min(DEVICES_MAX, devices.size());
    List<ProviderChange> changes = new ArrayList<>();
    try (Progress progress = stage.progress("devices changed", count);
        Pipeline pipeline = new Pipeline(stage, progress)) {
      for (int i = 0; i < count; i++) {
        Participant owner = stage.participant(i);
        Address payout = stage.freshAddress();
        ProviderView before = stage.client.provider(devices.get(i).index()).orElseThrow();
        ProviderChange change =
            ProviderChange.none(stage.client, before)
                .payingTo(payout)
                .asking(Stage.amount(2_000 + i))
                .reachedAt(Hash32.of(stage.randomBytes(Hash32.BYTES)));
        change = i % 2 == 1 ? change.movedTo(CELL) : change;
        change = i == count - 1 ? change.retired() : change;
        Wallet wallet = owner.wallet();
        stage.model.updateProvider(owner.name(), payout.toString(), change.token());
        changes.add(change);
        pipeline.add(
            "changing a device", wallet.submit(wallet.drafts().providerUpdate(change)), _ -> {});
      }
    }
    List<Check> checks = new ArrayList<>();
    for (ProviderChange change : changes) {
      ProviderView view = stage.client.provider(change.provider()).orElseThrow();
      ProviderChange now = ProviderChange.none(stage.client, view);
      checks.add(
          Check.equal("provider " + view.index(), change, view.retired() ? now.retired() : now));
    }
    checks.add(
        Check.equal(
            "a job for a retired device",
            Refusal.PROVIDER_RETIRED,
            refusal(stage, changes.getLast())));
    stage.scoreboard.add(
        "updates",
        count + " devices changed, one of them retired",
        "what each is now, and that the retired one gets no job",
        checks);
  }

  /** The name of the refusal of a job. */
  private static String refusal(Stage stage, ProviderChange retired) throws IOException {
    Wallet buyer = stage.participant(0).wallet();
    JobTerms terms =
        new JobTerms(
            retired.provider(),
            Stage.ETH,
            Stage.amount(1_000_000_000_000L),
            Hash32.ZERO,
            stage.l1.latestBlock().timestamp() + AMPLE_SECONDS,
            AMPLE_SECONDS,
            0);
    return switch (Answers.await(
        buyer.submit(buyer.drafts().jobOpen(terms)).answer(), Stage.PATIENCE)) {
      case Ack.Refused refused -> refused.name();
      case Ack.Included _ -> "taken";
    };
  }
}
