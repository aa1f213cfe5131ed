package dev.sluice.systemtests.differential;

import dev.sluice.primitives.batch.Chunk;
import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.crypto.NodeHasher;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.state.execution.BlockExecutor;
import dev.sluice.state.execution.ChunkExecutor;
import dev.sluice.state.execution.Receipt;
import dev.sluice.state.ledger.Ledger;
import dev.sluice.state.transition.QueuedMessage;
import dev.sluice.state.transition.TransitionOutcome;
import dev.sluice.systemtests.secondreader.SecondReader.Judgement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;

/**
 * The node's executor. Loaded a second time by {@link StateMutants}, over sources that lack a
 * check.
 */
public final class StateReplay implements Replay {
  /** Nothing to set. */
  public StateReplay() {}

  @Override
  public Optional<String> firstDifference(List<RandomChain.Recorded> chains) {
    for (RandomChain.Recorded chain : chains) {
      Optional<String> found = firstDifference(chain);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> firstDifference(RandomChain.Recorded chain) {
    TypedData domain = new TypedData(RandomChain.CHAIN_ID, chain.rollup());
    BlockExecutor executor =
        new BlockExecutor(Ledger.genesis(chain.genesis(), NodeHasher.plain()), domain);
    ChunkExecutor judge = new ChunkExecutor(executor);
    List<QueuedMessage> inbox =
        chain.inbox().stream()
            .map(
                queued ->
                    new QueuedMessage(
                        queued.message(),
                        queued.link().time(),
                        queued.link().witnessWeight(),
                        queued.link().gasWeight()))
            .toList();
    Map<Integer, Integer> refusals = new TreeMap<>();
    for (int number = 0; number < chain.chunks().size(); number++) {
      RandomChain.Drawn drawn = chain.chunks().get(number);
      int position = (int) executor.ledger().meta().inboxPosition();
      try {
        Hash32 root;
        if (drawn.judgement() == Judgement.EXECUTED) {
          execute(executor, chain, drawn, inbox, refusals);
          root = executor.root();
          if (!refusals.equals(drawn.refusals())) {
            return Optional.of("chunk " + number + ": refusals " + refusals);
          }
        } else {
          root =
              judge
                  .execute(
                      drawn.payload(),
                      drawn.headerInboxPosition(),
                      inbox.subList(position, inbox.size()))
                  .postRoot();
        }
        if (!root.equals(drawn.postRoot())) {
          return Optional.of("chunk " + number + ": root " + root);
        }
      } catch (RuntimeException crashed) {
        return Optional.of("chunk " + number + ": " + crashed);
      }
    }
    return Optional.empty();
  }

  private static void execute(
      BlockExecutor executor,
      RandomChain.Recorded chain,
      RandomChain.Drawn drawn,
      List<QueuedMessage> inbox,
      Map<Integer, Integer> refusals) {
    List<Block> blocks =
        new Chunk(Hash32.ZERO, Bytes.wrap(drawn.payload()))
            .blocks(chain.genesis().committeeSizeLog2())
            .orElseThrow();
    for (Block block : blocks) {
      int from = (int) executor.ledger().meta().inboxPosition();
      for (Receipt receipt :
          executor.execute(block, inbox.subList(from, inbox.size())).receipts()) {
        if (receipt.outcome() instanceof TransitionOutcome.Rejected rejected) {
          refusals.merge(rejected.refusal().number(), 1, Integer::sum);
        }
      }
    }
  }
}
