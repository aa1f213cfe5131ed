package dev.sluice.batcher.submission;

import dev.sluice.l1.connection.L1Exception;
import dev.sluice.l1.contract.RollupContract;
import dev.sluice.l1.deployment.ChainConfig;
import dev.sluice.l1.sender.Outcome;
import dev.sluice.l1.sender.SendJournal;
import dev.sluice.l1.sender.TransactionSender;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Optional;

/**
 * The operator's bond, without which its posters' posts revert.
 *
 * @param sender of the operator's account; empty if this batcher does not hold that key
 */
public record OperatorBond(
    RollupContract rollup, ChainConfig chain, Optional<TransactionSender> sender) {
  /** What is missing of the bond, wei; zero if it is complete. */
  public BigInteger missingWei() throws L1Exception {
    BigInteger has = rollup.bondOfWei(chain.genesis().operator());
    return chain.genesis().bond().toBigInteger().subtract(has).max(BigInteger.ZERO);
  }

  /**
   * Deposits what is missing. Empty if the bond is complete now; else why not, in words.
   *
   * @throws IOException if L1 is away
   */
  public Optional<String> complete() throws IOException, InterruptedException {
    BigInteger missing = missingWei();
    if (missing.signum() == 0) {
      return Optional.empty();
    }
    if (sender.isEmpty()) {
      return Optional.of(
          "the operator's bond lacks " + missing + " wei and this batcher does not hold its key");
    }
    Outcome outcome = sender.get().send(rollup.depositBond(missing), SendJournal.VOLATILE);
    return outcome instanceof Outcome.Included
        ? Optional.empty()
        : Optional.of("the bond was not deposited: " + outcome);
  }
}
