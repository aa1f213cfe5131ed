package dev.sluice.state.store.memory;

import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.state.store.BlockWrite;
import dev.sluice.state.store.StateStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** A store that lives as long as its object. */
public final class InMemoryStateStore implements StateStore {
  private final Map<Long, byte[]> blocks = new HashMap<>();
  private final Map<Long, List<byte[]>> receipts = new HashMap<>();
  private final Map<Hash32, Location> locations = new HashMap<>();
  private final TreeMap<Long, byte[]> leaves = new TreeMap<>();
  private final Map<Integer, TreeSet<Location>> histories = new HashMap<>();
  private final Map<Address, TreeSet<Integer>> owners = new HashMap<>();
  private final Map<Hash32, byte[]> vouchers = new HashMap<>();
  private ConfirmedHeads confirmedHeads = ConfirmedHeads.GENESIS;
  private long head = -1;

  @Override
  public synchronized long head() {
    return head;
  }

  @Override
  public synchronized void commit(BlockWrite write) {
    if (head >= 0 && write.number() != head + 1) {
      throw new IllegalArgumentException("block " + write.number() + " after head " + head);
    }
    blocks.put(write.number(), write.block().clone());
    List<byte[]> rows = new ArrayList<>();
    for (BlockWrite.Receipt receipt : write.receipts()) {
      locations.put(receipt.id(), new Location(write.number(), rows.size()));
      rows.add(receipt.bytes().clone());
    }
    receipts.put(write.number(), rows);
    for (BlockWrite.Leaf leaf : write.leaves()) {
      leaves.put(key(leaf.type(), leaf.index()), leaf.bytes().clone());
    }
    for (BlockWrite.Touch touch : write.touches()) {
      histories
          .computeIfAbsent(touch.account(), account -> new TreeSet<>())
          .add(new Location(write.number(), touch.ordinal()));
    }
    for (BlockWrite.Owner owner : write.owners()) {
      owners.computeIfAbsent(owner.owner(), address -> new TreeSet<>()).add(owner.account());
    }
    head = write.number();
  }

  @Override
  public void sync() {}

  @Override
  public synchronized Optional<byte[]> block(long number) {
    return copy(blocks.get(number));
  }

  @Override
  public synchronized Optional<Location> location(Hash32 transactionId) {
    return Optional.ofNullable(locations.get(transactionId));
  }

  @Override
  public synchronized Optional<byte[]> receipt(Location location) {
    List<byte[]> rows = receipts.getOrDefault(location.block(), List.of());
    return location.ordinal() < rows.size() ? copy(rows.get(location.ordinal())) : Optional.empty();
  }

  @Override
  public synchronized List<byte[]> receipts(long number) {
    return receipts.getOrDefault(number, List.of()).stream().map(byte[]::clone).toList();
  }

  @Override
  public synchronized Optional<byte[]> leaf(int type, int index) {
    return copy(leaves.get(key(type, index)));
  }

  @Override
  public synchronized void forEachLeaf(int type, LeafVisitor visitor) {
    leaves
        .subMap(key(type, 0), key(type + 1, 0))
        .forEach((key, bytes) -> visitor.leaf((int) (long) key, bytes.clone()));
  }

  @Override
  public synchronized List<Location> history(int account, Location before, int limit) {
    requireLimit(limit);
    TreeSet<Location> places = histories.getOrDefault(account, new TreeSet<>());
    return places.headSet(before, false).descendingSet().stream().limit(limit).toList();
  }

  @Override
  public synchronized List<Integer> accounts(Address owner, int from, int limit) {
    requireLimit(limit);
    TreeSet<Integer> indices = owners.getOrDefault(owner, new TreeSet<>());
    return indices.tailSet(from, true).stream().limit(limit).toList();
  }

  @Override
  public synchronized void putVouchers(Map<Hash32, byte[]> latestByChannelId) {
    latestByChannelId.forEach((channelId, voucher) -> vouchers.put(channelId, voucher.clone()));
  }

  @Override
  public synchronized Optional<byte[]> voucher(Hash32 channelId) {
    return copy(vouchers.get(channelId));
  }

  @Override
  public synchronized ConfirmedHeads confirmedHeads() {
    return confirmedHeads;
  }

  @Override
  public synchronized void putConfirmedHeads(ConfirmedHeads heads) {
    confirmedHeads = heads;
  }

  @Override
  public void close() {}

  private static Optional<byte[]> copy(byte @org.jspecify.annotations.Nullable [] bytes) {
    return Optional.ofNullable(bytes).map(byte[]::clone);
  }

  private static long key(int type, int index) {
    return (long) type << 32 | Integer.toUnsignedLong(index);
  }

  private static void requireLimit(int limit) {
    if (limit < 1 || limit > PAGE_MAX) {
      throw new IllegalArgumentException("limit " + limit + " is outside 1.." + PAGE_MAX);
    }
  }
}
