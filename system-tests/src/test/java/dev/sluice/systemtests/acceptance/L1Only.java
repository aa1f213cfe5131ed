package dev.sluice.systemtests.acceptance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.l1.connection.L1Client;
import dev.sluice.l1.contract.PostedBatch;
import dev.sluice.l1.deployment.ChainConfig;
import dev.sluice.l1.reader.L1Event;
import dev.sluice.l1.reader.L1Reader;
import dev.sluice.l1.reader.ReaderPolicy;
import dev.sluice.primitives.batch.BatchHeader;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.systemtests.secondreader.InboxEntry;
import dev.sluice.systemtests.secondreader.ReadGenesis;
import dev.sluice.systemtests.secondreader.SecondReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Somebody who has the genesis and an L1 node, and re-executes all that was posted. */
final class L1Only {
  /** What he found. */
  record Reading(SecondReader state, List<PostedBatch> batches, int chunks, long bytes) {
    BatchHeader last() {
      return batches.getLast().header();
    }
  }

  private L1Only() {}

  /** Reads everything; fails on the first root, position, clock or number that is not as posted. */
  static Reading read(ChainConfig chain, L1Client l1) throws IOException {
    L1Reader reader =
        new L1Reader(
            l1,
            chain.inbox(),
            chain.rollup(),
            ReaderPolicy.confirmedBy(0),
            L1Reader.beginning(l1, chain.deploymentBlock()));
    SecondReader state = new SecondReader(genesis(chain));
    List<PostedBatch> batches = new ArrayList<>();
    long newest = l1.latestBlock().number();
    while (reader.position().block() < newest) {
      for (L1Event event : reader.poll()) {
        switch (event) {
          case L1Event.MessageQueued(var queued) ->
              state.queue(
                  List.of(
                      new InboxEntry(
                          queued.message().kind(),
                          queued.message().payload(),
                          queued.link().time(),
                          queued.link().witnessWeight(),
                          queued.link().gasWeight())));
          case L1Event.BatchPosted(var batch) -> batches.add(batch);
          case L1Event.BatchConvicted convicted -> throw new AssertionError(convicted.toString());
          case L1Event.Rewound rewound -> throw new AssertionError(rewound.toString());
        }
      }
    }
    int chunks = 0;
    long bytes = 0;
    for (int number = 0; number < batches.size(); number++) {
      BatchHeader header = batches.get(number).header();
      assertEquals(number, header.number(), "no batch is skipped or repeated");
      if (number == 0) {
        assertEquals(header.postRoot(), Hash32.of(state.root()), "root of genesis");
        continue;
      }
      assertEquals(batches.get(number - 1).headerHash(), header.parent());
      byte[] data = reader.contents(batches.get(number)).chunks();
      bytes += data.length;
      chunks += execute(state, header, data);
    }
    return new Reading(state, batches, chunks, bytes);
  }

  /** {@code n × (postRoot x32 | length u16 | payload)}. */
  private static int execute(SecondReader state, BatchHeader header, byte[] data) {
    ByteBuffer in = ByteBuffer.wrap(data);
    int chunks = 0;
    byte[] claimed = new byte[32];
    while (in.hasRemaining()) {
      in.get(claimed);
      byte[] payload = new byte[in.getShort() & 0xffff];
      in.get(payload);
      byte[] found = state.execute(payload, header.inboxPosition());
      assertArrayEquals(claimed, found, "root of chunk " + chunks + " of batch " + header.number());
      chunks++;
    }
    assertEquals(header.chunkCount(), chunks);
    assertArrayEquals(header.postRoot().toBytes(), claimed);
    assertEquals(header.inboxPosition(), state.inboxPosition());
    assertEquals(header.clock(), state.clock());
    assertEquals(header.blockNumber(), state.blockNumber());
    assertArrayEquals(header.blockAccumulator().toBytes(), state.blockAccumulator());
    return chunks;
  }

  private static ReadGenesis genesis(ChainConfig chain) {
    var genesis = chain.genesis();
    return new ReadGenesis(
        chain.chainId(),
        chain.rollup().toBytes(),
        genesis.tokens().stream().map(Address::toBytes).toList(),
        genesis.feeUnits().stream().map(Uint128::toBigInteger).toList(),
        genesis.genesisTime(),
        genesis.epochSeconds(),
        genesis.epochsPerMonth(),
        genesis.epochsPerSeed(),
        genesis.graceSeconds(),
        genesis.committeeSizeLog2(),
        genesis.protectiveDelay(),
        genesis.feeRecipient().toBytes());
  }
}
