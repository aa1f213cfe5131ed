package dev.sluice.state.execution;

import dev.sluice.primitives.value.Uint128;
import dev.sluice.state.ledger.Ledger;

/**
 * What the state owes of one token, leaf by leaf ({@code docs/protocol.md} §3, custody). Walks
 * every leaf: for tests and audits.
 *
 * @param balances of all accounts
 * @param fees collected and not yet the recipient's
 * @param channels deposits less what was claimed
 * @param jobs escrows
 * @param withdrawn ever, paid on L1 or not
 */
public record CustodyAudit(
    Uint128 balances, Uint128 fees, Uint128 channels, Uint128 jobs, Uint128 withdrawn) {
  /** Counts one token, 0 to 3. */
  public static CustodyAudit of(Ledger ledger, int token) {
    Uint128 balances = Uint128.ZERO;
    for (int i = 0; i < ledger.accounts().count(); i++) {
      balances = balances.plus(ledger.accounts().balance(i, token));
    }
    Uint128 channels = Uint128.ZERO;
    for (int i = 0; i < ledger.channels().count(); i++) {
      if (ledger.channels().token(i) == token) {
        channels = channels.plus(ledger.channels().deposit(i).minus(ledger.channels().claimed(i)));
      }
    }
    Uint128 jobs = Uint128.ZERO;
    for (int i = 0; i < ledger.jobs().count(); i++) {
      if (ledger.jobs().token(i) == token) {
        jobs = jobs.plus(ledger.jobs().escrow(i));
      }
    }
    Uint128 withdrawn = Uint128.ZERO;
    for (int i = 0; i < ledger.withdrawals().count(); i++) {
      if (ledger.withdrawals().token(i) == token) {
        withdrawn = withdrawn.plus(ledger.withdrawals().amount(i));
      }
    }
    return new CustodyAudit(balances, ledger.fees().balance(token), channels, jobs, withdrawn);
  }

  /** Everything: equal to all deposits ever consumed. */
  public Uint128 total() {
    return balances.plus(fees).plus(channels).plus(jobs).plus(withdrawn);
  }
}
