package dev.sluice.primitives.transaction;

import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import java.nio.ByteBuffer;

/**
 * Ids of channels, jobs and providers, commitments, ticks, and the messages that devices sign
 * ({@code docs/protocol.md} §1, §4, §6.2).
 */
public final class Ids {
  private Ids() {}

  /**
   * {@code H(pad32(owner) | digest)}: the id of what a transaction opened.
   *
   * @param owner of the account that opened it
   * @param digest that the owner signed: of the chain, the account's index and nonce, and all terms
   */
  public static Hash32 of(Address owner, Hash32 digest) {
    byte[] preimage = new byte[64];
    owner.writeTo(preimage, 12);
    digest.writeTo(preimage, 32);
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

  /**
   * What a member of a k-of-n job gives as its result first: {@code H(job id | member u8 |
   * resultHash | salt)}.
   *
   * @param member its place among the job's providers, a {@code u8}
   */
  public static Hash32 commitment(Hash32 job, int member, Hash32 resultHash, Hash32 salt) {
    byte[] preimage = new byte[97];
    job.writeTo(preimage, 0);
    preimage[32] = (byte) member;
    resultHash.writeTo(preimage, 33);
    salt.writeTo(preimage, 65);
    return Keccak256.hash32(preimage);
  }

  /**
   * The tick that stands {@code steps} before this one in its channel's hash chain: the tick hashed
   * so many times. The payer makes the chain from its end; {@code steps} 0 gives the tick itself.
   */
  public static Hash32 earlierTick(Hash32 tick, long steps) {
    Hash32 earlier = tick;
    for (long i = 0; i < steps; i++) {
      earlier = Keccak256.hash32(earlier.toBytes());
    }
    return earlier;
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
