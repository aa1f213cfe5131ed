package dev.sluice.sequencer.production;

import dev.sluice.primitives.transaction.AdmissionError;
import dev.sluice.sequencer.admission.Rejection;
import dev.sluice.sequencer.ordering.BlockInputs;
import dev.sluice.sequencer.pool.TransactionPool;
import dev.sluice.state.chain.BlockLogException;
import dev.sluice.state.store.StateStoreException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The production thread. Blocks are sealed as soon as the log is idle and something waits.
 *
 * <p>A full disk: what is executed is kept and tried again, new submissions are answered DISK_FULL,
 * nothing is acknowledged. Any other failure of the log leaves durability unknown: the loop stops
 * and says so.
 */
public final class ProductionLoop {
  private static final System.Logger LOG = System.getLogger(ProductionLoop.class.getName());
  private static final long IDLE_NANOS = 100_000_000L;
  private static final long DISK_FULL_RETRY_MILLIS = 500;

  private final Producer producer;
  private final BlockInputs inputs;
  private final TransactionPool pool;
  private final LongSupplier seconds;
  private final Consumer<Throwable> onFailure;
  private final Thread thread;
  private volatile boolean stopping;
  private volatile String problem = "";

  /**
   * @param seconds the time that new blocks get
   * @param onFailure called once if the loop cannot go on
   */
  public ProductionLoop(
      Producer producer,
      BlockInputs inputs,
      TransactionPool pool,
      LongSupplier seconds,
      Consumer<Throwable> onFailure) {
    this.producer = producer;
    this.inputs = inputs;
    this.pool = pool;
    this.seconds = seconds;
    this.onFailure = onFailure;
    this.thread = Thread.ofPlatform().name("production").unstarted(this::run);
  }

  /** Begins. */
  public void start() {
    thread.start();
  }

  /** What is wrong now; empty if nothing is. */
  public String problem() {
    return problem;
  }

  private void run() {
    try {
      while (true) {
        boolean stop = stopping;
        boolean worked = step();
        if (stop && !worked && problem.isEmpty()) {
          return;
        }
        if (stop && !problem.isEmpty()) {
          LOG.log(Level.ERROR, "stopping with blocks that are not durable: {0}", problem);
          return;
        }
        if (!worked) {
          inputs.await(IDLE_NANOS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException | Error e) {
      problem = "production stopped: " + e;
      pool.close(Rejection.of(AdmissionError.SHUTTING_DOWN, problem));
      LOG.log(Level.ERROR, "production stopped", e);
      onFailure.accept(e);
    }
  }

  private boolean step() throws IOException, InterruptedException {
    try {
      boolean worked = producer.produce(seconds.getAsLong());
      if (!problem.isEmpty()) {
        // In this order: who sees no problem is not refused any more.
        pool.reopen();
        problem = "";
        LOG.log(Level.INFO, "the disk has room again");
      }
      return worked;
    } catch (BlockLogException.DiskFull | StateStoreException.DiskFull e) {
      if (problem.isEmpty()) {
        // In this order: who sees the problem is answered with it.
        pool.close(Rejection.of(AdmissionError.DISK_FULL, "nothing is taken until there is room"));
        problem = "the disk is full (" + e.getMessage() + ")";
        LOG.log(Level.ERROR, problem);
      }
      Thread.sleep(DISK_FULL_RETRY_MILLIS);
      return false;
    }
  }

  /** Refuses new transactions, finishes what waits, ends the thread. */
  public void stop() throws InterruptedException {
    pool.close(Rejection.of(AdmissionError.SHUTTING_DOWN, "the sequencer stops"));
    stopping = true;
    pool.nudge();
    thread.join();
  }
}
