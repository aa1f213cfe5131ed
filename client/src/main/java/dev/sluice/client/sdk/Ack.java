package dev.sluice.client.sdk;

import dev.sluice.primitives.value.Hash32;
import java.util.OptionalLong;
import org.apache.tuweni.bytes.Bytes;

/** The sequencer's answer to a transaction. */
public sealed interface Ack {
  /**
   * It is applied in a durable block, and the sequencer has signed for it; signature and inclusion
   * are verified.
   *
   * @param transactionId {@code H(wire form)}
   * @param block the block's number
   * @param position in the block, from 0
   * @param posted the posted form that the block holds ({@code docs/protocol.md} §5)
   * @param confirmation what the sequencer signed
   */
  record Included(
      Hash32 transactionId, long block, int position, Bytes posted, SoftConfirmation confirmation)
      implements Ack {}

  /**
   * It is in no block and has changed nothing.
   *
   * @param number 1 to 99 from the state-transition function, from 100 from admission ({@code
   *     docs/protocol.md} §6.3, §6.4)
   * @param name the stable name of the reason
   * @param message for people
   * @param expectedNonce the nonce that would have been taken, if the nonce was the reason
   */
  record Refused(int number, String name, String message, OptionalLong expectedNonce)
      implements Ack {
    static Refused of(dev.sluice.proto.v1.Refusal refusal) {
      return new Refused(
          refusal.getNumber(),
          refusal.getName(),
          refusal.getMessage(),
          refusal.hasExpectedNonce()
              ? OptionalLong.of(refusal.getExpectedNonce())
              : OptionalLong.empty());
    }

    /**
     * Whether the account index or nonce was out of date: resynchronize, sign again, send again.
     */
    public boolean isOutOfStep() {
      return switch (name) {
        case "BAD_NONCE", "NONCE_TOO_LOW", "NONCE_TOO_HIGH" -> true;
        default -> false;
      };
    }

    /** What to do about it, one sentence. */
    public String remedy() {
      return switch (name) {
        case "INSUFFICIENT_BALANCE" -> "deposit more, or send less: amount and fee must be covered";
        case "FEE_ABOVE_MAXIMUM" ->
            "sign again with a maximum fee of at least the price (see: sluice status)";
        case "UNKNOWN_ACCOUNT", "NOT_THE_SIGNER" ->
            "deposit first; the account opens with the first deposit or transfer to the address";
        case "BAD_NONCE", "NONCE_TOO_LOW", "NONCE_TOO_HIGH" ->
            "query the account's next nonce and sign again";
        case "UNKNOWN_CHANNEL", "UNKNOWN_PROVIDER", "UNKNOWN_JOB" ->
            "check the id; it exists only after its opening is confirmed";
        case "TOKEN_NOT_LISTED" -> "use a token that genesis lists (see: sluice status)";
        case "DELAY_TOO_SHORT" ->
            "use a delay or window of at least the chain's protective delay (see: sluice status)";
        case "POOL_FULL", "ACCOUNT_QUEUE_FULL", "SHUTTING_DOWN", "L1_UNAVAILABLE" ->
            "wait and send it again";
        case "DISK_FULL" -> "tell the operator: the sequencer's disk is full; nothing was kept";
        case "CLOSE_DELAY_RUNNING", "WINDOW_RUNNING", "DEADLINE_NOT_PASSED" ->
            "wait until the time has passed, then send it again";
        case "CLAIM_BELOW_FEE" ->
            "claim when the vouchers add up to more than the price of a claim";
        case "VOUCHER_EXCEEDS_DEPOSIT" -> "open another channel: a deposit cannot be topped up";
        case "TICKS_EXCEED_DEPOSIT" -> "pay less: a tick channel is worth what was deposited in it";
        case "WRONG_STEP_COUNT", "BAD_TICK" ->
            "use the chain that the channel was opened with, and claim at most 4096 ticks at once";
        case "RATE_TOO_LOW" ->
            "choose a rate at which 4096 ticks are worth a claim's price (see: sluice status)";
        case "METER_MISMATCH" -> "pay and claim as the channel's meter says (channel show)";
        case "PROVIDER_RETIRED" -> "choose another provider: this one takes no new job";
        case "MOVED_THIS_MONTH" -> "a device moves once a month; change the rest without its cell";
        case "BAD_QUORUM" -> "name 2 to 5 different providers and a quorum of more than half";
        case "REVEAL_NOT_OPEN" -> "wait until every member has committed, or for the deadline";
        case "REVEAL_MISMATCH" -> "reveal exactly the result and salt that were committed to";
        case "RESULT_MISMATCH" -> "deliver the result that the buyer expects";
        case "BAD_SIGNATURE" ->
            "sign with the key of the account's owner, for this chain and contract";
        default -> "correct the transaction; nothing was charged";
      };
    }
  }

  /** The inclusion, or {@link NotIncludedException} with the refusal. */
  default Included orElseThrow() {
    return switch (this) {
      case Included included -> included;
      case Refused refused -> throw new NotIncludedException(refused);
    };
  }
}
