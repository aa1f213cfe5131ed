package dev.sluice.systemtests.secondreader;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.KeccakDigest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;

/** Bytes, hashes and wallet signatures, as {@code docs/protocol.md §1} words them. */
final class Words {
  static final byte[] ZERO = new byte[32];
  private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");

  private Words() {}

  static byte[] keccak(byte[]... parts) {
    KeccakDigest digest = new KeccakDigest(256);
    for (byte[] part : parts) {
      digest.update(part, 0, part.length);
    }
    byte[] out = new byte[32];
    digest.doFinal(out, 0);
    return out;
  }

  static byte[] keccak(String text) {
    return keccak(text.getBytes(StandardCharsets.US_ASCII));
  }

  static byte[] node(byte[] left, byte[] right) {
    return isZero(left) && isZero(right) ? ZERO : keccak(left, right);
  }

  static boolean isZero(byte[] bytes) {
    for (byte b : bytes) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  static byte[] cat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  static byte[] u8(int value) {
    return new byte[] {(byte) value};
  }

  static byte[] u16(int value) {
    return ByteBuffer.allocate(2).putShort((short) value).array();
  }

  static byte[] u32(long value) {
    return ByteBuffer.allocate(4).putInt((int) value).array();
  }

  static byte[] u64(long value) {
    return ByteBuffer.allocate(8).putLong(value).array();
  }

  static byte[] u128(BigInteger value) {
    return fixed(value, 16);
  }

  static byte[] word(BigInteger value) {
    return fixed(value, 32);
  }

  static byte[] word(long value) {
    return fixed(new BigInteger(1, u64(value)), 32);
  }

  /** An address or a shorter byte string, left-padded to a word. */
  static byte[] padLeft(byte[] bytes) {
    byte[] out = new byte[32];
    System.arraycopy(bytes, 0, out, 32 - bytes.length, bytes.length);
    return out;
  }

  static byte[] fixed(BigInteger value, int width) {
    byte[] raw = value.toByteArray();
    byte[] out = new byte[width];
    int skip = raw.length > width ? raw.length - width : 0;
    for (int i = 0; i < skip; i++) {
      if (raw[i] != 0) {
        throw new IllegalArgumentException(value + " does not fit " + width + " bytes");
      }
    }
    System.arraycopy(raw, skip, out, width - (raw.length - skip), raw.length - skip);
    return out;
  }

  static BigInteger number(byte[] bytes) {
    return new BigInteger(1, bytes);
  }

  /**
   * The address that signed, or an empty array if the signature is not a valid low-s EIP-2098 one.
   */
  static byte[] recover(byte[] digest, byte[] signature) {
    BigInteger n = CURVE.getN();
    BigInteger r = number(Arrays.copyOf(signature, 32));
    BigInteger vs = number(Arrays.copyOfRange(signature, 32, 64));
    boolean odd = vs.testBit(255);
    BigInteger s = vs.clearBit(255);
    if (r.signum() == 0
        || r.compareTo(n) >= 0
        || s.signum() == 0
        || s.compareTo(n.shiftRight(1)) > 0) {
      return new byte[0];
    }
    ECPoint point;
    try {
      point = CURVE.getCurve().decodePoint(cat(u8(odd ? 3 : 2), word(r)));
    } catch (IllegalArgumentException notOnTheCurve) {
      return new byte[0];
    }
    BigInteger rInverse = r.modInverse(n);
    BigInteger u1 = number(digest).negate().multiply(rInverse).mod(n);
    BigInteger u2 = s.multiply(rInverse).mod(n);
    ECPoint key = ECAlgorithms.sumOfTwoMultiplies(CURVE.getG(), u1, point, u2).normalize();
    if (key.isInfinity()) {
      return new byte[0];
    }
    byte[] encoded = key.getEncoded(false);
    return Arrays.copyOfRange(keccak(Arrays.copyOfRange(encoded, 1, 65)), 12, 32);
  }
}
