package dev.sluice.systemtests.differential;

import dev.sluice.primitives.batch.ChunkWitness;
import dev.sluice.primitives.batch.ChunkWitness.WitnessLeaf;
import dev.sluice.primitives.batch.ChunkWitness.WitnessMessage;
import dev.sluice.primitives.crypto.BlsSecretKey;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.inbox.InboxLink;
import dev.sluice.primitives.inbox.InboxMessage;
import dev.sluice.primitives.merkle.MultiProof;
import dev.sluice.primitives.testing.SeededGenerator;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.tuweni.bytes.Bytes;

/**
 * What a cheating challenger could bring against an honest chunk: its own witness with one thing
 * changed, or too little gas. Leaves that are left out are left out properly: the others still lead
 * to the right root.
 */
final class WitnessAttacks {
  private static final int CUTS = 2;

  /** Meta, fees, seeds. */
  private static final int FIRST_LEAVES = 3;

  private static final int GAS_LIMITS = 10;
  private static final long GAS_FROM = 1_000_000;

  /**
   * One of them.
   *
   * @param what is changed
   */
  record Attack(String what, ChunkCase chunk, long gas) {}

  private final ChunkCase chunk;
  private final ChunkWitness honest;
  private final SeededGenerator generator;
  private final List<Attack> attacks = new ArrayList<>();

  private WitnessAttacks(ChunkCase chunk, SeededGenerator generator) {
    this.chunk = chunk;
    this.honest =
        ChunkWitness.decode(chunk.witness(), RandomChain.COMMITTEE_LOG2).toOptional().orElseThrow();
    this.generator = generator;
  }

  /** Some of every sort that the witness has a place for. */
  static List<Attack> on(ChunkCase chunk, SeededGenerator generator) {
    WitnessAttacks attacks = new WitnessAttacks(chunk, generator);
    if (!attacks.honest.leaves().isEmpty()) {
      attacks.leaves();
      attacks.leavesLeftOut();
      attacks.siblings();
      attacks.messages();
      attacks.proofs();
    }
    attacks.cuts();
    attacks.gasLimits();
    return attacks.attacks;
  }

  private void add(String what, byte[] witness) {
    attacks.add(new Attack(what, chunk.with(witness), ProverOnNode.GAS_MAX));
  }

  private void add(String what, ChunkWitness witness) {
    add(what, witness.encode());
  }

  private void addLeaves(String what, List<WitnessLeaf> leaves) {
    add(what, new ChunkWitness(leaves, honest.messages(), honest.proofs(), honest.siblings()));
  }

  private void leaves() {
    List<WitnessLeaf> leaves = honest.leaves();
    int at = generator.below(leaves.size());
    WitnessLeaf leaf = leaves.get(at);
    List<WitnessLeaf> changed = new ArrayList<>(leaves);
    if (!leaf.isAbsent()) {
      byte[] preimage = leaf.preimage().toArray();
      preimage[generator.below(preimage.length)] ^= 1;
      changed.set(at, new WitnessLeaf(leaf.key(), leaf.mask(), Bytes.wrap(preimage)));
      addLeaves("leaf changed", changed);
      changed.set(at, new WitnessLeaf(leaf.key(), leaf.mask(), Bytes.EMPTY));
      addLeaves("leaf said to be absent", changed);
    }
    changed.set(
        at, new WitnessLeaf(leaf.key(), leaf.mask() ^ 1L << generator.below(40), leaf.preimage()));
    addLeaves("mask changed", changed);
    changed.set(at, leaf);
    changed.add(at, leaf);
    addLeaves("leaf twice", changed);
    changed.remove(at);
    changed.remove(at);
    addLeaves("leaf taken out", changed);
    changed.add(Math.max(0, at - 1), leaf);
    addLeaves("leaves out of order", changed);
    if (leaves.size() > FIRST_LEAVES) {
      List<WitnessLeaf> more = new ArrayList<>(leaves);
      more.add(FIRST_LEAVES, new WitnessLeaf(FIRST_LEAVES, 0, Bytes.EMPTY));
      addLeaves("unknown leaf", more);
    }
  }

  /** The first ones, those to be appended, and some of the others. */
  private void leavesLeftOut() {
    List<Long> keys = honest.leaves().stream().map(WitnessLeaf::key).toList();
    Map<String, Hash32> nodes = new KnownNodes(honest).nodes();
    for (WitnessLeaf leaf : honest.leaves()) {
      if (leaf.isAbsent() || leaf.key() < FIRST_LEAVES || generator.below(4) == 0) {
        Set<Long> others = new TreeSet<>(keys);
        others.remove(leaf.key());
        leftOut(Long.toHexString(leaf.key()), others, nodes);
      }
    }
    for (int first = 1; first < Math.min(FIRST_LEAVES, keys.size()); first++) {
      leftOut("up to " + first, new TreeSet<>(keys.subList(first + 1, keys.size())), nodes);
    }
  }

  private void leftOut(String which, Set<Long> others, Map<String, Hash32> nodes) {
    if (others.isEmpty()) {
      return;
    }
    MultiProof proof =
        MultiProof.build(
            (level, index) -> nodes.getOrDefault(level + ":" + index, Hash32.ZERO),
            MultiProof.DEPTH_MAX,
            List.copyOf(others));
    Map<Long, Long> masks = new HashMap<>();
    proof.positions().forEach(position -> masks.put(position.index(), position.mask()));
    List<WitnessLeaf> leaves =
        honest.leaves().stream()
            .filter(leaf -> others.contains(leaf.key()))
            .map(
                leaf ->
                    new WitnessLeaf(
                        leaf.key(), masks.getOrDefault(leaf.key(), 0L), leaf.preimage()))
            .toList();
    add(
        "leaf " + which + " left out",
        new ChunkWitness(leaves, honest.messages(), honest.proofs(), proof.siblings()));
  }

  private void siblings() {
    byte[] witness = chunk.witness();
    add("a sibling more", Arrays.copyOf(witness, witness.length + 32));
    add("a sibling less", Arrays.copyOf(witness, Math.max(0, witness.length - 32)));
  }

  private void messages() {
    List<WitnessMessage> messages = honest.messages();
    for (int at = 0; at < messages.size(); at++) {
      WitnessMessage message = messages.get(at);
      InboxLink link = message.link();
      List<WitnessMessage> changed = new ArrayList<>(messages);
      InboxMessage other = new InboxMessage.Deposit(0, Uint128.of(1), new Address(at, at, at));
      changed.set(
          at,
          new WitnessMessage(
              other,
              new InboxLink(
                  other.messageHash(), link.time(), link.witnessWeight(), link.gasWeight())));
      add("another message", withMessages(changed));
      changed.set(
          at,
          new WitnessMessage(
              message.message(),
              new InboxLink(
                  link.messageHash(), link.time(), link.witnessWeight() + 1, link.gasWeight())));
      add("another weight", withMessages(changed));
      changed.remove(at);
      add("a message less", withMessages(changed));
      changed.add(at, message);
      changed.add(at, message);
      add("a message more", withMessages(changed));
    }
  }

  private ChunkWitness withMessages(List<WitnessMessage> messages) {
    return new ChunkWitness(honest.leaves(), messages, honest.proofs(), honest.siblings());
  }

  private void proofs() {
    List<Bytes> proofs = honest.proofs();
    Bytes key = Bytes.wrap(BlsSecretKey.fromSeed(new byte[32]).orElseThrow().publicKey().toBytes());
    for (int at = 0; at < proofs.size(); at++) {
      Bytes proof = proofs.get(at);
      List<Bytes> changed = new ArrayList<>(proofs);
      if (!proof.isEmpty()) {
        byte[] other = proof.toArray();
        other[generator.below(other.length)] ^= 1;
        changed.set(at, Bytes.wrap(other));
        add("proof changed", withProofs(changed));
        changed.set(at, proof.slice(0, proof.size() - 32));
        add("proof shorter", withProofs(changed));
      }
      if (proof.size() >= key.size()) {
        changed.set(at, Bytes.concatenate(key, proof.slice(key.size())));
        add("another's key", withProofs(changed));
      }
      changed.set(at, Bytes.concatenate(proof, Bytes.wrap(new byte[32])));
      add("proof longer", withProofs(changed));
      changed.remove(at);
      add("a proof less", withProofs(changed));
    }
    List<Bytes> more = new ArrayList<>(proofs);
    more.add(Bytes.EMPTY);
    add("a proof more", withProofs(more));
  }

  private ChunkWitness withProofs(List<Bytes> proofs) {
    return new ChunkWitness(honest.leaves(), honest.messages(), proofs, honest.siblings());
  }

  private void cuts() {
    for (int i = 0; i < CUTS && chunk.witness().length > 0; i++) {
      add("cut", Arrays.copyOf(chunk.witness(), generator.below(chunk.witness().length)));
    }
  }

  /** As much gas as is just not enough somewhere. */
  private void gasLimits() {
    if (!honest.proofs().isEmpty()) {
      double gas = GAS_FROM;
      for (int i = 0; i < GAS_LIMITS; i++) {
        attacks.add(new Attack("gas " + (long) gas, chunk, (long) gas));
        gas *= 1.2;
      }
    }
  }

  /** The nodes that a multiproof knows (docs/protocol.md §3), by level and index. */
  private static final class KnownNodes {
    private final Map<String, Hash32> nodes = new HashMap<>();
    private final ChunkWitness witness;
    private int used;

    KnownNodes(ChunkWitness witness) {
      this.witness = witness;
      node(MultiProof.DEPTH_MAX, 0, witness.leaves());
    }

    Map<String, Hash32> nodes() {
      return nodes;
    }

    private Hash32 node(int level, long index, List<WitnessLeaf> below) {
      Hash32 hash;
      if (level == 0) {
        hash = below.getFirst().hash();
      } else {
        List<WitnessLeaf> left =
            below.stream().filter(leaf -> (leaf.key() >>> (level - 1) & 1) == 0).toList();
        List<WitnessLeaf> right = below.subList(left.size(), below.size());
        Hash32 first = left.isEmpty() ? Hash32.ZERO : node(level - 1, 2 * index, left);
        Hash32 second = right.isEmpty() ? Hash32.ZERO : node(level - 1, 2 * index + 1, right);
        if (left.isEmpty() || right.isEmpty()) {
          boolean posted = (below.getLast().mask() >>> (level - 1) & 1) == 1;
          Hash32 sibling = posted ? witness.siblings().get(used++) : Hash32.ZERO;
          nodes.put(level - 1 + ":" + (2 * index + (left.isEmpty() ? 0 : 1)), sibling);
          first = left.isEmpty() ? sibling : first;
          second = right.isEmpty() ? sibling : second;
        }
        hash = parent(first, second);
      }
      nodes.put(level + ":" + index, hash);
      return hash;
    }

    private static Hash32 parent(Hash32 left, Hash32 right) {
      byte[] both = new byte[64];
      left.writeTo(both, 0);
      right.writeTo(both, 32);
      return left.isZero() && right.isZero() ? Hash32.ZERO : Keccak256.hash32(both);
    }
  }
}
