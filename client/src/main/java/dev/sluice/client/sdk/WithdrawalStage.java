package dev.sluice.client.sdk;

/** How far a withdrawal is on its way to L1. */
public sealed interface WithdrawalStage {
  /** On L2 only: in a block, and no batch that L1 holds proves it yet. */
  record Sequenced() implements WithdrawalStage {}

  /**
   * In a batch on L1 whose challenge window is still running.
   *
   * @param finalAt L1 seconds
   */
  record Posted(ProvenWithdrawal withdrawal, long finalAt) implements WithdrawalStage {}

  /** The bridge pays it now. */
  record Claimable(ProvenWithdrawal withdrawal) implements WithdrawalStage {}

  /** The bridge has paid it, or holds it as a credit because the recipient could not take it. */
  record Claimed() implements WithdrawalStage {}
}
