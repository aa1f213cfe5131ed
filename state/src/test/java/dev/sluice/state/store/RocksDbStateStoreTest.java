package dev.sluice.state.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.primitives.value.Hash32;
import dev.sluice.state.store.rocksdb.RocksDbStateStore;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksDbStateStoreTest extends StateStoreContract {
  @TempDir Path directory;

  @Override
  StateStore open() {
    return new RocksDbStateStore(directory.resolve("store"), Hash32.ZERO);
  }

  @Test
  void content_isThere_afterReopening() {
    for (int i = 0; i < 5; i++) {
      store.commit(write(i));
    }
    store.putVoucher(id(1), new byte[] {9});
    store.sync();
    store.close();
    store = open();
    assertEquals(4, store.head());
    assertArrayEquals(new byte[] {1, 4}, store.block(4).orElseThrow());
    assertArrayEquals(new byte[] {9}, store.voucher(id(1)).orElseThrow());
    store.commit(write(5));
  }

  @Test
  void store_isRefused_whenItIsOfAnotherChain() {
    store.close();
    assertThrows(
        StateStoreException.OtherChain.class,
        () -> new RocksDbStateStore(directory.resolve("store"), new Hash32(1, 0, 0, 0)));
    store = open();
  }
}
