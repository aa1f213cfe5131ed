package dev.sluice.systemtests.differential;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Bytes that one check alone finds malformed (docs/protocol.md §4, §5): whoever does not make it
 * reads a transaction. Committees are of eight.
 */
final class CraftedBytes {
  private static final HexFormat HEX = HexFormat.of();
  private static final String WORD = "00".repeat(32);
  private static final String SIGNATURE = "00".repeat(64);
  private static final String AGGREGATE = "00".repeat(192);
  private static final String NOTHING = "0000";
  private static final String BEYOND_U32 = v(1L << 32);
  private static final String BEYOND_V = HEX.toHexDigits(1L << 61);

  private CraftedBytes() {}

  /** A number as it is posted (docs/protocol.md §1). */
  private static String v(long value) {
    int further = 0;
    while (value >>> (5 + 8 * further) != 0) {
      further++;
    }
    String digits = HEX.toHexDigits(value | (long) further << (5 + 8 * further));
    return digits.substring(digits.length() - 2 * (further + 1));
  }

  /** One block. */
  private static byte[] chunk(int count, String transactions) {
    return HEX.parseHex(HEX.toHexDigits((short) count) + "00000000" + transactions);
  }

  private static String record(String epoch, String... committees) {
    return "90"
        + epoch
        + HEX.toHexDigits((byte) committees.length)
        + String.join("", committees)
        + AGGREGATE;
  }

  /** A claim of so many ticks. */
  static String tickClaim(long steps) {
    return "42" + v(0) + v(steps) + v(steps) + WORD;
  }

  private static String transfer(String account, String to, String amount) {
    return "10" + account + to + amount + SIGNATURE;
  }

  private static String jobOfMany(int count) {
    return "a0"
        + v(0)
        + "02"
        + HEX.toHexDigits((byte) count)
        + "02"
        + v(0).repeat(count)
        + NOTHING
        + WORD
        + v(0)
        + v(0)
        + NOTHING
        + SIGNATURE;
  }

  /** A registration with the address that it pays to. */
  static final String REGISTRATION =
      "61" + v(0) + "00".repeat(20 + 18) + NOTHING + "00".repeat(96 + 192) + SIGNATURE;

  static final String TRANSFER = transfer(v(0), v(0), NOTHING);

  /** Chunks that are malformed, or weigh too much, for one reason each. */
  static List<byte[]> chunks() {
    List<byte[]> chunks = new ArrayList<>();
    for (String transaction :
        List.of(
            "43" + v(0) + v(1) + v(1) + WORD,
            tickClaim(0),
            tickClaim(4_097),
            record(v(1), BEYOND_U32 + "00" + v(0)),
            record(v(1), v(0) + "00" + v(2) + "00010000"),
            record(v(1), v(0) + "00" + v(1) + "0008"),
            record(v(1), v(1) + "00" + v(0), v(0) + "00" + v(0)),
            record(BEYOND_U32, v(0) + "00" + v(0)),
            record(v(1)),
            transfer(BEYOND_U32, v(0), NOTHING),
            transfer(v(0), BEYOND_U32, NOTHING),
            // 4 · 10^38 and 0 · 10^39
            transfer(v(0), v(0), "26" + v(4)),
            transfer(v(0), v(0), "27" + v(0)),
            TRANSFER.substring(0, TRANSFER.length() - 2),
            "00" + v(0),
            "00" + v(65) + v(0).repeat(65),
            "00" + v(1) + BEYOND_U32,
            jobOfMany(0),
            jobOfMany(6),
            "53" + v(0),
            "51" + BEYOND_U32,
            "30" + v(0) + v(0) + "26" + v(4) + "00" + NOTHING + v(0) + SIGNATURE,
            "30" + v(0) + v(0) + NOTHING + "80" + NOTHING + v(0) + SIGNATURE)) {
      chunks.add(chunk(1, transaction));
    }
    chunks.add(chunk(0, ""));
    chunks.add(chunk(10, REGISTRATION.repeat(10)));
    // Too heavy because of the steps of their claims, and because of what a transfer adds.
    chunks.add(chunk(24, tickClaim(4_096).repeat(24)));
    chunks.add(chunk(55, TRANSFER.repeat(55)));
    // And because of the siblings of the keys of those who are absent: four in each of 46.
    String[] committees = new String[46];
    for (int i = 0; i < committees.length; i++) {
      committees[i] = v(i) + "010f";
    }
    chunks.add(chunk(1, record(v(1), committees)));
    return chunks;
  }

  /** A run of messages and other transactions, in one block. */
  static byte[] run(List<Long> hints, int count, String transaction) {
    StringBuilder run = new StringBuilder("00").append(v(hints.size()));
    hints.forEach(hint -> run.append(v(hint)));
    return chunk(1 + count, run + transaction.repeat(count));
  }

  private static byte[] wire(String hex) {
    return HEX.parseHex(hex);
  }

  private static String u32(long value) {
    return HEX.toHexDigits((int) value);
  }

  private static String opening(long account, String meter, String key, String rate) {
    String amount = "00".repeat(16);
    return "03"
        + u32(account)
        + "00".repeat(8 + 20 + 1)
        + amount
        + meter
        + key
        + rate
        + u32(9)
        + amount
        + SIGNATURE;
  }

  private static String tickClaim(String position, String steps) {
    return "0402" + WORD + position + steps + WORD;
  }

  private static String job(
      long account,
      String n,
      String quorum,
      String token,
      String mode,
      String expected,
      String at) {
    String amount = "00".repeat(16);
    return "0a"
        + u32(account)
        + "00".repeat(8)
        + n
        + WORD
        + quorum
        + token
        + amount
        + mode
        + WORD
        + expected
        + at
        + u32(9)
        + NOTHING
        + amount
        + SIGNATURE;
  }

  /**
   * Forced transactions that have no wire form.
   *
   * @param account one that exists
   */
  static List<byte[]> wires(long account) {
    String amount = "00".repeat(16);
    String one = "00".repeat(15) + "01";
    String ones = "11".repeat(32);
    String soon = HEX.toHexDigits(9L);
    return List.of(
        wire("01" + u32(account) + "00".repeat(28) + "04" + amount + amount + SIGNATURE),
        wire(opening(account, "00", ones, one)),
        wire(opening(account, "01", WORD, one)),
        wire(opening(account, "01", ones, amount)),
        wire(opening(account, "80", WORD, one)),
        wire(tickClaim(BEYOND_V, "0001")),
        wire(tickClaim(soon, "0000")),
        wire(tickClaim(soon, "1001")),
        wire(
            "06"
                + u32(account)
                + "00".repeat(8 + 20 + 18)
                + "04"
                + "00".repeat(16 + 96 + 192)
                + amount
                + SIGNATURE),
        wire(
            "07"
                + u32(account)
                + "00".repeat(8 + 32 + 20 + 8 + 16 + 32)
                + "02"
                + amount
                + SIGNATURE),
        wire(job(account, "01", "00", "04", "00", WORD, soon)),
        wire(job(account, "01", "01", "00", "00", WORD, soon)),
        wire(job(account, "01", "00", "00", "02", WORD, soon)),
        wire(job(account, "01", "00", "00", "00", ones, soon)),
        wire(job(account, "01", "00", "00", "00", WORD, BEYOND_V)),
        wire(job(account, "02", "00", "00", "00", WORD, soon)),
        wire("0d"));
  }
}
