package dev.sluice.batcher.journal;

import dev.sluice.l1.sender.Attempt;
import java.io.IOException;
import java.util.Optional;

/**
 * The port to the journal. All writes are durable when they return. Single-threaded.
 *
 * <p>The order of calls is {@code attempt+ (posted | abandoned)}, again and again.
 */
public interface BatchJournal extends AutoCloseable {
  /** The intent whose outcome is not known. */
  Optional<OpenIntent> open();

  /** The last batch seen included. */
  Optional<PostedRecord> lastPosted();

  /**
   * Notes an attempt before it is sent. The first attempt opens the intent.
   *
   * @throws IllegalStateException if another intent is open
   */
  void attempt(BatchIntent intent, Attempt attempt) throws IOException;

  /** The open intent was included. */
  void posted(PostedRecord record) throws IOException;

  /** The open intent can never take effect any more: reverted, or its nonce was used otherwise. */
  void abandoned() throws IOException;

  @Override
  void close() throws IOException;
}
