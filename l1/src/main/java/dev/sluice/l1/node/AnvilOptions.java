package dev.sluice.l1.node;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How a local node runs. Chain id 31337, Osaka rules and the well-known mnemonic always.
 *
 * @param binary the anvil executable
 * @param port on loopback; 0 takes a free one
 * @param blockTime a block this often, whole seconds; empty: a block per transaction
 * @param state file that the chain is loaded from and dumped to, every few seconds and at the end;
 *     empty: in memory only
 */
public record AnvilOptions(
    Path binary, int port, Optional<Duration> blockTime, Optional<Path> state) {
  /** The npm package that holds the binary for the one platform that is pinned. */
  private static final String BINARY =
      "bridge-contracts/node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil";

  public AnvilOptions {
    if (blockTime.isPresent() && blockTime.get().toSeconds() < 1) {
      throw new IllegalArgumentException("blockTime below a second: " + blockTime.get());
    }
  }

  /** The binary under the directory of a checkout. */
  public static Path binaryIn(Path home) {
    return home.resolve(BINARY);
  }

  /**
   * The checkout's directory: {@code SLUICE_HOME}, else the nearest directory upwards from the
   * working directory that holds {@code mvnw}.
   */
  public static Path home() {
    String named = System.getenv("SLUICE_HOME");
    if (named != null && !named.isEmpty()) {
      return Path.of(named);
    }
    Path start = Path.of("").toAbsolutePath();
    Path at = start;
    while (at != null) {
      if (at.resolve("mvnw").toFile().isFile()) {
        return at;
      }
      at = at.getParent();
    }
    throw new IllegalStateException("no checkout above " + start + ": set SLUICE_HOME");
  }

  /** A node in memory on a free port that mines every transaction at once. */
  public static AnvilOptions forTests() {
    return new AnvilOptions(binaryIn(home()), 0, Optional.empty(), Optional.empty());
  }
}
