package dev.sluice.sequencer.app;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The sequencer's configuration: properties {@code sluice.*}, environment {@code SLUICE_*}. Ports
 * are Quarkus' own ({@code quarkus.grpc.server.port}, {@code quarkus.http.port}).
 */
@ConfigMapping(prefix = "sluice")
public interface SequencerConfig {
  /** JSON file of the chain, as the deployment wrote it. */
  Path chainConfig();

  /** JSON-RPC address of an L1 node. */
  URI l1Url();

  /** Log and store live here; the disk decides how fast blocks become durable. */
  Path dataDirectory();

  /**
   * File with the sequencer's key, 64 hexadecimal digits. On chain 31337 the devnet's well-known
   * key is taken if none is named; elsewhere a file is required.
   */
  Optional<Path> sequencerKeyFile();

  /** L1 blocks on top of a message before it is consumed; 0 on chain 31337, else 12. */
  OptionalLong l1Confirmations();

  /** Milliseconds between questions to L1. */
  @WithDefault("500")
  long l1PollMillis();

  /** Transactions that may wait for a block. */
  @WithDefault("131072")
  int poolTransactionsMax();

  /** Of them, of one account. */
  @WithDefault("16384")
  int accountPendingMax();

  /** Seconds after a block's clock by which it is promised to be on L1. */
  @WithDefault("3600")
  long postWithinSeconds();

  /** Seconds that the L2 clock may be ahead of the newest L1 block. */
  @WithDefault("600")
  long clockAheadSecondsMax();

  /** Seconds between sweeps of vouchers and ticks worth claiming. */
  @WithDefault("3600")
  long claimIntervalSeconds();

  /** Streams open at once, of all kinds. */
  @WithDefault("4096")
  int streamsMax();
}
