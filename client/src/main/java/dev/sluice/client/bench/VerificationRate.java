package dev.sluice.client.bench;

import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.crypto.PublicKey;
import dev.sluice.primitives.crypto.Secp256k1;
import dev.sluice.primitives.value.Hash32;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * How many signatures libsecp256k1 verifies per second here: the bound on payments that are signed
 * one by one.
 */
final class VerificationRate {
  /** The bound is defined for two threads, whatever the number of cores. */
  static final int THREADS = 2;

  /** Different messages and signatures, so that nothing is predicted from the one before. */
  private static final int SAMPLES = 256;

  private VerificationRate() {}

  private record Sample(Hash32 digest, byte[] signature, PublicKey key) {}

  /**
   * Verifies for {@code duration} on two threads, after a warm-up of a tenth of it; verifications
   * per second of wall time.
   */
  static double measure(Duration duration) throws InterruptedException {
    PrivateKey key = PrivateKey.of(secret()).orElseThrow();
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < SAMPLES; i++) {
      Hash32 digest = new Hash32(i, 1, 2, 3);
      samples.add(new Sample(digest, Secp256k1.sign(digest, key), key.publicKey()));
    }
    count(samples, duration.dividedBy(10));
    return count(samples, duration);
  }

  private static double count(List<Sample> samples, Duration duration) throws InterruptedException {
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<Double>> rates = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        rates.add(threads.submit(() -> countAlone(samples, duration)));
      }
      double sum = 0;
      for (Future<Double> rate : rates) {
        sum += rate.get();
      }
      return sum;
    } catch (ExecutionException e) {
      throw new IllegalStateException("verification failed", e);
    }
  }

  private static double countAlone(List<Sample> samples, Duration duration) {
    long start = System.nanoTime();
    long end = start + duration.toNanos();
    long verified = 0;
    long now = start;
    while (now < end) {
      for (Sample sample : samples) {
        if (!Secp256k1.verifyIgnoringParity(sample.digest(), sample.signature(), sample.key())) {
          throw new IllegalStateException("libsecp256k1 refuses its own signature");
        }
      }
      verified += samples.size();
      now = System.nanoTime();
    }
    return verified * 1e9 / (now - start);
  }

  private static byte[] secret() {
    byte[] secret = new byte[PrivateKey.BYTES];
    secret[PrivateKey.BYTES - 1] = 7;
    return secret;
  }
}
