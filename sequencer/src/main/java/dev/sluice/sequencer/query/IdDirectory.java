package dev.sluice.sequencer.query;

import dev.sluice.primitives.state.LeafType;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.sequencer.production.DurableGroup;
import dev.sluice.sequencer.production.SealedBlock;
import dev.sluice.state.store.BlockWrite;
import dev.sluice.state.store.StateStore;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * From the ids of channels, providers and jobs to their indices, in memory (about 100 bytes each).
 * Thread-safe; it learns of blocks before they are answered.
 */
public final class IdDirectory implements DurableGroup.Listener {
  /** Types whose leaves begin with their id. */
  private static final LeafType[] TYPES = {LeafType.CHANNEL, LeafType.PROVIDER, LeafType.JOB};

  private final Map<Hash32, Integer> channels = new ConcurrentHashMap<>();
  private final Map<Hash32, Integer> providers = new ConcurrentHashMap<>();
  private final Map<Hash32, Integer> jobs = new ConcurrentHashMap<>();

  /** Reads every id of the store. */
  public IdDirectory(StateStore store) {
    for (LeafType type : TYPES) {
      Map<Hash32, Integer> ids = ids(type.number());
      store.forEachLeaf(type.number(), (index, bytes) -> ids.put(Hash32.of(bytes, 0), index));
    }
  }

  private Map<Hash32, Integer> ids(int type) {
    if (type == LeafType.CHANNEL.number()) {
      return channels;
    }
    if (type == LeafType.PROVIDER.number()) {
      return providers;
    }
    if (type == LeafType.JOB.number()) {
      return jobs;
    }
    throw new IllegalArgumentException("leaves of type " + type + " have no id");
  }

  @Override
  public void durable(DurableGroup group) {
    for (SealedBlock block : group.blocks()) {
      for (BlockWrite.Leaf leaf : block.leaves()) {
        for (LeafType type : TYPES) {
          if (leaf.type() == type.number()) {
            ids(leaf.type()).putIfAbsent(Hash32.of(leaf.bytes(), 0), leaf.index());
          }
        }
      }
    }
  }

  /** The index of what has this id; the type is CHANNEL, PROVIDER or JOB. */
  public Optional<Integer> find(LeafType type, Hash32 id) {
    return Optional.ofNullable(ids(type.number()).get(id));
  }
}
