package dev.sluice.primitives.transaction;

import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import java.nio.ByteBuffer;

/**
 * Ids of channels, jobs and providers, and the messages that devices sign ({@code docs/protocol.md}
 * §1, §4, §6.2).
 */
public final class Ids {
  private Ids() {}

  /**
   * {@code H(D | pad32(owner) | pad32(account) | pad32(nonce))}: the id of what a transaction with
   * this nonce opened.
   *
   * @param domain the domain separator D
   * @param account the opener's account index, a {@code u32}
   * @param nonce the opening transaction's nonce, a {@code u64}
   */
  public static Hash32 of(Hash32 domain, Address owner, long account, long nonce) {
    byte[] preimage = new byte[128];
    domain.writeTo(preimage, 0);
    owner.writeTo(preimage, 32 + 12);
    ByteBuffer.wrap(preimage).putLong(64 + 24, account).putLong(96 + 24, nonce);
    return Keccak256.hash32(preimage);
  }

  /**
   * The 32 bytes that a proof of possession signs: {@code H(D | owner | deviceKey)}; {@code
   * deviceKey} has 96 bytes.
   */
  public static Hash32 possessionMessage(Hash32 domain, Address owner, byte[] deviceKey) {
    byte[] preimage = new byte[32 + 20 + deviceKey.length];
    domain.writeTo(preimage, 0);
    owner.writeTo(preimage, 32);
    System.arraycopy(deviceKey, 0, preimage, 52, deviceKey.length);
    return Keccak256.hash32(preimage);
  }

  /** The beacon of an epoch: {@code H(seed | epoch u64)}. */
  public static Hash32 beacon(Hash32 seed, long epoch) {
    byte[] preimage = new byte[40];
    seed.writeTo(preimage, 0);
    ByteBuffer.wrap(preimage).putLong(32, epoch);
    return Keccak256.hash32(preimage);
  }

  /** The 32 bytes that every device signs in an epoch: {@code H(D | epoch u64 | beacon)}. */
  public static Hash32 heartbeatMessage(Hash32 domain, long epoch, Hash32 beacon) {
    byte[] preimage = new byte[72];
    domain.writeTo(preimage, 0);
    ByteBuffer.wrap(preimage).putLong(32, epoch);
    beacon.writeTo(preimage, 40);
    return Keccak256.hash32(preimage);
  }
}
