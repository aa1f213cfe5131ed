package dev.sluice.batcher.assembly;

/**
 * Closes a batch whose first block has waited long enough.
 *
 * @param ageMillis at least 0
 */
public record AgeRule(long ageMillis) implements ClosingRule {
  public AgeRule {
    if (ageMillis < 0) {
      throw new IllegalArgumentException("ageMillis " + ageMillis);
    }
  }

  @Override
  public boolean closes(BatchShape shape, long nowMillis) {
    return nowMillis - shape.openedAtMillis() >= ageMillis;
  }
}
