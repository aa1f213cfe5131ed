package dev.sluice.sequencer.heartbeat;

import dev.sluice.primitives.block.Attendance;
import dev.sluice.primitives.block.EncodedTransaction;
import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.crypto.BlsSignature;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.weight.Weight;
import dev.sluice.sequencer.admission.Rejection;
import dev.sluice.sequencer.ordering.BlockInputs;
import dev.sluice.sequencer.ordering.ProposedRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.apache.tuweni.bytes.Bytes;

/**
 * Makes the records of closed epochs and proposes them. {@link #tick} is called about once a second
 * by one thread.
 *
 * <p>A committee that can still grow is recorded by the bits of those present: whoever joins
 * between this and the block is then absent and excused, where a list of absentees would count him
 * as present and void the aggregate. A full one is recorded by its absentees if that is shorter.
 * Committees are packed into as few records as the weight of a chunk allows.
 */
public final class HeartbeatRecorder {
  private static final System.Logger LOG = System.getLogger(HeartbeatRecorder.class.getName());

  /** A chunk with one block and nothing but the record. */
  private static final Weight OVERHEAD = Weight.CHUNK.plus(Weight.BLOCK);

  /** Of a list's varint count: fewer than 2^14 slots. */
  private static final int COUNT_BYTES_MAX = 2;

  private static final int SLOT_BYTES = 2;

  private record Entry(Attendance attendance, BlsSignature signature) {}

  private record Due(long epoch, PostedTransaction.HeartbeatRecord record) {}

  private final HeartbeatCollector collector;
  private final Providers providers;
  private final BlockInputs inputs;
  private final EpochClock clock;
  private final int committeeSizeLog2;
  private final LongSupplier seconds;
  private final ConcurrentLinkedQueue<Due> again = new ConcurrentLinkedQueue<>();
  private final AtomicLong recorded = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();

  /**
   * @param seconds the time
   */
  public HeartbeatRecorder(
      HeartbeatCollector collector,
      Providers providers,
      BlockInputs inputs,
      EpochClock clock,
      int committeeSizeLog2,
      LongSupplier seconds) {
    this.collector = collector;
    this.providers = providers;
    this.inputs = inputs;
    this.clock = clock;
    this.committeeSizeLog2 = committeeSizeLog2;
    this.seconds = seconds;
  }

  /** Records in durable blocks since the start. */
  public long recorded() {
    return recorded.get();
  }

  /** Records that were refused for good. */
  public long lost() {
    return lost.get();
  }

  /** Proposes what is due. */
  public void tick() {
    Due retry;
    List<Due> retries = new ArrayList<>();
    while ((retry = again.poll()) != null) {
      retries.add(retry);
    }
    retries.forEach(this::propose);
    collector
        .takeClosed()
        .forEach((epoch, tallies) -> records(epoch, tallies).forEach(this::propose));
    try {
      collector.dropExpired();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void propose(Due due) {
    boolean taken =
        inputs.propose(new ProposedRecord(due.record(), rejection -> outcome(due, rejection)));
    if (!taken) {
      again.add(due);
    }
  }

  private void outcome(Due due, Optional<Rejection> rejection) {
    if (rejection.isEmpty()) {
      recorded.incrementAndGet();
      return;
    }
    // The L2 clock may lag behind the wall clock while L1 does; the record waits for it as long as
    // it is any good.
    boolean early = rejection.get().number() == Refusal.EPOCH_NOT_OVER.number();
    if (early && seconds.getAsLong() < clock.expiresAt(due.epoch())) {
      again.add(due);
      return;
    }
    lost.incrementAndGet();
    LOG.log(
        Level.ERROR,
        "the record of epoch {0} with {1} committees was refused: {2}",
        due.epoch(),
        due.record().committees().size(),
        rejection.get());
  }

  private List<Due> records(long epoch, SortedMap<Long, EpochBook.Tally> tallies) {
    List<Due> records = new ArrayList<>();
    List<Entry> packed = new ArrayList<>();
    for (Map.Entry<Long, EpochBook.Tally> each : tallies.entrySet()) {
      if (providers.isRecorded(each.getKey(), epoch)) {
        // Before a restart that has counted it again.
        continue;
      }
      Entry entry =
          new Entry(
              attendance(
                  each.getKey(),
                  each.getValue().present(),
                  providers.count(each.getKey()),
                  1 << committeeSizeLog2),
              each.getValue().signature());
      packed.add(entry);
      if (packed.size() > 1 && !fits(record(epoch, packed))) {
        packed.removeLast();
        records.add(new Due(epoch, record(epoch, packed)));
        packed = new ArrayList<>(List.of(entry));
      }
    }
    if (!packed.isEmpty()) {
      records.add(new Due(epoch, record(epoch, packed)));
    }
    return records;
  }

  private boolean fits(PostedTransaction.HeartbeatRecord record) {
    return record.committees().size() <= PostedTransaction.HeartbeatRecord.COMMITTEES_MAX
        && OVERHEAD
            .plus(Weight.of(EncodedTransaction.of(record, committeeSizeLog2), committeeSizeLog2))
            .fits(Weight.CHUNK_LIMIT);
  }

  private static PostedTransaction.HeartbeatRecord record(long epoch, List<Entry> entries) {
    BlsSignature signature =
        BlsSignature.aggregate(entries.stream().map(Entry::signature).toList())
            .orElseThrow(() -> new IllegalStateException("the heartbeats of an epoch cancel out"));
    return new PostedTransaction.HeartbeatRecord(
        epoch, entries.stream().map(Entry::attendance).toList(), Bytes.wrap(signature.toBytes()));
  }

  /**
   * The shorter format that is safe.
   *
   * @param members slots occupied, as far as known; it never falls
   */
  static Attendance attendance(long committee, BitSet present, int members, int committeeSize) {
    int absent = committeeSize - present.cardinality();
    boolean listIsShorter =
        COUNT_BYTES_MAX + SLOT_BYTES * absent < committeeSize / 8 && members == committeeSize;
    return listIsShorter
        ? new Attendance.AbsentSlots(
            committee,
            IntStream.range(0, committeeSize).filter(slot -> !present.get(slot)).boxed().toList())
        : new Attendance.PresentBits(committee, bits(present, committeeSize));
  }

  private static Bytes bits(BitSet present, int committeeSize) {
    byte[] bits = new byte[committeeSize / 8];
    present.stream().forEach(slot -> bits[slot >>> 3] |= (byte) (0x80 >>> (slot & 7)));
    return Bytes.wrap(bits);
  }
}
