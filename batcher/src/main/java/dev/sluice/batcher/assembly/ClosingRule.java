package dev.sluice.batcher.assembly;

/** Says when a batch that is not empty is to be posted, although it could take more. */
@FunctionalInterface
public interface ClosingRule {
  /**
   * Whether the batch is closed now.
   *
   * @param nowMillis on the same clock as {@link BatchShape#openedAtMillis}
   */
  boolean closes(BatchShape shape, long nowMillis);
}
