package dev.sluice.primitives.crypto;

import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import fr.acinq.secp256k1.Secp256k1Exception;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * ECDSA over secp256k1 with 64-byte compact signatures, EIP-2098: {@code r32 || yParityAndS32}, the
 * parity of R's y in the top bit of the second word. Native libsecp256k1; thread-safe, no lock, no
 * state.
 *
 * <p>A signature is well-formed if {@code 0 < r < n} and {@code 0 < s <= n/2}; everything else is
 * refused before any curve arithmetic, as the contracts refuse it before {@code ecrecover}. Nonces
 * are RFC 6979, so signing draws no randomness.
 */
public final class Secp256k1 {
  /** Length of a compact signature in bytes. */
  public static final int SIGNATURE_BYTES = 64;

  private static final fr.acinq.secp256k1.Secp256k1 NATIVE = fr.acinq.secp256k1.Secp256k1.get();
  private static final byte[] ORDER =
      HexFormat.of().parseHex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
  private static final byte[] HALF_ORDER =
      HexFormat.of().parseHex("7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0");

  private Secp256k1() {}

  /** Signs a 32-byte digest; the result is well-formed and recovers to the key's address. */
  public static byte[] sign(Hash32 digest, PrivateKey key) {
    byte[] message = digest.toBytes();
    byte[] signature = NATIVE.sign(message, key.secret(), null);
    // The binding does not return the recovery id. With low s it is 0 or 1 (2 and 3 need r >= p -
    // n, about 2^-128).
    byte[] even = NATIVE.ecdsaRecover(signature, message, 0);
    if (!Arrays.equals(even, key.publicKey().uncompressed())) {
      signature[32] |= (byte) 0x80;
    }
    return signature;
  }

  /**
   * Whether the 64 bytes are a well-formed compact signature; says nothing about who signed what.
   */
  public static boolean isWellFormed(byte[] signature) {
    return signature.length == SIGNATURE_BYTES && isWellFormed(signature, 0);
  }

  /**
   * The signer's public key, or empty for bytes that are not a well-formed signature or lead to no
   * point.
   */
  public static Optional<PublicKey> recover(Hash32 digest, byte[] signature) {
    if (!isWellFormed(signature)) {
      return Optional.empty();
    }
    byte[] compact = withoutParity(signature);
    try {
      byte[] key = NATIVE.ecdsaRecover(compact, digest.toBytes(), signature[32] >>> 7 & 1);
      return key.length == PublicKey.BYTES ? Optional.of(new PublicKey(key)) : Optional.empty();
    } catch (Secp256k1Exception refused) {
      // libsecp256k1's only word for "no such point"; for checked lengths it has no other reason.
      return Optional.empty();
    }
  }

  /** The signer's address, as the EVM's {@code ecrecover} gives it, or empty. */
  public static Optional<Address> recoverAddress(Hash32 digest, byte[] signature) {
    return recover(digest, signature).map(PublicKey::address);
  }

  /**
   * Whether {@code key} signed {@code digest}: the ECDSA equation alone, about a sixth cheaper than
   * {@link #recover}.
   *
   * <p><b>It cannot see a wrong parity bit</b>: libsecp256k1 does not tell R. Bytes that are
   * accepted here with the parity bit flipped recover to a stranger, so whoever decides by this
   * method about something that the EVM will judge with {@code ecrecover} must know that the parity
   * is right, or judge by {@link #recover}.
   */
  public static boolean verifyIgnoringParity(Hash32 digest, byte[] signature, PublicKey key) {
    if (!isWellFormed(signature)) {
      return false;
    }
    try {
      return NATIVE.verify(withoutParity(signature), digest.toBytes(), key.uncompressed());
    } catch (Secp256k1Exception refused) {
      return false;
    }
  }

  /** The public key of 32 secret bytes in [1, n), else empty. */
  static Optional<PublicKey> publicKeyOf(byte[] secret) {
    if (secret.length != PrivateKey.BYTES || !NATIVE.secKeyVerify(secret)) {
      return Optional.empty();
    }
    return Optional.of(new PublicKey(NATIVE.pubkeyCreate(secret)));
  }

  private static boolean isWellFormed(byte[] signature, int at) {
    boolean rIsZero = true;
    boolean sIsZero = (signature[at + 32] & 0x7f) == 0;
    for (int i = 0; i < 32; i++) {
      rIsZero &= signature[at + i] == 0;
      sIsZero &= i == 0 || signature[at + 32 + i] == 0;
    }
    if (rIsZero || sIsZero) {
      return false;
    }
    if (Arrays.compareUnsigned(signature, at, at + 32, ORDER, 0, 32) >= 0) {
      return false;
    }
    int first = signature[at + 32] & 0x7f;
    int order = Integer.compare(first, HALF_ORDER[0]);
    if (order == 0) {
      order = Arrays.compareUnsigned(signature, at + 33, at + 64, HALF_ORDER, 1, 32);
    }
    return order <= 0;
  }

  private static byte[] withoutParity(byte[] signature) {
    byte[] compact = signature.clone();
    compact[32] &= 0x7f;
    return compact;
  }
}
