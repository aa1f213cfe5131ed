package dev.sluice.systemtests.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.l1.connection.BlockTag;
import dev.sluice.l1.connection.L1Client;
import dev.sluice.l1.connection.L1Receipt;
import dev.sluice.l1.contract.BatchPost;
import dev.sluice.l1.contract.ChunkProverContract;
import dev.sluice.l1.contract.L1Call;
import dev.sluice.l1.contract.RollupContract;
import dev.sluice.l1.deployment.ChainConfig;
import dev.sluice.l1.deployment.Deployment;
import dev.sluice.l1.deployment.DevnetAccounts;
import dev.sluice.l1.node.AnvilNode;
import dev.sluice.l1.node.AnvilOptions;
import dev.sluice.primitives.batch.BatchData;
import dev.sluice.primitives.batch.BatchHeader;
import dev.sluice.primitives.batch.Chunk;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.io.IOException;
import java.math.BigInteger;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;

/**
 * The contracts of a random chain on an EVM node of their own, on which batches are posted and
 * convicted. The inbox is written into its storage: a random chain's messages are of any time and
 * value. Transactions are sent with the accounts that the node holds.
 */
final class RollupOnNode implements AutoCloseable {
  /** What one transaction may use (EIP-7825). */
  static final long GAS_MAX = 16_777_216;

  /** What a node's pool takes, bytes. */
  static final int TRANSACTION_BYTES_MAX = 131_072;

  private static final Duration MINED_WITHIN = Duration.ofMinutes(1);
  private static final long WINDOW = 4_000_000_000L;
  private static final long HEADERS_SLOT = 1;
  private static final Address METER = new Address(5, 5, 5);
  private static final Uint128 BOND = Uint128.of(1_000_000);

  private final AnvilNode node;
  private final L1Client client;
  private final ChainConfig config;
  private final RollupContract rollup;
  private final ChunkProverContract prover;
  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final List<Hash32> accumulators = new ArrayList<>(List.of(Hash32.ZERO));
  private BatchHeader head;
  private boolean bonded;

  /** Where a batch ends. */
  record End(long blockNumber, Hash32 blockAccumulator, long clock, long inboxPosition) {}

  /** What a conviction took. */
  record Conviction(long gas, int calldataBytes) {}

  private RollupOnNode(AnvilNode node, L1Client client, ChainConfig config) {
    this.node = node;
    this.client = client;
    this.config = config;
    this.rollup = new RollupContract(client, config.rollup());
    this.prover = new ChunkProverContract(config.chunkProver());
    this.head = config.genesisHeader();
  }

  static RollupOnNode start() throws IOException, InterruptedException {
    return start(RandomChain.COMMITTEE_LOG2);
  }

  /** With committees of another size. */
  static RollupOnNode start(int committeeSizeLog2) throws IOException, InterruptedException {
    AnvilNode node = AnvilNode.start(AnvilOptions.forTests());
    L1Client client = node.connect();
    try {
      Deployment deployment = new Deployment(client, DevnetAccounts.key(DevnetAccounts.OPERATOR));
      Genesis drawn = RandomChain.genesis(deployment.deployTestToken());
      Genesis genesis =
          new Genesis(
              drawn.chainName(),
              drawn.stfVersion(),
              // One more token is listed, in which nothing has a price, as in the one that is not.
              List.of(
                  drawn.tokens().get(0),
                  drawn.tokens().get(1),
                  drawn.tokens().get(1),
                  Address.ZERO),
              List.of(drawn.feeUnits().get(0), drawn.feeUnits().get(1), Uint128.ZERO, Uint128.ZERO),
              client.latestBlock().timestamp(),
              drawn.epochSeconds(),
              drawn.epochsPerMonth(),
              drawn.epochsPerSeed(),
              drawn.graceSeconds(),
              committeeSizeLog2,
              drawn.protectiveDelay(),
              WINDOW,
              drawn.forcedDeadline(),
              drawn.clockLag(),
              drawn.freezeDelay(),
              BOND,
              DevnetAccounts.key(DevnetAccounts.OPERATOR).address(),
              drawn.feeRecipient());
      return new RollupOnNode(
          node,
          client,
          deployment.deploy(
              genesis,
              List.of(DevnetAccounts.key(DevnetAccounts.CALLDATA_POSTER).address()),
              BigInteger.ONE));
    } catch (IOException | InterruptedException | RuntimeException failed) {
      client.close();
      node.close();
      throw failed;
    }
  }

  Genesis genesis() {
    return config.genesis();
  }

  Address rollup() {
    return config.rollup();
  }

  Hash32 headRoot() {
    return head.postRoot();
  }

  /** Puts a message behind those that the inbox has. */
  void queue(RandomChain.Queued message) throws IOException {
    accumulators.add(message.link().accumulate(accumulators.getLast()));
    long position = accumulators.size() - 1L;
    byte[] slot = new byte[64];
    ByteBuffer.wrap(slot).putLong(24, position).putLong(56, 1);
    store(Keccak256.hash32(slot).toString(), accumulators.getLast().toString());
  }

  private void store(String slot, String value) throws IOException {
    store(config.inbox(), slot, value);
  }

  private void store(Address contract, String slot, String value) throws IOException {
    client.control("anvil_setStorageAt", List.of(contract.toString(), slot, value));
  }

  /** As if genesis had been this state, and nothing had happened since. */
  void restart(Hash32 root) throws IOException {
    BatchHeader genesis = config.genesisHeader();
    head =
        new BatchHeader(
            genesis.parent(),
            genesis.dataHash(),
            root,
            genesis.blockAccumulator(),
            genesis.number(),
            genesis.blockNumber(),
            genesis.inboxPosition(),
            genesis.clock(),
            genesis.l1Time(),
            genesis.chunkCount(),
            genesis.mode(),
            genesis.proposer());
    byte[] slot = new byte[64];
    ByteBuffer.wrap(slot).putLong(24, 0).putLong(56, HEADERS_SLOT);
    store(config.rollup(), Keccak256.hash32(slot).toString(), head.hash().toString());
    accumulators.subList(1, accumulators.size()).clear();
  }

  /** The inbox has as many messages, and the next block is late enough for the clock. */
  private void prepare(End end) throws IOException {
    holdsMessages(end.inboxPosition());
    long behind = end.clock() - client.latestBlock().timestamp();
    if (behind > 0) {
      client.control("evm_increaseTime", List.of(behind));
      client.control("evm_mine", List.of());
    }
  }

  /** The inbox has as many messages. */
  private void holdsMessages(long count) throws IOException {
    store("0x" + "0".repeat(64), "0x" + "0".repeat(48) + HexFormat.of().toHexDigits(count));
  }

  /** Posts what is right. */
  void post(List<Chunk> chunks, End end) throws IOException, InterruptedException {
    head = posted(chunks, end);
  }

  private BatchHeader posted(List<Chunk> chunks, End end) throws IOException, InterruptedException {
    if (!bonded) {
      included(DevnetAccounts.OPERATOR, rollup.depositBond(BOND.toBigInteger()));
      bonded = true;
    }
    prepare(end);
    L1Receipt receipt =
        included(
            DevnetAccounts.CALLDATA_POSTER,
            rollup.post(
                new BatchPost(
                    head,
                    end.blockNumber(),
                    end.blockAccumulator(),
                    end.clock(),
                    end.inboxPosition(),
                    accumulators.get((int) end.inboxPosition()),
                    BatchPost.NOTHING_NEXT,
                    new BatchData(chunks).encode())));
    return receipt.logs().stream()
        .filter(log -> log.topics().getFirst().equals(RollupContract.BATCH_POSTED))
        .map(log -> RollupContract.posted(log).header())
        .findFirst()
        .orElseThrow();
  }

  /**
   * Posts a chunk with a root, and convicts it in one transaction that every node would take; then
   * everything is as it was.
   */
  Conviction postAndConvict(Hash32 root, byte[] payload, End end, byte[] witness)
      throws IOException, InterruptedException {
    BatchHeader header = posted(List.of(new Chunk(root, Bytes.wrap(payload))), end);
    assertEquals(head.number() + 2, rollup.head());
    L1Call proof = prover.proveChunk(header, 0, head.postRoot(), root, List.of(), payload, witness);
    L1Receipt receipt = included(DevnetAccounts.WATCHER, proof);
    assertTrue(
        receipt.logs().stream()
            .filter(log -> log.topics().getFirst().equals(RollupContract.BATCH_CONVICTED))
            .map(RollupContract::convicted)
            .anyMatch(
                convicted ->
                    convicted.number() == header.number()
                        && convicted
                            .challenger()
                            .equals(DevnetAccounts.key(DevnetAccounts.WATCHER).address())),
        "no conviction in the receipt");
    assertEquals(head.number() + 1, rollup.head());
    assertEquals(head.hash(), rollup.headerHash(head.number()));
    assertTrue(receipt.gasUsed() <= GAS_MAX, "gas " + receipt.gasUsed());
    // What stands around calldata in a signed transaction is below 200 bytes.
    int bytes = proof.calldata().length;
    assertTrue(bytes + 200 <= TRANSACTION_BYTES_MAX, "calldata " + bytes);
    bonded = false;
    return new Conviction(receipt.gasUsed(), bytes);
  }

  /** Whether a proof against the head batch, of one chunk, would convict it with so much gas. */
  boolean wouldConvict(Hash32 preRoot, Chunk chunk, byte[] witness, long gas)
      throws IOException, InterruptedException {
    L1Call proof =
        prover.proveChunk(
            head,
            0,
            preRoot,
            chunk.postRoot(),
            List.of(),
            chunk.payload().toArrayUnsafe(),
            witness);
    JsonNode answer =
        answer("eth_call", List.of(transaction(DevnetAccounts.WATCHER, proof, gas), "latest"));
    if (answer.has("result") == answer.has("error")) {
      throw new IOException("eth_call: " + answer);
    }
    return answer.has("result");
  }

  /** What executing a chunk gives, and costs beside the transaction's own price. */
  record Execution(Hash32 root, long gas) {}

  /** Calls {@code postRootOf}, by way of code that looks at its gas before and after. */
  Execution execute(Hash32 preRoot, long inboxPosition, byte[] payload, byte[] witness)
      throws IOException, InterruptedException {
    holdsMessages(inboxPosition);
    byte[] call = ProverOnNode.calldata(preRoot, inboxPosition, payload, witness);
    // calldatacopy(0, 0, calldatasize); before = gas; ok = call(all); used = before - gas;
    // return root | ok | used
    String meter =
        "0x365f5f37"
            + "5a60205f365f5f73"
            + config.chunkProver().toString().substring(2)
            + "5af1"
            + "5a9190602052036040526060"
            + "5ff3";
    JsonNode answer =
        answer(
            "eth_call",
            List.of(
                Map.of(
                    "to", METER.toString(),
                    "gas", "0x" + Long.toHexString(GAS_MAX),
                    "data", "0x" + HexFormat.of().formatHex(call)),
                "latest",
                Map.of(METER.toString(), Map.of("code", meter))));
    String result = answer.path("result").asText();
    if (result.length() != 194 || !result.startsWith("0".repeat(63) + "1", 66)) {
      throw new IOException("postRootOf under the meter: " + answer);
    }
    return new Execution(
        Hash32.fromHex(result.substring(0, 66)),
        new BigInteger(result.substring(130), 16).longValueExact());
  }

  private L1Receipt included(int account, L1Call call) throws IOException, InterruptedException {
    JsonNode answer = answer("eth_sendTransaction", List.of(transaction(account, call, GAS_MAX)));
    if (!answer.path("result").isTextual()) {
      throw new IOException(call.purpose() + ": " + answer);
    }
    Hash32 hash = Hash32.fromHex(answer.path("result").asText());
    L1Receipt receipt = awaited(call, hash);
    if (!receipt.succeeded()) {
      throw new AssertionError(call.purpose() + " failed: " + whyOf(account, call));
    }
    return receipt;
  }

  /** A node mines at once, but it answers first. */
  private L1Receipt awaited(L1Call call, Hash32 transaction)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + MINED_WITHIN.toNanos();
    while (System.nanoTime() < deadline) {
      Optional<L1Receipt> receipt = client.receipt(transaction);
      if (receipt.isPresent()) {
        return receipt.get();
      }
      Thread.sleep(Duration.ofMillis(3));
    }
    throw new AssertionError(call.purpose() + " is not mined within " + MINED_WITHIN);
  }

  private String whyOf(int account, L1Call call) throws IOException {
    return client
        .call(
            DevnetAccounts.key(account).address(),
            call.to().orElseThrow(),
            call.valueWei(),
            call.calldata(),
            BlockTag.LATEST)
        .toString();
  }

  private static Map<String, String> transaction(int account, L1Call call, long gas) {
    return Map.of(
        "from", DevnetAccounts.key(account).address().toString(),
        "to", call.to().orElseThrow().toString(),
        "value", "0x" + call.valueWei().toString(16),
        "gas", "0x" + Long.toHexString(gas),
        "data", "0x" + HexFormat.of().formatHex(call.calldata()));
  }

  private JsonNode answer(String method, List<?> parameters)
      throws IOException, InterruptedException {
    byte[] body =
        json.writeValueAsBytes(
            Map.of("jsonrpc", "2.0", "id", 1, "method", method, "params", parameters));
    HttpResponse<byte[]> answer =
        http.send(
            HttpRequest.newBuilder(node.url())
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    return json.readTree(answer.body());
  }

  @Override
  public void close() {
    http.close();
    client.close();
    node.close();
  }
}
