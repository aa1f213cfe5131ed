package dev.sluice.batcher.submission;

import dev.sluice.batcher.assembly.AssembledBatch;
import dev.sluice.batcher.assembly.BatchAssembler;
import dev.sluice.batcher.assembly.ClosingRule;
import dev.sluice.batcher.journal.BatchIntent;
import dev.sluice.batcher.journal.BatchJournal;
import dev.sluice.batcher.journal.OpenIntent;
import dev.sluice.batcher.journal.PostedRecord;
import dev.sluice.batcher.source.BlockSource;
import dev.sluice.batcher.source.SourcedBlock;
import dev.sluice.l1.contract.BatchPost;
import dev.sluice.l1.contract.RollupContract;
import dev.sluice.l1.sender.Outcome;
import dev.sluice.primitives.batch.BatchHeader;
import dev.sluice.primitives.inbox.InboxLink;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.weight.Weight;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Posts batches, one {@link #step} after the other. Single-threaded; time comes in. */
public final class BatchPoster {
  /** Most blocks taken in one step, so that a long backlog does not delay a look at L1 for ever. */
  private static final int BLOCKS_PER_STEP_MAX = 8_192;

  /** How often an idle poster looks whether L1's head is still its own. */
  private static final long HEAD_CHECK_MILLIS = 2_000;

  private static final String NEXT_MESSAGE_MISMATCH = "NextMessageMismatch";

  private final PostingL1 l1;
  private final BlockSource source;
  private final BatchJournal journal;
  private final int committeeSizeLog2;
  private final int dataBytesMax;
  private final List<ClosingRule> rules;

  /** The header that the next batch follows; null until it is read from L1. */
  private @Nullable BatchHeader parent;

  private @Nullable BatchAssembler assembler;
  private Optional<SourcedBlock> held = Optional.empty();
  private Optional<AssembledBatch> ready = Optional.empty();
  private Optional<String> halted = Optional.empty();
  private long headCheckedMillis;

  public BatchPoster(
      PostingL1 l1,
      BlockSource source,
      BatchJournal journal,
      int committeeSizeLog2,
      int dataBytesMax,
      List<ClosingRule> rules) {
    this.l1 = l1;
    this.source = source;
    this.journal = journal;
    this.committeeSizeLog2 = committeeSizeLog2;
    this.dataBytesMax = dataBytesMax;
    this.rules = List.copyOf(rules);
  }

  /**
   * Does the next thing that is to be done.
   *
   * @param nowMillis for the age rule, any monotone clock
   * @throws IOException if L1 is away or the journal fails; call again later
   */
  public Step step(long nowMillis) throws IOException, InterruptedException {
    if (halted.isPresent()) {
      return new Step.Halted(halted.get());
    }
    Optional<OpenIntent> open = journal.open();
    if (open.isPresent()) {
      forget();
      OpenIntent known = open.get();
      return settled(
          known.intent(),
          l1.resume(known.attempts(), attempt -> journal.attempt(known.intent(), attempt)));
    }
    BatchHeader before = parent;
    BatchAssembler assembling = assembler;
    if (before == null || assembling == null) {
      return begin();
    }
    if (ready.isEmpty()) {
      Optional<Step> broken = collect(assembling, before, nowMillis);
      if (broken.isPresent()) {
        return broken.get();
      }
      if (held.isEmpty() && !assembling.isDue(nowMillis)) {
        return idle(before, nowMillis);
      }
      ready = assembling.cut();
      if (ready.isEmpty()) {
        return idle(before, nowMillis);
      }
    }
    return post(before, ready.get());
  }

  /** Nothing is due: now and then looks whether L1 still holds what we build on. */
  private Step idle(BatchHeader before, long nowMillis) throws IOException {
    if (nowMillis - headCheckedMillis >= HEAD_CHECK_MILLIS) {
      headCheckedMillis = nowMillis;
      if (!l1.headBatch().equals(before)) {
        forget();
        return new Step.Waiting("the head on L1 moved; reading it again");
      }
    }
    return new Step.Idle();
  }

  /** The header in the receipt of a post. */
  private static BatchHeader announced(Outcome.Included included) {
    return included.receipt().logs().stream()
        .filter(log -> log.topics().getFirst().equals(RollupContract.BATCH_POSTED))
        .map(log -> RollupContract.posted(log).header())
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "the post " + included.receipt().transactionHash() + " announced no batch"));
  }

  /** Reads where L1 stands and asks the source for what follows. */
  private Step begin() throws IOException {
    Optional<PostedRecord> mine = journal.lastPosted();
    if (mine.isPresent()) {
      PostedRecord posted = mine.get();
      if (!l1.headerHash(posted.number()).equals(posted.headerHash()) && l1.wasConvicted(posted)) {
        String reason =
            "batch "
                + posted.number()
                + " with header "
                + posted.headerHash()
                + " was convicted: the sequencer's roots are wrong";
        halted = Optional.of(reason);
        return new Step.Halted(reason);
      }
    }
    BatchHeader head = l1.headBatch();
    Weight inboxWeight = Weight.ZERO;
    if (head.inboxPosition() > 0) {
      Optional<InboxLink> link = l1.inboxLink(head.inboxPosition() - 1);
      if (link.isEmpty()) {
        return new Step.Waiting("L1 does not show inbox message " + (head.inboxPosition() - 1));
      }
      inboxWeight = new Weight(link.get().witnessWeight(), link.get().gasWeight());
    }
    parent = head;
    assembler =
        new BatchAssembler(
            committeeSizeLog2,
            dataBytesMax,
            rules,
            head.blockNumber(),
            head.postRoot(),
            inboxWeight);
    held = Optional.empty();
    ready = Optional.empty();
    source.seek(head.blockNumber() + 1);
    return new Step.Idle();
  }

  /** Takes blocks until none is there, the batch is due or the next does not fit (it is held). */
  private Optional<Step> collect(BatchAssembler assembling, BatchHeader before, long nowMillis)
      throws InterruptedException {
    for (int i = 0; i < BLOCKS_PER_STEP_MAX && !assembling.isDue(nowMillis); i++) {
      Optional<SourcedBlock> block = held.isPresent() ? held : source.poll();
      held = Optional.empty();
      if (block.isEmpty()) {
        break;
      }
      if (block.get().number() == before.blockNumber() + 1
          && !block.get().preRoot().equals(before.postRoot())) {
        forget();
        return Optional.of(
            new Step.Refused(
                "batch "
                    + before.number()
                    + " on L1 claims root "
                    + before.postRoot()
                    + " after block "
                    + before.blockNumber()
                    + ", the sequencer has "
                    + block.get().preRoot()));
      }
      if (!assembling.offer(block.get(), nowMillis)) {
        held = block;
        break;
      }
    }
    return Optional.empty();
  }

  private Step post(BatchHeader before, AssembledBatch batch)
      throws IOException, InterruptedException {
    long l1Time = l1.timestamp();
    if (l1Time < batch.clock()) {
      return new Step.Waiting(
          "L1 time " + l1Time + " is before the batch's clock " + batch.clock());
    }
    if (!l1.headBatch().equals(before)) {
      forget();
      return new Step.Waiting("the head on L1 moved; reading it again");
    }
    Optional<Hash32> inbox = l1.inboxAccumulatorAt(batch.inboxPosition());
    if (inbox.isEmpty()) {
      return new Step.Waiting("L1 has fewer than " + batch.inboxPosition() + " inbox messages");
    }
    if (!inbox.get().equals(batch.inboxAccumulator())) {
      forget();
      return new Step.Refused(
          "inbox accumulator at "
              + batch.inboxPosition()
              + " is "
              + inbox.get()
              + " on L1 and "
              + batch.inboxAccumulator()
              + " in the sequencer's blocks");
    }
    BatchPost post =
        new BatchPost(
            before,
            batch.lastBlock(),
            batch.blockAccumulator(),
            batch.clock(),
            batch.inboxPosition(),
            batch.inboxAccumulator(),
            l1.inboxLink(batch.inboxPosition()).orElse(BatchPost.NOTHING_NEXT),
            batch.data().encode());
    BatchIntent intent =
        new BatchIntent(
            before.number() + 1,
            before.hash(),
            batch.data().chunkTree(before.postRoot()).root(),
            batch.data().postRoot(),
            batch.blockAccumulator(),
            batch.firstBlock(),
            batch.lastBlock(),
            batch.clock(),
            batch.inboxPosition(),
            batch.data().chunks().size(),
            l1.account());
    return settled(intent, l1.post(post, attempt -> journal.attempt(intent, attempt)));
  }

  private Step settled(BatchIntent intent, Outcome outcome) throws IOException {
    String what = "batch " + intent.number();
    return switch (outcome) {
      case Outcome.Included included -> {
        BatchHeader header = announced(included);
        journal.posted(new PostedRecord(header.number(), header.hash()));
        // The assembler goes on behind it, unless this was an intent of before.
        parent = assembler == null ? null : header;
        ready = Optional.empty();
        yield new Step.Posted(
            header, included.receipt().gasUsed(), intent.lastBlock() - intent.firstBlock() + 1);
      }
      case Outcome.Reverted reverted -> {
        abandonIfOpen();
        forget();
        String why = what + " reverted: " + reverted.error();
        // Messages of users may reach the Inbox between our look and the post; the next look sees
        // them.
        yield reverted.error().name().equals(NEXT_MESSAGE_MISMATCH)
            ? new Step.Waiting(why)
            : new Step.Refused(why);
      }
      case Outcome.Displaced displaced -> {
        abandonIfOpen();
        forget();
        yield new Step.Refused(
            what
                + ": nonce "
                + displaced.nonce()
                + " was used by another program with the same key");
      }
      case Outcome.Refused refused -> {
        abandonIfOpen();
        forget();
        yield new Step.Refused(what + " refused by the node: " + refused.reason());
      }
      case Outcome.OverLimit over ->
          new Step.Refused(
              what + " has " + over.value() + " " + over.limit() + ", L1 takes " + over.max());
      case Outcome.InsufficientFunds funds ->
          new Step.Refused(
              "the poster has " + funds.haveWei() + " wei and needs " + funds.needWei());
      case Outcome.Underpriced underpriced ->
          new Step.Waiting(
              "L1 wants "
                  + underpriced.neededWei()
                  + " wei per gas, the cap is "
                  + underpriced.capWei());
      case Outcome.Unreachable unreachable ->
          new Step.Waiting("L1 is away: " + unreachable.reason());
      case Outcome.Pending pending ->
          new Step.Waiting(what + " is not mined after " + pending.attempts().size() + " attempts");
    };
  }

  /** The next step starts from L1's head again. */
  private void forget() {
    parent = null;
    assembler = null;
    held = Optional.empty();
    ready = Optional.empty();
  }

  private void abandonIfOpen() throws IOException {
    if (journal.open().isPresent()) {
      journal.abandoned();
    }
  }
}
