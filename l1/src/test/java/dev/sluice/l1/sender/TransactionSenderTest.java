package dev.sluice.l1.sender;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.l1.LocalL1;
import dev.sluice.l1.connection.L1Client;
import dev.sluice.l1.connection.L1Endpoint;
import dev.sluice.l1.contract.ContractErrors;
import dev.sluice.l1.contract.L1Call;
import dev.sluice.l1.deployment.DevnetAccounts;
import dev.sluice.l1.node.AnvilNode;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.value.Address;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class TransactionSenderTest {
  private static final BigInteger ETHER = BigInteger.TEN.pow(18);
  private static final Address NOBODY = Address.fromHex("00000000000000000000000000000000000000ff");

  private static LocalL1 l1;

  @BeforeAll
  static void start() throws Exception {
    l1 = LocalL1.start();
  }

  @AfterAll
  static void stop() {
    l1.close();
  }

  private static L1Call pay(long wei) {
    return L1Call.of("pay", NOBODY, new byte[0]).withValueWei(BigInteger.valueOf(wei));
  }

  /** A contract that reverts every call with {@code TooLate(uint64 7)}. */
  private static L1Call reverting() {
    byte[] selector = Keccak256.hash("TooLate(uint64)".getBytes(StandardCharsets.US_ASCII));
    // push4 selector, shl 224, mstore 0; push1 7, mstore 4; revert(0, 36)
    String runtime =
        "63"
            + HexFormat.of().formatHex(selector, 0, 4)
            + "60e01b600052"
            + "6007600452"
            + "60246000fd";
    int length = runtime.length() / 2;
    String creation = "60" + hex(length) + "600c600039" + "60" + hex(length) + "6000f3" + runtime;
    return new L1Call(
        "deploy", Optional.empty(), BigInteger.ZERO, HexFormat.of().parseHex(creation));
  }

  private static String hex(int value) {
    return HexFormat.of().toHexDigits((byte) value);
  }

  private static ContractErrors errors() throws IOException {
    return ContractErrors.of(
        List.of(
            new ObjectMapper()
                .readTree(
                    "[{\"type\":\"error\",\"name\":\"TooLate\",\"inputs\":[{\"name\":\"by\",\"type\":\"uint64\"}]}]")));
  }

  @Test
  void payment_isIncludedOnce_whenSent() throws Exception {
    TransactionSender sender = l1.sender(20, ContractErrors.none());
    BigInteger before = l1.client().balanceWei(NOBODY);
    List<Attempt> journal = new ArrayList<>();
    Outcome outcome = sender.send(pay(5), journal::add);
    Outcome.Included included = assertInstanceOf(Outcome.Included.class, outcome);
    assertEquals(1, journal.size());
    assertEquals(journal.getFirst().transactionHash(), included.receipt().transactionHash());
    assertEquals(before.add(BigInteger.valueOf(5)), l1.client().balanceWei(NOBODY));
  }

  @Test
  void call_isRevertedWithNameAndValues_beforeSending() throws Exception {
    TransactionSender sender = l1.sender(21, errors());
    Address contract = LocalL1.included(sender, reverting()).receipt().created().orElseThrow();
    List<Attempt> journal = new ArrayList<>();
    Outcome outcome = sender.send(L1Call.of("try", contract, new byte[0]), journal::add);
    Outcome.Reverted reverted = assertInstanceOf(Outcome.Reverted.class, outcome);
    assertEquals("TooLate(by=7)", reverted.error().toString());
    assertTrue(reverted.receipt().isEmpty());
    assertTrue(journal.isEmpty(), "nothing may be sent");
  }

  @Test
  void transaction_isReplacedWithHigherFees_whenNotMined() throws Exception {
    try (LocalL1 slow = LocalL1.start()) {
      TransactionSender sender = slow.sender(22, ContractErrors.none());
      List<Attempt> journal = new CopyOnWriteArrayList<>();
      slow.automine(false);
      FutureTask<Outcome> sending = new FutureTask<>(() -> sender.send(pay(7), journal::add));
      Thread.ofVirtual().start(sending);
      while (!sending.isDone()) {
        if (!journal.isEmpty()) {
          // 100 gwei: more than twice the base fee at which the first attempt was signed.
          slow.client().control("anvil_setNextBlockBaseFeePerGas", List.of("0x174876e800"));
          slow.mine();
        }
        Thread.sleep(20);
      }
      assertInstanceOf(Outcome.Included.class, sending.get());
      assertTrue(journal.size() >= 2, () -> "attempts: " + journal.size());
      Attempt first = journal.get(0);
      Attempt second = journal.get(1);
      assertEquals(first.nonce(), second.nonce());
      assertTrue(isReplacement(first.maxFeeWei(), second.maxFeeWei()));
      assertTrue(isReplacement(first.priorityFeeWei(), second.priorityFeeWei()));
      assertEquals(1, slow.client().minedNonce(sender.account()));
    }
  }

  /** What pools ask of a replacement: 12.5 % more. */
  private static boolean isReplacement(BigInteger before, BigInteger after) {
    return after
            .multiply(BigInteger.valueOf(1000))
            .compareTo(before.multiply(BigInteger.valueOf(1125)))
        >= 0;
  }

  @Test
  void intent_isNotRepeated_whenResumedAfterInclusion() throws Exception {
    TransactionSender first = l1.sender(23, ContractErrors.none());
    List<Attempt> journal = new ArrayList<>();
    assertInstanceOf(Outcome.Included.class, first.send(pay(9), journal::add));
    long nonce = l1.client().minedNonce(first.account());
    TransactionSender restarted = l1.sender(23, ContractErrors.none());
    assertInstanceOf(Outcome.Included.class, restarted.resume(journal, SendJournal.VOLATILE));
    assertEquals(nonce, l1.client().minedNonce(first.account()));
  }

  @Test
  void intent_isCarriedOut_whenKilledBetweenJournalAndSend() throws Exception {
    TransactionSender first = l1.sender(24, ContractErrors.none());
    List<Attempt> journal = new ArrayList<>();
    assertThrows(
        IOException.class,
        () ->
            first.send(
                pay(11),
                attempt -> {
                  journal.add(attempt);
                  throw new IOException("killed");
                }));
    assertEquals(0, l1.client().minedNonce(first.account()));
    TransactionSender restarted = l1.sender(24, ContractErrors.none());
    assertInstanceOf(Outcome.Included.class, restarted.resume(journal, SendJournal.VOLATILE));
    assertEquals(1, l1.client().minedNonce(first.account()));
  }

  @Test
  void intent_isDisplaced_whenNonceWasUsedElsewhere() throws Exception {
    TransactionSender here = l1.sender(25, ContractErrors.none());
    TransactionSender elsewhere = l1.sender(25, ContractErrors.none());
    List<Attempt> journal = new ArrayList<>();
    assertThrows(
        IOException.class,
        () ->
            here.send(
                pay(12),
                attempt -> {
                  journal.add(attempt);
                  throw new IOException("killed");
                }));
    LocalL1.included(elsewhere, pay(13));
    Outcome outcome = l1.sender(25, ContractErrors.none()).resume(journal, SendJournal.VOLATILE);
    assertInstanceOf(Outcome.Displaced.class, outcome);
  }

  @Test
  void payment_isInsufficientFunds_whenAccountIsEmpty() throws Exception {
    PrivateKey poor = PrivateKey.fromHex("11".repeat(32)).orElseThrow();
    TransactionSender sender =
        new TransactionSender(
            l1.client(), AnvilNode.CHAIN_ID, poor, LocalL1.quick(), ContractErrors.none());
    Outcome outcome =
        sender.send(
            L1Call.of("pay", NOBODY, new byte[0]).withValueWei(ETHER), SendJournal.VOLATILE);
    assertInstanceOf(Outcome.InsufficientFunds.class, outcome);
  }

  @Test
  void transaction_isOverLimit_whenAbove128KiB() throws Exception {
    TransactionSender sender = l1.sender(26, ContractErrors.none());
    Outcome outcome =
        sender.send(
            L1Call.of("huge", NOBODY, new byte[SenderPolicy.TRANSACTION_BYTES_MAX]),
            SendJournal.VOLATILE);
    Outcome.OverLimit over = assertInstanceOf(Outcome.OverLimit.class, outcome);
    assertEquals("bytes", over.limit());
  }

  @Test
  void transaction_isUnderpriced_whenCapIsBelowBaseFee() throws Exception {
    SenderPolicy stingy =
        new SenderPolicy(BigInteger.ONE, 2, Duration.ofMillis(20), Duration.ofSeconds(5));
    TransactionSender sender =
        new TransactionSender(
            l1.client(), AnvilNode.CHAIN_ID, DevnetAccounts.key(27), stingy, ContractErrors.none());
    assertInstanceOf(Outcome.Underpriced.class, sender.send(pay(1), SendJournal.VOLATILE));
  }

  @Test
  void transaction_isUnreachable_whenL1IsAway() throws Exception {
    L1Endpoint nowhere =
        new L1Endpoint(
            URI.create("http://127.0.0.1:1"),
            Duration.ofMillis(200),
            Duration.ofMillis(500),
            2,
            Duration.ofMillis(10));
    try (L1Client client = new L1Client(nowhere)) {
      TransactionSender sender =
          new TransactionSender(
              client,
              AnvilNode.CHAIN_ID,
              DevnetAccounts.key(28),
              LocalL1.quick(),
              ContractErrors.none());
      assertInstanceOf(Outcome.Unreachable.class, sender.send(pay(1), SendJournal.VOLATILE));
    }
  }
}
