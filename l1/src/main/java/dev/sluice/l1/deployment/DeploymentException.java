package dev.sluice.l1.deployment;

import dev.sluice.l1.sender.Outcome;
import java.io.IOException;

/**
 * A deployment stopped half-way. What is on L1 already does no harm; a new attempt uses new
 * addresses.
 */
public final class DeploymentException extends IOException {
  private static final long serialVersionUID = 1L;

  DeploymentException(String step, Outcome outcome) {
    super(step + ": " + outcome);
  }

  DeploymentException(String what) {
    super(what);
  }
}
