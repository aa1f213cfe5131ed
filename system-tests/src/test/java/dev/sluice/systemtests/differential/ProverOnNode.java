package dev.sluice.systemtests.differential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.l1.connection.L1Client;
import dev.sluice.l1.deployment.ChainConfig;
import dev.sluice.l1.deployment.Deployment;
import dev.sluice.l1.deployment.DevnetAccounts;
import dev.sluice.l1.node.AnvilNode;
import dev.sluice.l1.node.AnvilOptions;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.inbox.InboxLink;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import java.io.IOException;
import java.math.BigInteger;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The contracts on a node of their own, asked for post roots by {@code eth_call}. The inbox of the
 * chain at hand is put in their place for each call by state overrides: nothing has to be enqueued,
 * and calls of different chains can run side by side. Thread-safe.
 */
final class ProverOnNode implements AutoCloseable {
  /** What a proof may use on L1 (EIP-7825). */
  static final long GAS_MAX = 16_777_216;

  private static final byte[] SELECTOR =
      Arrays.copyOf(
          Keccak256.hash(
              "postRootOf(bytes32,uint64,bytes,bytes)".getBytes(StandardCharsets.US_ASCII)),
          4);

  /** Storage of {@code Inbox}: its counters in one slot, then the accumulators by position. */
  private static final String COUNTERS_SLOT = word(0);

  private static final long ACCUMULATORS_SLOT = 1;

  private final AnvilNode node;
  private final ChainConfig config;
  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();

  /** What the prover said. */
  sealed interface Answer {
    /** A root. */
    record Root(Hash32 root) implements Answer {}

    /** A revert, by its data in hex or the node's words. */
    record Reverted(String why) implements Answer {}
  }

  private ProverOnNode(AnvilNode node, ChainConfig config) {
    this.node = node;
    this.config = config;
  }

  /** Starts a node and deploys the contracts with the genesis of {@link RandomChain}. */
  static ProverOnNode start() throws IOException, InterruptedException {
    AnvilNode node = AnvilNode.start(AnvilOptions.forTests());
    try (L1Client client = node.connect()) {
      Deployment deployment = new Deployment(client, DevnetAccounts.key(DevnetAccounts.OPERATOR));
      Genesis genesis = RandomChain.genesis(deployment.deployTestToken());
      return new ProverOnNode(
          node,
          deployment.deploy(
              genesis,
              List.of(DevnetAccounts.key(DevnetAccounts.CALLDATA_POSTER).address()),
              BigInteger.ONE));
    } catch (IOException | InterruptedException | RuntimeException failed) {
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

  ChainConfig config() {
    return config;
  }

  AnvilNode node() {
    return node;
  }

  /** What {@code ChunkProver.postRootOf} says of a chunk. */
  Answer postRootOf(ChunkCase chunk) throws IOException, InterruptedException {
    return postRootOf(chunk, GAS_MAX, Map.of());
  }

  /**
   * The same with less gas, or with other contracts.
   *
   * @param overrides of the state by address, beside those of the inbox, in JSON
   */
  Answer postRootOf(ChunkCase chunk, long gas, Map<Address, String> overrides)
      throws IOException, InterruptedException {
    JsonNode answer =
        answer(
            "eth_call",
            transaction(chunk, gas) + ",\"latest\"," + overrides(chunk.accumulators(), overrides));
    JsonNode result = answer.path("result");
    if (result.isTextual() && result.asText().length() == 66) {
      return new Answer.Root(Hash32.fromHex(result.asText()));
    }
    JsonNode error = answer.path("error");
    if (error.isMissingNode()) {
      throw new IOException("the node answered " + answer);
    }
    String data = error.path("data").asText();
    return new Answer.Reverted(data.isEmpty() ? error.path("message").asText() : data);
  }

  /**
   * The storage that the same call reads: what the node's {@code prestateTracer} answers, by
   * address.
   */
  JsonNode storageReadBy(ChunkCase chunk, long gas) throws IOException, InterruptedException {
    JsonNode answer =
        answer(
            "debug_traceCall",
            transaction(chunk, gas)
                + ",\"latest\",{\"tracer\":\"prestateTracer\","
                + "\"tracerConfig\":{\"disableCode\":true},\"stateOverrides\":"
                + overrides(chunk.accumulators(), Map.of())
                + "}");
    if (!answer.path("result").isObject()) {
      throw new IOException("the node answered " + answer);
    }
    return answer.path("result");
  }

  /** Where a contract of the deployment stands, by the name of the prover's getter. */
  Address addressBy(String getter) throws IOException, InterruptedException {
    String selector =
        HexFormat.of()
            .formatHex(Keccak256.hash((getter + "()").getBytes(StandardCharsets.US_ASCII)), 0, 4);
    String word = called(config.chunkProver(), "0x" + selector, "{}");
    return Address.fromHex("0x" + word.substring(26));
  }

  /**
   * Puts another contract in a deployed one's place, with whatever its constructor leaves. The
   * constructor runs as the code of that address: so it sees its own address as when it was
   * deployed, and no limit of code size stands in its way.
   */
  void replace(Address contract, byte[] creationCode, byte[] arguments)
      throws IOException, InterruptedException {
    HexFormat hex = HexFormat.of();
    String code =
        called(
            contract,
            "0x",
            "{\""
                + contract
                + "\":{\"code\":\"0x"
                + hex.formatHex(creationCode)
                + hex.formatHex(arguments)
                + "\"}}");
    answer("anvil_setCode", "\"" + contract + "\",\"" + code + "\"");
  }

  private String called(Address to, String data, String overrides)
      throws IOException, InterruptedException {
    JsonNode answer =
        answer(
            "eth_call",
            "{\"to\":\"" + to + "\",\"data\":\"" + data + "\"},\"latest\"," + overrides);
    if (!answer.path("result").isTextual()) {
      throw new IOException("the node answered " + answer);
    }
    return answer.path("result").asText();
  }

  private String transaction(ChunkCase chunk, long gas) {
    return "{\"to\":\""
        + config.chunkProver()
        + "\",\"gas\":\"0x"
        + Long.toHexString(gas)
        + "\",\"data\":\"0x"
        + HexFormat.of()
            .formatHex(
                calldata(
                    chunk.preRoot(), chunk.inboxPositionEnd(), chunk.payload(), chunk.witness()))
        + "\"}";
  }

  private JsonNode answer(String method, String parameters)
      throws IOException, InterruptedException {
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\""
            + method
            + "\",\"params\":["
            + parameters
            + "]}";
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(node.url())
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    return json.readTree(answer.body());
  }

  private String overrides(Map<Long, Hash32> accumulators, Map<Address, String> others) {
    StringBuilder slots = new StringBuilder();
    slots.append('"').append(COUNTERS_SLOT).append("\":\"").append(word(-1)).append('"');
    accumulators.forEach(
        (position, accumulator) -> {
          byte[] place = new byte[64];
          ByteBuffer.wrap(place).putLong(24, position).putLong(56, ACCUMULATORS_SLOT);
          slots
              .append(",\"")
              .append(Keccak256.hash32(place))
              .append("\":\"")
              .append(accumulator)
              .append('"');
        });
    StringBuilder out = new StringBuilder();
    out.append("{\"")
        .append(config.inbox())
        .append("\":{\"stateDiff\":{")
        .append(slots)
        .append("}}");
    others.forEach(
        (address, override) -> out.append(",\"").append(address).append("\":").append(override));
    return out.append('}').toString();
  }

  /** 32 bytes, sign-extended to the low 64 bits only. */
  static String word(long value) {
    return "0x" + "0".repeat(48) + HexFormat.of().toHexDigits(value);
  }

  /** A call of {@code postRootOf}. */
  static byte[] calldata(Hash32 preRoot, long position, byte[] payload, byte[] witness) {
    int payloadWords = (payload.length + 31) / 32;
    int witnessWords = (witness.length + 31) / 32;
    ByteBuffer out = ByteBuffer.allocate(4 + 32 * (4 + 2 + payloadWords + witnessWords));
    out.put(SELECTOR).put(preRoot.toBytes());
    number(out, position);
    number(out, 4 * 32);
    number(out, 32L * (5 + payloadWords));
    number(out, payload.length);
    out.put(payload).position(4 + 32 * (5 + payloadWords));
    number(out, witness.length);
    out.put(witness);
    return out.array();
  }

  private static void number(ByteBuffer out, long value) {
    out.position(out.position() + 24).putLong(value);
  }

  /** Accumulators at every position of an inbox, the empty one included. */
  static Map<Long, Hash32> accumulators(List<InboxLink> links) {
    TreeMap<Long, Hash32> all = new TreeMap<>();
    Hash32 last = Hash32.ZERO;
    all.put(0L, last);
    for (InboxLink link : links) {
      last = link.accumulate(last);
      all.put((long) all.size(), last);
    }
    return all;
  }

  @Override
  public void close() {
    http.close();
    node.close();
  }
}
