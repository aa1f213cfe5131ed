package dev.sluice.systemtests.differential;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.IfTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import dev.sluice.l1.node.AnvilOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * The sources of the state-transition function with one check removed, one mutant for every place
 * that names a refusal: a condition that leads to it becomes false.
 */
final class StateMutants {
  private static final String STATE = "dev.sluice.state.";
  private static final Path SOURCES = AnvilOptions.home().resolve("state/src/main/java");

  /**
   * A source with one check removed.
   *
   * @param name file, refusal, and its count in the file
   * @param className of the file's top-level class, with its package
   */
  record Mutant(String name, String className, String source) {}

  private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

  private StateMutants() {}

  /** Every mutant of the handlers. */
  static List<Mutant> all() throws IOException {
    Path folder = SOURCES.resolve("dev/sluice/state/transition");
    List<Mutant> mutants = new ArrayList<>();
    try (Stream<Path> sources = Files.list(folder)) {
      for (Path source : sources.sorted().toList()) {
        mutants.addAll(of(source));
      }
    }
    return mutants;
  }

  /** A source with one text, which must stand in it exactly once, replaced by another. */
  static Mutant of(String name, String className, String from, String to) throws IOException {
    String source = Files.readString(SOURCES.resolve(className.replace('.', '/') + ".java"));
    int at = source.indexOf(from);
    if (at < 0 || source.indexOf(from, at + 1) >= 0) {
      throw new IOException(className + " does not have exactly once: " + from);
    }
    return new Mutant(name, className, source.replace(from, to));
  }

  private static List<Mutant> of(Path file) throws IOException {
    String source = Files.readString(file);
    String className = file.getFileName().toString().replace(".java", "");
    String qualified = STATE + "transition." + className;
    JavacTask task =
        (JavacTask)
            COMPILER.getTask(
                null, null, null, List.of("-proc:none"), null, List.of(text(qualified, source)));
    SourcePositions positions = Trees.instance(task).getSourcePositions();
    List<Mutant> mutants = new ArrayList<>();
    Map<String, Integer> seen = new TreeMap<>();
    for (CompilationUnitTree unit : task.parse()) {
      new TreePathScanner<@Nullable Void, @Nullable Void>() {
        @Override
        public @Nullable Void visitMemberSelect(MemberSelectTree node, @Nullable Void nothing) {
          String text = node.toString();
          if (text.matches("Refusal\\.[A-Z0-9_]+")) {
            String mutated = without(source, unit, positions, getCurrentPath());
            if (mutated != null) {
              int place = seen.merge(text, 1, Integer::sum);
              mutants.add(
                  new Mutant(
                      className + " " + text.substring(8) + " " + place, qualified, mutated));
            }
          }
          return super.visitMemberSelect(node, null);
        }
      }.scan(unit, null);
    }
    return mutants;
  }

  /** The source without the check that leads to this refusal; null if no condition does. */
  private static @Nullable String without(
      String source, CompilationUnitTree unit, SourcePositions positions, TreePath refusal) {
    TreePath child = refusal;
    for (TreePath at = refusal.getParentPath(); at != null; at = at.getParentPath()) {
      Tree tree = at.getLeaf();
      if (tree instanceof ConditionalExpressionTree choice
          && choice.getCondition() != child.getLeaf()) {
        Tree other =
            choice.getTrueExpression() == child.getLeaf()
                ? choice.getFalseExpression()
                : choice.getTrueExpression();
        boolean eitherRefuses = other.toString().contains("Refusal.");
        Tree replaced = eitherRefuses ? child.getLeaf() : tree;
        String by = eitherRefuses ? "null" : part(source, unit, positions, other);
        return replace(source, unit, positions, replaced, "(" + by + ")");
      }
      if (tree instanceof IfTree branch && branch.getThenStatement() == child.getLeaf()) {
        Tree condition = branch.getCondition();
        return replace(
            source,
            unit,
            positions,
            condition,
            "(never() && " + part(source, unit, positions, condition) + ")",
            true);
      }
      if (tree instanceof MethodTree || tree instanceof LambdaExpressionTree) {
        return null;
      }
      if (tree instanceof BlockTree several && several.getStatements().size() > 1) {
        return null;
      }
      child = at;
    }
    return null;
  }

  private static String part(
      String source, CompilationUnitTree unit, SourcePositions positions, Tree tree) {
    return source.substring(
        (int) positions.getStartPosition(unit, tree), (int) positions.getEndPosition(unit, tree));
  }

  private static String replace(
      String source, CompilationUnitTree unit, SourcePositions positions, Tree tree, String by) {
    return replace(source, unit, positions, tree, by, false);
  }

  /** With {@code never()}, a condition that the compiler does not know to be false. */
  private static String replace(
      String source,
      CompilationUnitTree unit,
      SourcePositions positions,
      Tree tree,
      String by,
      boolean withNever) {
    String out =
        source.substring(0, (int) positions.getStartPosition(unit, tree))
            + by
            + source.substring((int) positions.getEndPosition(unit, tree));
    if (!withNever) {
      return out;
    }
    int end = out.lastIndexOf('}');
    return out.substring(0, end)
        + "  private static boolean never() { return Boolean.getBoolean(\"never\"); }\n}\n";
  }

  /**
   * Compiles a mutant and gives a replay over it.
   *
   * @throws IOException with the compiler's words if it does not compile
   */
  static Replay compile(Mutant mutant) throws IOException {
    StandardJavaFileManager files =
        COMPILER.getStandardFileManager(null, null, StandardCharsets.UTF_8);
    Map<String, ByteArrayOutputStream> classes = new HashMap<>();
    JavaFileManager memory =
        new ForwardingJavaFileManager<JavaFileManager>(files) {
          @Override
          public JavaFileObject getJavaFileForOutput(
              Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            classes.put(name, bytes);
            return new SimpleJavaFileObject(
                URI.create("memory:///" + name.replace('.', '/') + ".class"), kind) {
              @Override
              public OutputStream openOutputStream() {
                return bytes;
              }
            };
          }
        };
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    boolean compiled =
        COMPILER
            .getTask(
                null,
                memory,
                found,
                List.of("-proc:none", "-nowarn", "-classpath", classPath),
                null,
                List.of(text(mutant.className(), mutant.source())))
            .call();
    if (!compiled) {
      throw new IOException(
          mutant.name()
              + " does not compile: "
              + found.getDiagnostics().stream()
                  .filter(each -> each.getKind() == Diagnostic.Kind.ERROR)
                  .map(Object::toString)
                  .toList());
    }
    Map<String, byte[]> mutated = new HashMap<>();
    classes.forEach((name, bytes) -> mutated.put(name, bytes.toByteArray()));
    try {
      return (Replay)
          new OverMutant(mutated)
              .loadClass(StateReplay.class.getName())
              .getDeclaredConstructor()
              .newInstance();
    } catch (ReflectiveOperationException broken) {
      throw new IOException(mutant.name(), broken);
    }
  }

  private static JavaFileObject text(String className, String source) {
    return new SimpleJavaFileObject(
        URI.create("memory:///" + className.replace('.', '/') + ".java"),
        JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return source;
      }
    };
  }

  /** Loads the whole room anew, the mutant in place of its class. */
  private static final class OverMutant extends ClassLoader {
    private final Map<String, byte[]> mutated;

    OverMutant(Map<String, byte[]> mutated) {
      super(StateMutants.class.getClassLoader());
      this.mutated = mutated;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        if (loaded != null) {
          return loaded;
        }
        if (!name.startsWith(STATE) && !name.equals(StateReplay.class.getName())) {
          return super.loadClass(name, resolve);
        }
        byte[] bytes = mutated.containsKey(name) ? mutated.get(name) : original(name);
        return defineClass(name, bytes, 0, bytes.length);
      }
    }

    private byte[] original(String name) throws ClassNotFoundException {
      String resource = name.replace('.', '/') + ".class";
      try (InputStream in = getParent().getResourceAsStream(resource)) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        return in.readAllBytes();
      } catch (IOException unreadable) {
        throw new ClassNotFoundException(name, unreadable);
      }
    }
  }
}
