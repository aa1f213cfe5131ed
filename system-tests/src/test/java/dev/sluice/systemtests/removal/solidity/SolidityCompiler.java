package dev.sluice.systemtests.removal.solidity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.l1.node.AnvilOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The compiler that forge uses, asked without forge: JSON in, JSON out. */
final class SolidityCompiler {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path SOLC = AnvilOptions.home().resolve("bridge-contracts/bin/solcjs.sh");

  /** The settings of {@code foundry.toml}. */
  private static final String SETTINGS =
      """
      {"evmVersion": "osaka", "viaIR": true, "optimizer": {"enabled": false, "details": {"yul": true, "peephole": true, "yulDetails": {"stackAllocation": true, "optimizerSteps": "dhfoDgvuljnTsuc:u"}}},
       "metadata": {"bytecodeHash": "none", "appendCBOR": false}}""";

  private SolidityCompiler() {}

  /**
   * Compiles.
   *
   * @param sources by their names
   * @param outputSelection as the compiler wants it, JSON
   * @param folder for the answer, which is too long for a pipe that nobody empties
   * @throws IOException with the compiler's words if there is an error
   */
  static JsonNode compile(Map<String, String> sources, String outputSelection, Path folder)
      throws IOException, InterruptedException {
    ObjectNode input = JSON.createObjectNode();
    input.put("language", "Solidity");
    ObjectNode settings = (ObjectNode) JSON.readTree(SETTINGS);
    settings.set("outputSelection", JSON.readTree(outputSelection));
    input.set("settings", settings);
    ObjectNode texts = input.putObject("sources");
    sources.forEach((name, text) -> texts.putObject(name).put("content", text));

    Files.createDirectories(folder);
    Path asked = folder.resolve("input.json");
    Path answered = folder.resolve("output.json");
    Files.write(asked, JSON.writeValueAsBytes(input));
    int exit =
        new ProcessBuilder(SOLC.toString(), "--standard-json")
            .redirectInput(asked.toFile())
            .redirectOutput(answered.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start()
            .waitFor();
    if (exit != 0) {
      throw new IOException("the compiler ended with " + exit);
    }
    JsonNode output = JSON.readTree(answered.toFile());
    for (JsonNode message : output.path("errors")) {
      if (message.path("severity").asText().equals("error")) {
        throw new IOException(message.path("formattedMessage").asText());
      }
    }
    return output;
  }
}
