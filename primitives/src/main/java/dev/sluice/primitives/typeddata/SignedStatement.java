package dev.sluice.primitives.typeddata;

import dev.sluice.primitives.value.Hash32;

/** What is signed as typed data without being a transaction ({@code docs/protocol.md} §4, §8). */
public sealed interface SignedStatement {
  /**
   * The sequencer's soft confirmation of a block and all its parents.
   *
   * @param number block number, {@code u64}
   * @param blockAccumulator after that block
   * @param postBy L1 time in seconds by which the block is to be posted, {@code u64}
   */
  record BlockConfirmation(long number, Hash32 blockAccumulator, long postBy)
      implements SignedStatement {}

  /**
   * The sequencer's receipt for one heartbeat: the device's evidence if it is left out.
   *
   * @param provider the provider's id
   * @param epoch a {@code u32}
   * @param receivedAt seconds, {@code u64}
   */
  record HeartbeatReceipt(Hash32 provider, long epoch, long receivedAt)
      implements SignedStatement {}

  /**
   * A gateway's aggregate for one committee, signed by the gateway's wallet.
   *
   * @param account the gateway's account index, a {@code u32}
   * @param epoch a {@code u32}
   * @param committee index, a {@code u32}
   * @param bitfieldHash Keccak-256 of the bitfield of those present
   * @param signatureHash Keccak-256 of the 192-byte aggregate
   */
  record HeartbeatPart(
      long account, long epoch, long committee, Hash32 bitfieldHash, Hash32 signatureHash)
      implements SignedStatement {}
}
