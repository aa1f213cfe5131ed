package dev.sluice.batcher.seeds;

import dev.sluice.l1.connection.L1Client;
import dev.sluice.l1.contract.InboxContract;
import dev.sluice.l1.sender.Attempt;
import dev.sluice.l1.sender.Outcome;
import dev.sluice.l1.sender.SendJournal;
import dev.sluice.l1.sender.TransactionSender;
import dev.sluice.primitives.genesis.Genesis;
import java.io.IOException;
import java.util.List;

/** Takes each seed period's seed. Single-threaded. */
public final class SeedTaker {
  /** What a step came to. */
  public sealed interface Step {
    /** This period has its seed, by us or somebody else. */
    record Taken(long period) implements Step {}

    /** We took it just now. */
    record Took(long period) implements Step {}

    /** Not yet; tried again. */
    record Failed(long period, String reason) implements Step {}
  }

  private final L1Client client;
  private final InboxContract inbox;
  private final Genesis genesis;
  private final TransactionSender sender;
  private List<Attempt> undecided = List.of();

  public SeedTaker(
      L1Client client, InboxContract inbox, Genesis genesis, TransactionSender sender) {
    this.client = client;
    this.inbox = inbox;
    this.genesis = genesis;
    this.sender = sender;
  }

  /** Takes the seed of the period that L1 is in, if nobody has. */
  public Step step() throws IOException, InterruptedException {
    long time = client.latestBlock().timestamp();
    long period = genesis.seedPeriod(genesis.epoch(Math.max(time, genesis.genesisTime())));
    if (undecided.isEmpty() && inbox.lastSeedPeriodPlusOne() > period) {
      return new Step.Taken(period);
    }
    Outcome outcome =
        undecided.isEmpty()
            ? sender.send(inbox.takeSeed(), SendJournal.VOLATILE)
            : sender.resume(undecided, SendJournal.VOLATILE);
    undecided =
        switch (outcome) {
          case Outcome.Underpriced underpriced -> underpriced.attempts();
          case Outcome.Unreachable unreachable -> unreachable.attempts();
          case Outcome.Pending pending -> pending.attempts();
          case Outcome.Included _,
              Outcome.Reverted _,
              Outcome.OverLimit _,
              Outcome.InsufficientFunds _,
              Outcome.Displaced _,
              Outcome.Refused _ ->
              List.of();
        };
    return outcome instanceof Outcome.Included
        ? new Step.Took(period)
        : new Step.Failed(period, outcome.toString());
  }
}
