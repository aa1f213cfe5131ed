package dev.sluice.batcher.journal;

import dev.sluice.l1.sender.Attempt;
import dev.sluice.primitives.codec.ByteReader;
import dev.sluice.primitives.codec.ByteWriter;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.apache.tuweni.bytes.Bytes;

/**
 * The journal in one file.
 *
 * <pre>
 *   head    magic x8 "SLUBATJ1" | rollup x20
 *   record  length u32 | crc32c(length) u32 | crc32c(payload) u32 | payload
 *   payload 1 attempt:   intent | nonce u64 | hash x32 | maxFee u128 | priorityFee u128 | sentAtBlock u64 | signed
 *           2 posted:    number u64 | headerHash x32
 *           3 abandoned
 * </pre>
 *
 * <p>When nothing is open and the file has grown beyond 16 MiB it is replaced by one that holds the
 * last posted batch only.
 */
public final class FileBatchJournal implements BatchJournal {
  private static final byte[] MAGIC = {'S', 'L', 'U', 'B', 'A', 'T', 'J', '1'};
  private static final int HEAD_BYTES = MAGIC.length + Address.BYTES;
  private static final int RECORD_HEAD_BYTES = 12;

  /** A signed transaction is at most 128 KiB, what stands before it below 512 bytes. */
  private static final int PAYLOAD_BYTES_MAX = 128 * 1024 + 512;

  private static final long COMPACT_ABOVE_BYTES = 16L << 20;

  private static final int ATTEMPT = 1;
  private static final int POSTED = 2;
  private static final int ABANDONED = 3;

  private final Path file;
  private final Address rollup;
  private final InMemoryBatchJournal memory;
  private FileChannel channel;

  private FileBatchJournal(
      Path file, Address rollup, InMemoryBatchJournal memory, FileChannel channel) {
    this.file = file;
    this.rollup = rollup;
    this.memory = memory;
    this.channel = channel;
  }

  /**
   * Opens or creates the journal of one chain.
   *
   * @throws JournalDamagedException if it is another chain's, or damaged before its last record
   * @throws IOException if another process has it open, or the disk fails
   */
  public static FileBatchJournal open(Path file, Address rollup) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    FileChannel channel = openChannel(file);
    boolean ready = false;
    try {
      InMemoryBatchJournal memory = new InMemoryBatchJournal();
      if (channel.size() < HEAD_BYTES) {
        // A crash while the head was written: nothing was sent before the first record.
        channel.truncate(0);
        writeFully(channel, head(rollup));
        channel.force(true);
      } else {
        byte[] bytes = Files.readAllBytes(file);
        int end = replay(file, bytes, rollup, memory);
        channel.truncate(end);
        channel.position(end);
        channel.force(true);
      }
      ready = true;
      return new FileBatchJournal(file, rollup, memory, channel);
    } finally {
      if (!ready) {
        channel.close();
      }
    }
  }

  private static FileChannel openChannel(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    FileLock lock = channel.tryLock();
    if (lock == null) {
      channel.close();
      throw new IOException(file + " is in use by another batcher");
    }
    return channel;
  }

  private static byte[] head(Address rollup) {
    return new ByteWriter(HEAD_BYTES).bytes(MAGIC).address(rollup).toBytes();
  }

  /** Applies every whole record; the offset after the last. */
  private static int replay(Path file, byte[] bytes, Address rollup, InMemoryBatchJournal memory)
      throws JournalDamagedException {
    if (!Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new JournalDamagedException(file + " is not a batcher journal");
    }
    Address owner = Address.of(bytes, MAGIC.length);
    if (!owner.equals(rollup)) {
      throw new JournalDamagedException(
          file + " belongs to the chain " + owner + ", not to " + rollup);
    }
    int at = HEAD_BYTES;
    while (bytes.length - at >= RECORD_HEAD_BYTES) {
      ByteBuffer record = ByteBuffer.wrap(bytes, at, RECORD_HEAD_BYTES);
      int length = record.getInt();
      int lengthCrc = record.getInt();
      int crc = record.getInt();
      int start = at + RECORD_HEAD_BYTES;
      if (isZero(bytes, at)) {
        // A file system may extend a file before it writes the bytes.
        return at;
      }
      // Its own checksum: a damaged length must not pass for a record that was cut off.
      if (crcOf(bytes, at, Integer.BYTES) != lengthCrc
          || length < 1
          || length > PAYLOAD_BYTES_MAX) {
        throw new JournalDamagedException(file + ": record at byte " + at + " has a damaged head");
      }
      if (length > bytes.length - start) {
        // Cut off by a crash; it was never forced, so nothing was sent for it.
        return at;
      }
      if (crcOf(bytes, start, length) != crc) {
        if (start + length == bytes.length) {
          return at;
        }
        throw new JournalDamagedException(
            file + ": record at byte " + at + " has a wrong checksum");
      }
      apply(file, at, Arrays.copyOfRange(bytes, start, start + length), memory);
      at = start + length;
    }
    return at;
  }

  private static void apply(Path file, int at, byte[] payload, InMemoryBatchJournal memory)
      throws JournalDamagedException {
    ByteReader in = new ByteReader(payload);
    int kind = in.u8();
    try {
      switch (kind) {
        case ATTEMPT -> {
          BatchIntent intent =
              new BatchIntent(
                  in.u64(),
                  in.hash32(),
                  in.hash32(),
                  in.hash32(),
                  in.hash32(),
                  in.u64(),
                  in.u64(),
                  in.u64(),
                  in.u64(),
                  in.u32(),
                  in.address());
          long nonce = in.u64();
          Hash32 hash = in.hash32();
          Uint128 maxFee = in.u128();
          Uint128 priorityFee = in.u128();
          long sentAtBlock = in.u64();
          byte[] signed = in.bytes(in.remaining()).toArrayUnsafe();
          if (in.hasFailed()) {
            throw new JournalDamagedException(file + ": attempt at byte " + at + " is too short");
          }
          memory.attempt(
              intent,
              new Attempt(
                  nonce,
                  hash,
                  signed,
                  maxFee.toBigInteger(),
                  priorityFee.toBigInteger(),
                  sentAtBlock));
        }
        case POSTED -> {
          PostedRecord posted = new PostedRecord(in.u64(), in.hash32());
          if (in.hasFailed() || in.remaining() > 0) {
            throw new JournalDamagedException(
                file + ": posted record at byte " + at + " has a wrong length");
          }
          if (memory.open().isEmpty()) {
            memory.restore(Optional.of(posted));
          } else {
            memory.posted(posted);
          }
        }
        case ABANDONED -> memory.abandoned();
        default ->
            throw new JournalDamagedException(
                file + ": record at byte " + at + " has kind " + kind);
      }
    } catch (IllegalStateException disorder) {
      throw new JournalDamagedException(
          file + ": record at byte " + at + " is out of order: " + disorder.getMessage());
    }
  }

  @Override
  public Optional<OpenIntent> open() {
    return memory.open();
  }

  @Override
  public Optional<PostedRecord> lastPosted() {
    return memory.lastPosted();
  }

  @Override
  public void attempt(BatchIntent intent, Attempt attempt) throws IOException {
    memory.requireFits(intent, attempt);
    ByteWriter out = new ByteWriter(attempt.signed().length + 512);
    out.u8(ATTEMPT)
        .u64(intent.number())
        .hash32(intent.parent())
        .hash32(intent.dataHash())
        .hash32(intent.postRoot())
        .hash32(intent.blockAccumulator())
        .u64(intent.firstBlock())
        .u64(intent.lastBlock())
        .u64(intent.clock())
        .u64(intent.inboxPosition())
        .u32(intent.chunkCount())
        .address(intent.account())
        .u64(attempt.nonce())
        .hash32(attempt.transactionHash())
        .u128(Uint128.of(attempt.maxFeeWei()).orElseThrow())
        .u128(Uint128.of(attempt.priorityFeeWei()).orElseThrow())
        .u64(attempt.sentAtBlock())
        .bytes(Bytes.wrap(attempt.signed()));
    append(out.toBytes());
    memory.attempt(intent, attempt);
  }

  @Override
  public void posted(PostedRecord record) throws IOException {
    memory.requireOpen();
    append(postedPayload(record));
    memory.posted(record);
    compactIfLarge();
  }

  @Override
  public void abandoned() throws IOException {
    memory.requireOpen();
    append(new byte[] {ABANDONED});
    memory.abandoned();
    compactIfLarge();
  }

  private static byte[] postedPayload(PostedRecord record) {
    return new ByteWriter(41).u8(POSTED).u64(record.number()).hash32(record.headerHash()).toBytes();
  }

  private void append(byte[] payload) throws IOException {
    long before = channel.position();
    boolean durable = false;
    try {
      writeFully(channel, framed(payload));
      channel.force(true);
      durable = true;
    } finally {
      if (!durable) {
        // A full disk must not leave half a record in front of the next one.
        channel.truncate(before);
        channel.position(before);
      }
    }
  }

  private static byte[] framed(byte[] payload) {
    ByteBuffer record = ByteBuffer.allocate(RECORD_HEAD_BYTES + payload.length);
    record.putInt(payload.length);
    record.putInt(crcOf(record.array(), 0, Integer.BYTES));
    record.putInt(crcOf(payload, 0, payload.length)).put(payload);
    return record.array();
  }

  private static boolean isZero(byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private static int crcOf(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }

  private static void writeFully(FileChannel channel, byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  private void compactIfLarge() throws IOException {
    if (channel.size() <= COMPACT_ABOVE_BYTES || memory.open().isPresent()) {
      return;
    }
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel out =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      writeFully(out, head(rollup));
      if (memory.lastPosted().isPresent()) {
        writeFully(out, framed(postedPayload(memory.lastPosted().get())));
      }
      out.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    FileChannel replaced = openChannel(file);
    replaced.position(replaced.size());
    channel.close();
    channel = replaced;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
