package dev.sluice.l1.sender;

import dev.sluice.l1.connection.L1Receipt;
import dev.sluice.l1.contract.DecodedError;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/** What became of an intent. */
public sealed interface Outcome {
  /** Mined and successful. */
  record Included(L1Receipt receipt) implements Outcome {}

  /**
   * The contract refuses it: found out before sending (no receipt, no cost), or mined with status
   * 0.
   */
  record Reverted(DecodedError error, Optional<L1Receipt> receipt) implements Outcome {}

  /** It breaks a limit of L1 and was not sent: bytes or gas. */
  record OverLimit(String limit, long value, long max) implements Outcome {}

  /** The account cannot pay; nothing was sent. */
  record InsufficientFunds(BigInteger haveWei, BigInteger needWei) implements Outcome {}

  /** L1 wants more per gas than the cap allows. Undecided if there are attempts. */
  record Underpriced(BigInteger neededWei, BigInteger capWei, List<Attempt> attempts)
      implements Outcome {}

  /** L1 is away. Undecided if there are attempts: they may be mined. */
  record Unreachable(String reason, List<Attempt> attempts) implements Outcome {}

  /** The patience is over and nothing is mined: undecided. */
  record Pending(List<Attempt> attempts) implements Outcome {}

  /**
   * The nonce was used by a transaction that this sender does not know: the key is used elsewhere.
   * None of the attempts can be mined any more.
   */
  record Displaced(long nonce, List<Attempt> attempts) implements Outcome {}

  /** The node refuses the bytes for another reason, in its words; nothing was sent. */
  record Refused(String reason) implements Outcome {}
}
