package dev.sluice.client.demo.model;

import java.math.BigInteger;

/**
 * What the bridge must hold of one token (docs/protocol.md §3, Custody), as parts that can be
 * observed one by one.
 *
 * @param accounts the sum of all account balances
 * @param fees the undistributed fees
 * @param channels the sum of deposit − claimed
 * @param jobs the sum of escrows
 * @param withdrawals the sum of withdrawals that L1 has not paid
 * @param deposits the sum of deposits that L2 has not consumed
 */
public record Custody(
    BigInteger accounts,
    BigInteger fees,
    BigInteger channels,
    BigInteger jobs,
    BigInteger withdrawals,
    BigInteger deposits) {
  /** The sum of the parts. */
  public BigInteger total() {
    return accounts.add(fees).add(channels).add(jobs).add(withdrawals).add(deposits);
  }

  /** Compares the sum with what the bridge accounts for. */
  public Check check(int token, BigInteger bridge) {
    return Check.equal("custody of token " + token, total(), bridge);
  }
}
