package dev.sluice.client.demo.model;

import java.math.BigInteger;
import java.util.List;

/**
 * What each kind costs: {@code feeUnits[token] × multiplier} (docs/protocol.md §2, Fees).
 *
 * @param feeUnits one per token, in its base units
 */
public record Prices(List<BigInteger> feeUnits) {
  /** The kinds that cost something, with their multipliers. */
  public enum Kind {
    TRANSFER(1),
    WITHDRAW(2),
    CHANNEL_OPEN(2),
    CHANNEL_CLAIM(1),
    CHANNEL_CLOSE(1),
    PROVIDER_REGISTER(8),
    PROVIDER_UPDATE(1),
    JOB_OPEN(2),
    JOB_RESULT(1),
    JOB_SETTLE(1);

    private final int multiplier;

    Kind(int multiplier) {
      this.multiplier = multiplier;
    }
  }

  /** Copies the list. */
  public Prices {
    feeUnits = List.copyOf(feeUnits);
  }

  /** The price of one transaction of {@code kind} in base units of {@code token}. */
  public BigInteger of(Kind kind, int token) {
    return feeUnits.get(token).multiply(BigInteger.valueOf(kind.multiplier));
  }
}
