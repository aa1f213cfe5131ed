package dev.sluice.systemtests.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.client.sdk.Ack;
import dev.sluice.client.sdk.SluiceClient;
import dev.sluice.client.sdk.TransactionStatus;
import dev.sluice.client.sdk.Wallet;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The sequencer's process on a file system without a free byte: its writes fail with the kernel's
 * own ENOSPC. The file system is in memory, so what a power failure would do is not shown here.
 *
 * <p>Where a user may not mount a file system in a namespace of his own the test is skipped and
 * says so.
 */
final class FullDiskTest {
  private static final int BURST = 2_000;
  private static final String PRODUCTION_STANDS = "the disk is full";

  private static void fill(Path ballast) throws IOException {
    byte[] zeros = new byte[1 << 20];
    for (int size = zeros.length; size > 0; size /= 2) {
      try (OutputStream out =
          Files.newOutputStream(
              ballast,
              java.nio.file.StandardOpenOption.CREATE,
              java.nio.file.StandardOpenOption.APPEND)) {
        while (true) {
          out.write(zeros, 0, size);
        }
      } catch (IOException full) {
        assertTrue(
            String.valueOf(full.getMessage()).contains("No space left on device"), full.toString());
      }
    }
  }

  /** Pays in bursts until one is refused; keeps every answer. */
  private static void traffic(Wallet from, Wallet to, ConcurrentLinkedQueue<Ack> answers) {
    boolean refused = false;
    while (!refused) {
      List<Wallet.Sent> burst =
          IntStream.range(0, BURST)
              .mapToObj(_ -> from.submit(from.drafts().transfer(to.address(), 0, Uint128.ONE)))
              .toList();
      for (Wallet.Sent sent : burst) {
        Ack answer = sent.answer().join();
        answers.add(answer);
        refused |= answer instanceof Ack.Refused;
      }
    }
  }

  private static Ack.Refused refusedPayment(Wallet from, Wallet to) {
    Ack answer = from.submit(from.drafts().transfer(to.address(), 0, Uint128.ONE)).answer().join();
    return assertInstanceOf(Ack.Refused.class, answer);
  }

  @Test
  void submissionsAreAnsweredDiskFull_readsGoOn_andWithRoomTheNextRequestWorks(
      @TempDir Path directory) throws Exception {
    assumeTrue(
        RealStack.canMountSmallDisk(directory),
        "this machine allows no user namespaces: a full disk cannot be made without root");
    RealStack stack = RealStack.onSmallDisk();
    try (SluiceClient busy = stack.connect();
        SluiceClient client = stack.connect()) {
      PrivateKey key = stack.customer(client);
      Wallet payee = new Wallet(client, stack.customer(client));
      assertHealth(stack, 200, "running");

      Path ballast = stack.sequencerData().resolve("ballast");
      fill(ballast);
      // Log and store have reserved room ahead: tens of megabytes fit before a write fails.
      ConcurrentLinkedQueue<Ack> answers = new ConcurrentLinkedQueue<>();
      Thread sender =
          Thread.ofPlatform().start(() -> traffic(new Wallet(busy, key), payee, answers));
      assertHealth(stack, 503, PRODUCTION_STANDS);

      Wallet other = new Wallet(client, key);
      Ack.Refused refused = refusedPayment(other, payee);
      assertEquals("DISK_FULL", refused.name());
      assertEquals(110, refused.number());
      long account = other.requireAccount();
      long read = client.account(account).orElseThrow().nonce();
      assertTrue(read > 0, "reads go on");
      assertTrue(client.heads().getUnsafe() > 0);
      assertEquals(110, refusedPayment(new Wallet(client, key), payee).number());

      Files.delete(ballast);
      stack.awaitReady(RealStack.SEQUENCER);
      assertHealth(stack, 200, "running");
      // What was taken before the disk was full and could not be made durable is answered now.
      RealStack.await(
          "the held answers", () -> answers.stream().anyMatch(Ack.Refused.class::isInstance));
      sender.join();
      List<Hash32> acked = new ArrayList<>();
      for (Ack answer : answers) {
        switch (answer) {
          case Ack.Included included -> acked.add(included.transactionId());
          case Ack.Refused each -> assertEquals(110, each.number(), each.toString());
        }
      }
      assertTrue(acked.size() >= read);
      assertEquals(acked.size(), client.account(account).orElseThrow().nonce());
      for (Hash32 id : acked.subList(Math.max(0, acked.size() - BURST), acked.size())) {
        TransactionStatus status = client.transaction(id);
        assertInstanceOf(TransactionStatus.InBlock.class, status, id + " is lost");
      }
      new Wallet(client, key).transfer(payee.address(), 0, Uint128.ONE);
      assertEquals(acked.size() + 1, client.account(account).orElseThrow().nonce());
    } finally {
      stack.stopAll();
    }
  }

  private static void assertHealth(RealStack stack, int status, String word) throws Exception {
    RealStack.await(
        "health of the sequencer to be " + status + " and say \"" + word + "\"",
        () ->
            stack
                .health(RealStack.SEQUENCER)
                .filter(answer -> answer.statusCode() == status && answer.body().contains(word))
                .isPresent());
  }
}
