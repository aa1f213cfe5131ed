package dev.sluice.sequencer.production;

import dev.sluice.primitives.transaction.AdmissionError;
import dev.sluice.sequencer.admission.Rejection;
import dev.sluice.sequencer.confirmation.ConfirmedGroup;
import dev.sluice.sequencer.confirmation.FrameAnswer;
import dev.sluice.sequencer.confirmation.HeadSigner;
import dev.sluice.sequencer.deposit.InboxEntry;
import dev.sluice.sequencer.ordering.BlockInputs;
import dev.sluice.sequencer.ordering.ProposedRecord;
import dev.sluice.sequencer.pool.PooledFrame;
import dev.sluice.sequencer.pool.RecentRefusals;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Makes blocks in groups. Driven by one thread: {@link #produce} makes one group of whatever waits.
 *
 * <p>A group ends when nothing waits or it has {@code blocksMax} blocks. A frame may end in a later
 * group than it began; each group answers its share.
 */
public final class Producer {
  private final LiveChain chain;
  private final BlockInputs inputs;
  private final HeadSigner signer;
  private final RecentRefusals refusals;
  private final List<DurableGroup.Listener> listeners;
  private final Executor answers;
  private final int blocksMax;

  private @Nullable PooledFrame frame;
  private int nextInFrame;

  /** One frame's share of a group. */
  private record Share(
      PooledFrame frame, List<Place> included, List<FrameAnswer.Refused> refused) {}

  private record Place(int index, long block, int position) {}

  private final List<Share> shares = new ArrayList<>();
  private final List<SealedBlock> blocks = new ArrayList<>();
  private final List<ProposedRecord> applied = new ArrayList<>();
  private boolean pending;

  /**
   * @param listeners hear of durable groups, in order
   * @param answers where confirmations are made and answers sent; one thread, so that they keep
   *     their order
   * @param blocksMax blocks in a group
   */
  public Producer(
      LiveChain chain,
      BlockInputs inputs,
      HeadSigner signer,
      RecentRefusals refusals,
      List<DurableGroup.Listener> listeners,
      Executor answers,
      int blocksMax) {
    this.chain = chain;
    this.inputs = inputs;
    this.signer = signer;
    this.refusals = refusals;
    this.listeners = List.copyOf(listeners);
    this.answers = answers;
    this.blocksMax = blocksMax;
  }

  /**
   * Executes a group of what waits, makes it durable and answers. After an {@link IOException} the
   * group is still pending: the next call tries to make it durable again before anything else.
   *
   * <p>While the store has no room it does nothing: the log alone could go on for a while, but then
   * nobody could read what is acknowledged.
   *
   * @param nowSeconds the time to give to new blocks; the clock never goes back
   * @return whether anything was done
   */
  public boolean produce(long nowSeconds) throws IOException, InterruptedException {
    chain.requireRoom();
    if (!pending) {
      execute(Math.max(nowSeconds, chain.clock()));
      if (blocks.isEmpty() && shares.isEmpty()) {
        return false;
      }
      pending = true;
    }
    if (!blocks.isEmpty()) {
      chain.makeDurable();
    }
    publish();
    pending = false;
    return true;
  }

  private void execute(long clock) {
    boolean more = true;
    while (more && blocks.size() < blocksMax) {
      chain.begin(clock);
      more = fill();
      Optional<SealedBlock> sealed = chain.seal();
      sealed.ifPresent(blocks::add);
    }
  }

  /** Fills the open block; true if something is left for a next one. */
  private boolean fill() {
    List<InboxEntry> messages = inputs.messages();
    if (!messages.isEmpty()) {
      int taken = chain.take(messages);
      inputs.consumed(taken);
      if (taken < messages.size()) {
        if (taken == 0) {
          throw new IllegalStateException(
              "inbox message " + messages.getFirst().index() + " does not fit an empty block");
        }
        return true;
      }
    }
    boolean empty = messages.isEmpty();
    while (true) {
      Optional<ProposedRecord> record = inputs.record();
      if (record.isEmpty()) {
        break;
      }
      switch (chain.attempt(record.get().record())) {
        case Attempt.Applied _ -> {
          applied.add(record.get());
          inputs.takeRecord();
          empty = false;
        }
        case Attempt.Refused(Rejection rejection) -> {
          inputs.takeRecord();
          record.get().outcome().accept(Optional.of(rejection));
        }
        case Attempt.Full _ -> {
          if (!empty) {
            return true;
          }
          inputs.takeRecord();
          record.get().outcome().accept(Optional.of(overWeight()));
        }
      }
    }
    return fillWithTransactions(empty);
  }

  private boolean fillWithTransactions(boolean blockIsEmpty) {
    boolean empty = blockIsEmpty;
    while (true) {
      PooledFrame current = frame;
      if (current == null) {
        current = inputs.frame().orElse(null);
        if (current == null) {
          return false;
        }
        frame = current;
        nextInFrame = 0;
      }
      Share share = shareOf(current);
      while (nextInFrame < current.size()) {
        int index = current.indices()[nextInFrame];
        switch (chain.attempt(current.transactions().get(nextInFrame))) {
          case Attempt.Applied(int position) -> {
            share.included().add(new Place(index, chain.number() + 1, position));
            empty = false;
          }
          case Attempt.Refused(Rejection rejection) -> {
            share.refused().add(new FrameAnswer.Refused(index, rejection));
            refusals.add(current.transactions().get(nextInFrame).id(), rejection);
          }
          case Attempt.Full _ -> {
            if (!empty) {
              return true;
            }
            share.refused().add(new FrameAnswer.Refused(index, overWeight()));
          }
        }
        nextInFrame++;
      }
      inputs.release(current);
      frame = null;
    }
  }

  private static Rejection overWeight() {
    return Rejection.of(AdmissionError.OVER_WEIGHT, "heavier than a whole chunk may be");
  }

  private Share shareOf(PooledFrame current) {
    if (!shares.isEmpty() && shares.getLast().frame().equals(current)) {
      return shares.getLast();
    }
    Share share = new Share(current, new ArrayList<>(), new ArrayList<>());
    shares.add(share);
    return share;
  }

  private void publish() throws InterruptedException {
    List<Share> answered = List.copyOf(shares);
    shares.clear();
    if (blocks.isEmpty()) {
      answers.execute(
          () ->
              answered.forEach(
                  share -> {
                    if (!share.refused().isEmpty()) {
                      share.frame().reply().answer(FrameAnswer.refusals(share.refused()));
                    }
                  }));
      return;
    }
    SealedBlock last = blocks.getLast();
    ConfirmedGroup confirmed =
        new ConfirmedGroup(
            blocks.stream()
                .map(
                    block ->
                        new ConfirmedGroup.Link(
                            block.commitment(),
                            block.record().accumulatorBefore(),
                            block.record().block()))
                .toList(),
            signer.confirm(last.number(), last.commitment().clock(), last.accumulator()));
    DurableGroup group = new DurableGroup(blocks, confirmed);
    List<ProposedRecord> records = List.copyOf(applied);
    blocks.clear();
    applied.clear();
    chain.store();
    listeners.forEach(listener -> listener.durable(group));
    answers.execute(
        () -> {
          answered.forEach(share -> answer(share, confirmed));
          records.forEach(record -> record.outcome().accept(Optional.empty()));
        });
  }

  private static void answer(Share share, ConfirmedGroup confirmed) {
    if (share.included().isEmpty() && share.refused().isEmpty()) {
      return;
    }
    List<FrameAnswer.Included> included =
        share.included().stream()
            .map(
                place ->
                    new FrameAnswer.Included(
                        place.index(),
                        place.block(),
                        place.position(),
                        confirmed.posted(place.block(), place.position())))
            .toList();
    share
        .frame()
        .reply()
        .answer(
            new FrameAnswer(
                included,
                share.refused(),
                included.isEmpty() ? Optional.empty() : Optional.of(confirmed.confirm(included))));
  }
}
