package dev.sluice.l1.reader;

import dev.sluice.l1.connection.BlockTag;
import dev.sluice.l1.connection.L1Block;
import dev.sluice.l1.connection.L1Client;
import dev.sluice.l1.connection.L1ErrorException;
import dev.sluice.l1.connection.L1Exception;
import dev.sluice.l1.connection.L1Log;
import dev.sluice.l1.connection.L1Transaction;
import dev.sluice.l1.contract.BatchPost;
import dev.sluice.l1.contract.InboxContract;
import dev.sluice.l1.contract.PostedBatch;
import dev.sluice.l1.contract.QueuedMessage;
import dev.sluice.l1.contract.RollupContract;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Reads one rollup's events from L1, in order. Not thread-safe: one thread polls. */
public final class L1Reader {
  private final L1Client client;
  private final Address inbox;
  private final Address rollup;
  private final ReaderPolicy policy;

  /** Ascending by block; the last is the position. Never empty. */
  private final Deque<ReaderPosition> positions = new ArrayDeque<>();

  /**
   * Starts after {@code start}, usually {@link #beginning}.
   *
   * @param start of this chain; if L1 no longer has its block, {@link #poll} throws {@link
   *     L1LostException}
   */
  public L1Reader(
      L1Client client, Address inbox, Address rollup, ReaderPolicy policy, ReaderPosition start) {
    this.client = client;
    this.inbox = inbox;
    this.rollup = rollup;
    this.policy = policy;
    positions.add(start);
  }

  /**
   * The position just before a deployment: no messages yet.
   *
   * @param deploymentBlock the L1 block of the first contract
   * @throws L1LostException if the node has no such block
   */
  public static ReaderPosition beginning(L1Client client, long deploymentBlock) throws IOException {
    long before = deploymentBlock - 1;
    L1Block block =
        client
            .block(new BlockTag.AtNumber(before))
            .orElseThrow(
                () ->
                    new L1LostException(
                        "L1 has no block " + before + ", before which this chain was deployed"));
    return new ReaderPosition(before, block.hash(), 0, Hash32.ZERO);
  }

  /** Up to where L1 was read. */
  public ReaderPosition position() {
    return positions.getLast();
  }

  /**
   * What is new, oldest first; empty if nothing is. After a {@link L1Event.Rewound} the same call
   * goes on with what stands there now.
   *
   * @throws L1LostException if no position that we know still stands
   * @throws L1ErrorException if the node's logs do not form the Inbox's accumulator chain
   */
  public List<L1Event> poll() throws IOException {
    List<L1Event> events = new ArrayList<>();
    L1Block latest = client.latestBlock();
    if (!stands(positions.getLast())) {
      events.add(rewind());
    }
    ReaderPosition from = positions.getLast();
    long last =
        Math.min(
            latest.number() - policy.confirmations(), from.block() + policy.blocksPerPollMax());
    if (last <= from.block()) {
      return events;
    }
    Optional<L1Block> end = client.block(new BlockTag.AtNumber(last));
    if (end.isEmpty()) {
      return events;
    }
    long messages = from.messages();
    Hash32 accumulator = from.accumulator();
    List<L1Event> found = new ArrayList<>();
    for (L1Log log : client.logs(from.block() + 1, last, List.of(inbox, rollup), List.of())) {
      Optional<L1Event> event;
      try {
        event = read(log);
      } catch (IllegalArgumentException foreign) {
        throw inconsistent(log, String.valueOf(foreign.getMessage()));
      }
      if (event.isPresent()
          && event.get() instanceof L1Event.MessageQueued(QueuedMessage message)) {
        if (message.index() != messages) {
          throw inconsistent(
              log, "message " + message.index() + " follows " + messages + " messages");
        }
        accumulator = message.link().accumulate(accumulator);
        if (!accumulator.equals(message.accumulator())) {
          throw inconsistent(
              log,
              "accumulator after message "
                  + messages
                  + " is "
                  + accumulator
                  + ", not "
                  + message.accumulator());
        }
        messages++;
      }
      event.ifPresent(found::add);
    }
    // A reorg between the two questions: take nothing, the next poll sees it.
    ReaderPosition next = new ReaderPosition(last, end.get().hash(), messages, accumulator);
    if (!stands(from) || !stands(next)) {
      return events;
    }
    positions.addLast(next);
    if (positions.size() > policy.rewindsMax()) {
      positions.removeFirst();
    }
    events.addAll(found);
    return events;
  }

  /** Newest, safe and finalized block. A young chain without safe blocks names its first block. */
  public L1Heads heads() throws L1Exception {
    L1Block latest = client.latestBlock();
    L1Block genesis = client.block(new BlockTag.AtNumber(0)).orElse(latest);
    return new L1Heads(
        latest,
        client.block(BlockTag.SAFE).orElse(genesis),
        client.block(BlockTag.FINALIZED).orElse(genesis));
  }

  /**
   * The arguments of the post that made a batch, chunks included, from its transaction.
   *
   * @throws L1ErrorException if the node does not have the transaction or it is not a direct call
   *     of {@code post}
   */
  public BatchPost contents(PostedBatch batch) throws L1Exception {
    L1Transaction transaction =
        client
            .transaction(batch.transactionHash())
            .orElseThrow(
                () ->
                    new L1ErrorException(
                        "eth_getTransactionByHash",
                        0,
                        "no transaction " + batch.transactionHash(),
                        ""));
    try {
      return BatchPost.read(transaction.input());
    } catch (IllegalArgumentException other) {
      throw new L1ErrorException(
          "eth_getTransactionByHash",
          0,
          batch.transactionHash() + " is no post: " + other.getMessage(),
          "");
    }
  }

  private L1Event.Rewound rewind() throws IOException {
    while (positions.size() > 1) {
      positions.removeLast();
      if (stands(positions.getLast())) {
        ReaderPosition to = positions.getLast();
        return new L1Event.Rewound(to.block(), to.blockHash(), to.messages());
      }
    }
    ReaderPosition first = positions.getLast();
    throw new L1LostException(
        "L1 no longer has block " + first.block() + " with hash " + first.blockHash());
  }

  private boolean stands(ReaderPosition position) throws L1Exception {
    return client
        .block(new BlockTag.AtNumber(position.block()))
        .map(block -> block.hash().equals(position.blockHash()))
        .orElse(false);
  }

  /** The log as an event, or empty if it tells nothing of ours (bonds). */
  private Optional<L1Event> read(L1Log log) {
    Hash32 topic = log.topics().getFirst();
    if (log.address().equals(inbox) && topic.equals(InboxContract.MESSAGE_QUEUED)) {
      return Optional.of(new L1Event.MessageQueued(InboxContract.message(log)));
    }
    if (log.address().equals(rollup) && topic.equals(RollupContract.BATCH_POSTED)) {
      return Optional.of(new L1Event.BatchPosted(RollupContract.posted(log)));
    }
    if (log.address().equals(rollup) && topic.equals(RollupContract.BATCH_CONVICTED)) {
      return Optional.of(new L1Event.BatchConvicted(RollupContract.convicted(log)));
    }
    return Optional.empty();
  }

  private static L1ErrorException inconsistent(L1Log log, String what) {
    return new L1ErrorException(
        "eth_getLogs",
        0,
        what + " (block " + log.blockNumber() + ", log " + log.logIndex() + ")",
        "");
  }
}
