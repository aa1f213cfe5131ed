package dev.sluice.client.devnet;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The loopback ports of a devnet.
 *
 * @param l1 JSON-RPC of the L1 node
 * @param grpc the sequencer's public API
 * @param sequencerHttp the sequencer's health and metrics
 * @param batcherHttp the batcher's health and metrics
 */
public record Ports(int l1, int grpc, int sequencerHttp, int batcherHttp) {
  /** What a devnet uses unless it is told otherwise: the applications' own defaults. */
  public static final Ports DEFAULT = new Ports(8545, 9000, 8080, 8081);

  /** The largest offset: the highest port must stay below 65,536. */
  public static final int OFFSET_MAX = 50_000;

  /**
   * The default ports moved up together, for a second devnet on the same machine.
   *
   * @param offset from 0 to {@link #OFFSET_MAX}
   * @throws DevnetException if it is not
   */
  public static Ports movedBy(int offset) throws DevnetException {
    if (offset < 0 || offset > OFFSET_MAX) {
      throw new DevnetException("--port-offset is from 0 to " + OFFSET_MAX + ", not " + offset);
    }
    return new Ports(
        DEFAULT.l1 + offset,
        DEFAULT.grpc + offset,
        DEFAULT.sequencerHttp + offset,
        DEFAULT.batcherHttp + offset);
  }

  /**
   * Refuses to start when somebody listens on one of the ports.
   *
   * @throws DevnetException naming every busy port and how to find its owner
   */
  public void requireFree() throws DevnetException {
    List<String> busy = new ArrayList<>();
    new TreeMap<>(
            Map.of(
                l1, "L1 node",
                grpc, "sequencer, gRPC",
                sequencerHttp, "sequencer, HTTP",
                batcherHttp, "batcher, HTTP"))
        .forEach(
            (port, use) -> {
              if (!isFree(port)) {
                busy.add(port + " (" + use + ")");
              }
            });
    if (!busy.isEmpty()) {
      throw new DevnetException(
          "another program listens on "
              + String.join(", ", busy)
              + " of 127.0.0.1. Stop it; to find it: ss -ltnp 'sport = :"
              + busy.getFirst().substring(0, busy.getFirst().indexOf(' '))
              + "'");
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true); // a port that is only in TIME_WAIT is free
      probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
