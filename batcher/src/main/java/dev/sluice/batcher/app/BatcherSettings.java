package dev.sluice.batcher.app;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What the batcher is told. Every property can be an environment variable: {@code SLUICE_L1_URL}
 * and so on.
 */
@ConfigMapping(prefix = "sluice")
public interface BatcherSettings {
  /** The chain's file, written at deployment. */
  @WithDefault(".sluice/devnet.json")
  Path chainConfig();

  /** L1 JSON-RPC. */
  @WithDefault("http://127.0.0.1:8545")
  URI l1Url();

  /** Where the journal is. */
  @WithDefault(".sluice/batcher")
  Path dataDirectory();

  /** The sequencer's gRPC address, {@code host:port}. */
  @WithDefault("127.0.0.1:9000")
  String sequencer();

  /** The batcher's own settings. */
  Batcher batcher();

  /** Settings below {@code sluice.batcher}. */
  interface Batcher {
    /**
     * Devnet keys instead of key files: the publicly known accounts of every development node.
     * Refused on any chain id but 31337.
     */
    @WithDefault("true")
    boolean devnetKeys();

    /** File with the poster's key, 64 hexadecimal digits. */
    Optional<Path> posterKeyFile();

    /** File with the key that takes seeds. */
    Optional<Path> seedKeyFile();

    /** File with the operator's key, to deposit a missing bond. */
    Optional<Path> operatorKeyFile();

    /** Size rule: a batch is posted from this many bytes of data on. */
    @WithDefault("100000")
    int sizeBytes();

    /** Age rule: a batch is posted when its first block has waited this long. */
    @WithDefault("2s")
    Duration age();

    /** Count rule: a batch is posted from this many chunks on. */
    @WithDefault("64")
    int chunks();

    /** Most bytes of data in a batch. */
    @WithDefault("126000")
    int dataBytesMax();

    /** Most wei per gas. */
    @WithDefault("500000000000")
    BigInteger maxFeeWei();

    /** L1 blocks before a transaction is replaced. */
    @WithDefault("5")
    long bumpAfterBlocks();

    /** How often L1 is asked for receipts. */
    @WithDefault("200ms")
    Duration poll();

    /** Whether beacon seeds are taken. */
    @WithDefault("true")
    boolean takeSeeds();
  }
}
