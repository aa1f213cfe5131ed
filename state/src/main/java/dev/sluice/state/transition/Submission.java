package dev.sluice.state.transition;

import org.jspecify.annotations.Nullable;

/**
 * How a transaction came here.
 *
 * @param source who knows its signer
 * @param wireNonce the nonce that its wire form names, to be compared with the account's; null for
 *     posted bytes, which name none
 */
public record Submission(SignerSource source, @Nullable Long wireNonce) {
  /** From the bytes of a block. */
  public static final Submission POSTED = new Submission(new SignerSource.FromPosted(), null);
}
