package dev.sluice.sequencer.app;

import dev.sluice.sequencer.Sequencer;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready when the chain is recovered, L1 has answered and blocks can be made durable. L1 away
 * afterwards does not take readiness (the chain goes on), but the answer says so.
 */
@Readiness
@ApplicationScoped
public class SequencerHealth implements HealthCheck {
  private final Sequencer sequencer;

  public SequencerHealth(Sequencer sequencer) {
    this.sequencer = sequencer;
  }

  @Override
  public HealthCheckResponse call() {
    String production = sequencer.productionProblem();
    return HealthCheckResponse.named("sequencer")
        .status(sequencer.l1().wasReached() && production.isEmpty())
        .withData("unsafeHead", sequencer.feed().head())
        .withData("l1", sequencer.l1().isReachable() ? "reachable" : sequencer.l1().problem())
        .withData("production", production.isEmpty() ? "running" : production)
        .build();
  }
}
