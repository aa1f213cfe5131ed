package dev.sluice.batcher.assembly;

/**
 * Closes a batch that is large enough to share the fixed cost of a post.
 *
 * @param bytes of data from which on a batch is closed, at least 1
 */
public record SizeRule(int bytes) implements ClosingRule {
  public SizeRule {
    if (bytes < 1) {
      throw new IllegalArgumentException("bytes " + bytes);
    }
  }

  @Override
  public boolean closes(BatchShape shape, long nowMillis) {
    return shape.bytes() >= bytes;
  }
}
