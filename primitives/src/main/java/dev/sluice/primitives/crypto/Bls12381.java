package dev.sluice.primitives.crypto;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import supranational.blst.BLST_ERROR;
import supranational.blst.P1;
import supranational.blst.P1_Affine;
import supranational.blst.P2;
import supranational.blst.P2_Affine;

/**
 * BLS signatures over BLS12-381: keys in G1, signatures in G2, proof-of-possession ciphersuite
 * (draft-irtf-cfrg-bls-signature §4.2.3, hashing by RFC 9380). Native blst; thread-safe.
 *
 * <p>Rogue keys are excluded by the proof of possession that registration demands, so aggregates
 * over one message are checked against the plain sum of keys.
 */
public final class Bls12381 {
  /** What a signature is for: the domain separation tag that goes into hashing to the curve. */
  public enum Domain {
    /** Ordinary messages: heartbeats. */
    MESSAGE("BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_"),
    /** Proofs of possession of the secret key. */
    POSSESSION("BLS_POP_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_");

    private final String tag;

    Domain(String tag) {
      this.tag = tag;
    }

    /** The tag in ASCII. */
    public String tag() {
      return tag;
    }
  }

  private static final int FIELD_BYTES = 48;

  private Bls12381() {}

  /** Signs a message of any length. Deterministic. */
  public static BlsSignature sign(BlsSecretKey key, byte[] message, Domain domain) {
    return BlsSignature.of(new P2().hash_to(message, domain.tag()).sign_with(key.secret()));
  }

  /** Whether {@code key} signed {@code message}. */
  public static boolean verify(
      BlsPublicKey key, byte[] message, BlsSignature signature, Domain domain) {
    return verify(key.point(), message, signature.point(), domain);
  }

  /**
   * Whether {@code signature} is the aggregate of the signatures of everybody in {@code keys} on
   * one {@code message}, for keys that have each proved possession. False for a sum at infinity.
   */
  public static boolean fastAggregateVerify(
      BlsKeySum keys, byte[] message, BlsSignature signature, Domain domain) {
    return !keys.isInfinity() && verify(keys.affine(), message, signature.point(), domain);
  }

  /**
   * Finds the bad ones among many signatures of different keys on the same message: one check of a
   * random linear combination, halved on failure. For admission only, never for consensus: a false
   * accept has probability 2^-63 over the caller's coefficients.
   *
   * @param keys one key per signature
   * @param signatures as many
   * @param coefficients as many, unpredictable to the signers, odd or not, each not 0
   * @return the indices that do not verify, ascending; empty if all do. Throws {@link
   *     IllegalArgumentException} on unequal sizes or a zero coefficient
   */
  public static List<Integer> verifyAllSameMessage(
      List<BlsPublicKey> keys,
      List<BlsSignature> signatures,
      byte[] message,
      Domain domain,
      long[] coefficients) {
    int count = keys.size();
    if (signatures.size() != count || coefficients.length != count) {
      throw new IllegalArgumentException(
          count
              + " keys, "
              + signatures.size()
              + " signatures, "
              + coefficients.length
              + " coefficients");
    }
    P1[] scaledKeys = new P1[count];
    P2[] scaledSignatures = new P2[count];
    for (int i = 0; i < count; i++) {
      if (coefficients[i] == 0) {
        throw new IllegalArgumentException("coefficient " + i + " is 0");
      }
      BigInteger coefficient = new BigInteger(Long.toUnsignedString(coefficients[i]));
      scaledKeys[i] = keys.get(i).point().to_jacobian().mult(coefficient);
      scaledSignatures[i] = signatures.get(i).point().to_jacobian().mult(coefficient);
    }
    List<Integer> bad = new ArrayList<>();
    bisect(scaledKeys, scaledSignatures, 0, count, message, domain, bad);
    return bad;
  }

  private static void bisect(
      P1[] keys,
      P2[] signatures,
      int from,
      int to,
      byte[] message,
      Domain domain,
      List<Integer> bad) {
    if (from == to) {
      return;
    }
    P1 key = new P1();
    P2 signature = new P2();
    for (int i = from; i < to; i++) {
      key.add(keys[i]);
      signature.add(signatures[i]);
    }
    boolean good =
        !key.is_inf()
            && !signature.is_inf()
            && verify(key.to_affine(), message, signature.to_affine(), domain);
    if (good) {
      return;
    }
    if (to - from == 1) {
      bad.add(from);
      return;
    }
    int middle = (from + to) >>> 1;
    bisect(keys, signatures, from, middle, message, domain, bad);
    bisect(keys, signatures, middle, to, message, domain, bad);
  }

  private static boolean verify(P1_Affine key, byte[] message, P2_Affine signature, Domain domain) {
    return signature.core_verify(key, true, message, domain.tag()) == BLST_ERROR.BLST_SUCCESS;
  }

  /**
   * A point on the curve, perhaps infinity (all zero), perhaps outside the subgroup; empty for all
   * other bytes.
   */
  static Optional<P1_Affine> decodeG1(byte[] bytes) {
    if (bytes.length != BlsPublicKey.BYTES) {
      return Optional.empty();
    }
    if (isZero(bytes)) {
      return Optional.of(new P1_Affine());
    }
    // The top three bits are flags in blst's format; the modulus has 381 bits, so a plain
    // coordinate never sets them.
    if ((bytes[0] & 0xe0) != 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(new P1_Affine(bytes));
    } catch (RuntimeException refused) {
      return refusedEncoding(refused);
    }
  }

  /** As {@link #decodeG1}, for 192 bytes in EIP-2537's field order. */
  static Optional<P2_Affine> decodeG2(byte[] bytes) {
    if (bytes.length != BlsSignature.BYTES) {
      return Optional.empty();
    }
    if (isZero(bytes)) {
      return Optional.of(new P2_Affine());
    }
    byte[] serialized = swapFields(bytes);
    if ((serialized[0] & 0xe0) != 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(new P2_Affine(serialized));
    } catch (RuntimeException refused) {
      return refusedEncoding(refused);
    }
  }

  /** Exchanges c0 and c1 of both coordinates; its own inverse. */
  static byte[] swapFields(byte[] bytes) {
    byte[] swapped = new byte[bytes.length];
    for (int i = 0; i < 4; i++) {
      System.arraycopy(bytes, i * FIELD_BYTES, swapped, (i ^ 1) * FIELD_BYTES, FIELD_BYTES);
    }
    return swapped;
  }

  /**
   * The binding throws a bare RuntimeException whose text is the blst error; any other one is not
   * ours to swallow.
   */
  private static <T> Optional<T> refusedEncoding(RuntimeException refused) {
    String text = String.valueOf(refused.getMessage());
    if (refused.getClass() == RuntimeException.class && text.contains("BLST_")) {
      return Optional.empty();
    }
    throw refused;
  }

  private static boolean isZero(byte[] bytes) {
    return Arrays.equals(bytes, new byte[bytes.length]);
  }
}
