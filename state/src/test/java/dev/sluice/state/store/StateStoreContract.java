package dev.sluice.state.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.state.store.StateStore.ConfirmedHeads;
import dev.sluice.state.store.StateStore.Location;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store does; run on each implementation. */
abstract class StateStoreContract {
  StateStore store;

  abstract StateStore open();

  @BeforeEach
  void openStore() {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  static Hash32 id(int n) {
    return new Hash32(n, 2, 3, 4);
  }

  static BlockWrite write(long number) {
    int n = (int) number;
    return new BlockWrite(
        number,
        new byte[] {1, (byte) n},
        List.of(
            new BlockWrite.Receipt(id(2 * n), new byte[] {(byte) n, 0}),
            new BlockWrite.Receipt(id(2 * n + 1), new byte[] {(byte) n, 1})),
        List.of(
            new BlockWrite.Leaf(1, n, new byte[] {7, (byte) n}),
            new BlockWrite.Leaf(0, 0, new byte[] {(byte) n})),
        List.of(new BlockWrite.Touch(5, 0), new BlockWrite.Touch(5, 1), new BlockWrite.Touch(n, 1)),
        List.of(new BlockWrite.Owner(n, new Address(9, 9, 9))));
  }

  @Test
  void store_isEmpty_whenNew() {
    assertEquals(-1, store.head());
    assertTrue(store.block(0).isEmpty());
    assertTrue(store.location(id(1)).isEmpty());
    assertTrue(store.receipts(1).isEmpty());
    assertTrue(store.leaf(1, 1).isEmpty());
    assertTrue(store.history(5, Location.LAST, 10).isEmpty());
    assertTrue(store.accounts(Address.ZERO, 0, 10).isEmpty());
    assertTrue(store.voucher(id(1)).isEmpty());
    assertEquals(ConfirmedHeads.GENESIS, store.confirmedHeads());
  }

  @Test
  void block_isThereWithAllItsRows_whenCommitted() {
    store.commit(write(0));
    store.commit(write(1));
    assertEquals(1, store.head());
    assertArrayEquals(new byte[] {1, 1}, store.block(1).orElseThrow());
    Location place = store.location(id(3)).orElseThrow();
    assertEquals(new Location(1, 1), place);
    assertArrayEquals(new byte[] {1, 1}, store.receipt(place).orElseThrow());
    assertTrue(store.receipt(new Location(1, 2)).isEmpty());
    assertEquals(2, store.receipts(1).size());
    assertArrayEquals(new byte[] {1, 0}, store.receipts(1).getFirst());
    assertArrayEquals(new byte[] {1}, store.leaf(0, 0).orElseThrow());
    assertArrayEquals(new byte[] {7, 0}, store.leaf(1, 0).orElseThrow());
  }

  @Test
  void commit_isRefused_whenNotTheNextBlock() {
    store.commit(write(4));
    assertThrows(IllegalArgumentException.class, () -> store.commit(write(4)));
    assertThrows(IllegalArgumentException.class, () -> store.commit(write(6)));
    assertTrue(store.block(6).isEmpty());
    assertTrue(store.location(id(12)).isEmpty());
    store.commit(write(5));
    assertEquals(5, store.head());
  }

  @Test
  void leaves_areVisitedInOrder_ofTheirTypeOnly() {
    for (int i = 0; i < 300; i++) {
      store.commit(write(i));
    }
    List<Integer> seen = new ArrayList<>();
    store.forEachLeaf(
        1,
        (index, bytes) -> {
          seen.add(index);
          assertArrayEquals(new byte[] {7, (byte) index}, bytes);
        });
    assertEquals(300, seen.size());
    for (int i = 0; i < 300; i++) {
      assertEquals(i, seen.get(i));
    }
  }

  @Test
  void history_isPagedNewestFirst_withoutGapOrRepetition() {
    for (int i = 0; i < 10; i++) {
      store.commit(write(i));
    }
    List<Location> all = new ArrayList<>();
    Location before = Location.LAST;
    while (true) {
      List<Location> page = store.history(5, before, 3);
      if (page.isEmpty()) {
        break;
      }
      all.addAll(page);
      before = page.getLast();
    }
    assertEquals(20, all.size());
    for (int i = 0; i < 20; i++) {
      assertEquals(new Location(9 - i / 2, 1 - i % 2), all.get(i));
    }
    assertThrows(IllegalArgumentException.class, () -> store.history(5, Location.LAST, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> store.history(5, Location.LAST, StateStore.PAGE_MAX + 1));
  }

  @Test
  void accounts_arePagedInOrder_perOwner() {
    for (int i = 0; i < 7; i++) {
      store.commit(write(i));
    }
    assertEquals(List.of(0, 1, 2, 3), store.accounts(new Address(9, 9, 9), 0, 4));
    assertEquals(List.of(4, 5, 6), store.accounts(new Address(9, 9, 9), 4, 4));
    assertEquals(List.of(), store.accounts(new Address(9, 9, 8), 0, 4));
  }

  @Test
  void voucher_isTheLatest_andHeadsAreKept() {
    store.putVoucher(id(1), new byte[] {1});
    store.putVoucher(id(1), new byte[] {2});
    assertArrayEquals(new byte[] {2}, store.voucher(id(1)).orElseThrow());
    store.putConfirmedHeads(new ConfirmedHeads(7, 5));
    assertEquals(new ConfirmedHeads(7, 5), store.confirmedHeads());
    assertThrows(IllegalArgumentException.class, () -> new ConfirmedHeads(1, 2));
  }

  @Test
  void vouchers_areAllTheLatest_whenPutTogether() {
    store.putVoucher(id(1), new byte[] {1});
    store.putVouchers(Map.of(id(1), new byte[] {2}, id(2), new byte[] {3}));
    store.putVouchers(Map.of());
    assertArrayEquals(new byte[] {2}, store.voucher(id(1)).orElseThrow());
    assertArrayEquals(new byte[] {3}, store.voucher(id(2)).orElseThrow());
    assertTrue(store.voucher(id(3)).isEmpty());
  }

  @Test
  void writer_commitsInOrder_andReportsWhatIsCommitted() throws InterruptedException {
    store.commit(write(0));
    try (StoreWriter writer = new StoreWriter(store, 2, number -> {})) {
      for (int i = 1; i <= 20; i++) {
        writer.submit(write(i));
      }
      writer.awaitCommitted(20);
      assertEquals(20, store.head());
      writer.submit(write(21));
    }
    assertEquals(21, store.head());
  }

  @Test
  void writer_saysWhy_whenACommitFails() throws InterruptedException {
    store.commit(write(0));
    try (StoreWriter writer = new StoreWriter(store, 2, number -> {})) {
      writer.submit(write(2));
      IllegalStateException failure =
          assertThrows(IllegalStateException.class, () -> writer.awaitCommitted(2));
      assertTrue(failure.toString().contains("block 2 after head 0"));
    }
  }
}
