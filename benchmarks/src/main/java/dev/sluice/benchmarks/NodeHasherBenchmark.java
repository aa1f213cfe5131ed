package dev.sluice.benchmarks;

import dev.sluice.primitives.crypto.NodeHasher;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Nodes of the state tree hashed per second, in plain Java and by the fastest kernel here. The
 * vector kernel is slow until it is compiled, hence the long warm-up.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1, jvmArgs = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 6, time = 2)
@Measurement(iterations = 3, time = 2)
public class NodeHasherBenchmark {
  /** Some levels of a busy block; its 64 KiB of pairs stay in the second-level cache. */
  private static final int PAIRS = 1_024;

  private final NodeHasher plain = NodeHasher.plain();
  private final NodeHasher fastest = NodeHasher.fastest();
  private final long[] pairs = new SplittableRandom(1).longs(PAIRS * 8L).toArray();
  private final int[] pairAt = new int[PAIRS];
  private final long[] out = new long[PAIRS * 4];
  private final int[] outAt = new int[PAIRS];

  public NodeHasherBenchmark() {
    for (int k = 0; k < PAIRS; k++) {
      pairAt[k] = k * 8;
      outAt[k] = k * 4;
    }
  }

  @Benchmark
  @OperationsPerInvocation(PAIRS)
  public long[] plain() {
    plain.hashPairs(pairs, pairAt, out, outAt, 0, PAIRS);
    return out;
  }

  @Benchmark
  @OperationsPerInvocation(PAIRS)
  public long[] fastest() {
    fastest.hashPairs(pairs, pairAt, out, outAt, 0, PAIRS);
    return out;
  }
}
