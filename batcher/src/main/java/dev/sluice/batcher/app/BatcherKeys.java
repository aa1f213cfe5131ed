package dev.sluice.batcher.app;

import dev.sluice.l1.deployment.DevnetAccounts;
import dev.sluice.l1.node.AnvilNode;
import dev.sluice.primitives.crypto.PrivateKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The L1 keys of a batcher: three accounts, so that neither a post nor a seed waits for the other.
 *
 * @param operator to deposit a missing bond
 */
record BatcherKeys(
    PrivateKey poster, Optional<PrivateKey> seedTaker, Optional<PrivateKey> operator) {

  /**
   * Key files where they are named; devnet keys for the rest if they are allowed.
   *
   * @throws IOException if a file holds no key, no poster's key is named, or devnet keys are asked
   *     for on another chain
   */
  static BatcherKeys load(BatcherSettings.Batcher settings, long chainId) throws IOException {
    boolean namesPoster = settings.posterKeyFile().isPresent();
    if (!namesPoster && settings.devnetKeys() && chainId != AnvilNode.CHAIN_ID) {
      throw new IOException(
          "devnet keys are public: chain " + chainId + " needs sluice.batcher.poster-key-file");
    }
    boolean devnet = settings.devnetKeys() && chainId == AnvilNode.CHAIN_ID;
    Optional<PrivateKey> poster =
        key(settings.posterKeyFile(), devnet, DevnetAccounts.CALLDATA_POSTER);
    if (poster.isEmpty()) {
      throw new IOException("no poster's key: name sluice.batcher.poster-key-file");
    }
    return new BatcherKeys(
        poster.get(),
        key(settings.seedKeyFile(), devnet, DevnetAccounts.SEED_TAKER),
        key(settings.operatorKeyFile(), devnet, DevnetAccounts.OPERATOR));
  }

  private static Optional<PrivateKey> key(Optional<Path> file, boolean devnet, int account)
      throws IOException {
    if (file.isEmpty()) {
      return devnet ? Optional.of(DevnetAccounts.key(account)) : Optional.empty();
    }
    Optional<PrivateKey> key = PrivateKey.fromHex(Files.readString(file.get()).strip());
    if (key.isEmpty()) {
      throw new IOException(file.get() + " holds no private key of 64 hexadecimal digits");
    }
    return key;
  }
}
