package dev.sluice.benchmarks;

import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.crypto.Secp256k1;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Recoveries of a signer per second and thread ({@code -t 2} for two threads): the bound of every
 * admission rate.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1, jvmArgs = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
public class SignatureBenchmark {
  private final Hash32 digest = Keccak256.hash32("sluice".getBytes(StandardCharsets.US_ASCII));
  private final byte[] signature =
      Secp256k1.sign(digest, PrivateKey.fromHex("0x" + "5".repeat(64)).orElseThrow());

  @Benchmark
  public Optional<Address> recover() {
    return Secp256k1.recoverAddress(digest, signature);
  }
}
