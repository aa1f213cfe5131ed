package dev.sluice.systemtests.secondreader;

import java.math.BigInteger;
import java.util.List;

/** What a drawer of transactions may see of the second reader's state: copies, by kind of leaf. */
public sealed interface Sight {
  /** An account. */
  record OfAccount(byte[] owner, long nonce, List<BigInteger> balances) implements Sight {}

  /** A channel. */
  record OfChannel(
      byte[] id,
      long payer,
      long payee,
      int token,
      int meter,
      int state,
      BigInteger deposit,
      BigInteger claimed,
      long closeAt,
      byte[] meterKey,
      BigInteger meterRate)
      implements Sight {}

  /** A provider; {@code deviceKey} as it was registered. */
  record OfProvider(
      byte[] id, long account, long payout, int token, long cell, boolean retired, byte[] deviceKey)
      implements Sight {}

  /** A job; {@code members} is empty unless it is one of k of n. */
  record OfJob(
      byte[] id,
      long buyer,
      long provider,
      int token,
      int mode,
      int state,
      long deadline,
      long windowEnd,
      long window,
      int k,
      List<OfMember> members)
      implements Sight {}

  /** A member of a job of k of n: 0 awaited, 1 committed, 2 revealed. */
  record OfMember(long provider, int state) implements Sight {}

  /** A committee. */
  record OfCommittee(int members, long lastEpochPlusOne) implements Sight {}
}
