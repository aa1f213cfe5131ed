package dev.sluice.l1;

import dev.sluice.l1.connection.L1Client;
import dev.sluice.l1.contract.ContractErrors;
import dev.sluice.l1.contract.L1Call;
import dev.sluice.l1.deployment.DevnetAccounts;
import dev.sluice.l1.node.AnvilNode;
import dev.sluice.l1.node.AnvilOptions;
import dev.sluice.l1.sender.Outcome;
import dev.sluice.l1.sender.SendJournal;
import dev.sluice.l1.sender.SenderPolicy;
import dev.sluice.l1.sender.TransactionSender;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;

/** A real anvil for one test class, and short words for what tests do with it. */
public final class LocalL1 implements AutoCloseable {
  private final AnvilNode node;
  private final L1Client client;

  private LocalL1(AnvilNode node) {
    this.node = node;
    this.client = node.connect();
  }

  public static LocalL1 start() throws IOException, InterruptedException {
    return new LocalL1(AnvilNode.start(AnvilOptions.forTests()));
  }

  public AnvilNode node() {
    return node;
  }

  public L1Client client() {
    return client;
  }

  public static SenderPolicy quick() {
    return new SenderPolicy(
        BigInteger.valueOf(500_000_000_000L), 2, Duration.ofMillis(20), Duration.ofSeconds(20));
  }

  public TransactionSender sender(int account, ContractErrors errors) {
    return new TransactionSender(
        client, AnvilNode.CHAIN_ID, DevnetAccounts.key(account), quick(), errors);
  }

  /** Sends and insists on inclusion. */
  public static Outcome.Included included(TransactionSender sender, L1Call call)
      throws IOException, InterruptedException {
    Outcome outcome = sender.send(call, SendJournal.VOLATILE);
    if (outcome instanceof Outcome.Included included) {
      return included;
    }
    throw new AssertionError(call.purpose() + ": " + outcome);
  }

  public void automine(boolean on) throws IOException {
    client.control("evm_setAutomine", List.of(on));
  }

  public void mine() throws IOException {
    client.control("evm_mine", List.of());
  }

  @Override
  public void close() {
    client.close();
    node.close();
  }
}
