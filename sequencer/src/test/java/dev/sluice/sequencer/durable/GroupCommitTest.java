package dev.sluice.sequencer.durable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class GroupCommitTest {
  private static void awaitAllWaiting(List<Thread> threads) {
    for (Thread thread : threads) {
      while (thread.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void rows_shareAWrite_whenTheyComeWhileOneIsUnderWay() throws Exception {
    CountDownLatch slow = new CountDownLatch(1);
    List<List<Integer>> writes = Collections.synchronizedList(new ArrayList<>());
    GroupCommit<Integer> commits =
        new GroupCommit<>(
            rows -> {
              writes.add(List.copyOf(rows));
              try {
                slow.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    Thread first = Thread.ofPlatform().start(() -> commits.commit(0));
    awaitAllWaiting(List.of(first));
    List<Thread> others =
        IntStream.rangeClosed(1, 40)
            .mapToObj(i -> Thread.ofPlatform().start(() -> commits.commit(i)))
            .toList();
    awaitAllWaiting(others);
    slow.countDown();
    first.join();
    for (Thread other : others) {
      other.join();
    }
    assertEquals(List.of(0), writes.getFirst());
    assertTrue(writes.size() <= 4, writes.size() + " writes for 41 rows");
    assertEquals(
        IntStream.rangeClosed(0, 40).boxed().toList(),
        writes.stream().flatMap(List::stream).sorted().toList());
  }

  @Test
  void failure_reachesItsCallers_andTheNextWriteWorks() {
    List<String> written = new ArrayList<>();
    GroupCommit<String> commits =
        new GroupCommit<>(
            rows -> {
              if (rows.contains("bad")) {
                throw new IllegalStateException("refused");
              }
              written.addAll(rows);
            });
    assertEquals(
        "refused",
        assertThrows(IllegalStateException.class, () -> commits.commit("bad")).getMessage());
    commits.commit("good");
    assertEquals(List.of("good"), written);
  }
}
