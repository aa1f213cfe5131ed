package dev.sluice.l1.sender;

import java.math.BigInteger;
import java.time.Duration;

/**
 * How a sender pays and waits.
 *
 * @param maxFeeCapWei never offers more than this per gas
 * @param bumpAfterBlocks blocks without inclusion before a replacement, at least 1
 * @param pollInterval between two looks for a receipt
 * @param patience after this an intent is reported as undecided
 */
public record SenderPolicy(
    BigInteger maxFeeCapWei, long bumpAfterBlocks, Duration pollInterval, Duration patience) {
  /** A signed transaction above this is not relayed by mainnet's pools. */
  public static final int TRANSACTION_BYTES_MAX = 128 * 1024;

  /** EIP-7825: 2^24 gas for one transaction. */
  public static final long TRANSACTION_GAS_MAX = 1L << 24;

  public SenderPolicy {
    if (bumpAfterBlocks < 1 || maxFeeCapWei.signum() <= 0) {
      throw new IllegalArgumentException(
          "bumpAfterBlocks " + bumpAfterBlocks + ", cap " + maxFeeCapWei);
    }
  }

  /**
   * 500 gwei at most, replaced after 3 blocks, a look every 200 ms, undecided after two minutes.
   */
  public static SenderPolicy defaults() {
    return new SenderPolicy(
        BigInteger.valueOf(500_000_000_000L), 3, Duration.ofMillis(200), Duration.ofMinutes(2));
  }
}
