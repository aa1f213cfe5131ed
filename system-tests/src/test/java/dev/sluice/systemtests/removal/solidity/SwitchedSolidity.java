package dev.sluice.systemtests.removal.solidity;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts a switch at every condition of a source's functions: of an {@code if}, of a choice by {@code
 * ?:}, of a truth that is returned, kept or handed on, in assembly too. Of {@code a || b} each part
 * can become false, of {@code a && b} each part true: so is it when the part is not written. A
 * condition as a whole can become false, and a truth that is returned true: nobody looks any more.
 *
 * <p>A switch is read only where it changes the outcome: whoever sees which slots a call reads
 * knows for which of them another outcome is possible.
 */
final class SwitchedSolidity {
  private record Edit(int at, boolean opens, int order, String text) {}

  /** Operations of assembly whose result is a truth. */
  private static final Set<String> TRUTHS = Set.of("eq", "gt", "lt", "sgt", "slt", "iszero");

  private static final String IMPORT = "\nimport {Switch} from \"" + Switched.SWITCH + "\";";

  private final String file;

  /** A char for a byte, as the compiler counts. */
  private final String source;

  private final List<Check> checks;
  private final List<Edit> edits = new ArrayList<>();
  private final Map<String, Integer> seen = new HashMap<>();
  private String function = "";

  /**
   * @param checks of all sources; those of this one are added
   */
  SwitchedSolidity(String file, String source, List<Check> checks) {
    this.file = file;
    this.source = new String(source.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    this.checks = checks;
  }

  /** The source with switches in these functions. */
  String switched(List<JsonNode> functions) {
    for (JsonNode each : functions) {
      function = each.path("name").asText();
      visit(each.path("body"));
    }
    StringBuilder out = new StringBuilder(source);
    // From the end; what closes an outer part stands behind what closes an inner one.
    edits.sort(
        Comparator.comparingInt(Edit::at)
            .thenComparing(Edit::opens)
            .thenComparingInt(edit -> edit.opens() ? edit.order() : -edit.order())
            .reversed());
    for (Edit edit : edits) {
      out.insert(edit.at(), edit.text());
    }
    String text =
        new String(out.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    // A switch is storage.
    text = text.replaceAll("\\bpure\\b", "view");
    int pragma = text.indexOf(';', text.indexOf("pragma solidity")) + 1;
    return text.substring(0, pragma) + IMPORT + text.substring(pragma);
  }

  private static int start(JsonNode node) {
    return Integer.parseInt(node.path("src").asText().split(":")[0]);
  }

  private static int end(JsonNode node) {
    return start(node) + Integer.parseInt(node.path("src").asText().split(":")[1]);
  }

  private static String type(JsonNode node) {
    return node.path("nodeType").asText();
  }

  private int check(Check.What what, JsonNode node, boolean fixed) {
    int number = checks.size();
    int start = start(node);
    String text =
        new String(
            source.substring(start, end(node)).getBytes(StandardCharsets.ISO_8859_1),
            StandardCharsets.UTF_8);
    int line = 1 + (int) source.substring(0, start).chars().filter(c -> c == '\n').count();
    int occurrence = seen.merge(function + ": " + text + fixed, 1, Integer::sum);
    checks.add(new Check(number, what, file, line, function, text, fixed, occurrence));
    return number;
  }

  private void wrap(JsonNode node, String before, String after) {
    int order = edits.size();
    edits.add(new Edit(start(node), true, order, before));
    edits.add(new Edit(end(node), false, order, after));
  }

  private void visit(JsonNode node) {
    if (node.isArray()) {
      node.forEach(this::visit);
      return;
    }
    switch (type(node)) {
      case "IfStatement" ->
          condition(
              reverts(node.path("trueBody")) ? Check.What.REVERT : Check.What.DECISION,
              node.path("condition"),
              false);
      case "Conditional" -> condition(Check.What.DECISION, node.path("condition"), false);
      case "Return" -> truth(node.path("expression"), true);
      case "VariableDeclarationStatement" -> truth(node.path("initialValue"), false);
      case "Assignment" -> truth(node.path("rightHandSide"), false);
      case "YulIf" -> yulIf(node);
      case "YulAssignment" -> yulTruth(node.path("value"));
      default -> {}
    }
    node.forEach(
        child -> {
          if (child.isContainerNode()) {
            visit(child);
          }
        });
  }

  private static boolean reverts(JsonNode body) {
    JsonNode first = type(body).equals("Block") ? body.path("statements").path(0) : body;
    return type(first).equals("RevertStatement");
  }

  private void truth(JsonNode expression, boolean fixed) {
    JsonNode bare = bare(expression);
    if (type(bare).equals("TupleExpression")) {
      bare.path("components").forEach(part -> truth(part, fixed));
    } else if (bare.path("typeDescriptions").path("typeString").asText().equals("bool")
        && !type(bare).equals("Literal")
        && !type(bare).equals("Identifier")) {
      condition(Check.What.DECISION, expression, fixed);
    }
  }

  /** Without parentheses. */
  private static JsonNode bare(JsonNode expression) {
    JsonNode at = expression;
    while (type(at).equals("TupleExpression") && at.path("components").size() == 1) {
      at = at.path("components").path(0);
    }
    return at;
  }

  private void condition(Check.What what, JsonNode expression, boolean fixed) {
    JsonNode bare = bare(expression);
    boolean sameInParts =
        type(bare).equals("BinaryOperation")
            && bare.path("operator").asText().equals(fixed ? "&&" : "||");
    if (!sameInParts) {
      switchAt(what, expression, fixed);
    }
    parts(what, bare);
  }

  private void parts(Check.What what, JsonNode bare) {
    String operator = bare.path("operator").asText();
    if (!type(bare).equals("BinaryOperation")
        || !(operator.equals("&&") || operator.equals("||"))) {
      return;
    }
    for (String side : List.of("leftExpression", "rightExpression")) {
      JsonNode part = bare.path(side);
      JsonNode barePart = bare(part);
      // a && b && c is (a && b) && c.
      if (!barePart.path("operator").asText().equals(operator)) {
        switchAt(what, part, operator.equals("&&"));
      }
      parts(what, barePart);
    }
  }

  private void switchAt(Check.What what, JsonNode node, boolean fixed) {
    int number = check(what, node, fixed);
    if (fixed) {
      wrap(node, "((", ") || Switch.isOff(" + number + "))");
    } else {
      wrap(node, "((", ") && Switch.isOn(" + number + "))");
    }
  }

  private void yulIf(JsonNode node) {
    JsonNode body = node.path("body");
    boolean reverts =
        body.path("statements")
            .path(0)
            .path("expression")
            .path("functionName")
            .path("name")
            .asText()
            .equals("malformed");
    int number =
        check(reverts ? Check.What.REVERT : Check.What.DECISION, node.path("condition"), false);
    wrap(body, "{ if iszero(sload(" + number + ")) ", " }");
  }

  /** Of a truth that is kept, the parts of an {@code and}. */
  private void yulTruth(JsonNode value) {
    if (!value.path("functionName").path("name").asText().equals("and")) {
      return;
    }
    JsonNode parts = value.path("arguments");
    for (JsonNode part : parts) {
      if (!TRUTHS.contains(part.path("functionName").path("name").asText())) {
        return;
      }
    }
    for (JsonNode part : parts) {
      wrap(part, "or(", ", sload(" + check(Check.What.DECISION, part, true) + "))");
    }
  }
}
