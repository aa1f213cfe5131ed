package dev.sluice.state.store.rocksdb;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.state.store.BlockWrite;
import dev.sluice.state.store.StateStore;
import dev.sluice.state.store.StateStoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * A store in a directory. Commits go through RocksDB's own log without a flush: a killed process
 * loses nothing, and after a power failure the head is lower and the block log replays the rest.
 *
 * <pre>
 *   default   "format", "genesis", "head", "confirmed" -> value
 *   blocks    number8 -> block                 receipts  number8 ordinal4 -> receipt
 *   places    id32 -> number8 ordinal4         leaves    type1 index4 -> preimage
 *   history   account4 number8 ordinal4 -> ()  owners    address20 account4 -> ()
 *   vouchers  id32 -> voucher
 * </pre>
 */
public final class RocksDbStateStore implements StateStore {
  private static final long FORMAT = 1;

  /**
   * Memory for rows not yet in files, all families together, bytes. RocksDB's own default is two
   * buffers of 64 MiB for each of the eight families: a gigabyte of growth before it levels off.
   */
  private static final long WRITE_BUFFERS_BYTES = 64L << 20;

  private static final byte[] NOTHING = {};
  private static final byte[] KEY_FORMAT = "format".getBytes(US_ASCII);
  private static final byte[] KEY_GENESIS = "genesis".getBytes(US_ASCII);
  private static final byte[] KEY_HEAD = "head".getBytes(US_ASCII);
  private static final byte[] KEY_CONFIRMED = "confirmed".getBytes(US_ASCII);
  private static final List<String> FAMILIES =
      List.of("blocks", "receipts", "places", "leaves", "history", "owners", "vouchers");

  static {
    RocksDB.loadLibrary();
  }

  private final String path;
  private final DBOptions options;
  private final ColumnFamilyOptions familyOptions;
  private final WriteOptions unsynced = new WriteOptions();
  private final WriteOptions synced = new WriteOptions().setSync(true);
  private final List<ColumnFamilyHandle> handles = new ArrayList<>();
  private final RocksDB db;
  private final ColumnFamilyHandle blocks;
  private final ColumnFamilyHandle receipts;
  private final ColumnFamilyHandle places;
  private final ColumnFamilyHandle leaves;
  private final ColumnFamilyHandle history;
  private final ColumnFamilyHandle owners;
  private final ColumnFamilyHandle vouchers;
  private volatile long head;

  /**
   * Opens or creates the store of one chain.
   *
   * @param genesisHash names the chain; a store of another one is refused with {@link
   *     StateStoreException.OtherChain}
   */
  public RocksDbStateStore(Path directory, Hash32 genesisHash) {
    path = directory.toString();
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new StateStoreException.Failed("store directory " + path, e);
    }
    // Dense ids and hashes do not repeat, and the rows are small: LZ4 costs little and halves the
    // blocks.
    familyOptions = new ColumnFamilyOptions().setCompressionType(CompressionType.LZ4_COMPRESSION);
    options =
        new DBOptions()
            .setCreateIfMissing(true)
            .setCreateMissingColumnFamilies(true)
            .setDbWriteBufferSize(WRITE_BUFFERS_BYTES)
            // A family that is seldom written keeps the write-ahead log alive until it is flushed.
            .setMaxTotalWalSize(2 * WRITE_BUFFERS_BYTES);
    List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
    descriptors.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, familyOptions));
    for (String family : FAMILIES) {
      descriptors.add(new ColumnFamilyDescriptor(family.getBytes(US_ASCII), familyOptions));
    }
    try {
      db = RocksDB.open(options, path, descriptors, handles);
    } catch (RocksDBException e) {
      closeOptions();
      throw failure("open", e);
    }
    blocks = handles.get(1);
    receipts = handles.get(2);
    places = handles.get(3);
    leaves = handles.get(4);
    history = handles.get(5);
    owners = handles.get(6);
    vouchers = handles.get(7);
    try {
      requireChain(genesisHash);
      byte[] row = db.get(KEY_HEAD);
      head = row == null ? -1 : ByteBuffer.wrap(row).getLong();
    } catch (RocksDBException e) {
      close();
      throw failure("open", e);
    } catch (StateStoreException e) {
      close();
      throw e;
    }
  }

  private void requireChain(Hash32 genesisHash) throws RocksDBException {
    byte[] format = ByteBuffer.allocate(8).putLong(FORMAT).array();
    byte[] foundFormat = db.get(KEY_FORMAT);
    byte[] foundGenesis = db.get(KEY_GENESIS);
    if (foundFormat == null && foundGenesis == null) {
      try (WriteBatch batch = new WriteBatch()) {
        batch.put(KEY_FORMAT, format);
        batch.put(KEY_GENESIS, genesisHash.toBytes());
        db.write(synced, batch);
      }
      return;
    }
    if (!Arrays.equals(foundFormat, format)) {
      throw new StateStoreException.OtherChain(path, "format " + FORMAT, describe(foundFormat));
    }
    if (foundGenesis == null || !Arrays.equals(foundGenesis, genesisHash.toBytes())) {
      throw new StateStoreException.OtherChain(
          path, "genesis " + genesisHash, "genesis " + describe(foundGenesis));
    }
  }

  private static String describe(byte @Nullable [] bytes) {
    return bytes == null ? "none" : "0x" + java.util.HexFormat.of().formatHex(bytes);
  }

  @Override
  public long head() {
    return head;
  }

  @Override
  public void commit(BlockWrite write) {
    if (head >= 0 && write.number() != head + 1) {
      throw new IllegalArgumentException("block " + write.number() + " after head " + head);
    }
    try (WriteBatch batch = new WriteBatch()) {
      batch.put(blocks, longKey(write.number()), write.block());
      for (int i = 0; i < write.receipts().size(); i++) {
        BlockWrite.Receipt receipt = write.receipts().get(i);
        byte[] place = place(write.number(), i);
        batch.put(receipts, place, receipt.bytes());
        batch.put(places, receipt.id().toBytes(), place);
      }
      for (BlockWrite.Leaf leaf : write.leaves()) {
        batch.put(leaves, leafKey(leaf.type(), leaf.index()), leaf.bytes());
      }
      for (BlockWrite.Touch touch : write.touches()) {
        batch.put(history, historyKey(touch.account(), write.number(), touch.ordinal()), NOTHING);
      }
      for (BlockWrite.Owner owner : write.owners()) {
        batch.put(owners, ownerKey(owner.owner(), owner.account()), NOTHING);
      }
      batch.put(KEY_HEAD, longKey(write.number()));
      db.write(unsynced, batch);
    } catch (RocksDBException e) {
      throw failure("commit of block " + write.number(), e);
    }
    head = write.number();
  }

  @Override
  public void sync() {
    try {
      db.syncWal();
    } catch (RocksDBException e) {
      throw failure("sync", e);
    }
  }

  @Override
  public Optional<byte[]> block(long number) {
    return get(blocks, longKey(number));
  }

  @Override
  public Optional<Location> location(Hash32 transactionId) {
    return get(places, transactionId.toBytes()).map(row -> location(ByteBuffer.wrap(row)));
  }

  @Override
  public Optional<byte[]> receipt(Location location) {
    return get(receipts, place(location.block(), location.ordinal()));
  }

  @Override
  public List<byte[]> receipts(long number) {
    List<byte[]> rows = new ArrayList<>();
    try (RocksIterator rowsOf = db.newIterator(receipts)) {
      byte[] prefix = longKey(number);
      for (rowsOf.seek(prefix); startsWith(rowsOf, prefix); rowsOf.next()) {
        rows.add(rowsOf.value());
      }
      rowsOf.status();
    } catch (RocksDBException e) {
      throw failure("receipts of block " + number, e);
    }
    return rows;
  }

  @Override
  public Optional<byte[]> leaf(int type, int index) {
    return get(leaves, leafKey(type, index));
  }

  @Override
  public void forEachLeaf(int type, LeafVisitor visitor) {
    try (RocksIterator rows = db.newIterator(leaves)) {
      byte[] prefix = {(byte) type};
      for (rows.seek(prefix); startsWith(rows, prefix); rows.next()) {
        visitor.leaf(ByteBuffer.wrap(rows.key()).getInt(1), rows.value());
      }
      rows.status();
    } catch (RocksDBException e) {
      throw failure("leaves of type " + type, e);
    }
  }

  @Override
  public List<Location> history(int account, Location before, int limit) {
    requireLimit(limit);
    List<Location> page = new ArrayList<>();
    try (RocksIterator rows = db.newIterator(history)) {
      byte[] prefix = ByteBuffer.allocate(4).putInt(account).array();
      byte[] end = historyKey(account, before.block(), before.ordinal());
      rows.seekForPrev(end);
      if (rows.isValid() && Arrays.equals(rows.key(), end)) {
        rows.prev();
      }
      for (; page.size() < limit && startsWith(rows, prefix); rows.prev()) {
        page.add(location(ByteBuffer.wrap(rows.key()).position(4)));
      }
      rows.status();
    } catch (RocksDBException e) {
      throw failure("history of account " + account, e);
    }
    return page;
  }

  @Override
  public List<Integer> accounts(Address owner, int from, int limit) {
    requireLimit(limit);
    List<Integer> page = new ArrayList<>();
    try (RocksIterator rows = db.newIterator(owners)) {
      byte[] prefix = owner.toBytes();
      for (rows.seek(ownerKey(owner, from));
          page.size() < limit && startsWith(rows, prefix);
          rows.next()) {
        page.add(ByteBuffer.wrap(rows.key()).getInt(Address.BYTES));
      }
      rows.status();
    } catch (RocksDBException e) {
      throw failure("accounts of " + owner, e);
    }
    return page;
  }

  @Override
  public void putVouchers(Map<Hash32, byte[]> latestByChannelId) {
    if (latestByChannelId.isEmpty()) {
      return;
    }
    try (WriteBatch batch = new WriteBatch()) {
      for (Map.Entry<Hash32, byte[]> latest : latestByChannelId.entrySet()) {
        batch.put(vouchers, latest.getKey().toBytes(), latest.getValue());
      }
      db.write(synced, batch);
    } catch (RocksDBException e) {
      throw failure("vouchers of " + latestByChannelId.size() + " channels", e);
    }
  }

  @Override
  public Optional<byte[]> voucher(Hash32 channelId) {
    return get(vouchers, channelId.toBytes());
  }

  @Override
  public ConfirmedHeads confirmedHeads() {
    return get(handles.getFirst(), KEY_CONFIRMED)
        .map(ByteBuffer::wrap)
        .map(row -> new ConfirmedHeads(row.getLong(0), row.getLong(8)))
        .orElse(ConfirmedHeads.GENESIS);
  }

  @Override
  public void putConfirmedHeads(ConfirmedHeads heads) {
    byte[] row = ByteBuffer.allocate(16).putLong(heads.safe()).putLong(heads.finalized()).array();
    try {
      db.put(unsynced, KEY_CONFIRMED, row);
    } catch (RocksDBException e) {
      throw failure("confirmed heads", e);
    }
  }

  @Override
  public void close() {
    handles.forEach(ColumnFamilyHandle::close);
    db.close();
    closeOptions();
  }

  private void closeOptions() {
    synced.close();
    unsynced.close();
    options.close();
    familyOptions.close();
  }

  private Optional<byte[]> get(ColumnFamilyHandle family, byte[] key) {
    try {
      return Optional.ofNullable(db.get(family, key));
    } catch (RocksDBException e) {
      throw failure("read", e);
    }
  }

  private StateStoreException failure(String act, RocksDBException e) {
    Status status = e.getStatus();
    boolean full =
        status != null && status.getSubCode() == Status.SubCode.NoSpace
            || String.valueOf(e.getMessage()).contains("No space left on device");
    return full
        ? new StateStoreException.DiskFull(path, e)
        : new StateStoreException.Failed(act + " in " + path + ": " + e.getMessage(), e);
  }

  private static boolean startsWith(RocksIterator rows, byte[] prefix) {
    if (!rows.isValid()) {
      return false;
    }
    byte[] key = rows.key();
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  private static Location location(ByteBuffer row) {
    return new Location(row.getLong(), row.getInt());
  }

  private static byte[] longKey(long number) {
    return ByteBuffer.allocate(8).putLong(number).array();
  }

  private static byte[] place(long number, int ordinal) {
    return ByteBuffer.allocate(12).putLong(number).putInt(ordinal).array();
  }

  private static byte[] leafKey(int type, int index) {
    return ByteBuffer.allocate(5).put((byte) type).putInt(index).array();
  }

  private static byte[] historyKey(int account, long number, int ordinal) {
    return ByteBuffer.allocate(16).putInt(account).putLong(number).putInt(ordinal).array();
  }

  private static byte[] ownerKey(Address owner, int account) {
    return ByteBuffer.allocate(24).put(owner.toBytes()).putInt(account).array();
  }

  private static void requireLimit(int limit) {
    if (limit < 1 || limit > PAGE_MAX) {
      throw new IllegalArgumentException("limit " + limit + " is outside 1.." + PAGE_MAX);
    }
  }
}
