package dev.sluice.client.devnet;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where a devnet keeps things.
 *
 * @param repository the directory of the checkout, absolute
 * @param home everything that a devnet writes, absolute; {@code --fresh} deletes what it lists in
 *     {@link #chainState}
 */
public record DevnetFiles(Path repository, Path home) {
  /** Makes the directories absolute. */
  public DevnetFiles {
    repository = repository.toAbsolutePath().normalize();
    home = home.toAbsolutePath().normalize();
  }

  private DevnetFiles(Path repository) {
    this(repository, repository.resolve(".sluice"));
  }

  /**
   * Finds the checkout: the directory named by the environment variable {@code SLUICE_HOME} (set by
   * the launcher), else the nearest directory, from the working directory upwards, that holds a
   * {@code pom.xml} beside {@code bridge-contracts}.
   *
   * @throws DevnetException if there is none
   */
  public static DevnetFiles find() throws DevnetException {
    String root = System.getenv("SLUICE_HOME");
    if (root != null) {
      return new DevnetFiles(Path.of(root));
    }
    Optional<Path> directory = Optional.of(Path.of("").toAbsolutePath());
    while (directory.isPresent()) {
      Path candidate = directory.get();
      if (Files.exists(candidate.resolve("pom.xml"))
          && Files.isDirectory(candidate.resolve("bridge-contracts"))) {
        return new DevnetFiles(candidate);
      }
      directory = Optional.ofNullable(candidate.getParent());
    }
    throw new DevnetException(
        "this is not inside a checkout of Sluice: run ./sluice from the repository");
  }

  /** The same checkout with another directory for what a devnet writes. */
  public DevnetFiles withHome(Path directory) {
    return new DevnetFiles(repository, directory);
  }

  /** What belongs to one chain and has no meaning without it; wallets are not among it. */
  public List<Path> chainState() {
    return List.of(
        chainConfig(),
        l1Mark(),
        l1State(),
        sequencer(),
        batcher(),
        // A new chain at the same addresses can give a channel the id of an old one.
        home().resolve("records"),
        home().resolve("logs"));
  }

  /** Who runs. */
  public Path lock() {
    return home().resolve("devnet.lock");
  }

  /** The processes of the running devnet, one {@code name pid startMillis} per line. */
  public Path children() {
    return home().resolve("children");
  }

  /** The chain's addresses and ports, read by every command. */
  public Path chainConfig() {
    return home().resolve("devnet.json");
  }

  /**
   * The newest L1 block that the devnet saw, {@code number hash}: what tells a node that lost its
   * state.
   */
  public Path l1Mark() {
    return home().resolve("l1-mark");
  }

  /** The L1 node's state, written by it when it stops. */
  public Path l1State() {
    return home().resolve("l1-state.json");
  }

  /** The sequencer's directory. */
  public Path sequencer() {
    return home().resolve("sequencer");
  }

  /** The batcher's directory. */
  public Path batcher() {
    return home().resolve("batcher");
  }

  /** The log of one child. */
  public Path log(String child) {
    return home().resolve("logs").resolve(child + ".log");
  }

  /** The start file of a Quarkus application of ours. */
  public Path applicationJar(String module) {
    return repository.resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
  }
}
