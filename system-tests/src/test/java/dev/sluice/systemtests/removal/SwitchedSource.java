package dev.sluice.systemtests.removal;

import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.BlockTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.ForLoopTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.IfTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.StatementTree;
import com.sun.source.tree.ThrowTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.Modifier;
import org.jspecify.annotations.Nullable;

/**
 * Puts a switch at every place of a source that refuses or writes something. Places are: an {@code
 * if} that returns a refusal or a judgement or throws {@code Malformed}; a {@code return} that
 * chooses between a refusal and none; a statement that assigns, counts or calls; a count in the
 * meta leaf.
 */
final class SwitchedSource extends TreePathScanner<@Nullable Void, @Nullable Void> {
  private static final String CALL = "dev.sluice.systemtests.removal.Sites.";

  /** What reads, hashes and keeps the tree: no rule of the protocol's stands in them. */
  private static final Set<String> MACHINERY =
      Set.of(
          "touch",
          "root",
          "put",
          "get",
          "level",
          "treeRoot",
          "affine",
          "preimage",
          "blsVerifies",
          "encode",
          "encodeCounters");

  /** The public methods that are part of executing. */
  private static final Set<String> EXECUTING = Set.of("openBlock", "sealBlock");

  /** What handlers of several kinds call. */
  private static final Set<String> SHARED =
      Set.of("walletChecks", "affordable", "pay", "credit", "open");

  private record Edit(int at, boolean opens, int order, String text) {}

  private final String source;
  private final CompilationUnitTree unit;
  private final SourcePositions positions;
  private final boolean formOnly;
  private final List<Site> sites;
  private final List<Edit> edits = new ArrayList<>();
  private final Set<Tree> done = new HashSet<>();
  private final Set<String> unassigned = new HashSet<>();
  private String method = "";
  private int overWeight = -1;

  /**
   * @param formOnly only what is malformed: the rest of the source only reads
   * @param sites of all sources; those of this one are added
   */
  SwitchedSource(
      String source,
      CompilationUnitTree unit,
      SourcePositions positions,
      boolean formOnly,
      List<Site> sites) {
    this.source = source;
    this.unit = unit;
    this.positions = positions;
    this.formOnly = formOnly;
    this.sites = sites;
  }

  /** The source with its switches. */
  String switched() {
    scan(unit, null);
    StringBuilder out = new StringBuilder(source);
    // From the end; what closes an outer tree stands behind what closes an inner one.
    edits.sort(
        Comparator.comparingInt(Edit::at)
            .thenComparing(Edit::opens)
            .thenComparingInt(edit -> edit.opens() ? edit.order() : -edit.order())
            .reversed());
    for (Edit edit : edits) {
      out.insert(edit.at(), edit.text());
    }
    return out.toString();
  }

  private int start(Tree tree) {
    return (int) positions.getStartPosition(unit, tree);
  }

  private int end(Tree tree) {
    return (int) positions.getEndPosition(unit, tree);
  }

  private String text(Tree tree) {
    return source.substring(start(tree), end(tree));
  }

  private void wrap(int from, String before, int to, String after) {
    int order = edits.size();
    edits.add(new Edit(from, true, order, before));
    edits.add(new Edit(to, false, order, after));
  }

  private void wrap(Tree tree, String before, String after) {
    wrap(start(tree), before, end(tree), after);
  }

  /** Over-weight is looked for twice; a sequencer that does not care does neither. */
  private int site(Site.What what, Tree tree, String outcome) {
    if (outcome.contains("OVER_WEIGHT") && overWeight >= 0) {
      return overWeight;
    }
    int number = sites.size();
    overWeight = outcome.contains("OVER_WEIGHT") ? number : overWeight;
    sites.add(new Site(number, what, method, text(tree), SHARED.contains(method)));
    return number;
  }

  @Override
  public @Nullable Void visitMethod(MethodTree node, @Nullable Void nothing) {
    String name = node.getName().toString();
    boolean isPublic = node.getModifiers().getFlags().contains(Modifier.PUBLIC);
    if (name.equals("<init>")
        || MACHINERY.contains(name)
        || (isPublic && !EXECUTING.contains(name))) {
      return null;
    }
    method = name;
    unassigned.clear();
    if (name.equals("apply")) {
      int body = start(node.getBody()) + 1;
      String transaction = node.getParameters().getFirst().getName().toString();
      wrap(body, CALL + "begin(" + transaction + ".kind);", body, "");
    }
    return super.visitMethod(node, null);
  }

  @Override
  public @Nullable Void visitVariable(VariableTree node, @Nullable Void nothing) {
    if (node.getInitializer() == null) {
      unassigned.add(node.getName().toString());
    }
    return super.visitVariable(node, null);
  }

  @Override
  public @Nullable Void visitIf(IfTree node, @Nullable Void nothing) {
    StatementTree then = node.getThenStatement();
    StatementTree only =
        then instanceof BlockTree block && block.getStatements().size() == 1
            ? block.getStatements().getFirst()
            : then;
    if (only instanceof ReturnTree refusing
        && !formOnly
        && refusing.getExpression() != null
        && isRefusal(refusing.getExpression())) {
      int number = site(Site.What.CHECK, node.getCondition(), text(then));
      wrap(node.getCondition(), "(" + CALL + "keep(" + number + ") && ", ")");
      wrap(refusing.getExpression(), CALL + "refused(" + number + ", ", ")");
      done.add(refusing);
    } else if (only instanceof ThrowTree malformed
        && formOnly
        && text(malformed.getExpression()).startsWith("new Malformed(")) {
      int number = site(Site.What.FORM, node.getCondition(), "");
      wrap(node.getCondition(), "(" + CALL + "keep(" + number + ") && ", ")");
      wrap(malformed, CALL + "refused(" + number + ", -1); ", "");
    }
    return super.visitIf(node, null);
  }

  private boolean isRefusal(ExpressionTree expression) {
    return switch (expression) {
      case LiteralTree literal -> literal.getValue() instanceof Integer number && number != 0;
      case ConditionalExpressionTree choice ->
          isRefusal(choice.getTrueExpression()) && isRefusal(choice.getFalseExpression());
      default -> text(expression).startsWith("Judgement.");
    };
  }

  @Override
  public @Nullable Void visitReturn(ReturnTree node, @Nullable Void nothing) {
    if (!formOnly
        && !done.contains(node)
        && node.getExpression() instanceof ConditionalExpressionTree choice
        && isRefusal(choice.getTrueExpression())) {
      int number = site(Site.What.CHECK, choice.getCondition(), text(choice));
      wrap(
          choice,
          CALL + "refused(" + number + ", " + CALL + "keep(" + number + ") ? (",
          ") : " + text(choice.getFalseExpression()) + ")");
    } else if (!formOnly
        && node.getExpression() instanceof ConditionalExpressionTree choice
        && text(choice.getFalseExpression()).equals("null")) {
      int number = site(Site.What.CHECK, choice.getCondition(), text(choice));
      wrap(
          choice,
          CALL + "checked(" + number + ", java.util.Optional.ofNullable(",
          "), " + text(choice.getTrueExpression()) + ").orElse(null)");
    }
    return super.visitReturn(node, null);
  }

  @Override
  public @Nullable Void visitExpressionStatement(
      ExpressionStatementTree node, @Nullable Void nothing) {
    boolean counts = getCurrentPath().getParentPath().getLeaf() instanceof ForLoopTree;
    if (!formOnly && !counts && isEffect(node.getExpression())) {
      int number = site(Site.What.EFFECT, node.getExpression(), "");
      int from = start(node);
      int to = source.indexOf(';', end(node.getExpression())) + 1;
      wrap(from, "{ if (" + CALL + "effect(" + number + ")) { ", to, " } }");
    }
    return super.visitExpressionStatement(node, null);
  }

  private boolean isEffect(ExpressionTree expression) {
    String text = text(expression);
    if (expression instanceof AssignmentTree assignment
        && assignment.getVariable() instanceof IdentifierTree name
        && unassigned.contains(name.getName().toString())) {
      return false;
    }
    // The leaf is written where it is changed; what is counted and what is cut is no state.
    return !(text.startsWith("touch(") && !text.contains(".add("))
        && !text.startsWith("refusal = ")
        && !text.startsWith("refusals.")
        && !text.startsWith("applied")
        && !text.startsWith("t.")
        && !text.startsWith("in.")
        && !text.startsWith("id = take(")
        && !text.startsWith("width *=")
        && !text.startsWith("level[");
  }

  @Override
  public @Nullable Void visitMethodInvocation(MethodInvocationTree node, @Nullable Void nothing) {
    String name = text(node.getMethodSelect());
    if (name.equals("apply") && !formOnly) {
      wrap(node, CALL + "end(", ")");
    } else if (method.equals("meta")
        && node.getArguments().isEmpty()
        && (name.endsWith(".count") || name.startsWith("last."))) {
      int number = site(Site.What.EFFECT, node, "");
      wrap(node, "(", " - " + CALL + "less(" + number + "))");
    }
    return super.visitMethodInvocation(node, null);
  }
}
