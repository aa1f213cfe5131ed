package dev.sluice.sequencer.confirmation;

import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.crypto.Secp256k1;
import dev.sluice.primitives.typeddata.SignedStatement;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;

/**
 * Signs with the sequencer key: one signature per group of blocks (17 µs), one per heartbeat
 * receipt. Thread-safe.
 */
public final class HeadSigner {
  private final TypedData typedData;
  private final PrivateKey key;
  private final long postWithinSeconds;

  /**
   * @param postWithinSeconds after its clock a block is promised to be on L1
   */
  public HeadSigner(TypedData typedData, PrivateKey key, long postWithinSeconds) {
    this.typedData = typedData;
    this.key = key;
    this.postWithinSeconds = postWithinSeconds;
  }

  /** The promise about a block that is durable. */
  public SignedHead confirm(long number, long clock, Hash32 blockAccumulator) {
    long postBy = clock + postWithinSeconds;
    return new SignedHead(
        number,
        blockAccumulator,
        postBy,
        sign(new SignedStatement.BlockConfirmation(number, blockAccumulator, postBy)));
  }

  /** A signature of 64 bytes over a statement. */
  public byte[] sign(SignedStatement statement) {
    return Secp256k1.sign(typedData.digest(statement), key);
  }

  /** Whose signature it is. */
  public Address address() {
    return key.address();
  }
}
