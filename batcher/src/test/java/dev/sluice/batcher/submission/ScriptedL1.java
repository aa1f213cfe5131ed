package dev.sluice.batcher.submission;

import dev.sluice.batcher.TestChain;
import dev.sluice.batcher.journal.PostedRecord;
import dev.sluice.l1.connection.L1Log;
import dev.sluice.l1.connection.L1Receipt;
import dev.sluice.l1.contract.BatchPost;
import dev.sluice.l1.contract.DecodedError;
import dev.sluice.l1.contract.RollupContract;
import dev.sluice.l1.sender.Attempt;
import dev.sluice.l1.sender.Outcome;
import dev.sluice.l1.sender.SendJournal;
import dev.sluice.primitives.batch.BatchData;
import dev.sluice.primitives.batch.BatchHeader;
import dev.sluice.primitives.inbox.InboxLink;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An L1 that outlives its batcher: a chain of headers, one account with a nonce, receipts. It calls
 * {@code tick} wherever the batcher could die.
 */
final class ScriptedL1 implements PostingL1 {
  static final Address POSTER = Address.fromHex("00000000000000000000000000000000000000aa");

  private final Runnable tick;
  private final List<BatchHeader> headers = new ArrayList<>();
  private final Map<Hash32, BatchPost> signed = new HashMap<>();
  private final Map<Hash32, Outcome> mined = new HashMap<>();
  final List<BatchPost> posts = new ArrayList<>();
  private long nonce;
  private long minedReverts;
  private long convictedFrom = Long.MAX_VALUE;
  boolean away;
  long timestamp = Long.MAX_VALUE;

  ScriptedL1(BatchHeader genesis, Runnable tick) {
    this.tick = tick;
    headers.add(genesis);
  }

  long nonce() {
    return nonce;
  }

  long minedReverts() {
    return minedReverts;
  }

  /** Takes away this batch and all later ones. */
  void convict(long number) {
    convictedFrom = number;
    headers.subList((int) number, headers.size()).clear();
  }

  @Override
  public Address account() {
    return POSTER;
  }

  private void reach() throws IOException {
    tick.run();
    if (away) {
      throw new IOException("L1 is away");
    }
  }

  @Override
  public BatchHeader headBatch() throws IOException {
    reach();
    return headers.getLast();
  }

  @Override
  public Hash32 headerHash(long number) throws IOException {
    reach();
    return number < headers.size() ? headers.get((int) number).hash() : Hash32.ZERO;
  }

  @Override
  public boolean wasConvicted(PostedRecord batch) throws IOException {
    reach();
    return convictedFrom <= batch.number();
  }

  @Override
  public long timestamp() throws IOException {
    reach();
    return timestamp;
  }

  @Override
  public Optional<Hash32> inboxAccumulatorAt(long position) throws IOException {
    reach();
    return Optional.of(position == 0 ? Hash32.ZERO : TestChain.name("inbox " + position));
  }

  @Override
  public Optional<InboxLink> inboxLink(long index) throws IOException {
    reach();
    return Optional.of(
        new InboxLink(
            TestChain.name("message " + index), 0, (index + 1) * 2_020, (index + 1) * 40_000));
  }

  @Override
  public Outcome post(BatchPost post, SendJournal journal) throws IOException {
    reach();
    if (!post.previous().equals(headers.getLast())) {
      return reverted("NotHead", Optional.empty());
    }
    Hash32 hash = TestChain.name("transaction " + signed.size());
    signed.put(hash, post);
    journal.beforeSend(new Attempt(nonce, hash, hash.toBytes(), BigInteger.TWO, BigInteger.ONE, 0));
    tick.run();
    Outcome outcome = mine(hash);
    tick.run();
    return outcome;
  }

  @Override
  public Outcome resume(List<Attempt> attempts, SendJournal journal) throws IOException {
    reach();
    for (Attempt attempt : attempts) {
      Outcome known = mined.get(attempt.transactionHash());
      if (known != null) {
        return known;
      }
    }
    if (attempts.getLast().nonce() < nonce) {
      return new Outcome.Displaced(attempts.getLast().nonce(), attempts);
    }
    Outcome outcome = mine(attempts.getLast().transactionHash());
    tick.run();
    return outcome;
  }

  private Outcome mine(Hash32 hash) {
    BatchPost post = signed.get(hash);
    if (post == null) {
      throw new AssertionError("sent what nobody signed");
    }
    BatchHeader head = headers.getLast();
    Outcome outcome;
    if (post.previous().equals(head)) {
      BatchData data = BatchData.decode(post.chunks()).orElseThrow();
      BatchHeader header =
          new BatchHeader(
              head.hash(),
              data.chunkTree(head.postRoot()).root(),
              data.postRoot(),
              post.blockAccumulator(),
              headers.size(),
              post.blockNumber(),
              post.inboxPosition(),
              post.clock(),
              nonce,
              data.chunks().size(),
              BatchHeader.MODE_CALLDATA,
              POSTER);
      headers.add(header);
      posts.add(post);
      outcome = new Outcome.Included(receipt(hash, header));
    } else {
      minedReverts++;
      outcome = reverted("NotHead", Optional.of(receipt(hash, head)));
    }
    nonce++;
    mined.put(hash, outcome);
    return outcome;
  }

  private static Outcome reverted(String name, Optional<L1Receipt> receipt) {
    return new Outcome.Reverted(new DecodedError(name, List.of()), receipt);
  }

  private static L1Receipt receipt(Hash32 hash, BatchHeader header) {
    byte[] number = new byte[Hash32.BYTES];
    number[31] = (byte) header.number();
    number[30] = (byte) (header.number() >>> 8);
    L1Log log =
        new L1Log(
            Address.ZERO,
            List.of(RollupContract.BATCH_POSTED, Hash32.of(number), header.hash()),
            header.encode(),
            1,
            Hash32.ZERO,
            hash,
            0);
    return new L1Receipt(
        hash, 1, Hash32.ZERO, true, 100_000, BigInteger.ONE, Optional.empty(), List.of(log));
  }
}
