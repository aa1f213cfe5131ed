package dev.sluice.sequencer.deposit;

import dev.sluice.l1.connection.L1Client;
import dev.sluice.l1.contract.PostedBatch;
import dev.sluice.l1.deployment.ChainConfig;
import dev.sluice.l1.reader.L1Event;
import dev.sluice.l1.reader.L1Reader;
import dev.sluice.l1.reader.ReaderPolicy;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@link L1Source} over the reader of room {@code l1}; it begins at the deployment, when L1 first
 * answers.
 */
public final class ReaderL1Source implements L1Source {
  private final L1Client client;
  private final ChainConfig chain;
  private final ReaderPolicy policy;
  private final Deque<PostedBatch> posted = new ArrayDeque<>();
  private @Nullable L1Reader reader;

  /**
   * @param chain where its contracts stand
   */
  public ReaderL1Source(L1Client client, ChainConfig chain, ReaderPolicy policy) {
    this.client = client;
    this.chain = chain;
    this.policy = policy;
  }

  @Override
  public List<Event> poll() throws IOException {
    L1Reader current = reader;
    if (current == null) {
      Optional<String> mismatch = chain.mismatchWith(client);
      if (mismatch.isPresent()) {
        throw new IOException("L1 does not hold this chain: " + mismatch.get());
      }
      current =
          new L1Reader(
              client,
              chain.inbox(),
              chain.rollup(),
              policy,
              L1Reader.beginning(client, chain.deploymentBlock()));
      reader = current;
    }
    List<Event> events = new ArrayList<>();
    for (L1Event event : current.poll()) {
      switch (event) {
        case L1Event.MessageQueued(var message) ->
            events.add(
                new Event.Message(
                    new InboxEntry(
                        message.index(),
                        message.message(),
                        message.link(),
                        message.accumulator())));
        case L1Event.BatchPosted(var batch) -> {
          posted.addLast(batch);
          events.add(new Event.Posted(batch.header()));
        }
        case L1Event.BatchConvicted(var batch) -> events.add(removeFrom(batch.number()));
        case L1Event.Rewound(long toBlock, var _, long messages) -> {
          events.add(new Event.MessagesRewound(messages));
          posted.stream()
              .filter(batch -> batch.l1Block() > toBlock)
              .mapToLong(batch -> batch.header().number())
              .min()
              .ifPresent(number -> events.add(removeFrom(number)));
        }
      }
    }
    return events;
  }

  private Event removeFrom(long number) {
    posted.removeIf(batch -> batch.header().number() >= number);
    return new Event.Removed(number);
  }

  @Override
  public long latestTimestamp() throws IOException {
    return client.latestBlock().timestamp();
  }
}
