package dev.sluice.l1.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.l1.contract.ContractErrors;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A compiled contract, as forge wrote it and {@code bridge-contracts} packs it.
 *
 * @param name of the contract
 * @param abi JSON array
 * @param creationCode bytecode without constructor arguments
 */
public record ContractArtifact(String name, JsonNode abi, byte[] creationCode) {
  /** The contracts of a deployment, in the order in which they are deployed. */
  public static final List<String> CONTRACTS =
      List.of(
          "Inbox", "Rollup", "Bridge", "ChannelKinds", "JobKinds", "DeviceKinds", "ChunkProver");

  /**
   * Reads a contract from the class path.
   *
   * @throws IOException if it is not there or not a forge artifact
   */
  public static ContractArtifact load(String name) throws IOException {
    String resource = "contracts/" + name + ".sol/" + name + ".json";
    try (InputStream in = ContractArtifact.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("no " + resource + " on the class path: is bridge-contracts built?");
      }
      JsonNode json = new ObjectMapper().readTree(in);
      String code = json.path("bytecode").path("object").asText();
      if (!json.path("abi").isArray() || !code.matches("0x([0-9a-f]{2})+")) {
        throw new IOException(resource + " is not a deployable forge artifact");
      }
      return new ContractArtifact(
          name, json.path("abi"), HexFormat.of().parseHex(code.substring(2)));
    }
  }

  /** The custom errors of all contracts of a deployment. */
  public static ContractErrors errors() throws IOException {
    List<JsonNode> abis = new ArrayList<>();
    for (String name : CONTRACTS) {
      abis.add(load(name).abi());
    }
    return ContractErrors.of(abis);
  }
}
