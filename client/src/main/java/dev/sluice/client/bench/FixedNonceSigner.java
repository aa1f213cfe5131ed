package dev.sluice.client.bench;

import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.crypto.Secp256k1;
import dev.sluice.primitives.value.Hash32;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * Makes valid signatures of one key about twenty times faster than a wallet does, by using the same
 * secret number <i>k</i> for all of them: then {@code r} is fixed and {@code s = k⁻¹·(z + r·d) mod
 * n}.
 *
 * <p><b>Two such signatures give the key away.</b> That is harmless for the throw-away keys of a
 * measurement, and for the verifier such a signature costs exactly what any other does. Never to be
 * used for anything else.
 */
final class FixedNonceSigner {
  private static final BigInteger ORDER =
      new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);
  private static final BigInteger HALF_ORDER = ORDER.shiftRight(1);

  private final byte[] r;
  private final boolean oddParity;
  private final BigInteger inverseNonce;
  private final BigInteger tail;

  /**
   * A signer for {@code key}.
   *
   * @param nonce the secret number k, itself a valid private key
   */
  FixedNonceSigner(PrivateKey key, PrivateKey nonce) {
    byte[] point = nonce.publicKey().toBytes(); // 04 | x32 | y32
    r = Arrays.copyOfRange(point, point.length - 64, point.length - 32);
    oddParity = (point[point.length - 1] & 1) == 1;
    BigInteger x = new BigInteger(1, r);
    if (x.compareTo(ORDER) >= 0) {
      throw new IllegalArgumentException("a point whose x is above the group's order");
    }
    BigInteger k = new BigInteger(1, nonce.exportSecret());
    inverseNonce = k.modInverse(ORDER);
    // k⁻¹·r·d, so that one multiplication per signature is left.
    tail =
        inverseNonce
            .multiply(x)
            .mod(ORDER)
            .multiply(new BigInteger(1, key.exportSecret()))
            .mod(ORDER);
  }

  /** The 64 bytes of EIP-2098 for this digest. */
  byte[] sign(Hash32 digest) {
    BigInteger s = inverseNonce.multiply(new BigInteger(1, digest.toBytes())).add(tail).mod(ORDER);
    boolean odd = oddParity;
    if (s.compareTo(HALF_ORDER) > 0) {
      s = ORDER.subtract(s);
      odd = !odd;
    }
    byte[] signature = Arrays.copyOf(r, Secp256k1.SIGNATURE_BYTES);
    byte[] bytes = s.toByteArray();
    int length = Math.min(bytes.length, 32);
    System.arraycopy(bytes, bytes.length - length, signature, 64 - length, length);
    if (odd) {
      signature[32] |= (byte) 0x80;
    }
    return signature;
  }
}
