package dev.sluice.state.ledger;

import dev.sluice.primitives.crypto.BlsPublicKey;
import dev.sluice.primitives.crypto.NodeHasher;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.merkle.MultiProof;
import dev.sluice.primitives.state.LeafType;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.state.store.BlockWrite;
import dev.sluice.state.store.StateStore;
import dev.sluice.state.tree.StateTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;

/** The state of one chain. Single writer; a reader on another thread needs the writer's lock. */
public final class Ledger {
  /**
   * Store type of device keys, which are no leaves ({@code docs/protocol.md} §3 has only their
   * hashes).
   */
  public static final int STORED_DEVICE_KEYS = 255;

  static final int TYPE_META = 0;
  private static final int META_LEAVES = 3;

  private final Genesis genesis;
  private final NodeHasher hasher;
  private final StateTree tree;
  private final LeafTable metaLeaves = new LeafTable(TYPE_META, Meta.BYTES);
  private final LeafTable accountLeaves = table(LeafType.ACCOUNT, Accounts.BYTES);
  private final LeafTable withdrawalLeaves = table(LeafType.WITHDRAWAL, Withdrawals.BYTES);
  private final LeafTable channelLeaves = table(LeafType.CHANNEL, Channels.BYTES);
  private final LeafTable providerLeaves = table(LeafType.PROVIDER, Providers.BYTES);
  private final LeafTable committeeLeaves = table(LeafType.COMMITTEE, Committees.BYTES);
  private final LeafTable counterLeaves;
  private final LeafTable jobLeaves = table(LeafType.JOB, Jobs.BYTES);
  private final LeafTable quorumLeaves = table(LeafType.QUORUM, Quorums.BYTES);
  private final List<LeafTable> tables;
  private final Meta meta = new Meta(metaLeaves);
  private final Fees fees = new Fees(metaLeaves);
  private final Seeds seeds = new Seeds(metaLeaves);
  private final AddressIndex accountIndex = new AddressIndex(accountLeaves);
  private final IdIndex channelIndex = new IdIndex(channelLeaves);
  private final IdIndex providerIndex = new IdIndex(providerLeaves);
  private final IdIndex jobIndex = new IdIndex(jobLeaves);
  private final Accounts accounts = new Accounts(accountLeaves, accountIndex, meta);
  private final Withdrawals withdrawals = new Withdrawals(withdrawalLeaves, meta);
  private final Channels channels = new Channels(channelLeaves, channelIndex, meta);
  private final Providers providers = new Providers(providerLeaves, providerIndex, meta);
  private final DeviceKeys deviceKeys;
  private final KeyProofs keyProofs;
  private final Committees committees;
  private final Jobs jobs = new Jobs(jobLeaves, jobIndex, meta);
  private final Quorums quorums = new Quorums(quorumLeaves, meta);
  private int providersBeforeBlock;

  private Ledger(Genesis genesis, NodeHasher hasher) {
    this.genesis = genesis;
    this.hasher = hasher;
    this.tree = new StateTree(hasher);
    this.counterLeaves =
        table(LeafType.COUNTERS, Committees.counterBytes(genesis.committeeSizeLog2()));
    this.deviceKeys = new DeviceKeys(genesis.committeeSizeLog2());
    this.keyProofs = new KeyProofs(deviceKeys, genesis.committeeSizeLog2());
    this.committees =
        new Committees(committeeLeaves, counterLeaves, deviceKeys, genesis.committeeSizeLog2());
    this.tables =
        List.of(
            metaLeaves,
            accountLeaves,
            withdrawalLeaves,
            channelLeaves,
            providerLeaves,
            committeeLeaves,
            counterLeaves,
            jobLeaves,
            quorumLeaves);
  }

  private static LeafTable table(LeafType type, int rowBytes) {
    return new LeafTable(type.number(), rowBytes);
  }

  static int metaBytes(int index) {
    return switch (index) {
      case 0 -> Meta.BYTES;
      case 1 -> Fees.BYTES;
      case 2 -> Seeds.BYTES;
      default -> throw new IndexOutOfBoundsException("meta leaf " + index);
    };
  }

  /** The genesis state ({@code docs/protocol.md} §2). */
  public static Ledger genesis(Genesis genesis, NodeHasher hasher) {
    Ledger ledger = new Ledger(genesis, hasher);
    for (int i = 0; i < META_LEAVES; i++) {
      ledger.metaLeaves.append();
    }
    ledger.meta.clock(genesis.genesisTime());
    int recipient = ledger.accounts.open(genesis.feeRecipient());
    ledger.fees.recipient(recipient);
    return ledger;
  }

  /**
   * The state at a store's head.
   *
   * @throws IllegalStateException if the stored leaves do not belong together
   */
  public static Ledger load(Genesis genesis, NodeHasher hasher, StateStore store) {
    Ledger ledger = new Ledger(genesis, hasher);
    for (LeafTable table : ledger.tables) {
      store.forEachLeaf(table.type(), table::load);
    }
    store.forEachLeaf(
        STORED_DEVICE_KEYS,
        (index, bytes) ->
            ledger.deviceKeys.add(
                BlsPublicKey.decode(bytes)
                    .orElseThrow(
                        () ->
                            new IllegalStateException("stored device key " + index + " is none"))));
    ledger.requireConsistent();
    for (int i = 0; i < ledger.accounts.count(); i++) {
      ledger.accountIndex.add(ledger.accountLeaves.peekAddress(i), i);
    }
    index(ledger.channelIndex, ledger.channelLeaves);
    index(ledger.providerIndex, ledger.providerLeaves);
    index(ledger.jobIndex, ledger.jobLeaves);
    ledger.clearBlockChanges();
    return ledger;
  }

  private static void index(IdIndex index, LeafTable rows) {
    for (int i = 0; i < rows.size(); i++) {
      index.add(rows.peekHash32(i, 0), i);
    }
  }

  private void requireConsistent() {
    int committeesExpected =
        (providers.count() + genesis.committeeSize() - 1) / genesis.committeeSize();
    boolean consistent =
        metaLeaves.size() == META_LEAVES
            && meta.accounts() == accounts.count()
            && meta.withdrawals() == withdrawals.count()
            && meta.channels() == channels.count()
            && meta.providers() == providers.count()
            && meta.jobs() == jobs.count()
            && meta.quorums() == quorums.count()
            && committees.count() == committeesExpected
            && counterLeaves.size() == committeesExpected
            && deviceKeys.count() == providers.count();
    if (!consistent) {
      throw new IllegalStateException("stored leaves do not match the counts of the meta leaf");
    }
  }

  public Genesis genesis() {
    return genesis;
  }

  public Meta meta() {
    return meta;
  }

  public Fees fees() {
    return fees;
  }

  public Seeds seeds() {
    return seeds;
  }

  public Accounts accounts() {
    return accounts;
  }

  public Withdrawals withdrawals() {
    return withdrawals;
  }

  public Channels channels() {
    return channels;
  }

  public Providers providers() {
    return providers;
  }

  public Committees committees() {
    return committees;
  }

  public Jobs jobs() {
    return jobs;
  }

  public Quorums quorums() {
    return quorums;
  }

  /** What a recording keeps beside the leaves. */
  public KeyProofs keyProofs() {
    return keyProofs;
  }

  /** The preimage of a leaf; throws {@link IndexOutOfBoundsException} if there is none. */
  public byte[] leaf(LeafType type, int index) {
    return tables.get(type.number()).bytes(index);
  }

  /** Leaves of a type. */
  public int count(LeafType type) {
    return tables.get(type.number()).size();
  }

  /** The state root, after hashing what has changed since the last call. */
  public Hash32 root() {
    for (LeafTable table : tables) {
      table.hashInto(tree, hasher);
    }
    return tree.root();
  }

  /**
   * A multiproof at the last {@link #root()}.
   *
   * @param keys 40-bit keys, strictly ascending, of present or absent leaves
   */
  public MultiProof prove(List<Long> keys) {
    return MultiProof.build(tree::node, StateTree.DEPTH, keys);
  }

  /**
   * Gives the leaves changed since the last call to {@link #clearBlockChanges}, device keys of new
   * providers included.
   */
  public void forEachBlockChange(Consumer<BlockWrite.Leaf> visitor) {
    for (LeafTable table : tables) {
      IndexSet changed = table.changedInBlock();
      for (int i = 0; i < changed.size(); i++) {
        int index = changed.get(i);
        visitor.accept(new BlockWrite.Leaf(table.type(), index, table.peek(index)));
      }
    }
    for (int provider = providersBeforeBlock; provider < deviceKeys.count(); provider++) {
      visitor.accept(
          new BlockWrite.Leaf(STORED_DEVICE_KEYS, provider, deviceKeys.get(provider).toBytes()));
    }
  }

  /** Starts a new block's set of changes. */
  public void clearBlockChanges() {
    for (LeafTable table : tables) {
      table.changedInBlock().clear();
    }
    providersBeforeBlock = providers.count();
  }

  /** Records from now on which leaves are touched; ended by {@link #stopRecording}. */
  public void startRecording() {
    for (LeafTable table : tables) {
      table.startRecording();
    }
    keyProofs.startRecording();
    // A witness always holds the three meta leaves.
    for (int i = 0; i < META_LEAVES; i++) {
      metaLeaves.touch(i);
    }
  }

  /** Ends the recording. */
  public Recording stopRecording() {
    Map<Integer, SortedMap<Integer, byte[]>> byType = new TreeMap<>();
    for (LeafTable table : tables) {
      byType.put(table.type(), table.stopRecording());
    }
    return new Recording(byType, keyProofs.stopRecording());
  }

  /**
   * Takes the state back to where the recording began; nothing may have been recorded since it
   * ended.
   */
  public void restore(Recording recording) {
    for (LeafTable table : tables) {
      SortedMap<Integer, byte[]> rows = recording.byType.get(table.type());
      if (rows != null) {
        table.restore(rows);
      }
    }
    deviceKeys.truncate(providers.count());
  }

  /** The leaves touched in a recording with their bytes at its beginning, and the key proofs. */
  public static final class Recording {
    private final Map<Integer, SortedMap<Integer, byte[]>> byType;

    private final List<Bytes> keyProofs;

    private Recording(Map<Integer, SortedMap<Integer, byte[]>> byType, List<Bytes> keyProofs) {
      this.byType = byType;
      this.keyProofs = List.copyOf(keyProofs);
    }

    /** As {@link KeyProofs} collected them. */
    public List<Bytes> keyProofs() {
      return keyProofs;
    }

    /** By 40-bit key; empty bytes for a leaf that was absent. */
    public SortedMap<Long, byte[]> leaves() {
      TreeMap<Long, byte[]> leaves = new TreeMap<>();
      byType.forEach(
          (type, rows) ->
              rows.forEach((index, bytes) -> leaves.put((long) type << 32 | index, bytes)));
      return leaves;
    }

    /** The keys, ascending. */
    public List<Long> keys() {
      return new ArrayList<>(leaves().keySet());
    }
  }
}
