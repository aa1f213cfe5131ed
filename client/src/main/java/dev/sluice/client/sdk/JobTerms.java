package dev.sluice.client.sdk;

import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.util.List;

/**
 * What a buyer orders ({@code docs/protocol.md} §4, kind 10).
 *
 * @param providers ids; one, and 2 to 5 of a {@link JobMode.Quorum}
 * @param escrow locked until the job is settled, base units; the price of settling comes out of it
 * @param specHash hash of what is to be done
 * @param deadline L2 clock in seconds until which a result is taken
 * @param windowSeconds in which the buyer may refuse a result, or after the deadline members may
 *     reveal; at least the chain's protective delay
 * @param refusalBps the provider's share if refused, 0 to 10,000
 */
public record JobTerms(
    List<Hash32> providers,
    JobMode mode,
    int token,
    Uint128 escrow,
    Hash32 specHash,
    long deadline,
    long windowSeconds,
    int refusalBps) {
  /** Copies the list. */
  public JobTerms {
    providers = List.copyOf(providers);
  }

  /** A job of one provider whose result the buyer judges. */
  public JobTerms(
      Hash32 provider,
      int token,
      Uint128 escrow,
      Hash32 specHash,
      long deadline,
      long windowSeconds,
      int refusalBps) {
    this(
        List.of(provider),
        new JobMode.BuyerAccepts(),
        token,
        escrow,
        specHash,
        deadline,
        windowSeconds,
        refusalBps);
  }
}
