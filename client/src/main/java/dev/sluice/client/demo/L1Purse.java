package dev.sluice.client.demo;

import dev.sluice.client.sdk.L1Wallet;
import dev.sluice.l1.connection.L1Client;
import dev.sluice.l1.connection.L1Receipt;
import dev.sluice.l1.contract.L1Call;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.value.Address;

/** One L1 account of the demo, which puts gas and bytes of what it sends on the {@link L1Bill}. */
final class L1Purse {
  private final L1Wallet wallet;
  private final L1Bill bill;

  L1Purse(L1Client client, long chainId, PrivateKey key, L1Bill bill) {
    this.wallet = new L1Wallet(client, chainId, key);
    this.bill = bill;
  }

  /** The account. */
  Address address() {
    return wallet.address();
  }

  /** The account as the SDK wants it; what it sends directly is on no bill. */
  L1Wallet wallet() {
    return wallet;
  }

  /** Sends a call, waits until it is mined, and charges the bill's row {@code kind}. */
  L1Receipt send(String kind, L1Call call) {
    L1Receipt receipt = wallet.send(call);
    bill.add(kind, call.calldata().length, receipt.gasUsed());
    return receipt;
  }
}
