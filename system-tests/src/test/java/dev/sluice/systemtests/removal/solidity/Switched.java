package dev.sluice.systemtests.removal.solidity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.l1.node.AnvilOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The contracts that execute chunks, with switches.
 *
 * @param checks what can be switched off, by number
 * @param creationCodes by the name of the contract, without constructor arguments
 */
public record Switched(List<Check> checks, Map<String, byte[]> creationCodes) {
  /** The contracts that share the work, and so the switches. */
  public static final List<String> CONTRACTS =
      List.of("ChannelKinds", "JobKinds", "DeviceKinds", "ChunkProver");

  /** The functions in which execution begins; what they do not reach is not part of it. */
  private static final Set<String> ENTRIES = Set.of("ChunkProver.postRootOf", "IKindModule.run");

  static final String SWITCH = "src/Switch.sol";

  /** Slots of who has no storage of its own: zero is on. */
  private static final String SWITCH_SOURCE =
      """
      // SPDX-License-Identifier: UNLICENSED
      pragma solidity 0.8.37;

      library Switch {
          function isOn(uint256 check) internal view returns (bool on) {
              assembly ("memory-safe") {
                  on := iszero(sload(check))
              }
          }

          function isOff(uint256 check) internal view returns (bool off) {
              assembly ("memory-safe") {
                  off := sload(check)
              }
          }
      }
      """;

  private static final String TREES = "{\"*\": {\"\": [\"ast\"]}}";

  /**
   * Compiles them.
   *
   * @param folder for the changed sources, to be looked at
   */
  public static Switched compile(Path folder) throws IOException, InterruptedException {
    Map<String, String> sources = sources();
    JsonNode trees = SolidityCompiler.compile(sources, TREES, folder).path("sources");
    Map<String, List<JsonNode>> reached = reached(trees);
    List<Check> checks = new ArrayList<>();
    Map<String, String> switched = new TreeMap<>();
    sources.forEach(
        (name, source) ->
            switched.put(
                name,
                new SwitchedSolidity(name, source, checks)
                    .switched(reached.getOrDefault(name, List.of()))));
    switched.put(SWITCH, SWITCH_SOURCE);
    for (Map.Entry<String, String> each : switched.entrySet()) {
      Path file = folder.resolve(each.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, each.getValue());
    }
    StringBuilder wanted = new StringBuilder();
    for (String contract : CONTRACTS) {
      wanted
          .append(wanted.isEmpty() ? "{\"" : ", \"")
          .append(fileOf(contract))
          .append("\": {\"")
          .append(contract)
          .append("\": [\"evm.bytecode.object\"]}");
    }
    JsonNode contracts =
        SolidityCompiler.compile(switched, wanted.append('}').toString(), folder).path("contracts");
    Map<String, byte[]> codes = new HashMap<>();
    for (String contract : CONTRACTS) {
      JsonNode code = contracts.path(fileOf(contract)).path(contract).path("evm").path("bytecode");
      codes.put(contract, HexFormat.of().parseHex(code.path("object").asText()));
    }
    return new Switched(List.copyOf(checks), codes);
  }

  /** Of one of {@link #CONTRACTS}. */
  public byte[] creationCode(String contract) {
    byte[] code = creationCodes.get(contract);
    if (code == null) {
      throw new IllegalArgumentException(contract + " is none of " + CONTRACTS);
    }
    return code;
  }

  private static String fileOf(String contract) {
    String folder = contract.equals("ChunkProver") ? "provers" : "modules";
    return "src/" + folder + "/" + contract + ".sol";
  }

  private static Map<String, String> sources() throws IOException {
    Path root = AnvilOptions.home().resolve("bridge-contracts");
    Map<String, String> sources = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root.resolve("src"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".sol")).toList()) {
        sources.put(root.relativize(file).toString().replace('\\', '/'), Files.readString(file));
      }
    }
    return sources;
  }

  /** The functions that execution comes to, by file. */
  private static Map<String, List<JsonNode>> reached(JsonNode trees) {
    Map<Long, JsonNode> functions = new TreeMap<>();
    Map<Long, String> files = new HashMap<>();
    Deque<Long> open = new ArrayDeque<>();
    trees
        .properties()
        .forEach(
            file ->
                file.getValue()
                    .path("ast")
                    .path("nodes")
                    .forEach(
                        contract -> {
                          for (JsonNode part : contract.path("nodes")) {
                            if (part.path("nodeType").asText().equals("FunctionDefinition")
                                && part.has("body")) {
                              long id = part.path("id").asLong();
                              functions.put(id, part);
                              files.put(id, file.getKey());
                              if (isEntry(contract, part)) {
                                open.add(id);
                              }
                            }
                          }
                        }));
    Set<Long> seen = new HashSet<>();
    while (!open.isEmpty()) {
      long id = open.remove();
      JsonNode function = functions.get(id);
      if (function != null && seen.add(id)) {
        calls(function.path("body"), functions, open);
      }
    }
    Map<String, List<JsonNode>> reached = new HashMap<>();
    functions.forEach(
        (id, function) -> {
          if (seen.contains(id)) {
            reached.computeIfAbsent(files.get(id), _ -> new ArrayList<>()).add(function);
          }
        });
    return reached;
  }

  private static boolean isEntry(JsonNode contract, JsonNode function) {
    String name = function.path("name").asText();
    boolean isModule = contract.path("baseContracts").toString().contains("KindModule");
    return ENTRIES.contains(
        (isModule ? "IKindModule" : contract.path("name").asText()) + "." + name);
  }

  private static void calls(JsonNode node, Map<Long, JsonNode> functions, Deque<Long> to) {
    long named = node.path("referencedDeclaration").asLong(-1);
    if (functions.containsKey(named)) {
      to.add(named);
    }
    node.forEach(
        child -> {
          if (child.isContainerNode()) {
            calls(child, functions, to);
          }
        });
  }
}
