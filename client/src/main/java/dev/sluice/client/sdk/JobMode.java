package dev.sluice.client.sdk;

import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.value.Hash32;

/** How a job's result is judged ({@code docs/protocol.md} §3, type 7). */
public sealed interface JobMode {
  /** Mode 0: the buyer accepts, or refuses within the window. */
  record BuyerAccepts() implements JobMode {}

  /**
   * Mode 1: the first result that hashes to this pays the provider at once.
   *
   * @param expected {@code H(result hash)}
   */
  record ExpectedHash(Hash32 expected) implements JobMode {
    /** Of a result that the buyer knows already. */
    public static ExpectedHash ofResult(Hash32 resultHash) {
      return new ExpectedHash(Keccak256.hash32(resultHash.toBytes()));
    }
  }

  /**
   * Mode 2: the providers commit, then reveal; the first {@code k} equal results are paid.
   *
   * @param k more than half of the providers
   */
  record Quorum(int k) implements JobMode {}
}
