package dev.sluice.l1.contract;

import dev.sluice.l1.connection.L1Client;
import dev.sluice.l1.connection.L1Exception;
import dev.sluice.l1.connection.L1Log;
import dev.sluice.primitives.codec.DecodeResult;
import dev.sluice.primitives.inbox.InboxLink;
import dev.sluice.primitives.inbox.InboxMessage;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import java.math.BigInteger;

/** {@code Inbox}: what L1 tells L2 ({@code docs/protocol.md} §7, §10). */
public final class InboxContract {
  /** First topic of {@code MessageQueued}. */
  public static final Hash32 MESSAGE_QUEUED =
      AbiEncoding.eventTopic("MessageQueued(uint64,uint8,bytes,uint64,uint64,uint64,bytes32)");

  private final ContractView view;

  public InboxContract(L1Client client, Address address) {
    this.view = new ContractView(client, address);
  }

  /** Where it stands. */
  public Address address() {
    return view.address();
  }

  /** Messages so far. */
  public long count() throws L1Exception {
    return view.read(AbiWords::u64, "count");
  }

  /** The accumulator after {@code position} messages; zero at 0. */
  public Hash32 accumulatorAt(long position) throws L1Exception {
    return view.read(AbiWords::hash, "accumulatorAt", AbiEncoding.u64(position));
  }

  /** The last seed period that was taken, plus one; 0 if none. */
  public long lastSeedPeriodPlusOne() throws L1Exception {
    return view.read(AbiWords::u32, "lastSeedPeriodPlusOne");
  }

  /** The price of forcing a transaction, wei. */
  public BigInteger forcedFeeWei() throws L1Exception {
    return view.read(AbiWords::number, "forcedFee");
  }

  /** Takes this seed period's seed; reverts if somebody already did. */
  public L1Call takeSeed() {
    return L1Call.of("take seed", address(), AbiEncoding.call("takeSeed"));
  }

  /** Forces a wallet transaction (1 to 1,024 bytes in wire form) into the Inbox. */
  public L1Call forceTransaction(byte[] wire, BigInteger forcedFeeWei) {
    return L1Call.of(
            "force transaction",
            address(),
            AbiEncoding.call("forceTransaction", AbiEncoding.bytes(wire)))
        .withValueWei(forcedFeeWei);
  }

  /**
   * Reads a {@code MessageQueued} log.
   *
   * @throws IllegalArgumentException if it is not one
   */
  public static QueuedMessage message(L1Log log) {
    if (log.topics().size() != 2 || !log.topics().getFirst().equals(MESSAGE_QUEUED)) {
      throw new IllegalArgumentException("not a MessageQueued log: " + log.topics());
    }
    AbiWords words = new AbiWords(log.bytes());
    int kind = words.u8();
    byte[] payload = words.dynamicBytes();
    InboxMessage message =
        switch (InboxMessage.decode(kind, payload)) {
          case DecodeResult.Decoded<InboxMessage> decoded -> decoded.value();
          case DecodeResult.Malformed<InboxMessage> malformed ->
              throw new IllegalArgumentException(
                  "message of kind " + kind + " is malformed: " + malformed.reason());
        };
    InboxLink link = new InboxLink(message.messageHash(), words.u64(), words.u64(), words.u64());
    return new QueuedMessage(
        new AbiWords(log.topics().get(1).toBytes()).u64(),
        message,
        link,
        words.hash(),
        log.blockNumber(),
        log.blockHash(),
        log.transactionHash());
  }
}
