package dev.sluice.state.execution;

import dev.sluice.primitives.codec.ByteReader;
import dev.sluice.primitives.codec.ByteWriter;
import dev.sluice.primitives.codec.DecodeResult;
import dev.sluice.primitives.codec.Malformation;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.state.transition.TransitionOutcome;
import java.util.Optional;

/**
 * What became of one transaction or inbox message; kept by the store, part of no hash.
 *
 * <pre>
 *   111 bytes: id x32 | block u64 | clock u64 | position u16 | kind u8 | messageKind u8 | refusal u16
 *              | opened u64 | account u64 | counterparty u64 | token u8 | amount u128 | fee u128   (u64 of all ones: none)
 * </pre>
 *
 * @param id transaction id ({@code docs/protocol.md} §1)
 * @param block number of its block
 * @param clock L2 clock of the block, seconds
 * @param position of the transaction in its block; all messages of a run share it
 * @param kind transaction kind
 * @param messageKind inbox message kind, 0 for what is no inbox message
 * @param outcome what it did
 */
public record Receipt(
    Hash32 id,
    long block,
    long clock,
    int position,
    int kind,
    int messageKind,
    TransitionOutcome outcome) {
  /** Length of {@link #encode}. */
  public static final int BYTES = 111;

  /** The bytes kept. */
  public byte[] encode() {
    ByteWriter out =
        new ByteWriter(BYTES)
            .hash32(id)
            .u64(block)
            .u64(clock)
            .u16(position)
            .u8(kind)
            .u8(messageKind);
    switch (outcome) {
      case TransitionOutcome.Applied a ->
          out.u16(0)
              .u64(a.opened())
              .u64(a.account())
              .u64(a.counterparty())
              .u8(a.token())
              .u128(a.amount())
              .u128(a.fee());
      case TransitionOutcome.Rejected r -> out.u16(r.refusal().number()).zeros(57);
    }
    return out.toBytes();
  }

  /** Decodes exactly {@link #BYTES} bytes. */
  public static DecodeResult<Receipt> decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    Hash32 id = in.hash32();
    long block = in.u64();
    long clock = in.u64();
    int position = in.u16();
    int kind = in.u8();
    int messageKind = in.u8();
    int number = in.u16();
    TransitionOutcome.Applied applied =
        new TransitionOutcome.Applied(in.u64(), in.u64(), in.u64(), in.u8(), in.u128(), in.u128());
    Optional<Refusal> refusal = Refusal.of(number);
    if (number != 0 && refusal.isEmpty()) {
      in.fail(Malformation.NUMBER_OUT_OF_RANGE);
    }
    TransitionOutcome outcome =
        refusal.<TransitionOutcome>map(TransitionOutcome.Rejected::new).orElse(applied);
    return in.finish(_ -> new Receipt(id, block, clock, position, kind, messageKind, outcome));
  }

  /** Whether it took effect. */
  public boolean isApplied() {
    return switch (outcome) {
      case TransitionOutcome.Applied _ -> true;
      case TransitionOutcome.Rejected _ -> false;
    };
  }
}
