package dev.sluice.l1.contract;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.primitives.crypto.Keccak256;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.web3j.abi.FunctionReturnDecoder;
import org.web3j.abi.TypeReference;
import org.web3j.abi.datatypes.Type;

/** The custom errors of some contracts by selector, read from their ABIs. Immutable. */
public final class ContractErrors {
  private record ErrorType(String name, List<String> names, List<String> types) {}

  private static final HexFormat HEX = HexFormat.of();

  private final Map<String, ErrorType> bySelector = new TreeMap<>();

  private ContractErrors() {
    put(new ErrorType("Error", List.of("reason"), List.of("string")));
    put(new ErrorType("Panic", List.of("code"), List.of("uint256")));
  }

  /** Only what Solidity itself defines: {@code Error(string)} and {@code Panic(uint256)}. */
  public static ContractErrors none() {
    return new ContractErrors();
  }

  /** The errors that these ABIs (JSON arrays) list. */
  public static ContractErrors of(Iterable<JsonNode> abis) {
    ContractErrors errors = new ContractErrors();
    for (JsonNode abi : abis) {
      for (JsonNode entry : abi) {
        if (entry.path("type").asText().equals("error")) {
          List<String> names = new ArrayList<>();
          List<String> types = new ArrayList<>();
          for (JsonNode input : entry.path("inputs")) {
            names.add(input.path("name").asText());
            types.add(input.path("type").asText());
          }
          errors.put(new ErrorType(entry.path("name").asText(), names, types));
        }
      }
    }
    return errors;
  }

  private void put(ErrorType error) {
    String signature = error.name + "(" + String.join(",", error.types) + ")";
    byte[] hash = Keccak256.hash(signature.getBytes(StandardCharsets.US_ASCII));
    bySelector.put(HEX.formatHex(hash, 0, 4), error);
  }

  // web3j's decoder takes and gives raw types.
  @SuppressWarnings("rawtypes")
  private static List<Object> values(byte[] revert, List<String> types)
      throws ClassNotFoundException {
    List<TypeReference<Type>> references = new ArrayList<>();
    for (String type : types) {
      references.add(reference(type));
    }
    List<Type> values =
        FunctionReturnDecoder.decode(
            "0x" + HEX.formatHex(Arrays.copyOfRange(revert, 4, revert.length)), references);
    List<Object> plain = new ArrayList<>();
    for (Type value : values) {
      plain.add(value.getValue());
    }
    return plain;
  }

  /** Total: revert data that fits no known error is {@code Unknown} with its hexadecimal text. */
  public DecodedError decode(byte[] revert) {
    if (revert.length == 0) {
      return new DecodedError("Empty", List.of());
    }
    if (revert.length < 4) {
      return unknown(revert);
    }
    ErrorType error = bySelector.get(HEX.formatHex(revert, 0, 4));
    if (error == null) {
      return unknown(revert);
    }
    try {
      List<Object> values = values(revert, error.types);
      if (values.size() != error.names.size()) {
        return unknown(revert);
      }
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < values.size(); i++) {
        String name = error.names.get(i);
        texts.add((name.isEmpty() ? "" : name + "=") + text(values.get(i)));
      }
      return new DecodedError(error.name, texts);
    } catch (ReflectiveOperationException | RuntimeException undecodable) {
      // web3j's decoder has no other word for data that is too short or a type that it does not
      // know (a tuple).
      return unknown(revert);
    }
  }

  // web3j returns the reference raw.
  @SuppressWarnings({"unchecked", "rawtypes"})
  private static TypeReference<Type> reference(String type) throws ClassNotFoundException {
    return TypeReference.makeTypeReference(type);
  }

  private static DecodedError unknown(byte[] revert) {
    return new DecodedError("Unknown", List.of("0x" + HEX.formatHex(revert)));
  }

  private static String text(Object value) {
    return switch (value) {
      case byte[] bytes -> "0x" + HEX.formatHex(bytes);
      case BigInteger number -> number.toString();
      case String text -> text;
      default -> value.toString();
    };
  }
}
