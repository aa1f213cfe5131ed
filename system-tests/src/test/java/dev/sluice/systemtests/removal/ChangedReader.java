package dev.sluice.systemtests.removal;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.Trees;
import dev.sluice.l1.node.AnvilOptions;
import dev.sluice.systemtests.secondreader.ReadGenesis;
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
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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

/**
 * The second reader, compiled once with a switch at every check and every effect. Executes chunks
 * as the protocol says, or tries one without one of them and comes back to where it was.
 */
public final class ChangedReader {
  private static final String READER = "dev.sluice.systemtests.secondreader.";
  private static final String ROW = "rows.get(index)";

  private final List<Site> sites = new ArrayList<>();
  private final Sequencer sequencer;

  /**
   * Compiles and starts at genesis.
   *
   * @throws IOException if the changed sources do not compile
   */
  public ChangedReader(ReadGenesis genesis) throws IOException {
    Map<String, byte[]> classes = compile();
    Sites.share(sites.stream().filter(Site::shared).map(Site::number).collect(Collectors.toSet()));
    Sites.run(Optional.empty());
    try {
      this.sequencer =
          (Sequencer)
              new OverChanged(classes)
                  .loadClass(ReadingSequencer.class.getName())
                  .getConstructors()[0]
                  .newInstance(
                      genesis.chainId(),
                      genesis.rollup(),
                      genesis.tokens(),
                      genesis.feeUnits(),
                      new long[] {
                        genesis.genesisTime(),
                        genesis.epochSeconds(),
                        genesis.epochsPerMonth(),
                        genesis.epochsPerSeed(),
                        genesis.graceSeconds(),
                        genesis.committeeSizeLog2(),
                        genesis.protectiveDelay()
                      },
                      genesis.feeRecipient());
    } catch (ReflectiveOperationException broken) {
      throw new IOException("the changed reader cannot be loaded", broken);
    }
  }

  /** Every check and effect. */
  public List<Site> sites() {
    return List.copyOf(sites);
  }

  /** The reader itself, where it stands. */
  public Sequencer sequencer() {
    return sequencer;
  }

  /**
   * An honest run of a chunk.
   *
   * @param root zero if the chunk has none
   * @param mattered what refused or wrote something in it
   */
  public record Honest(byte[] root, Set<Sites.Removal> mattered) {}

  /** Executes a chunk for good. */
  public Honest execute(byte[] payload, long headerInboxPosition) {
    Sites.run(Optional.empty());
    byte[] root = sequencer.execute(payload, headerInboxPosition);
    return new Honest(root, Sites.seen());
  }

  /** Remembers where the reader stands. */
  public Runnable rememberState() {
    return new Snapshot(sequencer)::restore;
  }

  /**
   * Executes a chunk without a check or an effect; the caller brings the state back.
   *
   * @return the root that is posted then; empty if such a sequencer fails at this chunk
   */
  public Optional<byte[]> executeWithout(
      Sites.Removal removal, byte[] payload, long headerInboxPosition) {
    Sites.run(Optional.of(removal));
    try {
      return Optional.of(sequencer.execute(payload, headerInboxPosition));
    } catch (RuntimeException failed) {
      return Optional.empty();
    }
  }

  private Map<String, byte[]> compile() throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    Map<String, ByteArrayOutputStream> classes = new HashMap<>();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      List<JavaFileObject> changed =
          List.of(
              switched(compiler, files, "SecondReader"),
              switched(compiler, files, "Reading"),
              text("Rows", rows()));
      String classPath =
          System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
      boolean compiled =
          compiler
              .getTask(
                  null,
                  inMemory(files, classes),
                  found,
                  List.of("-proc:none", "-nowarn", "-classpath", classPath),
                  null,
                  changed)
              .call();
      if (!compiled) {
        throw new IOException(
            "the changed sources do not compile: "
                + found.getDiagnostics().stream()
                    .filter(each -> each.getKind() == Diagnostic.Kind.ERROR)
                    .map(Object::toString)
                    .toList());
      }
    }
    Map<String, byte[]> bytes = new HashMap<>();
    classes.forEach((name, out) -> bytes.put(name, out.toByteArray()));
    return bytes;
  }

  private static String source(String className) throws IOException {
    Path folder =
        AnvilOptions.home()
            .resolve("system-tests/src/test/java/dev/sluice/systemtests/secondreader");
    return Files.readString(folder.resolve(className + ".java"));
  }

  /** Without its check that a row exists, a sequencer finds some other row. */
  private static String rows() throws IOException {
    String source = source("Rows");
    if (!source.contains(ROW)) {
      throw new IOException("Rows does not say " + ROW);
    }
    return source.replace(ROW, "rows.get(dev.sluice.systemtests.removal.Sites.row(index, count))");
  }

  private JavaFileObject switched(
      JavaCompiler compiler, StandardJavaFileManager files, String className) throws IOException {
    String source = source(className);
    JavacTask task =
        (JavacTask)
            compiler.getTask(
                null, files, null, List.of("-proc:none"), null, List.of(text(className, source)));
    CompilationUnitTree unit = task.parse().iterator().next();
    return text(
        className,
        new SwitchedSource(
                source,
                unit,
                Trees.instance(task).getSourcePositions(),
                className.equals("Reading"),
                sites)
            .switched());
  }

  private static JavaFileObject text(String className, String source) {
    return new SimpleJavaFileObject(
        URI.create("memory:///" + (READER + className).replace('.', '/') + ".java"),
        JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return source;
      }
    };
  }

  private static JavaFileManager inMemory(
      StandardJavaFileManager files, Map<String, ByteArrayOutputStream> classes) {
    return new ForwardingJavaFileManager<JavaFileManager>(files) {
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
  }

  /** Loads the reader's whole package anew, the changed classes in place of their own. */
  private static final class OverChanged extends ClassLoader {
    private final Map<String, byte[]> changed;

    OverChanged(Map<String, byte[]> changed) {
      super(ChangedReader.class.getClassLoader());
      this.changed = changed;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        if (loaded != null) {
          return loaded;
        }
        if (!name.startsWith(READER) && !name.equals(ReadingSequencer.class.getName())) {
          return super.loadClass(name, resolve);
        }
        byte[] bytes = changed.containsKey(name) ? changed.get(name) : original(name);
        return defineClass(name, bytes, 0, bytes.length);
      }
    }

    private byte[] original(String name) throws ClassNotFoundException {
      try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
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
