package dev.sluice.l1.deployment;

import dev.sluice.l1.connection.BlockTag;
import dev.sluice.l1.connection.L1Client;
import dev.sluice.l1.connection.L1Receipt;
import dev.sluice.l1.contract.ConstructorArguments;
import dev.sluice.l1.contract.L1Call;
import dev.sluice.l1.sender.Outcome;
import dev.sluice.l1.sender.SendJournal;
import dev.sluice.l1.sender.SenderPolicy;
import dev.sluice.l1.sender.TransactionSender;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.web3j.crypto.ContractUtils;

/**
 * Deploys the contracts of one chain. Blocking; needs a deployer that nobody else uses meanwhile.
 */
public final class Deployment {
  /** What a devnet asks for forcing a transaction: 0.0001 ETH. */
  public static final BigInteger DEVNET_FORCED_FEE_WEI = BigInteger.TEN.pow(14);

  private static final Uint128 ONE_ETH = Uint128.of(BigInteger.TEN.pow(18)).orElseThrow();

  private final L1Client client;
  private final TransactionSender sender;

  /**
   * @param deployer pays; its nonce fixes the addresses
   */
  public Deployment(L1Client client, PrivateKey deployer) throws IOException {
    this.client = client;
    this.sender =
        new TransactionSender(
            client, client.chainId(), deployer, SenderPolicy.defaults(), ContractArtifact.errors());
  }

  /**
   * The genesis of a devnet ({@code docs/protocol.md} §2, last column).
   *
   * @param genesisTime L1 seconds
   * @param token the test token, token 1
   */
  public static Genesis devnetGenesis(
      long genesisTime, Address token, Address operator, Address feeRecipient) {
    return new Genesis(
        "sluice-devnet",
        Genesis.STF_VERSION,
        List.of(Address.ZERO, token, Address.ZERO, Address.ZERO),
        List.of(Uint128.of(1_000_000_000L), Uint128.of(100), Uint128.ZERO, Uint128.ZERO),
        genesisTime,
        10,
        60,
        1,
        10,
        9,
        5,
        5,
        86_400,
        43_200,
        604_800,
        ONE_ETH,
        operator,
        feeRecipient);
  }

  /** A whole devnet: test token and contracts, with the accounts of {@link DevnetAccounts}. */
  public static ChainConfig deployDevnet(L1Client client) throws IOException, InterruptedException {
    Deployment deployment = new Deployment(client, DevnetAccounts.key(DevnetAccounts.OPERATOR));
    Address token = deployment.deployTestToken();
    Genesis genesis =
        devnetGenesis(
            client.latestBlock().timestamp(),
            token,
            DevnetAccounts.key(DevnetAccounts.OPERATOR).address(),
            DevnetAccounts.key(DevnetAccounts.FEE_RECIPIENT).address());
    return deployment.deploy(
        genesis,
        List.of(
            DevnetAccounts.key(DevnetAccounts.BLOB_POSTER).address(),
            DevnetAccounts.key(DevnetAccounts.CALLDATA_POSTER).address()),
        DEVNET_FORCED_FEE_WEI);
  }

  /** Deploys the ERC-20 that anybody may mint. */
  public Address deployTestToken() throws IOException, InterruptedException {
    return create("TestToken", ContractArtifact.load("TestToken").creationCode())
        .created()
        .orElseThrow();
  }

  /**
   * Deploys Inbox, Rollup, Bridge, ChannelKinds, JobKinds, DeviceKinds and ChunkProver, in this
   * order.
   *
   * @param posters post for the operator
   * @param forcedFeeWei price of forcing a transaction
   * @throws DeploymentException if a step fails, or a contract came to another address than
   *     precomputed
   */
  public ChainConfig deploy(Genesis genesis, List<Address> posters, BigInteger forcedFeeWei)
      throws IOException, InterruptedException {
    long nonce = client.minedNonce(sender.account());
    Address inbox = addressAt(nonce);
    Address rollup = addressAt(nonce + 1);
    Address bridge = addressAt(nonce + 2);
    Address channelKinds = addressAt(nonce + 3);
    Address jobKinds = addressAt(nonce + 4);
    Address deviceKinds = addressAt(nonce + 5);
    Address prover = addressAt(nonce + 6);
    Hash32 root = GenesisRoot.of(genesis);
    L1Receipt first =
        create("Inbox", inbox, ConstructorArguments.inbox(genesis, bridge, forcedFeeWei));
    L1Receipt second =
        create(
            "Rollup",
            rollup,
            ConstructorArguments.rollup(genesis, root, inbox, posters, List.of(prover)));
    create("Bridge", bridge, ConstructorArguments.bridge(genesis, inbox, rollup));
    byte[] ofModule = ConstructorArguments.kindModule(genesis, rollup);
    create("ChannelKinds", channelKinds, ofModule);
    create("JobKinds", jobKinds, ofModule);
    create("DeviceKinds", deviceKinds, ofModule);
    create(
        "ChunkProver",
        prover,
        ConstructorArguments.chunkProver(
            genesis, rollup, inbox, channelKinds, jobKinds, deviceKinds));
    long rollupTime =
        client
            .block(new BlockTag.AtNumber(second.blockNumber()))
            .orElseThrow(() -> new DeploymentException("the block of Rollup is gone"))
            .timestamp();
    return new ChainConfig(
        client.chainId(),
        genesis,
        inbox,
        rollup,
        bridge,
        prover,
        root,
        first.blockNumber(),
        rollupTime);
  }

  private Address addressAt(long nonce) {
    return Address.of(
        ContractUtils.generateContractAddress(
            sender.account().toBytes(), BigInteger.valueOf(nonce)));
  }

  private L1Receipt create(String name, Address expected, byte[] arguments)
      throws IOException, InterruptedException {
    byte[] code = ContractArtifact.load(name).creationCode();
    byte[] whole = new byte[code.length + arguments.length];
    System.arraycopy(code, 0, whole, 0, code.length);
    System.arraycopy(arguments, 0, whole, code.length, arguments.length);
    L1Receipt receipt = create(name, whole);
    if (!receipt.created().equals(Optional.of(expected))) {
      throw new DeploymentException(
          name
              + " stands at "
              + receipt.created()
              + ", expected "
              + expected
              + ": is the deployer used elsewhere?");
    }
    return receipt;
  }

  private L1Receipt create(String name, byte[] creationCode)
      throws IOException, InterruptedException {
    L1Call call = new L1Call("deploy " + name, Optional.empty(), BigInteger.ZERO, creationCode);
    Outcome outcome = sender.send(call, SendJournal.VOLATILE);
    return switch (outcome) {
      case Outcome.Included included -> included.receipt();
      case Outcome.Reverted _,
          Outcome.OverLimit _,
          Outcome.InsufficientFunds _,
          Outcome.Underpriced _,
          Outcome.Unreachable _,
          Outcome.Pending _,
          Outcome.Displaced _,
          Outcome.Refused _ ->
          throw new DeploymentException("deploy " + name, outcome);
    };
  }
}
