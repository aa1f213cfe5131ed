package dev.sluice.sequencer.app;

import dev.sluice.sequencer.Sequencer;
import io.quarkus.vertx.VertxOptionsCustomizer;
import io.vertx.core.VertxOptions;
import jakarta.enterprise.context.ApplicationScoped;
import java.lang.System.Logger.Level;

/**
 * Builds the sequencer, and so recovers the chain, on the thread that starts the application.
 *
 * <p>Quarkus asks for Vert.x' options before there is an event loop, and so before any server
 * listens. Left alone the gRPC server would build it with its services, on an event loop.
 */
@ApplicationScoped
public class BuiltBeforeServers implements VertxOptionsCustomizer {
  private static final System.Logger LOG = System.getLogger(BuiltBeforeServers.class.getName());

  private final Sequencer sequencer;

  public BuiltBeforeServers(Sequencer sequencer) {
    this.sequencer = sequencer;
  }

  @Override
  public void accept(VertxOptions options) {
    LOG.log(
        Level.INFO,
        "block {0} is the head; servers start, on thread {1}",
        sequencer.feed().head(),
        Thread.currentThread().getName());
  }
}
