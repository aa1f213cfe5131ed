package dev.sluice.client.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints what a command found: one JSON object, or aligned lines for people. */
final class Output {
  /**
   * End of the name of a field that repeats another one exactly, for programs; people do not see
   * it.
   */
  static final String BASE_UNITS = "BaseUnits";

  private static final ObjectMapper JSON = new ObjectMapper();

  private Output() {}

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  /** A state of the API for people: {@code JOB_STATE_TIMED_OUT} becomes {@code timed out}. */
  static String name(Enum<?> state, String prefix) {
    return state.name().replace(prefix, "").toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  static void print(ObjectNode report, boolean json, PrintWriter out) {
    if (json) {
      try {
        out.println(JSON.writeValueAsString(report));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("a tree of plain values is always writable", e);
      }
    } else {
      printFields(report, "", out);
    }
    out.flush();
  }

  private static void printFields(JsonNode object, String indent, PrintWriter out) {
    int width = 0;
    for (Map.Entry<String, JsonNode> field : fieldsForPeople(object)) {
      width = Math.max(width, words(field.getKey()).length());
    }
    for (Map.Entry<String, JsonNode> field : fieldsForPeople(object)) {
      JsonNode value = field.getValue();
      String name = words(field.getKey());
      if (value.isObject()) {
        out.println(indent + name);
        printFields(value, indent + "  ", out);
      } else if (value.isArray()) {
        out.println(indent + name + " (" + value.size() + ")");
        for (JsonNode item : value) {
          if (item.isObject()) {
            printLine(item, indent + "  ", out);
          } else {
            out.println(indent + "  " + item.asText());
          }
        }
      } else {
        out.println(indent + name + " ".repeat(width - name.length() + 2) + value.asText());
      }
    }
  }

  private static void printLine(JsonNode item, String indent, PrintWriter out) {
    StringBuilder line = new StringBuilder(indent);
    for (Map.Entry<String, JsonNode> field : fieldsForPeople(item)) {
      line.append(words(field.getKey())).append(' ').append(field.getValue().asText()).append("  ");
    }
    out.println(line.toString().stripTrailing());
  }

  private static List<Map.Entry<String, JsonNode>> fieldsForPeople(JsonNode object) {
    return object.properties().stream()
        .filter(field -> !field.getKey().endsWith(BASE_UNITS))
        .toList();
  }

  /** {@code postedBy} becomes {@code posted by}. */
  private static String words(String camelCase) {
    StringBuilder words = new StringBuilder();
    for (int i = 0; i < camelCase.length(); i++) {
      char c = camelCase.charAt(i);
      if (Character.isUpperCase(c)) {
        words.append(' ').append(Character.toLowerCase(c));
      } else {
        words.append(c);
      }
    }
    return words.toString();
  }
}
