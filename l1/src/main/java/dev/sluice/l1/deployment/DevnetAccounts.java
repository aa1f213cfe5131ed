package dev.sluice.l1.deployment;

import dev.sluice.l1.node.AnvilNode;
import dev.sluice.primitives.crypto.PrivateKey;
import org.web3j.crypto.Bip32ECKeyPair;
import org.web3j.crypto.MnemonicUtils;
import org.web3j.utils.Numeric;

/**
 * <b>DEVNET ONLY. These keys are public knowledge</b>: the accounts of the mnemonic that every
 * Ethereum development node prints at start ({@code test test … junk}, path {@code
 * m/44'/60'/0'/0/i}). Whoever uses one on a real chain loses what it holds.
 */
public final class DevnetAccounts {
  /** Deploys, owns the bond. */
  public static final int OPERATOR = 0;

  /** Posts blob batches. */
  public static final int BLOB_POSTER = 1;

  /** Posts calldata batches. */
  public static final int CALLDATA_POSTER = 2;

  /** Watches and convicts. */
  public static final int WATCHER = 3;

  /** Owner of L2 account 0. */
  public static final int FEE_RECIPIENT = 4;

  /** Signs soft confirmations; never sends on L1. */
  public static final int SEQUENCER = 5;

  /** Takes beacon seeds. */
  public static final int SEED_TAKER = 6;

  /** Users are this one and the following. */
  public static final int FIRST_USER = 10;

  /** One above the last account that the devnet's L1 node funds. */
  public static final int COUNT = 64;

  private static final int HARDENED = 0x80000000;

  private DevnetAccounts() {}

  /**
   * The key of an account.
   *
   * @param index 0 to {@link #COUNT} − 1
   */
  public static PrivateKey key(int index) {
    if (index < 0 || index >= COUNT) {
      throw new IllegalArgumentException(
          "account " + index + " is not among the " + COUNT + " of a devnet");
    }
    Bip32ECKeyPair master =
        Bip32ECKeyPair.generateKeyPair(MnemonicUtils.generateSeed(AnvilNode.MNEMONIC, ""));
    int[] path = {44 | HARDENED, 60 | HARDENED, HARDENED, 0, index};
    byte[] secret =
        Numeric.toBytesPadded(
            Bip32ECKeyPair.deriveKeyPair(master, path).getPrivateKey(), PrivateKey.BYTES);
    return PrivateKey.of(secret).orElseThrow();
  }
}
