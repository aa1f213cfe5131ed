package dev.sluice.client.devnet;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks an application of ours over HTTP whether it is ready. */
final class HealthProbe {
  /** How much of a log a failure shows. */
  static final int LOG_LINES = 15;

  private static final Duration INTERVAL = Duration.ofMillis(250);
  private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(5);

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(ANSWER_PATIENCE).build();

  /** A condition that may take some time to hold. */
  interface Condition {
    /** Whether it holds now. */
    boolean holds() throws IOException, InterruptedException;
  }

  /** Whether {@code /q/health/ready} of the application on this loopback port answers 200 now. */
  boolean isReady(int port) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/q/health/ready"))
            .timeout(ANSWER_PATIENCE)
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /**
   * Waits until a child's condition holds.
   *
   * @throws DevnetException if the child dies first, with its obituary, or if the patience is over,
   *     with the end of its log
   */
  static void await(ChildProcess child, Condition healthy, Duration patience)
      throws DevnetException, IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!healthy.holds()) {
      if (child.awaitExit(INTERVAL)) {
        throw new DevnetException(child.obituary(LOG_LINES));
      }
      if (System.nanoTime() > deadline) {
        throw new DevnetException(
            child.name()
                + " is not healthy after "
                + patience.toSeconds()
                + " s; the end of "
                + child.log()
                + ":\n  | "
                + String.join("\n  | ", ChildProcess.tail(child.log(), LOG_LINES)));
      }
    }
  }
}
