package dev.sluice.batcher.submission;

import dev.sluice.batcher.journal.PostedRecord;
import dev.sluice.l1.contract.BatchPost;
import dev.sluice.l1.sender.Attempt;
import dev.sluice.l1.sender.Outcome;
import dev.sluice.l1.sender.SendJournal;
import dev.sluice.primitives.batch.BatchHeader;
import dev.sluice.primitives.inbox.InboxLink;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What posting needs of L1. {@link IOException} means L1 is away or answers nonsense; it may be
 * asked again.
 */
public interface PostingL1 {
  /** The account that posts. */
  Address account();

  /** The header of the head batch. */
  BatchHeader headBatch() throws IOException;

  /** The stored hash of a batch; zero if there is none. */
  Hash32 headerHash(long number) throws IOException;

  /** Whether this batch stood on L1 and a conviction of it or of an earlier one took it away. */
  boolean wasConvicted(PostedRecord batch) throws IOException;

  /** Timestamp of the newest block, seconds. */
  long timestamp() throws IOException;

  /** The Inbox's accumulator after {@code position} messages; empty if it has fewer. */
  Optional<Hash32> inboxAccumulatorAt(long position) throws IOException;

  /** The link of the message at {@code index}; empty if there is none yet. */
  Optional<InboxLink> inboxLink(long index) throws IOException;

  /** Posts; {@link dev.sluice.l1.sender.TransactionSender#send}. */
  Outcome post(BatchPost post, SendJournal journal) throws IOException, InterruptedException;

  /** Goes on; {@link dev.sluice.l1.sender.TransactionSender#resume}. */
  Outcome resume(List<Attempt> attempts, SendJournal journal)
      throws IOException, InterruptedException;
}
