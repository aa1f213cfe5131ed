package dev.sluice.client.sdk;

import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.proto.v1.Account;
import java.util.List;

/**
 * An account at the sequencer's head.
 *
 * @param balances four, by token index, in base units
 * @param nextNonce the nonce for the next transaction to sign: after those that wait in the pool
 */
public record AccountView(
    long index, Address owner, long nonce, long nextNonce, List<Uint128> balances) {
  static AccountView of(Account account) {
    return new AccountView(
        ProtoFields.u32(account.getIndex()),
        ProtoFields.address(account.getOwner()),
        account.getNonce(),
        account.getNextNonce(),
        ProtoFields.amounts(account.getBalancesList()));
  }
}
