package dev.sluice.primitives.batch;

import dev.sluice.primitives.codec.ByteReader;
import dev.sluice.primitives.codec.ByteWriter;
import dev.sluice.primitives.codec.DecodeResult;
import dev.sluice.primitives.codec.Malformation;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.inbox.InboxLink;
import dev.sluice.primitives.inbox.InboxMessage;
import dev.sluice.primitives.merkle.MultiProof;
import dev.sluice.primitives.state.Leaf;
import dev.sluice.primitives.value.Hash32;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;

/**
 * What a dispute of one chunk brings to L1: leaves of the state before it, the inbox messages that
 * it consumes, proofs of device keys, the siblings ({@code docs/protocol.md} §10, witness). A wrong
 * witness never convicts: the contract trusts only the root that it gives.
 *
 * @param leaves strictly ascending by key
 * @param messages in inbox order
 * @param proofs one for every transaction of kind 6 or 9 in the order in which they run, forced
 *     ones included; empty if it is refused before it needs one
 * @param siblings in depth-first order
 */
public record ChunkWitness(
    List<WitnessLeaf> leaves,
    List<WitnessMessage> messages,
    List<Bytes> proofs,
    List<Hash32> siblings) {
  /** The witness of a malformed chunk. */
  public static final ChunkWitness EMPTY =
      new ChunkWitness(List.of(), List.of(), List.of(), List.of());

  private static final int COUNT_MAX = 0xffff;
  private static final int ABSENT = 0x80;

  /**
   * A leaf before the chunk.
   *
   * @param key 40 bits, {@code type u8 | index u32}
   * @param mask of its multiproof position
   * @param preimage of the length that its type has; empty if the leaf is absent
   */
  public record WitnessLeaf(long key, long mask, Bytes preimage) {
    /** Whether the tree has no such leaf yet. */
    public boolean isAbsent() {
      return preimage.isEmpty();
    }

    /** The hash at level 0: 0 for an absent leaf. */
    public Hash32 hash() {
      return isAbsent() ? Hash32.ZERO : Keccak256.hash32(preimage.toArrayUnsafe());
    }
  }

  /**
   * A message with its link of the inbox accumulator; the link's message hash is that of the
   * message.
   */
  public record WitnessMessage(InboxMessage message, InboxLink link) {
    public WitnessMessage {
      if (!link.messageHash().equals(message.messageHash())) {
        throw new IllegalArgumentException("the link is of another message than " + message);
      }
    }
  }

  public ChunkWitness {
    leaves = List.copyOf(leaves);
    messages = List.copyOf(messages);
    proofs = List.copyOf(proofs);
    siblings = List.copyOf(siblings);
    if (leaves.size() > COUNT_MAX || messages.size() > COUNT_MAX || proofs.size() > COUNT_MAX) {
      throw new IllegalArgumentException(
          leaves.size()
              + " leaves, "
              + messages.size()
              + " messages, "
              + proofs.size()
              + " proofs");
    }
  }

  /**
   * The root of the state tree that these leaves and siblings give, or empty if they are no proof.
   */
  public Optional<Hash32> preRoot() {
    List<MultiProof.Position> positions =
        leaves.stream().map(leaf -> new MultiProof.Position(leaf.key(), leaf.mask())).toList();
    return new MultiProof(MultiProof.DEPTH_MAX, positions, siblings)
        .root(leaves.stream().map(WitnessLeaf::hash).toList());
  }

  /** The {@code witness} argument of {@code proveChunk}. */
  public byte[] encode() {
    ByteWriter out = new ByteWriter(4_096).u16(leaves.size());
    for (WitnessLeaf leaf : leaves) {
      int type = (int) (leaf.key() >>> 32);
      out.u8(leaf.isAbsent() ? type | ABSENT : type)
          .u32(leaf.key())
          .u40(leaf.mask())
          .bytes(leaf.preimage());
    }
    out.u16(messages.size());
    for (WitnessMessage entry : messages) {
      byte[] payload = entry.message().payload();
      out.u64(entry.link().time())
          .u64(entry.link().witnessWeight())
          .u64(entry.link().gasWeight())
          .u8(entry.message().kind())
          .u16(payload.length)
          .bytes(payload);
    }
    out.u16(proofs.size());
    for (Bytes proof : proofs) {
      out.u32(proof.size()).bytes(proof);
    }
    siblings.forEach(out::hash32);
    return out.toBytes();
  }

  /** Decodes a whole witness; says nothing about what it proves. */
  public static DecodeResult<ChunkWitness> decode(byte[] bytes, int committeeSizeLog2) {
    ByteReader in = new ByteReader(bytes);
    int leafCount = in.u16();
    List<WitnessLeaf> leaves = new ArrayList<>();
    for (int i = 0; i < leafCount && !in.hasFailed(); i++) {
      int type = in.u8();
      long key = (long) (type & ~ABSENT) << 32 | in.u32();
      long mask = in.u40();
      int size = Leaf.preimageBytes(key, committeeSizeLog2);
      if (size < 0) {
        in.fail(Malformation.UNKNOWN_TYPE);
      } else {
        leaves.add(new WitnessLeaf(key, mask, in.bytes((type & ABSENT) == 0 ? size : 0)));
      }
    }
    int messageCount = in.u16();
    List<WitnessMessage> messages = new ArrayList<>();
    for (int i = 0; i < messageCount && !in.hasFailed(); i++) {
      long time = in.u64();
      long witnessWeight = in.u64();
      long gasWeight = in.u64();
      int kind = in.u8();
      byte[] payload = in.bytes(in.u16()).toArrayUnsafe();
      switch (InboxMessage.decode(kind, payload)) {
        case DecodeResult.Decoded<InboxMessage>(InboxMessage message) ->
            messages.add(
                new WitnessMessage(
                    message, new InboxLink(message.messageHash(), time, witnessWeight, gasWeight)));
        case DecodeResult.Malformed<InboxMessage>(Malformation reason) -> in.fail(reason);
      }
    }
    int proofCount = in.u16();
    List<Bytes> proofs = new ArrayList<>();
    for (int i = 0; i < proofCount && !in.hasFailed(); i++) {
      // One byte too many is enough to fail.
      proofs.add(in.bytes((int) Math.min(in.u32(), in.remaining() + 1L)));
    }
    List<Hash32> siblings = new ArrayList<>();
    while (in.remaining() > 0) {
      siblings.add(in.hash32());
    }
    return in.hasFailed()
        ? in.malformed()
        : in.finish(_ -> new ChunkWitness(leaves, messages, proofs, siblings));
  }
}
