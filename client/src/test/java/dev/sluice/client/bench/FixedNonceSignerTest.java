package dev.sluice.client.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.crypto.Secp256k1;
import dev.sluice.primitives.value.Hash32;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FixedNonceSignerTest {
  private static final long SEED = 41;

  @Test
  void signature_recoversTheSigner_forAnyDigest() {
    Random random = new Random(SEED);
    PrivateKey key = key(random);
    FixedNonceSigner signer = new FixedNonceSigner(key, key(random));
    for (int i = 0; i < 200; i++) {
      Hash32 digest =
          new Hash32(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
      assertEquals(
          Optional.of(key.address()),
          Secp256k1.recoverAddress(digest, signer.sign(digest)),
          "seed " + SEED + ", digest " + i);
    }
  }

  private static PrivateKey key(Random random) {
    byte[] secret = new byte[PrivateKey.BYTES];
    random.nextBytes(secret);
    secret[0] = 0; // below the order
    return PrivateKey.of(secret).orElseThrow();
  }
}
