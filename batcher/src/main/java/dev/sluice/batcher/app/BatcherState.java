package dev.sluice.batcher.app;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicLong;

/** What the batcher is doing, for health and metrics. Written by its two threads, read by HTTP. */
@ApplicationScoped
public class BatcherState {
  /** How things stand. */
  public sealed interface Condition {
    /** Nothing is known yet. */
    record Starting(String step) implements Condition {}

    /** Posting works. */
    record Running() implements Condition {}

    /** Posting waits for something that mends itself. */
    record Waiting(String reason) implements Condition {}

    /** Posting is refused; a person should look. */
    record Refused(String reason) implements Condition {}

    /** Posting has stopped for good. */
    record Halted(String reason) implements Condition {}
  }

  private final AtomicLong lastBatch = new AtomicLong();
  private final AtomicLong lastBlock = new AtomicLong();
  private final AtomicLong lastSeedPeriod = new AtomicLong(-1);
  private final Counter batches;
  private final Counter blocks;
  private final Counter gas;
  private final Counter refusals;
  private final Counter seeds;
  private volatile Condition condition = new Condition.Starting("not begun");
  private volatile String seedProblem = "";

  BatcherState(MeterRegistry registry) {
    batches = registry.counter("sluice.batcher.batches.posted");
    blocks = registry.counter("sluice.batcher.blocks.posted");
    gas = registry.counter("sluice.batcher.gas.used");
    refusals = registry.counter("sluice.batcher.posts.refused");
    seeds = registry.counter("sluice.batcher.seeds.taken");
    Gauge.builder("sluice.batcher.batch.last", lastBatch, AtomicLong::get).register(registry);
    Gauge.builder("sluice.batcher.block.last", lastBlock, AtomicLong::get).register(registry);
    Gauge.builder("sluice.batcher.seed.period.last", lastSeedPeriod, AtomicLong::get)
        .register(registry);
  }

  Condition condition() {
    return condition;
  }

  void set(Condition now) {
    if (now instanceof Condition.Refused && !now.equals(condition)) {
      refusals.increment();
    }
    condition = now;
  }

  void posted(long batch, long block, long blockCount, long gasUsed) {
    lastBatch.set(batch);
    lastBlock.set(block);
    batches.increment();
    blocks.increment((double) blockCount);
    gas.increment((double) gasUsed);
  }

  void seedTaken(long period, boolean byUs) {
    lastSeedPeriod.set(period);
    seedProblem = "";
    if (byUs) {
      seeds.increment();
    }
  }

  void seedFailed(String reason) {
    seedProblem = reason;
  }

  long lastPostedBatch() {
    return lastBatch.get();
  }

  long lastPostedBlock() {
    return lastBlock.get();
  }

  String seedProblem() {
    return seedProblem;
  }
}
