package dev.sluice.batcher.app;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * DOWN while starting, while the contract refuses, and for good after a conviction; the reason is
 * in the answer.
 */
@Readiness
@ApplicationScoped
public class PostingHealth implements HealthCheck {
  private final BatcherState state;

  PostingHealth(BatcherState state) {
    this.state = state;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder answer =
        HealthCheckResponse.named("posting")
            .withData("lastBatch", state.lastPostedBatch())
            .withData("lastBlock", state.lastPostedBlock());
    if (!state.seedProblem().isEmpty()) {
      answer.withData("seeds", state.seedProblem());
    }
    return switch (state.condition()) {
      case BatcherState.Condition.Running _ -> answer.up().build();
      case BatcherState.Condition.Waiting waiting ->
          answer.withData("waiting", waiting.reason()).up().build();
      case BatcherState.Condition.Starting starting ->
          answer.withData("starting", starting.step()).down().build();
      case BatcherState.Condition.Refused refused ->
          answer.withData("refused", refused.reason()).down().build();
      case BatcherState.Condition.Halted halted ->
          answer.withData("halted", halted.reason()).down().build();
    };
  }
}
