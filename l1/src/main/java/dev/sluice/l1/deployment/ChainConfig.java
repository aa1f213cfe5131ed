package dev.sluice.l1.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.l1.connection.L1Client;
import dev.sluice.l1.connection.L1Exception;
import dev.sluice.l1.contract.RollupContract;
import dev.sluice.primitives.batch.BatchHeader;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One chain: its genesis and where its contracts stand. A JSON file, read by sequencer, batcher and
 * client.
 *
 * @param genesisRoot root of the genesis state
 * @param deploymentBlock L1 block of the first contract; nothing of this chain is below it
 * @param rollupTime timestamp of the L1 block that deployed {@code Rollup}: {@code l1Time} of the
 *     genesis header
 */
public record ChainConfig(
    long chainId,
    Genesis genesis,
    Address inbox,
    Address rollup,
    Address bridge,
    Address chunkProver,
    Hash32 genesisRoot,
    long deploymentBlock,
    long rollupTime) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Header 0: what the first post names as its previous one. */
  public BatchHeader genesisHeader() {
    return BatchHeader.genesis(genesis, genesisRoot, rollupTime);
  }

  /**
   * Asks an L1 node whether it holds this chain. Empty if so; else what differs, in words for
   * people. A devnet whose L1 node lost its state shows here.
   */
  public Optional<String> mismatchWith(L1Client client) throws L1Exception {
    long found = client.chainId();
    if (found != chainId) {
      return Optional.of("L1 is chain " + found + ", this chain was deployed on " + chainId);
    }
    for (Map.Entry<String, Address> contract :
        List.of(
            Map.entry("Inbox", inbox),
            Map.entry("Rollup", rollup),
            Map.entry("Bridge", bridge),
            Map.entry("ChunkProver", chunkProver))) {
      if (!client.hasCode(contract.getValue())) {
        return Optional.of("L1 has no " + contract.getKey() + " at " + contract.getValue());
      }
    }
    Hash32 hash = new RollupContract(client, rollup).genesisHash();
    if (!hash.equals(genesis.hash())) {
      return Optional.of(
          "Rollup at " + rollup + " has genesis " + hash + ", ours is " + genesis.hash());
    }
    return Optional.empty();
  }

  /** The JSON text. Amounts are decimal strings, times are seconds. */
  public String toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.put("chainId", chainId);
    json.put("inbox", inbox.toString());
    json.put("rollup", rollup.toString());
    json.put("bridge", bridge.toString());
    json.put("chunkProver", chunkProver.toString());
    json.put("genesisRoot", genesisRoot.toString());
    json.put("genesisHash", genesis.hash().toString());
    json.put("deploymentBlock", deploymentBlock);
    json.put("rollupTime", rollupTime);
    ObjectNode fields = json.putObject("genesis");
    fields.put("chainName", genesis.chainName());
    fields.put("stfVersion", genesis.stfVersion());
    ArrayNode tokens = fields.putArray("tokens");
    genesis.tokens().forEach(token -> tokens.add(token.toString()));
    ArrayNode units = fields.putArray("feeUnits");
    genesis.feeUnits().forEach(unit -> units.add(unit.toString()));
    fields.put("genesisTime", genesis.genesisTime());
    fields.put("epochSeconds", genesis.epochSeconds());
    fields.put("epochsPerMonth", genesis.epochsPerMonth());
    fields.put("epochsPerSeed", genesis.epochsPerSeed());
    fields.put("graceSeconds", genesis.graceSeconds());
    fields.put("committeeSizeLog2", genesis.committeeSizeLog2());
    fields.put("protectiveDelay", genesis.protectiveDelay());
    fields.put("challengeWindow", genesis.challengeWindow());
    fields.put("forcedDeadline", genesis.forcedDeadline());
    fields.put("clockLag", genesis.clockLag());
    fields.put("freezeDelay", genesis.freezeDelay());
    fields.put("bond", genesis.bond().toString());
    fields.put("operator", genesis.operator().toString());
    fields.put("feeRecipient", genesis.feeRecipient().toString());
    return json.toPrettyString() + "\n";
  }

  /**
   * Reads the JSON text.
   *
   * @throws IOException if a field is missing, out of range, the genesis does not hash to what the
   *     file says, or the chain is of another version of the state-transition function than this
   *     build executes
   */
  public static ChainConfig fromJson(String text) throws IOException {
    JsonNode json = JSON.readTree(text);
    try {
      JsonNode fields = required(json, "genesis");
      // Before all else: another version may have other fields.
      long version = number(fields, "stfVersion");
      if (version != Genesis.STF_VERSION) {
        throw new IOException(
            "chain config: this chain is of STF version "
                + version
                + ", and this build executes version "
                + Genesis.STF_VERSION
                + ": go on with the build that deployed it, or deploy anew (a devnet: ./sluice"
                + " devnet --fresh)");
      }
      List<Address> tokens = new ArrayList<>();
      required(fields, "tokens").forEach(token -> tokens.add(Address.fromHex(token.asText())));
      List<Uint128> units = new ArrayList<>();
      required(fields, "feeUnits").forEach(unit -> units.add(amount("feeUnits", unit)));
      Genesis genesis =
          new Genesis(
              required(fields, "chainName").asText(),
              Genesis.STF_VERSION,
              tokens,
              units,
              number(fields, "genesisTime"),
              number(fields, "epochSeconds"),
              number(fields, "epochsPerMonth"),
              number(fields, "epochsPerSeed"),
              number(fields, "graceSeconds"),
              Math.toIntExact(number(fields, "committeeSizeLog2")),
              number(fields, "protectiveDelay"),
              number(fields, "challengeWindow"),
              number(fields, "forcedDeadline"),
              number(fields, "clockLag"),
              number(fields, "freezeDelay"),
              amount("bond", required(fields, "bond")),
              address(fields, "operator"),
              address(fields, "feeRecipient"));
      Hash32 said = Hash32.fromHex(required(json, "genesisHash").asText());
      if (!genesis.hash().equals(said)) {
        throw new IOException(
            "chain config: genesis hashes to " + genesis.hash() + ", the file says " + said);
      }
      return new ChainConfig(
          number(json, "chainId"),
          genesis,
          address(json, "inbox"),
          address(json, "rollup"),
          address(json, "bridge"),
          address(json, "chunkProver"),
          Hash32.fromHex(required(json, "genesisRoot").asText()),
          number(json, "deploymentBlock"),
          number(json, "rollupTime"));
    } catch (IllegalArgumentException | ArithmeticException outOfRange) {
      throw new IOException("chain config: " + outOfRange.getMessage(), outOfRange);
    }
  }

  /** Writes the file whole or not at all. */
  public void write(Path file) throws IOException {
    Path absolute = file.toAbsolutePath();
    Files.createDirectories(absolute.getParent());
    Path fresh = absolute.resolveSibling(absolute.getFileName() + ".new");
    Files.writeString(fresh, toJson(), StandardCharsets.UTF_8);
    try {
      Files.move(fresh, absolute, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException plain) {
      Files.move(fresh, absolute, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Reads the file; see {@link #fromJson}. */
  public static ChainConfig read(Path file) throws IOException {
    return fromJson(Files.readString(file, StandardCharsets.UTF_8));
  }

  private static JsonNode required(JsonNode parent, String name) throws IOException {
    JsonNode found = parent.path(name);
    if (found.isMissingNode() || found.isNull()) {
      throw new IOException("chain config: no " + name);
    }
    return found;
  }

  private static long number(JsonNode parent, String name) throws IOException {
    JsonNode found = required(parent, name);
    if (!found.isIntegralNumber() || !found.canConvertToLong() || found.asLong() < 0) {
      throw new IOException("chain config: " + name + " is not a number: " + found);
    }
    return found.asLong();
  }

  private static Address address(JsonNode parent, String name) throws IOException {
    return Address.fromHex(required(parent, name).asText());
  }

  private static Uint128 amount(String name, JsonNode value) {
    return Uint128.parse(value.asText())
        .orElseThrow(() -> new IllegalArgumentException(name + " is not an amount: " + value));
  }
}
