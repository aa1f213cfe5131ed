package dev.sluice.primitives.crypto;

import dev.sluice.primitives.value.Address;
import java.util.Arrays;

/** A valid secp256k1 public key with its address computed once. */
public final class PublicKey {
  /** Length of the uncompressed encoding, {@code 04 || x || y}. */
  public static final int BYTES = 65;

  private final byte[] uncompressed;
  private final Address address;

  /** Trusts its caller, {@link Secp256k1}, that libsecp256k1 made the 65 bytes. */
  PublicKey(byte[] uncompressed) {
    this.uncompressed = uncompressed;
    this.address = Address.of(Keccak256.hash(uncompressed, 1, 64), 12);
  }

  /** The last 20 bytes of the Keccak-256 of {@code x || y}. */
  public Address address() {
    return address;
  }

  /** A fresh array of 65 bytes, {@code 04 || x || y}. */
  public byte[] toBytes() {
    return uncompressed.clone();
  }

  byte[] uncompressed() {
    return uncompressed;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PublicKey key && Arrays.equals(uncompressed, key.uncompressed);
  }

  @Override
  public int hashCode() {
    return address.hashCode();
  }

  @Override
  public String toString() {
    return "PublicKey[" + address + "]";
  }
}
