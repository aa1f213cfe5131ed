package dev.sluice.systemtests.differential;

import dev.sluice.primitives.crypto.NodeHasher;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.testing.SeededGenerator;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.state.execution.BlockExecutor;
import dev.sluice.state.execution.ChunkExecutor;
import dev.sluice.state.execution.ChunkExecutor.Witnessed;
import dev.sluice.state.ledger.Ledger;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A random chain, executed once more by the node's executor, which makes the witnesses. */
final class WitnessedChain {
  /** More messages than one chunk can take. */
  private static final int MESSAGES_AHEAD = 2_000;

  private final long seed;
  private final RandomChain chain;
  private final BlockExecutor executor;
  private final ChunkExecutor node;
  private final TreeMap<Long, Hash32> accumulators = new TreeMap<>(Map.of(0L, Hash32.ZERO));
  private Hash32 executed = Hash32.ZERO;
  private int chunks;

  WitnessedChain(long seed, Genesis genesis, Address rollup) {
    TypedData domain = new TypedData(RandomChain.CHAIN_ID, rollup);
    this.seed = seed;
    this.chain = new RandomChain(new SeededGenerator(seed), genesis, domain, rollup);
    this.executor = new BlockExecutor(Ledger.genesis(genesis, NodeHasher.plain()), domain);
    this.node = new ChunkExecutor(executor);
  }

  /** Who draws. */
  RandomChain chain() {
    return chain;
  }

  /** Executes the chunk that was drawn last. Its root is the one of the drawer. */
  ChunkCase execute(RandomChain.Drawn drawn) {
    List<RandomChain.Queued> inbox = chain.inbox();
    while (accumulators.size() <= inbox.size()) {
      RandomChain.Queued queued = inbox.get(accumulators.size() - 1);
      accumulators.put(
          (long) accumulators.size(),
          queued.link().accumulate(accumulators.lastEntry().getValue()));
    }
    long position = executor.ledger().meta().inboxPosition();
    Witnessed witnessed =
        node.executeWithWitness(
            drawn.payload(),
            drawn.headerInboxPosition(),
            inbox.subList((int) position, inbox.size()).stream()
                .map(RandomChain.Queued::forExecutor)
                .toList());
    executed = witnessed.outcome().postRoot();
    return new ChunkCase(
        "seed " + seed + ", chunk " + chunks++ + ", " + drawn.judgement(),
        witnessed.preRoot(),
        drawn.headerInboxPosition(),
        drawn.payload(),
        witnessed.witness(),
        new TreeMap<>(accumulators.subMap(position, position + MESSAGES_AHEAD)),
        drawn.postRoot());
  }

  /** The root that the executor found for the last chunk. */
  Hash32 executed() {
    return executed;
  }
}
