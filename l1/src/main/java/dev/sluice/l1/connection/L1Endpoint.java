package dev.sluice.l1.connection;

import java.net.URI;
import java.time.Duration;

/**
 * Where an L1 node answers and how patient we are with it.
 *
 * @param url HTTP JSON-RPC address
 * @param connectTimeout until a connection stands
 * @param requestTimeout for one whole request
 * @param attemptsMax how often one call is tried, 1 to 20
 * @param backoff wait before the second attempt; it doubles up to 16 times this
 */
public record L1Endpoint(
    URI url, Duration connectTimeout, Duration requestTimeout, int attemptsMax, Duration backoff) {
  public L1Endpoint {
    if (attemptsMax < 1 || attemptsMax > 20) {
      throw new IllegalArgumentException("attemptsMax out of 1..20: " + attemptsMax);
    }
  }

  /**
   * Defaults for a node near by: 2 s to connect, 10 s a request, 4 attempts with 100, 200 and 400
   * ms between them.
   */
  public static L1Endpoint at(URI url) {
    return new L1Endpoint(
        url, Duration.ofSeconds(2), Duration.ofSeconds(10), 4, Duration.ofMillis(100));
  }
}
