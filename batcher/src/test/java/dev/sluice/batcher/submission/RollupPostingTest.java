package dev.sluice.batcher.submission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.batcher.TestChain;
import dev.sluice.batcher.assembly.AgeRule;
import dev.sluice.batcher.journal.BatchJournal;
import dev.sluice.batcher.journal.FileBatchJournal;
import dev.sluice.batcher.journal.PostedRecord;
import dev.sluice.batcher.seeds.SeedTaker;
import dev.sluice.l1.connection.L1Client;
import dev.sluice.l1.contract.ContractErrors;
import dev.sluice.l1.contract.InboxContract;
import dev.sluice.l1.contract.RollupContract;
import dev.sluice.l1.deployment.ChainConfig;
import dev.sluice.l1.deployment.ContractArtifact;
import dev.sluice.l1.deployment.Deployment;
import dev.sluice.l1.deployment.DevnetAccounts;
import dev.sluice.l1.node.AnvilNode;
import dev.sluice.l1.node.AnvilOptions;
import dev.sluice.l1.sender.SenderPolicy;
import dev.sluice.l1.sender.TransactionSender;
import dev.sluice.primitives.batch.BatchHeader;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Posting on a real EVM node with the real contracts. */
final class RollupPostingTest {
  @TempDir Path directory;

  private static TransactionSender sender(L1Client client, int account) throws Exception {
    SenderPolicy policy =
        new SenderPolicy(
            BigInteger.valueOf(500_000_000_000L), 3, Duration.ofMillis(20), Duration.ofSeconds(30));
    ContractErrors errors = ContractArtifact.errors();
    return new TransactionSender(
        client, AnvilNode.CHAIN_ID, DevnetAccounts.key(account), policy, errors);
  }

  @Test
  void batches_areOnL1_afterBondSeedAndRestart() throws Exception {
    try (AnvilNode node = AnvilNode.start(AnvilOptions.forTests());
        L1Client client = node.connect()) {
      ChainConfig config = Deployment.deployDevnet(client);
      RollupContract rollup = new RollupContract(client, config.rollup());
      OperatorBond poor = new OperatorBond(rollup, config, Optional.empty());
      assertTrue(poor.complete().orElseThrow().contains("bond"));
      OperatorBond bond =
          new OperatorBond(rollup, config, Optional.of(sender(client, DevnetAccounts.OPERATOR)));
      assertEquals(Optional.empty(), bond.complete());
      assertEquals(Optional.empty(), bond.complete());
      assertEquals(
          config.genesis().bond().toBigInteger(), rollup.bondOfWei(config.genesis().operator()));

      TestChain chain =
          new TestChain(
              new SplittableRandom(5), config.genesisRoot(), config.genesis().genesisTime(), false);
      chain.grow(1);
      BatchHeader first = postOne(client, config, chain);
      assertEquals(1, first.blockNumber());
      assertEquals(config.genesisHeader().hash(), first.parent());
      assertEquals(rollup.headerHash(1), first.hash());
      assertEquals(chain.root(1), first.postRoot());

      // A message that the next batch does not consume: its post has to name it.
      SeedTaker seeds =
          new SeedTaker(
              client,
              new InboxContract(client, config.inbox()),
              config.genesis(),
              sender(client, DevnetAccounts.SEED_TAKER));
      assertInstanceOf(SeedTaker.Step.Took.class, seeds.step());
      assertInstanceOf(SeedTaker.Step.Taken.class, seeds.step());
      chain.grow(40);
      BatchHeader second = postOne(client, config, chain);
      assertEquals(41, second.blockNumber());
      assertEquals(first.hash(), second.parent());
      assertEquals(3, rollup.head());
      assertTrue(
          !new RollupPosting(client, config, sender(client, DevnetAccounts.CALLDATA_POSTER))
              .wasConvicted(new PostedRecord(1, first.hash())));
    }
  }

  /** A batcher that starts, posts everything in one batch, and stops. */
  private BatchHeader postOne(L1Client client, ChainConfig config, TestChain chain)
      throws Exception {
    try (BatchJournal journal =
        FileBatchJournal.open(directory.resolve("journal.bin"), config.rollup())) {
      BatchPoster poster =
          new BatchPoster(
              new RollupPosting(client, config, sender(client, DevnetAccounts.CALLDATA_POSTER)),
              chain.source(),
              journal,
              TestChain.COMMITTEE_SIZE_LOG2,
              100_000,
              List.of(new AgeRule(1)));
      assertInstanceOf(Step.Idle.class, poster.step(0));
      // The first block opens the batch; everything that is there joins it before time passes.
      assertInstanceOf(Step.Idle.class, poster.step(0));
      Step.Posted posted = assertInstanceOf(Step.Posted.class, poster.step(10));
      assertEquals(
          Optional.of(new PostedRecord(posted.header().number(), posted.header().hash())),
          journal.lastPosted());
      return posted.header();
    }
  }
}
