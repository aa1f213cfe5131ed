package dev.sluice.primitives.inbox;

import dev.sluice.primitives.codec.ByteReader;
import dev.sluice.primitives.codec.ByteWriter;
import dev.sluice.primitives.codec.DecodeResult;
import dev.sluice.primitives.codec.Malformation;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import org.apache.tuweni.bytes.Bytes;

/** What the {@code Inbox} queues: {@code kind u8} and a payload. */
public sealed interface InboxMessage {
  /** Kind of {@link Deposit}. */
  int DEPOSIT = 1;

  /** Kind of {@link Forced}. */
  int FORCED = 2;

  /** Kind of {@link Seed}. */
  int SEED = 3;

  /** The kind byte. */
  int kind();

  /** The payload without the kind byte. */
  byte[] payload();

  /** Credits {@code amount} to {@code owner}; 37 bytes. The Bridge has taken it in. */
  record Deposit(int token, Uint128 amount, Address owner) implements InboxMessage {
    @Override
    public int kind() {
      return DEPOSIT;
    }

    @Override
    public byte[] payload() {
      return new ByteWriter(37).u8(token).u128(amount).address(owner).toBytes();
    }
  }

  /** A wire transaction sent through L1, 1 to 1,024 bytes; not necessarily a decodable one. */
  record Forced(Bytes wire) implements InboxMessage {
    /** Longest payload. */
    public static final int BYTES_MAX = 1_024;

    @Override
    public int kind() {
      return FORCED;
    }

    @Override
    public byte[] payload() {
      return wire.toArray();
    }
  }

  /** Randomness of L1 for the epochs of seed period {@code period + 1}; 36 bytes. */
  record Seed(long period, Hash32 seed) implements InboxMessage {
    @Override
    public int kind() {
      return SEED;
    }

    @Override
    public byte[] payload() {
      return new ByteWriter(36).u32(period).hash32(seed).toBytes();
    }
  }

  /** {@code H(kind u8 | payload)}. */
  default Hash32 messageHash() {
    byte[] payload = payload();
    return new ByteWriter(1 + payload.length).u8(kind()).bytes(payload).keccak256();
  }

  /** Decodes a payload; refuses an unknown kind, a wrong length and a token above 3. */
  static DecodeResult<InboxMessage> decode(int kind, byte[] payload) {
    ByteReader in = new ByteReader(payload);
    switch (kind) {
      case DEPOSIT -> {
        Deposit deposit = new Deposit(in.token(), in.u128(), in.address());
        return in.finish(_ -> deposit);
      }
      case FORCED -> {
        if (payload.length == 0) {
          return new DecodeResult.Malformed<>(Malformation.EMPTY);
        }
        if (payload.length > Forced.BYTES_MAX) {
          return new DecodeResult.Malformed<>(Malformation.TOO_LONG);
        }
        Forced forced = new Forced(in.bytes(payload.length));
        return in.finish(_ -> forced);
      }
      case SEED -> {
        Seed seed = new Seed(in.u32(), in.hash32());
        return in.finish(_ -> seed);
      }
      default -> {
        return new DecodeResult.Malformed<>(Malformation.UNKNOWN_TYPE);
      }
    }
  }
}
