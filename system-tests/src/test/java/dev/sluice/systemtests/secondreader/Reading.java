package dev.sluice.systemtests.secondreader;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts a chunk payload into blocks and fields ({@code docs/protocol.md §5, §8}) and adds up its
 * weight (§9).
 */
final class Reading {
  /** The chunk cannot be cut into whole blocks of well-formed transactions. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String why) {
      super(why);
    }
  }

  /** One posted transaction: its head byte, its fields by position, and its bytes. */
  static final class Posted {
    int kind;
    int flags;
    int token;
    boolean newAccount;
    final List<Long> indices = new ArrayList<>();
    byte[] address = new byte[0];
    BigInteger amount = BigInteger.ZERO;
    BigInteger maxFee = BigInteger.ZERO;
    boolean namesMaxFee;
    int meter;
    boolean meterKeyIsOwner;
    byte[] word = Words.ZERO;
    byte[] secondWord = Words.ZERO;
    long number;
    long secondNumber;
    int small;
    int secondSmall;
    int mode;
    int quorum;
    BigInteger rate = BigInteger.ZERO;
    byte[] deviceKey = new byte[0];
    byte[] blsSignature = new byte[0];
    byte[] signature = new byte[0];
    final List<Absentees> committees = new ArrayList<>();
    byte[] bytes = new byte[0];
    long witnessWeight;
    long gasWeight;
  }

  /** Who of one committee is absent: by a list, or by the zero bits of a field. */
  record Absentees(long committee, boolean bitfield, List<Integer> slots, List<Integer> present) {}

  record Block(long clockDelta, List<Posted> transactions) {}

  record Chunk(List<Block> blocks, long witnessWeight, long gasWeight, long messages) {}

  private static final BigInteger LIMIT_128 = BigInteger.ONE.shiftLeft(128);

  private final byte[] data;
  private final int committeeSize;
  private int at;

  private Reading(byte[] data, int committeeSize) {
    this.data = data;
    this.committeeSize = committeeSize;
  }

  static Chunk chunk(byte[] payload, int committeeSize) throws Malformed {
    if (payload.length == 0 || payload.length > 3934) {
      throw new Malformed("length " + payload.length);
    }
    Reading reading = new Reading(payload, committeeSize);
    List<Block> blocks = new ArrayList<>();
    long witness = 6000;
    long gas = 400_000;
    long messages = 0;
    while (reading.at < payload.length) {
      int count = (int) reading.fixed(2);
      long delta = reading.fixed(4);
      if (count == 0) {
        throw new Malformed("empty block");
      }
      gas += 2000;
      List<Posted> transactions = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        Posted posted = reading.transaction();
        transactions.add(posted);
        witness += posted.witnessWeight;
        gas += posted.gasWeight;
        messages += posted.kind == 0 ? posted.indices.size() : 0;
      }
      blocks.add(new Block(delta, transactions));
    }
    return new Chunk(blocks, witness, gas, messages);
  }

  /** One transaction and nothing behind it. */
  static Posted transaction(byte[] bytes, int committeeSize) throws Malformed {
    Reading reading = new Reading(bytes, committeeSize);
    Posted posted = reading.transaction();
    if (reading.at != bytes.length) {
      throw new Malformed("bytes behind a transaction");
    }
    return posted;
  }

  private Posted transaction() throws Malformed {
    int start = at;
    Posted t = new Posted();
    int head = (int) fixed(1);
    t.kind = head >> 4;
    t.flags = head & 15;
    switch (t.kind) {
      case 0 -> {
        flagsWithin(t, 0);
        long count = varint();
        if (count < 1 || count > 64) {
          throw new Malformed("run of " + count);
        }
        for (long i = 0; i < count; i++) {
          t.indices.add(index());
        }
        weigh(t, 0, 0);
      }
      case 1 -> {
        tokenFlags(t);
        t.indices.add(index());
        recipient(t);
        t.amount = amount();
        maxFee(t);
        t.signature = bytes(64);
        weigh(t, 1940, 30_000);
      }
      case 2 -> {
        tokenFlags(t);
        t.indices.add(index());
        if (t.newAccount) {
          t.address = bytes(20);
        }
        t.amount = amount();
        maxFee(t);
        t.signature = bytes(64);
        weigh(t, 1881, 30_000);
      }
      case 3 -> {
        tokenFlags(t);
        t.indices.add(index());
        recipient(t);
        t.amount = amount();
        int meter = (int) fixed(1);
        t.meter = meter & 0x7f;
        t.meterKeyIsOwner = (meter & 0x80) != 0;
        if (t.meterKeyIsOwner && t.meter != 1) {
          throw new Malformed("owner key with meter " + t.meter);
        }
        if (!t.meterKeyIsOwner && t.meter != 0) {
          t.word = bytes(32);
        }
        if (t.meter != 1) {
          t.rate = amount();
        }
        t.number = index();
        maxFee(t);
        t.signature = bytes(64);
        weigh(t, 2949, 60_000);
      }
      case 4 -> {
        if (t.flags > 2) {
          throw new Malformed("claim of meter " + t.flags);
        }
        t.meter = t.flags;
        t.indices.add(index());
        if (t.meter == 1) {
          t.amount = amount();
          t.signature = bytes(64);
        } else if (t.meter == 2) {
          t.number = varint();
          t.secondNumber = varint();
          if (t.secondNumber < 1 || t.secondNumber > 4096) {
            throw new Malformed("steps " + t.secondNumber);
          }
          t.word = bytes(32);
        }
        weigh(t, 1979, 46_000 + (t.meter == 2 ? 100 * t.secondNumber : 0));
      }
      case 5 -> {
        boolean finalize = (t.flags & 1) != 0;
        flagsWithin(t, finalize ? 1 : 6);
        t.indices.add(index());
        if (!finalize) {
          t.namesMaxFee = (t.flags & 2) != 0;
          maxFee(t);
          t.signature = bytes(64);
        }
        weigh(t, 2949, 60_000);
      }
      case 6 -> {
        tokenFlags(t);
        t.indices.add(index());
        recipient(t);
        t.small = (int) fixed(2);
        t.number = fixed(8);
        t.secondNumber = fixed(8);
        t.amount = amount();
        t.deviceKey = bytes(96);
        t.blsSignature = bytes(192);
        maxFee(t);
        t.signature = bytes(64);
        weigh(t, 4832 + 9 * 32 + 8L * committeeSize, 900_000);
      }
      case 7 -> {
        flagsWithin(t, 7);
        t.namesMaxFee = (t.flags & 2) != 0;
        t.newAccount = (t.flags & 1) != 0;
        t.indices.add(index());
        recipient(t);
        t.number = fixed(8);
        t.amount = amount();
        t.word = bytes(32);
        maxFee(t);
        t.signature = bytes(64);
        weigh(t, 2930, 68_000);
      }
      case 9 -> {
        flagsWithin(t, 0);
        heartbeats(t);
      }
      case 10 -> {
        tokenFlags(t);
        if (t.newAccount) {
          throw new Malformed("flag 1 of kind 10");
        }
        t.indices.add(index());
        t.mode = (int) fixed(1);
        int providers = 1;
        if (t.mode == 2) {
          providers = (int) fixed(1);
          if (providers < 1 || providers > 5) {
            throw new Malformed("providers " + providers);
          }
          t.quorum = (int) fixed(1);
        }
        for (int i = 0; i < providers; i++) {
          t.indices.add(index());
        }
        t.amount = amount();
        t.word = bytes(32);
        if (t.mode == 1) {
          t.secondWord = bytes(32);
        }
        t.number = varint();
        t.secondNumber = index();
        t.secondSmall = (int) fixed(2);
        maxFee(t);
        t.signature = bytes(64);
        boolean hasQuorum = t.mode == 2;
        weigh(
            t,
            1959 + 990L * providers + (hasQuorum ? 1085 : 0),
            52_000 + 16_000L * providers + (hasQuorum ? 14_000 : 0));
      }
      case 11 -> {
        flagsWithin(t, 3);
        t.namesMaxFee = (t.flags & 2) != 0;
        boolean reveal = (t.flags & 1) != 0;
        t.indices.add(index());
        t.small = (int) fixed(1);
        t.word = bytes(32);
        if (reveal) {
          t.secondWord = bytes(32);
        }
        maxFee(t);
        t.signature = bytes(64);
        weigh(t, reveal ? 9854 : 5004, reveal ? 175_000 : 82_000);
      }
      case 12 -> {
        flagsWithin(t, 3);
        t.indices.add(index());
        if (t.flags < 2) {
          t.small = (int) fixed(2);
          t.signature = bytes(64);
        }
        weigh(t, 4014, 82_000);
      }
      default -> throw new Malformed("kind " + t.kind);
    }
    t.bytes = Arrays.copyOfRange(data, start, at);
    t.witnessWeight += t.bytes.length;
    t.gasWeight += 8000;
    return t;
  }

  private void heartbeats(Posted t) throws Malformed {
    int head = at - 1;
    t.number = index();
    int count = (int) fixed(1);
    if (count == 0) {
      throw new Malformed("record without committees");
    }
    long witness = 0;
    long gas = 700_000;
    long last = -1;
    for (int i = 0; i < count; i++) {
      long committee = index();
      if (committee <= last) {
        throw new Malformed("committees not ascending");
      }
      last = committee;
      int format = (int) fixed(1);
      List<Integer> slots = new ArrayList<>();
      List<Integer> present = new ArrayList<>();
      if (format == 0) {
        long n = varint();
        if (n > committeeSize) {
          throw new Malformed("absentees " + n);
        }
        int previous = -1;
        for (long k = 0; k < n; k++) {
          int slot = (int) fixed(2);
          if (slot <= previous || slot >= committeeSize) {
            throw new Malformed("slot " + slot);
          }
          previous = slot;
          slots.add(slot);
        }
      } else if (format == 1) {
        byte[] bits = bytes(committeeSize / 8);
        for (int slot = 0; slot < committeeSize; slot++) {
          boolean set = (bits[slot / 8] >> (7 - slot % 8) & 1) != 0;
          (set ? present : slots).add(slot);
        }
      } else {
        throw new Malformed("format " + format);
      }
      long named = Math.min(slots.size(), committeeSize - slots.size());
      witness += 1902 + 8L * committeeSize + 96 * named + 32 * siblings(named);
      gas += 120_000 + 70L * committeeSize + 2500 * named;
      t.committees.add(new Absentees(committee, format == 1, slots, present));
    }
    t.blsSignature = bytes(192);
    weigh(t, witness, gas + 300L * (at - head));
  }

  /** Of so many members' keys, as far apart as can be: level by level. */
  private long siblings(long members) {
    long all = 0;
    for (int width = committeeSize; width > 1; width /= 2) {
      all += 2 * Math.min(members, width / 2) - Math.min(members, width);
    }
    return all;
  }

  private static void weigh(Posted t, long witness, long gas) {
    t.witnessWeight = witness;
    t.gasWeight = gas;
  }

  private static void flagsWithin(Posted t, int allowed) throws Malformed {
    if ((t.flags & ~allowed) != 0) {
      throw new Malformed("flags " + t.flags + " of kind " + t.kind);
    }
  }

  private static void tokenFlags(Posted t) {
    t.token = t.flags >> 2;
    t.namesMaxFee = (t.flags & 2) != 0;
    t.newAccount = (t.flags & 1) != 0;
  }

  private void recipient(Posted t) throws Malformed {
    if (t.newAccount) {
      t.address = bytes(20);
    } else {
      t.indices.add(index());
    }
  }

  private void maxFee(Posted t) throws Malformed {
    if (t.namesMaxFee) {
      t.maxFee = amount();
    }
  }

  private byte[] bytes(int count) throws Malformed {
    if (data.length - at < count) {
      throw new Malformed("truncated at " + at);
    }
    at += count;
    return Arrays.copyOfRange(data, at - count, at);
  }

  private long fixed(int width) throws Malformed {
    return Words.number(bytes(width)).longValue();
  }

  private long varint() throws Malformed {
    int first = (int) fixed(1);
    BigInteger value = Words.number(Words.cat(Words.u8(first & 31), bytes(first >> 5)));
    return value.longValueExact();
  }

  private long index() throws Malformed {
    long value = varint();
    if (value >> 32 != 0) {
      throw new Malformed("index " + value);
    }
    return value;
  }

  private BigInteger amount() throws Malformed {
    int exponent = (int) fixed(1);
    if (exponent == 255) {
      return Words.number(bytes(16));
    }
    if (exponent > 38) {
      throw new Malformed("exponent " + exponent);
    }
    BigInteger value = BigInteger.valueOf(varint()).multiply(BigInteger.TEN.pow(exponent));
    if (value.compareTo(LIMIT_128) >= 0) {
      throw new Malformed("amount " + value);
    }
    return value;
  }
}
