package dev.sluice.systemtests.acceptance;

import dev.sluice.l1.connection.L1Client;
import dev.sluice.l1.connection.L1Receipt;
import dev.sluice.l1.contract.BridgeContract;
import dev.sluice.l1.contract.ChunkProverContract;
import dev.sluice.l1.contract.InboxContract;
import dev.sluice.l1.contract.L1Call;
import dev.sluice.l1.contract.RollupContract;
import dev.sluice.l1.deployment.ChainConfig;
import dev.sluice.l1.deployment.ContractArtifact;
import dev.sluice.l1.deployment.Deployment;
import dev.sluice.l1.deployment.DevnetAccounts;
import dev.sluice.l1.node.AnvilNode;
import dev.sluice.l1.node.AnvilOptions;
import dev.sluice.l1.sender.Outcome;
import dev.sluice.l1.sender.SendJournal;
import dev.sluice.l1.sender.SenderPolicy;
import dev.sluice.l1.sender.TransactionSender;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.value.Address;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An anvil of its own with the contracts deployed, and nothing else. */
final class DeployedL1 implements AutoCloseable {
  final AnvilNode node;
  final L1Client client;
  final ChainConfig config;
  final InboxContract inbox;
  final RollupContract rollup;
  final BridgeContract bridge;
  final ChunkProverContract prover;
  private final Map<Integer, TransactionSender> senders = new HashMap<>();

  private DeployedL1(AnvilNode node, L1Client client, ChainConfig config) {
    this.node = node;
    this.client = client;
    this.config = config;
    this.inbox = new InboxContract(client, config.inbox());
    this.rollup = new RollupContract(client, config.rollup());
    this.bridge = new BridgeContract(client, config.bridge());
    this.prover = new ChunkProverContract(config.chunkProver());
  }

  /**
   * A devnet's chain, but with a challenge window that no slow machine outlasts.
   *
   * @param challengeWindow seconds
   */
  static DeployedL1 start(long challengeWindow) throws IOException, InterruptedException {
    AnvilNode node = AnvilNode.start(AnvilOptions.forTests());
    L1Client client = node.connect();
    boolean deployed = false;
    try {
      DeployedL1 l1 = new DeployedL1(node, client, deploy(client, challengeWindow));
      deployed = true;
      return l1;
    } finally {
      if (!deployed) {
        client.close();
        node.close();
      }
    }
  }

  private static ChainConfig deploy(L1Client client, long challengeWindow)
      throws IOException, InterruptedException {
    Deployment deployment = new Deployment(client, DevnetAccounts.key(DevnetAccounts.OPERATOR));
    Address token = deployment.deployTestToken();
    Genesis devnet =
        Deployment.devnetGenesis(
            client.latestBlock().timestamp(),
            token,
            DevnetAccounts.key(DevnetAccounts.OPERATOR).address(),
            DevnetAccounts.key(DevnetAccounts.FEE_RECIPIENT).address());
    Genesis genesis =
        new Genesis(
            devnet.chainName(),
            devnet.stfVersion(),
            devnet.tokens(),
            devnet.feeUnits(),
            devnet.genesisTime(),
            devnet.epochSeconds(),
            devnet.epochsPerMonth(),
            devnet.epochsPerSeed(),
            devnet.graceSeconds(),
            devnet.committeeSizeLog2(),
            devnet.protectiveDelay(),
            challengeWindow,
            devnet.forcedDeadline(),
            devnet.clockLag(),
            devnet.freezeDelay(),
            devnet.bond(),
            devnet.operator(),
            devnet.feeRecipient());
    return deployment.deploy(
        genesis,
        List.of(DevnetAccounts.key(DevnetAccounts.CALLDATA_POSTER).address()),
        Deployment.DEVNET_FORCED_FEE_WEI);
  }

  /** Sends from one of {@link DevnetAccounts}; what became of it. */
  Outcome send(int account, L1Call call) throws IOException, InterruptedException {
    TransactionSender sender = senders.get(account);
    if (sender == null) {
      sender =
          new TransactionSender(
              client,
              AnvilNode.CHAIN_ID,
              DevnetAccounts.key(account),
              new SenderPolicy(
                  BigInteger.valueOf(500_000_000_000L),
                  3,
                  Duration.ofMillis(20),
                  Duration.ofMinutes(2)),
              ContractArtifact.errors());
      senders.put(account, sender);
    }
    return sender.send(call, SendJournal.VOLATILE);
  }

  /** Sends and insists on inclusion. */
  L1Receipt included(int account, L1Call call) throws IOException, InterruptedException {
    Outcome outcome = send(account, call);
    if (outcome instanceof Outcome.Included included) {
      return included.receipt();
    }
    throw new AssertionError(call.purpose() + ": " + outcome);
  }

  /** Sends and insists on a revert; the name of the custom error. */
  String reverted(int account, L1Call call) throws IOException, InterruptedException {
    Outcome outcome = send(account, call);
    if (outcome instanceof Outcome.Reverted reverted) {
      return reverted.error().name();
    }
    throw new AssertionError(call.purpose() + ": " + outcome);
  }

  /** The next L1 block is at least so many seconds later. */
  void passTime(long seconds) throws IOException {
    client.control("evm_increaseTime", List.of(seconds));
    client.control("evm_mine", List.of());
  }

  @Override
  public void close() {
    client.close();
    node.close();
  }
}
