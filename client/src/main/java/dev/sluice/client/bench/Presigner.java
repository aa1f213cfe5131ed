package dev.sluice.client.bench;

import com.google.protobuf.UnsafeByteOperations;
import dev.sluice.primitives.codec.WireCodec;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction.Transfer;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.proto.v1.SubmitFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Signs transfers among a set of accounts ahead of time, each account's nonces in order. Not safe
 * for use by several threads.
 */
final class Presigner {
  /** An account that pays. */
  static final class Payer {
    private final long account;
    private final PrivateKey key;
    private final FixedNonceSigner signer;
    private long nonce;

    Payer(long account, long nonce, PrivateKey key, PrivateKey secretNonce) {
      this.account = account;
      this.nonce = nonce;
      this.key = key;
      this.signer = new FixedNonceSigner(key, secretNonce);
    }
  }

  private final TypedData typedData;
  private final Uint128 price;
  private final List<Payer> payers;
  private final Random random;
  private int next;

  /**
   * A signer for these accounts, which pay one another 1 wei at a time.
   *
   * @param price of a transfer, in wei
   */
  Presigner(TypedData typedData, Uint128 price, List<Payer> payers, long seed) {
    this.typedData = typedData;
    this.price = price;
    this.payers = List.copyOf(payers);
    this.random = new Random(seed);
  }

  /** A frame of the next {@code count} transfers, the accounts taking turns. */
  SubmitFrame frame(long id, int count) {
    SubmitFrame.Builder frame = SubmitFrame.newBuilder().setFrameId(id);
    for (int i = 0; i < count; i++) {
      frame.addTransactions(UnsafeByteOperations.unsafeWrap(sign()));
    }
    return frame.build();
  }

  /** {@code count} frames, numbered from 0. */
  List<SubmitFrame> frames(long count, int transactionsPerFrame) {
    List<SubmitFrame> frames = new ArrayList<>();
    for (long id = 0; id < count; id++) {
      frames.add(frame(id, transactionsPerFrame));
    }
    return frames;
  }

  private byte[] sign() {
    Payer payer = payers.get(next);
    next = (next + 1) % payers.size();
    Payer payee = payers.get(random.nextInt(payers.size()));
    Transfer transfer =
        new Transfer(payer.account, payer.nonce++, payee.key.address(), 0, Uint128.ONE, price);
    byte[] signature = payer.signer.sign(typedData.digest(transfer));
    return WireCodec.encode(new SignedTransaction(transfer, WalletSignature.of(signature)));
  }
}
