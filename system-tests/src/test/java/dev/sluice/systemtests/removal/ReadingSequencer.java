package dev.sluice.systemtests.removal;

import dev.sluice.systemtests.secondreader.InboxEntry;
import dev.sluice.systemtests.secondreader.ReadGenesis;
import dev.sluice.systemtests.secondreader.SecondReader;
import java.math.BigInteger;
import java.util.List;

/** The second reader as a sequencer. {@link ChangedReader} loads it over the changed sources. */
public final class ReadingSequencer implements Sequencer {
  private final SecondReader reader;

  /** Public, and of types that every loader knows. */
  public ReadingSequencer(
      long chainId,
      byte[] rollup,
      List<byte[]> tokens,
      List<BigInteger> feeUnits,
      long[] numbers,
      byte[] feeRecipient) {
    this.reader =
        new SecondReader(
            new ReadGenesis(
                chainId,
                rollup,
                tokens,
                feeUnits,
                numbers[0],
                numbers[1],
                numbers[2],
                numbers[3],
                numbers[4],
                (int) numbers[5],
                numbers[6],
                feeRecipient));
  }

  @Override
  public void queue(int kind, byte[] payload, long time, long witnessWeight, long gasWeight) {
    reader.queue(List.of(new InboxEntry(kind, payload, time, witnessWeight, gasWeight)));
  }

  @Override
  public byte[] execute(byte[] payload, long headerInboxPosition) {
    return reader.execute(payload, headerInboxPosition);
  }

  @Override
  public long clock() {
    return reader.clock();
  }

  @Override
  public long blockNumber() {
    return reader.blockNumber();
  }

  @Override
  public byte[] blockAccumulator() {
    return reader.blockAccumulator();
  }

  @Override
  public long inboxPosition() {
    return reader.inboxPosition();
  }
}
