package dev.sluice.batcher.submission;

import dev.sluice.batcher.journal.PostedRecord;
import dev.sluice.l1.connection.L1Client;
import dev.sluice.l1.connection.L1Exception;
import dev.sluice.l1.connection.L1Log;
import dev.sluice.l1.connection.L1UnavailableException;
import dev.sluice.l1.contract.BatchPost;
import dev.sluice.l1.contract.InboxContract;
import dev.sluice.l1.contract.RollupContract;
import dev.sluice.l1.deployment.ChainConfig;
import dev.sluice.l1.sender.Attempt;
import dev.sluice.l1.sender.Outcome;
import dev.sluice.l1.sender.SendJournal;
import dev.sluice.l1.sender.TransactionSender;
import dev.sluice.primitives.batch.BatchHeader;
import dev.sluice.primitives.inbox.InboxLink;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The real L1, through one client and one sender. */
public final class RollupPosting implements PostingL1 {
  private final L1Client client;
  private final ChainConfig chain;
  private final TransactionSender sender;
  private final RollupContract rollup;
  private final InboxContract inbox;
  private BatchHeader lastHead;

  public RollupPosting(L1Client client, ChainConfig chain, TransactionSender sender) {
    this.client = client;
    this.chain = chain;
    this.sender = sender;
    this.rollup = new RollupContract(client, chain.rollup());
    this.inbox = new InboxContract(client, chain.inbox());
    this.lastHead = chain.genesisHeader();
  }

  @Override
  public Address account() {
    return sender.account();
  }

  @Override
  public BatchHeader headBatch() throws IOException {
    long number = rollup.head() - 1;
    Hash32 hash = rollup.headerHash(number);
    if (!lastHead.hash().equals(hash)) {
      lastHead =
          postedLog(number, hash)
              .map(log -> RollupContract.posted(log).header())
              .orElseThrow(
                  () -> new L1UnavailableException("L1 does not show the post of batch " + number));
    }
    return lastHead;
  }

  @Override
  public Hash32 headerHash(long number) throws IOException {
    return rollup.headerHash(number);
  }

  @Override
  public boolean wasConvicted(PostedRecord batch) throws IOException {
    Optional<L1Log> posted = postedLog(batch.number(), batch.headerHash());
    if (posted.isEmpty()) {
      // L1 reorganised it away; nobody convicted anything.
      return false;
    }
    List<L1Log> convictions =
        client.logs(
            posted.get().blockNumber(),
            client.latestBlock().number(),
            List.of(rollup.address()),
            List.of(RollupContract.BATCH_CONVICTED));
    return convictions.stream()
        .anyMatch(log -> RollupContract.convicted(log).number() <= batch.number());
  }

  @Override
  public long timestamp() throws IOException {
    return client.latestBlock().timestamp();
  }

  @Override
  public Optional<Hash32> inboxAccumulatorAt(long position) throws IOException {
    return position > inbox.count() ? Optional.empty() : Optional.of(inbox.accumulatorAt(position));
  }

  @Override
  public Optional<InboxLink> inboxLink(long index) throws IOException {
    List<L1Log> logs =
        client.logs(
            chain.deploymentBlock(),
            client.latestBlock().number(),
            inbox.address(),
            InboxContract.MESSAGE_QUEUED,
            word(index));
    return logs.isEmpty()
        ? Optional.empty()
        : Optional.of(InboxContract.message(logs.getLast()).link());
  }

  @Override
  public Outcome post(BatchPost post, SendJournal journal)
      throws IOException, InterruptedException {
    return sender.send(rollup.post(post), journal);
  }

  @Override
  public Outcome resume(List<Attempt> attempts, SendJournal journal)
      throws IOException, InterruptedException {
    return sender.resume(attempts, journal);
  }

  private Optional<L1Log> postedLog(long number, Hash32 hash) throws L1Exception {
    return client
        .logs(
            chain.deploymentBlock(),
            client.latestBlock().number(),
            rollup.address(),
            RollupContract.BATCH_POSTED,
            word(number))
        .stream()
        .filter(log -> log.topics().get(2).equals(hash))
        .findFirst();
  }

  /** A {@code uint64} as the topic of an indexed field. */
  private static Hash32 word(long value) {
    byte[] word = new byte[Hash32.BYTES];
    for (int i = 0; i < Long.BYTES; i++) {
      word[Hash32.BYTES - 1 - i] = (byte) (value >>> 8 * i);
    }
    return Hash32.of(word);
  }
}
