package dev.sluice.batcher.assembly;

/**
 * Closes a batch of so many chunks: what a conviction takes back stays small.
 *
 * @param chunks at least 1
 */
public record CountRule(int chunks) implements ClosingRule {
  public CountRule {
    if (chunks < 1) {
      throw new IllegalArgumentException("chunks " + chunks);
    }
  }

  @Override
  public boolean closes(BatchShape shape, long nowMillis) {
    return shape.chunks() >= chunks;
  }
}
